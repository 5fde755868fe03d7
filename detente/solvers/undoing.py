"""What a leaver takes back: of what it delivered itself, whatever leaves it best off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import prod

import numpy as np

from detente.errors import LimitError
from detente.factors import Bools
from detente.hit_and_run import Floats
from detente.solvers.talks import Term

MOST_STANDINGS = 20_000
"""Ways in which the issues may stand that rules tie to what one party can take back."""


def after_undoing(terms: Sequence[Term], undoable: Bools, sizes: Sequence[int]) -> list[Term]:
    """Return walk-away values in which each party takes back what it delivered, where that helps.

    Parameters
    ----------
    terms
        What is kept of settled issues, by how they stand; the last standing means not settled.
    undoable
        Which issue a party can take back when it leaves, shape (n_rows, n_issues, n_parties).
    sizes
        How many options each issue has.

    To each party a state is then worth the most over all sets of its own issues that it may take
    back, each as though it had not been settled. Issues that share a term are decided together.

    Raises LimitError when more than 20,000 standings have to be held for one party.

    Cost: two passes over the standings for every issue that can be taken back.

    Examples
    --------
    Alone an issue costs 2 and is taken back; together with the other it brings 8 and stays.

    >>> own = Term(places=(0,), sizes=(2,), amounts=np.array([[[-2.0], [0.0]]]))
    >>> both = Term(places=(0, 1), sizes=(2, 2), amounts=np.array([[[10.0], [0.0], [0.0], [0.0]]]))
    >>> (term,) = after_undoing([own, both], np.array([[[True], [False]]]), [1, 1])
    >>> term.places, term.amounts.ravel().tolist()
    ((0, 1), [8.0, 0.0, 0.0, 0.0])
    """
    kept = [replace(term, amounts=term.amounts.copy()) for term in terms]
    found: list[Term] = []
    for party in range(undoable.shape[2]):
        own = [k for k in range(len(sizes)) if undoable[:, k, party].any()]
        for group in _tied(kept, own, party):
            touching = [
                t for t in kept if set(t.places) & set(group) and t.amounts[..., party].any()
            ]
            if touching:
                found.append(_undone(touching, group, undoable[:, :, party], party, sizes))
    return [term for term in kept if term.amounts.any()] + found


def _tied(terms: Sequence[Term], own: Sequence[int], party: int) -> list[list[int]]:
    """Return a party's own issues in groups that have to be decided together."""
    groups = [[issue] for issue in own]
    for term in terms:
        if term.amounts[..., party].any():
            within = [group for group in groups if set(group) & set(term.places)]
            if len(within) > 1:
                groups = [group for group in groups if group not in within]
                groups.append(sorted(issue for group in within for issue in group))
    return groups


def _undone(
    terms: Sequence[Term], group: Sequence[int], undoable: Bools, party: int, sizes: Sequence[int]
) -> Term:
    """Return one term for one party in place of its part of others, which is taken out of them."""
    places = tuple(sorted({place for term in terms for place in term.places} | set(group)))
    shape = [sizes[place] + 1 for place in places]
    if prod(shape) > MOST_STANDINGS:
        raise LimitError(
            f"rules tie {len(places)} issues to what one party could take back when it leaves; "
            f"up to {MOST_STANDINGS:,} ways in which they stand can be looked at"
        )
    n_rows = len(undoable)
    total: Floats = np.zeros([n_rows, *shape])
    for term in terms:
        own = iter(term.sizes)
        spread = [next(own) if place in term.places else 1 for place in places]
        total = total + term.amounts[..., party].reshape([-1, *spread])
        term.amounts[..., party] = 0
    for issue in group:
        axis = 1 + places.index(issue)
        without = np.take(total, [total.shape[axis] - 1], axis=axis)
        may = undoable[:, issue].reshape([-1] + [1] * len(places))
        total = np.maximum(total, np.where(may, without, -np.inf))
    amounts = np.zeros((n_rows, prod(shape), terms[0].amounts.shape[-1]))
    amounts[..., party] = total.reshape(n_rows, -1)
    return Term(places=places, sizes=tuple(shape), amounts=amounts)
