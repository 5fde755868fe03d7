"""What is stable where nobody knows how states compare, or where some are much worse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from detente.comparisons import Comparisons
from detente.holdings import Holdings
from detente.prose import capital, listed
from detente.solvers.uncertain_stability import UNCERTAIN, Attitude, UncertainStability
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.telling.hold_words import begun, labels_of, numbers_text, place_of, short_name

ATTITUDES: Mapping[Attitude, str] = {
    "a": "moves to what it cannot compare, deterred by known losses only (a)",
    "b": "moves to known gains only, deterred by known losses only (b)",
    "c": "moves to what it cannot compare, deterred by that too (c)",
    "d": "moves to known gains only, deterred by what it cannot compare (d)",
}
"""What a party does that cannot compare two states (Li, Hipel, Kilgour & Fang 2004)."""


def comparisons_section(holdings: Holdings) -> Section | None:
    """Return what is stable by comparisons; None where the case ranks all states alike."""
    found = holdings.comparisons
    if found is None:
        return None
    tables = [_attitudes_table(holdings, found)] if found.unknown else []
    if found.much:
        tables.append(_strength_table(holdings, found))
    title = "If it is unknown how states compare" if found.unknown else "How strongly answers deter"
    return Section(
        key="hold-comparisons",
        title=title,
        lead=tuple(_lead(found)),
        tables=tuple(tables),
    )


def unknown_sentence(holdings: Holdings) -> Iterator[Sentence]:
    """Say in how far the verdict on a state hangs on what nobody knows."""
    found, holding = holdings.comparisons, holdings.holding
    if found is None or not found.unknown:
        return
    start = (
        "Nobody knows how some states compare; where one ranking is needed, it is the one that the "
        "case writes down"
    )
    if holding is None:
        yield Sentence(text=f"{start}.", tone="warn")
        return
    state = place_of(holding)
    kept = [a for a, one in found.by_attitude.items() if one.of("SEQ")[:, state].all()]
    name = short_name(holding)
    if len(kept) == len(ATTITUDES):
        text = f"{start}. {begun(name)} holds whatever parties do that cannot compare two states."
        yield Sentence(text=text, tone="good")
    elif kept:
        text = f"{start}. {begun(name)} holds if a party {_either(kept)}, and not otherwise."
        yield Sentence(text=text, tone="warn")
    else:
        text = f"{start}. {begun(name)} holds for no attitude towards what is unknown."
        yield Sentence(text=text, tone="bad")


def _either(kept: list[Attitude]) -> str:
    return " or ".join(ATTITUDES[attitude] for attitude in kept)


def _lead(found: Comparisons) -> Iterator[Sentence]:
    if found.unknown:
        text = (
            "Others are taken to make every move that they may gain by: what nobody knows, nobody "
            "can rule out."
        )
        yield Sentence(text=text)
    if found.much:
        text = (
            "A state is strongly stable where every step that somebody gains by is answered with a "
            "state that it finds much worse (Hamouda, Kilgour & Hipel 2004), and weakly otherwise."
        )
        yield Sentence(text=text)


def _attitudes_table(holdings: Holdings, found: Comparisons) -> Table:
    model, holding = found.survey.model, holdings.holding
    labels = labels_of(holdings.analysis, model.parties)
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for attitude, words in ATTITUDES.items():
        one = found.by_attitude[attitude]
        cells: list[Cell] = [capital(words)]
        if holding is not None:
            own = one.of("SEQ")[:, place_of(holding)].tolist()
            tones[len(rows), 1] = "good" if all(own) else "bad"
            left = [label for label, stays in zip(labels, own, strict=True) if not stays]
            cells.append("yes" if all(own) else f"not for {listed(left)}")
        for key in UNCERTAIN:
            states = one.equilibria(key).tolist()
            told = numbers_text(model, states).removeprefix("states ").removeprefix("state ")
            cells.append(told if states else None)
        rows.append(tuple(cells))
    columns = [Column(key="attitude", title="A party that cannot compare two states")]
    if holding is not None:
        columns.append(Column(key="holds", title=f"Does {short_name(holding)} hold (SEQ)"))
    columns += [Column(key=key, title=key) for key in UNCERTAIN]
    return Table(
        title="In which states the conflict can rest, by what parties do about the unknown",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note="The letters (a) to (d) are those of Li, Hipel, Kilgour & Fang 2004. A dash says: "
        "in no state.",
    )


def _strength_table(holdings: Holdings, found: Comparisons) -> Table:
    model, holding = found.survey.model, holdings.holding
    labels = labels_of(holdings.analysis, model.parties)
    one = found.by_attitude["a"]
    rows: list[tuple[Cell, ...]] = []
    for key in UNCERTAIN[1:]:
        strong, weak = one.strong_equilibria(key).tolist(), one.weak_equilibria(key).tolist()
        cells: list[Cell] = [key]
        if holding is not None:
            cells += _strength(one, key, place_of(holding))
        rows.append((*cells, numbers_text(model, strong), numbers_text(model, weak)))
    attitude = (
        " If it is unknown how states compare, that is for attitude a." if found.unknown else ""
    )
    own = [] if holding is None else list(zip(model.parties, labels, strict=True))
    asked = "" if holding is None else f" Under each party: how {short_name(holding)} holds for it."
    return Table(
        title="Where the conflict can rest strongly, and where weakly",
        columns=(
            Column(key="concept", title="Concept"),
            *(Column(key=key, title=title) for key, title in own),
            Column(key="strong", title="Strongly"),
            Column(key="weak", title="Weakly"),
        ),
        rows=tuple(rows),
        note=f"Weakly: for one party at least.{asked}{attitude}",
    )


def _strength(one: UncertainStability, key: str, state: int) -> list[str]:
    """Return how a state holds for each party: strongly, weakly, or not."""
    stable, strong = one.of(key)[:, state].tolist(), one.strongly(key)[:, state].tolist()
    return [
        "strongly" if firm else "weakly" if stays else "no"
        for stays, firm in zip(stable, strong, strict=True)
    ]
