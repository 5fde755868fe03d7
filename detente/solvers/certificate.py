"""Certificates that no package is acceptable, and how they are checked.

Give every party a whole number as its weight. If even the largest weighted value of any allowed
package is below the weighted no-deal values, no package is worth its no deal to every party: adding
up the parties' demands would contradict it. The largest weighted value is a sum over issues, those
joined by conditions taken together, so that it can be worked out by hand. Where one set of weights
does not suffice, the options of an issue are split into groups and each is excluded by weights of
its own. (Weights are multipliers of a Lagrangian relaxation: Geoffrion 1974; without a gap they are
the certificate of Farkas 1902.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from detente.factors import Factors, Formula, restricted, scope

Weights = tuple[int, ...]
Options = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The most that issues joined by conditions, or one issue alone, add to the weighted value.

    issues : positions, in an order in which the conditions are easily followed
    options : those that add the most, one for each of the issues
    values : what they are worth to each party
    weighted : the weighted sum of ``values``
    """

    issues: tuple[int, ...]
    options: Options
    values: tuple[int, ...]
    weighted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outweighed:
    """However the issues are settled, the weighted value is below the weighted no-deal values.

    most : the weighted value of all parts; no_deal : what it would have to reach
    """

    weights: Weights
    parts: tuple[Part, ...]
    most: int
    no_deal: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingAllowed:
    """Every combination of options of these issues is banned."""

    issues: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """An issue whose options are taken in groups, each excluded for itself."""

    issue: int
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One group of options of a split issue, and why it leaves nothing acceptable."""

    options: Options
    proof: Proof


Leaf = Outweighed | NothingAllowed
Proof = Outweighed | NothingAllowed | Split


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhausted:
    """All partial packages that might have been completed were searched, and none could be.

    n_partial : how many were held at once, at the most; those that another one betters were left
        out
    """

    n_partial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Why no allowed package is worth its no-deal value to every party."""

    proof: Proof | Exhausted

    def leaves(self) -> Iterator[tuple[Mapping[int, Options], Leaf]]:
        """Yield each leaf with the options to which issues are narrowed there.

        The leaves together cover all packages, each exactly once.
        """
        if not isinstance(self.proof, Exhausted):
            yield from _leaves(self.proof, {})

    @property
    def n_leaves(self) -> int:
        """How many sets of weights, or banned remainders, there are."""
        return sum(1 for _ in self.leaves())


def _leaves(
    proof: Proof, given: Mapping[int, Options]
) -> Iterator[tuple[Mapping[int, Options], Leaf]]:
    if isinstance(proof, Split):
        for branch in proof.branches:
            yield from _leaves(branch.proof, {**given, proof.issue: branch.options})
    else:
        yield given, proof


def verify(certificate: Certificate, factors: Factors, /) -> bool:
    """Tell whether a certificate proves that no allowed package is acceptable to every party.

    Everything is worked out again in whole numbers from the factors alone: that the branches of a
    split share out the options of the issue, that no condition joins two parts, that no options of
    a part weigh more than those named, and that the sums are right and too small. A search cannot
    be checked without being repeated, so an exhausted search is not verified.

    Cost: for each leaf the combinations that conditions must remember, times options.

    Examples
    --------
    >>> from detente.factors import factors_of
    >>> factors = factors_of([[[0, 5], [4, 0]], [[3, 0], [0, 3]]], [5, 4])
    >>> parts = (
    ...     Part(issues=(0,), options=(0,), values=(0, 5), weighted=5),
    ...     Part(issues=(1,), options=(0,), values=(3, 0), weighted=3),
    ... )
    >>> proof = Outweighed(weights=(1, 1), parts=parts, most=8, no_deal=9)
    >>> verify(Certificate(proof=proof), factors)
    True
    """
    if isinstance(certificate.proof, Exhausted):
        return False
    everything = [frozenset(range(size)) for size in factors.sizes]
    return _Verifier(factors).proves(certificate.proof, everything)


