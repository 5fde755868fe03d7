"""Certificates, held against what the statements mean, by an evaluator that knows no rows.

A reading is taken as a person would take it: the points of every option, the worth of every rule,
and no deal. :class:`Meaning` says of each kind of statement whether it is true there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from detente.analysis import Analysis
from detente.catalog import load
from detente.errors import UnanswerableError
from detente.expression import Formula
from detente.linear import Linear
from detente.preferences import Unstated
from detente.statements.compare import Compare
from detente.statements.direction import LessIsBetter, MoreIsBetter
from detente.statements.importance import Importance
from detente.statements.indifferent import Indifferent
from detente.statements.no_deal import NoDeal
from detente.statements.order import Order
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.statements.within import Value, Weight
from detente.witness import MOST_GAPS, Witness, certificates_of
from tests.strategies import ALONE, case_of

# --- what statements mean ------------------------------------------------------------------------


@dataclass(frozen=True)
class Meaning:
    """What is true in one reading of one party.

    closed : strict statements may just be met, as at an edge that no reading reaches
    """

    case: object
    witness: Witness
    closed: bool = False

    def holds(self, statement) -> bool:
        told = {
            Order: self.order,
            MoreIsBetter: lambda s: all(self.direction(i, rising=True) for i in s.issues),
            LessIsBetter: lambda s: all(self.direction(i, rising=False) for i in s.issues),
            Importance: self.importance,
            Indifferent: self.indifferent,
            Value: self.value_statement,
            Weight: lambda s: all(self.between(self.swing(i), b) for i, b in s.weights),
            Compare: self.compare,
            Rule: lambda s: self.between(self.witness.worths[s.name], s.worth),
            NoDeal: lambda s: self.between(self.witness.no_deal, s.worth),
            Scores: self.scores,
            RedLine: lambda _: True,
        }
        return told[type(statement)](statement)

    def related(self, better, relation, worse, *, certain=True) -> bool:
        if relation == "~":
            return better == worse if certain else abs(better - worse) <= 1
        return better >= worse if relation == ">=" or self.closed else better > worse

    def between(self, number, bounds) -> bool:
        if bounds.low is not None and bounds.low == bounds.high:
            return number == bounds.low
        relation = ">" if bounds.strict else ">="
        low = bounds.low is None or self.related(number, relation, bounds.low)
        return low and (bounds.high is None or self.related(bounds.high, relation, number))

    def points(self, issue, option) -> Fraction:
        subject = self.case.vocabulary.issues[self.case.vocabulary.index[issue]]
        return self.witness.options[issue][subject.options[subject.position(option)]]

    def swing(self, issue) -> Fraction:
        own = self.witness.options[issue].values()
        return max(own) - min(own)

    def order(self, statement) -> bool:
        return all(
            self.related(
                self.points(i, a.text), r, self.points(i, b.text), certain=statement.certain
            )
            for i, chain in statement.chains
            for (a, b), r in zip(pairwise(chain.words), chain.relations, strict=True)
        )

    def direction(self, issue, *, rising) -> bool:
        own = list(self.witness.options[issue].values())
        return self.related(own[-1], ">", own[0]) if rising else self.related(own[0], ">", own[-1])

    def importance(self, statement) -> bool:
        return all(
            self.related(self.swing(a), r, self.swing(b), certain=statement.certain)
            for (a, b), r in zip(pairwise(statement.issues), statement.chain.relations, strict=True)
        )

    def indifferent(self, statement) -> bool:
        most = 0 if statement.certain else 1
        return all(self.swing(issue) <= most for issue in statement.issues)

    def value_statement(self, statement) -> bool:
        return all(
            self.swing(i) == 0 or self.between(100 * self.points(i, o) / self.swing(i), bounds)
            for i, o, bounds in statement.values
        )

    def scores(self, statement) -> bool:
        for issue, score in statement.scores:
            subject = self.case.vocabulary.issues[self.case.vocabulary.index[issue]]
            if isinstance(score, Formula):
                levels = subject.levels or [Fraction(0)] * len(subject.options)
                if [score.at(x) for x in levels] != list(self.witness.options[issue].values()):
                    return False
            elif not all(self.between(self.points(issue, o), bounds) for o, bounds in score):
                return False
        return True

    def compare(self, statement) -> bool:
        sides, relations = statement.comparison.sides, statement.comparison.relations
        for (better, worse), relation in zip(pairwise(sides), relations, strict=True):
            for a, b in product(self.meant(better), self.meant(worse)):
                if statement.by is not None:
                    if not self.between(a - b, statement.by):
                        return False
                elif not self.related(a, relation, b, certain=statement.certain):
                    return False
        return True

    def meant(self, side) -> list[Fraction]:
        """Return the values of everything that one side of a comparison stands for."""
        if side.kind == "no deal":
            return [self.witness.no_deal]
        vocabulary = self.case.vocabulary
        if side.kind != "whatever else":
            return [self.package(side.package(vocabulary))]
        chosen = side.chosen(vocabulary)
        open_to = [
            [chosen[k]] if k in chosen else range(len(issue.options))
            for k, issue in enumerate(vocabulary.issues)
        ]
        return [self.package(package) for package in product(*open_to)]

    def package(self, package) -> Fraction:
        total = Fraction(0)
        for issue, option in zip(self.case.issues, package, strict=True):
            total += self.witness.options[issue.name][issue.options[option]]
        for condition, worth in self.rules():
            if condition.holds(package, self.case.vocabulary):
                total += worth
        return total

    def rules(self) -> Iterator[tuple[object, Fraction]]:
        told = {s.name: s.condition for s in self.case.statements if isinstance(s, Rule)}
        for name, worth in self.witness.worths.items():
            yield told[name], worth

    def on_scale(self) -> bool:
        """Tell whether worst options are at 0 and the swings sum to 100."""
        swings = [self.swing(issue.name) for issue in self.case.issues]
        lowest = [min(self.witness.options[issue.name].values()) for issue in self.case.issues]
        return sum(swings) == 100 and not any(lowest)

    def ends(self, statements) -> bool:
        """Tell whether options named as best and worst are, uncertain statements' ends too."""
        for statement in statements:
            for k, best, worst in statement.ends(self.case.vocabulary):
                own = list(self.witness.options[self.case.issues[k].name].values())
                if best is not None and own[best] != max(own):
                    return False
                if worst is not None and own[worst] != min(own):
                    return False
        return True


