from __future__ import annotations

from fractions import Fraction

from hypothesis import given

from detente.simplex import maximise_exactly
from tests import oracles
from tests.strategies import UNKNOWNS, in_a_box, programmes


def posed(objective, rows):
    """Return cost and rows by column number, as the simplex method takes them."""
    place = {u: k for k, u in enumerate(UNKNOWNS)}
    cost = {place[u]: c for u, c in objective.terms.items()}
    lines = [
        (
            {place[u]: c for u, c in row.linear.terms.items()},
            -row.linear.constant,
            row.relation == "==",
        )
        for row in rows
    ]
    return cost, lines


def combined(lines, multipliers, n):
    """Add the rows up, each times its multiplier: (coefficients, right side)."""
    total, right = [Fraction(0)] * n, Fraction(0)
    for r, m in multipliers.items():
        for k, c in lines[r][0].items():
            total[k] += m * c
        right += m * lines[r][1]
    return total, right


@given(programmes())
def test_every_outcome_carries_its_proof(programme):
    """Points meet the rows; multipliers add the rows up to the bound, or to a contradiction."""
    objective, rows = programme
    cost, lines = posed(objective, rows)
    n = len(UNKNOWNS)
    status, point, multipliers = maximise_exactly(cost, lines, n)
    assert all(m > 0 for r, m in multipliers.items() if not lines[r][2])
    total, right = combined(lines, multipliers, n)
    if status == "optimal":
        for coefficients, bound, tight in lines:
            left = sum((c * point[k] for k, c in coefficients.items()), Fraction(0))
            assert left == bound if tight else left >= bound
        value = sum((c * point[k] for k, c in cost.items()), Fraction(0))
        assert [cost.get(k, Fraction(0)) + total[k] for k in range(n)] == [0] * n
        assert value == -right
    elif status == "infeasible":
        assert total == [0] * n
        assert right > 0
    else:
        assert maximise_exactly({}, lines, n)[0] == "optimal"
        far = [*lines, (dict(cost), Fraction(10**6), False)]
        assert maximise_exactly({}, far, n)[0] == "optimal"


@given(programmes())
def test_agrees_with_the_list_of_vertices(programme):
    objective, rows = programme
    rows = [*rows, *in_a_box(3, reach=50)]
    cost, lines = posed(objective, rows)
    status, point, _ = maximise_exactly(cost, lines, len(UNKNOWNS))
    corners = oracles.vertices(rows)
    assert (status == "optimal") == bool(corners)
    if corners:
        at = dict(zip(UNKNOWNS, point, strict=True))
        assert objective.at(at) == max(objective.at(corner) for corner in corners)


def test_a_programme_on_which_the_largest_coefficient_rule_cycles():
    """Beale's example (1955): degenerate in every step, optimum 1/20."""
    x = [
        ({0: Fraction(-1, 4), 1: Fraction(60), 2: Fraction(1, 25), 3: Fraction(-9)}, 0),
        ({0: Fraction(-1, 2), 1: Fraction(90), 2: Fraction(1, 50), 3: Fraction(-3)}, 0),
        ({2: Fraction(-1)}, -1),
        *(({k: Fraction(1)}, 0) for k in range(4)),
    ]
    lines = [(row, Fraction(right), False) for row, right in x]
    cost = {0: Fraction(3, 4), 1: Fraction(-150), 2: Fraction(1, 50), 3: Fraction(-6)}
    status, point, _ = maximise_exactly(cost, lines, 4)
    assert status == "optimal"
    assert sum(c * point[k] for k, c in cost.items()) == Fraction(1, 20)


def test_without_rows_or_columns():
    assert maximise_exactly({}, [], 0) == ("optimal", [], {})
    assert maximise_exactly({0: Fraction(1)}, [], 1)[0] == "unbounded"
    assert maximise_exactly({}, [({}, Fraction(1), False)], 0)[0] == "infeasible"
    assert maximise_exactly({}, [({}, Fraction(-1), False)], 0)[0] == "optimal"
