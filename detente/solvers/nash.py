"""The Nash bargaining solution without listing packages or their frontier.

For positive weights w, no package has a product of gains above (C/n)^n / prod w, where C is the
largest weighted gain over no deal, found without search, and n the number of parties. The weights
of the Nash solution over mixtures of packages leave a gap that shrinks as issues are added; partial
packages that cannot close it are cut off, and the rest is searched. Doubles prune; whole numbers
decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from math import gcd, log, prod
from typing import TYPE_CHECKING

import numpy as np

from detente.diagram import Diagram, Floats, Layer, only
from detente.factors import Ints, Whole
from detente.solvers.best import Best
from detente.solvers.watch import watched
from detente.vocabulary import Package
from detente.work import Work

if TYPE_CHECKING:
    from detente.solvers.kernels.nash_paths import Graph

WHAT = "looking for the Nash solution"
_TOLERANCES = (1e-10, 1e-7, 1e-4)
"""Logarithms of products nearer than this are compared in whole numbers; more where values had to
be rounded."""
_BITS = 52
"""Sums of gains are rounded to so many."""
_TRAIL, _SUM = 64, 32
"""Bytes that a label takes, and in addition for each party."""


def nash_of(diagram: Diagram, *, work: Work | None = None) -> Best:
    """Maximise the product of gains over no deal (Nash 1950), no gain below zero.

    When no package gives every party a positive gain, the largest number of parties with a positive
    gain comes first, then the product over those parties, as in
    :func:`~detente.solvers.bargaining.nash`.

    ``work.seconds`` and ``work.memory`` limit the search. When one of them ends it, the bound is an
    upper bound on the natural logarithm of the product of the positive gains.

    Raises CancelledError when the work is cancelled.

    Cost: about a millisecond for 60 issues of 10 options and 6 parties; most of the work is finding
    the weights, some tens of passes over the diagram.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> pay, leave = [[6, 1], [3, 3], [1, 6]], [[1, 0], [0, 2]]
    >>> best = nash_of(diagram_of(factors_of([pay, leave], [1, 0])))
    >>> best.status, best.vectors, best.package
    ('exact', ((5, 3),), (0, 1))
    """
    work = work or Work()
    if diagram.empty:
        return Best(status="empty")
    with watched(work, what=WHAT) as stop:
        return best_of(
            diagram.layers,
            diagram.factors.no_deal,
            most_labels(len(diagram.factors.no_deal), work),
            stop,
        )


def most_labels(n_parties: int, work: Work) -> int:
    """Return how many labels fit into the memory that the work may take."""
    return work.memory // (_TRAIL + _SUM * n_parties)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The packages with the largest product of gains, by their gains.

    status : as the kernel says it
    product : of the gains that are to be positive, in whole numbers; 0 when there is none
    bound : the logarithm of the product is at most this
    """

    status: int
    product: int = 0
    packages: dict[tuple[int, ...], Package] = field(default_factory=dict)
    bound: float = -np.inf
    searched: int = 0


def best_of(layers: Sequence[Layer], no_deal: Whole, most: int, stop: Ints) -> Best:
    """Solve one reading; most : labels kept in all; stop : see :func:`watched`."""
    from detente.solvers.kernels.nash import EMPTY, EXACT

    among = partial(_among, layers, no_deal, most=most, stop=stop)
    found = among(range(len(no_deal)))
    if found.status == EMPTY:
        found = _with_fewer(among, len(no_deal))
    if found.status == EMPTY:
        return Best(status="empty", searched=found.searched)
    vectors = tuple(sorted(found.packages, reverse=True))
    exact = found.status == EXACT
    return Best(
        status="exact" if exact else "bounded",
        vectors=vectors,
        package=found.packages[vectors[0]] if vectors else None,
        bound=None if exact else found.bound,
        searched=found.searched,
    )


def _with_fewer(among: Callable[[Collection[int]], _Found], n_parties: int) -> _Found:
    """Search where no package gives every party a positive gain."""
    from detente.solvers.kernels.nash import BOUNDED, EMPTY, EXACT

    none = among(())
    if not none.packages:
        return none
    able = [p for p in range(n_parties) if among((p,)).status != EMPTY]
    for size in range(min(len(able), n_parties - 1), 0, -1):
        found = [among(chosen) for chosen in combinations(able, size)]
        if all(each.status == EMPTY for each in found):
            continue
        largest = max(each.product for each in found)
        exact = all(each.status != BOUNDED for each in found)
        return _Found(
            status=EXACT if exact else BOUNDED,
            product=largest,
            packages={g: x for f in found if f.product == largest for g, x in f.packages.items()}
            or none.packages,
            bound=none.bound,
            searched=max(each.searched for each in found),
        )
    return none


