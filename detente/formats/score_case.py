"""Score tables become a case: parties gathered, issues and options matched by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from detente.case import Case
from detente.errors import did_you_mean, quote
from detente.formats.additive import Profile, ReadIssue, additive_case
from detente.formats.reading import faults_of, left_aside, together
from detente.formats.score_cells import Entry, levels_of
from detente.formats.score_table import ScoreTable, TableIssue
from detente.vocabulary import MOST_OPTIONS

READ = "Read from a score sheet:"
"""How the note begins that says what reading made of a sheet."""

_STATUS_QUO = "The first option of {} is its status quo."
_LENT = "Red lines without points ({}: {}) count the fewest other points of their issue."
_REMARK = re.compile(
    r"\s*(?:[^.]*?: )?"
    r"(?:The first option of .*? is its status quo|Left aside: .*?"
    r"|Red lines without points \(.*?\) count the fewest other points of their issue"
    r"|[^.]*? says .*?, and its best options together make .*?)\.(?=\s|$)"
)

Matched = list[list[int]]
"""For each issue and option of the first table, the row in which another one has it."""


def own_note(note: str) -> str:
    """Return what a note says beside the remarks that reading a sheet makes anew.

    Examples
    --------
    >>> own_note(f"For a class. {READ} Left aside: row 8 ('Total'). Mine.")
    'For a class. Mine.'
    """
    before, _, after = note.partition(READ)
    while match := _REMARK.match(after):
        after = after[match.end() :]
    return together(before.strip(), after.strip())


def score_case(
    tables: Sequence[ScoreTable], *, title: str, file: str, remarks: Sequence[str] = ()
) -> Case:
    """Return the case that the tables of one negotiation make; the first names issues and options.

    title : where no table gives one
    file : what messages call the whole
    remarks : what was left aside around the tables

    Raises CaseError with every fault, in the file in which it stands.
    """
    for table in tables:
        table.grid.faults.raise_any(table.grid.file)
    first = tables[0]
    gathering = _Gathering(first=first, remarks=list(remarks))
    for table in tables:
        gathering.take(table, lead=f"{table.grid.name}: " if len(tables) > 1 else "")
    issues = list(first.issues.values())
    with faults_of(file) as faults:
        case = additive_case(
            (first.title if len(tables) == 1 else "") or title,
            [_issue(issue) for issue in issues],
            list(gathering.profiles.values()),
            faults=faults,
            note=together(*gathering.notes, gathering.told()),
            status_quo=tuple(map(gathering.status_quo, issues)),
        )
    named = [
        replace(issue, unit=_unit(one)) for issue, one in zip(case.issues, issues, strict=True)
    ]
    return replace(case, issues=tuple(named), file=file)


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """What the tables say together, one after the other.

    first : the table that names issues and options
    notes : what the sheets note of the case
    kept : the option that is marked as status quo, by issue

    What is remarked of one party's points, and all that its own sheet says beside them, stands in
    the note of the party: that of the case is for everybody.
    """

    first: ScoreTable
    remarks: list[str]
    notes: list[str] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    def take(self, table: ScoreTable, *, lead: str) -> None:
        """Take in a table; ``lead`` stands before what is remarked of it."""
        remarks = list(table.remarks)
        if lead and table.title:
            remarks.append(left_aside([f"the title {quote(table.title)}"]))
        confidential = bool(lead) and len(table.parties) == 1
        if not confidential:
            self.notes.append(table.note)
            self.remarks += [f"{lead}{remark}" for remark in remarks]
        matched = _matched(table, self.first)
        table.grid.faults.raise_any(table.grid.file)
        _status_quo(table, self.first, matched, self.kept)
        for party, column in table.parties.items():
            if party in self.profiles:
                problem = f"the party {quote(party)} has points in another table already"
                table.grid.fault(table.heading.row, column, problem, "name each party once")
            profile, more = _profile(table, matched, party)
            own = [*(remarks if confidential else ()), *table.own_remarks.get(party, ()), *more]
            note = together(
                table.note if confidential else "", _read([f"{lead}{remark}" for remark in own])
            )
            self.profiles[party] = replace(profile, note=note)
        table.grid.faults.raise_any(table.grid.file)

    def status_quo(self, issue: TableIssue) -> int:
        """Return the position of the option that is marked; the first where none is."""
        label = self.kept.get(issue.label)
        return 0 if label is None else list(issue.options).index(label)

    def told(self) -> str:
        """Return what reading settled and left aside, as the end of a note."""
        labels = list(self.first.issues)
        unmarked = [label for label in labels if label not in self.kept]
        settled = ""
        if unmarked:
            every = len(unmarked) == len(labels)
            settled = _STATUS_QUO.format("every issue" if every else ", ".join(unmarked))
        return _read([settled, *self.remarks])


def _read(remarks: Sequence[str]) -> str:
    """Return what reading made of a sheet as the end of a note."""
    said = together(*remarks)
    return f"{READ} {said}" if said else ""


def _issue(issue: TableIssue) -> ReadIssue:
    """Return an issue as read: a numeric one where its options are numbers in even steps."""
    labels = tuple(issue.options)
    numbers = levels_of(labels) if len(labels) <= MOST_OPTIONS else None
    if numbers is None:
        return ReadIssue(label=issue.label, values=labels)
    return ReadIssue(label=issue.label, levels=numbers[0])


def _unit(issue: TableIssue) -> str:
    numbers = levels_of(tuple(issue.options))
    return "" if numbers is None else numbers[1]


def _matched(table: ScoreTable, first: ScoreTable) -> Matched:
    """Return where a table has what the first one has; note what it lacks or has beyond."""
    grid, heading = table.grid, table.heading
    own = {label.casefold(): issue for label, issue in table.issues.items()}
    rows = []
    for issue in first.issues.values():
        found = table.issues.get(issue.label) or own.get(issue.label.casefold())
        if found is None:
            hint = did_you_mean(issue.label, list(table.issues))
            problem = f"the issue {quote(issue.label)} is missing, which {first.grid.name} has"
            grid.fault(heading.row, heading.option, problem, hint)
            continue
        folded = {label.casefold(): row for label, row in found.options.items()}
        places = [found.options.get(label, folded.get(label.casefold())) for label in issue.options]
        for label, place in zip(issue.options, places, strict=True):
            if place is None:
                hint = did_you_mean(label, list(found.options))
                problem = f"the option {quote(label)} of {quote(issue.label)} is missing"
                grid.fault(found.begun, heading.option, problem, hint)
        for label, row in found.options.items():
            if row not in places:
                hint = did_you_mean(label, list(issue.options))
                problem = f"{first.grid.name} has no option {quote(label)} of {quote(issue.label)}"
                grid.fault(row, heading.option, problem, hint)
        rows.append([place or 0 for place in places])
    known = {label.casefold() for label in first.issues}
    for label, issue in table.issues.items():
        if label.casefold() not in known:
            hint = did_you_mean(label, list(first.issues))
            problem = f"{first.grid.name} has no issue {quote(label)}"
            grid.fault(issue.begun, heading.option, problem, hint)
    return rows


def _status_quo(
    table: ScoreTable, first: ScoreTable, matched: Matched, kept: dict[str, str]
) -> None:
    """Gather the options that are marked as status quo, by issue."""
    marked = {
        issue.options[issue.status_quo] for issue in table.issues.values() if issue.status_quo
    }
    for issue, rows in zip(first.issues.values(), matched, strict=True):
        for label, row in zip(issue.options, rows, strict=True):
            if row in marked and kept.setdefault(issue.label, label) != label:
                problem = f"another table marks {quote(kept[issue.label])} as status quo"
                table.grid.fault(row, table.heading.option, problem, "mark the same in both")


def _profile(table: ScoreTable, matched: Matched, party: str) -> tuple[Profile, list[str]]:
    """Return what a table says of one party, and what to say of red lines without points."""
    column = table.parties[party]
    points, refused, lent = [], [], []
    for k, rows in enumerate(matched):
        entries: list[Entry] = [table.entries[row, column] for row in rows]
        known = [entry.points for entry in entries if entry.points is not None]
        least = min(known, default=Fraction(0))
        points.append(tuple(e.points if e.points is not None else least for e in entries))
        refused += [(k, option) for option, entry in enumerate(entries) if entry.refused]
        lent += [
            table.grid.place(row, column)
            for row, entry in zip(rows, entries, strict=True)
            if entry.points is None
        ]
    remarks = [_LENT.format(party, ", ".join(lent))] if lent else []
    profile = Profile(
        label=party,
        points=tuple(points),
        no_deal=table.no_deal.get(column),
        refused=tuple(refused),
    )
    return profile, remarks
