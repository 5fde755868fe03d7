"""Questions that are slow, hungry or broken, for tests of the jobs.

What is done is what the question is called, or what its option ``where`` says. Every process writes
its number into the file that :data:`MARK` names in the environment.
"""

# ruff: noqa: ARG001 - all tasks are called alike

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from detente.errors import CaseError, DetenteError, Fault
from detente.web.jobs.products import Products
from detente.work import Work

ENTRY = f"{__name__}:answered"
MARK = "DETENTE_TEST_MARK"


def answered(text: str, question: str, options: Mapping[str, Any], work: Work) -> Products:
    """Do what is asked, after writing down who does it."""
    note(os.getpid())
    TASKS.get(str(options.get("where", question)).split(":")[0], steps)(options, work)
    data = f"{question} about {len(text)} characters".encode()
    contents = {"ok": True, "pictures": [], "tables": [], "files": [], "page": False}
    return Products(contents=contents, files={"answer.json": data, "answer.html": data})


def note(pid: int) -> None:
    """Write down the number of a process."""
    if os.environ.get(MARK):
        with Path(os.environ[MARK]).open("a") as file:
            file.write(f"{pid}\n")


def noted() -> list[int]:
    """Return the numbers of the processes that were written down."""
    file = Path(os.environ[MARK])
    return [int(pid) for pid in file.read_text().split()] if file.exists() else []


def quick(options: Mapping[str, Any], work: Work) -> None:
    """End at once."""


def steps(options: Mapping[str, Any], work: Work) -> None:
    """Take a few steps, as long as told."""
    behind = str(options.get("where", "")).partition(":")[2]
    total = int(behind or options.get("steps", 100))
    for done in range(total + 1):
        work.step("counting", done, total)
        time.sleep(float(options.get("each", 0.05)))


def brief(options: Mapping[str, Any], work: Work) -> None:
    """Take up to a second; the number behind the task says how long."""
    total = 1 + int(str(options["where"]).partition(":")[2]) % 7
    for done in range(total + 1):
        work.step("counting", done, total)
        time.sleep(0.1)


def compiled(options: Mapping[str, Any], work: Work) -> None:
    """Never come back from compiled code that holds the interpreter's lock."""
    from numba import njit

    spin = njit(_spin)
    spin(1)
    work.step("compiled", 0, 1)
    spin(2**62)


def _spin(n: int) -> int:
    x = 1
    for i in range(n):
        x = (x * 6364136223846793005 + i) & 0x7FFFFFFFFFFFFFFF
    return x


def lapack(options: Mapping[str, Any], work: Work) -> None:
    """Be in LAPACK for minutes."""
    work.step("factors", 0, 1)
    matrix = np.random.default_rng(0).random((3000, 3000))
    np.linalg.svd(matrix)


def hog(options: Mapping[str, Any], work: Work) -> None:
    """Ask for ever more memory."""
    held = []
    while True:
        held.append(np.ones(2**23))


def many_lists(options: Mapping[str, Any], work: Work) -> None:
    """Ask for ever more memory in small pieces."""
    held: list[list[int]] = []
    while True:
        held.append([0] * 10_000)


def refused(options: Mapping[str, Any], work: Work) -> None:
    """Say that there is no answer."""
    raise DetenteError("there is no answer to <this>")


def faulty(options: Mapping[str, Any], work: Work) -> None:
    """Say what is wrong with the case."""
    raise CaseError([Fault(line=3, path="issues.pay", problem="is not there")])


def broken(options: Mapping[str, Any], work: Work) -> None:
    """Have a fault."""
    raise ZeroDivisionError("a secret of ours")


def crash(options: Mapping[str, Any], work: Work) -> None:
    """Read from where nothing is."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    ctypes.string_at(0)


def crash_once(options: Mapping[str, Any], work: Work) -> None:
    """Die the first time only."""
    if len(noted()) == 1:
        os.kill(os.getpid(), signal.SIGKILL)


def program(options: Mapping[str, Any], work: Work) -> None:
    """Start a program in a session of its own, and wait for it."""
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as process:
        note(process.pid)
        process.wait()


TASKS = {
    task.__name__: task
    for task in (
        *(quick, steps, brief, compiled, lapack, hog, many_lists),
        *(refused, faulty, broken, crash, crash_once, program),
    )
}
