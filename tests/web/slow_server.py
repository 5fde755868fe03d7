"""A server of slow jobs, as a program of its own that can be killed at any moment.

``python -m tests.web.slow_server DATABASE``
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from detente.web.jobs.runner import Runner
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.jobs import BusyError
from detente.web.storage.results import Results
from tests.web.slow_tasks import ENTRY

JOBS = 2
"""How many run at the same time."""


def serve(url: str) -> None:
    """Answer questions of the form ``CASE TASK``, one a line, with the name of the job."""
    database = Database(url)
    limits = Limits(jobs=JOBS)
    settings, preload = Settings(database=url, limits=limits), ["tests.web.slow_tasks"]
    runner = Runner(database, Results(database), settings, entry=ENTRY, preload=preload)
    runner.open()
    say("ready")
    for line in sys.stdin:
        case_id, task = line.split()
        revision = Cases(database).revision(case_id)
        with suppress(BusyError):
            asked = runner.ask(revision, "settle", {"where": task})
            say(asked.job.id if asked.job else "")
            continue
        say("")


def say(line: str) -> None:
    """Say something to whoever started this."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Server:
    """A server of jobs as a program, started again whenever it was killed."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "tests.web.slow_server", self.url]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", "the server did not start"

    def kill(self) -> None:
        """Kill it as a power cut would."""
        assert self.process is not None
        self.process.kill()
        with self.process:
            pass
        self.process = None

    def kill_while_it_is_asked(self, case_id: str, task: str, seconds: float) -> None:
        """Ask, and kill it a moment later, whether or not it has answered."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(f"{case_id} {task}\n")
        time.sleep(seconds)
        self.kill()

    def nursery(self) -> int | None:
        """Return the process that its jobs are forked from."""
        assert self.process is not None
        for thread in Path(f"/proc/{self.process.pid}/task").iterdir():
            with suppress(OSError):
                for pid in (thread / "children").read_text().split():
                    return int(pid)
        return None

    def ask(self, case_id: str, task: str) -> str:
        """Ask something; return the job, nothing where there is none."""
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{case_id} {task}\n")
        return self.process.stdout.readline().strip()


if __name__ == "__main__":
    serve(sys.argv[1])
