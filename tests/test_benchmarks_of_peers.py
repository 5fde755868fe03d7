"""The comparison with peers compares answers first, notices what differs, and writes its page.

The peers are stubs here, in an interpreter of their own, that err as the real ones were seen to.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import __main__ as command
from benchmarks.peers import environment, faults, files, measuring, problems, tables
from benchmarks.peers.faults import FAULTS, Said
from benchmarks.peers.frontiers import Difference, Row
from benchmarks.peers.measuring import Report, measured
from benchmarks.peers.page import page
from benchmarks.peers.problems import Problem, vectors_of, write_game
from benchmarks.peers.process import Entrant, Process, SideError, Timed, raced
from benchmarks.peers.starting import Command, commands_of, costs_of

STUBS = {
    "negmas/__init__.py": "",
    "negmas/outcomes.py": """
from types import SimpleNamespace
def make_issue(values, name):
    return SimpleNamespace(all=values, name=name, cardinality=len(values))
def make_os(issues):
    return SimpleNamespace(issues=issues)
""",
    "negmas/preferences/__init__.py": """
from itertools import product
from types import SimpleNamespace
class LinearAdditiveUtilityFunction:
    def __init__(self, values, weights, outcome_space, reserved_value):
        self.values, self.outcome_space, self.reserved_value = values, outcome_space, reserved_value
    def __call__(self, outcome):
        return sum(table[label] for table, label in zip(self.values, outcome))
class UFunConstraint:
    def __init__(self, ufun, constraint, outcome_space, reserved_value):
        raise ValueError("constraints are not for me")
def _listed(ufuns):
    outcomes = list(product(*(issue.all for issue in ufuns[0].outcome_space.issues)))
    return outcomes, [tuple(f(o) for f in ufuns) for o in outcomes]
def pareto_frontier(ufuns):
    # ties vanish, and one dominated package too many is reported
    outcomes, points = _listed(ufuns)
    distinct = {point: k for k, point in enumerate(points)}
    kept = [k for p, k in distinct.items()
            if not any(q != p and all(map(float.__ge__, q, p)) for q in distinct)]
    worst = min(range(len(points)), key=lambda k: sum(points[k]))
    return [points[k] for k in kept], [*kept, *({worst} - set(kept))]
def calc_scenario_stats(ufuns):
    outcomes, points = _listed(ufuns)
    found = [outcomes[k] for k in pareto_frontier(ufuns)[1]]
    one = found[:1]
    return SimpleNamespace(pareto_outcomes=found, nash_outcomes=one, ks_outcomes=one,
                           kalai_outcomes=one, max_welfare_outcomes=one)
""",
    "negmas/preferences/value_fun.py": "TableFun = dict",
    "negmas/inout.py": """
class Scenario:
    def __init__(self, outcome_space, ufuns):
        pass
    def dumpas(self, folder, type, save_stats, save_info):
        folder.mkdir()
    @classmethod
    def load(cls, folder):
        raise KeyError("blue") if (folder / "domain.json").exists() else OSError("unreadable")
""",
    "pygambit/__init__.py": """
from types import SimpleNamespace
import numpy as np
class Game:
    def __init__(self, path):
        head, _, body = open(path).read().partition("\\n\\n")
        self.sizes = [int(n) for n in head.rpartition("{")[2].strip(" }\\n").split()]
        rows = np.array(body.split(), dtype=int).reshape(-1, len(self.sizes))
        self.tables = [row.reshape(self.sizes, order="F") for row in rows.T]
        self.players = [SimpleNamespace(strategies=[(p, s) for s in range(n)])
                        for p, n in enumerate(self.sizes)]
    def to_arrays(self):
        return self.tables
def _solved(game):
    best = np.logical_and.reduce([t == t.max(axis=k, keepdims=True)
                                  for k, t in enumerate(game.tables)])
    return SimpleNamespace(equilibria=[
        {(p, s): int(s == chosen) for p, chosen in enumerate(where) for s in range(game.sizes[p])}
        for where in np.argwhere(best).tolist()])
read_nfg = Game
nash = SimpleNamespace(enumpure_solve=_solved)
""",
    "nashpy/__init__.py": """
class Game:
    def __init__(self, *tables):
        self.payoff_matrices = tables
    def is_best_response(self, row, column):
        one, two = self.payoff_matrices
        return (row @ one @ column == (one @ column).max(), row @ two @ column == (row @ two).max())
