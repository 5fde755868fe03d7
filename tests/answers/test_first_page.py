"""``detente analyse``: the first page of the report, and what is said in short."""

from __future__ import annotations

from functools import cache

import pytest

from detente.answers.analyse import Report, analyse
from detente.prose import PERCENT_NOTE
from detente.report.terminal import wrap
from detente.table import Section, Sentence
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, case_of

MORE = (
    "constraints:\n"
    "  - {require: a != a1 or b != b1, title: Not both}\n"
    "proposals:\n"
    "  one: {a: a1}\n"
    "commitments:\n"
    "  P:\n"
    "    - {require: a == a1, title: Get a}\n"
    "    - {require: b == b1, title: Get b}\n"
)
SAID = ("red_line: a == a1\nview: said", "red_line: b == b1\nview: said")


@cache
def analysed(guess: str = "20..70") -> Report:
    own = (*ENDS, "importance: b > a", f"no_deal: {guess}", *SAID)
    case = case_of(ISSUES, {"P": own, "Q": EASY}, more=MORE)
    return analyse(case, work=Work(seed=1, readings=300))


@cache
def first_page() -> tuple[Sentence, ...]:
    return analysed().whole()[0].lead


def said(section: Section) -> list[str]:
    """Return every sentence of a section and its parts."""
    here = [sentence.text for sentence in (*section.lead, *section.points)]
    return here + [text for part in section.parts for text in said(part)]


def place(beginning: str) -> int:
    return next(k for k, s in enumerate(first_page()) if s.text.startswith(beginning))


def test_what_can_be_agreed_comes_first_then_what_it_rests_on_then_the_proposals():
    places = [
        place("Party P and Party Q have to accept"),
        place("In 9"),
        place("The recommended package: "),
        place("The answers rest on something without a source: Party P values no deal at 20 to"),
        place("One. In "),
        place("One answer would settle "),
        place(PERCENT_NOTE),
    ]
    assert places == sorted(places)
    assert first_page()[places[3]].tone == "warn"


def test_the_recommended_package_comes_with_its_share():
    text = first_page()[place("The recommended package: ")].text
    settlement = analysed().settlement
    assert settlement is not None
    nash = settlement.agreement.picks[0].packages[0].together
    assert nash is not None
    assert f"{nash.phrase()} all signatories accept it." in text.replace("In ", "in ")


def test_it_is_said_where_nothing_can_be_recommended():
    (lead,) = [s for s in analysed("60..100").whole()[0].lead if "none is recommended" in s.text]
    assert lead.text.startswith("On the central reading")
    assert not any("recommended" in s.text for s in analysed("101..110").whole()[0].lead)


def test_clashing_commitments_are_named():
    text = first_page()[place("Of the commitments")].text
    assert text == (
        "Of the commitments of Party P, 'Get a' and 'Get b' cannot be kept together, given that "
        "'Not both'."
    )


def test_what_a_party_says_against_what_is_believed_is_named_where_it_matters():
    text = first_page()[place("One: by what it says")].text
    assert text.startswith(
        "One: by what it says, Party P refuses it in every reading; it is believed to accept it in "
    )


@pytest.mark.parametrize("sections", [Report.sections, Report.whole])
def test_what_a_share_is_is_said_once(sections):
    told = [text for section in sections(analysed()) for text in said(section)]
    assert sum(PERCENT_NOTE in text for text in told) == 1
    assert all(text.strip() for text in told)


def test_no_chapter_is_told_in_short_by_its_title_alone():
    for section in analysed().sections():
        assert section.lead or section.tables or section.parts, section.title


def test_the_smallest_change_that_helps_stands_with_its_proposal():
    report = analysed("60..100")
    mended = report.explanations[0].mended()
    assert mended is not None
    assert mended.text.startswith("Smallest change that helps: a a0 instead of a1; b b1 instead of")
    page = report.whole()[0].lead
    assert page[page.index(mended) - 1].text.startswith("One. Party P refuses it")
    assert analysed().explanations[0].mended() is None


def test_only_what_is_proved_is_marked_as_good_or_bad():
    (comparison,) = analysed().comparison.sections()
    assert [s.tone for s in comparison.lead if s.text.startswith("One. In ")] == ["plain"]


def test_a_number_and_its_percent_stay_on_one_line():
    assert list(wrap("a share of 88 % of them", 13)) == ["a share of", "88 % of them"]
    assert list(wrap("88 %", 2)) == ["88", "%"]
