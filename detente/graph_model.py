"""A case as a conflict that goes on after signing: who can change what alone, as states and moves.

Either the case writes a graph out, in its block ``graph``, or its block ``control`` says which
transitions of which issues a party can make alone. Then the states are the feasible settings of
those issues, the rest being fixed as in a package, and they are numbered as users of the method do:
the first of the issues varies fastest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from detente.analysis import Analysis
from detente.blocks.control import Control
from detente.blocks.graph import (
    GraphMoves,
    GraphRanking,
    GraphState,
    Merged,
    StatusQuo,
    Unseen,
)
from detente.errors import LimitError, UnanswerableError, UnknownNameError, did_you_mean, quote
from detente.factors import Ints
from detente.hit_and_run import Bools
from detente.packages import Choices, PackageSpace, condition_mask, package_space
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.state_graph import StateGraph, graph_of_arrays, graph_of_moves
from detente.solvers.surroundings import moves_from
from detente.timing import entries_of
from detente.vocabulary import Issue, Package

ANY = "any"
"""Stands for every option, or every state, in what moves are allowed."""
MOST_CODES = 2**24
"""So many settings of the controlled issues, feasible or not, a model may have."""


def _none() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True, eq=False)
class GraphModel:
    """States of a case, and who can move between which of them.

    parties : names, in the order of the case: those that control something
    space : the packages of the case
    base : the package that fixes the issues nobody controls
    axes : positions of the controlled issues; none where the graph is written out
    form : the conflict in option form; None where the graph is written out, or states are merged
    codes : of each state, its code among all settings of the controlled issues
    members, member_of : all feasible codes, and the state that each is, where states are merged
    names, titles : of each state that the case names; empty where states are only numbered
    status_quo : the state of the status quo; None where that is not feasible
    written : the moves, where there is no option form
    kept : where only a part is looked at: the position of each of its states in the whole model
    """

    parties: tuple[str, ...]
    space: PackageSpace
    base: Package
    axes: tuple[int, ...] = ()
    form: OptionForm | None = None
    codes: Ints = field(default_factory=_none)
    members: Ints = field(default_factory=_none)
    member_of: Ints = field(default_factory=_none)
    names: tuple[str, ...] = ()
    titles: Mapping[int, str] = field(default_factory=dict)
    status_quo: int | None = None
    written: StateGraph | None = None
    kept: Ints = field(default_factory=_none)

    @cached_property
    def graph(self) -> StateGraph:
        """All moves, written out."""
        if self.written is not None:
            return self.written
        if self.form is None:
            message = "a model has a graph or an option form"
            raise ValueError(message)
        return graph_of(self.form)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The position of each state that has a name."""
        return {name: state for state, name in enumerate(self.names)}

    @property
    def n_states(self) -> int:
        """How many states there are."""
        return len(self.names) if self.explicit else len(self.codes)

    @property
    def explicit(self) -> bool:
        """Whether the case writes the graph out."""
        return bool(self.names)

    def number(self, state: int) -> int:
        """Return what people call a state by, from 1; in a part as in the whole model."""
        return 1 + (int(self.kept[state]) if len(self.kept) else state)

    def reachable(self, state: int) -> GraphModel:
        """Return the part of the model that moves, of anybody, can lead to from a state."""
        graph = self.graph
        seen = np.zeros(self.n_states, dtype=bool)
        seen[state] = True
        front = np.array([state], dtype=np.int32)
        while len(front):
            ends = [moves_from(graph, k, front)[1] for k in range(graph.n_parties)]
            new = np.unique(np.concatenate(ends))
            front = new[~seen[new]].astype(np.int32)
            seen[front] = True
        return self if seen.all() else self._part(np.flatnonzero(seen))

    def _part(self, states: Ints) -> GraphModel:
        place = np.full(self.n_states, -1, dtype=np.int32)
        place[states] = np.arange(len(states), dtype=np.int32)
        graph = self.graph
        pairs = []
        for party in range(graph.n_parties):
            origin, target = place[graph.origin(party)], place[graph.target[party]]
            inside = (origin >= 0) & (target >= 0)
            pairs.append((origin[inside], target[inside]))
        start = self.status_quo
        known = self.members if len(self.members) else self.codes
        each = self.member_of if len(self.members) else np.arange(self.n_states)
        still = place[each] >= 0 if not self.explicit else np.zeros(0, dtype=bool)
        return replace(
            self,
            form=None,
            codes=self.codes[states] if not self.explicit else self.codes,
            members=known[still] if not self.explicit else self.members,
            member_of=place[each][still].astype(np.int64) if not self.explicit else self.member_of,
            names=tuple(self.names[k] for k in states) if self.explicit else (),
            titles={int(place[k]): text for k, text in self.titles.items() if place[k] >= 0},
            status_quo=None if start is None or place[start] < 0 else int(place[start]),
            written=graph_of_arrays(len(states), pairs),
            kept=self.kept[states] if len(self.kept) else states,
        )

    def packages(self, states: Ints | None = None) -> Choices:
        """Return states as packages, all when not given; shape (n_states, n_issues)."""
        if self.explicit:
            every = np.arange(self.n_states) if states is None else states
            rows = np.tile(np.array(self.base, dtype=np.int64), (len(every), 1))
            if rows.shape[1] == 1:
                rows[:, 0] = self.kept[every] if len(self.kept) else every
            return rows
        codes = self.codes if states is None else self.codes[states]
        rows = np.tile(np.array(self.base, dtype=np.int64), (len(codes), 1))
        stride = 1
        for axis in self.axes:
            size = self.space.sizes[axis]
            rows[:, axis] = codes // stride % size
            stride *= size
        return rows

    def package(self, state: int) -> Package:
        """Return one state as a package."""
        return tuple(self.packages(np.array([state]))[0].tolist())

    def state_of(self, package: Package) -> int | None:
        """Return the state that a package is, the rest being as in ``base``.

        None where it is not feasible.
        """
        code, stride = 0, 1
        for axis in self.axes:
            code += package[axis] * stride
            stride *= self.space.sizes[axis]
        known = self.members if len(self.members) else self.codes
        found = int(np.searchsorted(known, code))
        if found == len(known) or known[found] != code:
            return None
        return int(self.member_of[found]) if len(self.members) else found

    def label(self, state: int) -> str:
        """Return what people read: a title or name, or the options of the controlled issues."""
        if state in self.titles:
            return self.titles[state]
        if self.explicit:
            return self.names[state]
        return self.space.vocabulary.label(self.package(state), only=self.axes)

    def changed(self, state: int, start: int) -> str:
        """Return a state by what is different there from another: ``hostilities continue``."""
        if self.explicit or state == start or state in self.titles:
            return self.label(state)
        here, there = self.package(state), self.package(start)
        differ = [k for k in self.axes if here[k] != there[k]]
        return self.space.vocabulary.label(here, only=differ)

    def index(self, party: str) -> int:
        """Return the position of a party among :attr:`parties`."""
        return self.parties.index(party)


