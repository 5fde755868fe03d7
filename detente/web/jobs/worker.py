"""The process of one job: bounded in memory, telling how far it is, dying with whoever started it.

It is forked by :mod:`detente.web.jobs.nursery`. ``line`` leads to the workbench: progress goes out
over it, and when it breaks the workbench is gone. ``file`` holds what is to be done, and in the end
how it went.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from threading import Thread
from typing import IO

from detente.errors import DetenteError
from detente.web.jobs.wire import Outcome, Request, read_request, write_outcome
from detente.work import Work

_PACE = 0.1
"""Seconds between two messages about the same thing."""
_LONGEST = 200
_PR_SET_PDEATHSIG = 1


def run(line: socket.socket, file: IO[bytes]) -> None:
    """Do what the file asks for, and write into it how it went."""
    die_with_parent()
    Thread(target=_watch, args=(line,), daemon=True).start()
    request = read_request(file)
    sys.path[:] = request.path
    unlimited = resource.getrlimit(resource.RLIMIT_DATA)
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (request.memory, unlimited[1]))
        outcome = _outcome(request, line)
    except MemoryError:
        resource.setrlimit(resource.RLIMIT_DATA, unlimited)
        outcome = Outcome(kind="memory")
    write_outcome(outcome, file)


def die_with_parent() -> None:
    """Have the system end this process with the one that started it, where it can do so."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _outcome(request: Request, line: socket.socket) -> Outcome:
    work = Work(
        seed=request.seed,
        readings=request.readings,
        seconds=request.seconds,
        memory=request.work_memory,
        progress=_Teller(line),
    )
    try:
        module, _, function = request.entry.partition(":")
        answer = getattr(import_module(module), function)
        made = answer(request.text, request.question, request.options, work)
        return Outcome(kind="answer", contents=made.contents, files=made.files)
    except DetenteError as error:
        return Outcome(kind="refused", message=str(error))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - whatever it is, the workbench has to hear of it
        return Outcome(kind="fault", message=traceback.format_exc())


class _Teller:
    """Tells the workbench how far a job is, not too often."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self._doing, self._at = "", 0.0

    def __call__(self, doing: str, done: int, total: int) -> None:
        moment = time.monotonic()
        if doing == self._doing and moment < self._at + _PACE and done < total:
            return
        self._doing, self._at = doing, moment
        news = json.dumps([doing[:_LONGEST], done, total])
        with suppress(OSError):
            self.line.sendall(news.encode() + b"\n")


def _watch(line: socket.socket) -> None:
    """End this process, and what it started, when the workbench is gone."""
    with suppress(OSError):
        line.recv(1)
    os.killpg(0, signal.SIGKILL)
