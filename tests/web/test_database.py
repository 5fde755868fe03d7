"""How a database is opened and spoken to: what is refused, and what a transaction keeps."""

from __future__ import annotations

import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, func, inspect, select, text
from sqlalchemy.orm import Session

from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.opening import newest_version
from detente.web.storage.tables import RevisionRow, Table
from detente.web.storage.troubles import StorageError
from tests.web.test_storage import begin, revise


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database)


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
