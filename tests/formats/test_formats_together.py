"""What every format promises, whichever it is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from detente.case import Case
from detente.errors import CaseError, DetenteError, UnknownNameError
from detente.formats import FORMATS, dump, dumps, files_of, load, loads

POINTS = """detente: 1
title: Orchard
parties: {grower: The growers, picker: {}}
issues:
  wage:
    range: 0..4
    step: 1
    status_quo: 0
  breaks:
    options: [none, short, long]
    status_quo: none
preferences:
  grower:
    - scores:
        wage: {0: 60, 4: 0}
        breaks: {none: 40, short: 30, long: 0}
    - no_deal: 45
  picker:
    - scores:
        wage: {0: 0, 4: 60}
        breaks: {none: 0, short: 25, long: 40}
    - no_deal: 40
"""
GAME = """detente: 1
title: Two doors
parties: {ann: Ann, bob: Bob}
issues:
  strategy_1: {options: [left, right], status_quo: left}
  strategy_2: {options: [up, down], status_quo: up}
control: {ann: {strategy_1: any}, bob: {strategy_2: any}}
graph:
  ranking: {ann: 4 > 2 > 3 > 1, bob: 1 > 4 > 2 ~ 3}
"""
YES_OR_NO = """detente: 1
title: Border
parties: {north: North}
issues:
  Attack: {options: [N, Y], status_quo: N}
preferences:
  north:
    - priorities: [Attack == N]
