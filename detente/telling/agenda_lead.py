"""The answer on orders of talks in a few sentences: what first, and who would refuse to begin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from detente.negotiation import Negotiation, Outlook
from detente.orders import undated_shifts
from detente.prose import PERCENT_NOTE, capital, listed, opening
from detente.table import Sentence
from detente.telling.agenda_tables import unmoved
from detente.telling.agenda_words import (
    FAILED,
    SHOWN,
    begins_sentence,
    briefly,
    bundle_words,
    inside,
    is_told,
    nobody_begins,
    titles_of,
    who_alone,
    who_together,
)
from detente.telling.passing_time import talks_sentence
from detente.turning import MULTIPLES

_QUESTION = "What should be negotiated first, or everything together?"
_TO_QUALIFY = 0.1
"""An order that leaves its first bundle as it is in so much of the readings is said to."""
_MOST_REFUSED = 2
_OFTEN = 0.5
"""An order is named as a way to begin where it completes in so much of the readings."""


def headline(negotiation: Negotiation) -> tuple[Sentence, ...]:
    """Return in a sentence or two what the order of talks does."""
    if not negotiation.zone.any() or not negotiation.outlooks:
        return ()
    if nothing_to_choose(negotiation):
        return (_alike(negotiation),)
    text = " ".join(_most_often(negotiation))
    contested = _contested(negotiation)
    if contested is None:
        return (Sentence(text=text),)
    return (Sentence(text=text), Sentence(text=_contested_words(negotiation, contested)))


def lead(negotiation: Negotiation) -> Iterator[Sentence]:
    """Go through the answer: at most about six sentences, then how to read them."""
    if not negotiation.analysis.case.blocks.get("walk_away"):
        text = (
            "Nobody said what stays when talks end; anything from nothing to everything is taken, "
            "so this is a placeholder."
        )
        yield Sentence(text=text, tone="warn")
    yield no_zone(negotiation)
    if not negotiation.zone.any():
        return
    if not negotiation.outlooks:
        yield Sentence(text="Every order given puts all issues on one table.", tone="warn")
    elif nothing_to_choose(negotiation):
        yield _alike(negotiation)
    else:
        yield from _answer(negotiation)
    if len(negotiation.zone) < negotiation.analysis.readings.n_readings:
        text = f"There are so many packages that {len(negotiation.zone):,} readings are looked at."
        yield Sentence(text=text, tone="warn")
    yield Sentence(
        text="What to carry out first, once a package is agreed, is another question: 'detente "
        "roadmap'."
    )
    if len(negotiation.zone) > 1:
        yield Sentence(text=PERCENT_NOTE)


def nothing_to_choose(negotiation: Negotiation) -> bool:
    """Tell whether every order ends in what all at once does, and nobody ever refuses to begin."""
    way = negotiation.way
    return bool(negotiation.outlooks) and all(
        not is_told(replace(outlook.ends[way].same, value=1 - outlook.ends[way].same.value))
        and not is_told(outlook.ends[way].no_deal.nothing_suits)
        and not is_told(outlook.ends[way].all_at_once.nothing_suits)
        and nobody_begins(outlook, way.rule)
        for outlook in negotiation.outlooks
    )


def _alike(negotiation: Negotiation) -> Sentence:
    shifted = any(outlook.shift for outlook in negotiation.outlooks)
    most = f"at up to {MULTIPLES[-1]:.0f} times the stated shifts and " if shifted else ""
    text = (
        "There is nothing to choose: every order of talks ends in what all at once ends in, and "
        f"nobody would refuse to begin, {most}however doubtful later talks are."
    )
    return Sentence(text=text)


def no_zone(negotiation: Negotiation) -> Sentence:
    """Return the question, and in what share of the readings nothing can be agreed at all."""
    share = negotiation.no_zone
    if not negotiation.zone.any():
        text = (
            f"{_QUESTION} Nothing can be agreed in any reading looked at, not even with everything "
            "on one table, so no order of talks leads to an agreement; 'detente settle' says what "
            "is in the way."
        )
        return Sentence(text=text, tone="bad")
    if not is_told(share):
        every = "in every reading" if share.certain else "in every reading looked at"
        agreed = "Something can be" if is_late(negotiation) else "All on one table is"
        return Sentence(text=f"{_QUESTION} {agreed} agreed {every}.")
    others = replace(share, value=1 - share.value)
    agreed = "something can be" if is_late(negotiation) else "all on one table is"
    text = (
        f"{_QUESTION} {opening(share)} nothing can be agreed at all. In the other {others} "
        f"{agreed} agreed; what follows counts only these."
    )
    return Sentence(text=text)


def is_late(negotiation: Negotiation) -> bool:
    """Tell whether talks on everything at once fail for time, though something can be agreed."""
    return negotiation.whole.completes.value < 1 - SHOWN


def _answer(negotiation: Negotiation) -> Iterator[Sentence]:
    yield _advice(negotiation)
    yield Sentence(text=" ".join(_most_often(negotiation)))
    contested = _contested(negotiation)
    if contested is not None:
        yield Sentence(text=_contested_words(negotiation, contested))
    others = [outlook for outlook in negotiation.outlooks if outlook is not contested]
    text = " ".join((*_refused_too(negotiation, others), *_suiting(negotiation, others)))
    if text:
        yield Sentence(text=text)
    yield _rule_sentence(negotiation)
    yield talks_sentence(negotiation.analysis)
    if undated_shifts(negotiation.analysis):
        yield _duration_sentence(negotiation)


def _advice(negotiation: Negotiation) -> Sentence:
    """Say what loses no agreement, and which order nobody would refuse to begin."""
    way = negotiation.way
    text = "Where everything can be put on one table, that loses no agreement. If not, "
    if is_late(negotiation):
        completes = negotiation.whole.completes.phrase()
        text = f"Since talks take time, all on one table completes only {completes}. "
    begun = [
        one
        for one in negotiation.outlooks
        if nobody_begins(one, way.rule)
        and not is_told(one.ends[way].no_deal.nothing_suits)
        and one.ends[way].completes.value >= _OFTEN
    ]
    if begun:
        best = max(begun, key=lambda one: one.ends[way].completes.value)
        share = briefly(best.ends[way].completes)
        nobody = "nobody refuses to begin" if text.endswith("not, ") else "Nobody refuses to begin"
        return Sentence(text=f"{text}{nobody} '{best.agenda.title}'; it completes {share}.")
    return Sentence(text=text.removesuffix(" If not, ").rstrip())


def _most_often(negotiation: Negotiation) -> Iterator[str]:
    """Say which order completes most often, and which least."""
    way = negotiation.way
    ranked = sorted(negotiation.outlooks, key=lambda one: -one.ends[way].completes.value)
    best, worst = ranked[0], ranked[-1]
    ends = best.ends[way]
    words = bundle_words(negotiation.analysis.case, best.agenda)[0]
    though = ""
    if ends.as_it_is.value >= _TO_QUALIFY:
        though = f", though {briefly(ends.as_it_is)} it leaves {words} as it is"
        if len(best.agenda.order[0]) > 1:
            though = f"{though.removesuffix(' as it is')} as they are"
    if best is worst:
        yield f"'{best.agenda.title}' completes {ends.completes.phrase()}{though}."
    elif str(ends.completes) == str(worst.ends[way].completes):
        yield f"All orders given complete {ends.completes.phrase()}."
    else:
        yield (
            f"Piece by piece, '{best.agenda.title}' completes most often, "
            f"{ends.completes.phrase()}{though}; '{worst.agenda.title}' least, "
            f"{briefly(worst.ends[way].completes)}."
        )


def _contested(negotiation: Negotiation) -> Outlook | None:
    """Return the order that somebody refuses to begin most often, or would soonest."""
    rule = negotiation.way.rule
    open_ = [one for one in negotiation.outlooks if begins_sentence(negotiation, one, rule)]

    def often(outlook: Outlook) -> tuple[float, float]:
        now = outlook.ends[negotiation.way].no_deal.anybody.value
        return (round(now, 3), -outlook.later_talks[rule].never.value)

    return max(open_, key=often, default=None)


def _contested_words(negotiation: Negotiation, outlook: Outlook) -> str:
    refused = outlook.ends[negotiation.way].no_deal
    begins = begins_sentence(negotiation, outlook, negotiation.way.rule)
    text = begins
    if len(negotiation.outlooks) > 1:
        text = f"'{outlook.agenda.title}' is the most contested: {inside(begins)}"
    alone = who_alone(negotiation, refused)
    parts = [f"{inside(who)} {briefly(share)}" for who, share in alone]
    return f"{text} As the case stands it is refused by {listed(parts) if parts else 'nobody'}."


def _refused_too(negotiation: Negotiation, others: list[Outlook]) -> Iterator[str]:
    """Say which other orders are refused, and by whom."""
    parts = []
    for outlook in others:
        refused = outlook.ends[negotiation.way].no_deal
        alone = who_alone(negotiation, refused)
        if alone:
            who, share = alone[0]
            parts.append(f"'{outlook.agenda.title}' is refused by {inside(who)} {briefly(share)}")
        elif refused.jointly:
            who, share = who_together(negotiation, refused)[0]
            steps = f"no first step suits {inside(who)} {briefly(share)}"
            parts.append(f"with '{outlook.agenda.title}' {steps}")
    if parts:
        yield f"{capital('; '.join(parts[:_MOST_REFUSED]))}."


def _suiting(negotiation: Negotiation, others: list[Outlook]) -> Iterator[str]:
    """Say which orders nobody refuses to begin, whatever is assumed."""
    way = negotiation.way
    found = [
        outlook
        for outlook in others
        if nobody_begins(outlook, way.rule) and not is_told(outlook.ends[way].no_deal.nothing_suits)
    ]
    if found:
        most = f"at up to {MULTIPLES[-1]:.0f} times the stated shifts and "
        shifted = most if any(outlook.shift for outlook in found) else ""
        names = " or ".join(titles_of(found))
        yield f"Nobody alone refuses to begin {names}, {shifted}however doubtful later talks are."


def _rule_sentence(negotiation: Negotiation) -> Sentence:
    own = negotiation.way
    other = next(way for way in negotiation.ways if way.rule != own.rule)
    said = "as the case says" if negotiation.rule_stated else "nobody says so, it is taken"
    text = f"Here failure on one bundle {FAILED[own.rule]} ({said}). If it {FAILED[other.rule]}, "
    apart = [
        f"'{outlook.agenda.title}' completes {outlook.ends[other].completes.phrase()}"
        for outlook in negotiation.outlooks
        if abs(outlook.ends[other].completes.value - outlook.ends[own].completes.value) >= 0.01
    ]
    same = all(outlook.ends[other].same.value >= 0.99 for outlook in negotiation.outlooks)
    if same and other.rule == "set aside":
        text += (
            "every order ends in what all at once would: whoever would lose by an order lets it "
            "fail, and waits."
        )
    elif apart:
        text += f"{listed(apart)}."
    else:
        text += "they complete as often."
    return Sentence(text=text)


def _duration_sentence(negotiation: Negotiation) -> Sentence:
    shifts = undated_shifts(negotiation.analysis)
    names = listed([f"'{shift.label}'" for shift in shifts])
    lasts = "lasts" if len(shifts) == 1 else "last"
    moves = len(unmoved(negotiation)) < len(negotiation.outlooks)
    then = "see 'How long shifts last'" if moves else "here that changes nothing"
    text = (
        f"Nobody says how long {names} {lasts}. In talks it matters only whether the effect is "
        f"gone once somebody walks out; {then}."
    )
    return Sentence(text=text, tone="warn")
