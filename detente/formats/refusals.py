"""What a case holds beyond what a format can keep: named, so that nothing is lost unsaid."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from detente.case import Case
from detente.document import Faults
from detente.statements.statement import Provenance

_BARED = ("because", "note")


def bare(case: Case) -> Case:
    """Return a case without its sources and without notes.

    What it says stays as it is, and so do confidence and views.
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
        blocks={name: tuple(map(bared, entries)) for name, entries in case.blocks.items()},
    )


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
            hint = "convert with --bare" if key in _BARED else "take it out of a copy"
            faults.at(0, path, f"this format does not keep '{key}'", hint)


def refuse_parts(case: Case, faults: Faults, *, blocks: Collection[str]) -> None:
    """Note the parts of a case that graph-model formats know nothing of.

    blocks : those that the format keeps
    """
    hint = "take them out of a copy, or keep the case as .yaml"
    if case.sources:
        faults.at(0, "sources", "this format does not keep sources", "convert with --bare")
    if case.proposals:
        faults.at(0, "proposals", "this format does not keep proposals", hint)
    for name in case.blocks:
        if name not in blocks and case.blocks[name]:
            faults.at(0, name, f"this format does not keep '{name}'", hint)
