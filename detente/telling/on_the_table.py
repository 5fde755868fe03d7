"""What is on the table: the issues of a case, with their options and how things stand."""

from __future__ import annotations

from detente.case import Case
from detente.table import Cell, Column, Table


def issues_table(case: Case, *, title: str = "What is on the table") -> Table:
    """Return the issues, what they are called in short, their options, and the status quo."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            issue.label,
            issue.name.replace("_", " "),
            ", ".join(map(issue.option_label, range(len(issue.options))))
            if issue.levels is None
            else f"{_span(issue.options)} {issue.unit}".rstrip(),
            issue.option_label(issue.options.index(issue.status_quo)),
        )
        for issue in case.issues
    )
    return Table(
        title=title,
        columns=(
            Column(key="issue", title="Issue"),
            Column(key="name", title="In short"),
            Column(key="options", title="Options"),
            Column(key="status_quo", title="Status quo"),
        ),
        rows=rows,
    )


def _span(options: tuple[str, ...]) -> str:
    return f"{options[0]} to {options[-1]}" if len(options) > 1 else options[0]
