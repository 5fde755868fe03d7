"""``agenda``: what is negotiated in which order, and what becomes of talks that fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, get_args

from detente.blocks.block import (
    AMOUNT_SCHEMA,
    COMMON_SCHEMA,
    Around,
    Block,
    Entry,
    Marked,
    outside_0_to_1,
)
from detente.blocks.orders import (
    CERTAIN,
    DEADLINE_SCHEMA,
    ORDERS_SCHEMA,
    PATIENCE_SCHEMA,
    Order,
    check_deadline,
    check_patience,
    check_time,
    check_together,
    parse_orders,
    parse_patience,
    read_deadline,
)
from detente.deadline import Deadline
from detente.document import AnyNode, Faults, Text
from detente.errors import did_you_mean, quote
from detente.linear import Bounds
from detente.statements.statement import (
    COMMON_KEYS,
    Trouble,
    parse_provenance,
    told,
    unknown_issue,
)
from detente.vocabulary import Vocabulary

AfterFailure = Literal["end", "set aside"]
AFTER_FAILURE: tuple[AfterFailure, ...] = get_args(AfterFailure)

_KEYS = ("after_failure", "later_talks", "takes", "patience", "deadline", "orders")
_SHAPE = "an agenda has orders, and may have after_failure, later_talks, takes, patience, deadline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Talking(Marked):
    """How talks go on, whatever their order.

    after_failure : which of the two is told first when talks on a bundle fail: that everything
        ends, or that the bundle is set aside and joins the last one; None when nobody said
    later_talks : chance that talks on a bundle after the first take place at all
    takes : units of time for each issue by name; "" holds the time of every issue not named
    patience : factor for each party by which it values what comes one unit of time later
    """

    after_failure: AfterFailure | None = None
    later_talks: Bounds = CERTAIN
    takes: Mapping[str, Fraction] = field(default_factory=dict)
    patience: Mapping[str, Fraction] = field(default_factory=dict)
    deadline: Deadline | None = None

    @property
    def label(self) -> str:
        """What people read."""
        return "how talks go on"

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names, chances and factors out of range, and times below 0."""
        yield from outside_0_to_1(self.later_talks, "later_talks", "a chance")
        for name, units in self.takes.items():
            place = f"takes.{name}" if name else "takes"
            if name and name not in vocabulary.index:
                yield unknown_issue(name, vocabulary, place)
            yield from check_time(units, place)
        yield from check_patience(self.patience, parties)
        yield from check_deadline(self.deadline)


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read how talks go on, and the named orders."""
    fields = faults.fields(node, known=(*_KEYS, *COMMON_KEYS), shape=_SHAPE)
    if fields is None:
        return ()
    later = faults.bounds(fields["later_talks"]) if "later_talks" in fields else CERTAIN
    talking = Talking(
        after_failure=_after_failure(fields["after_failure"], faults)
        if "after_failure" in fields
        else None,
        later_talks=later or CERTAIN,
        takes=_takes(fields["takes"], faults) if "takes" in fields else {},
        patience=parse_patience(fields["patience"], faults) if "patience" in fields else {},
        deadline=read_deadline(fields["deadline"], faults) if "deadline" in fields else None,
        provenance=parse_provenance(fields, faults, path=node.path, line=node.line),
    )
    orders = parse_orders(fields["orders"], faults) if "orders" in fields else ()
    said = any(key != "orders" for key in fields)
    return (talking, *orders) if said else orders


def _after_failure(node: AnyNode, faults: Faults) -> AfterFailure | None:
    text = " ".join((faults.text(node) or "").split())
    for known in AFTER_FAILURE:
        if text == known:
            return known
    if text:
        problem = f"{quote(text)} does not say what follows when talks on a bundle fail"
        faults.add(node, problem, did_you_mean(text, AFTER_FAILURE))
    return None


def _takes(node: AnyNode, faults: Faults) -> dict[str, Fraction]:
    """Read one time for every issue, or a time for each."""
    if isinstance(node, Text):
        units = faults.number(node)
        return {"": units} if units is not None else {}
    fields = faults.fields(node, shape="write a number, or one for each issue") or {}
    times = {name: faults.number(entry) for name, entry in fields.items()}
    return {name: units for name, units in times.items() if units is not None}


def _check(entries: tuple[Entry, ...], around: Around) -> Iterator[tuple[Entry, Trouble]]:
    """Report settings that stand twice, a date that cannot be counted, and orders with gaps."""
    settings = tuple((entry, entry.deadline) for entry in entries if isinstance(entry, Talking))
    yield from check_together(entries, settings, around)
    for entry in entries:
        if isinstance(entry, Order):
            gap = entry.sequence.left_out(list(around.vocabulary.index))
            if gap is not None:
                yield (entry, told(gap))


BLOCK = Block(
    name="agenda",
    parse=parse,
    check=_check,
    schema={
        "type": "object",
        "description": "what is negotiated in which order",
        "additionalProperties": False,
        "properties": {
            "after_failure": {
                "enum": list(AFTER_FAILURE),
                "description": "what follows when talks on a bundle fail",
            },
            "later_talks": {
                **AMOUNT_SCHEMA,
                "description": "chance that talks on a bundle after the first take place",
            },
            "takes": {
                "description": "units of time for talks on each issue, or one number for all",
                "anyOf": [
                    AMOUNT_SCHEMA,
                    {"type": "object", "additionalProperties": AMOUNT_SCHEMA},
                ],
            },
            "patience": PATIENCE_SCHEMA,
            "deadline": DEADLINE_SCHEMA,
            "orders": ORDERS_SCHEMA,
            **COMMON_SCHEMA,
        },
    },
)
