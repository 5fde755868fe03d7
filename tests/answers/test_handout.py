"""Handouts: what is written for whom, what the debrief says, and its JSON against its page."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from click.testing import CliRunner

import detente
from detente.answers.handout import Handout, handout, sheet_names
from detente.case import Case, Party
from detente.cli import main
from detente.errors import CaseError, UnanswerableError
from detente.formats import dump, load, loads
from tests.answers.cases import case_of, scores, words
from tests.answers.test_hostile import ATTACKS, hostile_case
from tests.report.test_hostile import FORBIDDEN, Outline
from tests.test_contract import documented, fits

RESULTS = """\
group,shifts,pay,cranes,note
Red,voluntary,4,pilot,first to end
Blue,voluntary,2,no,
Green,no deal,,,
Yellow,required,1,full,
Pink,,4,pilot,
"""
WARD = """\
detente: 1
title: Hospital wing
note: |
  The lease ends in spring.

  Talks take one afternoon.
parties:
  clinic: {name: The clinic, note: The roof leaks.}
  city: City
  nurses: Nurses' council
issues:
  beds: {title: Number of beds, unit: beds, range: 10..40, step: 1, status_quo: 20}
  parking: {title: Parking, options: [none, few, many], status_quo: none, note: Few means twenty.}
  shifts: {title: Shifts, options: [short, long], status_quo: long}
constraints:
  - require: beds <= 35 or parking != none
    title: Building code
proposals:
  first: {beds: 30, parking: few}
  bare: {beds: 34}
preferences:
  clinic:
    - scores:
        beds: {10: 0, 25: 40, 40: 50}
        parking: {none: 0, few: 10..12, many: 15}
        shifts: {short: 0, long: 25}
      note: Beds earn money.
    - rule: beds >= 30 and shifts == short
      worth: 5
    - red_line: parking == none and beds > 33
      note: Ambulances cannot turn.
    - no_deal: 45
  city:
    - scores: {beds: 30 - x/2, parking: {none: 40, few: 30, many: 0}, shifts: {short: 10, long: 10}}
    - no_deal: 20
  nurses:
    - priorities: [shifts == short, beds <= 30, parking != none]
"""


@cache
def harbour() -> Handout:
    return handout(detente.load("harbour"), results=RESULTS)


@cache
def ward() -> Handout:
    return handout(loads(WARD), results="group,proposal\nRed,first\nBlue,bare\nGreen,no deal\n")


class _Reading(HTMLParser):
    """Everything that a reader of a page sees."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.hidden += tag in {"style", "title"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.told.append(data)


def read(page: str) -> str:
    reading = _Reading()
    reading.feed(page)
    return " ".join(" ".join(reading.told).split())


# --- the sheets ----------------------------------------------------------------------------------


def test_a_sheet_on_points_lets_a_player_score_by_hand():
    sheet = read(ward().files()["clinic.html"])
    assert sheet.startswith("Skip to the content Confidential: for The clinic only")
    for told in (
        "You speak for The clinic. The roof leaks.",
        "Number of beds 10 to 40 beds, in steps of 1 20 beds",
        "Parking: Few means twenty.",
        "In every agreement: Number of beds is at most 35 beds or Parking is not none",
        "Number of beds 10 beds 0 25 beds 40 40 beds 50",
        "Parking none 0 few 10 to 12 many 15",
        "Between two numbers listed, points change in even steps. What counts by itself",
        "On your points: Beds earn money.",
        "Red line: you cannot sign any agreement in which Parking is none and Number of beds is",
        "is more than 33 beds. Ambulances cannot turn.",
        "Counts it as worth 5 points when Number of beds is at least 30 beds and Shifts is short.",
        "Values no deal at 45 points.",
        "First Number of beds: 30 beds; Parking: few 78.3 to 80.3 +33.3 to +35.3 ✓ yes",
        "Bare Number of beds: 34 beds 71 +26 ✕ no: it crosses a red line",
        "If Number of beds is at least 30 beds and Shifts is short",
    ):
        assert told in sheet, told


