"""What would have to be true for a package to hold, and what would be enough to break it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from detente.departing import is_enough, share_of_orders
from detente.holding import Holding
from detente.holdings import Holdings
from detente.prose import listed, plural
from detente.solvers.inverse import Change, Inverse, PartyInverse
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.telling.hold_words import begun, is_exact, label_of, short_name, there

_NAMED = 3
"""States that are named one by one."""
_LONG = 120
"""Letters that their names have together; otherwise the first is named."""
_SHORT = 100
"""Fractions with smaller denominators are told as they are."""


def changes_section(holdings: Holdings) -> Section | None:
    """Return the smallest changes of preferences that would make it hold, or break it."""
    holding, found = holdings.holding, holdings.inverse
    if holding is None or found is None:
        return None
    return Section(
        key="hold-inverse",
        title="What would have to be true",
        lead=tuple(_lead(holding, found)),
        tables=(_table(holding, found),),
    )


def _lead(holding: Holding, found: Inverse) -> Iterator[Sentence]:
    name = short_name(holding)
    where = "" if is_exact(holding) else "on the central reading "
    if found.equilibrium:
        least = found.breaking()
        held = f"{where}{name} holds."
        if least is None:
            text = (
                f"{held} No party would leave, whatever it preferred itself, while everybody "
                "else's preferences stay as they are."
            )
            yield Sentence(text=begun(text), tone="good")
            return
        text = (
            f"{held} It would take least for {label_of(holding, least.party)} to leave: "
            f"{plural(least.size, 'state')} would have to be better for it than {name}."
        )
        yield Sentence(text=begun(text))
        return
    needed = found.making() or ()
    told = [f"{plural(c.size, 'state')} for {label_of(holding, c.party)}" for c in needed]
    text = f"{where}{name} does not hold. "
    if is_enough(holding, found):
        text += f"It would if these were a little worse than it: {listed(told)}."
        yield Sentence(text=begun(text), tone="warn")
        return
    whom = listed([label_of(holding, change.party) for change in needed])
    text += (
        f"It would for {whom} if these were a little worse than it: {listed(told)}. That is not "
        "enough for all at once, since what others would answer changes with it."
    )
    yield Sentence(text=begun(text), tone="warn")


def _states(holding: Holding, change: Change) -> str:
    if change.size > _NAMED:
        return plural(change.size, "state")
    names = [f"“{there(holding.model, s, holding.state)}”" for s in change.states]
    if sum(map(len, names)) > _LONG and len(names) > 1:
        names = [names[0], plural(len(names) - 1, "other", "others")]
    told = listed(names)
    others = len(change.others)
    if others:
        more = "at least " if not change.complete else ""
        which = "another choice" if others == 1 else f"one of {more}{others} other choices"
        return f"{told} (or {which} as small)"
    return told


def _table(holding: Holding, found: Inverse) -> Table:
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for own in found.parties:
        tones[len(rows), 1] = "good" if own.stable else "bad"
        change = own.breaking if own.stable else own.making
        rows.append(
            (
                label_of(holding, own.party),
                "yes" if own.stable else "no",
                None if change is None else change.size,
                _told(holding, change),
                _orders(holding, own),
            )
        )
    return Table(
        title="The fewest states that would have to change places with it, party by party",
        columns=(
            Column(key="party", title="Party"),
            Column(key="stable", title="Holds now"),
            Column(key="size", title="States", align="right"),
            Column(key="change", title="Which, in that party's order"),
            Column(key="orders", title="Orders that keep it", align="right"),
        ),
        rows=tuple(rows),
        tones=tones,
        note=f"Holds now: in the sense of {found.concept}. Everybody else's preferences stay as "
        "they are. Orders that keep it: those, of all that the party could have without ties, in "
        "which it would hold; that is no likelihood.",
    )


def _orders(holding: Holding, own: PartyInverse) -> str | None:
    found = share_of_orders(own, holding.model.n_states)
    return None if found is None else orders_text(found)


def orders_text(share: Fraction) -> str:
    """Return a share of orders: exactly where it is short, so that nobody takes it for readings.

    Examples
    --------
    >>> [orders_text(Fraction(n, d)) for n, d in ((8, 15), (1, 1), (930, 1001), (1000, 1001))]
    ['8 of 15', 'all', '93 of 100', 'over 99 of 100']
    """
    if share == 1:
        return "all"
    if share.denominator < _SHORT:
        return f"{share.numerator} of {share.denominator}"
    if share < Fraction(1, 100):
        return "under 1 of 100"
    if share > Fraction(99, 100):
        return "over 99 of 100"
    return f"{round(100 * share)} of 100"


def _told(holding: Holding, change: Change | None) -> str:
    if change is None:
        return "nothing that it could prefer would make it leave"
    way = "fall to its level or below" if change.makes else "rise above it"
    return f"{_states(holding, change)} would have to {way}"
