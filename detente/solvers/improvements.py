"""Improvements of one party in option form, all of them at once and none of them written out.

Codes between which a party can move form a block. Within one the party's improvements are gone
through best first: each state sees the least amount among those before it, which the party ranks
higher. Where a transition cannot be undone, only what can be reached counts: amounts are put down
in cells, one for each set of settings between which the party can move at will, and a state sees
the cells that lie ahead of it. Each amount is put down, for some of the axes, in every cell from
which it can be reached, and is sought ahead along the others, so that neither takes long.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.factors import Bools, Ints
from detente.solvers.concept import Row
from detente.solvers.option_form import OptionForm
from detente.solvers.state_graph import States

if TYPE_CHECKING:
    from detente.solvers.kernels.improvements import Blocks, Cells

NOWHERE = np.iinfo(np.int32).min
"""Less than any rank: that of a code which is no state."""
_SORTED = 2**15
"""Codes that are sorted at once, so that it takes little room."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Improvements:
    """Every improvement of one party.

    blocks, cells : see :mod:`detente.solvers.kernels.improvements`
    """

    blocks: Blocks
    cells: Cells

    def lower(self, least: Row) -> bool:
        """Lower each amount to the least that one improvement leads to; tell of any change.

        least : by code, changed in place; codes that are no states are left alone

        Cost: one pass over all codes; where transitions cannot be undone, times as many cells as
        each code is put down in and sees, about 1.5 to the power of half the axes with such
        transitions.
        """
        from detente.solvers.kernels.improvements import lower

        return bool(lower(least, self.blocks, self.cells))


def improvements_of(form: OptionForm, party: int, rank: Row) -> Improvements:
    """Return the improvements of one party.

    rank : its own of each code, :data:`NOWHERE` for codes that are no states

    Cost: each block is sorted. What is kept takes two bytes for each code, or four where a block
    has more than 32,768.
    """
    from detente.solvers.kernels.improvements import Blocks

    own = [k for k, allowed in enumerate(form.allowed[party]) if allowed is not None]
    others = [k for k in range(len(form.sizes)) if k not in own]
    base, offset = _codes(form, others), _codes(form, own)
    small = len(offset) <= 2**15
    last = 2**15 if small else 2**31
    order = np.empty((len(base), len(offset)), dtype=np.uint16 if small else np.uint32)
    n_states = np.empty(len(base), dtype=np.int64)
    step = max(_SORTED // len(offset), 1)
    for begin in range(0, len(base), step):
        part = slice(begin, begin + step)
        found = rank[base[part, None] + offset]
        place = np.argsort(found, axis=1)
        ranked = np.take_along_axis(found, place, axis=1)
        place[:, -1] += last
        place[:, :-1] += last * (ranked[:, :-1] != ranked[:, 1:])
        order[part] = place
        n_states[part] = (found > NOWHERE).sum(axis=1)
    blocks = Blocks(base=base, offset=offset, order=order, last=last, n_states=n_states)
    return Improvements(blocks=blocks, cells=_cells(form.allowed[party]))


def _codes(form: OptionForm, axes: list[int]) -> States:
    """Return the code of every setting of some axes, the others at their first; ascending."""
    codes = np.zeros(1, dtype=np.int32)
    for axis in axes:
        steps = np.arange(form.sizes[axis], dtype=np.int32) * np.int32(form.strides[axis])
        codes = (steps[:, None] + codes).ravel()
    return codes


def _cells(transitions: Iterable[Bools | None]) -> Cells:
    """Return how the settings of a party's own axes fall into cells, and which lie ahead."""
    from detente.solvers.kernels.improvements import Cells

    of = np.zeros(1, dtype=np.int64)
    n_cells = 1
    pairs = {"put": np.zeros((1, 2), dtype=np.int64), "seen": np.zeros((1, 2), dtype=np.int64)}
    for allowed in transitions:
        if allowed is None:
            continue
        cell, ahead = _cells_of_axis(allowed)
        of = (cell[:, None] * n_cells + of).ravel()
        lighter = min(pairs, key=lambda side: len(pairs[side]))
        for side, before in pairs.items():
            met = ahead if side == lighter else np.eye(len(ahead), dtype=bool)
            here = np.argwhere(met.T if side == "put" else met)
            pairs[side] = (here[:, None] * n_cells + before).reshape(-1, 2)
        n_cells *= len(ahead)
    put_from, put = _listed(pairs["put"], n_cells)
    seen_from, seen = _listed(pairs["seen"], n_cells)
    return Cells(of=of.astype(np.int32), put_from=put_from, put=put, seen_from=seen_from, seen=seen)


def _cells_of_axis(allowed: Bools) -> tuple[Ints, Bools]:
    """Return the cell of each setting, and which cells lie ahead of each, itself included."""
    reached = allowed | np.eye(len(allowed), dtype=bool)
    some, cell = np.unique((reached & reached.T).argmax(axis=1), return_inverse=True)
    return cell, reached[np.ix_(some, some)]


def _listed(pairs: Ints, n_cells: int) -> tuple[States, States]:
    """Return, for pairs of cells, where those of each first one begin, and all second ones."""
    counts = np.bincount(pairs[:, 0], minlength=n_cells)
    begin = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return begin, pairs[np.argsort(pairs[:, 0], kind="stable"), 1].astype(np.int32)
