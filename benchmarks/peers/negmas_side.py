"""How NegMAS answers: the only module that calls it; run by the peers' own interpreter.

Run by itself, ``python -m benchmarks.peers.negmas_side FOLDER`` reads a scenario and prints its
frontier, as a user's script would.
"""

from __future__ import annotations

import sys
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.peers.way import Way, Ways


def ways() -> Ways:
    """Return the questions it can answer."""
    import negmas.preferences  # noqa: F401 - loaded before anything is timed

    return {
        "frontier": Way(prepare=utilities, solve=frontier, answer=frontier_said),
        "statistics": Way(prepare=utilities, solve=statistics, answer=statistics_said),
        "packages": Way(prepare=_question, solve=_answered),
        "files": Way(prepare=dict, solve=_read),
        "folders": Way(prepare=list, solve=_opened),
    }


def utilities(given: Any) -> Any:
    """Return a problem's utility functions: points as numbers, all weights 1."""
    from negmas.outcomes import make_issue, make_os
    from negmas.preferences import LinearAdditiveUtilityFunction
    from negmas.preferences.value_fun import TableFun

    scale = given["scale"]
    sizes = [len(tables[0]) for tables in given["values"]]
    names = [[f"o{option}" for option in range(size)] for size in sizes]
    issues = [make_issue(own, name=f"issue{i}") for i, own in enumerate(names)]
    space = make_os(issues)
    return [
        LinearAdditiveUtilityFunction(
            values=[
                TableFun({o: _points(v, scale) for o, v in zip(own, tables[party], strict=True)})
                for own, tables in zip(names, given["values"], strict=True)
            ],
            weights=[1.0] * len(issues),
            outcome_space=space,
            reserved_value=_points(no_deal, scale),
        )
        for party, no_deal in enumerate(given["no_deal"])
    ]


def _points(units: int, scale: int) -> float:
    return float(units) if scale == 1 else units / scale


def frontier(functions: Any) -> Any:
    """Find the frontier, end to end, as its documentation advises."""
    from negmas.preferences import pareto_frontier

    return pareto_frontier(functions)


def frontier_said(functions: Any, found: Any) -> Any:
    """Say the packages found, as positions of options."""
    sizes = [issue.cardinality for issue in functions[0].outcome_space.issues]
    packages = list(product(*map(range, sizes)))
    return [packages[int(position)] for position in found[1]]


def statistics(functions: Any) -> Any:
    """Find everything that the library tells of a scenario."""
    from negmas.preferences import calc_scenario_stats

    return calc_scenario_stats(tuple(functions))


def statistics_said(_: Any, found: Any) -> Any:
    """Say the packages of the frontier and of each solution, as positions of options."""
    return {
        name: [[int(label[1:]) for label in outcome] for outcome in outcomes]
        for name, outcomes in (
            ("frontier", found.pareto_outcomes),
            ("nash", found.nash_outcomes),
            ("kalai_smorodinsky", found.ks_outcomes),
            ("egalitarian", found.kalai_outcomes),
            ("utilitarian", found.max_welfare_outcomes),
        )
    }


def _question(given: Any) -> Any:
    """Return what is sought and the utility functions; a red line is a constraint on one."""
    from negmas.preferences import UFunConstraint

    functions = utilities(given)
    for party, issue, option in given["refused"]:
        inner, label = functions[party], f"o{option}"
        functions[party] = UFunConstraint(
            ufun=inner,
            constraint=partial(_keeps, issue, label),
            outcome_space=inner.outcome_space,
            reserved_value=inner.reserved_value,
        )
    for issue, option in given.get("banned", ()):
        functions[0].outcome_space.add_constraint(partial(_keeps, issue, f"o{option}"))
    return given["sought"], functions


def _keeps(issue: int, label: str, outcome: Any) -> bool:
    """Tell whether a package leaves an option out."""
    return bool(outcome[issue] != label)


def _answered(question: Any) -> Any:
    sought, functions = question
    if sought == "frontier":
        return frontier_said(functions, frontier(functions))
    return statistics_said(functions, statistics(functions))[sought]


def _read(given: Any) -> str:
    """Say what packages, and no deal, are worth to the second party of a folder."""
    from negmas.inout import Scenario

    scenario = Scenario.load(Path(given["folder"]))
    if scenario is None:
        return "does not load"
    issues = scenario.outcome_space.issues
    if len(issues) != len(given["packages"][0]):
        return f"{len(issues)} issues instead of {len(given['packages'][0])}"
    function = scenario.ufuns[1]
    worth = [
        float(function(tuple(list(i.all)[o] for i, o in zip(issues, package, strict=True))))
        for package in given["packages"]
    ]
    told = ", ".join(f"{value:.6g}" for value in worth)
    return f"{told}; no deal {float(function.reserved_value):.6g}"


def _opened(folders: list[str]) -> dict[str, str]:
    """Return why each folder does not load; nothing where it does."""
    from negmas.inout import Scenario

    found = {}
    for folder in folders:
        try:
            found[folder] = "" if Scenario.load(Path(folder)) is not None else "not recognised"
        except Exception as error:  # noqa: BLE001 - whatever the library raises is its answer
            found[folder] = type(error).__name__
    return found


def main(folder: str) -> None:
    """Print the frontier of a scenario."""
    from negmas.inout import Scenario
    from negmas.preferences import pareto_frontier

    scenario = Scenario.load(Path(folder))
    if scenario is None:
        raise SystemExit(f"{folder} holds no scenario")
    utility_vectors, _ = pareto_frontier(scenario.ufuns)
    sys.stdout.writelines(f"{tuple(map(float, vector))}\n" for vector in utility_vectors)


if __name__ == "__main__":
    main(sys.argv[1])
