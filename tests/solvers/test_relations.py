"""Unknown and strong preferences, against definitions written with sets."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import DetenteError, LimitError, UnknownNameError
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.relations import MOST_STATES, Relations, relations_of
from detente.solvers.state_graph import graph_of_moves
from detente.solvers.uncertain_stability import (
    ATTITUDES,
    UNCERTAIN,
    legal_ends,
    uncertain_stability,
)

FREE = every_transition(2)
TWO_BY_TWO = OptionForm(
    sizes=(2, 2), allowed=((FREE, None), (None, FREE)), feasible=np.ones(4, dtype=bool)
)
CHICKEN = [[[1], [0], [2], [3]], [[2], [0], [1], [3]]]
"""Best first: only the other swerves, both do, only oneself does, neither does."""


@st.composite
def said(draw, n_states):
    """Tiers, some states left out, wide gaps, unknown pairs: of one decision maker."""
    order = draw(st.permutations(range(n_states)))
    named = draw(st.integers(0, n_states))
    tiers: list[list[int]] = []
    for state in order[:named]:
        if tiers and draw(st.booleans()):
            tiers[-1].append(state)
        else:
            tiers.append([state])
    much = [draw(st.booleans()) for _ in tiers[1:]]
    state = st.integers(0, n_states - 1)
    unknown = draw(st.lists(st.tuples(state, state), max_size=4))
    return tiers, much, unknown


@st.composite
def conflicts(draw):
    n_states, n_parties = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    state = st.integers(0, n_states - 1)
    moves = [
        {(s, q) for s, q in draw(st.lists(st.tuples(state, state), max_size=12)) if s != q}
        for _ in range(n_parties)
    ]
    return n_states, moves, [draw(said(n_states)) for _ in range(n_parties)]


def built(conflict):
    n_states, moves, everybody = conflict
    tiers, much, unknown = zip(*everybody, strict=True)
    return (
        graph_of_moves(n_states, moves),
        relations_of(n_states, tiers, much=much, unknown=unknown),
    )


class Plain:
    """The definitions, with sets."""

    def __init__(self, conflict):
        self.n_states, self.moves, self.everybody = conflict
        self.parties = range(len(self.moves))

    def unknown(self, party, s, q):
        pairs = self.everybody[party][2]
        return s != q and ((s, q) in pairs or (q, s) in pairs)

    def tier(self, party, s):
        tiers = self.everybody[party][0]
        return next((k for k, own in enumerate(tiers) if s in own), len(tiers))

    def better(self, party, s, q):
        """Whether q is known to be better than s."""
        return not self.unknown(party, s, q) and self.tier(party, q) < self.tier(party, s)

    def much_better(self, party, s, q):
        gaps = self.everybody[party][1]
        between = range(self.tier(party, q), min(self.tier(party, s), len(gaps)))
        return self.better(party, s, q) and any(gaps[k] for k in between)

    def own(self, party, s):
        return {q for origin, q in self.moves[party] if origin == s}

    def ends(self, movers, s, wanted):
        """The ends of legal sequences, each step wanted by its mover."""
        found, todo = set(), [(s, None)]
        while todo:
            here, last = todo.pop()
            for mover in movers:
                for q in self.own(mover, here) if mover != last else ():
                    if wanted(mover, here, q) and (q, mover) not in found:
                        found.add((q, mover))
                        todo.append((q, mover))
        return {q for q, _ in found}

    def stable(self, concept, attitude, party, s, *, strong=False):
        def improves(q):
            return self.better(party, s, q) or (attitude in "ac" and self.unknown(party, s, q))

        def deters(x):
            if strong:
                return self.much_better(party, x, s)
            worse = not self.better(party, s, x) and not self.unknown(party, s, x)
            return worse or (attitude in "cd" and self.unknown(party, s, x))

        def possible(mover, here, q):
            return self.better(mover, here, q) or self.unknown(mover, here, q)

        def answers(q):
            others = [p for p in self.parties if p != party]
            wanted = possible if concept == "SEQ" else lambda *_: True
            return {
                x
                for x in self.ends(others, q, wanted)
                if deters(x) and (concept != "SMR" or all(deters(z) for z in self.own(party, x)))
            }

        improvements = {q for q in self.own(party, s) if improves(q)}
        return all(concept != "R" and answers(q) for q in improvements)


@given(conflicts())
def test_relations_are_what_is_said(conflict):
    _, found = built(conflict)
    plain = Plain(conflict)
    assert (found.n_parties, found.n_states) == (len(conflict[1]), conflict[0])
    for party, s, q in product(plain.parties, range(conflict[0]), range(conflict[0])):
        assert found.better[party, s, q] == plain.better(party, s, q)
        assert found.unknown[party, s, q] == plain.unknown(party, s, q)
        assert found.much_better[party, s, q] == plain.much_better(party, s, q)
        assert found.much_worse[party, s, q] == plain.much_better(party, q, s)
        assert found.known_no_better[party, s, q] == (
            not plain.better(party, s, q) and not plain.unknown(party, s, q)
        )


@given(conflicts(), st.sampled_from(sorted(ATTITUDES)))
def test_stability_is_what_the_definitions_say(conflict, attitude):
    found = uncertain_stability(*built(conflict), attitude=attitude)
    plain = Plain(conflict)
    for concept, party, s in product(UNCERTAIN, plain.parties, range(conflict[0])):
        assert found.of(concept)[party, s] == plain.stable(concept, attitude, party, s)
        if concept != "R":
            strong = plain.stable(concept, attitude, party, s, strong=True)
            assert found.strongly(concept)[party, s] == strong
            assert found.weakly(concept)[party, s] == (found.of(concept)[party, s] and not strong)


@given(conflicts())
def test_who_dares_less_and_shies_from_more_stays_more_often(conflict):
    """Li, Hipel, Kilgour and Fang (2004): a implies b and c, and each of them d."""
    by = {k: uncertain_stability(*built(conflict), attitude=k) for k in ATTITUDES}
    for concept in UNCERTAIN:
        for less, more in ("ab", "ac", "bd", "cd"):
            assert (by[less].of(concept) <= by[more].of(concept)).all()


@given(conflicts())
def test_known_relations_among_concepts_hold(conflict):
    """R implies SMR and SEQ, each of them GMR; strong stability implies stability."""
    for attitude in ATTITUDES:
        found = uncertain_stability(*built(conflict), attitude=attitude)
        for table in (found.of, found.strongly):
            assert (table("SMR") <= table("GMR")).all()
            assert (table("SEQ") <= table("GMR")).all()
        for concept in UNCERTAIN[1:]:
            assert (found.of("R") <= found.strongly(concept)).all()
            assert (found.strongly(concept) <= found.of(concept)).all()
            both = [*found.strong_equilibria(concept), *found.weak_equilibria(concept)]
            assert sorted(both) == found.equilibria(concept).tolist()


@given(conflicts())
def test_where_nothing_is_unknown_the_attitudes_are_one(conflict):
    n_states, moves, everybody = conflict
    known = (n_states, moves, [(tiers, much, []) for tiers, much, _ in everybody])
    first, *others = (uncertain_stability(*built(known), attitude=k) for k in ATTITUDES)
    for concept, other in product(UNCERTAIN, others):
        assert np.array_equal(first.of(concept), other.of(concept))


@given(conflicts())
def test_where_nothing_is_much_better_only_states_without_improvements_are_strong(conflict):
    n_states, moves, everybody = conflict
    mild = (n_states, moves, [(tiers, [], unknown) for tiers, _, unknown in everybody])
    for attitude in ATTITUDES:
        found = uncertain_stability(*built(mild), attitude=attitude)
        for concept in UNCERTAIN[1:]:
            assert np.array_equal(found.strongly(concept), found.of("R"))


@given(conflicts())
def test_legal_ends_are_those_of_sequences(conflict):
    n_states, moves, _ = conflict
    tables = np.zeros((len(moves), n_states, n_states), dtype=bool)
    for party, own in enumerate(moves):
        for s, q in own:
            tables[party, s, q] = True
    plain = Plain(conflict)
    found = legal_ends(tables)
    for s in range(n_states):
        wanted = plain.ends(plain.parties, s, lambda *_: True)
        assert set(np.flatnonzero(found[s]).tolist()) == wanted


def test_chicken_with_a_dreaded_collision_holds_compromise_strongly():
    """The collision is much worse than compromise; by SEQ it is no answer: nobody gains by it."""
    dread = relations_of(4, CHICKEN, much=[[False, False, True]] * 2)
    found = uncertain_stability(TWO_BY_TWO, dread, attitude="a")
    assert found.strong_equilibria("GMR").tolist() == [0, 1, 2]
    assert found.equilibria("SEQ").tolist() == [1, 2]
    mild = uncertain_stability(TWO_BY_TWO, relations_of(4, CHICKEN), attitude="a")
    assert mild.weak_equilibria("GMR").tolist() == [0]
    assert mild.strong_equilibria("GMR").tolist() == [1, 2]


def test_much_worse_has_to_last_through_own_moves():
    """From the collision one can still swerve, which is worse than compromise but not much."""
    dread = relations_of(4, CHICKEN, much=[[False, False, True]] * 2)
    found = uncertain_stability(TWO_BY_TWO, dread, attitude="a")
    assert found.weak_equilibria("SMR").tolist() == [0]
    humiliating = relations_of(4, CHICKEN, much=[[False, True, False]] * 2)
    found = uncertain_stability(TWO_BY_TWO, humiliating, attitude="a")
    assert found.strong_equilibria("SMR").tolist() == [0, 1, 2]


def test_a_threat_that_may_be_carried_out_counts():
    """Nobody knows whether the other would rather collide than give in: then SEQ holds it back."""
    unknown = relations_of(4, CHICKEN, unknown=[[(2, 3)], [(1, 3)]])
    found = {k: uncertain_stability(TWO_BY_TWO, unknown, attitude=k) for k in ATTITUDES}
    assert found["b"].equilibria("SEQ").tolist() == [0, 1, 2, 3]
    assert found["a"].equilibria("R").tolist() == []
    assert found["b"].equilibria("R").tolist() == [1, 2, 3]


def test_what_does_not_fit_is_refused():
    with pytest.raises(LimitError, match=f"1,501 states are too many, {MOST_STATES:,} are not"):
        relations_of(MOST_STATES + 1, [[], []])
    with pytest.raises(DetenteError, match="of 1 parties over 4 states, the moves of 2 over 4"):
        uncertain_stability(TWO_BY_TWO, relations_of(4, [[]]), attitude="a")
    found = uncertain_stability(TWO_BY_TWO, relations_of(4, CHICKEN), attitude="a")
    with pytest.raises(UnknownNameError, match="'SIM' is not told here; did you mean 'SMR'"):
        found.of("SIM")
    with pytest.raises(UnknownNameError, match="'R' is not told here"):
        found.strongly("R")


def test_relations_need_not_be_transitive():
    circle = np.zeros((1, 3, 3), dtype=bool)
    circle[0, [0, 1, 2], [1, 2, 0]] = True
    nothing = np.zeros_like(circle)
    relations = Relations(better=circle, unknown=nothing, much_better=nothing)
    graph = graph_of_moves(3, [[(0, 1), (1, 0)]])
    found = uncertain_stability(graph, relations, attitude="d")
    assert found.of("GMR").tolist() == [[False, True, True]]
