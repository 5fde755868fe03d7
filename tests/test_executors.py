"""Where pieces of work run changes no result, and a worker that dies loses nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from distributed import LocalCluster

from detente import cli
from detente.answers.compare import compare
from detente.answers.explain import explain
from detente.answers.settle import settle
from detente.catalog import load
from detente.errors import CancelledError, DetenteError, LimitError, UnknownNameError
from detente.executors import MOST_DEATHS, opened, place_of
from detente.solvers.nash_readings import nash_of_readings
from detente.work import UNTOLD_WORKERS, WINDOW, Work, n_workers
from tests import pieces
from tests.answers.cases import case_of
from tests.conftest import ROOT
from tests.solvers.test_nash import many

UNCERTAIN = case_of(
    {"a": "a0 a1 a2", "b": "b0 b1"},
    {
        "A": (
            "order: {a: a2 > a1 > a0}",
            "order: {b: b1 > b0}",
            "importance: a > b\nconfidence: low",
            "red_line: a == a0 and b == b1\nconfidence: medium",
            "no_deal: 20..60",
        ),
        "B": ("order: {a: a0 > a1 > a2}", "order: {b: b1 > b0}", "no_deal: 10..40"),
    },
    more="proposals:\n  draft: {a: a1, b: b1}\n",
)


@pytest.fixture(scope="module")
def scheduler():
    """The address of a Dask scheduler with two workers."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def elsewhere(scheduler):
    """One executor of every kind."""
    with ExitStack() as stack:
        yield {
            "threads": stack.enter_context(ThreadPoolExecutor(2)),
            "processes": stack.enter_context(opened("processes:2")),
            "cluster": stack.enter_context(opened(scheduler)),
        }


KINDS = ("threads", "processes", "cluster")
of_every_kind = pytest.mark.parametrize("kind", KINDS)
in_other_processes = pytest.mark.parametrize("kind", KINDS[1:])


def answers(case, proposal: str, **given: object) -> list[str]:
    work = Work(**given)
    return [
        explain(case, proposal, work=work).json(),
        settle(case, work=work).json(),
        compare(case, work=work).json(),
    ]


# --- the same everywhere -------------------------------------------------------------------------


@of_every_kind
@pytest.mark.parametrize("case", [(load("harbour"), "march_draft"), (UNCERTAIN, "draft")])
def test_answers_are_the_same_bytes_wherever_the_work_is_done(elsewhere, kind, case):
    assert answers(*case, executor=elsewhere[kind]) == answers(*case)


@of_every_kind
def test_the_nash_solutions_of_many_readings_are_the_same(elsewhere, kind):
    common, readings = many()
    here = nash_of_readings(common, readings)
    there = nash_of_readings(common, readings, work=Work(executor=elsewhere[kind]))
    for name in ("proved", "found", "gains", "packages"):
        assert (getattr(here, name) == getattr(there, name)).all()
    assert here.found.any()


@of_every_kind
def test_results_come_in_the_order_of_the_pieces(elsewhere, kind):
    times = [0.2, 0.0, 0.1, 0.0, 0.05]
    assert list(Work(executor=elsewhere[kind]).run(pieces.dawdle, times)) == times
    assert list(Work(executor=elsewhere[kind]).run(pieces.square, [])) == []


@of_every_kind
@pytest.mark.parametrize("error", pieces.ERRORS)
def test_what_a_task_raises_comes_through(elsewhere, kind, error):
    raised = pieces.ERRORS[error]
    with pytest.raises(type(raised)) as caught:
        list(Work(executor=elsewhere[kind]).run(pieces.fail, [error]))
    assert str(caught.value) == str(raised)
    for name, value in vars(raised).items():
        if not name.startswith("__"):
            assert getattr(caught.value, name) == value
    assert list(Work(executor=elsewhere[kind]).run(pieces.square, [3])) == [9]


def test_what_cannot_be_sent_back_is_told(elsewhere):
    with pytest.raises(TypeError, match="cannot pickle"):
        elsewhere["processes"].submit(pieces.unsendable, 0).result()
    assert elsewhere["processes"].submit(pieces.square, 4).result() == 16


