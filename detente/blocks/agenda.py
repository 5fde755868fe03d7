"""``agenda``: what is negotiated in which order, and what becomes of talks that fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from detente.blocks.block import Block, Entry
from detente.deadline import Deadline
from detente.document import AnyNode, Faults
from detente.linear import Bounds
from detente.statements.statement import Provenance

AfterFailure = Literal["end", "set aside"]
CERTAIN = Bounds(low=Fraction(1), high=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking:
    """How talks go on, whatever their order.

    after_failure : which of the two is told first when talks on a bundle fail: that everything
        ends, or that the bundle is set aside and joins the last one; None when nobody said
    later_talks : chance that talks on a bundle after the first take place at all
    takes : units of time for each issue by name; "" holds the time of every issue not named
    patience : factor for each party by which it values what comes one unit of time later
    """

    after_failure: AfterFailure | None = None
    later_talks: Bounds = CERTAIN
    takes: Mapping[str, Fraction] = field(default_factory=dict)
    patience: Mapping[str, Fraction] = field(default_factory=dict)
    deadline: Deadline | None = None
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read the block."""
    del node, faults
    return ()


BLOCK = Block(name="agenda", parse=parse, schema={"type": "object"})
