"""A case as its screen shows it: parts with their entries, each in plain words with its marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente.blocks import BLOCKS, Entry
from detente.case import Case, Constraint, Proposal
from detente.expression import Condition
from detente.particulars import stated
from detente.statements import Statement
from detente.statements.statement import Citation, Provenance
from detente.telling.conditions import condition_words
from detente.telling.unsourced import entry_text
from detente.vocabulary import Issue

MOST_UNFOLDED = 40
"""Entries, all parties and blocks together, that a page shows without folding them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a source: ``S2 #7``, and what it means in full."""

    source: str
    short: str
    full: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a case.

    at : its place in the file, such as ``preferences.union[2]``
    text : what it says, in plain words
    """

    at: str
    line: int
    text: str
    marks: tuple[Mark, ...] = ()
    confidence: str = ""
    view: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is said of one party, or what one further block of the file holds."""

    name: str
    label: str
    rows: tuple[Row, ...]


def marks_of(case: Case, because: Sequence[Citation]) -> tuple[Mark, ...]:
    """Return the places that something rests on; sources are numbered in the order of the file."""
    numbers = {source.name: k for k, source in enumerate(case.sources, start=1)}
    return tuple(
        Mark(
            source=citation.source,
            short=f"S{numbers.get(citation.source, 0)} #{citation.locator}",
            full=case.cited(citation),
        )
        for citation in because
    )


def said_of_parties(case: Case) -> tuple[Held, ...]:
    """Return what is said of each party, statement by statement, in the order of the file."""
    rows: dict[str, list[Row]] = {party.name: [] for party in case.parties}
    for statement in case.statements:
        text = sentence(case, statement)
        rows[statement.party].append(_row(case, text, statement.provenance))
    return tuple(
        Held(name=party.name, label=party.label, rows=tuple(rows[party.name]))
        for party in case.parties
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rests:
    """What the statements of a case rest on.

    sourced : how many name a source
    unsure : how many are held with less than full confidence
    """

    statements: int
    sourced: int
    unsure: int


def rests_of(said: Sequence[Held]) -> Rests:
    """Return what the statements rest on, all parties together."""
    rows = [row for party in said for row in party.rows]
    return Rests(
        statements=len(rows),
        sourced=sum(bool(row.marks) for row in rows),
        unsure=sum(bool(row.confidence) for row in rows),
    )


def is_long(case: Case) -> bool:
    """Tell whether a case has so many entries that its lists begin folded."""
    entries = sum(len(block) for block in case.blocks.values())
    return len(case.statements) + entries > MOST_UNFOLDED


def sentence(case: Case, statement: Statement) -> str:
    """Return a statement as a sentence about its party."""
    text = statement.sentence(case.vocabulary)
    condition = getattr(statement, "condition", None)
    if isinstance(condition, Condition):
        written = " ".join(condition.text.split())
        text = text.replace(written, condition_words(condition, case.vocabulary))
    return text[0].upper() + text[1:]


def constraint_rows(case: Case) -> tuple[Row, ...]:
    """Return the conditions that every package meets."""
    return tuple(_row(case, constraint_text(case, one), one.provenance) for one in case.constraints)


def constraint_text(case: Case, constraint: Constraint) -> str:
    """Return a constraint as people say it."""
    words = condition_words(constraint.condition, case.vocabulary)
    return f"{constraint.title}: {words}" if constraint.title else words


def settings(case: Case, proposal: Proposal) -> Iterator[tuple[str, str]]:
    """Go through what a proposal settles: title of the issue, option as people read it."""
    chosen = proposal.terms.chosen(case.vocabulary)
    for k, option in sorted(chosen.items()):
        issue = case.issues[k]
        yield issue.label, issue.option_label(option)


def span(issue: Issue) -> str:
    """Return the options of a numeric issue in short: ``0 to 8 percent``."""
    first, last = issue.options[0], issue.option_label(len(issue.options) - 1)
    return f"{first} to {last}"


def further(case: Case, places: Mapping[str, int]) -> tuple[Held, ...]:
    """Return the further blocks that the file has, entry by entry.

    places : line of every entry of the file by its place
    """
    return tuple(
        Held(name=name, label=name.replace("_", " "), rows=tuple(_rows(case, name, places)))
        for name in BLOCKS
        if name in places
    )


def absent(places: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Return the further blocks that the file does not have: (name, what they are for)."""
    return tuple(
        (name, str(block.schema.get("description", "")))
        for name, block in BLOCKS.items()
        if name not in places
    )


def is_list(name: str) -> bool:
    """Tell whether a further block is a list, to which entries are added one by one."""
    return BLOCKS[name].schema.get("type") == "array"


def _rows(case: Case, name: str, places: Mapping[str, int]) -> Iterator[Row]:
    """Go through the entries of a block; those that share a place in the file are one row."""
    together: dict[str, list[Entry]] = {}
    for entry in case.blocks.get(name, ()):
        together.setdefault(entry.provenance.path or name, []).append(entry)
    for at, entries in together.items():
        text = "; ".join(filter(None, (_told(case, entry) for entry in entries)))
        row = _row(case, text or at.removeprefix(f"{name}."), entries[0].provenance)
        yield replace(row, at=at, line=places.get(at, places[name]))


def _told(case: Case, entry: Any) -> str:
    """Return an entry of a block in a few words; one without a label says only what it states."""
    text = entry_text(case, entry) if hasattr(entry, "label") else stated(entry)
    return text[:1].upper() + text[1:]


def _row(case: Case, text: str, provenance: Provenance) -> Row:
    return Row(
        at=provenance.path,
        line=provenance.line,
        text=text,
        marks=marks_of(case, provenance.because),
        confidence="" if provenance.confidence == "certain" else provenance.confidence,
        view=provenance.view,
        note=" ".join(provenance.note.split()),
    )


def cited(case: Case) -> dict[str, int]:
    """Return how often each source is cited."""
    counts = {source.name: 0 for source in case.sources}
    entries: list[Any] = [*case.statements, *case.constraints, *case.proposals]
    entries += [entry for block in case.blocks.values() for entry in block]
    for entry in entries:
        for citation in entry.provenance.because:
            counts[citation.source] += 1
    return counts