def test_a_sheet_of_a_party_that_only_ranks_has_no_points():
    sheet = read(ward().files()["nurses.html"])
    assert "Wants, in this order: Shifts is short; then Number of beds is at most 30" in sheet
    assert "beds; then Parking is not none." in sheet
    assert "First Number of beds: 30 beds; Parking: few ✓ yes" in sheet
    assert "Bare Number of beds: 34 beds ✕ no: worse than no deal" in sheet
    assert "points" not in sheet
    assert "Offer 1" not in sheet


def test_a_sheet_of_a_party_in_statements_tells_ranges():
    sheet = read(harbour().files()["union.html"])
    assert "Prefers on Night shifts: none, then voluntary, then required." in sheet
    assert "A range is what your sheet leaves open." in sheet
    assert "Values no deal at 30 to 45 points." in sheet
    assert "Offer 1" not in sheet
    assert "press12" not in sheet


def test_everybody_reads_the_same_general_information():
    page = read(ward().files()["general.html"])
    assert "General information, for all parties Hospital wing What everybody knows" in page
    assert "The lease ends in spring. Talks take one afternoon." in page
    assert "An agreement needs the yes of The clinic, City and Nurses' council." in page
    assert "roof" not in page


@pytest.mark.parametrize("name", ["general", "union", "port", "debrief"])
def test_every_page_says_whom_it_is_for_at_the_foot_of_each_printed_page(name):
    page = harbour().files()[f"{name}.html"]
    told = re.search(r"@bottom-left\{content:\"([^\"]*)\"\}", page)
    assert told
    foot = re.sub(r"\\([0-9a-f]+) ", lambda m: chr(int(m[1], 16)), told[1])
    assert foot in read(page)
    assert foot


def test_files_are_named_after_parties_and_never_after_each_other():
    names = [Party(name=name) for name in ("general", "General-2", "A", "a", "b" * 300, "b" * 301)]
    found = list(sheet_names(names).values())
    assert len({name.casefold() for name in found}) == len(names)
    assert max(map(len, found)) < 100
    assert not {"general.html", "debrief.html"} & set(found)


@cache
def tags(name: str) -> set[str]:
    """Return the tags of a page of the same case with harmless names."""
    page = handout(hostile_case("name"), results="group,a\nRed,no deal\n").files()[f"{name}.html"]
    return {tag for tag, _ in Outline(page).tags}


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_names_stay_text(attack):
    case = hostile_case(attack)
    answer = handout(case, results=f'group,a\n"{attack.replace(chr(34), chr(34) * 2)}",no deal\n')
    for name, text in answer.files().items():
        if name.endswith(".csv"):
            rows = list(csv.reader(io.StringIO(text)))
            assert all(row[0].startswith("#") for row in rows[:-1])
            assert rows[-1][0] == "group"
            continue
        outline = Outline(text)
        assert outline.open == []
        assert not FORBIDDEN.search(text.replace("\n", ""))
        assert text.count("<style>") == text.count("</style>") == 1
        assert {tag for tag, _ in outline.tags} <= tags(name.removesuffix(".html"))


# --- the debrief ---------------------------------------------------------------------------------


def test_the_debrief_tells_how_the_class_did():
    told = words(harbour())
    for text in (
        "4 of 5 groups agreed; 2 of these are on the frontier.",
        "Yellow signed what a party could not sign",
        "Largest joint gain among agreements that all could sign: Red",
        "Pink: the table says nothing on Night shifts; that stays as it is today.",
        "Red: first to end",
        "red line of Dock workers' union",
    ):
        assert text in told, text
    picture = harbour().sections()[0].pictures[0]
    named = {str(row[0]) for row in picture.table().rows}
    assert {"Red", "Blue", "Yellow", "Pink"} <= named
    assert "march draft" not in named


