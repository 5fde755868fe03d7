"""What would make an order of stages hold, cheapest first, over the readings that count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.blocks.walk_away import Guarantee, Lasts
from detente.factors import Bools, Ints
from detente.going_on import Spread, shared, spread_of
from detente.hit_and_run import Floats
from detente.implementation import Implementation
from detente.readings import is_visible
from detente.solvers.orderings import Precedence
from detente.solvers.roadmap import Gate, Stages
from detente.solvers.roadmap_repairs import Kind, Repair, Repairs, repairs_of
from detente.solvers.talks import Steps
from detente.steadiness import share_among
from detente.table import Share

MOST_TRIED = 5_000
"""Readings in which repairs are tried; of more, so many that are spread evenly."""
ENOUGH = 0.95
CLAUSES: frozenset[Kind] = frozenset({"snap back", "variant"})
"""What takes no more than words in the text that is signed."""
MOST_KEPT = 5
"""Repairs of one kind that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What one signatory is paid on going on from a gate, in its own points."""

    party: str
    gate: Gate
    amount: Spread


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change to an order, and what it brings.

    places : stages that are swapped or bundled, or the item that is split or snaps back
    label : of a guarantee that is moved forward
    stages : the order then; the second half of a split item has the number behind the last item
    holds : in what share of the readings it then holds
    needed : what leaving would then still have to cost the signatory that lacks most
    payments : what is paid, just as much as the reading asks for
    guarantees : what leaving must cost each signatory, the same in every reading: enough for it
        alone in 95 % of them
    rise : in how much more of the readings it holds than as it stands
    helps : that is more than an accident of the drawing
    """

    kind: Kind
    places: tuple[int, ...]
    label: str
    stages: Stages
    holds: Share
    needed: Spread
    rise: float
    helps: bool
    payments: tuple[Payment, ...] = ()
    guarantees: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Mending:
    """What can be done about one order.

    fixed : in what share of the readings no other order mends it, since it fails at signing or
        after the last stage, where the order makes no difference
    changes : cheapest kind first; of each kind the best first
    """

    stages: Stages
    fixed: Share
    changes: tuple[Change, ...]

    @property
    def best(self) -> tuple[Change, ...]:
        """The best change of each kind that helps."""
        found: dict[tuple[Kind, str], Change] = {}
        for change in self.changes:
            if change.helps:
                found.setdefault((change.kind, change.label), change)
        return tuple(found.values())

    @property
    def clause(self) -> Change | None:
        """The clause that helps most: an item that snaps back, or a guarantee from signing on."""
        clauses = [one for one in self.best if one.kind in CLAUSES]
        return max(clauses, key=lambda one: one.rise, default=None)

    @property
    def guarantee(self) -> Change | None:
        """The guarantee that is enough for each signatory in most readings, where it helps."""
        return next((one for one in self.best if one.kind == "guarantee"), None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Piece:
    """One order to be mended."""

    steps: Steps
    stages: Stages
    allowed: Precedence
    variants: tuple[tuple[str, Steps], ...]


def mend(piece: Piece) -> Repairs:
    """Try every repair of one order."""
    return repairs_of(piece.steps, piece.stages, allowed=piece.allowed, variants=piece.variants)


def mendings_of(
    implementation: Implementation, orders: Sequence[Stages], lasts: Lasts | None
) -> tuple[Mending, ...]:
    """Try every repair of some orders.

    An order that the case does not allow is mended without regard to what the case allows.

    Raises CancelledError.
    """
    rows = np.flatnonzero(implementation.among).astype(np.int64)
    if len(rows) > MOST_TRIED:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_TRIED).astype(np.int64)]
    steps = implementation.steps(rows, lasts)
    variants = tuple(
        (label, implementation.steps(rows, lasts, early=frozenset({place})))
        for place, label in _later_guarantees(implementation)
    )
    free = Precedence(n_items=len(implementation.items))
    pieces = [
        Piece(
            steps=steps,
            stages=stages,
            allowed=implementation.allowed if implementation.allowed.admits(stages) else free,
            variants=variants,
        )
        for stages in orders
    ]
    work = implementation.analysis.work
    return tuple(
        _mending(implementation, rows, found)
        for found in work.run(mend, pieces, what="mending orders")
    )


