"""A case begun from a few words is sound whatever they are, or says what is to be put right."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.beginning import begun
from detente.errors import CaseError, Fault
from detente.formats import loads

ISSUES = (
    "Working week: five days, flexible; four days\nPay rise: 0..6 percent\nFund: -1 .. 1 step 0.5"
)


def test_what_was_written_is_in_the_case() -> None:
    case = loads(begun("A dispute", " The union \n\nThe firm", ISSUES))
    assert case.title == "A dispute"
    assert [party.label for party in case.parties] == ["The union", "The firm"]
    week, pay, fund = case.issues
    assert week.options == ("five_days", "flexible", "four_days")
    assert [issue.status_quo for issue in case.issues] == ["five_days", "0", "-1"]
    assert (pay.label, pay.unit, pay.options) == ("Pay rise", "percent", tuple("0123456"))
    assert fund.options == ("-1", "-0.5", "0", "0.5", "1")


@pytest.mark.parametrize("title", ["A dispute", "No: 1 # of 2", "'"])
def test_the_commented_beginning_is_sound_too(title: str) -> None:
    text = begun(title, "The union\nAnd: the # firm\nnot", ISSUES)
    head, _, rest = text.partition("\n# What")
    uncommented = re.sub("^#(?=sources|preferences|  )", "", rest, flags=re.MULTILINE)
    case = loads(f"{head}\n# What{uncommented}")
    assert len(case.statements) == 9


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (("", "a", "b: x, y"), [("title", 0, "the title is missing")]),
        (("t", " \n", "b: x, y"), [("parties", 0, "no parties are named")]),
        (("t", "a", ""), [("issues", 0, "no issues are named")]),
        (("t", "a", "b: x, y\n\nc"), [("issues", 3, "'c' needs two options or more")]),
        (("t", "a", "b: x,,"), [("issues", 1, "'b' needs two options or more")]),
        (("t", "a", ": x, y"), [("issues", 1, "the issue has no name")]),
        (("t", "a", "b: 6..0"), [("issues", 1, "the numbers of 'b' cannot be read")]),
        (("t", "a", "b: 0..1 step 0.3"), [("issues", 1, "steps of 0.3 do not lead from 0 to 1")]),
        (("t", "a", "b: 0..9999"), [("issues", 1, "'b' would have more than 1,001 options")]),
        (("t", "a\x07", "b: x\x07, y"), [("issues", 1, "the control"), ("parties", 1, "the con")]),
    ],
)
def test_what_is_wrong_is_told_at_its_line(
    written: tuple[str, str, str], told: list[tuple[str, int, str]]
) -> None:
    with pytest.raises(CaseError) as caught:
        begun(*written)
    found = [(fault.path, fault.line) for fault in caught.value.faults]
    assert found == [(path, line) for path, line, _ in told]
    for fault, (_, _, problem) in zip(caught.value.faults, told, strict=True):
        assert fault.problem.startswith(problem)


@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=300))
def test_any_words_make_a_sound_case_or_are_refused(title: str, parties: str, issues: str) -> None:
    faults: tuple[Fault, ...] = ()
    text = ""
    try:
        text = begun(title, parties, issues)
    except CaseError as error:
        faults = error.faults
    assert {fault.path for fault in faults} <= {"title", "parties", "issues"}
    assert bool(faults) != bool(text and loads(text).parties)


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1), min_size=2
    )
)
def test_any_options_become_options(options: list[str]) -> None:
    clean = [
        option.replace(",", "").replace(";", "").replace("..", "") or "x" for option in options
    ]
    case = loads(begun("t", "a", f"b: {', '.join(clean)}"))
    assert len(case.issues[0].options) == len(clean)
