"""How one order of stages is told: whether it holds, where it breaks, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.blocks.walk_away import Drift, Guarantee, Keeps
from detente.going_on import Carried
from detente.implementation import Implementation
from detente.linear import Bounds
from detente.number import rounded
from detente.prose import capital, listed
from detente.reliance import Input
from detente.roadmaps import Roadmaps
from detente.signing import RARE
from detente.table import Sentence, Share
from detente.telling.stages import (
    best_if,
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

LEAST_TOLD = 0.05
"""Amounts below this are not told."""


def order_lead(roadmaps: Roadmaps, place: int) -> Iterator[Sentence]:
    """Tell of one order: whether it holds, where it breaks, how long it takes."""
    implementation, order = roadmaps.implementation, roadmaps.outlook.carried[place]
    yield from _remarks(roadmaps, place)
    yield _holds(implementation, order)
    yield from _breaks(implementation, order)
    yield from lacking_of(roadmaps, place)
    time = timing_sentence(implementation, order.stages)
    if time:
        yield Sentence(text=time)


def order_short(roadmaps: Roadmaps, place: int) -> Iterator[Sentence]:
    """Tell of one order only whether it holds, where it breaks, and how long it takes."""
    implementation, order = roadmaps.implementation, roadmaps.outlook.carried[place]
    yield from _remarks(roadmaps, place)
    yield _holds(implementation, order)
    yield next(_breaks(implementation, order))
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


def lacking_of(roadmaps: Roadmaps, place: int) -> Iterator[Sentence]:
    """Say what leaving would have to cost each party that would leave."""
    implementation, order = roadmaps.implementation, roadmaps.outlook.carried[place]
    exact = is_exact(implementation)
    names = parties_of(implementation)
    lacking = [
        f"{name} {points(spread.mean if exact else spread.most)}"
        for name, spread in zip(names, order.missing, strict=True)
        if spread.most >= LEAST_TOLD or (exact and spread.most > 0)
    ]
    if not lacking:
        return
    if exact:
        yield Sentence(text=f"For nobody to leave, leaving would have to cost {listed(lacking)}.")
        return
    mending = roadmaps.mendings.get(place)
    raised = None if mending is None else mending.guarantee
    text = f"Leaving would have to cost {listed(lacking)}, whoever sees to it"
    if raised is None:
        yield Sentence(text=f"{text}, to keep each of them in 95 % of these readings.")
    else:
        kept = [
            name
            for name, amount in zip(names, raised.guarantees, strict=True)
            if amount >= LEAST_TOLD
        ]
        yield Sentence(text=f"{text}: this {kept_text(implementation, order, kept, raised.holds)}.")


def kept_text(
    implementation: Implementation, order: Carried, kept: Sequence[str], then: Share
) -> str:
    """Say whom a guarantee keeps, and how often all stay then; to follow a subject."""
    each = "each of them" if len(kept) > 1 else listed(kept)
    others = [
        name
        for name, spread in zip(parties_of(implementation), order.missing, strict=True)
        if name not in kept and spread.share.value >= RARE
    ]
    verb = "leaves" if len(others) == 1 else "leave"
    why = f"as {listed(others)} {verb} in others, all stay" if others else "all stay"
    text = f"keeps {each} in 95 %"
    return text if len(kept) == 1 and not others else f"{text}; {why} in {short(then)}"


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
    return label if words == "all at once" else f"{label}: {words}"


def title_of(roadmaps: Roadmaps, place: int) -> str:
    """Return the same, and for how long a lasting effect it is the best."""
    title, best = label_with_words(roadmaps, place), best_if(roadmaps, place)
    named = roadmaps.shown[place].proposed is not None
    return f"{title} ({best})" if named and best and len(roadmaps.outlooks) > 1 else title
