"""What is kept stays kept, on SQLite and on PostgreSQL."""

from __future__ import annotations

import sqlite3
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from detente.composer import MOST_BYTES
from detente.errors import DetenteError
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases, ConflictError, UnknownError, digest_of
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.storage.opening import newest_version
from detente.web.storage.packages import Packages
from detente.web.storage.results import Results, result_key
from detente.web.storage.tables import ResultFileRow, ResultRow, RevisionRow, Table
from detente.web.storage.troubles import StorageError
from detente.work import Work


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    found.migrate()
    yield found
    found.close()


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database)


def begin(cases: Cases, content: str = "one\n") -> str:
    return cases.create(content, title="A case", note="begun").case_id


def revise(cases: Cases, case_id: str, base: int, content: str) -> int:
    made = cases.revise(case_id, base=base, text=content, title="A case", note="changed")
    return made.number


# Opening


def test_the_tables_are_those_that_the_program_knows(database: Database) -> None:
    found = inspect(database.engine)
    assert set(found.get_table_names()) == {*Table.metadata.tables, "alembic_version"}
    for name, table in Table.metadata.tables.items():
        columns = {column["name"]: column["nullable"] for column in found.get_columns(name)}
        assert columns == {column.name: column.nullable for column in table.columns}, name
        indexes = {index["name"] for index in found.get_indexes(name)}
        assert {index.name for index in table.indexes} <= indexes, name
        keys = {key["name"] for key in found.get_foreign_keys(name)}
        assert {key.name for key in table.foreign_key_constraints} == keys, name


def test_opening_again_changes_nothing(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    assert database.migrate() is False
    assert cases.revision(case_id).text == "one\n"


def test_many_may_open_a_new_database_at_once(database_url: str) -> None:
    def start(_: int) -> bool:
        database = Database(database_url)
        try:
            return database.migrate()
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(start, range(4))) == [False, False, False, True]


def test_a_newer_database_is_left_alone(database: Database) -> None:
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StorageError, match="a newer Detente made it"):
        database.migrate()


def test_the_database_of_another_program_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    if database.file is not None:
        database.file.touch()
    with database.begin() as session:
        session.execute(text("CREATE TABLE invoices (number INTEGER)"))
    with pytest.raises(StorageError, match="something else than a workbench"):
        database.migrate()
    assert inspect(database.engine).get_table_names() == ["invoices"]
    database.close()


def test_the_version_is_the_newest(database: Database) -> None:
    with database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == newest_version()


def test_the_folder_and_the_file_are_their_owners_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "deeper" / "workbench.db"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    Cases(database).create("one", title="A", note="")
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (file, *file.parents)}
    assert modes[file] == 0o600
    assert modes[file.parent] == modes[file.parent.parent] == 0o700
    beside = [path for path in file.parent.iterdir() if path != file]
    assert beside, "the log stands beside the database"
    assert {stat.S_IMODE(path.stat().st_mode) for path in beside} == {0o600}
    database.close()


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("sqlite:///{0}/no.db", "the file is no database"),
        ("sqlite:///{0}/folder", "cannot be opened"),
        ("sqlite:///{0}/no.db/deeper.db", "it cannot be made: not a directory"),
        ("sqlite://", "a database in memory would be forgotten"),
        ("nonsense", "the address of the database is none"),
        ("mysql://here/it", "a database of the kind 'mysql' is not known"),
        ("postgresql://me:secret@127.0.0.1:9/it", "connection failed"),
        ("postgres://me:secret@nowhere.invalid/it", "failed to resolve host"),
    ],
)
def test_what_is_no_database_is_told_in_one_message(tmp_path: Path, url: str, problem: str) -> None:
    (tmp_path / "no.db").write_text("a letter, and no database\n" * 100)
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError, match=problem) as told:
        Database(url.format(tmp_path)).migrate()
    assert "secret" not in str(told.value)
    assert "\n" not in str(told.value)
    assert (tmp_path / "no.db").read_text().startswith("a letter")


