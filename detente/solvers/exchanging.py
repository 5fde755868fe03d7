"""Better packages by changing two issues at once, for the party that gains least.

A package that is heaviest for good weights is nearly accepted by all; what is missing is often a
pair of changes that takes from one party and gives to another (local search over pairs of moves,
as Croes 1958 did for tours). Only issues that no condition speaks of are changed, so that what the
changes do adds up.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.factors import Choices, Ints

Floats = NDArray[np.float64]


def exchanged(
    package: Choices, gains: Floats, worths: Floats, issue: Ints, option: Ints
) -> Choices:
    """Return a package after the pair of changes that leaves the smallest gain largest.

    package : shape (n_issues,); gains : its gain to each party, shape (n_parties,)
    worths : what each option is worth to each party, shape (n_parties, n_options)
    issue, option : which options those are, shape (n_options,), those of an issue side by side;
        the package's own option of each of these issues is among them

    A change may be to the option that the package has, so that one change or none counts as well.
    With fewer than two issues the package is returned as it is.

    Cost: parties times the square of the options.

    Examples
    --------
    >>> package, gains = np.array([0, 0]), np.array([-2.0, 3.0])
    >>> worths = np.array([[0.0, 4.0, 2.0, 0.0], [4.0, 0.0, 0.0, 1.0]])
    >>> issue, option = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    >>> exchanged(package, gains, worths, issue, option).tolist()
    [1, 1]
    """
    begins = np.diff(issue, prepend=-1) != 0
    if begins.sum() < 2:
        return package
    group = np.cumsum(begins) - 1
    held = option == package[issue]
    change = worths - worths[:, held][:, group]
    least = np.full((len(issue), len(issue)), np.inf)
    for gain, own in zip(gains, change, strict=True):
        np.minimum(least, (gain + own)[:, None] + own[None, :], out=least)
    least[group[:, None] == group[None, :]] = -np.inf
    found = package.copy()
    for chosen in np.unravel_index(int(least.argmax()), least.shape):
        found[issue[chosen]] = option[chosen]
    return found
