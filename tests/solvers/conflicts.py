"""Random small conflicts, and what stability is by the definitions: sets, and recursion over steps.

A conflict is kept in plain sets beside the arrays made of it. Nothing here uses the numbers by
which the engines decide; an answer is a state in the set of those that legal sequences lead to.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.state_graph import StateGraph, graph_of_moves

Moves = list[set[tuple[int, int]]]


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Moves as pairs of states for each party, and every party's rank of every state.

    form : the option form that it was made from, if any
    """

    n_states: int
    moves: Moves
    ranks: list[list[int]]
    form: OptionForm | None = None

    @property
    def n_parties(self) -> int:
        return len(self.moves)

    @property
    def graph(self) -> StateGraph:
        return graph_of_moves(self.n_states, self.moves)

    @property
    def rank_array(self) -> np.ndarray:
        return np.array(self.ranks, dtype=np.int32).reshape(self.n_parties, self.n_states)

    def goes(self, party: int, state: int) -> list[int]:
        """The states that one move of a party leads to."""
        return sorted(to for origin, to in self.moves[party] if origin == state)

    def better(self, party: int, state: int) -> list[int]:
        """The improvements of a party."""
        own = self.ranks[party]
        return [to for to in self.goes(party, state) if own[to] > own[state]]

    def sequences(
        self, movers: list[int], state: int, step: Callable[[int, int], list[int]]
    ) -> set[int]:
        """Where legal sequences of some parties end: at least one step, nobody twice in a row."""
        met: set[tuple[int, int]] = set()

        def follow(here: int, last: int | None) -> None:
            for mover in movers:
                if mover == last:
                    continue
                for to in step(mover, here):
                    if (to, mover) not in met:
                        met.add((to, mover))
                        follow(to, mover)

        follow(state, None)
        return {end for end, _ in met}


def stable(conflict: Conflict, key: str, party: int, state: int) -> bool:
    """Whether a state is stable for a party, by the definition of R, GMR, SMR, SEQ or SSEQ."""
    own = conflict.ranks[party]
    others = [k for k in range(conflict.n_parties) if k != party]
    step = conflict.better if key in {"SEQ", "SSEQ"} else conflict.goes
    for improvement in conflict.better(party, state):
        if key == "R":
            return False
        answers = conflict.sequences(others, improvement, step)
        good = [x for x in answers if own[x] <= own[state]]
        if key in {"SMR", "SSEQ"}:
            good = [x for x in good if all(own[z] <= own[state] for z in conflict.goes(party, x))]
        if not good:
            return False
    return True


def verdicts(conflict: Conflict, key: str) -> list[list[bool]]:
    """Whether each state is stable for each party."""
    return [
        [stable(conflict, key, party, state) for state in range(conflict.n_states)]
        for party in range(conflict.n_parties)
    ]


def conflict_of_form(form: OptionForm, ranks: list[list[int]]) -> Conflict:
    """The moves of an option form, each written out from its definition."""
    codes = [code for code in range(len(form.feasible)) if form.feasible[code]]
    settings = [list(_settings(code, form.sizes)) for code in codes]

    def leads(party: int, old: list[int], new: list[int]) -> bool:
        for axis, (a, b) in enumerate(zip(old, new, strict=True)):
            allowed = form.allowed[party][axis]
            if a != b and (allowed is None or not allowed[a, b]):
                return False
        return old != new

    moves = [
        {
            (s, t)
            for s, old in enumerate(settings)
            for t, new in enumerate(settings)
            if leads(party, old, new)
        }
        for party in range(len(form.allowed))
    ]
    return Conflict(n_states=len(codes), moves=moves, ranks=ranks, form=form)


def _settings(code: int, sizes: tuple[int, ...]) -> Iterator[int]:
    for size in sizes:
        code, setting = divmod(code, size)
        yield setting


