"""What leaving half way is worth, against its definition in fractions, outcome by outcome."""

from __future__ import annotations

import pickle
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.blocks import Entry
from detente.blocks.agenda import Talking
from detente.blocks.roadmap import Implementing, Item
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Lasts, Shift
from detente.case import Case
from detente.errors import LimitError, UnanswerableError
from detente.grammar import parse_condition, parse_package
from detente.leaving import walk_away_of
from detente.linear import Bounds
from detente.solvers.roadmap import left_with
from detente.solvers.talks import summed
from detente.statements.statement import Provenance
from detente.timing import Timing, time_of_roadmap, time_of_talks
from detente.walk_away import WalkAway, items_of
from detente.work import Work
from tests.answers.cases import case_of

ISSUES = {"a": "a0 a1", "b": "b0 b1 b2", "c": "c0 c1"}
PARTIES = ("p", "q", "n")
DURATIONS: tuple[Lasts, ...] = ("while talks are open", "until completion", "for good")


def exactly(number: Fraction | int) -> Bounds:
    return Bounds(low=Fraction(number), high=Fraction(number))


@dataclass(frozen=True, kw_only=True)
class Said:
    """A random dispute in plain numbers: what the oracle reckons with."""

    scores: Mapping[str, Mapping[str, int]]
    no_deal: Mapping[str, int]
    worth: Mapping[str, int]
    kept: Mapping[tuple[str, str], Fraction]
    delivers: Mapping[str, Sequence[str]]
    shifts: Sequence[Shift] = ()
    guarantees: Sequence[Guarantee] = field(default=())


CONDITION = "a == a1 and b in (b1, b2)"


