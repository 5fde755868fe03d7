"""The processes of jobs as the workbench sees them: started, listened to, stopped."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from detente.web.jobs.wire import Outcome, Request, read_outcome, write_request

_PATIENCE = 5.0
"""Seconds that the nursery has to end by itself."""
_BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from detente.web.jobs.nursery import main; main(*sys.argv[1::2])"
)
"""What the nursery runs: it finds modules where we do, and never in the folder it stands in."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


@dataclass(slots=True, kw_only=True, eq=False)
class Child:
    """The process of one job.

    code : what it ended with, negative for a signal; None while it lives
    memory : bytes that it held at its most, known when it has ended
    """

    job_id: str
    line: socket.socket
    file: IO[bytes]
    began: float = field(default_factory=time.monotonic)
    code: int | None = None
    memory: int = 0
    _heard: bytes = b""

    def news(self) -> tuple[str, int, int] | None:
        """Return what it last said of how far it is; None where it has said nothing new."""
        with suppress(BlockingIOError, ConnectionError):
            while data := self.line.recv(65536):
                self._heard += data
        *lines, self._heard = self._heard.split(b"\n")
        if not lines:
            return None
        doing, done, total = json.loads(lines[-1])
        return doing, done, total

    def outcome(self) -> Outcome:
        """Return how it went, once it has ended with 0."""
        return read_outcome(self.file)

    def close(self) -> None:
        """Let go of what led to it."""
        self.line.close()
        self.file.close()


class Nursery:
    """The process that jobs are forked from; a new one is started when it is needed.

    preload : modules that it imports once for all
    threads : how many each job may compute with
    """

    def __init__(self, preload: Sequence[str], *, threads: int) -> None:
        self.preload = preload
        self.threads = threads
        self.children: dict[str, Child] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._control = socket.socket()
        self._heard = b""
        self._lock = Lock()

    def open(self) -> None:
        """Start the process, if it is not there, so that it is ready in time."""
        if self._process is not None:
            return
        self._control.close()
        self._control, other = socket.socketpair()
        self._control.settimeout(0)
        number, paths, preload = other.fileno(), json.dumps(sys.path), json.dumps([*self.preload])
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-P", "-c", _BEGIN, str(number), paths, preload],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **dict.fromkeys(_THREADS, str(self.threads))},
                pass_fds=(number,),
                start_new_session=True,
            )
        self._heard = b""

    def start(self, job_id: str, request: Request) -> Child:
        """Start the process of a job."""
        self.open()
        file = TemporaryFile()  # noqa: SIM115 - closed with the child
        write_request(request, file)
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        child = Child(job_id=job_id, line=ours, file=file)
        self.children[job_id] = child
        with theirs, self._lock, suppress(OSError):  # a nursery that is gone is noticed by heard()
            message = f"start {job_id}\n".encode()
            socket.send_fds(self._control, [message], [theirs.fileno(), file.fileno()])
        return child

    def stop(self, job_id: str) -> None:
        """End the process of a job now, whatever it is doing; any thread may say so."""
        with self._lock, suppress(OSError):
            self._control.send(f"stop {job_id}\n".encode())

    def lines(self) -> list[socket.socket]:
        """Return what to listen to."""
        control = [] if self._process is None else [self._control]
        return control + [child.line for child in self.children.values()]

    def ended(self) -> list[Child]:
        """Return the processes that have ended since one last asked."""
        if self._process is None:
            return []
        lives = self._hear()
        *lines, self._heard = self._heard.split(b"\n")
        found = []
        for line in lines:
            job_id, code, memory = json.loads(line)
            child = self.children.pop(job_id)
            child.code, child.memory = code, memory * (1 if sys.platform == "darwin" else 1024)
            found.append(child)
        return found if lives else [*found, *self._lost()]

    def kill(self) -> None:
        """End all processes by force."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End all of it."""
        with self._lock:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        for child in self.children.values():
            child.close()
        self.children.clear()

    def _hear(self) -> bool:
        """Read what the nursery says; return whether it lives."""
        try:
            while data := self._control.recv(65536):
                self._heard += data
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _lost(self) -> list[Child]:
        """Return all processes, which have ended with the one that they were forked from."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        found = list(self.children.values())
        self.children.clear()
        for child in found:
            child.code = -9
        return found
