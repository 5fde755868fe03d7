"""What is wrong between the entries of ``graph``, and between them and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from detente.blocks.block import Around, Entry, views_meet
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
from detente.blocks.marked import said_twice
from detente.errors import did_you_mean, quote
from detente.statements.statement import Trouble

Found = Iterator[tuple[Entry, Trouble]]

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_NAMING = (GraphMoves, GraphRanking, Unknown, Unseen, Misread)


def check_graph(entries: tuple[Entry, ...], around: Around) -> Found:
    """Report entries that do not fit each other, the issues of the case, or its ``control``."""
    states = [entry for entry in entries if isinstance(entry, GraphState)]
    control = bool(around.blocks.get("control"))
    if states and control:
        problem = "states are written out here, and 'control' says who can change what"
        yield (states[0], ("", problem, "keep one of the two", ""))
    elif states:
        yield from _issues(states, around)
        yield from _written_out(entries, [state.name for state in states], around)
    elif control:
        yield from _derived(entries)
    else:
        problem = "there are no states to speak of"
        hint = "write them out under states, or say under control who can change what"
        yield from ((entry, ("", problem, hint, "")) for entry in entries[:1])
    yield from _twice(entries)


def _issues(states: Sequence[GraphState], around: Around) -> Found:
    """Report a case whose packages are not the states."""
    names = tuple(state.name for state in states)
    issues = around.vocabulary.issues
    if len(issues) != 1 or issues[0].options != names:
        problem = "the states that are written out are not the packages of the case"
        hint = "leave 'issues' out; the states then take their place"
        yield (states[0], ("", problem, hint, ""))


def _written_out(entries: Sequence[Entry], states: Sequence[str], around: Around) -> Found:
    """Report names that no state has, and what only goes with ``control``."""
    known = set(states)
    for entry in entries:
        if isinstance(entry, StatusQuo):
            yield from _status_quo(entry, states, around)
        elif isinstance(entry, Merged):
            problem = "states that are written out are not merged by a condition"
            yield (entry, ("", problem, "write one state in the place of several", ""))
        elif isinstance(entry, _NAMING):
            for name in dict.fromkeys(entry.named):
                if name not in known:
                    hint = did_you_mean(name, states)
                    yield (entry, ("", f"no such state: {quote(name)}", hint, ""))
            if isinstance(entry, Unseen) and entry.conditions:
                text = " ".join(entry.conditions[0].text.split())
                problem = f"{quote(text)} is not the name of a state"
                yield (entry, ("", problem, did_you_mean(text, states), ""))


def _status_quo(entry: StatusQuo, states: Sequence[str], around: Around) -> Found:
    if entry.name not in states:
        hint = did_you_mean(entry.name, states)
        yield (entry, ("", f"no such state: {quote(entry.name)}", hint, ""))
    elif len(issues := around.vocabulary.issues) == 1 and issues[0].status_quo != entry.name:
        problem = f"under issues the status quo is {quote(issues[0].status_quo)}"
        yield (entry, ("", problem, "say the same in both places, or leave 'issues' out", ""))


def _derived(entries: Sequence[Entry]) -> Found:
    """Report what only goes with states that are written out, and what is no number of a state."""
    wrong = {
        StatusQuo: "the status quo of each issue stands under issues",
        GraphMoves: "who can move where stands under control",
        Unknown: "states can be unknown only where they are written out",
    }
    for entry in entries:
        problem = wrong.get(type(entry))
        if problem is not None:
            hint = "leave this out, or write the states out in the place of control"
            yield (entry, ("", problem, hint, ""))
        elif isinstance(entry, GraphRanking | Unseen | Misread):
            for name in dict.fromkeys(entry.named):
                if not _NUMBER.fullmatch(name):
                    hint = "'detente hold' counts the states: 1, 2, ..."
                    yield (entry, ("", f"{quote(name)} is not the number of a state", hint, ""))


def _twice(entries: Sequence[Entry]) -> Found:
    """Report what is said twice in one view."""
    words = {
        GraphMoves: "what {} can do",
        GraphRanking: "how {} ranks the states",
        Unknown: "what nobody knows of {}",
        Unseen: "what {} does not see",
    }
    about: list[tuple[Entry, str]] = []
    for entry in entries:
        if isinstance(entry, Misread):
            about.append((entry, f"how {entry.party} sees {entry.of}"))
        elif isinstance(entry, GraphMoves | GraphRanking | Unknown | Unseen):
            about.append((entry, words[type(entry)].format(entry.party)))
    yield from said_twice(about)
    coalitions = [entry for entry in entries if isinstance(entry, Coalition)]
    for first, second in combinations(coalitions, 2):
        both = [name for name in first.members if name in second.members]
        if both and views_meet(first, second):
            problem = f"{both[0]} acts in two coalitions"
            yield (second, ("", problem, "each party acts in one, or for itself", ""))
