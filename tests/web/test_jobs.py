"""Jobs run in processes of their own: bounded, stoppable, and never stuck."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from detente.errors import DetenteError
from detente.web.jobs.products import answered
from detente.web.jobs.runner import ENTRY, Runner, mathematics
from detente.web.settings import Limits, Settings
from detente.web.storage.cases import Cases, Revision
from detente.web.storage.database import Database
from detente.web.storage.jobs import BusyError, Job
from detente.web.storage.results import Results
from detente.work import Work
from tests.web import slow_tasks
from tests.web.slow_server import Server
from tests.web.slow_tasks import noted

PATIENCE = 30
LIMITS = Limits(jobs=2, job_seconds=60, job_memory=2**30)


def until(true: Callable[[], object]) -> None:
    """Wait until something is so, and fail when it does not become so for very long."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "that took too long"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Tell whether a process is there and has not ended."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(autouse=True)
def mark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "mark"
    monkeypatch.setenv(slow_tasks.MARK, str(file))
    return file


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """A database where it makes no difference which one it is."""
    found = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    found.migrate()
    yield found
    found.close()


def revision(database: Database, text: str = "text") -> Revision:
    return Cases(database).create(text, title="A", note="begun")


def runner(database: Database, limits: Limits = LIMITS) -> Runner:
    settings = Settings(database=database.url, limits=limits)
    preload = ["tests.web.slow_tasks"]
    return Runner(database, Results(database), settings, entry=slow_tasks.ENTRY, preload=preload)


class Bench:
    """A runner at work on questions about one revision."""

    def __init__(self, database: Database, limits: Limits = LIMITS) -> None:
        self.runner = runner(database, limits)
        self.revision = revision(database)
        self.runner.open()

    def ask(self, question: str, **options: str) -> Job:
        asked = self.runner.ask(self.revision, question, options)
        assert asked.job is not None
        return asked.job

    def state(self, job: Job) -> str:
        return self.runner.job(job.id).state

    def ended(self, job: Job) -> Job:
        until(lambda: self.runner.job(job.id).over)
        return self.runner.job(job.id)


Begin = Callable[..., Bench]


@pytest.fixture
def begin() -> Iterator[Begin]:
    begun: list[Bench] = []

    def start(database: Database, limits: Limits = LIMITS) -> Bench:
        begun.append(Bench(database, limits))
        return begun[-1]

    yield start
    for bench in begun:
        bench.runner.close()
    assert not [pid for pid in noted() if lives(pid)]


def test_an_answer_is_kept_and_known_from_then_on(begin: Begin, database: Database) -> None:
    bench = begin(database)
    job = bench.ask("quick")
    assert bench.ended(job).state == "done"
    known = bench.runner.ask(bench.revision, "quick", {})
    assert known.job is None
    assert known.contents is not None
    assert bench.runner.results.file(known.key, "answer.json") == b"quick about 4 characters"
    assert bench.runner.again(bench.revision, "quick", {}) == known
    assert len(noted()) == 1


