"""Made-up talks of a given size, the same everywhere."""

from __future__ import annotations

import numpy as np

from detente.solvers.talks import Talks, Term

UNIT = 10**9
"""Units to a point, as in cases."""
PARTIES, OPTIONS = 4, 3


def talks_of(n_issues: int, n_rows: int, *, seed: int = 0) -> Talks:
    """Return made-up talks over issues of three options with four opposed signatories.

    Half of what is settled is kept by who walks away, and settling shifts what that is worth.
    """
    draw = np.random.default_rng(seed)
    complete, kept = np.zeros((n_rows, 1, PARTIES)), []
    status_quo = np.zeros((n_rows, PARTIES))
    for issue in range(n_issues):
        worth = draw.normal(size=(n_rows, OPTIONS, PARTIES))
        worth = np.rint((worth - 0.6 * worth.mean(axis=2, keepdims=True)) * 10 * UNIT)
        complete = (complete[:, :, None] + worth[:, None]).reshape(n_rows, -1, PARTIES)
        shift = np.rint(draw.uniform(-4, 4, worth.shape) * UNIT)
        effect = np.rint((worth - worth[:, :1]) / 2) + shift
        effect[:, 0] = 0
        unsettled = np.zeros((n_rows, 1, PARTIES))
        kept.append(
            Term(
                places=(issue,),
                sizes=(OPTIONS + 1,),
                amounts=np.concatenate([effect, unsettled], axis=1),
            )
        )
        status_quo += worth[:, 0]
    no_deal = status_quo + np.rint(draw.uniform(-5, 5, (n_rows, PARTIES)) * UNIT)
    return Talks(
        sizes=(OPTIONS,) * n_issues,
        n_signatories=PARTIES,
        complete=complete,
        no_deal=no_deal,
        kept=tuple(kept),
        meanwhile=(),
        status_quo=(0,) * n_issues,
        takes=np.zeros(n_issues),
        patience=np.ones(PARTIES),
        later=np.ones(1),
        drift=np.zeros((1, PARTIES)),
    )
