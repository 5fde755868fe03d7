"""Published conflicts rest where they should, and known faults of an older tool are not ours.

What is expected, what was published and why the two differ where they do is in the file
``NAME.expect.yaml`` of each conflict, under ``hold``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import permutations

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.blocks.graph import GraphRanking, Unknown
from detente.case import Case
from detente.catalog import load, names, path_of
from detente.formats import loads
from detente.graph_model import GraphModel, state_meant
from detente.modelling import model_of
from detente.solvers.joint_moves import joint_improvements
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.relations import relations_of
from detente.solvers.stability import BASIC_KEYS, stability
from detente.solvers.stability_condition import better_states, stability_condition
from detente.solvers.state_graph import graph_of_moves
from detente.solvers.uncertain_stability import ATTITUDES, uncertain_stability
from detente.state_values import StateValues, state_values_of
from tests.test_catalog import expected

HOLD = {name: wanted["hold"] for name in names() if "hold" in (wanted := expected(name))}
KEYS = {
    *("states", "equilibria", "stable", "jumps", "published", "differs"),
    *("rankings_that_hold", "attitudes", "if_ranked"),
}


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A case as states, moves and ranks."""

    case: Case
    values: StateValues

    @property
    def model(self) -> GraphModel:
        return self.values.model

    def states(self, names: Iterable[str]) -> list[int]:
        """Return states by their name or number."""
        found = [state_meant(self.model, name) for name in names]
        assert None not in found
        return sorted(found)

    def told(self, states: Iterable[int]) -> list[str]:
        """Return how the expectations write states."""
        return [self.model.names[s] if self.model.explicit else str(s + 1) for s in states]

    def equilibria(self, key: str) -> list[str]:
        return self.told(self.stability((key,)).equilibria(key).tolist())

    def stability(self, keys: Sequence[str] = BASIC_KEYS):
        model = self.model.form if self.model.form is not None else self.model.graph
        return stability(model, self.values.central, keys)


def conflict_of(case: Case) -> Conflict:
    analysis = Analysis(case=case)
    model = model_of(analysis, case.vocabulary.status_quo)
    return Conflict(case=case, values=state_values_of(analysis, model))


@cache
def conflict(name: str) -> Conflict:
    return conflict_of(load(name))


def entries(case: Case, kind: type) -> list:
    return [entry for entry in case.blocks["graph"] if isinstance(entry, kind)]


# --- what is published ---------------------------------------------------------------------------


def test_published_conflicts_ship():
    assert {"prisoners-dilemma", "cuban-missiles", "elmira", "elmira-options"} <= set(HOLD)
    assert {"chicken", "garrison", "syria-iraq", "lake-gisborne", "blockade-or-strike"} <= set(HOLD)


@pytest.mark.parametrize("name", HOLD)
def test_a_published_conflict_rests_where_it_should(name):
    wanted, found = HOLD[name], conflict(name)
    assert set(wanted) <= KEYS
    assert found.model.n_states == int(wanted["states"])
    for key, states in wanted.get("equilibria", {}).items():
        assert found.equilibria(key) == states, key
    for party, concepts in wanted.get("stable", {}).items():
        for key, states in concepts.items():
            mask = found.stability((key,)).of(key)[found.model.index(party)]
            assert found.told(np.flatnonzero(mask).tolist()) == states, (party, key)


@pytest.mark.parametrize("name", [name for name in HOLD if "published" in HOLD[name]])
def test_it_is_as_published_but_where_the_reason_is_given(name):
    """A difference that is given must be there, so that a reason cannot outlive it."""
    wanted = HOLD[name]
    for key, states in wanted["published"].items():
        assert (conflict(name).equilibria(key) != states) == (key in wanted.get("differs", {}))
    assert set(wanted.get("differs", {})) <= set(wanted["published"])


