"""How roadmaps are told: which orders hold, what no order mends, and what the answer rests on."""

from __future__ import annotations

from collections.abc import Iterator

from detente.blocks.walk_away import Lasts, Shift
from detente.implementation import Implementation
from detente.prose import listed, opening, package_text, plural
from detente.reliance import inputs_of
from detente.roadmaps import Roadmaps
from detente.signing import RARE, PartyEnds
from detente.staging import Staging
from detente.table import Sentence, Share
from detente.telling.order import entry_text, lacking_of
from detente.telling.stages import (
    deadline_text,
    in_share,
    is_exact,
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
    elif is_exact(implementation) or (together.certain and together.value == 1):
        where = "" if is_exact(implementation) else " in every reading"
        yield Sentence(text=f"All signatories accept it{where}.")
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
        told = [one for one in ranked if one.stays.value < 1 - RARE] or ranked[:1]
        who = names[told[0].party] if len(leaving) == 1 else "somebody"
        text = (
            f"Once everything is in force, {who} is better off leaving in "
            f"{short(rest_of(ends.stays))} of these readings{whatever}"
        )
        if len(leaving) > 1:
            found = [f"{names[one.party]} in {short(rest_of(one.stays))}" for one in told]
            text = f"{text}: {listed(found)}"
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
        if staging.average is None:
            text = f"The search came upon an order that holds: {meaning}. It is: {words}."
            yield Sentence(text=text, tone="good")
            return
        count = staging.average
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
    if not best.holds.value and not staging.some.value:
        where = "" if staging.complete else " that the search came upon"
        text = f"No order{where} holds in any of these readings; {words} needs least to hold."
        yield Sentence(text=text, tone="bad")
        yield from lacking_of(implementation, best)
        return
    text = f"No single order holds in all of these readings. To hold means that {meaning}."
    yield Sentence(text=text)
    text = f"The order that holds most often is: {words}. It holds {in_share(best.holds)}"
    yield Sentence(text=f"{text}{_as_often(roadmaps)}.")
    yield Sentence(text=_some(staging, best.holds))
    yield from lacking_of(implementation, best)


def _some(staging: Staging, best: Share) -> str:
    """Say how many readings have an order that holds, apart from the one order that is best."""
    some = staging.some
    if some.value <= best.value + 2 * (0.0 if staging.complete else some.error):
        if staging.complete:
            return "Where it does not, no other order does."
        return "Where it does not, the search came upon no other order that does."
    if short(some) == short(best):
        return "Where it does not, hardly any other order does."
    return (
        f"Some order holds in {short(some)}, but not the same one everywhere, so this is nothing "
        "that a mediator could propose."
    )


def _as_often(roadmaps: Roadmaps) -> str:
    """Say which other orders hold in as many readings as the best."""
    outlook = roadmaps.outlook
    others = len(outlook.staging.leaders) - 1
    if not others:
        return ""
    share = outlook.carried[roadmaps.best].holds.value
    named = [
        one.proposed.label
        for k, one in enumerate(roadmaps.shown)
        if one.proposed is not None
        and k != roadmaps.best
        and outlook.carried[k].holds.value == share
    ]
    verb = "does" if others == 1 else "do"
    if len(named) == others:
        return f", and so {verb} {listed(named)}"
    among = f", {listed(named)} among them" if named else ""
    return f", and so {verb} {plural(others, 'other')}{among}"


def _by_duration(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say how the best order changes with a duration that nobody states."""
    if roadmaps.told is None:
        return
    found = _bests(roadmaps)
    same = [one for one in roadmaps.shown if len(one.best) == len(roadmaps.outlooks)]
    if same:
        words = order_text(roadmaps.implementation, same[0].stages)
        shares = [share for _, _, share in found]
        text = (
            f"No order does better than this one, whichever it is: {words}. Where it ends with the "
            f"talks: {shares[0]}; where it lasts until everything is in force: {shares[1]}; "
            f"for good: {shares[2]}."
        )
    else:
        text = f"Which order is best depends on it, so it has to be asked: {_listing(found)}."
    yield Sentence(text=f"{_unstated(roadmaps)} {text}", tone="plain" if same else "warn")


def _bests(roadmaps: Roadmaps) -> list[tuple[Lasts, str, str]]:
    """Return for each duration its best order, and how often that holds."""
    implementation = roadmaps.implementation
    found = []
    for lasts, outlook in roadmaps.outlooks.items():
        if lasts is None:
            continue
        place = next(k for k, one in enumerate(roadmaps.shown) if lasts in one.best)
        best = outlook.carried[place].holds
        share = ("holds" if best.value else "breaks") if is_exact(implementation) else short(best)
        found.append((lasts, order_text(implementation, roadmaps.shown[place].stages), share))
    return found


def _listing(found: list[tuple[Lasts, str, str]]) -> str:
    return "; ".join(f"{IF_LASTING[lasts]}: {words} ({share})" for lasts, words, share in found)


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
    if not implementation.ever_accepted:
        text = f"{start}in no reading do all signatories accept it, so no order is told here."
        return (Sentence(text=text, tone="bad"),)
    if is_exact(implementation):
        held = "holds" if best.holds.value else "needs the smallest guarantee, and no order holds"
        return (Sentence(text=f"{start}{words}: this order {held}."),)
    if not best.holds.value:
        text = f"{start}no order of stages holds in any of the readings in which all accept it."
        return (Sentence(text=text, tone="bad"),)
    text = (
        f"{start}the order that holds most often is {words}; nobody is ever better off leaving in "
        f"{short(best.holds)} of the readings in which all accept it."
    )
    if roadmaps.told is None or any(
        len(one.best) == len(roadmaps.outlooks) for one in roadmaps.shown
    ):
        return (Sentence(text=text),)
    more = (
        "Which order is best depends on how long the effect on leaving lasts, which the case does "
        f"not say: {_listing(_bests(roadmaps))}."
    )
    return (Sentence(text=text), Sentence(text=more, tone="warn"))
