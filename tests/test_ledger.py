"""Every trial of the ledger is the changed case worked out from scratch, to the last reading."""

from __future__ import annotations

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from detente.analysis import Analysis, Judgement
from detente.blocks.leverage import Leverage
from detente.case import Case
from detente.drawing import CHAINS, KEPT
from detente.formats import loads
from detente.ledger import Change, Entry, Ledger, ledger_of, weakness_of
from detente.packages import as_choices
from detente.preferences import Unstated
from detente.probing import Probe, find
from detente.readings import share_of
from detente.statements.statement import Citation, Provenance
from detente.trials import Trial, assumptions_of, trials_of
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, PLANTED_CASE, case_of, scores

WORK = Work(seed=5, readings=300)
EXACT = scores(a={"a0": 0, "a1": 6}, b={"b0": 0, "b1": 3})
AGAINST = scores(a={"a0": 5, "a1": 0}, b={"b0": 0, "b1": 4})
PROPOSALS = "proposals:\n  one: {a: a1}\n  both: {a: a1, b: b1}\n"
DRAWN = (*ENDS, "importance: a > b", "compare: no deal > (b = b1)", "no_deal: 20..60")


@dataclass(frozen=True, kw_only=True)
class Told:
    """A case, and changes of it: (party, position, what then stands there), by kind of trial."""

    preferences: Mapping[str, Sequence[str]]
    changes: Mapping[str, tuple[str, int, str | None]]
    affected: tuple[str, ...] = ()
    more: str = PROPOSALS
    view: str = "believed"

    def case(self) -> Case:
        return case_of(ISSUES, self.preferences, more=self.more, affected=self.affected)

    def changed(self, party: str, place: int, by: str | None) -> Case:
        """Return the case written anew with another statement, or one less."""
        own = list(self.preferences[party])
        own[place : place + 1] = [] if by is None else [by]
        preferences = {**self.preferences, party: own}
        return case_of(ISSUES, preferences, more=self.more, affected=self.affected)


UNCERTAIN = (
    *ENDS,
    "importance: a > b\nconfidence: medium",
    "compare: (a = a1) > no deal\nconfidence: low",
    "no_deal: 20..60",
    "red_line: a == a1 and b == b1\nconfidence: medium",
)
RANGES = (scores(a={"a0": 0, "a1": "2..8"}, b={"b0": "0..2", "b1": "1..5"}), "no_deal: 3..6")
RANKED = ("ranking:\n  - (a = a1, b = b1) ~ (a = a1)\n  - no deal", "red_line: b == b1")
VIEWS = (*ENDS, "no_deal: 20\nview: said", "no_deal: 30..60\nview: believed", "red_line: b == b1")

