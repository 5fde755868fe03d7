"""Answers that were worked out, kept under what they follow from."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from detente import __version__
from detente.answers.answer import CONTRACT
from detente.web.storage.cases import UnknownError
from detente.web.storage.database import Database, now
from detente.web.storage.tables import ResultFileRow, ResultRow


def result_key(digest: str, question: str, options: Mapping[str, Any]) -> str:
    """Return the name of an answer: same case, question and options, same name.

    digest : of the text of the case
    """
    parts = [__version__, CONTRACT, digest, question, dict(sorted(options.items()))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class Results:
    """The answers of a workbench, each a few files."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def put(
        self, key: str, *, question: str, contents: dict[str, Any], files: Mapping[str, bytes]
    ) -> None:
        """Keep an answer; one that is there already is replaced."""
        with self.database.begin() as session:
            old = session.get(ResultRow, key)
            if old is not None:
                session.delete(old)
                session.flush()
            session.add(ResultRow(key=key, question=question, contents=contents, made_at=now()))
            session.flush()
            for name, data in files.items():
                packed = gzip.compress(data, compresslevel=6, mtime=0)
                session.add(ResultFileRow(key=key, name=name, data=packed))

    def contents(self, key: str) -> dict[str, Any] | None:
        """Return what an answer consists of; None where it is not there."""
        with self.database.begin() as session:
            row = session.get(ResultRow, key)
            return None if row is None else row.contents

    def file(self, key: str, name: str) -> bytes:
        """Return a file of an answer; raise UnknownError where there is none."""
        with self.database.begin() as session:
            packed = session.scalar(
                select(ResultFileRow.data).where(
                    ResultFileRow.key == key, ResultFileRow.name == name
                )
            )
        if packed is None:
            raise UnknownError("there is no such file; ask the question again")
        return gzip.decompress(packed)
