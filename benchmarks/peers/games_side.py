"""How Gambit and Nashpy answer; run by the peers' own interpreter."""

from __future__ import annotations

from itertools import product
from typing import Any

from benchmarks.peers.way import Way, Ways


def ways() -> Ways:
    """Return the questions they can answer: pure equilibria of a game in strategic form."""
    import nashpy  # noqa: F401 - loaded before anything is timed
    import pygambit  # noqa: F401 - the same

    return {
        "game": Way(prepare=_read, solve=_pure, answer=_pure_said),
        "game file": Way(prepare=str, solve=_from_file, answer=lambda _, f: _pure_said(*f)),
        "game by Nashpy": Way(prepare=_bimatrix, solve=_best_responses),
    }


def _read(path: str) -> Any:
    import pygambit

    return pygambit.read_nfg(path)


def _pure(game: Any) -> Any:
    import pygambit

    return pygambit.nash.enumpure_solve(game)


def _from_file(path: str) -> Any:
    game = _read(path)
    return game, _pure(game)


def _pure_said(game: Any, found: Any) -> list[int]:
    """Say profiles by number: the strategy of the first player varies fastest."""
    states = []
    for profile in found.equilibria:
        state, step = 0, 1
        for player in game.players:
            strategies = list(player.strategies)
            state += step * next(k for k, one in enumerate(strategies) if profile[one] == 1)
            step *= len(strategies)
        states.append(state)
    return sorted(states)


def _bimatrix(path: str) -> Any:
    """Return a game of two as Nashpy takes it: a table of payoffs for each player."""
    import nashpy
    import numpy as np

    game = _read(path)
    tables = [np.array(table, dtype=float) for table in game.to_arrays()]
    return nashpy.Game(*tables)


def _best_responses(game: Any) -> list[int]:
    """Ask of every pair of strategies whether each answers the other best.

    There is no more direct way: its enumerations find mixed equilibria as well and take far longer.
    """
    import numpy as np

    n_rows, n_columns = game.payoff_matrices[0].shape
    rows, columns = np.eye(n_rows), np.eye(n_columns)
    return sorted(
        row + n_rows * column
        for row, column in product(range(n_rows), range(n_columns))
        if all(game.is_best_response(rows[row], columns[column]))
    )