def check(analysis, certificate, package) -> set[str]:
    """Hold one certificate against the meaning of everything; return what it showed."""
    case, party = analysis.case, certificate.party.name
    opinion = analysis.opinions[party]
    statements = opinion.preferences.statements
    kind = certificate.judgement.kind
    vague = [s for s in statements if not s.certain and not isinstance(s, RedLine)]
    shown = {"accepting": certificate.accepting, "refusing": certificate.refusing}
    shown |= {"extreme": certificate.extreme}
    for name, witness in shown.items():
        if witness is None:
            continue
        meaning = Meaning(case, witness, closed=not witness.reached)
        for statement in statements:
            if statement.certain:
                assert meaning.holds(statement), (name, statement)
        assert {id(s) for s in witness.departs} == {id(s) for s in vague if not meaning.holds(s)}
        assert meaning.ends(s for s in statements if s.certain or isinstance(s, Order))
        if opinion.preferences.manner == "stated":
            assert meaning.on_scale()
        assert witness.value == meaning.package(package) == sum(p.points for p in witness.parts)
        assert witness.gain == witness.value - witness.no_deal
    if kind == "some":
        assert certificate.accepting.gain >= 0
        assert certificate.accepting.reached
        assert certificate.decided_by == ()
        if certificate.refusing is None:
            assert certificate.unsure_lines
            assert opinion.certain.range(gain_of(opinion, package)).low >= 0
        else:
            assert certificate.refusing.gain < 0
            apart = sum(
                a.points - b.points
                for a, b in zip(
                    certificate.accepting.parts, certificate.refusing.parts, strict=True
                )
            ) - (certificate.accepting.no_deal - certificate.refusing.no_deal)
            assert apart == certificate.accepting.gain - certificate.refusing.gain > 0
            sizes = [abs(gap.towards) for gap in certificate.gaps]
            assert 0 < len(sizes) <= MOST_GAPS
            assert sizes == sorted(sizes, reverse=True)
            named = {(g.part.rule, g.part.name) for g in certificate.gaps if g.part is not None}
            others = [
                abs(a.points - b.points)
                for a, b in zip(
                    certificate.accepting.parts, certificate.refusing.parts, strict=True
                )
                if (a.rule, a.name) not in named
            ]
            assert len(sizes) < MOST_GAPS or max(others, default=0) <= sizes[-1]
        return {"some", *(n for n, w in shown.items() if w is not None and not w.n_behind)}
    if certificate.by_red_line:
        assert certificate.extreme is None
        assert all(s.condition.holds(package, case.vocabulary) for s in certificate.decided_by)
        return {"red line"}
    assert certificate.extreme.gain >= 0 if kind == "every" else certificate.extreme.gain <= 0
    if certificate.extreme.reached:
        assert (certificate.extreme.gain >= 0) == (kind == "every")
    forced(opinion, certificate, package)
    return {kind, "reached" if certificate.extreme.reached else "approached"}


