"""Shares of a pie that every coalition accepts: the core, and the proof that there are none.

With two parties, fighting that wastes leaves a range of shares that both accept. With three, any
two may join against the third, and what each pair can take may be more than all of them can be
given at once: every pair and its opponent have a range, and together there is none.

A division that no coalition would rather leave is in the *core*. Weights on coalitions are
*balanced* when those of the coalitions that a party belongs to sum to 1, for every party. The core
is empty if and only if some balanced weights demand more than there is (Bondareva 1963, Shapley
1967): every party's share is then counted once, so that adding up the demands contradicts the pie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from detente.errors import DetenteError
from detente.linear import Linear, Row, Unknown
from detente.programme import maximise

Number = Fraction | int
Coalition = frozenset[int]
"""Parties, by number from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """Whether some division of a pie satisfies every coalition, with what proves it.

    pie : what there is to divide
    needed : the least pie of which some division satisfies every coalition
    shares : such a division of this pie; None when there is none
    weights : balanced weights of coalitions whose demands sum to ``needed``
    """

    pie: Fraction
    needed: Fraction
    shares: tuple[Fraction, ...] | None
    weights: Mapping[Coalition, Fraction]

    @property
    def empty(self) -> bool:
        """Whether every division leaves some coalition better off by fighting."""
        return self.shares is None


def core(demands: Mapping[Coalition, Number], n_parties: int, /, *, pie: Number = 1) -> Core:
    """Divide a pie so that no coalition could do better by fighting, or prove it impossible.

    Exact, by a linear programme in fractions: the least pie that satisfies everybody.

    Parameters
    ----------
    demands : what each coalition would get by fighting the others, net of costs. A coalition that
        is not named demands nothing; no party has to accept less than 0
    pie : what all of them can share if they do not fight. What is left over once every demand is
        met is shared evenly

    Raises
    ------
    DetenteError
        A coalition has no members or members that do not exist.

    Cost: a linear programme with one row for each coalition; instant for ten parties.

    Examples
    --------
    Any two of three take three quarters of the pie, one alone a tenth:

    >>> pairs = [frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2})]
    >>> alone = [frozenset({party}) for party in range(3)]
    >>> demands = {**dict.fromkeys(pairs, Fraction(3, 4)), **dict.fromkeys(alone, Fraction(1, 10))}
    >>> found = core(demands, 3)
    >>> found.empty, str(found.needed), sorted(map(str, found.weights.values()))
    (True, '9/8', ['1/2', '1/2', '1/2'])
    """
    parties = range(n_parties)
    if any(not members or not members <= set(parties) for members in demands):
        message = f"a coalition has members from 0 to {n_parties - 1}, at least one"
        raise DetenteError(message)
    least: dict[Coalition, Number] = {frozenset({party}): 0 for party in parties}
    for members, demand in demands.items():
        least[members] = max(demand, least.get(members, demand))
    rows = [
        Row(linear=_sum(members) - Fraction(demand), relation=">=")
        for members, demand in least.items()
    ]
    best = maximise(-_sum(frozenset(parties)), rows)
    if best.value is None or best.point is None or best.multipliers is None:
        message = "a pie that is large enough satisfies every coalition"
        raise AssertionError(message)
    coalitions = list(least)
    left = pie + best.value
    shares = tuple(best.point[_share(party)] + Fraction(left, n_parties) for party in parties)
    return Core(
        pie=Fraction(pie),
        needed=-best.value,
        shares=shares if left >= 0 else None,
        weights={coalitions[r]: weight for r, weight in best.multipliers.items() if weight},
    )


def proves_empty(
    weights: Mapping[Coalition, Number],
    demands: Mapping[Coalition, Number],
    n_parties: int,
    /,
    *,
    pie: Number = 1,
) -> bool:
    """Tell whether weights of coalitions prove that no division of a pie satisfies all of them.

    Worked out by adding up alone: no weight is negative, those of the coalitions that a party
    belongs to sum to 1, and the weighted demands exceed the pie. A coalition that is not named
    demands nothing.

    Examples
    --------
    >>> pairs = [frozenset({0, 1}), frozenset({0, 2}), frozenset({1, 2})]
    >>> half = dict.fromkeys(pairs, Fraction(1, 2))
    >>> proves_empty(half, dict.fromkeys(pairs, Fraction(3, 4)), 3)
    True
    >>> proves_empty(half, dict.fromkeys(pairs, Fraction(2, 3)), 3)
    False
    """
    balanced = all(
        sum(weight for members, weight in weights.items() if party in members) == 1
        for party in range(n_parties)
    )
    demanded = sum(weight * demands.get(members, 0) for members, weight in weights.items())
    return balanced and all(weight >= 0 for weight in weights.values()) and demanded > pie


def _share(party: int) -> Unknown:
    return ("share", str(party))


def _sum(members: Coalition) -> Linear:
    return Linear(dict.fromkeys(map(_share, sorted(members)), Fraction(1)))
