"""Stability of every state against the definitions: both engines, as they stand and compiled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import CancelledError, LimitError, UnanswerableError, UnknownNameError
from detente.solvers import sanctions_in_graphs, thresholds
from detente.solvers.concept import Concept, Sanctions
from detente.solvers.improvements import improvements_of
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.sanctions_in_graphs import InGraph
from detente.solvers.sanctions_in_option_form import InOptionForm, spread
from detente.solvers.stability import BASIC, BASIC_KEYS, CONCEPTS, engine_of, stability
from detente.solvers.state_graph import StateGraph, graph_of_moves
from detente.work import Work
from tests.solvers.conflicts import (
    Conflict,
    conflict_of_form,
    graph_conflict,
    option_form_conflict,
    random_conflict,
    three_options,
    verdicts,
)

FREE = every_transition(2)
ONWARD = np.array([[False, True], [False, False]])
SEEDS = st.integers(0, 2**32 - 1)
ASKED = settings(max_examples=40, deadline=None)

Engine = InGraph | InOptionForm
Engines = dict[str, Callable[[Conflict], Engine | None]]


def in_option_form(conflict: Conflict) -> InOptionForm | None:
    form = conflict.form
    if form is None or not all(form.transitive(party) for party in range(form.n_parties)):
        return None
    return InOptionForm(form, conflict.rank_array)


ENGINES: Engines = {
    "plain": lambda conflict: InGraph(conflict.graph, conflict.rank_array, compiled=False),
    "compiled": lambda conflict: InGraph(conflict.graph, conflict.rank_array, compiled=True),
    "option form": in_option_form,
}


def check(conflict: Conflict, engine: Engine) -> None:
    for concept in BASIC:
        wanted = verdicts(conflict, concept.key)
        for party, own in enumerate(conflict.rank_array):
            attained = engine.attained(party, concept.stable, Work())
            assert (attained <= own).tolist() == wanted[party], (concept.key, party)


@pytest.mark.parametrize("name", ENGINES)
def test_every_engine_says_what_the_definitions_say(name: str) -> None:
    checked = 0
    for seed in range(90):
        conflict = random_conflict(seed)
        engine = ENGINES[name](conflict)
        if engine is not None:
            check(conflict, engine)
            checked += conflict.n_states
    assert checked > 400


@ASKED
@given(SEEDS)
def test_conflicts_in_option_form(seed: int) -> None:
    conflict = option_form_conflict(seed)
    for engine in ENGINES.values():
        if found := engine(conflict):
            check(conflict, found)


@st.composite
def drawn(draw: st.DrawFn) -> Conflict:
    """A small graph with whatever moves and ranks hypothesis thinks of."""
    n_parties, n_states = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    state = st.integers(0, n_states - 1)
    pairs = st.sets(st.tuples(state, state).filter(lambda pair: pair[0] != pair[1]), max_size=10)
    row = st.lists(st.integers(-2, 3), min_size=n_states, max_size=n_states)
    moves = [draw(pairs) for _ in range(n_parties)]
    return Conflict(n_states=n_states, moves=moves, ranks=[draw(row) for _ in range(n_parties)])


@ASKED
@given(drawn())
def test_any_small_graph(conflict: Conflict) -> None:
    check(conflict, ENGINES["plain"](conflict))
    check(conflict, ENGINES["compiled"](conflict))


@pytest.mark.parametrize("most", [0, 10**9])
def test_what_is_asked_comes_from_the_engine_that_fits(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thresholds, "COMPILED_MOVES", most)
    kinds = set()
    for seed in range(40):
        conflict = random_conflict(seed)
        model = conflict.form or conflict.graph
        kinds.add(type(engine_of(model, conflict.rank_array)))
        found = stability(model, conflict.rank_array)
        for key in BASIC_KEYS:
            wanted = verdicts(conflict, key)
            assert found.of(key).tolist() == wanted
            everybody = np.flatnonzero(np.all(wanted, axis=0)).tolist()
            assert found.equilibria(key).tolist() == everybody
    assert kinds == ({InGraph} if most else {InGraph, InOptionForm})


def test_an_option_form_with_few_states_among_many_codes_is_written_out() -> None:
    form, ranks = large(missing=0.99)
    every, all_ranks = large()
    assert isinstance(engine_of(every, all_ranks), InOptionForm)
    assert isinstance(engine_of(form, ranks), InGraph)


def test_in_the_smallest_shape_one_answer_of_each_is_not_enough() -> None:
    conflict = three_options()
    for engine in ENGINES.values():
        check(conflict, engine(conflict))
    found = stability(conflict.form, conflict.rank_array)
    assert found.equilibria("SEQ").tolist() == [1, 3, 4, 5]
    once = [state for state in range(8) if all(held_once(conflict, k, state) for k in range(3))]
    assert once == [1, 3, 5]


def held_once(conflict: Conflict, party: int, state: int) -> bool:
    """Sequential stability where each of the others answers at most once."""
    own = conflict.ranks[party]

    def ends(movers: list[int], here: int) -> set[int]:
        found = set()
        for mover in movers:
            left = [k for k in movers if k != mover]
            for to in conflict.better(mover, here):
                found |= {to} | ends(left, to)
        return found

    others = [k for k in range(3) if k != party]
    return all(
        any(own[x] <= own[state] for x in ends(others, improvement))
        for improvement in conflict.better(party, state)
    )


def test_nobody_moves_twice_in_a_row_but_may_move_again() -> None:
    """Two moves of the second party would answer; it needs one of the third in between."""
    ranks = np.array([[1, 2, 2, 0, 2], [0] * 5, [0] * 5], dtype=np.int32)
    second = [(1, 2), (2, 3), (4, 3)]
    for compiled in (False, True):
        for third, stays in (([], False), ([(2, 4)], True), ([(4, 2)], False)):
            graph = graph_of_moves(5, [[(0, 1)], second, third])
            engine = InGraph(graph, ranks, compiled=compiled)
            attained = engine.attained(0, Sanctions(by="moves"), Work())
            assert (attained[0] <= ranks[0, 0]) == stays


def test_the_state_left_is_an_answer_only_where_a_sequence_returns_to_it() -> None:
    """The second party cannot undo the move of the first; where it can, that is answer enough."""
    ranks = np.array([[0, 1], [0, 0]], dtype=np.int32)
    for back, stays in (([], False), ([(1, 0)], True)):
        found = stability(graph_of_moves(2, [[(0, 1)], back]), ranks)
        assert found.of("GMR")[0].tolist() == [stays, True]
        assert not found.of("SEQ")[0, 0]


def test_concepts_imply_each_other() -> None:
    """Fang, Hipel and Kilgour 1993: R in SMR in GMR, R in SEQ in GMR; here SSEQ between."""
    for seed in range(200):
        conflict = random_conflict(seed)
        found = stability(conflict.form or conflict.graph, conflict.rank_array)
        r, gmr, smr, seq, sseq = (found.of(key) for key in BASIC_KEYS)
        for narrow, wide in ((r, smr), (smr, gmr), (r, sseq), (sseq, seq), (seq, gmr), (sseq, smr)):
            assert (wide | ~narrow).all()


def test_prisoners_dilemma_fraser_hipel1984() -> None:
    """Silence is no Nash equilibrium, and rests once the other's answer is reckoned with."""
    form = OptionForm(
        sizes=(2, 2), allowed=((FREE, None), (None, FREE)), feasible=np.ones(4, dtype=bool)
    )
    found = stability(form, np.array([[2, 3, 0, 1], [2, 0, 3, 1]], dtype=np.int32))
    assert found.equilibria("R").tolist() == [3]
    for key in BASIC_KEYS[1:]:
        assert found.equilibria(key).tolist() == [0, 3]


