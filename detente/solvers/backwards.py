"""The tables of talks worked out backwards, each once, for any number of agendas.

What a state is worth when certain bundles are still to come does not depend on how it was reached,
so agendas that end alike share their tables (backward induction).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from detente.errors import LimitError
from detente.factors import MOST_EXACT, Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers.states import Issues, Order, at_states, step_of, time_of
from detente.solvers.tabled import Settled, Table, settled
from detente.solvers.talks import Talks, Term

Rule = Literal["end", "set aside"]
"""What follows when a bundle fails: the process ends, or its issues join the last bundle."""

LEFT, FAILED = -2, -1
"""Instead of an option tuple: the process ends before this table; nothing is acceptable there."""
_LATE = 1e-9
"""Units of time by which rounding may have made talks longer."""


def rows_of(talks: Talks, rows: slice | Ints, /) -> Talks:
    """Return some readings; what is the same in all of them stays one row."""

    def some(array: Floats) -> Floats:
        return array if len(array) == 1 else array[rows]

    def parts(terms: Sequence[Term]) -> tuple[Term, ...]:
        return tuple(replace(term, amounts=some(term.amounts)) for term in terms)

    no_deal = np.broadcast_to(talks.no_deal, (talks.n_rows, talks.n_parties))
    return replace(
        talks,
        complete=some(talks.complete),
        no_deal=no_deal[rows],
        kept=parts(talks.kept),
        meanwhile=parts(talks.meanwhile),
        later=some(talks.later),
        drift=some(talks.drift),
    )


def walk_away(talks: Talks, issues: Issues, *, stranded: bool = False) -> Floats:
    """Return the walk-away value in every state over some settled issues.

    No deal, what is kept of what is settled, and the drift over the time that talks on it took.
    Shape (n_rows or 1, n_states, n_parties).

    stranded : the talks come to nothing though nobody leaves, so that no guarantee has to be paid
    """
    passed = time_of(talks.takes, issues)
    kept = [term for term in talks.kept if not stranded or term.nature != "guarantee"]
    return at_states(talks.no_deal + np.rint(talks.drift * passed), kept, talks.sizes, issues)


def is_late(talks: Talks, issues: Issues) -> bool:
    """Tell whether talks on some issues end after the deadline."""
    return talks.deadline is not None and time_of(talks.takes, issues) > talks.deadline + _LATE


def by_chance(value: Floats, otherwise: Floats, chance: Floats) -> Floats:
    """Return what talks are worth that take place with a chance only, rounded to whole numbers.

    otherwise : the value when they never do
    """
    if (chance == 1).all():
        return value
    return np.asarray(np.rint(chance * value + (1.0 - chance) * otherwise))


def before_talks(
    talks: Talks, bundle: Issues, *, value: Floats, walk: Floats, open_table: Floats
) -> tuple[Floats, Bools]:
    """Return what the talks on a bundle are worth before they begin, and where somebody leaves.

    value : once they have taken place; walk : of walking away; open_table : per unit of time; all
        with the parties on the last axis

    Rounded to whole numbers. Where a signatory would rather leave at once, all walk away.
    """
    factor = talks.patience ** time_of(talks.takes, bundle)
    if (factor != 1).any():
        value = np.rint((1.0 - factor) * open_table + factor * value)
    n = talks.n_signatories
    left = np.asarray((value[..., :n] < walk[..., :n]).any(axis=-1), dtype=bool)
    return np.where(left[..., None], walk, value), left


def check_size(talks: Talks) -> None:
    """Raise LimitError when sums of gains may reach 2^52."""
    finite = talks.complete[np.isfinite(talks.complete)]
    largest = max(np.abs(finite).max(initial=0.0), np.abs(talks.no_deal).max(initial=0.0))
    if largest * 2 * talks.n_parties >= MOST_EXACT:
        raise LimitError("values of packages may reach 2^52; use a coarser unit")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Node:
    """Talks in every state over some settled issues, when certain bundles are still to come.

    value : shape (n_rows, n_states, n_parties); choice : LEFT, FAILED or an option tuple
    stop : value when the next bundle fails
    """

    value: Floats
    choice: Ints
    stop: Floats
    found: Settled


class Backwards:
    """Works out tables of some readings, each once.

    reverse : take tied option tuples in the reverse order
    fits : :func:`check_size` has looked at these values already
    """

    def __init__(
        self,
        talks: Talks,
        *,
        rule: Rule = "end",
        solution: str = "nash",
        reverse: bool = False,
        fits: bool = False,
    ) -> None:
        if not fits:
            check_size(talks)
        self.talks, self.rule, self.solution, self.reverse = talks, rule, solution, reverse
        self._nodes: dict[tuple[Issues, Order, bool], Node] = {}
        self._walks: dict[tuple[Issues, bool], Floats] = {}
        self._guaranteed = any(term.nature == "guarantee" for term in talks.kept)

    def value(self, done: Issues, rest: Order) -> Floats:
        """Return the value of every state over the settled issues, with these bundles to come."""
        return self.node(done, rest).value if rest else self.talks.complete

    def node(self, done: Issues, rest: Order, *, first: bool = False) -> Node:
        """Work out the next table in every state over the settled issues.

        first : whether it is the first table of all, which is sure to take place
        """
        if (done, rest, first) not in self._nodes:
            self._nodes[done, rest, first] = self._node(done, rest, first=first)
        return self._nodes[done, rest, first]

    def _walk_away(self, done: Issues, *, stranded: bool = False) -> Floats:
        key = (done, stranded and self._guaranteed)
        if key not in self._walks:
            found = walk_away(self.talks, done, stranded=key[1])
            self._walks[key] = np.broadcast_to(found, (self.talks.n_rows, *found.shape[1:]))
        return self._walks[key]

    def aside(self, rest: Order) -> Order | None:
        """Return the bundles to come when the next is set aside; None when failure ends it all."""
        if self.rule == "end" or len(rest) == 1:
            return None
        return (*rest[1:-1], tuple(sorted(rest[-1] + rest[0])))

    def _node(self, done: Issues, rest: Order, *, first: bool) -> Node:
        talks, bundle = self.talks, rest[0]
        walk = self._walk_away(done)
        otherwise = self.aside(rest)
        stop = walk if otherwise is None else self.value(done, otherwise)
        found = settled(
            Table(
                after=self.value(tuple(sorted(done + bundle)), rest[1:]),
                stop=stop,
                step=step_of(talks.sizes, talks.status_quo, done, bundle),
                n_signatories=talks.n_signatories,
            ),
            self.solution,
            reverse=self.reverse,
        )
        chance = np.ones(1) if first else talks.later
        value, left = self._in_time(found.value, walk, done, bundle, chance)
        return Node(value=value, choice=np.where(left, LEFT, found.choice), stop=stop, found=found)

    def _in_time(
        self, value: Floats, walk: Floats, done: Issues, bundle: Issues, chance: Floats
    ) -> tuple[Floats, Bools]:
        """Return values before the talks on the next bundle, and where somebody leaves instead."""
        talks = self.talks
        dead = value[..., 0] == -np.inf
        stranded = self._walk_away(done, stranded=True)
        if is_late(talks, done + bundle):
            return np.where(dead[..., None], -np.inf, stranded), np.ones_like(dead)
        value = np.where(dead[..., None], walk, value)  # a chance of 0 times -inf is no number
        value, left = before_talks(
            talks,
            bundle,
            value=by_chance(value, stranded, chance[:, None, None]),
            walk=walk,
            open_table=at_states(talks.no_deal, talks.meanwhile, talks.sizes, done),
        )
        return np.where(dead[..., None], -np.inf, value), left | dead
