"""Coalitions and inverse stability of random conflicts against the definitions, gone through.

Part of ``python -m tests.campaigns.stability``. Every coalition, state and concept of a conflict is
looked at, with improvements and answers from one state; for that state every set of states that
each party might prefer to it; and in small conflicts every ranking.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from detente.solvers.coalition_stability import CONCEPTS, coalitionally_stable
from detente.solvers.inverse import inverse
from detente.solvers.joint_moves import answer_to, joint_improvements, jumps_of_readings
from detente.solvers.rankings import stable_rankings
from detente.solvers.standing import KEYS
from tests.solvers import coalition_oracle as oracle
from tests.solvers.conflicts import Conflict, stable

MOST_STATES = 8
"""States whose every set is gone through."""
MOST_RANKED = 5
"""States whose every ranking is gone through."""


def coalitions(conflict: Conflict, seed: int) -> Counter[str]:
    """Hold every coalition of a conflict against the definitions; return what was met."""
    graph, ranks = conflict.graph, conflict.rank_array
    members = oracle.coalitions(conflict)
    counts: Counter[str] = Counter()
    for concept in CONCEPTS:
        found = coalitionally_stable(graph, ranks, concept)
        for state in range(conflict.n_states):
            own = [oracle.stable_for(conflict, h, state, concept) for h in members]
            assert found[:, state].tolist() == own, (seed, concept, state)
            counts[f"not stable by {concept}"] += len(own) - sum(own)
    counts["verdicts for coalitions"] += len(CONCEPTS) * len(members) * conflict.n_states
    state = seed % conflict.n_states
    for concept, found in jumps_of_readings(graph, state, ranks[None]).stable.items():
        own = [oracle.stable_for(conflict, h, state, concept) for h in members]
        assert found[:, 0].tolist() == own, (seed, concept)
    for jump in joint_improvements(graph, ranks, state, least=1):
        counts["improvements of coalitions"] += 1
        for concept in CONCEPTS:
            answer = answer_to(graph, ranks, jump, concept)
            good = oracle.deterring(conflict, jump.coalition, state, jump.target, concept)
            assert (answer is None) == (not good), (seed, concept, jump)
            assert answer is None or answer[-1][1] in good, (seed, concept, jump)
            counts["answers to them"] += answer is not None
    return counts


def inverses(conflict: Conflict, seed: int) -> Counter[str]:
    """Hold the inverse of every concept for one state against all sets, or all rankings."""
    conflict = oracle.first_states(conflict, MOST_STATES)
    state = seed % conflict.n_states
    others = [s for s in range(conflict.n_states) if s != state]
    every = [set(b) for size in range(len(others) + 1) for b in combinations(others, size)]
    counts: Counter[str] = Counter()
    for concept in KEYS:
        for one in inverse(conflict.graph, conflict.rank_array, state, concept).parties:
            where = (seed, concept, one.party)
            for better in every:
                changed = oracle.preferring(conflict, one.party, state, better)
                holds = stable(changed, concept, one.party, state)
                assert one.condition.holds(better) == holds, where
            counts["sets of preferred states"] += len(every)
            for makes, change in ((True, one.making), (False, one.breaking)):
                smallest = oracle.smallest(conflict, one.party, state, concept, makes=makes)
                if change is None:
                    counts["states that no ranking of one party's breaks"] += 1
                    assert not smallest, where
                else:
                    counts[f"smallest changes of size {change.size}"] += 1
                    assert {change.states, *change.others} <= set(smallest), where
                    assert change.many in {None, len(smallest)}, where
            if conflict.n_states <= MOST_RANKED:
                count = stable_rankings(one.condition, conflict.n_states).stable
                expected = oracle.n_stable_rankings(conflict, one.party, state, concept)
                assert count == expected, where
                counts["counts of rankings"] += 1
    return counts