@pytest.mark.parametrize("name", [name for name in HOLD if "jumps" in HOLD[name]])
def test_coalitions_jump_from_it_where_they_should(name):
    found = conflict(name)
    parties = found.model.parties
    for at, jumps in HOLD[name]["jumps"].items():
        (state,) = found.states([at])
        listed: dict[str, list[str]] = {}
        for one in joint_improvements(found.model.graph, found.values.central, state):
            members = " + ".join(parties[k] for k in one.coalition)
            listed.setdefault(members, []).extend(found.told([one.target]))
        assert listed == jumps


@pytest.mark.parametrize("name", [name for name in HOLD if "rankings_that_hold" in HOLD[name]])
def test_as_many_rankings_of_one_party_make_a_state_hold_as_should(name):
    """Each ranking is looked at by the condition for it, and by working out the equilibria anew."""
    wanted, found = HOLD[name]["rankings_that_hold"], conflict(name)
    graph, ranks = found.model.graph, found.values.central.copy()
    (state,) = found.states([wanted["state"]])
    party = found.model.index(wanted["of"])
    concepts = tuple(wanted["counts"])
    conditions = {
        key: [stability_condition(graph, ranks, state, p, key) for p in range(len(ranks))]
        for key in concepts
    }
    by_condition, anew, every = dict.fromkeys(concepts, 0), dict.fromkeys(concepts, 0), 0
    for row in permutations(range(graph.n_states)):
        ranks[party] = row
        every += 1
        again = stability(graph, ranks, concepts)
        for key in concepts:
            by_condition[key] += all(
                one.holds(better_states(ranks, state, one.party)) for one in conditions[key]
            )
            anew[key] += bool(again.of(key)[:, state].all())
    assert every == int(wanted["all"])
    assert by_condition == anew == {key: int(n) for key, n in wanted["counts"].items()}


def test_420_rankings_come_out_when_only_the_last_improvement_counts():
    """Why the guide to GMCR+ has 420 rankings of Syria's where there are 384."""
    wanted = HOLD["syria-iraq"]["rankings_that_hold"]
    found = conflict("syria-iraq")
    (state,) = found.states([wanted["state"]])
    syria = found.model.index("syria")
    condition = stability_condition(found.model.graph, found.values.central, state, syria, "SEQ")
    count = 0
    for row in permutations(range(found.model.n_states)):
        better = {k for k, rank in enumerate(row) if rank > row[state]}
        improvements = [clause for clause in condition.clauses if clause.move in better]
        count += not improvements or improvements[-1].holds(better)
    assert count == int(wanted["published"]["SEQ"])


def test_lake_gisborne_rests_where_attitudes_towards_the_unknown_let_it():
    found = conflict("lake-gisborne")
    place = {name: k for k, name in enumerate(found.model.names)}
    tiers, unknown = [], []
    for party in found.model.parties:
        (ranking,) = [e for e in entries(found.case, GraphRanking) if e.party == party]
        tiers.append([[place[name] for name in tier] for tier in ranking.tiers])
        pairs = [pair for e in entries(found.case, Unknown) if e.party == party for pair in e.pairs]
        unknown.append([(place[one], place[other]) for one, other in pairs])
    relations = relations_of(found.model.n_states, tiers, unknown=unknown)
    wanted = HOLD["lake-gisborne"]["attitudes"]
    assert set(wanted) == set(ATTITUDES)
    for attitude in ATTITUDES:
        told = uncertain_stability(found.model.graph, relations, attitude=attitude)
        for key, states in wanted[attitude].items():
            assert found.told(told.equilibria(key).tolist()) == states, (attitude, key)


def test_lake_gisborne_rests_in_another_state_for_each_thing_the_province_may_want():
    shipped = conflict("lake-gisborne").case
    for way in HOLD["lake-gisborne"]["if_ranked"]:
        tiers = tuple((name,) for name in way["province"].split(" > "))
        graph = tuple(
            replace(entry, tiers=tiers)
            if isinstance(entry, GraphRanking) and entry.party == "province"
            else entry
            for entry in shipped.blocks["graph"]
        )
        found = conflict_of(replace(shipped, blocks={**shipped.blocks, "graph": graph}))
        for key, states in way["equilibria"].items():
            assert found.equilibria(key) == states, key