control: {north: {Attack: any}}
"""
GRAPH = "detente: 1\ntitle: T\nparties: {x: X}\ngraph: {states: [a, b]}\n"
HOLDS = {
    "native": POINTS,
    "gmcr": YES_OR_NO,
    "graph-csv": GRAPH,
    "gambit": GAME,
    "genius": POINTS,
    "geniusweb": POINTS,
    "negmas": POINTS,
    "sheet": POINTS,
    "workbook": POINTS,
}
"""For each format a case that it holds."""
FOLDERS = [name for name, found in FORMATS.items() if found.write_folder is not None]
FILES = [name for name, found in FORMATS.items() if found.write is not None]


def written(name: str) -> dict[str, bytes]:
    """What a format makes of a case that it holds, by file name."""
    return written_as(loads(HOLDS[name]), name)


def written_as(case: Case, name: str) -> dict[str, bytes]:
    found = FORMATS[name]
    if found.write_folder is not None:
        return {file: text.encode() for file, text in found.write_folder(case).items()}
    assert found.write is not None
    text = found.write(case)
    return {f"case{found.suffixes[0]}": text if isinstance(text, bytes) else text.encode()}


def test_every_format_is_tried_and_written() -> None:
    assert set(HOLDS) == set(FORMATS)
    assert set(FILES) | set(FOLDERS) == set(FORMATS)


@pytest.mark.parametrize("name", sorted(HOLDS))
def test_no_format_takes_the_files_of_another(name: str) -> None:
    files = written(name)
    files.pop("_detente.yml", None)
    for file, data in files.items():
        found = [other for other, form in FORMATS.items() if form.recognises(data)]
        assert found == [name], file


@pytest.mark.parametrize("name", FILES)
def test_a_file_reads_back_by_its_look_alone(name: str) -> None:
    (data,) = written(name).values()
    assert said(loads(data)) == said(loads(HOLDS[name]))


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_reads_back_and_so_does_its_archive(name: str, tmp_path: Path) -> None:
    case = loads(HOLDS[name])
    dump(case, tmp_path / "orchard", to=name)
    assert said(load(tmp_path / "orchard")) == said(case)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in files_of(case, to=name).items():
            archive.writestr(f"orchard/{file}", text)
    (tmp_path / "orchard.zip").write_bytes(packed.getvalue())
    assert said(load(tmp_path / "orchard.zip")) == said(case)
    assert said(loads(packed.getvalue())) == said(case)


@pytest.mark.parametrize("name", FOLDERS)
def test_a_domain_takes_the_profiles_of_similar_names_beside_it(name: str, tmp_path: Path) -> None:
    case = loads(HOLDS[name])
    files = files_of(case, to=name)
    is_domain = FORMATS[name].is_domain
    assert is_domain is not None
    for file, text in files.items():
        for lot in ("a", "b"):
            (tmp_path / f"{lot}-{file}").write_text(text, encoding="utf-8")
    (domain,) = (file for file, text in files.items() if is_domain(text.encode()))
    found = load(tmp_path / f"a-{domain}")
    assert len(found.parties) == len(case.parties)
    assert [issue.options for issue in found.issues] == [issue.options for issue in case.issues]


@pytest.mark.parametrize("name", [*FOLDERS, "sheet"])
def test_other_files_of_a_folder_are_named_in_the_same_words(name: str, tmp_path: Path) -> None:
    for file, data in written(name).items():
        (tmp_path / file).write_bytes(data)
    (tmp_path / "README.md").write_text("Read me.")
    case = load(tmp_path)
    assert case.note.endswith("Left aside: README.md.")
    assert "README" not in str(written_as(case, name))


@pytest.mark.parametrize("name", FOLDERS)
def test_conventions_are_told_in_the_same_words(name: str, tmp_path: Path) -> None:
    files = written(name)
    files.pop("_detente.yml", None)
    for file, data in files.items():
        (tmp_path / file).write_bytes(data)
    note = load(tmp_path).note
    assert note.startswith("Read from ")
    assert note.endswith("the first option of every issue is its status quo.")


def test_a_file_without_a_title_lends_its_name(tmp_path: Path) -> None:
    texts = files_of(loads(POINTS), to="geniusweb")
    path = tmp_path / "talk.json"
    path.write_text(texts["2 picker.json"].replace('"Orchard"', '""'))
    assert load(path).title == "talk"
    assert loads(path.read_bytes()).title == "Negotiation"


def said(case: Case) -> object:
    """What a case says of parties, issues and preferences; names are free, and so is the order."""
    names = {party.name: party.label for party in case.parties}
    options = [(issue.label, issue.options, issue.levels) for issue in case.issues]
    kept = [(names[one.party], replace(one, party="")) for one in case.statements]
    kept = sorted(kept, key=lambda one: (one[0], one[1].KEY))
    return list(names.values()), options, kept, case.blocks


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_never_overwrites(name: str, tmp_path: Path) -> None:
    case = loads(POINTS)
    dump(case, tmp_path, to=name)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(DetenteError, match="is there already; nothing was written"):
        dump(case, tmp_path, to=name)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


@pytest.mark.parametrize("name", sorted(set(FORMATS) - {"native", "graph-csv"}))
def test_what_a_format_cannot_hold_is_refused_by_name(name: str, tmp_path: Path) -> None:
    case = load(Path(__file__).parent / "refused.yaml")
    with pytest.raises(CaseError, match="sources") as refusal:
        dump(case, tmp_path / ("out" if name in FOLDERS else "out.x"), to=name)
    assert "proposals" in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_a_format_that_is_no_folder_and_one_that_is_none(tmp_path: Path) -> None:
    case = loads(POINTS)
    with pytest.raises(UnknownNameError, match=r"^no format is called 'genus'; did you mean"):
        dump(case, tmp_path / "x", to="genus")
    with pytest.raises(UnknownNameError, match=r"^'gmcr' is no folder; say --to genius or"):
        dump(case, tmp_path / "x", to="gmcr")
    with pytest.raises(UnknownNameError, match=r"^'genius' is a folder; give a name without"):
        dump(case, tmp_path / "x.xml", to="genius")
    with pytest.raises(UnknownNameError, match=r"is no text; name a file with -o, or"):
        dumps(case, ".xlsx")
    assert not list(tmp_path.iterdir())
