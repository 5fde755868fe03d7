"""A utility function of NegMAS as points, rules and red lines, exactly on its own scale."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from math import prod

from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import CaseError, did_you_mean, quote
from detente.formats.additive import Box
from detente.formats.negmas.domain import DomainIssue, listed_key
from detente.formats.negmas.regions import Within, box_of, package_called, package_of
from detente.formats.negmas.spelled import is_minus_infinity, number, said, type_of
from detente.formats.negmas.value_functions import Values, numbers, option_values, weighted
from detente.formats.reading import together
from detente.vocabulary import Package

MOST_RULES = 500
"""A function that is no sum over issues may give so many rules at most."""

MOST_NESTED = 8
_AROUND = (
    "type",
    "name",
    "id",
    "stability",
    "path",
    "reserved_value",
    "reserved_outcome",
)
_OPEN = "The two ends of a range are not in it, as NegMAS reads them."
_TIMED = ("dynamic_reservation", "factor", "power")


@dataclass(frozen=True, slots=True, kw_only=True)
class Utility:
    """What packages are worth: points of their options, and what boxes add.

    points : None stands for minus infinity
    reserved : what no deal is worth; None for minus infinity
    note : what the function says and no statement holds
    """

    points: tuple[Values, ...]
    boxes: tuple[Box, ...] = ()
    reserved: Fraction | None = None
    note: str = ""

    def worth(self, package: Package) -> Fraction | None:
        """Return what a package is worth; None for minus infinity."""
        found = Fraction(0)
        for values, option in zip(self.points, package, strict=True):
            value = values[option]
            if value is None:
                return None
            found += value
        for box in self.boxes:
            if all(package[k] in positions for k, positions in box.within):
                found += box.worth
        return found

    def floor(self) -> Fraction:
        """Return what the worst package is worth; packages worth minus infinity do not count.

        Beside boxes it is a number that no package goes below.
        """
        found = Fraction(0)
        for values in self.points:
            found += min((value for value in values if value is not None), default=Fraction(0))
        return found + sum((min(box.worth, Fraction(0)) for box in self.boxes), Fraction(0))


def read_utility(node: Fields, issues: Sequence[DomainIssue], faults: Faults) -> Utility:
    """Return a utility function over the issues of its domain; what cannot be read is noted."""
    return _Reading(issues=tuple(issues), faults=faults).utility(node, depth=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Reads functions, which may stand within each other."""

    issues: tuple[DomainIssue, ...]
    faults: Faults

    def utility(self, node: AnyNode, *, depth: int) -> Utility:
        """Return a function of any class that is read."""
        kind = type_of(node)
        if not isinstance(node, Fields) or not kind:
            self.faults.add(node, "a utility function with its type is expected here")
            return self._constant(Fraction(0))
        if kind not in _CLASSES:
            self._refuse_class(node, kind)
            return self._constant(Fraction(0))
        if depth > MOST_NESTED:
            self.faults.add(node, f"utility functions are nested deeper than {MOST_NESTED}")
            raise CaseError(self.faults.found)
        known, reader = _CLASSES[kind]
        for key, value in node.fields.items():
            if key not in known and key not in _AROUND and said(value) is not None:
                self.faults.unknown_key(node, key, (*known, *_AROUND))
        found = reader(self, node, depth)
        return replace(found, reserved=self._reserved(node, found))

    def _refuse_class(self, node: Fields, kind: str) -> None:
        hint = did_you_mean(kind, sorted(_CLASSES))
        if kind == "UFunConstraint":
            hint = "its constraint is a program; say it as a red line in a case file"
        self.faults.add(node, f"utility functions of the class {quote(kind)} are not read", hint)

    def _constant(self, worth: Fraction) -> Utility:
        first, *rest = (issue.read.size for issue in self.issues)
        points = ((worth,) * first, *((Fraction(0),) * size for size in rest))
        return Utility(points=points)

    # What no deal is worth --------------------------------------------------------------------

    def _reserved(self, node: Fields, found: Utility) -> Fraction | None:
        """Return what no deal is worth: said here, as a package, or by the function within."""
        value, outcome = (said(node.fields.get(k)) for k in ("reserved_value", "reserved_outcome"))
        worth = found.reserved
        if value is not None and not is_minus_infinity(value):
            worth = number(value, self.faults)
        if outcome is None:
            return worth
        package = package_of(outcome, self.issues, self.faults)
        if package is None:
            return worth
        by_outcome = found.worth(package)
        if value is not None and not is_minus_infinity(value) and worth != by_outcome:
            problem = "the reserved outcome is not worth the reserved value"
            self.faults.add(outcome, problem, "keep one of the two")
        return by_outcome

    # Classes ----------------------------------------------------------------------------------

    def additive(self, node: Fields, depth: int) -> Utility:
        """``LinearAdditiveUtilityFunction``: bias + the sum of weight x value function."""
        del depth
        functions = self._by_issue(node, "values")
        weights = self._weights(node)
        bias = number(node.fields.get("bias"), self.faults)
        columns = []
        for function, weight, issue in zip(functions, weights, self.issues, strict=True):
            values = option_values(function, issue, self.faults)
            columns.append(weighted(values, weight, function, self.faults))
        columns[0] = _raised(columns[0], bias)
        return Utility(points=tuple(columns))

    def linear(self, node: Fields, depth: int) -> Utility:
        """``LinearUtilityFunction``, ``AffineUtilityFunction``: bias + sum of weight x option."""
        del depth
        default = Fraction(1, len(self.issues))
        weights = self._weights(node, default=default)
        columns: list[Values] = []
        for weight, issue in zip(weights, self.issues, strict=True):
            odd = next(
                (t for t, x in zip(issue.spelled, issue.numbers, strict=True) if x is None), None
            )
            if odd is not None:
                problem = f"{type_of(node)} needs numbers, and {issue.read.label} has {quote(odd)}"
                self.faults.add(node, problem)
            columns.append(tuple((x or Fraction(0)) * weight for x in issue.numbers))
        columns[0] = _raised(columns[0], number(node.fields.get("bias"), self.faults))
        return Utility(points=tuple(columns))

    def constant(self, node: Fields, depth: int) -> Utility:
        """``ConstUtilityFunction``: the same for every package."""
        del depth
        return self._constant(number(node.fields.get("value"), self.faults))

    def weighted_sum(self, node: Fields, depth: int) -> Utility:
        """``WeightedUtilityFunction``: the sum of weight x function; no deal is its own."""
        parts = self.faults.items(node.fields.get("ufuns", node), shape="list the functions") or ()
        weights = numbers(node.fields.get("weights"), len(parts), self.faults)
        found = self._constant(Fraction(0))
        for part, weight in zip(parts, weights, strict=True):
            inner = self.utility(part, depth=depth + 1)
            columns = [weighted(values, weight, part, self.faults) for values in inner.points]
            found = replace(
                found,
                points=tuple(map(_summed, found.points, columns)),
                boxes=(*found.boxes, *(replace(b, worth=b.worth * weight) for b in inner.boxes)),
                note=together(found.note, inner.note),
            )
        return replace(found, boxes=tuple(_merged(found.boxes)))

    def discounted(self, node: Fields, depth: int) -> Utility:
        """``ExpDiscountedUFun`` and ``LinDiscountedUFun``: the function within, as if at once."""
        if "ufun" not in node.fields:
            self.faults.add(node, "'ufun' is missing", "write the function that is discounted")
            return self._constant(Fraction(0))
        inner = self.utility(node.fields["ufun"], depth=depth + 1)
        key, none = ("discount", 1) if type_of(node) == "ExpDiscountedUFun" else ("cost", 0)
        rate = said(node.fields.get(key))
        if rate is None or number(rate, self.faults) == none:
            return inner
        terms = {k: node.fields[k] for k in (key, *_TIMED[1:]) if k in node.fields}
        said_terms = ", ".join(f"{k} {v.text}" for k, v in terms.items() if isinstance(v, Text))
        note = f"Packages lose worth with time ({said_terms}); they count here as agreed at once."
        return replace(inner, note=together(inner.note, note))

    def rectangles(self, node: Fields, depth: int) -> Utility:
        """``HyperRectangleUtilityFunction``: bias + the sum of weight x utility of boxes."""
        del depth
        ranges = self.faults.items(node.fields.get("outcome_ranges", node)) or ()
        worths = self._listed_numbers(node.fields.get("utilities", node), len(ranges))
        weights = numbers(node.fields.get("weights"), len(ranges), self.faults)
        base = number(node.fields.get("bias"), self.faults)
        boxes = []
        for inside, worth, weight in zip(ranges, worths, weights, strict=True):
            within = box_of(inside, self.issues, self.faults)
            if within is None:
                continue
            if within:
                boxes.append(Box(within=within, worth=worth * weight))
            else:
                base += worth * weight
        merged = tuple(_merged(boxes))
        self._refuse_rules(node, len(merged))
        return replace(self._constant(base), boxes=merged, note=_OPEN if ranges else "")

    def table(self, node: Fields, depth: int) -> Utility:
        """``MappingUtilityFunction``: a number for each package, ``default`` for those left out."""
        del depth
        known: dict[Package, Fraction] = {}
        mapping = (
            self.faults.fields(node.fields.get("mapping", node), shape="write [a, b]: 1") or {}
        )
        for key, value in mapping.items():
            texts = listed_key(key) or [key]
            package = package_called(texts, self.issues, value, self.faults)
            if package is not None and package in known:
                self.faults.add(value, f"{quote(key)} is there twice, spelled in two ways")
            elif package is not None:
                known[package] = number(value, self.faults)
        default = node.fields.get("default")
        n_packages = prod(issue.read.size for issue in self.issues)
        if len(known) == n_packages:
            return self._tabled(node, known)
        if default is None or is_minus_infinity(default):
            problem = f"{n_packages - len(known):,} packages are left out and worth minus infinity"
            self.faults.add(node, problem, "give every package a number, or a default")
            return self._constant(Fraction(0))
        base = number(default, self.faults)
        boxes = [
            _around(package, worth - base) for package, worth in known.items() if worth != base
        ]
        self._refuse_rules(node, len(boxes))
        return replace(self._constant(base), boxes=tuple(boxes))

    def _tabled(self, node: Fields, known: Mapping[Package, Fraction]) -> Utility:
        """Return a whole table: points read off beside the first options, rules for the rest."""
        start = (0,) * len(self.issues)
        base = known[start]
        columns: list[Values] = [
            tuple(
                known[(*start[:k], option, *start[k + 1 :])] - base
                for option in range(issue.read.size)
            )
            for k, issue in enumerate(self.issues)
        ]
        columns[0] = _raised(columns[0], base)
        found = Utility(points=tuple(columns))
        boxes = []
        for package in product(*(range(issue.read.size) for issue in self.issues)):
            rest = known[package] - (found.worth(package) or Fraction(0))
            if rest:
                boxes.append(_around(package, rest))
        self._refuse_rules(node, len(boxes))
        return replace(found, boxes=tuple(boxes))

    # Parts ------------------------------------------------------------------------------------

    def _weights(self, node: Fields, *, default: Fraction = Fraction(1)) -> tuple[Fraction, ...]:
        given = node.fields.get("weights")
        if isinstance(given, Fields):
            return tuple(number(item, self.faults) for item in self._by_issue(node, "weights"))
        return numbers(given, len(self.issues), self.faults, default=default)

    def _by_issue(self, node: Fields, key: str) -> tuple[AnyNode, ...]:
        """Return what stands for each issue, in their order or under their names."""
        given = node.fields.get(key)
        if isinstance(given, Fields):
            names = [issue.read.label for issue in self.issues]
            fields = self.faults.fields(given, known=names, required=names) or {}
            found = tuple(fields[name] for name in names if name in fields)
        elif isinstance(given, Items):
            found = given.items
        else:
            self.faults.add(given or node, f"{quote(key)} are listed, one for each issue")
            raise CaseError(self.faults.found)
        if len(found) != len(self.issues):
            problem = f"{len(self.issues)} entries are expected here, not {len(found)}"
            self.faults.add(given, problem, "write one for each issue, in the order of the domain")
            raise CaseError(self.faults.found)
        return found

    def _listed_numbers(self, node: AnyNode, count: int) -> tuple[Fraction, ...]:
        for item in node.items if isinstance(node, Items) else ():
            if not isinstance(item, Text):
                problem = "what a box is worth is one number here, and no function"
                self.faults.add(item, problem)
                raise CaseError(self.faults.found)
        return numbers(node, count, self.faults)

    def _refuse_rules(self, node: Fields, count: int) -> None:
        if count > MOST_RULES:
            problem = f"the function comes to {count:,} rules, more than {MOST_RULES}"
            self.faults.add(node, problem)
            raise CaseError(self.faults.found)


