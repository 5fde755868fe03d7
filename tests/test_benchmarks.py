"""The benchmarks are reproducible, compare answers before times, and notice what is wrong."""

from __future__ import annotations

import doctest
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import agendas, standing, uncertainty, wording
from benchmarks.__main__ import main
from benchmarks.disputes import dispute
from benchmarks.instances import Recipe, instance_of, packages_of, readings_of
from benchmarks.machine import this_machine
from benchmarks.measure import BESIDE, LISTED, measured
from benchmarks.page import Report, page
from benchmarks.picture import Group, growth_svg
from benchmarks.side import Answer, agreement
from benchmarks.targets import LISTINGS, TARGETS, Target
from benchmarks.verification import best_leximin, best_nash, small_instance, undominated, verified
from detente.analysis import Analysis

TINY = Recipe(
    seed=3, n_parties=3, n_issues=6, n_options=3, demand=0.4, n_interactions=2, n_bans=2, window=5
)
PLAIN = replace(TINY, n_interactions=0, n_bans=0)
TARGET = Target(key="tiny", title="A tiny frontier", question="frontier", recipes=(PLAIN,))


def silent(_: str) -> None:
    pass


def test_instances_are_the_same_everywhere() -> None:
    instance = instance_of(TINY)
    assert instance.values[0].tolist() == [[100, 10, 65], [40, 63, 50], [4, 69, 33]]
    assert instance.no_deal.tolist() == [179, 141, 167]
    assert [where.issues for where, _ in instance.interactions] == [(2, 4), (4, 5)]
    assert [by.tolist() for _, by in instance.interactions] == [[14, 0, 0], [0, 11, -40]]
    assert [where.options for where in instance.bans] == [(2, 2), (0, 0)]


def test_an_instance_means_the_same_to_the_engine() -> None:
    instance = instance_of(TINY)
    factors = instance.factors()
    choices = np.indices(factors.sizes).reshape(TINY.n_issues, -1).T
    issues = np.arange(TINY.n_issues)
    wanted = [instance.values[issues, :, package].sum(axis=0) for package in choices]
    banned = np.zeros(len(choices), dtype=bool)
    for row, package in enumerate(choices):
        for where, by in instance.interactions:
            if (package[list(where.issues)] == where.options).all():
                wanted[row] = wanted[row] + by
        banned[row] = any((package[list(w.issues)] == w.options).all() for w in instance.bans)
    assert (factors.values_of(choices) == np.array(wanted)).all()
    assert (factors.allowed(choices) == ~banned).all()
    assert banned.any()


def test_real_numbers_become_millionths() -> None:
    real, whole = instance_of(replace(TINY, whole=False)), instance_of(TINY)
    assert (real.values == np.round(real.values)).all()
    assert np.abs(real.values / real.scale - whole.values).max() <= 0.5
    assert (real.values % real.scale != 0).any()
    assert real.scale == 10**6


def test_readings_and_packages_are_the_same_everywhere() -> None:
    one, two = readings_of(TINY, 5), readings_of(TINY, 5)
    assert (one.values == two.values).all()
    assert one.values.shape == (5, 6, 3, 3)
    assert (one.no_deal == np.floor(0.4 * one.values.max(axis=2).sum(axis=1))).all()
    assert (one.factors(2).values[1] == one.values[2, 1]).all()
    assert (packages_of(TINY, 4) == packages_of(TINY, 4)).all()


def test_every_target_has_a_side_and_a_smaller_warm_up() -> None:
    from benchmarks import ours

    for target in (*TARGETS, *LISTINGS):
        assert target.question in ours.sides()
        assert max(r.n_issues for r in target.warm_recipes) <= target.warm_up
        assert {r.n_parties for r in target.warm_recipes} == {r.n_parties for r in target.recipes}


def test_a_tiny_target_runs_and_agrees_with_listing() -> None:
    result = measured(replace(TARGET, listed=True), quick=True, tell=silent)
    assert result.agreements == {LISTED: "equal"}
    assert result.sound
    assert result.ours.answers[0].size > 1
    report = Report(machine=this_machine(), quick=True, targets=(result,), listings=(result,))
    assert report.sound
    assert "| tiny | A tiny frontier | exact, " in page(report)
    assert "## Against listing every package" in page(report)


OTHER = """
from types import SimpleNamespace

class Instance:
    def __init__(self, values, no_deal, interactions, bans):
        self.values, self.no_deal = values, no_deal

def Layers(instance):
    return None

def frontier(instance, layers):
    import numpy as np
    WRONG
    return SimpleNamespace(status="exact", V=np.array([[1, 2, 3]]))
"""


