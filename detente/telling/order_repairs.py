"""How repairs of an order are told: what is changed, and what that brings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.going_on import Carried
from detente.implementation import Implementation
from detente.mending_orders import Change, Mending
from detente.prose import capital, listed
from detente.report.wording import exactly
from detente.signing import RARE
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.telling.order import LEAST_TOLD, kept_text
from detente.telling.stages import (
    gate_text,
    in_share,
    is_exact,
    item_name,
    parties_of,
    points,
    stage_text,
)


def repairs_section(
    implementation: Implementation, order: Carried, mending: Mending, *, key: str
) -> Section | None:
    """Return what would make an order hold; None where it holds in every reading."""
    if order.holds.value == 1:
        return None
    changes = [c for c in mending.best if c.kind != "split" or _divides(implementation, c)]
    changes.sort(key=lambda change: change.kind == "pay")
    table = _table(implementation, order, changes)
    return Section(
        key=key,
        title="What would mend it, cheapest first",
        lead=tuple(_lead(implementation, mending, changes)),
        tables=(table,) if changes else (),
    )


def _divides(implementation: Implementation, change: Change) -> bool:
    """Tell whether half of an item can be thought of: something lies between its two options."""
    place = implementation.items[change.places[0]]
    return len(implementation.analysis.case.issues[place].options) > 2


def _lead(
    implementation: Implementation, mending: Mending, changes: Sequence[Change]
) -> Iterator[Sentence]:
    if mending.fixed.value >= RARE:
        where = "" if is_exact(implementation) else f"{capital(in_share(mending.fixed))} "
        text = f"{where}no other order mends it: it fails at signing or at the very end."
        yield Sentence(text=capital(text), tone="bad")
    if not any(change.kind in {"swap", "bundle", "split"} for change in changes):
        yield Sentence(text="No swap of two stages, no bundle and no split of an item helps.")


def _table(implementation: Implementation, order: Carried, changes: Sequence[Change]) -> Table:
    exact = is_exact(implementation)
    now: Cell = ("holds" if order.holds.value else "breaks") if exact else order.holds
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for change in changes:
        holds: Cell = change.holds
        if exact:
            tones[len(rows), 2] = "good" if change.holds.value else "bad"
            holds = "holds" if change.holds.value else "breaks"
        text = capital(change_text(implementation, order, change))
        if change.kind == "pay":
            text = f"As a yardstick: {text[:1].lower()}{text[1:]}"
        if change.kind == "guarantee" and not exact:
            names = parties_of(implementation)
            own = zip(names, change.guarantees, strict=True)
            kept = [name for name, amount in own if amount >= LEAST_TOLD]
            text += f": {kept_text(implementation, order, kept, change.holds)}"
        rows.append((text, now, holds, exactly(change.needed.mean)))
    return Table(
        title="One change at a time",
        columns=(
            Column(key="change", title="Change"),
            Column(key="now", title="Now", align="right"),
            Column(key="holds", title="Then" if exact else "Then holds in", align="right"),
            Column(
                key="missing",
                title="Still missing" if exact else "Still missing, mean",
                align="right",
            ),
        ),
        rows=tuple(rows),
        tones=tones,
    )


def change_text(implementation: Implementation, order: Carried, change: Change) -> str:
    """Return a change in words."""
    if change.kind in {"swap", "bundle"}:
        return _moved(implementation, order, change)
    if change.kind in {"split", "snap back"}:
        item = item_name(implementation, change.places[0])
        if change.kind == "split":
            return f"put {item} into force in two halves: {_halves(implementation, change)}"
        return f"agree that nothing of {item} stays in force when somebody leaves"
    if change.kind == "variant":
        return f"let {change.label} bind from signing on"
    names = parties_of(implementation)
    if change.kind == "pay":
        label = dict(zip(implementation.signatories, names, strict=True))
        told = [
            f"{label[one.party]} {points(one.amount.mean)} "
            f"{gate_text(implementation, order.stages, one.gate)}"
            for one in change.payments
            if one.amount.mean >= LEAST_TOLD
        ]
        average = "" if is_exact(implementation) else ", on average"
        return f"pay just what is missing when it is missing{average}: {listed(told)}"
    told = [
        f"{name} {points(amount)}"
        for name, amount in zip(names, change.guarantees, strict=True)
        if amount >= LEAST_TOLD
    ]
    return f"make leaving cost {listed(told)}"


def _moved(implementation: Implementation, order: Carried, change: Change) -> str:
    first, second = change.places
    earlier, later = (stage_text(implementation, order.stages[k]) for k in (first, second))
    if change.kind == "bundle":
        return f"put {earlier} and {later} into force together"
    if second == first + 1:
        return f"put {later} before {earlier}"
    return f"swap {later} and {earlier}"


def _halves(implementation: Implementation, change: Change) -> str:
    """Return an order in which an item comes in two halves."""
    item, half = change.places[0], len(implementation.items)

    def name(one: int) -> str:
        own = item_name(implementation, item if one == half else one)
        return f"half of {own}" if one in {item, half} else own

    return ", then ".join(" + ".join(map(name, stage)) for stage in change.stages)
