"""Alternating offers: what delay is worth, and where the Nash solution comes from.

Two parties share a pie of 1. They take turns: one proposes, the other accepts or waits for its own
turn. Waiting costs, so that the proposer leaves the other just what waiting is worth to it, and
they agree at once. With a last round this is worked out backwards (Ståhl 1972); without one the
shares are those of Rubinstein (1982). As the turns come faster, they tend to the asymmetric Nash
solution (Binmore, Rubinstein and Wolinsky 1986): the rule that is used for talks in bundles.

Everything is counted in fractions, exactly.
"""

from __future__ import annotations

from fractions import Fraction

from detente.errors import DetenteError

Number = Fraction | int
Pair = tuple[Number, Number]
"""One number for the party that proposes first, one for the other."""
Shares = tuple[Fraction, Fraction]
_NOTHING: Pair = (0, 0)


def alternating_offers(rounds: int, patience: Pair, /, *, meanwhile: Pair = _NOTHING) -> Shares:
    """Return what two parties agree on at once when their talks end after some rounds.

    Backward induction: after the last round there is no agreement and each has what it has
    meanwhile. Before, the proposer of the round leaves the other d v + (1 - d) m, where v is what
    it gets one round later, d its patience and m what it has meanwhile.

    Parameters
    ----------
    rounds : how many offers can be made, the first by the first party
    patience : the factor by which each discounts a round, from 0 to 1; or the chance that there is
        a next round, where ``meanwhile`` is what they get if there is none
    meanwhile : what each has as long as there is no agreement, together at most 1

    Raises
    ------
    DetenteError
        There is a negative number of rounds, a patience beyond 0 and 1, or nothing to agree on.

    Cost: O(rounds); numerators grow with the rounds.

    Examples
    --------
    >>> ninety = (Fraction(9, 10), Fraction(9, 10))
    >>> [str(alternating_offers(rounds, ninety)[0]) for rounds in (1, 2, 3)]
    ['1', '1/10', '91/100']
    """
    surplus = _checked(patience, meanwhile)
    if rounds < 0:
        message = f"there are {rounds} rounds of offers; it takes 0 or more"
        raise DetenteError(message)
    gains = [Fraction(0), Fraction(0)]
    for left in range(1, rounds + 1):
        proposer = (rounds - left) % 2
        other = 1 - proposer
        gains[other] = patience[other] * gains[other]
        gains[proposer] = surplus - gains[other]
    return meanwhile[0] + gains[0], meanwhile[1] + gains[1]


def rubinstein(patience: Pair, /, *, meanwhile: Pair = _NOTHING) -> Shares:
    """Return what two parties agree on at once when either may go on making offers for ever.

    The first proposer gets (1 - d2) / (1 - d1 d2) of what agreement adds to what both have
    meanwhile (Rubinstein 1982): the limit of :func:`alternating_offers` as rounds are added.

    Parameters
    ----------
    patience, meanwhile : as in :func:`alternating_offers`

    Raises
    ------
    DetenteError
        As there, and when both are endlessly patient: then any division may be agreed on.

    Examples
    --------
    >>> [str(share) for share in rubinstein((Fraction(9, 10), Fraction(8, 10)))]
    ['5/7', '2/7']
    """
    surplus = _checked(patience, meanwhile)
    own, other = patience
    if own * other == 1:
        message = "neither party loses by waiting; one patience has to be less than 1"
        raise DetenteError(message)
    gain = surplus * Fraction(1 - other) / (1 - own * other)
    return meanwhile[0] + gain, meanwhile[1] + surplus - gain


def asymmetric_nash(weights: Pair, /, *, no_deal: Pair = _NOTHING) -> Shares:
    """Return the shares x that make (x1 - n1)^w1 (x2 - n2)^w2 largest, n being no deal.

    Each gets its no deal and, of what is left, its part of the weights.

    Parameters
    ----------
    weights : not negative, not both 0; equal weights give the Nash solution
    no_deal : what each gets without agreement, together at most 1

    Raises
    ------
    DetenteError
        Weights are negative or both 0, or no deal is better for both together.

    Examples
    --------
    >>> [str(share) for share in asymmetric_nash((2, 1), no_deal=(0, Fraction(1, 4)))]
    ['1/2', '1/2']
    """
    surplus = _surplus(no_deal)
    own, other = weights
    if min(weights) < 0 or not own + other:
        message = f"the weights are {own} and {other}; none may be negative, and one has to be more"
        raise DetenteError(message)
    gain = surplus * Fraction(own) / (own + other)
    return no_deal[0] + gain, no_deal[1] + surplus - gain


def bargaining_power(impatience: Pair, /) -> Shares:
    """Return the weights of the Nash solution that rapid offers lead to (Binmore et al. 1986).

    A party that loses r of what it waits for in a unit of time, and has its turns a short time t
    apart, has a patience of 1 - r t. As t goes to 0, the shares of :func:`rubinstein` tend to the
    asymmetric Nash solution with the weights r2 / (r1 + r2) and r1 / (r1 + r2): who waits more
    easily has more weight, and who proposes first no longer counts.

    Parameters
    ----------
    impatience : not negative, not both 0

    Raises
    ------
    DetenteError
        Impatience is negative, or 0 for both.

    Examples
    --------
    >>> [str(weight) for weight in bargaining_power((Fraction(2, 100), Fraction(6, 100)))]
    ['3/4', '1/4']
    """
    own, other = impatience
    return asymmetric_nash((other, own))


def _checked(patience: Pair, meanwhile: Pair) -> Fraction:
    if not all(0 <= factor <= 1 for factor in patience):
        message = f"patience is {patience[0]} and {patience[1]}; it lies between 0 and 1"
        raise DetenteError(message)
    return _surplus(meanwhile)


def _surplus(without: Pair) -> Fraction:
    """Return what agreement adds to what two parties have without it."""
    surplus = 1 - Fraction(without[0]) - without[1]
    if surplus < 0:
        message = "without agreement both together have more than the pie; it may be at most 1"
        raise DetenteError(message)
    return surplus
