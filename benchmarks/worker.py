"""One side at work in a process of its own: fresh memory, kernels warm, one command at a time."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.effort import THREADS, Effort, with_effort
from benchmarks.instances import Recipe
from benchmarks.side import Answer, Side, Sides


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a worker is to do.

    module : where the side's ``sides()`` is; ``path`` is handed to it when given
    warm_up : answered once before anything is timed, so that kernels are compiled and loaded
    """

    module: str
    path: str = ""
    question: str
    recipes: tuple[Recipe, ...]
    warm_up: tuple[Recipe, ...]
    threads: int = 1


class WorkerError(Exception):
    """The side could not answer; the message says why."""


class Worker:
    """A side in a process of its own."""

    def __init__(self, job: Job, *, limit: float) -> None:
        """Start it and wait until it is warm; ``limit`` in seconds holds for every command.

        The first time on a machine, warming up compiles kernels; it may take twice the limit.
        """
        context = multiprocessing.get_context("spawn")
        self._limit = limit
        self._here, there = context.Pipe()
        self._process = context.Process(target=_serve, args=(there, job), daemon=True)
        with _threads(job.threads):
            self._process.start()
        there.close()
        try:
            self.warm_up_seconds: float = self._reply(2 * limit)
        except WorkerError:
            self.close()
            raise

    def run(self) -> list[Effort]:
        """Answer every recipe once and return what each took."""
        efforts: list[Effort] = self._ask("run")
        return efforts

    def answers(self) -> list[Answer]:
        """Return the answers of the last run."""
        answers: list[Answer] = self._ask("answers")
        return answers

    def close(self) -> None:
        """End the process."""
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._here.close()

    def _ask(self, command: str) -> Any:
        self._here.send(command)
        return self._reply(self._limit)

    def _reply(self, limit: float) -> Any:
        try:
            if not self._here.poll(limit):
                raise WorkerError(f"stopped after {limit:g} s")
            kind, content = self._here.recv()
        except EOFError:
            raise WorkerError("its process ended without an answer") from None
        if kind == "failed":
            raise WorkerError(content)
        return content


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Let processes started meanwhile use so many threads."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, str(count)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(connection: Connection, job: Job) -> None:
    """Obey commands until the other end closes."""
    try:
        began = time.perf_counter()
        side = _sides(job)[job.question]
        for recipe in job.warm_up:
            prepared = side.prepare(recipe)
            side.answer(prepared, side.solve(side.begin(prepared)))
        prepared_all = [side.prepare(recipe) for recipe in job.recipes]
        connection.send(("ready", time.perf_counter() - began))
        solved: list[Any] = []
        while True:
            if connection.recv() == "run":
                solved.clear()
                connection.send(("efforts", _run(side, prepared_all, solved)))
            else:
                pairs = zip(prepared_all, solved, strict=True)
                connection.send(("answers", [side.answer(*pair) for pair in pairs]))
                solved.clear()
    except EOFError:
        return
    except Exception as error:  # noqa: BLE001 - whatever went wrong is told to whoever waits
        first = str(error).strip().partition("\n")[0]
        connection.send(("failed", f"{type(error).__name__}: {first}"))


def _sides(job: Job) -> Sides:
    module = importlib.import_module(job.module)
    sides: Sides = module.sides(job.path) if job.path else module.sides()
    return sides


def _run(side: Side, prepared_all: Sequence[Any], solved: list[Any]) -> list[Effort]:
    efforts = []
    for prepared in prepared_all:
        result, effort = with_effort(partial(side.solve, side.begin(prepared)))
        efforts.append(effort)
        solved.append(result)
    return efforts