CASES = {
    "exact": Told(
        preferences={"P": [EXACT, "no_deal: 5"], "Q": [AGAINST, "no_deal: 1", "red_line: b == b1"]},
        changes={
            "without no deal": ("P", 1, None),
            "without no deal of the other": ("Q", 1, None),
            "without red line": ("Q", 2, None),
        },
    ),
    "drawn": Told(
        preferences={"P": DRAWN, "Q": [*ENDS, "weight: {a: 10..30}", "no_deal: 10..50"]},
        changes={
            "without importance": ("P", 2, None),
            "without comparison": ("P", 3, None),
            "without no deal": ("P", 4, None),
            "low no deal": ("P", 4, "no_deal: 20"),
            "high no deal": ("P", 4, "no_deal: 60"),
            "without weight": ("Q", 2, None),
            "low weight": ("Q", 2, "weight: {a: 10}"),
            "high weight": ("Q", 2, "weight: {a: 30}"),
        },
    ),
    "uncertain": Told(
        preferences={"P": UNCERTAIN, "Q": DRAWN},
        changes={
            "without importance": ("P", 2, None),
            "without comparison": ("P", 3, None),
            "without red line": ("P", 5, None),
            "low no deal": ("P", 4, "no_deal: 20"),
        },
    ),
    "uncertain, contradicting": Told(
        preferences={
            "P": [*ENDS, "no_deal: 20..30\nconfidence: medium", "no_deal: 60\nconfidence: low"],
            "Q": DRAWN,
        },
        changes={
            "without": ("P", 2, None),
            "low": ("P", 2, "no_deal: 20\nconfidence: medium"),
            "high": ("P", 2, "no_deal: 30\nconfidence: medium"),
        },
    ),
    "ranges": Told(
        preferences={"P": RANGES, "Q": [AGAINST, "no_deal: 1"]},
        changes={
            "low": ("P", 0, scores(a={"a0": 0, "a1": 2}, b={"b0": 0, "b1": 1})),
            "high": ("P", 0, scores(a={"a0": 0, "a1": 8}, b={"b0": 2, "b1": 5})),
            "without": ("P", 1, None),
        },
    ),
    "ordinal": Told(
        preferences={"P": RANKED, "Q": DRAWN},
        changes={"without red line": ("P", 1, None), "without importance": ("Q", 2, None)},
    ),
    "affected": Told(
        preferences={"P": DRAWN, "Q": DRAWN, "R": UNCERTAIN},
        affected=("R",),
        changes={"without": ("R", 2, None), "low": ("R", 4, "no_deal: 20")},
    ),
    "views": Told(
        preferences={"P": VIEWS, "Q": EASY},
        view="said",
        changes={"without": ("P", 2, None), "without red line": ("P", 4, None)},
    ),
    "nothing in common": Told(
        preferences={
            "P": [EXACT, "no_deal: 7"],
            "Q": [AGAINST, "no_deal: 3", "red_line: a == a1"],
        },
        changes={"without red line": ("Q", 2, None), "without no deal": ("P", 1, None)},
    ),
}


@cache
def ledger(name: str) -> Ledger:
    told = CASES[name]
    return ledger_of(Analysis(case=told.case(), work=replace(WORK, view=told.view)))


def entry_of(found: Ledger, party: str, place: int) -> Entry:
    wanted = found.case.statements_of(party, view=found.analysis.work.view)
    statement = [s for s in found.case.statements if s.party == party][place]
    assert any(s is statement for s in wanted)
    return next(e for e in found.entries if e.assumption is statement)


def told_of(case: Case, found: Ledger) -> dict[str, object]:
    """Say everything that a ledger tells of a case, from an ordinary analysis of it."""
    work = found.analysis.work
    analysis = Analysis(case=case, work=work, n_chunks=found.analysis.readings.n_chunks)
    judged = analysis.judge(found.packages)
    return {
        "parties": [one.parties for one in judged],
        "together": [one.together for one in judged],
        "recommended": analysis.recommended,
    }


EDITS = [(name, change) for name, told in CASES.items() for change in told.changes]


@pytest.mark.parametrize(("name", "change"), EDITS, ids=[f"{n}: {c}" for n, c in EDITS])
def test_a_trial_is_the_changed_case_from_scratch(name, change):
    told, found = CASES[name], ledger(name)
    party, place, by = told.changes[change]
    expected = told_of(told.changed(party, place, by), found)
    entry = entry_of(found, party, place)
    (outcome,) = (o for o in entry.outcomes if o.trial.kind == change.split()[0])
    assert outcome.trouble == ""
    assert outcome.recommended == expected["recommended"]
    signing = party in {p.name for p in found.case.signatories}
    assert len(outcome.changes) == len(found.packages)
    for k, changes in enumerate(outcome.changes):
        assert [c.party for c in changes] == ([party, ""] if signing else [party])
        assert changes[0].new == expected["parties"][k][party]
        assert changes[0].old == found.judged[k].parties[party]
        for joint in changes[1:]:
            assert joint.new.share == expected["together"][k]
            assert joint.old.share == found.judged[k].together
            assert joint.difference == joint.new.share.value - joint.old.share.value


