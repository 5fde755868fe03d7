"""The one order of a roadmap that is self-enforcing in the most readings.

That some order holds in each reading says little of any one order. This one is sought by branch and
bound: from completion backwards, stages are put before those chosen, and the readings in which
nothing is missing so far are kept. No order that ends so can be good in more of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic

import numpy as np

from detente.factors import Bools
from detente.hit_and_run import Floats
from detente.solvers.orderings import Precedence, members
from detente.solvers.roadmap import Stages, drifts, gates_of, of_signatories
from detente.solvers.roadmap_listing import Worths
from detente.solvers.talks import Steps
from detente.solvers.thresholds import BEST_ORDER_NODES
from detente.work import Work

State = tuple[int, int]
"""Blocks in force, as bits; and time passed in ticks, where walking away drifts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BestOrder:
    """An order, and in how many readings it is self-enforcing.

    stages : the order; None when none was found to be so in any reading
    good : in which readings, shape (n_rows,)
    bound : no order is self-enforcing in more readings than so many
    """

    stages: Stages | None
    good: Bools
    bound: int

    @property
    def n_good(self) -> int:
        """In how many readings it is self-enforcing."""
        return int(np.count_nonzero(self.good))

    @property
    def complete(self) -> bool:
        """Whether no order is self-enforcing in more readings."""
        return self.n_good == self.bound


def best_order(
    steps: Steps,
    allowed: Precedence,
    *,
    candidates: Sequence[Stages] = (),
    possible: Bools | None = None,
    most: int = BEST_ORDER_NODES,
    work: Work | None = None,
) -> BestOrder:
    """Find the order that is self-enforcing in the most readings.

    Parameters
    ----------
    steps, allowed
        The items, and which orders there are.
    candidates
        Orders tried first; good ones shorten the search.
    possible
        Readings in which some order may be self-enforcing, shape (n_rows,); all when left out.
    most
        How many ends of orders may be looked at; past that, or past the seconds of ``work``, the
        answer is bounded.

    Returns
    -------
    best
        Of orders that are good in equally many the first found is given.

    Raises CancelledError.

    Cost O(n_rows n_signatories) for each pair of a set in force and a next stage, once, and for
    each end of an order looked at. The bound: readings in which nothing is missing so far, and in
    which some beginning holds if each signatory gets the best that any order gives it from there.

    Examples
    --------
    >>> from detente.solvers.roadmap import plain_steps
    >>> steps = plain_steps(
    ...     final=[[9, 9]] * 2, no_deal=[[0, 0]] * 2, kept=[[[20, -1], [2, -1]], [[-12, 2]] * 2]
    ... )
    >>> best = best_order(steps, Precedence(n_items=2, largest=1))
    >>> best.stages, best.n_good, best.complete
    (((1,), (0,)), 2, True)
    """
    work = work or Work()
    steps = of_signatories(steps)
    search = _Search(steps=steps, allowed=allowed, work=work, most=most)
    possible = np.ones(steps.n_rows, dtype=bool) if possible is None else possible
    best = best_of(steps, candidates, bound=int(possible.sum()))
    return best if best.complete else search.run(best.stages, best.good, possible)


def best_of(steps: Steps, candidates: Sequence[Stages], *, bound: int) -> BestOrder:
    """Return which of a few orders is self-enforcing in the most readings; the first of equals.

    bound : no order at all is self-enforcing in more readings than so many
    """
    best, good = None, np.zeros(steps.n_rows, dtype=bool)
    for order in candidates:
        holds = gates_of(steps, order).self_enforcing
        if holds.sum() > good.sum():
            best, good = order, holds
    return BestOrder(stages=best, good=good, bound=bound)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Node:
    """The end of an order.

    state : what is in force before it
    stages : the last one last; ahead : what going on is worth; alive : readings that lack nothing
    bound : how many readings a whole order that ends so can hold in
    """

    state: State
    stages: Stages
    ahead: Floats
    alive: Bools
    bound: int


