"""A settlement as it was kept, laid out for a page that walks its frontier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from detente.case import Case
from detente.number import rounded, signed
from detente.prose import package_text
from detente.recommendation import RECOMMENDED
from detente.report.wording import column_texts
from detente.solvers.bargaining import SOLUTIONS
from detente.table import Column, Share, Table
from detente.telling.landscape import Landscape
from detente.vocabulary import Package

Amounts = Mapping[str, Fraction | None]
"""One number for each party; none for one that is known by an order only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A package, as a page shows it.

    number : its place in the answer, 0 first; -1 for one that is not listed there
    text : what it changes of the status quo
    picked_by : keys of the solutions that pick it
    """

    number: int
    package: Package
    named: Mapping[str, str]
    text: str
    values: Amounts
    gains: Amounts
    shares: Mapping[str, Share | None]
    picked_by: tuple[str, ...]

    @property
    def written(self) -> str:
        """The package as questions take it."""
        return written(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A package that comes near where none is acceptable to all.

    short : by party that refuses for its value, points missing; None where it only orders packages
    crossed : parties that refuse for a red line
    """

    named: Mapping[str, str]
    text: str
    short: Amounts
    crossed: Sequence[str]

    @property
    def written(self) -> str:
        """The package as questions take it."""
        return written(self.named)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One issue of a package: what is settled, and what it is held against.

    before : the option of the status quo, where that is another; recommended : likewise
    """

    issue: str
    option: str
    before: str
    recommended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A gain drawn to scale, in hundredths of the room there is."""

    zero: float
    start: float
    length: float


