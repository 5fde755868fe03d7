"""The other end of a side at work: a process of any interpreter that answers questions in turns."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pipe
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.effort import THREADS, Effort

ROOT = Path(__file__).resolve().parent.parent.parent
LIMIT = 150.0
"""Processor seconds after which a side is stopped."""
PATIENCE = 20
"""So many times as long by the clock it is stopped, too: other work may keep it waiting."""
STARTING = 600.0
"""Processor seconds within which it must have started; at first, compiled code is made."""
LONG, SHORT = 10.0, 1.0
"""What takes longer than the first is timed once, less than the second five times, else thrice."""
_USER = 11
"""Where, after the name, the system says how long a process worked; how long for it, next."""


class SideError(Exception):
    """The side gave no answer; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrant:
    """A side that can be started: the interpreter that has it, and its module."""

    name: str
    interpreter: Path
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """What a side answered, and what that cost.

    problem : why there is no answer; everything else is then empty
    walls, cpus : seconds of each repeat; memory : MiB added at the peak, None where not known
    """

    problem: str = ""
    answer: Any = None
    walls: tuple[float, ...] = ()
    cpus: tuple[float, ...] = ()
    memory: float | None = None

    @property
    def wall(self) -> float:
        """Seconds by the clock, the median."""
        return median(self.walls)

    @property
    def cpu(self) -> float:
        """Seconds of the processor, the median."""
        return median(self.cpus)


class Process:
    """A side in a process of its own, started when it is first asked and again after a stop."""

    def __init__(self, entrant: Entrant, *, limit: float = LIMIT) -> None:
        """Name the side; ``limit`` in processor seconds holds for every command."""
        self.entrant, self.limit = entrant, limit
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, command: str, content: Any = None) -> Any:
        """Send a command and return what comes back; raise SideError when nothing does."""
        try:
            self._start()
            self._here.send((command, content))
            return self._reply(self.limit)
        except SideError:
            self.close()
            raise
        except (OSError, EOFError):
            self.close()
            raise SideError("its process ended without an answer") from None

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._here.close()
            self._process = None

    def _start(self) -> None:
        if self._process is not None:
            return
        self._here, there = Pipe()
        entrant = self.entrant
        self._process = subprocess.Popen(  # noqa: S603 - the interpreter that the user names
            [
                *(str(entrant.interpreter), "-W", "ignore", "-m", "benchmarks.peers.serving"),
                *(entrant.module, str(there.fileno())),
            ],
            cwd=ROOT,
            env=environment(),
            pass_fds=[there.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        there.close()
        self._reply(STARTING)

    def _worked(self) -> float:
        return 0.0 if self._process is None else _worked_by(self._process.pid)

    def _reply(self, limit: float) -> Any:
        began, worked = time.monotonic(), self._worked()
        while not self._here.poll(min(1.0, limit)):
            waited = time.monotonic() - began
            if waited > PATIENCE * limit or self._worked() - worked > limit:
                raise SideError(f"stopped after {limit:g} s")
        kind, content = self._here.recv()
        if kind == "failed":
            raise SideError(content)
        return content


def _worked_by(process: int) -> float:
    """Return the processor seconds of a process; by the clock where the system does not tell."""
    try:
        status = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return time.monotonic()
    fields = status.rpartition(")")[2].split()
    return (int(fields[_USER]) + int(fields[_USER + 1])) / os.sysconf("SC_CLK_TCK")


def environment() -> dict[str, str]:
    """Return what a process is told: one thread, and nothing of the interpreter that starts it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept.pop("VIRTUAL_ENV", None)
    return kept | dict.fromkeys(THREADS, "1") | {"PYTHONDONTWRITEBYTECODE": "1"}


def raced(
    processes: Sequence[Process], question: str, given: Any, *, repeats: int | None = None
) -> Mapping[str, Timed]:
    """Let sides answer the same question of the same problem, taking turns.

    repeats : as many, however long they take; by how long the first took when None
    """
    runners = [_Runner(process, question, given) for process in processes]
    while any(runner.unfinished(repeats) for runner in runners):
        for runner in runners:
            if runner.unfinished(repeats):
                runner.go()
    return {runner.process.entrant.name: runner.timed() for runner in runners}


class _Runner:
    """One side's repeats of one question."""

    def __init__(self, process: Process, question: str, given: Any) -> None:
        self.process = process
        self.efforts: list[Effort] = []
        self.answer: Any = None
        self.problem = ""
        self._warm = False
        try:
            process.ask("prepare", (question, given))
        except SideError as error:
            self.problem = str(error)

    def unfinished(self, repeats: int | None) -> bool:
        """Whether another repeat is due."""
        if self.problem or not self.efforts:
            return not self.problem
        first = self.efforts[0].cpu
        by_length = 1 if first > LONG else 5 if first < SHORT else 3
        return len(self.efforts) < (by_length if repeats is None else repeats)

    def go(self) -> None:
        """Answer once more; the first time is not counted unless it takes long."""
        try:
            effort = self._run()
            if not self._warm:
                self._warm = True
                self.answer = self.process.ask("answer")
                if effort.cpu <= LONG:
                    effort = self._run()
            self.efforts.append(effort)
        except SideError as error:
            self.problem = str(error)

    def _run(self) -> Effort:
        wall, cpu, memory = self.process.ask("run")
        return Effort(wall=wall, cpu=cpu, memory=memory)

    def timed(self) -> Timed:
        """Return what came of it."""
        if self.problem:
            return Timed(problem=self.problem)
        return Timed(
            answer=self.answer,
            walls=tuple(effort.wall for effort in self.efforts),
            cpus=tuple(effort.cpu for effort in self.efforts),
            memory=max((e.memory for e in self.efforts if e.memory is not None), default=None),
        )