@in_other_processes
def test_a_worker_does_arithmetic_on_one_thread(elsewhere, kind):
    assert elsewhere[kind].submit(pieces.threads_of_arithmetic, 0).result() == 1


# --- told, stopped, bounded ----------------------------------------------------------------------


@of_every_kind
def test_progress_rises_and_ends_at_the_whole(elsewhere, kind):
    told = []
    work = Work(executor=elsewhere[kind], progress=lambda *state: told.append(state))
    list(work.run(pieces.dawdle, [0.15, *[0.01] * 19], what="waiting"))
    assert {(what, total) for what, _, total in told} == {("waiting", 20)}
    done = [count for _, count, _ in told]
    assert done == sorted(set(done))
    assert (done[0], done[-1]) == (0, 20)


@of_every_kind
def test_others_are_told_of_while_the_first_takes_long(elsewhere, kind):
    told = []
    work = Work(executor=elsewhere[kind], progress=lambda *state: told.append(state[1]))
    results = work.run(pieces.dawdle, [1.0, 0.0, 0.0])
    next(results)
    assert len(told) >= 3
    assert list(results) == [0.0, 0.0]
    assert told[-1] == 3


@in_other_processes
def test_cancellation_is_heard_while_a_long_piece_runs_elsewhere(scheduler, tmp_path, kind):
    file = tmp_path / "begun"
    with at(kind, scheduler) as executor:
        work = Work(executor=executor, cancelled=lambda: has_word(file))
        with pytest.raises(CancelledError, match="stopped while waiting") as caught:
            list(work.run(pieces.leave_word_and_dawdle, [file], what="waiting"))
        pid = int(file.read_text())
        os.kill(pid, 0)  # it is still there
        abandon(executor, caught.value)
    if kind == "cluster":
        os.kill(pid, signal.SIGKILL)  # nobody does so on a cluster, and the next tests want it
    assert gone(pid)


def abandon(executor: Executor, error: BaseException) -> None:
    """Close an executor as a block does that ends with an error."""
    executor.__exit__(type(error), error, None)


def at(kind: str, scheduler: str):
    return opened(scheduler if kind == "cluster" else "processes:2")


def gone(pid: int) -> bool:
    """Tell whether a process ends, within half a minute."""
    for _ in range(600):
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state.split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


class Held(Executor):
    """Does a piece only when its result is asked for the first time; counts what is held."""

    n_workers = 2

    def __init__(self) -> None:
        self.held: set[Future] = set()
        self.most = 0

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        self.held.add(future)
        self.most = max(self.most, len(self.held))
        future.set_running_or_notify_cancel()
        future.set_result(fn(*args, **kwargs))
        future.result = lambda: (self.held.discard(future), Future.result(future))[1]
        return future


def test_a_bounded_number_of_pieces_is_under_way():
    executor = Held()
    assert list(Work(executor=executor).run(pieces.square, range(100))) == [
        k * k for k in range(100)
    ]
    assert executor.most == WINDOW * Held.n_workers


def test_pieces_that_have_not_begun_are_cancelled_when_nobody_waits_any_more():
    gate = threading.Event()
    with ThreadPoolExecutor(1) as executor:
        executor.submit(gate.wait)
        results = Work(executor=executor).run(pieces.square, [1, 2, 3])
        with pytest.raises(CancelledError):
            list(Work(executor=executor, cancelled=lambda: True).run(pieces.square, [1]))
        gate.set()
        assert next(results) == 1
        results.close()


def test_how_many_workers_an_executor_tells_of(elsewhere):
    assert [n_workers(elsewhere[kind]) for kind in KINDS] == [2, 2, 2]
    assert n_workers(Executor()) == UNTOLD_WORKERS


# --- workers that die ----------------------------------------------------------------------------


