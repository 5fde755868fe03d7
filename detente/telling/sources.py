"""Statements and sources, listed: who is said to want what, and where that is written."""

from __future__ import annotations

from collections.abc import Sequence

from detente.case import Case
from detente.prose import capital, sources_text
from detente.statements import Statement
from detente.table import Cell, Column, Section, Table


def statements_section(case: Case, statements: Sequence[Statement]) -> Section:
    """Return every statement with its source, confidence and note."""
    rows: list[tuple[Cell, ...]] = []
    for statement in statements:
        party = case.party(statement.party)
        where = sources_text(case, statement)
        note = f" {statement.provenance.note}" if statement.provenance.note else ""
        rows.append(
            (
                party.label,
                statement.sentence(case.vocabulary),
                f"{capital(where)}." + note,
            )
        )
    table = Table(
        title="Every statement with its source",
        columns=(
            Column(key="party", title="Party"),
            Column(key="statement", title="What is said"),
            Column(key="source", title="Where, how sure, and notes"),
        ),
        rows=tuple(rows),
    )
    return Section(key="statements", title="Statements", tables=(table,))


def sources_table(case: Case) -> Table:
    """Return the documents that statements cite."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (source.name, source.label, source.date or None, source.note or source.url or None)
        for source in case.sources
    )
    return Table(
        title="Sources",
        columns=(
            Column(key="name", title="Short name"),
            Column(key="title", title="Document"),
            Column(key="date", title="Date"),
            Column(key="note", title="Note"),
        ),
        rows=rows,
    )
