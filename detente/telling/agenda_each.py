"""One agenda: who refuses to begin, what it ends in, and what of that rests on single inputs."""

from __future__ import annotations

from collections.abc import Iterator

from detente.gathering import CLEARLY, Ends, Refused
from detente.negotiation import Negotiation, Outlook
from detente.number import rounded
from detente.prose import capital, listed, plural, provenance_text
from detente.table import Section, Sentence, Share
from detente.telling.agenda_tables import input_words, parties_table, rests_table
from detente.telling.agenda_words import (
    FAILED,
    begin_sentences,
    briefly,
    bundle_words,
    inside,
    is_told,
    order_words,
    party_words,
    shares_words,
    who_alone,
    who_together,
)

_TO_NAME, _OFTEN = 0.1, 0.5
_MOST_SETS = 3
"""Sets of parties that exclude each other, named in one sentence, and how often they have to."""


def outlook_section(negotiation: Negotiation, outlook: Outlook) -> Section:
    """Return everything about one agenda for people."""
    agenda, case = outlook.agenda, negotiation.analysis.case
    source = "" if agenda.entry is None else provenance_text(case, agenda.entry.provenance)
    text = f"On the table: {order_words(case, agenda)}."
    rests = (rests_table(negotiation, outlook),) if any(r.changed for r in outlook.rests) else ()
    return Section(
        key=f"agenda-{agenda.name.replace(' ', '-')}",
        title=capital(agenda.title),
        lead=(Sentence(text=text, source=source),),
        points=tuple(_points(negotiation, outlook)),
        tables=(parties_table(negotiation, outlook), *rests),
    )