def gain_of(opinion, package):
    frame = opinion.preferences.frame
    return frame.package(package) - frame.no_deal


def leaves_room(opinion, groups, gain, *, accepting) -> bool:
    """Tell by linear programming in floating point whether the contrary of a verdict is possible.

    All strict rows are exceeded by a common slack, made as large as can be, at most 1.
    """
    rows = [(row.linear, row.relation) for g in groups for row in g.rows]
    rows += [(row.linear, row.relation) for row in opinion.preferences.base]
    rows.append((gain, ">=") if accepting else (-gain, ">"))
    unknowns = sorted({u for linear, _ in rows for u in linear.terms})
    equal, under = [], []
    for linear, relation in rows:
        line = [float(linear.terms.get(u, 0)) for u in unknowns]
        if relation == "==":
            equal.append(([*line, 0.0], -float(linear.constant)))
        else:
            slack = 1.0 if relation == ">" else 0.0
            under.append(([*(-c for c in line), slack], float(linear.constant)))
    found = linprog(
        [*([0.0] * len(unknowns)), -1.0],
        A_ub=np.array([line for line, _ in under]),
        b_ub=np.array([end for _, end in under]),
        A_eq=np.array([line for line, _ in equal]) if equal else None,
        b_eq=np.array([end for _, end in equal]) if equal else None,
        bounds=[*([(None, None)] * len(unknowns)), (None, 1.0)],
    )
    return found.status == 0 and found.x[-1] > 1e-7


def forced(opinion, certificate, package) -> None:
    """Hold a verdict against linear programmes: its reasons are enough, and each is needed."""
    reasons = [
        g for g in opinion.certain.groups if any(g.origin is o for o in certificate.decided_by)
    ]
    assert len(reasons) == len(certificate.decided_by)
    gain, accepting = gain_of(opinion, package), certificate.judgement.kind == "none"
    assert not leaves_room(opinion, reasons, gain, accepting=accepting)
    for one in reasons:
        rest = [group for group in reasons if group is not one]
        assert leaves_room(opinion, rest, gain, accepting=accepting), one


# --- random parties ------------------------------------------------------------------------------

TRUST = ("certain", "certain", "high", "low")


def statements_of(chance: random.Random) -> list[str]:
    """Return statements of many kinds about two issues with names and one with numbers."""
    options = {"a": ["a0", "a1", "a2"], "b": ["b0", "b1"]}
    said = []
    for issue, names in options.items():
        order = chance.sample(names, len(names))
        relation = chance.choice([" > ", " > ", " >= ", " ~ "])
        said.append(f"order: {{{issue}: {relation.join(order)}}}")
    said.append(chance.choice(["more_is_better: c", "less_is_better: c"]))
    low = chance.randint(0, 70)
    parts = {
        "importance": ["importance: a > b", "importance: b >= c", "importance: c > a"],
        "value": [f"value: {{c: {{3: {chance.randint(20, 50)}..80}}}}", "value: {c: {2: 35}}"],
        "weight": ["weight: {a: 20..60}", "weight: {b: more than 10}", "weight: {c: 25}"],
        "compare": [
            "compare: no deal > (a = a1)",
            "compare: (a = a2, c = 4) >= no deal",
            "compare: (b = b1) > (c = 2)\nby: 2..40",
            "compare: whatever else (a = a2) >= whatever else (a = a0, b = b0)",
            "compare: (a = a1) ~ (b = b1)",
        ],
        "rule": [
            "rule: a == a1 and b == b1\nworth: more than 0",
            "rule: c >= 3\nworth: -20..-5",
            "rule: a == a2 or c == 0\nworth: -5..15",
        ],
        "no deal": [f"no_deal: {low}..{low + 25}", f"no_deal: {low}", f"no_deal: less than {low}"],
        "red line": ["red_line: a == a1 and c >= 2", "red_line: b == b0"],
    }
    for kind in chance.sample(sorted(parts), chance.randint(2, 5)):
        one = chance.choice(parts[kind])
        trust = chance.choice(TRUST)
        said.append(f"{one}\nconfidence: {trust}" if trust != "certain" else one)
    return said