@in_other_processes
def test_a_worker_killed_midway_loses_nothing(elsewhere, tmp_path, kind):
    files = [tmp_path / "first", tmp_path / "second"]
    for file in files[1:]:
        file.touch()
    done = Work(executor=elsewhere[kind]).run(pieces.die_the_first_time, files * 3)
    assert list(done) == [7] * 6


def test_processes_killed_from_outside_lose_nothing():
    case = load("harbour")
    with opened("processes:2") as executor:
        killed: set[int] = set()

        def kill(_what: str, _done: int, _total: int) -> None:
            for pid in executor.pids:
                if len(killed) < 3:
                    killed.add(pid)
                    os.kill(pid, signal.SIGKILL)

        work = Work(readings=4000, executor=executor, progress=kill)
        assert compare(case, work=work).json() == compare(case, work=Work(readings=4000)).json()
        assert len(killed) == 3
        assert all(map(gone, killed))


@in_other_processes
def test_a_piece_that_kills_its_workers_is_given_up(elsewhere, kind):
    with pytest.raises(LimitError, match="most likely for want of memory"):
        list(Work(executor=elsewhere[kind]).run(pieces.die, [0]))
    assert list(Work(executor=elsewhere[kind]).run(pieces.square, [5])) == [25]
    assert MOST_DEATHS == 3


# --- nothing is left behind ----------------------------------------------------------------------


def test_an_error_ends_processes_at_once(tmp_path):
    file = tmp_path / "begun"
    with opened("processes:2") as executor:
        future = executor.submit(pieces.leave_word_and_dawdle, file)
        wait_for(file)
        abandon(executor, ZeroDivisionError())
        with pytest.raises(CancelledError, match="waiting for a process"):
            future.result()
    assert gone(int(file.read_text()))


def wait_for(file: Path) -> None:
    for _ in range(600):
        if has_word(file):
            return
        time.sleep(0.05)
    raise AssertionError(file)


def has_word(file: Path) -> bool:
    return file.exists() and file.read_text(encoding="utf-8").endswith("\n")


SCRIPT = """
import signal, sys
from pathlib import Path
from detente.executors import opened
from tests.pieces import leave_word_and_dawdle

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with opened("processes:2") as executor:
        executor.submit(leave_word_and_dawdle, Path(sys.argv[1])).result()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_processes_end_with_their_parent_however_it_ends(tmp_path, how):
    script, file = tmp_path / "script.py", tmp_path / "begun"
    script.write_text(SCRIPT, encoding="utf-8")
    parent = subprocess.Popen(
        [sys.executable, str(script), str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_for(file)
    if how == signal.SIGINT:  # as a terminal does, to all of them
        os.killpg(parent.pid, how)
    else:
        parent.send_signal(how)
    _, told = parent.communicate(timeout=30)
    assert parent.returncode != 0
    assert gone(int(file.read_text()))
    assert told.count(b"KeyboardInterrupt") == (how == signal.SIGINT)


def test_a_script_that_starts_itself_again_is_told_so(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from detente.executors import opened\n"
        "from detente.work import Work\n"
        "with opened('processes:1') as executor:\n"
        "    print(list(Work(executor=executor).run(abs, [-1])))\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert "below 'if __name__ == \"__main__\":'" in done.stderr.splitlines()[-1]


# --- what is asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("proceses", "did you mean 'processes'?"),
        ("", "known are 'here', 'processes', 'tcp://HOST:PORT'"),
        ("processes:0", "not between 1 and 512"),
        ("processes:many", "not between 1 and 512"),
        ("processes:", "write processes:4"),
        ("tcp://", "write tcp://HOST:PORT"),
        ("tcp://host", "write tcp://HOST:PORT"),
        ("tcp://host:0", "write tcp://HOST:PORT"),
        ("tcp://host:99999", "write tcp://HOST:PORT"),
        ("tcp://host:8786/path", "write tcp://HOST:PORT"),
    ],
)
def test_what_is_no_executor_is_refused(text, says):
    with pytest.raises(UnknownNameError, match=re.escape(says)):
        place_of(text)
    done = ask("--executor", text)
    assert done.exit_code == 2
    assert "Usage: detente" in done.stderr


def test_places_are_read():
    assert place_of("here").kind == "here"
    assert place_of("processes").n_workers >= 1
    assert place_of("processes:512").n_workers == 512
    assert place_of("tcp://[::1]:8786").address == "tcp://[::1]:8786"


def ask(*options: str):
    return CliRunner().invoke(
        cli.main, ["compare", "harbour", "--format", "json", *options], prog_name="detente"
    )


@pytest.mark.parametrize("where", ["here", "processes:2", "the scheduler"])
def test_the_command_line_gives_the_same_bytes(scheduler, where):
    done = ask("--executor", scheduler if where == "the scheduler" else where)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == compare(load("harbour")).json() + "\n"


def test_threads_and_another_executor_exclude_each_other():
    done = ask("--threads", "2", "--executor", "processes")
    assert done.exit_code == 2
    assert "leave it out with --executor processes" in done.stderr


# --- clusters that cannot be used ----------------------------------------------------------------


def test_the_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    done = ask("--executor", "tcp://127.0.0.1:8786")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "pip install 'detente[cluster]'" in done.stderr


@contextmanager
def listening():
    """Something that listens, and answers as nothing that is known here."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_scheduler_that_does_not_answer_is_told_of(monkeypatch):
    monkeypatch.setattr("detente.cluster.PATIENCE", 0.3)
    with listening() as port:
        silent = ask("--executor", f"tcp://127.0.0.1:{port}")
    nothing = ask("--executor", f"tcp://127.0.0.1:{port}")
    for done in (silent, nothing):
        assert (done.exit_code, done.stdout) == (1, "")
        assert f"no Dask scheduler answers at tcp://127.0.0.1:{port}" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_address_of_a_worker_is_told_of(elsewhere):
    worker = next(iter(elsewhere["cluster"]._client.nthreads()))
    with pytest.raises(DetenteError, match="is the address of a worker"), opened(worker):
        pass


