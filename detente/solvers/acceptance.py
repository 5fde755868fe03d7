"""Who accepts which package in which reading.

Packages become 0-1 rows over the options of all issues, with the rules that hold beside them, so
that the values of all packages in all readings are one matrix product.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detente.drawing import Draws, Whole
from detente.hit_and_run import Bools
from detente.packages import Choices, PackageSpace

_BLOCK_CELLS = 4_000_000
_TILE_CELLS = 2**18
"""Values held at once while they are compared: what fits the cache of a core."""
_MOST_EXACT_SINGLE = 2**24
"""Single precision holds whole numbers exactly up to here."""


def accepted(
    space: PackageSpace, party: str, draws: Draws, choices: Choices, *, surely: bool = False
) -> Bools:
    """Tell in which readings a party accepts each package.

    Accepting: no imposed red line is crossed and the value is at least the no-deal value. A tie
    accepts, also one that rounding to the grid has moved by a few millionths of a point.

    surely : count only what rounding to the grid cannot have made acceptable

    Returns
    -------
    mask : bool, shape (n_packages, n_readings), or (n_packages, 1) for a party whose every reading
        is the same

    Exact: single precision is taken where it holds every sum, otherwise doubles or Python integers.
    """
    truth = space.rule_truth(party, choices)
    demanded = draws.no_deal + (draws.blur if surely else -draws.blur)
    kind = _kind(space, draws, demanded)
    shown = _one_hot(space, choices, truth, kind)
    worth = np.concatenate([draws.options, draws.worths], axis=1).astype(kind, copy=False).T
    demanded = demanded.astype(kind, copy=False)
    mask = np.empty((len(choices), len(demanded)), dtype=bool)
    size = min(len(choices), max(1, _TILE_CELLS // max(1, len(demanded))))
    tile = np.empty((size, len(demanded)), dtype=kind)
    for start in range(0, len(choices), max(1, size)):
        rows = shown[start : start + size]
        values = np.matmul(rows, worth, out=tile[: len(rows)])
        np.greater_equal(values, demanded, out=mask[start : start + size])
    return _without_crossing(mask, space.crossed(party, choices), draws.red_lines)


def accepted_each(
    space: PackageSpace, party: str, draws: Draws, choices: Choices, readings: NDArray[np.int64]
) -> Bools:
    """Tell whether a party accepts each package in a reading of the package's own.

    readings : shape (n_packages,), the number of the reading in which a package is looked at

    Acceptance is that of :func:`accepted`; shape (n_packages,).
    """
    own = readings if len(draws.no_deal) > 1 else np.zeros_like(readings)
    values: Whole = draws.options[own[:, None], choices + np.array(space.first)].sum(axis=1)
    truth = space.rule_truth(party, choices)
    if truth.shape[1]:
        values = values + np.where(truth, draws.worths[own], 0).sum(axis=1)
    mask = np.asarray(values >= draws.no_deal[own] - draws.blur, dtype=bool)
    crossed = space.crossed(party, choices)
    imposed = draws.red_lines[readings if len(draws.red_lines) > 1 else np.zeros_like(readings)]
    return mask & ~(crossed & imposed).any(axis=1)


@dataclass(frozen=True, kw_only=True, eq=False)
class Acceptance:
    """What :func:`accepted` works on for one party, laid out once to ask of many packages.

    worth : shape (n_options + n_rules, n_readings)
    demanded, surely : what a package has to be worth at least; the latter whatever rounding did
    """

    space: PackageSpace
    party: str
    worth: Whole
    demanded: Whole
    surely: Whole
    red_lines: Bools

    @classmethod
    def of(cls, space: PackageSpace, party: str, draws: Draws) -> Acceptance:
        """Lay out the readings of a party."""
        most, least = draws.no_deal + draws.blur, draws.no_deal - draws.blur
        kind = _kind(space, draws, np.concatenate([most, least]))
        worth = np.concatenate([draws.options, draws.worths], axis=1).astype(kind)
        return cls(
            space=space,
            party=party,
            worth=np.ascontiguousarray(worth.T),
            demanded=least.astype(kind),
            surely=most.astype(kind),
            red_lines=draws.red_lines,
        )

    def of_package(self, choices: Choices) -> tuple[Bools, bool]:
        """Tell in which readings one package is accepted, and whether any is beyond rounding.

        choices : the package as one row
        """
        rules = np.flatnonzero(self.space.rule_truth(self.party, choices)[0])
        columns = np.concatenate([choices[0] + self.space.first, sum(self.space.sizes) + rules])
        values = self.worth[columns].sum(axis=0)
        crossed = self.space.crossed(self.party, choices)
        masks = (values >= demanded for demanded in (self.demanded, self.surely))
        own, beyond = (
            _without_crossing(np.asarray(mask, dtype=bool)[None], crossed, self.red_lines)[0]
            for mask in masks
        )
        return own, bool(beyond.any())


def blocks(rows: NDArray[np.int64], n_readings: int) -> Iterator[NDArray[np.int64]]:
    """Cut packages, one a row, into parts small enough to be held against every reading at once."""
    size = max(1, _BLOCK_CELLS // max(1, n_readings))
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def jointly_accepted(masks: Sequence[Bools]) -> Bools:
    """Tell where all parties accept; masks with one column stand for every reading."""
    joint = masks[0]
    for mask in masks[1:]:
        joint = joint & mask
    return joint


def _kind(space: PackageSpace, draws: Draws, demanded: Whole) -> Any:
    """Return the smallest type of number that holds every sum."""
    if object in (draws.options.dtype, draws.worths.dtype, demanded.dtype):
        return object
    most = len(space.sizes) * _largest(draws.options)
    most += draws.worths.shape[1] * _largest(draws.worths)
    most = max(most, _largest(demanded))
    return np.float32 if most < _MOST_EXACT_SINGLE else np.float64


def _largest(numbers: Whole) -> Any:
    return max(numbers.max(initial=0), -numbers.min(initial=0))


def _one_hot(space: PackageSpace, choices: Choices, truth: Bools, kind: Any) -> Whole:
    """Return packages as 0-1 rows over the options of all issues, then the rules."""
    n_options = sum(space.sizes)
    rows = np.zeros((len(choices), n_options + truth.shape[1]), dtype=kind)
    begins = np.arange(len(choices)) * rows.shape[1]
    rows.ravel()[begins[:, None] + (choices + np.array(space.first))] = 1
    rows[:, n_options:] = truth.astype(int) if kind is object else truth
    return rows


def _without_crossing(mask: Bools, crossed: Bools, imposed: Bools) -> Bools:
    """Leave out where an imposed red line is crossed."""
    always = imposed.all(axis=0)
    mask[(crossed & always).any(axis=1)] = False
    unsure = crossed & ~always
    if not unsure.any():
        return mask
    lines = np.flatnonzero(unsure.any(axis=0))
    rejects = unsure[:, lines].astype(np.float32) @ imposed[:, lines].T.astype(np.float32) > 0
    return np.asarray(mask & ~rejects, dtype=bool)
