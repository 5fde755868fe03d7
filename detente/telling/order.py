"""How one order of stages is told: whether it holds, where it breaks, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.blocks.walk_away import Drift, Guarantee, Keeps
from detente.going_on import Carried
from detente.implementation import Implementation
from detente.linear import Bounds
from detente.number import rounded
from detente.prose import capital, listed
from detente.reliance import Input
from detente.roadmaps import Outlook, Roadmaps
from detente.table import Sentence
from detente.telling.stages import (
    gate_text,
    in_share,
    is_exact,
    label_of,
    order_text,
    parties_of,
    points,
    short,
    timing_sentence,
)


def order_lead(roadmaps: Roadmaps, place: int, outlook: Outlook) -> Iterator[Sentence]:
    """Tell of one order: whether it holds, where it breaks, how long it takes."""
    implementation, order = roadmaps.implementation, outlook.carried[place]
    yield from _remarks(roadmaps, place)
    yield _holds(implementation, order)
    yield from _breaks(implementation, order)
    time = timing_sentence(implementation, order.stages)
    if time:
        yield Sentence(text=time)


def _remarks(roadmaps: Roadmaps, place: int) -> Iterator[Sentence]:
    one = roadmaps.shown[place].proposed
    if one is None:
        return
    if one.also:
        yield Sentence(text=f"For this package {listed(one.also)} comes to the same.")
    if one.left_out:
        names = listed([name.replace("_", " ") for name in one.left_out])
        yield Sentence(text=f"Left out, since this package does not move it: {names}.")
    if one.added:
        names = listed([name.replace("_", " ") for name in one.added])
        yield Sentence(text=f"Not named in it, and therefore put last: {names}.")
    for first, second in one.against:
        text = (
            f"The case wants {first.replace('_', ' ')} no later than {second.replace('_', ' ')}; "
            "this order has it otherwise."
        )
        yield Sentence(text=text, tone="warn")
    for group in one.apart:
        names = listed([name.replace("_", " ") for name in group])
        yield Sentence(
            text=f"The case wants {names} in one stage; this order does not.", tone="warn"
        )


def _holds(implementation: Implementation, order: Carried) -> Sentence:
    if is_exact(implementation):
        held = bool(order.holds.value)
        text = "It holds." if held else "It does not hold."
        return Sentence(text=text, tone="good" if held else "bad")
    tone = {0.0: "bad", 1.0: "good"}.get(order.holds.value, "plain")
    return Sentence(text=f"It holds {in_share(order.holds)}.", tone=tone)  # type: ignore[arg-type]


def _breaks(implementation: Implementation, order: Carried) -> Iterator[Sentence]:
    names = parties_of(implementation)
    weakest = order.weakest
    if not is_exact(implementation) and weakest is not None:
        gate, party = weakest
        share = order.leaves[gate][party]
        if share is not None:
            where = gate_text(implementation, order.stages, order.gates[gate])
            text = f"It breaks most often {where}: {names[party]} is better off leaving there in "
            yield Sentence(text=f"{text}{short(share)}.")
    gate, party = order.tightest
    where = gate_text(implementation, order.stages, order.gates[gate])
    slack = float(order.slack[gate, party])
    central = "" if is_exact(implementation) else "On average over these readings "
    if slack < 0:
        text = (
            f"{central}{names[party]} is {points(-slack)} better off leaving {where}: going on is "
            f"worth {points(float(order.going_on[gate, party]))}, walking away "
            f"{points(float(order.walking_away[gate, party]))}."
        )
    else:
        text = (
            f"{central}it holds; the narrowest place is {where}, where {names[party]} has "
            f"{points(slack)} to spare."
        )
    yield Sentence(text=capital(text))
    yield from lacking_of(implementation, order)


def lacking_of(implementation: Implementation, order: Carried) -> Iterator[Sentence]:
    """Say what leaving would have to cost each party that would leave."""
    exact = is_exact(implementation)
    lacking = [
        f"{name} {points(spread.mean if exact else spread.most)}"
        for name, spread in zip(parties_of(implementation), order.missing, strict=True)
        if spread.most >= 0.5 or (exact and spread.most > 0)
    ]
    if lacking and exact:
        yield Sentence(text=f"For nobody to leave, leaving would have to cost {listed(lacking)}.")
    elif lacking:
        text = "To keep each party in 95 % of these readings, leaving would have to cost "
        yield Sentence(text=f"{text}{listed(lacking)}.")


def rests_on(roadmaps: Roadmaps, place: int) -> Iterator[Sentence]:
    """Say which inputs decide on an order, and which verdict only repeats an input."""
    implementation, lasts = roadmaps.implementation, roadmaps.told
    now = roadmaps.outlook.carried[place].holds
    told = []
    for one in roadmaps.reliance:
        if place >= len(one.without[lasts]):
            continue
        without = one.without[lasts][place].holds
        what = entry_text(implementation, one.entry)
        if without.value in {0.0, 1.0} and now.value != without.value:
            held = "would hold" if without.value else "would not hold"
            where = "all" if without.value else "any"
            text = f"Without '{what}' it {held}"
            text += "" if is_exact(implementation) else f" in {where} of these readings"
            yield Sentence(text=f"{text}: the verdict repeats that input.", tone="warn")
        elif one.weighs(place, lasts):
            source = "" if one.sourced else " (no source)"
            told.append((-abs(one.without[lasts][place].step), f"{what}{source}: {short(without)}"))
    words = "; ".join(text for _, text in sorted(told))
    if told and is_exact(implementation):
        text = f"Left out one at a time, these leave it open; it then holds in: {words}."
        yield Sentence(text=text)
    elif told:
        text = f"Left out one at a time, these move {short(now)} most; it then holds in: {words}."
        yield Sentence(text=text)


def entry_text(implementation: Implementation, entry: Input) -> str:
    """Return one thing said of leaving, with the condition under which it counts."""
    case = implementation.analysis.case
    if isinstance(entry, Keeps):
        leaver = f" when {case.party(entry.leaver).label} leaves" if entry.leaver else ""
        return f"what stays of {entry.issue.replace('_', ' ')}{leaver}"
    if isinstance(entry, Drift):
        how = _change(entry.amount, "points better", "points worse")
        return f"walking away gets {how} for {case.party(entry.on).label} as time passes"
    after = f" once {' '.join(entry.after.text.split())}".replace("==", "is") if entry.after else ""
    if entry.title:
        return f"{entry.title}{after}"
    if isinstance(entry, Guarantee):
        cost = _change(entry.amount, "points", "points")
        return f"leaving costs {case.party(entry.against).label} {cost}{after}"
    unit = f"swings of {entry.of.replace('_', ' ')}" if entry.of else "points"
    how = _change(entry.shift, f"{unit} more", f"{unit} less")
    return f"walking away is worth {how} to {case.party(entry.on).label}{after}"


def _change(amount: Bounds, up: str, down: str) -> str:
    """Return a range in words, without its sign: ``5 to 20 points less``."""
    ends = [end for end in (amount.low, amount.high) if end is not None]
    falls = bool(ends) and min(ends) < 0
    words = down if falls else up
    if len(ends) < 2:
        return words.split()[-1]
    if min(ends) < 0 < max(ends):
        return f"{rounded(ends[0])} to {rounded(ends[1])} {up}"
    low, high = sorted(abs(end) for end in ends)
    return (
        f"{rounded(low)} {words}" if low == high else f"{rounded(low)} to {rounded(high)} {words}"
    )


def label_with_words(roadmaps: Roadmaps, place: int) -> str:
    """Return the name of an order and its stages."""
    words = order_text(roadmaps.implementation, roadmaps.shown[place].stages)
    label = capital(label_of(roadmaps, place))
    return label if words == "everything at once" else f"{label}: {words}"
