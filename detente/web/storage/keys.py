"""Keys for programs: who has one may do what its role may; kept as digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from detente.errors import DetenteError
from detente.web.storage.cases import UnknownError
from detente.web.storage.database import Database, new_id, now
from detente.web.storage.tables import TokenRow

MOST = 1000
"""So many keys may there be."""
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key for programs, without what makes it one."""

    id: str
    name: str
    role: str
    made_at: datetime


class Keys:
    """The keys of a workbench."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def all(self) -> list[Key]:
        """Return all keys, the newest first."""
        with self.database.read() as session:
            rows = session.scalars(select(TokenRow).order_by(TokenRow.made_at.desc(), TokenRow.id))
            return [_key(row) for row in rows]

    def make(self, digest: str, *, name: str, role: str) -> Key:
        """Keep a key; raise DetenteError where its name cannot be one."""
        name = name.strip()
        if not name or not name.isprintable():
            raise DetenteError("give the key a name that says which program uses it")
        if len(name) > LONGEST_NAME:
            message = f"the name of a key has at most {LONGEST_NAME} characters"
            raise DetenteError(message)
        row = TokenRow(id=new_id(), name=name, digest=digest, role=role, made_at=now())
        with self.database.begin() as session:
            if len(session.scalars(select(TokenRow.id).limit(MOST)).all()) >= MOST:
                raise DetenteError(
                    "there are too many keys; revoke some that are not used any more"
                )
            session.add(row)
        return _key(row)

    def role(self, digest: str) -> str:
        """Return what the owner of a key may do; "" where there is no such key."""
        with self.database.read() as session:
            found = session.scalar(select(TokenRow.role).where(TokenRow.digest == digest))
            return found or ""

    def revoke(self, key_id: str) -> None:
        """Make a key worth nothing; raise UnknownError where there is none."""
        with self.database.begin() as session:
            row = session.get(TokenRow, key_id)
            if row is None:
                raise UnknownError("there is no such key; it may have been revoked already")
            session.delete(row)


def _key(row: TokenRow) -> Key:
    return Key(id=row.id, name=row.name, role=row.role, made_at=row.made_at)
