"""From what is said of a party to linear constraints on its unknown value function.

The statements of one party in one view give a :class:`~detente.frame.Frame` of unknowns and, in
:class:`Preferences`, groups of rows: one group for each statement, and one for each bound that
nobody stated but that the mathematics needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from detente.expression import Condition
from detente.frame import NO_DEAL, TOTAL, Frame, Manner
from detente.linear import Bounds, Linear, Row, Unknown
from detente.number import plain
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.ordinal import Priorities, Ranking
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.vocabulary import Issue, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """An issue whose best or worst option for a party is not known.

    hint : the line to add to the case file
    """

    issue: str
    ends: tuple[str, ...]
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unstated:
    """A bound that nobody stated: an assumption, shown as such.

    what : plain words, such as ``no deal is worth at least 0 points``
    """

    party: str
    what: str
    unknown: Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that stand and fall together: a statement's, or an unstated bound's."""

    origin: Statement | Unstated
    rows: tuple[Row, ...]

    @property
    def certain(self) -> bool:
        """Whether the rows hold in every reading."""
        return isinstance(self.origin, Unstated) or self.origin.certain

    @property
    def weight(self) -> Fraction:
        """With what weight the rows are imposed in a reading."""
        return Fraction(1) if isinstance(self.origin, Unstated) else self.origin.weight


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """What is known of one party's value function.

    base : rows that follow from the scale alone: values between 0 and the swing, swings summing to
        100 (stated parties)
    groups : what was said, in the order of the file, then the unstated bounds
    missing : issues whose best or worst is not known; while any is, the party's answers are refused
    """

    party: str
    manner: Manner
    statements: tuple[Statement, ...]
    frame: Frame
    base: tuple[Row, ...]
    groups: tuple[Group, ...]
    missing: tuple[Missing, ...]

    @property
    def red_lines(self) -> tuple[RedLine, ...]:
        """The party's red lines, in the order of the file."""
        return tuple(s for s in self.statements if isinstance(s, RedLine))

    @property
    def unstated(self) -> tuple[Unstated, ...]:
        """The bounds that nobody stated."""
        return tuple(g.origin for g in self.groups if isinstance(g.origin, Unstated))

    @property
    def uncertain(self) -> tuple[Statement, ...]:
        """The statements imposed in some readings only."""
        return tuple(s for s in self.statements if not s.certain)

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Every unknown that a row speaks of, in the order of the case; no deal comes last."""
        frame = self.frame
        found: dict[Unknown, None] = {}
        for k, places in frame.breakpoints.items():
            if self.manner == "stated":
                found[frame.swing_unknown(k)] = None
            for option in places:
                found[frame.option_unknown(k, option)] = None
        for rule in frame.rules:
            found[frame.worth_unknown(rule)] = None
        found[NO_DEAL] = None
        return tuple(found)


def preferences_of(
    party: str, statements: Iterable[Statement], vocabulary: Vocabulary
) -> Preferences:
    """Return what the statements say of a party; they must be free of faults."""
    kept = tuple(statements)
    frame = frame_of(kept, vocabulary)
    manner = frame.manner
    groups: list[Group] = []
    base: tuple[Row, ...] = ()
    if manner != "ordinal":
        base = tuple(_base(frame)) if manner == "stated" else ()
        groups = [
            Group(origin=statement, rows=rows)
            for statement in kept
            if (rows := tuple(statement.rows(frame)))
        ]
        groups += _unstated(party, kept, frame)
    missing = tuple(_missing(frame)) if manner == "stated" else ()
    return Preferences(
        party=party,
        manner=manner,
        statements=kept,
        frame=frame,
        base=base,
        groups=tuple(groups),
        missing=missing,
    )


def manner_of(statements: Iterable[Statement]) -> Manner:
    """Return how a party's preferences are given: stated, on points, or ordinal."""
    kinds = {type(statement) for statement in statements}
    if Scores in kinds:
        return "points"
    if Priorities in kinds or Ranking in kinds:
        return "ordinal"
    return "stated"


