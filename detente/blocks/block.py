"""What a block of the case file offers to the reader and to the checks of the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from detente.document import AnyNode, Faults
from detente.statements.statement import Provenance, Trouble
from detente.vocabulary import Vocabulary

COMMON_SCHEMA: Mapping[str, Any] = {
    "because": {"$ref": "#/$defs/because"},
    "confidence": {"$ref": "#/$defs/confidence"},
    "note": {"type": "string"},
    "view": {"type": "string"},
}
"""The schema of the keys that any entry may take, as any statement does."""


class Entry(Protocol):
    """One entry of a block, such as one pressure under ``leverage``."""

    @property
    def provenance(self) -> Provenance:
        """Where the entry stands and what it rests on."""

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report what is wrong with it in a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a block in its case.

    as_of : the day of the case, year-month-day, empty when it names none
    blocks : the entries of every block of the case by name
    """

    vocabulary: Vocabulary
    as_of: str = ""
    blocks: Mapping[str, tuple[Entry, ...]]


def _sound(entries: tuple[Entry, ...], around: Around) -> Iterator[tuple[Entry, Trouble]]:
    del entries, around
    return iter(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A top-level key of the case file with its reader and its schema.

    check : what is wrong between its entries, or between one of them and what stands around them
    """

    name: str
    parse: Callable[[AnyNode, Faults], tuple[Entry, ...]]
    schema: Mapping[str, Any]
    check: Callable[[tuple[Entry, ...], Around], Iterator[tuple[Entry, Trouble]]] = _sound
