"""One file holds all work, goes from any database into any other, and is believed in nothing."""

from __future__ import annotations

import io
import json
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from detente.cli import main
from detente.errors import DetenteError
from detente.web.storage.backup import back_up, restore
from detente.web.storage.backup_file import BackupError
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.storage.packages import Packages
from detente.web.storage.results import Results
from detente.web.storage.tables import CaseRow, ResultRow

Made = Callable[[], Database]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """Another database, a file."""
    found = Database(f"sqlite:///{tmp_path / 'other.db'}")
    found.migrate()
    yield found
    found.close()


def fill(database: Database) -> str:
    """Put some of everything on a workbench; return the id of the first case."""
    cases = Cases(database)
    made = cases.create("one\n", title="Ünïcode – 合意", note="begun", origin="harbour").case_id
    cases.revise(made, base=1, text="two\r\nthree\n", title="B", note="changed")
    cases.create("", title="Empty", note="")
    Drafts(database).keep("tab", made, base=1, text="unsound: [")
    Packages(database).keep(made, "ours", {"pay": "5", "schichten": "früh"})
    Results(database).put("key", question="check", contents={}, files={"a": b"a"})
    return made


def everything(database: Database) -> Any:
    cases, drafts, packages = Cases(database), Drafts(database), Packages(database)
    kept = sorted(cases.all(), key=lambda case: case.id)
    return [
        (
            case,
            cases.history(case.id),
            [cases.revision(case.id, entry.number) for entry in cases.history(case.id)],
            drafts.of(case.id),
            packages.of(case.id),
        )
        for case in kept
    ]


def backed_up(database: Database) -> bytes:
    stream = io.BytesIO()
    back_up(database, stream)
    return stream.getvalue()


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return stream.getvalue()


def altered(data: bytes, table: str, change: Callable[[list[Any]], object]) -> bytes:
    """Return a backup with other rows in a table, and hashes that go with them."""
    import hashlib

    members = unpacked(data)
    rows = [json.loads(line) for line in members[f"{table}.jsonl"].splitlines()]
    change(rows)
    text = b"".join(json.dumps(row).encode() + b"\n" for row in rows)
    said = json.loads(members["backup.json"])
    said["tables"][table] = {"rows": len(rows), "sha256": hashlib.sha256(text).hexdigest()}
    return packed(members | {f"{table}.jsonl": text, "backup.json": json.dumps(said).encode()})


def test_everything_comes_back_in_any_database(database: Database, file: Database) -> None:
    made = fill(database)
    before = everything(database)
    data = backed_up(database)
    counts = restore(file, io.BytesIO(data))
    assert counts == {"cases": 2, "revisions": 3, "drafts": 1, "packages": 1}
    assert everything(file) == before
    Cases(database).delete(made)
    restore(database, io.BytesIO(backed_up(file)), replace=True)
    assert everything(database) == before
    assert Cases(database).revise(made, base=2, text="on", title="B", note="").number == 3


def test_work_that_is_there_is_not_replaced_unasked(database: Database, file: Database) -> None:
    fill(file)
    data = backed_up(file)
    Cases(database).create("mine", title="Mine", note="")
    before = everything(database)
    with pytest.raises(DetenteError, match="holds 1 case already; give --replace"):
        restore(database, io.BytesIO(data))
    assert everything(database) == before
    restore(database, io.BytesIO(data), replace=True)
    assert everything(database) == everything(file)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(ResultRow)) == 0


def test_a_backup_holds_one_moment_while_others_write(database: Database) -> None:
    cases = Cases(database)
    made = cases.create("0", title="A", note="").case_id
    stop = threading.Event()

    def write() -> None:
        number = 1
        while not stop.is_set():
            number = cases.revise(made, base=number, text=f"{number}", title="A", note="").number

    thread = threading.Thread(target=write)
    thread.start()
    try:
        backups = [backed_up(database) for _ in range(3)]
    finally:
        stop.set()
        thread.join()
    for data in backups:
        counts = restore(database, io.BytesIO(data), replace=True)
        assert Cases(database).get(made).head == counts["revisions"]


def test_a_backup_lets_nobody_in(database: Database) -> None:
    fill(database)
    assert set(unpacked(backed_up(database))) == {
        *("backup.json", "cases.jsonl", "revisions.jsonl", "drafts.jsonl", "packages.jsonl")
    }


def drop(rows: list[Any]) -> None:
    del rows[0]


