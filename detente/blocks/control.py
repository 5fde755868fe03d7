"""``control``: which transitions between options of an issue a party can make alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from detente.blocks.block import Block, Marked
from detente.document import AnyNode, Faults
from detente.statements.statement import Trouble
from detente.vocabulary import Vocabulary

ANY = "any"
"""On one side of a transition: whatever option or state; a party's ``any`` is every transition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Marked):
    """What one party can change of one issue without anybody's consent.

    moves : pairs (from, to) of options by name, or ``any`` on one side; None is every transition
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("party", "issue")

    party: str
    issue: str
    moves: tuple[tuple[str, str], ...] | None

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report what is wrong with it in a case."""
        del vocabulary, parties
        return iter(())


def parse(node: AnyNode, faults: Faults) -> tuple[Control, ...]:
    """Read for each party and issue the transitions."""
    del node, faults
    return ()


BLOCK = Block(name="control", parse=parse, schema={"type": "object"})