def frame_of(statements: tuple[Statement, ...], vocabulary: Vocabulary) -> Frame:
    """Return the unknowns of which the statements speak; they must be free of faults."""
    manner = manner_of(statements)
    rules: dict[str, Condition] = {}
    for statement in statements:
        if isinstance(statement, Rule):
            rules.setdefault(statement.name, statement.condition)
    if manner == "points":
        best, worst = _scored_ends(statements, vocabulary)
    else:
        best, worst = _stated_ends(statements, vocabulary)
    return Frame(
        vocabulary=vocabulary,
        manner=manner,
        best=best,
        worst=worst,
        breakpoints=_breakpoints(statements, vocabulary, manner),
        rules=rules,
    )


def _stated_ends(
    statements: tuple[Statement, ...], vocabulary: Vocabulary
) -> tuple[dict[int, int], dict[int, int]]:
    best: dict[int, int] = {}
    worst: dict[int, int] = {}
    for k, issue in enumerate(vocabulary.issues):
        if len(issue.options) == 1:
            best[k] = worst[k] = 0
    for statement in statements:
        for k, high, low in statement.ends(vocabulary):
            if high is not None:
                best.setdefault(k, high)
            if low is not None:
                worst.setdefault(k, low)
    return best, worst


def _scored_ends(
    statements: tuple[Statement, ...], vocabulary: Vocabulary
) -> tuple[dict[int, int], dict[int, int]]:
    """Find the options that no score within the stated ranges can put out of first or last place.

    Where scores are ranges that overlap, an order of the options settles the ends.
    """
    lows: dict[int, dict[int, Fraction]] = {}
    highs: dict[int, dict[int, Fraction]] = {}
    for k, option, low, high in scored(statements, vocabulary):
        lows.setdefault(k, {})[option] = low
        highs.setdefault(k, {})[option] = high
    best, worst = _stated_ends(
        tuple(s for s in statements if s.certain and not isinstance(s, Scores)), vocabulary
    )
    for k, low_of in lows.items():
        top = max(low_of, key=low_of.__getitem__)
        if all(highs[k][o] <= low_of[top] for o in low_of if o != top):
            best[k] = top
        bottom = min(highs[k], key=highs[k].__getitem__)
        if all(low_of[o] >= highs[k][bottom] for o in low_of if o != bottom):
            worst[k] = bottom
    return best, worst


def scored(
    statements: Iterable[Statement], vocabulary: Vocabulary
) -> Iterator[tuple[int, int, Fraction, Fraction]]:
    """Go through all scores of a party on points: (issue, option, lowest, highest)."""
    for statement in statements:
        if isinstance(statement, Scores):
            for k, option, bounds in statement.amounts(vocabulary):
                if bounds.low is not None and bounds.high is not None:
                    yield k, option, bounds.low, bounds.high


def _breakpoints(
    statements: tuple[Statement, ...], vocabulary: Vocabulary, manner: Manner
) -> dict[int, tuple[int, ...]]:
    named: dict[int, set[int]] = {k: set() for k in range(len(vocabulary.issues))}
    for statement in statements:
        if manner != "points" or isinstance(statement, Scores):
            for k, option in statement.breakpoints(vocabulary):
                named[k].add(option)
    found = {}
    for k, issue in enumerate(vocabulary.issues):
        if issue.levels is None:
            found[k] = tuple(range(len(issue.options)))
        else:
            found[k] = tuple(sorted(named[k] | {0, len(issue.options) - 1}))
    return found


def _base(frame: Frame) -> Iterator[Row]:
    total = Linear.number(-TOTAL)
    for k, places in frame.breakpoints.items():
        swing = Linear.of(frame.swing_unknown(k))
        total = total + swing
        for option in places:
            value = frame.option(k, option)
            yield Row(linear=value, relation=">=")
            yield Row(linear=swing - value, relation=">=")
        if len(places) == 1:
            yield Row(linear=frame.option(k, places[0]), relation="==")
            yield Row(linear=swing, relation="==")
    yield Row(linear=total, relation="==")