def drawn_case(seed: int) -> tuple[Case, Said]:
    """Return a random exact dispute with a rule, residues, deliverers, shifts and a guarantee."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    parts = [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 10)]
    scores = {
        p: {o: rng.randint(-9, 20) for options in ISSUES.values() for o in options.split()}
        for p in PARTIES
    }
    no_deal = {p: rng.randint(-10, 25) for p in PARTIES}
    worth = {p: rng.choice([0, -6, 7]) for p in PARTIES}
    kept = {(issue, p): rng.choice(parts) for issue in ISSUES for p in PARTIES}
    delivers = {issue: rng.sample(PARTIES, rng.randint(0, 2)) for issue in ISSUES}
    lasts: tuple[Lasts | None, ...] = (*DURATIONS, None)
    shifts = [
        Shift(
            on=rng.choice(PARTIES),
            shift=exactly(rng.choice([-7, -2, 4])),
            after=parse_condition(rng.choice(["a == a1", "b == b2 and c == c1", "c == c0"])),
            lasts=rng.choice(lasts),
            title=str(k),
        )
        for k in range(2)
    ]
    guarantees = [Guarantee(against="p", amount=exactly(3), after=parse_condition("b != b0"))]
    statements = {}
    for p in PARTIES:
        tables = "\n".join(
            f"  {issue}: {{{', '.join(f'{o}: {scores[p][o]}' for o in options.split())}}}"
            for issue, options in ISSUES.items()
        )
        own = [f"scores:\n{tables}", f"no_deal: {no_deal[p]}"]
        if worth[p]:
            own.append(f"rule: {CONDITION}\nworth: {worth[p]}")
        statements[p] = own
    case = case_of(ISSUES, statements, affected=("n",))
    keeps = [Keeps(issue=issue, part=exactly(part), leaver=p) for (issue, p), part in kept.items()]
    items = [Item(issue=issue, delivered_by=tuple(own)) for issue, own in delivers.items()]
    blocks: dict[str, tuple[Entry, ...]] = {
        "walk_away": (*keeps, *shifts, *guarantees),
        "roadmap": tuple(items),
    }
    said = Said(
        scores=scores,
        no_deal=no_deal,
        worth=worth,
        kept=kept,
        delivers=delivers,
        shifts=shifts,
        guarantees=guarantees,
    )
    return replace(case, blocks=blocks), said


def worth_of(case: Case, said: Said, party: str, package: Sequence[int]) -> Fraction:
    """Return the value of a package."""
    options = [issue.options[k] for issue, k in zip(case.issues, package, strict=True)]
    total = sum(said.scores[party][o] for o in options)
    holds = parse_condition(CONDITION).holds(tuple(package), case.vocabulary)
    return Fraction(total + (said.worth[party] if holds else 0))


def residue_of(case: Case, said: Said, party: str, settled: Mapping[int, int]) -> Fraction:
    """Return no deal and what survives; of what it delivered a leaver takes back what helps it."""
    own = [
        k
        for k in settled
        if party in said.delivers[case.issues[k].name]
        and said.kept[case.issues[k].name, party] != 1
    ]
    return max(
        expected(case, said, party, {k: o for k, o in settled.items() if k not in undone})
        for n in range(len(own) + 1)
        for undone in combinations(own, n)
    )


def expected(case: Case, said: Said, party: str, settled: Mapping[int, int]) -> Fraction:
    """Return no deal and what survives, expected over every outcome of what survives."""
    start = case.vocabulary.status_quo
    total = Fraction(said.no_deal[party])
    for kept in product([True, False], repeat=len(settled)):
        weight, package = Fraction(1), list(start)
        for (issue, option), stays in zip(settled.items(), kept, strict=True):
            part = said.kept[case.issues[issue].name, party]
            weight *= part if stays else 1 - part
            package[issue] = option if stays else start[issue]
        gained = worth_of(case, said, party, package) - worth_of(case, said, party, start)
        total += weight * gained
    return total


def moves(
    case: Case, said: Said, party: str, *, counted: set[str], otherwise: Lasts
) -> list[tuple[tuple[int, ...], object, Fraction]]:
    """Return the shifts and guarantees of a party that last as long as is counted."""
    found: list[tuple[tuple[int, ...], object, Fraction]] = []
    for shift in said.shifts:
        if shift.on == party and (shift.lasts or otherwise) in counted:
            assert shift.after is not None
            assert shift.shift.low is not None
            found.append((shift.after.scope(case.vocabulary), shift.after, shift.shift.low))
    for guarantee in said.guarantees:
        if guarantee.against == party and "for good" in counted:
            assert guarantee.after is not None
            assert guarantee.amount.low is not None
            scope = guarantee.after.scope(case.vocabulary)
            found.append((scope, guarantee.after, -guarantee.amount.low))
    return found


def walking_away(
    case: Case, said: Said, party: str, settled: Mapping[int, int], otherwise: Lasts
) -> Fraction:
    """Return the walk-away value in talks; a condition counts once all its issues are settled."""
    total = residue_of(case, said, party, settled)
    counted = {"until completion", "for good"}
    for scope, condition, by in moves(case, said, party, counted=counted, otherwise=otherwise):
        package = tuple(settled.get(k, 0) for k in range(len(case.issues)))
        if set(scope) <= set(settled) and condition.holds(package, case.vocabulary):  # type: ignore[attr-defined]
            total += by
    return total


def gate(
    case: Case, said: Said, party: str, package: Sequence[int], counted: set[str], otherwise: Lasts
) -> Fraction:
    """Return the walk-away value while a package is in force, nothing else having been agreed."""
    start = case.vocabulary.status_quo
    settled = {k: o for k, o in enumerate(package) if o != start[k]}
    total = residue_of(case, said, party, settled)
    for _, condition, by in moves(case, said, party, counted=counted, otherwise=otherwise):
        now = condition.holds(tuple(package), case.vocabulary)  # type: ignore[attr-defined]
        before = condition.holds(start, case.vocabulary)  # type: ignore[attr-defined]
        total += by * (int(now) - int(before))
    return total


def leaving(case: Case) -> tuple[WalkAway, Timing]:
    walk = walk_away_of(Analysis(case=case))
    return walk, Timing(
        takes=np.zeros(len(case.issues)),
        patience=np.ones(len(walk.parties)),
        chance=np.ones(walk.n_rows),
        deadline=None,
    )


def in_points(walk: WalkAway, amount: float) -> Fraction:
    return Fraction(int(amount), walk.units * walk.fine)


@pytest.mark.parametrize("seed", range(12))
def test_walk_away_is_its_definition(seed: int) -> None:
    case, said = drawn_case(seed)
    walk, timing = leaving(case)
    assert walk.parties == ("p", "q", "n")
    assert walk.n_signatories == 2
    assert walk.n_rows == 1
    assert not walk.drawn
    rows = np.arange(1)
    for otherwise in DURATIONS:
        talks = walk.talks(rows, timing, lasts=otherwise)
        standings = np.array(list(product(range(3), range(4), range(3))))
        found = summed(talks.no_deal, talks.kept, standings)[0]
        for standing, amounts in zip(standings.tolist(), found, strict=True):
            settled = {k: o for k, o in enumerate(standing) if o < len(case.issues[k].options)}
            for column, party in enumerate(walk.parties):
                expected = walking_away(case, said, party, settled, otherwise)
                assert in_points(walk, amounts[column]) == expected


@pytest.mark.parametrize("seed", range(12))
def test_gates_of_a_roadmap_are_their_definition(seed: int) -> None:
    case, said = drawn_case(seed)
    walk, timing = leaving(case)
    package, rows, start = (1, 2, 1), np.arange(1), case.vocabulary.status_quo
    assert items_of(walk.space, package) == (0, 1, 2)
    for otherwise in DURATIONS:
        steps = walk.steps(package, rows, timing, lasts=otherwise)
        states = np.array(list(product(range(2), repeat=3)))
        found = left_with(steps.no_deal, steps.kept, states)[0]
        for column, party in enumerate(walk.parties):
            assert in_points(walk, steps.final[0, column]) == worth_of(case, said, party, package)
            for state, amounts in zip(states.tolist(), found, strict=True):
                now = [package[k] if on else start[k] for k, on in enumerate(state)]
                counted = {"until completion", "for good"}
                expected = gate(case, said, party, now, counted, otherwise)
                assert in_points(walk, amounts[column]) == expected
            at_end = steps.no_deal[0, column] + steps.kept_at_end[0, column]
            expected = gate(case, said, party, package, {"for good"}, otherwise)
            assert in_points(walk, at_end) == expected


@pytest.mark.parametrize("seed", range(4))
def test_an_open_table_is_worth_what_is_in_force_in_full(seed: int) -> None:
    case, said = drawn_case(seed)
    walk, timing = leaving(case)
    talks = walk.talks(np.arange(1), timing, lasts="while talks are open")
    start = case.vocabulary.status_quo
    for standing in product(range(3), range(4), range(3)):
        settled = {k: o for k, o in enumerate(standing) if o < len(case.issues[k].options)}
        package = [settled.get(k, start[k]) for k in range(3)]
        found = summed(talks.no_deal, talks.meanwhile, np.array([standing]))[0, 0]
        for column, party in enumerate(walk.parties):
            expected = said.no_deal[party] + worth_of(case, said, party, package)
            expected -= worth_of(case, said, party, start)
            only = {"while talks are open"}
            for scope, condition, by in moves(
                case, said, party, counted=only, otherwise="while talks are open"
            ):
                if set(scope) <= set(settled) and condition.holds(tuple(package), case.vocabulary):  # type: ignore[attr-defined]
                    expected += by
            assert in_points(walk, found[column]) == expected


def test_what_is_forbidden_is_no_agreement() -> None:
    case = case_of(
        {"a": "a0 a1", "b": "b0 b1"},
        {
            "p": ["scores:\n  a: {a0: 0, a1: 5}\n  b: {b0: 0, b1: 5}", "no_deal: 3",
                  "red_line: a == a1 and b == b1"],
            "n": ["scores:\n  a: {a0: 0, a1: 5}\n  b: {b0: 0, b1: 5}", "no_deal: 3",
                  "red_line: a == a1"],
        },
        more="constraints:\n  - require: a != a0 or b != b0\n",
        affected=("n",),
    )  # fmt: skip
    walk, _ = leaving(case)
    complete = walk.complete(np.arange(walk.n_rows))
    forbidden = np.isinf(complete).all(axis=2)
    # a0 b0 by the constraint, a1 b1 by the signatory's red line; the other's binds nobody
    assert forbidden.tolist() == [[True, False, False, True]] * walk.n_rows
    assert walk.in_points(complete[0, 1, 0]) == 5


STATED = {
    "p": ["order: {a: a1 > a0}", "order: {b: b0 > b1}", "no_deal: 20..40"],
    "q": ["order: {a: a0 > a1}", "order: {b: b1 > b0}", "no_deal: 20..40"],
}


def stated(*entries: Entry) -> WalkAway:
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)
    return walk_away_of(Analysis(case=replace(case, blocks={"walk_away": entries})))


def test_ranges_are_drawn_evenly_and_for_each_entry_alone() -> None:
    after = parse_condition("a == a1")
    keeps = Keeps(issue="a", part=Bounds(low=Fraction(1, 5), high=Fraction(3, 5)))
    shift = Shift(on="p", shift=Bounds(low=Fraction(-20), high=Fraction(-5)), after=after)
    both, alone = stated(keeps, shift), stated(shift)
    assert (both.shifts[0].amount == alone.shifts[0].amount).all()
    points = both.in_points(1.0) * both.shifts[0].amount
    assert points.min() >= -20
    assert points.max() <= -5
    assert abs(points.mean() + 12.5) < 0.5
    assert abs((points < -12.5).mean() - 0.5) < 0.05
    parts = both.parts[:, 1, 0] / both.fine
    assert parts.min() >= 0.2
    assert parts.max() <= 0.6
    assert abs(parts.mean() - 0.4) < 0.02
    unstated = both.parts[:, 3, 0] / both.fine
    assert unstated.min() < 0.01
    assert unstated.max() > 0.99


def test_two_parts_of_a_shift_of_different_duration_are_drawn_apart() -> None:
    after, amount = parse_condition("a == a1"), Bounds(low=Fraction(-20), high=Fraction(-5))
    shifts = [Shift(on="p", shift=amount, after=after, lasts=lasts) for lasts in (None, *DURATIONS)]
    drawn = np.corrcoef([shift.amount for shift in stated(*shifts).shifts])
    assert np.abs(drawn[np.triu_indices(4, 1)]).max() < 0.15


def test_a_shift_in_shares_of_a_swing() -> None:
    after = parse_condition("a == a1")
    shift = Shift(on="p", shift=exactly(Fraction(-1, 4)), after=after, of="b")
    walk = stated(shift)
    swing = walk.options[:, 2, 0] - walk.options[:, 3, 0]
    assert (walk.shifts[0].amount == np.rint(-swing * walk.fine / 4)).all()


def test_a_shift_stated_by_comparisons() -> None:
    after = parse_condition("a == a1")
    taken, refused = parse_package("a = a1"), parse_package("a = a1, b = b1")
    walk = stated(
        Keeps(issue="a", part=exactly(0)),
        Shift(
            on="p",
            shift=Bounds(high=Fraction(0), strict=True),
            after=after,
            would_take=(taken,),
            would_not_take=(refused,),
        ),
    )
    (shift,) = walk.shifts
    rows = np.arange(walk.n_rows)
    leaving_then = (walk.no_deal[:, 0] * walk.fine) + shift.amount
    fits = ~shift.unfit
    assert 0.2 < fits.mean() < 1
    assert (leaving_then <= walk.value((1, 0), rows)[:, 0] * walk.fine)[fits].all()
    assert (leaving_then >= walk.value((1, 1), rows)[:, 0] * walk.fine)[fits].all()
    assert (shift.amount <= 0)[fits].all()
    assert (shift.amount[shift.unfit] == 0).all()  # the end that is stated lies nearest


def test_comparisons_reckon_with_what_is_kept_of_what_is_settled() -> None:
    """Without the shift the party has no deal and half of a1; b is not settled and adds nothing."""
    package = parse_package("a = a1, b = b1")
    walk = stated(
        Keeps(issue="a", part=exactly(Fraction(1, 2))),
        Keeps(issue="b", part=exactly(1)),
        Shift(
            on="p",
            shift=Bounds(low=Fraction(-1000), high=Fraction(1000)),
            after=parse_condition("a == a1"),
            would_take=(package,),
            would_not_take=(package,),  # so that it finds both just as good
        ),
    )
    (shift,) = walk.shifts
    a1 = (walk.options[:, 1, 0] - walk.options[:, 0, 0]) * walk.fine
    worth = walk.value((1, 1), np.arange(walk.n_rows))[:, 0] * walk.fine
    left = walk.no_deal[:, 0] * walk.fine + a1 / 2 + shift.amount
    assert not shift.unfit.any()
    assert np.abs(left - worth).max() <= 1


def test_only_what_belongs_to_the_view_counts() -> None:
    own, other = Provenance(view="own"), Provenance(view="other")
    after = parse_condition("a == a1")
    entries = (
        Shift(on="p", shift=exactly(-8), after=after, provenance=own),
        Shift(on="q", shift=exactly(-9), after=after, provenance=other),
    )
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)
    case = replace(case, blocks={"walk_away": entries})
    for view, parties in (("own", [0]), ("other", [1]), ("believed", [])):
        walk = walk_away_of(Analysis(case=case, work=Work(view=view)))
        assert [shift.column for shift in walk.shifts] == parties


def test_confidence_says_in_what_share_of_the_readings_an_entry_counts() -> None:
    after = parse_condition("a == a1")
    unsure = Provenance(confidence="medium")
    walk = stated(
        Shift(on="p", shift=exactly(-8), after=after, provenance=unsure),
        Keeps(issue="a", part=exactly(1), provenance=unsure),
        Drift(on="q", amount=exactly(-1), provenance=unsure),
    )
    for counts in (walk.shifts[0].amount != 0, walk.drift[:, 1] != 0):
        assert abs(counts.mean() - 0.75) < 0.04
    assert abs((walk.parts[:, 1, 0] == walk.fine).mean() - 0.75) < 0.04
    assert (walk.drift[:, 0] == 0).all()


def test_what_is_irreversible_in_some_readings_is_undone_in_the_others() -> None:
    keeps = Keeps(issue="b", part=exactly(1), provenance=Provenance(confidence="medium"))
    item = Item(issue="b", delivered_by=("p",))  # p likes b0, the status quo, better than b1
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)
    blocks: dict[str, tuple[Entry, ...]] = {"walk_away": (keeps,), "roadmap": (item,)}
    walk = walk_away_of(Analysis(case=replace(case, blocks=blocks)))
    rows = np.arange(walk.n_rows)
    lost = (walk.value((0, 1), rows) - walk.value((0, 0), rows))[:, 0] * walk.fine
    left = summed(np.zeros((walk.n_rows, 2)), walk.kept(rows), np.array([[2, 1]]))[:, 0, 0]
    assert ((left == lost) | (left == 0)).all()
    assert abs((left == lost).mean() - 0.75) < 0.04


def test_a_guarantee_binds_from_signing_or_from_an_item_on() -> None:
    package, free = (1, 1), Keeps(issue="a", part=exactly(0))
    from_signing = Guarantee(against="p", amount=exactly(6))
    from_b = Guarantee(against="p", amount=exactly(6), after=parse_condition("b == b1"))
    for entry, early, expected in (
        (from_signing, frozenset[int](), [0, -6, -6, -6]),
        (from_b, frozenset[int](), [0, -6, 0, -6]),
        (from_b, frozenset({0}), [0, -6, -6, -6]),
    ):
        walk = stated(free, Keeps(issue="b", part=exactly(0)), entry)
        timing = time_of_roadmap(
            Analysis(case=case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)),
            ["a", "b"],
            walk.parties,
            walk.n_rows,
        )
        steps = walk.steps(package, np.arange(2), timing, early=early)
        states = np.array(list(product(range(2), repeat=2)))
        found = left_with(np.zeros((2, 2)), steps.kept, states)[0, :, 0]
        assert [walk.in_points(amount) for amount in found] == expected
        assert walk.in_points(steps.kept_at_end[0, 0]) == -6


def test_a_smaller_factor_makes_shifts_smaller() -> None:
    walk = stated(Shift(on="p", shift=exactly(-8), after=parse_condition("a == a1")))
    timing = Timing(
        takes=np.zeros(2), patience=np.ones(2), chance=np.ones(walk.n_rows), deadline=None
    )
    rows = np.arange(3)
    talks = walk.talks(rows, timing, factor=np.array([0.0, 0.5, 2.0]))
    settled = np.array([[1, 2]])
    whole = walk.talks(rows, timing, factor=0.0)
    moved = summed(talks.no_deal, talks.kept, settled) - summed(whole.no_deal, whole.kept, settled)
    assert [walk.in_points(amount) for amount in moved[:, 0, 0]] == [0, -4, -16]


def test_time_in_talks_and_roadmaps() -> None:
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)
    talking = Talking(
        takes={"": Fraction(1), "b": Fraction(3)},
        patience={"q": Fraction(9, 10)},
        later_talks=Bounds(low=Fraction(1, 2), high=Fraction(1)),
    )
    items = (Item(issue="b", takes=Fraction(1, 2)),)
    analysis = Analysis(case=replace(case, blocks={"agenda": (talking,), "roadmap": items}))
    timing = time_of_talks(analysis, ["p", "q"], 2000)
    assert timing.takes.tolist() == [1, 3]
    assert timing.patience.tolist() == [1, 0.9]
    assert timing.chance.min() >= 0.5
    assert abs(timing.chance.mean() - 0.75) < 0.02
    steps = time_of_roadmap(analysis, ["b"], ["p", "q"], 2)
    assert steps.takes.tolist() == [0.5]
    assert steps.patience.tolist() == [1, 0.9]
    assert steps.chance.tolist() == [1, 1]
    assert steps.deadline is None


def test_a_roadmap_has_a_patience_and_a_chance_of_its_own() -> None:
    case = case_of({"a": "a0 a1", "b": "b0 b1"}, STATED)
    even = Bounds(low=Fraction(0), high=Fraction(1))
    talking = Talking(patience={"p": Fraction(1, 2), "q": Fraction(9, 10)}, later_talks=even)
    implementing = Implementing(patience={"p": Fraction(3, 4)}, next_stage=even)
    blocks: dict[str, tuple[Entry, ...]] = {"agenda": (talking,), "roadmap": (implementing,)}
    analysis = Analysis(case=replace(case, blocks=blocks))
    talks = time_of_talks(analysis, ["p", "q"], 2000)
    steps = time_of_roadmap(analysis, ["a"], ["p", "q"], 2000)
    assert steps.patience.tolist() == [0.75, 0.9]
    assert abs(np.corrcoef(talks.chance, steps.chance)[0, 1]) < 0.1


def test_it_travels_to_other_processes() -> None:
    walk = stated()
    again = pickle.loads(pickle.dumps(walk))  # noqa: S301 - its own bytes
    assert (again.options == walk.options).all()
    assert again.parties == walk.parties


def test_parties_known_by_an_order_only_have_no_walk_away_value() -> None:
    case = case_of(
        {"a": "a0 a1"},
        {"p": ["ranking: (a = a1) > no deal > (a = a0)"], "q": ["order: {a: a0 > a1}"]},
    )
    with pytest.raises(UnanswerableError, match="cardinal statements from Party p"):
        walk_away_of(Analysis(case=case))


def test_too_many_packages_are_refused() -> None:
    issues = {f"i{k}": "o0 o1 o2 o3 o4 o5 o6 o7 o8 o9" for k in range(7)}
    order = "o1 > o0"
    case = case_of(issues, {"p": [f"order: {{{name}: {order}}}" for name in issues]})
    with pytest.raises(LimitError, match="10,000,000 packages"):
        walk_away_of(Analysis(case=case))