def test_the_cases_are_of_every_sort():
    """The test above would be worth little if nothing changed, or nothing were drawn."""
    for name in CASES:
        found = ledger(name)
        changed = [
            c.difference
            for e in found.entries
            for o in e.outcomes
            for one in o.changes
            for c in one
        ]
        assert any(changed), name
    recommended = {o.recommended for e in ledger("exact").entries for o in e.outcomes}
    assert len(recommended) > 1
    assert ledger("ordinal").recommended is None
    assert ledger("nothing in common").recommended is None
    found = ledger("nothing in common").entries
    assert any(o.recommended is not None for e in found for o in e.outcomes)


@pytest.mark.parametrize("name", ["drawn", "uncertain", "affected"])
def test_a_moved_bound_is_the_case_with_that_bound_stated(name):
    """Bounds such as "at most 75" have no spelling in a file, so objects are put in the case."""
    found = ledger(name)
    entries = [e for e in found.entries if isinstance(e.assumption, Unstated)]
    for entry in entries:
        for outcome in entry.outcomes:
            stated = outcome.trial.case.statements[-1]
            case = replace(found.case, statements=(*found.case.statements, stated))
            expected = told_of(case, found)
            for k, (own, *_) in enumerate(outcome.changes):
                assert own.new == expected["parties"][k][own.party]
    assert bool(entries) == (name != "drawn") or not entries


@pytest.mark.parametrize(("name", "party"), [("drawn", "Q"), ("uncertain", "P")])
def test_turned_round_counts_half_of_either_way(name, party):
    told, found = CASES[name], ledger(name)
    (outcome,) = entry_of(found, party, 0).outcomes
    assert outcome.trial.kind == "turned"
    work, n_chunks = found.analysis.work, found.analysis.readings.n_chunks
    case = told.changed(party, 0, "order: {a: a0 > a1}")
    other = Analysis(case=case, work=work, n_chunks=n_chunks)
    choices = as_choices(found.packages, 2)
    both_ways = [
        [np.array(mask, dtype=float) for mask in a.masks(choices, a.case.signatories)]
        for a in (found.analysis, other)
    ]
    own_place = 0 if party == "P" else 1
    verdicts = other.judge(found.packages)
    assert outcome.recommended == other.recommended
    for k, (own, joint) in enumerate(outcome.changes):
        half = (both_ways[0][own_place][k] + both_ways[1][own_place][k]) / 2
        kinds = {found.judged[k].parties[party].kind, verdicts[k].parties[party].kind}
        assert own.new.kind == (kinds.pop() if len(kinds) == 1 else "some")
        if own.new.kind == "some":
            assert own.new.share.value == pytest.approx(half.mean(), abs=1e-12)
        together = half * both_ways[0][1 - own_place][k]
        if not joint.new.share.certain:
            assert joint.new.share.value == pytest.approx(together.mean(), abs=1e-12)
    assert any(own.new.kind == "some" for own, _ in outcome.changes)


def test_turned_round_with_one_reading_either_way_is_half_of_them():
    statements = [*ENDS, "weight: {a: 60}", "no_deal: 50"]
    case = case_of(ISSUES, {"P": statements, "Q": EASY}, more="proposals:\n  one: {a: a1}\n")
    found = ledger_of(Analysis(case=case, work=WORK))
    (outcome,) = entry_of(found, "P", 0).outcomes
    own, joint = outcome.changes[0]
    for change in (own, joint):
        assert change.old.share.certain
        assert (change.new.kind, change.new.share.value, change.new.share.certain) == (
            "some",
            0.5,
            False,
        )
        assert change.new.share.phrase() == "in 50 % of the readings"
        assert change.difference == -0.5
        assert change.flips


PRESSED = """\
leverage:
  - {by: Q, on: P, shift: -12, credibility: 0.5}
  - {by: Q, on: P, shift: 9, only_for: one}
  - {by: P, on: Q, shift: -2..2}
"""


