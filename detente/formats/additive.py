"""A domain and a profile of numbers for each party: what formats of negotiating agents hold.

Such formats differ in how they spell and scale numbers; read, they all come to the same: issues
with options, and for each party points for every option, amounts for boxes of packages, what no
deal is worth, or packages that are compared. This module makes a case of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from detente.case import Case, Party
from detente.document import Faults
from detente.entries import MOST_ISSUES, MOST_PARTIES
from detente.expression import as_word
from detente.formats.naming import Names, spelled_options, title_of
from detente.grammar import parse_comparison, parse_condition
from detente.linear import Bounds
from detente.number import plain
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.no_deal import NoDeal
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Score, Scores
from detente.vocabulary import MOST_OPTIONS, Issue, Package

POINTS = 100
"""A utility of 1 comes to so many points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadIssue:
    """An issue as its file calls it.

    name : what statements shall call it; made of the label where the file has none
    values : labels of its options, no two alike; None for a numeric one
    levels : the numbers that a numeric issue may take, ascending, the same step apart
    """

    label: str
    name: str = ""
    values: tuple[str, ...] | None = None
    levels: tuple[Fraction, ...] | None = None
    note: str = ""

    @property
    def size(self) -> int:
        """How many options it has."""
        return len(self.values if self.values is not None else self.levels or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Packages whose options lie within given ones: for each issue touched the positions allowed.

    worth : points that come with every package inside; or, ``outside``, with every other one
    """

    within: tuple[tuple[int, tuple[int, ...]], ...]
    worth: Fraction
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two packages of which the party prefers the first; None stands for no deal.

    relation : ``>``, ``>=`` or ``~``
    """

    better: Package | None
    worse: Package | None
    relation: str = ">"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What one file says of one party, in points.

    name : what statements shall call it; made of the label where the file has none
    points : for every issue the points of each option; None where packages are only compared
    no_deal : a number, or bounds of it; None where nothing is said of it
    refused : (issue, option) that the party rejects whatever else a package holds
    note : what the file says and no statement holds
    """

    label: str
    name: str = ""
    points: tuple[tuple[Fraction, ...], ...] | None = None
    no_deal: Fraction | Bounds | None = None
    boxes: tuple[Box, ...] = ()
    refused: tuple[tuple[int, int], ...] = ()
    compared: tuple[Compared, ...] = ()
    note: str = ""


def additive_case(
    title: str,
    issues: Sequence[ReadIssue],
    profiles: Sequence[Profile],
    *,
    faults: Faults,
    note: str = "",
    status_quo: Package | None = None,
) -> Case:
    """Return a domain with its profiles as a case; ``file`` is for the reader to set.

    status_quo : the first option of every issue where the file names none

    Raises
    ------
    CaseError
        What has been noted in ``faults``, and names or numbers that no case can hold.
    """
    _refuse_numbers(issues, profiles, faults)
    faults.raise_any()
    named = _issues(issues, status_quo or (0,) * len(issues), faults)
    parties = _parties(profiles, faults)
    faults.raise_any()
    statements: list[Statement] = []
    for party, profile in zip(parties, profiles, strict=True):
        statements += _statements(party.name, profile, named)
    return Case(
        title=title_of(title, "title", faults) or "Negotiation",
        note=note,
        parties=parties,
        issues=named,
        statements=tuple(statements),
    )


def _refuse_numbers(
    issues: Sequence[ReadIssue], profiles: Sequence[Profile], faults: Faults
) -> None:
    if not issues:
        faults.at(0, "", "there are no issues", "a domain has at least one issue with its options")
    if not profiles:
        faults.at(0, "", "there are no profiles", "add one for each party")
    if len(issues) > MOST_ISSUES:
        faults.at(0, "", f"there are {len(issues):,} issues, more than {MOST_ISSUES}")
    if len(profiles) > MOST_PARTIES:
        faults.at(0, "", f"there are {len(profiles):,} parties, more than {MOST_PARTIES}")
    for issue in issues:
        if not issue.size:
            faults.at(0, issue.label, "the issue has no options", "add at least one")
        if issue.size > MOST_OPTIONS:
            problem = f"the issue has {issue.size:,} options, more than {MOST_OPTIONS:,}"
            faults.at(0, issue.label, problem, "let it take fewer values")


def _issues(issues: Sequence[ReadIssue], status_quo: Package, faults: Faults) -> tuple[Issue, ...]:
    names = Names(kind="issue")
    found = []
    for issue, kept in zip(issues, status_quo, strict=True):
        title = title_of(issue.label, issue.label, faults)
        name = names.give(issue.name or title)
        levels = issue.levels if issue.size > 1 else None
        texts = issue.values or tuple(plain(level) for level in issue.levels or ())
        options = texts if levels is not None else spelled_options(texts)
        found.append(
            Issue(
                name=name,
                title="" if title == name else title,
                options=options,
                status_quo=options[kept],
                levels=levels,
                note=issue.note,
            )
        )
    return tuple(found)


def _parties(profiles: Sequence[Profile], faults: Faults) -> tuple[Party, ...]:
    names = Names(kind="party")
    found = []
    for profile in profiles:
        title = title_of(profile.label, profile.label, faults)
        name = names.give(profile.name or title)
        found.append(Party(name=name, title="" if title == name else title, note=profile.note))
    return tuple(found)


def _statements(party: str, profile: Profile, issues: tuple[Issue, ...]) -> Iterator[Statement]:
    if profile.points is not None:
        scores = tuple(
            (issue.name, _score(issue, points))
            for issue, points in zip(issues, profile.points, strict=True)
        )
        yield Scores(party=party, scores=scores)
    worths: dict[str, Fraction] = {}
    for box in profile.boxes:
        text = _box_text(box, issues)
        worths[text] = worths.get(text, Fraction(0)) + box.worth
    for text, points in worths.items():
        worth = Bounds(low=points, high=points)
        yield Rule(party=party, condition=parse_condition(text), worth=worth)
    for k, option in profile.refused:
        text = f"{issues[k].name} == {as_word(issues[k].options[option])}"
        yield RedLine(party=party, condition=parse_condition(text))
    for compared in profile.compared:
        sides = (_side_text(package, issues) for package in (compared.better, compared.worse))
        text = f" {compared.relation} ".join(sides)
        yield Compare(party=party, comparison=parse_comparison(text))
    said = profile.no_deal
    if said is not None:
        exact = Bounds(low=said, high=said) if isinstance(said, Fraction) else said
        yield NoDeal(party=party, worth=exact)


def _score(issue: Issue, points: tuple[Fraction, ...]) -> Score:
    """Return the points of options; between those of a numeric issue that are kept it is linear."""
    kept = range(len(points)) if issue.levels is None else _bends(issue.levels, points)
    return tuple((issue.options[k], Bounds(low=points[k], high=points[k])) for k in kept)


def _bends(levels: tuple[Fraction, ...], points: tuple[Fraction, ...]) -> list[int]:
    """Return where a line through points bends, its two ends included.

    Examples
    --------
    >>> _bends((1, 2, 3, 4), (0, 5, 10, 10))
    [0, 2, 3]
    """
    slopes = [
        Fraction(high - low) / (right - left)
        for (left, right), (low, high) in zip(pairwise(levels), pairwise(points), strict=True)
    ]
    inner = [k for k, (before, after) in enumerate(pairwise(slopes), start=1) if before != after]
    return [0, *inner, len(levels) - 1]


def _box_text(box: Box, issues: tuple[Issue, ...]) -> str:
    parts = [_range_text(issues[k], positions) for k, positions in box.within]
    inside = " and ".join(parts)
    return f"not ({inside})" if box.outside else inside


def _range_text(issue: Issue, positions: tuple[int, ...]) -> str:
    """Return a condition that an issue takes one of some options."""
    options = [issue.options[k] for k in positions]
    if len(options) == 1:
        return f"{issue.name} == {as_word(options[0])}"
    if issue.levels is not None and positions == tuple(range(positions[0], positions[-1] + 1)):
        return f"{issue.name} >= {options[0]} and {issue.name} <= {options[-1]}"
    return f"{issue.name} in ({', '.join(map(as_word, options))})"


def _side_text(package: Package | None, issues: tuple[Issue, ...]) -> str:
    if package is None:
        return "no deal"
    settings = (
        f"{issue.name} = {as_word(issue.options[k])}"
        for issue, k in zip(issues, package, strict=True)
    )
    return f"({', '.join(settings)})"
