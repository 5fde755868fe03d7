"""Do reported shares stay within their stated errors from seed to seed?

Run it with ``python -m tests.campaigns.seeds [case file ...]``. Every proposal's share, per party
and for all signatories together, is drawn with seeds 0 to 5 and held against the mean over the
seeds. The sum of squared standardised deviations follows the chi-square law with (seeds - 1)
degrees of freedom for each share.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.stats import chi2

from detente.case import Case
from detente.formats import load
from detente.packages import as_choices, package_space
from detente.readings import share_of
from detente.solvers.acceptance import accepted, jointly_accepted
from detente.table import Share
from tests.conftest import ROOT
from tests.strategies import readings_of

SEEDS = range(6)
CASES = (
    ROOT / "detente/catalog/ukraine/ukraine_2025.yaml",
    ROOT / "detente/catalog/worked/harbour.yaml",
)
RARE = 0.005
"""A share this near to 0 or 1 is counted on few readings, too few for the normal law."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One share over several seeds: how far each is from their mean, in its own errors."""

    proposal: str
    who: str
    shares: tuple[Share, ...]

    @property
    def mean(self) -> float:
        return float(np.mean([share.value for share in self.shares]))

    @property
    def counted(self) -> bool:
        return RARE < self.mean < 1 - RARE

    @property
    def deviations(self) -> list[float]:
        """Deviations from the mean over the seeds, with their true spread of 1.

        The mean moves with each share, which takes (1 - 1/n) of the variance away.
        """
        shrunk = (1 - 1 / len(self.shares)) ** 0.5
        error = float(np.sqrt(np.mean([share.error**2 for share in self.shares])))
        return [(share.value - self.mean) / (error * shrunk) for share in self.shares]


def shares_of(case: Case, *, seed: int, n_chunks: int) -> dict[tuple[str, str], Share]:
    """Return every proposal's share for each party, and for all signatories."""
    readings = readings_of(case, seed=seed, n_chunks=n_chunks)
    space = package_space(case, readings.opinions)
    choices = as_choices(list(case.vocabulary.proposals.values()), len(case.issues))
    masks = {n: accepted(space, n, draws, choices) for n, draws in readings.draws.items()}
    masks["all"] = jointly_accepted([masks[party.name] for party in case.signatories])
    return {
        (proposal, name): share_of(mask[k])
        for k, proposal in enumerate(case.vocabulary.proposals)
        for name, mask in masks.items()
    }


def compared(case: Case, *, seeds: Iterable[int] = SEEDS, n_chunks: int) -> list[Comparison]:
    """Return every share over the seeds."""
    found = [shares_of(case, seed=seed, n_chunks=n_chunks) for seed in seeds]
    return [
        Comparison(proposal=proposal, who=who, shares=tuple(one[proposal, who] for one in found))
        for proposal, who in found[0]
    ]


def verdict(comparisons: Iterable[Comparison]) -> tuple[float, float, float]:
    """Return the largest deviation, the mean square, and how often chance gives as large a one.

    Shares of one case are not quite independent of each other (the joint share contains those of
    the parties), so the last number is a guide.
    """
    kept = [one for one in comparisons if one.counted]
    everything = [d for one in kept for d in one.deviations]
    freedom = sum(len(one.shares) - 1 for one in kept)
    total = sum(d * d * (1 - 1 / len(one.shares)) for one in kept for d in one.deviations)
    return max(map(abs, everything)), total / freedom, float(chi2.sf(total, freedom))


def told(comparisons: Iterable[Comparison], *, widths: tuple[int, int] = (16, 14)) -> bool:
    """Print every share; tell whether one strays."""
    comparisons = list(comparisons)
    first, second = widths
    head = f"{'proposal':{first}} {'party':{second}}"
    print(f"  {head} {'mean':>7} {'error':>7} {'spread':>7}  deviations")
    for one in comparisons:
        spread = float(np.std([share.value for share in one.shares], ddof=1))
        error = float(np.mean([share.error for share in one.shares]))
        apart = " ".join(f"{d:+5.1f}" for d in one.deviations) if one.counted else "rare"
        name = f"{one.proposal:{first}} {one.who:{second}}"
        print(f"  {name} {one.mean:7.4f} {error:7.4f} {spread:7.4f}  {apart}")
    largest, square, chance = verdict(comparisons)
    print(f"  largest {largest:.2f}, mean square {square:.2f}, chance {chance:.3f}\n")
    return largest > 4 or chance < 0.001


def main(paths: Iterable[str]) -> int:
    """Print the table of each case; fail when a share strays."""
    failed = 0
    for path in [Path(p) for p in paths] or CASES:
        comparisons = compared(load(path), n_chunks=4)
        print(f"{path.name}: seeds {SEEDS.start} to {SEEDS.stop - 1}")
        failed += told(comparisons)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
