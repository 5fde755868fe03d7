"""What a party would offer by its picture of the others, and what would become of the offer.

Each party plays the game that it sees (Bennett 1977; Wang, Hipel & Fraser 1988). Its best offer is
the feasible package worth most to it among those that, as it sees everyone, all signatories accept.
Held against it is the best package among those that all signatories accept by their own
preferences. Everything is decided on the central readings, in whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from detente.analysis import Judgement
from detente.case import Party
from detente.diagram import diagram_of
from detente.errors import UnanswerableError
from detente.packages import as_choices
from detente.solvers.best import Proof
from detente.solvers.one_party import favourite_of, n_as_good
from detente.views import Views
from detente.vocabulary import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The package worth most to one party among those that all accept, in its eyes or by their own.

    status : ``exact``; ``bounded`` when a limit ended the search: this is the best found, if any;
        ``empty`` when there is no such package
    amount : what it is worth to the party in whole units, or its rank; larger is better
    value, gain : to the party, in points; None for a party that is ordinal
    n_tied : how many such packages are worth as much to it, this one counted; None when not counted
    n_standing : how many of these all signatories accept by their own preferences
    refused_by : signatories that refuse this one by their own preferences
    seen : by party, whether it accepts as the offering party sees it
    own : by party, whether it accepts by its own preferences
    """

    status: Proof
    package: Package | None = None
    amount: int = 0
    value: Fraction | None = None
    gain: Fraction | None = None
    n_tied: int | None = None
    n_standing: int | None = None
    refused_by: tuple[str, ...] = ()
    seen: Mapping[str, Judgement]
    own: Mapping[str, Judgement]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """The best offer of one party as it sees it, beside the best that would be accepted.

    costs : points that the party forgoes by its error, on its own central reading: the best that
        all really accept, or no deal where there is none, less what its offer brings, which is no
        deal when the offer fails. None when the party is ordinal, or nothing is known.
    withheld : why there is no answer; empty when there is one
    """

    by: Party
    best_offer: Offer | None = None
    best_true: Offer | None = None
    costs: Fraction | None = None
    withheld: str = ""

    @property
    def stands(self) -> bool:
        """Whether there is an offer and all signatories accept it by their own preferences."""
        offer = self.best_offer
        return offer is not None and offer.package is not None and not offer.refused_by

    @property
    def improvable(self) -> bool:
        """Whether something worth more to the party would really be accepted by all."""
        offer, true = self.best_offer, self.best_true
        if offer is None or true is None or true.package is None:
            return False
        return offer.package is None or true.amount > offer.amount


def offering_of(views: Views, holder: Party) -> Offering:
    """Return the best offer of a signatory by its picture, and the best that would be accepted."""
    signing = [party.name for party in views.case.signatories]
    for party in views.case.signatories:
        for view in dict.fromkeys((views.view_in(holder, party.name), views.own(party.name))):
            try:
                views.analysis(view).require([party])
            except UnanswerableError as error:
                return Offering(by=holder, withheld=f"under the view '{view}': {error}")
    seen = [views.column(name, views.view_in(holder, name)) for name in signing]
    own = [views.column(name, views.own(name)) for name in signing]
    best_offer = _best(views, holder, seen, own)
    best_true = _best(views, holder, own, own)
    offering = Offering(by=holder, best_offer=best_offer, best_true=best_true)
    if views.analysis(views.own(holder.name)).opinions[holder.name].ordinal:
        return offering
    return replace(offering, costs=_costs(best_offer, best_true, stands=offering.stands))


def _costs(offer: Offer, true: Offer, *, stands: bool) -> Fraction | None:
    """Return the gain forgone; gains are over no deal, which is what a failed offer brings."""
    if any(one.status == "bounded" and one.package is None for one in (offer, true)):
        return None
    brought = offer.gain if stands else None
    return (true.gain or Fraction(0)) - (brought or Fraction(0))


def _best(views: Views, holder: Party, columns: list[int], own: list[int]) -> Offer:
    """Return the package worth most to a party among those that the columns accept together.

    columns, own : by signatory, its column in the eyes of the party, and by its own preferences
    """
    place = [party.name for party in views.case.signatories].index(holder.name)
    find = _listed if views.listed else _searched
    status, package, n_tied, n_standing = find(views, columns, own, place)
    if package is None:
        return Offer(status=status, seen={}, own={})
    choices = as_choices([package], len(views.case.issues))
    valuation = views.valuation
    accepted = valuation.acceptable(choices)[0]
    value = valuation.values(choices)[0, own[place]]
    gain = valuation.gains(choices)[0, own[place]]
    ordinal = views.analysis(views.own(holder.name)).opinions[holder.name].ordinal
    names = [party.name for party in views.case.parties]
    judged = {
        view: views.analysis(view).judge([package])[0].parties
        for view in {holder.name, *map(views.own, names)}
    }
    return Offer(
        status=status,
        package=package,
        amount=int(value),
        value=None if ordinal else valuation.in_points(value),
        gain=None if ordinal else valuation.in_points(gain),
        n_tied=n_tied,
        n_standing=n_standing,
        refused_by=tuple(
            party.name
            for party, column in zip(views.case.signatories, own, strict=True)
            if not accepted[column]
        ),
        seen={name: judged[views.view_in(holder, name)][name] for name in names},
        own={name: judged[views.own(name)][name] for name in names},
    )


Found = tuple[Proof, Package | None, int | None, int | None]
"""Status, package, how many are tied with it, and how many of those would really be accepted."""


def _listed(views: Views, columns: list[int], own: list[int], place: int) -> Found:
    """Look at every package; of several that are tied the first in case order."""
    rows = np.flatnonzero(views.accepted[:, columns].all(axis=1))
    if not len(rows):
        return "empty", None, 0, 0
    values = views.valuation.values(views.sample[rows])[:, own[place]]
    tied = rows[(values == values.max()).astype(bool)]
    package = tuple(int(option) for option in views.sample[tied[0]])
    n_standing = int(views.accepted[tied][:, own].all(axis=1).sum())
    return "exact", package, len(tied), n_standing


def _searched(views: Views, columns: list[int], own: list[int], place: int) -> Found:
    """Search without a list; which of several that are tied is found is settled by the search."""
    diagram = diagram_of(views.valuation.factors(columns))
    found = favourite_of(diagram, place, work=views.work)
    if found.package is None or found.gain is None:
        return found.status, None, None, None
    if found.status != "exact":
        return found.status, found.package, None, None
    n_tied = n_as_good(diagram, place, found.gain, work=views.work)
    both = list(dict.fromkeys([*columns, *own]))
    together = diagram_of(views.valuation.factors(both))
    n_standing = n_as_good(together, place, found.gain, work=views.work)
    return "exact", found.package, n_tied, n_standing
