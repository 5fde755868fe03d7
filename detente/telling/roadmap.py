"""How roadmaps are told: what decides, which orders hold, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.implementation import Implementation
from detente.mending_orders import Change
from detente.prose import capital, listed, opening, package_text, plural
from detente.readings import is_visible
from detente.reliance import inputs_of
from detente.roadmaps import Roadmaps
from detente.signing import RARE, PartyEnds
from detente.table import Sentence, Share, Tone
from detente.telling.order import lacking_of
from detente.telling.order_repairs import change_text
from detente.telling.passing_time import roadmap_sentence
from detente.telling.roadmap_duration import duration_of, duration_short
from detente.telling.stages import (
    LASTING,
    by_deadline,
    deadline_text,
    in_share,
    is_exact,
    order_text,
    parties_of,
    points,
    short,
    span_text,
    timing_sentence,
)
from detente.timing import unit_of

MANY = 0.1
"""Who leaves in so many readings is named where it is told what decides."""
MEANING = "nobody is ever better off leaving"


def lead_of(roadmaps: Roadmaps) -> tuple[Sentence, ...]:
    """Return the answer in a few sentences."""
    return (
        *_nobody_said(roadmaps.implementation),
        *_accepted(roadmaps.implementation),
        *holding(roadmaps),
        *first_and_last(roadmaps),
        *_helping(roadmaps),
        *_gaps(roadmaps),
        *_which(roadmaps),
        *duration_of(roadmaps),
        *roadmap_sentence(roadmaps.implementation.analysis),
        *_hints(roadmaps.implementation),
    )


def _nobody_said(implementation: Implementation) -> Iterator[Sentence]:
    if not inputs_of(implementation):
        text = (
            "Nobody said what stays when somebody leaves; anything from nothing to everything is "
            "taken, so this is a placeholder."
        )
        yield Sentence(text=text, tone="warn")


def _hints(implementation: Implementation) -> Iterator[Sentence]:
    """Say what the case could add so that more can be told."""
    if not any(entry.delivered_by for entry in implementation.entries.values()):
        text = (
            "No item says who delivers it, so nobody is held to be able to take back what it gave, "
            "or to wait inside a stage for the others. Write delivered_by for the items."
        )
        yield Sentence(text=text, tone="warn")
    if implementation.timed and not unit_of(implementation.analysis):
        yield Sentence(text="To have the unit of time named, write: time: {unit: week}.")


def _accepted(implementation: Implementation) -> Iterator[Sentence]:
    case, together = implementation.analysis.case, implementation.judged.together
    start = f"To be put into force: {package_text(case, implementation.package)}"
    if together is None:
        yield Sentence(text=f"{start}.")
        return
    if not implementation.ever_accepted:
        text = (
            "In no reading do all signatories accept this package, so it would not be signed. What "
            "follows tells of its stages all the same, in every reading."
        )
        yield Sentence(text=f"{start}.")
        yield Sentence(text=text, tone="bad")
    elif is_exact(implementation) or (together.certain and together.value == 1):
        where = "" if is_exact(implementation) else " in every reading"
        yield Sentence(text=f"{start}; all signatories accept it{where}.")
    else:
        where = opening(together)
        where = f"{where[:1].lower()}{where[1:]}"
        text = f"{start}; {where} all signatories accept it, and only those count below."
        yield Sentence(text=text)


def holding(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say how often an order holds, and how much the choice of the order brings."""
    implementation, outlook = roadmaps.implementation, roadmaps.outlook
    staging, best = outlook.staging, outlook.carried[roadmaps.best]
    words = order_text(implementation, best.stages)
    if is_exact(implementation):
        yield _holding_exactly(roadmaps)
        if not best.holds.value:
            yield from lacking_of(roadmaps, roadmaps.best)
    elif staging.everywhere:
        verb = "holds" if staging.everywhere == 1 else "hold"
        text = f"{plural(staging.everywhere, 'order')} {verb} in all of these readings: {MEANING}."
        yield Sentence(text=text, tone="good")
    elif not best.holds.value and not staging.some.value:
        where = "" if staging.complete else " that the search came upon"
        text = f"No order{where} holds in any of these readings; {words} needs least to hold."
        yield Sentence(text=text, tone="bad")
        yield from lacking_of(roadmaps, roadmaps.best)
    else:
        yield Sentence(text=_mattering(roadmaps))


