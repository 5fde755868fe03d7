"""All analysts of a workbench: few at a time, and the cases that they have made ready."""

from __future__ import annotations

import pickle
import time
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import RLock, Thread
from typing import Any, Literal

from detente.composition import Composition, Look
from detente.errors import LimitError
from detente.mending import Repairs
from detente.vocabulary import Package
from detente.web.analysts.child import Task, analyst
from detente.web.settings import Settings

MOST_READY = 16
"""Cases kept ready; more are kept only while they are small."""
MOST_BYTES = 2**30
"""Bytes that the cases kept ready may take together, as pickled; the last one asked for stays."""
FORGOTTEN = 20.0
"""Seconds after which a case that nobody asks about any more need not be made ready."""
MOST_WAITING = 100
"""Cases that may wait to be made ready; further ones are refused."""
MOST_PROOFS = 50
"""Packages whose verdicts may wait to be proved; more are told without proof."""
SECONDS = 20.0
"""How long a search for a solution or for repairs may take."""

State = Literal["waiting", "working", "ready", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an analyst works on: one text, seen in one way.

    digest : of the text
    """

    digest: str
    text: str = field(compare=False, repr=False)
    view: str = "believed"
    readings: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a case is.

    ahead : how many others wait in front of it
    doing, done, total : what is being done, and how much of it
    error : why it failed; empty where the process ended without a word
    """

    state: State
    composition: Composition | None = None
    ahead: int = 0
    doing: str = ""
    done: int = 0
    total: int = 0
    error: str = ""


class _Desk:
    """One case: where it stands, and the process that works on it, if any.

    number : desks are served in this order
    size : bytes that the case made ready takes
    searches : packages whose repairs are being searched, with how many wait for them
    """

    def __init__(self, subject: Subject, number: int) -> None:
        self.subject = subject
        self.number = number
        self.standing = Standing(state="waiting")
        self.asked_at = time.monotonic()
        self.size = 0
        self.line: Connection | None = None
        self.process: BaseProcess | None = None
        self.searches: dict[Package, _Search] = {}

    @property
    def wanted(self) -> bool:
        """Whether somebody still asks."""
        return time.monotonic() < self.asked_at + FORGOTTEN

    @property
    def needs_process(self) -> bool:
        """Whether there is something to do, and nobody who does it."""
        return self.process is None and (self.standing.state == "waiting" or bool(self.searches))

    @property
    def busy(self) -> bool:
        """Whether somebody waits for what its process does."""
        return bool(self.searches) or (self.standing.state == "working" and self.wanted)


class _Search:
    """A search for the repairs of one package."""

    def __init__(self) -> None:
        self.found: Future[Repairs] = Future()
        self.waiting = 0


class Analysts:
    """Makes cases ready, a few at a time, and keeps the last ones; any thread may ask."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._desks: OrderedDict[Subject, _Desk] = OrderedDict()
        self._numbers = count()
        self._lock = RLock()
        self._proving: dict[tuple[Subject, Package], Future[Look]] = {}
        self._prover = ThreadPoolExecutor(1, thread_name_prefix="prover")
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([analyst.__module__])

    def subject(self, *, digest: str, text: str, view: str) -> Subject:
        """Return what is to be worked on, under the circumstances of this workbench."""
        own = self.settings
        return Subject(digest=digest, text=text, view=view, readings=own.readings, seed=own.seed)

    def text(self, digest: str) -> str | None:
        """Return the text of a case that was asked about; None where it is forgotten."""
        with self._lock:
            known = (one.text for one in self._desks if one.digest == digest)
            return next(known, None)

    def ask(self, subject: Subject) -> Standing:
        """Return how far a case is; begin to make it ready where it is new.

        Raises LimitError where too many others wait.
        """
        with self._lock:
            if subject not in self._desks:
                self._forget()
                self._desks[subject] = _Desk(subject, next(self._numbers))
            desk = self._desks[subject]
            self._desks.move_to_end(subject)
            desk.asked_at = time.monotonic()
            self._begin()
            if desk.standing.state != "waiting":
                return desk.standing
            return replace(desk.standing, ahead=self._ahead(desk))

    def again(self, subject: Subject) -> Standing:
        """Begin anew what failed."""
        with self._lock:
            desk = self._desks.get(subject)
            if desk is not None and desk.standing.state == "failed":
                del self._desks[subject]
            return self.ask(subject)

    def search(self, subject: Subject, package: Package) -> Future[Repairs]:
        """Have the repairs of a package searched in a case that is ready.

        Whoever no longer waits for it says so by :meth:`leave_off`.
        """
        with self._lock:
            desk = self._desks[subject]
            if package not in desk.searches:
                desk.searches[package] = _Search()
                _send(desk.line, ("search", package))
                self._begin()
            search = desk.searches[package]
            search.waiting += 1
            return search.found

    def leave_off(self, subject: Subject, package: Package) -> None:
        """Wait no longer for the repairs of a package; the last one ends the search."""
        with self._lock:
            desk = self._desks.get(subject)
            if desk is None or package not in desk.searches:
                return
            search = desk.searches[package]
            search.waiting -= 1
            if not search.waiting:
                del desk.searches[package]
                _send(desk.line, ("leave off", package))

    def prove(self, subject: Subject, ready: Composition, package: Package) -> Future[Look] | None:
        """Have the verdicts on a package proved beside the requests; None where too many wait.

        Nearly always that takes a few milliseconds, and now and then much longer.
        """
        key = (subject, package)
        with self._lock:
            if key not in self._proving:
                if len(self._proving) >= MOST_PROOFS:
                    return None
                proof = self._prover.submit(ready.look, package)
                self._proving[key] = proof
                proof.add_done_callback(lambda _: self._proving.pop(key, None))
                return proof
            return self._proving[key]

    def close(self) -> None:
        """End all processes."""
        self._prover.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            desks = list(self._desks.values())
            self._desks.clear()
        for desk in desks:
            _release(desk)

    def _ahead(self, desk: _Desk) -> int:
        others = self._desks.values()
        return sum(one.needs_process and one.number < desk.number for one in others)

    def _forget(self) -> None:
        """Forget cases that were asked for longest ago, and those that nobody waits for."""
        for subject, desk in list(self._desks.items()):
            if desk.standing.state == "waiting" and not desk.wanted:
                del self._desks[subject]
        if sum(desk.standing.state == "waiting" for desk in self._desks.values()) >= MOST_WAITING:
            raise LimitError("too many cases wait to be made ready; try again in a minute")
        ready = [desk for desk in self._desks.values() if desk.standing.state == "ready"]
        size = sum(desk.size for desk in ready)
        while len(ready) >= MOST_READY or (ready and size > MOST_BYTES):
            oldest = ready.pop(0)
            size -= oldest.size
            _release(oldest)
            del self._desks[oldest.subject]

    def _begin(self) -> None:
        """Start processes for what waits, in the place of those that nobody needs."""
        limits = self.settings.limits
        open_ones = [d for d in self._desks.values() if d.needs_process and d.wanted]
        for desk in sorted(open_ones, key=lambda one: one.number):
            running = [d for d in self._desks.values() if d.process is not None]
            idle = [d for d in running if not d.busy]
            if len(running) >= limits.analysts and not idle:
                return
            if len(running) >= limits.analysts:
                _release(idle[0])
                if idle[0].standing.state == "working":
                    del self._desks[idle[0].subject]
            self._start(desk)

    def _start(self, desk: _Desk) -> None:
        subject, limits = desk.subject, self.settings.limits
        ours, theirs = self._context.Pipe()
        task = Task(
            text=subject.text,
            view=subject.view,
            readings=subject.readings,
            seed=subject.seed,
            seconds=SECONDS,
            memory=limits.job_memory,
            ready=desk.standing.composition,
        )
        process = self._context.Process(target=analyst, args=(theirs, task), daemon=True)
        try:
            process.start()
        except OSError as error:
            desk.standing = Standing(state="failed", error=str(error))
            ours.close()
            return
        finally:
            theirs.close()
        if desk.standing.state == "waiting":
            desk.standing = Standing(state="working")
        desk.process, desk.line = process, ours
        for package in desk.searches:
            _send(ours, ("search", package))
        Thread(target=self._listen, args=(desk, process, ours), daemon=True).start()

    def _listen(self, desk: _Desk, process: BaseProcess, line: Connection) -> None:
        """Take in what a process says until it ends."""
        with suppress(EOFError, OSError):
            while True:
                word, *rest = line.recv()
                ready = pickle.loads(rest[0]) if word == "ready" else None  # noqa: S301 - our own
                with self._lock:
                    if desk.process is process:
                        _heard(desk, word, rest, ready)
                        self._begin()
        process.join()
        line.close()
        with self._lock:
            if desk.process is process:
                desk.process = desk.line = None
                if desk.standing.state == "working":
                    desk.standing = Standing(state="failed")
                for search in desk.searches.values():
                    search.found.set_exception(LimitError("the search took too much memory"))
                desk.searches.clear()
                self._begin()


def _heard(desk: _Desk, word: str, rest: list[Any], ready: Composition | None) -> None:
    """Take note of what a process said."""
    if word == "progress":
        doing, done, total = rest
        desk.standing = Standing(state="working", doing=doing, done=done, total=total)
    elif word == "ready":
        desk.size = len(rest[0])
        desk.standing = Standing(state="ready", composition=ready)
    elif word == "failed":
        desk.standing = Standing(state="failed", error=rest[0])
    elif rest[0] in desk.searches:
        package, outcome = rest
        found = desk.searches.pop(package).found
        if word == "repairs":
            found.set_result(outcome)
        else:
            found.set_exception(LimitError(outcome))


def _send(line: Connection | None, message: tuple[str, Package]) -> None:
    with suppress(OSError):
        if line is not None:
            line.send(message)


def _release(desk: _Desk) -> None:
    """End the process of a desk, if it has one; whoever listens to it closes the line."""
    if desk.process is not None:
        desk.process.kill()
        desk.process = desk.line = None