def _raised(values: Values, by: Fraction) -> Values:
    return tuple(None if value is None else value + by for value in values)


def _summed(one: Values, other: Values) -> Values:
    return tuple(None if a is None or b is None else a + b for a, b in zip(one, other, strict=True))


def _around(package: Package, worth: Fraction) -> Box:
    return Box(within=tuple((k, (option,)) for k, option in enumerate(package)), worth=worth)


def _merged(boxes: Sequence[Box]) -> Iterator[Box]:
    """Go through boxes, those with the same packages as one, and those worth nothing left out."""
    worths: dict[Within, Fraction] = {}
    for box in boxes:
        worths[box.within] = worths.get(box.within, Fraction(0)) + box.worth
    return (Box(within=within, worth=worth) for within, worth in worths.items() if worth)


_Reader = Callable[[_Reading, Fields, int], Utility]
_CLASSES: Mapping[str, tuple[tuple[str, ...], _Reader]] = {
    "AffineUtilityFunction": (("weights", "bias"), _Reading.linear),
    "ConstUtilityFunction": (("value",), _Reading.constant),
    "ExpDiscountedUFun": (("ufun", "discount", *_TIMED), _Reading.discounted),
    "HyperRectangleUtilityFunction": (
        (
            "outcome_ranges",
            "utilities",
            "weights",
            "bias",
            "ignore_issues_not_in_input",
            "ignore_failing_range_utilities",
        ),
        _Reading.rectangles,
    ),
    "LinDiscountedUFun": (("ufun", "cost", *_TIMED), _Reading.discounted),
    "LinearAdditiveUtilityFunction": (("values", "weights", "bias"), _Reading.additive),
    "LinearUtilityFunction": (("weights", "bias"), _Reading.linear),
    "MappingUtilityFunction": (("mapping", "default"), _Reading.table),
    "WeightedUtilityFunction": (("ufuns", "weights"), _Reading.weighted_sum),
}
