"""Cases and their revisions: every saved change is a new revision, and none is ever changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detente.errors import DetenteError
from detente.web.storage.database import Database, new_id, now
from detente.web.storage.tables import CaseRow, RevisionRow


class UnknownError(DetenteError):
    """Something that was asked for by its address is not there."""


class ConflictError(DetenteError):
    """A case was changed by somebody else since it was read.

    head : its newest revision
    """

    def __init__(self, head: Revision) -> None:
        super().__init__(f"the case has been changed since: revision {head.number} is the newest")
        self.head = head


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One saved state of a case.

    number : 1, 2, … within the case; digest : SHA-256 of the text
    note : what was done, in words
    """

    case_id: str
    number: int
    digest: str
    text: str
    note: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A case on the workbench; ``head`` is the number of its newest revision."""

    id: str
    title: str
    head: int
    origin: str
    made_at: datetime
    changed_at: datetime
    opened_at: datetime


class Cases:
    """The cases of a workbench."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def all(self) -> list[Kept]:
        """Return all cases, the last changed first."""
        with self.database.begin() as session:
            rows = session.scalars(select(CaseRow).order_by(CaseRow.changed_at.desc(), CaseRow.id))
            return [_kept(row) for row in rows]

    def get(self, case_id: str) -> Kept:
        """Return a case; raise UnknownError where there is none."""
        with self.database.begin() as session:
            row = session.get(CaseRow, case_id)
            if row is None:
                raise UnknownError("there is no such case; it may have been deleted")
            return _kept(row)

    def revision(self, case_id: str, number: int | None = None) -> Revision:
        """Return a revision, the newest where no number is given; raise UnknownError."""
        with self.database.begin() as session:
            case = session.get(CaseRow, case_id)
            if case is None:
                raise UnknownError("there is no such case; it may have been deleted")
            row = session.get(RevisionRow, (case_id, case.head if number is None else number))
            if row is None:
                raise UnknownError(f"the case has no revision {number}")
            return _revision(row)

    def history(self, case_id: str) -> list[Revision]:
        """Return all revisions of a case, the newest first; raise UnknownError."""
        self.get(case_id)
        with self.database.begin() as session:
            found = select(RevisionRow).where(RevisionRow.case_id == case_id)
            rows = session.scalars(found.order_by(RevisionRow.number.desc()))
            return [_revision(row) for row in rows]

    def create(self, text: str, *, title: str, note: str, origin: str = "") -> Revision:
        """Put a case on the workbench and return its first revision."""
        case_id, moment = new_id(), now()
        case = CaseRow(
            id=case_id,
            title=title,
            head=1,
            origin=origin,
            made_at=moment,
            changed_at=moment,
            opened_at=moment,
        )
        row = _row(case_id, 1, text, note, moment)
        with self.database.begin() as session:
            session.add(case)
            session.flush()
            session.add(row)
        return _revision(row)

    def revise(self, case_id: str, *, base: int, text: str, title: str, note: str) -> Revision:
        """Save a new state of a case, written from revision ``base``; return its revision.

        Text that is already the newest revision is not saved again.

        Raises
        ------
        ConflictError
            The newest revision is no longer ``base``, and its text is another.
        UnknownError
            There is no such case.
        """
        with self.database.begin() as session:
            case = case_to_change(session, case_id)
            head = session.get_one(RevisionRow, (case_id, case.head))
            if head.text == text:
                return _revision(head)
            if case.head != base:
                raise ConflictError(_revision(head))
            case.head += 1
            case.title, case.changed_at = title, now()
            row = _row(case_id, case.head, text, note, case.changed_at)
            session.add(row)
        return _revision(row)

    def opened(self, case_id: str) -> None:
        """Note that somebody looks at a case, so that it is the one to come back to."""
        with self.database.begin() as session:
            row = session.get(CaseRow, case_id)
            if row is not None:
                row.opened_at = now()

    def delete(self, case_id: str) -> None:
        """Delete a case with its revisions, drafts, packages and jobs; raise UnknownError."""
        with self.database.begin() as session:
            row = session.get(CaseRow, case_id)
            if row is None:
                raise UnknownError("there is no such case; it may have been deleted")
            session.delete(row)


def case_to_change(session: Session, case_id: str) -> CaseRow:
    """Return a case whose parts are about to be changed; nobody else changes them meanwhile."""
    row = session.get(CaseRow, case_id, with_for_update=True)
    if row is None:
        raise UnknownError("there is no such case; it may have been deleted")
    return row


def _row(case_id: str, number: int, text: str, note: str, moment: datetime) -> RevisionRow:
    return RevisionRow(
        case_id=case_id,
        number=number,
        digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        text=text,
        note=note,
        made_at=moment,
    )


def _revision(row: RevisionRow) -> Revision:
    return Revision(
        case_id=row.case_id,
        number=row.number,
        digest=row.digest,
        text=row.text,
        note=row.note,
        made_at=row.made_at,
    )


def _kept(row: CaseRow) -> Kept:
    return Kept(
        id=row.id,
        title=row.title,
        head=row.head,
        origin=row.origin,
        made_at=row.made_at,
        changed_at=row.changed_at,
        opened_at=row.opened_at,
    )
