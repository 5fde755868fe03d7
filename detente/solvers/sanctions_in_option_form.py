"""What others can answer, in conflicts in option form, without writing out any move.

Asked is what :mod:`detente.solvers.sanctions_in_graphs` asks. Here a party's moves are transitive
on each axis, so that the best it can move to is found axis by axis, for all states at once: the
superset transform (Yates 1937; Kennes 1992). Two moves of one party in a row are one move, or none,
so that any sequence of the others' moves is a legal one, and what they can force is found by
letting each of them move in turn until nothing changes. A state then counts as an answer to itself,
which changes no verdict: min(rank(q), W(q)) stays the same where rank(q), or more, enters W(q).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import TypeAlias

import numpy as np

from detente.solvers.concept import Ranks, Row, Sanctions
from detente.solvers.improvements import NOWHERE, Improvements, improvements_of
from detente.solvers.option_form import OptionForm
from detente.solvers.sanctions_in_graphs import LOOKING, UNLIMITED
from detente.work import Work

Moved: TypeAlias = Callable[[Row, int], bool]
"""Lowers amounts to what one more move of a party leads to; tells of any change."""

_NEAR = 16
"""With a smaller stride, settings of an axis are gone through by what lies between them."""


class InOptionForm:
    """What each party can attain in one conflict whose parties' moves are all transitive."""

    def __init__(self, form: OptionForm, ranks: Ranks) -> None:
        self._form, self._ranks = form, ranks
        self._missing = np.flatnonzero(~form.feasible).astype(np.int32)
        self._best: tuple[int, Row] | None = None
        self._improvements: dict[int, Improvements] = {}

    def attained(self, party: int, sanctions: Sanctions, work: Work) -> Row:
        """Return the most that a party can be sure of from each state, by one move or by staying.

        It is never less than the state itself where the party reckons with nothing.
        """
        if sanctions.by == "nothing":
            return self._of_states(self._freely(party))
        if sanctions.countered:
            least = self._freely(party).copy()
            self._close(least)
        else:
            least = self._everywhere(party, UNLIMITED)
            least = least.copy() if self._whole else least
        if sanctions.by == "moves":
            self._settle(least, party, self._moved, work)
        else:
            self._settle(least, party, self._improved, work)
        np.minimum(least, self._everywhere(party, NOWHERE), out=least)
        spread(least, self._form, party, np.maximum)
        return self._of_states(least)

    def _freely(self, party: int) -> Row:
        """Return the best that a party can move to, or stay at, for each code."""
        if self._best is None or self._best[0] != party:
            best = self._everywhere(party, NOWHERE).copy()
            spread(best, self._form, party, np.maximum)
            self._best = party, best
        return self._best[1]

    def _settle(self, least: Row, party: int, moved: Moved, work: Work) -> None:
        """Let the others move in turn, until none of them changes anything."""
        others = [k for k in range(self._form.n_parties) if k != party]
        settled = 0
        for other in cycle(others):
            if settled == len(others):
                return
            work.check(LOOKING)
            settled = 1 if moved(least, other) else settled + 1

    def _moved(self, least: Row, party: int) -> bool:
        """Lower each amount to the least that one move of a party leads to; tell of any change."""
        before = least.sum(dtype=np.int64)
        spread(least, self._form, party, np.minimum)
        self._close(least)
        return bool(least.sum(dtype=np.int64) < before)

    def _improved(self, least: Row, party: int) -> bool:
        """Do the same where only improvements of that party count."""
        if party not in self._improvements:
            rank = self._everywhere(party, NOWHERE)
            self._improvements[party] = improvements_of(self._form, party, rank)
        return self._improvements[party].lower(least)

    def _everywhere(self, party: int, elsewhere: int) -> Row:
        """Return a party's rank of each code, with some number where the code is no state.

        Where every code is one, this is the row of ranks itself.
        """
        own: Row = self._ranks[party]
        if self._whole:
            return own
        everywhere = np.full(self._form.n_codes, elsewhere, dtype=np.int32)
        everywhere[self._form.feasible] = own
        return everywhere

    def _close(self, least: Row) -> None:
        """Let nothing be answered by a code that is no state."""
        least[self._missing] = UNLIMITED

    @property
    def _whole(self) -> bool:
        """Whether every code is a state."""
        return not len(self._missing)

    def _of_states(self, codes: Row) -> Row:
        return codes if self._whole else codes[self._form.feasible]


def spread(amounts: Row, form: OptionForm, party: int, extreme: np.ufunc) -> None:
    """Replace the amount of each code by the extreme of those that one move, or none, leads to.

    extreme : ``np.minimum`` or ``np.maximum``

    In place, one axis after the other. On one axis settings can be gone through in any order: an
    amount that was replaced already stands for settings which can be reached from here as well.
    """
    for stride, allowed in zip(form.strides, form.allowed[party], strict=True):
        if allowed is None or not allowed.any():
            continue
        axis = amounts.reshape(-1, len(allowed), stride)
        slices = [axis] if stride >= _NEAR else [axis[..., k] for k in range(stride)]
        free = (allowed | np.eye(len(allowed), dtype=bool)).all()
        for part in slices:
            if free and len(allowed) == 2:
                part[:, 0] = part[:, 1] = extreme(part[:, 0], part[:, 1])
            elif free:
                part[:] = extreme.reduce(part, axis=1, keepdims=True)
            else:
                for old, new in np.argwhere(allowed):
                    extreme(part[:, old], part[:, new], out=part[:, old])
