"""One agenda: who refuses to begin, what it ends in, and what of that rests on single inputs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from detente.any_solution import Whatever
from detente.gathering import CLEARLY, Ends, Refused
from detente.negotiation import Negotiation, Outlook
from detente.number import rounded
from detente.prose import capital, listed, plural, provenance_text
from detente.table import Section, Sentence, Share
from detente.telling.agenda_tables import input_words, parties_table, rests_table
from detente.telling.agenda_words import (
    briefly,
    bundle_words,
    is_told,
    order_words,
    party_words,
    shares_words,
    who_alone,
    who_together,
)

_MOST_POINTS = 6
_TO_VARY = 0.02
"""A share that differs by less, between bargaining solutions, is not told of."""
_TO_NAME, _OFTEN, _ALWAYS = 0.1, 0.5, 0.995
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


def _points(negotiation: Negotiation, outlook: Outlook) -> list[Sentence]:
    """Return the most important of what there is to say: warnings last, and always."""
    ends = outlook.ends[negotiation.way]
    warnings = list(_warnings(negotiation, outlook))
    found = [
        _refused_sentence(negotiation, ends.no_deal),
        Sentence(text=_ending(negotiation, ends)),
        *_failures(negotiation, outlook, ends),
        *_solutions(negotiation, outlook),
        *_by_itself(negotiation, outlook),
        *_ties(outlook, ends),
    ]
    return [*found[: max(_MOST_POINTS - len(warnings), 2)], *warnings]


def _refused_sentence(negotiation: Negotiation, refused: Refused) -> Sentence:
    ranked = sorted(range(len(refused.alone)), key=lambda p: -refused.alone[p].value)
    alone = [p for p in ranked if is_told(refused.alone[p])]
    together = who_together(negotiation, refused)[:_MOST_SETS]
    if not alone and not together:
        return Sentence(text="Nobody would rather have no deal than begin.")
    parts: list[str] = []
    for p in alone:
        often = briefly(refused.alone[p]) if parts else refused.alone[p].phrase()
        by = "" if parts else f" by more than {CLEARLY} points"
        clearly = refused.clearly[p]
        by = f" ({briefly(clearly)}{by})" if is_told(clearly) and not clearly.certain else ""
        parts.append(f"{party_words(negotiation, [p])} {often}{by}")
    text = f"Rather no deal than begin: {listed(parts) if parts else 'nobody alone'}"
    if together:
        text += f"; no first step suits {shares_words(together)}"
    return Sentence(text=f"{text}.")


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
    parts = []
    for failure in ends.failures:
        if not is_told(failure.share):
            continue
        text = f"{failure.share.phrase()} at the talks on {words[failure.bundle]}"
        told = [one for one in failure.excluded if one[1] >= _TO_NAME][:_MOST_SETS]
        if told:
            reasons = [
                _excluding(negotiation, members)
                + ("" if part > _ALWAYS else f" ({100 * part:.0f} % of these)")
                for members, part in told
            ]
            text += f", where {' or '.join(reasons)}"
        parts.append(text)
    if parts:
        yield Sentence(text=f"It fails {'; '.join(parts)}.")


def _excluding(negotiation: Negotiation, members: tuple[int, ...]) -> str:
    who = party_words(negotiation, members)
    return f"nothing suits {who}" if len(members) == 1 else f"{who} exclude each other"


def _solutions(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    """Say what other bargaining solutions change, where they do."""
    found = list(outlook.by_solution.values())
    spans = {
        "it completes": [one.completes for one in found],
        "somebody would rather have no deal": [one.no_deal for one in found],
        "somebody would rather have all at once": [one.all_at_once for one in found],
    }
    parts = [f"{what} {_span(shares)}" for what, shares in spans.items() if _moves(shares)]
    parts += [
        f"whether {party_words(negotiation, [p])} would rather have no deal hangs on the solution "
        f"{share.phrase()}"
        for p, one in enumerate(outlook.whatever)
        if (share := _hanging(one)).value >= _TO_VARY
    ]
    if parts:
        n_rows, n_part = len(negotiation.zone), negotiation.n_part
        where = f", looked at in {plural(n_part, 'reading')}" if n_part < n_rows else ""
        yield Sentence(text=f"Over {len(found)} bargaining solutions{where}: {'; '.join(parts)}.")


def _moves(shares: list[Share]) -> bool:
    values = [share.value for share in shares]
    return max(values) - min(values) >= _TO_VARY


def _span(shares: list[Share]) -> str:
    low, high = (pick(shares, key=lambda s: s.value) for pick in (min, max))
    if str(low) == str(high):
        return low.phrase()
    ends = [str(share).replace("every", "all") for share in (low, high)]
    return f"in {ends[0]} to {ends[1]} of the readings"


def _hanging(whatever: Whatever) -> Share:
    """Return in what share a party would rather have no deal under some solutions, not all."""
    value = max(1 - whatever.surely.value - whatever.never.value, 0.0)
    return replace(whatever.never, value=value)


def _by_itself(negotiation: Negotiation, outlook: Outlook) -> Iterator[Sentence]:
    itself = outlook.by_itself
    words = bundle_words(negotiation.analysis.case, outlook.agenda)[0]
    if not is_told(itself.nothing_suits):
        return
    text = (
        f"As a whole deal, with all else as it is, no step on {words} would suit all "
        f"{itself.nothing_suits.phrase()}"
    )
    alone = who_alone(negotiation, itself)
    if alone:
        text += f"; alone would refuse: {shares_words(alone)}"
    yield Sentence(text=f"{text}.")


def _ties(outlook: Outlook, ends: Ends) -> Iterator[Sentence]:
    if is_told(ends.zero_gains):
        share = capital(ends.zero_gains.phrase())
        text = f"{share} some party gains nothing on one of the tables: it is indifferent there."
        yield Sentence(text=text)
    if is_told(ends.ties) or outlook.span is not None:
        span = "" if outlook.span is None else f", by {rounded(outlook.span)} points at most"
        changed = "some values hang on it" if outlook.span is not None else "no value hangs on it"
        yield Sentence(text=f"Several packages tie {ends.ties.phrase()}; {changed}{span}.")


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
    doubt = (negotiation.timing.chance < 1).all()
    if doubt and is_told(outlook.ends[negotiation.way].all_at_once.anybody):
        text = (
            "That some would rather have all at once is partly the doubt about later talks, which "
            "one table does not need."
        )
        yield Sentence(text=text)
    if (negotiation.timing.chance == 0).all() and is_told(
        outlook.ends[negotiation.way].no_deal.anybody
    ):
        text = "The refusals repeat what is put in: that later talks never take place."
        yield Sentence(text=text, tone="warn")
