"""Cases that come in as files and go out as files: nothing is lost unsaid on the way."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.case import Case
from detente.catalog import load, names, path_of
from detente.errors import CaseError, UnknownNameError
from detente.exchange import (
    bring_in,
    file_stem,
    hand_out,
    outlets,
    retitled,
    text_to_mend,
)
from detente.formats import FORMATS, bare, loads
from detente.starter import STARTER
from tests.formats.test_formats_together import HOLDS


def held(name: str) -> Case:
    """Return a case that a format holds."""
    return loads(HOLDS[name])


def test_a_file_of_our_own_is_kept_to_the_letter() -> None:
    found = bring_in([("talks/anything at all.yaml", STARTER.encode())])
    assert found.text == STARTER
    assert found.as_it_came
    assert found.notes == ()


@pytest.mark.parametrize("name", [one.name for one in outlets()])
def test_what_a_format_holds_comes_back(name: str) -> None:
    case = held(name)
    out = hand_out(case, name)
    assert out.name.isascii()
    assert "/" not in out.name
    back = bring_in([(out.name, out.data)])
    assert loads(back.text) == back.case
    assert [p.label for p in back.case.parties] == [p.label for p in case.parties]
    assert hand_out(case, name) == out


def test_every_format_that_is_written_is_offered() -> None:
    written = {name for name, one in FORMATS.items() if one.write or one.write_folder}
    assert {one.name for one in outlets()} == written
    assert outlets()[0].name == "native"
    assert len({one.title for one in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize("name", names())
def test_cases_of_the_catalogue_go_out_whole_or_are_refused_by_name(name: str) -> None:
    case = load(name)
    for form in outlets():
        for without in (False, True):
            with suppress(CaseError):
                out = hand_out(case, form.name, without_sources=without)
                back = bring_in([(out.name, out.data)]).case
                assert len(back.parties) == len(case.parties)
    own = hand_out(case, "native", without_sources=True)
    assert loads(own.data) == bare(case)


def test_an_unknown_format_is_told_what_is_known() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'genius'"):
        hand_out(load("harbour"), "genus")


def folder_files() -> list[tuple[str, bytes]]:
    """Return a domain and its profiles as several files."""
    out = hand_out(held("genius"), "genius")
    with zipfile.ZipFile(io.BytesIO(out.data)) as archive:
        return [(f"C:\\talks\\{one}", archive.read(one)) for one in archive.namelist()]


def test_a_domain_with_profiles_comes_as_several_files_or_one_archive() -> None:
    several = bring_in([*folder_files(), (".DS_Store", b"\x00\x01")])
    archive = hand_out(held("genius"), "genius")
    as_one = bring_in([("talks.zip", archive.data)])
    assert several.case.issues == as_one.case.issues
    assert several.case.statements == as_one.case.statements
    assert several.format is None
    assert several.notes[0].startswith("Read from Genius")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([], "there are no files"),
        ([(".hidden", b"x")], "there are no files"),
        ([("a.xml", b"<a/>"), ("b/a.xml", b"<a/>")], "two files are called a.xml"),
        ([("a.yaml", STARTER.encode()), ("b.txt", b"x")], "give that file, a.yaml"),
        ([(f"{k}.xml", b"") for k in range(401)], "401 files lie here"),
        ([("9" * 5000 + ".yaml", b""), ("10.yaml", b"")], "no domain with profiles"),
    ],
)
def test_files_that_make_no_case_together(files: list[tuple[str, bytes]], told: str) -> None:
    with pytest.raises(CaseError, match=told):
        bring_in(files)


def test_only_text_of_our_own_can_be_mended() -> None:
    assert text_to_mend([("a.yaml", b"detente: 1\ntitle: [")]) == "detente: 1\ntitle: ["
    for name, data in (("a.yaml", b"\xff\xfe"), ("a.xml", b"<"), ("a.yaml", b" \n")):
        assert text_to_mend([(name, data)]) is None
    assert text_to_mend([("a.yaml", b"x"), ("b.yaml", b"y")]) is None


@given(st.text(max_size=200))
def test_file_names_are_safe_whatever_the_title(title: str) -> None:
    stem = file_stem(title)
    assert stem
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert len(stem) <= 60


@given(st.sampled_from(names()), st.text(max_size=60))
def test_another_title_changes_nothing_else(name: str, title: str) -> None:
    text = path_of(name).read_text("utf-8")
    changed = retitled(text, title)
    assert loads(changed).title in {title, loads(text).title}
    assert replace(loads(changed), title="x") == replace(loads(text), title="x")
    comments = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in changed.splitlines() if line.lstrip().startswith("#")] == comments


@pytest.mark.parametrize(
    "line",
    ["title: Old", "title:   'It''s old'  # for now", 'title: "Old"', "title: Old # now"],
)
def test_titles_are_found_however_they_are_quoted(line: str) -> None:
    rest = "parties: {a: A}\nissues: {i: {options: [x, y], status_quo: x}}\n"
    changed = retitled(f"detente: 1\n{line}\n{rest}", "New: one")
    assert loads(changed).title == "New: one"
    assert changed.count("#") == line.count("#")


def test_a_title_that_fills_several_lines_stays() -> None:
    rest = "parties: {a: A}\nissues: {i: {options: [x, y], status_quo: x}}\n"
    text = f"detente: 1\ntitle: >\n  Old\n  one\n{rest}"
    assert retitled(text, "New") == text


def test_an_agenda_of_which_only_a_note_was_left_is_left_out_with_it() -> None:
    text = HOLDS["genius"] + "agenda: {note: Not yet.}\n"
    out = hand_out(loads(text), "native", without_sources=True)
    assert loads(out.data) == loads(HOLDS["genius"])
