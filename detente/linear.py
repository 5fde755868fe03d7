"""Linear expressions over named unknowns, with exact coefficients.

A statement about a party says that some linear expression of the party's unknown value function is
positive, not negative, or zero. :class:`Linear` is the expression, :class:`Row` the assertion.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

Unknown = tuple[str, ...]
"""A named unknown: ``("swing", issue)``, ``("option", issue, option)``, ``("worth", rule)``,
``("no deal",)``."""

Relation = Literal[">", ">=", "=="]


@dataclass(frozen=True, slots=True)
class Linear:
    """A sum of unknowns with coefficients, plus a constant. Zero coefficients are not kept."""

    terms: Mapping[Unknown, Fraction] = field(default_factory=dict)
    constant: Fraction = Fraction(0)

    @classmethod
    def of(cls, unknown: Unknown) -> Linear:
        """Return the unknown itself."""
        return cls({unknown: Fraction(1)})

    @classmethod
    def number(cls, number: Fraction | int) -> Linear:
        """Return a constant."""
        return cls({}, Fraction(number))

    def __add__(self, other: Linear | Fraction | int) -> Linear:
        if not isinstance(other, Linear):
            return Linear(self.terms, self.constant + other)
        terms = dict(self.terms)
        for unknown, coefficient in other.terms.items():
            total = terms.get(unknown, Fraction(0)) + coefficient
            if total:
                terms[unknown] = total
            else:
                terms.pop(unknown, None)
        return Linear(terms, self.constant + other.constant)

    def __mul__(self, factor: Fraction | int) -> Linear:
        if not factor:
            return Linear()
        terms = {unknown: coefficient * factor for unknown, coefficient in self.terms.items()}
        return Linear(terms, self.constant * factor)

    __rmul__ = __mul__

    def __neg__(self) -> Linear:
        return self * -1

    def __sub__(self, other: Linear | Fraction | int) -> Linear:
        return self + (other * -1)

    def at(self, point: Mapping[Unknown, Fraction]) -> Fraction:
        """Return the value of the expression where the unknowns have the given values."""
        return self.constant + sum(
            (coefficient * point[unknown] for unknown, coefficient in self.terms.items()),
            Fraction(0),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The assertion ``linear relation 0``.

    structural : settles which option is best or worst; stays when the statement it comes from is
        uncertain and not imposed in a reading
    """

    linear: Linear
    relation: Relation
    structural: bool = False

    def holds(self, point: Mapping[Unknown, Fraction]) -> bool:
        """Tell whether the assertion is true, exactly."""
        value = self.linear.at(point)
        if self.relation == "==":
            return value == 0
        return value > 0 if self.relation == ">" else value >= 0


def related(better: Linear, relation: str, worse: Linear, *, certain: bool = True) -> Iterator[Row]:
    """State that one expression is above (``>``, ``>=``) or level with (``~``) another.

    An uncertain ``~`` means within one point either way, because a set without volume cannot be
    drawn from.
    """
    difference = better - worse
    if relation == "~" and certain:
        yield Row(linear=difference, relation="==")
    elif relation == "~":
        yield Row(linear=difference + 1, relation=">=")
        yield Row(linear=-difference + 1, relation=">=")
    else:
        yield Row(linear=difference, relation=">" if relation == ">" else ">=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A stated amount: ``30``, ``30..45``, ``more than 30``, ``less than 45``.

    low, high : None where nothing is said
    strict : the stated ends themselves are excluded (``more than``, ``less than``)
    """

    low: Fraction | None = None
    high: Fraction | None = None
    strict: bool = False

    def at_end(self, *, high: bool) -> Bounds | None:
        """Return one end of a range as an exact amount; None where there is no range of two ends.

        Examples
        --------
        >>> Bounds(low=Fraction(3), high=Fraction(5)).at_end(high=True).low
        Fraction(5, 1)
        """
        if self.low is None or self.high is None or self.low == self.high:
            return None
        end = self.high if high else self.low
        return Bounds(low=end, high=end)

    def rows(self, linear: Linear) -> Iterator[Row]:
        """State that the expression lies within the bounds."""
        if self.low is not None and self.low == self.high:
            yield Row(linear=linear - self.low, relation="==")
            return
        relation: Relation = ">" if self.strict else ">="
        if self.low is not None:
            yield Row(linear=linear - self.low, relation=relation)
        if self.high is not None:
            yield Row(linear=-linear + self.high, relation=relation)
