"""How roadmaps are told: which orders hold, what no order mends, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.blocks.walk_away import Guarantee, Lasts, Shift
from detente.going_on import Carried
from detente.implementation import Implementation
from detente.prose import capital, listed, opening, package_text, plural
from detente.reliance import Input, inputs_of
from detente.roadmaps import Outlook, Roadmaps
from detente.signing import PartyEnds
from detente.table import Sentence
from detente.telling.stages import (
    deadline_text,
    gate_text,
    in_share,
    is_exact,
    item_name,
    label_of,
    order_text,
    parties_of,
    points,
    rest_of,
    short,
    span_text,
    timing_sentence,
)

IF_LASTING: dict[Lasts, str] = {
    "while talks are open": "where it ends with the talks",
    "until completion": "where it lasts until everything is in force",
    "for good": "where it lasts for good",
}


def lead_of(roadmaps: Roadmaps) -> tuple[Sentence, ...]:
    """Return the answer in a few sentences."""
    return (
        *_accepted(roadmaps.implementation),
        *first_and_last(roadmaps),
        *holding(roadmaps),
        *_by_duration(roadmaps),
        *_timing(roadmaps),
    )


def _accepted(implementation: Implementation) -> Iterator[Sentence]:
    case, together = implementation.analysis.case, implementation.judged.together
    text = package_text(case, implementation.package)
    yield Sentence(text=f"To be put into force: {text}.")
    if together is None:
        return
    if not implementation.ever_accepted:
        text = (
            "In no reading do all signatories accept this package, so it would not be signed. What "
            "follows tells of its stages all the same, in every reading."
        )
        yield Sentence(text=text, tone="bad")
    elif is_exact(implementation):
        yield Sentence(text="All signatories accept it.")
    else:
        text = f"{opening(together)} all signatories accept it; what follows counts only those."
        yield Sentence(text=text)


def _unstated(roadmaps: Roadmaps) -> str:
    """Say which shifts state no duration, and what is taken for the figures."""
    open_ended = [
        entry_text(roadmaps.implementation, entry)
        for entry in inputs_of(roadmaps.implementation)
        if isinstance(entry, Shift) and entry.lasts is None
    ]
    return (
        f"How long this lasts is not said in the case: {'; '.join(open_ended)}. The figures here "
        "take it to last until everything is in force."
    )


def first_and_last(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Tell of signing and of the last gate, which no order moves."""
    implementation, ends = roadmaps.implementation, roadmaps.outlook.ends
    whatever = ", whatever the order" if ends.last_fixed else ", were no time lost"
    if ends.signs.value < 1 and implementation.ever_accepted:
        text = f"At signing nobody is better off without a deal {in_share(ends.signs)}."
        yield Sentence(text=text)
    leaving = [one for one in ends.parties if one.stays.value < 1]
    if not leaving:
        text = f"Once everything is in force nobody is better off leaving{whatever}."
        yield Sentence(text=text, tone="good")
        return
    names = dict(zip(implementation.signatories, parties_of(implementation), strict=True))
    if is_exact(implementation):
        found = [f"{names[one.party]} by {points(one.short.mean)}" for one in leaving]
        text = f"Once everything is in force {listed(found)} {_is(leaving)} better off leaving"
    else:
        ranked = sorted(leaving, key=lambda one: one.stays.value)
        told = [one for one in ranked if one.stays.value < 0.995] or ranked[:1]
        found = [f"{names[one.party]} in {short(rest_of(one.stays))}" for one in told]
        text = (
            f"Once everything is in force, somebody is better off leaving in "
            f"{short(rest_of(ends.stays))} of these readings{whatever}: {listed(found)}"
        )
        whatever = ""
    text = f"{text}{whatever}. No other order of the stages mends that"
    yield Sentence(text=f"{text}; a guarantee would have to, or another package.", tone="bad")
    for one in leaving:
        yield from _gap(one, names[one.party], exact=is_exact(implementation))


def _is(found: list[PartyEnds]) -> str:
    return "is" if len(found) == 1 else "are"


def _gap(one: PartyEnds, name: str, *, exact: bool) -> Iterator[Sentence]:
    """Mark a last gate that fails for one amount: no deal against the status quo signed."""
    if not one.hangs:
        return
    text = (
        f"For {name} that hangs on one amount: no deal is worth {points(one.gap.mean)} more to it "
        "than signing that all stays as it is, although both describe the same world. Were they "
        "worth the same, it would stay"
    )
    text += "." if exact or one.alone else " in nearly all of these readings."
    yield Sentence(text=text, tone="warn")


