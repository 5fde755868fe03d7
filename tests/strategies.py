"""Small cases and hypothesis strategies that several test modules share."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from detente.case import Case
from detente.formats import loads
from detente.frame import Frame
from detente.linear import Linear, Row, Unknown
from detente.opinion import Opinion, opinion_of
from detente.polytope import Polytope
from detente.preferences import Group, Preferences, Unstated
from detente.readings import Readings, draw
from detente.vocabulary import Issue, Vocabulary
from detente.work import Work

# --- cases ---------------------------------------------------------------------------------------


def case_of(issues: str, statements: Sequence[str], more: str = "") -> Case:
    """Return a case with one party, P, from lines such as ``a: [x, y]`` and statements.

    A numeric issue is written ``pay: 0..8``. The first option is the status quo.
    """
    lines = ["detente: 1", "title: Test", "parties:", "  P: P", "issues:"]
    for line in issues.splitlines():
        if not line.strip():
            continue
        name, _, options = (part.strip() for part in line.partition(":"))
        lines.append(f"  {name}:")
        if ".." in options:
            low = options.partition("..")[0]
            lines += [f"    range: {options}", "    step: 1", f"    status_quo: {low}"]
        else:
            first = options.strip("[]").partition(",")[0].strip()
            lines += [f"    options: {options}", f"    status_quo: {first}"]
    lines.append("preferences:")
    lines.append("  P:")
    for statement in statements:
        first, *rest = statement.splitlines()
        lines.append(f"    - {first}")
        lines += [f"      {line}" for line in rest]
    return loads("\n".join(lines) + "\n" + more)


def opinions_of(case: Case, view: str = "believed") -> dict[str, Opinion]:
    return {party.name: opinion_of(case, party.name, view=view) for party in case.parties}


def readings_of(
    case: Case, *, seed: int = 0, n_chunks: int = 1, work: Work | None = None
) -> Readings:
    return draw(case, opinions_of(case), work or Work(seed=seed), n_chunks=n_chunks)


ALONE = """
a: [a0, a1]
b: [b0, b1]
c: [c0, c1]
"""
"""Three issues of two options each."""
ENDS = ("order: {a: a1 > a0}", "order: {b: b1 > b0}", "order: {c: c1 > c0}")


# --- gains and values ----------------------------------------------------------------------------


@st.composite
def gains(draw: st.DrawFn, *, huge: bool | None = None, at_least: int = 0) -> NDArray[np.generic]:
    """Return whole gains >= 0, shape (packages, parties), with many ties and duplicates."""
    parties = draw(st.integers(1, 4))
    rows = draw(st.integers(at_least, 9))
    large = draw(st.booleans()) if huge is None else huge
    small = st.integers(0, 5)
    number = st.builds(lambda a, b: a * 10**20 + b, small, st.integers(0, 2)) if large else small
    table = [[draw(number) for _ in range(parties)] for _ in range(rows)]
    if rows > 1 and draw(st.booleans()):
        table[-1] = table[0]
    if large:
        return np.array(table, dtype=object).reshape(rows, parties)
    return np.array(table, dtype=draw(st.sampled_from([np.int64, np.float64]))).reshape(
        rows, parties
    )


# --- linear programmes ---------------------------------------------------------------------------

UNKNOWNS: tuple[Unknown, ...] = (("x",), ("y",), ("z",))


def linear_of(coefficients: Sequence[int | Fraction], constant: int | Fraction) -> Linear:
    terms = {u: Fraction(c) for u, c in zip(UNKNOWNS, coefficients, strict=False) if c}
    return Linear(terms, Fraction(constant))


def in_a_box(n: int, reach: int = 4) -> list[Row]:
    """Return rows -reach <= x <= reach for the first n unknowns."""
    return [
        Row(linear=Linear.of(u) * sign + reach, relation=">=")
        for u in UNKNOWNS[:n]
        for sign in (1, -1)
    ]


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Linear, list[Row]]:
    """Return an objective and rows; degenerate, redundant, infeasible and unbounded ones too."""
    n = draw(st.integers(1, 3))
    number = st.integers(-3, 3)
    rows = []
    for _ in range(draw(st.integers(0, 6))):
        coefficients = [draw(number) for _ in range(n)]
        relation = draw(st.sampled_from([">=", ">=", ">=", "=="]))
        rows.append(Row(linear=linear_of(coefficients, draw(number)), relation=relation))
    if rows and draw(st.booleans()):
        again = draw(st.sampled_from(rows))
        rows.append(Row(linear=again.linear * draw(st.integers(1, 3)), relation=again.relation))
    if draw(st.booleans()):
        rows += in_a_box(n)
    objective = linear_of([draw(number) for _ in range(n)], draw(number))
    return objective, draw(st.permutations(rows))


def polytope_of(base: Sequence[Row], groups: Sequence[Sequence[Row]]) -> Polytope:
    """Return a polytope over bare unknowns, with rows in groups as statements have them."""
    issue = Issue(name="i", options=("o",), status_quo="o")
    unknowns = {u for row in [*base, *(r for g in groups for r in g)] for u in row.linear.terms}
    preferences = _Bare(
        party="P",
        manner="points",
        statements=(),
        frame=Frame(vocabulary=Vocabulary(issues=(issue,)), manner="points"),
        base=tuple(base),
        groups=tuple(
            Group(origin=Unstated(party="P", what=str(k), unknown=("x",)), rows=tuple(rows))
            for k, rows in enumerate(groups)
        ),
        missing=(),
    )
    object.__setattr__(preferences, "named", tuple(sorted(unknowns)))
    return Polytope.whole(preferences)


class _Bare(Preferences):
    """Preferences whose unknowns are those of the rows, with no case behind them."""

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        return self.named  # type: ignore[attr-defined, no-any-return]


def random_groups(chance: random.Random, n: int, n_groups: int) -> list[list[Row]]:
    """Return groups of one or two rows with small whole coefficients."""
    groups = []
    for _ in range(n_groups):
        rows = []
        for _ in range(chance.choice([1, 1, 2])):
            coefficients = [chance.randint(-2, 2) for _ in range(n)]
            relation = chance.choice([">=", ">=", ">", ">", "=="])
            rows.append(
                Row(linear=linear_of(coefficients, chance.randint(-3, 3)), relation=relation)
            )
        groups.append(rows)
    return groups
