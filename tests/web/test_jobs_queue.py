"""The queue of jobs keeps its promises, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from detente.web.storage import jobs as storing
from detente.web.storage.cases import Cases, Revision, UnknownError
from detente.web.storage.database import Database, now
from detente.web.storage.jobs import BusyError, Job, Jobs, Told
from detente.web.storage.tables import JobRow


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database)


@pytest.fixture
def revision(database: Database) -> Revision:
    return Cases(database).create("text", title="A", note="begun")


def put(jobs: Jobs, revision: Revision, key: str = "k", most: int = 100) -> Job:
    return jobs.enqueue(revision, "settle", {"where": key}, key, most=most)


def claimed(jobs: Jobs, runner: str) -> Job:
    found = jobs.claim(runner)
    assert found is not None
    return found[0]


def test_a_job_goes_from_the_queue_to_its_end(jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    assert (job.state, job.ahead, job.options) == ("queued", 0, {"where": "k"})
    taken, text = jobs.claim("r") or pytest.fail("nothing to take")
    assert (taken.id, taken.state, text) == (job.id, "running", "text")
    assert jobs.claim("s") is None
    told = Told(doing="counting", done=2, total=5, seconds_left=1.5)
    assert jobs.beat("r", {job.id: told}) == {job.id}
    seen = jobs.get(job.id)
    assert (seen.doing, seen.done, seen.total, seen.seconds_left) == ("counting", 2, 5, 1.5)
    jobs.finish(job.id, "r")
    ended = jobs.get(job.id)
    assert ended.state == "done"
    assert ended.over
    assert ended.seconds_left is None
    assert jobs.unfinished() == {}


def test_the_same_question_joins_the_job_that_is_there(jobs: Jobs, revision: Revision) -> None:
    first = put(jobs, revision)
    assert put(jobs, revision).id == first.id
    assert put(jobs, revision, "other").id != first.id
    claimed(jobs, "r")
    assert put(jobs, revision).id == first.id
    jobs.finish(first.id, "r", error="no")
    again = put(jobs, revision)
    assert again.id != first.id
    assert (jobs.newest("k") or first).id == again.id


def test_many_who_ask_the_same_at_once_share_one_job(jobs: Jobs, revision: Revision) -> None:
    found: list[str] = []
    ready = threading.Barrier(8)

    def ask() -> None:
        ready.wait()
        found.append(put(jobs, revision).id)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_no_job_is_taken_twice(jobs: Jobs, revision: Revision) -> None:
    wanted = {put(jobs, revision, f"k{k}").id for k in range(12)}
    taken: list[str] = []
    ready = threading.Barrier(4)

    def work(name: str) -> None:
        ready.wait()
        while (found := jobs.claim(name)) is not None:
            taken.append(found[0].id)

    threads = [threading.Thread(target=work, args=(f"r{k}",)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken))
    while (found := jobs.claim("last")) is not None:  # one may have met locked rows only
        taken.append(found[0].id)
    assert set(taken) == wanted


def test_a_full_queue_takes_nothing_more(jobs: Jobs, revision: Revision) -> None:
    put(jobs, revision, "a", most=2)
    put(jobs, revision, "b", most=2)
    with pytest.raises(BusyError, match="2 questions are waiting already"):
        put(jobs, revision, "c", most=2)
    put(jobs, revision, "a", most=2)  # joining needs no room
    claimed(jobs, "r")
    put(jobs, revision, "c", most=2)


def test_no_case_has_its_second_turn_before_all_had_a_first(
    database: Database, jobs: Jobs, revision: Revision
) -> None:
    other = Cases(database).create("text of B", title="B", note="begun")
    first = [put(jobs, revision, f"a{k}") for k in range(3)]
    second = [put(jobs, other, f"b{k}") for k in range(2)]
    turn = [first[0], second[0], first[1], second[1], first[2]]
    waiting = jobs.unfinished()
    assert [waiting[job.id].ahead for job in turn] == [0, 1, 2, 3, 4]
    assert [jobs.get(job.id).ahead for job in turn] == [0, 1, 2, 3, 4]
    assert claimed(jobs, "r").id == first[0].id
    assert claimed(jobs, "r").id == second[0].id
    assert claimed(jobs, "r").id == first[1].id


def test_a_job_that_ended_stays_as_it_is(jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    claimed(jobs, "r")
    assert jobs.cancel(job.id).state == "cancelled"
    jobs.finish(job.id, "r")
    jobs.give_back(job.id, "r", why="no")
    assert jobs.beat("r", {job.id: None}) == frozenset()
    assert jobs.get(job.id).state == "cancelled"
    assert jobs.cancel(job.id).state == "cancelled"
    other = put(jobs, revision, "other")
    claimed(jobs, "r")
    jobs.finish(other.id, "r", error="there is no answer")
    assert jobs.cancel(other.id).error == "there is no answer"


def test_nobody_ends_what_another_has_signed(jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    claimed(jobs, "r")
    jobs.finish(job.id, "s")
    assert jobs.beat("s", {job.id: None}) == frozenset()
    assert jobs.held("s") == frozenset()
    assert jobs.held("r") == {job.id}
    assert jobs.get(job.id).state == "running"


def test_a_job_that_dies_is_begun_once_more_and_then_fails(jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    claimed(jobs, "r")
    jobs.give_back(job.id, "r", why="it died twice")
    assert jobs.get(job.id).state == "queued"
    claimed(jobs, "r")
    jobs.give_back(job.id, "r", why="it died twice")
    ended = jobs.get(job.id)
    assert (ended.state, ended.error) == ("failed", "it died twice")


def test_what_a_runner_leaves_on_purpose_is_no_failed_try(jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    for _ in range(5):
        claimed(jobs, "r")
        jobs.leave("r")
        assert jobs.get(job.id).state == "queued"


def test_orphans_are_those_of_the_gone_and_of_the_silent(
    database: Database, jobs: Jobs, revision: Revision
) -> None:
    gone, silent, well = (put(jobs, revision, key) for key in ("a", "b", "c"))
    for name in ("gone", "silent", "well"):
        claimed(jobs, name)
    with database.begin() as session:
        long_ago = now() - storing.SILENCE - timedelta(seconds=1)
        session.execute(update(JobRow).where(JobRow.id == silent.id).values(beat_at=long_ago))
    assert jobs.orphans(lambda _: False, why="lost", ours={silent.id}) == 0
    assert jobs.orphans(lambda runner: runner == "gone", why="lost") == 2
    assert [jobs.get(job.id).state for job in (gone, silent, well)] == [
        *("queued", "queued", "running")
    ]
    assert jobs.orphans(lambda _: False, why="lost") == 0


def test_a_job_goes_with_its_case(database: Database, jobs: Jobs, revision: Revision) -> None:
    job = put(jobs, revision)
    claimed(jobs, "r")
    Cases(database).delete(revision.case_id)
    assert jobs.beat("r", {job.id: None}) == frozenset()
    with pytest.raises(UnknownError):
        jobs.get(job.id)
    with pytest.raises(UnknownError):
        jobs.cancel(job.id)
    with pytest.raises(UnknownError):
        put(jobs, revision)
    with database.read() as session:
        assert session.scalars(select(JobRow)).all() == []