def test_a_scheduler_without_workers_is_told_of(monkeypatch):
    monkeypatch.setattr("detente.cluster.PATIENCE", 1.0)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as cluster,
        pytest.raises(DetenteError, match="has no workers; start some with 'dask worker tcp://"),
        opened(cluster.scheduler_address),
    ):
        pass


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (ModuleNotFoundError("No module named 'detente'"), "lacks Detente; install Detente 0"),
        ("0.0.9", "has Detente 0.0.9, and here is 0"),
    ],
)
def test_a_worker_without_the_same_detente_is_told_of(scheduler, monkeypatch, found, says):
    monkeypatch.setattr("distributed.Client.run", lambda *_, **__: {"tcp://10.0.0.7:1": found})
    with pytest.raises(DetenteError, match=f"the worker tcp://10.0.0.7:1 of .* {says}"):
        opened(scheduler).__enter__()


@contextmanager
def dask(*arguments: str):
    """A scheduler or a worker, in a process of its own."""
    command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_scheduler_that_is_lost_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.cluster.PATIENCE", 60.0)
    file = tmp_path / "begun"
    with listening() as port:
        address = f"tcp://127.0.0.1:{port}"
    host = ("--host", "127.0.0.1")
    with (
        dask("scheduler", *host, "--port", str(port)) as scheduler,
        dask("worker", address, *host, "--nthreads", "1", "--no-nanny"),
        opened(address) as executor,
    ):
        future = executor.submit(pieces.leave_word_and_dawdle, file)
        wait_for(file)
        scheduler.kill()
        with pytest.raises(DetenteError, match=f"the scheduler at {address} was lost"):
            future.result(timeout=60)
        executor._client.close()
        with pytest.raises(DetenteError, match="was lost; ask again when it is back"):
            executor.submit(pieces.square, 1)


def test_answers_say_nothing_of_executors(elsewhere):
    data = json.loads(compare(load("harbour"), work=Work(executor=elsewhere["processes"])).json())
    assert "executor" not in data
