"""How Detente answers; with :mod:`benchmarks.peers.listing_side`, what this interpreter runs."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from benchmarks.peers.way import Way, Ways
from detente import Case, DetenteError, dump, load, settle
from detente.analysis import Analysis
from detente.case import Constraint
from detente.diagram import diagram_of
from detente.document import Faults
from detente.factors import Factors, factors_of
from detente.formats.additive import Profile, ReadIssue, additive_case
from detente.grammar import parse_condition
from detente.modelling import model_of
from detente.solvers.frontier import Frontier, frontier_of
from detente.solvers.replay import counts_behind, packages_behind
from detente.solvers.warming import warm
from detente.state_values import state_values_of
from detente.survey import survey_of
from detente.work import Work


def ways() -> Ways:
    """Return the questions it can answer."""
    warm()
    return {
        "frontier": Way(prepare=_factors, solve=_frontier, answer=_frontier_said),
        "frontier with packages": Way(
            prepare=_factors,
            solve=_with_packages,
            answer=lambda f, found: _frontier_said(f, *found),
        ),
        "statistics": Way(prepare=dict, begin=case_of, solve=settled, answer=_settled_said),
        "packages": Way(prepare=dict, solve=_answered),
        "game": Way(prepare=_game, solve=_resting),
        "game file": Way(prepare=str, solve=lambda p: _resting(_game(p))),
        "files": Way(prepare=dict, solve=_read),
        "written": Way(prepare=_written, solve=str),
        "folders": Way(prepare=list, solve=_opened),
    }


def _factors(given: Any) -> Factors:
    values = [list(zip(*tables, strict=True)) for tables in given["values"]]
    return factors_of(values, given["no_deal"])


def _frontier(factors: Factors) -> Frontier:
    return frontier_of(diagram_of(factors))


def _with_packages(factors: Factors) -> tuple[Frontier, Any]:
    """Find the frontier and one package for each vector."""
    found = _frontier(factors)
    return found, packages_behind(found, np.arange(len(found)), most=1)[0]


def _frontier_said(factors: Factors, found: Frontier, packages: Any = None) -> Any:
    """Say the vectors, of packages worked out anew, and how many packages have them."""
    vectors = found.vectors if packages is None else factors.values_of(packages)
    counts = counts_behind(found, np.arange(len(found)))
    return {"vectors": np.asarray(vectors).astype(object).tolist(), "packages": int(sum(counts))}


def case_of(given: Any) -> Case:
    """Return a problem as a case."""
    scale = given["scale"]
    issues = [
        ReadIssue(label=f"issue{i}", values=tuple(f"o{option}" for option in range(len(table[0]))))
        for i, table in enumerate(given["values"])
    ]
    profiles = [
        Profile(
            label=f"party{party}",
            points=tuple(
                tuple(Fraction(value, scale) for value in table[party]) for table in given["values"]
            ),
            no_deal=Fraction(no_deal, scale),
            refused=tuple((i, o) for who, i, o in given.get("refused", ()) if who == party),
        )
        for party, no_deal in enumerate(given["no_deal"])
    ]
    case = additive_case("Made up", issues, profiles, faults=Faults())
    banned = [f"issue{issue} != o{option}" for issue, option in given.get("banned", ())]
    constraints = tuple(Constraint(condition=parse_condition(text)) for text in banned)
    return replace(case, constraints=constraints)


def settled(case: Case) -> Any:
    """Settle a case, as a user does, and read everything that is answered."""
    found = settle(case)
    return found, found.data()


def _settled_said(_: Any, result: Any) -> Any:
    """Say the packages of the frontier, one for each vector, and of each solution."""
    agreement = result[0].agreement
    frontier = agreement.frontier
    packages: list[list[int]] = []
    if frontier is not None:
        packages = packages_behind(frontier, np.arange(len(frontier)), most=1)[0].tolist()
    return {
        "frontier": packages,
        **{
            pick.name: [list(judged.package) for judged in pick.packages]
            for pick in agreement.picks
        },
    }


def _answered(given: Any) -> list[list[int]]:
    """Return all packages of the frontier or of a solution."""
    agreement = settle(case_of(given)).agreement
    if given["sought"] != "frontier":
        picks = {pick.name: pick for pick in agreement.picks}
        return [list(judged.package) for judged in picks[given["sought"]].packages]
    frontier = agreement.frontier
    if frontier is None:
        return []
    packages: list[list[int]] = packages_behind(frontier, np.arange(len(frontier)))[0].tolist()
    return packages


def _game(path: str) -> Any:
    """Return the model of a game from its file, and how its parties rank the states."""
    analysis = Analysis(case=load(path), work=Work())
    model = model_of(analysis, analysis.case.vocabulary.status_quo)
    return analysis, model, state_values_of(analysis, model)


def _resting(game: Any) -> list[int]:
    """Return the states that no party can leave for one it prefers; stability R of all.

    They are told by number: the strategy of the first player varies fastest.
    """
    analysis, model, values = game
    found = survey_of(model, values, start=model.status_quo, keys=["R"], work=analysis.work)
    return [int(state) for state in found.equilibria("R")]


def _written(given: Any) -> str:
    """Write a problem into a folder as NegMAS keeps it; return the folder."""
    dump(case_of(given), given["folder"], to="negmas")
    return str(given["folder"])


def _read(given: Any) -> str:
    """Say what packages, and no deal, are worth to the second party of a folder, from 0 to 1."""
    valuation = Analysis(case=load(given["folder"]), work=Work()).valuation
    values = valuation.values(np.array(given["packages"], dtype=np.int64))[:, 1]
    amounts = [*values.tolist(), valuation.no_deal[1]]
    told = [f"{float(valuation.in_points(amount)) / 100:.6g}" for amount in amounts]
    return f"{', '.join(told[:-1])}; no deal {told[-1]}"


def _opened(folders: list[str]) -> dict[str, str]:
    """Return why each folder does not load; nothing where it does."""
    found = {}
    for folder in folders:
        try:
            load(folder)
            found[folder] = ""
        except DetenteError as error:
            found[folder] = str(error).partition("\n")[0]
    return found
