"""What a case holds, counted: parties, issues or states, statements, and what is said of states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from detente.blocks.graph import GraphRanking, GraphState
from detente.case import Case
from detente.prose import plural


def counts_of(case: Case, *, view: str) -> list[str]:
    """Return how many things of each kind a case holds in one view, each in words."""
    graph: Sequence[Any] = case.blocks.get("graph", ())
    control: Sequence[Any] = case.blocks.get("control", ())
    states = sum(isinstance(entry, GraphState) for entry in graph)
    statements = len(case.statements_in(view))
    counts = [plural(len(case.parties), "party", "parties")]
    if states:
        counts.append(plural(states, "state"))
    else:
        counts.append(plural(len(case.issues), "issue"))
        counts.append(plural(case.vocabulary.n_packages, "package"))
    if statements or not states:
        counts.append(plural(statements, "statement"))
    if case.proposals or not states:
        counts.append(plural(len(case.proposals), "proposal"))
    rankings = sum(isinstance(entry, GraphRanking) and entry.applies(view) for entry in graph)
    if rankings:
        counts.append(plural(rankings, "ranking of states", "rankings of states"))
    controlled = {entry.issue for entry in control if entry.applies(view)}
    if controlled:
        counts.append(f"control of {plural(len(controlled), 'issue')}")
    return counts