def option_form_conflict(seed: int, *, most_codes: int = 48) -> Conflict:
    """A random conflict in option form.

    Two to four parties; axes of two or three settings, some shared, some of nobody; transitions at
    will, one way, or any, then possibly intransitive; states that are not feasible; ties.
    """
    draw = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_parties = draw.choice([2, 2, 3, 3, 4])
    sizes: list[int] = []
    for _ in range(draw.randint(n_parties, n_parties + 3)):
        size = draw.choice([2, 2, 2, 3])
        if np.prod([*sizes, size]) <= most_codes:
            sizes.append(size)
    kinds = draw.choice([("free",), ("free", "one way"), ("free", "one way", "any")])
    allowed: list[list[np.ndarray | None]] = [[None] * len(sizes) for _ in range(n_parties)]
    for axis, size in enumerate(sizes):
        n_owners = draw.choices([0, 1, 2], [1, 8, 2])[0]
        for owner in draw.sample(range(n_parties), n_owners):
            allowed[owner][axis] = _transitions(draw, draw.choice(kinds), size)
    missing = draw.choice([0.0, 0.0, 0.2, 0.5])
    n_codes = int(np.prod(sizes))
    feasible = np.array([draw.random() >= missing for _ in range(n_codes)])
    feasible[draw.randrange(n_codes)] = True
    form = OptionForm(
        sizes=tuple(sizes), allowed=tuple(tuple(own) for own in allowed), feasible=feasible
    )
    return conflict_of_form(form, _ranks(draw, n_parties, int(feasible.sum())))


def _transitions(draw: random.Random, kind: str, size: int) -> np.ndarray:
    if kind == "free":
        return every_transition(size)
    if kind == "one way":
        onward = np.triu(np.ones((size, size), dtype=bool), 1)
        return onward if draw.random() < 0.5 else onward.T.copy()
    some = np.array([[draw.random() < 0.5 for _ in range(size)] for _ in range(size)])
    return some & every_transition(size)


def graph_conflict(seed: int) -> Conflict:
    """A random conflict on a graph: intransitive, in part irreversible, with ties."""
    draw = random.Random(seed)  # noqa: S311 - instances, not secrets
    n_parties, n_states = draw.choice([2, 2, 3, 3, 4]), draw.randint(1, 12)
    share = draw.choice([0.05, 0.15, 0.4])
    every = [(a, b) for a, b in product(range(n_states), repeat=2) if a != b]
    moves = [{pair for pair in every if draw.random() < share} for _ in range(n_parties)]
    return Conflict(n_states=n_states, moves=moves, ranks=_ranks(draw, n_parties, n_states))


def _ranks(draw: random.Random, n_parties: int, n_states: int) -> list[list[int]]:
    """Strict rankings, or ones with ties."""
    if draw.random() < 0.5:
        return [draw.sample(range(n_states), n_states) for _ in range(n_parties)]
    most = max(1, n_states // 2)
    return [[draw.randint(0, most) for _ in range(n_states)] for _ in range(n_parties)]


def random_conflict(seed: int) -> Conflict:
    """In turn a conflict in option form and one on a graph."""
    return graph_conflict(seed) if seed % 3 == 2 else option_form_conflict(seed)


def three_options() -> Conflict:
    """The smallest shape in which it matters that A may answer, then B, then A again.

    Three parties with one option each that they can take up and drop at will. State 4 is
    sequentially stable for everybody; it is not where each of the others may move once at most.
    """
    free = every_transition(2)
    allowed = tuple(tuple(free if k == own else None for k in range(3)) for own in range(3))
    form = OptionForm(sizes=(2, 2, 2), allowed=allowed, feasible=np.ones(8, dtype=bool))
    best_first = [[6, 2, 1, 7, 3, 4, 5, 0], [0, 3, 5, 4, 1, 7, 6, 2], [1, 5, 0, 3, 6, 4, 2, 7]]
    return conflict_of_form(form, [[8 - order.index(s) for s in range(8)] for order in best_first])
