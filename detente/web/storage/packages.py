"""Packages that somebody kept, to be compared with others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from detente.errors import DetenteError
from detente.web.storage.cases import UnknownError, case_to_change
from detente.web.storage.database import Database, new_id, now
from detente.web.storage.sizes import name_to_keep, text_to_keep
from detente.web.storage.tables import PackageRow

MOST_PACKAGES = 200
"""So many can be kept for one case."""
_MOST_CHOICE = 2**18


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPackage:
    """A package kept for a case; ``choice`` is an option's name by issue.

    The case may have changed since: its names need not be known any more.
    """

    id: str
    case_id: str
    name: str
    choice: Mapping[str, str]
    made_at: datetime


class Packages:
    """The packages kept on a workbench."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def of(self, case_id: str) -> list[SavedPackage]:
        """Return the packages kept for a case, in the order in which they were."""
        with self.database.read() as session:
            found = select(PackageRow).where(PackageRow.case_id == case_id)
            rows = session.scalars(found.order_by(PackageRow.made_at, PackageRow.id))
            return [_saved(row) for row in rows]

    def one(self, case_id: str, package_id: str) -> SavedPackage:
        """Return a package; raise UnknownError where it is not there."""
        with self.database.read() as session:
            return _saved(_of(session, case_id, package_id))

    def keep(self, case_id: str, name: str, choice: Mapping[str, str]) -> SavedPackage:
        """Keep a package under a name; raise UnknownError where there is no such case."""
        row = PackageRow(
            id=new_id(),
            case_id=case_id,
            name=name_to_keep(name, "the name of the package"),
            choice=dict(choice),
            made_at=now(),
        )
        text_to_keep("".join([*choice, *choice.values()]), "the package", most=_MOST_CHOICE)
        with self.database.begin() as session:
            case_to_change(session, case_id)
            count = select(func.count()).where(PackageRow.case_id == case_id)
            if session.scalar(count) == MOST_PACKAGES:
                message = f"{MOST_PACKAGES} packages are kept already; throw one away first"
                raise DetenteError(message)
            session.add(row)
        return _saved(row)

    def rename(self, case_id: str, package_id: str, name: str) -> SavedPackage:
        """Give a package another name; raise UnknownError where it is not there."""
        flat = name_to_keep(name, "the name of the package")
        with self.database.begin() as session:
            row = _of(session, case_id, package_id)
            row.name = flat
        return _saved(row)

    def drop(self, case_id: str, package_id: str) -> None:
        """Throw a package away; raise UnknownError where it is not there."""
        with self.database.begin() as session:
            session.delete(_of(session, case_id, package_id))


def _of(session: Session, case_id: str, package_id: str) -> PackageRow:
    row = session.get(PackageRow, package_id)
    if row is None or row.case_id != case_id:
        raise UnknownError("there is no such package; it may have been thrown away")
    return row


def _saved(row: PackageRow) -> SavedPackage:
    return SavedPackage(
        id=row.id,
        case_id=row.case_id,
        name=row.name,
        choice=row.choice,
        made_at=row.made_at,
    )