""",
}


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment in which the peers are stubs."""
    place = tmp_path_factory.mktemp("peers")
    for name, text in STUBS.items():
        file = place / "stubs" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    for folder in (place / "domains" / "one", place / "domains" / "two"):
        folder.mkdir(parents=True)
        for name in ("domain.json", "profile.json"):
            (folder / name).write_text("{}", encoding="utf-8")
    python = place / "bin" / "python"
    python.parent.mkdir()
    python.write_text(
        f'#!/bin/sh\nPYTHONPATH="{place / "stubs"}" exec "{sys.executable}" "$@"\n',
        encoding="utf-8",
    )
    python.chmod(0o755)
    return place


@pytest.fixture(scope="module")
def report(peers: Path) -> Report:
    """Return one small run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(problems, "QUICK_ISSUES", (2,))
        patch.setattr(problems, "PARTIES", (2,))
        patch.setattr(measuring, "commands_of", lambda *given: commands_of(*given)[-3:])
        return measured(environment.interpreter_of(peers), quick=True, domains=peers / "domains")


def test_every_side_answers_and_answers_are_compared(report: Report) -> None:
    assert [row.problem.n_parties for row in report.frontiers] == [2] * 4
    assert all(row.confirmed for row in report.frontiers)
    differences = [row.difference for row in report.frontiers]
    assert all(d and not d.n_missing for d in differences)
    assert [d.n_dominated for d in differences[:2] if d] == [1] * 2
    assert sum(d.n_hidden for d in differences if d) > 0
    assert {answer.problem.numbers for answer in report.whole} == {"real"}
    assert all("frontier" in answer.different for answer in report.whole)
    assert all(game.same for game in report.games)
    assert report.games[0].nashpy is not None
    assert report.games[-1].nashpy is None


def test_small_questions_are_asked_of_both(report: Report) -> None:
    assert report.sound
    questions = report.said[: len(FAULTS)]
    assert questions[0].negmas == "ValueError: constraints are not for me"
    assert (questions[3].negmas, questions[3].right) == ("A, C", "A, B, C")
    read = report.said[len(FAULTS) :]
    assert [said.negmas for said in read].count("KeyError: 'blue'") == 1
    assert [said.right for said in read] == [fault.right for fault in files.FILES]


def test_the_page_tells_all_of_it(report: Report) -> None:
    text = page(report)
    for heading in ("The frontier", "Games", "Right and wrong", "What the peers do better"):
        assert f"\n## {heading}\n" in text
    assert "confirm 4 of 4" in text
    assert "reports 1 vectors that are not on the frontier" in " ".join(text.split())
    assert "| 2 × 3 × 2 |" in text
    assert "two players only" in text
    assert "NegMAS opens 0 of 2 folders. Why not the others: KeyError (2)." in " ".join(
        text.split()
    )
    assert "Detente opens 0 of 2 folders. Why not the others: the folder" in " ".join(text.split())
    assert not [line for line in text.splitlines() if line.startswith("|") and "None" in line]


def test_the_most_frequent_reasons_are_told(report: Report) -> None:
    answers = {f"d{k}": f"d{k}: reason {min(k, 6)}" if k else "" for k in range(9)}
    folders = {"detente": answers, "negmas": {"d": ""}}
    told = " ".join(tables.folders_said(replace(report, folders=folders)).split())
    assert "Detente opens 1 of 9 folders. Why not the others: " in told
    assert "the folder: reason 1 (1)" in told
    assert "; and 1 for other reasons. NegMAS opens 1 of 1 folders." in told
    assert "None were tried" in tables.folders_said(replace(report, folders={}))


def test_what_detente_answers_wrongly_is_told(
    report: Report, peers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(report, said=(Said(asked="?", negmas="a|b", right="c", detente="d"),))
    assert not wrong.sound
    assert "| ? | a\\|b | c | **d** |" in page(wrong)
    told = tmp_path / "page.md"
    for report_, status in ((report, 0), (wrong, 1)):
        monkeypatch.setattr(command, "measured", lambda *_, report_=report_, **__: report_)
        assert command.main(["--quick", "--venv", str(peers), "--page", str(told)]) == status
    assert told.read_text(encoding="utf-8") == page(wrong)


def test_what_is_missed_or_unanswered_is_told() -> None:
    problem = Problem(kind="conflict", whole=True, n_parties=4, n_issues=6)
    times = {"detente": 1.0, "with packages": 1.0, "listing": 5.0, "negmas": 900.0}
    sides = {name: Timed(walls=(t,), cpus=(t,)) for name, t in times.items()}
    same = Difference(n_packages=2, n_hidden=3, n_missing=0, n_dominated=0)
    row = Row(problem=problem, sides=sides, difference=same)
    told = " ".join(tables.verdict([row]).split())
    assert "It is missed by: 10^6, 4 parties, conflict, whole (900)." in told
    assert "It is missed by: 10^6, 4 parties, conflict, whole (5.0)." in told
    assert tables.where_slower([row]) == ""
    assert "yes, 3 hidden" in tables.frontier_table([row], 150)
    stopped = {**sides, "negmas": Timed(problem="stopped after 150 s")}
    stopped["listing"] = Timed(walls=(0.5,), cpus=(0.5,))
    row = Row(problem=problem, sides=stopped)
    assert "| over 150 | not answered |" in tables.frontier_table([row], 150)
    assert "NegMAS answered none" in tables.verdict([row])
    assert "1 of 1 problems of 10^6 packages" in " ".join(tables.where_slower([row]).split())
    empty = Row(problem=problem, sides={**sides, "detente": Timed(problem="failed")})
    assert empty.ratio("negmas") is None
    assert "| – | – |" in tables.frontier_table([empty], 150)


def test_a_side_that_fails_or_takes_too_long_is_told(peers: Path, tmp_path: Path) -> None:
    python = environment.interpreter_of(peers)
    (peers / "stubs" / "slow_side.py").write_text(
        "import os, time\n"
        "def spin(seconds):\n"
        "    end = time.monotonic() + seconds\n"
        "    while time.monotonic() < end: pass\n"
        "from benchmarks.peers.way import Way\n"
        "def ways():\n"
        "    def way(solve): return Way(prepare=float, solve=solve, answer=lambda _, f: f)\n"
        "    return {'spin': way(spin), 'end': way(lambda _: os._exit(1)),\n"
        "            'fail': way(lambda x: 1 / x)}\n",
        encoding="utf-8",
    )
    process = Process(Entrant(name="slow", interpreter=python, module="slow_side"), limit=0.5)
    try:
        problems_ = [
            raced([process], question, given)["slow"].problem
            for question, given in (("spin", 30), ("end", 0), ("fail", 0), ("nothing", 0))
        ]
        assert problems_ == [
            "stopped after 0.5 s",
            "its process ended without an answer",
            "ZeroDivisionError: float division by zero",
            "KeyError: 'nothing'",
        ]
        timed = raced([process], "spin", 0, repeats=2)["slow"]
        assert len(timed.walls) == 2
    finally:
        process.close()
    missing = Process(Entrant(name="none", interpreter=tmp_path / "no", module="slow_side"))
    with pytest.raises(SideError, match="its process ended"):
        missing.ask("run")
    with pytest.raises(FileNotFoundError, match="is no virtual environment"):
        environment.interpreter_of(tmp_path)


def test_commands_are_timed_and_failures_told(tmp_path: Path) -> None:
    words = ((sys.executable, "-c", "pass"), (sys.executable, "-c", "1 / 0"), (str(tmp_path),))
    costs = costs_of([Command(title="x", side="y", words=each) for each in words], repeats=1)
    assert costs[0].wall > 0
    assert costs[0].memory > 1
    assert costs[1].problem == "ZeroDivisionError: division by zero"
    assert costs[2].problem.startswith("PermissionError")


@pytest.mark.parametrize(
    ("sought", "right"),
    [
        ("frontier", [(0,), (2,), (3,)]),
        ("nash", [(0,)]),
        ("kalai_smorodinsky", [(0,)]),
        ("utilitarian", [(0,)]),
    ],
)
def test_definitions_are_those_of_the_literature(sought: str, right: list[tuple[int, ...]]) -> None:
    values = (((9, 2, 0, 10), (5, 5, 10, 0)),)
    fault = faults.Fault(
        asked="", sought=sought, options=(("A", "B", "C", "D"),), values=values, no_deal=(0, 0)
    )
    assert fault.right() == right
    assert fault.named(right) == ", ".join("ABCD"[package[0]] for package in right)
    assert replace(fault, no_deal=(11, 0)).right() == []
    assert (0,) not in replace(fault, refused=((1, 0, 0),)).right()
    assert (0,) not in replace(fault, banned=((0, 0),)).right()


def test_problems_are_the_same_everywhere(tmp_path: Path) -> None:
    problem = Problem(kind="independent", whole=True, n_parties=2, n_issues=2)
    given = problem.given()
    expected = np.random.default_rng(1).integers(0, 101, (2, 2, 10))
    assert (np.array(given["values"]) == expected).all()
    one = tuple(int(n) for n in expected[0, :, 3] + expected[1, :, 7])
    assert vectors_of(given, [(3, 7), (3, 7)]) == {one}
    assert vectors_of(given, []) == set()
    assert len(problems.problems()) == 48
    text = write_game((2, 3), tmp_path / "game.nfg").read_text(encoding="ascii")
    assert text.startswith('NFG 1 R "Made up" { "player 1" "player 2" } { 2 3 }\n\n')
    assert len(text.splitlines()) == 2 + 6
