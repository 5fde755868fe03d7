"""Say what the answers rest on: what changes without each statement, and how well it is sourced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Question, circumstances
from detente.case import Case
from detente.errors import LimitError
from detente.ledger import Entry, Ledger, ledger_of, ledger_size
from detente.prose import PERCENT_NOTE
from detente.table import Section, Sentence
from detente.telling.ledger import (
    ledger_data,
    ledger_points,
    ledger_table,
    spread_sentences,
    tornadoes,
    warnings,
)
from detente.work import Work

_MOST_IN_A_TABLE = 15
MOST_IN_A_REPORT = 6000
"""Trials times unknowns up to which a report holds the ledger: about half a minute of work."""


@dataclass(frozen=True, kw_only=True)
class Assumptions(Answer):
    """The assumption ledger of a case, the most dangerous first."""

    ledger: Ledger

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.ledger.case

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The assumptions, the most dangerous first."""
        return self.ledger.entries

    def data(self) -> dict[str, Any]:
        """Return the ledger for JSON."""
        analysis = self.ledger.analysis
        return {
            "answer": "assumptions",
            **circumstances(self.case, analysis.work),
            "readings": analysis.readings.n_readings,
            **ledger_data(self.ledger),
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the ledger for people."""
        return (
            Section(
                key="assumptions",
                title="What the answers rest on",
                lead=tuple(self._lead()),
                points=tuple(ledger_points(self.ledger)),
                tables=(ledger_table(self.ledger),),
                pictures=tuple(tornadoes(self.ledger)),
            ),
        )

    def chapter(self) -> tuple[Section, ...]:
        """Return the ledger in a report: its most dangerous part, with one picture."""
        (whole,) = self.sections()
        table = whole.tables[0]
        if len(table.rows) > _MOST_IN_A_TABLE:
            note = f"{table.note} The others: 'detente assumptions'."
            table = replace(table, most=_MOST_IN_A_TABLE, note=note)
        return (replace(whole, tables=(table,), pictures=whole.pictures[:1]),)

    def headline(self) -> tuple[Sentence, ...]:
        """Name the assumptions without a source on which the answers stand, or the weightiest."""
        return tuple(warnings(self.ledger))

    def _lead(self) -> Iterator[Sentence]:
        yield from warnings(self.ledger)
        yield from spread_sentences(self.ledger)
        yield Sentence(
            text="Each assumption is left out, or taken at the ends of its range, and everything "
            "is worked out again. A change within chance counts as none."
        )
        yield Sentence(text=PERCENT_NOTE)


def assumptions(case: Case, /, *, work: Work | None = None) -> Assumptions:
    """Try every statement, unstated bound and pressure of a case, the dangerous ones first.

    Each is left out (an order that alone says which option is best: counted either way round, half
    and half), and taken at both ends of its range; an unstated bound is moved out and in by a
    quarter of the scale; a pressure is applied. Danger is dependence times weakness: the largest
    change of any share, times 1 less how well the assumption is sourced.

    Raises UnanswerableError when a signatory's statements are contradictory or incomplete. Cost:
    one party's readings drawn anew for each trial; trials run on ``work.executor``.
    """
    return assumed(Analysis(case=case, work=work or Work()))


def assumed(analysis: Analysis) -> Assumptions:
    """Work out the ledger within an analysis."""
    return Assumptions(ledger=ledger_of(analysis))


def reported(analysis: Analysis) -> Assumptions:
    """Work out the ledger for a report; raise LimitError where that would take very long."""
    size = ledger_size(analysis)
    if size > MOST_IN_A_REPORT:
        raise LimitError("the case is large; 'detente assumptions' tells what the answers rest on")
    return assumed(analysis)


QUESTION = Question(name="assumptions", ask=assumptions, reported=reported)
