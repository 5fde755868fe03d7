"""Who, acting alone, could gain by leaving a package, to where, and what answers that."""

from __future__ import annotations

from collections.abc import Iterator

from detente.departing import Departing, Leaving
from detente.holding import Holding
from detente.holdings import Holdings
from detente.prose import capital, listed
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.telling.hold_lead import LEAST, least_answered, unanswered, weighty_first
from detente.telling.hold_words import (
    DID,
    DOING,
    answer_text,
    cell_of,
    gain_text,
    is_exact,
    label_of,
    moves_text,
    others_text,
    range_text,
    short_name,
    step_text,
    there,
)


def leaving_section(holdings: Holdings) -> Section | None:
    """Return every party's ways of leaving, with a sentence for the ones that matter."""
    holding = holdings.holding
    if holding is None:
        return None
    table = leaving_table(holding, holdings.leaving)
    return Section(
        key="hold-leaving",
        title=f"Who could gain by leaving {short_name(holding)}",
        lead=tuple(_never(holding, holdings.leaving)),
        points=tuple(witnesses(holding, holdings.leaving)),
        tables=(table,) if table.rows else (),
    )


def _never(holding: Holding, leaving: tuple[Leaving, ...]) -> Iterator[Sentence]:
    """Name those who could never gain by leaving, and those who cannot leave."""
    calm = [own for own in leaving if not own.n_paying and own.n_moves]
    still = [own for own in calm if holding.holds("R", own.party).certain]
    nearly = [own for own in calm if not holding.holds("R", own.party).certain]
    held = [own for own in leaving if not own.n_moves]
    if nearly:
        names = listed([label_of(holding, own.party) for own in nearly])
        text = (
            f"{names} could hardly gain by any step taken alone: each pays in under 0.1 % of the "
            "readings."
        )
        yield Sentence(text=text, tone="good")
    if still:
        names = listed([label_of(holding, own.party) for own in still])
        yield Sentence(text=f"{names} could not gain by any step taken alone.", tone="good")
    if held:
        names = listed([label_of(holding, own.party) for own in held])
        yield Sentence(text=f"{names} can change nothing alone from here.")


def witnesses(holding: Holding, leaving: tuple[Leaving, ...]) -> Iterator[Sentence]:
    """Say of each party what would answer its leaving, in a sentence; two where that differs."""
    for own in leaving:
        if not own.departing:
            continue
        told = [own.departing[0]]
        free = least_answered(own)
        if free is not None and free is not told[0] and unanswered(free) > unanswered(told[0]):
            told.append(free)
        yield from (witness(holding, way) for way in told)


def witness(holding: Holding, way: Departing) -> Sentence:
    """Say one way of leaving, with its answer, in one sentence."""
    model, label = holding.model, label_of(holding, way.party)
    step = step_text(model, holding.state, way.target, verbs=DID)
    start = f"If {label} {step}{gain_text(way.gain)}"
    steps = way.example.answer
    answer = "" if steps is None else answer_text(holding.analysis, model, way.target, steps)
    end = f"and {label} would be no better off than had it stayed"
    if way.credible:
        after = _after(holding, way)
        text = f"{start}, {answer}, {end}."
        if is_exact(holding) or not unanswered(way):
            text += f" But {after}." if after else ""
            return Sentence(text=text, tone="warn" if after else "good")
        text += f" But {_free(way, 'SEQ').phrase()} nothing that anybody gains by would answer it"
        text += f"; and {after}." if after else "."
        return Sentence(text=text, tone="warn")
    if is_exact(holding) and not answer:
        text = f"{start}, nothing that anybody could do would undo its gain."
        return Sentence(text=text, tone="bad")
    where = "" if is_exact(holding) else f"{_free(way, 'SEQ').phrase()} "
    text = f"{start}, {where}nothing that anybody gains by would answer it"
    if answer:
        text += f". Somebody would have to act against its own interest: {answer}, {end}."
    else:
        text += f", and {_free(way, 'GMR').phrase()} nothing that anybody could do."
    return Sentence(text=text, tone="bad")


def _after(holding: Holding, way: Departing) -> str:
    """Say where it could move once more after any such answer, and be better off after all."""
    left = round(way.answered["SEQ"].value - way.answered["SSEQ"].value, 6)
    if left < LEAST:
        return ""
    share = Share(value=left, error=way.answered["SSEQ"].error)
    where = "" if is_exact(holding) else f"{share.phrase()} "
    text = f"{where}it could move once more after any such answer and be better off after all"
    if way.escape is not None and way.example.answer:
        end = way.example.answer[-1].state
        text += f", here by {step_text(holding.model, end, way.escape, verbs=DOING)}"
    return text


def _free(way: Departing, key: str) -> Share:
    """Return the share of the readings in which a way pays and is not answered."""
    answered = way.answered[key]
    return Share(value=round(way.pays.value - answered.value, 6), error=answered.error)


def leaving_table(holding: Holding, leaving: tuple[Leaving, ...], *, most: int = 0) -> Table:
    """Return the ways of leaving that pay: how often, what they bring, and what answers them.

    most : so many of each party, with the ranges of gains; when 0 all that are known, of which
        people see those that matter
    """
    exact = is_exact(holding)
    ways = [way for own in leaving for way in own.departing[: most or None]]
    ways, n_shown = (ways, len(ways)) if most else weighty_first(ways, firsts=True)
    points = any(way.gain is not None for way in ways)
    columns = [Column(key="party", title="Party"), Column(key="step", title="Step")]
    if not exact:
        columns.append(Column(key="pays", title="Pays in", align="right"))
    if points:
        columns.append(Column(key="gain", title="Gain in points", align="right"))
    columns.append(
        Column(key="answered", title="Answered" if exact else "Answered in", align="right")
    )
    columns.append(Column(key="by", title="By, for example" if not exact else "By"))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for way in ways:
        cells: list[Cell] = [
            label_of(holding, way.party),
            capital(there(holding.model, way.target, holding.state)),
        ]
        if not exact:
            cells.append(way.pays)
        if points:
            middle = None if way.gain is None else way.gain.middle
            cells.append(range_text(way.gain) if most else middle)
        answered = way.answered["SEQ"]
        if unanswered(way) > 0:
            tones[len(rows), len(cells)] = "bad" if not answered.value else "warn"
        cells += [cell_of(holding, answered), _by(holding, way)]
        rows.append(tuple(cells))
    return Table(
        title="Who could gain by leaving, and what answers that",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note=_note(holding, leaving, n_shown, ranges=bool(most)),
        most=n_shown,
    )


def _by(holding: Holding, way: Departing) -> str:
    steps = way.example.answer
    mostly = "" if is_exact(holding) else "mostly "
    if steps is None:
        return f"{mostly}nothing"
    told = moves_text(holding.analysis, holding.model, way.target, steps)
    return told if way.credible else f"{mostly}nothing that anybody gains by (possible: {told})"


def _note(holding: Holding, leaving: tuple[Leaving, ...], n_shown: int, *, ranges: bool) -> str:
    more = others_text(
        sum(own.n_paying for own in leaving) - n_shown, "way of leaving", "ways of leaving"
    )
    text = "Answered: by steps that those who make them gain by."
    if not is_exact(holding):
        ends = ", and from the lowest to the highest 5 %" if ranges else ""
        text += (
            " Both shares are of the same readings. Gains are in the middle of the readings in "
            f"which the step pays{ends}; answers are examples."
        )
    return f"{text} {more}".strip()
