"""Everything a side tells of a negotiation: frontier, solutions and counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.peers.frontiers import DETENTE, NEGMAS
from benchmarks.peers.problems import Problem, vectors_of
from benchmarks.peers.process import Process, Timed, raced
from benchmarks.written import tell

SOLUTIONS: Mapping[str, str] = {
    "frontier": "frontier",
    "nash": "Nash",
    "kalai_smorodinsky": "Kalai–Smorodinsky",
    "egalitarian": "egalitarian",
    "utilitarian": "utilitarian",
}
MOST_ISSUES = 5
"""NegMAS takes minutes for more than 10^5 packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeAnswer:
    """One negotiation; ``different`` : what NegMAS answers with other values than Detente."""

    problem: Problem
    sides: Mapping[str, Timed]
    different: tuple[str, ...] = ()


def whole_answer_of(
    problem: Problem, processes: Mapping[str, Process], *, repeats: int = 3
) -> WholeAnswer:
    """Let both sides tell everything of a negotiation; each answer's values are compared."""
    given = problem.given()
    sides = raced([processes[DETENTE], processes[NEGMAS]], "statistics", given, repeats=repeats)
    ours, theirs = sides[DETENTE], sides[NEGMAS]
    different: tuple[str, ...] = ()
    if not ours.problem and not theirs.problem:
        different = tuple(
            title
            for name, title in SOLUTIONS.items()
            if vectors_of(given, ours.answer[name]) != vectors_of(given, theirs.answer[name])
        )
    told = [f"{name} {side.problem or f'{side.wall:.3f} s'}" for name, side in sides.items()]
    tell(f"everything, {problem.words}: {', '.join(told)}; different: {different}")
    return WholeAnswer(problem=problem, sides=sides, different=different)


def suits(problem: Problem) -> bool:
    """Tell whether a negotiation is one of those, and small enough, that are told in whole."""
    small = problem.n_issues <= MOST_ISSUES
    return small and problem.kind == "independent" and not problem.whole
