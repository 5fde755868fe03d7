"""Agendas side by side by what each ends in, issue by issue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours, Theme
from detente.report.pictures.scales import cut, text_width, wrapped
from detente.report.pictures.svg import Element, drawing, element, label, mark, rule
from detente.report.wording import shown
from detente.table import Cell, Column, Share, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An issue and its options, in case order: one row of the grid."""

    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """One column.

    bundles : what is settled together, in words, in order
    completes : in what share all bundles are settled
    refuses : who refuses to begin, and in what share; empty when nobody does
    shares : for each row of the grid in what share each option is settled at; what is missing to
        all readings is not settled
    """

    title: str
    bundles: tuple[str, ...]
    completes: Share
    refuses: tuple[tuple[str, Share], ...]
    shares: tuple[tuple[Share, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaGrid:
    """A column for each agenda and a row for each issue; the first column is all at once."""

    title: str
    description: str
    issues: tuple[Settled, ...]
    agendas: tuple[Agenda, ...]

    def __post_init__(self) -> None:
        wanted = [len(issue.options) for issue in self.issues]
        for agenda in self.agendas:
            if [len(shares) for shares in agenda.shares] != wanted:
                message = f"{agenda.title!r}: shares do not fit the options of the issues"
                raise ValueError(message)

    def table(self) -> Table:
        """Return how each agenda runs, then one row for each option of each issue."""
        columns = (
            Column(key="issue", title="Issue"),
            Column(key="option", title="Option"),
            *(
                Column(key=f"agenda_{place}", title=agenda.title, align="right")
                for place, agenda in enumerate(self.agendas, start=1)
            ),
        )
        refusing = dict.fromkeys(who for agenda in self.agendas for who, _ in agenda.refuses)
        rows: list[tuple[Cell, ...]] = [
            ("Order", "", *(_order(agenda) for agenda in self.agendas)),
            ("Completes", "", *(agenda.completes for agenda in self.agendas)),
        ]
        rows += [
            ("" if place else "Refused by", who, *(dict(a.refuses).get(who) for a in self.agendas))
            for place, who in enumerate(refusing)
        ]
        rows += [
            ("" if k else issue.label, option, *(a.shares[place][k] for a in self.agendas))
            for place, issue in enumerate(self.issues)
            for k, option in enumerate(issue.options)
        ]
        return Table(title=self.title, columns=columns, rows=tuple(rows) if self.agendas else ())


def _order(agenda: Agenda) -> str:
    return ", then ".join(agenda.bundles)