def test_a_pressure_applied_is_the_case_with_its_no_deal_value_moved():
    preferences = {"P": [*DRAWN[:2], "no_deal: 40"], "Q": [AGAINST, "no_deal: 1"]}
    told = Told(preferences=preferences, changes={}, more=PROPOSALS + PRESSED)
    found = ledger_of(Analysis(case=told.case(), work=WORK))
    pressed = [e for e in found.entries if isinstance(e.assumption, Leverage)]
    first, sweetener, both = sorted(pressed, key=lambda e: e.assumption.provenance.line)
    moved = told_of(told.changed("P", 2, "no_deal: 34"), found)
    (outcome,) = first.outcomes
    for k, (own, joint) in enumerate(outcome.changes):
        assert own.new.share.value == pytest.approx(moved["parties"][k]["P"].share.value, abs=2e-3)
        assert own.new.kind == moved["parties"][k]["P"].kind
        assert joint.new.share.value == pytest.approx(moved["together"][k].value, abs=2e-3)
    for outcome, no_deal in zip(both.outcomes, (-1, 3), strict=True):
        exactly = told_of(told.changed("Q", 1, f"no_deal: {no_deal}"), found)
        assert [own.new for own, _ in outcome.changes] == [p["Q"] for p in exactly["parties"]]
        assert outcome.recommended == exactly["recommended"]
    (outcome,) = sweetener.outcomes
    beside = [own.difference for own, _ in outcome.changes]
    assert beside[0] < 0
    assert not any(beside[1:])
    assert outcome.recommended == found.recommended


def test_a_ledger_within_moved_no_deal_values_keeps_them():
    """Trials start from the analysis that is asked, with what was moved in it."""
    told = CASES["exact"]
    base = Analysis(case=told.case(), work=WORK)
    shifted = ledger_of(base.shifted({"P": Fraction(2), "Q": Fraction(-1)}))
    preferences = {"P": [EXACT, "no_deal: 7"], "Q": [AGAINST, "no_deal: 0", "red_line: b == b1"]}
    stated = ledger_of(Analysis(case=Told(preferences=preferences, changes={}).case(), work=WORK))
    assert shifted.recommended == stated.recommended
    for place in (1, 2):
        one, other = (entry_of(found, "Q", place) for found in (shifted, stated))
        if place == 2:
            assert one.outcomes[0].changes == other.outcomes[0].changes
            assert one.outcomes[0].recommended == other.outcomes[0].recommended


# --- what follows from the trials ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_sources", "confidence", "weakness"),
    [
        (0, "certain", 1),
        (0, "low", 1),
        (1, "certain", 0.5),
        (2, "certain", 0.25),
        (5, "certain", 0.25),
        (1, "high", 1 - 0.5 * 0.95),
        (2, "medium", 1 - 0.75 * 0.75),
        (1, "low", 0.75),
    ],
)
def test_weakness(n_sources, confidence, weakness):
    statement = CASES["drawn"].case().statements[0]
    because = tuple(Citation(source="s", locator=str(k)) for k in range(n_sources))
    provenance = Provenance(because=because, confidence=confidence)
    assert weakness_of(replace(statement, provenance=provenance)) == pytest.approx(weakness)


def test_an_unstated_bound_is_as_weak_as_can_be():
    case = case_of(ISSUES, {"P": [*ENDS], "Q": EASY})
    bounds = [a for a in assumptions_of(case, view="believed") if isinstance(a, Unstated)]
    assert {weakness_of(bound) for bound in bounds} == {1.0}


@pytest.mark.parametrize("name", CASES)
def test_danger_is_dependence_times_weakness_and_orders_the_entries(name):
    found = ledger(name)
    keys = [(-e.danger, -e.dependence, e.largest is None) for e in found.entries]
    assert keys == sorted(keys)
    order = {id(a): k for k, a in enumerate(assumptions_of(found.case, view=CASES[name].view))}
    statements = [e for e in found.entries if id(e.assumption) in order]
    for one, other in pairwise(statements):
        if (one.danger, one.dependence) == (other.danger, other.dependence):
            same = (one.largest is None) == (other.largest is None)
            assert not same or order[id(one.assumption)] < order[id(other.assumption)]
    for entry in found.entries:
        assert entry.danger == entry.dependence * entry.weakness
        assert 0 <= entry.dependence <= 1
        if entry.largest is not None:
            outcome, k, change = entry.largest
            assert change in outcome.changes[k]
            assert change.visible
            assert change.decides
            assert entry.dependence == abs(change.difference)