def _points(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    ends = outlook.ends[negotiation.way]
    yield _refused_sentence(negotiation, ends.no_deal, "no deal now")
    yield _refused_sentence(negotiation, ends.all_at_once, "everything on one table")
    if (negotiation.timing.chance < 1).all() and is_told(ends.all_at_once.anybody):
        text = "Part of that is the doubt about later talks: everything on one table needs none."
        yield Sentence(text=text)
    for way in negotiation.ways[:2]:
        texts = list(begin_sentences(negotiation, outlook, way.rule))
        if texts:
            yield Sentence(text=f"If {FAILED[way.rule]}: {inside(' '.join(texts))}")
    yield from _in_points(negotiation, outlook)
    yield Sentence(text=_ending(negotiation, ends))
    yield from _failures(negotiation, outlook, ends)
    yield _solutions_sentence(outlook)
    yield from _whatever(negotiation, outlook)
    yield _myopic_sentence(negotiation, outlook)
    if is_told(ends.zero_gains):
        share = capital(ends.zero_gains.phrase())
        text = f"{share} some party gains nothing on one of the tables: it is indifferent there."
        yield Sentence(text=text)
    if ends.ties.value > 0:
        span = "" if outlook.span is None else f", by {rounded(outlook.span)} points at most"
        changed = "some values hang on it" if outlook.span is not None else "no value hangs on it"
        text = f"Several packages tie {ends.ties.phrase()}; {changed}{span}."
        yield Sentence(text=text)
    yield from _warnings(negotiation, outlook)


def _refused_sentence(negotiation: Negotiation, refused: Refused, than: str) -> Sentence:
    ranked = sorted(range(len(refused.alone)), key=lambda p: -refused.alone[p].value)
    alone = [p for p in ranked if is_told(refused.alone[p])]
    together = who_together(negotiation, refused)[:_MOST_SETS]
    lead = f"Worse than {than}, whatever the first step"
    if not alone and not together:
        return Sentence(text=f"{lead}: for nobody.")
    parts: list[str] = []
    for p in alone:
        often = briefly(refused.alone[p]) if parts else refused.alone[p].phrase()
        by = "" if parts else f" by more than {CLEARLY} points"
        clearly = f" ({briefly(refused.clearly[p])}{by})" if is_told(refused.clearly[p]) else ""
        parts.append(f"for {party_words(negotiation, [p])} {often}{clearly}")
    text = f"{lead}: {listed(parts)}" if parts else f"{lead}: for nobody alone"
    if together:
        text += f"; no first step suits {shares_words(together)}"
    return Sentence(text=f"{text}.")


def _in_points(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    """Say break-even shifts in points of what is stated."""
    even = outlook.shift.get(negotiation.way.rule)
    if even is None or even.never.value > 0.5 or even.already.value > 0.5:
        return
    parts = [
        f"'{negotiation.walk.shifts[k].entry.label}' {rounded(middle)} points"
        for k, (_, middle, _) in even.points.items()
    ]
    yield Sentence(
        text=f"At the median, the shifts at which the first party refuses are {listed(parts)}."
    )
    if is_told(even.wavers):
        share = capital(even.wavers.phrase())
        yield Sentence(text=f"{share} a larger shift makes up for what a smaller one spoils.")


def _ending(negotiation: Negotiation, ends: Ends) -> str:
    case = negotiation.analysis.case
    text = f"It completes {ends.completes.phrase()}"
    if ends.completes.value > 0:
        text += f", {briefly(ends.same)} in the package of all at once"
    if is_told(ends.as_it_is):
        text += f"; {briefly(ends.as_it_is)} the first bundle is settled at what holds already"
    if ends.frequent is not None and ends.n_packages > 1:
        _, share = ends.frequent
        found = plural(ends.n_packages, "different package")
        text += f". It ends in {found}; the most frequent has {share} of these readings"
        text += ", so look at it issue by issue" if share.value < _OFTEN else ""
    elif ends.frequent is not None:
        text += f". It always ends in {case.vocabulary.label(ends.frequent[0])}"
    return f"{text}."


def _failures(negotiation: Negotiation, outlook: Outlook, ends: Ends) -> Iterator[Sentence]:
    words = bundle_words(negotiation.analysis.case, outlook.agenda)
    for failure in ends.failures:
        if not is_told(failure.share):
            continue
        share = capital(failure.share.phrase())
        text = f"{share} the process ends at the talks on {words[failure.bundle]}"
        told = [one for one in failure.excluded if one[1] >= _TO_NAME][:_MOST_SETS]
        if told:
            parts = [
                f"{_excluding(negotiation, members)} ({100 * part:.0f} % of them)"
                for members, part in told
            ]
            text += f": {'; '.join(parts)}"
        yield Sentence(text=f"{text}.")


def _excluding(negotiation: Negotiation, members: tuple[int, ...]) -> str:
    who = party_words(negotiation, members)
    return f"nothing suits {who}" if len(members) == 1 else f"{who} exclude each other"


def _solutions_sentence(outlook: Outlook) -> Sentence:
    found = list(outlook.by_solution.values())
    text = (
        f"Over {plural(len(found), 'bargaining solution')} it completes "
        f"{_span([one.completes for one in found])}; somebody alone would rather have no deal "
        f"{_span([one.no_deal for one in found])}, and rather all at once "
        f"{_span([one.all_at_once for one in found])}."
    )
    return Sentence(text=text)


def _span(shares: list[Share]) -> str:
    low, high = min(shares, key=lambda s: s.value), max(shares, key=lambda s: s.value)
    if str(low) == str(high):
        return low.phrase()
    return f"{briefly(low)} to {briefly(high).removeprefix('in ')} of the readings"


def _whatever(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    told = [
        f"{party_words(negotiation, [p])} would rather have no deal under every solution "
        f"{one.surely.phrase()}, under none {briefly(one.never)}"
        for p, one in enumerate(outlook.whatever)
        if one.never.value <= 1 - 0.005
    ]
    if told:
        yield Sentence(text=f"Whatever the later tables end in: {'; '.join(told)}.")


def _myopic_sentence(negotiation: Negotiation, outlook: Outlook) -> Sentence:
    itself = outlook.by_itself
    words = bundle_words(negotiation.analysis.case, outlook.agenda)[0]
    if not is_told(itself.nothing_suits):
        text = f"As a whole deal, with all else as it is, some step on {words} would suit all."
        return Sentence(text=text)
    text = (
        f"As a whole deal, with all else as it is, no step on {words} would suit all "
        f"{itself.nothing_suits.phrase()}"
    )
    alone = who_alone(negotiation, itself)
    if alone:
        text += f"; alone would refuse: {shares_words(alone)}"
    return Sentence(text=f"{text}.")


def _warnings(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    names = {
        "completes": "that it completes or not",
        "no_deal": "that somebody would rather have no deal",
        "all_at_once": "that somebody would rather have all at once",
    }
    for rest in outlook.rests:
        if rest.repeated:
            what = listed([names[name] for name in rest.repeated])
            text = (
                f"{capital(what)} repeats one thing that is put in, without which it is not so: "
                f"{input_words(negotiation, rest)}."
            )
            yield Sentence(text=text, tone="warn")
    if outlook.gap_decides:
        who = party_words(negotiation, outlook.gap_decides)
        text = (
            "Whether it completes goes with one input alone: whether no deal is worth more to "
            f"{who} than the status quo signed."
        )
        yield Sentence(text=text, tone="warn")
    if (negotiation.timing.chance == 0).all() and is_told(
        outlook.ends[negotiation.way].no_deal.anybody
    ):
        text = "The refusals repeat what is put in: that later talks never take place."
        yield Sentence(text=text, tone="warn")
