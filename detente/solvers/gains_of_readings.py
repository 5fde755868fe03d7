"""What packages are worth to a party over no deal, in many readings, in exact whole numbers."""

from __future__ import annotations

import numpy as np

from detente.drawing import Draws, Whole
from detente.hit_and_run import Bools
from detente.packages import Choices, PackageSpace


def shown(space: PackageSpace, party: str, choices: Choices) -> Bools:
    """Return packages as rows over the options of all issues, then the party's rules.

    Shape (n_packages, n_options + n_rules): what is chosen and which rules hold. A package's value
    is the sum of what its row marks.
    """
    marked = space.one_hot(choices).astype(bool)
    return np.concatenate([marked, space.rule_truth(party, choices)], axis=1)


def gains_of_readings(marked: Bools, draws: Draws, /) -> Whole:
    """Return value less no-deal value of packages in every reading.

    Parameters
    ----------
    marked
        Packages as :func:`shown` gives them, shape (n_packages, n_options + n_rules).

    Returns
    -------
    gains : shape (n_rows, n_packages)
        Whole units of 1/draws.scale points, exact. A gain that rounding to the grid can have moved
        off 0 is 0 (``draws.blur``). One row for a party whose values are the same in every reading.

    Cost: one matrix product.
    """
    worth = np.concatenate([draws.options, draws.worths], axis=1)
    if object in (worth.dtype, draws.no_deal.dtype):
        whole = worth.astype(object) @ marked.astype(int).astype(object).T
        gains: Whole = whole - draws.no_deal.astype(object)[:, None]
    else:
        gains = worth @ marked.astype(np.float64).T
        gains -= draws.no_deal[:, None]
    if draws.blur:
        near = gains <= draws.blur
        near &= gains >= -draws.blur
        gains[near] = 0
    return gains
