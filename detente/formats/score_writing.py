"""A case as the rows of a score sheet, one table for all parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.case import Case
from detente.document import Faults
from detente.errors import quote
from detente.formats.additive_writing import PartyPoints, party_points
from detente.formats.naming import LONGEST_OPTION, spelled_options, title_of
from detente.formats.refusals import refuse_note, refuse_number
from detente.formats.score_case import own_note
from detente.formats.score_cells import (
    JOINT,
    NO_DEAL,
    POINTS,
    REMARKS,
    STATUS_QUO,
    WEIGHTS,
    level_label,
    levels_of,
)
from detente.formats.score_cells import words as looked_up
from detente.number import plain
from detente.vocabulary import Issue

LONGEST_TEXT = 32_767
"""What a cell of a spreadsheet holds."""

_NAME = "a score sheet"
_RENAME = "give it another title"
_OWN = POINTS | REMARKS | STATUS_QUO | JOINT | WEIGHTS

Cell = str | Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The title, the headings and all that stands below them."""

    title: str
    headings: tuple[str, ...]
    body: tuple[tuple[Cell, ...], ...]


def score_rows(case: Case) -> Rows:
    """Return a case as rows; raise CaseError that names everything a score sheet cannot hold."""
    faults = Faults()
    parties = party_points(case, faults, keeps=("red lines", "status quo"), format_name=_NAME)
    _refuse_texts(case, faults)
    faults.raise_any(case.file)
    body = tuple(_body(case, parties))
    _refuse_digits(body, faults)
    faults.raise_any(case.file)
    return Rows(
        title=case.title,
        headings=("Issue", "Option", *(party.label for party in case.parties), "Status quo"),
        body=body,
    )


def _body(case: Case, parties: tuple[PartyPoints, ...]) -> Iterator[tuple[Cell, ...]]:
    for k, issue in enumerate(case.issues):
        for option, label in enumerate(option_labels(issue)):
            cells = (_cell(party, k, option) for party in parties)
            mark = "x" if issue.options[option] == issue.status_quo else ""
            yield (issue.label, label, *cells, mark)
    if any(party.no_deal is not None for party in parties):
        worth = ("" if party.no_deal is None else party.no_deal for party in parties)
        yield ("No deal", "", *worth, "")
    note = own_note(case.note)
    if note:
        yield ("Note", note)


def _cell(party: PartyPoints, issue: int, option: int) -> Cell:
    points = party.points[issue][option]
    return f"{plain(points)} (red line)" if (issue, option) in party.refused else points


def option_labels(issue: Issue) -> list[str]:
    """Return the options of an issue as they stand in a sheet."""
    if issue.levels is None:
        return list(issue.options)
    return [level_label(level, issue.unit) for level in issue.levels]


def _refuse_texts(case: Case, faults: Faults) -> None:
    """Note names that would not be read again as they are, and notes beside that of the case."""
    for party in case.parties:
        path = f"parties.{party.name}"
        if looked_up(party.label) in _OWN:
            problem = f"{quote(party.label)} is the heading of another column of {_NAME}"
            faults.at(0, path, problem, _RENAME)
        refuse_note(own_note(party.note), path, faults, name=_NAME)
    for issue in case.issues:
        _refuse_issue(issue, faults)
    for kind, labels in (
        ("parties", [party.label for party in case.parties]),
        ("issues", [issue.label for issue in case.issues]),
    ):
        for label, count in Counter(labels).items():
            if count > 1:
                problem = f"two are called {quote(label)}, which {_NAME} could not tell apart"
                faults.at(0, kind, problem, _RENAME)
            title_of(label, kind, faults)
    if len(case.note) > LONGEST_TEXT:
        problem = f"the note has more than {LONGEST_TEXT:,} characters"
        faults.at(0, "note", problem, "shorten it")


def _refuse_issue(issue: Issue, faults: Faults) -> None:
    path = f"issues.{issue.name}"
    if looked_up(issue.label) in NO_DEAL | REMARKS:
        problem = f"{quote(issue.label)} is the name of another row of {_NAME}"
        faults.at(0, path, problem, _RENAME)
    refuse_note(issue.note, path, faults, name=_NAME)
    again = levels_of(option_labels(issue))
    if issue.levels is None:
        if spelled_options(issue.options) != issue.options:
            longest = f"at most {LONGEST_OPTION} characters"
            problem = f"{_NAME} holds options of {longest}, in single blanks"
            faults.at(0, f"{path}.options", problem, "shorten them")
    elif len(issue.levels) > 1 and again != (issue.levels, issue.unit):
        problem = f"{_NAME} does not keep the unit {quote(issue.unit)}"
        faults.at(0, f"{path}.unit", problem, "use a unit without digits")


def _refuse_digits(body: tuple[tuple[Cell, ...], ...], faults: Faults) -> None:
    """Note points that have more digits than are read again."""
    for cells in body:
        path = f"preferences ({cells[0]}: {cells[1]})"
        for cell in cells:
            if isinstance(cell, Fraction):
                refuse_number(cell, path, faults, name=_NAME, fractions=True)