def large(*, irreversible: int = 0, missing: float = 0.0, seed: int = 0) -> tuple:
    """Four parties with three options each, and ranks with ties."""
    draw = np.random.default_rng(seed)
    allowed = [[None] * 12 for _ in range(4)]
    for axis in range(12):
        allowed[axis % 4][axis] = ONWARD if axis // 4 < irreversible else FREE
    feasible = draw.random(2**12) >= missing
    form = OptionForm(sizes=(2,) * 12, allowed=tuple(map(tuple, allowed)), feasible=feasible)
    return form, draw.integers(0, 900, (4, form.n_states)).astype(np.int32)


@pytest.mark.parametrize(
    ("irreversible", "missing"), [(0, 0.0), (0, 0.3), (1, 0.0), (2, 0.3), (3, 0.1)]
)
def test_thousands_of_states_in_every_way(irreversible: int, missing: float) -> None:
    form, ranks = large(irreversible=irreversible, missing=missing)
    graph = graph_of(form)
    one = InOptionForm(form, ranks)
    others = [InGraph(graph, ranks, compiled=compiled) for compiled in (False, True)]
    for concept in BASIC:
        for party in range(4):
            stays = one.attained(party, concept.stable, Work()) <= ranks[party]
            for other in others:
                assert (
                    (other.attained(party, concept.stable, Work()) <= ranks[party]) == stays
                ).all()


