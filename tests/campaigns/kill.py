"""Is anything lost when the server is killed while people save?

Run it with ``python -m tests.campaigns.kill [ROUNDS] [--database URL]``. Each round starts a real
server, lets clients save revisions and drafts of one case as fast as they can, and kills the server
with signal 9 at a random moment. After the next start, everything whose saving was confirmed must
be there and whole, revisions must be numbered without a gap, and the database must be sound. Where
the database is PostgreSQL, the server's connections are killed too, in every other round, and it
has to go on by itself. ``--database postgresql`` brings a server of its own; without ``--database``
a SQLite file is used.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import uvicorn
from sqlalchemy import create_engine, text

from detente.catalog import path_of
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from tests.web import postgres

CLIENTS = 3
MOST_STEPS = 40
"""So many things are confirmed at most before the server is killed."""
PATIENCE = 120
FORKS = multiprocessing.get_context("forkserver")


class Server:
    """A workbench in a process of its own.

    It is forked from one that has everything imported, since a hundred starts take long otherwise.
    """

    def __init__(self, database: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process = FORKS.Process(target=serve, args=(database, self.port), daemon=True)
        self.process.start()
        self._wait()

    def kill(self) -> None:
        """End it as a power cut does: it gets no chance to do anything more."""
        self.process.kill()
        self.process.join()

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self.process.is_alive(), "the server did not start"
            try:
                if httpx.get(f"{self.address}/health", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.02)
        raise AssertionError("the server does not answer")


def serve(database: str, port: int) -> None:
    """Be a server until the end."""
    config = uvicorn.Config(
        create_app(Settings(database=database), asking=Here),
        port=port,
        log_level="error",
        ws="none",
    )
    uvicorn.Server(config).run()


@dataclass(slots=True)
class Record:
    """What clients sent, and what the server confirmed.

    revisions : digest by number, of those that were confirmed
    drafts : digests by name; the last confirmed one, and those sent since
    kept : names of drafts that were confirmed at least once
    """

    case_id: str
    sent: set[str] = field(default_factory=set)
    revisions: dict[int, str] = field(default_factory=dict)
    drafts: dict[str, list[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    conflicts: int = 0
    refused: int = 0
    confirmed_drafts: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def steps(self) -> int:
        """How many things were confirmed."""
        return len(self.revisions) + self.confirmed_drafts


class Client(threading.Thread):
    """Somebody who saves as fast as they can until the server is gone."""

    def __init__(self, address: str, record: Record, name: str, content: str) -> None:
        super().__init__()
        self.record = record
        self.content = content
        self.called = name
        self.path = f"/api/v1/cases/{record.case_id}"
        self.http = httpx.Client(base_url=address, timeout=20)
        self.stopped = threading.Event()
        self.trouble: BaseException | None = None

    def run(self) -> None:
        step = 0
        try:
            while not self.stopped.is_set():
                step += 1
                self.one(f"{self.content}# {self.called}, step {step}\n")
        except httpx.TransportError:
            pass  # the server is gone
        except BaseException as error:  # noqa: BLE001 - told by the campaign
            self.trouble = error
        finally:
            self.http.close()

    def one(self, content: str) -> None:
        """Keep a draft, then save it."""
        digest = digest_of(content)
        with self.record.lock:
            self.record.sent.add(digest)
            self.record.drafts.setdefault(self.called, []).append(digest)
        base = self.head()
        if base is None:
            return
        draft = {"base": base, "text": content}
        answer = self.http.put(f"{self.path}/drafts/{self.called}", json=draft)
        if self.confirmed(answer):
            with self.record.lock:
                self.record.drafts[self.called] = [digest]
                self.record.kept.add(self.called)
                self.record.confirmed_drafts += 1
        change = {"base": base, "text": content, "note": "saved while it may be killed"}
        answer = self.http.post(f"{self.path}/revisions", json=change)
        if answer.status_code == 409:
            self.record.conflicts += 1
        elif self.confirmed(answer):
            said = answer.json()
            assert said["digest"] == digest
            with self.record.lock:
                assert said["number"] not in self.record.revisions, "one number was given twice"
                self.record.revisions[said["number"]] = digest

    def head(self) -> int | None:
        answer = self.http.get(self.path)
        return answer.json()["head"] if self.confirmed(answer) else None

    def confirmed(self, answer: httpx.Response) -> bool:
        """Tell whether something was confirmed; a lost connection may be told, all else may not."""
        if answer.status_code == 503:
            self.record.refused += 1
            return False
        assert answer.status_code in {200, 201}, f"{answer.status_code}: {answer.text[:300]}"
        return True


def digest_of(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def check(database: Database, record: Record, *, since: int = 0) -> int:
    """Check that nothing confirmed is lost; return the number of the newest revision.

    since : revisions up to this number were checked before
    """
    cases = Cases(database)
    head = cases.get(record.case_id).head
    entries = cases.history(record.case_id)
    assert [entry.number for entry in entries] == [*range(head, 0, -1)], "a revision is missing"
    digests = {entry.number: entry.digest for entry in entries}
    lost = [n for n, digest in record.revisions.items() if digests.get(n) != digest]
    assert not lost, f"revisions {lost} were confirmed and are not there"
    for number in range(since + 1, head + 1):
        revision = cases.revision(record.case_id, number)
        assert digest_of(revision.text) == revision.digest, f"revision {number} is not whole"
        assert number == 1 or revision.digest in record.sent, f"nobody wrote revision {number}"
    kept = {draft.id: digest_of(draft.text) for draft in Drafts(database).of(record.case_id)}
    for name, digests_sent in record.drafts.items():
        assert kept.get(name) in digests_sent or not record.confirmed_drafts, (
            f"draft {name} is lost"
        )
    sound(database)
    return head


def sound(database: Database) -> None:
    """Check that the database itself is sound."""
    if database.file is not None:
        with database.read() as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        return
    with database.read() as session:
        strays = "SELECT count(*) FROM cases c WHERE c.head <> (SELECT count(*) FROM revisions r "
        strays += "WHERE r.case_id = c.id)"
        assert session.scalar(text(strays)) == 0


def kill_connections(database: Database) -> None:
    """End what the server says to PostgreSQL, in the middle of a word."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
    others += "current_database() AND pid <> pg_backend_pid()"
    engine = create_engine(database.url)
    with engine.begin() as connection:
        connection.execute(text(others))
    engine.dispose()


