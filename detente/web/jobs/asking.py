"""Asking a question about a revision: what is known already, or a job that works it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from detente.web.storage.cases import Revision

State = Literal["queued", "running", "done", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on one answer, as it stands.

    key : of the result that it is to give
    doing, done, total : what is being done, and how much of it
    ahead : how many jobs wait in front of it
    error : what is to be put right, in one message, where it failed
    """

    id: str
    case_id: str
    revision: int
    question: str
    options: Mapping[str, Any]
    key: str
    state: State
    doing: str
    done: int
    total: int
    ahead: int
    error: str
    queued_at: datetime
    began_at: datetime | None
    ended_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state in {"done", "failed", "cancelled"}


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

    def ask(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Return the answer where it is known, else the job that works it out, begun if need be.

        A job of the same question that failed or was cancelled is returned as it is; ``again``
        begins a new one.
        """

    def again(self, revision: Revision, question: str, options: Mapping[str, Any]) -> Asked:
        """Ask once more what failed or was cancelled."""

    def job(self, job_id: str) -> Job:
        """Return a job; raise UnknownError."""

    def cancel(self, job_id: str) -> Job:
        """Stop a job; one that is over stays as it is."""