def speaks_of_moves(analysis: Analysis) -> bool:
    """Tell whether a case says who can move, in the analysis' view."""
    return bool(
        entries_of(analysis, "control", Control) or entries_of(analysis, "graph", GraphState)
    )


def model_of(analysis: Analysis, base: Package) -> GraphModel:
    """Return the graph model of a case.

    base : the package that fixes the issues nobody controls; of no account where the case writes
        its graph out

    Raises
    ------
    UnanswerableError
        The case says nothing of moves, or no state is feasible.
    LimitError
        There are more than :data:`MOST_CODES` settings of the controlled issues.

    Cost: one pass over the settings for each issue and constraint.
    """
    if entries_of(analysis, "graph", GraphState):
        return _written_out(analysis)
    control = entries_of(analysis, "control", Control)
    if not control:
        message = (
            "the case does not say who can change what alone; add a block control, such as "
            "control: {PARTY: {ISSUE: [OLD -> NEW]}}, or write the states out under graph"
        )
        raise UnanswerableError(message)
    return _derived(analysis, base, control)


def state_meant(model: GraphModel, text: str) -> int | None:
    """Return the state that a text means: by its name, else title, else number; None where none.

    Names are looked for as they are written, then names and titles in letters of either size.

    Raises UnknownNameError for a number that is too large, and where states have names and this is
    none of them.
    """
    if text in model.places:
        return model.places[text]
    wanted = text.strip().casefold()
    for called in (model.names, [model.titles.get(k, "") for k in range(len(model.names))]):
        for state, name in enumerate(called):
            if name and name.casefold() == wanted:
                return state
    if wanted.isdecimal() and wanted.isascii() and len(wanted) < len(str(2**63)):
        number = int(wanted)
        if 1 <= number <= model.n_states:
            return number - 1
        message = f"there is no state {number}; states are numbered 1 to {model.n_states:,}"
        raise UnknownNameError(message)
    if model.explicit:
        hint = did_you_mean(text, model.names)
        raise UnknownNameError(f"no such state: {quote(text)}; {hint}")
    return None


def state_called(model: GraphModel, text: str) -> int:
    """Return the state of this number, name or title; raise UnknownNameError where it is none."""
    state = state_meant(model, text)
    if state is None:
        message = f"no such state: {quote(text)}; states are numbered 1 to {model.n_states:,}"
        raise UnknownNameError(message)
    return state


def unseen_by(analysis: Analysis, model: GraphModel, party: str) -> Bools:
    """Tell which states a party does not see; shape (n_states,)."""
    mask = np.zeros(model.n_states, dtype=bool)
    for entry in entries_of(analysis, "graph", Unseen):
        if entry.party != party:
            continue
        for name in entry.states:
            mask[state_called(model, name)] = True
        for condition in entry.conditions:
            mask |= condition_mask(condition, model.packages(), model.space.vocabulary)
    return mask


