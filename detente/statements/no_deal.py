"""``no_deal``: what walking away is worth to a party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, bounds_text
from detente.frame import Frame
from detente.linear import Bounds, Row
from detente.number import plain
from detente.statements.statement import Provenance, Statement, Trouble
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDeal(Statement):
    """``no_deal: 30..45``: the value of no agreement, on the scale of the party's packages.

    It may lie outside 0..100; left unsaid it is taken to lie inside, which is shown as an
    assumption.
    """

    KEY: ClassVar[str] = "no_deal"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": ["string", "number"],
        "description": "what no agreement is worth: N, A..B, more than N or less than N",
    }
    EXAMPLE: ClassVar[str] = "no_deal: 30..45"

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
        """Read the amount."""
        del companions
        worth = faults.bounds(body)
        return None if worth is None else cls(party=party, provenance=provenance, worth=worth)

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Any amount is possible."""
        del vocabulary
        return iter(())

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the amount."""
        del vocabulary
        low, high = self.worth.low, self.worth.high
        if self.worth.strict or (low is not None and high is not None):
            return f"values no deal at {bounds_text(self.worth)} points"
        end, further = (low, "more") if low is not None else (high or 0, "less")
        return f"values no deal at {plain(end)} points or {further}"

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of the range."""
        worth = self.worth.at_end(high=high)
        return None if worth is None else replace(self, worth=worth)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the amount."""
        return self.worth.rows(frame.no_deal)


KINDS = (NoDeal,)
