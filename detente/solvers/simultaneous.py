"""Simultaneous sanctioning (SIM): an improvement is answered by one that is made at the same time.

For two decision makers and a conflict in option form (Fraser & Hipel 1979, 1984). From a state s a
decision maker has improvements, moves to what it prefers. One of them is *answered* when the other
has an improvement from the same s, and the state in which both changes are made is feasible and not
better than s for the first. A state is stable when every improvement is answered: both had a
reason to move at once, and would have met in something that the first does not want.

Each change is of the settings of s. Where both change the same axis to different settings, there
is no state in which both changes are made; to the same setting, there is one. Every improvement is
held against every one of the other's anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.errors import LimitError, UnanswerableError
from detente.factors import Bools, Ints
from detente.solvers.concept import Concept, Model
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.state_graph import Values, improving_moves
from detente.work import Work

MOST_PAIRS = 500_000_000
"""So many pairs of improvements may be held against each other."""

MEETING = "looking at what both do at once"
_CHUNK = 1_000_000
"""Pairs that are held at once."""


def simultaneous(form: Model, ranks: Values, /, *, work: Work | None = None) -> Bools:
    """Return which states are stable against what both do at once (SIM), shape (2, n_states).

    Parameters
    ----------
    form : the moves of two decision makers, in option form
    ranks : shape (2, n_states), larger is better; equal is not better
    work : heard for cancellation

    Raises
    ------
    UnanswerableError
        The moves are given as a graph, from which one cannot see what two changes together make;
        or there are not two decision makers.
    LimitError
        There are more than :data:`MOST_PAIRS` pairs of improvements from one state, counted over
        all states; or more moves than can be written out.

    Cost: O(pairs of improvements x axes) in time; the moves and 1,000,000 pairs in memory.

    Examples
    --------
    Chicken: from (swerve, swerve) each would gain by not swerving, but not if both do it.

    >>> from detente.solvers.option_form import every_transition
    >>> free = every_transition(2)
    >>> form = OptionForm(
    ...     sizes=(2, 2), allowed=((free, None), (None, free)), feasible=np.ones(4, dtype=bool)
    ... )
    >>> simultaneous(form, np.array([[3, 4, 2, 1], [3, 2, 4, 1]])).all(axis=0).tolist()
    [True, True, True, False]
    """
    if not isinstance(form, OptionForm):
        message = (
            "answers made at the same time need the conflict as options of the parties; "
            "in a graph written out nobody can tell what two moves together lead to"
        )
        raise UnanswerableError(message)
    if form.n_parties != 2:
        message = (
            f"answers made at the same time are defined for two parties, and here are "
            f"{form.n_parties}; ask for GMR, SMR or SEQ"
        )
        raise UnanswerableError(message)
    n_states, better = form.n_states, improving_moves(graph_of(form), ranks)
    improvements = [
        (better.origin(party).astype(np.int64), better.target[party].astype(np.int64))
        for party in range(2)
    ]
    counts = [np.bincount(origin, minlength=n_states) for origin, _ in improvements]
    pairs = counts[0] * counts[1]
    if pairs.sum() > MOST_PAIRS:
        message = (
            f"{pairs.sum():,} pairs of improvements are too many to hold against each other; "
            f"{MOST_PAIRS:,} are not"
        )
        raise LimitError(message)
    place = np.full(form.n_codes, -1, dtype=np.int64)
    place[form.codes] = np.arange(n_states)
    answered = [np.zeros(len(origin), dtype=bool) for origin, _ in improvements]
    for first, second in _pairs(counts):
        if work is not None:
            work.check(MEETING)
        origin = improvements[0][0][first]
        both = _both(form, origin, improvements[0][1][first], improvements[1][1][second])
        met = np.where(both >= 0, place[both], -1)
        for party, one in enumerate((first, second)):
            deters = (met >= 0) & (ranks[party][met] <= ranks[party][origin])
            answered[party][one[deters]] = True
    stable = np.ones((2, n_states), dtype=bool)
    for party, (origin, _) in enumerate(improvements):
        stable[party, origin[~answered[party]]] = False
    return stable


def _met(model: Model, ranks: Values, work: Work) -> Bools:
    return simultaneous(model, ranks, work=work)


SIMULTANEOUS = Concept(
    key="SIM",
    name="simultaneous sanctioning",
    source="Fraser & Hipel 1979",
    meaning="would meet, after every improvement, an improvement that the other makes at the same "
    "time, and be no better off",
    parties=2,
    needs_option_form=True,
    stable=_met,
)


def _pairs(counts: list[Ints]) -> Iterator[tuple[Ints, Ints]]:
    """Yield pairs of improvements from one state, as places in the list of either, in chunks."""
    starts = [np.cumsum(own) - own for own in counts]
    state = np.repeat(np.arange(len(counts[0])), counts[0])
    width = counts[1][state]
    ends = np.cumsum(width)
    total = int(ends[-1]) if len(ends) else 0
    for low in range(0, total, _CHUNK):
        nth = np.arange(low, min(low + _CHUNK, total))
        first = np.searchsorted(ends, nth, side="right")
        second = starts[1][state[first]] + nth - (ends[first] - width[first])
        yield first, second


def _both(form: OptionForm, origin: Ints, one: Ints, other: Ints) -> Ints:
    """Return the code with both changes made; -1 where they change one axis differently."""
    codes = form.codes
    total = np.zeros(len(origin), dtype=np.int64)
    clash = np.zeros(len(origin), dtype=bool)
    for stride, size in zip(form.strides, form.sizes, strict=True):
        old, new, its = (codes[states] // stride % size for states in (origin, one, other))
        clash |= (new != old) & (its != old) & (new != its)
        total += np.where(new != old, new, its) * stride
    total[clash] = -1
    return total
