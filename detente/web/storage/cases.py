"""Cases and their revisions: every saved change is a new revision, and none is ever changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from detente.errors import DetenteError
from detente.patience import amount
from detente.web.storage.database import Database, new_id, now
from detente.web.storage.sizes import text_to_keep
from detente.web.storage.tables import CaseRow, PackageRow, ResultRow, RevisionRow

KEY_OF_TEXT = 16
"""So many characters of a text's digest begin the names of the answers to it."""
MOST_REVISIONS = 2**31 - 1
MOST_TITLE = 2**14
MOST_NOTE = 2**14


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
class Entry:
    """A revision in the history of its case, without its text.

    size : bytes of the text
    added, removed : lines that came and went since the revision before
    """

    case_id: str
    number: int
    digest: str
    note: str
    size: int
    added: int
    removed: int
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
        with self.database.read() as session:
            rows = session.scalars(select(CaseRow).order_by(CaseRow.changed_at.desc(), CaseRow.id))
            return [_kept(row) for row in rows]

    def get(self, case_id: str) -> Kept:
        """Return a case; raise UnknownError where there is none."""
        with self.database.read() as session:
            row = session.get(CaseRow, case_id)
            if row is None:
                raise UnknownError("there is no such case; it may have been deleted")
            return _kept(row)

    def revision(self, case_id: str, number: int | None = None) -> Revision:
        """Return a revision, the newest where no number is given; raise UnknownError."""
        with self.database.read() as session:
            case = session.get(CaseRow, case_id)
            if case is None:
                raise UnknownError("there is no such case; it may have been deleted")
            wanted = case.head if number is None else number
            if not 1 <= wanted <= case.head:
                raise UnknownError(f"the case has no revision {number}")
            return _revision(session.get_one(RevisionRow, (case_id, wanted)))

    def history(
        self, case_id: str, *, before: int | None = None, most: int | None = None
    ) -> list[Entry]:
        """Return the revisions of a case without their texts, the newest first.

        before : only those with a smaller number; most : so many of them

        Raises
        ------
        UnknownError
            There is no such case.
        """
        columns = [getattr(RevisionRow, field.name) for field in fields(Entry)]
        found = select(*columns).where(RevisionRow.case_id == case_id)
        if before is not None:
            found = found.where(RevisionRow.number < min(before, MOST_REVISIONS))
        with self.database.read() as session:
            if session.get(CaseRow, case_id) is None:
                raise UnknownError("there is no such case; it may have been deleted")
            rows = session.execute(found.order_by(RevisionRow.number.desc()).limit(most))
            return [Entry(**row._mapping) for row in rows]  # noqa: SLF001 - its documented name

    def create(self, text: str, *, title: str, note: str, origin: str = "") -> Revision:
        """Put a case on the workbench and return its first revision."""
        with self.database.begin() as session:
            return _begun(session, text, title=title, note=note, origin=origin)

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
            case.title, case.changed_at = title_to_keep(title), now()
            row = _row(case, text, note, before=head.text)
            session.add(row)
        return _revision(row)

    def duplicate(self, case_id: str, *, text: str, title: str, note: str) -> Revision:
        """Begin another case with a text made of one, and its packages; return its revision.

        The history stays where it is. Raise UnknownError where there is no such case.
        """
        with self.database.begin() as session:
            case = case_to_change(session, case_id)
            made = _begun(session, text, title=title, note=note, origin=case.origin)
            packages = select(PackageRow).where(PackageRow.case_id == case_id)
            for one in session.scalars(packages).all():
                copy = {"name": one.name, "choice": one.choice, "made_at": one.made_at}
                session.add(PackageRow(id=new_id(), case_id=made.case_id, **copy))
            return made

    def opened(self, case_id: str) -> None:
        """Note that somebody looks at a case, so that it is the one to come back to."""
        with self.database.read() as session:
            last = select(CaseRow.id).order_by(CaseRow.opened_at.desc()).limit(1)
            if session.scalar(last) == case_id:
                return
        with self.database.begin() as session:
            row = session.get(CaseRow, case_id)
            if row is not None:
                row.opened_at = now()

    def delete(self, case_id: str) -> None:
        """Delete a case and all that hangs on it; raise UnknownError where there is none.

        Its revisions, drafts, packages and jobs go, and the answers that no other case shares.
        """
        with self.database.begin() as session:
            row = case_to_change(session, case_id)
            mine = select(RevisionRow.digest).where(RevisionRow.case_id == case_id)
            other = select(RevisionRow.digest).where(RevisionRow.case_id != case_id)
            gone = set(session.scalars(mine)) - set(
                session.scalars(other.where(RevisionRow.digest.in_(mine)))
            )
            session.delete(row)
            session.flush()
            forget(session, gone)


def case_to_change(session: Session, case_id: str) -> CaseRow:
    """Return a case whose parts are about to be changed; nobody else changes them meanwhile."""
    row = session.get(CaseRow, case_id, with_for_update=True)
    if row is None:
        raise UnknownError("there is no such case; it may have been deleted")
    return row


def digest_of(text: str) -> str:
    """Return the name of a text: SHA-256 of it."""
    return hashlib.sha256(text.encode()).hexdigest()


def title_to_keep(title: str) -> str:
    """Return the title of a case, if it can be kept."""
    return text_to_keep(title, "the title", most=MOST_TITLE)


def forget(session: Session, digests: Iterable[str]) -> None:
    """Throw away the answers to texts, by the digests of these."""
    for digest in digests:
        session.execute(delete(ResultRow).where(ResultRow.key.startswith(digest[:KEY_OF_TEXT])))


def _begun(session: Session, text: str, *, title: str, note: str, origin: str) -> Revision:
    moment = now()
    case = CaseRow(
        id=new_id(),
        title=title_to_keep(title),
        head=1,
        origin=origin,
        made_at=moment,
        changed_at=moment,
        opened_at=moment,
    )
    row = _row(case, text, note, before="")
    session.add(case)
    session.flush()
    session.add(row)
    return _revision(row)


def _row(case: CaseRow, text: str, note: str, *, before: str) -> RevisionRow:
    text_to_keep(text, "the case")
    text_to_keep(note, "the note", most=MOST_NOTE)
    added, removed = amount(before, text)
    return RevisionRow(
        case_id=case.id,
        number=case.head,
        digest=digest_of(text),
        text=text,
        note=note,
        size=len(text.encode()),
        added=added,
        removed=removed,
        made_at=case.changed_at,
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
