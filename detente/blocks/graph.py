"""``graph``: a conflict written out as states and moves, and what is said of states besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from detente.blocks.arrows import (
    ANY,
    parse_transition,
    parse_unknown,
    read_pairs,
    read_tiers,
    single_name,
)
from detente.blocks.block import COMMON_SCHEMA, MOST_OF_A_KIND, TEXT_SCHEMA, Block, Entry
from detente.blocks.graph_checks import check_graph
from detente.blocks.graph_entries import (
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
from detente.blocks.marked import marked_schema, with_marks
from detente.blocks.orders import limited
from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import quote
from detente.expression import Condition
from detente.grammar import parse_condition
from detente.statements.statement import COMMON_KEYS, Provenance, parse_provenance
from detente.vocabulary import MOST_OPTIONS, RESERVED, Issue

__all__ = [
    "BLOCK",
    "STATE_ISSUE",
    "Coalition",
    "GraphMoves",
    "GraphRanking",
    "GraphState",
    "Merged",
    "Misread",
    "StatusQuo",
    "Unknown",
    "Unseen",
    "parse",
    "state_issues",
]

STATE_ISSUE = "state"
"""What the one issue is called whose options are the states that are written out."""

_KEYS = (
    "states",
    "status_quo",
    "moves",
    "ranking",
    "unknown",
    "unseen",
    "misread",
    "merge",
    "coalitions",
)
_SHAPE = "a graph has states, status_quo and moves, or says something of states, such as ranking"
_STATES = "write [s1, s2], or a name for each state, then its title"
_PARTIES = "write each party's name, then {}"
_MOVES = "its moves: [s1 -> s2, s3 -> any]"
_RANKING = "its ranking: s3 > s1 ~ s2"
_UNKNOWN = "the states that nobody knows how it compares: [s1 ? s2]"
_UNSEEN = "the states that it does not see: [s3]"
_MISREAD = "for each other party the ranking that it believes in: {moe: s3 > s1}"
_MERGE = "an entry looks like: when: shifts == none, and may have a title"
_COALITIONS = "write a list of lists: [[moe, local]]"

Marks = Mapping[str, AnyNode]


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read states, moves, rankings, and what is said of states besides.

    Marks that stand beside ``states`` hold for every entry that has none of its own.
    """
    fields = faults.fields(node, known=(*_KEYS, *COMMON_KEYS), shape=_SHAPE)
    if fields is None:
        return ()
    marks = {key: fields[key] for key in COMMON_KEYS if key in fields}
    readers = {
        "states": _states,
        "status_quo": _status_quo,
        "moves": _moves,
        "ranking": _rankings,
        "unknown": _unknown,
        "unseen": _unseen,
        "misread": _misread,
        "merge": _merge,
        "coalitions": _coalitions,
    }
    found: dict[str, tuple[Entry, ...]] = {}
    sound = True
    for key, reader in readers.items():
        before = len(faults.found)
        found[key] = tuple(reader(fields[key], faults, marks)) if key in fields else ()
        sound = sound and (key != "states" or len(faults.found) == before)
    # what speaks of states is not held against a list of them that is faulty itself
    kept = found if sound else {"states": found["states"]}
    return tuple(entry for entries in kept.values() for entry in entries)


def state_issues(node: AnyNode) -> tuple[Issue, ...]:
    """Return one issue whose options are the states that a graph writes out; none without any.

    Whatever is wrong with them is found when the block itself is read.
    """
    entries = parse(node, Faults())
    names = [entry.name for entry in entries if isinstance(entry, GraphState)]
    said = [entry.name for entry in entries if isinstance(entry, StatusQuo)]
    if not names:
        return ()
    status_quo = said[0] if said and said[0] in names else names[0]
    return (Issue(name=STATE_ISSUE, options=tuple(names), status_quo=status_quo),)


