"""Talks and roadmaps as arrays: what agreements are worth, and what walking away is worth.

Every array holds whole numbers of one unit as doubles, larger is better; row r is reading r, and
one row stands for every reading; the last axis is the party. What no agreement can have is -inf.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from detente.factors import Bools, Ints
from detente.hit_and_run import Floats

Nature = Literal["residue", "shift", "guarantee"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Term:
    """A part of a value that depends on how a few issues, or items, stand.

    places : which, ascending
    sizes : how many standings each of them has; the last standing of an issue of talks means that
        it is not settled; an item of a roadmap is not in force (0) or in force (1)
    amounts : shape (n_rows, product of sizes, n_parties); the last place varies fastest
    nature : of a part of walking away. A residue is what is kept, and goes when an item snaps back;
        a shift and a guarantee stay
    """

    places: tuple[int, ...]
    sizes: tuple[int, ...]
    amounts: Floats
    nature: Nature = "residue"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Talks:
    """Issues to be settled in bundles, in some readings.

    sizes : how many options each issue has; packages stand in case order, the last issue fastest
    n_signatories : parties that may refuse; they come first. The others have values and no veto
    complete : value of every package, shape (n_rows, n_packages, n_parties); -inf for all parties
        where a constraint or an imposed red line forbids it
    no_deal : shape (n_rows, n_parties)
    kept : walking away at a state is worth no deal and these, by how the issues stand
    meanwhile : an open table is worth no deal and these, per unit of time
    status_quo : position of each issue's status quo option
    takes : units of time that talks on each issue take; a bundle takes their sum
    patience : factor by which each party discounts one unit of time, shape (n_parties,)
    later : chance that talks on a bundle after the first take place at all, shape (n_rows,)
    drift : change of the walk-away value per unit of time passed, shape (n_rows, n_parties)
    deadline : a bundle whose talks would end after so many units is never reached
    """

    sizes: tuple[int, ...]
    n_signatories: int
    complete: Floats
    no_deal: Floats
    kept: tuple[Term, ...]
    meanwhile: tuple[Term, ...]
    status_quo: tuple[int, ...]
    takes: Floats
    patience: Floats
    later: Floats
    drift: Floats
    deadline: float | None = None

    @property
    def n_rows(self) -> int:
        """How many readings there are."""
        return len(self.no_deal)

    @property
    def n_parties(self) -> int:
        """How many parties there are, signatories first."""
        return int(self.no_deal.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """The items of one package to be put into force in stages, in some readings.

    n_signatories : parties that may walk away; they come first
    final : value of the package, shape (n_rows, n_parties)
    no_deal : value of walking away before anything is in force, shape (n_rows, n_parties)
    kept : walking away is worth no deal and these, by which items are in force; 0 when none is. A
        term without places counts as soon as anything is in force: it dates from signing. The
        guarantees among them cost whoever walks away, and nobody when the next stage does not come
    kept_at_end : walking away after the last item is worth no deal and this, shape
        (n_rows, n_parties); differs from ``kept`` by shifts that end with completion
    meanwhile : while the roadmap is under way a party has no deal and these, per unit of time
    delivered_by : who delivers which item, shape (n_items, n_parties)
    takes : units of time each item takes; a stage takes as long as its longest item
    patience : factor by which each party discounts one unit of time, shape (n_parties,)
    comes : chance that the next stage is delivered at all, shape (n_rows,)
    drift : change of the walk-away value per unit of time passed, shape (n_rows, n_parties)
    """

    n_signatories: int
    final: Floats
    no_deal: Floats
    kept: tuple[Term, ...]
    kept_at_end: Floats
    meanwhile: tuple[Term, ...]
    delivered_by: Bools
    takes: Floats
    patience: Floats
    comes: Floats
    drift: Floats

    @property
    def n_items(self) -> int:
        """How many items there are."""
        return len(self.takes)

    @property
    def n_rows(self) -> int:
        """How many readings there are."""
        return len(self.no_deal)

    @property
    def stranded(self) -> tuple[Term, ...]:
        """What an end that nobody chose is worth over no deal: ``kept`` without guarantees."""
        return tuple(term for term in self.kept if term.nature != "guarantee")


def summed(base: Floats, terms: Sequence[Term], standings: Ints) -> Floats:
    """Return a value in some states: a base and the terms, by how the issues or items stand.

    base : shape (n_rows, n_parties)
    standings : shape (n_states, n_issues or n_items)

    Shape (n_rows, n_states, n_parties).

    Examples
    --------
    >>> term = Term(places=(0,), sizes=(2,), amounts=np.array([[[0.0], [-5.0]]]))
    >>> summed(np.array([[30.0]]), [term], np.array([[0], [1]])).tolist()
    [[[30.0], [25.0]]]
    """
    total = np.repeat(base[:, None, :], len(standings), axis=1)
    for term in terms:
        places = np.zeros(len(standings), dtype=np.int64)
        for place, size in zip(term.places, term.sizes, strict=True):
            places = places * size + standings[:, place]
        total = total + term.amounts[:, places, :]
    return total