def _among(
    layers: Sequence[Layer], no_deal: Whole, positive: Collection[int], *, most: int, stop: Ints
) -> _Found:
    """Maximise the product where some parties are to have positive gains, the others none.

    The others' gains count as one unit more, so that the product stays what it is.
    """
    from detente.solvers.kernels.nash import BOUNDED, EMPTY, EXACT, Limits, solved

    rounded = _rounded(layers, no_deal, positive)
    if rounded is None:
        return _Found(status=EMPTY)
    for tolerance in _TOLERANCES:
        limits = Limits(most=most, merge=rounded.lost == 0, tolerance=tolerance)
        found = solved(rounded.graph, limits, stop)
        if found.status == EMPTY:
            return _Found(status=EMPTY, searched=found.searched)
        product, packages = _largest(rounded, found.paths)
        bound = found.bound + rounded.lost * log(2) + sum(map(log, rounded.units))
        proved = not rounded.lost or (product > 0 and log(product) >= bound - tolerance)
        if found.status == BOUNDED or proved:
            break
    return _Found(
        status=EXACT if found.status == EXACT and proved else BOUNDED,
        product=product // prod(more or 1 for more in rounded.raised),
        packages=packages,
        bound=bound,
        searched=found.searched,
    )


def _largest(rounded: _Rounded, paths: Ints) -> tuple[int, dict[tuple[int, ...], Package]]:
    """Compare products in whole numbers; return the largest, and its packages by their gains."""
    largest = 0
    chosen: dict[tuple[int, ...], Package] = {}
    gains = rounded.gain[paths].sum(axis=1) + rounded.base
    packages = np.zeros_like(paths)
    packages[:, rounded.issue] = rounded.option[paths]
    for gain, package in zip(gains.tolist(), packages.tolist(), strict=True):
        counted = [own + more for own, more in zip(gain, rounded.raised, strict=True)]
        product = prod(counted) if min(counted) > 0 else 0
        if product > largest:
            largest, chosen = product, {}
        if product and product == largest:
            chosen.setdefault(tuple(gain), tuple(package))
    return largest, chosen


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rounded:
    """A diagram in doubles.

    units : the numbers of which each party's gains are multiples; they were divided by them
    raised : what each party's gain counts more, a unit or nothing
    lost : by so many bits the gains of all parties together were rounded, upwards
    gain : of each arc, exactly, shape (n_arcs, n_parties); base : of every package beforehand
    option : of each arc; issue : of each layer
    """

    graph: Graph
    units: tuple[int, ...]
    raised: tuple[int, ...]
    lost: int
    gain: Whole
    base: Whole
    option: Ints
    issue: Ints


def graph_of(layers: Sequence[Layer], gain: Floats, base: Floats) -> Graph:
    """Return a diagram's arcs for the kernels; gain : shape (n_parties, n_arcs)."""
    from detente.solvers.kernels.nash_paths import Graph

    n_arcs = [len(layer.source) for layer in layers]
    level = np.cumsum([0, *(layer.n_sources for layer in layers), layers[-1].n_targets])
    return Graph(
        start=np.cumsum([0, *n_arcs]),
        level=level,
        source=np.concatenate([layer.source for layer in layers]) + np.repeat(level[:-2], n_arcs),
        target=np.concatenate([layer.target for layer in layers]) + np.repeat(level[1:-1], n_arcs),
        gain=gain,
        base=base,
        arc=np.arange(gain.shape[1]),
        layer=np.arange(len(layers)),
        fixed=np.full(len(layers), -1),
    )


def _rounded(layers: Sequence[Layer], no_deal: Whole, positive: Collection[int]) -> _Rounded | None:
    """Return the gains in doubles, or None where some party cannot have a positive gain."""
    parties = range(len(no_deal))
    raised = np.array([p not in positive for p in parties], dtype=no_deal.dtype)
    units, lost = (1,) * len(no_deal), 0
    if no_deal.dtype == object:
        layers = [_without_twins(layer) for layer in layers]
    exact = np.concatenate([layer.gain for layer in layers])
    gain, base = exact, raised - no_deal
    if no_deal.dtype == object:
        tops = np.array([layer.gain.max(axis=0) for layer in layers])
        gain = exact - np.repeat(tops, [len(layer.gain) for layer in layers], axis=0)
        base = tops.sum(axis=0) - no_deal
        units = tuple(gcd(base[p], *gain[:, p].tolist()) or 1 for p in parties)
        base = base // units + raised
        if min(base) < 1:
            return None
        bits = [max((2 * len(layers) * top).bit_length() - _BITS, 0) for top in base.tolist()]
        steps, lost = np.array([1 << bit for bit in bits], dtype=object), sum(bits)
        gain, base = -(np.minimum(-gain // units, 2 * base) // steps), -(-base // steps)
    doubles = np.ascontiguousarray(gain.T, dtype=np.float64)
    return _Rounded(
        graph=graph_of(layers, doubles, base.astype(np.float64)),
        units=units,
        raised=tuple(int(more) * unit for more, unit in zip(raised, units, strict=True)),
        lost=lost,
        gain=exact,
        base=-no_deal,
        option=np.concatenate([layer.option for layer in layers]),
        issue=np.array([layer.issue for layer in layers]),
    )


def _without_twins(layer: Layer) -> Layer:
    """Keep one of the arcs that lead the same way with the same gains."""
    first: dict[tuple[int, ...], int] = {}
    rows = zip(layer.source.tolist(), layer.target.tolist(), layer.gain.tolist(), strict=True)
    for a, (source, target, gain) in enumerate(rows):
        first.setdefault((source, target, *gain), a)
    return only(layer, np.array([*first.values()]))
