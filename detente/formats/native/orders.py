"""Agendas, roadmaps and what leaving is worth, as the case file spells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from detente.blocks import Entry
from detente.blocks.agenda import Talking
from detente.blocks.orders import Order
from detente.blocks.roadmap import Implementing, Item
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Shift
from detente.expression import Condition, Side
from detente.formats.native.statements import amount, marks
from detente.linear import Bounds
from detente.number import plain

Tree = dict[str, Any]


def _amount(key: str, value: Bounds, default: Bounds) -> Tree:
    return {} if value == default else {key: amount(value)}


def _numbers(key: str, values: Mapping[str, Fraction]) -> Tree:
    return {key: {name: plain(value) for name, value in values.items()}} if values else {}


def _said(key: str, value: Any) -> Tree:
    return {key: value} if value else {}


def _orders(entries: Sequence[Entry]) -> Tree:
    found: Tree = {}
    for entry in entries:
        if isinstance(entry, Order):
            more = {**_said("title", entry.title), **marks(entry.provenance)}
            text = entry.sequence.text
            found[entry.name] = {"order": text, **more} if more else text
    return _said("orders", found)


def agenda(entries: Sequence[Entry]) -> Tree:
    """Return how talks go on, and the named orders."""
    tree: Tree = {}
    for entry in entries:
        if isinstance(entry, Talking):
            takes = entry.takes
            tree.update(
                _said("after_failure", entry.after_failure),
                **_amount("later_talks", entry.later_talks, Talking().later_talks),
                **({"takes": plain(takes[""])} if "" in takes else _numbers("takes", takes)),
                **_numbers("patience", entry.patience),
                **_said("deadline", entry.deadline and entry.deadline.text),
                **marks(entry.provenance),
            )
    return {**tree, **_orders(entries)}


def roadmap(entries: Sequence[Entry]) -> Tree:
    """Return how a roadmap goes on, its items, and the named orders."""
    tree: Tree = {}
    items: Tree = {}
    for entry in entries:
        if isinstance(entry, Implementing):
            tree.update(
                _amount("next_stage", entry.next_stage, Implementing().next_stage),
                **_numbers("patience", entry.patience),
                **_said("deadline", entry.deadline and entry.deadline.text),
                **marks(entry.provenance),
            )
        elif isinstance(entry, Item):
            items[entry.issue] = {
                **_said("delivered_by", list(entry.delivered_by)),
                **({"takes": plain(entry.takes)} if entry.takes else {}),
                **_said("after", list(entry.after)),
                **_said("with", list(entry.together)),
                **marks(entry.provenance),
            }
    return {**tree, **_said("items", items), **_orders(entries)}


def walk_away(entries: Sequence[Entry]) -> list[Tree]:
    """Return the list of residues, shifts, guarantees and drifts."""
    found = []
    for entry in entries:
        body: Tree = {}
        if isinstance(entry, Keeps):
            body = {"keeps": entry.issue, "part": amount(entry.part)}
            body.update(_said("leaver", entry.leaver))
        elif isinstance(entry, Shift):
            body = _shift(entry)
        elif isinstance(entry, Guarantee):
            body = {"guarantee": amount(entry.amount), "against": entry.against}
            body.update(_after(entry.after), **_said("title", entry.title))
        elif isinstance(entry, Drift):
            body = {"drift": amount(entry.amount), "on": entry.on}
        found.append({**body, **marks(entry.provenance)})
    return found


def _shift(entry: Shift) -> Tree:
    return {
        "shift": amount(entry.shift),
        "on": entry.on,
        **_said("of", entry.of),
        **_after(entry.after),
        **_said("lasts", entry.lasts),
        **_packages("would_take", entry.would_take),
        **_packages("would_not_take", entry.would_not_take),
        **_said("title", entry.title),
    }


def _after(condition: Condition | None) -> Tree:
    return {} if condition is None else {"after": condition.text}


def _packages(key: str, sides: Sequence[Side]) -> Tree:
    texts = [side.text for side in sides]
    return _said(key, texts[0] if len(texts) == 1 else texts)
