"""Whether a package holds once it is signed, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.departing import RARE, Departing, Leaving
from detente.holding import Holding
from detente.holdings import Holdings
from detente.prose import PERCENT_NOTE, capital, listed, opening, plural
from detente.survey import Survey
from detente.table import Sentence
from detente.telling.hold_comparisons import unknown_sentence
from detente.telling.hold_words import (
    DOING,
    begun,
    by_number,
    is_exact,
    label_of,
    name_of,
    numbers_text,
    step_text,
)

_MANY = 8
"""More ways of leaving than these are cut for people."""
LEAST = 0.01
"""What differs by less is not told apart in sentences."""


def headline_of(holdings: Holdings) -> tuple[Sentence, ...]:
    """Return whether it holds, in two sentences."""
    if holdings.holding is None:
        return (resting_sentence(holdings.survey),)
    return tuple(_verdict(holdings.holding))


def lead_of(holdings: Holdings) -> tuple[Sentence, ...]:
    """Return the whole answer in a few sentences."""
    holding = holdings.holding
    if holding is None:
        return (*headline_of(holdings), *unknown_sentence(holdings))
    return (
        *_verdict(holding),
        *unknown_sentence(holdings),
        *_weakest(holding, holdings.leaving),
        *_further(holding),
        *_state(holding),
        *_counted(holding),
    )


def short_lead(holdings: Holdings) -> tuple[Sentence, ...]:
    """Return the answer for a chapter of a report."""
    holding = holdings.holding
    if holding is None:
        return headline_of(holdings)
    return (*_verdict(holding), *_weakest(holding, holdings.leaving), *_counted(holding))


def _verdict(holding: Holding) -> Iterator[Sentence]:
    if is_exact(holding):
        yield _exactly(holding)
        return
    name, alone, answered = name_of(holding), holding.holds("R"), holding.holds("SEQ")
    if alone.value == 1:
        text = f"{begun(name)} holds by itself: {alone.phrase()} nobody could gain by leaving it."
        yield Sentence(text=text, tone="good")
        return
    gaining = alone.rest()
    text = f"{capital(gaining.phrase())} somebody, acting alone, could gain by leaving {name}."
    if answered.value == 0:
        text += f" In {answered} of them would others answer every such step by steps that "
        text += "they gain by."
        yield Sentence(text=text, tone="bad")
    elif answered.value - alone.value < LEAST:
        text += f" It holds {answered.phrase()}; what others would answer hardly matters."
        yield Sentence(text=text)
    else:
        text += (
            f" It holds all the same {answered.phrase()}: others would answer every such step, "
            "each by steps that they gain by."
        )
        yield Sentence(text=text, tone="good" if answered.value == 1 else "plain")


def _exactly(holding: Holding) -> Sentence:
    """Say whether it holds where there is one reading."""
    name = begun(name_of(holding))
    stable = {key: bool(holding.holds(key).value) for key in ("R", "GMR", "SEQ", "SSEQ")}
    if stable["R"]:
        text = f"{name} holds: nobody, acting alone, could gain by leaving it."
        return Sentence(text=text, tone="good")
    gaining = _unless(holding, "R")
    if stable["SEQ"]:
        text = (
            f"{name} holds: acting alone, {gaining} could gain by leaving it, but others would "
            "answer every such step, each by steps that they gain by."
        )
        return Sentence(text=text, tone="good")
    if stable["GMR"]:
        text = (
            f"{name} holds by threats only: acting alone, {gaining} could gain by leaving it. "
            "Every such step could be answered, but not always by steps that those who answer gain "
            f"by; so for {_unless(holding, 'SEQ')} it rests on what others say they would do."
        )
        return Sentence(text=text, tone="warn")
    text = (
        f"{name} does not hold: acting alone, {_unless(holding, 'GMR')} could gain by leaving it "
        "in a way that nothing the others could do then would undo."
    )
    return Sentence(text=text, tone="bad")


def _unless(holding: Holding, key: str) -> str:
    """Return the parties for whom it is not stable."""
    parties = range(len(holding.parties))
    return listed([label_of(holding, p) for p in parties if not holding.holds(key, p).value])


def _weakest(holding: Holding, leaving: tuple[Leaving, ...]) -> Iterator[Sentence]:
    """Name who is held to it least, and by which step it would leave."""
    if is_exact(holding):
        return
    shares = [holding.holds("SEQ", p) for p in range(len(holding.parties))]
    if not shares:
        return
    party = min(range(len(shares)), key=lambda p: shares[p].value)
    if shares[party].value > 1 - LEAST:
        return
    label, free = label_of(holding, party), shares[party].rest()
    text = (
        f"The weakest link is {label}: {free.phrase()} it could leave without an answer that "
        "anybody gains by"
    )
    way = least_answered(leaving[party]) if party < len(leaving) else None
    if way is not None:
        text += (
            f", most often by {step_text(holding.model, holding.state, way.target, verbs=DOING)}"
        )
    others = [k for k in range(len(shares)) if k != party and shares[k].value <= 1 - LEAST]
    text += "."
    if others:
        told = [f"{label_of(holding, k)} {shares[k].rest().phrase()}" for k in others]
        text += f" So could {listed(told)}."
    yield Sentence(text=text, tone="bad" if shares[party].value < 0.5 else "warn")


def least_answered(leaving: Leaving) -> Departing | None:
    """Return the way of leaving that is most often without a credible answer, if one ever is."""
    ways = [way for way in leaving.departing if unanswered(way) > 0]
    return max(ways, key=unanswered, default=None)


def unanswered(way: Departing) -> float:
    """Return in what part of the readings a way pays without a credible answer; 0 where rarely."""
    rest = round(way.pays.value - way.answered["SEQ"].value, 6)
    return rest if rest >= RARE else 0.0


def weighty_first(ways: Sequence[Departing], *, firsts: bool) -> tuple[list[Departing], int]:
    """Return ways of leaving, those that people are shown first, and how many these are.

    Where there are many these are all that are ever without a credible answer, and the first of
    every party; the first only where there are none of those, unless ``firsts``.
    """
    if len(ways) <= _MANY:
        return list(ways), len(ways)
    free = [bool(unanswered(way)) for way in ways]
    first = [all(w.party != way.party for w in ways[:k]) for k, way in enumerate(ways)]
    told = [f or (b and (firsts or not any(free))) for f, b in zip(free, first, strict=True)]
    shown = [way for way, on in zip(ways, told, strict=True) if on]
    return [*shown, *(way for way, on in zip(ways, told, strict=True) if not on)], len(shown)


def _further(holding: Holding) -> Iterator[Sentence]:
    """Say what changes if nobody minds what an answer costs, or if the leaver moves once more."""
    if holding.holds("R").value == 1:
        return
    shares = {key: holding.holds(key) for key in ("GMR", "SEQ", "SSEQ")}
    if is_exact(holding):
        if shares["SEQ"].value and not shares["SSEQ"].value:
            text = (
                f"Looking one move further, {_unless(holding, 'SSEQ')} could move once more after "
                "the answer and be better off after all."
            )
            yield Sentence(text=text, tone="warn")
        return
    told: list[str] = []
    if shares["GMR"].value - shares["SEQ"].value >= LEAST:
        told.append(
            f"{opening(shares['GMR'])} some answer to every such step exists, if those who give it "
            "do not mind that it costs them something."
        )
    if shares["SEQ"].value - shares["SSEQ"].value >= LEAST:
        told.append(
            f"{opening(shares['SSEQ'])} it holds even against somebody who reckons with moving "
            "once more after the answer."
        )
    if told:
        yield Sentence(text=" ".join(told))


def _state(holding: Holding) -> Iterator[Sentence]:
    """Say what holds in a state that was asked about by its number."""
    model = holding.model
    if by_number(holding):
        yield Sentence(text=f"{capital(holding.name)}: {model.label(holding.state)}.")


def _counted(holding: Holding) -> Iterator[Sentence]:
    """Say once among which readings is counted, and where it would not be signed."""
    together = None if holding.judged is None else holding.judged.together
    if is_exact(holding):
        if together is None or together.value == 1 or by_number(holding):
            return
        text = f"Not all signatories accept {name_of(holding)}, so it would not be signed."
        if not together.certain:
            text = f"All signatories accept it {together.phrase()}. {PERCENT_NOTE}"
        yield Sentence(text=text, tone="bad" if not together.value else "warn")
    elif together is None:
        yield Sentence(text=PERCENT_NOTE)
    elif not holding.ever_accepted:
        where = "no reading" if together.certain else "none of the readings drawn"
        text = f"In {where} do all signatories accept {name_of(holding)}"
        if by_number(holding):
            yield Sentence(text=f"{text}; counted are all readings. {PERCENT_NOTE}")
            return
        text += ", so it would not be signed; counted are all readings."
        yield Sentence(text=text, tone="bad")
        yield Sentence(text=PERCENT_NOTE)
    elif holding.among.all():
        yield Sentence(text=f"All signatories accept it {together.phrase()}. {PERCENT_NOTE}")
    else:
        text = (
            f"Counted are the readings in which all signatories accept {name_of(holding)}; they "
            f"are {together} of all. {PERCENT_NOTE}"
        )
        yield Sentence(text=text)


def resting_sentence(survey: Survey) -> Sentence:
    """Say in how many states the conflict can rest, and name them where they are few."""
    model = survey.model
    states = survey.equilibria("SEQ").tolist()
    if not states:
        return Sentence(text="There is no state in which the conflict can rest.", tone="warn")
    which = numbers_text(model, states)
    where = "The" if survey.values.n_rows == 1 else "On the central reading the"
    places = f"{which} of {model.n_states:,}"
    if len(states) == 1:
        places = f"one of {plural(model.n_states, 'state')}, {which}"
    text = (
        f"{where} conflict can rest in {places}: there every step that somebody could gain by "
        "would be answered by others who gain by it."
    )
    nash = survey.equilibria("R").tolist()
    if nash == states:
        them = "it" if len(states) == 1 else "them"
        text += f" Nobody could gain by leaving {them} even if nothing was answered."
    elif nash:
        text += f" In {numbers_text(model, nash)} nobody could gain by leaving at all."
    return Sentence(text=text)
