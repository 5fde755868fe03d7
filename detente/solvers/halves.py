"""Partial packages from both ends of a diagram, up to where they meet.

Few packages come near to a Lagrangian bound, and still fewer first or last halves of packages leave
room for coming near. So the halves are listed, from both ends, and only then joined: meeting in the
middle (Horowitz & Sahni 1974).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from detente.diagram import Floats, Layer, only
from detente.factors import Choices, Ints, Whole
from detente.solvers.dominance import undominated
from detente.solvers.ends import Ends
from detente.solvers.limits import Limits
from detente.solvers.lookup import distinct
from detente.solvers.ranges import written_out

_BLOCK = 200_000
"""Candidates formed at once."""
_SLACK = 1e-10
"""Bounds are computed in doubles; what misses one by less than this share of all sums stays."""
_MANY = 2048
"""Among twice so many labels equal and dominated ones are looked for."""
_TOO_MANY = 250_000
"""Labels sorted at once."""
_CHUNK = 4096
"""Labels compared with each other for dominance."""
_EVEN = 0.1
"""Share of the largest multiplier that every demand has in the bound that ranks labels."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sieve:
    """Weighted sums by which partial packages are told to be hopeless, at whatever demands.

    weights : one row for each sum, shape (n_sums, n_demands); the first is the best bound known,
        the second is for ranking
    directions : what the sums weigh each party's gain with, shape (n_sums, n_parties)
    ahead, back : the most that is still to come, by depth from either end, shape (n_sums, n_states)
    slack : far more than rounding errors amount to, shape (n_sums,)
    """

    weights: Floats
    directions: Floats
    ahead: Sequence[Floats]
    back: Sequence[Floats]
    slack: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Half:
    """Partial packages from one end.

    values : shape (n_labels, n_parties); start : first label of each state
    steps : by depth, where each label came from: its position before, and the arc read
    layers : the layers read, with the arcs that the steps speak of
    complete : none was left out for being too many
    sifted : how many there were when equal and dominated ones were last looked for
    """

    values: Whole
    start: Ints
    steps: tuple[tuple[Ints, Ints], ...] = ()
    layers: tuple[Layer, ...] = ()
    complete: bool = True
    sifted: int = _MANY

    def __len__(self) -> int:
        return len(self.values)

    @property
    def state(self) -> Ints:
        """The state of each label."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    def retrace(self, labels: Ints, packages: Choices) -> None:
        """Write into packages what options were read on the way to labels."""
        for layer, (parent, arc) in zip(reversed(self.layers), reversed(self.steps), strict=True):
            packages[:, layer.issue] = layer.option[arc[labels]]
            labels = parent[labels]


def sieve_of(ends: Ends, rows: Whole, multipliers: Floats) -> Sieve:
    """Make the bounds that multipliers give, and others around them.

    rows : shape (n_demands, n_parties); multipliers : shape (n_demands,), none negative
    """
    doubles = rows.astype(np.float64)
    tops = ends.ahead.best_rest(doubles)[0][:, 0]
    spans = np.maximum(tops + ends.ahead.best_rest(-doubles)[0][:, 0], 1.0)
    weighty = multipliers * spans
    even = np.maximum(weighty, _EVEN * weighty.max()) / spans
    some = np.flatnonzero(multipliers)
    turned = np.repeat(multipliers[None], 2 * len(some), axis=0)
    turned[np.arange(len(some)), some] *= 0.7
    turned[np.arange(len(some), 2 * len(some)), some] *= 1.4
    weights = np.vstack([multipliers, even, turned, np.diag(1 / spans)])
    directions = weights @ doubles
    sums = directions @ np.abs(ends.ahead.factors.no_deal.astype(np.float64))
    for layer in ends.ahead.layers:
        sums += (directions @ np.abs(layer.weight).T).max(axis=1)
    return Sieve(
        weights=weights,
        directions=directions,
        ahead=ends.ahead.best_rest(directions),
        back=ends.back.best_rest(directions),
        slack=_SLACK * sums,
    )


def halves_meeting(ends: Ends, sieve: Sieve, least: Floats, limits: Limits) -> tuple[Half, Half]:
    """List first and last parts of all packages that may meet demands, up to where they meet.

    Parameters
    ----------
    least : what each demand's sum is to reach, shape (n_demands,)

    Returns
    -------
    ahead : partial packages from the front; their values are gains over no deal so far
    back : partial packages from the end; what they add

    Cost: proportional to the partial packages that the first bound lets through.
    """
    no_deal = ends.ahead.factors.no_deal
    one = np.array([0, 1])
    ahead = Half(values=-no_deal[None], start=one)
    back = Half(values=np.zeros_like(no_deal)[None], start=one)
    frame = _frame(ends, sieve, least, limits)
    if (sieve.ahead[0][:, 0] - frame.offset < frame.need).any():
        return ahead, Half(values=back.values[:0], start=np.array([0, 0]))
    n_layers = len(ends.ahead.layers)
    while (depth := len(ahead.steps)) + len(back.steps) < n_layers:
        last = ends.back.layers[len(back.steps)]
        if _ways(ahead, ends.ahead.layers[depth]) <= _ways(back, last):
            ahead = frame.longer(ahead)
        else:
            back = frame.longer_back(back)
        if not len(ahead) or not len(back):
            break
    return ahead, back


def whole_packages(ends: Ends, sieve: Sieve, least: Floats, ahead: Half, limits: Limits) -> Half:
    """Lengthen first parts of packages up to the end.

    Without duplicates there may be far fewer of them than pairs of halves that make them up.
    """
    frame = _frame(ends, sieve, least, limits)
    while len(ahead.steps) < len(ends.ahead.layers) and len(ahead):
        ahead = frame.longer(ahead)
    return ahead


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """What lengthening halves needs to know.

    need : what weighted sums of gains must come to; offset : weighted no-deal values
    """

    ends: Ends
    sieve: Sieve
    need: Floats
    offset: Floats
    limits: Limits

    def longer(self, ahead: Half) -> Half:
        """Read one more issue from the front."""
        sieve, depth = self.sieve, len(ahead.steps)
        n_layers = len(self.ends.ahead.layers)
        layer = _open(
            self.ends.ahead.layers[depth],
            sieve.back[n_layers - depth][0] - self.offset[0],
            sieve.ahead[depth + 1][0],
            (sieve.directions[0], self.need[0]),
        )
        still = self.need[:, None] - sieve.ahead[depth + 1]
        return _grown(ahead, layer, sieve.directions, still, self.limits)

    def longer_back(self, back: Half) -> Half:
        """Read one more issue from the end."""
        sieve, depth = self.sieve, len(back.steps)
        n_layers = len(self.ends.ahead.layers)
        layer = _open(
            self.ends.back.layers[depth],
            sieve.ahead[n_layers - depth][0] - self.offset[0],
            sieve.back[depth + 1][0],
            (sieve.directions[0], self.need[0]),
        )
        still = (self.need + self.offset)[:, None] - sieve.back[depth + 1]
        return _grown(back, layer, sieve.directions, still, self.limits)


def _frame(ends: Ends, sieve: Sieve, least: Floats, limits: Limits) -> _Frame:
    need = sieve.weights @ least - sieve.slack
    offset = sieve.directions @ ends.ahead.factors.no_deal.astype(np.float64)
    return _Frame(ends, sieve, need, offset, limits)


def _ways(half: Half, layer: Layer) -> int:
    return int(np.diff(half.start)[layer.source].sum())


def _open(layer: Layer, before: Floats, after: Floats, bound: tuple[Floats, float]) -> Layer:
    """Leave out arcs that no package reaching the bound takes."""
    direction, need = bound
    most = before[layer.source] + layer.weight @ direction + after[layer.target]
    kept = most >= need
    return layer if kept.all() else only(layer, kept)


def _grown(half: Half, layer: Layer, directions: Floats, need: Floats, limits: Limits) -> Half:
    """Read one more issue.

    need : what a label's weighted sums must be, shape (n_sums, n_states)
    """
    score = half.values.astype(np.float64) @ directions[0]
    least = need[0][layer.target] - layer.weight @ directions[0]
    parts: list[tuple[Whole, Ints, Ints]] = []
    total = 0
    complete = half.complete
    for every_parent, every_arc in _candidates(half, layer):
        if limits.over():
            complete = False
            break
        alive = np.flatnonzero(score[every_parent] >= least[every_arc])
        parent, arc = every_parent[alive], every_arc[alive]
        values = half.values[parent] + layer.gain[arc]
        alive = _meet(values, layer.target[arc], directions[1:], need[1:])
        parts.append((values[alive], parent[alive], arc[alive]))
        total += len(alive)
        if total > 2 * limits.most:
            parts = [_ranked(parts, layer, (directions[1], need[1]), limits.most)]
            total, complete = limits.most, False
    if total > limits.most:
        parts = [_ranked(parts, layer, (directions[1], need[1]), limits.most)]
        complete = False
    values, parent, arc = _together(parts, half)
    target = layer.target[arc]
    sifted = half.sifted
    if 2 * sifted < len(values):
        kept = _useful(values, target, limits)
        values, parent, arc, target = values[kept], parent[kept], arc[kept], target[kept]
        sifted = max(_MANY, len(values))
    return Half(
        values=values,
        start=np.searchsorted(target, np.arange(layer.n_targets + 1)),
        steps=(*half.steps, (parent.astype(np.int32), arc.astype(np.int32))),
        layers=(*half.layers, layer),
        complete=complete,
        sifted=sifted,
    )


def _candidates(half: Half, layer: Layer) -> Iterator[tuple[Ints, Ints]]:
    """Go through labels and arcs that continue them, arcs in order, block by block."""
    sizes = np.diff(half.start)[layer.source]
    for arc, place in written_out(sizes, _BLOCK):
        yield half.start[layer.source[arc]] + place, arc


def _meet(values: Whole, target: Ints, directions: Floats, need: Floats) -> Ints:
    """Return which labels may still come to all weighted sums."""
    sums = values.astype(np.float64) @ directions.T
    return np.flatnonzero((sums >= need.T[target]).all(axis=1))


def _ranked(
    parts: Sequence[tuple[Whole, Ints, Ints]], layer: Layer, bound: tuple[Floats, Floats], most: int
) -> tuple[Whole, Ints, Ints]:
    """Keep so many of the labels, those with most room to a bound."""
    values, parent, arc = (np.concatenate(column) for column in zip(*parts, strict=True))
    direction, need = bound
    room = values.astype(np.float64) @ direction - need[layer.target[arc]]
    kept = np.sort(np.argpartition(-room, most)[:most])
    return values[kept], parent[kept], arc[kept]


def _together(parts: Sequence[tuple[Whole, Ints, Ints]], half: Half) -> tuple[Whole, Ints, Ints]:
    if not parts:
        none = np.zeros(0, dtype=np.int64)
        return half.values[:0], none, none
    values, parent, arc = (np.concatenate(column) for column in zip(*parts, strict=True))
    return values, parent, arc


def _useful(values: Whole, target: Ints, limits: Limits) -> Ints:
    """Return one label of each value, without dominated ones where they are frequent."""
    rows = _one_of_each(values, target, limits)
    if len(rows) > _TOO_MANY or not _often_dominated(values[rows], target[rows]):
        return rows
    rows = rows[np.lexsort((*values[rows].T[::-1], target[rows]))]
    bounds = np.flatnonzero(np.diff(target[rows], prepend=-1))
    kept = []
    for low, high in zip(bounds, [*bounds[1:], len(rows)], strict=True):
        for start in range(low, high, _CHUNK):
            chunk = rows[start : min(start + _CHUNK, high)]
            kept.append(chunk if limits.over() else chunk[undominated(values[chunk])])
    return np.sort(np.concatenate(kept))


def one_of_each(state: Ints, vectors: Whole) -> Ints:
    """Return the first row of each different state and vector, in ascending order of these."""
    _, _, number = distinct(state, vectors)
    rows = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    rows[number[::-1]] = np.arange(len(number))[::-1]
    return rows


def _one_of_each(values: Whole, target: Ints, limits: Limits) -> Ints:
    """Return one row of each value and state, ascending; sorted in parts if there are many."""
    n_parts = 1 if values.dtype == object else len(values) // _TOO_MANY + 1
    mixed = (values @ (2 * np.arange(values.shape[1]) + 1) + target) % n_parts
    kept = []
    for part in range(n_parts):
        rows = np.flatnonzero((mixed == part).astype(bool))
        kept.append(rows if limits.over() else rows[one_of_each(target[rows], values[rows])])
    return np.sort(np.concatenate(kept))


def _often_dominated(values: Whole, target: Ints) -> bool:
    """Tell whether of a sample in the fullest state many are dominated."""
    fullest = np.bincount(target).argmax()
    rows = np.flatnonzero(target == fullest)
    sample = rows[:: max(1, len(rows) // 1000)]
    return len(undominated(values[sample])) < 0.8 * len(sample)
