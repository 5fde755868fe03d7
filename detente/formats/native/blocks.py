"""Blocks of a case as the case file spells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from detente.blocks import Entry
from detente.blocks.arrows import ANY, Pairs, Tiers, divided, pairs_text, tiers_text
from detente.blocks.commitments import Commitment
from detente.blocks.control import Control
from detente.blocks.graph import (
    Coalition,
    GraphMoves,
    GraphRanking,
    GraphState,
    Merged,
    Misread,
    StatusQuo,
    Unknown,
    Unseen,
)
from detente.blocks.leverage import Leverage
from detente.blocks.time import Time
from detente.expression import as_word
from detente.formats.native.orders import agenda, roadmap, walk_away
from detente.formats.native.statements import amount, marks

Tree = dict[str, Any]


def _marked(body: Any, key: str, entry: Entry) -> Any:
    """Return an entry short, or with its marks where it has some."""
    said = marks(entry.provenance)
    return {key: body, **said} if said else body


def _put(tree: Tree, path: Sequence[str], body: Any, key: str, entry: Entry) -> None:
    """Put an entry in its place; where another view has one already, they become a list."""
    *outer, last = path
    for name in outer:
        tree = tree.setdefault(name, {})
    if last not in tree:
        tree[last] = _marked(body, key, entry)
        return
    before = tree[last]
    several = isinstance(before, list) and isinstance(before[0], dict)
    found = before if several else [before if isinstance(before, dict) else {key: before}]
    tree[last] = [*found, {key: body, **marks(entry.provenance)}]


def _moves(moves: Pairs | None) -> Any:
    if moves is None or moves == ((ANY, ANY),):
        return ANY
    return [pairs_text([pair]) for pair in moves]


def _tiers(tiers: Tiers, much: tuple[bool, ...] = ()) -> Any:
    parts = [tiers_text(*part) for part in divided(tiers, much or (False,) * (len(tiers) - 1))]
    return parts[0] if len(parts) == 1 else parts


def _control(entries: Sequence[Entry]) -> Tree:
    tree: Tree = {}
    for entry in entries:
        if isinstance(entry, Control):
            _put(tree, (entry.party, entry.issue), _moves(entry.moves), "moves", entry)
    return tree


def _graph(entries: Sequence[Entry]) -> Tree:
    tree: Tree = {}
    states = [entry for entry in entries if isinstance(entry, GraphState)]
    if any(state.title or marks(state.provenance) for state in states):
        tree["states"] = {state.name: _state(state) for state in states}
    elif states:
        tree["states"] = [state.name for state in states]
    for entry in entries:
        if isinstance(entry, StatusQuo):
            tree["status_quo"] = entry.name
        elif isinstance(entry, Misread):
            path = ("misread", entry.party, entry.of)
            _put(tree, path, _tiers(entry.tiers), "ranking", entry)
        elif isinstance(entry, Merged):
            title = {"title": entry.title} if entry.title else {}
            merged = {"when": entry.condition.text, **title, **marks(entry.provenance)}
            tree.setdefault("merge", []).append(merged)
        elif isinstance(entry, Coalition):
            body = _marked(list(entry.members), "members", entry)
            tree.setdefault("coalitions", []).append(body)
        else:
            _put_of_party(tree, entry)
    return tree


def _put_of_party(tree: Tree, entry: Entry) -> None:
    """Put what is said of one party in its place."""
    if isinstance(entry, GraphMoves):
        _put(tree, ("moves", entry.party), _moves(entry.moves), "moves", entry)
    elif isinstance(entry, GraphRanking):
        ranking = _tiers(entry.tiers, entry.much)
        _put(tree, ("ranking", entry.party), ranking, "ranking", entry)
    elif isinstance(entry, Unknown):
        pairs = [pairs_text([pair], "?") for pair in entry.pairs]
        _put(tree, ("unknown", entry.party), pairs, "pairs", entry)
    elif isinstance(entry, Unseen):
        conditions = (condition.text for condition in entry.conditions)
        hidden = [*map(as_word, entry.states), *conditions]
        _put(tree, ("unseen", entry.party), hidden, "states", entry)


def _state(state: GraphState) -> Any:
    said = marks(state.provenance)
    if said or not state.title:
        return {**({"title": state.title} if state.title else {}), **said}
    return state.title


def _commitments(entries: Sequence[Entry]) -> Tree:
    tree: Tree = {}
    for entry in entries:
        if isinstance(entry, Commitment):
            title = {"title": entry.title} if entry.title else {}
            body = {"require": entry.condition.text, **title, **marks(entry.provenance)}
            tree.setdefault(entry.party, []).append(body)
    return tree


def _leverage(entries: Sequence[Entry]) -> list[Tree]:
    found = []
    for entry in entries:
        if isinstance(entry, Leverage):
            bare = Leverage(by=entry.by, on=entry.on, shift=entry.shift)
            body: Tree = {"by": entry.by, "on": entry.on, "shift": amount(entry.shift)}
            if entry.title:
                body["title"] = entry.title
            if entry.credibility != bare.credibility:
                body["credibility"] = amount(entry.credibility)
            if entry.cost != bare.cost:
                body["cost"] = amount(entry.cost)
            if entry.only_for:
                body["only_for"] = entry.only_for
            found.append({**body, **marks(entry.provenance)})
    return found


def _time(entries: Sequence[Entry]) -> Tree:
    return next(({"unit": entry.unit} for entry in entries if isinstance(entry, Time)), {})


SPELLED: Mapping[str, Callable[[Sequence[Entry]], Any]] = {
    "control": _control,
    "graph": _graph,
    "commitments": _commitments,
    "leverage": _leverage,
    "time": _time,
    "agenda": agenda,
    "roadmap": roadmap,
    "walk_away": walk_away,
}
"""For each block that is written, what stands under its key."""
