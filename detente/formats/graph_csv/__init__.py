"""Conflicts written out as states and moves, in comma-separated values: one row a move.

The first row is ``what,party,state,to``; each further row says one thing, which its first cell
names: ``move,moe,s1,s2`` or ``ranking,moe,s3 > s1 ~ s2``. All of them stand in
docs/reference/formats.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from detente.blocks import Entry
from detente.blocks.arrows import ANY, Tiers, parse_tiers
from detente.blocks.graph import (
    STATE_ISSUE,
    Coalition,
    GraphMoves,
    GraphRanking,
    GraphState,
    Misread,
    StatusQuo,
    Unknown,
    Unseen,
)
from detente.case import Case, Party
from detente.composer import decode
from detente.document import Faults, Text
from detente.entries import parse_day
from detente.errors import CaseError, did_you_mean, quote
from detente.formats.format import Format
from detente.formats.graph_csv.writing import COLUMNS, write
from detente.formats.naming import Names, title_of
from detente.formats.reading import faults_of, own_name, spoken
from detente.statements.statement import Provenance
from detente.vocabulary import MOST_OPTIONS, RESERVED, Issue

MOST_BYTES = 4 * 2**20
MOST_ROWS = 100_000

_HEADER = (
    "a score sheet begins with a row such as Issue,Option,Union,Port, and a conflict with "
    f"{','.join(COLUMNS)}"
)
_LOOK = re.compile(rb'(?:\xef\xbb\xbf)?\s*"?what"?[,;\t]"?party"?[,;\t]"?state"?[,;\t]')

Ranked = tuple[Tiers, tuple[bool, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row after the first; cells that are left out are empty."""

    line: int
    what: str
    party: str
    state: str
    to: str

    @property
    def provenance(self) -> Provenance:
        return Provenance(path=self.what, line=self.line)


def read(data: bytes, file: str) -> Case:
    """Return the case that a file holds; raise CaseError with every fault."""
    with faults_of(file) as faults:
        text = decode(data, faults, most=MOST_BYTES, hint="check that this is the right file")
        faults.raise_any()
        conflict = _Conflict(faults=faults)
        for row in _rows(text or "", faults):
            conflict.take(row)
        return conflict.case(file)


def _rows(text: str, faults: Faults) -> Iterator[_Row]:
    """Go through the rows after the first that are not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    head: list[str] = []
    for n_rows, (line, cells) in enumerate(numbered_rows(text, separator, faults)):
        tidy = [cell.strip() for cell in cells]
        if not any(tidy):
            continue
        if not head:
            head = tidy
            if tuple(cell.casefold() for cell in head if cell) != COLUMNS:
                faults.at(line, "", f"{quote(separator.join(tidy))} is no header", _HEADER)
                raise CaseError(faults.found)
        elif n_rows > MOST_ROWS:
            faults.at(line, "", f"there are more than {MOST_ROWS:,} rows")
            raise CaseError(faults.found)
        elif any(tidy[len(COLUMNS) :]):
            hint = "quote a cell that holds the separator"
            faults.at(line, tidy[0], f"{len(tidy)} cells under {len(COLUMNS)} columns", hint)
        else:
            what, party, state, to = [*tidy, "", "", "", ""][: len(COLUMNS)]
            words = " ".join(what.casefold().replace("_", " ").split())
            yield _Row(line=line, what=words, party=party, state=state, to=to)
    if not head:
        faults.at(1, "", "there is nothing in the file", _HEADER)
        raise CaseError(faults.found)


def numbered_rows(
    text: str, separator: str, faults: Faults, *, first: int = 1
) -> Iterator[tuple[int, list[str]]]:
    r"""Go through all rows with the line where each begins, empty rows and blanks as they stand.

    separator : what parts the cells
    first : the line at which the text begins

    Raises CaseError with all that is noted when a quote is out of place.

    Examples
    --------
    >>> list(numbered_rows('a,"b\n "\n\nc\n', ",", Faults()))
    [(1, ['a', 'b\n ']), (3, []), (4, ['c'])]
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = first
    try:
        for cells in reader:
            yield line, cells
            line = first + reader.line_num
    except csv.Error as error:
        hint = "put a cell with quotes into quotes, and double those inside it"
        faults.at(line, "", f"the row cannot be read: {error}", hint)
        raise CaseError(faults.found) from None


