"""What parties expect of a conflict that they do not see as it is, and what surprises them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from detente.holdings import Holdings
from detente.own_games import OwnGames
from detente.prose import listed, plural
from detente.table import Cell, Column, Section, Sentence, Table
from detente.telling.hold_words import (
    DID,
    labels_of,
    numbers_text,
    place_of,
    short_name,
    state_text,
    step_text,
)

KEY = "SEQ"
"""What stable means here."""
_MOST = 3
"""Surprising moves that are told one by one."""


def own_games_section(holdings: Holdings) -> Section | None:
    """Return what is stable in the game that each party sees; None where all see the same."""
    found = holdings.own_games
    if found is None:
        return None
    return Section(
        key="hold-own-games",
        title="What each party takes the conflict for",
        lead=tuple(_lead(holdings, found)),
        points=tuple(_surprises(holdings, found)),
        tables=(_table(holdings, found),),
    )


def _lead(holdings: Holdings, found: OwnGames) -> Iterator[Sentence]:
    model, game = found.survey.model, found.hypergame
    holding = holdings.holding
    labels = labels_of(holdings.analysis, model.parties)
    if holding is not None:
        state = place_of(holding)
        own = game.own(KEY)[:, state].tolist()
        leaving = [label for label, stays in zip(labels, own, strict=True) if not stays]
        blind = [
            label for label, seen in zip(labels, found.seen[:, state], strict=True) if not seen
        ]
        name = short_name(holding)
        if blind:
            text = f"{listed(blind)} cannot see {name}, and so would not stay there knowingly."
            yield Sentence(text=text, tone="warn")
        elif leaving:
            text = f"As each party sees the conflict, {listed(leaving)} would leave {name}."
            yield Sentence(text=text, tone="bad")
        else:
            text = f"As each party sees the conflict, all would stay with {name}."
            yield Sentence(text=text, tone="good")
    states = game.equilibria(KEY).tolist()
    rests = numbers_text(model, states)
    text = f"By their own pictures, the conflict can rest in {rests}."
    truly = found.survey.equilibria(KEY).tolist()
    if truly == states:
        text += " It is the same if all see it as it is."
    else:
        text += f" If all saw it as it is: in {numbers_text(model, truly)}."
    yield Sentence(text=text)
    unseen = game.unseen_rests(KEY).tolist()
    if unseen:
        text = (
            f"Besides, those who see {numbers_text(model, unseen)} would stay there; others do not "
            "know of it."
        )
        yield Sentence(text=text)
    if found.unclear:
        names = listed(labels_of(holdings.analysis, found.unclear))
        text = (
            f"The picture that {names} has of somebody leaves open how that party compares states; "
            "there everybody's own preferences are taken."
        )
        yield Sentence(text=text, tone="warn")


def _surprises(holdings: Holdings, found: OwnGames) -> Iterator[Sentence]:
    """Tell moves to states that somebody does not see."""
    model, moves = found.survey.model, found.surprises
    labels = labels_of(holdings.analysis, model.parties)
    for k in range(min(len(moves.party), _MOST)):
        mover, origin, target = (int(a[k]) for a in (moves.party, moves.origin, moves.target))
        who = [labels[p] for p in np.flatnonzero(moves.unseen_by[k]).tolist()]
        step = step_text(model, origin, target, verbs=DID)
        text = f"{listed(who)} would be surprised if {labels[mover]} {step}, from "
        yield Sentence(text=f"{text}{state_text(model, origin)} on.")
    more = len(moves.party) - _MOST
    if more > 0:
        yield Sentence(
            text=f"There are {plural(more, 'further move')} that would surprise somebody."
        )


def _table(holdings: Holdings, found: OwnGames) -> Table:
    model, game = found.survey.model, found.hypergame
    labels = labels_of(holdings.analysis, model.parties)
    surprising, vain, expected = game.surprising(KEY), game.vain(KEY), game.expected(KEY)
    rows: list[tuple[Cell, ...]] = []
    for p, party in enumerate(model.parties):
        unseen = np.flatnonzero(~found.seen[p]).tolist()
        rows.append(
            (
                labels[p],
                numbers_text(model, unseen) if unseen else None,
                listed(labels_of(holdings.analysis, found.pictures.get(party, ()))) or None,
                *(_states(found, mask[p].nonzero()[0].tolist()) for mask in (expected, vain)),
                _states(found, surprising[p].nonzero()[0].tolist()),
            )
        )
    return Table(
        title="What each party expects",
        columns=(
            Column(key="party", title="Party"),
            Column(key="unseen", title="Does not see"),
            Column(key="misread", title="Has another picture of"),
            Column(key="expected", title="Expects to last"),
            Column(key="vain", title="In vain"),
            Column(key="surprising", title="Would be surprised by"),
        ),
        rows=tuple(rows),
        note="In vain: somebody leaves it, by its own picture. Surprised by: it lasts, and the "
        f"party expected somebody to leave ({KEY}; Bennett 1977; Wang, Hipel & Fraser 1988).",
    )


def _states(found: OwnGames, states: list[int]) -> str | None:
    return numbers_text(found.survey.model, states) if states else None
