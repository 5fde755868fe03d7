"""Verdicts, ranges against the list of all vertices, on 500 small polytopes and written cases."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from detente.frame import NO_DEAL
from detente.linear import Linear, Row
from detente.polytope import Polytope
from detente.simplex import maximise_exactly
from detente.statements import Statement
from tests import oracles
from tests.strategies import (
    ALONE,
    ENDS,
    UNKNOWNS,
    case_of,
    in_a_box,
    linear_of,
    opinions_of,
    polytope_of,
    random_groups,
)

N_BARE, N_WRITTEN = 450, 50


def rows_of(polytope, groups=None):
    kept = polytope.groups if groups is None else groups
    return [*polytope.preferences.base, *(row for group in kept for row in group.rows)]


def together(rows):
    """Tell whether rows can hold, strict ones strictly, by the textbook simplex method.

    For sets that lose their bounds when a statement is left out, so that vertices do not tell.
    """
    slack = ("slack",)
    unknowns = sorted({u for row in rows for u in row.linear.terms} | {slack})
    place = {u: k for k, u in enumerate(unknowns)}
    lines = [({place[slack]: Fraction(-1)}, Fraction(-1), False)]
    for row in rows:
        line = {place[u]: c for u, c in row.linear.terms.items()}
        if row.relation == ">":
            line[place[slack]] = Fraction(-1)
        lines.append((line, -row.linear.constant, row.relation == "=="))
    status, point, _ = maximise_exactly({place[slack]: Fraction(1)}, lines, len(unknowns))
    return status == "optimal" and point[place[slack]] > 0


def check(polytope, gain):
    """Hold everything the polytope says of one gain against the list of vertices."""
    rows = rows_of(polytope)
    expected = oracles.verdict(gain, rows)
    found = polytope.verdict(gain)
    assert found.kind == expected
    assert polytope.kind(gain) == expected
    for witness in polytope._known:
        assert all(row.holds(witness) for row in rows)
    reach = polytope.range(gain)
    assert (reach.low, reach.high) == oracles.bounds(gain, rows)
    if expected == "some":
        assert found.decided_by == ()
        return expected
    denied = {"every": Row(linear=-gain, relation=">"), "none": Row(linear=gain, relation=">=")}
    blamed = list(found.decided_by)

    def leaves_room(groups):
        return together([*rows_of(polytope, groups), denied[expected]])

    assert not leaves_room(blamed)
    for one in blamed:
        assert leaves_room([group for group in blamed if group is not one])
    return expected


def touching(gain, rows, chance):
    """Move a gain so that its largest or smallest value is exactly 0, or leave it."""
    low, high = oracles.bounds(gain, rows)
    return gain - chance.choice([low, high, high, Fraction(0), (low + high) / 2])


def bare_instances():
    """Go through consistent sets of rows over two or three unknowns with a gain each."""
    chance = random.Random(500)  # noqa: S311 - instances, not secrets
    while True:
        n = chance.choice([2, 2, 3])
        base = in_a_box(n, reach=3)
        groups = random_groups(chance, n, chance.randint(1, 4))
        polytope = polytope_of(base, groups)
        rows = rows_of(polytope)
        if not oracles.consistent(rows):
            assert not polytope.consistent
            continue
        assert polytope.consistent
        gain = linear_of([chance.randint(-2, 2) for _ in range(n)], chance.randint(-2, 2))
        facets = [row.linear for row in rows]
        gain = chance.choice([gain, gain, chance.choice(facets), -chance.choice(facets)])
        yield polytope, touching(gain, rows, chance)


def taken(instances, count):
    return [instance for _, instance in zip(range(count), instances, strict=False)]


@pytest.fixture(scope="module")
def bare():
    return taken(bare_instances(), N_BARE)


@pytest.fixture(scope="module")
def written():
    return taken(written_instances(), N_WRITTEN)


@pytest.mark.parametrize("part", range(4))
def test_verdicts_of_bare_polytopes(bare, part):
    kinds = {check(polytope, gain) for polytope, gain in bare[part::4]}
    assert kinds == {"every", "some", "none"}


SAID = (
    "importance: a > b",
    "importance: b >= c",
    "importance: c > a",
    "importance: a ~ c",
    "weight: {a: 20..40}",
    "weight: {b: 25}",
    "value: {n: {n1: 30..60}}",
    "value: {n: {n1: more than 50}}",
    "compare: (a = a1) > (b = b1)",
    "compare: (a = a1) > no deal",
    "compare: no deal >= (b = b1)",
    "compare: no deal > (n = n1)",
    "compare: (n = n2) ~ (a = a1)",
    "compare: (a = a1, b = b1) > (n = n1)\nby: 5..20",
    "no_deal: 30..45",
    "no_deal: more than 20",
    "no_deal: 40",
    "rule: a == a1 and b == b1\nworth: more than 0",
    "rule: a == a1 and b == b1\nworth: -10..5",
)
WITH_THREE = "a: [a0, a1]\nb: [b0, b1]\nc: [c0, c1]"
WITH_MIDDLE = "a: [a0, a1]\nb: [b0, b1]\nn: [n0, n1, n2]"


def written_instances():
    """Go through cases with random statements, as far as they leave a reading."""
    chance = random.Random(2)  # noqa: S311 - instances, not secrets
    while True:
        middle = chance.random() < 0.5
        issues = WITH_MIDDLE if middle else WITH_THREE
        ends = ["order: {a: a1 > a0}", "order: {b: b1 > b0}"]
        ends.append("order: {n: n2 > n1 > n0}" if middle else "order: {c: c1 >= c0}")
        foreign = ("c",) if middle else ("n",)
        fitting = [s for s in SAID if not any(f"{f} " in s or f"{f}:" in s for f in foreign)]
        fitting = [s for s in fitting if not (middle and s.endswith(("c", "c > a")))]
        if middle:  # one dimension more inside n, so none for a rule
            fitting = [s for s in fitting if not s.startswith("rule")]
        statements = chance.sample(fitting, chance.randint(1, 3))
        if not any(s.startswith("no_deal") or "no deal" in s for s in statements):
            statements.append("no_deal: 35..50")
        case = case_of(issues, [*ends, *statements])
        polytope = opinions_of(case)["P"].certain
        rows = rows_of(polytope)
        if not oracles.consistent(rows):
            assert not polytope.consistent
            continue
        frame = polytope.preferences.frame
        package = tuple(chance.randrange(len(issue.options)) for issue in case.issues)
        gain = frame.package(package) - frame.no_deal
        if chance.random() < 0.3:
            gain = touching(gain, rows, chance)
        yield polytope, gain


@pytest.mark.parametrize("part", range(2))
def test_verdicts_of_written_cases(written, part):
    kinds = {check(polytope, gain) for polytope, gain in written[part::2]}
    assert kinds == {"every", "some", "none"}


def verdict_on(statements, package, *, issues=ALONE):
    case = case_of(issues, [*ENDS, *statements])
    polytope = opinions_of(case)["P"].certain
    frame = polytope.preferences.frame
    return polytope.verdict(frame.package(package) - frame.no_deal)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("compare: no deal > (a = a1)", "none"),
        ("compare: no deal >= (a = a1)", "some"),  # equality accepts
        ("compare: no deal ~ (a = a1)", "every"),
        ("compare: (a = a1) >= no deal", "every"),
        ("compare: (a = a1) > no deal", "every"),
        ("importance: a > b", "some"),
    ],
)
def test_equality_accepts(statement, kind):
    assert verdict_on([statement], (1, 0, 0)).kind == kind


def test_a_tie_with_strictness_elsewhere():
    """The gain is 0 only where a strict statement fails: no reading, though the bound is 0."""
    statements = ["importance: b > a", "compare: no deal >= (b = b1)"]
    case = case_of(ALONE, [*ENDS, *statements])
    polytope = opinions_of(case)["P"].certain
    frame = polytope.preferences.frame
    gain = frame.package((1, 0, 0)) - frame.no_deal
    assert polytope.range(gain).high == 0
    assert polytope.verdict(gain).kind == "none"


def test_decided_by_names_statements_and_unstated_bounds():
    found = verdict_on(["weight: {a: 30}", "no_deal: 40"], (1, 0, 0))
    assert found.kind == "none"
    assert {group.origin.KEY for group in found.decided_by} >= {"weight", "no_deal"}
    found = verdict_on([], (0, 0, 0))
    assert found.kind == "some"
    found = verdict_on(["no_deal: more than 100"], (1, 1, 1))
    assert found.kind == "none"
    assert [group.origin.KEY for group in found.decided_by] == ["no_deal"]
    found = verdict_on([], (1, 1, 1))
    assert found.kind == "every"
    assert not any(isinstance(group.origin, Statement) for group in found.decided_by[-1:])


def test_interior_is_inside_and_dimension_counts_what_is_free():
    for polytope, _ in taken(bare_instances(), 60):
        rows = polytope.rows
        point, tight = polytope.interior
        assert all(row.holds(point) for row in rows)
        corners = oracles.vertices(rows)
        for r, row in enumerate(rows):
            always = all(row.linear.at(corner) == 0 for corner in corners)
            if row.relation != "==":
                assert (r in tight) == always
        assert polytope.dimension == affine_dimension(corners)


def affine_dimension(corners):
    """Count independent directions between corners, by elimination."""
    first, *others = corners
    rows = [[corner[u] - first[u] for u in sorted(first)] for corner in others]
    count = 0
    while rows:
        pivot = next((row for row in rows if any(row)), None)
        if pivot is None:
            break
        count += 1
        k = next(k for k, entry in enumerate(pivot) if entry)
        rows = [
            [x - row[k] / pivot[k] * y for x, y in zip(row, pivot, strict=True)]
            for row in rows
            if row is not pivot
        ]
    return count


def test_corners_are_where_an_expression_is_largest():
    for polytope, gain in taken(bare_instances(), 40):
        point = polytope.corner(gain)
        assert float(gain.at(point)) == pytest.approx(oracles.bounds(gain, polytope.rows)[1])
        for row in polytope.rows:
            assert row.linear.at(point) > -1e-9
            assert row.relation != "==" or row.linear.at(point) < 1e-9


def test_one_question_does_not_change_the_next():
    """Readings kept as witnesses speed questions up and change no answer."""
    for polytope, gain in taken(bare_instances(), 25):
        fresh = Polytope(preferences=polytope.preferences, groups=polytope.groups)
        for other in (linear_of([1, -1, 0], 1), linear_of([0, 2, 0], -1), -gain):
            if set(other.terms) <= set(polytope.preferences.unknowns):
                polytope.verdict(other)
        assert polytope.verdict(gain).kind == fresh.verdict(gain).kind


def test_contradictions_of_a_written_case():
    case = case_of(
        ALONE,
        [*ENDS, "importance: a > b", "importance: b > c", "importance: c > a", "weight: {a: 120/2}",
         "weight: {b: 50}"],
    )  # fmt: skip
    polytope = opinions_of(case)["P"].certain
    assert not polytope.consistent
    found = polytope.contradictions()
    named = [{polytope.groups[g].origin.provenance.path for g in one} for one in found.sets]
    start = "preferences.P["
    assert {f"{start}6]", f"{start}7]"} in named
    assert {f"{start}3]", f"{start}4]", f"{start}5]"} in named
    everything = polytope.groups
    for one in found.sets:
        assert not together(rows_of(polytope, [everything[g] for g in one]))
        for g in one:
            assert together(rows_of(polytope, [everything[k] for k in one - {g}]))


def test_a_bound_that_nobody_stated_may_be_to_blame():
    case = case_of(ALONE, [*ENDS, "compare: no deal > (a = a1, b = b1, c = c1)"])
    polytope = opinions_of(case)["P"].certain
    assert not polytope.consistent
    texts = {
        getattr(polytope.groups[g].origin, "what", "said")
        for one in polytope.contradictions().sets
        for g in one
    }
    assert "no deal is worth at most 100 points" in texts
    assert UNKNOWNS[0] not in polytope.preferences.unknowns
    assert NO_DEAL in polytope.preferences.unknowns


def test_ranges_of_a_written_case():
    case = case_of(ALONE, [*ENDS, "importance: a >= b", "importance: b >= c", "no_deal: 30..45"])
    polytope = opinions_of(case)["P"].certain
    frame = polytope.preferences.frame
    value = polytope.range(frame.package((1, 0, 0)))
    assert (value.low, value.high) == (Fraction(100, 3), 100)
    least = polytope.range(frame.package((0, 0, 1)))
    assert (least.low, least.high) == (0, Fraction(100, 3))
    gain = polytope.range(frame.package((1, 1, 1)) - Linear.of(NO_DEAL))
    assert (gain.low, gain.high) == (55, 70)