def twice(rows: list[Any]) -> None:
    rows.append(rows[-1])


def put(key: str, value: object) -> Callable[[list[Any]], None]:
    def change(rows: list[Any]) -> None:
        rows[0][key] = value

    return change


def without(key: str) -> Callable[[list[Any]], None]:
    def change(rows: list[Any]) -> None:
        del rows[0][key]

    return change


def be(value: object) -> Callable[[list[Any]], None]:
    def change(rows: list[Any]) -> None:
        rows[0] = value

    return change


WRONG = [
    ("revisions", drop, "revisions are missing"),
    ("revisions", twice, "revisions are missing"),
    ("revisions", put("text", "forged"), "a revision is not what was saved"),
    ("revisions", put("size", 99), "a revision is not what was saved"),
    ("revisions", put("number", 2), "revisions are missing"),
    ("revisions", put("case_id", "nosuch"), "a revision has no case"),
    ("revisions", put("added", -1), "too large"),
    ("revisions", put("added", "1"), "is str"),
    ("revisions", put("text", None), "is NoneType"),
    ("revisions", put("text", "\ud800"), "half a character"),
    ("revisions", put("note", "\0"), r"U\+0000"),
    ("revisions", put("note", "x" * 20_000), "too large"),
    ("cases", drop, "a revision has no case"),
    ("cases", twice, "a case is in it twice"),
    ("cases", put("head", 0), "revisions are missing"),
    ("cases", put("head", 2**40), "too large"),
    ("cases", put("id", "../../etc"), "is no name"),
    ("cases", put("made_at", "yesterday"), "cannot be kept"),
    ("cases", put("made_at", "2026-01-01T00:00:00"), "has no zone"),
    ("cases", put("made_at", 5), "cannot be kept"),
    ("cases", put("password", "x"), "other columns"),
    ("cases", without("origin"), "other columns"),
    ("cases", be([]), "other columns"),
    ("cases", be(None), "other columns"),
    ("drafts", twice, "one of the drafts is in it twice"),
    ("drafts", put("base", 7), "one of the drafts has no case"),
    ("drafts", put("case_id", "nosuch"), "one of the drafts has no case"),
    ("packages", put("choice", ["a"]), "is no package"),
    ("packages", put("choice", {"a": 5}), "is no package"),
    ("packages", twice, "one of the packages is in it twice"),
]


@pytest.mark.parametrize(
    ("table", "change", "problem"), WRONG, ids=[f"{t}-{p}-{k}" for k, (t, _, p) in enumerate(WRONG)]
)
def test_rows_that_do_not_belong_together_are_refused(
    file: Database, table: str, change: Callable[[list[Any]], object], problem: str
) -> None:
    fill(file)
    before = everything(file)
    data = altered(backed_up(file), table, change)
    with pytest.raises(BackupError, match=problem):
        restore(file, io.BytesIO(data), replace=True)
    assert everything(file) == before


def test_files_that_are_no_backups_are_refused(file: Database) -> None:
    fill(file)
    before = everything(file)
    data = backed_up(file)
    members = unpacked(data)
    said = json.loads(members["backup.json"])

    def saying(**other: object) -> bytes:
        return packed(members | {"backup.json": json.dumps(said | other).encode()})

    bomb = members | {"drafts.jsonl": b" " * 2**24}
    for bad, problem in (
        (b"", "it is no backup"),
        (b"a letter", "it is no backup"),
        (data[:-30], "it is no backup"),
        (data[: len(data) // 2], "it is no backup"),
        (packed({}), "backup.json is not in it"),
        (packed({n: c for n, c in members.items() if n != "drafts.jsonl"}), "drafts.jsonl is not"),
        (packed(members | {"../../etc/passwd": b"x"}), "more than a backup does"),
        (packed(members | {"backup.json": b"{"}), "backup.json cannot be read"),
        (packed(members | {"backup.json": b"[" * 50_000}), "backup.json cannot be read"),
        (packed(members | {"backup.json": b"[]"}), "no backup of Detente"),
        (saying(format="other"), "no backup of Detente"),
        (saying(version=2), "a newer Detente wrote it"),
        (saying(version="1"), "is no version of a backup"),
        (saying(tables={}), "does not say what the tables hold"),
        (saying(tables=None), "does not say what the tables hold"),
        (packed(members | {"cases.jsonl": b"[1\n"}), "row 1 of cases cannot be read"),
        (packed(members | {"cases.jsonl": b"\xff\n"}), "row 1 of cases cannot be read"),
        (packed(members | {"drafts.jsonl": b""}), "drafts is not what was written"),
        (packed(bomb), "drafts holds a row that is too long"),
    ):
        with pytest.raises(BackupError, match=problem):
            restore(file, io.BytesIO(bad), replace=True)
    with pytest.raises(BackupError, match="larger than 1 MiB once unpacked"):
        restore(file, io.BytesIO(packed(bomb)), replace=True, most=2**20)
    assert everything(file) == before


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, bytes]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('backup') / 'workbench.db'}")
    database.migrate()
    fill(database)
    return database, backed_up(database)