Open = Sequence[frozenset[int]]
"""By issue, the options that are still looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """Issues read one after the other, conditions shrinking as they are.

    steps : for each issue and state before it, the option -> (state after it, what it adds)
    """

    issues: tuple[int, ...]
    steps: tuple[tuple[Mapping[int, tuple[int, tuple[int, ...]]], ...], ...]


@dataclass(frozen=True, slots=True)
class _Verifier:
    factors: Factors
    readings: dict[tuple[int, ...], _Reading] = field(default_factory=dict)

    def proves(self, proof: Proof, open_options: Open) -> bool:
        if isinstance(proof, Split):
            return self._shared_out(proof, open_options) and all(
                self.proves(branch.proof, _narrowed(open_options, proof.issue, branch.options))
                for branch in proof.branches
            )
        if isinstance(proof, Outweighed):
            return self._outweighed(proof, open_options)
        return True in self.factors.bans or (
            all(issue in range(len(open_options)) for issue in proof.issues)
            and self._apart([proof.issues])
            and self._heaviest(proof.issues, None, open_options) is None
        )

    def _shared_out(self, split: Split, open_options: Open) -> bool:
        if split.issue not in range(len(open_options)):
            return False
        options = [option for branch in split.branches for option in branch.options]
        return sorted(options) == sorted(open_options[split.issue])

    def _outweighed(self, leaf: Outweighed, open_options: Open) -> bool:
        factors, weights = self.factors, leaf.weights
        groups = [part.issues for part in leaf.parts]
        issues = sorted(issue for group in groups for issue in group)
        return (
            len(weights) == factors.n_parties
            and all(isinstance(weight, int) and weight >= 0 for weight in weights)
            and issues == list(range(len(factors.sizes)))
            and self._apart(groups)
            and all(self._right(part, weights, open_options) for part in leaf.parts)
            and leaf.most == sum(part.weighted for part in leaf.parts)
            and leaf.no_deal == _weighted(weights, [int(v) for v in factors.no_deal])
            and leaf.most < leaf.no_deal
        )

    def _apart(self, groups: Sequence[tuple[int, ...]]) -> bool:
        """Tell whether each condition that touches one of the groups lies within it."""
        return all(
            touched <= set(group)
            for group in groups
            for formula in _formulas(self.factors)
            if (touched := scope(formula)) & set(group)
        )

    def _right(self, part: Part, weights: Weights, open_options: Open) -> bool:
        """Tell whether a part's options are allowed, give its values, and weigh the most."""
        if len(part.options) != len(part.issues):
            return False
        alone = list(open_options)
        for issue, option in zip(part.issues, part.options, strict=True):
            if option not in open_options[issue]:
                return False
            alone[issue] = frozenset({option})
        units = [tuple(int(p == q) for q in range(len(weights))) for p in range(len(weights))]
        values = tuple(self._heaviest(part.issues, unit, alone) for unit in units)
        return (
            values == part.values
            and part.weighted == _weighted(weights, part.values)
            and part.weighted == self._heaviest(part.issues, weights, open_options)
        )

    def _heaviest(
        self, issues: tuple[int, ...], weights: Weights | None, open_options: Open
    ) -> int | None:
        """Return the largest weighted value of the issues; None when nothing is allowed."""
        reading = self.readings.get(issues)
        if reading is None:
            reading = self.readings[issues] = _reading(self.factors, issues)
        reached = {0: 0}
        for issue, states in zip(reading.issues, reading.steps, strict=True):
            after: dict[int, int] = {}
            for state, so_far in reached.items():
                for option, (target, added) in states[state].items():
                    if option in open_options[issue]:
                        total = so_far + (0 if weights is None else _weighted(weights, added))
                        after[target] = max(total, after.get(target, total))
            reached = after
        return max(reached.values(), default=None)


def _reading(factors: Factors, issues: tuple[int, ...]) -> _Reading:
    touching: list[tuple[Formula, Sequence[int] | None]] = [
        *((shift.when, shift.by.tolist()) for shift in factors.shifts),
        *((ban, None) for ban in factors.bans),
    ]
    first = tuple(k for k, (formula, _) in enumerate(touching) if scope(formula) & set(issues))
    known: dict[tuple[tuple[int, Formula], ...], int]
    known = {tuple((k, touching[k][0]) for k in first): 0}
    steps = []
    for issue in issues:
        after: dict[tuple[tuple[int, Formula], ...], int] = {}
        step = []
        for state in known:
            arcs: dict[int, tuple[int, tuple[int, ...]]] = {}
            for option, values in enumerate(factors.values[issue].tolist()):
                left = [(k, restricted(formula, issue, option)) for k, formula in state]
                added = [values, *(touching[k][1] for k, formula in left if formula is True)]
                if None not in added:
                    rest = tuple((k, f) for k, f in left if not isinstance(f, bool))
                    total = tuple(sum(column) for column in zip(*added, strict=True))
                    arcs[option] = (after.setdefault(rest, len(after)), total)
            step.append(arcs)
        known = after
        steps.append(tuple(step))
    return _Reading(issues=issues, steps=tuple(steps))


def _formulas(factors: Factors) -> list[Formula]:
    return [*(shift.when for shift in factors.shifts), *factors.bans]


def _narrowed(open_options: Open, issue: int, options: Options) -> Open:
    return [frozenset(options) if k == issue else o for k, o in enumerate(open_options)]


def _weighted(weights: Sequence[int], values: Sequence[int]) -> int:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
