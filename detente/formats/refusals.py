"""What a case holds beyond what a format can keep: named, so that nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.blocks.agenda import Talking
from detente.blocks.roadmap import Implementing
from detente.case import Case, Party
from detente.document import Faults
from detente.formats.numerals import MOST_DIGITS, exact
from detente.number import is_decimal, plain
from detente.statements.statement import Provenance

KEEP = "take it out of a copy, or keep the case as .yaml"
"""What can be done about a part that a format does not keep."""

BARE = "convert with --bare"
"""The same about notes and sources."""

_ROUND = "round it in a copy"
_BARED = ("because", "note")


def bare(case: Case) -> Case:
    """Return a case without its sources and without notes.

    What it says stays as it is, and so do confidence and views. An agenda or roadmap of which only
    a note was left says nothing without it.
    """

    def bared(entry: Any) -> Any:
        return replace(entry, provenance=replace(entry.provenance, because=(), note=""))

    return replace(
        case,
        note="",
        sources=(),
        parties=tuple(replace(party, note="") for party in case.parties),
        issues=tuple(replace(issue, note="") for issue in case.issues),
        constraints=tuple(map(bared, case.constraints)),
        proposals=tuple(map(bared, case.proposals)),
        statements=tuple(map(bared, case.statements)),
        blocks={
            name: tuple(entry for entry in map(bared, entries) if not _is_silent(entry))
            for name, entries in case.blocks.items()
            if not entries or not all(_is_silent(bared(entry)) for entry in entries)
        },
    )


def _is_silent(entry: Any) -> bool:
    """Tell whether settings say nothing at all, which no case file writes down."""
    return isinstance(entry, Talking | Implementing) and entry == type(entry)()


def refuse_marks(provenance: Provenance, path: str, faults: Faults) -> None:
    """Note sources, confidence, notes and views of an entry, which a format cannot keep."""
    bare = Provenance()
    for key, held, default in (
        ("because", provenance.because, bare.because),
        ("confidence", provenance.confidence, bare.confidence),
        ("note", provenance.note, bare.note),
        ("view", provenance.view, bare.view),
    ):
        if held != default:
            hint = BARE if key in _BARED else "take it out of a copy"
            faults.at(0, path, f"this format does not keep '{key}'", hint)


def refuse_parts(case: Case, faults: Faults, *, blocks: Collection[str]) -> None:
    """Note the parts of a case that graph-model formats know nothing of.

    blocks : those that the format keeps
    """
    hint = "take them out of a copy, or keep the case as .yaml"
    if case.sources:
        faults.at(0, "sources", "this format does not keep sources", BARE)
    if case.proposals:
        faults.at(0, "proposals", "this format does not keep proposals", hint)
    for name in case.blocks:
        if name not in blocks and case.blocks[name]:
            faults.at(0, name, f"this format does not keep '{name}'", hint)


def refuse_note(note: str, path: str, faults: Faults, *, name: str) -> None:
    """Note a note that a format has no place for.

    path : of what the note is on; empty for the case
    name : of the format
    """
    if note:
        where = f"{path}.note" if path else "note"
        faults.at(0, where, f"{name} does not keep notes", BARE)


def refuse_number(
    number: Fraction,
    path: str,
    faults: Faults,
    *,
    name: str,
    fractions: bool = False,
    spelled: str = "",
) -> None:
    """Note a number that is not read again: no decimal, or one of too many digits.

    fractions : the format keeps fractions, too
    spelled : how the format writes the number, where it is not written out
    """
    if not fractions and not is_decimal(number):
        faults.at(0, path, f"{name} keeps decimal numbers, and {plain(number)} is none", _ROUND)
    elif exact(spelled or plain(number)) is None:
        faults.at(0, path, f"{name} keeps numbers of at most {MOST_DIGITS} digits", _ROUND)


def refuse_open(party: Party, faults: Faults, *, name: str, hint: str = "add no_deal: N") -> None:
    """Note that nobody says what no deal is worth to a party."""
    problem = f"{name} needs to know what no deal is worth to {party.name}"
    faults.at(0, f"preferences.{party.name}", problem, hint)
