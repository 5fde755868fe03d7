"""``rule``: a condition that is worth something by itself, beyond its single options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, bounds_text
from detente.expression import Condition
from detente.frame import Frame
from detente.grammar import parse_condition
from detente.linear import Bounds, Linear, Row
from detente.statements.statement import Provenance, Statement, Trouble, told
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Statement):
    """``rule: cranes == pilot and pay >= 4`` with ``worth: more than 0``.

    The worth is added to the value of every package in which the condition holds. Statements with
    the same condition speak of the same worth.
    """

    KEY: ClassVar[str] = "rule"
    COMPANIONS: ClassVar[tuple[str, ...]] = ("worth",)
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "description": "a condition; 'worth' says how many points it adds where it holds",
    }
    EXAMPLE: ClassVar[str] = "rule: cranes == pilot and pay >= 4\nworth: more than 0"

    condition: Condition
    worth: Bounds

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
        """Read the condition and its worth."""
        condition = faults.parsed(body, parse_condition)
        if "worth" not in companions:
            faults.add(body, "a rule needs its worth", "add, for instance, worth: more than 0")
            return None
        worth = faults.bounds(companions["worth"])
        if condition is None or worth is None:
            return None
        return cls(party=party, provenance=provenance, condition=condition, worth=worth)

    @property
    def name(self) -> str:
        """The condition with its blanks evened out: the name of the worth it speaks of."""
        return " ".join(self.condition.text.split())

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names in the condition."""
        return (told(error) for error in self.condition.check(vocabulary))

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say what the condition is worth."""
        del vocabulary
        return f"counts it as worth {bounds_text(self.worth)} points when {self.name}"

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of the range of its worth."""
        worth = self.worth.at_end(high=high)
        return None if worth is None else replace(self, worth=worth)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the worth."""
        return self.worth.rows(Linear.of(frame.worth_unknown(self.name)))


KINDS = (Rule,)
