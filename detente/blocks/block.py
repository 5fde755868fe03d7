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
class Block:
    """A top-level key of the case file with its reader and its schema."""

    name: str
    parse: Callable[[AnyNode, Faults], tuple[Entry, ...]]
    schema: Mapping[str, Any]
