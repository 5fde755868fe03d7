"""What is told of one state, of all states, in text and in JSON: one truth, held together.

Random conflicts that a case derives from who controls what: several parties on an issue, one-way
transitions, constraints, states that are one, ties, an order in the place of points.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from detente.answers.hold import Hold, hold
from detente.departing import is_enough
from detente.formats import loads
from detente.holding import CONCEPTS, Holding
from detente.solvers.inverse import altered
from detente.table import Table
from detente.work import Work
from tests.answers.cases import words
from tests.solvers.conflicts import Conflict, stable

SEEDS = range(24)
JOINTLY = {"R": "CR", "GMR": "CGMR", "SMR": "CSMR", "SEQ": "CSEQ"}


def written(seed: int, *, ranges: bool = False) -> str:
    """A random case in which somebody controls every issue but the last."""
    draw = random.Random(seed)  # noqa: S311 - instances, not secrets
    parties = ["ada", "bo", "cy", "di"][: draw.choice([2, 2, 3, 4])]
    issues = {f"i{k}": ["x", "y", "z"][: draw.choice([2, 2, 3])] for k in range(4)}
    text = "detente: 1\ntitle: Random\nparties:\n"
    text += "".join(f"  {name}: {name.title()}\n" for name in parties)
    text += "issues:\n"
    for issue, options in issues.items():
        text += f"  {issue}: {{options: [{', '.join(options)}], status_quo: x}}\n"
    if draw.random() < 0.5:
        text += "constraints:\n  - require: i0 == x or i1 == x\n"
    text += "preferences:\n"
    for party in parties:
        if draw.random() < 0.2:
            text += f"  {party}:\n    - priorities: [i1 == y, i0 == x, i2 == x]\n"
            continue
        text += f"  {party}:\n    - scores:\n"
        for issue, options in issues.items():
            worth = []
            for option in options:
                least = draw.randint(0, 6)
                most = least + draw.choice([0, 3, 5])
                worth.append(f"{option}: {least}..{most}" if ranges else f"{option}: {least}")
            text += f"        {issue}: {{{', '.join(worth)}}}\n"
        text += "    - no_deal: 0\n"
    text += "control:\n"
    for k, party in enumerate(parties):
        text += f"  {party}:\n"
        own = {k % 3, *draw.sample(range(3), draw.choice([0, 0, 1]))}
        for issue in sorted(own):
            moves = draw.choice(["any", "any", "[x -> y]", "[y -> x]", "[any -> x, x -> any]"])
            text += f"    i{issue}: {moves}\n"
    if draw.random() < 0.2:
        text += "graph:\n  merge: [{when: i0 == y, title: closed}]\n"
    return text


@cache
def answers(seed: int, *, ranges: bool = False) -> tuple[Hold, ...]:
    """Of a few states of a random conflict, whether each holds."""
    case = loads(written(seed, ranges=ranges))
    work = Work(readings=50)
    n_states = hold(case, work=work).holdings.survey.model.n_states
    numbers = random.Random(seed).sample(range(n_states), min(3, n_states))  # noqa: S311 - instances
    return tuple(hold(case, str(number + 1), work=work) for number in numbers)


def judged(answer: Hold) -> Holding:
    holding = answer.holdings.holding
    assert holding is not None
    return holding


def conflict_of(answer: Hold) -> Conflict:
    """The whole conflict on the central reading, in plain sets."""
    survey = answer.holdings.survey
    graph, ranks = survey.model.graph, survey.values.central
    moves = [
        set(zip(graph.origin(p).tolist(), graph.target[p].tolist(), strict=True))
        for p in range(graph.n_parties)
    ]
    return Conflict(n_states=survey.model.n_states, moves=moves, ranks=ranks.tolist())


def place(answer: Hold) -> int:
    return int(answer.data()["state"]["id"]) - 1


def tables(answer: Hold) -> list[Table]:
    (top,) = answer.sections()
    return [*top.tables, *(table for part in top.parts for table in part.tables)]


@pytest.mark.parametrize("seed", SEEDS)
def test_all_states_and_one_state_are_judged_alike(seed):
    for answer in answers(seed):
        holding, survey, state = judged(answer), answer.holdings.survey, place(answer)
        conflict = conflict_of(answer)
        for key in CONCEPTS:
            right = [stable(conflict, key, p, state) for p in range(conflict.n_parties)]
            assert survey.stability.of(key)[:, state].tolist() == right
            assert holding.standing.stable[key][0].tolist() == right
            assert (holding.standing.margin[key][0] >= 0).tolist() == right
            for p, stays in enumerate(right):
                margin = holding.margin(key, p)
                assert margin is None or (margin.middle >= 0) == stays
        assert answer.holdings.together is not None
        for key, joint in JOINTLY.items():
            for p in range(conflict.n_parties):
                alone = answer.holdings.together.of(joint, (p,))
                assert (alone == survey.stability.of(key)[p]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_text_and_json_say_the_same(seed):
    for answer in answers(seed):
        data, holding = answer.data(), judged(answer)
        number, verdicts = data["state"]["id"], data["verdicts"]
        for key in CONCEPTS:
            told = verdicts[key]["parties"]
            for party, listed in data["concepts"][key]["stable"].items():
                assert (number in listed) == (told[party]["share"] == 1)
            assert (number in data["concepts"][key]["equilibria"]) == (verdicts[key]["all"] == 1)
        verdict = tables(answer)[0]
        for row in verdict.rows:
            shares = [verdicts[row[-1]]["all"]]
            shares += [verdicts[row[-1]]["parties"][party]["share"] for party in holding.parties]
            assert list(row[1:-1]) == ["yes" if share else "no" for share in shares]
        headline = answer.headline()[0].text
        assert ("does not hold" in headline) == (not verdicts["GMR"]["all"])
        assert ("by threats only" in headline) == (
            bool(verdicts["GMR"]["all"]) and not verdicts["SEQ"]["all"]
        )
        for one in data["rest"]["places"]:
            assert one["share"] == 1
            assert one["id"] in data["concepts"]["SEQ"]["equilibria"]
        assert data["rest"]["n_places"] == len(data["concepts"]["SEQ"]["equilibria"])
        paths = [one["by_improvements"] for one in data["rest"]["places"]]
        lengths = [len(path) for path in paths if path is not None]
        assert all(a <= b for a, b in pairwise(lengths))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_party_leaves_where_a_step_pays_that_nothing_answers(seed):
    for answer in answers(seed):
        holding = judged(answer)
        for own in answer.holdings.leaving:
            for way in own.departing:
                further = way.answered["SSEQ" if way.credible else "SMR"].value
                assert (way.escape is None) == bool(further or not way.example.answer)
                assert way.credible == bool(way.answered["SEQ"].value)
            if own.n_paying > len(own.departing):
                continue
            for key in CONCEPTS[1:]:
                free = [way for way in own.departing if not way.answered[key].value]
                assert bool(free) != bool(holding.holds(key, own.party).value)
            assert bool(own.n_paying) != bool(holding.holds("R", own.party).value)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_smallest_changes_agree_with_the_verdicts_and_do_what_they_say(seed):
    for answer in answers(seed):
        holding, found = judged(answer), answer.holdings.inverse
        assert found is not None
        ranks = holding.values.central
        for own in found.parties:
            assert own.stable == bool(holding.holds("SEQ", own.party).value)
            for change in (own.making, own.breaking):
                if change is None or not change.size:
                    continue
                after = ranks.copy()
                after[own.party] = altered(ranks[own.party], change)
                conflict = _with(holding, after)
                assert stable(conflict, "SEQ", own.party, holding.state) == change.makes
        after = ranks.copy()
        for change in found.making() or ():
            after[change.party] = altered(ranks[change.party], change)
        conflict = _with(holding, after)
        every = all(stable(conflict, "SEQ", p, holding.state) for p in range(conflict.n_parties))
        assert is_enough(holding, found) == every == answer.data()["inverse"]["enough"]


def _with(holding: Holding, ranks: np.ndarray) -> Conflict:
    graph = holding.model.graph
    moves = [
        set(zip(graph.origin(p).tolist(), graph.target[p].tolist(), strict=True))
        for p in range(graph.n_parties)
    ]
    return Conflict(n_states=graph.n_states, moves=moves, ranks=ranks.tolist())


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_with_many_readings_what_is_told_of_the_central_one_is_one_truth(seed):
    for answer in answers(seed, ranges=True):
        holding, survey, state = judged(answer), answer.holdings.survey, place(answer)
        found = answer.holdings.inverse
        assert found is not None
        for own in found.parties:
            assert own.stable == survey.stability.of("SEQ")[own.party, state]
        for p in range(len(holding.parties)):
            shares = [holding.holds(key, p).value for key in CONCEPTS]
            assert shares[0] <= shares[4] <= min(shares[2], shares[3])
            assert max(shares[2], shares[3]) <= shares[1]
            for key in CONCEPTS:
                share = holding.holds(key, p)
                counted = holding.standing.stable[key][holding.among, p].mean()
                assert share.value == pytest.approx(counted, abs=1e-9)


def test_the_random_cases_are_of_every_kind():
    every = [answer for seed in SEEDS for answer in answers(seed)]
    verdicts = [answer.data()["verdicts"] for answer in every]
    assert {bool(v["SEQ"]["all"]) for v in verdicts} == {True, False}
    assert {bool(v["GMR"]["all"]) == bool(v["SEQ"]["all"]) for v in verdicts} == {True, False}
    models = [answer.holdings.survey.model for answer in every]
    assert {model.form is None for model in models} == {True, False}
    assert {len(model.parties) for model in models} == {2, 3, 4}
    assert any(judged(answer).margin("SEQ", 0) is None for answer in every)
    enough = [answer.data()["inverse"]["enough"] for answer in every]
    assert set(enough) == {True, False}
    for answer, all_at_once in zip(every, enough, strict=True):
        assert ("not enough for all at once" in words(answer)) != all_at_once
