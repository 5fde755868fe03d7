"""Pieces of work for the tests of executors, in a module of their own so that workers find them."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path

from threadpoolctl import threadpool_info

from detente.errors import CaseError, ExpressionError, Fault, UnknownNameError

FAULT = Fault(line=3, path="issues.pay", problem="this is wrong", hint="that is right")
ERRORS = {
    "case": CaseError([FAULT], file="talks.yaml"),
    "expression": ExpressionError("not expected here", text="a >> b", column=3, hint="write >"),
    "name": UnknownNameError("no such thing"),
    "fault of ours": ZeroDivisionError("by zero"),
}


def fail(kind: str) -> None:
    raise ERRORS[kind]


def square(number: int) -> int:
    return number * number


def dawdle(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def leave_word_and_dawdle(file: Path) -> int:
    """Write the number of this process to a file, then take very long."""
    file.write_text(f"{os.getpid()}\n", encoding="utf-8")
    time.sleep(600)
    return 0


def die_the_first_time(file: Path) -> int:
    """Be killed, unless a file says that this has happened."""
    try:
        file.touch(exist_ok=False)
    except FileExistsError:
        return 7
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def threads_of_arithmetic(_: object) -> int:
    import numpy as np

    np.linalg.svd(np.eye(3))
    return max(library["num_threads"] for library in threadpool_info())


def unsendable(_: object) -> object:
    return threading.Lock()
