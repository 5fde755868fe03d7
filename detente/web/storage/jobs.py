"""The queue of the jobs: who waits, who runs, and how each ended.

A job goes from queued to running, and from there to done, failed or cancelled. Whoever runs a job
signs it, beats while it does, and may only end what it has signed: a job whose runner is gone goes
back into the queue once, and fails the second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from detente.errors import DetenteError
from detente.web.storage.cases import Revision, UnknownError
from detente.web.storage.database import Database, new_id, now
from detente.web.storage.tables import JobRow, RevisionRow

State = Literal["queued", "running", "done", "failed", "cancelled"]
OPEN = ("queued", "running")
"""States of a job that has not ended."""
TRIES = 2
"""How often a job is begun that dies without a word."""
SILENCE = timedelta(seconds=30)
"""A runner that was not heard of for so long is taken to be gone."""
_QUEUE_LOCK = 0x6465_7465_6E74_65
"""Held on PostgreSQL by whoever puts something into the queue."""


class BusyError(DetenteError):
    """So much is waiting already that nothing more is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work on one answer, as it stands.

    key : of the result that it is to give
    doing, done, total : what is being done, and how much of it
    seconds_left : until what is being done is done; None where that cannot be told
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
    seconds_left: float | None = None

    @property
    def over(self) -> bool:
        """Whether it has come to an end."""
        return self.state not in OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far a job is."""

    doing: str
    done: int
    total: int
    seconds_left: float | None


class Jobs:
    """The jobs of a workbench."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def get(self, job_id: str) -> Job:
        """Return a job; raise UnknownError."""
        with self.database.read() as session:
            row = session.get(JobRow, job_id)
            if row is None:
                raise UnknownError("there is no such job; its case may have been deleted")
            return _placed(session, _job(row))

    def newest(self, key: str) -> Job | None:
        """Return the job that last worked on an answer."""
        with self.database.read() as session:
            row = _newest(session, key)
            return None if row is None else _placed(session, _job(row))

    def unfinished(self) -> dict[str, Job]:
        """Return the jobs that have not ended, those that wait in the order of their turn."""
        with self.database.read() as session:
            found = session.scalars(select(JobRow).where(JobRow.state.in_(OPEN)))
            jobs = {row.id: _job(row) for row in found}
        for ahead, job_id in enumerate(_in_turn(list(jobs.values()))):
            jobs[job_id] = replace(jobs[job_id], ahead=ahead)
        return jobs

    def enqueue(
        self, revision: Revision, question: str, options: Mapping[str, Any], key: str, *, most: int
    ) -> Job:
        """Put a job into the queue; one that works on the same answer is joined instead.

        most : how many may wait

        Raises
        ------
        BusyError
            So many wait already.
        UnknownError
            The case was deleted.
        """
        row = JobRow(
            id=new_id(),
            case_id=revision.case_id,
            revision=revision.number,
            question=question,
            options=dict(options),
            key=key,
            state="queued",
            queued_at=now(),
        )
        try:
            with self.database.begin() as session:
                _lock_the_queue(session)
                newest = _newest(session, key)
                if newest is not None and newest.state in OPEN:
                    return _placed(session, _job(newest))
                if _n_waiting(session) >= most:
                    message = f"{most:,} questions are waiting already; ask again in a minute"
                    raise BusyError(message)
                session.add(row)
                session.flush()
                return _placed(session, _job(row))
        except IntegrityError:
            raise UnknownError("there is no such case; it may have been deleted") from None

    def claim(self, runner: str) -> tuple[Job, str] | None:
        """Take the job whose turn it is and sign it; return it with the text of its case.

        Several runners never take the same one.
        """
        with self.database.read() as session:
            if not _n_waiting(session):
                return None
        with self.database.begin() as session:
            found = session.scalars(select(JobRow).where(JobRow.state.in_(OPEN)))
            for job_id in _in_turn([_job(row) for row in found]):
                free = select(JobRow).where(JobRow.id == job_id, JobRow.state == "queued")
                free = free.with_for_update(skip_locked=True)
                row = session.scalar(free, execution_options={"populate_existing": True})
                if row is None:
                    continue
                row.state, row.runner, row.tries = "running", runner, row.tries + 1
                row.began_at = row.beat_at = now()
                revision = session.get_one(RevisionRow, (row.case_id, row.revision))
                return _job(row), revision.text
        return None

    def beat(self, runner: str, told: Mapping[str, Told | None]) -> frozenset[str]:
        """Say that a runner lives, and how far its jobs are; return those that are still its own.

        told : None for a job of which nothing new is known
        """
        with self.database.begin() as session:
            rows = _signed(session, runner, told)
            for row in rows:
                row.beat_at = now()
                news = told[row.id]
                if news is not None:
                    row.doing, row.done, row.total = news.doing, news.done, news.total
                    row.seconds_left = news.seconds_left
            return frozenset(row.id for row in rows)

    def held(self, runner: str) -> frozenset[str]:
        """Return the jobs that a runner has signed and nobody has taken from it."""
        with self.database.read() as session:
            found = select(JobRow.id).where(JobRow.runner == runner, JobRow.state == "running")
            return frozenset(session.scalars(found))

    def finish(self, job_id: str, runner: str, *, error: str = "") -> None:
        """End a job, well or with an error; nothing happens where it is no longer the runner's."""
        with self.database.begin() as session:
            for row in _signed(session, runner, [job_id]):
                _end(row, "failed" if error else "done", error)

    def give_back(self, job_id: str, runner: str, *, why: str) -> None:
        """Put a job that died without a word back into the queue; the last time it fails.

        why : what is said where it fails
        """
        with self.database.begin() as session:
            for row in _signed(session, runner, [job_id]):
                _again(row, why)

    def leave(self, runner: str) -> None:
        """Put all jobs of a runner that stops on purpose back into the queue."""
        with self.database.begin() as session:
            found = select(JobRow).where(JobRow.runner == runner, JobRow.state == "running")
            for row in session.scalars(found.with_for_update()):
                row.tries -= 1
                _requeue(row)

    def orphans(self, gone: Callable[[str], bool], *, why: str, ours: Container[str] = ()) -> int:
        """Put jobs back into the queue whose runner is gone; return how many were found.

        gone : whether a runner is known to be gone
        ours : jobs that are well, however long nothing was said of them: the machine may have slept
        why : what is said of a job that fails for that
        """
        with self.database.read() as session:
            running = session.scalars(select(JobRow).where(JobRow.state == "running")).all()
            lost = [row.id for row in running if _silent(row) or gone(row.runner)]
            lost = [job_id for job_id in lost if job_id not in ours]
        if not lost:
            return 0
        with self.database.begin() as session:
            found = select(JobRow).where(JobRow.id.in_(lost), JobRow.state == "running")
            rows = session.scalars(found.with_for_update(skip_locked=True)).all()
            rows = [row for row in rows if _silent(row) or gone(row.runner)]
            for row in rows:
                _again(row, why)
            return len(rows)

    def cancel(self, job_id: str) -> Job:
        """Mark a job as cancelled; one that has ended stays as it is. Raise UnknownError."""
        with self.database.begin() as session:
            row = session.get(JobRow, job_id, with_for_update=True)
            if row is None:
                raise UnknownError("there is no such job; its case may have been deleted")
            if row.state in OPEN:
                _end(row, "cancelled")
            return _job(row)


