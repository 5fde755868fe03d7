"""Partial packages from both ends of a diagram, up to where they meet.

Few packages come near to a Lagrangian bound, and still fewer first or last halves of packages leave
room for coming near. So the halves are listed, from both ends, and only then joined: meeting in the
middle (Horowitz & Sahni 1974).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from detente.diagram import Diagram, Floats, Layer
from detente.factors import Bools, Choices, Ints, Whole
from detente.solvers.dominance import undominated
from detente.solvers.lookup import distinct
from detente.solvers.ranges import written_out
from detente.work import Work

_BLOCK = 200_000
"""Candidates formed at once."""
_SLACK = 1e-10
"""Bounds are computed in doubles; what misses one by less than this share of all sums stays."""
_MANY = 2048
"""Among twice so many labels equal and dominated ones are looked for."""
_TOO_MANY = 250_000
"""Among more labels they are not: sorting would take long."""
_CHUNK = 4096
"""Labels compared with each other for dominance."""
_EVEN = 0.1
"""Share of the largest multiplier that every demand has in the bound that ranks labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how widely a search may look.

    until : on the monotonic clock; most : labels of one half
    """

    work: Work
    until: float
    most: int

    def over(self) -> bool:
        """Tell whether the time is over; raise CancelledError when asked to stop."""
        self.work.check("looking for the best package")
        return monotonic() > self.until


@dataclass(frozen=True, kw_only=True, eq=False)
class Ends:
    """A diagram to be read from both ends, without options that another one always betters.

    ahead : from the first issue on; back : the same paths from the last issue on
    """

    ahead: Diagram
    back: Diagram


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


def ends_of(diagram: Diagram) -> Ends:
    """Make a diagram ready to be read from both ends."""
    layers = tuple(_lean(layer) for layer in diagram.layers)
    mirrored = tuple(_mirrored(layer) for layer in reversed(layers))
    factors = diagram.factors
    return Ends(
        ahead=Diagram(factors=factors, layers=layers),
        back=Diagram(factors=factors, layers=mirrored),
    )


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
    sums = np.abs(directions @ ends.ahead.factors.no_deal.astype(np.float64))
    for layer in ends.ahead.layers:
        sums += np.abs(directions @ layer.weight.T).max(axis=1)
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
    need = sieve.weights @ least - sieve.slack
    offset = sieve.directions @ no_deal.astype(np.float64)
    one = np.array([0, 1])
    ahead = Half(values=-no_deal[None], start=one)
    back = Half(values=np.zeros_like(no_deal)[None], start=one)
    if (sieve.ahead[0][:, 0] - offset < need).any():
        return ahead, Half(values=back.values[:0], start=np.array([0, 0]))
    n_layers = len(ends.ahead.layers)
    while (depth := len(ahead.steps)) + len(back.steps) < n_layers:
        rest = n_layers - len(back.steps)
        if _ways(ahead, ends.ahead.layers[depth]) <= _ways(back, ends.back.layers[n_layers - rest]):
            layer = _open(
                ends.ahead.layers[depth],
                sieve.back[n_layers - depth][0] - offset[0],
                sieve.ahead[depth + 1][0],
                (sieve.directions[0], need[0]),
            )
            still = need[:, None] - sieve.ahead[depth + 1]
            ahead = _grown(ahead, layer, sieve.directions, still, limits)
        else:
            layer = _open(
                ends.back.layers[n_layers - rest],
                sieve.ahead[rest][0] - offset[0],
                sieve.back[n_layers - rest + 1][0],
                (sieve.directions[0], need[0]),
            )
            still = (need + offset)[:, None] - sieve.back[n_layers - rest + 1]
            back = _grown(back, layer, sieve.directions, still, limits)
        if not len(ahead) or not len(back):
            break
    return ahead, back


def _ways(half: Half, layer: Layer) -> int:
    return int(np.diff(half.start)[layer.source].sum())


def _open(layer: Layer, before: Floats, after: Floats, bound: tuple[Floats, float]) -> Layer:
    """Leave out arcs that no package reaching the bound takes."""
    direction, need = bound
    most = before[layer.source] + layer.weight @ direction + after[layer.target]
    kept = most >= need
    return layer if kept.all() else _some(layer, kept)


def _some(layer: Layer, kept: Bools | Ints) -> Layer:
    target = layer.target[kept]
    return Layer(
        issue=layer.issue,
        source=layer.source[kept],
        target=target,
        option=layer.option[kept],
        gain=layer.gain[kept],
        start=np.searchsorted(target, np.arange(layer.n_targets + 1)),
        n_sources=layer.n_sources,
        n_targets=layer.n_targets,
    )


def _mirrored(layer: Layer) -> Layer:
    """Let the arcs of a layer lead the other way."""
    order = np.lexsort((layer.option, layer.target, layer.source))
    target = layer.source[order]
    return Layer(
        issue=layer.issue,
        source=layer.target[order],
        target=target,
        option=layer.option[order],
        gain=layer.gain[order],
        start=np.searchsorted(target, np.arange(layer.n_sources + 1)),
        n_sources=layer.n_targets,
        n_targets=layer.n_sources,
    )


def _lean(layer: Layer) -> Layer:
    """Leave out arcs that another one between the same states betters or equals."""
    n_arcs = len(layer.source)
    worse = np.zeros(n_arcs, dtype=bool)
    changes = (np.diff(layer.source) != 0) | (np.diff(layer.target) != 0)
    group = np.concatenate([[0], np.cumsum(changes)]) if n_arcs else np.zeros(0, dtype=np.int64)
    largest = int(np.bincount(group).max(initial=0))
    for step in range(1, largest):
        first, second = layer.gain[:-step], layer.gain[step:]
        together = group[:-step] == group[step:]
        worse[step:] |= together & (first >= second).astype(bool).all(axis=1)
        better = together & (second >= first).astype(bool).all(axis=1)
        worse[:-step] |= better & (second > first).astype(bool).any(axis=1)
    return layer if not worse.any() else _some(layer, ~worse)


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
    if 2 * sifted < len(values) <= _TOO_MANY:
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


def _useful(values: Whole, target: Ints, limits: Limits) -> NDArray[np.int64]:
    """Return one label of each value, without dominated ones where they are frequent."""
    rows = _first_of_each(values, target)
    if not _often_dominated(values[rows], target[rows]):
        return rows
    bounds = np.flatnonzero(np.diff(target[rows], prepend=-1))
    kept = []
    for low, high in zip(bounds, [*bounds[1:], len(rows)], strict=True):
        for start in range(low, high, _CHUNK):
            chunk = rows[start : min(start + _CHUNK, high)]
            if not limits.over():
                chunk = np.sort(chunk[undominated(values[chunk])])
            kept.append(chunk)
    return np.concatenate(kept)


def _first_of_each(values: Whole, target: Ints) -> Ints:
    """Return the first row of each value and state, by state."""
    _, _, number = distinct(target, values)
    rows = np.zeros(int(number.max()) + 1, dtype=np.int64)
    rows[number[::-1]] = np.arange(len(values))[::-1]
    return rows


def _often_dominated(values: Whole, target: Ints) -> bool:
    """Tell whether of a sample in the fullest state many are dominated."""
    fullest = np.bincount(target).argmax()
    rows = np.flatnonzero(target == fullest)
    sample = rows[:: max(1, len(rows) // 1000)]
    return len(undominated(values[sample])) < 0.8 * len(sample)
