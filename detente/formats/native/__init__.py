"""Detente's own format: YAML that people write and keep; every fault is found with its line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from detente.blocks import BLOCKS, Block, Entry
from detente.blocks.graph import state_issues
from detente.case import Case, Constraint, Party, Proposal, Source
from detente.composer import Composed, compose, decode
from detente.document import MOST_FAULTS, AnyNode, Fields, Items
from detente.entries import (
    Reading,
    parse_constraints,
    parse_day,
    parse_issues,
    parse_parties,
    parse_preferences,
    parse_proposals,
    parse_sources,
)
from detente.errors import CaseError, Fault, quote
from detente.formats.format import Format
from detente.formats.native.writing import write
from detente.statements import Statement
from detente.vocabulary import Issue

VERSION = "1"
PARTS = (
    "detente",
    "title",
    "as_of",
    "note",
    "sources",
    "parties",
    "issues",
    "constraints",
    "proposals",
    "preferences",
)
_REQUIRED = ("detente", "title", "parties", "issues")
_OUR_KEY = re.compile(rb"^\xef?\xbb?\xbf?detente\s*:", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The parts of a case as far as they could be read."""

    title: str
    as_of: str
    note: str
    sources: tuple[Source, ...]
    parties: tuple[Party, ...]
    issues: tuple[Issue, ...]
    constraints: tuple[Constraint, ...]
    proposals: tuple[Proposal, ...]
    statements: tuple[Statement, ...]
    blocks: dict[str, tuple[Entry, ...]]


def read(data: bytes, file: str) -> Case:
    """Return the case that a file holds; raise CaseError with every fault, in the file's order."""
    reading = Reading()
    try:
        return _read(data, reading, file)
    except CaseError as error:
        raise CaseError(_first(error.faults), file=file) from None


def _read(data: bytes, reading: Reading, file: str) -> Case:
    faults = reading.faults
    text = decode(data, faults)
    faults.raise_any()
    composed = compose(text or "", faults)
    refused = tuple(faults.found)
    if composed.root is None:
        if not refused:
            hint = "'detente new' prints a case file to begin with"
            faults.at(1, "", "there is nothing in the file", hint)
        faults.raise_any()
    parts = _parts(composed, reading)
    whole: tuple[Fault, ...] = ()
    try:
        if parts is not None:
            case = _case(parts, file)
            if not faults.found:
                return case
    except CaseError as error:
        whole = tuple(_placed(fault, composed) for fault in error.faults)
    raise CaseError(
        fault
        for fault in {*faults.found, *whole}
        if fault in refused or not _inside(fault.path, composed.spoiled)
    )


def _case(parts: _Parts, file: str) -> Case:
    """Build the case; raise CaseError when its parts do not fit each other."""
    return Case(
        title=parts.title,
        as_of=parts.as_of,
        note=parts.note,
        sources=parts.sources,
        parties=parts.parties,
        issues=parts.issues,
        constraints=parts.constraints,
        proposals=parts.proposals,
        statements=parts.statements,
        blocks=parts.blocks,
        file=file,
    )


def _parts(composed: Composed, reading: Reading) -> _Parts | None:
    """Read every part; None when so much is missing that the whole cannot be looked at."""
    faults, root = reading.faults, composed.root
    if root is None:
        return None
    shape = "a case file begins with detente: 1"
    fields = faults.fields(root, known=(*PARTS, *BLOCKS), shape=shape)
    if fields is None or not isinstance(root, Fields):
        return None
    graph = _written_out(fields)
    for key in _REQUIRED:
        if key not in fields and not (key == "issues" and graph):
            faults.at(root.line, "", f"'{key}' is missing", _hint(key))
    if "detente" in fields:
        version = faults.text(fields["detente"])
        if version is not None and version != VERSION:
            problem = f"this version of the form is not known: {quote(version)}"
            faults.add(fields["detente"], problem, f"write detente: {VERSION}")

    def part(name: str) -> AnyNode:
        return fields.get(name) or Fields(path=name, line=root.line, fields={})

    words = {
        key: (faults.text(fields[key]) or "") if key in fields else "" for key in ("title", "note")
    }
    parties = parse_parties(part("parties"), reading)
    issues = state_issues(graph) if graph else parse_issues(part("issues"), reading)
    read_parts = _Parts(
        title=words["title"],
        as_of=parse_day(fields["as_of"], faults) if "as_of" in fields else "",
        note=words["note"],
        sources=parse_sources(part("sources"), reading),
        parties=parties,
        issues=issues,
        proposals=parse_proposals(
            part("proposals"), reading, frozenset(issue.name for issue in issues)
        ),
        constraints=parse_constraints(fields["constraints"], reading)
        if "constraints" in fields
        else (),
        statements=parse_preferences(
            part("preferences"), reading, tuple(party.name for party in parties)
        ),
        blocks={
            name: _entries(block, fields[name], reading)
            for name, block in BLOCKS.items()
            if name in fields
        },
    )
    for name, one in (("parties", "party"), ("issues", "issue")):
        node = fields.get(name)
        if isinstance(node, Fields) and not node.fields:
            faults.add(node, f"a case needs at least one {one}")
    return read_parts if parties and issues else None


def _written_out(fields: Mapping[str, AnyNode]) -> Fields | None:
    """Return the graph of a case without ``issues`` whose states take their place."""
    graph = fields.get("graph")
    stated = "issues" not in fields and isinstance(graph, Fields) and "states" in graph.fields
    return graph if stated and isinstance(graph, Fields) else None


def _entries(block: Block, node: AnyNode, reading: Reading) -> tuple[Entry, ...]:
    """Read a block; entries that speak of a faulty name are not held against the case."""
    entries = block.parse(node, reading.faults)
    doubtful = {
        part.path
        for part in _within(node)
        if reading.mentions_spoiled(part) or _key(part.path) in reading.spoiled
    }
    return tuple(entry for entry in entries if entry.provenance.path not in doubtful)


def _key(path: str) -> str:
    """Return the name under which something stands, alone or in a list."""
    return path.rpartition(".")[2].partition("[")[0]


def _within(node: AnyNode) -> Iterator[AnyNode]:
    """Go through a node and all that it holds."""
    yield node
    inner = node.items if isinstance(node, Items) else ()
    for part in node.fields.values() if isinstance(node, Fields) else inner:
        yield from _within(part)


def _hint(key: str) -> str:
    return {
        "detente": f"begin the file with detente: {VERSION}",
        "title": "say in a few words what the case is",
        "parties": "list under parties whose acceptance matters",
        "issues": "list under issues what has to be settled, each with its options",
    }[key]


def _inside(path: str, spoiled: Iterable[str]) -> bool:
    return any(
        path == outer or path.startswith((f"{outer}.", f"{outer}[")) or not outer
        for outer in spoiled
    )


def _placed(fault: Fault, composed: Composed) -> Fault:
    """Give a fault of the case as a whole the line of its place in the file."""
    if fault.path in composed.lines or (fault.path and not fault.line):
        return replace(fault, line=composed.line(fault.path))
    return fault


def _first(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Return the faults to list: all of them, or the first when there are very many."""
    if len(faults) <= MOST_FAULTS + 1:
        return faults
    problem = f"there are {len(faults)} faults, of which the first {MOST_FAULTS} are listed"
    return (Fault(path="", problem=problem, hint="mend these first"), *faults[:MOST_FAULTS])


FORMAT = Format(
    name="native",
    title="Case file of Detente",
    suffixes=(".yaml", ".yml"),
    read=read,
    recognises=lambda data: _OUR_KEY.search(data) is not None,
    write=partial(write, read=read),
)
