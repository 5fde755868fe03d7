"""``walk_away``: what it is worth to leave talks, or a roadmap, half way, compared with no deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from detente.blocks.block import COMMON_SCHEMA, Around, Block, Entry
from detente.document import AnyNode, Faults, Fields, bounds_text
from detente.errors import ExpressionError, did_you_mean, quote
from detente.expression import Condition, Side
from detente.grammar import parse_comparison, parse_condition, parse_package
from detente.linear import Bounds
from detente.statements.statement import (
    COMMON_KEYS,
    Provenance,
    Trouble,
    parse_provenance,
    told,
    unknown_issue,
)
from detente.vocabulary import Vocabulary

Lasts = Literal["while talks are open", "until completion", "for good"]
LASTS: tuple[Lasts, ...] = get_args(Lasts)
"""How long a shift may last, from the shortest."""

MOST_OF_A_KIND = 100
"""So many entries of one kind at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps:
    """How much of an issue's effect stays with a party that the process ends for, once it is settled.

    part : 0 when it snaps back, 1 when it is irreversible, between for what is kept on average
    leaver : the party that walks away, where this holds only then; empty when it holds always
    """

    issue: str
    part: Bounds
    leaver: str = ""
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A change of what walking away is worth to a party once something is settled, or in force.

    on : the party whose walk-away value changes
    shift : by how many points, or by what share of the swing of ``of``; it may be open at one end
        where a package that the party would or would not take closes it
    after : counts once every issue that the condition names is settled so that it holds; None
        for from signing
    lasts : until when; None when nobody said, and answers are then given for each of them
    would_take : packages that it would then take rather than walk away
    would_not_take : packages rather than which it would then walk away
    """

    on: str
    shift: Bounds
    after: Condition | None
    lasts: Lasts | None = None
    of: str = ""
    would_take: tuple[Side, ...] = ()
    would_not_take: tuple[Side, ...] = ()
    title: str = ""
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee:
    """What leaving costs a party, for good: somebody else makes it pay.

    after : from when it is given, as for a shift; None for from signing
    """

    against: str
    amount: Bounds
    after: Condition | None = None
    title: str = ""
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A change of what walking away is worth to a party with every unit of time that passes."""

    on: str
    amount: Bounds
    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read the block."""
    del node, faults
    return ()


BLOCK = Block(name="walk_away", parse=parse, schema={"type": "object"})