ISSUES = "a: [a0, a1, a2]\nb: [b0, b1]\nc: 0..4"


def certified(statements, packages=None):
    """Check the certificates of some packages of a case with one party; return what was shown."""
    analysis = Analysis(case=case_of(ISSUES, statements))
    if not analysis.opinions["P"].answerable:
        return None
    packages = packages or [(0, 0, 0), (1, 1, 4), (2, 0, 2), (1, 0, 3), (2, 1, 0)]
    shown = set()
    try:
        judgements = analysis.judge(packages)
    except UnanswerableError as error:
        if "contradict each other in nearly every draw" in str(error):
            return None
        raise
    for judged in judgements:
        for certificate in certificates_of(analysis, judged):
            shown |= check(analysis, certificate, judged.package)
    return shown


@settings(max_examples=24)
@given(seed=st.integers(0, 10**6))
def test_certificates_mean_what_they_say(seed):
    certified(statements_of(random.Random(seed)))  # noqa: S311 - cases, not secrets


def test_every_sort_of_certificate_is_met():
    shown = set()
    for seed in range(14):
        shown |= certified(statements_of(random.Random(seed))) or set()  # noqa: S311 - likewise
    assert shown >= {"every", "some", "none", "red line", "reached"}


@pytest.mark.parametrize("name", ["harbour", "ukraine-2025", "sport-park"])
def test_certificates_of_shipped_cases(name):
    analysis = Analysis(case=load(name))
    for judged in analysis.judge(list(analysis.case.vocabulary.proposals.values())):
        for certificate in certificates_of(analysis, judged):
            assert check(analysis, certificate, judged.package)


# --- by hand -------------------------------------------------------------------------------------

THREE = ("order: {a: a1 > a2 > a0}", "order: {b: b1 > b0}", "more_is_better: c")


def one(statements, package):
    analysis = Analysis(case=case_of(ISSUES, [*THREE, *statements]))
    (judged,) = analysis.judge([package])
    (certificate,) = certificates_of(analysis, judged)
    check(analysis, certificate, package)
    return certificate


def test_a_typical_reading_is_the_mean_of_its_kind():
    """The best package is accepted where no deal is under 100; no deal is 0..100 elsewhere."""
    found = one(["weight: {a: 50}", "weight: {b: 30}", "no_deal: 0..100"], (1, 0, 0))
    assert found.accepting.value == found.refusing.value == 50
    assert float(found.accepting.no_deal) == pytest.approx(25, abs=1.5)
    assert float(found.refusing.no_deal) == pytest.approx(75, abs=1.5)
    assert found.accepting.n_behind + found.refusing.n_behind == 2240
    (gap,) = found.gaps
    assert gap.part is None
    assert gap.towards == found.accepting.gain - found.refusing.gain
    assert max(p.points.denominator for p in found.accepting.parts) <= 100


def test_a_kind_that_is_never_drawn_is_looked_for():
    """A set without volume: the package is accepted only where no deal is worth just as much."""
    found = one(["compare: no deal >= (a = a1)"], (1, 0, 0))
    assert found.judgement.kind == "some"
    assert found.accepting.gain == 0
    assert found.accepting.n_behind == 0
    assert found.refusing.n_behind == 2240