def _holding_exactly(roadmaps: Roadmaps) -> Sentence:
    implementation, staging = roadmaps.implementation, roadmaps.outlook.staging
    best = roadmaps.outlook.carried[roadmaps.best]
    words = order_text(implementation, best.stages)
    if not best.holds.value:
        text = f"No order holds; the one that needs the smallest guarantee is: {words}."
        return Sentence(text=text, tone="bad")
    if staging.average is None:
        text = f"The search came upon an order that holds: {MEANING}. It is: {words}."
    elif staging.average == staging.total > 1:
        text = (
            f"All {plural(staging.total, 'order')} hold: {MEANING}. The order makes no difference."
        )
    else:
        verb = "holds" if staging.average == 1 else "hold"
        text = f"{staging.average:,} of {plural(staging.total, 'order')} {verb}: {MEANING}."
    return Sentence(text=text, tone="good")


def _mattering(roadmaps: Roadmaps) -> str:
    """Say what the choice of the order brings, over the worst and over a fresh one each time."""
    staging, best = roadmaps.outlook.staging, roadmaps.outlook.carried[roadmaps.best].holds
    if staging.complete and len(staging.leaders) == staging.total:
        if staging.total == 1:
            return f"The only order that the case allows holds {in_share(best)}: {MEANING}."
        return (
            f"All {plural(staging.total, 'order')} hold equally often ({short(best)}); the order "
            f"makes no difference. To hold means that {MEANING}."
        )
    at_best = f"{MEANING} in {short(best)} of these readings at best"
    afresh = f"{short(staging.some)} if the order could be chosen afresh in each"
    if not fixed_in_vain(roadmaps):
        return (
            f"No single order always holds: {at_best}, in {afresh}, which is nothing that a "
            "mediator could propose."
        )
    if staging.worst is None:
        return f"The search came upon no order that does better: {at_best}, in {afresh}."
    worst = short(Share(value=staging.worst, error=best.error))
    spoils = is_visible(best.value - staging.worst, best.error)
    start = (
        "The order can spoil this, but not mend it" if spoils else "The order hardly matters here"
    )
    return f"{start}: {at_best}, in {afresh}, in {worst} at worst."


def fixed_in_vain(roadmaps: Roadmaps) -> bool:
    """Tell whether an order chosen afresh in each reading would hold hardly more often."""
    some, best = roadmaps.outlook.staging.some, roadmaps.outlook.carried[roadmaps.best].holds
    error = 0.0 if roadmaps.outlook.staging.complete else some.error
    rise = some.value - best.value
    return rise <= 0 or not is_visible(rise, max(error, best.error))


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
        found = [f"{names[one.party]} is {points(one.short.mean)}" for one in leaving]
        text = f"Once everything is in force {listed(found)} better off leaving{whatever}."
        yield Sentence(text=text, tone="bad")
        return
    ranked = sorted(leaving, key=lambda one: one.stays.value)
    told = [one for one in ranked if one.stays.value < 1 - RARE] or ranked[:1]
    shares = [f"{names[one.party]} in {short(one.stays.rest())}" for one in told]
    text = f"{listed(shares)} of these readings{whatever}."
    if _decides(roadmaps):
        main = [names[one.party] for one in told if one.stays.value < 1 - MANY] or [
            names[told[0].party]
        ]
        verb = "stays" if len(main) == 1 else "stay"
        start = f"What decides is whether {listed(main)} {verb} at the very end, once everything is"
        text = f"{start} in force. Better off leaving then{_taking(roadmaps)}: {text}"
        dearer = [one for one in told if names[one.party] in main and one.dearer > 0]
        if dearer:
            more = [f"{points(one.dearer)} more to {names[one.party]}" for one in dearer]
            text += f" On average leaving is then worth {listed(more)} than before signing."
        yield Sentence(text=text, tone="bad")
    else:
        start = f"Once everything is in force, better off leaving{_taking(roadmaps)}: "
        yield Sentence(text=f"{start}{text}", tone="bad")


