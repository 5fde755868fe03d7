"""The parts that every case file has, each read from its node: parties, issues, statements, ...

A name whose entry is faulty goes into :attr:`Reading.spoiled`; what mentions it is then read, but
not held against the rest of the case, so that one fault is not reported many times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from detente.case import Constraint, Party, Proposal, Source
from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import CaseError, did_you_mean, quote
from detente.expression import Setting, Side, Word
from detente.grammar import parse_condition
from detente.number import parse_number, plain
from detente.statements import KINDS, Statement
from detente.statements.scores import Scores
from detente.statements.statement import COMMON_KEYS, Provenance, parse_provenance
from detente.vocabulary import MOST_OPTIONS, Issue

MOST_ENTRIES = 1000
"""So many proposals, sources, or statements of one party at most."""
MOST_PARTIES = 100
MOST_ISSUES = 500
MOST_TOGETHER = 20_000
"""So many options of all issues together at most."""
MOST_VIEWS = 20

COMPANIONS = {companion: key for key, kind in KINDS.items() for companion in kind.COMPANIONS}
_WORD = re.compile(r"[^\W\d][\w\-]*")
_YES, _NO = ("true", "yes"), ("false", "no")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PART_OF_DAY = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


@dataclass(slots=True)
class Reading:
    """What is known while one file is read.

    spoiled : names of issues, parties and proposals whose own entry is faulty
    """

    faults: Faults = field(default_factory=Faults)
    spoiled: set[str] = field(default_factory=set)

    def mentions_spoiled(self, node: AnyNode) -> bool:
        """Tell whether an entry speaks of a name whose own entry is faulty."""
        return bool(self.spoiled) and any(word in self.spoiled for word in _words(node))

    def entries(
        self, node: AnyNode, shape: str, *, most: int = MOST_ENTRIES, spoils: bool = True
    ) -> Iterator[tuple[str, AnyNode]]:
        """Go through a mapping of names.

        spoils : an entry in which a fault is found cannot stand for itself any more
        """
        fields = self.faults.fields(node, shape=shape) or {}
        if len(fields) > most:
            self.faults.add(node, f"more than {most:,} entries stand here")
            self.spoiled.update(fields)
            return
        for name, entry in fields.items():
            before = len(self.faults.found)
            yield name, entry
            if spoils and len(self.faults.found) > before:
                self.spoiled.add(name)


def _words(node: AnyNode) -> Iterator[str]:
    if isinstance(node, Text):
        yield from _WORD.findall(node.text)
        yield node.text.strip()
    elif isinstance(node, Items):
        for item in node.items:
            yield from _words(item)
    else:
        for key, value in node.fields.items():
            yield key
            yield from _words(value)


def _texts(fields: Mapping[str, AnyNode], keys: tuple[str, ...], faults: Faults) -> dict[str, str]:
    return {key: (faults.text(fields[key]) or "") if key in fields else "" for key in keys}


def parse_day(node: AnyNode, faults: Faults, *, partial: bool = False) -> str:
    """Read a date; with ``partial`` a year, or a year and month, will do."""
    text = faults.text(node)
    if text is None:
        return ""
    whole = text if not partial or not _PART_OF_DAY.fullmatch(text) else f"{text}-01-01"[:10]
    try:
        sound = bool(_DAY.fullmatch(whole)) and bool(date.fromisoformat(whole))
    except ValueError:
        sound = False
    if not sound:
        faults.add(node, f"{quote(text)} is not a date", "write year-month-day: 2026-03-01")
        return ""
    return text


def parse_sources(node: AnyNode, reading: Reading) -> tuple[Source, ...]:
    """Read ``sources``: each name with a title, or with title, date, url and note."""
    faults, found = reading.faults, []
    shape = "write a short name for each source, then its title"
    for name, entry in reading.entries(node, shape, spoils=False):
        if isinstance(entry, Text):
            found.append(Source(name=name, title=faults.text(entry) or ""))
            continue
        known = ("title", "date", "url", "note")
        fields = faults.fields(entry, known=known, shape="give it a title") or {}
        texts = _texts(fields, ("title", "url", "note"), faults)
        if texts["url"] and not re.match(r"https?://\S+$", texts["url"]):
            hint = "an address begins with https:// or http://"
            faults.add(fields["url"], f"{quote(texts['url'])} is not a web address", hint)
        day = parse_day(fields["date"], faults, partial=True) if "date" in fields else ""
        found.append(Source(name=name, date=day, **texts))
    return tuple(found)


def parse_parties(node: AnyNode, reading: Reading) -> tuple[Party, ...]:
    """Read ``parties``: each name with a title, or with title, signatory and note."""
    faults, found = reading.faults, []
    shape = "write a short name for each party, then its title"
    for name, entry in reading.entries(node, shape, most=MOST_PARTIES, spoils=False):
        if isinstance(entry, Text):
            found.append(Party(name=name, title=faults.text(entry) or ""))
            continue
        known = ("name", "title", "signatory", "note")
        fields = faults.fields(entry, known=known, shape="give it a name") or {}
        texts = _texts(fields, ("name", "title", "note"), faults)
        if "name" in fields and "title" in fields:
            faults.add(
                fields["title"], "'name' and 'title' say the same here", "keep one of the two"
            )
        signatory = True
        if "signatory" in fields:
            said = (faults.text(fields["signatory"]) or "yes").casefold()
            signatory = said not in _NO
            if said not in _YES + _NO:
                faults.add(fields["signatory"], f"{quote(said)} is neither yes nor no")
        title = texts["name"] or texts["title"]
        found.append(Party(name=name, title=title, signatory=signatory, note=texts["note"]))
    return tuple(found)


def parse_issues(node: AnyNode, reading: Reading) -> tuple[Issue, ...]:
    """Read ``issues``: each name with its options, or with range and step, and its status quo."""
    shape = "write a name for each issue, then its options and status_quo"
    found: list[Issue] = []
    for name, entry in reading.entries(node, shape, most=MOST_ISSUES):
        issue = _issue(name, entry, reading.faults)
        if issue is not None:
            found.append(issue)
        if sum(len(known.options) for known in found) > MOST_TOGETHER:
            problem = f"the issues up to here have more than {MOST_TOGETHER:,} options"
            reading.faults.add(entry, problem, "choose larger steps")
            raise CaseError(reading.faults.found)
    return tuple(found)


def _issue(name: str, node: AnyNode, faults: Faults) -> Issue | None:
    known = ("title", "options", "range", "step", "unit", "status_quo", "note")
    shape = "an issue needs options: [a, b] or range: 0..8 with step: 1, and its status_quo"
    before = len(faults.found)
    fields = faults.fields(node, known=known, shape=shape)
    if fields is None:
        return None
    texts = _texts(fields, ("title", "note", "unit"), faults)
    numeric = "range" in fields
    if numeric == ("options" in fields):
        both = "an issue has either options or a range, not both"
        faults.add(node, both if numeric else "the issue has neither options nor a range", shape)
    elif not numeric:
        for key in ("step", "unit"):
            if key in fields:
                faults.add(fields[key], f"'{key}' belongs to an issue with a range", "leave it out")
    elif "step" not in fields:
        faults.add(node, "'step' is missing", "add, for instance, step: 1")
    if "status_quo" not in fields:
        hint = "name the option that holds as long as nothing is agreed"
        faults.add(node, "'status_quo' is missing", hint)
    if len(faults.found) > before:
        return None
    issue = (
        _numeric(name, fields, texts, faults) if numeric else _named(name, fields, texts, faults)
    )
    return issue if len(faults.found) == before else None


def _named(
    name: str, fields: Mapping[str, AnyNode], texts: dict[str, str], faults: Faults
) -> Issue | None:
    items = faults.items(fields["options"], shape="write [first, second]")
    status_quo = faults.text(fields["status_quo"])
    if items is None:
        return None
    if not 1 <= len(items) <= MOST_OPTIONS:
        problem = f"an issue has 1 to {MOST_OPTIONS:,} options, not {len(items):,}"
        faults.add(fields["options"], problem)
        return None
    options: dict[str, int] = {}
    for item in items:
        option = faults.text(item)
        if option in options:
            faults.add(item, f"the option {quote(option)} is listed twice", "keep one of the two")
        elif option is not None:
            options[option] = item.line
    if status_quo is not None and options and status_quo not in options:
        hint = did_you_mean(status_quo, list(options))
        faults.add(fields["status_quo"], f"{quote(status_quo)} is not an option", hint)
        return None
    if status_quo is None or not options:
        return None
    return Issue(
        name=name,
        options=tuple(options),
        status_quo=status_quo,
        title=texts["title"],
        note=texts["note"],
    )


def _numeric(
    name: str, fields: Mapping[str, AnyNode], texts: dict[str, str], faults: Faults
) -> Issue | None:
    bounds = faults.bounds(fields["range"], shape="write both ends, for instance 0..8")
    step = faults.number(fields["step"])
    if step is not None and step <= 0:
        faults.add(fields["step"], "a step is a number above 0")
        step = None
    said = faults.text(fields["status_quo"])
    low, high = (bounds.low, bounds.high) if bounds is not None else (None, None)
    if bounds is not None and (low is None or high is None or low == high):
        faults.add(fields["range"], "a range has two ends", "write, for instance, range: 0..8")
        return None
    if low is None or high is None or step is None or said is None:
        return None
    count = (high - low) / step
    if count.denominator != 1:
        problem = f"steps of {plain(step)} from {plain(low)} do not end at {plain(high)}"
        faults.add(fields["step"], problem, "choose a step that divides the range")
        return None
    if count >= MOST_OPTIONS:
        problem = f"the range has more than {MOST_OPTIONS:,} steps"
        faults.add(fields["step"], problem, "choose a larger step")
        return None
    number = parse_number(said)
    if number is None or not low <= number <= high or ((number - low) / step).denominator != 1:
        hint = f"options run from {plain(low)} to {plain(high)} in steps of {plain(step)}"
        faults.add(fields["status_quo"], f"{quote(said)} is not an option", hint)
        return None
    return Issue.numeric(
        name=name, low=low, high=high, step=step, status_quo=plain(number), **texts
    )


def parse_constraints(node: AnyNode, reading: Reading) -> tuple[Constraint, ...]:
    """Read ``constraints``: conditions that every feasible package meets."""
    faults, found = reading.faults, []
    shape = "an entry looks like: require: cranes != full or pay >= 1"
    for item in faults.items(node, shape=f"begin each with a dash; {shape}") or ():
        known = ("require", "title", "because", "note")
        fields = faults.fields(item, known=known, required=("require",), shape=shape)
        if fields is None or "require" not in fields:
            continue
        condition = faults.parsed(fields["require"], parse_condition)
        provenance = parse_provenance(fields, faults, path=item.path, line=item.line)
        title = _texts(fields, ("title",), faults)["title"]
        if condition is not None and not reading.mentions_spoiled(item):
            found.append(Constraint(condition=condition, title=title, provenance=provenance))
    return tuple(found)


def parse_proposals(
    node: AnyNode, reading: Reading, issues: frozenset[str]
) -> tuple[Proposal, ...]:
    """Read ``proposals``: each name with options for issues, or with ``terms`` and a title."""
    faults, found = reading.faults, []
    shape = "write issue: option for each issue that the proposal settles"
    for name, entry in reading.entries(node, shape):
        before = len(faults.found)
        fields = faults.fields(entry, shape=shape)
        if fields is None or not isinstance(entry, Fields):
            continue
        terms, title, provenance = entry, "", Provenance(path=entry.path, line=entry.line)
        if "terms" in fields and "terms" not in issues:
            faults.fields(entry, known=("terms", "title", "because", "note"))
            title = _texts(fields, ("title",), faults)["title"]
            provenance = parse_provenance(fields, faults, path=entry.path, line=entry.line)
            if faults.fields(fields["terms"], shape=shape) is None:
                continue
            terms = fields["terms"] if isinstance(fields["terms"], Fields) else entry
        settings = tuple(
            Setting(issue=Word(text=issue, column=0), option=Word(text=option, column=0))
            for issue, value in terms.fields.items()
            if (option := faults.text(value)) is not None
        )
        if len(faults.found) == before and not reading.mentions_spoiled(terms):
            side = Side(kind="package", settings=settings)
            found.append(Proposal(name=name, terms=side, title=title, provenance=provenance))
        else:
            reading.spoiled.add(name)
    return tuple(found)


def parse_preferences(
    node: AnyNode, reading: Reading, parties: tuple[str, ...]
) -> tuple[Statement, ...]:
    """Read ``preferences``: for each party a list of statements."""
    faults, found = reading.faults, []
    shape = "write each party's name, then its statements, each after a dash"
    for party, entry in (faults.fields(node, shape=shape) or {}).items():
        known = party in parties
        if not known and parties and party not in reading.spoiled:
            line = node.lines.get(party, entry.line) if isinstance(node, Fields) else entry.line
            hint = did_you_mean(party, parties)
            faults.at(line, f"{node.path}.{party}", f"no such party: {quote(party)}", hint)
        statements, whole = _statements(party, entry, reading)
        if known and not whole:
            # what one party scores is held against the case only when all of it could be read
            statements = [s for s in statements if not isinstance(s, Scores)]
        found += statements if known else []
    if len({statement.provenance.view for statement in found}) > MOST_VIEWS:
        faults.add(node, f"the statements have more than {MOST_VIEWS} views")
        return ()
    return tuple(found)


def _statements(party: str, node: AnyNode, reading: Reading) -> tuple[list[Statement], bool]:
    """Return what could be read of a party's statements, and whether that is all of them."""
    faults, found = reading.faults, []
    items = faults.items(node, shape="begin each statement with a dash")
    if items is None or len(items) > MOST_ENTRIES:
        if items is not None:
            faults.add(node, f"more than {MOST_ENTRIES:,} statements stand here")
        return [], False
    before = len(faults.found)
    for item in items:
        statement = _statement(party, item, faults)
        if statement is not None and not reading.mentions_spoiled(item):
            found.append(statement)
    return found, len(found) == len(items) and len(faults.found) == before


