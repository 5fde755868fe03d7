"""A case is sound when it is built: what its parts say is held against each other."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from detente import catalog
from detente.blocks.leverage import Leverage
from detente.case import Case, Constraint, Party, Proposal, Source
from detente.errors import CaseError, UnknownNameError
from detente.formats import loads
from detente.grammar import parse_comparison, parse_condition, parse_package
from detente.linear import Bounds
from detente.starter import STARTER
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.importance import Importance
from detente.statements.no_deal import NoDeal
from detente.statements.ordinal import Ranking
from detente.statements.red_line import RedLine
from detente.statements.scores import Scores
from detente.statements.statement import Citation, Provenance
from detente.statements.within import Weight
from detente.vocabulary import Issue

SHIFTS = Issue(name="shifts", options=("none", "some", "all"), status_quo="all")
PAY = Issue.numeric(name="pay", low=Fraction(0), high=Fraction(4), step=Fraction(1), status_quo="0")
PARTIES = (Party(name="union"), Party(name="port"))


def case(**parts: Any) -> Case:
    return Case(**{"title": "Harbour", "parties": PARTIES, "issues": (SHIFTS, PAY), **parts})


def no_deal(**more: Any) -> NoDeal:
    return NoDeal(**{"party": "union", "worth": Bounds(low=Fraction(30)), **more})


def scores(**shifts: int) -> Scores:
    amounts = tuple((k, Bounds(low=Fraction(v), high=Fraction(v))) for k, v in shifts.items())
    return Scores(party="union", scores=(("shifts", amounts),))


def cites(source: str) -> Provenance:
    return Provenance(because=(Citation(source=source, locator="1"),))


def red_line(text: str) -> RedLine:
    return RedLine(party="union", condition=parse_condition(text))


def constraint(text: str) -> Constraint:
    return Constraint(condition=parse_condition(text))


def proposal(name: str, text: str) -> Proposal:
    return Proposal(name=name, terms=parse_package(text))


def test_a_sound_case_is_built() -> None:
    built = case(
        sources=(Source(name="press"),),
        constraints=(constraint("pay >= 1 or shifts == all"),),
        proposals=(proposal("march", "pay = 2"),),
        statements=(no_deal(provenance=cites("press")), red_line("shifts == all and pay == 0")),
        blocks={
            "leverage": (
                Leverage(by="port", on="union", shift=Bounds(low=Fraction(-1), high=Fraction(-1))),
            )
        },
    )
    assert built.vocabulary.proposals == {"march": (2, 2)}
    assert built.vocabulary.status_quo == (2, 0)
    assert built.vocabulary.n_packages == 15


WRONG: dict[str, tuple[Callable[[], Case], list[tuple[str, str]]]] = {
    "no parties": (
        lambda: case(parties=()),
        [("parties", "a case needs at least one party")],
    ),
    "no issues": (lambda: case(issues=()), [("issues", "a case needs at least one issue")]),
    "nobody signs": (
        lambda: case(parties=(Party(name="union", signatory=False),)),
        [("parties", "no party is a signatory, so nobody has to accept")],
    ),
    "party twice": (
        lambda: case(parties=(*PARTIES, Party(name="union"))),
        [("parties.union", "'union' is there twice")],
    ),
    "issue named like a word of the language": (
        lambda: case(issues=(SHIFTS, replace(PAY, name="not"))),
        [("issues.not", "'not' is a word of the language")],
    ),
    "proposal named no_deal": (
        lambda: case(proposals=(proposal("no_deal", "pay = 2"),)),
        [("proposals.no_deal", "'no_deal' is a word of the language")],
    ),
    "name with a blank": (
        lambda: case(sources=(Source(name="press 12"),)),
        [("sources.press 12", "'press 12' cannot be used as a name")],
    ),
    "name that begins with a digit": (
        lambda: case(parties=(*PARTIES, Party(name="3rd"))),
        [("parties.3rd", "'3rd' cannot be used as a name")],
    ),
    "option with a quote": (
        lambda: case(issues=(SHIFTS, Issue(name="pay", options=("o'k",), status_quo="o'k"))),
        [("issues.pay.options", '"o\'k" cannot be used as an option'.replace('"', "'"))],
    ),
    "proposal of unknown issue and option": (
        lambda: case(proposals=(proposal("march", "pai = 2, shifts = few"),)),
        [
            ("proposals.march.pai", "no such issue: 'pai'"),
            ("proposals.march.shifts", "shifts has no option 'few'"),
        ],
    ),
    "proposal that sets an issue twice": (
        lambda: case(proposals=(proposal("march", "pay = 2, pay = 3"),)),
        [("proposals.march", "pay is set twice")],
    ),
    "what names a faulty proposal is not reported as well": (
        lambda: case(
            proposals=(proposal("march", "pay = 9"),),
            statements=(Compare(party="union", comparison=parse_comparison("march > no deal")),),
        ),
        [("proposals.march.pay", "pay has no option '9'")],
    ),
    "constraint of unknown option": (
        lambda: case(constraints=(constraint("shifts != few"),)),
        [("constraints[0].require", "shifts has no option 'few'")],
    ),
    "statement of unknown party": (
        lambda: case(statements=(no_deal(party="unoin"),)),
        [("preferences.unoin", "no such party: 'unoin'")],
    ),
    "unknown source": (
        lambda: case(statements=(no_deal(provenance=cites("press")),)),
        [("preferences.union.because", "no such source: 'press'")],
    ),
    "scores for one issue only": (
        lambda: case(statements=(scores(none=1, some=2, all=3),)),
        [("preferences.union.scores", "union has scores but none for pay")],
    ),
    "a weight beside scores": (
        lambda: case(
            issues=(SHIFTS,),
            statements=(
                scores(none=1, some=2, all=3),
                Weight(party="union", weights=(("shifts", Bounds(low=Fraction(1))),)),
            ),
        ),
        [("preferences.union.weight", "union has scores, so 'weight' says nothing")],
    ),
    "an issue scored twice": (
        lambda: case(issues=(SHIFTS,), statements=(scores(none=1, some=2, all=3),) * 2),
        [("preferences.union.scores.shifts", "union has scored shifts before")],
    ),
    "a no-deal value beside a ranking": (
        lambda: case(statements=(ranking("(pay = 1) > no deal"), no_deal())),
        [
            (
                "preferences.union.no_deal",
                "union has a ranking or priorities, so 'no_deal' says nothing",
            )
        ],
    ),
    "two rankings": (
        lambda: case(statements=(ranking("(pay = 1) > no deal"), ranking("(pay = 2) > no deal"))),
        [("preferences.union", "union has two rankings or priorities")],
    ),
    "too many completions": (
        lambda: case(
            issues=tuple(replace(SHIFTS, name=f"i{k}") for k in range(8)),
            statements=(
                Compare(
                    party="union",
                    comparison=parse_comparison("no deal > whatever else (i0 = none)"),
                ),
            ),
        ),
        [
            (
                "preferences.union.compare",
                (
                    "'whatever else' stands for more than 2,000 packages here; "
                    "name more issues inside the parentheses"
                ),
            )
        ],
    ),
    "too many pairs of completions": (
        lambda: case(
            issues=tuple(replace(SHIFTS, name=f"i{k}") for k in range(6)),
            statements=(
                Compare(
                    party="union",
                    comparison=parse_comparison(
                        "whatever else (i0 = none) > whatever else (i0 = all)"
                    ),
                ),
            ),
        ),
        [
            (
                "preferences.union.compare",
                (
                    "'whatever else' on both sides stands for more than 2,000 pairs of packages "
                    "here; name more issues inside the parentheses"
                ),
            )
        ],
    ),
    "pressure by nobody": (
        lambda: case(
            blocks={
                "leverage": (
                    Leverage(
                        by="city", on="union", shift=Bounds(low=Fraction(-1), high=Fraction(-1))
                    ),
                )
            }
        ),
        [("leverage[0].by", "no such party: 'city'")],
    ),
}


def ranking(text: str) -> Ranking:
    comparison = parse_comparison(text)
    return Ranking(party="union", tiers=tuple((side,) for side in comparison.sides), text=text)


@pytest.mark.parametrize("name", WRONG)
def test_a_faulty_case_is_not_built(name: str) -> None:
    build, expected = WRONG[name]
    with pytest.raises(CaseError) as caught:
        build()
    assert [(fault.path, fault.problem) for fault in caught.value.faults] == expected


def test_two_rankings_may_belong_to_two_views() -> None:
    said = replace(ranking("(pay = 1) > no deal"), provenance=Provenance(view="said"))
    believed = replace(ranking("(pay = 2) > no deal"), provenance=Provenance(view="believed"))
    built = case(statements=(said, believed))
    assert built.statements_of("union", view="said") == (said,)
    assert built.views == ("said", "believed")


def test_scores_that_leave_the_ends_open_cannot_carry_an_importance() -> None:
    bounds = Bounds(low=Fraction(0), high=Fraction(10))
    open_scores = Scores(
        party="union",
        scores=(
            ("shifts", tuple((option, bounds) for option in SHIFTS.options)),
            (
                "pay",
                (
                    ("0", Bounds(low=Fraction(0), high=Fraction(0))),
                    ("4", Bounds(low=Fraction(1), high=Fraction(9))),
                ),
            ),
        ),
    )
    chain = loads(
        "detente: 1\ntitle: t\nparties: {union: U}\nissues:\n"
        "  shifts: {options: [a, b], status_quo: a}\n  pay: {options: [a, b], status_quo: a}\n"
        "preferences:\n  union:\n    - importance: shifts > pay\n"
    ).statements[0]
    assert isinstance(chain, Importance)
    with pytest.raises(CaseError) as caught:
        case(statements=(open_scores, chain))
    assert [fault.problem for fault in caught.value.faults] == [
        "the scores of shifts do not tell its best and worst option"
    ]


def test_every_fault_of_a_case_is_reported() -> None:
    with pytest.raises(CaseError) as caught:
        case(
            parties=(*PARTIES, Party(name="union")),
            constraints=(constraint("pai > 1"),),
            proposals=(proposal("march", "pay = 9"),),
            statements=(red_line("shifts == few"),),
        )
    assert [fault.path for fault in caught.value.faults] == [
        "constraints[0].require",
        "parties.union",
        "preferences.union.red_line",
        "proposals.march.pay",
    ]


def test_names_are_looked_up_with_a_hint() -> None:
    harbour = catalog.load("harbour")
    assert harbour.party("port").label == "Port authority"
    with pytest.raises(UnknownNameError, match=r"^no such party: 'prot'; did you mean 'port'\?$"):
        harbour.party("prot")


def test_citations_are_spelled_out() -> None:
    harbour = catalog.load("harbour")
    assert harbour.cited(Citation(source="press12", locator="3")) == "Union conference report, #3"
    assert harbour.cited(Citation(source="gone", locator="3")) == "gone#3"


def test_signatories_and_views() -> None:
    harbour = catalog.load("harbour")
    assert [party.name for party in harbour.signatories] == ["union", "port"]
    assert harbour.views == ()


def test_equal_cases_are_equal_wherever_they_were_read() -> None:
    text = catalog.path_of("harbour").read_text(encoding="utf-8")
    moved = "\n\n" + text
    assert loads(text, file="a.yaml") == loads(moved, file="b.yaml")
    statement: Statement = loads(moved).statements[0]
    assert statement.provenance.line == loads(text).statements[0].provenance.line + 2


def test_the_starter_with_its_notes_on_order_and_moves_is_a_sound_case() -> None:
    head, _, blocks = STARTER.partition("#time:")
    lines = f"#time:{blocks}".splitlines()
    # a mark and one blank begin a remark, a mark alone or with more of them a line of the case
    bare = (line if re.match(r"# \S", line) else line.removeprefix("#") for line in lines)
    case = loads(head + "\n".join(bare) + "\n")
    further = {"time", "walk_away", "agenda", "roadmap", "control", "graph"}
    assert further <= set(case.blocks)
    assert further.isdisjoint(loads(STARTER).blocks)