def _taking(roadmaps: Roadmaps) -> str:
    """Say how long effects are taken to last, where nobody said so."""
    return "" if roadmaps.told is None else f", if the effect {LASTING[roadmaps.told]}"


def _decides(roadmaps: Roadmaps) -> bool:
    """Tell whether the best order fails hardly anywhere but at the very end."""
    ends, best = roadmaps.outlook.ends, roadmaps.outlook.carried[roadmaps.best].holds
    return not is_visible(ends.stays.value - best.value, best.error)


def _helping(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say what would help most where the best order does not always hold."""
    holds = roadmaps.outlook.carried[roadmaps.best].holds
    if holds.value == 1:
        return
    clause = clause_of(roadmaps)
    if clause is None:
        text = "It takes a guarantee or another package; no clause on a single item helps visibly."
        yield Sentence(text=text)
        return
    text = f"What would help most is to {_clause_text(roadmaps, clause)}"
    yield Sentence(text=f"{text}; otherwise it takes a guarantee or another package.")


def clause_of(roadmaps: Roadmaps) -> Change | None:
    """Return the clause that would help the best order most."""
    return roadmaps.mendings[roadmaps.best].clause


def _clause_text(roadmaps: Roadmaps, clause: Change) -> str:
    implementation, order = roadmaps.implementation, roadmaps.outlook.carried[roadmaps.best]
    text = change_text(implementation, order, clause)
    if is_exact(implementation):
        return f"{text}: then it holds"
    return f"{text} ({short(order.holds)} → {short(clause.holds)})"


def _gaps(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Mark last gates that fail for one amount: no deal against the status quo signed."""
    implementation = roadmaps.implementation
    names = dict(zip(implementation.signatories, parties_of(implementation), strict=True))
    for one in roadmaps.outlook.ends.parties:
        if one.hangs:
            yield _gap(one, names[one.party], exact=is_exact(implementation))


def _gap(one: PartyEnds, name: str, *, exact: bool) -> Sentence:
    nearly = "" if exact or one.alone else " in nearly all of these readings"
    text = (
        f"For {name} that hangs on one amount: no deal is worth {points(one.gap.mean)} more to it "
        "than signing that all stays as it is, although both describe the same world. Ask first: "
        f"would {name} rather see talks collapse than sign that nothing changes? If it does not "
        f"mind, its reason to leave falls away{nearly}."
    )
    return Sentence(text=text, tone="warn")


def _which(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Name the best order, how many do as well, and whether it is through by the deadline."""
    implementation = roadmaps.implementation
    limit = deadline_text(implementation)
    holds = roadmaps.outlook.carried[roadmaps.best].holds
    text = f"{_best(roadmaps)} " if holds.value else ""
    if limit and not implementation.timed:
        by = by_deadline(implementation)
        text += f"Whether it is complete {by} cannot be told: no item says how long it takes."
        yield Sentence(text=text, tone="warn")
    elif text or implementation.timed:
        yield Sentence(text=f"{text}{_time(roadmaps)}".strip())


def _best(roadmaps: Roadmaps) -> str:
    implementation, staging = roadmaps.implementation, roadmaps.outlook.staging
    order, count = roadmaps.outlook.carried[roadmaps.best], len(staging.leaders)
    words = order_text(implementation, order.stages)
    share = "" if is_exact(implementation) else f" ({short(order.holds)})"
    if count == 1:
        best = "The best order" if is_exact(implementation) else "The order that holds most often"
        return f"{best}: {words}{share}."
    every = staging.complete and count == staging.total
    start = "" if every else f"{plural(count, 'order')} do equally well{share}; "
    why = _reason(roadmaps)
    if not (deadline_text(implementation) and implementation.timed):
        return capital(f"{start}told here is {words}, {why}.")
    by = by_deadline(implementation)
    ready = sum(_complete(implementation, stages) for stages in staging.leaders)
    takes = span_text(implementation, implementation.time_of(order.stages))
    if ready == 1:
        return capital(f"{start}of these, only {words} is complete {by} ({takes}).")
    if ready:
        text = f"{start}{ready:,} of them are complete {by}; told here is {words} ({takes}), {why}."
    else:
        text = f"{start}none of them is complete {by}; told here is {words}, {why}."
    return capital(text)


def _reason(roadmaps: Roadmaps) -> str:
    """Say why just this one of several equals is told."""
    implementation, leaders = roadmaps.implementation, roadmaps.outlook.staging.leaders
    own = roadmaps.outlook.carried[roadmaps.best].stages
    time = implementation.time_of(own)
    fast = [stages for stages in leaders if implementation.time_of(stages) == time]
    if implementation.timed and len(fast) == 1:
        return "the quickest"
    few = [stages for stages in fast if len(stages) == len(own)]
    reason = "in the fewest stages" if len(few) == 1 else "one of those in the fewest stages"
    return f"of the quickest {reason}" if implementation.timed else reason


def _complete(implementation: Implementation, stages: tuple[tuple[int, ...], ...]) -> bool:
    through = implementation.through_by_deadline(stages)
    return through is not None and len(through) == len(implementation.items)


def _time(roadmaps: Roadmaps) -> str:
    """Say how long the best order takes, unless that was said where it was chosen."""
    implementation = roadmaps.implementation
    best = roadmaps.outlook.carried[roadmaps.best]
    told = len(roadmaps.outlook.staging.leaders) > 1 and best.holds.value
    ready = _complete(implementation, best.stages)
    if told and deadline_text(implementation) and ready:
        return ""
    text = timing_sentence(implementation, best.stages)
    whole = (tuple(range(len(implementation.items))),)
    if text and deadline_text(implementation) and not _complete(implementation, whole):
        least = span_text(implementation, implementation.time_of(whole))
        text += f" No order is through by then: even all at once takes {least}."
    return text


def _as_good(roadmaps: Roadmaps) -> str:
    others = len(roadmaps.outlook.staging.leaders) - 1
    return f", and {plural(others, 'order')} just as good" if others else ""


def headline_of(roadmaps: Roadmaps) -> tuple[Sentence, ...]:
    """Return the answer in one or two sentences for the first page of a report."""
    implementation, outlook = roadmaps.implementation, roadmaps.outlook
    best = outlook.carried[roadmaps.best]
    words = order_text(implementation, best.stages)
    start = f"Putting {implementation.name} into force: "
    if not implementation.ever_accepted:
        text = f"{start}in no reading do all signatories accept it, so no order is told here."
        return (Sentence(text=text, tone="bad"),)
    if is_exact(implementation):
        held = "holds" if best.holds.value else "needs the smallest guarantee, and no order holds"
        text = f"{start}{words}: this order {held}."
    elif not best.holds.value:
        text = f"{start}no order of stages holds in any of the readings in which all accept it."
    else:
        text = (
            f"{start}nobody is ever better off leaving in {short(best.holds)} of the readings in "
            f"which all accept it, at best: {words}{_as_good(roadmaps)}."
        )
        if fixed_in_vain(roadmaps) and _decides(roadmaps):
            text += " No other order mends the rest: what decides comes at the very end."
    clause = clause_of(roadmaps) if best.holds.value < 1 else None
    if clause is not None:
        text += (
            f" What would help most is to {_clause_text(roadmaps, clause)}; otherwise it takes a "
            "guarantee or another package."
        )
    tone: Tone = "plain" if best.holds.value else "bad"
    return (Sentence(text=text, tone=tone), *duration_short(roadmaps))
