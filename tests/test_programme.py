from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import programme
from detente.linear import Linear, Row
from detente.programme import SLACK, common_slack, maximise, rank, solve
from detente.simplex import maximise_exactly
from tests import oracles
from tests.strategies import UNKNOWNS, in_a_box, linear_of, programmes
from tests.test_simplex import posed

X = Linear.of(UNKNOWNS[0])


def check_proof(objective, rows, best):
    """Add the rows up by hand: objective <= value must follow, or a contradiction."""
    total = Linear()
    for r, m in best.multipliers.items():
        assert m > 0 or (rows[r].relation == "==" and m)
        total = total + rows[r].linear * m
    if best.status == "optimal":
        everything = objective + total
        assert not everything.terms
        assert everything.constant == best.value
        assert objective.at(best.point) == best.value
        for row in rows:
            closed = Row(linear=row.linear, relation="==" if row.relation == "==" else ">=")
            assert closed.holds(best.point)
    else:
        assert not total.terms
        assert total.constant < 0


@given(programmes())
def test_agrees_with_the_simplex_method_and_proves_it(case):
    objective, rows = case
    best = maximise(objective, rows)
    cost, lines = posed(objective, rows)
    status, point, _ = maximise_exactly(cost, lines, len(UNKNOWNS))
    assert best.status == status
    if status == "optimal":
        assert best.value == objective.at(dict(zip(UNKNOWNS, point, strict=True)))
    if status != "unbounded":
        check_proof(objective, rows, best)


@given(programmes())
def test_floating_point_only_suggests(case):
    """What the fast way proves is what the exact way finds; when it cannot, it says so."""
    objective, rows = case
    problem = programme._Problem(objective, rows)
    attempt = problem.float_solution()
    proved = problem.proved(*attempt) if attempt is not None else None
    if proved is not None:
        assert proved.value == problem.exact().value
        check_proof(objective, rows, proved)


@given(programmes(), st.lists(st.floats(-5, 5), min_size=3, max_size=3))
def test_a_wrong_suggestion_is_never_believed(case, noise):
    objective, rows = case
    problem = programme._Problem(objective, rows)
    point = noise[: len(problem.unknowns)]
    slopes = [noise[r % 3] for r in range(len(rows))]
    proved = problem.proved(point, slopes)
    if proved is not None:
        assert proved.value == problem.exact().value


def test_numbers_that_floating_point_cannot_tell_apart():
    tiny = Fraction(1, 10**25)
    rows = [Row(linear=-X + 1 - tiny, relation=">="), Row(linear=-X + 1, relation=">=")]
    assert maximise(X, rows).value == 1 - tiny
    steep = [Row(linear=-X * 10**25 + 1, relation=">=")]
    assert maximise(X, steep).value == tiny


def test_infeasible_and_unbounded():
    assert maximise(X, []).status == "unbounded"
    assert maximise(Linear.number(3), []).value == 3
    both = [Row(linear=X - 1, relation=">="), Row(linear=-X, relation=">=")]
    assert maximise(X, both).status == "infeasible"
    never = [Row(linear=Linear.number(-1), relation=">=")]
    assert maximise(X, never).status == "infeasible"
    assert maximise(Linear(), [Row(linear=Linear.number(1), relation="==")]).status == "infeasible"


rows_of_any_kind = st.lists(
    st.builds(
        lambda numbers, constant, relation: Row(
            linear=linear_of(numbers, constant), relation=relation
        ),
        st.lists(st.integers(-2, 2), min_size=2, max_size=2),
        st.integers(-2, 2),
        st.sampled_from([">", ">", ">=", "=="]),
    ),
    max_size=5,
)


@given(rows_of_any_kind)
def test_common_slack_is_positive_exactly_when_all_rows_can_hold(rows):
    rows = [*in_a_box(2), *rows]
    slack = common_slack(rows)
    assert slack.consistent == oracles.consistent(rows)
    if slack.consistent:
        assert all(row.holds(slack.point) for row in rows)
        assert slack.value <= 1
    else:
        blamed = [rows[r] for r in sorted(slack.blamed)]
        assert blamed
        around = oracles.box(UNKNOWNS[:2])
        assert not oracles.consistent([*blamed, *around])


def test_a_slack_of_nothing_is_a_contradiction():
    """x > 0 and x <= 0 touch in one point, which is not enough."""
    rows = [Row(linear=X, relation=">"), Row(linear=-X, relation=">=")]
    slack = common_slack(rows)
    assert slack.value == 0
    assert not slack.consistent
    assert slack.blamed == {0, 1}
    assert SLACK not in slack.point


number = st.integers(-3, 3).map(Fraction)
matrices = st.lists(st.lists(number, min_size=3, max_size=3), max_size=4)


@given(matrices, st.lists(number, min_size=3, max_size=3))
def test_solve_meets_equations_that_agree_and_keeps_a_guess_that_fits(matrix, solution):
    equations = [
        (
            {k: c for k, c in enumerate(row) if c},
            sum((c * x for c, x in zip(row, solution, strict=True)), Fraction(0)),
        )
        for row in matrix
    ]
    found = solve(equations, [Fraction(7)] * 3)
    for row, right in equations:
        assert sum((c * found[k] for k, c in row.items()), Fraction(0)) == right
    assert solve(equations, solution) == solution


@given(matrices)
def test_rank(matrix):
    """The rank is the size of the largest square part that is not singular."""
    rows = [{k: c for k, c in enumerate(row) if c} for row in matrix]
    assert rank(rows) == largest_minor(matrix)


def largest_minor(matrix):
    def determinant(rows, columns):
        if not rows:
            return 1
        return sum(
            (-1) ** j * matrix[rows[0]][k] * determinant(rows[1:], columns[:j] + columns[j + 1 :])
            for j, k in enumerate(columns)
        )

    for size in range(3, 0, -1):
        for rows in combinations(range(len(matrix)), size):
            for columns in combinations(range(3), size):
                if determinant(rows, columns):
                    return size
    return 0


@pytest.mark.parametrize("scale", [Fraction(1), Fraction(1, 10**12), Fraction(10**12)])
def test_units_do_not_change_the_answer(scale):
    y = Linear.of(UNKNOWNS[1])
    rows = [
        Row(linear=(X + y * 2) * -1 + 7 * scale, relation=">="),
        Row(linear=(X * 3 + y) * -1 + 9 * scale, relation=">="),
        Row(linear=X, relation=">="),
        Row(linear=y, relation=">="),
    ]
    assert maximise(X + y, rows).value == Fraction(23, 5) * scale