def test_progress_is_told(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    job = bench.ask("steps", steps="60")
    until(lambda: bench.runner.job(job.id).seconds_left)
    seen = bench.runner.job(job.id)
    assert (seen.doing, seen.total) == ("counting", 60)
    assert 0 < seen.done <= 60
    assert bench.ended(job).state == "done"


@pytest.mark.parametrize("task", ["compiled", "lapack", "program"])
def test_cancelling_ends_whatever_runs(begin: Begin, lite: Database, task: str) -> None:
    bench = begin(lite)
    job = bench.ask(task)
    until(lambda: len(noted()) == (2 if task == "program" else 1))
    until(lambda: task == "program" or bench.runner.job(job.id).doing)
    time.sleep(0.5)  # until it is deep inside
    assert bench.runner.cancel(job.id).state == "cancelled"
    until(lambda: not any(lives(pid) for pid in noted()))
    assert bench.state(job) == "cancelled"
    assert bench.ask(task).state == "cancelled"
    quick = bench.ask("quick")
    assert bench.ended(quick).state == "done"


def test_one_runner_cancels_what_another_runs(begin: Begin, database: Database) -> None:
    bench, other = begin(database), begin(database)
    job = bench.ask("compiled")
    until(noted)
    other.runner.cancel(job.id)
    bench.runner.cancel(job.id)
    until(lambda: not lives(noted()[0]))


@pytest.mark.parametrize("task", ["hog", "many_lists"])
def test_what_needs_too_much_memory_is_told_so(begin: Begin, lite: Database, task: str) -> None:
    bench = begin(lite, replace(LIMITS, job_memory=400 * 2**20))
    ended = bench.ended(bench.ask(task))
    assert ended.state == "failed"
    assert "more than 400 MB of memory" in ended.error


def test_what_takes_too_long_is_told_so(begin: Begin, lite: Database) -> None:
    bench = begin(lite, replace(LIMITS, job_seconds=2))
    ended = bench.ended(bench.ask("compiled"))
    assert ended.state == "failed"
    assert "more than 2 s" in ended.error


def test_an_error_of_the_case_is_told_in_its_words(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    assert bench.ended(bench.ask("refused")).error == "there is no answer to <this>"
    assert bench.ended(bench.ask("faulty")).error == "line 3: issues.pay: is not there"


def test_a_fault_of_ours_is_told_as_such_and_goes_to_the_log(
    begin: Begin, lite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    bench = begin(lite)
    ended = bench.ended(bench.ask("broken"))
    assert ended.state == "failed"
    assert ended.error.startswith("This is a fault of Detente")
    assert "secret" not in ended.error
    assert "ZeroDivisionError: a secret of ours" in caplog.text


def test_a_process_that_crashes_fails_after_two_tries(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    ended = bench.ended(bench.ask("crash"))
    assert ended.state == "failed"
    assert ended.error.startswith("This is a fault of Detente")
    assert len(noted()) == 2


def test_a_process_that_is_ended_from_outside_is_begun_again(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    assert bench.ended(bench.ask("crash_once")).state == "done"
    assert len(noted()) == 2


def test_all_is_begun_again_when_what_they_are_forked_from_is_killed(
    begin: Begin, lite: Database
) -> None:
    bench = begin(lite)
    jobs = [bench.ask("steps", where="crash_once"), bench.ask("steps", steps="20")]
    assert [bench.ended(job).state for job in jobs] == ["done", "done"]
    job = bench.ask("steps", steps="40")
    until(lambda: bench.runner.job(job.id).done)
    process = bench.runner._supervisor.nursery._process
    assert process is not None
    process.kill()
    assert bench.ended(job).state == "done"


def test_two_who_ask_the_same_share_one_job(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    copy = revision(lite)
    first = bench.ask("steps", steps="20")
    second = bench.runner.ask(copy, "steps", {"steps": "20"})
    assert second.job is not None
    assert second.job.id == first.id
    assert bench.ended(first).state == "done"
    assert len(noted()) == 1


def test_only_so_many_run_and_wait(begin: Begin, lite: Database) -> None:
    bench = begin(lite, replace(LIMITS, jobs=1, queue=2))
    first = bench.ask("compiled")
    until(lambda: bench.state(first) == "running")
    second, third = bench.ask("quick", n="2"), bench.ask("quick", n="3")
    with pytest.raises(BusyError):
        bench.ask("quick", n="4")
    assert [bench.state(job) for job in (first, second, third)] == ["running", "queued", "queued"]
    bench.runner.cancel(second.id)
    bench.runner.cancel(first.id)
    assert bench.ended(third).state == "done"
    assert bench.state(second) == "cancelled"
    again = bench.runner.again(bench.revision, "quick", {"n": "2"})
    assert again.job is not None
    assert bench.ended(again.job).state == "done"


def test_the_queue_survives_a_restart(begin: Begin, database: Database) -> None:
    bench = begin(database, replace(LIMITS, jobs=1))
    jobs = [bench.ask("steps", steps=str(n)) for n in (30, 4, 5)]
    until(lambda: bench.runner.job(jobs[0].id).done)
    bench.runner.close()
    assert [bench.state(job) for job in jobs] == ["queued", "queued", "queued"]
    bench.runner = runner(database)
    bench.runner.open()
    assert [bench.ended(job).state for job in jobs] == ["done", "done", "done"]


def test_the_jobs_of_a_deleted_case_end(begin: Begin, lite: Database) -> None:
    bench = begin(lite)
    bench.ask("compiled")
    until(noted)
    Cases(lite).delete(bench.revision.case_id)
    until(lambda: not lives(noted()[0]))


def test_two_runners_share_the_work(begin: Begin, database: Database) -> None:
    benches = [begin(database, replace(LIMITS, jobs=1)) for _ in range(2)]
    jobs = [benches[0].ask("steps", steps=str(n)) for n in range(10, 18)]
    assert {benches[1].ended(job).state for job in jobs} == {"done"}
    assert len(noted()) == len(jobs)


def test_a_server_that_is_killed_leaves_no_process_and_no_job_behind(
    begin: Begin, database: Database, database_url: str
) -> None:
    one = revision(database)
    server = Server(database_url)
    server.start()
    try:
        jobs = [server.ask(one.case_id, task) for task in ("compiled", "program")]
        until(lambda: len(noted()) == 3)
    finally:
        server.kill()
    until(lambda: not any(lives(pid) for pid in noted()))
    bench = begin(database)
    until(lambda: len(noted()) > 3)
    assert set(bench.runner.unfinished()) == set(jobs)
    for job in jobs:
        assert bench.runner.cancel(job).state == "cancelled"


def test_what_a_job_is_told_is_what_the_question_knows() -> None:
    text = "not a case"
    with pytest.raises(DetenteError, match="explain needs to be told proposal"):
        answered(text, "explain", {}, Work())
    with pytest.raises(DetenteError, match="no option 'colour'"):
        answered(text, "settle", {"colour": "red"}, Work())
    with pytest.raises(DetenteError, match="no option 'program'"):
        answered(text, "simulate", {"program": "/bin/sh"}, Work())


def test_a_real_question_is_answered_as_it_is_here(lite: Database) -> None:
    from detente.catalog import path_of

    asked = revision(lite, path_of("harbour").read_text("utf-8"))
    settings = Settings(database=lite.url, limits=LIMITS, readings=100)
    real = Runner(lite, Results(lite), settings)
    real.open()
    try:
        found = real.ask(asked, "settle", {"fast": True})
        until(lambda: real.ask(asked, "settle", {"fast": True}).contents)
        text = real.results.file(found.key, "answer.json")
    finally:
        real.close()
    here = answered(asked.text, "settle", {"fast": True}, Work(readings=100))
    assert text == here.files["answer.json"]
    assert json.loads(text)["seed"] == 0
    assert f"{answered.__module__}:{answered.__name__}" == ENTRY
    assert "detente.answers.settle" in mathematics()
