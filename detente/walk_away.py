"""What leaving half way is worth: one walk-away function for agendas and roadmaps.

Walking away is worth no deal, what survives of what was settled (its residues), and the shifts that
the case states. Amounts known as ranges are drawn one for each reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detente.blocks.walk_away import Guarantee, Lasts, Shift
from detente.factors import Ints
from detente.hit_and_run import Bools, Floats
from detente.packages import PackageSpace
from detente.solvers.talks import Nature, Steps, Talks, Term, summed
from detente.solvers.undoing import after_undoing
from detente.timing import Timing
from detente.vocabulary import Package

MOST_PACKAGES = 1_000_000
"""So many packages a last table may have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moved:
    """A shift of one party's walk-away value, or a guarantee against its leaving.

    column : the party
    scope : the issues that its condition names; none when it always holds
    holds : for each combination of their options, the last issue fastest
    amount : shape (n_rows,)
    unfit : where the statements about it leave no amount, so that the nearest stated one is taken
    """

    entry: Shift | Guarantee
    column: int
    scope: tuple[int, ...]
    holds: Bools
    amount: Floats
    unfit: Bools

    @property
    def nature(self) -> Nature:
        """Which part of walking away it is."""
        return "guarantee" if isinstance(self.entry, Guarantee) else "shift"

    def lasts(self, otherwise: Lasts) -> Lasts:
        """Return how long it lasts; ``otherwise`` where the case does not say."""
        if isinstance(self.entry, Guarantee):
            return "for good"
        return self.entry.lasts or otherwise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RuleWorth:
    """A rule of one party: where it holds, and its worth in each reading.

    holds : for each combination of the options in its scope; everywhere : for each package
    """

    column: int
    scope: tuple[int, ...]
    holds: Bools
    everywhere: Bools
    worth: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WalkAway:
    """What packages, no deal and leaving half way are worth, in every reading.

    Whole numbers as doubles; ``units`` to a point in ``options``, ``rules`` and ``no_deal``, and
    ``units * fine`` to a point in shifts and in everything that :meth:`talks` and :meth:`steps`
    give. Every array has n_rows rows.

    parties : signatories first
    options : shape (n_rows, n_options, n_parties), the options of all issues side by side
    parts : residue of each option once settled, by the party that leaves, in steps of 1/``fine``
    infeasible : which packages a constraint forbids
    lines : which packages a signatory's red line forbids, and in which readings it is imposed
    delivered_by : who puts which issue into force, shape (n_issues, n_parties)
    undoable : what a party can take back when it leaves, because it delivered it and it is not
        irreversible, shape (n_rows, n_issues, n_parties)
    drawn : the statements on leaving leave ranges, so that shares count draws of them too
    """

    space: PackageSpace
    parties: tuple[str, ...]
    n_signatories: int
    units: int
    fine: int
    options: Floats
    rules: tuple[RuleWorth, ...]
    no_deal: Floats
    parts: Floats
    infeasible: Bools
    lines: tuple[tuple[Ints, Bools], ...]
    delivered_by: Bools
    undoable: Bools
    shifts: tuple[Moved, ...]
    drift: Floats
    drawn: bool

    @property
    def n_rows(self) -> int:
        """How many readings there are."""
        return len(self.no_deal)

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many options each issue has."""
        return self.space.sizes

    @property
    def status_quo(self) -> Package:
        """The status quo."""
        return self.space.vocabulary.status_quo

    def in_points(self, amount: float) -> float:
        """Return an amount of talks or steps in points."""
        return amount / (self.units * self.fine)

    def talks(
        self,
        rows: Ints,
        timing: Timing,
        *,
        lasts: Lasts = "until completion",
        factor: Floats | float = 1.0,
        complete: Floats | None = None,
    ) -> Talks:
        """Return talks on all issues in some readings.

        rows : positions of the readings
        lasts : how long shifts last of which the case does not say
        factor : by what shifts are multiplied, one number or one for each of the rows
        complete : what :meth:`complete` gives for these rows, where it is known already
        """
        kept, full = self.kept(rows), self.full(rows)
        for shift in self.shifts:
            if not shift.scope:
                continue  # it counts from signing on, and talks end there
            walking = shift.lasts(lasts) != "while talks are open"
            (kept if walking else full).append(self._shift(shift, rows, factor))
        return Talks(
            sizes=self.sizes,
            n_signatories=self.n_signatories,
            complete=self.complete(rows) if complete is None else complete,
            no_deal=self.no_deal[rows] * self.fine,
            kept=tuple(kept),
            meanwhile=tuple(full),
            status_quo=self.status_quo,
            takes=timing.takes,
            patience=timing.patience,
            later=timing.chance[rows],
            drift=self.drift[rows],
            deadline=timing.deadline,
        )

    def steps(
        self,
        package: Package,
        rows: Ints,
        timing: Timing,
        *,
        lasts: Lasts = "until completion",
        early: frozenset[int] = frozenset(),
    ) -> Steps:
        """Return what a package puts into force, item by item, in some readings.

        Items are the issues that the package moves off the status quo, see :func:`items_of`.

        early : positions of guarantees taken to bind from signing on
        """
        items = items_of(self.space, package)
        kept = [self._stepped(term, items, package) for term in self.kept(rows)]
        ending: list[Term] = []
        for k, shift in enumerate(self.shifts):
            if shift.lasts(lasts) == "while talks are open":
                continue
            term = (
                self._from_signing(shift, rows)
                if k in early or not shift.scope
                else self._moving(shift, rows, items, package)
            )
            (ending if shift.lasts(lasts) == "until completion" else kept).append(term)
        done = np.ones((1, len(items)), dtype=np.int64)
        nothing = np.zeros((len(rows), len(self.parties)))
        return Steps(
            n_signatories=self.n_signatories,
            final=self.value(package, rows) * self.fine,
            no_deal=self.no_deal[rows] * self.fine,
            kept=tuple(kept + ending),
            kept_at_end=summed(nothing, kept, done)[:, 0],
            meanwhile=tuple(self._stepped(term, items, package) for term in self.full(rows)),
            delivered_by=self.delivered_by[list(items)],
            takes=timing.takes,
            patience=timing.patience,
            comes=timing.chance[rows],
            drift=self.drift[rows],
        )

    def gap(self, rows: Ints) -> Floats:
        """Return no deal less the status quo signed, in points; shape (n_rows, n_parties)."""
        signed = self.value(self.status_quo, rows)
        return np.asarray((self.no_deal[rows] - signed) / self.units)

    def kept(self, rows: Ints) -> list[Term]:
        """Return what survives of settled issues when somebody leaves, over the status quo.

        A leaver takes back what it delivered itself where that helps it.
        """
        surviving = self.parts[rows] / self.fine
        found = [self._residue(k, rows) for k in range(len(self.sizes))]
        found += [self._rule(rule, rows, surviving) for rule in self.rules]
        return after_undoing(found, self.undoable[rows], self.sizes)

    def full(self, rows: Ints) -> list[Term]:
        """Return what settled issues change while they are in force, over the status quo."""
        whole = np.ones((len(rows), *self.parts.shape[1:]))
        found = [self._effects(k, rows) for k in range(len(self.sizes))]
        return found + [self._rule(rule, rows, whole) for rule in self.rules]

    def complete(self, rows: Ints) -> Floats:
        """Return the value of every package; -inf where it is forbidden."""
        n_rows, n_parties = len(rows), len(self.parties)
        options = self.options[rows] * self.fine
        total = np.zeros((n_rows, 1, n_parties))
        for first, size in zip(self.space.first, self.sizes, strict=True):
            part = options[:, None, first : first + size]
            total = (total[:, :, None] + part).reshape(n_rows, -1, n_parties)
        for rule in self.rules:
            where = np.flatnonzero(rule.everywhere)
            total[:, where, rule.column] += (rule.worth[rows] * self.fine)[:, None]
        total[:, self.infeasible] = -np.inf
        for where, imposed in self.lines:
            total[np.ix_(np.flatnonzero(imposed[rows]), where)] = -np.inf
        return total

    def value(self, package: Package, rows: Ints) -> Floats:
        """Return the value of one package, whatever forbids it; shape (n_rows, n_parties)."""
        chosen = np.array(package) + np.array(self.space.first)
        total: Floats = self.options[rows][:, chosen].sum(axis=1)
        place = int(np.ravel_multi_index(package, self.sizes))
        for rule in self.rules:
            if rule.everywhere[place]:
                total[:, rule.column] += rule.worth[rows]
        return total

    def _effects(self, issue: int, rows: Ints) -> Term:
        """Return what each option of an issue adds to the status quo; 0 while it is not settled."""
        first, size = self.space.first[issue], self.sizes[issue]
        own = self.options[rows, first : first + size]
        added = (own - own[:, [self.status_quo[issue]]]) * self.fine
        amounts = np.concatenate([added, np.zeros_like(added[:, :1])], axis=1)
        return Term(places=(issue,), sizes=(size + 1,), amounts=amounts)

    def _residue(self, issue: int, rows: Ints) -> Term:
        """Return what survives of an issue's effect when somebody leaves."""
        term = self._effects(issue, rows)
        first, size = self.space.first[issue], self.sizes[issue]
        surviving = self.parts[rows, first : first + size]
        amounts = term.amounts.copy()
        amounts[:, :size] = amounts[:, :size] / self.fine * surviving
        return Term(places=term.places, sizes=term.sizes, amounts=amounts)

    def _rule(self, rule: RuleWorth, rows: Ints, surviving: Floats) -> Term:
        """Return what a rule adds over the status quo, expected over what survives.

        surviving : the part of each option that survives, shape (n_rows, n_options, n_parties)
        """
        sizes = [self.sizes[k] for k in rule.scope]
        table = np.broadcast_to(rule.holds.reshape(sizes).astype(np.float64), (len(rows), *sizes))
        start = tuple(self.status_quo[k] for k in rule.scope)
        for axis, issue in enumerate(rule.scope, start=1):
            first, size = self.space.first[issue], self.sizes[issue]
            part = surviving[:, first : first + size, rule.column]
            part = part.reshape(
                [len(rows)] + [size if a == axis else 1 for a in range(1, table.ndim)]
            )
            fallen = np.take(table, [self.status_quo[issue]], axis=axis)
            table = np.concatenate([part * table + (1 - part) * fallen, fallen], axis=axis)
        begun = float(rule.holds.reshape(sizes)[start])
        worth = rule.worth[rows].reshape([-1] + [1] * len(sizes)) * self.fine
        amounts = np.zeros((len(rows), table[0].size, len(self.parties)))
        amounts[:, :, rule.column] = np.rint(worth * (table - begun)).reshape(len(rows), -1)
        return Term(places=rule.scope, sizes=tuple(size + 1 for size in sizes), amounts=amounts)

    def _shift(self, shift: Moved, rows: Ints, factor: Floats | float) -> Term:
        """Return a shift; it counts once every issue it names is settled so that it holds."""
        sizes = [self.sizes[k] for k in shift.scope]
        table = np.zeros([size + 1 for size in sizes], dtype=bool)
        table[tuple(slice(0, size) for size in sizes)] = shift.holds.reshape(sizes)
        by = np.rint(shift.amount[rows] * factor)
        amounts = np.zeros((len(rows), table.size, len(self.parties)))
        amounts[:, :, shift.column] = table.ravel() * by[:, None]
        return Term(places=shift.scope, sizes=table.shape, amounts=amounts, nature=shift.nature)

    def _moving(
        self,
        shift: Moved,
        rows: Ints,
        items: Sequence[int],
        package: Package,
    ) -> Term:
        """Return a shift by which of its items are in force, over what holds when none is."""
        own = [k for k in shift.scope if k in items]
        holds = shift.holds.reshape([self.sizes[k] for k in shift.scope])
        at = np.ix_(
            *(
                [self.status_quo[k], package[k]] if k in own else [self.status_quo[k]]
                for k in shift.scope
            )
        )
        table = holds[at].ravel().astype(np.float64)
        amounts = np.zeros((len(rows), table.size, len(self.parties)))
        amounts[:, :, shift.column] = (table - table[0]) * shift.amount[rows][:, None]
        places = tuple(list(items).index(k) for k in own)
        return Term(places=places, sizes=(2,) * len(own), amounts=amounts, nature=shift.nature)

    def _from_signing(self, shift: Moved, rows: Ints) -> Term:
        """Return a shift that counts as soon as anything is in force."""
        amounts = np.zeros((len(rows), 1, len(self.parties)))
        amounts[:, 0, shift.column] = shift.amount[rows]
        return Term(places=(), sizes=(), amounts=amounts, nature=shift.nature)

    def _stepped(self, term: Term, items: Sequence[int], package: Package) -> Term:
        """Return a term over issues as one over items; other issues stay as they are."""
        own = [k for k in term.places if k in items]
        shape = (len(term.amounts), *term.sizes, term.amounts.shape[-1])
        at = np.ix_(
            range(shape[0]),
            *(
                [size - 1, package[k]] if k in own else [size - 1]
                for k, size in zip(term.places, term.sizes, strict=True)
            ),
            range(shape[-1]),
        )
        amounts = term.amounts.reshape(shape)[at].reshape(shape[0], -1, shape[-1])
        places = tuple(list(items).index(k) for k in own)
        return Term(places=places, sizes=(2,) * len(own), amounts=amounts)


def items_of(space: PackageSpace, package: Package) -> tuple[int, ...]:
    """Return the issues that a package moves off the status quo, in case order."""
    start = space.vocabulary.status_quo
    return tuple(k for k, option in enumerate(package) if option != start[k])