def ranked(analysis: Analysis, party: str) -> GraphRanking | None:
    """Return the ranking of states that the case gives for a party, if it does."""
    found = [e for e in entries_of(analysis, "graph", GraphRanking) if e.party == party]
    return found[0] if found else None


def _written_out(analysis: Analysis) -> GraphModel:
    case = analysis.case
    states = entries_of(analysis, "graph", GraphState)
    names = tuple(state.name for state in states)
    place = {name: k for k, name in enumerate(names)}
    said = [*entries_of(analysis, "graph", GraphMoves)]
    speaking = {entry.party for entry in (*said, *entries_of(analysis, "graph", GraphRanking))}
    parties = tuple(party.name for party in case.parties if party.name in speaking)
    if not parties:
        message = "the graph has states, and nobody moves between them; add moves under graph"
        raise UnanswerableError(message)
    moves = [
        [pair for entry in said if entry.party == party for pair in _pairs(entry.moves, place)]
        for party in parties
    ]
    start = [entry.name for entry in entries_of(analysis, "graph", StatusQuo)]
    return GraphModel(
        parties=parties,
        space=package_space(case, {}),
        base=case.vocabulary.status_quo,
        names=names,
        titles={k: state.title for k, state in enumerate(states) if state.title},
        status_quo=place[start[0]] if start else 0,
        written=graph_of_moves(len(names), moves),
    )


def _pairs(moves: Sequence[tuple[str, str]], place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Go through moves as positions; ``any`` stands for every name that is not called so."""
    every = tuple(place.values())
    for old, new in moves:
        olds = (place[old],) if old in place else every
        news = (place[new],) if new in place else every
        yield from ((a, b) for a in olds for b in news if a != b)


def _derived(analysis: Analysis, base: Package, control: Sequence[Control]) -> GraphModel:
    case = analysis.case
    vocabulary = case.vocabulary
    parties = tuple(p.name for p in case.parties if p.name in {e.party for e in control})
    axes = tuple(sorted({vocabulary.index[entry.issue] for entry in control}))
    sizes = tuple(len(case.issues[k].options) for k in axes)
    n_codes = 1
    for size in sizes:
        n_codes *= size
        if n_codes > MOST_CODES:
            message = f"the issues that somebody controls have more than {MOST_CODES:,} settings"
            raise LimitError(f"{message}; leave some of them out of control")
    allowed = tuple(
        tuple(_transitions(control, party, case.issues[axis]) for axis in axes) for party in parties
    )
    model = GraphModel(
        parties=parties,
        space=package_space(case, {}),
        base=base,
        axes=axes,
        codes=np.arange(n_codes),
    )
    feasible = model.space.feasible(model.packages())
    if not feasible.any():
        message = "no state is feasible: every setting of the controlled issues breaks a constraint"
        raise UnanswerableError(message)
    form = OptionForm(sizes=sizes, allowed=allowed, feasible=feasible)
    model = replace(model, form=form, codes=form.codes)
    model = replace(model, status_quo=model.state_of(vocabulary.status_quo))
    merged = entries_of(analysis, "graph", Merged)
    return _merged(model, merged) if merged else model


def _transitions(control: Sequence[Control], party: str, issue: Issue) -> Bools | None:
    """Return which transitions of an issue a party can make; None without any."""
    size = len(issue.options)
    found = np.zeros((size, size), dtype=bool)
    for entry in control:
        if (entry.party, entry.issue) != (party, issue.name):
            continue
        if entry.moves is None:
            found |= every_transition(size)
            continue
        for old, new in entry.moves:
            found[np.ix_(_options(issue, old), _options(issue, new))] = True
    np.fill_diagonal(found, val=False)
    return found if found.any() else None


def _options(issue: Issue, name: str) -> list[int]:
    place = issue.position(name)
    return [place] if place is not None else list(range(len(issue.options)))


def _merged(model: GraphModel, merged: Sequence[Merged]) -> GraphModel:
    """Return a model in which all states that meet a condition are one, the first of them."""
    choices = model.packages()
    owner = np.arange(model.n_states)
    titles: dict[int, str] = {}
    for entry in merged:
        meets = np.flatnonzero(condition_mask(entry.condition, choices, model.space.vocabulary))
        if not len(meets):
            continue
        first = int(owner[meets].min())
        owner[np.isin(owner, owner[meets])] = first
        if entry.title:
            titles[first] = entry.title
    kept = np.unique(owner)
    place = np.searchsorted(kept, owner)
    graph = model.graph
    pairs = [
        (place[graph.origin(k)].astype(np.int32), place[graph.target[k]].astype(np.int32))
        for k in range(graph.n_parties)
    ]
    return replace(
        model,
        form=None,
        codes=model.codes[kept],
        members=model.codes,
        member_of=place,
        titles={int(np.searchsorted(kept, first)): title for first, title in titles.items()},
        status_quo=None if model.status_quo is None else int(place[model.status_quo]),
        written=graph_of_arrays(len(kept), pairs),
    )
