"""``red_line``: a condition under which a party rejects a package whatever else it holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from detente.document import AnyNode, Faults
from detente.expression import Condition
from detente.grammar import parse_condition
from detente.statements.statement import Provenance, Statement, Trouble, told
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class RedLine(Statement):
    """``red_line: cranes == full and shifts == required``.

    A red line is no big weight: it rejects, and values ignore it.
    """

    KEY: ClassVar[str] = "red_line"
    ORDINAL: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "description": "a condition under which the party rejects a package whatever else it holds",
    }
    EXAMPLE: ClassVar[str] = "red_line: cranes == full and shifts == required"

    condition: Condition

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
        """Read the condition."""
        del companions
        condition = faults.parsed(body, parse_condition)
        if condition is None:
            return None
        return cls(party=party, provenance=provenance, condition=condition)

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names in the condition."""
        return (told(error) for error in self.condition.check(vocabulary))

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say what is refused."""
        del vocabulary
        return f"rejects any package in which {' '.join(self.condition.text.split())}"


KINDS = (RedLine,)