def holding(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say whether one order holds everywhere, and apart from it whether some order always does."""
    implementation, outlook = roadmaps.implementation, roadmaps.outlook
    staging, best = outlook.staging, outlook.carried[roadmaps.best]
    words = order_text(implementation, best.stages)
    meaning = "nobody is ever better off leaving, neither between two stages nor during one"
    if is_exact(implementation):
        if not best.holds.value:
            text = f"No order holds; the one that needs the smallest guarantee is: {words}."
            yield Sentence(text=text, tone="bad")
            return
        count = staging.average or 1
        verb = "holds" if count == 1 else "hold"
        text = (
            f"{count:,} of {plural(staging.total, 'order')} {verb}: {meaning}. The best: {words}."
        )
        yield Sentence(text=text, tone="good")
        return
    if staging.everywhere:
        verb = "holds" if staging.everywhere == 1 else "hold"
        text = (
            f"{plural(staging.everywhere, 'order')} {verb} in all of these readings: {meaning}. "
            f"The best: {words}."
        )
        yield Sentence(text=text, tone="good")
        return
    text = f"No single order holds in all of these readings. To hold means that {meaning}."
    yield Sentence(text=text)
    text = f"The order that holds most often is: {words}. It holds {in_share(best.holds)}."
    yield Sentence(text=text)
    if staging.some.value > best.holds.value + 0.001:
        text = (
            f"Some order holds in {short(staging.some)}, but not the same one everywhere, so this "
            "is nothing that a mediator could propose."
        )
        yield Sentence(text=text)
    else:
        yield Sentence(text="Where it does not, no other order does.")


def _by_duration(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say how the best order changes with a duration that nobody states."""
    if roadmaps.told is None:
        return
    implementation = roadmaps.implementation
    found = []
    for lasts, outlook in roadmaps.outlooks.items():
        if lasts is None:
            continue
        place = next(k for k, one in enumerate(roadmaps.shown) if lasts in one.best)
        order, best = roadmaps.shown[place].stages, outlook.carried[place]
        share = "holds" if best.holds.certain and best.holds.value else short(best.holds)
        found.append(f"{IF_LASTING[lasts]}: {order_text(implementation, order)} ({share})")
    same = any(len(one.best) == len(roadmaps.outlooks) for one in roadmaps.shown)
    depends = (
        "The best order is the same whichever it is"
        if same
        else "Which order is best depends on it, so it has to be asked"
    )
    text = f"{_unstated(roadmaps)} {depends}: {'; '.join(found)}."
    yield Sentence(text=text, tone="plain" if same else "warn")


def _timing(roadmaps: Roadmaps) -> Iterator[Sentence]:
    implementation = roadmaps.implementation
    limit = deadline_text(implementation)
    if limit and not implementation.timed:
        text = f"Whether it fits before {limit} cannot be told: no item says how long it takes."
        yield Sentence(text=text, tone="warn")
        return
    text = timing_sentence(implementation, roadmaps.shown[roadmaps.best].stages)
    if not text:
        return
    what = "The best order" if is_exact(implementation) else "The order that holds most often"
    text = text.replace("It takes", f"{what} takes", 1)
    at_once = implementation.time_of((tuple(range(len(implementation.items))),))
    if implementation.timing.deadline is not None and at_once > implementation.timing.deadline:
        least = span_text(implementation, at_once)
        text += f" No order is through by then: even all at once takes {least}."
    yield Sentence(text=text)


def headline_of(roadmaps: Roadmaps) -> tuple[Sentence, ...]:
    """Return the answer in one or two sentences for the first page of a report."""
    implementation, outlook = roadmaps.implementation, roadmaps.outlook
    best = outlook.carried[roadmaps.best]
    words = order_text(implementation, best.stages)
    start = f"Putting {implementation.name} into force: "
    if is_exact(implementation):
        held = "holds" if best.holds.value else "needs the smallest guarantee, and no order holds"
        return (Sentence(text=f"{start}{words}: this order {held}."),)
    text = (
        f"{start}the order that holds most often is {words}; nobody is ever better off leaving "
        f"{in_share(best.holds)} in which all accept it."
    )
    return (Sentence(text=text), *_by_duration(roadmaps))


def entry_text(implementation: Implementation, entry: Input) -> str:
    """Return one thing said of leaving, with the condition under which it counts."""
    case = implementation.analysis.case
    label = entry.label
    for party in case.parties:
        if label.endswith(f" on {party.name}"):
            label = f"{label.removesuffix(party.name)}{party.label}"
    after = entry.after if isinstance(entry, Shift | Guarantee) else None
    return f"{label} once {' '.join(after.text.split()).replace('==', 'is')}" if after else label


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
    lacking = [
        f"{names[k]} {points(spread.most if not is_exact(implementation) else spread.mean)}"
        for k, spread in enumerate(order.missing)
        if spread.most > 0
    ]
    if lacking:
        often = "" if is_exact(implementation) else " in 95 % of these readings"
        text = f"For nobody to leave it{often}, leaving would have to cost {listed(lacking)}."
        yield Sentence(text=text)


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


def label_with_words(roadmaps: Roadmaps, place: int) -> str:
    """Return the name of an order and its stages."""
    words = order_text(roadmaps.implementation, roadmaps.shown[place].stages)
    label = capital(label_of(roadmaps, place))
    return label if words == "everything at once" else f"{label}: {words}"


def item_names(implementation: Implementation) -> list[str]:
    """Return the names of all items."""
    return [item_name(implementation, k) for k in range(len(implementation.items))]
