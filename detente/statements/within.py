"""``value`` and ``weight``: numbers and ranges for a party that speaks in statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, bounds_text
from detente.errors import did_you_mean, quote
from detente.frame import Frame
from detente.linear import Bounds, Linear, Relation, Row
from detente.statements.statement import Provenance, Statement, Trouble, unknown_issue
from detente.vocabulary import Issue, Vocabulary

FULL = Fraction(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value(Statement):
    """``value: {shifts: {none: 100, voluntary: 40..60, required: 0}}``.

    How good an option is within its issue: 100 is the party's best option there, 0 its worst.
    """

    KEY: ClassVar[str] = "value"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "object",
        "description": "for each issue, options with 0..100: 100 is the best, 0 the worst",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": {"type": ["string", "number"]},
        },
        "minProperties": 1,
    }
    EXAMPLE: ClassVar[str] = "value: {shifts: {voluntary: 40..60}}"

    values: tuple[tuple[str, str, Bounds], ...]

    @classmethod
    def parse(
        cls,
        body: AnyNode,
        companions: Mapping[str, AnyNode],
        faults: Faults,
        *,
        party: str,
        provenance: Provenance,
    ) -> Self | None:
        """Read issue -> option -> amount."""
        del companions
        values: list[tuple[str, str, Bounds]] = []
        for issue, node in (faults.fields(body, shape=f"write {cls.EXAMPLE}") or {}).items():
            for option, amount in (faults.fields(node, shape=f"write {cls.EXAMPLE}") or {}).items():
                bounds = faults.bounds(amount)
                if bounds is not None:
                    values.append((issue, option, bounds))
        return cls(party=party, provenance=provenance, values=tuple(values)) if values else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names and amounts outside 0..100."""
        for name, option, bounds in self.values:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary, name)
                continue
            issue = vocabulary.issues[vocabulary.index[name]]
            if issue.position(option) is None:
                yield unknown_option(issue, option)
            if any(end is not None and not 0 <= end <= FULL for end in (bounds.low, bounds.high)):
                yield (f"{name}.{option}", "a value lies between 0 and 100", "", "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the values."""
        parts = []
        for name, option, bounds in self.values:
            issue = vocabulary.issues[vocabulary.index[name]]
            label = issue.option_label(issue.position(option) or 0)
            parts.append(f"{label} on {issue.label} at {bounds_text(bounds)} of 100")
        return "puts " + ", ".join(parts)

    def ends(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int | None, int | None]]:
        """An option at 100 is a best one, an option at 0 a worst one."""
        for k, option, bounds in self._positions(vocabulary):
            if bounds.low == FULL:
                yield k, option, None
            if bounds.high == 0:
                yield k, None, option

    def breakpoints(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Every option named gets a value of its own."""
        for k, option, _ in self._positions(vocabulary):
            yield k, option

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State each amount as a part of the issue's swing."""
        for k, option, bounds in self._positions(frame.vocabulary):
            value, swing = frame.option(k, option), Linear.of(frame.swing_unknown(k))
            relation: Relation = ">" if bounds.strict else ">="
            if bounds.low is not None and bounds.low == bounds.high:
                end = bounds.low in {0, FULL}
                part = value - swing * (bounds.low / FULL)
                yield Row(linear=part, relation="==", structural=end)
                continue
            if bounds.low is not None:
                yield Row(linear=value - swing * (bounds.low / FULL), relation=relation)
            if bounds.high is not None:
                yield Row(linear=swing * (bounds.high / FULL) - value, relation=relation)

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of every range."""
        ends = [bounds.at_end(high=high) for _, _, bounds in self.values]
        if not any(ends):
            return None
        values = tuple(
            (issue, option, end or bounds)
            for (issue, option, bounds), end in zip(self.values, ends, strict=True)
        )
        return replace(self, values=values)

    def turned_round(self) -> Self | None:
        """Return every option as far from the other end; None where it settles no end."""
        if not any(bounds.low == FULL or bounds.high == 0 for _, _, bounds in self.values):
            return None
        return replace(self, values=tuple((i, o, _mirrored(b)) for i, o, b in self.values))

    def _positions(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Bounds]]:
        for name, option, bounds in self.values:
            k = vocabulary.index[name]
            position = vocabulary.issues[k].position(option)
            if position is not None:
                yield k, position, bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight(Statement):
    """``weight: {shifts: 30..40}``: an issue's swing in points of 100."""

    KEY: ClassVar[str] = "weight"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "object",
        "description": "for each issue, its swing in points of 100",
        "additionalProperties": {"type": ["string", "number"]},
        "minProperties": 1,
    }
    EXAMPLE: ClassVar[str] = "weight: {shifts: 30..40}"

    weights: tuple[tuple[str, Bounds], ...]

    @classmethod
    def parse(
        cls,
        body: AnyNode,
        companions: Mapping[str, AnyNode],
        faults: Faults,
        *,
        party: str,
        provenance: Provenance,
    ) -> Self | None:
        """Read issue -> amount."""
        del companions
        weights = tuple(
            (issue, bounds)
            for issue, node in (faults.fields(body, shape=f"write {cls.EXAMPLE}") or {}).items()
            if (bounds := faults.bounds(node)) is not None
        )
        return cls(party=party, provenance=provenance, weights=weights) if weights else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown issues and amounts outside 0..100."""
        for name, bounds in self.weights:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary, name)
            elif any(end is not None and not 0 <= end <= FULL for end in (bounds.low, bounds.high)):
                yield (name, "a weight lies between 0 and 100", "", "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the weights."""
        parts = [
            f"{vocabulary.issues[vocabulary.index[name]].label} a weight of {bounds_text(bounds)}"
            for name, bounds in self.weights
        ]
        return "gives " + ", ".join(parts) + " of 100 points"

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of every range."""
        ends = [bounds.at_end(high=high) for _, bounds in self.weights]
        if not any(ends):
            return None
        weights = tuple(
            (issue, end or bounds) for (issue, bounds), end in zip(self.weights, ends, strict=True)
        )
        return replace(self, weights=weights)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State each swing."""
        for name, bounds in self.weights:
            yield from bounds.rows(Linear.of(frame.swing_unknown(frame.vocabulary.index[name])))


def _mirrored(bounds: Bounds) -> Bounds:
    low = None if bounds.high is None else FULL - bounds.high
    high = None if bounds.low is None else FULL - bounds.low
    return Bounds(low=low, high=high, strict=bounds.strict)


def unknown_option(issue: Issue, option: str) -> Trouble:
    """Return the fault of naming an option that the issue does not have."""
    hint = did_you_mean(option, issue.options)
    return (f"{issue.name}.{option}", f"{issue.name} has no option {quote(option)}", hint, "")


KINDS = (Value, Weight)