def test_one_party_with_many_settings_that_cannot_be_undone() -> None:
    """Settings in a lattice: what lies ahead is found through cells put down and cells seen."""
    draw = np.random.default_rng(4)
    steps = np.triu(np.ones((4, 4), dtype=bool), 1)
    steps[0, 1] = False
    both_ways = np.array([[False, True, True], [True, False, True], [False, False, False]])
    form = OptionForm(
        sizes=(4, 2, 3, 2, 2),
        allowed=((steps, ONWARD, both_ways, ONWARD.T, None), (None,) * 4 + (FREE,)),
        feasible=draw.random(96) < 0.9,
    )
    assert form.transitive(0)
    rank = np.where(form.feasible, draw.integers(0, 40, 96), np.iinfo(np.int32).min)
    found = improvements_of(form, 0, rank.astype(np.int32))
    for _ in range(20):
        amounts = np.where(form.feasible, draw.integers(0, 99, 96), 10**6).astype(np.int32)
        lowered = amounts.copy()
        graph = graph_of(form)
        for state, code in enumerate(form.codes):
            ahead = form.codes[graph.moves(0, state)]
            ahead = ahead[rank[ahead] > rank[code]]
            lowered[code] = min([amounts[code], *amounts[ahead]])
        changed = found.lower(amounts)
        assert amounts.tolist() == lowered.tolist()
        assert changed
        assert not found.lower(amounts)


def test_a_block_of_many_codes() -> None:
    """One party that controls so much that places no longer fit into two bytes."""
    form = OptionForm(
        sizes=(2,) * 17,
        allowed=((FREE,) * 16 + (None,), (None,) * 16 + (FREE,)),
        feasible=np.ones(2**17, dtype=bool),
    )
    draw = np.random.default_rng(1)
    rank = draw.permutation(2**17).astype(np.int32)
    found = improvements_of(form, 0, rank)
    assert found.blocks.order.dtype == np.uint32
    amounts = draw.permutation(2**17).astype(np.int32)
    lowered = amounts.copy()
    assert found.lower(lowered)
    for half in (slice(0, 2**16), slice(2**16, 2**17)):
        best_first = np.argsort(-rank[half])
        ahead = np.minimum.accumulate(amounts[half][best_first])
        assert (lowered[half][best_first] == ahead).all()


@pytest.mark.parametrize("size", [2, 3, 5])
@pytest.mark.parametrize("before", [1, 3, 40])
def test_the_extreme_of_what_one_move_leads_to(size: int, before: int) -> None:
    draw = np.random.default_rng(size)
    for allowed in (every_transition(size), np.triu(np.ones((size, size), dtype=bool), 1)):
        form = OptionForm(
            sizes=(before, size, 2),
            allowed=((None, allowed, None),),
            feasible=np.ones(before * size * 2, dtype=bool),
        )
        amounts = draw.integers(0, 10**6, form.n_codes).astype(np.int32)
        graph = graph_of(form)
        for extreme, of_all in ((np.maximum, max), (np.minimum, min)):
            found = amounts.copy()
            spread(found, form, 0, extreme)
            wanted = [of_all([amounts[s], *amounts[graph.moves(0, s)]]) for s in range(len(found))]
            assert found.tolist() == wanted


def test_values_of_any_kind_stand_for_ranks() -> None:
    for seed in range(20):
        conflict = random_conflict(seed)
        ranks = conflict.rank_array
        model = conflict.form or conflict.graph
        values = 1e15 * ranks.astype(np.float64) ** 3 - 0.5
        assert (stability(model, values).verdicts == stability(model, ranks).verdicts).all()


def test_a_concept_of_ones_own_stands_beside_the_others() -> None:
    nowhere = Concept(
        key="X",
        name="anything goes",
        source="this test",
        meaning="stays anywhere",
        stable=lambda _model, ranks, _work: np.ones(ranks.shape, dtype=bool),
    )
    conflict = graph_conflict(5)
    found = stability(conflict.graph, conflict.rank_array, ("SEQ", nowhere, "R"))
    assert found.of("X").all()
    assert found.of("R").tolist() == verdicts(conflict, "R")
    assert found.of("SEQ").tolist() == verdicts(conflict, "SEQ")


