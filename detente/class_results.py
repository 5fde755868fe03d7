"""What the groups of a class agreed on: a table of packages, read against a case.

One row for each group: its name, and the option it agreed on for each issue. All faults of a table
are found at once, each with its row and column, and nothing that stands in it is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from detente.asked import package_meant
from detente.case import Case
from detente.cells import Cells, Row
from detente.document import Faults
from detente.errors import CaseError, DetenteError, did_you_mean, quote
from detente.register import tidy
from detente.vocabulary import Issue, Package

GROUP, PROPOSAL, NOTE, NO_DEAL = "group", "proposal", "note", "no deal"
MOST_GROUPS = 1000
LONGEST_NAME = 200
_DECIMAL_COMMA = re.compile(r"^([-+]?[0-9]+),([0-9]{1,2})$")
_HEADER_HINT = "the first row names the columns: group, and one for each issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one group ended with.

    package : None for no deal
    kept : issues that the row leaves blank, or has no column for; they keep their status quo, or
        what the proposal says that the row names
    proposed : the row names a proposal
    """

    group: str
    package: Package | None
    line: int = 0
    note: str = ""
    kept: tuple[str, ...] = ()
    proposed: bool = False


def read_results(case: Case, cells: Cells) -> tuple[Result, ...]:
    r"""Return the results of a class, in the order of the table.

    A column is named ``group``, ``proposal``, ``note``, or by an issue's name or title. A blank
    keeps the status quo, as it does in a proposal. ``no deal`` in any of these columns, all else
    blank, says that nothing was agreed. Remarks, which begin with ``#``, may stand above the first
    row.

    Raises CaseError with every fault.

    Examples
    --------
    >>> from detente.catalog import load
    >>> text = "group;Night shifts;pay;cranes\nRed;none;2;pilot\nBlue;no deal;;\n"
    >>> [(r.group, r.package) for r in read_results(load("harbour"), Cells(text=text))]
    [('Red', (0, 2, 1)), ('Blue', None)]
    """
    faults = Faults()
    try:
        found = _Reader(case=case, faults=faults).read(cells)
        faults.raise_any()
    except CaseError as error:
        raise CaseError(error.faults, file=cells.file) from None
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class _Reader:
    case: Case
    faults: Faults
    seen: dict[str, int] = field(default_factory=dict)

    def read(self, cells: Cells) -> list[Result]:
        rows = cells.rows(self.faults)
        header = next(rows, None)
        if header is None:
            self.faults.at(1, "", "there is nothing in the table", _HEADER_HINT)
            return []
        columns = self._columns(header)
        if self.faults.found:
            return []
        found: list[Result] = []
        for n_rows, row in enumerate(rows, start=1):
            if n_rows > MOST_GROUPS:
                problem = f"there are more than {MOST_GROUPS:,} groups"
                self.faults.at(row.line, "", problem, "divide the class into several tables")
                return found
            result = self._row(row, columns, header.cells)
            if result is not None:
                found.append(result)
        if not found and not self.faults.found:
            hint = "add a row for each group"
            self.faults.at(header.line, "", "the table names no group", hint)
        return found

    def _columns(self, header: Row) -> list[int | str]:
        """Return what each column tells: an issue by its position, or one of the other names."""
        columns: list[int | str] = []
        for k, cell in enumerate(header.cells):
            meant = self._column(cell, columns)
            if meant is None:
                what = (
                    f"no issue is called {quote(cell)}" if cell else f"column {k + 1} has no name"
                )
                choices = [GROUP, *(issue.name for issue in self.case.issues), PROPOSAL, NOTE]
                hint = did_you_mean(cell, choices) if cell else _HEADER_HINT
                self.faults.at(header.line, cell, what, hint)
            elif meant in columns:
                self.faults.at(header.line, cell, "two columns tell this", "keep one")
            columns.append(len(self.case.issues) if meant is None else meant)
        if GROUP not in columns:
            self.faults.at(header.line, "", "no column is called 'group'", _HEADER_HINT)
        if not any(isinstance(column, int) or column == PROPOSAL for column in columns):
            self.faults.at(header.line, "", "no column tells what was agreed", _HEADER_HINT)
        return columns

    def _column(self, cell: str, before: Sequence[int | str]) -> int | str | None:
        """Return what a column tells; the name of an issue comes before its title and our words."""
        issues, wanted = self.case.issues, cell.casefold()
        if wanted == GROUP and GROUP not in before:
            return GROUP
        if cell in self.case.vocabulary.index:
            return self.case.vocabulary.index[cell]
        for texts in ([i.name for i in issues], [tidy(i.label) for i in issues]):
            alike = [k for k, text in enumerate(texts) if text.casefold() == wanted]
            if len(alike) == 1:
                return alike[0]
        return wanted if wanted in {PROPOSAL, NOTE} else None

    def _row(self, row: Row, columns: Sequence[int | str], names: Sequence[str]) -> Result | None:
        if len(row.cells) != len(columns):
            cells = "1 cell" if len(row.cells) == 1 else f"{len(row.cells)} cells"
            problem = f"{cells} under {len(columns)} columns"
            self.faults.at(row.line, "", problem, "quote a cell that holds the separator")
            return None
        told = dict(zip(columns, row.cells, strict=True))
        group, note = told.get(GROUP, ""), told.get(NOTE, "")
        before = len(self.faults.found)
        self._check_group(group, row.line)
        agreed = {
            name: cell
            for name, column, cell in zip(names, columns, row.cells, strict=True)
            if cell and column not in {GROUP, NOTE}
        }
        if any(map(_says_no_deal, agreed.values())):
            self._check_no_deal(agreed, row.line)
            return Result(group=group, package=None, line=row.line, note=note)
        if not agreed:
            hint = f"write the options, or {NO_DEAL} in one of the columns"
            self.faults.at(row.line, group, "the row does not say what was agreed", hint)
        base = self._proposal(told.get(PROPOSAL, ""), row.line)
        chosen: dict[int, int] = {}
        for name, column, cell in zip(names, columns, row.cells, strict=True):
            if isinstance(column, int) and cell:
                option = self._option(self.case.issues[column], cell, row.line, name)
                if option is not None:
                    chosen[column] = option
        if len(self.faults.found) > before:
            return None
        kept = (issue.name for k, issue in enumerate(self.case.issues) if k not in chosen)
        package = self.case.vocabulary.complete(chosen, base=base)
        return Result(
            group=group,
            package=package,
            line=row.line,
            note=note,
            kept=tuple(kept),
            proposed=base is not None,
        )

    def _check_group(self, group: str, line: int) -> None:
        if not group:
            self.faults.at(line, GROUP, "the row names no group", "fill the cell")
        elif len(group) > LONGEST_NAME:
            problem = f"the name has {len(group):,} characters, more than {LONGEST_NAME}"
            self.faults.at(line, GROUP, problem, "shorten it")
        elif group in self.seen:
            problem = f"{quote(group)} is named in line {self.seen[group]} already"
            self.faults.at(line, GROUP, problem, "names of groups are unique")
        else:
            self.seen[group] = line

    def _check_no_deal(self, agreed: dict[str, str], line: int) -> None:
        for name, cell in agreed.items():
            if not _says_no_deal(cell):
                problem = f"{quote(cell)} stands beside {NO_DEAL}"
                self.faults.at(line, name, problem, "keep the one or the other")

    def _proposal(self, text: str, line: int) -> Package | None:
        """Return the package that a cell names as people write it; None where it is blank."""
        if not text:
            return None
        try:
            return package_meant(self.case, text)[0]
        except DetenteError as error:
            problem = str(error).partition("\n")[0]
            self.faults.at(line, PROPOSAL, problem, "name a proposal, or write issue = option")
            return None

    def _option(self, issue: Issue, text: str, line: int, column: str) -> int | None:
        """Return the option that a cell names: by name, as it is read, or as a number."""
        position = issue.position(text)
        if position is None and issue.levels is not None:
            position = issue.position(_number(text, issue.unit))
        labels = [issue.option_label(k) for k in range(len(issue.options))]
        for texts in (labels, issue.options):
            if position is None:
                alike = [k for k, one in enumerate(texts) if one.casefold() == text.casefold()]
                position = alike[0] if len(alike) == 1 else None
        if position is None:
            hint = did_you_mean(text, issue.options)
            self.faults.at(line, column, f"no such option: {quote(text)}", hint)
        return position


def _says_no_deal(cell: str) -> bool:
    return " ".join(cell.casefold().split()) == NO_DEAL


def _number(text: str, unit: str) -> str:
    """Return a number without its unit, with a point where one or two places follow a comma.

    Examples
    --------
    >>> _number("2,5 %", "percent"), _number("4 weeks", "weeks"), _number("1,000", "")
    ('2.5', '4', '1,000')
    """
    bare = text.removesuffix(unit).strip()
    bare = bare.removesuffix("%").strip() if unit in {"%", "percent"} else bare
    return _DECIMAL_COMMA.sub(r"\1.\2", bare)