@pytest.mark.parametrize(
    ("wrong", "said"), [("", "different"), ("raise ValueError('no luck')", "no luck")]
)
def test_another_implementation_that_errs_is_noticed(wrong: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "other.py"
    path.write_text(OTHER.replace("WRONG", wrong or "pass"))
    result = measured(TARGET, beside=str(path), quick=True, tell=silent)
    text = page(Report(machine=this_machine(), quick=True, targets=(result,)))
    assert said in text
    assert str(tmp_path) not in text
    assert result.sound == bool(wrong)
    assert (BESIDE in result.agreements) != bool(wrong)


def test_answers_are_compared() -> None:
    one = Answer(status="exact", size=2, digest="a")
    assert agreement([one], [one]) == "equal"
    assert agreement([one], [replace(one, digest="b")]) == "different"
    assert agreement([one, one], [one, replace(one, size=3)]) == "different"
    good = Answer(status="exact", amounts=(3, 120))
    less = Answer(status="exact", amounts=(3, 119))
    assert agreement([good], [less]) == "better"
    assert agreement([less], [good]) == "worse"
    assert agreement([good, less], [less, good]) == "worse"
    near = Answer(status="exact", logarithms=(4.0,))
    assert agreement([near], [replace(near, logarithms=(4.0 + 1e-12,))]) == "equal"
    assert agreement([near], [replace(near, logarithms=(4.0 + 1e-6,))]) == "different"
    within = Answer(status="approximate", size=9, shortfall=3, tolerance=4)
    assert agreement([within], [replace(within, size=7)]) == "equal"
    assert agreement([within], [replace(within, shortfall=5)]) == "different"


def test_the_brute_force_knows_the_definitions() -> None:
    assert undominated({(1, 2), (2, 1), (1, 1), (2, 0)}) == {(1, 2), (2, 1)}
    assert best_nash([(0, 9), (1, 1), (2, 1)]) == (2, 2)
    assert best_leximin([(5, 1, 4), (1, 4, 9), (0, 99, 99)]) == (1, 4, 9)


def test_small_instances_have_what_goes_wrong_most_easily() -> None:
    drawn = [small_instance(seed) for seed in range(100)]
    acceptable = [list(small.acceptable()) for small in drawn]
    assert any(not vectors for vectors in acceptable)
    assert any(len(vectors) > len(set(vectors)) for vectors in acceptable)
    assert any(len(table) == 1 for small in drawn for table in small.values)
    assert any(not any(map(any, table)) for small in drawn for table in small.values)
    assert any(small.bans and small.interactions for small in drawn)


def test_the_engine_agrees_with_brute_force() -> None:
    found = verified(60, silent)
    assert not any(found.mismatches.values())
    assert not found.problems
    assert 0 < found.n_empty < found.n_instances


def test_the_picture_shows_every_point() -> None:
    group = Group(name="A <curve>", points=((5.0, 3.0, -2.0), (30.0, 6.5, 0.5)))
    drawn = growth_svg([group, replace(group, name="Another")])
    assert drawn.count("<circle") == 1 + 2 * 2
    assert "A &lt;curve&gt;" in drawn


def test_unknown_parts_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["T99"])
    assert "no such part: T99" in capsys.readouterr().err


def test_durations_are_worded() -> None:
    assert doctest.testmod(wording).attempted
    assert not doctest.testmod(wording).failed


def test_a_dispute_has_the_size_asked_for() -> None:
    case = dispute(issues=10, parties=4, statements=30)
    assert (len(case.issues), len(case.parties), len(case.statements)) == (10, 4, 30)
    assert all(not Analysis(case=case).opinions[p.name].contradictory for p in case.parties)


def test_work_on_readings_is_measured_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "PLACES", uncertainty.PLACES[:1])
    report = uncertainty.measured(quick=True)
    (size,) = report.sizes
    assert size.n_readings == 2240
    assert size.n_trials > len(report.case.statements)
    assert report.sound
    assert f"| {size.n_readings:,} |" in uncertainty.page(report)
    apart = replace(report, digests={"here": "1", "there": "2"})
    assert not apart.sound
    assert "NOT the same" in uncertainty.page(apart)


def test_agendas_are_measured_and_told() -> None:
    report = agendas.measured(quick=True)
    assert report.sound
    text = agendas.page(report)
    assert "they ended as they do alone" in text
    assert "| 4 | any | the process ends | 75 | 20 | 2,613 |" in text
    wrong = replace(report, every=(replace(report.every[0], right=False),))
    assert not wrong.sound
    assert "NOT as they do alone" in agendas.page(wrong)


def test_standing_is_measured_and_told() -> None:
    report = standing.measured(quick=True)
    assert report.sound
    text = standing.page(report)
    assert "gave the same bytes" in text
    assert "| 3 | 1 | 8 | 24 | 100 |" in text
    wrong = replace(report, rows=(replace(report.rows[0], same=False),))
    assert not wrong.sound
    assert "did NOT give the same bytes" in standing.page(wrong)
