"""Talks in which packages are worth the sum of their options: one reading, from plain lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.hit_and_run import Floats
from detente.solvers.talks import Talks, Term

Table = Sequence[Sequence[float]]
"""By option and party."""


def additive_talks(
    values: Sequence[Table], no_deal: Sequence[float], *, kept: Sequence[Table] | None = None
) -> Talks:
    """Return talks of one reading in which everybody decides and no time passes.

    values : by issue, option and party; the first option of each issue is its status quo
    no_deal : by party
    kept : by how much settling an issue at an option changes what walking away is worth, likewise;
        nothing when left out

    Meanwhile, while talks go on, what is settled is in force with its full effect.

    Examples
    --------
    >>> talks = additive_talks([[[0, 0], [3, 1]], [[0, 0], [1, 3]]], [1, 1])
    >>> talks.complete[0].tolist()
    [[0.0, 0.0], [1.0, 3.0], [3.0, 1.0], [4.0, 4.0]]
    """
    tables = [np.array(table, dtype=np.float64) for table in values]
    n_parties = len(no_deal)
    complete = np.zeros((1, n_parties))
    for table in tables:
        complete = (complete[:, None] + table).reshape(-1, n_parties)
    lasting = [] if kept is None else [np.array(table, dtype=np.float64) for table in kept]
    return Talks(
        sizes=tuple(len(table) for table in tables),
        n_signatories=n_parties,
        complete=complete[None],
        no_deal=np.array([no_deal], dtype=np.float64),
        kept=tuple(_term(issue, table) for issue, table in enumerate(lasting)),
        meanwhile=tuple(_term(issue, table - table[0]) for issue, table in enumerate(tables)),
        status_quo=(0,) * len(tables),
        takes=np.zeros(len(tables)),
        patience=np.ones(n_parties),
        later=np.ones(1),
        drift=np.zeros((1, n_parties)),
    )


def _term(issue: int, table: Floats) -> Term:
    """Return what an issue adds once it is settled; nothing before."""
    unsettled = np.zeros((1, table.shape[1]))
    amounts = np.concatenate([table, unsettled])[None]
    return Term(places=(issue,), sizes=(len(table) + 1,), amounts=amounts)