def _unstated(party: str, statements: tuple[Statement, ...], frame: Frame) -> Iterator[Group]:
    low, high = scale_of(statements, frame)
    span = high - low or _reach_of_rules(statements)
    for name in frame.rules:
        stated = [s for s in statements if isinstance(s, Rule) and s.name == name]
        unknown = frame.worth_unknown(name)
        what = f"the worth of '{name}'"
        worths = [(s.worth, s.certain) for s in stated]
        yield from _sides(party, what, unknown, worths, (-span, span), shift=2 * span)
    walking = [(s.worth, s.certain) for s in statements if isinstance(s, NoDeal)]
    yield from _sides(party, "no deal", NO_DEAL, walking, (low, high), shift=span)


def _reach_of_rules(statements: tuple[Statement, ...]) -> Fraction:
    """Return the scale where every option is worth the same, and only rules tell packages apart."""
    worths = [s.worth for s in statements if isinstance(s, Rule)]
    ends = [abs(end) for worth in worths for end in (worth.low, worth.high) if end is not None]
    return max(ends, default=Fraction(0)) or Fraction(1)


def _sides(
    party: str,
    what: str,
    unknown: Unknown,
    stated: list[tuple[Bounds, bool]],
    usual: tuple[Fraction, Fraction],
    *,
    shift: Fraction,
) -> Iterator[Group]:
    """Bound an unknown on each side that no certain statement bounds.

    A stated end beyond the usual bound moves the bound a full scale, ``shift``, beyond that end, so
    that an unstated bound never contradicts a single statement.
    """
    low, high = usual
    ends = [end for b, _ in stated for end in (b.low, b.high) if end is not None]
    if not any(certain and b.low is not None for b, certain in stated):
        floor = min([low, *(end - shift for end in ends if end <= low)])
        row = Row(linear=Linear.of(unknown) - floor, relation=">=")
        text = f"{what} is worth at least {plain(floor)} points"
        yield Group(origin=Unstated(party=party, what=text, unknown=unknown), rows=(row,))
    if not any(certain and b.high is not None for b, certain in stated):
        ceiling = max([high, *(end + shift for end in ends if end >= high)])
        row = Row(linear=-Linear.of(unknown) + ceiling, relation=">=")
        text = f"{what} is worth at most {plain(ceiling)} points"
        yield Group(origin=Unstated(party=party, what=text, unknown=unknown), rows=(row,))


def scale_of(statements: tuple[Statement, ...], frame: Frame) -> tuple[Fraction, Fraction]:
    """Return the values of the worst and the best package without rules."""
    if frame.manner != "points":
        return Fraction(0), Fraction(TOTAL)
    lows: dict[int, Fraction] = {}
    highs: dict[int, Fraction] = {}
    for k, _, low, high in scored(statements, frame.vocabulary):
        lows[k] = min(low, lows.get(k, low))
        highs[k] = max(high, highs.get(k, high))
    return sum(lows.values(), Fraction(0)), sum(highs.values(), Fraction(0))


def _missing(frame: Frame) -> Iterator[Missing]:
    for k, issue in enumerate(frame.vocabulary.issues):
        ends = []
        if k not in frame.best:
            ends.append("best")
        if k not in frame.worst:
            ends.append("worst")
        if ends:
            yield Missing(issue=issue.name, ends=tuple(ends), hint=_line_to_add(issue))


def _line_to_add(issue: Issue) -> str:
    if issue.levels is not None:
        return f"- more_is_better: {issue.name}"
    options = " > ".join(chain(issue.options[:3], ["…"] if len(issue.options) > 3 else []))
    return f"- order: {{{issue.name}: {options}}}, the best first and the worst last"
