"""Answers that were worked out, kept under what they follow from."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from detente import __version__
from detente.answers.answer import CONTRACT
from detente.web.storage.cases import KEY_OF_TEXT, UnknownError
from detente.web.storage.database import Database, now
from detente.web.storage.tables import ResultFileRow, ResultRow
from detente.work import Work

MOST_BYTES = 500 * 2**20
"""So much is kept; the oldest answers go first, and can be worked out again."""


def result_key(digest: str, question: str, options: Mapping[str, Any], work: Work) -> str:
    """Return the name of an answer: same case, question, options and circumstances, same name.

    It begins as the digest does, so that the answers to a text that is gone can be found.

    digest : of the text of the case
    """
    told = dict(sorted(options.items()))
    parts = [__version__, CONTRACT, digest, question, told, work.seed, work.readings, work.view]
    own = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return digest[:KEY_OF_TEXT] + own[KEY_OF_TEXT:]


class Results:
    """The answers of a workbench, each a few files.

    most : bytes that they may take together
    """

    def __init__(self, database: Database, *, most: int = MOST_BYTES) -> None:
        self.database = database
        self.most = most

    def put(
        self, key: str, *, question: str, contents: dict[str, Any], files: Mapping[str, bytes]
    ) -> None:
        """Keep an answer; one that is there already is replaced, and the oldest make room."""
        packed = {n: gzip.compress(data, compresslevel=6, mtime=0) for n, data in files.items()}
        row = ResultRow(
            key=key,
            question=question,
            contents=contents,
            version=__version__,
            size=sum(map(len, packed.values())),
            made_at=now(),
        )
        with self.database.begin() as session:
            session.execute(delete(ResultRow).where(ResultRow.key == key))
            session.add(row)
            session.flush()
            session.add_all(ResultFileRow(key=key, name=n, data=d) for n, d in packed.items())
            session.flush()
            self._make_room(session)

    def contents(self, key: str) -> dict[str, Any] | None:
        """Return what an answer consists of; None where it is not there."""
        with self.database.read() as session:
            row = session.get(ResultRow, key)
            return None if row is None else row.contents

    def file(self, key: str, name: str) -> bytes:
        """Return a file of an answer; raise UnknownError where there is none."""
        with self.database.read() as session:
            packed = session.scalar(
                select(ResultFileRow.data).where(
                    ResultFileRow.key == key, ResultFileRow.name == name
                )
            )
        if packed is None:
            raise UnknownError("there is no such file; ask the question again")
        return gzip.decompress(packed)

    def prune(self) -> None:
        """Throw away what other versions of the program worked out: nobody asks for it by name."""
        with self.database.begin() as session:
            session.execute(delete(ResultRow).where(ResultRow.version != __version__))
            self._make_room(session)

    def _make_room(self, session: Session) -> None:
        """Throw away the oldest answers beyond what may be kept; the newest always stays."""
        if (session.scalar(select(func.sum(ResultRow.size))) or 0) <= self.most:
            return
        found = select(ResultRow.key, ResultRow.size)
        newest, *older = session.execute(found.order_by(ResultRow.made_at.desc(), ResultRow.key))
        taken = newest.size
        for row in older:
            taken += row.size
            if taken > self.most:
                session.execute(delete(ResultRow).where(ResultRow.key == row.key))
