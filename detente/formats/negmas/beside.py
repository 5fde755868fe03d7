"""What a case says and NegMAS has no place for: a file of ours, which NegMAS passes over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from detente.case import Case, Party
from detente.document import AnyNode, Faults
from detente.errors import did_you_mean, quote
from detente.vocabulary import Issue

BESIDE = "_detente.yml"
"""Its name in the folder of a scenario."""

_OF_PARTY = ("title", "note")
_OF_ISSUE = ("title", "unit", "note", "status_quo")


def beside(case: Case) -> dict[str, Any]:
    """Return titles, units, notes and the status quo, as texts."""
    found: dict[str, Any] = {"note": case.note} if case.note else {}
    parties = {party.name: _texts(party, _OF_PARTY) for party in case.parties}
    found["parties"] = {name: texts for name, texts in parties.items() if texts}
    found["issues"] = {issue.name: _texts(issue, _OF_ISSUE) for issue in case.issues}
    return {key: value for key, value in found.items() if value}


def _texts(entry: Party | Issue, keys: tuple[str, ...]) -> dict[str, str]:
    return {key: text for key in keys if (text := getattr(entry, key))}


def read_beside(root: AnyNode, faults: Faults, *, case: Case) -> Case:
    """Return a case with what stands beside it; names that it does not have are noted."""
    fields = faults.fields(root, known=("note", "parties", "issues")) or {}
    note = faults.text(fields["note"]) if "note" in fields else ""
    parties = [replace(party, note="") for party in case.parties]
    issues = [replace(issue, note="") for issue in case.issues]
    for k, texts in _entries(fields.get("parties"), [p.name for p in parties], _OF_PARTY, faults):
        parties[k] = replace(parties[k], title=texts.get("title", ""), note=texts.get("note", ""))
    for k, texts in _entries(fields.get("issues"), [i.name for i in issues], _OF_ISSUE, faults):
        status_quo = texts.get("status_quo", issues[k].status_quo)
        if status_quo not in issues[k].options:
            problem = f"{issues[k].name} has no option {quote(status_quo)}"
            hint = did_you_mean(status_quo, issues[k].options)
            faults.at(0, f"issues.{issues[k].name}.status_quo", problem, hint)
            continue
        issues[k] = replace(
            issues[k],
            title=texts.get("title", ""),
            unit=texts.get("unit", ""),
            note=texts.get("note", ""),
            status_quo=status_quo,
        )
    faults.raise_any()
    return replace(case, note=note or "", parties=tuple(parties), issues=tuple(issues))


def _entries(
    node: AnyNode | None, names: list[str], keys: tuple[str, ...], faults: Faults
) -> list[tuple[int, dict[str, str]]]:
    """Return what is said of each name: its position, and texts by key."""
    found = []
    for name, entry in (faults.fields(node, known=names) or {} if node else {}).items():
        texts = {
            key: text
            for key, value in (faults.fields(entry, known=keys) or {}).items()
            if (text := faults.text(value)) is not None
        }
        if name in names:
            found.append((names.index(name), texts))
    return found
