"""What rests on no source, told: statements, entries of blocks, and bounds that nobody stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detente.blocks.control import Control
from detente.blocks.graph import GraphState, Misread, StatusQuo
from detente.blocks.orders import Order
from detente.case import Case
from detente.particulars import stated
from detente.preferences import Unstated
from detente.prose import listed, plural, provenance_text, said
from detente.statements import Statement
from detente.table import Section, Sentence

_ON_LEAVING = ("walk_away", "agenda", "roadmap")
_ON_MOVES = ("control", "graph")


def unsourced_entries(case: Case, *, view: str) -> Iterator[tuple[str, Any]]:
    """Go through the entries of blocks that assert something and name no source: (block, entry).

    Named orders are proposals, and states that are written out are what a case is about.
    """
    blocks: Mapping[str, Sequence[Any]] = case.blocks
    for name in (*_ON_LEAVING, *_ON_MOVES):
        for entry in blocks.get(name, ()):
            asserts = not isinstance(entry, Order | GraphState | StatusQuo)
            bare = entry.applies(view) and not entry.provenance.because
            if asserts and bare and (entry.SUBJECT or stated(entry)):
                yield name, entry


def entry_text(case: Case, entry: Any) -> str:
    """Return an entry of a block in a few words: ``Firm: alone on pay, from 0 to 1``."""
    if not hasattr(entry, "written"):
        return ", ".join(part for part in (entry.label, stated(entry)) if part)
    said = stated(entry)
    if isinstance(entry, Control):
        said = _transitions(case, entry)
    text = ", ".join(part for part in (entry.label, said) if part)
    if isinstance(entry, Misread):
        text = text.replace(entry.label, f"its picture of {_label(case, entry.of)}", 1)
    party = getattr(entry, "party", "")
    return f"{_label(case, party)}: {text}" if party else text


def _label(case: Case, party: str) -> str:
    """Return what people call a party, or its name where there is none of that name."""
    return next((one.label for one in case.parties if one.name == party), party)


def _transitions(case: Case, control: Control) -> str:
    """Return what can be changed: ``from stop to go on``, ``any change``."""
    if control.moves is None:
        return "any change"
    issue = case.issues[case.vocabulary.index[control.issue]]
    shown = {name: issue.option_label(k) for k, name in enumerate(issue.options)}
    told = [" to ".join(shown.get(name, name) for name in pair) for pair in control.moves]
    return f"from {listed(told)}"


def assumptions_section(
    case: Case,
    statements: Sequence[Statement],
    entries: Sequence[tuple[str, Any]],
    bounds: Sequence[Unstated],
) -> Section:
    """Return everything that rests on no source."""
    counts = []
    if statements:
        counts.append(f"{plural(len(statements), 'statement')} without a source")
    for blocks, what in (
        (_ON_LEAVING, "leaving, agendas and roadmaps"),
        (_ON_MOVES, "moves and states"),
    ):
        number = sum(name in blocks for name, _ in entries)
        if number:
            counts.append(f"{plural(number, 'entry', 'entries')} on {what} without a source")
    if bounds:
        counts.append(f"{plural(len(bounds), 'bound')} that nobody stated")
    text = "Every statement names a source, and no bound had to be assumed."
    if counts:
        text = f"{listed(counts)}: unexamined assumptions."
    points = (
        *(said(case, statement, tone="warn") for statement in statements),
        *(
            Sentence(
                text=f"{name.replace('_', ' ').capitalize()}: {entry_text(case, entry)}.",
                tone="warn",
                source=provenance_text(case, entry.provenance),
            )
            for name, entry in entries
        ),
        *(said(case, bound, tone="warn") for bound in bounds),
    )
    return Section(
        key="assumptions",
        title="What rests on no source",
        lead=(Sentence(text=text, tone="warn" if counts else "good"),),
        points=points,
    )
