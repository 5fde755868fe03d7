"""What parties are committed to, held against the table: what can be kept, and what has to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from detente.blocks.commitments import Commitment
from detente.case import Case, Constraint
from detente.factors import Formula, negated
from detente.irreducible import Items
from detente.packages import formula_of
from detente.solvers.coherence import (
    Keeping,
    conflicts_of,
    fewest_dropped,
    keeping_of,
    resting_on,
    unmeetable,
)
from detente.statements.red_line import RedLine
from detente.vocabulary import Package
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A smallest set of commitments that no package keeps together.

    constraints : a smallest set of the case's constraints under which that is so
    """

    commitments: Items
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """Commitments without which the rest can be kept, and a package that keeps the rest."""

    commitments: Items
    package: Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """A smallest set of commitments and red lines of others that leaves no package."""

    commitments: Items
    red_lines: tuple[RedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """The commitments of one or more parties, taken together.

    conflicts : the smallest sets that cannot be kept together, by position; complete : there are no
        others
    drops : smallest sets without which the rest can be kept, all of the same size; empty where
        everything can be kept, or where a limit ended the search
    drops_complete : there are no others of that size
    impossible : commitments that no package meets, by position
    package : one that keeps everything; None where none does
    collisions : where certain red lines of signatories outside the parties leave no package
    collisions_complete : there are no others
    shut_out : those red lines leave no package at all, whatever the commitments are
    """

    parties: tuple[str, ...]
    commitments: tuple[Commitment, ...]
    conflicts: tuple[Conflict, ...]
    complete: bool
    drops: tuple[Drop, ...]
    drops_complete: bool
    impossible: tuple[int, ...]
    package: Package | None
    collisions: tuple[Collision, ...]
    collisions_complete: bool
    shut_out: bool

    @property
    def coherent(self) -> bool:
        """Whether some package keeps every commitment."""
        return self.package is not None

    @property
    def unsourced(self) -> tuple[int, ...]:
        """The commitments that cite no source, by position."""
        return tuple(k for k, one in enumerate(self.commitments) if not one.provenance.because)


@dataclass(frozen=True, kw_only=True)
class Bench:
    """The packages of a case, ready to have commitments held against them."""

    case: Case
    work: Work

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many options each issue has."""
        return tuple(len(issue.options) for issue in self.case.issues)

    @cached_property
    def constraints(self) -> tuple[Formula, ...]:
        """The case's constraints."""
        vocabulary = self.case.vocabulary
        return tuple(formula_of(c.condition, vocabulary) for c in self.case.constraints)

    @cached_property
    def feasible(self) -> bool:
        """Whether some package meets the constraints."""
        return self.keeping(()).anything_allowed

    def keeping(self, conditions: Sequence[Formula]) -> Keeping:
        """Prepare to answer which conditions can be kept together under the constraints."""
        return keeping_of(
            conditions,
            sizes=self.sizes,
            bans=[negated(constraint, self.sizes) for constraint in self.constraints],
            home=self.case.vocabulary.status_quo,
            memory=self.work.memory,
        )

    def mandate(self, parties: Sequence[str], commitments: Sequence[Commitment]) -> Mandate:
        """Hold the commitments of parties, taken together, against the packages.

        The case must have a feasible package.
        """
        vocabulary = self.case.vocabulary
        conditions = [formula_of(one.condition, vocabulary) for one in commitments]
        keeping = self.keeping(conditions)
        package = keeping.example(range(len(conditions)))
        found = conflicts_of(keeping, work=self.work)
        dropped = fewest_dropped(keeping, work=self.work)
        lines = self._red_lines_beside(parties)
        walled = [negated(formula_of(line.condition, vocabulary), self.sizes) for line in lines]
        collisions, all_of_them, shut_out = self._collisions(conditions, walled, lines)
        return Mandate(
            parties=tuple(parties),
            commitments=tuple(commitments),
            conflicts=tuple(
                Conflict(
                    commitments=items,
                    constraints=self._resting_on([conditions[i] for i in sorted(items)]),
                )
                for items in found.sets
            ),
            complete=found.complete,
            drops=tuple(
                Drop(commitments=items, package=self._kept_without(keeping, items))
                for items in dropped.sets
                if items
            ),
            drops_complete=dropped.complete,
            impossible=unmeetable(keeping),
            package=package,
            collisions=collisions,
            collisions_complete=all_of_them,
            shut_out=shut_out,
        )

    def _kept_without(self, keeping: Keeping, dropped: Items) -> Package:
        rest = [i for i in range(keeping.n_commitments) if i not in dropped]
        package = keeping.example(rest)
        if package is None:
            message = f"{sorted(dropped)} is no correction"
            raise ValueError(message)
        return package

    def _resting_on(self, conditions: Sequence[Formula]) -> tuple[Constraint, ...]:
        self.work.check("looking at constraints")
        numbers = resting_on(conditions, self.constraints, sizes=self.sizes)
        return tuple(self.case.constraints[k] for k in numbers)

    def _red_lines_beside(self, parties: Sequence[str]) -> tuple[RedLine, ...]:
        """Return the certain red lines of all signatories but these parties."""
        return tuple(
            line
            for party in self.case.signatories
            if party.name not in parties
            for line in self.case.statements_of(party.name, view=self.work.view)
            if isinstance(line, RedLine) and line.certain
        )

    def _collisions(
        self, conditions: Sequence[Formula], walled: Sequence[Formula], lines: Sequence[RedLine]
    ) -> tuple[tuple[Collision, ...], bool, bool]:
        """Return collisions, whether these are all, and whether red lines alone leave nothing."""
        if not lines:
            return (), True, False
        n = len(conditions)
        keeping = self.keeping([*conditions, *walled])
        found = conflicts_of(keeping, work=self.work)
        mixed = [items for items in found.sets if min(items) < n <= max(items)]
        collisions = tuple(
            Collision(
                commitments=frozenset(i for i in items if i < n),
                red_lines=tuple(lines[i - n] for i in sorted(items) if i >= n),
            )
            for items in mixed
        )
        shut_out = keeping.together(range(n, n + len(lines))) is None
        return collisions, found.complete, shut_out


def commitments_in(case: Case, view: str) -> dict[str, tuple[Commitment, ...]]:
    """Return what each party is committed to in a view, parties in the order of the case."""
    entries = [c for c in case.blocks.get("commitments", ()) if isinstance(c, Commitment)]
    own = [c for c in entries if c.provenance.applies(view)]
    found = {p.name: tuple(c for c in own if c.party == p.name) for p in case.parties}
    return {name: commitments for name, commitments in found.items() if commitments}
