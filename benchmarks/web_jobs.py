"""How long the jobs of the workbench take to begin and to stop, and what it costs to watch them.

Run ``python -m benchmarks.web_jobs [rounds]`` from the root of the repository. It says how long it
takes from asking to the first sign of progress; from cancelling, in compiled code and in LAPACK, to
what everybody sees and to the end of the process; and how much of a processor a server needs for
50 streams that follow one job.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

import httpx

from benchmarks.machine import this_machine
from detente.web.jobs.runner import Runner
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import Cases, Revision
from detente.web.storage.database import Database
from detente.web.storage.results import Results
from tests.web import slow_tasks
from tests.web.slow_tasks import noted

WATCHERS = 50
_WATCHED = 5.0
"""Seconds for which they watch."""


def main(rounds: str = "20") -> None:
    """Measure, and say what was found."""
    machine = this_machine()
    _tell(f"{machine.processor}, {machine.cores} cores, load {machine.load:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        os.environ[slow_tasks.MARK] = str(Path(folder, "mark"))
        url = f"sqlite:///{Path(folder, 'workbench.db')}"
        database = Database(url)
        database.migrate()
        revision = Cases(database).create("text", title="A", note="x")
        settings = Settings(database=url, limits=Limits(jobs=1))
        preload = ["tests.web.slow_tasks", "numba"]
        results = Results(database)
        runner = Runner(database, results, settings, entry=slow_tasks.ENTRY, preload=preload)
        runner.open()
        for task in ("steps", "compiled", "lapack"):
            _stopping(runner, revision, task, int(rounds))
        runner.close()
        database.close()
        _watching(Settings(database=url, limits=Limits(jobs=1)), revision)


def _stopping(runner: Runner, revision: Revision, task: str, rounds: int) -> None:
    begun, told, gone = [], [], []
    for k in range(rounds):
        start = time.perf_counter()
        asked = runner.ask(revision, task, {"n": str(k)})
        assert asked.job is not None  # noqa: S101 - each is a new question
        job_id = asked.job.id
        _until(lambda job_id=job_id: runner.job(job_id).doing)
        begun.append(time.perf_counter() - start)
        time.sleep(0.3)
        pid = noted()[-1]
        start = time.perf_counter()
        runner.cancel(job_id)
        told.append(time.perf_counter() - start)
        _until(lambda pid=pid: not Path(f"/proc/{pid}").exists())
        gone.append(time.perf_counter() - start)
    for what, times in (("first progress", begun), ("cancel told", told), ("process gone", gone)):
        _tell(f"{task}: {what} {1000 * median(times):.0f} ms, at most {1000 * max(times):.0f} ms")


def _watching(settings: Settings, revision: Revision) -> None:
    """Measure what watchers cost; they are in the same process, so it is an upper bound."""
    import uvicorn

    from detente.web.app import create_app

    def asking(database: Database, results: Results, settings: Settings) -> Runner:
        preload = ["tests.web.slow_tasks"]
        return Runner(database, results, settings, entry=slow_tasks.ENTRY, preload=preload)

    app = create_app(settings, asking=asking)
    config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    body = {"question": "settle", "options": {"where": "steps:1000"}}
    job = httpx.post(f"{base}/api/v1/cases/{revision.case_id}/ask", json=body).json()["job"]["id"]
    heard = [0] * WATCHERS

    def watch(place: int) -> None:
        with (
            suppress(httpx.RemoteProtocolError),  # the server ends first
            httpx.stream("GET", f"{base}/jobs/{job}/events", timeout=60) as stream,
        ):
            for line in stream.iter_lines():
                heard[place] += line.startswith("data:")

    watchers = [threading.Thread(target=watch, args=(k,), daemon=True) for k in range(WATCHERS)]
    for one in watchers:
        one.start()
    _until(lambda: all(heard))
    before, seconds = sum(heard), time.process_time()
    time.sleep(_WATCHED)
    used, messages = time.process_time() - seconds, sum(heard) - before
    share = 100 * used / _WATCHED
    _tell(f"{WATCHERS} streams: {messages} messages in {_WATCHED:.0f} s, {share:.0f} % of a core")
    server.should_exit = True
    thread.join(10)


def _until(true: Callable[[], object]) -> None:
    while not true():
        time.sleep(0.002)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
