"""Folders and archives: what is taken, in which order, and what is refused."""

from __future__ import annotations

import io
import os
import random
import stat
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from detente.errors import CaseError, DetenteError
from detente.formats import folder as folders
from detente.formats import load, loads
from detente.formats.folder import File, Folder, read_archive, read_folder

PARTY = "issue,option,points\npay,low,{}\npay,high,{}\n"


def files(where: Path, names: dict[str, str]) -> Path:
    """Write files into a folder, and return it."""
    for name, text in names.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text, encoding="utf-8")
    return where


def packed(names: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    return stream.getvalue()


def names_in(found: Folder) -> list[str]:
    return [file.name for file in found.files]


def refused(data: bytes) -> str:
    with pytest.raises(CaseError) as caught:
        read_archive(data, shown="talks.zip")
    text = str(caught.value)
    assert text.startswith("talks.zip: ")
    assert len(text.splitlines()) == 1
    return text


def refused_folder(where: Path) -> str:
    with pytest.raises(CaseError) as caught:
        load(where, name="talks")
    text = str(caught.value)
    assert text.startswith("talks: ")
    assert len(text.splitlines()) == 1
    return text


# --- folders -------------------------------------------------------------------------------------


def test_files_come_in_natural_order(tmp_path: Path) -> None:
    names = ["p10.csv", "p9.csv", "P1.csv", "p01.csv", "a.csv", "p9b.csv"]
    files(tmp_path, dict.fromkeys(names, "x"))
    expected = ["a.csv", "P1.csv", "p01.csv", "p9.csv", "p9b.csv", "p10.csv"]
    assert names_in(read_folder(tmp_path, shown="t")) == expected
    assert names_in(read_archive(packed(dict.fromkeys(names, "x")), shown="t")) == expected


def test_parties_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    files(tmp_path, {f"p{k}.csv": PARTY.format(k, 0) for k in (11, 2, 1)})
    assert [party.label for party in load(tmp_path).parties] == ["p1", "p2", "p11"]


def test_hidden_files_and_inner_folders_are_passed_over(tmp_path: Path) -> None:
    texts = {"a.csv": PARTY.format(1, 2), ".b.csv": "x", "inner/c.csv": "x", ".git/d.csv": "x"}
    assert names_in(read_folder(files(tmp_path, texts), shown="t")) == ["a.csv"]


def test_an_archive_is_as_its_folder(tmp_path: Path) -> None:
    texts = {"a.csv": PARTY.format(1, 2), "b.csv": PARTY.format(3, 0)}
    archive = tmp_path / "talks.zip"
    inside = {f"talks/{name}": text for name, text in texts.items()}
    extra = {"__MACOSX/talks/._a.csv": "x", "talks/.DS_Store": "x"}
    archive.write_bytes(packed({**inside, **extra}))
    case = load(archive)
    assert case == load(files(tmp_path / "talks", texts))
    assert case.title == "talks"
    assert loads(archive.read_bytes()).parties == case.parties


def test_names_with_backslashes_are_names_of_folders() -> None:
    found = read_archive(packed({"talks\\a.csv": "x", "talks\\in\\": ""}), shown="t")
    assert names_in(found) == ["a.csv"]


def test_the_name_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = files(tmp_path / "night_work", {"a.csv": PARTY.format(1, 2)})
    monkeypatch.chdir(where)
    assert load(".").title == "night work"
    assert load("../night_work/").title == "night work"
    assert Folder(name="a\\b.ZIP", files=()).stem == "b"
    file = File(name="x.y.csv", data=b"")
    assert Folder(name="t/", files=(file,)).place(file) == "t/x.y.csv"
    assert file.stem == "x.y"


def test_names_are_printable(tmp_path: Path) -> None:
    files(tmp_path, {"a\n\u202eb.csv": PARTY.format(1, 2), "x\x1b[2J.txt": "x"})
    case = load(tmp_path)
    assert [party.label for party in case.parties] == ["a\\u000a\\u202eb"]
    assert "x\\u001b[2J.txt" in case.note
    (tmp_path / "dangling.csv").symlink_to("/nowhere")
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("x")
    assert load(tmp_path).parties == case.parties
    found = read_archive(packed({"a\x07.csv": "x"}), shown="t")
    assert names_in(found) == ["a\\u0007.csv"]


def test_links_lead_where_they_lead_and_devices_are_passed_over(tmp_path: Path) -> None:
    where = files(tmp_path / "talks", {"a.csv": PARTY.format(1, 2)})
    other = files(tmp_path / "elsewhere", {"z.csv": PARTY.format(3, 4)})
    (where / "b.csv").symlink_to(other / "z.csv")
    (where / "loop.csv").symlink_to(where / "loop.csv")
    (where / "inner").symlink_to(other)
    os.mkfifo(where / "pipe.csv")
    assert [party.label for party in load(where).parties] == ["a", "b"]


def test_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(_: Path) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", locked)
    assert refused_folder(tmp_path) == "talks: permission denied"


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files(tmp_path, {"a.csv": PARTY.format(1, 2)})

    def locked(*_: object, **__: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", locked)
    with pytest.raises(CaseError, match=r"talks/a\.csv: the file cannot be read: permission"):
        load(tmp_path, name="talks")


def test_the_number_of_files_is_limited(tmp_path: Path) -> None:
    files(tmp_path, {f"{k}.txt": "" for k in range(folders.MOST_FILES + 1)})
    assert "401 files lie here, more than 400; a case is" in refused_folder(tmp_path)
    assert "401 files lie here" in refused(packed({f"{k}.txt": "" for k in range(401)}))


def test_the_size_of_files_is_limited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 2**20)
    half = "x" * (2**19 + 1)
    where = files(tmp_path, {"a.txt": half, "b.txt": half})
    assert "the files are larger than 1 MiB together" in refused_folder(where)
    assert "larger than 1 MiB together" in refused(packed({"a.txt": half, "b.txt": half}))
    assert names_in(read_archive(packed({"a.txt": half}), shown="t")) == ["a.txt"]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert refused_folder(tmp_path) == "talks: there are no files in this folder"
    (tmp_path / "empty.zip").write_bytes(packed({}))
    with pytest.raises(CaseError, match="there are no files in this folder"):
        load(tmp_path / "empty.zip")


def test_a_party_is_not_lost_with_an_empty_file(tmp_path: Path) -> None:
    files(tmp_path, {"b.csv": PARTY.format(0, 5), "a.csv": " \n", "empty.txt": ""})
    with pytest.raises(CaseError, match="there is nothing in the file; fetch it again"):
        load(tmp_path)


def test_a_folder_of_one_case_file_names_it(tmp_path: Path) -> None:
    case = "detente: 1\ntitle: T\nparties: {a: A}\nissues:\n  x: {options: [y, z], status_quo: y}\n"
    files(tmp_path, {"case.yaml": case, "README.md": "x"})
    text = refused_folder(tmp_path)
    assert text.endswith("a case of one file lies here; give that file, talks/case.yaml")


def test_a_folder_of_an_archive_names_it(tmp_path: Path) -> None:
    (tmp_path / "inner.zip").write_bytes(packed({"a.csv": PARTY.format(1, 2)}))
    assert refused_folder(tmp_path).endswith("give that file, talks/inner.zip")
    outer = tmp_path / "outer.zip"
    outer.write_bytes(packed({"inner.zip": packed({"a.csv": PARTY.format(1, 2)})}))
    with pytest.raises(CaseError, match=r"an archive lies here; give that file, .*inner\.zip"):
        load(outer)


def test_a_folder_of_nothing_known(tmp_path: Path) -> None:
    files(tmp_path, {"a.txt": "x", "b.csv": "1,2\n"})
    assert refused_folder(tmp_path).endswith(
        "give a folder of one negotiation, or one of its files"
    )


def test_there_is_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(DetenteError, match="no such file"):
        load(tmp_path / "nowhere")


# --- archives ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["../a.csv", "x/../../a.csv", "..\\a.csv", "/../etc/a.csv"])
def test_names_that_lead_out_are_refused(name: str) -> None:
    assert "holds a name that leads out of it" in refused(packed({name: "x", "b.csv": "x"}))


def test_absolute_names_are_names_like_others() -> None:
    assert names_in(read_archive(packed({"/etc/a.csv": "x"}), shown="t")) == ["a.csv"]


def test_links_are_refused() -> None:
    entry = zipfile.ZipInfo("a.csv")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "the archive holds a link: a.csv" in refused(stream.getvalue())


def test_two_files_of_one_name_are_refused() -> None:
    data = packed({"a/x.csv": "x", "b/x.csv": "y"})
    assert "holds two files called x.csv; put each case" in refused(data)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed({f"{k}.csv": b"\0" * 2**22 for k in range(17)})
    assert len(data) < 2**20

    def unpack(*_: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(zipfile.ZipFile, "read", unpack)
    assert "larger than 64 MiB together" in refused(data)


def test_an_archive_that_understates_its_sizes_unpacks_no_more() -> None:
    data = packed({"a.csv": b"\0" * 2**22})
    size = struct.pack("<I", 2**22)
    assert data.count(size) == 2
    assert refused(data.replace(size, struct.pack("<I", 10))) == "talks.zip: the archive is damaged"


def test_an_archive_with_a_password_is_refused() -> None:
    data = bytearray(packed({"a.csv": "x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    assert "locked by a password; pack it anew" in refused(bytes(data))


def test_an_archive_packed_in_an_unknown_way_is_refused() -> None:
    data = bytearray(packed({"a.csv": "x"}))
    at = data.index(b"PK\x01\x02") + 10
    data[at : at + 2] = b"\x63\x00"
    data[8:10] = b"\x63\x00"
    assert "packed in an unknown way" in refused(bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing(method: int) -> None:
    found = read_archive(packed({"a.csv": "x" * 100}, method), shown="t")
    assert [file.data for file in found.files] == [b"x" * 100]


def test_an_archive_that_lists_far_too_much_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_LISTED", 50)
    assert "lists more than 50 files" in refused(packed({f"{k}": "" for k in range(51)}))


def test_spoiled_archives_are_read_or_refused() -> None:
    good = packed({"talks/a.csv": PARTY.format(1, 2), "talks/b.csv": PARTY.format(3, 4)})
    dice = random.Random(5)  # noqa: S311 - spoils files
    read = 0
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        cut = dice.choice([len(data), dice.randrange(len(data))])
        with suppress(DetenteError):
            read_archive(bytes(data[:cut]), shown="t")
            read += 1
    assert read > 100
