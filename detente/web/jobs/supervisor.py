"""One thread that runs the jobs: takes those whose turn it is, listens to them, ends them."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import sys
import threading
import time
import traceback
from contextlib import suppress
from multiprocessing.connection import wait

from sqlalchemy.exc import OperationalError

from detente.web.jobs.children import Child, Nursery
from detente.web.jobs.pace import Pace
from detente.web.jobs.wire import Outcome, Request
from detente.web.settings import Settings
from detente.web.storage.jobs import Job, Jobs, Told
from detente.web.storage.results import Results
from detente.web.texts import texts
from detente.work import Work

_LOG = logging.getLogger(__name__)
_LOOK = 0.2
"""Seconds between two looks at whether a job was cancelled elsewhere, while one runs."""
_IDLE = 2.0
"""Seconds between two looks at the queue, while nothing runs and nobody calls."""
_TELL, _BEAT, _TIDY = 0.5, 5.0, 10.0
"""Seconds between two writings of progress, two signs of life, two searches for orphans."""
_AFTER_TROUBLE = 1.0
_PATIENCE = 15.0
"""Seconds that a process may take to end before all are ended by force."""
_CRASHES = {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGFPE, -signal.SIGILL, -signal.SIGABRT}
"""What a process ends with whose compiled code is at fault."""
_HERE: set[str] = set()
"""Names of the supervisors of this process."""


class Supervisor:
    """Runs jobs until it is closed.

    entry : see :class:`~detente.web.jobs.wire.Request`
    """

    def __init__(
        self, jobs: Jobs, results: Results, settings: Settings, nursery: Nursery, entry: str
    ) -> None:
        self.jobs = jobs
        self.results = results
        self.settings = settings
        self.nursery = nursery
        self.entry = entry
        self.name = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._running: dict[str, Job] = {}
        self._paces: dict[str, Pace] = {}
        self._news: dict[str, Told] = {}
        self._stopped: dict[str, tuple[str, float]] = {}
        self._over: list[Child] = []
        self._told_at = self._beat_at = self._tidied_at = self._looked_at = float("-inf")
        self._closing = threading.Event()
        self._ear, self._bell = socket.socketpair()
        for end in (self._ear, self._bell):
            end.settimeout(0)
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin."""
        _HERE.add(self.name)
        self.ring()
        self._thread.start()

    def ring(self) -> None:
        """Have it look at the queue now."""
        with suppress(OSError):
            self._bell.send(b"!")

    def stop(self, job_id: str) -> None:
        """End the process of a job that was cancelled, if it runs here."""
        if job_id in self._running:
            self._stop(job_id, "cancelled")

    def close(self) -> None:
        """End all processes and give their jobs back to the queue."""
        self._closing.set()
        self.ring()
        self._thread.join()
        _HERE.discard(self.name)
        self._ear.close()
        self._bell.close()

    def _run(self) -> None:
        try:
            with suppress(OSError):  # it is tried again for the first job
                self.nursery.open()
            while not self._closing.is_set():
                try:
                    self._turn()
                except Exception:  # noqa: BLE001 - whatever happens, the queue goes on
                    _LOG.exception("the jobs could not be looked after for a moment")
                    self._closing.wait(_AFTER_TROUBLE)
        finally:
            self.nursery.close()
            self._leave()

    def _turn(self) -> None:
        """Go once through all that there is to do."""
        wait([self._ear, *self.nursery.lines()], _LOOK if self._running else _IDLE)
        with suppress(BlockingIOError):
            while self._ear.recv(4096):
                pass
        for child in self.nursery.children.values():
            self._listen(child)
        self._over += self.nursery.ended()
        while self._over:  # one that cannot be written down now is tried again
            self._end(self._over[0])
            self._over.pop(0).close()
        self._tell()
        if self._due("_tidied_at", _TIDY):
            self.jobs.orphans(self._is_gone, ours=self._running, why=texts()("jobs.died"))
        self._claim()

    def _due(self, which: str, every: float) -> bool:
        moment = time.monotonic()
        if moment < getattr(self, which) + every:
            return False
        setattr(self, which, moment)
        return True

    def _listen(self, child: Child) -> None:
        """Note how far a job is, and stop one that takes too long."""
        moment = time.monotonic()
        news = child.news()
        if news is not None:
            left = self._paces[child.job_id].seconds_left(*news, at=moment)
            doing, done, total = news
            self._news[child.job_id] = Told(doing=doing, done=done, total=total, seconds_left=left)
        _, since = self._stopped.get(child.job_id, ("", moment))
        if moment > since + _PATIENCE:
            self.nursery.kill()
        elif moment > child.began + self.settings.limits.job_seconds:
            self._stop(child.job_id, "time")

    def _stop(self, job_id: str, why: str) -> None:
        self._stopped.setdefault(job_id, (why, time.monotonic()))
        self.nursery.stop(job_id)

    def _tell(self) -> None:
        """Write down how far the jobs are, and stop those that are no longer ours."""
        if not self._running:
            return
        beats = self._due("_beat_at", _BEAT)
        if beats or (self._news and self._due("_told_at", _TELL)):
            told = {job_id: self._news.get(job_id) for job_id in self._running}
            ours = self.jobs.beat(self.name, told)
            self._news.clear()
        elif self._due("_looked_at", _LOOK):
            ours = self.jobs.held(self.name)
        else:
            return
        for job_id in set(self._running) - ours:
            self._stop(job_id, "taken")

    def _claim(self) -> None:
        """Begin the jobs whose turn it is, as many as may run."""
        while len(self._running) < self.settings.limits.jobs and not self._closing.is_set():
            claimed = self.jobs.claim(self.name)
            if claimed is None:
                return
            job, text = claimed
            if self.results.contents(job.key) is not None:
                self.jobs.finish(job.id, self.name)
                continue
            try:
                self.nursery.start(job.id, self._request(job, text))
            except OSError:
                self.jobs.give_back(job.id, self.name, why=texts()("jobs.died"))
                raise
            self._running[job.id], self._paces[job.id] = job, Pace()

    def _request(self, job: Job, text: str) -> Request:
        limits = self.settings.limits
        return Request(
            entry=self.entry,
            text=text,
            question=job.question,
            options=job.options,
            readings=self.settings.readings,
            seed=self.settings.seed,
            seconds=limits.job_seconds / 3,
            work_memory=min(Work().memory, limits.job_memory // 2),
            memory=limits.job_memory,
            path=sys.path,
        )

    def _end(self, child: Child) -> None:
        """Write down how a job ended."""
        job = self._running[child.job_id]
        if child.code == 0:
            self._take(job, child)
        elif self._stopped.get(job.id, ("", 0))[0] == "time":
            seconds = f"{self.settings.limits.job_seconds:,.0f} s"
            self.jobs.finish(job.id, self.name, error=texts()("jobs.too_long", seconds=seconds))
        elif child.memory > 0.9 * self.settings.limits.job_memory:
            self.jobs.finish(job.id, self.name, error=self._too_large())
        else:
            crashed = child.code in _CRASHES
            if job.id not in self._stopped:
                _LOG.warning("job %s (%s) ended with %s", job.id, job.question, child.code)
            why = texts()("jobs.fault" if crashed else "jobs.died")
            self.jobs.give_back(job.id, self.name, why=why)
        for kept in (self._running, self._paces, self._news, self._stopped):
            kept.pop(job.id, None)

    def _take(self, job: Job, child: Child) -> None:
        try:
            outcome = child.outcome()
            if outcome.kind == "answer":
                contents, files = outcome.contents, outcome.files
                self.results.put(job.key, question=job.question, contents=contents, files=files)
        except OperationalError:  # the database cannot be reached: tried again
            raise
        except Exception:  # noqa: BLE001 - what cannot be kept must not stop the queue
            outcome = Outcome(kind="fault", message=traceback.format_exc())
        if outcome.kind == "fault":
            _LOG.error("job %s (%s) failed:\n%s", job.id, job.question, outcome.message)
        errors = {
            "answer": "",
            "refused": outcome.message,
            "memory": self._too_large(),
            "fault": texts()("jobs.fault"),
        }
        self.jobs.finish(job.id, self.name, error=errors[outcome.kind])

    def _too_large(self) -> str:
        return texts()("jobs.too_large", megabytes=self.settings.limits.job_memory // 2**20)

    def _leave(self) -> None:
        """Give the jobs back that have not ended, so that they are begun again elsewhere."""
        try:
            self.jobs.leave(self.name)
        except Exception:  # noqa: BLE001 - they are found as orphans later
            _LOG.exception("the jobs could not be given back")

    def _is_gone(self, runner: str) -> bool:
        """Whether a runner on this machine is known to have ended."""
        host, pid, _ = runner.rsplit(":", 2)
        if host != self.name.rsplit(":", 2)[0]:
            return False
        if int(pid) == os.getpid():
            return runner not in _HERE
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False