def _later_guarantees(implementation: Implementation) -> Iterator[tuple[int, str]]:
    """Go through the guarantees that begin after some item."""
    case = implementation.analysis.case
    for place, shift in enumerate(implementation.walk.shifts):
        if isinstance(shift.entry, Guarantee) and shift.scope:
            against = case.party(shift.entry.against).label
            yield place, shift.entry.title or f"the guarantee against {against}"


def _mending(implementation: Implementation, rows: Ints, found: Repairs) -> Mending:
    counted = _Counted(implementation=implementation, rows=rows)
    kept: dict[Kind, int] = {}
    changes = []
    for repair in found.repairs:
        kept[repair.kind] = kept.get(repair.kind, 0) + 1
        if kept[repair.kind] <= MOST_KEPT or repair.kind == "variant":
            changes.append(_change(counted, repair, found))
    return Mending(
        stages=found.gates.stages,
        fixed=counted.share(found.no_order_mends),
        changes=tuple(changes),
    )


def _change(counted: _Counted, repair: Repair, found: Repairs) -> Change:
    points = counted.implementation.points
    lacking = repair.missing.max(axis=1)
    payments: tuple[Payment, ...] = ()
    guarantees: tuple[float, ...] = ()
    if repair.kind == "pay" and repair.amounts is not None:
        payments = tuple(_payments(counted, repair.amounts / points, found.gates.gates))
    if repair.kind == "guarantee" and repair.amounts is not None:
        enough = np.quantile(repair.amounts, ENOUGH, axis=0, method="higher")
        guarantees = tuple((enough / points).tolist())
        lacking = np.maximum(repair.amounts - enough, 0.0).max(axis=1)
    holds = counted.share(lacking == 0)
    rise = counted.rise(found.gates.self_enforcing, lacking == 0)
    return Change(
        kind=repair.kind,
        places=repair.places,
        label=repair.label,
        stages=repair.stages,
        holds=replace(holds, certain=True, error=0.0) if payments else holds,
        needed=counted.spread(lacking / points),
        rise=rise.value,
        helps=rise.value > 0 and is_visible(rise.value, rise.error),
        payments=payments,
        guarantees=guarantees,
    )


def _payments(counted: _Counted, amounts: Floats, gates: Sequence[Gate]) -> Iterator[Payment]:
    for k, gate in enumerate(gates):
        for p, name in enumerate(counted.implementation.signatories):
            if amounts[:, k, p].any():
                yield Payment(party=name, gate=gate, amount=counted.spread(amounts[:, k, p]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Counted:
    """The readings in which repairs are tried, and how to count over them."""

    implementation: Implementation
    rows: Ints

    def share(self, mask: Bools) -> Share:
        """Return in what share of them something is true."""
        whole = np.zeros(len(self.implementation.among), dtype=bool)
        whole[self.rows] = mask
        return shared(whole, self._among)

    def rise(self, before: Bools, after: Bools) -> Share:
        """Return in how much more of them something is true afterwards."""
        whole = np.zeros(len(self.implementation.among))
        whole[self.rows] = after.astype(float) - before
        found = share_among(whole, self._among)
        return Share(value=0.0) if found is None else found

    def spread(self, amounts: Floats) -> Spread:
        """Return how an amount spreads over them."""
        whole = np.zeros(len(self.implementation.among))
        whole[self.rows] = amounts
        return spread_of(whole, self._among)

    @property
    def _among(self) -> Bools:
        among = np.zeros(len(self.implementation.among), dtype=bool)
        among[self.rows] = True
        return among
