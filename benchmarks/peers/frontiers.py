"""The frontier of the same negotiations by every side: answers compared, then times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.peers.problems import Problem, vectors_of
from benchmarks.peers.process import Process, Timed, raced
from benchmarks.written import tell

DETENTE, WITH_PACKAGES, NEGMAS, LISTING = "detente", "with packages", "negmas", "listing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a side's frontier differs from ours, which listing confirms.

    n_packages : how many it reported; n_hidden : efficient packages that it left out although it
        reported their vectors; n_missing : vectors it left out; n_dominated : vectors that it
        reported and that are no frontier vectors
    """

    n_packages: int
    n_hidden: int
    n_missing: int
    n_dominated: int

    @property
    def same(self) -> bool:
        """Whether the vectors are the same."""
        return not self.n_missing and not self.n_dominated


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """One negotiation by every side.

    n_vectors, n_packages : of the frontier, as Detente says
    confirmed : listing every package found the same vectors, and so did our packages
    difference : of NegMAS; None where it gave no answer
    """

    problem: Problem
    sides: Mapping[str, Timed]
    n_vectors: int = 0
    n_packages: int = 0
    confirmed: bool = False
    difference: Difference | None = None

    def ratio(self, side: str) -> float | None:
        """How many times as long a side took, in processor seconds; None without an answer.

        One that was stopped took at least as long as it was given.
        """
        ours, other = self.sides[DETENTE], self.sides[side]
        if ours.problem or other.problem:
            return None
        return other.cpu / ours.cpu


def row_of(
    problem: Problem, processes: Mapping[str, Process], *, repeats: int | None = None
) -> Row:
    """Let every side find the frontier of a negotiation; ``repeats`` as in :func:`raced`."""
    given = problem.given()
    three = [processes[name] for name in (DETENTE, NEGMAS, LISTING)]
    sides = dict(raced(three, "frontier", given, repeats=repeats))
    again = raced(three[:1], "frontier with packages", given, repeats=repeats)
    sides[WITH_PACKAGES] = again[DETENTE]
    row = _compared(problem, given, sides)
    tell(f"{problem.words}: {_told(row)}")
    return row


def _compared(problem: Problem, given: dict[str, object], sides: Mapping[str, Timed]) -> Row:
    ours = sides[DETENTE]
    if ours.problem:
        return Row(problem=problem, sides=sides)
    vectors = set(map(tuple, ours.answer["vectors"]))
    n_packages = ours.answer["packages"]
    others = [sides[name] for name in (LISTING, WITH_PACKAGES)]
    difference = None
    if not sides[NEGMAS].problem:
        packages = sides[NEGMAS].answer
        reported = vectors_of(given, packages)
        difference = Difference(
            n_packages=len(packages),
            n_hidden=n_packages - len(packages) if reported == vectors else 0,
            n_missing=len(vectors - reported),
            n_dominated=len(reported - vectors),
        )
    return Row(
        problem=problem,
        sides=sides,
        n_vectors=len(vectors),
        n_packages=n_packages,
        confirmed=all(
            not other.problem and set(map(tuple, other.answer["vectors"])) == vectors
            for other in others
        ),
        difference=difference,
    )


def _told(row: Row) -> str:
    told = [f"{name} {timed.problem or f'{timed.wall:.4f} s'}" for name, timed in row.sides.items()]
    verdict = "confirmed" if row.confirmed else "NOT CONFIRMED"
    return f"{', '.join(told)}; {row.n_vectors:,} vectors, {verdict}; {row.difference}"
