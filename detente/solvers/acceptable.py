"""Is there a package that every party accepts? One is found, or a certificate says why not.

Weights of the parties exclude a region of packages when the largest weighted gain in it is
negative. Where no weights do, the region is split by the options of an issue, and each half is
looked at for itself (branch and bound with a Lagrangian bound: Geoffrion 1974). Where that would
take many halves, a search that raises all gains together says first whether there is a package.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from detente.diagram import Diagram, Floats, diagram_of
from detente.factors import MOST_EXACT, Choices, Ints, scope
from detente.solvers.balance import Balance, balance, chosen
from detente.solvers.certificate import (
    Branch,
    Certificate,
    Exhausted,
    NothingAllowed,
    Outweighed,
    Proof,
    Split,
)
from detente.solvers.ends import ends_of
from detente.solvers.lagrangian import Demands
from detente.solvers.limits import Limits, limits_of
from detente.solvers.raising import Raised, raised
from detente.solvers.weighing import Region, Weighing, joined
from detente.work import Work

Package = tuple[int, ...]
Status = Literal["found", "none", "unknown"]

MOST_LEAVES = 2000
_FEW_LEAVES = 12
"""Larger certificates are only looked for once a search has found no package."""
_MULTIPLES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 75, 100, 200, 500, 1000)
_LARGE_MULTIPLES = tuple(10**k for k in range(4, 16))
_MOST_ROUNDS = 200
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An acceptable package, or a certificate that there is none, or neither.

    package : one option for each issue; None when none was found
    certificate : why there is none; None when one was found, or when a limit was reached
    """

    package: Package | None = None
    certificate: Certificate | None = None

    @property
    def status(self) -> Status:
        """``found``, ``none`` (proved), or ``unknown``."""
        if self.package is not None:
            return "found"
        return "unknown" if self.certificate is None else "none"


def find_acceptable(
    diagram: Diagram, /, *, work: Work | None = None, certified: bool = True
) -> Finding:
    """Find an allowed package worth no less than no deal to every party, or prove there is none.

    Parameters
    ----------
    work
        Progress, cancellation, and the limits of time and memory; past them the finding is
        ``unknown``.
    certified
        Whether a large certificate is worth the time where a search has shown that there is none.

    The finding is exact: a package is held against the no-deal values, and every set of weights
    checked, in whole numbers. Which acceptable package is found is not specified.

    Examples
    --------
    >>> from detente.diagram import diagram_of
    >>> from detente.factors import factors_of
    >>> pay, shifts = [[0, 6], [2, 4], [5, 0]], [[4, 0], [0, 3]]
    >>> find_acceptable(diagram_of(factors_of([pay, shifts], [6, 4]))).package
    (1, 0)
    >>> find_acceptable(diagram_of(factors_of([pay, shifts], [6, 5]))).certificate.proof.weights
    (1, 1)
    """
    if diagram.empty:
        return Finding(certificate=Certificate(proof=NothingAllowed(issues=_banned(diagram))))
    limits = limits_of(work or Work())
    found = _Search(diagram, limits, most_leaves=_FEW_LEAVES).run()
    if found is not None:
        return found
    search = _raised(diagram, limits)
    if search.level is not None:
        return Finding(package=_package(search.packages[0]))
    if certified or not search.complete:
        found = _Search(diagram, limits, most_leaves=MOST_LEAVES).run()
        if found is not None:
            return found
    if not search.complete:
        return Finding()
    return Finding(certificate=Certificate(proof=Exhausted(n_partial=search.searched)))


def _banned(diagram: Diagram) -> tuple[int, ...]:
    """Return joined issues that bans leave no combination of."""
    factors = diagram.factors
    order = [layer.issue for layer in diagram.layers]
    for group in joined(factors):
        bans = tuple(ban for ban in factors.bans if scope(ban) <= group)
        if diagram_of(replace(factors, shifts=(), bans=bans)).empty:
            return tuple(issue for issue in order if issue in group)
    return tuple(order)


