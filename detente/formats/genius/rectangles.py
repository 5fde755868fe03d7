"""Hyper-rectangles: amounts that come with every package inside, or outside, given bounds.

A rectangle with ``INCLUDES`` pays when every bound holds, both ends included; one with ``EXCLUDES``
pays when one of them does not; one without bounds pays always. Functions may be nested: what an
inner one comes to is multiplied by its weight, while the weight of the outermost does not count.
The sum is divided by ``maxutility`` (Genius 10.4, the non-linear utility space).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import POINTS, Box, ReadIssue
from detente.formats.genius.issues import amount
from detente.formats.guarded_xml import Element


@dataclass(slots=True)
class Rectangles:
    """What rectangles come to, in points.

    always : points that come with every package
    """

    boxes: list[Box] = field(default_factory=list)
    always: Fraction = Fraction(0)

    @property
    def most(self) -> Fraction:
        """No package comes to more."""
        return self.always + sum((max(box.worth, Fraction(0)) for box in self.boxes), Fraction(0))


def read_rectangles(
    utility: Element, places: Mapping[str, int], issues: Sequence[ReadIssue], faults: Faults
) -> Rectangles:
    """Return what the rectangles of a profile come to.

    places : position of every integer issue by its index in the profile
    """
    found = Rectangles()
    most = amount(utility, "maxutility", "utility", faults)
    functions = list(utility.each("ufun"))
    if most is not None and most <= 0:
        faults.at(utility.line, "utility", "'maxutility' is more than 0", "write the largest sum")
        most = None
    if len(functions) != 1:
        problem = f"one function is expected here, not {len(functions)}"
        faults.at(utility.line, "utility", problem, "put <ufun> around the rectangles")
        return found
    if most is not None:
        reader = _Reader(places=places, issues=issues, faults=faults, found=found)
        reader.function(functions[0], Fraction(POINTS) / most)
    return found


@dataclass(slots=True, kw_only=True)
class _Reader:
    places: Mapping[str, int]
    issues: Sequence[ReadIssue]
    faults: Faults
    found: Rectangles

    def function(self, element: Element, scale: Fraction) -> None:
        """Read a function whose sum counts ``scale`` times."""
        aggregation = element.get("aggregation").lower() or "sum"
        if aggregation != "sum":
            problem = f"the aggregation {quote(aggregation)} is not held by a case"
            self.faults.at(element.line, "ufun", problem, "only sums of rectangles are read")
            return
        for child in element.children:
            if child.tag == "hyperRectangle":
                self._rectangle(child, scale)
            elif child.tag == "ufun":
                self.function(child, scale * self._weight(child))
            else:
                problem = f"{quote(child.tag)} is not held by a case"
                hint = "only rectangles, and functions of them, are read"
                self.faults.at(child.line, "ufun", problem, hint)

    def _weight(self, element: Element) -> Fraction:
        if "weight" not in element.attributes:
            return Fraction(1)
        return amount(element, "weight", element.tag, self.faults) or Fraction(0)

    def _rectangle(self, element: Element, scale: Fraction) -> None:
        utility = amount(element, "utility", "hyperRectangle", self.faults)
        worth = (utility or Fraction(0)) * self._weight(element) * scale
        kinds = {child.tag for child in element.children}
        if not kinds <= {"INCLUDES"} and not kinds <= {"EXCLUDES"}:
            problem = f"{' and '.join(map(quote, sorted(kinds)))} stand in one rectangle"
            hint = "a rectangle has either INCLUDES or EXCLUDES"
            self.faults.at(element.line, "hyperRectangle", problem, hint)
            return
        within: dict[int, set[int]] = {}
        for bound in element.children:
            held = self._bound(bound)
            if held is None:
                return
            place, options = held
            within[place] = within.get(place, options) & options
        self._add(within, worth, outside=kinds == {"EXCLUDES"})

    def _bound(self, bound: Element) -> tuple[int, set[int]] | None:
        """Return which options of which issue lie within a bound."""
        index = bound.get("index")
        place = self.places.get(index)
        if place is None:
            problem = f"no integer issue has the index {quote(index)}"
            hint = "bounds are on integer issues, by their index in this file"
            self.faults.at(bound.line, bound.tag, problem, hint)
            return None
        issue = self.issues[place]
        low = amount(bound, "min", issue.label, self.faults)
        high = amount(bound, "max", issue.label, self.faults)
        if low is None or high is None:
            return None
        levels = issue.levels or ()
        return place, {k for k, level in enumerate(levels) if low <= level <= high}

    def _add(self, within: Mapping[int, set[int]], worth: Fraction, *, outside: bool) -> None:
        """Note what a rectangle pays: one that holds all packages, or none, always or never."""
        bounds = {k: held for k, held in within.items() if len(held) < self.issues[k].size}
        empty = any(not held for held in bounds.values())
        if empty or not bounds:
            if empty == outside:
                self.found.always += worth
            return
        places = tuple((k, tuple(sorted(held))) for k, held in sorted(bounds.items()))
        self.found.boxes.append(Box(within=places, worth=worth, outside=outside))
