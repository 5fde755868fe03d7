"""``graph``: a conflict written out as states and moves, and what is said of states besides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from detente.blocks.block import Block, Entry, Marked
from detente.document import AnyNode, Faults
from detente.expression import Condition
from detente.statements.statement import Trouble
from detente.vocabulary import Vocabulary

Pairs = tuple[tuple[str, str], ...]
Tiers = tuple[tuple[str, ...], ...]
"""States by name, or by number where a case has ``control``; the best tier first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part(Marked):
    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report what is wrong with it in a case."""
        del vocabulary, parties
        return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphState(_Part):
    """One state of a conflict that is written out."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("name",)

    name: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuo(_Part):
    """The state in which the conflict is."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphMoves(_Part):
    """The moves of one party, where states are written out.

    moves : pairs (from, to) of states by name, or ``any`` on one side
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("party",)

    party: str
    moves: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRanking(_Part):
    """One party's ranking of states; a state that it does not name lies below all that it does.

    tiers : the best first; states of one tier are level
    much : for each gap between two tiers, whether the upper one is much preferred
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("party",)

    party: str
    tiers: Tiers
    much: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown(_Part):
    """Pairs of states of which nobody knows how a party compares them."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("party",)

    party: str
    pairs: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen(_Part):
    """States that a party does not see, by name or number, and conditions on those it does not."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("party",)

    party: str
    states: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread(_Part):
    """How a party believes that another one ranks the states."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("party", "of")

    party: str
    of: str
    tiers: Tiers


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(_Part):
    """All states that meet a condition are one; the first of them stands for it."""

    condition: Condition
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coalition(_Part):
    """Parties that act as one."""

    members: tuple[str, ...]


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read states, moves, rankings, and what is said of states besides."""
    del node, faults
    return ()


BLOCK = Block(name="graph", parse=parse, schema={"type": "object"})