@dataclass(slots=True)
class _Conflict:
    """What the rows so far have said, each thing with the row that said it first."""

    faults: Faults
    title: str = ""
    as_of: str = ""
    note: str = ""
    parties: dict[str, Party] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    states: dict[str, GraphState] = field(default_factory=dict)
    mentioned: dict[str, _Row] = field(default_factory=dict)
    status_quo: StatusQuo | None = None
    moves: dict[str, dict[tuple[str, str], _Row]] = field(default_factory=dict)
    rankings: dict[str, tuple[_Row, Ranked]] = field(default_factory=dict)
    unknown: dict[str, dict[tuple[str, str], _Row]] = field(default_factory=dict)
    unseen: dict[str, dict[str, _Row]] = field(default_factory=dict)
    misread: dict[tuple[str, str], tuple[_Row, Ranked]] = field(default_factory=dict)
    coalitions: list[Coalition] = field(default_factory=list)
    _names: Names = field(default_factory=lambda: Names(kind="party"))

    def take(self, row: _Row) -> None:
        """Take in one row; note what is wrong with it."""
        readers: dict[str, tuple[tuple[str, ...], Callable[[_Row], None]]] = {
            "title": (("state",), self._title),
            "as of": (("state",), self._as_of),
            "note": (("state",), self._note),
            "party": (("party",), self._party),
            "state": (("state",), self._state),
            "status quo": (("state",), self._status_quo),
            "move": (("party", "state", "to"), self._move),
            "ranking": (("party", "state"), self._ranking),
            "unknown": (("party", "state", "to"), self._unknown),
            "unseen": (("party", "state"), self._unseen),
            "misread": (("party", "state", "to"), self._misread),
            "coalition": (("state",), self._coalition),
        }
        if row.what not in readers:
            hint = did_you_mean(row.what, list(readers))
            self.faults.at(row.line, "what", f"{quote(row.what)} says nothing here", hint)
            return
        needed, reader = readers[row.what]
        allowed = {"party": ("party", "state"), "state": ("state", "to")}.get(row.what, needed)
        for column in COLUMNS[1:]:
            cell = getattr(row, column)
            if not cell and column in needed:
                self.faults.at(row.line, row.what, f"the cell under '{column}' is empty")
                return
            if cell and column not in allowed:
                problem = f"{quote(cell)} stands under '{column}', which says nothing here"
                self.faults.at(row.line, row.what, problem, "leave the cell empty")
                return
        reader(row)

    # Rows -----------------------------------------------------------------------------------------

    def _title(self, row: _Row) -> None:
        self.title = title_of(row.state, row.what, self.faults)

    def _as_of(self, row: _Row) -> None:
        self.as_of = parse_day(Text(path=row.what, line=row.line, text=row.state), self.faults)

    def _note(self, row: _Row) -> None:
        self.note = title_of(row.state, row.what, self.faults)

    def _party(self, row: _Row) -> None:
        if row.party in self.declared:
            problem = f"{quote(row.party)} is listed before"
            self.faults.at(row.line, row.what, problem, "keep one of the two")
            return
        self.declared.add(row.party)
        party = self._of(row.party)
        title = title_of(row.state, row.what, self.faults) or party.title
        self.parties[row.party] = Party(name=party.name, title=title)

    def _of(self, text: str) -> Party:
        """Return the party that a cell means, a new one when it is not known yet."""
        if text not in self.parties:
            title = title_of(text, "party", self.faults)
            name = self._names.give(title)
            self.parties[text] = Party(name=name, title="" if title == name else title)
        return self.parties[text]

    def _state(self, row: _Row) -> None:
        if row.state in self.states:
            problem = f"the state {quote(row.state)} is listed before"
            self.faults.at(row.line, row.what, problem, "keep one of the two")
        elif self._usable(row, row.state):
            title = title_of(row.to, row.what, self.faults)
            state = GraphState(name=row.state, title=title, provenance=row.provenance)
            self.states[row.state] = state

    def _usable(self, row: _Row, name: str) -> bool:
        if name == ANY or name.casefold() in RESERVED:
            self.faults.at(row.line, row.what, f"{quote(name)} is a word of the language")
            return False
        if any(mark in name for mark in "\"'\n\r\t") or len(name) > 200:
            hint = "a name has no quotes or line breaks and at most 200 characters"
            self.faults.at(row.line, row.what, f"{quote(name)} cannot be used as a state", hint)
            return False
        return True

    def _mention(self, row: _Row, *names: str) -> None:
        for name in names:
            if name not in self.mentioned and name != ANY and self._usable(row, name):
                self.mentioned[name] = row

    def _status_quo(self, row: _Row) -> None:
        if self.status_quo is not None:
            self.faults.at(row.line, row.what, "the status quo is said before", "keep one")
            return
        self._mention(row, row.state)
        self.status_quo = StatusQuo(name=row.state, provenance=row.provenance)

    def _move(self, row: _Row) -> None:
        self._pair(row, self.moves)

    def _unknown(self, row: _Row) -> None:
        self._pair(row, self.unknown)

    def _pair(self, row: _Row, kept: dict[str, dict[tuple[str, str], _Row]]) -> None:
        own = kept.setdefault(self._of(row.party).name, {})
        pair = (row.state, row.to)
        if pair in own:
            problem = f"the same stands in line {own[pair].line}"
            self.faults.at(row.line, row.what, problem, "keep one of the two")
        elif row.state == row.to != ANY:
            problem = f"{quote(row.state)} stands on both sides"
            self.faults.at(row.line, row.what, problem, "take the row out")
        else:
            self._mention(row, *pair)
            own[pair] = row

    def _ranked(self, row: _Row) -> Ranked | None:
        node = Text(path=row.what, line=row.line, text=row.state)
        found = self.faults.parsed(node, parse_tiers)
        if found is not None:
            self._mention(row, *(name for tier in found[0] for name in tier))
        return found

    def _ranking(self, row: _Row) -> None:
        """Take in a chain; a further one of the same party lies below."""
        found, party = self._ranked(row), self._of(row.party).name
        if found is None:
            return
        first, (tiers, much) = self.rankings.get(party, (row, ((), ())))
        gap = (False,) if tiers else ()
        self.rankings[party] = (first, ((*tiers, *found[0]), (*much, *gap, *found[1])))

    def _unseen(self, row: _Row) -> None:
        self._mention(row, row.state)
        self.unseen.setdefault(self._of(row.party).name, {}).setdefault(row.state, row)

    def _misread(self, row: _Row) -> None:
        found = self._ranked(row)
        key = (self._of(row.party).name, self._of(row.to).name)
        if key in self.misread:
            problem = f"the same stands in line {self.misread[key][0].line}"
            self.faults.at(row.line, row.what, problem, "keep one of the two")
        elif found is not None and any(found[1]):
            problem = "a picture of another party's ranking has no >>"
            self.faults.at(row.line, row.what, problem, "join the states by > or ~")
        elif found is not None:
            self.misread[key] = (row, found)

    def _coalition(self, row: _Row) -> None:
        members = [self._of(text.strip()).name for text in row.state.split("+") if text.strip()]
        self.coalitions.append(Coalition(members=tuple(members), provenance=row.provenance))

    # The whole ------------------------------------------------------------------------------------

    def case(self, file: str) -> Case:
        """Return the case; raise CaseError when there is something wrong."""
        if not self.states:
            self.states = {name: GraphState(name=name) for name in self.mentioned}
        for name, row in self.mentioned.items():
            if name not in self.states:
                hint = did_you_mean(name, list(self.states))
                self.faults.at(row.line, row.what, f"no such state: {quote(name)}", hint)
        self.faults.raise_any()
        if not self.states:
            self.faults.at(1, "", "no row names a state", "write a move: move,moe,s1,s2")
        elif len(self.states) > MOST_OPTIONS:
            problem = f"a graph has at most {MOST_OPTIONS:,} states, not {len(self.states):,}"
            self.faults.at(1, "", problem)
        if not self.parties:
            self.faults.at(1, "", "no row names a party", "write a move: move,moe,s1,s2")
        self.faults.raise_any()
        names = tuple(self.states)
        status_quo = names[0] if self.status_quo is None else self.status_quo.name
        return Case(
            title=self.title or spoken(own_name(file), otherwise="Conflict"),
            as_of=self.as_of,
            note=self.note,
            parties=tuple(self.parties.values()),
            issues=(Issue(name=STATE_ISSUE, options=names, status_quo=status_quo),),
            blocks={"graph": tuple(self._entries())},
            file=file,
        )

    def _entries(self) -> Iterator[Entry]:
        yield from self.states.values()
        if self.status_quo is not None:
            yield self.status_quo
        for party, moves in self.moves.items():
            yield GraphMoves(party=party, moves=tuple(moves), provenance=_first(moves))
        for party, (row, (tiers, much)) in self.rankings.items():
            yield GraphRanking(party=party, tiers=tiers, much=much, provenance=row.provenance)
        for party, pairs in self.unknown.items():
            yield Unknown(party=party, pairs=tuple(pairs), provenance=_first(pairs))
        for party, hidden in self.unseen.items():
            yield Unseen(party=party, states=tuple(hidden), provenance=_first(hidden))
        for (party, of), (row, (tiers, _)) in self.misread.items():
            yield Misread(party=party, of=of, tiers=tiers, provenance=row.provenance)
        yield from self.coalitions


def _first(rows: dict[tuple[str, str], _Row] | dict[str, _Row]) -> Provenance:
    return next(iter(rows.values())).provenance


FORMAT = Format(
    name="graph-csv",
    title="Table of states and moves",
    suffixes=(".csv",),
    read=read,
    recognises=lambda data: _LOOK.match(data) is not None,
    write=write,
)
