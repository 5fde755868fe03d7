"""A conflict that a case writes out as states and moves, as comma-separated values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from detente.blocks import Entry
from detente.blocks.arrows import divided, tiers_text
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
from detente.case import Case
from detente.document import Faults
from detente.formats.refusals import refuse_marks, refuse_parts

COLUMNS = ("what", "party", "state", "to")


Cells = tuple[str, ...]


def write(case: Case) -> str:
    """Return a case whose graph is written out as the text of a ``.csv`` file.

    Raises
    ------
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    faults = Faults()
    entries = case.blocks.get("graph", ())
    if not any(isinstance(entry, GraphState) for entry in entries):
        hint = "a case with control goes into .gmcr or .yaml"
        faults.at(0, "graph", "this format holds conflicts that are written out as states", hint)
        faults.raise_any(case.file)
    _refuse(case, faults)
    faults.raise_any(case.file)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow(("title", "", case.title, ""))
    if case.as_of:
        writer.writerow(("as of", "", case.as_of, ""))
    if case.note:
        writer.writerow(("note", "", case.note, ""))
    for party in case.parties:
        writer.writerow(("party", party.name, party.title, ""))
    for entry in entries:
        writer.writerows(_rows(entry))
    if not any(isinstance(entry, StatusQuo) for entry in entries):
        issue = case.issues[0]
        if issue.status_quo != issue.options[0]:
            writer.writerow(("status quo", "", issue.status_quo, ""))
    return stream.getvalue()


def _refuse(case: Case, faults: Faults) -> None:
    """Note everything that the format cannot hold."""
    refuse_parts(case, faults, blocks=("graph",))
    for statement in case.statements:
        path = f"preferences.{statement.party}"
        faults.at(0, path, f"this format does not keep '{statement.KEY}'", "rank the states")
    if case.constraints:
        faults.at(0, "constraints", "this format does not keep constraints", "take them out")
    for party in case.parties:
        if party.note or not party.signatory:
            problem = "this format keeps the name and title of a party, and nothing else"
            faults.at(0, f"parties.{party.name}", problem, "take the rest out")
    issue = case.issues[0]
    if issue.title or issue.note or issue.name != STATE_ISSUE:
        problem = "this format keeps nothing of the issue but its states"
        faults.at(0, f"issues.{issue.name}", problem, "leave 'issues' out")
    for entry in case.blocks["graph"]:
        refuse_marks(entry.provenance, "graph", faults)


def _rows(entry: Entry) -> Iterator[Cells]:
    """Go through the rows that say what one entry says."""
    if isinstance(entry, GraphState):
        yield ("state", "", entry.name, entry.title)
    elif isinstance(entry, StatusQuo):
        yield ("status quo", "", entry.name, "")
    elif isinstance(entry, GraphMoves):
        yield from (("move", entry.party, old, new) for old, new in entry.moves)
    elif isinstance(entry, GraphRanking):
        for tiers, much in divided(entry.tiers, entry.much):
            yield ("ranking", entry.party, tiers_text(tiers, much), "")
    elif isinstance(entry, Unknown):
        yield from (("unknown", entry.party, one, other) for one, other in entry.pairs)
    elif isinstance(entry, Unseen):
        yield from (("unseen", entry.party, state, "") for state in entry.states)
    elif isinstance(entry, Misread):
        yield ("misread", entry.party, tiers_text(entry.tiers), entry.of)
    elif isinstance(entry, Coalition):
        yield ("coalition", "", " + ".join(entry.members), "")
