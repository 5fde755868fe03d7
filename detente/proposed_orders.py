"""Orders of stages that somebody names, read as orders of the items of a package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from detente.blocks.orders import Order
from detente.implementation import Implementation
from detente.sequence import Bundles, parse_sequence
from detente.solvers.roadmap import Stages
from detente.statements.statement import Provenance
from detente.timing import entries_of

ASKED, AT_ONCE = "asked", "all_at_once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """An order that somebody names.

    name : for programs; label : for people
    left_out : issues that it names and the package does not move
    added : items that it does not name, which come last
    against : pairs of items that the case wants the other way round: the second is put into force
        before the first
    apart : items that the case wants in one stage
    also : labels of further orders that come to the same stages
    """

    name: str
    label: str
    stages: Stages
    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    against: tuple[tuple[str, str], ...] = ()
    apart: tuple[tuple[str, ...], ...] = ()
    also: tuple[str, ...] = ()
    provenance: Provenance = Provenance()

    @property
    def allowed(self) -> bool:
        """Whether the case has nothing against it."""
        return not self.against and not self.apart


def proposed_orders(implementation: Implementation, order: str | None) -> tuple[Proposed, ...]:
    """Return the order asked for, those of the case, and everything at once.

    order : such as ``alliance + eu_membership then rest``

    Orders that come to the same stages become one.

    Raises ExpressionError when the order cannot be read, or names what is no issue.
    """
    found: list[Proposed] = []
    if order is not None:
        bundles = parse_sequence(order)
        for error in bundles.check(list(implementation.analysis.case.vocabulary.index)):
            raise error
        found.append(_proposed(implementation, ASKED, "the order asked about", bundles))
    for entry in entries_of(implementation.analysis, "roadmap", Order):
        one = _proposed(
            implementation, entry.name, entry.label, entry.sequence, provenance=entry.provenance
        )
        found.append(one)
    whole = (tuple(range(len(implementation.items))),)
    found.append(Proposed(name=AT_ONCE, label="all at once", stages=whole))
    first: dict[Stages, Proposed] = {}
    for one in found:
        known = first.get(one.stages)
        first[one.stages] = one if known is None else replace(known, also=(*known.also, one.label))
    return tuple(first.values())


def _proposed(
    implementation: Implementation,
    name: str,
    label: str,
    bundles: Bundles,
    *,
    provenance: Provenance = Provenance(),
) -> Proposed:
    issues = implementation.issues
    stages = bundles.over(issues)
    said = set(bundles.names)
    against, apart = _broken(implementation, stages)
    return Proposed(
        name=name,
        label=label,
        stages=stages,
        left_out=tuple(issue for issue in bundles.names if issue not in issues),
        added=() if bundles.rest is not None else tuple(i for i in issues if i not in said),
        against=against,
        apart=apart,
        provenance=provenance,
    )


def _broken(
    implementation: Implementation, stages: Sequence[Sequence[int]]
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, ...], ...]]:
    """Return what the case has against an order."""
    at = {item: number for number, stage in enumerate(stages) for item in stage}
    issues, allowed = implementation.issues, implementation.allowed
    against = tuple(
        (issues[first], issues[second])
        for first, second in allowed.before
        if at[first] > at[second]
    )
    apart = tuple(
        tuple(issues[k] for k in group)
        for group in allowed.together
        if len({at[k] for k in group}) > 1
    )
    return against, apart