def test_every_concept_says_what_it_is() -> None:
    for key, concept in CONCEPTS.items():
        assert key == concept.key
        assert concept.name
        assert concept.meaning[0].islower()
        assert any(letter.isdigit() for letter in concept.source)


def test_what_cannot_be_asked_is_refused() -> None:
    graph, ranks = graph_of_moves(2, [[(0, 1)], [(1, 0)]]), np.zeros((2, 2), dtype=np.int32)
    with pytest.raises(UnknownNameError, match="did you mean 'SEQ'"):
        stability(graph, ranks, ("SQE",))
    with pytest.raises(UnknownNameError, match="was not asked"):
        stability(graph, ranks, ("R",)).of("GMR")
    alone = replace(CONCEPTS["R"], key="A", name="odd", parties=5, needs_option_form=True)
    with pytest.raises(UnanswerableError, match=r"odd .* needs a conflict in option form and 5 p"):
        stability(graph, ranks, (alone,))
    with pytest.raises(ValueError, match="at most 16"):
        stability(graph, ranks, ("R",) * 17)


def test_too_many_parties_are_refused() -> None:
    none = (np.zeros(2, dtype=np.int64),) * 254
    graph = StateGraph(n_states=1, first=none, target=(np.zeros(0, dtype=np.int32),) * 254)
    with pytest.raises(LimitError, match="253"):
        stability(graph, np.zeros((254, 1), dtype=np.int32))


def test_progress_is_told_and_cancellation_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    form, ranks = large()
    told = []
    stability(form, ranks, work=Work(progress=lambda *step: told.append(step)))
    looking = sanctions_in_graphs.LOOKING
    assert told[0] == (looking, 0, 4)
    assert told[-1] == (looking, 4, 4)
    for most in (0, 10**9):
        monkeypatch.setattr(thresholds, "COMPILED_MOVES", most)
        for model in (form, graph_of(form)):
            asked = []

            def cancelled(asked: list = asked) -> bool:
                asked.append(1)
                return len(asked) > 3

            with pytest.raises(CancelledError, match=looking):
                stability(model, ranks, work=Work(cancelled=cancelled))


def test_nothing_given_is_changed() -> None:
    for seed in range(20):
        conflict = random_conflict(seed)
        ranks = conflict.rank_array
        ranks.flags.writeable = False
        for engine in (ENGINES["plain"], ENGINES["compiled"], in_option_form):
            found = engine(replace(conflict))
            if found is not None:
                check(conflict, found)
        if conflict.form is not None:
            form = conflict.form
            form.feasible.flags.writeable = False
            if (engine := in_option_form(conflict)) is not None:
                engine._ranks = ranks
                check(conflict, engine)


def test_the_random_conflicts_are_of_every_kind() -> None:
    """The definitions would be no test of what never occurs."""
    kinds = set()
    for seed in range(300):
        conflict = random_conflict(seed)
        form = conflict.form
        kinds.add(f"{conflict.n_parties} parties")
        kinds.add("ties" if any(len(set(r)) < len(r) for r in conflict.ranks) else "strict")
        if form is None:
            kinds.add("graph")
            continue
        kinds |= {f"{size} settings" for size in form.sizes}
        kinds.add("all feasible" if form.feasible.all() else "some not feasible")
        owners = [sum(own[k] is not None for own in form.allowed) for k in range(len(form.sizes))]
        kinds |= {f"{many} owners" for many in owners}
        kinds.add("transitive" if in_option_form(conflict) else "intransitive")
        for own in form.allowed:
            kinds |= {
                "one way" for allowed in own if allowed is not None and (allowed != allowed.T).any()
            }
    assert kinds == {
        "2 parties", "3 parties", "4 parties", "ties", "strict", "graph",
        "2 settings", "3 settings", "all feasible", "some not feasible",
        "0 owners", "1 owners", "2 owners", "transitive", "intransitive", "one way",
    }  # fmt: skip


def test_moves_of_an_option_form_are_those_of_its_graph() -> None:
    for seed in range(60):
        conflict = option_form_conflict(seed)
        graph = graph_of(conflict.form)
        again = conflict_of_form(conflict.form, conflict.ranks)
        for party in range(conflict.n_parties):
            pairs = zip(graph.origin(party).tolist(), graph.target[party].tolist(), strict=True)
            assert set(pairs) == again.moves[party]
