"""The Nash bargaining solution of many readings that share one diagram."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from detente.diagram import Floats
from detente.factors import Bools, Ints
from detente.solvers.kernels.nash import EMPTY, EXACT, Limits, Solved, solved
from detente.solvers.kernels.nash_paths import Graph

UNDECIDED = 3


class Shape(NamedTuple):
    """What the readings share.

    graph : its gains are not used
    value : which row of the values each arc adds
    condition, first : which conditions come true on each arc, and where each arc's begin
    option : of each arc
    issue : of each layer
    """

    graph: Graph
    value: Ints
    condition: Ints
    first: Ints
    option: Ints
    issue: Ints


class Amounts(NamedTuple):
    """What differs between readings.

    values : shape (n_readings, n_values, n_parties)
    shifts : shape (n_readings, n_conditions, n_parties)
    banned : whether a condition forbids, shape (n_readings, n_conditions)
    no_deals : shape (n_readings, n_parties)
    """

    values: Floats
    shifts: Floats
    banned: Bools
    no_deals: Floats


class Answers(NamedTuple):
    """Filled in reading by reading.

    status : EXACT, EMPTY, BOUNDED, or UNDECIDED when doubles do not decide
    found : whether there is a package
    gains, packages : of the best package, shape (n_readings, n_parties or n_issues)
    """

    status: Ints
    found: Bools
    gains: Ints
    packages: Ints


@njit(cache=True, nogil=True)
def solve_readings(
    shape: Shape, amounts: Amounts, rows: Ints, answers: Answers, limits: Limits, stop: Ints
) -> None:
    """Solve some readings."""
    for reading in rows:
        if stop[0] != 0:
            return
        graph = _graph_of(shape, amounts, reading)
        found = solved(graph, limits, stop)
        answers.status[reading] = found.status
        several = found.status == EXACT and len(found.gains) > 1
        if several or (found.status == EMPTY and _acceptable(graph, limits, stop)):
            answers.status[reading] = UNDECIDED
        if found.status != EMPTY and len(found.gains) > 0:
            _enter(shape, found, answers, reading)


@njit(cache=True, nogil=True)
def _graph_of(shape: Shape, amounts: Amounts, reading: int) -> Graph:
    """Fill in a reading's amounts; what is banned costs more than all the rest can gain."""
    no_deal = amounts.no_deals[reading]
    n_parties, n_arcs = len(no_deal), len(shape.value)
    values, shifts = amounts.values[reading], amounts.shifts[reading]
    gain = np.empty((n_parties, n_arcs))
    banned = np.zeros(n_arcs, np.bool_)
    for a in range(n_arcs):
        for p in range(n_parties):
            gain[p, a] = values[shape.value[a], p]
        for i in range(shape.first[a], shape.first[a + 1]):
            condition = shape.condition[i]
            banned[a] |= amounts.banned[reading, condition]
            for p in range(n_parties):
                gain[p, a] += shifts[condition, p]
    if banned.any():
        start = shape.graph.start
        for p in range(n_parties):
            cost = 2.0 + abs(no_deal[p])
            for layer in range(len(start) - 1):
                cost += np.abs(gain[p, start[layer] : start[layer + 1]]).max()
            gain[p][banned] = -cost
    return _with(shape.graph, gain, -no_deal)


@njit(cache=True, nogil=True)
def _with(graph: Graph, gain: Floats, base: Floats) -> Graph:
    return Graph(
        graph.start,
        graph.level,
        graph.source,
        graph.target,
        gain,
        base,
        graph.arc,
        graph.layer,
        graph.fixed,
    )


@njit(cache=True, nogil=True)
def _acceptable(graph: Graph, limits: Limits, stop: Ints) -> bool:
    """Tell whether some package may give no party less than nothing."""
    raised = _with(graph, graph.gain, graph.base + 1.0)
    return solved(raised, limits, stop).status != EMPTY


@njit(cache=True, nogil=True)
def _enter(shape: Shape, found: Solved, answers: Answers, reading: int) -> None:
    answers.found[reading] = True
    for p in range(found.gains.shape[1]):
        answers.gains[reading, p] = np.int64(found.gains[0, p])
    for layer in range(found.paths.shape[1]):
        answers.packages[reading, shape.issue[layer]] = shape.option[found.paths[0, layer]]