@pytest.mark.parametrize("name", CASES)
def test_what_is_told_is_the_largest_change_with_a_preference_for_all_together(name):
    for entry in ledger(name).entries:
        seen = [
            c for o in entry.outcomes for one in o.changes for c in one if c.visible and c.decides
        ]
        if not seen:
            assert entry.largest is None
            continue
        size = abs(entry.largest[2].difference)
        most = max(abs(c.difference) for c in seen)
        joint = max((abs(c.difference) for c in seen if not c.party), default=-1.0)
        assert size == (joint if 2 * joint >= most else most)


def change(difference: float, error: float, *, old: str = "some", new: str = "some") -> Change:
    return Change(
        party="P",
        decides=True,
        old=Judgement(kind=old, share=None),
        new=Judgement(kind=new, share=None),
        difference=difference,
        error=error,
    )


@pytest.mark.parametrize(
    ("given", "visible"),
    [
        (change(0.05, 0.01), True),
        (change(-0.05, 0.01), True),
        (change(0.05, 0.03), False),
        (change(0.005, 0.0001), False),
        (change(0.01, 0.0), True),
        (change(0.0, 0.0), False),
        (change(0.0001, 0.01, new="every"), True),
    ],
)
def test_a_change_is_visible_beyond_chance_and_one_point_or_when_a_verdict_flips(given, visible):
    assert given.visible == visible