def test_nobody_knows_of_lake_gisborne_but_what_both_rankings_of_the_province_share():
    """Between an economy first and an environment first, exactly four pairs stay as they are."""
    one, other = (way["province"].split(" > ") for way in HOLD["lake-gisborne"]["if_ranked"])
    turned = {
        frozenset((a, b))
        for a in one
        for b in one
        if one.index(a) < one.index(b) and other.index(a) > other.index(b)
    }
    (unknown,) = entries(load("lake-gisborne"), Unknown)
    assert {frozenset(pair) for pair in unknown.pairs} == turned
    assert len(turned) == 8 * 7 // 2 - 4


def test_an_air_strike_that_could_be_taken_back_would_leave_the_published_equilibria():
    case = load("cuban-missiles")
    control = tuple(
        replace(entry, moves=None) if entry.issue == "strike" else entry
        for entry in case.blocks["control"]
    )
    found = conflict_of(replace(case, blocks={**case.blocks, "control": control}))
    assert found.equilibria("SEQ") == HOLD["cuban-missiles"]["published"]["SEQ"]
    assert found.equilibria("R") == []


def test_elmira_in_options_has_the_moves_of_elmira_once_abandoning_is_one_state():
    text = path_of("elmira-options").read_text("utf-8")
    text += "  merge:\n    - {when: answer == abandon, title: abandoned}\n"
    case = loads(text.encode())
    # its rankings count twelve states, which are nine then
    kept = tuple(one for one in case.blocks["graph"] if not isinstance(one, GraphRanking))
    case = replace(case, blocks={**case.blocks, "graph": kept})
    merged = model_of(Analysis(case=case), case.vocabulary.status_quo)
    nine = conflict("elmira").model
    assert merged.n_states == nine.n_states
    alike = ["s1", "s2", "s3", "s4", "s9", "s5", "s6", "s7", "s8"]
    place = [nine.names.index(name) for name in alike]
    for party in range(len(nine.parties)):
        moves = {(s, q) for s in range(9) for q in merged.graph.moves(party, s).tolist()}
        named = {(place[s], place[q]) for s, q in moves}
        assert named == {(s, q) for s in range(9) for q in nine.graph.moves(party, s).tolist()}


# --- faults of an older tool, each with the right answer -----------------------------------------


def three_with_one_option_each():
    """The smallest conflict in which A, B, A matters; every option can be taken back."""
    free = every_transition(2)
    allowed = tuple(tuple(free if k == p else None for k in range(3)) for p in range(3))
    form = OptionForm(sizes=(2, 2, 2), allowed=allowed, feasible=np.ones(8, dtype=bool))
    best_first = [[7, 3, 2, 8, 4, 5, 6, 1], [1, 4, 6, 5, 2, 8, 7, 3], [2, 6, 1, 4, 7, 5, 3, 8]]
    ranks = np.zeros((3, 8), dtype=np.int32)
    for row, order in zip(ranks, best_first, strict=True):
        row[np.array(order) - 1] = range(8, 0, -1)
    return form, ranks


def test_others_may_answer_by_a_then_b_then_a():
    """By one move of each at most, 5 is left out."""
    form, ranks = three_with_one_option_each()
    for model in (form, graph_of(form)):
        found = stability(model, ranks)
        assert (found.equilibria("SEQ") + 1).tolist() == [2, 4, 5, 6]


