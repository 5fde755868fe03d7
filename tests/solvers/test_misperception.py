"""Games that parties see: what is stable in each, and whom that surprises."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import DetenteError, UnknownNameError
from detente.solvers.misperception import hypergame, own_game, surprise_moves
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.stability import stability
from detente.solvers.state_graph import graph_of_moves

ASKED = ("R", "GMR", "SMR", "SEQ")
FREE = every_transition(2)


@st.composite
def hypergames(draw):
    n_states, n_parties = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    state = st.integers(0, n_states - 1)
    moves = [
        {(s, q) for s, q in draw(st.lists(st.tuples(state, state), max_size=9)) if s != q}
        for _ in range(n_parties)
    ]
    row = st.lists(st.integers(0, 3), min_size=n_states, max_size=n_states)
    everybody = st.lists(row, min_size=n_parties, max_size=n_parties)
    pictures = [draw(everybody) for _ in range(n_parties)]
    seen = [draw(st.sets(state, min_size=max(1, n_states - 2))) for _ in range(n_parties)]
    return n_states, moves, pictures, seen


def arrays(conflict):
    n_states, moves, pictures, seen = conflict
    mask = np.array([[s in own for s in range(n_states)] for own in seen])
    ranks = [np.array(one, dtype=np.int32) for one in pictures]
    return graph_of_moves(n_states, moves), ranks, mask


def plain_stable(moves, ranks, concept, party, s):
    """The definitions, with sets, where the moves are those of one game."""

    def legal(q):
        found, todo = set(), [(q, None)]
        while todo:
            here, last = todo.pop()
            for mover in range(len(moves)):
                for x in [t for f, t in moves[mover] if f == here]:
                    fine = concept != "SEQ" or ranks[mover][x] > ranks[mover][here]
                    if mover not in {party, last} and fine and (x, mover) not in found:
                        found.add((x, mover))
                        todo.append((x, mover))
        return {x for x, _ in found}

    def deters(x):
        own = [z for f, z in moves[party] if f == x] if concept == "SMR" else []
        return all(ranks[party][z] <= ranks[party][s] for z in [x, *own])

    better = [q for f, q in moves[party] if f == s and ranks[party][q] > ranks[party][s]]
    return all(concept != "R" and any(map(deters, legal(q))) for q in better)


@given(hypergames())
def test_each_plays_the_game_that_it_sees(conflict):
    n_states, moves, pictures, seen = conflict
    found = hypergame(*arrays(conflict), concepts=ASKED)
    parties = range(len(moves))
    for concept in ASKED:
        stable = {}
        for seer, party, s in product(parties, parties, range(n_states)):
            known = [{(f, t) for f, t in own if {f, t} <= seen[seer]} for own in moves]
            stable[seer, party, s] = s in seen[seer] and plain_stable(
                known, pictures[seer], concept, party, s
            )
        expected = {(p, s): all(stable[p, k, s] for k in parties)
                    for p, s in product(parties, range(n_states))}  # fmt: skip
        rests = [s for s in range(n_states) if all(stable[p, p, s] for p in parties)]
        assert found.equilibria(concept).tolist() == rests
        assert found.unexpected(concept).tolist() == [
            s for s in rests if not any(expected[p, s] for p in parties)
        ]
        assert found.unseen_rests(concept).tolist() == [
            s
            for s in range(n_states)
            if 0 < sum(s in own for own in seen) < len(seen)
            and all(stable[p, p, s] for p in parties if s in seen[p])
        ]
        for p, s in product(parties, range(n_states)):
            assert found.own(concept)[p, s] == stable[p, p, s]
            assert found.expected(concept)[p, s] == expected[p, s]
            assert found.surprising(concept)[p, s] == (s in rests and not expected[p, s])
            assert found.vain(concept)[p, s] == (expected[p, s] and s not in rests)


@given(hypergames())
def test_who_sees_the_truth_and_all_of_it_plays_the_plain_game(conflict):
    graph, pictures, mask = arrays(conflict)
    same = [pictures[0]] * graph.n_parties
    found = hypergame(graph, same, np.ones_like(mask), concepts=ASKED)
    plain = stability(graph, pictures[0], ASKED)
    for concept in ASKED:
        assert np.array_equal(found.own(concept), plain.of(concept))
        assert found.equilibria(concept).tolist() == plain.equilibria(concept).tolist()
        assert not found.surprising(concept).any()
        assert not found.vain(concept).any()
        assert not found.unseen_rests(concept).any()


@given(hypergames())
def test_misreading_others_changes_nothing_that_rests_on_what_they_can_do(conflict):
    """With everything seen, R, GMR and SMR give the equilibria of the true rankings."""
    graph, pictures, mask = arrays(conflict)
    true = np.array([picture[k] for k, picture in enumerate(pictures)])
    found = hypergame(graph, pictures, np.ones_like(mask), concepts=ASKED)
    plain = stability(graph, true, ASKED)
    for concept in ("R", "GMR", "SMR"):
        assert np.array_equal(found.own(concept), plain.of(concept))


def test_misreading_others_changes_what_rests_on_what_they_want():
    """Chicken, where each takes the other for one who would rather collide than give in."""
    form = OptionForm(
        sizes=(2, 2), allowed=((FREE, None), (None, FREE)), feasible=np.ones(4, dtype=bool)
    )
    chicken, stubborn = [[3, 4, 2, 1], [3, 2, 4, 1]], [[3, 4, 1, 2], [3, 1, 4, 2]]
    pictures = [np.array([chicken[0], stubborn[1]]), np.array([stubborn[0], chicken[1]])]
    found = hypergame(form, pictures, np.ones((2, 4), dtype=bool), concepts=["SEQ"])
    assert 0 not in stability(form, np.array(chicken), ["SEQ"]).equilibria("SEQ")
    assert 0 in found.equilibria("SEQ")


@given(hypergames())
def test_surprise_moves_gain_and_cannot_be_foreseen(conflict):
    n_states, moves, pictures, seen = conflict
    found = surprise_moves(*arrays(conflict))
    wanted = []
    for party, s, q in product(range(len(moves)), range(n_states), range(n_states)):
        own = pictures[party][party]
        blind = [s in other and q not in other for other in seen]
        if (s, q) in moves[party] and {s, q} <= seen[party] and own[q] > own[s] and any(blind):
            wanted.append((party, s, q, blind))
    told = zip(found.party.tolist(), found.origin.tolist(), found.target.tolist(),
               found.unseen_by.tolist(), strict=True)  # fmt: skip
    assert list(told) == wanted


def test_a_feared_cheat_turns_assurance_into_an_arms_race():
    """Both would rather disarm together; each takes the other for one who would cheat."""
    form = OptionForm(
        sizes=(2, 2), allowed=((FREE, None), (None, FREE)), feasible=np.ones(4, dtype=bool)
    )
    assurance, cheat = (
        np.array([[4, 2, 1, 3], [4, 1, 2, 3]]),
        np.array([[3, 4, 1, 2], [3, 1, 4, 2]]),
    )
    pictures = [np.array([assurance[0], cheat[1]]), np.array([cheat[0], assurance[1]])]
    found = hypergame(form, pictures, np.ones((2, 4), dtype=bool), concepts=["R", "NM"])
    assert found.equilibria("R").tolist() == [0, 3]
    assert np.flatnonzero(found.expected("R")[0]).tolist() == [3]
    assert found.unexpected("R").tolist() == [0]
    assert 3 in found.equilibria("NM")


def test_an_attack_that_is_not_thought_of():
    """The first can go round the line of the second, who does not know that there is a way."""
    graph = graph_of_moves(3, [[(0, 1), (0, 2)], [(1, 0)]])
    ranks = np.array([[1, 0, 2], [1, 0, 0]], dtype=np.int32)
    seen = np.array([[True, True, True], [True, True, False]])
    found = hypergame(graph, [ranks, ranks], seen, concepts=["R"])
    assert found.expected("R")[1].tolist() == [True, False, False]
    assert found.vain("R")[1].tolist() == [True, False, False]
    assert found.equilibria("R").tolist() == []
    assert found.unseen_rests("R").tolist() == [2]
    moves = surprise_moves(graph, [ranks, ranks], seen)
    assert (moves.party.tolist(), moves.origin.tolist(), moves.target.tolist()) == ([0], [0], [2])
    assert moves.unseen_by.tolist() == [[False, True]]


def test_moves_of_options_pass_over_what_is_not_seen():
    form = OptionForm(
        sizes=(2, 2), allowed=((FREE, FREE), (None, None)), feasible=np.array([1, 1, 1, 1], bool)
    )
    visible = np.array([True, False, False, True])
    seen = graph_of(own_game(form, visible))
    assert seen.moves(0, 0).tolist() == [1]
    assert own_game(graph_of(form), visible).moves(0, 0).tolist() == [1]
    stepwise = graph_of_moves(3, [[(0, 1), (1, 2)]])
    assert own_game(stepwise, np.array([True, False, True])).n_moves == 0


def test_what_does_not_fit_is_refused():
    graph = graph_of_moves(2, [[(0, 1)], []])
    ranks = np.zeros((2, 2), dtype=np.int32)
    with pytest.raises(DetenteError, match="1 pictures of a conflict of 2 parties"):
        hypergame(graph, [ranks], np.ones((2, 2), dtype=bool))
    with pytest.raises(DetenteError, match="sees no state at all"):
        hypergame(graph, [ranks, ranks], np.array([[True, True], [False, False]]))
    found = hypergame(graph, [ranks, ranks], np.ones((2, 2), dtype=bool), concepts=["SEQ"])
    with pytest.raises(UnknownNameError, match="'R' was not asked; "):
        found.own("R")
