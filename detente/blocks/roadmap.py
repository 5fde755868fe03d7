"""``roadmap``: what is put into force in which order, by whom, and how long it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from detente.blocks.block import Block, Entry
from detente.deadline import Deadline
from detente.document import AnyNode, Faults
from detente.linear import Bounds
from detente.statements.statement import Provenance

CERTAIN = Bounds(low=Fraction(1), high=Fraction(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementing:
    """How a roadmap goes on, whatever its order.

    next_stage : chance that the next stage is delivered at all
    patience : factor for each party by which it values what comes one unit of time later; a party
        that is not named has the patience of the agenda
    """

    next_stage: Bounds = CERTAIN
    patience: Mapping[str, Fraction] = field(default_factory=dict)
    deadline: Deadline | None = None
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One issue as it is put into force.

    delivered_by : the parties that have to do it
    takes : units of time
    after : items that are in force no later than it
    together : items that are put into force in the same stage
    """

    issue: str
    delivered_by: tuple[str, ...] = ()
    takes: Fraction = Fraction(0)
    after: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read the block."""
    del node, faults
    return ()


BLOCK = Block(name="roadmap", parse=parse, schema={"type": "object"})