@dataclass(kw_only=True, eq=False)
class _Search:
    """A search, and what it shares: states, what they can be worth, and where beginnings hold."""

    steps: Steps
    allowed: Precedence
    work: Work
    most: int
    seen: dict[State, list[_Node]] = field(default_factory=dict)

    @cached_property
    def worths(self) -> Worths:
        """What walking away and an open table are worth."""
        return Worths(steps=self.steps)

    @cached_property
    def arcs(self) -> dict[State, list[tuple[State, tuple[int, ...]]]]:
        """For each state the next ones and the items of the stages; in order of beginning."""
        timed = drifts(self.steps)
        found: dict[State, list[tuple[State, tuple[int, ...]]]] = {}
        todo: list[State] = [(0, 0)]
        while todo:
            state = todo.pop()
            if state in found:
                continue
            found[state] = []
            for stage in self.allowed.stages_after(state[0]):
                items = members(self.allowed.items_of(stage))
                passed = state[1] + (self.worths.ticks(items) if timed else 0)
                found[state].append(((state[0] | stage, passed), items))
                todo.append((state[0] | stage, passed))
        return dict(sorted(found.items(), key=lambda entry: entry[0][0].bit_count()))

    @cached_property
    def back(self) -> dict[State, list[tuple[State, tuple[int, ...]]]]:
        """For each state those before it and the items of the stages between."""
        found: dict[State, list[tuple[State, tuple[int, ...]]]] = {state: [] for state in self.arcs}
        for state, following in self.arcs.items():
            for after, items in following:
                found[after].append((state, items))
        return found

    def items(self, state: State) -> int:
        """Return the items in force, as bits."""
        return self.allowed.items_of(state[0])

    def begun(self) -> dict[State, Bools]:
        """Return the readings in which some beginning may hold, for each state.

        Each signatory is given the best that any order gives it from a state on, which no one order
        may give to all.
        """
        best: dict[State, Floats] = {}
        holds: dict[tuple[State, State], Bools] = {}
        for state in reversed(self.arcs):
            self.work.check("searching orders")
            nothing = np.full_like(self.steps.final, -np.inf)
            best[state] = nothing if self.arcs[state] else self.steps.final
            for after, stage in self.arcs[state]:
                place = (self.items(state), state[1])
                ahead = self.worths.back(best[after], *place, stage)
                missing = self.worths.short(ahead, *place, stage)
                holds[state, after] = np.asarray(~missing.any(axis=1))
                best[state] = np.maximum(best[state], ahead)
        begun = {state: np.zeros(self.steps.n_rows, dtype=bool) for state in self.arcs}
        begun[0, 0][:] = True
        for state, following in self.arcs.items():
            for after, _ in following:
                begun[after] |= begun[state] & holds[state, after]
        return begun

    def run(self, best: Stages | None, good: Bools, possible: Bools) -> BestOrder:
        """Search, from what was found so far."""
        begun = self.begun()
        until = np.inf if self.work.seconds is None else monotonic() + self.work.seconds
        open_ends = self._completed(begun, possible)
        looked_at = 0
        while open_ends and looked_at < self.most and monotonic() < until:
            self.work.check("searching orders")
            node = open_ends.pop()
            looked_at += 1
            if node.bound <= good.sum() or self._known(node):
                continue
            if not node.state[0]:
                best, good = node.stages, node.alive
                continue
            open_ends += sorted(self._before(node, begun), key=lambda end: end.bound)
        bound = max([int(good.sum()), *(node.bound for node in open_ends)])
        return BestOrder(stages=best, good=good, bound=bound)

    def _completed(self, begun: dict[State, Bools], possible: Bools) -> list[_Node]:
        nodes = []
        for state, following in self.arcs.items():
            if following:
                continue
            leave = self.worths.leaving(self.items(state), state[1])
            alive = possible & (leave <= self.steps.final).all(axis=1)
            bound = int((alive & begun[state]).sum())
            ahead = self.steps.final
            nodes.append(_Node(state=state, stages=(), ahead=ahead, alive=alive, bound=bound))
        return sorted(nodes, key=lambda end: end.bound)

    def _before(self, node: _Node, begun: dict[State, Bools]) -> list[_Node]:
        found = []
        for state, stage in self.back[node.state]:
            place = (self.items(state), state[1])
            ahead = self.worths.back(node.ahead, *place, stage)
            alive = node.alive & ~self.worths.short(ahead, *place, stage).any(axis=1)
            bound = int((alive & begun[state]).sum())
            stages = (stage, *node.stages)
            found.append(_Node(state=state, stages=stages, ahead=ahead, alive=alive, bound=bound))
        return found

    def _known(self, node: _Node) -> bool:
        """Return whether an end looked at before leaves at least as much open from the same state.

        It lacks nothing wherever this one does, and gives nobody less there.
        """
        earlier = self.seen.setdefault(node.state, [])
        for other in earlier:
            if not (node.alive & ~other.alive).any() and (
                not self.worths.discounts or (node.ahead <= other.ahead)[node.alive].all()
            ):
                return True
        earlier.append(node)
        return False
