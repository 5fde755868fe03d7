"""What a block of the case file offers to the reader and to the checks of the case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from detente.document import AnyNode, Faults, bounds_text
from detente.errors import did_you_mean, quote
from detente.linear import Bounds
from detente.statements.statement import Provenance, Trouble
from detente.vocabulary import Vocabulary

COMMON_SCHEMA: Mapping[str, Any] = {
    "because": {"$ref": "#/$defs/because"},
    "confidence": {"$ref": "#/$defs/confidence"},
    "note": {"type": "string"},
    "view": {"type": "string"},
}
"""The schema of the keys that any entry may take, as any statement does."""


AMOUNT_SCHEMA: Mapping[str, Any] = {"type": ["string", "number"]}
TEXT_SCHEMA: Mapping[str, Any] = {"type": "string"}

MOST_OF_A_KIND = 100
"""So many entries of one kind at most, where a block has several kinds."""


class Entry(Protocol):
    """One entry of a block, such as one pressure under ``leverage``."""

    @property
    def provenance(self) -> Provenance:
        """Where the entry stands and what it rests on."""

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report what is wrong with it in a case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What entries share that belong to a view: what each rests on.

    SUBJECT : fields that say what it speaks of; where these are alike in two states of a case, it
        is one entry that has changed
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ()

    provenance: Provenance = Provenance()

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)


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


def views_meet(first: Entry, second: Entry) -> bool:
    """Tell whether two entries belong to one view."""
    views = {first.provenance.view, second.provenance.view}
    return len(views) == 1 or "" in views


def no_such_party(name: str, parties: tuple[str, ...], place: str) -> Trouble:
    """Return the fault of naming a party that the case does not have."""
    return (place, f"no such party: {quote(name)}", did_you_mean(name, parties), "")


def open_end(amount: Bounds, place: str, *, such_as: str = "4..12") -> Iterator[Trouble]:
    """Report an amount that is open at one end.

    such_as : a range that would be right
    """
    if amount.low is None or amount.high is None:
        problem = f"{quote(bounds_text(amount))} is open at one end"
        yield (place, problem, f"write a number, or both ends: {such_as}", "")


def outside_0_to_1(amount: Bounds, place: str, what: str) -> Iterator[Trouble]:
    """Report an amount that is open at one end, or not between 0 and 1.

    what : what it is an amount of, such as "a chance"
    """
    open_ended = list(open_end(amount, place, such_as="0.2..0.5"))
    yield from open_ended
    low, high = amount.low, amount.high
    if not open_ended and not (low is not None and high is not None and 0 <= low <= high <= 1):
        yield (place, f"{what} lies between 0 and 1", "", "")