def _statement(party: str, node: AnyNode, faults: Faults) -> Statement | None:
    fields = faults.fields(node, shape="a statement looks like: order: {pay: high > low}")
    if fields is None or not isinstance(node, Fields):
        return None
    kinds = [key for key in fields if key in KINDS]
    if _refuse_unknown(node, kinds, faults):
        return None
    if len(kinds) != 1:
        hint = f"write one of {', '.join(KINDS)}"
        problem = "the statement says nothing"
        if kinds:
            hint = "begin each with a dash of its own"
            problem = f"two statements stand in one entry: {' and '.join(map(quote, kinds[:2]))}"
        faults.add(node, problem, hint)
        return None
    kind = KINDS[kinds[0]]
    for key in fields:
        if key in COMPANIONS and key not in kind.COMPANIONS:
            hint = f"leave it out here; it goes with '{COMPANIONS[key]}'"
            faults.add(fields[key], f"'{key}' says nothing beside '{kind.KEY}'", hint)
    provenance = parse_provenance(fields, faults, path=node.path, line=node.line)
    companions = {key: fields[key] for key in kind.COMPANIONS if key in fields}
    return kind.parse(fields[kind.KEY], companions, faults, party=party, provenance=provenance)


def _refuse_unknown(node: Fields, kinds: list[str], faults: Faults) -> bool:
    """Report keys that no statement has; tell whether there are any."""
    known = [*COMPANIONS, *COMMON_KEYS] if kinds else [*KINDS, *COMPANIONS, *COMMON_KEYS]
    unknown = [key for key in node.fields if key not in known and key not in kinds]
    for key in unknown:
        faults.unknown_key(node, key, known)
    return bool(unknown)