def _lock_the_queue(session: Session) -> None:
    """Let one at a time put something into the queue; a transaction of SQLite does so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _QUEUE_LOCK})


def _n_waiting(session: Session) -> int:
    counted = select(func.count()).select_from(JobRow).where(JobRow.state == "queued")
    return session.scalar(counted) or 0


def _newest(session: Session, key: str) -> JobRow | None:
    found = select(JobRow).where(JobRow.key == key)
    return session.scalar(found.order_by(JobRow.queued_at.desc(), JobRow.id).limit(1))


def _signed(session: Session, runner: str, ids: Sequence[str] | Mapping[str, Any]) -> list[JobRow]:
    """Return those of the jobs that are still the runner's, locked."""
    found = select(JobRow).where(
        JobRow.id.in_(list(ids)), JobRow.runner == runner, JobRow.state == "running"
    )
    return list(session.scalars(found.order_by(JobRow.id).with_for_update()))


def _in_turn(jobs: Sequence[Job]) -> list[str]:
    """Return those that wait in the order of their turn.

    First come, first served, but no case has a second turn before all that wait had a first.
    """
    turns = Counter(job.case_id for job in jobs if job.state == "running")
    waiting = []
    for job in sorted(jobs, key=lambda job: (job.queued_at, job.id)):
        if job.state == "queued":
            waiting.append((turns[job.case_id], job.queued_at, job.id))
            turns[job.case_id] += 1
    return [job_id for _, _, job_id in sorted(waiting)]


def _placed(session: Session, job: Job) -> Job:
    """Return a job with how many wait in front of it."""
    if job.state != "queued":
        return job
    found = session.scalars(select(JobRow).where(JobRow.state.in_(OPEN)))
    return replace(job, ahead=_in_turn([_job(row) for row in found]).index(job.id))


def _silent(row: JobRow) -> bool:
    return row.beat_at is None or row.beat_at < now() - SILENCE


def _again(row: JobRow, why: str) -> None:
    if row.tries >= TRIES:
        _end(row, "failed", why)
    else:
        _requeue(row)


def _requeue(row: JobRow) -> None:
    row.state, row.runner, row.beat_at, row.began_at = "queued", "", None, None
    row.doing, row.done, row.total, row.seconds_left = "", 0, 0, None


def _end(row: JobRow, state: State, error: str = "") -> None:
    row.state, row.error, row.ended_at = state, error, now()
    row.seconds_left = None


def _job(row: JobRow) -> Job:
    return Job(
        id=row.id,
        case_id=row.case_id,
        revision=row.revision,
        question=row.question,
        options=row.options,
        key=row.key,
        state=row.state,  # type: ignore[arg-type]  # only states are ever written
        doing=row.doing,
        done=row.done,
        total=row.total,
        ahead=0,
        error=row.error,
        queued_at=row.queued_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        seconds_left=row.seconds_left,
    )
