"""Asking a question about a revision: what is known already, or a job that works it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from detente.web.storage.cases import Revision
from detente.web.storage.jobs import BusyError, Job, State

__all__ = ["Asked", "Asking", "BusyError", "Job", "State"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that was asked: its answer, or the job that works it out.

    key : name of the answer
    contents : what the answer consists of, see :class:`detente.web.jobs.products.Products`; None
        while it is not there
    job : the work on it; None where the answer is there
    """

    key: str
    contents: dict[str, Any] | None
    job: Job | None


class Asking(Protocol):
    """What pages need of the jobs."""

    def open(self) -> None:
        """Begin to work."""

    def close(self) -> None:
        """Stop."""

    def ask(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Return the answer where it is known, else the job that works it out, begun if need be.

        A job of the same question that failed or was cancelled is returned as it is; ``again``
        begins a new one.
        """

    def again(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Ask once more what failed or was cancelled."""

    def job(self, job_id: str) -> Job:
        """Return a job; raise UnknownError."""

    def unfinished(self) -> Mapping[str, Job]:
        """Return the jobs that have not ended, by their names."""

    def cancel(self, job_id: str) -> Job:
        """Stop a job; one that is over stays as it is."""