class Settled:
    """A settlement read back.

    data : the answer as JSON
    landscape : what packages are worth to the signatories; None where there is nothing to draw
    """

    def __init__(self, case: Case, data: Mapping[str, Any], landscape: Landscape | None) -> None:
        self.case = case
        self.data = data
        self.landscape = landscape
        self.exact = data["readings"] <= 1
        self.frontier: Mapping[str, Any] | None = data["frontier"]
        self.empty: Mapping[str, Any] | None = data["empty"]

    @cached_property
    def items(self) -> tuple[Shown, ...]:
        """The packages on the frontier that the answer lists, the most even gains first."""
        found = [] if self.frontier is None else self.frontier["items"]
        return tuple(self._shown(k, item) for k, item in enumerate(found))

    @cached_property
    def recommended(self) -> Shown | None:
        """The package that is recommended; None where none is."""
        solution = self.data["solutions"].get(RECOMMENDED)
        if solution is None or not solution["packages"]:
            return None
        listed = (one for one in self.items if RECOMMENDED in one.picked_by)
        item = {**solution, "package": solution["packages"][0], "shares": solution["shares"][0]}
        return next(listed, self._shown(-1, item))

    @cached_property
    def zone(self) -> Share:
        """In how much of the readings there is something that all can accept."""
        zone = self.data["zone"]
        return Share(value=zone["share"], error=zone["error"], certain=zone["proved"])

    @cached_property
    def near(self) -> tuple[Near, ...]:
        """The packages that come nearest, where none is acceptable to all."""
        found = [] if self.empty is None else self.empty["nearest"]
        return tuple(
            Near(
                named=one["package"],
                text=package_text(self.case, self._package(one["package"])),
                short={name: _amount(missing) for name, missing in one["shortfalls"].items()},
                crossed=one["red_lines"],
            )
            for one in found
        )

    @property
    def example(self) -> str:
        """A condition on packages, as an example."""
        issue = self.case.issues[0]
        return f"{issue.name} == {issue.options[-1]}"

    def points(self, amount: Any) -> str:
        """Return a number of the answer as people read it."""
        found = _amount(amount)
        return "\N{EN DASH}" if found is None else rounded(found)

    def axes(self, x: str, y: str) -> tuple[int, int] | None:
        """Return the positions of two signatories to draw, those most at odds where none fit."""
        if self.landscape is None:
            return None
        names = self.landscape.parties
        first, second = self.landscape.opposed
        if x in names:
            first = names.index(x)
        if y in names:
            second = names.index(y)
        if first == second:
            second = next(k for k in range(len(names)) if k != first)
        return first, second

    def walk(self, axes: tuple[int, int] | None) -> tuple[Shown, ...]:
        """Return the packages as one walks along the frontier, by what they are worth."""
        if self.landscape is None or axes is None:
            return self.items
        x, y = (self.landscape.parties[axis] for axis in axes)
        return tuple(sorted(self.items, key=lambda one: (_key(one, x), -_key(one, y), one.number)))

    def ordered(self, by: str, *, rising: bool) -> tuple[Shown, ...]:
        """Return the packages by the gain of a party, or by ``all``: the share of readings."""
        if by == "all":
            found = {one.number: _share(one) for one in self.items}
        elif any(party.name == by for party in self.case.parties):
            found = {one.number: float(one.gains.get(by) or 0) for one in self.items}
        else:
            return self.items
        turn = 1 if rising else -1
        return tuple(sorted(self.items, key=lambda one: turn * found[one.number]))

    def picks(self, x: str, y: str) -> list[tuple[float, float]]:
        """Return where the packages stand in the picture, in the order of the answer."""
        return [(_key(one, x), _key(one, y)) for one in self.items]

    def lines(self, package: Package) -> tuple[Line, ...]:
        """Return a package issue by issue."""
        recommended = None if self.recommended is None else self.recommended.package
        found = []
        for k, (issue, here) in enumerate(zip(self.case.issues, package, strict=True)):
            before = self.case.vocabulary.status_quo[k]
            other = here if recommended is None else recommended[k]
            found.append(
                Line(
                    issue=issue.label,
                    option=_words(issue.option_label(here)),
                    before="" if before == here else _words(issue.option_label(before)),
                    recommended="" if other == here else _words(issue.option_label(other)),
                )
            )
        return tuple(found)

    def bar(self, amount: Fraction) -> Bar:
        """Return a gain as a bar beside those of all packages listed."""
        gain = float(amount)
        every = [float(g) for one in self.items for g in one.gains.values() if g is not None]
        low, high = min([0.0, gain, *every]), max([0.0, gain, *every])
        room = 100 / (high - low or 1)
        return Bar(
            zero=round(-low * room, 2),
            start=round((min(gain, 0) - low) * room, 2),
            length=round(abs(gain) * room, 2),
        )

    def gains_text(self, one: Shown) -> str:
        """Return what each party gains, in a line: ``Union +12, Authority +4``."""
        told = [
            f"{party.label} {signed(gain, zeros=True)}"
            for party in self.case.parties
            if (gain := one.gains.get(party.name)) is not None
        ]
        return ", ".join(told)

    @cached_property
    def columns(self) -> Mapping[str, Sequence[str]]:
        """The gains of each party as a column of a table shows them, in the order of the answer."""
        return {party: self._column(party) for party in (self.items[0].gains if self.items else ())}

    def _column(self, party: str) -> Sequence[str]:
        table = Table(
            title="",
            columns=(Column(key="gain", title="", align="right", signed=True),),
            rows=tuple((one.gains[party],) for one in self.items),
        )
        return column_texts(table, 0)

    def picked_by(self, one: Shown) -> str:
        """Return the names of the solutions that pick a package."""
        return ", ".join(SOLUTIONS[name].title for name in one.picked_by)

    def _shown(self, number: int, item: Mapping[str, Any]) -> Shown:
        package = self._package(item["package"])
        return Shown(
            number=number,
            package=package,
            named=item["package"],
            text=package_text(self.case, package),
            values={name: _amount(value) for name, value in item["values"].items()},
            gains={name: _amount(gain) for name, gain in item["gains"].items()},
            shares={
                name: None if share is None else Share(value=share, certain=self.exact)
                for name, share in item["shares"].items()
            },
            picked_by=tuple(
                name
                for name in SOLUTIONS
                if item["package"] in self.data["solutions"].get(name, {"packages": ()})["packages"]
            ),
        )

    def _package(self, named: Mapping[str, str]) -> Package:
        return tuple(issue.position(named[issue.name]) or 0 for issue in self.case.issues)


def written(named: Mapping[str, str]) -> str:
    """Return a package as questions take it: ``pay = 2, cranes = pilot``."""
    return ", ".join(f"{issue} = {option}" for issue, option in named.items())


def _amount(number: Any) -> Fraction | None:
    """Return a number of the answer; what has no short decimal form has its exact form beside."""
    if isinstance(number, Mapping):
        return Fraction(number["exact"])
    return None if number is None else Fraction(repr(number))


def _key(one: Shown, party: str) -> float:
    return float(one.values[party] or 0)


def _share(one: Shown) -> float:
    share = one.shares.get("all")
    return -1.0 if share is None else share.value


def _words(name: str) -> str:
    return name.replace("_", " ")