def test_what_was_asked_before_changes_no_certificate():
    """One command asks for this alone, another for everything at once; both show the same."""
    scores = """scores:
  a: {a0: 0, a1: 0..10}
  b: {b0: 0, b1: 0..5}
  c: {c0: -4..1, c1: -3..7}"""
    case = case_of(ALONE, [scores, "no_deal: 16..30"])
    packages = [*product((0, 1), repeat=3)]
    alone, among_others = Analysis(case=case), Analysis(case=case)
    polytope = among_others.opinions["P"].certain
    frame = polytope.preferences.frame
    for package in reversed(packages):
        for name in ("c1", "c0", "b1", "a1"):
            gain = frame.package(package) - frame.no_deal
            polytope.range(gain * 1000 + Linear.of(("option", name[0], name)))
    first, second = (
        [c for judged in which.judge(packages) for c in certificates_of(which, judged)]
        for which in (alone, among_others)
    )
    for mine, theirs in zip(first, second, strict=True):
        for kind in ("accepting", "refusing", "extreme"):
            assert getattr(mine, kind) == getattr(theirs, kind)
    assert any(c.accepting is not None and not c.accepting.n_behind for c in first)
    assert any(c.extreme is not None for c in first)


def test_rounding_never_turns_a_reading_over():
    """Gains between nothing and a thousandth of a point cannot be said in hundredths."""
    close = ["weight: {a: 50}", "no_deal: 49.9995..50.0005"]
    found = one(close, (1, 0, 0))
    assert 0 <= found.accepting.gain < Fraction(1, 1000)
    assert Fraction(-1, 1000) < found.refusing.gain < 0
    assert found.accepting.n_behind > 900
    assert found.refusing.n_behind > 900


def test_rounding_never_breaks_a_statement():
    """A worth that hundredths and thousandths of a point cannot say is refined until it can."""
    found = one(["rule: a == a1\nworth: 0.0002..0.0004", "weight: {a: 50}"], (1, 0, 0))
    for witness in (found.accepting, found.refusing):
        assert witness.worths == {"a == a1": Fraction(3, 10000)}
        assert witness.n_behind > 900


def test_a_red_line_that_not_every_reading_imposes_refuses_by_itself():
    found = one(["no_deal: 0", "red_line: a == a1\nconfidence: medium"], (1, 1, 0))
    assert found.judgement.kind == "some"
    assert found.refusing is None
    assert [line.condition.text for line in found.unsure_lines] == ["a == a1"]
    assert found.accepting.gain > 0
    assert found.gaps == ()


def test_an_uncertain_red_line_beside_low_worth_leaves_both_reasons():
    found = one(["no_deal: 20..80", "red_line: a == a1\nconfidence: medium"], (1, 0, 0))
    assert found.refusing.gain < 0
    assert found.unsure_lines


def test_a_certain_red_line_needs_no_worth():
    found = one(["no_deal: 0", "red_line: a == a1"], (1, 1, 4))
    assert found.judgement.kind == "none"
    assert found.by_red_line
    assert (found.accepting, found.refusing, found.extreme) == (None, None, None)


def test_the_extreme_tells_by_how_many_points():
    found = one(["weight: {a: 40..60}", "no_deal: 10..25"], (1, 0, 0))
    assert found.judgement.kind == "every"
    assert found.extreme.gain == 15
    assert found.extreme.reached
    found = one(["weight: {a: 40..60}", "no_deal: 70..80"], (1, 0, 0))
    assert found.judgement.kind == "none"
    assert found.extreme.gain == -10


def test_an_extreme_that_strict_statements_exclude_is_only_approached():
    found = one(["compare: no deal > (a = a1)"], (1, 0, 0))
    assert found.judgement.kind == "none"
    assert found.extreme.gain == 0
    assert not found.extreme.reached


def test_uncertain_statements_that_a_reading_leaves_aside_are_named():
    sure = "weight: {a: more than 60}\nconfidence: high"
    found = one([sure, "no_deal: 40..45"], (1, 0, 0))
    assert [type(s) for s in found.refusing.departs] == [Weight]
    assert found.accepting.departs == ()


def test_a_party_that_only_ranks_has_no_numbers():
    analysis = Analysis(case=case_of(ISSUES, ["priorities: [a == a1, b == b1]"]))
    (judged,) = analysis.judge([(1, 0, 0)])
    (found,) = certificates_of(analysis, judged)
    assert found.judgement.kind == "every"
    assert (found.accepting, found.refusing, found.extreme) == (None, None, None)
    assert len(found.decided_by) == 1
    assert not isinstance(found.decided_by[0], Unstated)
