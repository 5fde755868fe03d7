"""What a first step can be worth whatever the bargaining solution, in agendas of two bundles.

A bargaining solution picks something acceptable that nothing acceptable dominates. So the least and
the largest value over all of that bound what a first step is worth under every solution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.factors import Bools
from detente.hit_and_run import Floats
from detente.solvers.backwards import before_talks, by_chance, is_late, walk_away
from detente.solvers.dominance import undominated
from detente.solvers.states import at_states, step_of
from detente.solvers.talks import Talks
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bounds:
    """Between what the value of each first step lies under any solution.

    least, largest : shape (n_rows, n_first_options, n_parties); both the walk-away value where
        nothing is acceptable on the second table, and -inf where the step is struck out
    """

    least: Floats
    largest: Floats


def second_table_bounds(
    talks: Talks, bundles: Sequence[Sequence[int]], /, *, work: Work | None = None
) -> Bounds:
    """Bound what each first step is worth over all acceptable, undominated second steps.

    bundles : two of them

    Holds for both rules, since failure on the last table ends the process under both. Dominance is
    among signatories; other parties' values are those of the packages that are left.

    Cost: one filter of the second table's packages for each reading and first step.

    Examples
    --------
    >>> talks = Talks(
    ...     sizes=(1, 3), n_signatories=2, no_deal=np.zeros((1, 2)), kept=(), meanwhile=(),
    ...     complete=np.array([[[6.0, 1.0], [3.0, 3.0], [2.0, 2.0]]]), status_quo=(0, 0),
    ...     takes=np.zeros(2), patience=np.ones(2), later=np.ones(1), drift=np.zeros((1, 2)))
    >>> found = second_table_bounds(talks, [[0], [1]])
    >>> found.least.tolist(), found.largest.tolist()
    ([[[3.0, 1.0]]], [[[6.0, 3.0]]])
    """
    work = work or Work()
    first, second = (tuple(sorted(bundle)) for bundle in bundles)
    step = step_of(talks.sizes, talks.status_quo, first, second)
    n_rows, n_first, n = talks.n_rows, len(step.base), talks.n_signatories
    walk = np.broadcast_to(walk_away(talks, first), (n_rows, n_first, talks.n_parties))
    stranded = np.broadcast_to(walk_away(talks, first, stranded=True), walk.shape)
    least, largest = stranded.copy(), stranded.copy()
    open_table = at_states(talks.no_deal, talks.meanwhile, talks.sizes, first)
    late = is_late(talks, (*first, *second))
    for row in range(n_rows):
        work.step("bounding a second table", row, n_rows)
        packages = talks.complete[row if len(talks.complete) > 1 else 0]
        for option in range(n_first):
            after = packages[step.base[option] + step.offset]
            alive = after[:, 0] > -np.inf
            if not alive.any():
                least[row, option] = largest[row, option] = -np.inf
                continue
            if late:
                continue
            own = walk[row, option]
            acceptable = after[(after[:, :n] >= own[:n]).all(axis=1)]
            value, _ = before_talks(
                talks,
                second,
                value=by_chance(
                    acceptable[_undominated(acceptable[:, :n])] if len(acceptable) else own[None],
                    stranded[row, option],
                    talks.later[row if len(talks.later) > 1 else 0],
                ),
                walk=own,
                open_table=open_table[row if len(open_table) > 1 else 0, option],
            )
            least[row, option], largest[row, option] = value.min(axis=0), value.max(axis=0)
    return Bounds(least=least, largest=largest)


def _undominated(vectors: Floats) -> Bools:
    """Mark the vectors that no other dominates, equal ones all of them."""
    different, which = np.unique(vectors, axis=0, return_inverse=True)
    kept = np.zeros(len(different), dtype=bool)
    kept[undominated(different)] = True
    return kept[which.ravel()]
