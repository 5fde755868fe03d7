"""What is asked: made-up negotiations and games, as plain data that every side takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.instances import Kind, Recipe, instance_of

Vector = tuple[int, ...]
OPTIONS = 10
PARTIES = (2, 3, 4)
KINDS: tuple[Kind, ...] = ("independent", "conflict")
ISSUES, QUICK_ISSUES = (3, 4, 5, 6), (2, 3)
WARM_ISSUES = 2
GAMES = ((2, 2), (3, 3), (10, 10), (50, 50), (100, 100), (4,) * 5, (6,) * 5, (10,) * 5)
QUICK_GAMES = ((2, 2), (3, 2), (2, 3, 2))
PAYOFFS = 50
"""Payoffs are whole and below this, so that some are equal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One made-up negotiation, seed 1, issues of ten options, every package acceptable."""

    kind: Kind
    whole: bool
    n_parties: int
    n_issues: int

    @property
    def numbers(self) -> str:
        """How fine the points are."""
        return "whole" if self.whole else "real"

    @property
    def words(self) -> str:
        """The problem in one line."""
        return f"10^{self.n_issues}, {self.n_parties} parties, {self.kind}, {self.numbers}"

    def given(self) -> dict[str, Any]:
        """Return it in whole units, ``scale`` to a point; values by issue, party and option."""
        recipe = Recipe(
            seed=1,
            n_parties=self.n_parties,
            n_issues=self.n_issues,
            n_options=OPTIONS,
            kind=self.kind,
            whole=self.whole,
        )
        instance = instance_of(recipe)
        return {
            "scale": instance.scale,
            "values": instance.values.astype(np.int64).tolist(),
            "no_deal": instance.no_deal.astype(np.int64).tolist(),
        }


def problems(*, quick: bool = False) -> tuple[Problem, ...]:
    """Return every negotiation, the smallest first."""
    return tuple(
        Problem(kind=kind, whole=whole, n_parties=n_parties, n_issues=n_issues)
        for n_issues in (QUICK_ISSUES if quick else ISSUES)
        for kind in KINDS
        for whole in (False, True)
        for n_parties in PARTIES
    )


def vectors_of(given: dict[str, Any], packages: Sequence[Sequence[int]]) -> set[Vector]:
    """Return what packages are worth to the parties, exactly, in whole units."""
    if not len(packages):
        return set()
    values = np.array(given["values"], dtype=np.int64)
    chosen = np.array(packages, dtype=np.int64)
    totals = sum(table[:, chosen[:, issue]] for issue, table in enumerate(values))
    return set(map(tuple, np.asarray(totals).T.tolist()))


def write_game(sizes: Sequence[int], path: Path) -> Path:
    """Write a made-up game, so many strategies to each player, into a Gambit file."""
    draw = np.random.default_rng(1)
    payoffs = draw.integers(0, PAYOFFS, (int(np.prod(sizes)), len(sizes)))
    players = " ".join(f'"player {k}"' for k in range(1, len(sizes) + 1))
    lines = "\n".join(" ".join(map(str, row)) for row in payoffs.tolist())
    counts = " ".join(map(str, sizes))
    path.write_text(
        f'NFG 1 R "Made up" {{ {players} }} {{ {counts} }}\n\n{lines}\n', encoding="ascii"
    )
    return path
