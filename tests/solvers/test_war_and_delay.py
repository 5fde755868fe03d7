"""A power shift as talks in two bundles: the engine of agendas finds the published inequality.

What is shared today is the first bundle, what comes later the second. Once the first is settled it
is kept, and walking away then means fighting for later with the chances of then.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.catalog import load
from detente.hit_and_run import Floats
from detente.leaving import walk_away_of
from detente.solvers.agenda import course_of
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.bargaining_range import PowerShift, prospect, unappeased
from detente.solvers.talks import Talks, Term, summed
from detente.timing import time_of_talks
from detente.work import Work

TODAY, LATER = 80, 40
"""Steps in which either pie is shared; every bound of the shifts below is one of them."""
UNIT = 160
"""Whole numbers to a pie."""


def drawn(n: int) -> list[PowerShift]:
    chance = random.Random(1995)  # noqa: S311 - instances, not secrets
    return [
        PowerShift(
            before=Fraction(chance.randint(0, 10), 10),
            after=Fraction(chance.randint(0, 10), 10),
            costs=(Fraction(chance.randint(0, 3), 10), Fraction(chance.randint(0, 3), 10)),
            discount=chance.choice((Fraction(1, 2), Fraction(1))),
            later=chance.choice((Fraction(1), Fraction(2))),
        )
        for _ in range(n)
    ]


def fighting(shift: PowerShift) -> tuple[Fraction, Fraction]:
    """What fighting today is worth to each."""
    return (prospect(shift, 0).fighting, prospect(shift, 1).fighting)


def whole(numbers) -> list[int]:
    found = [UNIT * Fraction(number) for number in numbers]
    assert all(number.denominator == 1 for number in found)
    return [int(number) for number in found]


def talks_of(shifts: list[PowerShift]) -> Talks:
    complete, kept, no_deal = [], [], []
    now = np.arange(TODAY + 1) * (UNIT // TODAY)
    for shift in shifts:
        weight = shift.discount * shift.later
        (step, pie) = whole((weight / LATER, shift.total))
        first = (now[:, None] + step * np.arange(LATER + 1)).ravel()
        complete.append(np.stack([first, pie - first], axis=1))
        later = whole(
            (
                weight * shift.after - shift.discount * shift.costs[0],
                weight * (1 - shift.after) - shift.discount * shift.costs[1],
            )
        )
        start = whole(fighting(shift))
        settled = np.stack([now, UNIT - now], axis=1) + later - start
        kept.append(np.concatenate([settled, [[0, 0]]]))
        no_deal.append(start)
    return Talks(
        sizes=(TODAY + 1, LATER + 1),
        n_signatories=2,
        complete=np.array(complete, dtype=float),
        no_deal=np.array(no_deal, dtype=float),
        kept=(Term(places=(0,), sizes=(TODAY + 2,), amounts=np.array(kept, dtype=float)),),
        meanwhile=(),
        status_quo=(0, 0),
        takes=np.zeros(2),
        patience=np.ones(2),
        later=np.ones(1),
        drift=np.zeros((1, 2)),
    )


def once_settled(talks: Talks) -> Floats:
    """What walking away is worth by the option of the first issue, the second being open."""
    states = np.array([[n, talks.sizes[1]] for n in range(talks.sizes[0])])
    return summed(talks.no_deal, talks.kept, states)


@pytest.fixture(scope="module")
def shifts() -> list[PowerShift]:
    return drawn(120)


@pytest.fixture(scope="module")
def talks(shifts) -> Talks:
    return talks_of(shifts)


def test_some_are_beyond_offers_and_some_are_not(shifts):
    beyond = [bool(unappeased(shift)) for shift in shifts]
    assert 10 < sum(beyond) < 110


def test_the_best_case_is_below_fighting_where_powell2006_says(shifts, talks):
    """Over all first steps and all that both accept afterwards: no bargaining solution enters."""
    after = once_settled(talks)[:, :, None, :]
    values = talks.complete.reshape(len(shifts), TODAY + 1, LATER + 1, 2)
    agreed = (values >= after).all(axis=-1, keepdims=True)
    best = np.where(agreed, values, -np.inf).max(axis=(1, 2))
    for r, shift in enumerate(shifts):
        for party in (0, 1):
            assert best[r, party] == UNIT * prospect(shift, party).best_offer
            assert talks.no_deal[r, party] == UNIT * prospect(shift, party).fighting
        found = tuple(np.flatnonzero(best[r] < talks.no_deal[r]).tolist())
        assert found == unappeased(shift)


def test_nash_talks_fail_at_once_where_half_of_the_later_range_is_not_enough(shifts, talks):
    course = course_of(talks, [[0], [1]])
    half = Fraction(1, 2)
    fails = [
        any(prospect(shift, party, part=half).no_offer_suffices for party in (0, 1))
        for shift in shifts
    ]
    assert (~course.completes).tolist() == fails
    assert course.failed.tolist() == [0 if failed else -1 for failed in fails]
    assert (course.values[fails] == talks.no_deal[fails]).all()


@pytest.mark.parametrize("solution", SOLUTIONS)
def test_whatever_the_solution_nothing_helps_who_is_beyond_offers(shifts, talks, solution):
    beyond = np.array([bool(unappeased(shift)) for shift in shifts])
    course = course_of(talks, [[0], [1]], solution=solution)
    assert not course.completes[beyond].any()


def test_today_and_later_at_once_there_is_always_an_agreement(talks):
    """Fearon 1995: what is missing is not a range but a way to be held to it later."""
    assert course_of(talks, [[0, 1]]).completes.all()
    assert course_of(talks, [[0], [1]], rule="set aside").completes.all()


def test_the_case_of_the_catalogue_is_the_shift_that_it_tells():
    tenth = Fraction(1, 10)
    shift = PowerShift(before=8 * tenth, after=2 * tenth, costs=(tenth, tenth))
    analysis = Analysis(case=load("power-shift"), work=Work())
    leaving = walk_away_of(analysis)
    rows = np.array([0])
    timing = time_of_talks(analysis, leaving.parties, leaving.n_rows)
    talks = leaving.talks(rows, timing)
    pie = 100 * leaving.units * leaving.fine
    assert talks.no_deal[0].tolist() == [pie * number for number in fighting(shift)]
    after = once_settled(talks)[0]
    in_steps = np.arange(21) * (pie // 20)
    assert after[:, 0].tolist() == (in_steps + pie // 10).tolist()
    assert after[:, 1].tolist() == (pie - in_steps + 7 * pie // 10).tolist()
    step_by_step = course_of(talks, [[0], [1]])
    assert step_by_step.failed.tolist() == [0]
    assert step_by_step.first[0, :, 0].max() < pie * prospect(shift).fighting
    assert course_of(talks, [[0, 1]]).values[0].tolist() == [1.6 * pie, 0.4 * pie]