def _states(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    """Read a list of names, or a mapping from names to titles."""
    named: list[tuple[str, AnyNode, AnyNode | None]] = []
    if isinstance(node, Fields):
        named = [(name, entry, entry) for name, entry in node.fields.items()]
    else:
        items = faults.items(node, shape=_STATES) or ()
        named = [(text, item, None) for item in items if (text := faults.text(item)) is not None]
    if not named and isinstance(node, Fields | Items):
        faults.add(node, "no state stands here", _STATES)
    if len(named) > MOST_OPTIONS:
        faults.add(node, f"a graph has at most {MOST_OPTIONS:,} states, not {len(named):,}")
        return
    seen: set[str] = set()
    for name, at, title in named:
        if name in seen:
            faults.add(at, f"the state {quote(name)} is listed twice", "keep one of the two")
        elif _usable(name, at, faults):
            yield _state(name, at, title, faults, marks)
        seen.add(name)


def _usable(name: str, at: AnyNode, faults: Faults) -> bool:
    """Tell whether a state can be called so."""
    if name == ANY or name.casefold() in RESERVED:
        faults.add(at, f"{quote(name)} is a word of the language", "give the state another name")
        return False
    if any(mark in name for mark in "\"'\n\r\t") or len(name) > 200:
        hint = "a name has no quotes or line breaks and at most 200 characters"
        faults.add(at, f"{quote(name)} cannot be used as a state", hint)
        return False
    return True


def _state(
    name: str, at: AnyNode, title: AnyNode | None, faults: Faults, marks: Marks
) -> GraphState:
    own: Marks = {}
    if isinstance(title, Fields):
        own = faults.fields(title, known=("title", *COMMON_KEYS)) or {}
        title = own.get("title")
    text = (faults.text(title) or "") if title is not None else ""
    marked = {**marks, **{key: mark for key, mark in own.items() if key != "title"}}
    provenance = parse_provenance(marked, faults, path=at.path, line=at.line)
    return GraphState(name=name, title=text, provenance=provenance)


def _status_quo(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    name = faults.text(node)
    if name is not None:
        provenance = parse_provenance(marks, faults, path=node.path, line=node.line)
        yield StatusQuo(name=single_name(name) or name, provenance=provenance)


def _of_parties(
    node: AnyNode, key: str, faults: Faults, marks: Marks, *, shape: str
) -> Iterator[tuple[str, AnyNode, Provenance]]:
    """Go through what is written of each party: short, or with marks."""
    parties = _PARTIES.format(shape)
    for party, entry in limited(node, faults, shape=parties, what="parties").items():
        for body, provenance in with_marks(entry, key, faults, shape=f"write {shape}", marks=marks):
            yield party, body, provenance


def _moves(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for party, body, provenance in _of_parties(node, "moves", faults, marks, shape=_MOVES):
        every = isinstance(body, Text) and single_name(body.text) == ANY
        moves = ((ANY, ANY),) if every else read_pairs(body, faults, parse_transition)
        yield GraphMoves(party=party, moves=moves, provenance=provenance)


def _rankings(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for party, body, provenance in _of_parties(node, "ranking", faults, marks, shape=_RANKING):
        found = read_tiers(body, faults)
        if found is not None:
            tiers, much = found
            yield GraphRanking(party=party, tiers=tiers, much=much, provenance=provenance)


def _unknown(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for party, body, provenance in _of_parties(node, "pairs", faults, marks, shape=_UNKNOWN):
        pairs = read_pairs(body, faults, parse_unknown)
        if pairs:
            yield Unknown(party=party, pairs=pairs, provenance=provenance)


def _unseen(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for party, body, provenance in _of_parties(node, "states", faults, marks, shape=_UNSEEN):
        states: list[str] = []
        conditions: list[Condition] = []
        for item in faults.one_or_more(body):
            name = single_name(item.text) if isinstance(item, Text) else None
            if name is not None:
                states.append(name)
            elif (condition := faults.parsed(item, parse_condition)) is not None:
                conditions.append(condition)
        if states or conditions:
            yield Unseen(
                party=party,
                states=tuple(states),
                conditions=tuple(conditions),
                provenance=provenance,
            )


def _misread(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    shape = _PARTIES.format(_MISREAD)
    for party, pictures in limited(node, faults, shape=shape, what="parties").items():
        own = _of_parties(pictures, "ranking", faults, marks, shape=_RANKING)
        for of, body, provenance in own:
            found = read_tiers(body, faults)
            if found is None:
                continue
            tiers, much = found
            if any(much):
                problem = "a picture of another party's ranking has no >>"
                faults.add(body, problem, "join the states by > or ~")
            yield Misread(party=party, of=of, tiers=tiers, provenance=provenance)


def _merge(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for item in _several(node, faults, shape=f"begin each with a dash; {_MERGE}", what="entries"):
        known = ("when", "title", *COMMON_KEYS)
        fields = faults.fields(item, known=known, required=("when",), shape=_MERGE) or {}
        condition = faults.parsed(fields["when"], parse_condition) if "when" in fields else None
        title = (faults.text(fields["title"]) or "") if "title" in fields else ""
        own = {key: mark for key, mark in fields.items() if key in COMMON_KEYS}
        provenance = parse_provenance({**marks, **own}, faults, path=item.path, line=item.line)
        if condition is not None:
            yield Merged(condition=condition, title=title, provenance=provenance)


def _coalitions(node: AnyNode, faults: Faults, marks: Marks) -> Iterator[Entry]:
    for item in _several(node, faults, shape=_COALITIONS, what="coalitions"):
        for body, provenance in with_marks(item, "members", faults, shape=_COALITIONS, marks=marks):
            if faults.items(body, shape=_COALITIONS) is not None:
                yield Coalition(members=faults.texts(body), provenance=provenance)


def _several(node: AnyNode, faults: Faults, *, shape: str, what: str) -> tuple[AnyNode, ...]:
    """Return the items of a list that has not too many of them."""
    items = faults.items(node, shape=shape) or ()
    if len(items) > MOST_OF_A_KIND:
        faults.add(node, f"more than {MOST_OF_A_KIND} {what} stand here")
        return ()
    return items


def _by_party(entry: Mapping[str, Any], description: str) -> dict[str, Any]:
    return {"type": "object", "description": description, "additionalProperties": entry}


_TEXTS = {"anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA}]}
_NAMES = {"type": "array", "items": {"type": ["string", "number", "boolean"]}}
_MARKED_RANKING = marked_schema("ranking", _TEXTS)
_MARKED_STATE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"title": TEXT_SCHEMA, **COMMON_SCHEMA},
}
_MERGED = {
    "type": "object",
    "required": ["when"],
    "additionalProperties": False,
    "properties": {"when": TEXT_SCHEMA, "title": TEXT_SCHEMA, **COMMON_SCHEMA},
}

BLOCK = Block(
    name="graph",
    parse=parse,
    check=check_graph,
    schema={
        "type": "object",
        "description": "a conflict as states and moves, and what is said of states",
        "additionalProperties": False,
        "properties": {
            "states": {
                "description": "the states, where they are written out; with titles or without",
                "anyOf": [
                    _NAMES,
                    {
                        "type": "object",
                        "additionalProperties": {"anyOf": [TEXT_SCHEMA, _MARKED_STATE]},
                    },
                ],
            },
            "status_quo": {
                "type": ["string", "number"],
                "description": "the state in which the conflict is; the first when left out",
            },
            "moves": _by_party(
                marked_schema("moves", _TEXTS), "for each party its moves: s1 -> s2, s3 -> any"
            ),
            "ranking": _by_party(_MARKED_RANKING, "for each party the states, the best first"),
            "unknown": _by_party(
                marked_schema("pairs", _TEXTS), "states that nobody knows how it compares: s1 ? s2"
            ),
            "unseen": _by_party(
                marked_schema("states", {"anyOf": [{"type": ["string", "number"]}, _NAMES]}),
                "for each party the states that it does not see",
            ),
            "misread": _by_party(
                _by_party(_MARKED_RANKING, "for each other party"),
                "for each party how it believes that others rank the states",
            ),
            "merge": {
                "type": "array",
                "description": "states that are one, with 'control' only",
                "items": _MERGED,
            },
            "coalitions": {
                "type": "array",
                "description": "parties that act as one",
                "items": marked_schema("members", {"type": "array", "items": TEXT_SCHEMA}),
            },
            **COMMON_SCHEMA,
        },
    },
)
