"""What somebody wrote and what was saved meanwhile, held against each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from detente.errors import Fault
from detente.marked_lines import Line, marked
from detente.proofreading import proofread
from detente.three_way_merge import Chunk, chunks
from detente.web.storage.cases import Revision
from detente.web.storage.drafts import Draft

NEAR = 3
"""So many lines are shown around what changed."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of both texts.

    mine, theirs : how either differs from the common base; the same lines where neither does
    hidden : lines in the middle that are not shown
    """

    kind: str
    mine: tuple[Line, ...]
    theirs: tuple[Line, ...]
    hidden: int = 0


@dataclass(frozen=True, kw_only=True)
class Standoff:
    """Two texts that grew from one.

    draft : what was written; base : what it began from; head : what was saved meanwhile
    """

    draft: Draft
    base: Revision
    head: Revision

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The parts of the three texts."""
        return chunks(self.base.text, self.draft.text, self.head.text)

    @cached_property
    def conflicts(self) -> int:
        """How many parts both changed, each in its own way."""
        return sum(chunk.conflicting for chunk in self.chunks)

    @cached_property
    def merged(self) -> str | None:
        """The text with the changes of both; None where they are in each other's way."""
        if self.conflicts:
            return None
        return "".join(line for chunk in self.chunks for line in chunk.merged)

    @cached_property
    def faults_of_mine(self) -> tuple[Fault, ...]:
        """What is wrong in what was written; only a sound text can be saved."""
        return proofread(self.draft.text).faults

    @cached_property
    def faults_of_merged(self) -> tuple[Fault, ...]:
        """What is wrong in the merged text."""
        return () if self.merged is None else proofread(self.merged).faults

    @property
    def parts(self) -> tuple[Part, ...]:
        """What is shown of both texts, side by side."""
        return tuple(_part(chunk) for chunk in self.chunks)


def _part(chunk: Chunk) -> Part:
    base = "".join(chunk.base)
    mine, theirs = (marked(base, "".join(lines)) for lines in (chunk.mine, chunk.theirs))
    if chunk.unchanged:
        hidden = max(0, len(mine) - 2 * NEAR)
        shown = mine[:NEAR] + mine[-NEAR:] if hidden else mine
        return Part(kind="unchanged", mine=shown, theirs=shown, hidden=hidden)
    if chunk.conflicting:
        kind = "conflict"
    elif chunk.mine == chunk.theirs:
        kind = "agreed"
    else:
        kind = "mine" if chunk.theirs == chunk.base else "theirs"
    return Part(kind=kind, mine=mine, theirs=theirs)
