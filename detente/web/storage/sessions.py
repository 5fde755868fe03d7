"""Who is signed in: one row for each browser, found by a digest of its cookie."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, func, select

from detente.web.storage.database import Database, now
from detente.web.storage.tables import SessionRow


class Sessions:
    """The browsers that are signed in."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, digest: str, role: str, *, lasts: timedelta) -> None:
        """Sign a browser in, and forget those whose time is over."""
        moment = now()
        with self.database.begin() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at <= moment))
            row = SessionRow(digest=digest, role=role, made_at=moment, expires_at=moment + lasts)
            session.add(row)

    def role(self, digests: Collection[str]) -> str:
        """Return the role of the browser that one of the digests names; "" where none does."""
        with self.database.read() as session:
            found = select(SessionRow.role).where(
                SessionRow.digest.in_(digests), SessionRow.expires_at > now()
            )
            return session.scalar(found) or ""

    def count(self) -> int:
        """Return how many browsers are signed in."""
        with self.database.read() as session:
            found = select(func.count()).select_from(SessionRow)
            return session.scalar(found.where(SessionRow.expires_at > now())) or 0

    def end(self, digests: Collection[str]) -> None:
        """Sign a browser out."""
        with self.database.begin() as session:
            session.execute(delete(SessionRow).where(SessionRow.digest.in_(digests)))

    def end_all(self) -> None:
        """Sign every browser out."""
        with self.database.begin() as session:
            session.execute(delete(SessionRow))
