"""Questions answered by jobs in processes of their own, from the queue in the database."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pkgutil import iter_modules
from typing import Any

import detente.answers
from detente.web.jobs.asking import Asked, Job
from detente.web.jobs.children import Nursery
from detente.web.jobs.supervisor import Supervisor
from detente.web.settings import Settings
from detente.web.storage.cases import Revision
from detente.web.storage.database import Database
from detente.web.storage.jobs import Jobs
from detente.web.storage.results import Results, result_key
from detente.work import Work

ENTRY = "detente.web.jobs.products:answered"
"""What answers a question in a job's process."""


def mathematics() -> list[str]:
    """Return the modules that are held ready for all jobs: the questions, and what is slow."""
    names = [module.name for module in iter_modules(detente.answers.__path__)]
    questions = [f"{detente.answers.__name__}.{name}" for name in names]
    return [*questions, "detente.web.jobs.products", "numba", "scipy.optimize", "scipy.sparse"]


class Runner:
    """Answers questions one after another, a few at a time.

    It works from :meth:`open` to :meth:`close`; what is not done then waits for the next one. Any
    number of runners, on any number of machines, may share a database.

    entry : ``module:function`` that answers, called with text, question, options and work
    preload : modules that are imported once for all jobs
    """

    def __init__(
        self,
        database: Database,
        results: Results,
        settings: Settings,
        *,
        entry: str = ENTRY,
        preload: Sequence[str] | None = None,
    ) -> None:
        self.results = results
        self.settings = settings
        self.jobs = Jobs(database)
        n_threads = max(1, (os.cpu_count() or 1) // settings.limits.jobs)
        nursery = Nursery(mathematics() if preload is None else preload, threads=n_threads)
        self._supervisor = Supervisor(self.jobs, results, settings, nursery, entry)

    def open(self) -> None:
        """Begin to work on what waits."""
        self._supervisor.start()

    def close(self) -> None:
        """Stop; what has not ended goes back into the queue."""
        self._supervisor.close()

    def ask(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Return the answer where it is known, else the newest job that works or worked on it.

        Raises
        ------
        BusyError
            Too many questions wait.
        UnknownError
            The case was deleted.
        """
        key = self._key(revision, question, options)
        contents = self.results.contents(key)
        if contents is not None:
            return Asked(key=key, contents=contents, job=None)
        job = self.jobs.newest(key)
        if job is None or job.state == "done":
            return self._begin(key, revision, question, options)
        return Asked(key=key, contents=None, job=job)

    def again(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Ask once more what failed or was cancelled; see :meth:`ask`."""
        key = self._key(revision, question, options)
        contents = self.results.contents(key)
        if contents is not None:
            return Asked(key=key, contents=contents, job=None)
        return self._begin(key, revision, question, options)

    def job(self, job_id: str) -> Job:
        """Return a job; raise UnknownError."""
        return self.jobs.get(job_id)

    def unfinished(self) -> dict[str, Job]:
        """Return the jobs that have not ended, by their names."""
        return self.jobs.unfinished()

    def cancel(self, job_id: str) -> Job:
        """Stop a job; one that is over stays as it is."""
        job = self.jobs.cancel(job_id)
        self._supervisor.stop(job_id)
        return job

    def _key(self, revision: Revision, question: str, options: Mapping[str, Any]) -> str:
        work = Work(seed=self.settings.seed, readings=self.settings.readings)
        return result_key(revision.digest, question, options, work)

    def _begin(
        self, key: str, revision: Revision, question: str, options: Mapping[str, Any]
    ) -> Asked:
        most = self.settings.limits.queue
        job = self.jobs.enqueue(revision, question, options, key, most=most)
        self._supervisor.ring()
        contents = self.results.contents(key)  # it may have been done in the meantime
        return Asked(key=key, contents=contents, job=None if contents is not None else job)
