"""``roadmap``: what is put into force in which order, by whom, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from detente.blocks.block import (
    AMOUNT_SCHEMA,
    COMMON_SCHEMA,
    TEXT_SCHEMA,
    Around,
    Block,
    Entry,
    Marked,
    no_such_party,
    outside_0_to_1,
    views_meet,
)
from detente.blocks.orders import (
    CERTAIN,
    DEADLINE_SCHEMA,
    ORDERS_SCHEMA,
    PATIENCE_SCHEMA,
    check_deadline,
    check_patience,
    check_time,
    check_together,
    limited,
    parse_orders,
    parse_patience,
    read_deadline,
)
from detente.deadline import Deadline
from detente.document import AnyNode, Faults
from detente.linear import Bounds
from detente.statements.statement import COMMON_KEYS, Trouble, parse_provenance, unknown_issue
from detente.vocabulary import Vocabulary

_KEYS = ("items", "next_stage", "patience", "deadline", "orders")
_SHAPE = "a roadmap has items and orders, and may have next_stage, patience and deadline"
_ITEM = "write delivered_by: [PARTY], and takes, after or with where they are known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Implementing(Marked):
    """How a roadmap goes on, whatever its order.

    next_stage : chance that the next stage is delivered at all
    patience : factor for each party by which it values what comes one unit of time later; a party
        that is not named has the patience of the agenda
    """

    next_stage: Bounds = CERTAIN
    patience: Mapping[str, Fraction] = field(default_factory=dict)
    deadline: Deadline | None = None

    @property
    def label(self) -> str:
        """What people read."""
        return "how a roadmap goes on"

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown parties, and chances and factors out of range."""
        del vocabulary
        yield from outside_0_to_1(self.next_stage, "next_stage", "a chance")
        yield from check_patience(self.patience, parties)
        yield from check_deadline(self.deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Marked):
    """One issue as it is put into force.

    delivered_by : the parties that have to do it
    takes : units of time
    after : items that are in force no later than it
    together : items that are put into force in the same stage
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("issue",)

    issue: str
    delivered_by: tuple[str, ...] = ()
    takes: Fraction = Fraction(0)
    after: tuple[str, ...] = ()
    together: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the file calls it: by its issue."""
        return self.issue

    @property
    def label(self) -> str:
        """What people read."""
        return self.issue.replace("_", " ")

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names and a time below 0."""
        if self.issue not in vocabulary.index:
            yield unknown_issue(self.issue, vocabulary)
        for party in self.delivered_by:
            if party not in parties:
                yield no_such_party(party, parties, "delivered_by")
        for place, names in (("after", self.after), ("with", self.together)):
            for name in names:
                if name not in vocabulary.index:
                    yield unknown_issue(name, vocabulary, place)
        yield from check_time(self.takes, "takes")


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read how a roadmap goes on, its items, and the named orders."""
    fields = faults.fields(node, known=(*_KEYS, *COMMON_KEYS), shape=_SHAPE)
    if fields is None:
        return ()
    chance = faults.bounds(fields["next_stage"]) if "next_stage" in fields else CERTAIN
    implementing = Implementing(
        next_stage=chance or CERTAIN,
        patience=parse_patience(fields["patience"], faults) if "patience" in fields else {},
        deadline=read_deadline(fields["deadline"], faults) if "deadline" in fields else None,
        provenance=parse_provenance(fields, faults, path=node.path, line=node.line),
    )
    items = _items(fields["items"], faults) if "items" in fields else ()
    orders = parse_orders(fields["orders"], faults) if "orders" in fields else ()
    said = any(key not in {"items", "orders"} for key in fields)
    return (implementing, *items, *orders) if said else (*items, *orders)


def _items(node: AnyNode, faults: Faults) -> tuple[Item, ...]:
    found = []
    shape = f"write the name of each issue; {_ITEM}"
    for issue, entry in limited(node, faults, shape=shape, what="items").items():
        known = ("delivered_by", "takes", "after", "with", *COMMON_KEYS)
        fields = faults.fields(entry, known=known, shape=_ITEM)
        if fields is None:
            continue
        names = {
            key: faults.texts(fields[key]) if key in fields else ()
            for key in ("delivered_by", "after", "with")
        }
        takes = faults.number(fields["takes"]) if "takes" in fields else Fraction(0)
        item = Item(
            issue=issue,
            delivered_by=names["delivered_by"],
            takes=takes or Fraction(0),
            after=names["after"],
            together=names["with"],
            provenance=parse_provenance(fields, faults, path=entry.path, line=entry.line),
        )
        found.append(item)
    return tuple(found)


def _check(entries: tuple[Entry, ...], around: Around) -> Iterator[tuple[Entry, Trouble]]:
    """Report settings and items that stand twice, dates without a count, and items in a circle."""
    settings = tuple((e, e.deadline) for e in entries if isinstance(e, Implementing))
    yield from check_together(entries, settings, around)
    items = [entry for entry in entries if isinstance(entry, Item)]
    for k, item in enumerate(items):
        if any(item.issue == other.issue and views_meet(item, other) for other in items[:k]):
            problem = f"the item {item.issue} is said twice"
            yield (item, ("", problem, "keep one, or give each a view", ""))
    for circle in _circles(items):
        path = " after ".join([*circle, circle[0]])
        item = next(item for item in items if item.issue == circle[0])
        problem = f"these items wait for each other: {path}"
        if len(circle) == 1:
            problem = f"{circle[0]} waits for itself"
        hint = f"leave one of them out, or put them into one stage with: [{circle[-1]}]"
        yield (item, ("after", problem, hint if len(circle) > 1 else "leave it out", ""))


def _circles(items: list[Item]) -> Iterator[tuple[str, ...]]:
    """Return items each of which comes after the next, and the last after the first.

    For each item, in the order of the file, a shortest such circle; none for an item that stands
    in a circle before.
    """
    waits = {item.issue: item.after for item in items}
    told: set[str] = set()
    for start, first in waits.items():
        if start in told:
            continue
        came_from = dict.fromkeys(first, start)
        waiting = list(first)
        while waiting and start not in came_from:
            name = waiting.pop(0)
            for further in waits.get(name, ()):
                if further not in came_from:
                    came_from[further] = name
                    waiting.append(further)
        if start in came_from:
            circle = [came_from[start]]
            while circle[-1] != start:
                circle.append(came_from[circle[-1]])
            told.update(circle)
            yield tuple(reversed(circle))


_NAMES = {
    "description": "one name or a list of them",
    "anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA}],
}
BLOCK = Block(
    name="roadmap",
    parse=parse,
    check=_check,
    schema={
        "type": "object",
        "description": "what is put into force in which order",
        "additionalProperties": False,
        "properties": {
            "items": {
                "type": "object",
                "description": "for each issue, how it is put into force",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        "delivered_by": _NAMES,
                        "takes": {**AMOUNT_SCHEMA, "description": "units of time"},
                        "after": _NAMES,
                        "with": _NAMES,
                        **COMMON_SCHEMA,
                    },
                },
            },
            "next_stage": {
                **AMOUNT_SCHEMA,
                "description": "chance that the next stage is delivered",
            },
            "patience": PATIENCE_SCHEMA,
            "deadline": DEADLINE_SCHEMA,
            "orders": ORDERS_SCHEMA,
            **COMMON_SCHEMA,
        },
    },
)