@contextmanager
def named(url: str) -> Iterator[str]:
    """Give the address of the database that a campaign works on."""
    with ExitStack() as stack:
        if url == "postgresql":
            server = stack.enter_context(postgres.server(durable=True))
            yield stack.enter_context(postgres.fresh(server))
        elif url:
            yield url
        else:
            folder = stack.enter_context(TemporaryDirectory(prefix="detente-kill-"))
            yield f"sqlite:///{Path(folder) / 'workbench.db'}"


def main() -> None:
    """Kill a server many times, and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=100)
    parser.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # noqa: S311 - moments, no secrets
    content = path_of("harbour").read_text("utf-8")
    with named(asked.database) as url:
        database = Database(url)
        database.migrate()
        made = Cases(database).create(content, title="Killed", note="begun")
        record = Record(made.case_id)
        head = 1
        for number in range(1, asked.rounds + 1):
            head = one_round(database, record, content, chance, since=head, cut=number % 2 == 0)
            print(
                f"round {number}: {head} revisions, {len(record.revisions)} confirmed; "
                f"{record.confirmed_drafts} drafts confirmed; {record.conflicts} conflicts told; "
                f"{record.refused} refused",
                flush=True,
            )
        check(database, record)
        database.close()
    unconfirmed = head - 1 - len(record.revisions)
    print(
        f"{asked.rounds} kills: {len(record.revisions)} confirmed revisions and "
        f"{record.confirmed_drafts} confirmed drafts, none lost; {unconfirmed} revisions were on "
        "the disk before they could be confirmed"
    )


def one_round(
    database: Database,
    record: Record,
    content: str,
    chance: random.Random,
    *,
    since: int,
    cut: bool,
) -> int:
    """Let clients save, kill the server, check, and return the number of the newest revision.

    cut : the connections to PostgreSQL are killed first
    """
    url = database.url.render_as_string(hide_password=False)
    server = Server(url)
    clients = [
        Client(server.address, record, f"client-{k}", f"{content}# from revision {since}\n")
        for k in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    if cut and database.file is None:
        wait(record, chance)
        kill_connections(database)
    wait(record, chance)
    server.kill()
    for client in clients:
        client.stopped.set()
        client.join()
        if client.trouble is not None:
            raise client.trouble
    return check(database, record, since=since)


def wait(record: Record, chance: random.Random) -> None:
    """Wait until some things were confirmed, and then for another moment."""
    enough = record.steps + chance.randint(1, MOST_STEPS)
    until = time.monotonic() + PATIENCE
    while record.steps < enough and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.1))


if __name__ == "__main__":
    FORKS.set_forkserver_preload(["detente.web.app", "httpx", "tests.web.postgres", "uvicorn"])
    main()
