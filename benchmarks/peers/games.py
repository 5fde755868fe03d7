"""Pure equilibria of games in strategic form: stability R of all parties, each with one issue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.frontiers import DETENTE
from benchmarks.peers.problems import write_game
from benchmarks.peers.process import Process, Timed, raced
from benchmarks.written import tell

GAMBIT = "gambit"
TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GameRow:
    """One game.

    loaded : the search alone, by side; from_file : with reading the file
    nashpy : None where there are not two players, for which alone it is made
    same : every side found the same equilibria
    """

    sizes: tuple[int, ...]
    loaded: Mapping[str, Timed]
    from_file: Mapping[str, Timed]
    nashpy: Timed | None
    n_equilibria: int
    same: bool


def game_of(
    sizes: Sequence[int],
    processes: Mapping[str, Process],
    folder: Path,
    *,
    repeats: int | None = None,
) -> GameRow:
    """Let every side find the pure equilibria of one made-up game."""
    place = write_game(sizes, folder / f"{'x'.join(map(str, sizes))}.nfg")
    both = [processes[DETENTE], processes[GAMBIT]]
    loaded = raced(both, "game", str(place), repeats=repeats)
    from_file = raced(both, "game file", str(place), repeats=repeats)
    nashpy = None
    if len(sizes) == TWO:
        alone = raced([processes[GAMBIT]], "game by Nashpy", str(place), repeats=repeats)
        nashpy = alone[GAMBIT]
    everything = [*loaded.values(), *from_file.values(), *([nashpy] if nashpy else [])]
    answers = [timed.answer for timed in everything if not timed.problem]
    row = GameRow(
        sizes=tuple(sizes),
        loaded=loaded,
        from_file=from_file,
        nashpy=nashpy,
        n_equilibria=len(answers[0]) if answers else 0,
        same=bool(answers)
        and not loaded[DETENTE].problem
        and all(answer == answers[0] for answer in answers),
    )
    told = [timed.problem or f"{timed.wall:.5f} s" for timed in everything]
    tell(f"game {' x '.join(map(str, sizes))}: {', '.join(told)}; same: {row.same}")
    return row
