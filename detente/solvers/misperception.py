"""Conflicts in which parties play different games, each the one that it sees.

A hypergame of the first level (Bennett 1977; Wang, Hipel & Fraser 1988; in the graph model Aljefri,
Bashar, Fang & Hipel 2018): every party has its own picture of who ranks the states how, may not see
some states at all, and takes what it sees for the whole conflict. What others believe of it, it
does not ask.

*The own game* of a party has the states that it sees, the moves between them, and its picture of
all rankings; what it ranks itself is its own. In option form a move may pass over a state that it
does not see, as over one that is not feasible; in a graph a sequence of moves cannot.

*An equilibrium of the hypergame* is a state that all see and each finds stable in its own game.
Told apart from these are *unseen rests*: states that somebody does not see, and that those who see
them find stable. Nobody leaves one knowingly; but whoever is brought there learns that the conflict
is another than it took it for, and may think again.

*A surprise* is either of two things. A party is surprised by an equilibrium of the hypergame that
is none of its own game: it expected somebody to move, who does not. And it is surprised by a move
to a state that it does not see, where the one who moves gains by it, as that one sees it. *Vain* is
what a party expects to last, an equilibrium of its own game, that is none of the hypergame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detente.errors import DetenteError, UnknownNameError, did_you_mean, quote
from detente.factors import Bools, Ints
from detente.solvers.concept import Concept, Model, Ranks
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.stability import BASIC_KEYS, stability
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hypergame:
    """What is stable in the games that parties see, and whom it surprises.

    keys : the concepts asked
    seen : bool, shape (n_parties, n_states): which states each party sees
    games : for each key bool, shape (n_parties, n_parties, n_states), ``[seer, whose, state]``:
        is the state stable for whom, in the game that the seer sees; False where it does not see it
    """

    keys: tuple[str, ...]
    seen: Bools
    games: tuple[Bools, ...]

    def own(self, key: str) -> Bools:
        """Return what is stable for each party in its own game, shape (n_parties, n_states)."""
        game = self._game(key)
        every = np.arange(len(game))
        return np.asarray(game[every, every], dtype=bool)

    def expected(self, key: str) -> Bools:
        """Return the equilibria of each party's own game, shape (n_parties, n_states)."""
        return np.asarray(self._game(key).all(axis=1), dtype=bool)

    def equilibria(self, key: str) -> Ints:
        """Return the states that are stable for every party in its own game, ascending."""
        return np.flatnonzero(self.own(key).all(axis=0))

    def unseen_rests(self, key: str) -> Ints:
        """Return states that not all see, but somebody, and that all who do find stable."""
        some = self.seen.any(axis=0) & ~self.seen.all(axis=0)
        return np.flatnonzero(some & (self.own(key) | ~self.seen).all(axis=0))

    def surprising(self, key: str) -> Bools:
        """Return which equilibria of the hypergame each party does not expect.

        Shape (n_parties, n_states); False at states that are no such equilibria.
        """
        resting = self.own(key).all(axis=0)
        return ~self.expected(key) & resting

    def unexpected(self, key: str) -> Ints:
        """Return the equilibria of the hypergame that no party expects."""
        return np.flatnonzero(self.surprising(key).all(axis=0))

    def vain(self, key: str) -> Bools:
        """Return what each party expects to last and does not, shape (n_parties, n_states)."""
        resting = self.own(key).all(axis=0)
        return self.expected(key) & ~resting

    def _game(self, key: str) -> Bools:
        if key not in self.keys:
            message = f"{quote(key)} was not asked; {did_you_mean(key, self.keys)}"
            raise UnknownNameError(message)
        return self.games[self.keys.index(key)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurpriseMoves:
    """Moves by which one party gains, to states that another does not see.

    party, origin, target : int64, shape (n_moves,): whose move it is, from where, and to where;
        ordered by them
    unseen_by : bool, shape (n_moves, n_parties): who sees the state left, but not the state entered
    """

    party: Ints
    origin: Ints
    target: Ints
    unseen_by: Bools


def hypergame(
    model: Model,
    pictures: Sequence[Ranks],
    seen: Bools,
    /,
    *,
    concepts: Sequence[str | Concept] = BASIC_KEYS,
    work: Work | None = None,
) -> Hypergame:
    """Return what is stable in the game that each party sees.

    Parameters
    ----------
    model : all states, and everybody's moves
    pictures : for each party how it sees everybody rank the states, shape (n_parties, n_states);
        its own row is what it ranks itself. What it ranks states that it does not see, is not used
    seen : bool, shape (n_parties, n_states); each party sees one state or more
    concepts : keys of :data:`~detente.solvers.stability.CONCEPTS`, or concepts of one's own

    Raises
    ------
    DetenteError
        There is not one picture for each party, or a party sees no state.
    UnknownNameError, UnanswerableError, LimitError
        As :func:`~detente.solvers.stability.stability`.

    Cost: that of `stability`, for each party; parties with the same picture that see the same
    states share it.

    Examples
    --------
    Both would disarm if the other did, but the second thinks that the first would cheat.

    >>> from detente.solvers.state_graph import graph_of_moves
    >>> moves = [[(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]]
    >>> truth = np.array([[4, 2, 1, 3], [4, 1, 2, 3]], dtype=np.int32)
    >>> feared = np.array([[3, 4, 1, 2], [4, 1, 2, 3]], dtype=np.int32)
    >>> found = hypergame(
    ...     graph_of_moves(4, moves), [truth, feared], np.ones((2, 4), dtype=bool), concepts=["R"]
    ... )
    >>> found.equilibria("R").tolist(), np.flatnonzero(found.surprising("R")[1]).tolist()
    ([0, 3], [0])
    """
    n_parties, n_states = model.n_parties, model.n_states
    if len(pictures) != n_parties or seen.shape != (n_parties, n_states):
        message = (
            f"there are {len(pictures)} pictures of a conflict of {n_parties} parties; "
            "each has one, and sees or does not see every state"
        )
        raise DetenteError(message)
    if not seen.any(axis=1).all():
        raise DetenteError("a party sees no state at all; leave it the one that it is in")
    keys = tuple(one if isinstance(one, str) else one.key for one in concepts)
    games = np.zeros((len(keys), n_parties, n_parties, n_states), dtype=bool)
    for seer in range(n_parties):
        twin = _twin(pictures, seen, seer)
        if twin < seer:
            games[:, seer] = games[:, twin]
            continue
        visible = np.flatnonzero(seen[seer])
        ranks = np.ascontiguousarray(pictures[seer][:, visible])
        found = stability(own_game(model, seen[seer]), ranks, concepts, work=work)
        for k, key in enumerate(keys):
            games[k, seer][:, visible] = found.of(key)
    return Hypergame(keys=keys, seen=seen, games=tuple(games))


def own_game(model: Model, visible: Bools, /) -> Model:
    """Return the states that somebody sees, renumbered in their order, and the moves between them.

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(3, [[(0, 1), (1, 2), (0, 2)]])
    >>> own_game(graph, np.array([True, False, True])).moves(0, 0).tolist()
    [1]
    """
    if isinstance(model, OptionForm):
        feasible = np.zeros_like(model.feasible)
        feasible[model.codes[visible]] = True
        return replace(model, feasible=feasible)
    if visible.all():
        return model
    return model.within(np.flatnonzero(visible))


def surprise_moves(model: Model, pictures: Sequence[Ranks], seen: Bools, /) -> SurpriseMoves:
    """Return the moves by which a party gains, as it sees it, that another cannot foresee.

    Both see the state that is left, and the other does not see the one that is entered.

    Raises LimitError where there are too many moves to write out.

    Cost: O(moves x parties).

    Examples
    --------
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> graph = graph_of_moves(2, [[(0, 1)], []])
    >>> ranks = np.array([[0, 1], [1, 0]], dtype=np.int32)
    >>> found = surprise_moves(graph, [ranks, ranks], np.array([[True, True], [True, False]]))
    >>> found.origin.tolist(), found.target.tolist(), found.unseen_by.tolist()
    ([0], [1], [[False, True]])
    """
    graph = graph_of(model)
    found: list[tuple[Ints, Ints, Ints, Bools]] = []
    for party in range(graph.n_parties):
        origin, target = graph.origin(party), graph.target[party]
        own = pictures[party][party]
        gains = seen[party, origin] & seen[party, target] & (own[target] > own[origin])
        origin, target = origin[gains].astype(np.int64), target[gains].astype(np.int64)
        hidden = (seen[:, origin] & ~seen[:, target]).T
        some = hidden.any(axis=1)
        mover = np.full(int(some.sum()), party, dtype=np.int64)
        found.append((mover, origin[some], target[some], hidden[some]))
    party_, origin_, target_, hidden_ = (np.concatenate(part) for part in zip(*found, strict=True))
    return SurpriseMoves(party=party_, origin=origin_, target=target_, unseen_by=hidden_)


def _twin(pictures: Sequence[Ranks], seen: Bools, seer: int) -> int:
    """Return the first party that sees the same states with the same ranks of everybody."""
    same = (
        other
        for other in range(seer)
        if np.array_equal(seen[other], seen[seer])
        and np.array_equal(pictures[other], pictures[seer])
    )
    return next(same, seer)