@hypothesis_settings(max_examples=40)
@given(st.data())
def test_a_damaged_file_is_put_back_whole_or_not_at_all(
    sample: tuple[Database, bytes], data: st.DataObject
) -> None:
    database, backup = sample
    place = data.draw(st.integers(0, len(backup) - 1))
    byte = data.draw(st.integers(0, 255))
    damaged = backup[:place] + bytes([byte]) + backup[place + 1 :]
    before = everything(database)
    with suppress(BackupError):
        restore(database, io.BytesIO(damaged), replace=True)
    assert everything(database) == before, "what was put back is what was there"


# The commands


def run(*words: str) -> Result:
    return CliRunner().invoke(main, [*words])


def test_the_commands_keep_and_put_back(database: Database, file: Database, tmp_path: Path) -> None:
    fill(database)
    url = database.url.render_as_string(hide_password=False)
    target = tmp_path / "work.zip"
    done = run("backup", str(target), "--database", url)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "2 cases, 3 revisions, 1 draft, 1 package" in done.stderr
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    other = f"sqlite:///{file.file}"
    done = run("restore", str(target), "--database", other)
    assert done.exit_code == 0
    assert everything(file) == everything(database)
    done = run("restore", str(target), "--database", other)
    assert done.exit_code == 1
    assert "give --replace" in done.stderr
    assert run("restore", str(target), "--replace", "--database", other).exit_code == 0


def test_a_new_database_is_made_for_a_backup(
    sample: tuple[Database, bytes], tmp_path: Path
) -> None:
    (tmp_path / "work.zip").write_bytes(sample[1])
    url = f"sqlite:///{tmp_path / 'deep' / 'new.db'}"
    assert run("restore", str(tmp_path / "work.zip"), "--database", url).exit_code == 0
    made = Database(url)
    assert everything(made) == everything(sample[0])
    made.close()


def test_what_cannot_be_kept_is_told_and_nothing_is_left(
    sample: tuple[Database, bytes], tmp_path: Path
) -> None:
    url = f"sqlite:///{sample[0].file}"
    nothing = f"sqlite:///{tmp_path / 'nothing.db'}"
    empty = tmp_path / "empty.db"
    empty.touch()
    letter = tmp_path / "letter.zip"
    letter.write_text("a letter")
    kept = tmp_path / "kept.zip"
    kept.write_bytes(b"the one before")
    for words, problem in (
        (("backup", str(tmp_path / "x.zip"), "--database", nothing), "there is no such file"),
        (("backup", str(kept), "--database", f"sqlite:///{empty}"), "it holds no workbench"),
        (("backup", str(sample[0].file), "--database", url), "is the database itself"),
        (("backup", str(tmp_path / "no" / "x.zip"), "--database", url), "cannot be written"),
        (("restore", str(letter), "--database", url), "letter.zip: this backup cannot be put back"),
    ):
        done = run(*words)
        assert done.exit_code == 1
        assert problem in done.stderr
        assert done.stderr.count("\n") == 1
    assert kept.read_bytes() == b"the one before"
    assert {path.name for path in tmp_path.iterdir()} <= {
        *("empty.db", "empty.db-wal", "empty.db-shm", "letter.zip", "kept.zip")
    }


def test_nothing_is_put_back_where_the_database_refuses(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database)
    before, data = everything(database), backed_up(database)

    def fail(name: str) -> Any:
        if name == "packages":
            raise KeyError(name)
        return CaseRow.metadata.tables[name]

    with monkeypatch.context() as patch:
        patch.setattr("detente.web.storage.backup._check", lambda _: None)
        patch.setattr("detente.web.storage.backup._table", fail)
        with pytest.raises(KeyError):
            restore(database, io.BytesIO(data), replace=True)
    assert everything(database) == before
