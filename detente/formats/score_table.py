"""Score sheets as teachers of negotiation keep them: a row for each option, points for each party.

One table may hold all parties, a column each; or every party has a table of its own, and issues and
options are matched by name. Rows of totals, further columns and what stands around the table are
left aside, and the case says so in its note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from detente.errors import CaseError, quote
from detente.formats.reading import left_aside
from detente.formats.score_cells import (
    JOINT,
    NO_DEAL,
    POINTS,
    REMARKS,
    STATUS_QUO,
    TOTAL,
    WEIGHTS,
    Entry,
    Grid,
    entry_of,
    label_kind,
    letters,
    marked,
    points_of,
    words,
)
from detente.number import plain

MOST_ABOVE = 50
"""The heading of a table stands within so many rows."""

HEADING = "a heading such as issue, option and the parties"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Where the row of headings stands, and the columns of labels in it.

    issue : None where issues and options share a column
    """

    row: int
    issue: int | None
    option: int


@dataclass(slots=True, kw_only=True)
class TableIssue:
    """An issue of one table: its options with the rows in which they stand.

    begun : the row that names it first
    status_quo : the option that is marked, if any
    """

    label: str
    begun: int
    options: dict[str, int] = field(default_factory=dict)
    status_quo: str = ""


@dataclass(slots=True, kw_only=True)
class ScoreTable:
    """One table as read.

    parties : label -> column
    entries : (row, column) -> what the cell says
    no_deal : column -> points
    note : what the sheet itself notes of the case
    remarks : what was left aside
    own_remarks : what is remarked of one party's points, by party
    """

    grid: Grid
    heading: Heading
    title: str = ""
    note: str = ""
    issues: dict[str, TableIssue] = field(default_factory=dict)
    parties: dict[str, int] = field(default_factory=dict)
    entries: dict[tuple[int, int], Entry] = field(default_factory=dict)
    no_deal: dict[int, Fraction] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    own_remarks: dict[str, list[str]] = field(default_factory=dict)

    def best(self, column: int, issue: TableIssue) -> Fraction:
        """Return the most points that one issue gives a party."""
        entries = (self.entries.get((row, column)) for row in issue.options.values())
        points = [entry.points for entry in entries if entry and entry.points is not None]
        return max(points, default=Fraction(0))


def heading_of(rows: Sequence[Sequence[str]]) -> Heading | None:
    """Return where the row of headings stands; None where there is none.

    It names a column of issues, a column of options or one of both, and after them a column more.

    Examples
    --------
    >>> heading_of([["Job offer"], ["Issue", "Option", "Union", "Port"]])
    Heading(row=1, issue=0, option=1)
    """
    for row, cells in enumerate(rows[:MOST_ABOVE]):
        filled = [k for k, cell in enumerate(cells) if cell]
        if len(filled) < 2:
            continue
        first, second = filled[:2]
        kinds = label_kind(cells[first]), label_kind(cells[second])
        if kinds == ("issue", "option"):
            found = Heading(row=row, issue=first, option=second)
        elif kinds[0] == "issue" and second == first + 2:
            found = Heading(row=row, issue=first, option=first + 1)
        elif kinds[0] == "option" and first == 1:
            found = Heading(row=row, issue=0, option=1)
        elif kinds[0]:
            found = Heading(row=row, issue=None, option=first)
        else:
            continue
        if filled[-1] > found.option:
            return found
    return None


def read_table(grid: Grid) -> ScoreTable | None:
    """Return the table of one grid, None where there is no heading; what is wrong is noted."""
    heading = heading_of(grid.rows)
    if heading is None:
        return None
    reading = _Reading(table=ScoreTable(grid=grid, heading=heading))
    reading.above()
    reading.columns()
    if reading.table.parties:
        for row in range(heading.row + 1, len(grid.rows)):
            reading.take(row)
        reading.end()
    return reading.table


