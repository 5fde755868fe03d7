"""Acceptable packages and certificates against the list of all packages."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.diagram import diagram_of
from detente.errors import CancelledError
from detente.factors import Every, Factors, Formula, Some, Within, factors_of, holds
from detente.solvers import acceptable
from detente.solvers.acceptable import Finding, find_acceptable
from detente.solvers.balance import balance
from detente.solvers.certificate import (
    Certificate,
    Exhausted,
    NothingAllowed,
    Outweighed,
    Proof,
    Split,
    verify,
)
from detente.work import Work


def formula(draw: random.Random, sizes: list[int], depth: int = 0) -> Formula:
    if depth == 2 or (depth and draw.random() < 0.5):
        issue = draw.randrange(len(sizes))
        return Within(issue, draw.randrange(1, 2 ** sizes[issue]))
    parts = tuple(formula(draw, sizes, depth + 1) for _ in range(draw.randint(1, 3)))
    return Every(parts) if draw.random() < 0.7 else Some(parts)


def random_factors(seed: int, *, unit: int = 1) -> Factors:
    """Return factors of few packages, whose no deal is about as good as the best of them."""
    draw = random.Random(seed)  # noqa: S311 - cases, not secrets
    sizes = [draw.randint(1, 4) for _ in range(draw.randint(1, 5))]
    n_parties = draw.randint(1, 4)
    values = [
        [[unit * draw.randint(-9, 9) for _ in range(n_parties)] for _ in range(size)]
        for size in sizes
    ]
    shifts = [
        (formula(draw, sizes), [unit * draw.randint(-9, 9) for _ in range(n_parties)])
        for _ in range(draw.randint(0, 3))
    ]
    bans = [formula(draw, sizes) for _ in range(draw.randint(0, 2))]
    factors = factors_of(values, [0] * n_parties, shifts=shifts, bans=bans)
    every = listed(factors)
    worth = factors.values_of(every)
    if not len(worth):
        return factors
    place = [draw.randrange(len(worth) // 2, len(worth)) for _ in range(n_parties)]
    level = [sorted(worth[:, p].tolist())[place[p]] for p in range(n_parties)]
    return replace(factors, no_deal=np.array(level, dtype=factors.dtype))


def listed(factors: Factors) -> np.ndarray:
    """Return all allowed packages."""
    rows = np.array(list(product(*map(range, factors.sizes))), dtype=np.int64)
    return rows[factors.allowed(rows)]


def right(finding: Finding, factors: Factors) -> None:
    """Hold a finding against the list of all packages."""
    fine = [
        tuple(row)
        for row, values in zip(listed(factors), factors.values_of(listed(factors)), strict=True)
        if all(values >= factors.no_deal)
    ]
    if finding.status == "found":
        assert finding.package in fine
    else:
        assert finding.status == "none"
        assert not fine
        assert finding.certificate is not None
        assert verify(finding.certificate, factors)


@pytest.mark.parametrize("unit", [1, 10**18 + 1])
@pytest.mark.parametrize("block", range(8))
def test_what_is_found_is_acceptable_and_what_is_refused_is_certified(block, unit):
    statuses = set()
    for seed in range(100 * block, 100 * block + (100 if unit == 1 else 20)):
        factors = random_factors(seed, unit=unit)
        finding = find_acceptable(diagram_of(factors))
        right(finding, factors)
        statuses.add(finding.status)
    assert statuses == {"found", "none"}


def certificates(seeds: range) -> Iterator[tuple[Certificate, Factors]]:
    for seed in seeds:
        factors = random_factors(seed)
        certificate = find_acceptable(diagram_of(factors)).certificate
        if certificate is not None:
            yield certificate, factors


def test_there_are_certificates_of_every_sort():
    proofs = [certificate.proof for certificate, _ in certificates(range(600))]
    assert {type(proof) for proof in proofs} == {Outweighed, NothingAllowed, Split}


def test_a_certificate_holds_only_while_no_deal_is_out_of_reach():
    for certificate, factors in certificates(range(200)):
        if not isinstance(certificate.proof, Outweighed):
            continue
        weights = np.array(certificate.proof.weights)
        p = int(weights.argmax())
        lower = factors.no_deal.copy()
        lower[p] -= -(-(certificate.proof.no_deal - certificate.proof.most) // int(weights[p]))
        proof = replace(certificate.proof, no_deal=int(weights @ lower))
        assert not verify(Certificate(proof=proof), replace(factors, no_deal=lower))
        assert not verify(certificate, replace(factors, no_deal=lower))


def tampered(proof: Proof) -> Iterator[Proof]:
    """Yield proofs that differ from a sound one and so are none."""
    if isinstance(proof, Split):
        yield replace(proof, branches=proof.branches[1:])
        yield replace(proof, branches=(*proof.branches, proof.branches[0]))
        for k, branch in enumerate(proof.branches):
            for other in tampered(branch.proof):
                changed = [*proof.branches]
                changed[k] = replace(branch, proof=other)
                yield replace(proof, branches=tuple(changed))
    elif isinstance(proof, Outweighed):
        yield replace(proof, weights=tuple(-weight for weight in proof.weights))
        yield replace(proof, weights=(*proof.weights, 0))
        yield replace(proof, weights=(0,) * len(proof.weights))
        yield replace(proof, weights=tuple(weight + 1 for weight in proof.weights))
        yield replace(proof, most=proof.most - 1)
        yield replace(proof, no_deal=proof.no_deal + 1)
        yield replace(proof, parts=proof.parts[1:], most=proof.most - proof.parts[0].weighted)
        yield replace(proof, parts=(*proof.parts, proof.parts[0]))
        first, *rest = proof.parts
        lighter = replace(first, weighted=first.weighted - 1)
        yield replace(proof, parts=(lighter, *rest), most=proof.most - 1)
        yield replace(proof, parts=(replace(first, options=first.options[1:]), *rest))
        yield replace(proof, parts=(replace(first, options=(9,) * len(first.options)), *rest))
        values = (first.values[0] + 1, *first.values[1:])
        yield replace(proof, parts=(replace(first, values=values), *rest))


def test_a_certificate_that_was_tampered_with_is_refused():
    n_refused = 0
    for certificate, factors in certificates(range(300)):
        for proof in tampered(certificate.proof):
            assert not verify(Certificate(proof=proof), factors), (certificate, proof)
            n_refused += 1
    assert n_refused > 500


def test_joined_issues_may_not_be_taken_apart():
    # each issue alone is worth 3 at most, but together they are worth 9
    both = Every((Within(0, 2), Within(1, 2)))
    factors = factors_of([[[0], [3]], [[0], [3]]], [8], shifts=[(both, [3])])
    assert find_acceptable(diagram_of(factors)).package == (1, 1)
    whole = find_acceptable(diagram_of(replace(factors, no_deal=factors.no_deal + 2))).certificate
    assert whole is not None
    assert isinstance(whole.proof, Outweighed)
    (part,) = whole.proof.parts
    apart = [
        replace(part, issues=(issue,), options=(1,), values=(3,), weighted=3) for issue in (0, 1)
    ]
    proof = replace(whole.proof, parts=tuple(apart), most=6, no_deal=8)
    assert not verify(Certificate(proof=proof), factors)


def test_banned_issues_that_leave_something_are_no_certificate():
    factors = factors_of([[[0], [0]], [[0], [0]]], [1], bans=[Every((Within(0, 1), Within(1, 3)))])
    for issues in [(0,), (1,), (0, 1), (7,), ()]:
        assert not verify(Certificate(proof=NothingAllowed(issues=issues)), factors)
    nothing = replace(factors, bans=(*factors.bans, Within(0, 2)))
    assert verify(Certificate(proof=NothingAllowed(issues=(0, 1))), nothing)
    assert not verify(Certificate(proof=NothingAllowed(issues=(1,))), nothing)


def test_a_case_in_which_everything_is_banned():
    factors = factors_of([[[5], [1]]], [0], bans=[True])
    finding = find_acceptable(diagram_of(factors))
    assert finding.status == "none"
    assert finding.certificate is not None
    assert verify(finding.certificate, factors)


def test_without_parties_any_allowed_package_will_do():
    factors = factors_of([[[], []], [[], []]], [], bans=[Within(0, 1)])
    assert find_acceptable(diagram_of(factors)).package in {(1, 0), (1, 1)}


def conflicting(seed: int, n_issues: int) -> Factors:
    """Three parties who want opposite things: what one gains another loses."""
    generator = np.random.default_rng(seed)
    tables = generator.normal(size=(n_issues, 5, 3))
    tables -= 0.9 * tables.mean(axis=2, keepdims=True)
    values = np.rint(50 + 25 * tables).astype(int)
    return factors_of(values.tolist(), [0, 0, 0])


@pytest.mark.parametrize("seed", range(4))
def test_the_highest_no_deal_that_all_can_have_is_found_at_any_size(seed):
    factors = conflicting(seed, 12)
    low, high = 0, 12 * 200
    while high - low > 1:
        middle = (low + high) // 2
        level = replace(factors, no_deal=factors.no_deal + middle)
        finding = find_acceptable(diagram_of(level))
        if finding.package is None:
            assert finding.certificate is not None
            assert verify(finding.certificate, level)
            high = middle
        else:
            row = np.array([finding.package])
            assert (level.values_of(row)[0] >= level.no_deal).all()
            low = middle
    assert low > 0


def leafless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptable, "_FEW_LEAVES", 0)
    monkeypatch.setattr(acceptable, "MOST_LEAVES", 0)


def test_where_certificates_grow_too_large_partial_packages_are_searched(monkeypatch):
    leafless(monkeypatch)
    statuses = []
    for seed in range(60):
        factors = random_factors(seed)
        diagram = diagram_of(factors)
        if diagram.empty:
            continue
        finding = find_acceptable(diagram)
        statuses.append(finding.status)
        fine = (factors.values_of(listed(factors)) >= factors.no_deal).all(axis=1).any()
        assert finding.status == ("found" if fine else "none")
        if finding.package is not None:
            row = np.array([finding.package])
            assert factors.allowed(row).all()
            assert (factors.values_of(row) >= factors.no_deal).all()
        else:
            assert finding.certificate is not None
            assert isinstance(finding.certificate.proof, Exhausted)
            assert not verify(finding.certificate, factors)
            assert finding.certificate.n_leaves == 0
    assert set(statuses) == {"found", "none"}


def test_past_the_time_nothing_is_claimed(monkeypatch):
    leafless(monkeypatch)
    factors = replace(conflicting(0, 8), no_deal=np.array([413, 413, 413]))
    finding = find_acceptable(diagram_of(factors), work=Work(seconds=0.0))
    assert finding.status == "unknown"
    assert finding.certificate is None


def test_the_search_stops_when_asked():
    with pytest.raises(CancelledError):
        find_acceptable(diagram_of(conflicting(0, 8)), work=Work(cancelled=lambda: True))


def test_the_leaves_share_out_all_packages():
    n_split = 0
    for certificate, factors in certificates(range(400)):
        if not isinstance(certificate.proof, Split):
            continue
        rows = np.array(list(product(*map(range, factors.sizes))), dtype=np.int64)
        hits = np.zeros(len(rows), dtype=int)
        for given_options, _ in certificate.leaves():
            narrowed = Every(
                tuple(Within(i, sum(1 << o for o in on)) for i, on in given_options.items())
            )
            hits += holds(narrowed, rows)
        assert (hits == 1).all()
        assert certificate.n_leaves == sum(1 for _ in certificate.leaves()) > 1
        n_split += 1
    assert n_split > 10


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(
            st.lists(st.integers(-9, 9), min_size=n, max_size=n), min_size=1, max_size=12
        )
    )
)
def test_the_mix_and_the_weights_prove_each_other(rows):
    gains = np.array(rows, dtype=float)
    found = balance(gains)
    assert found.shares.min() >= 0
    assert found.weights.min() >= 0
    assert found.shares.sum() == pytest.approx(1)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.shares @ gains).min() == pytest.approx(found.gain, abs=1e-7)
    assert (gains @ found.weights).max() == pytest.approx(found.gain, abs=1e-7)
