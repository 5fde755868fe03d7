"""A conflict that goes on after signing: states, and who can move between which of them.

The states are those that a case writes out, or the feasible settings of the issues that somebody
can change alone. Those are numbered as users of the method do, the first issue varying fastest.
:mod:`detente.modelling` makes it of a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from detente.errors import LimitError, UnknownNameError, did_you_mean, quote
from detente.factors import Ints
from detente.packages import Choices, PackageSpace
from detente.solvers.concept import Model
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.state_graph import StateGraph
from detente.vocabulary import Package

MOST_NAMED = 3
"""So many states at most are named where a text could mean several."""


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
        try:
            return graph_of(self.form)
        except LimitError as error:
            raise LimitError(f"{error}; leave some of the issues out of control") from None

    @property
    def conflict(self) -> Model:
        """The conflict in option form where it has one, or else its graph."""
        return self.graph if self.form is None else self.form

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

    @cached_property
    def in_whole(self) -> Ints:
        """The position of each state in the whole model, where this may be a part."""
        return self.kept if len(self.kept) else np.arange(self.n_states)

    def place_of(self, states: Ints | int) -> Ints:
        """Return where in this part states of the whole model stand; they have to be in it."""
        return np.searchsorted(self.in_whole, states)

    def number(self, state: int) -> int:
        """Return what people call a state by, from 1; in a part as in the whole model."""
        return 1 + int(self.in_whole[state])

    def fixes(self, package: Package) -> bool:
        """Tell whether a package has the issues that nobody controls as they are here."""
        if self.explicit:
            return True
        return all(
            here == there
            for k, (here, there) in enumerate(zip(self.base, package, strict=True))
            if k not in self.axes
        )

    def reachable(self, state: int) -> GraphModel:
        """Return the part of the model that moves, of anybody, can lead to from a state."""
        graph = self.graph
        seen = np.zeros(self.n_states, dtype=bool)
        seen[state] = True
        front = np.array([state], dtype=np.int32)
        while len(front):
            ends = [graph.moves_from(k, front)[1] for k in range(graph.n_parties)]
            new = np.unique(np.concatenate(ends))
            front = new[~seen[new]].astype(np.int32)
            seen[front] = True
        return self if seen.all() else self._part(np.flatnonzero(seen))

    def _part(self, states: Ints) -> GraphModel:
        place = np.full(self.n_states, -1, dtype=np.int32)
        place[states] = np.arange(len(states), dtype=np.int32)
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
            written=self.graph.within(states),
            kept=self.in_whole[states],
        )

    def packages(self, states: Ints | None = None) -> Choices:
        """Return states as packages, all when not given; shape (n_states, n_issues)."""
        if self.explicit:
            every = np.arange(self.n_states) if states is None else states
            rows = np.tile(np.array(self.base, dtype=np.int64), (len(every), 1))
            if rows.shape[1] == 1:
                rows[:, 0] = self.in_whole[every]
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


def state_meant(model: GraphModel, text: str) -> int | None:
    """Return the state that a text means: by its name, else title, else number; None where none.

    Names are looked for as they are written, then names and titles in letters of either size; where
    the graph is written out, "status quo" means the state of the status quo.

    Raises UnknownNameError for a number that no state has, where several states are called so, and
    where states have names and this is none of them.
    """
    tidy = text.strip()
    for exact in (text, tidy):
        if exact in model.places:
            return model.places[exact]
    wanted = tidy.casefold()
    if model.explicit and model.status_quo is not None and wanted.split() == ["status", "quo"]:
        return model.status_quo
    for called in (model.names, [model.titles.get(k, "") for k in range(len(model.names))]):
        found = [k for k, name in enumerate(called) if name and name.casefold() == wanted]
        if len(found) > 1:
            names = " or ".join(quote(model.names[k]) for k in found[:MOST_NAMED])
            message = f"{len(found)} states are called {quote(tidy)}; ask for one by name: {names}"
            raise UnknownNameError(message)
        if found:
            return found[0]
    if tidy.isdecimal() and tidy.isascii():
        if len(tidy) < len(str(2**63)) and 1 <= int(tidy) <= model.n_states:
            return int(tidy) - 1
        shown = tidy.lstrip("0") or "0"
        shown = shown if len(shown) <= len(str(2**63)) else f"{shown[:9]}…"
        message = f"there is no state {shown}; states are numbered 1 to {model.n_states:,}"
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
