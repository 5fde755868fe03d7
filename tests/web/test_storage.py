"""What is kept: cases and their revisions, drafts, packages, answers."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from detente.composer import MOST_BYTES
from detente.errors import DetenteError
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases, ConflictError, UnknownError, digest_of
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.storage.packages import Packages
from detente.web.storage.results import Results, result_key
from detente.web.storage.tables import ResultFileRow, ResultRow
from detente.work import Work


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database)


def begin(cases: Cases, content: str = "one\n") -> str:
    return cases.create(content, title="A case", note="begun").case_id


def revise(cases: Cases, case_id: str, base: int, content: str) -> int:
    made = cases.revise(case_id, base=base, text=content, title="A case", note="changed")
    return made.number


# Cases and revisions


def test_a_case_keeps_its_revisions(cases: Cases) -> None:
    first = cases.create("one\n", title="A", note="begun")
    second = cases.revise(first.case_id, base=1, text="two\nthree\n", title="B", note="changed")
    assert cases.revision(first.case_id) == second
    assert cases.revision(first.case_id, 1) == first
    assert second.digest == digest_of("two\nthree\n")
    assert cases.get(first.case_id).title == "B"
    newest, oldest = cases.history(first.case_id)
    assert (newest.number, newest.note, newest.size) == (2, "changed", 10)
    assert (newest.added, newest.removed) == (2, 1)
    assert (oldest.added, oldest.removed) == (1, 0)


def test_the_same_text_is_not_saved_twice(cases: Cases) -> None:
    case_id = begin(cases)
    assert revise(cases, case_id, 1, "two") == 2
    assert revise(cases, case_id, 1, "two") == 2, "an answer that got lost may be asked for again"


def test_a_text_from_an_older_revision_is_refused_with_the_newest(cases: Cases) -> None:
    case_id = begin(cases)
    revise(cases, case_id, 1, "two")
    with pytest.raises(ConflictError) as refused:
        revise(cases, case_id, 1, "three")
    assert (refused.value.head.number, refused.value.head.text) == (2, "two")
    with pytest.raises(ConflictError):
        revise(cases, case_id, 7, "three")


def test_of_many_who_save_at_once_one_is_first_and_the_others_are_told(cases: Cases) -> None:
    case_id = begin(cases)

    def save(k: int) -> int | None:
        try:
            return revise(cases, case_id, 1, f"text {k}")
        except ConflictError:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(save, range(16)))
    assert [number for number in made if number] == [2]
    assert cases.revision(case_id).text == f"text {made.index(2)}"


def test_many_who_save_by_turns_leave_no_gap(cases: Cases) -> None:
    case_id = begin(cases)

    def save(k: int) -> int:
        base = 1
        while True:
            try:
                return revise(cases, case_id, base, f"text {k}")
            except ConflictError as error:
                base = error.head.number

    with ThreadPoolExecutor(6) as pool:
        made = sorted(pool.map(save, range(12)))
    assert made == [*range(2, 14)]
    texts = {cases.revision(case_id, number).text for number in made}
    assert texts == {f"text {k}" for k in range(12)}


def test_a_long_history_is_read_without_its_texts_and_by_pages(
    database: Database, cases: Cases
) -> None:
    case_id = begin(cases)
    for number in range(1, 8):
        revise(cases, case_id, number, f"text {number}")
    asked: list[str] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: asked.append(statement),
    )
    assert [entry.number for entry in cases.history(case_id, most=3)] == [8, 7, 6]
    assert not any("revisions.text" in statement for statement in asked)
    assert [entry.number for entry in cases.history(case_id, before=3)] == [2, 1]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("x" * (MOST_BYTES + 1), "the case is too large: 1,048,577 bytes"),
        ("one\ntwo\0", r"U\+0000 on line 2"),
        ("half \ud800", "half a character at place 6"),
    ],
)
def test_text_that_no_database_can_keep_is_refused(
    cases: Cases, database: Database, content: str, problem: str
) -> None:
    case_id = begin(cases)
    with pytest.raises(DetenteError, match=problem):
        revise(cases, case_id, 1, content)
    with pytest.raises(DetenteError, match=problem.replace("the case", "the text")):
        Drafts(database).keep("a", case_id, base=1, text=content)
    assert cases.get(case_id).head == 1
    assert not Drafts(database).of(case_id)


def test_a_copy_has_its_text_and_the_packages(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    revise(cases, case_id, 1, "two")
    Packages(database).keep(case_id, "ours", {"pay": "5"})
    made = cases.duplicate(case_id, text="two", title="A copy", note="copied")
    assert (made.number, made.text, made.note) == (1, "two", "copied")
    assert cases.get(made.case_id).title == "A copy"
    assert [one.choice for one in Packages(database).of(made.case_id)] == [{"pay": "5"}]
    assert len(cases.history(case_id)) == 2
    with pytest.raises(UnknownError):
        cases.duplicate("nosuch", text="two", title="x", note="")


def test_a_deleted_case_leaves_nothing_behind(database: Database, cases: Cases) -> None:
    case_id, other = begin(cases), begin(cases)
    revise(cases, case_id, 1, "two")
    results = Results(database)
    for content in ("one\n", "two"):
        key = result_key(digest_of(content), "check", {}, Work())
        results.put(key, question="check", contents={}, files={"a": b"a"})
    Drafts(database).keep("d", case_id, base=1, text="x")
    Packages(database).keep(case_id, "p", {})
    cases.delete(case_id)
    with pytest.raises(UnknownError):
        cases.get(case_id)
    with pytest.raises(UnknownError):
        cases.history(case_id)
    with pytest.raises(UnknownError):
        cases.delete(case_id)
    with database.read() as session:
        for name in ("revisions", "drafts", "packages"):
            found = text(f"SELECT count(*) FROM {name} WHERE case_id = :id")  # noqa: S608 - our own names
            assert session.scalar(found, {"id": case_id}) == 0
        kept = session.scalars(select(ResultRow.key)).all()
    assert kept == [result_key(digest_of("one\n"), "check", {}, Work())], (
        "another case shares that text"
    )
    assert cases.revision(other).text == "one\n"


def test_the_case_opened_last_is_known(cases: Cases) -> None:
    one, two = begin(cases), begin(cases)
    for case_id in (one, two, one):
        cases.opened(case_id)
        assert max(cases.all(), key=lambda case: case.opened_at).id == case_id
    cases.opened("nosuch")


# Drafts and packages


def test_a_draft_is_kept_as_it_is_written(database: Database, cases: Cases) -> None:
    case_id, drafts = begin(cases), Drafts(database)
    drafts.keep("tab-1", case_id, base=1, text="un")
    drafts.keep("tab-2", case_id, base=1, text="other")
    kept = drafts.keep("tab-1", case_id, base=1, text="unsound: [")
    assert drafts.one(case_id, "tab-1") == kept
    assert [draft.id for draft in drafts.of(case_id)] == ["tab-1", "tab-2"]
    drafts.drop(case_id, "tab-1")
    drafts.drop(case_id, "tab-1")
    with pytest.raises(UnknownError):
        drafts.one(case_id, "tab-1")
    assert [draft.text for draft in drafts.of(case_id)] == ["other"]


def test_a_draft_belongs_to_one_case(database: Database, cases: Cases) -> None:
    case_id, other, drafts = begin(cases), begin(cases), Drafts(database)
    drafts.keep("d", case_id, base=1, text="mine")
    with pytest.raises(DetenteError, match="another case"):
        drafts.keep("d", other, base=1, text="theirs")
    for bad in ("", "x" * 33, "../x", "a b"):
        with pytest.raises(DetenteError, match="named by"):
            drafts.keep(bad, case_id, base=1, text="x")
    for case, base in ((case_id, 2), (case_id, 0), ("nosuch", 1)):
        with pytest.raises(UnknownError):
            drafts.keep("e", case, base=base, text="x")
    assert drafts.one(case_id, "d").text == "mine"
    with pytest.raises(UnknownError):
        drafts.one(other, "d")
    drafts.drop(other, "d")
    assert drafts.of(case_id)


def test_a_page_may_send_two_drafts_at_once(database: Database, cases: Cases) -> None:
    case_id, drafts = begin(cases), Drafts(database)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda k: drafts.keep("d", case_id, base=1, text=f"{k}"), range(16)))
    assert len(drafts.of(case_id)) == 1


def test_packages_are_kept_in_their_order(database: Database, cases: Cases) -> None:
    case_id, packages = begin(cases), Packages(database)
    first = packages.keep(case_id, "  ours,\n later ", {"pay": "5", "ünd": "ja"})
    packages.keep(case_id, "theirs", {})
    assert packages.of(case_id)[0] == first
    assert (first.name, first.choice) == ("ours, later", {"pay": "5", "ünd": "ja"})
    assert packages.rename(case_id, first.id, "new").name == "new"
    packages.drop(case_id, first.id)
    assert [one.name for one in packages.of(case_id)] == ["theirs"]
    other = begin(cases)
    for wrong in (first.id, packages.of(case_id)[0].id):
        with pytest.raises(UnknownError):
            packages.rename(other, wrong, "x")
        with pytest.raises(UnknownError):
            packages.drop(other, wrong)
    with pytest.raises(UnknownError):
        packages.keep("nosuch", "x", {})


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\x1bb", "\ud800"])
def test_a_package_needs_a_name_that_can_be_kept(
    database: Database, cases: Cases, name: str
) -> None:
    case_id = begin(cases)
    with pytest.raises(DetenteError, match="the name of the package"):
        Packages(database).keep(case_id, name, {})
    with pytest.raises(DetenteError, match="the package is too large"):
        Packages(database).keep(case_id, "x", {"a": "x" * 2**19})


def test_packages_are_not_without_number(
    database: Database, cases: Cases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("detente.web.storage.packages.MOST_PACKAGES", 3)
    case_id, packages = begin(cases), Packages(database)
    for k in range(3):
        packages.keep(case_id, f"{k}", {})
    with pytest.raises(DetenteError, match="throw one away first"):
        packages.keep(case_id, "one more", {})


# Results


def test_an_answer_is_kept_with_its_files(database: Database) -> None:
    results = Results(database)
    key = result_key(digest_of("one"), "settle", {"b": 1, "a": 2}, Work())
    assert key == result_key(digest_of("one"), "settle", {"a": 2, "b": 1}, Work())
    assert key != result_key(digest_of("one"), "settle", {"a": 2}, Work())
    assert results.contents(key) is None
    results.put(key, question="settle", contents={"ok": True}, files={"a.svg": b"<svg/>" * 99})
    results.put(key, question="settle", contents={"ok": False}, files={"b.svg": b"\0\xff"})
    assert results.contents(key) == {"ok": False}
    assert results.file(key, "b.svg") == b"\0\xff"
    with pytest.raises(UnknownError):
        results.file(key, "a.svg")


def test_the_oldest_answers_make_room(database: Database) -> None:
    results = Results(database, most=1000)
    noise = bytes(range(256)) + bytes(reversed(range(256)))
    for k in range(6):
        results.put(f"{k}", question="q", contents={}, files={"f": noise[:300], "g": b""})
    kept = [k for k in range(6) if results.contents(f"{k}") is not None]
    assert kept
    assert kept == [*range(6 - len(kept), 6)], "the newest stay"
    with database.read() as session:
        assert session.scalar(select(func.sum(ResultRow.size))) <= 1000
        assert set(session.scalars(select(ResultFileRow.key))) == {f"{k}" for k in kept}
    Results(database, most=10).put("large", question="q", contents={}, files={"f": noise})
    assert results.file("large", "f") == noise, "what was just worked out is there to be read"


def test_answers_of_other_versions_go(database: Database) -> None:
    results = Results(database)
    for key in ("old", "new"):
        results.put(key, question="q", contents={}, files={"f": b"f"})
    with database.begin() as session:
        session.get_one(ResultRow, "old").version = "0.0.1"
    results.prune()
    assert results.contents("old") is None
    assert results.contents("new") == {}


def test_a_lost_database_is_no_fault_of_who_asked(database_url: str, cases: Cases) -> None:
    case_id = begin(cases)
    app = create_app(Settings(database=database_url), asking=Here)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        address = f"/api/v1/cases/{case_id}"
        assert client.get(address).status_code == 200

        @event.listens_for(app.state.bench.database.engine, "before_cursor_execute")
        def lose(*_: object) -> None:
            raise OperationalError("", {}, sqlite3.OperationalError("the connection was lost"))

        for asked in (address, f"/cases/{case_id}/history"):
            answer = client.get(asked)
            assert answer.status_code == 503
            assert "the connection was lost" in answer.text
