"""Cases with more packages than anybody could list."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.answers.explain import explain
from detente.answers.settle import settle
from detente.formats import loads
from tests.answers.cases import large_case, words


@pytest.fixture(scope="module")
def case():
    return loads(large_case(30, 10, 3))


def test_ten_to_the_thirty_packages_are_settled_exactly(case):
    answer = settle(case)
    data = answer.data()
    assert case.vocabulary.n_packages == 10**30
    assert data["status"] == "exact"
    assert data["feasible"]["packages"] == 10**30 - 2 * 10**28 + 10**26
    assert data["frontier"]["complete"]
    assert data["frontier"]["listed"] == 200
    assert set(data["frontier"]["shortfall"].values()) == {0}
    assert "9.8" in words(answer)
    assert "× 10²⁹" in words(answer)
    listed = [tuple(item["gains"].values()) for item in data["frontier"]["items"]]
    gains = np.array(listed)
    assert (gains >= 0).all()
    for own in gains:
        others = gains[(gains != own).any(axis=1)]
        assert not (others >= own).all(axis=1).any()
    assert settle(case, fast=True).data()["solutions"] == data["solutions"]
    nash = data["solutions"]["nash"]["gains"]
    assert np.prod(list(nash.values()), dtype=object) >= max(np.prod(gains, axis=1, dtype=object))


def test_a_proposal_of_thirty_issues_is_searched_with_proof_up_to_three_changes(case):
    """What one party likes best on every issue is far from what the others accept."""
    analysis = Analysis(case=case)
    first = analysis.space.first
    points = analysis.valuation.options[0].tolist()
    best = [
        f"{issue.name} = o{max(range(10), key=points[low : low + 10].__getitem__)}"
        for issue, low in zip(case.issues, first, strict=True)
    ]
    proposal = ", ".join(best)
    data = explain(case, proposal).data()
    assert data["all"]["share"] == 0
    assert data["searched"] >= 3
    assert not data["repairs"]
