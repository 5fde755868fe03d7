"""What agendas and roadmaps share: named orders, and the time and the chance that things take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from detente.blocks.block import (
    AMOUNT_SCHEMA,
    COMMON_SCHEMA,
    MOST_OF_A_KIND,
    TEXT_SCHEMA,
    Around,
    Entry,
    Marked,
    no_such_party,
    views_meet,
)
from detente.blocks.time import Time
from detente.deadline import Deadline, parse_deadline
from detente.document import AnyNode, Faults, Text
from detente.errors import quote
from detente.linear import Bounds
from detente.sequence import Bundles, parse_sequence
from detente.statements.statement import COMMON_KEYS, Provenance, Trouble, parse_provenance, told
from detente.vocabulary import Vocabulary

CERTAIN = Bounds(low=Fraction(1), high=Fraction(1))
"""The chance of what takes place for certain."""

LONGEST = 1_000_000
"""So many units of time something may take at most."""

_ORDERS = "write a name for each order, then the order: alliance + forces then rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Marked):
    """A named order of the issues of a case: of talks on them, or of putting them into force."""

    name: str
    sequence: Bundles
    title: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name.replace("_", " ")

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report issues that do not exist or stand twice, and empty bundles."""
        del parties
        names = list(vocabulary.index)
        yield from (told(error) for error in self.sequence.check(names))


def parse_orders(node: AnyNode, faults: Faults) -> tuple[Order, ...]:
    """Read ``orders``: each name with an order, or with an order, title and sources."""
    found = []
    for name, entry in limited(node, faults, shape=_ORDERS, what="orders").items():
        text: AnyNode | None = entry
        title, provenance = "", Provenance(path=entry.path, line=entry.line)
        if not isinstance(entry, Text):
            known = ("order", "title", *COMMON_KEYS)
            fields = faults.fields(entry, known=known, required=("order",), shape=_ORDERS) or {}
            text = fields.get("order")
            title = (faults.text(fields["title"]) or "") if "title" in fields else ""
            provenance = parse_provenance(fields, faults, path=entry.path, line=entry.line)
        sequence = faults.parsed(text, parse_sequence) if text is not None else None
        if sequence is not None:
            order = Order(name=name, sequence=sequence, title=title, provenance=provenance)
            found.append(order)
    return tuple(found)


def limited(node: AnyNode, faults: Faults, *, shape: str, what: str) -> Mapping[str, AnyNode]:
    """Return the fields of a mapping that has not too many of them.

    what : what it is a mapping of, such as "orders"
    """
    fields = faults.fields(node, shape=shape) or {}
    if len(fields) > MOST_OF_A_KIND:
        faults.add(node, f"more than {MOST_OF_A_KIND} {what} stand here")
        return {}
    return fields


def parse_patience(node: AnyNode, faults: Faults) -> dict[str, Fraction]:
    """Read ``patience``: a factor for each party."""
    shape = "write each party's name, then its factor for one unit of time: 0.98"
    fields = faults.fields(node, shape=shape) or {}
    factors = {party: faults.number(entry) for party, entry in fields.items()}
    return {party: factor for party, factor in factors.items() if factor is not None}


def read_deadline(node: AnyNode, faults: Faults) -> Deadline | None:
    """Read ``deadline``: a number of units of time, or a date."""
    text = faults.text(node)
    deadline = parse_deadline(text) if text is not None else None
    if text is not None and deadline is None:
        hint = "write units of time, such as 6, or a day: 2026-09-01"
        faults.add(node, f"{quote(text)} is neither a number nor a date", hint)
    return deadline


def check_patience(patience: Mapping[str, Fraction], parties: tuple[str, ...]) -> Iterator[Trouble]:
    """Report unknown parties and factors that are not above 0 and at most 1."""
    for party, factor in patience.items():
        if party not in parties:
            yield no_such_party(party, parties, f"patience.{party}")
        elif not 0 < factor <= 1:
            hint = "0.98 says that what comes one unit of time later counts 2 % less"
            yield (f"patience.{party}", "patience lies above 0 and is 1 at most", hint, "")


def check_time(units: Fraction, place: str) -> Iterator[Trouble]:
    """Report a time below 0, or longer than anybody plans."""
    if units < 0:
        yield (place, "a time is not below 0", "", "")
    elif units > LONGEST:
        yield (place, f"a time is at most {LONGEST:,} units", "", "")


def check_deadline(deadline: Deadline | None) -> Iterator[Trouble]:
    """Report a deadline that does not lie ahead."""
    if deadline is not None and deadline.units is not None and deadline.units <= 0:
        yield ("deadline", "a deadline lies ahead", "write a number above 0, or a date", "")


def check_together(
    entries: tuple[Entry, ...], settings: tuple[tuple[Entry, Deadline | None], ...], around: Around
) -> Iterator[tuple[Entry, Trouble]]:
    """Report what is wrong between the entries of an agenda, or of a roadmap.

    settings : those among the entries that hold what is said once, each with its deadline
    """
    for (first, _), (second, _) in combinations(settings, 2):
        if views_meet(first, second):
            yield (second, ("", "this is said twice", "keep one, or give each a view", ""))
            break
    orders = [entry for entry in entries if isinstance(entry, Order)]
    for first_order, order in combinations(orders, 2):
        if first_order.name == order.name and views_meet(first_order, order):
            problem = f"two orders are called {quote(order.name)}"
            yield (order, ("", problem, "keep one, or give each a view", ""))
            break
    times = [entry for entry in around.blocks.get("time", ()) if isinstance(entry, Time)]
    unit = times[0].unit if times else ""
    for entry, deadline in settings:
        lacking = deadline.lacking(around.as_of, unit) if deadline is not None else None
        if lacking is not None:
            yield (entry, ("deadline", *lacking, ""))


PATIENCE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "for each party, the factor by which it values what comes a unit of time later",
    "additionalProperties": AMOUNT_SCHEMA,
}
DEADLINE_SCHEMA: Mapping[str, Any] = {
    **AMOUNT_SCHEMA,
    "description": "units of time, or a date: year-month-day",
}
_ORDER = {**TEXT_SCHEMA, "description": "an order such as alliance + forces then rest"}
ORDERS_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "description": "named orders",
    "additionalProperties": {
        "anyOf": [
            _ORDER,
            {
                "type": "object",
                "required": ["order"],
                "additionalProperties": False,
                "properties": {"order": _ORDER, "title": TEXT_SCHEMA, **COMMON_SCHEMA},
            },
        ]
    },
}
