"""Which agendas there are, how many, and how much work all of them take together.

Agendas are listed from their last bundle backwards, the largest last bundle first, so that agendas
that end alike stand together; all at once comes first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from detente.solvers.states import Issues, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Which agendas are looked at.

    n_issues : how many issues there are
    most_bundles : no more bundles than this; as many as there are issues when not given
    before : pairs of issues of which the first is never on the table after the second
    together : issues that are always in one bundle
    """

    n_issues: int
    most_bundles: int | None = None
    before: tuple[tuple[int, int], ...] = ()
    together: tuple[Issues, ...] = ()

    @property
    def most(self) -> int:
        """No more bundles than this."""
        return self.n_issues if self.most_bundles is None else self.most_bundles

    @property
    def is_everything(self) -> bool:
        """Whether no agenda is left out."""
        return self.most >= self.n_issues and not self.before and not self.together

    def later_or_now(self) -> list[int]:
        """Return, by issue, the set of issues that must not be settled before it."""
        found = [0] * self.n_issues
        for one, other in self.before:
            found[one] |= 1 << other
        return found

    def groups(self) -> list[int]:
        """Return the sets of issues that are always in one bundle."""
        return [set_of(issues) for issues in self.together]


def set_of(issues: Sequence[int]) -> int:
    """Return a set of issues as a number: bit j is issue j."""
    return sum(1 << issue for issue in issues)


def issues_of(chosen: int) -> Issues:
    """Return the issues of a set, ascending."""
    return tuple(j for j in range(chosen.bit_length()) if chosen >> j & 1)


def last_bundles(allowed: Allowed, open_issues: int) -> Iterator[int]:
    """Yield what may be the last bundle when some issues are left to place, the largest first."""
    later, groups = allowed.later_or_now(), allowed.groups()
    bundle = open_issues
    while bundle:
        before = open_issues ^ bundle
        split = any(bundle & group not in {0, group} for group in groups)
        if not split and not any(later[j] & before for j in issues_of(bundle)):
            yield bundle
        bundle = (bundle - 1) & open_issues


def agendas_of(allowed: Allowed, /) -> Iterator[Order]:
    """Yield every agenda that is allowed.

    Examples
    --------
    >>> list(agendas_of(Allowed(n_issues=2)))
    [((0, 1),), ((0,), (1,)), ((1,), (0,))]
    >>> list(agendas_of(Allowed(n_issues=3, most_bundles=2, before=((0, 1),), together=((1, 2),))))
    [((0, 1, 2),), ((0,), (1, 2))]
    """

    def ending(open_issues: int, tail: Order) -> Iterator[Order]:
        for bundle in last_bundles(allowed, open_issues):
            before, order = open_issues ^ bundle, (issues_of(bundle), *tail)
            if not before:
                yield order
            elif len(order) < allowed.most:
                yield from ending(before, order)

    return ending((1 << allowed.n_issues) - 1, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much there is to search.

    agendas : how many there are; cells : states times option tuples at all tables, those of agendas
        that end alike counted once; states : states at all tables
    """

    agendas: int
    cells: int
    states: int


def extent_of(allowed: Allowed, sizes: Sequence[int], /) -> Extent:
    """Count agendas and what they take, without listing them.

    sizes : how many options each issue has

    Cost: 3^n for n issues, times the most bundles.

    Examples
    --------
    >>> extent_of(Allowed(n_issues=8), [3] * 8)
    Extent(agendas=545835, cells=30017013, states=4359861)
    >>> extent_of(Allowed(n_issues=8, most_bundles=3), [3] * 8).agendas
    6051
    """
    everything = (1 << allowed.n_issues) - 1
    n_states = [prod(sizes[j] for j in issues_of(chosen)) for chosen in range(everything + 1)]
    ways: dict[int, list[int]] = {everything: [1] + [0] * allowed.most}
    agendas = cells = states = 0
    for open_issues in range(everything, 0, -1):
        tails = ways.pop(open_issues, None)
        if tails is None:
            continue
        for bundle in last_bundles(allowed, open_issues):
            before = open_issues ^ bundle
            counted = tails[: allowed.most if not before else allowed.most - 1]
            total = sum(counted)
            cells += total * n_states[open_issues]
            states += total * n_states[before]
            if not before:
                agendas += total
            elif total:
                further = ways.setdefault(before, [0] * (allowed.most + 1))
                for used, count in enumerate(counted):
                    further[used + 1] += count
    return Extent(agendas=agendas, cells=cells, states=states)