def _raised(diagram: Diagram, limits: Limits) -> Raised:
    """Raise all gains together, from where no package reaches down to nothing."""
    n_parties = diagram.factors.n_parties
    demands = Demands(
        rows=np.eye(n_parties, dtype=np.int64), factors=(1,) * n_parties, least=(0,) * n_parties
    )
    return raised(ends_of(diagram), demands, 0, limits, ties=False)


class _TooLargeError(Exception):
    """The tree has more leaves than allowed, or time is up."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Known:
    """Packages that have been met. packages : (n, n_issues); gains : (n, n_parties), scaled."""

    packages: Choices
    gains: Floats

    def within(self, region: Region) -> _Known:
        inside = region.holds(self.packages)
        return _Known(packages=self.packages[inside], gains=self.gains[inside])

    def plus(self, package: Choices, gains: Floats) -> _Known:
        return _Known(
            packages=np.vstack([self.packages, package]), gains=np.vstack([self.gains, gains])
        )


class _Search:
    """One run over the tree of regions."""

    def __init__(self, diagram: Diagram, limits: Limits, *, most_leaves: int) -> None:
        factors = diagram.factors
        self.factors, self.limits, self.most_leaves = factors, limits, most_leaves
        self.weighing = Weighing(diagram)
        tables = [table.astype(np.float64) for table in factors.values]
        least = np.sum([table.min(axis=0) for table in tables], axis=0)
        spread = np.sum([np.ptp(table, axis=0) for table in tables], axis=0)
        spread = spread + sum(np.abs(shift.by.astype(np.float64)) for shift in factors.shifts)
        no_deal = factors.no_deal.astype(np.float64)
        self.scale = np.maximum(1.0, spread + np.abs(no_deal - least))
        self.no_deal = no_deal / self.scale
        self.tables = [table / self.scale for table in tables]
        self.n_leaves = 0

    def run(self) -> Finding | None:
        """Return a package or a certificate; None where that would take too many leaves."""
        try:
            found = self.prove(self.weighing.everything(), None, root=True)
        except _TooLargeError:
            return None
        if isinstance(found, tuple):
            return Finding(package=found)
        return Finding(certificate=Certificate(proof=found))

    def prove(self, region: Region, known: _Known | None, *, root: bool = False) -> Proof | Package:
        """Return why a region has no acceptable package, or one that it has."""
        if self.limits.over() or self.n_leaves >= self.most_leaves:
            raise _TooLargeError
        start = self._begun(region, known)
        if isinstance(start, NothingAllowed | tuple):
            return start
        known = start
        best = np.inf
        basis = None
        for _ in range(_MOST_ROUNDS):
            mix = balance(known.gains, basis)
            basis = mix.basis
            if mix.gain >= 0:
                break
            met = self.weighing.heaviest(mix.weights / self.scale, region)
            gains = met[1] / self.scale - self.no_deal
            bound = float(mix.weights @ gains)
            if bound < best:
                best, weights = bound, mix.weights
            settled = bound - mix.gain <= _ROUNDING
            if best < 0 and (settled or not root):
                leaf = self._excluded(weights, region)
                if leaf is not None:
                    return leaf
            if settled:
                break
            if self._acceptable(met[0], gains):
                return _package(met[0])
            known = known.plus(met[0], gains)
        return self._split(region, known, mix)

    def _begun(self, region: Region, known: _Known | None) -> _Known | NothingAllowed | Package:
        """Return known packages of a region, at least one."""
        n_parties = self.factors.n_parties
        if known is not None:
            known = known.within(region)
            if len(known.packages):
                return known
        else:
            none = np.zeros((0, len(self.factors.sizes)), dtype=np.int64)
            known = _Known(packages=none, gains=np.zeros((0, n_parties)))
        gap = self.weighing.gap(region)
        if gap is not None:
            self.n_leaves += 1
            return NothingAllowed(issues=gap)
        for weights in [np.ones(n_parties), *np.eye(n_parties)]:
            met = self.weighing.heaviest(weights / self.scale, region)
            gains = met[1] / self.scale - self.no_deal
            if self._acceptable(met[0], gains):
                return _package(met[0])
            known = known.plus(met[0], gains)
        return known

    def _acceptable(self, package: Choices, gains: Floats) -> bool:
        """Tell whether a package is acceptable; only where doubles do not deny it, exactly."""
        if (gains < -_ROUNDING).any():
            return False
        values = self.factors.values_of(package[None])[0]
        return bool((values >= self.factors.no_deal).all())

    def _excluded(self, weights: Floats, region: Region) -> Outweighed | None:
        """Return small whole weights near the given ones that exclude a region, if any do."""
        units = weights / self.scale
        units = units / units.max()
        tried = None
        for multiple in (*_MULTIPLES, *_LARGE_MULTIPLES):
            whole = [int(weight) for weight in np.rint(units * multiple)]
            if whole == tried:
                continue
            tried = whole
            doubles = np.array(whole, dtype=np.float64)
            exact = self.weighing.largest * sum(whole) < MOST_EXACT
            met = self.weighing.heaviest(doubles, region)
            if exact and doubles @ met[1] >= doubles @ self.factors.no_deal:
                continue
            leaf = self._outweighed(whole, region)
            if leaf is not None:
                self.n_leaves += 1
                return leaf
        return None

    def _outweighed(self, weights: list[int], region: Region) -> Outweighed | None:
        parts = self.weighing.parts(weights, region)
        most = sum(part.weighted for part in parts)
        demanded = zip(weights, self.factors.no_deal.tolist(), strict=True)
        no_deal = sum(weight * int(value) for weight, value in demanded)
        if most >= no_deal:
            return None
        return Outweighed(weights=tuple(weights), parts=tuple(parts), most=most, no_deal=no_deal)

    def _split(self, region: Region, known: _Known, mix: Balance) -> Proof | Package:
        """Look at two halves of a region, so that the mix lies in neither."""
        issue, halves = self._halves(region, known, mix)
        if issue is None:
            return self._alone(known.packages[0], region)
        branches = []
        for options in halves:
            proof = self.prove(self.weighing.narrowed(region, issue, options), known)
            if isinstance(proof, tuple):
                return proof
            branches.append(Branch(options=tuple(options), proof=proof))
        return Split(issue=issue, branches=tuple(branches))

    def _halves(
        self, region: Region, known: _Known, mix: Balance
    ) -> tuple[int | None, list[list[int]]]:
        """Return the issue on which mixed packages differ most, and its options in two groups."""
        taken = chosen(mix.shares)
        shares, packages = mix.shares[taken] / mix.shares[taken].sum(), known.packages[taken]
        best: tuple[float, int] | None = None
        for issue, table in enumerate(self.tables):
            options = packages[:, issue]
            if (options == options[0]).all():
                continue
            values = table[options]
            apart = float(shares @ np.abs(values - shares @ values).sum(axis=1))
            if best is None or apart > best[0]:
                best = (apart, issue)
        if best is None:
            issue = int(region.open.sum(axis=1).argmax())
            first, *rest = np.flatnonzero(region.open[issue]).tolist()
            return (issue, [[first], rest]) if rest else (None, [])
        issue = best[1]
        mass = np.zeros(len(self.tables[issue]))
        np.add.at(mass, packages[:, issue], shares)
        return issue, self._grouped(issue, mass, np.flatnonzero(region.open[issue]))

    def _grouped(self, issue: int, mass: Floats, options: Ints) -> list[list[int]]:
        """Cut the options where the mix lies, along the line through its two commonest options."""
        table = self.tables[issue]
        first, second = (int(option) for option in np.argsort(-mass, kind="stable")[:2])
        along = table @ (table[first] - table[second])
        near = along[options] > mass @ along
        if near.all() or not near.any():
            near = options == first
        return [options[near].tolist(), options[~near].tolist()]

    def _alone(self, package: Choices, region: Region) -> Outweighed | Package:
        """Return the one package of a region, or the party that refuses it."""
        values = self.factors.values_of(package[None])[0]
        for p in np.flatnonzero(values < self.factors.no_deal):
            leaf = self._outweighed([int(p == q) for q in range(len(values))], region)
            if leaf is not None:
                self.n_leaves += 1
                return leaf
        return _package(package)


def _package(package: Choices) -> Package:
    return tuple(int(option) for option in package)
