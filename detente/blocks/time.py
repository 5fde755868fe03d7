"""``time``: the unit in which a case counts time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from detente.blocks.block import Block
from detente.deadline import DAYS
from detente.document import AnyNode, Faults
from detente.errors import did_you_mean, quote
from detente.statements.statement import Provenance, Trouble
from detente.vocabulary import Vocabulary

UNITS = tuple(DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """The unit of time: flows are points per unit."""

    unit: str
    provenance: Provenance = field(default_factory=Provenance)

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report a unit that is none."""
        del vocabulary, parties
        if self.unit not in UNITS:
            yield (
                "unit",
                f"{quote(self.unit)} is no unit of time",
                did_you_mean(self.unit, UNITS),
                "",
            )


def parse(node: AnyNode, faults: Faults) -> tuple[Time, ...]:
    """Read the unit."""
    shape = "write unit: month"
    fields = faults.fields(node, known=("unit",), required=("unit",), shape=shape)
    unit = faults.text(fields["unit"]) if fields is not None and "unit" in fields else None
    if unit is None:
        return ()
    return (Time(unit=unit, provenance=Provenance(path=node.path, line=node.line)),)


BLOCK = Block(
    name="time",
    parse=parse,
    schema={
        "type": "object",
        "description": "the unit in which the case counts time",
        "required": ["unit"],
        "additionalProperties": False,
        "properties": {"unit": {"enum": list(UNITS)}},
    },
)