def test_a_database_that_was_deleted_is_not_made_anew(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    database.migrate()
    database.close()
    (tmp_path / "workbench.db").unlink()
    with pytest.raises(StorageError, match="there is no such file"):
        Cases(database).all()
    assert not (tmp_path / "workbench.db").exists()


def test_a_database_that_may_only_be_read_says_so(tmp_path: Path) -> None:
    made = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    made.migrate()
    made.close()
    file = tmp_path / "workbench.db"
    database = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
    assert Cases(database).all() == []
    with pytest.raises(StorageError, match="it may only be read"):
        begin(Cases(database))
    database.close()


def test_a_full_disk_loses_nothing_that_was_saved(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    database.migrate()
    cases = Cases(database)
    case_id = begin(cases)

    @event.listens_for(database.engine, "checkout")
    def fill(connection: sqlite3.Connection, *_: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    with pytest.raises(StorageError, match="no space is left; nothing of this was saved"):
        revise(cases, case_id, 1, "long " * 100_000)
    assert cases.revision(case_id).text == "one\n"
    assert cases.get(case_id).head == 1
    database.close()


# Transactions


def test_sqlite_flushes_every_commit(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'workbench.db'}")
    database.migrate()
    with database.read() as session:
        for pragma, value in (("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)):
            assert session.scalar(text(f"PRAGMA {pragma}")) == value
    database.close()


def test_readers_do_not_wait_for_a_writer(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with database.begin() as session:
            session.execute(text("UPDATE cases SET title = 'half done'"))
            writing.set()
            assert done.wait(20)

    thread = threading.Thread(target=write)
    thread.start()
    assert writing.wait(20)
    with ThreadPoolExecutor(8) as pool:
        titles = set(pool.map(lambda _: cases.get(case_id).title, range(40)))
    done.set()
    thread.join()
    assert titles == {"A case"}
    assert cases.get(case_id).title == "half done"


def test_one_reading_sees_one_moment(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(RevisionRow)) == 1
        with ThreadPoolExecutor(1) as pool:
            pool.submit(revise, cases, case_id, 1, "two").result()
        assert session.scalar(select(func.count()).select_from(RevisionRow)) == 1
    assert len(cases.history(case_id)) == 2


def test_what_only_reads_cannot_write_on_a_server(database: Database, cases: Cases) -> None:
    begin(cases)
    if database.file is None:
        with pytest.raises(StorageError, match="read"), database.read() as session:
            session.execute(text("UPDATE cases SET title = 'x'"))
    assert cases.all()[0].title == "A case"


def test_an_exception_takes_everything_back(database: Database, cases: Cases) -> None:
    case_id = begin(cases)

    def fail(session: Session) -> None:
        session.execute(text("UPDATE cases SET title = 'x'"))
        raise KeyError

    with pytest.raises(KeyError), database.begin() as session:
        fail(session)
    assert cases.get(case_id).title == "A case"


def test_a_transaction_within_another_is_our_own_fault(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    with pytest.raises(RuntimeError, match="within another"), database.begin():
        cases.get(case_id)
    with pytest.raises(RuntimeError, match="within another"), database.read():
        revise(cases, case_id, 1, "two")
    assert revise(cases, case_id, 1, "two") == 2


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


def test_a_copy_has_the_newest_text_and_the_packages(database: Database, cases: Cases) -> None:
    case_id = begin(cases)
    revise(cases, case_id, 1, "two")
    Packages(database).keep(case_id, "ours", {"pay": "5"})
    made = cases.duplicate(case_id, "A copy", note="copied")
    assert (made.number, made.text, made.note) == (1, "two", "copied")
    assert cases.get(made.case_id).title == "A copy"
    assert [one.choice for one in Packages(database).of(made.case_id)] == [{"pay": "5"}]
    assert len(cases.history(case_id)) == 2
    with pytest.raises(UnknownError):
        cases.duplicate("nosuch", "x")


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
    assert drafts.get("tab-1") == kept
    assert [draft.id for draft in drafts.of(case_id)] == ["tab-1", "tab-2"]
    drafts.drop("tab-1")
    drafts.drop("tab-1")
    with pytest.raises(UnknownError):
        drafts.get("tab-1")
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
    assert drafts.get("d").text == "mine"


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
