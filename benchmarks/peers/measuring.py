"""One run: every comparison, in order, with both sides' processes started once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.machine import Machine, this_machine
from benchmarks.peers.faults import Said, asked_of
from benchmarks.peers.files import read_of
from benchmarks.peers.frontiers import DETENTE, LISTING, NEGMAS, Row, row_of
from benchmarks.peers.games import GAMBIT, GameRow, game_of
from benchmarks.peers.installed import Installed, installed_with
from benchmarks.peers.problems import GAMES, QUICK_GAMES, Problem, problems
from benchmarks.peers.process import LIMIT, Entrant, Process, raced
from benchmarks.peers.starting import REPEATS, Cost, commands_of, costs_of
from benchmarks.peers.whole_answers import MOST_ISSUES, WholeAnswer, suits, whole_answer_of

PEERS = ("negmas", "pygambit", "nashpy", "moocore")
_FILES = (
    Problem(kind="independent", whole=False, n_parties=3, n_issues=3),
    Problem(kind="independent", whole=False, n_parties=3, n_issues=5),
)
"""What is answered from files; a quick run has the first only."""

ENDINGS = frozenset({".xml", ".json", ".yml", ".yaml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured.

    folders : of published domains, why each does not load, by side; empty texts where it does
    """

    machine: Machine
    limit: float
    frontiers: tuple[Row, ...]
    whole: tuple[WholeAnswer, ...]
    games: tuple[GameRow, ...]
    said: tuple[Said, ...]
    costs: tuple[Cost, ...]
    installed: tuple[Installed, ...]
    folders: Mapping[str, Mapping[str, str]]

    @property
    def sound(self) -> bool:
        """Whether Detente answered everything, and rightly."""
        return (
            all(row.confirmed for row in self.frontiers)
            and all(not answer.sides[DETENTE].problem for answer in self.whole)
            and all(game.same for game in self.games)
            and all(said.sound for said in self.said)
        )


def measured(
    peers: Path, *, quick: bool = False, limit: float = LIMIT, domains: Path | None = None
) -> Report:
    """Compare everything; ``quick`` : little of each, to see that all of it works.

    domains : a folder; every folder below it with two files or more of such formats is tried
    """
    machine = this_machine()
    own = Path(sys.executable)
    with _started(own, peers, limit) as processes, TemporaryDirectory() as temporary:
        place = Path(temporary)
        negotiations = problems(quick=quick)
        repeats = 1 if quick else None
        frontiers = tuple(row_of(each, processes, repeats=repeats) for each in negotiations)
        whole = tuple(
            whole_answer_of(
                each, processes, repeats=1 if quick or each.n_issues >= MOST_ISSUES else 3
            )
            for each in negotiations
            if suits(each)
        )
        games = tuple(
            game_of(sizes, processes, place, repeats=repeats)
            for sizes in (QUICK_GAMES if quick else GAMES)
        )
        both = processes[DETENTE], processes[NEGMAS]
        said = (*asked_of(*both), *read_of(*both, place))
        files = _written(_FILES[:1] if quick else _FILES, processes[DETENTE], place)
        return Report(
            machine=machine,
            limit=limit,
            frontiers=frontiers,
            whole=whole,
            games=games,
            said=said,
            costs=costs_of(commands_of(own, peers, files), repeats=0 if quick else REPEATS),
            installed=(*installed_with(own, ("detente",)), *installed_with(peers, PEERS)),
            folders={} if domains is None else _opened(domains, both),
        )


@contextmanager
def _started(own: Path, peers: Path, limit: float) -> Iterator[Mapping[str, Process]]:
    """Give every side a process, and end them all."""
    sides = {
        DETENTE: (own, "detente_side"),
        NEGMAS: (peers, "negmas_side"),
        LISTING: (own, "listing_side"),
        GAMBIT: (peers, "games_side"),
    }
    processes = {
        name: Process(
            Entrant(name=name, interpreter=interpreter, module=f"benchmarks.peers.{module}"),
            limit=limit,
        )
        for name, (interpreter, module) in sides.items()
    }
    try:
        yield processes
    finally:
        for process in processes.values():
            process.close()


def _written(chosen: Sequence[Problem], detente: Process, place: Path) -> dict[str, str]:
    """Write negotiations as folders that both sides read; by title, where they stand."""
    found = {}
    for problem in chosen:
        folder = str(place / f"folder{problem.n_issues}")
        raced([detente], "written", {**problem.given(), "folder": folder}, repeats=1)
        title = f"10^{problem.n_issues} packages, {problem.n_parties} parties, from files to answer"
        found[title] = folder
    return found


def _opened(domains: Path, both: Sequence[Process]) -> dict[str, dict[str, str]]:
    """Let both sides open every folder below one that may hold a domain and profiles."""
    folders = sorted(
        str(folder)
        for folder in (domains, *domains.rglob("*"))
        if folder.is_dir() and sum(child.suffix in ENDINGS for child in folder.iterdir()) > 1
    )
    answers = raced(both, "folders", folders, repeats=1)
    return {
        name: dict.fromkeys(folders, timed.problem) if timed.problem else timed.answer
        for name, timed in answers.items()
    }
