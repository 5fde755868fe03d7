"""Compiling ahead what large cases need, so that the first of them need not wait for it."""

from __future__ import annotations

import numpy as np

from detente.diagram import Diagram, diagram_of
from detente.factors import Factors, every, factors_of, within
from detente.solvers import compiled_merging
from detente.solvers.agendas import search
from detente.solvers.concept import Sanctions
from detente.solvers.merging import first_labels
from detente.solvers.nash import nash_of
from detente.solvers.nash_readings import Readings, nash_of_readings, shared
from detente.solvers.option_form import OptionForm, every_transition, graph_of
from detente.solvers.orderings import Precedence
from detente.solvers.roadmap import plain_steps
from detente.solvers.roadmap_labels import best_by_labels
from detente.solvers.roadmap_sets import best_by_sets
from detente.solvers.sanctions_in_graphs import InGraph
from detente.solvers.sanctions_in_option_form import InOptionForm
from detente.solvers.standing import KEYS, worst_compiled
from detente.solvers.state_graph import graph_of_moves
from detente.solvers.states import step_of
from detente.solvers.surroundings import surroundings
from detente.solvers.tabled import Table, settled_compiled
from detente.solvers.talks import Talks
from detente.work import Work

_PARTIES = range(2, 7)


def warm(work: Work | None = None) -> None:
    """Compile everything that is compiled, by solving small problems with it.

    The compiler keeps its results beside the modules, or in the user's cache where that folder
    cannot be written; later processes load them in a fraction of a second.
    """
    work = work or Work()
    for done, n_parties in enumerate(_PARTIES):
        work.step("compiling", done, len(_PARTIES) + 1)
        _merge(diagram_of(_small(n_parties)), work)
    work.step("compiling", len(_PARTIES), len(_PARTIES) + 1)
    diagram = diagram_of(_small(3))
    nash_of(diagram, work=work)
    options = np.array([[6, 1], [3, 3], [1, 6], [1, 0], [0, 2]])
    readings = Readings(values=options[None], no_deals=np.array([[1, 0]]))
    nash_of_readings(shared([3, 2]), readings, work=work)
    steps = plain_steps(final=[[9, 9]], no_deal=[[0, 0]], kept=[[[20, -1]], [[-12, 2]]])
    best_by_sets(steps, Precedence(n_items=2))
    best_by_labels(steps, Precedence(n_items=2))
    _talk()
    _stand()
    _states()
    work.step("compiling", len(_PARTIES) + 1, len(_PARTIES) + 1)


def _merge(diagram: Diagram, work: Work) -> None:
    n_parties = diagram.factors.n_parties
    labels = first_labels(diagram)
    for layer in diagram.layers:
        need = np.full((1, layer.n_targets), -1.0)
        found = compiled_merging.merged(
            labels, layer, np.ones((1, n_parties)), need, work, most=10**6
        )
        labels = labels if found is None else found


def _talk() -> None:
    """Settle one table, and search the agendas of two issues."""
    packages = np.array([[[0.0, 0.0], [1.0, 3.0], [3.0, 1.0], [2.0, 2.0]]])
    talks = Talks(
        sizes=(2, 2),
        n_signatories=2,
        complete=packages,
        no_deal=np.zeros((1, 2)),
        kept=(),
        meanwhile=(),
        status_quo=(0, 0),
        takes=np.zeros(2),
        patience=np.ones(2),
        later=np.ones(1),
        drift=np.zeros((1, 2)),
    )
    search(talks)
    step = step_of((2, 2), (0, 0), (), (0, 1))
    table = Table(after=packages, stop=np.zeros((1, 1, 2)), step=step, n_signatories=2)
    settled_compiled(table, "nash", reverse=False)


def _stand() -> None:
    """Judge one state."""
    graph = graph_of_moves(3, [[(0, 1)], [(1, 2)], [(2, 0)]])
    worst_compiled(surroundings(graph, 0, 0), np.zeros((1, 3, 3)), KEYS)


def _states() -> None:
    """Find the stable states of a conflict with an option that cannot be given up."""
    free, one_way = every_transition(2), np.array([[False, True], [False, False]])
    form = OptionForm(
        sizes=(2, 2), allowed=((free, None), (None, one_way)), feasible=np.ones(4, dtype=bool)
    )
    ranks = np.zeros((2, 4), dtype=np.int32)
    sanctions = Sanctions(by="improvements")
    for engine in (InOptionForm(form, ranks), InGraph(graph_of(form), ranks, compiled=True)):
        engine.attained(0, sanctions, Work())


def _small(n_parties: int) -> Factors:
    """Return opposed interests over a few issues, with one condition."""
    drawn = np.random.default_rng(n_parties).integers(0, 50, (5, 4, n_parties))
    together = every(
        [within(0, [True, False, False, False]), within(2, [False, True, True, False])]
    )
    return factors_of(drawn.tolist(), [10] * n_parties, shifts=[(together, [5] * n_parties)])
