"""Kill -9 of the server and of jobs at random moments: nothing is stuck, lost or left over.

Run it with ``python -m tests.campaigns.kill_jobs [kills] [sqlite|postgresql|both]``. A server
of jobs that take up to a second is asked without pause. At random moments the server, a job, or
what jobs are forked from is killed. After every start of a server, and at the end:

- the database is sound, and what it says agrees with itself: no two jobs under way for one answer,
  no job begun more than twice, no job running under nobody's name;
- no process of a server that was killed is left;
- every answer that is there is whole, and every job that is done has one.

At the end all that was asked comes to an end by itself: done, or failed where it was killed twice.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.jobs import OPEN, TRIES
from detente.web.storage.results import Results
from detente.web.storage.tables import JobRow, ResultFileRow, ResultRow
from tests.web import postgres as postgresql
from tests.web.slow_server import Server
from tests.web.slow_tasks import MARK, noted

_PATIENCE = 90.0
_CASE = "a case that nobody reads"


def faults(database: Database) -> list[str]:
    """Return what is wrong in a database."""
    with database.begin() as session:
        rows = list(session.scalars(select(JobRow)))
        files: dict[str, set[str]] = {key: set() for key in session.scalars(select(ResultRow.key))}
        for key, name in session.execute(select(ResultFileRow.key, ResultFileRow.name)):
            files[key].add(name)
        found = [] if session.get_bind().dialect.name != "sqlite" else [*unsound(session)]
    under_way = Counter(row.key for row in rows if row.state in OPEN)
    found += [f"{count} jobs for {key}" for key, count in under_way.items() if count > 1]
    whole = {"answer.json", "answer.html"}
    found += [f"answer {key} is not whole" for key, names in files.items() if names != whole]
    for row in rows:
        found += [f"job {row.id} {fault}" for fault in at_odds(row, has_answer=row.key in files)]
    return found


def unsound(session: Session) -> Iterator[str]:
    """Go through what SQLite finds wrong with its file."""
    for pragma in ("integrity_check", "foreign_key_check"):
        found = [tuple(row) for row in session.execute(text(f"PRAGMA {pragma}"))]
        if found not in ([], [("ok",)]):
            yield f"{pragma}: {found}"


def at_odds(row: JobRow, *, has_answer: bool) -> Iterator[str]:
    """Go through what a job says that cannot be."""
    is_open = row.state in OPEN
    if row.tries > TRIES:
        yield f"was begun {row.tries} times"
    if is_open and (row.state == "running") != bool(row.runner):
        yield f"is {row.state} and signed {row.runner!r}"
    if row.state == "done" and not has_answer:
        yield "is done and has no answer"
    if (row.state == "failed") != bool(row.error):
        yield f"is {row.state} and says {row.error!r}"
    if (row.ended_at is None) != is_open:
        yield f"is {row.state} and ended {row.ended_at}"


def lives(pid: int) -> bool:
    """Tell whether a process is there and has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def one_that_lives(rng: random.Random) -> int | None:
    """Return the process of a job that runs now, waiting a while for one."""
    end = time.monotonic() + 3
    while time.monotonic() < end:
        running = [pid for pid in noted() if lives(pid)]
        if running:
            return rng.choice(running)
        time.sleep(0.01)
    return None


def all_gone(pids: list[int]) -> bool:
    """Tell whether processes are gone, giving them a few seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not any(lives(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def campaign(url: str, kills: int, seed: int) -> Counter[str]:
    """Kill so many times; return what was met."""
    rng, met = random.Random(seed), Counter[str]()  # noqa: S311 - moments, not secrets
    database = Database(url)
    database.migrate()
    cases = [Cases(database).create(f"{_CASE} {k}", title="A", note="x").case_id for k in range(3)]
    server, asked, n_asked = Server(url), set[str](), 0
    server.start()
    for _ in range(kills):
        end = time.monotonic() + rng.expovariate(1.0)
        while time.monotonic() < end:
            task = f"brief:{rng.choice((n_asked, rng.randrange(n_asked + 1)))}"
            n_asked += 1
            job = server.ask(rng.choice(cases), task)
            asked |= {job} if job else set()
            time.sleep(rng.random() * 0.4)
        what = rng.choices(("server", "job", "nursery"), (6, 3, 1))[0]
        pids = noted()
        nursery = server.nursery()
        if what == "job":
            running = one_that_lives(rng)
            if running is not None:
                with suppress(ProcessLookupError):
                    os.kill(running, signal.SIGKILL)
            met["no job to kill"] += running is None
        elif what == "nursery" and nursery is not None:
            os.kill(nursery, signal.SIGKILL)
            met["PROCESSES LEFT"] += not all_gone(pids)
        else:
            what = "server"
            again = f"brief:{rng.randrange(n_asked + 1)}"
            server.kill_while_it_is_asked(rng.choice(cases), again, 0.01 * rng.random())
            left = [*noted(), *([nursery] if nursery else [])]
            met["PROCESSES LEFT"] += not all_gone(left)
            for fault in faults(database):
                met["FAULTS"] += 1
                print(fault)
            server.start()
        met[f"killed: {what}"] += 1
    met += to_the_end(database, asked)
    server.kill()
    met["PROCESSES LEFT"] += not all_gone(noted())
    met["asked"] = n_asked
    met["jobs"] = len(asked)
    met["processes of jobs"] = len(noted())
    database.close()
    return met


def to_the_end(database: Database, asked: set[str]) -> Counter[str]:
    """Wait until all that was asked has ended; return how."""
    met = Counter[str]()
    end = time.monotonic() + _PATIENCE + len(asked)
    while time.monotonic() < end:
        with database.read() as session:
            if not session.scalar(select(func.count()).where(JobRow.state.in_(OPEN))):
                break
        time.sleep(0.2)
    results = Results(database)
    with database.read() as session:
        rows = {row.id: row for row in session.scalars(select(JobRow))}
    for job_id in asked:
        row: Any = rows.get(job_id)
        if row is None:
            met["LOST"] += 1
        else:
            met["STUCK"] += row.state in OPEN
            met[f"jobs {row.state}"] += 1
            met["begun twice"] += row.tries == TRIES
        if row is not None and row.state == "done":
            data = results.file(row.key, "answer.json")
            met["NOT WHOLE"] += data != f"settle about {len(_CASE) + 2} characters".encode()
    for fault in faults(database):
        met["FAULTS"] += 1
        print(fault)
    return met


@contextmanager
def fresh(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database whose commits survive a crash."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'workbench.db'}"
        return
    with postgresql.server(durable=True) as server, postgresql.fresh(server) as url:
        yield url


def main(kills: str = "100", kind: str = "both") -> None:
    """Run it and say what was met."""
    for one in ("sqlite", "postgresql") if kind == "both" else (kind,):
        with TemporaryDirectory() as folder, fresh(one, Path(folder)) as url:
            os.environ[MARK] = str(Path(folder, "mark"))
            began = time.monotonic()
            met = campaign(url, int(kills), seed=8)
            print(f"{one}: {kills} kills in {time.monotonic() - began:.0f} s")
            for name, count in sorted(met.items()):
                print(f"  {count:6,} {name}")
            if any(count for name, count in met.items() if name.isupper()):
                sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