def test_groups_that_are_numbers_are_called_groups():
    rows = RESULTS.replace("Red,", "1,").replace("Yellow,", "2,").replace("Pink,", "3,")
    told = words(handout(detente.load("harbour"), results=rows))
    assert "Group 2 signed what a party could not sign" in told
    assert "all could sign: group 1 (" in told
    assert "Group 3: the table says nothing on" in told


def test_many_groups_are_dots_on_the_picture():
    agreed = [(shifts, pay) for shifts in ("none", "required") for pay in range(8)]
    rows = [f"g{k},{shifts},{pay},no" for k, (shifts, pay) in enumerate(agreed)]
    found = handout(detente.load("harbour"), results="\n".join(["group,shifts,pay,cranes", *rows]))
    picture = found.sections()[0].pictures[0]
    drawing = picture.to_svg()
    assert "Groups" in drawing
    assert ">g3<" not in drawing
    assert "g3" in {str(row[0]) for row in picture.table().rows}


def test_a_party_without_amounts_has_its_packages_compared_all_the_same():
    data = ward().data()
    red, blue, _ = data["class"]["groups"]
    assert data["issues"] == []
    assert data["class"]["mean_gains"] == dict.fromkeys(("clinic", "city", "nurses"))
    assert red["gains"]["clinic"] is None
    assert (red["feasible"], red["below"], red["crossed"]) == (True, [], [])
    assert blue["crossed"] == ["clinic"]
    assert blue["below"] == ["nurses"]
    assert not blue["on_frontier"]


NOTHING = {"c0": 0, "c1": 0}


def test_a_compatible_issue_is_named_and_so_is_the_group_that_missed_it():
    case = case_of(
        {"a": "a0 a1", "b": "b0 b1", "c": "c0 c1"},
        {
            "P": [scores(a={"a0": 0, "a1": 5}, b={"b0": 0, "b1": 5}, c=NOTHING), "no_deal: 0"],
            "Q": [scores(a={"a0": 0, "a1": 3}, b={"b0": 3, "b1": 0}, c=NOTHING), "no_deal: 0"],
        },
    )
    found = handout(case, results="group,a,b,c\nRed,a0,b0,c0\nBlue,a1,b0,c0\n")
    data = found.data()
    assert [(one["issue"], one["kind"]) for one in data["issues"]] == [
        ("a", "compatible"),
        ("b", "divided"),
        ("c", "indifferent"),
    ]
    assert [one["worse_for_all"] for one in data["class"]["groups"]] == [["a"], []]
    told = words(found)
    assert "a: a1 is best for all." in told
    assert (
        "a: Red settled on an option to which another is better for one and worse for none" in told
    )
    assert "b: nobody who wants something else there cares less" in told


def test_an_empty_zone_is_debriefed_too():
    apart = case_of(
        {"a": "a0 a1"},
        {
            "P": [scores(a={"a0": 10, "a1": 0}), "no_deal: 5"],
            "Q": [scores(a={"a0": 0, "a1": 10}), "no_deal: 5"],
        },
    )
    found = handout(apart, results="group,a\nRed,a1\nBlue,no deal\n").data()["class"]
    red, blue = found["groups"]
    assert (red["below"], red["better"], red["distances"]) == (["P"], None, {})
    assert (blue["better"], blue["on_frontier"]) == (None, False)


def test_what_cannot_be_answered_says_what_is_missing():
    with pytest.raises(UnanswerableError, match="best"):
        handout(case_of({"a": "a0 a1"}, {"P": ["no_deal: 3"], "Q": ["no_deal: 3"]}))
    with pytest.raises(UnanswerableError, match="hold"):
        handout(detente.load("chicken"))


# --- the command ---------------------------------------------------------------------------------


