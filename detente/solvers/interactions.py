"""What changes do to a condition together that they do not do alone.

The truth of a condition (0 or 1) after some changes of a package is a sum: its truth before, what
each change does to it alone, and what they do together. The last part is an interaction: the
decomposition is Möbius inversion over the sets of changes (Rota 1964), anchored at the package.
Interactions are rare, because changes of issues that the condition does not speak of have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from detente.errors import LimitError
from detente.expression import Condition, allowed
from detente.packages import Choices, Factor, PackageSpace
from detente.vocabulary import Package

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_TOLD_APART = 250
"""Changes that one condition may tell apart; its table has as many cells to the third power."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Changes:
    """Every change of one issue of a package, in case order, and last the change of nothing.

    issue, option : shape (n_changes + 1,); nothing stands for an issue beyond the last
    """

    package: Package
    issue: Ints
    option: Ints

    @property
    def nothing(self) -> int:
        """The position of the change of nothing, which is also the number of real changes."""
        return len(self.issue) - 1

    @cached_property
    def of_issue(self) -> tuple[Ints, ...]:
        """The changes of each issue, and at the end the change of nothing."""
        return tuple(np.flatnonzero(self.issue == k) for k in range(len(self.package) + 1))

    @cached_property
    def later(self) -> Ints:
        """For each change the first one of a later issue; for nothing, the first of all."""
        found = np.searchsorted(self.issue, self.issue, side="right")
        found[self.nothing] = 0
        return found


def changes_of(sizes: tuple[int, ...], package: Package) -> Changes:
    """Return every change of one issue.

    Examples
    --------
    >>> changes = changes_of((2, 3), (1, 0))
    >>> changes.issue.tolist(), changes.option.tolist()
    ([0, 1, 1, 2], [0, 1, 2, 0])
    """
    pairs = [(k, o) for k, size in enumerate(sizes) for o in range(size) if o != package[k]]
    issue, option = zip(*pairs, (len(sizes), 0), strict=True)
    return Changes(
        package=package,
        issue=np.array(issue, dtype=np.int64),
        option=np.array(option, dtype=np.int64),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Truth:
    """A condition after up to three changes.

    place : for each change which of those that the condition tells apart it is, 0 for none
    holds : bool, shape (n_places,) * 3. Of two changes of the same issue the first counts
    apart : bool, shape (n_places,) * 3, whether the third is of another issue than the first two
    """

    place: Ints
    holds: Bools
    apart: Bools

    @cached_property
    def alone(self) -> NDArray[np.int8]:
        """What each change does to the truth alone: -1, 0 or 1, by place."""
        whole = self.holds[:, 0, 0].astype(np.int8)
        found: NDArray[np.int8] = whole - whole[0]
        return found

    @cached_property
    def joint(self) -> NDArray[np.int8]:
        """What two changes do together beyond what each does alone, by place."""
        whole = self.holds[:, :, 0].astype(np.int8)
        found: NDArray[np.int8] = whole - whole[0, 0] - self.alone[:, None] - self.alone[None, :]
        return found

    @cached_property
    def third(self) -> NDArray[np.int8]:
        """What a third change does after two beyond what it does alone, by place."""
        whole = self.holds.astype(np.int8)
        found: NDArray[np.int8] = whole - whole[:, :, :1] - self.alone
        found[~self.apart] = 0
        return found

    @cached_property
    def least(self) -> NDArray[np.int8]:
        """The least that any third change does beyond what it does alone."""
        return np.asarray(self.third.min(axis=2))

    @cached_property
    def most(self) -> NDArray[np.int8]:
        """The most that any third change does beyond what it does alone."""
        return np.asarray(self.third.max(axis=2))

    @cached_property
    def always(self) -> Bools:
        """Whether the condition holds after two changes and whichever third."""
        return np.asarray((self.holds | ~self.apart).all(axis=2))

    @cached_property
    def ever(self) -> Bools:
        """Whether the condition holds after two changes and some third, or none."""
        return np.asarray((self.holds & self.apart).any(axis=2))


def truth_of(
    space: PackageSpace, factor: Factor, changes: Changes, *, holds: bool = True
) -> Truth | None:
    """Tabulate a condition after up to three changes; None when it never holds then.

    holds : False to tabulate its opposite

    Options that no comparison of the condition tells apart share a row, so tables are small.

    Raises
    ------
    LimitError
        The condition tells more than :data:`MOST_TOLD_APART` changes apart.
    """
    place, first = _places(space, factor, changes)
    if len(first) > MOST_TOLD_APART:
        raise LimitError(f"a condition tells {len(first):,} changes apart")
    issue, option = changes.issue[first], changes.option[first]
    rows = np.arange(len(first) ** 2)
    second, third = np.divmod(rows, len(first))
    base = np.tile(np.array([*changes.package, 0], dtype=np.int64), (len(rows), 1))
    base[rows, issue[third]] = option[third]
    base[rows, issue[second]] = option[second]
    table = np.zeros((len(first), len(rows)), dtype=bool)
    for k in range(len(first)):
        choices: Choices = base.copy()
        choices[:, issue[k]] = option[k]
        table[k] = space.holds(factor, choices[:, :-1]) == holds
    if not table.any():
        return None
    other = issue[:, None] != issue[None, :]
    other[:, 0] = other[0, :] = True
    return Truth(
        place=place,
        holds=table.reshape((len(first),) * 3),
        apart=other[:, None, :] & other[None, :, :],
    )


def _places(space: PackageSpace, factor: Factor, changes: Changes) -> tuple[Ints, Ints]:
    """Return each change's place, and the first change of each place; place 0 is nothing."""
    looks = _looks(space, factor)
    place = np.zeros(len(changes.issue), dtype=np.int64)
    first = [changes.nothing]
    for issue in factor.scope:
        known = {looks[issue][changes.package[issue]]: 0}
        for change in changes.of_issue[issue].tolist():
            look = looks[issue][int(changes.option[change])]
            if look not in known:
                known[look] = len(first)
                first.append(change)
            place[change] = known[look]
    return place, np.array(first, dtype=np.int64)


def _looks(space: PackageSpace, factor: Factor) -> dict[int, list[tuple[bool, ...]]]:
    """Return how each option of each issue looks to the comparisons of a condition."""
    what = factor.what
    if not isinstance(what, Condition):
        return {k: [(o == what[k],) for o in range(space.sizes[k])] for k in factor.scope}
    tables: dict[int, list[tuple[bool, ...]]] = {k: [] for k in factor.scope}
    for test in what.tests():
        k = space.vocabulary.index[test.issue.text]
        tables[k].append(allowed(test, space.vocabulary.issues[k]))
    return {k: list(zip(*rows, strict=True)) for k, rows in tables.items()}
