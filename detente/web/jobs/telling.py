"""How far a job is, in words and numbers."""

from __future__ import annotations

from typing import Any

from detente.web.storage.jobs import Job
from detente.web.texts import texts

_MINUTE = 60


def told(job: Job) -> dict[str, Any]:
    """Return how far a job is, in numbers and in words."""
    return {
        "state": job.state,
        "doing": job.doing,
        "done": job.done,
        "total": job.total,
        "seconds_left": job.seconds_left,
        "ahead": job.ahead,
        "said": said(job),
        "count": counted(job),
    }


def said(job: Job) -> str:
    """Return in words what is being done; it changes seldom."""
    words = texts()
    if job.state == "queued":
        return words.counted("jobs.ahead", job.ahead) if job.ahead else words("jobs.next")
    if job.state == "running":
        return job.doing[:1].upper() + job.doing[1:] if job.doing else words("jobs.starting")
    return words(f"jobs.{job.state}")


def counted(job: Job) -> str:
    """Return in words how much of it is done, and how long it still takes."""
    if job.state != "running" or job.total < 1:
        return ""
    words = texts()
    count = words("jobs.count", done=f"{job.done:,}", total=f"{job.total:,}")
    if job.seconds_left is None or job.done >= job.total:
        return count
    return words("jobs.count_left", count=count, left=_left(job.seconds_left))


def _left(seconds: float) -> str:
    words = texts()
    if seconds < _MINUTE:
        return words("jobs.seconds_left", n=max(1, round(seconds)))
    return words("jobs.minutes_left", n=f"{round(seconds / _MINUTE):,}")
