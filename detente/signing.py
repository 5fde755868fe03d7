"""Signing and completion: the two gates of a roadmap that no order of stages moves.

Without discounting, going on from signing is worth what the package is worth, and after the last
item everything is in force whatever came first. What fails here no re-ordering mends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.blocks.walk_away import Lasts
from detente.going_on import Spread, shared, spread_of
from detente.hit_and_run import Bools, Floats
from detente.implementation import Implementation
from detente.solvers.roadmap import discounts, drifts
from detente.table import Share

NEARLY = 0.9
"""A verdict hangs on one amount when so much of it is due to that amount alone."""
RARE = 0.02
"""What is so in fewer readings is not spoken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What no deal is worth more than the status quo signed, in points.

    low, high : 95 % of the readings lie between
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEnds:
    """One signatory at the two gates.

    signs, stays : in what share it has no reason to leave at signing, and after the last item
    short, worth : after the last item what leaving would have to cost; and on average by how much
        staying is worth more, in points
    dearer : on average by how much leaving is worth more then than before signing, in points
    by_gap : in what share it leaves after the last item, and would stay if no deal were worth just
        what the status quo signed is worth
    alone : it never leaves there for any other reason
    same : staying is worth exactly what the status quo signed is worth over no deal, in every
        reading, so that the gate tests nothing else
    """

    party: str
    signs: Share
    stays: Share
    short: Spread
    worth: float
    dearer: float
    gap: Gap
    by_gap: Share
    alone: bool
    same: bool

    @property
    def hangs(self) -> bool:
        """Whether it leaves, and nearly always for that gap alone."""
        leaves = 1 - self.stays.value
        return leaves >= RARE and self.by_gap.value >= NEARLY * leaves


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """All signatories at the two gates.

    signs, stays : in what share nobody has a reason to leave
    signing_fixed, last_fixed : the order makes no difference there
    """

    parties: tuple[PartyEnds, ...]
    signs: Share
    stays: Share
    signing_fixed: bool
    last_fixed: bool


def ends_of(implementation: Implementation, lasts: Lasts | None) -> Ends:
    """Judge signing and completion without discounting, in every reading that counts."""
    found, last = [], []
    moved = drifting = False
    n = implementation.walk.n_signatories
    for _, steps in implementation.chunks(lasts):
        found.append((steps.final - steps.no_deal)[:, :n])
        last.append((steps.final - steps.no_deal - steps.kept_at_end)[:, :n])
        moved, drifting = moved or discounts(steps), drifting or drifts(steps)
    among, points = implementation.among, implementation.points
    signing, staying = np.concatenate(found) / points, np.concatenate(last) / points
    gap = implementation.walk.gap(np.arange(implementation.walk.n_rows))[:, :n]
    gap = np.rint(gap * points) / points
    return Ends(
        parties=tuple(
            _party(name, signing[:, k], staying[:, k], gap[:, k], among)
            for k, name in enumerate(implementation.signatories)
        ),
        signs=shared(np.asarray((signing >= 0).all(axis=1)), among),
        stays=shared(np.asarray((staying >= 0).all(axis=1)), among),
        signing_fixed=not moved,
        last_fixed=not drifting,
    )


def _party(name: str, signing: Floats, staying: Floats, gap: Floats, among: Bools) -> PartyEnds:
    leaves = staying < 0
    without = np.round(staying + gap, 9)
    flips = leaves & (without >= 0)
    own = gap[among]
    return PartyEnds(
        party=name,
        signs=shared(signing >= 0, among),
        stays=shared(~leaves, among),
        short=spread_of(np.maximum(-staying, 0.0), among),
        worth=float(staying[among].mean()),
        dearer=float((signing - staying)[among].mean()),
        gap=Gap(
            mean=float(own.mean()),
            low=float(np.quantile(own, 0.025)),
            high=float(np.quantile(own, 0.975)),
        ),
        by_gap=shared(flips, among),
        alone=bool(leaves[among].any() and flips[among].sum() == leaves[among].sum()),
        same=bool((without == 0).all()),
    )
