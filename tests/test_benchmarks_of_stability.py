"""The benchmark of stability measures, compares, and says where verdicts differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import stability as module
from benchmarks.conflicts import in_options, on_graph
from detente.solvers.stability import stability


def test_stability_is_measured_and_told() -> None:
    report = module.measured(quick=True)
    assert report.sound
    assert [row.n_parties for row in (*report.forms, *report.graphs)] == [2, 3, 3]
    text = module.page(report)
    assert "| 2 | 4,096 | 0 | 0 % |" in text
    assert "with the same verdicts" in text
    assert "beside" not in text.lower().replace("ran beside it", "")
    wrong = replace(report, forms=(replace(report.forms[0], same=False),))
    assert "NOT the same verdicts" in module.page(wrong)


def test_growth_is_told_from_the_larger_sizes() -> None:
    row = module.Row(
        n_parties=2, n_states=2**16, wall=1.0, cpu=1.0, bytes_each=None, equilibria=(0, 1, 2, 3)
    )
    rows = (row, replace(row, n_states=2**18, cpu=9.0), replace(row, one_way=1, cpu=99.0))
    assert "3.00 with 2 parties" in module._growth(rows)
    assert "tell nothing of growth" in module._growth(rows[:1])


@pytest.mark.parametrize("flipped", ["", "~"])
def test_another_implementation_is_timed_and_compared(
    flipped: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "other.py").write_text(f"""
from detente.solvers.stability import stability
def stable(form, ranks):
    found = stability(form, ranks)
    return {{"R": {flipped}found.of("R"), **{{k: found.of(k) for k in ("GMR", "SMR", "SEQ")}}}}
""")
    assert module.main(["--quick", "--beside", str(tmp_path / "other.py")]) == int(flipped == "~")
    assert "| beside, of the processor |" in capsys.readouterr().out


def test_the_conflicts_are_the_same_everywhere() -> None:
    form, ranks = in_options(2, 6, one_way=1, missing=0.3)
    assert form.n_states == ranks.shape[1]
    transitions = [[None if a is None else int(a.sum()) for a in own] for own in form.allowed]
    assert transitions == [[1, 2, 2, None, None, None], [None, None, None, 1, 2, 2]]
    assert (in_options(2, 6, one_way=1, missing=0.3)[1] == ranks).all()
    graph, ranks = on_graph(3, 50, 4)
    assert 500 < graph.n_moves <= 600
    assert np.array_equal(np.sort(ranks), np.tile(np.arange(50), (3, 1)))
    assert stability(graph, ranks).verdicts.shape == (3, 50)