def test_the_command_writes_the_files_and_prints_the_debrief(tmp_path):
    (tmp_path / "class.csv").write_text(RESULTS.replace(",", ";"), encoding="utf-8")
    table, out = str(tmp_path / "class.csv"), str(tmp_path / "out")
    asked = ["handout", "harbour", "--results", table, "-o", out]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("How the class did")
    written = {p.name: p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir()}
    assert written == dict(harbour().files())
    again = CliRunner().invoke(main, asked)
    assert again.exit_code == 1
    assert "is there already; nothing was written" in again.stderr


def test_the_command_names_what_is_wrong_with_a_table(tmp_path):
    (tmp_path / "class.csv").write_text("group,pay\nRed,99\n", encoding="utf-8")
    asked = ["handout", "harbour", "--results", str(tmp_path / "class.csv")]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 1
    assert "class.csv:2: pay: no such option: '99'" in done.stderr
    missing = CliRunner().invoke(
        main, ["handout", "harbour", "--results", str(tmp_path / "no.csv")]
    )
    assert missing.exit_code == 1
    assert "no.csv" in missing.stderr
    with pytest.raises(CaseError, match="line 2: pay"):
        handout(detente.load("harbour"), results="group,pay\nRed,99\n")


# --- the contract --------------------------------------------------------------------------------

NAMED = {
    **dict.fromkeys(("weights", "gains", "extra", "mean_gains", "correlations"), "{party}"),
    **dict.fromkeys(("package", "better"), "{issue}"),
    "distances": "{solution}",
    "shares": "{party}",
}


def leaves(value: Any, path: str = "", name: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of an answer with their documented paths."""
    number = isinstance(value, dict) and set(value) == {"value", "exact"}
    if isinstance(value, dict) and not number and path != "settle":
        for key, inner in value.items():
            step = NAMED.get(name, key)
            step = key if name == "shares" and key == "all" else step
            yield from leaves(inner, f"{path}.{step}".lstrip("."), key if step == key else "")
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for inner in value:
            yield from leaves(inner, f"{path}[]", "")
    else:
        yield path, value


def test_what_is_there_is_documented_and_the_other_way():
    pages = documented()
    kinds = {**pages["In every answer"], **pages["handout"]}
    seen = set()
    cases: list[Case] = [detente.load("harbour"), loads(WARD)]
    answers = [harbour(), ward(), *map(handout, cases)]
    for answer in answers:
        data = json.loads(answer.json())
        assert data["settle"] == json.loads(json.dumps(answer.settlement.data()))
        for path, value in leaves(data):
            seen.add(path)
            left_out = value is None and path.endswith(("better", "package"))
            if path == "settle" or value == [] or left_out:
                continue
            assert path in kinds, path
            assert fits(value, kinds[path]), (path, value)
    assert set(pages["handout"]) <= seen


def test_what_reading_a_file_noted_is_on_no_sheet():
    case = loads(
        "Issue,Option,Union,Port\nPay,low,0,10\n,high,10,0\nNote,For a class.,,\nTotal,,12,10\n"
    )
    assert case.note.startswith("For a class. Read from a score sheet: ")
    assert "C5 says 12" in case.party("Union").note
    files = handout(case).files()
    assert "For a class." in files["general.html"]
    for name in ("general.html", "Union.html", "Port.html"):
        assert "Read from" not in files[name]
        assert "says 12" not in files[name]


def test_whatever_format_a_case_was_read_from(tmp_path):
    text = (
        "detente: 1\ntitle: T\nparties: {a: {}, b: {}}\n"
        "issues: {x: {options: [p, q], status_quo: p}}\n"
        "preferences:\n  a: [{scores: {x: {p: 0, q: 100}}}, {no_deal: 0}]\n"
        "  b: [{scores: {x: {p: 100, q: 0}}}, {no_deal: 0}]\n"
    )
    for name in ("genius", "geniusweb", "negmas"):
        dump(loads(text), tmp_path / name, to=name)
        (tmp_path / name / "_detente.yml").unlink(missing_ok=True)
        case = load(tmp_path / name)
        assert case.note.startswith("Read from")
        assert "Read from" not in handout(case).files()["general.html"]
