"""Questions answered at once, in this process: for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.web.jobs.asking import Asked, Job
from detente.web.jobs.products import answered
from detente.web.settings import Settings
from detente.web.storage.cases import Revision, UnknownError
from detente.web.storage.database import Database
from detente.web.storage.results import Results, result_key
from detente.work import Work


class Here:
    """Answers while one waits."""

    def __init__(self, database: Database, results: Results, settings: Settings) -> None:
        del database
        self.results = results
        self.settings = settings

    def open(self) -> None:
        """Begin; nothing is to be done."""

    def close(self) -> None:
        """Stop; nothing is to be done."""

    def ask(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Return the answer, worked out now where it is not known."""
        work = Work(seed=self.settings.seed, readings=self.settings.readings)
        key = result_key(revision.digest, question, options, work)
        contents = self.results.contents(key)
        if contents is None:
            made = answered(revision.text, question, options, work)
            self.results.put(key, question=question, contents=made.contents, files=made.files)
            contents = made.contents
        return Asked(key=key, contents=contents, job=None)

    again = ask

    def job(self, job_id: str) -> Job:
        """Raise UnknownError: nothing is ever under way."""
        raise UnknownError(f"there is no job {job_id}")

    def unfinished(self) -> dict[str, Job]:
        """Return nothing: nothing is ever under way."""
        return {}

    cancel = job
