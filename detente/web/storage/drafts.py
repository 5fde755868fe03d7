"""Drafts: text that somebody is writing, kept as it is written, sound or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from detente.errors import DetenteError
from detente.web.storage.cases import UnknownError, case_to_change
from detente.web.storage.database import Database, now
from detente.web.storage.sizes import text_to_keep
from detente.web.storage.tables import DraftRow

_ID = re.compile(r"[A-Za-z0-9_-]{1,32}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Text of a case that is not saved as a revision.

    base : the revision that it began from
    """

    id: str
    case_id: str
    base: int
    text: str
    changed_at: datetime


class Drafts:
    """The drafts of a workbench.

    A draft is named by the page that it is written in, anew each time that the page is opened, so
    that two pages never write over each other.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, draft_id: str, case_id: str, *, base: int, text: str) -> Draft:
        """Keep a text as it stands now; what the same page wrote before is replaced.

        Raises
        ------
        UnknownError
            There is no such case, or no such revision of it.
        DetenteError
            The text is too large, or the name is none, or is that of another case's draft.
        """
        if not _ID.match(draft_id):
            message = "a draft is named by up to 32 letters, digits, hyphens and underscores"
            raise DetenteError(message)
        text_to_keep(text, "the text")
        with self.database.begin() as session:
            case = case_to_change(session, case_id)
            if not 1 <= base <= case.head:
                raise UnknownError(f"the case has no revision {base}")
            row = session.get(DraftRow, draft_id)
            if row is None:
                row = DraftRow(id=draft_id, case_id=case_id)
                session.add(row)
            elif row.case_id != case_id:
                message = "a draft of another case has this name; open the page again"
                raise DetenteError(message)
            row.base, row.text, row.changed_at = base, text, now()
        return _draft(row)

    def of(self, case_id: str) -> list[Draft]:
        """Return the drafts of a case, the newest first."""
        with self.database.read() as session:
            found = select(DraftRow).where(DraftRow.case_id == case_id)
            rows = session.scalars(found.order_by(DraftRow.changed_at.desc(), DraftRow.id))
            return [_draft(row) for row in rows]

    def one(self, case_id: str, draft_id: str) -> Draft:
        """Return a draft of a case; raise UnknownError where there is none."""
        with self.database.read() as session:
            row = _of(session, case_id, draft_id)
            if row is None:
                raise UnknownError("there is no such draft; it was saved or thrown away")
            return _draft(row)

    def drop(self, case_id: str, draft_id: str) -> None:
        """Throw a draft of a case away; one that is not there may be thrown away too."""
        with self.database.begin() as session:
            row = _of(session, case_id, draft_id)
            if row is not None:
                session.delete(row)


def _of(session: Session, case_id: str, draft_id: str) -> DraftRow | None:
    """Return a draft of a case, if it has one of that name; not every text can be asked for."""
    row = session.get(DraftRow, draft_id) if _ID.match(draft_id) else None
    return row if row is not None and row.case_id == case_id else None


def _draft(row: DraftRow) -> Draft:
    return Draft(
        id=row.id,
        case_id=row.case_id,
        base=row.base,
        text=row.text,
        changed_at=row.changed_at,
    )