@dataclass(slots=True)
class _Reading:
    """Reads a table row by row."""

    table: ScoreTable
    quo_column: int | None = None
    current: TableIssue | None = None
    aside: list[str] = field(default_factory=list)
    totals: list[tuple[int, TableIssue | None, bool]] = field(default_factory=list)
    no_deal_row: int | None = None

    @property
    def grid(self) -> Grid:
        return self.table.grid

    def above(self) -> None:
        """Take the first cell above the heading as the title."""
        cells = [
            (row, column)
            for row in range(self.table.heading.row)
            for column, cell in enumerate(self.grid.rows[row])
            if cell
        ]
        if cells:
            self.table.title = self.grid.cell(*cells[0])
            if len(cells) > 1:
                self.aside.append("the rows above the heading")

    def columns(self) -> None:
        """Look what each column after the labels holds."""
        row, start = self.table.heading.row, self.table.heading.option + 1
        width = max(map(len, self.grid.rows[row:]))
        for column in range(start, width):
            text = self.grid.cell(row, column)
            said = words(text)
            if not text:
                if any(self.grid.cell(k, column) for k in range(row + 1, len(self.grid.rows))):
                    problem = f"column {letters(column)} has no heading"
                    self.grid.fault(row, column, problem, "name the party, or clear the column")
            elif said in STATUS_QUO:
                self.quo_column = column
            elif said in WEIGHTS:
                hint = "multiply the points of each option by it, and take the column out"
                self.grid.fault(row, column, "points count as they stand, without weights", hint)
            elif said in REMARKS | JOINT:
                self.aside.append(f"the column {quote(text)}")
            else:
                party = self.grid.name if said in POINTS else " ".join(text.split())
                if party in self.table.parties:
                    other = self.grid.place(row, self.table.parties[party])
                    problem = f"the party {quote(party)} has a column at {other} already"
                    self.grid.fault(row, column, problem, "name each party once")
                self.table.parties.setdefault(party, column)
        if not self.table.parties:
            hint = "after issue and option comes a column for each party, or one of points"
            self.grid.fault(row, start - 1, "no column holds points", hint)

    def take(self, row: int) -> None:
        """Take in one row below the heading."""
        heading, cell = self.table.heading, self.grid.cell
        if self.grid.rows[row] == self.grid.rows[heading.row]:
            return  # headings said again
        issue, option = cell(row, heading.issue), cell(row, heading.option)
        scores = [cell(row, column) for column in self.table.parties.values()]
        first, filled = issue or option, any(scores)
        if not first:
            if filled:
                self.grid.fault(row, heading.option, "points stand here without an option")
            return
        said = words(first)
        head, _, described = first.partition("(")
        if said in NO_DEAL and (filled or not (issue and option)):
            self._no_deal(row, option if issue else "", heading.option)
        elif filled and issue and not option and words(head) in NO_DEAL:
            self._no_deal(row, described.rstrip(") "), heading.issue or 0)
        elif said in TOTAL and not (issue and option):
            self.totals.append((row, self.current, not issue))
        elif said in REMARKS and not filled and heading.issue is not None:
            self.table.note = " ".join(part for part in (self.table.note, option) if part)
        elif not filled and (not option or heading.issue is None):
            self._name(row, first)
        else:
            if heading.issue is not None and issue:
                self._name(row, issue)
            self._option(row, option)

    def _name(self, row: int, text: str) -> None:
        label = " ".join(text.split())
        found = TableIssue(label=label, begun=row)
        self.current = self.table.issues.setdefault(label, found)

    def _no_deal(self, row: int, described: str, where: int) -> None:
        if self.no_deal_row is not None:
            problem = f"what no deal is worth stands in row {self.no_deal_row + 1} already"
            self.grid.fault(row, 0, problem, "keep one of the two")
            return
        self.no_deal_row, self.current = row, None
        if described:
            alone = len(self.table.parties) == 1
            told = described if alone else self.grid.place(row, where)
            self.aside.append(f"what no deal is ({told})")
        for column in self.table.parties.values():
            text = self.grid.cell(row, column)
            found = points_of(text, pointed=self.grid.pointed) if text else None
            if isinstance(found, str):
                self.grid.fault(row, column, *_parted(found))
            elif found is not None:
                self.table.no_deal[column] = found

    def _option(self, row: int, text: str) -> None:
        heading = self.table.heading
        label = " ".join(text.split())
        if not label:
            hint = "write it, or clear the row"
            self.grid.fault(row, heading.option, "points stand here without an option", hint)
            return
        if self.current is None:
            hint = "write the issue into its cell, or in a row of its own above"
            column = heading.option if heading.issue is None else heading.issue
            self.grid.fault(row, column, f"the option {quote(label)} belongs to no issue", hint)
            return
        if self.totals and self.totals[-1][1] is self.current and self.totals[-1][2]:
            at, _, _ = self.totals.pop()
            said = quote(self.grid.cell(at, heading.option))
            problem = f"{said} stands between options, and may be one or a total"
            self.grid.fault(at, heading.option, problem, "write the issue beside it, or move it")
        if label in self.current.options:
            other = self.grid.place(self.current.options[label], heading.option)
            problem = f"the option {quote(label)} of {quote(self.current.label)} stands at {other}"
            self.grid.fault(row, heading.option, f"{problem} already", "keep one of the two")
            return
        self.current.options[label] = row
        if self.quo_column is not None and marked(self.grid.cell(row, self.quo_column)):
            if self.current.status_quo:
                problem = f"{quote(self.current.label)} has two options marked as status quo"
                self.grid.fault(row, self.quo_column, problem, "mark one")
            self.current.status_quo = label
        for column in self.table.parties.values():
            found = entry_of(self.grid.cell(row, column), pointed=self.grid.pointed)
            if isinstance(found, str):
                self.grid.fault(row, column, *_parted(found))
            else:
                self.table.entries[row, column] = found

    def end(self) -> None:
        """Say what was left aside, and where totals are none."""
        table, grid = self.table, self.grid
        empty = [issue for issue in table.issues.values() if not issue.options]
        for issue in empty:
            del table.issues[issue.label]
            self.aside.append(f"row {issue.begun + 1} ({quote(issue.label)})")
        if not table.issues:
            grid.fault(table.heading.row, table.heading.option, "no options stand below")
        self.aside += [f"row {row + 1} ({quote(self._label(row))})" for row, _, _ in self.totals]
        if self.aside:
            table.remarks.append(left_aside(self.aside))
        for party, remark in self._wrong_totals():
            table.own_remarks.setdefault(party, []).append(remark)

    def _label(self, row: int) -> str:
        return self.grid.cell(row, self.table.heading.issue) or self.grid.cell(
            row, self.table.heading.option
        )

    def _wrong_totals(self) -> Iterator[tuple[str, str]]:
        """Go through totals that neither the best options of an issue nor those of all make."""
        for row, issue, _ in self.totals:
            for party, column in self.table.parties.items():
                said = points_of(self.grid.cell(row, column))
                if isinstance(said, str):
                    continue
                best = [self.table.best(column, one) for one in self.table.issues.values()]
                one = self.table.best(column, issue) if issue else None
                if said not in {sum(best), one}:
                    where = self.grid.place(row, column)
                    known = plain(sum(best, Fraction(0)))
                    remark = f"{where} says {plain(said)} for {party}, "
                    yield party, f"{remark}and its best options together make {known}."


def _parted(reason: str) -> tuple[str, str]:
    """Return problem and hint of a message."""
    problem, _, hint = reason.partition("; ")
    return problem, hint


def refuse_empty(grids: Sequence[Grid], file: str) -> CaseError:
    """Return the fault of a file in which no grid has a heading."""
    faults = grids[0].faults if grids else Grid(rows=(), name="").faults
    hint = f"write {HEADING} above the options"
    faults.at(0, "", "no table of scores stands here", hint)
    return CaseError(faults.found, file=file)