def test_the_answer_that_holds_garrison_is_by_a_then_b_then_a():
    """From 6 Canada improves to 2; only supporters, opponents, supporters lead on to 3."""
    found = conflict("garrison")
    parties = found.model.parties
    route = [(2, 1, "support"), (1, 4, "opposition"), (4, 3, "support")]
    for old, new, mover in route:
        assert new - 1 in found.model.graph.moves(parties.index(mover), old - 1)
    ranks = found.values.central[parties.index("canada")]
    assert ranks[2 - 1] > ranks[6 - 1] >= ranks[3 - 1]
    canada = stability_condition(
        found.model.graph, found.values.central, 5, parties.index("canada"), "GMR"
    )
    deterring = [g for c in canada.clauses for g in c.answers if ranks[list(g)].max() <= ranks[5]]
    assert deterring == [(2,)]


def test_an_answer_that_leaves_a_party_as_well_off_as_before_deters():
    """It need not be strictly worse; 0 and 2 are level for the first."""
    graph = graph_of_moves(3, [[(0, 1)], [(1, 2)]])
    ranks = np.array([[0, 1, 0], [0, 0, 1]], dtype=np.int32)
    for key in ("GMR", "SMR", "SEQ", "SSEQ"):
        assert stability(graph, ranks, (key,)).of(key)[0, 0]
        condition = stability_condition(graph, ranks, 0, 0, key)
        assert condition.holds(better_states(ranks, 0, 0))


@pytest.mark.parametrize("answered", [1, 2])
def test_no_improvement_is_forgotten_whichever_comes_last(answered):
    """One of two improvements is answered, the other is not."""
    graph = graph_of_moves(4, [[(0, 1), (0, 2)], [(answered, 3)]])
    ranks = np.array([[1, 2, 2, 0], [0, 0, 0, 1]], dtype=np.int32)
    for key in ("GMR", "SMR", "SEQ", "SSEQ"):
        assert not stability(graph, ranks, (key,)).of(key)[0, 0]
        condition = stability_condition(graph, ranks, 0, 0, key)
        assert not condition.holds(better_states(ranks, 0, 0))


@pytest.mark.parametrize("lasting", [2, 3])
def test_an_answer_that_lasts_is_found_whichever_comes_first(lasting):
    """From one of two answers the first party escapes, from the other it cannot."""
    other = 5 - lasting
    graph = graph_of_moves(5, [[(0, 1), (other, 4)], [(1, 2), (1, 3)]])
    ranks = np.array([[1, 2, 0, 0, 3], [0, 0, 1, 1, 0]], dtype=np.int32)
    for key in ("SMR", "SSEQ"):
        assert stability(graph, ranks, (key,)).of(key)[0, 0]
        condition = stability_condition(graph, ranks, 0, 0, key)
        assert condition.holds(better_states(ranks, 0, 0))


def test_others_may_need_each_other_for_an_answer():
    """One leads to a state that does not deter, from which only another leads to one that does."""
    graph = graph_of_moves(4, [[(0, 1)], [(1, 2)], [(2, 3)]])
    ranks = np.array([[1, 2, 3, 0], [0, 0, 1, 0], [0, 0, 0, 1]], dtype=np.int32)
    for key in ("GMR", "SMR", "SEQ", "SSEQ"):
        assert stability(graph, ranks, (key,)).of(key)[0, 0]
        condition = stability_condition(graph, ranks, 0, 0, key)
        assert condition.holds(better_states(ranks, 0, 0))


def test_more_conditions_in_order_of_priority_than_a_word_has_bits():
    """Seventy conditions; the last one alone tells the two states apart."""
    conditions = ["a in (a0, a1)"] * 69 + ["a == a1"]
    lines = ["detente: 1", "title: Test", "parties: {P: P}", "issues:"]
    lines += ["  a: {options: [a0, a1], status_quo: a0}", "control: {P: {a: any}}"]
    lines += ["preferences:", "  P:", "    - priorities:"]
    lines += [f"        - {condition}" for condition in conditions]
    found = conflict_of(loads("\n".join(lines).encode()))
    assert found.values.central.tolist() == [[0, 1]]
    assert found.equilibria("R") == ["2"]
