"""``no_deal``: what walking away is worth to a party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, bounds_text
from detente.frame import Frame
from detente.linear import Bounds, Row
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
        amount = bounds_text(self.worth)
        return f"values no deal {amount if amount.startswith('at ') else f'at {amount}'} points"

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of the range."""
        worth = self.worth.at_end(high=high)
        return None if worth is None else replace(self, worth=worth)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the amount."""
        return self.worth.rows(frame.no_deal)


KINDS = (NoDeal,)