def test_the_error_of_a_change_is_that_of_the_difference():
    """Of readings that are drawn anew, it is the standard error of paired differences."""
    found = ledger("drawn")
    analysis = found.analysis
    (outcome,) = (o for o in entry_of(found, "P", 2).outcomes if o.trial.kind == "without")
    changed = CASES["drawn"].changed("P", 2, None)
    other = Analysis(case=changed, work=WORK, n_chunks=analysis.readings.n_chunks)
    choices = as_choices(found.packages, 2)
    (before,), (after,) = (a.masks(choices, a.case.parties[:1]) for a in (analysis, other))
    for k, (own, _) in enumerate(outcome.changes):
        if own.new.kind == own.old.kind == "some":
            apart = after[k].astype(float) - before[k]
            batches = apart.reshape(-1, KEPT, CHAINS // 2, 2).mean(axis=(1, 3)).ravel()
            expected = (batches.var(ddof=1) / len(batches)) ** 0.5
            assert own.error == pytest.approx(expected, rel=1e-9)
            assert own.error > 0


def test_a_statement_that_others_imply_has_no_visible_effect():
    statements = [*DRAWN, "importance: a >= b", "no_deal: 0..100"]
    case = case_of(ISSUES, {"P": statements, "Q": DRAWN}, more=PROPOSALS)
    found = ledger_of(Analysis(case=case, work=replace(WORK, readings=1000)))
    for place in (5, 6):
        (without, *_) = entry_of(found, "P", place).outcomes
        assert without.trial.kind == "without"
        assert not any(c.visible for one in without.changes for c in one)
        assert without.dependence == 0
    assert entry_of(found, "P", 5).danger == 0


@pytest.mark.parametrize("apart", [0, 1])
def test_chance_is_hardly_ever_taken_for_an_effect(apart, monkeypatch):
    """No package asked about holds a middle option of issue c, so their values say nothing.

    From the same seed the trials draw the same of all that matters. From another (apart), every
    share differs by chance alone: two standard errors let one in twenty pass, and shares of one
    trial go together.
    """

    def elsewhere(probe):
        return find(replace(probe, work=replace(probe.work, seed=apart)))

    monkeypatch.setattr("detente.ledger.find", elsewhere)
    issues = {**ISSUES, "c": "c0 c1 c2 c3 c4 c5 c6 c7"}
    ends = [*ENDS, "order: {c: c0 > c7}"]
    free = [f"value: {{c: {{c{k}: {5 * k}..{10 * k + 20}}}}}" for k in range(1, 7)]
    other = [*ends, "no_deal: 10..50"]
    case = case_of(issues, {"P": [*ends, *free, "no_deal: 20..60"], "Q": other}, more=PROPOSALS)
    found = ledger_of(Analysis(case=case, work=replace(WORK, readings=1000, seed=0)))
    outcomes = [o for place in range(3, 9) for o in entry_of(found, "P", place).outcomes]
    seen = [c for o in outcomes for k in range(2) for c in o.changes[k]]
    assert len(seen) == 6 * 3 * 2 * 2
    assert any(c.difference for c in seen) or not apart
    assert sum(c.visible for c in seen) <= len(seen) / 10 * apart


def test_a_party_that_is_only_affected_decides_nothing():
    found = ledger("affected")
    own = [e for e in found.entries if e.assumption.party == "R"]
    assert own
    for entry in own:
        assert entry.dependence == entry.danger == 0
        assert entry.largest is None
        assert all(o.recommended == found.recommended for o in entry.outcomes)
    changes = [c for e in own for o in e.outcomes for one in o.changes for c in one]
    assert any(c.visible for c in changes)
    assert not any(c.decides for c in changes)


def test_nothing_hangs_on_one_where_another_refuses_in_every_reading():
    preferences = {"P": DRAWN, "Q": [EASY[0], "no_deal: 0", "red_line: a == a1"]}
    found = ledger_of(Analysis(case=Told(preferences=preferences, changes={}).case(), work=WORK))
    for entry in found.entries:
        for outcome in entry.outcomes:
            for k, changes in enumerate(outcome.changes):
                if found.packages[k][0] == 1 and entry.assumption.party == "P":
                    own, joint = changes
                    assert not own.decides
                    assert joint.difference == 0
    (line,) = entry_of(found, "Q", 2).outcomes
    assert all(c.decides for one in line.changes for c in one)
    assert line.dependence > 0.3


def test_what_leaves_no_reading_is_told():
    """Of 20..60 nothing below 40 goes with the comparison, which needs no deal above 30 points."""
    statements = [*ENDS, "weight: {a: 30}", "compare: no deal > (a = a1)", "no_deal: 20..60"]
    case = case_of(ISSUES, {"P": statements, "Q": EASY}, more=PROPOSALS)
    found = ledger_of(Analysis(case=case, work=WORK))
    outcomes = {o.trial.kind: o for o in entry_of(found, "P", 4).outcomes}
    assert {kind: o.trouble for kind, o in outcomes.items()} == {
        "without": "",
        "low": "contradictory",
        "high": "",
    }
    assert outcomes["low"].changes == ()
    assert outcomes["low"].dependence == 0
    assert outcomes["low"].recommended == found.recommended


def test_uncertain_statements_that_hardly_ever_agree_are_told_as_contradictory():
    hedged = [f"no_deal: {k}\nconfidence: high" for k in range(0, 60, 3)]
    trial = Trial(
        kind="without", party="P", case=case_of(ISSUES, {"P": [*ENDS, *hedged, "no_deal: 99..100"]})
    )
    found = find(probe(trial))
    assert found.trouble == "contradictory"
    assert found.accepts.shape == (0, 1)
    assert found.kinds == ()


def probe(trial: Trial, **more: object) -> Probe:
    given: dict[str, object] = {
        "trial": trial,
        "packages": ((1, 0),),
        "n_chunks": 1,
        "shift": Fraction(0),
        "signing": None,
        "names": ("P",),
        "work": WORK,
    }
    return Probe(**{**given, **more})  # type: ignore[arg-type]


def test_a_party_whose_best_options_are_not_known_is_told_as_incomplete():
    trial = Trial(kind="without", party="P", case=case_of(ISSUES, {"P": [ENDS[0]]}))
    assert find(probe(trial)).trouble == "incomplete"


def test_probes_and_findings_can_be_sent_elsewhere():
    found = ledger("uncertain")
    statement = found.case.statements[2]
    (trial,) = trials_of(found.case, statement, view="believed")
    central = {
        "Q": (
            found.analysis.opinions["Q"].preferences,
            found.analysis.readings.central["Q"],
        )
    }
    asked = probe(trial, packages=found.packages, signing=central, names=("P", "Q"))
    sent = pickle.loads(pickle.dumps(asked))  # noqa: S301 - our own bytes
    here, there = find(asked), pickle.loads(pickle.dumps(find(sent)))  # noqa: S301 - likewise
    assert sent.trial == asked.trial
    assert (here.kinds, here.trouble, here.recommended) == (
        there.kinds,
        there.trouble,
        there.recommended,
    )
    assert np.array_equal(here.accepts, there.accepts)
    assert here.recommended is not None


def test_a_case_without_proposals_asks_about_the_recommended_package():
    told = Told(preferences={"P": DRAWN, "Q": EASY}, changes={}, more="")
    found = ledger_of(Analysis(case=told.case(), work=WORK))
    assert found.names == ("the recommended package",)
    assert found.packages == (found.recommended,)


def test_a_case_with_nothing_to_ask_about_has_a_ledger_all_the_same():
    preferences = {"P": [EXACT, "no_deal: 100"], "Q": EASY}
    found = ledger_of(
        Analysis(case=Told(preferences=preferences, changes={}, more="").case(), work=WORK)
    )
    assert found.packages == found.names == found.judged == ()
    assert len(found.entries) == 4
    assert all(e.dependence == 0 and e.largest is None for e in found.entries)
    assert found.decisive == ()
    moved = {o.trial.kind for e in found.entries for o in e.outcomes if o.recommended is not None}
    assert moved == {"without"}


def test_a_recommended_package_that_is_a_proposal_is_asked_about_once():
    preferences = {"P": [EXACT, "no_deal: 0"], "Q": EASY}
    found = ledger_of(Analysis(case=Told(preferences=preferences, changes={}).case(), work=WORK))
    assert found.recommended == (1, 1)
    assert found.names == ("one", "both")


def test_one_planted_assumption_comes_first():
    found = ledger_of(Analysis(case=loads(PLANTED_CASE), work=WORK))
    first = found.entries[0]
    assert first.assumption is found.case.statements[-1]
    assert first.weakness == 1
    assert first.dependence >= 0.25
    assert found.decisive == (first,)
    assert [e.weakness for e in found.entries[1:]] == [0.5] * 11


def test_a_pressure_is_not_what_the_answers_rest_on():
    """It would decide everything, but as the answers stand it is not applied."""
    told = Told(
        preferences={"P": [*ENDS, "no_deal: 20"], "Q": EASY},
        changes={},
        more=PROPOSALS + "leverage:\n  - {by: Q, on: P, shift: 80}\n",
    )
    found = ledger_of(Analysis(case=told.case(), work=WORK))
    pressed = next(e for e in found.entries if isinstance(e.assumption, Leverage))
    assert pressed.weakness == 1
    assert pressed.dependence > 0.25
    assert pressed not in found.decisive


def test_more_readings_are_drawn_for_trials_as_for_the_analysis():
    told = CASES["drawn"]
    found = ledger_of(Analysis(case=told.case(), work=WORK, n_chunks=3))
    party, place, by = told.changes["without importance"]
    expected = told_of(told.changed(party, place, by), found)
    (outcome,) = entry_of(found, party, place).outcomes
    assert outcome.changes[0][0].new == expected["parties"][0]["P"]
    assert found.analysis.readings.n_readings == 3 * KEPT * CHAINS


def test_an_effect_in_parts_of_readings_has_a_share_with_an_error():
    half = np.full(KEPT * CHAINS, 0.5)
    share = share_of(half)
    assert (share.value, share.error, share.certain) == (0.5, 0.0, False)
    assert share_of(np.array([0.5])).certain is False
    assert share_of(np.array([1.0])).certain is True
