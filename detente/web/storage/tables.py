"""The tables of the database. A migration stands beside every change of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names of constraints, so that a migration can find them."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is given back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        del dialect
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    """What all tables share."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {datetime: Moment, dict[str, Any]: JSON, bytes: LargeBinary}


class CaseRow(Table):
    """A case on the workbench: its newest revision, and when somebody last looked at it.

    origin : name in the catalogue of a case that came from there
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    head: Mapped[int]
    origin: Mapped[str] = mapped_column(String(200), default="")
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    opened_at: Mapped[datetime]


class RevisionRow(Table):
    """One saved state of a case, never changed again.

    digest : SHA-256 of the text
    note : what was done, in words
    size : bytes of the text
    added, removed : lines that came and went since the revision before
    """

    __tablename__ = "revisions"

    case_id: Mapped[str] = mapped_column(
        ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    added: Mapped[int]
    removed: Mapped[int]
    made_at: Mapped[datetime]


class DraftRow(Table):
    """Text that somebody is writing and has not saved; sound or not.

    id : made by the page that it is written in
    base : the revision that it began from
    """

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    base: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


class PackageRow(Table):
    """A package kept for comparison; ``choice`` is an option's name by issue."""

    __tablename__ = "packages"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    choice: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class JobRow(Table):
    """Work on one answer.

    key : of the result it is to give, see :mod:`detente.web.storage.results`
    state : queued, running, done, failed or cancelled
    doing, done, total : what is being done, and how much of it
    seconds_left : until that is done, as far as can be told
    runner : the process that runs it; beat_at : when that was last heard of
    tries : how often it was begun
    """

    __tablename__ = "jobs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["case_id", "revision"], ["revisions.case_id", "revisions.number"], ondelete="CASCADE"
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(String(32), index=True)
    revision: Mapped[int]
    question: Mapped[str] = mapped_column(String(60))
    options: Mapped[dict[str, Any]]
    key: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(12), index=True)
    doing: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    seconds_left: Mapped[float | None]
    queued_at: Mapped[datetime]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    runner: Mapped[str] = mapped_column(String(80), default="")
    beat_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class ResultRow(Table):
    """An answer that was worked out; ``contents`` lists its files, pictures and tables.

    version : of the program that worked it out
    size : bytes of its files as they are kept
    """

    __tablename__ = "results"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    question: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(BigInteger)
    contents: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class ResultFileRow(Table):
    """One file of an answer: JSON, a page, a picture, a table. Compressed."""

    __tablename__ = "result_files"

    key: Mapped[str] = mapped_column(
        ForeignKey("results.key", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    data: Mapped[bytes]


class SessionRow(Table):
    """Somebody who gave a password in a browser; ``digest`` is SHA-256 of the cookie."""

    __tablename__ = "sessions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class TokenRow(Table):
    """A key for programs; ``digest`` is SHA-256 of what was shown once."""

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(12))
    made_at: Mapped[datetime]
