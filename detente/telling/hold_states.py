"""Which states of a conflict are stable for whom, by every concept that is defined for it."""

from __future__ import annotations

from detente.analysis import Analysis
from detente.number import counted
from detente.prose import capital, listed
from detente.survey import Survey
from detente.table import Cell, Column, Table, Tone
from detente.telling.hold_words import labels_of, numbered, there

_WHOLE = 40
"""Up to so many states the table has all of them."""
_SHORT, _LONG = 24, 32
"""Letters that the names of all parties have together, so that they fit into a cell."""
_NOTE = (
    "All: stable for every party, so that the conflict can rest there; otherwise it is said for "
    "whom it is stable. What the letters mean is told at the end."
)
_TWO = 2
"""More parties than these are told by the one that is not among them."""


def states_table(analysis: Analysis, survey: Survey) -> Table:
    """Return states by concepts: for whom each is stable; where they are many, how many are."""
    if survey.model.n_states > _WHOLE:
        return counts_table(analysis, survey)
    model = survey.model
    names = _names(analysis, survey)
    states = list(range(model.n_states))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    verdicts = [survey.stability.of(concept.key) for concept in survey.concepts]
    for state in states:
        cells: list[Cell] = [str(model.number(state)), capital(label_in(survey, state))]
        for stable in verdicts:
            own = stable[:, state]
            if own.all():
                tones[len(rows), len(cells)] = "good"
            cells.append(_whom(names, own.tolist()))
        rows.append(tuple(cells))
    columns = [Column(key="state", title="State"), Column(key="label", title="What holds there")]
    columns += [Column(key=concept.key, title=concept.key) for concept in survey.concepts]
    if all(numbered(model, state) for state in states):
        columns, rows = [columns[0], *columns[2:]], [(row[0], *row[2:]) for row in rows]
        tones = {(r, c - 1): tone for (r, c), tone in tones.items()}
    return Table(
        title="Which states are stable for whom",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note=_NOTE + _short_for(analysis, survey),
    )


def label_in(survey: Survey, state: int) -> str:
    """Return what holds in a state; all of it where that is short, else what differs."""
    if survey.model.n_states <= _WHOLE or survey.start is None or survey.start == state:
        return survey.model.label(state)
    return there(survey.model, state, survey.start)


def _names(analysis: Analysis, survey: Survey) -> tuple[str, ...]:
    """Return what parties are called in cells: their names in the file where others are long."""
    labels = labels_of(analysis, survey.model.parties)
    if sum(map(len, labels)) <= _SHORT:
        return labels
    short = [name.replace("_", " ") for name in survey.model.parties]
    return tuple(
        label if label.casefold() == name.casefold() else name
        for name, label in zip(short, labels, strict=True)
    )


def _short_for(analysis: Analysis, survey: Survey) -> str:
    """Say for whom the short names in cells stand."""
    labels = labels_of(analysis, survey.model.parties)
    told = [
        f"{name} for {label}"
        for name, label in zip(_names(analysis, survey), labels, strict=True)
        if name != label
    ]
    return f" Written short: {listed(told)}." if told else ""


def _whom(names: tuple[str, ...], stable: list[bool]) -> str | None:
    """Return for whom a state is stable; how many that are, where their names are too long."""
    if all(stable):
        return "all"
    some = [name for name, own in zip(names, stable, strict=True) if own]
    if not some:
        return None
    if sum(map(len, names)) > _LONG:
        return f"{len(some)} of {len(names)}"
    left = [name for name in names if name not in some]
    if len(left) == 1 and len(some) > _TWO:
        return f"all but {left[0]}"
    return ", ".join(some)


def counts_table(analysis: Analysis, survey: Survey) -> Table:
    """Return how many states are stable, for all and for each party, by concept."""
    model = survey.model
    labels = labels_of(analysis, model.parties)
    rows: list[tuple[Cell, ...]] = []
    for concept in survey.concepts:
        own = survey.stability.of(concept.key).sum(axis=1).tolist()
        rows.append((concept.key, len(survey.equilibria(concept.key)), *own))
    return Table(
        title=f"How many of {counted(model.n_states)} states are stable",
        columns=(
            Column(key="concept", title="Concept"),
            Column(key="all", title="For all", align="right"),
            *(
                Column(key=party, title=label, align="right")
                for party, label in zip(model.parties, labels, strict=True)
            ),
        ),
        rows=tuple(rows),
        note=("On the central reading. " if survey.values.n_rows > 1 else "")
        + "What the letters mean is told at the end; which states these are is in the JSON.",
    )
