"""Which states are stable for whom, and which are equilibria: stable for every party.

The concepts of the graph model for conflict resolution (Fang, Hipel & Kilgour 1993). A party
stays at a state that it could improve on where each improvement may be answered in a way that
leaves it no better off; concepts differ in which answers it reckons with. Ties are no better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from detente.errors import UnanswerableError, UnknownNameError, did_you_mean, quote
from detente.factors import Bools, Ints
from detente.hit_and_run import Floats
from detente.solvers import thresholds
from detente.solvers.concept import Concept, Model, Ranks, Sanctions, ranks_of
from detente.solvers.horizon import NON_MYOPIC, horizon_of, looking_ahead
from detente.solvers.option_form import OptionForm, graph_of
from detente.solvers.sanctions_in_graphs import LOOKING, InGraph
from detente.solvers.sanctions_in_option_form import InOptionForm
from detente.solvers.simultaneous import SIMULTANEOUS
from detente.work import Work

Words = NDArray[np.uint16]

BASIC = (
    Concept(
        key="R",
        name="rationality",
        source="Nash 1950, 1951",
        meaning="can move nowhere that it prefers",
        stable=Sanctions(by="nothing"),
    ),
    Concept(
        key="GMR",
        name="general metarationality",
        source="Howard 1971",
        meaning="could be put back, by some answer of the others, after every improvement",
        stable=Sanctions(by="moves"),
    ),
    Concept(
        key="SMR",
        name="symmetric metarationality",
        source="Howard 1971",
        meaning="could be put back after every improvement, and could not escape by moving again",
        stable=Sanctions(by="moves", countered=True),
    ),
    Concept(
        key="SEQ",
        name="sequential stability",
        source="Fraser & Hipel 1979",
        meaning="would be put back after every improvement by others who gain by each step",
        stable=Sanctions(by="improvements"),
    ),
    Concept(
        key="SSEQ",
        name="symmetric sequential stability",
        source="Rego & Vieira 2017",
        meaning="would be put back after every improvement by others who gain by each step, "
        "and could not escape by moving again",
        stable=Sanctions(by="improvements", countered=True),
    ),
)
"""The concepts that hold for any number of parties, from the least foresight to the most care."""

CONCEPTS = {concept.key: concept for concept in (*BASIC, NON_MYOPIC, SIMULTANEOUS)}
"""Every concept by its key. One is added by writing it down in its module and naming it here.

Besides, the keys ``L_1``, ``L_2``, ... name limited-move stability with these horizons.
"""

BASIC_KEYS = tuple(concept.key for concept in BASIC)
MOST_CONCEPTS = 16
"""Verdicts of one party on one state are bits of one number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stability:
    """Verdicts on every state.

    concepts : what was asked
    verdicts : uint16, shape (n_parties, n_states); bit k is set where the state is stable for the
        party by ``concepts[k]``
    """

    concepts: tuple[Concept, ...]
    verdicts: Words

    def of(self, key: str) -> Bools:
        """Return where a concept holds, shape (n_parties, n_states)."""
        held: Bools = self.verdicts & self._bit(key) != 0
        return held

    def equilibria(self, key: str) -> Ints:
        """Return the states that are stable for every party, ascending."""
        common = np.bitwise_and.reduce(self.verdicts, axis=0)
        return np.flatnonzero(common & self._bit(key))

    def _bit(self, key: str) -> np.uint16:
        keys = [concept.key for concept in self.concepts]
        if key not in keys:
            message = f"{quote(key)} was not asked; {did_you_mean(key, keys)}"
            raise UnknownNameError(message)
        return np.uint16(1 << keys.index(key))


def stability(
    model: Model,
    ranks: Ranks | Floats,
    concepts: Sequence[str | Concept] = BASIC_KEYS,
    *,
    work: Work | None = None,
) -> Stability:
    """Tell for every state whether it is stable for each party.

    ranks : int32, shape (n_parties, n_states), larger is better, ties equal; or values of any kind
    concepts : keys of :data:`CONCEPTS`, or concepts of one's own

    Raises UnknownNameError for a key that is none; UnanswerableError where a concept is not defined
    for this conflict; LimitError where its moves have to be written out and are too many.

    Cost, for each party: near to linear in the states of an option form, and in the moves of any
    other conflict. Memory for option form: some 20 bytes for each state and party, with results.

    Examples
    --------
    The prisoners' dilemma: neither confesses (0), one or the other does (1, 2), both do (3).

    >>> import numpy as np
    >>> from detente.solvers.state_graph import graph_of_moves
    >>> moves = [[(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]]
    >>> ranks = np.array([[2, 3, 0, 1], [2, 0, 3, 1]], dtype=np.int32)
    >>> found = stability(graph_of_moves(4, moves), ranks)
    >>> found.equilibria("R").tolist(), found.equilibria("SEQ").tolist()
    ([3], [0, 3])
    >>> found.of("GMR")[0].tolist()
    [True, True, False, True]
    """
    work = work or Work()
    asked = tuple(_known(one) if isinstance(one, str) else one for one in concepts)
    if len(asked) > MOST_CONCEPTS:
        raise ValueError(f"at most {MOST_CONCEPTS} concepts at once")
    for concept in asked:
        _check(concept, model)
    own = np.require(ranks_of(ranks), np.int32, ["C", "W"])  # as it was compiled for
    verdicts = np.zeros(own.shape, dtype=np.uint16)
    reckoned = {k: c.stable for k, c in enumerate(asked) if isinstance(c.stable, Sanctions)}
    if reckoned:
        _reckon(engine_of(model, own), own, reckoned, verdicts, work)
    for k, concept in enumerate(asked):
        if not isinstance(concept.stable, Sanctions):
            verdicts |= concept.stable(model, own, work).astype(np.uint16) << k
    return Stability(concepts=asked, verdicts=verdicts)


def _reckon(
    engine: InGraph | InOptionForm,
    ranks: Ranks,
    reckoned: dict[int, Sanctions],
    verdicts: Words,
    work: Work,
) -> None:
    """Set the bits of concepts that are no more than the sanctions which count."""
    for party, own in enumerate(ranks):
        work.step(LOOKING, party, len(ranks))
        for k, sanctions in reckoned.items():
            stays = engine.attained(party, sanctions, work) <= own
            verdicts[party] |= stays.astype(np.uint16) << k
    work.step(LOOKING, len(ranks), len(ranks))


def _known(key: str) -> Concept:
    if horizon := horizon_of(key):
        return looking_ahead(horizon)
    if key not in CONCEPTS:
        message = f"no concept of stability is called {quote(key)}; "
        raise UnknownNameError(message + did_you_mean(key, [*CONCEPTS, "L_2"]))
    return CONCEPTS[key]


def _check(concept: Concept, model: Model) -> None:
    if not concept.fits(model):
        needs = ["a conflict in option form"] if concept.needs_option_form else []
        needs += [f"{concept.parties} parties"] if concept.parties else []
        message = f"{concept.name} ({concept.key}) needs {' and '.join(needs)}"
        raise UnanswerableError(message)


def _moves_of(form: OptionForm) -> float:
    """Return about how many moves would be gone through to write them all out."""
    ways = (
        prod(1 + allowed.sum() / len(allowed) for allowed in own if allowed is not None)
        for own in form.allowed
    )
    return float(np.count_nonzero(form.feasible) * sum(ways))


def engine_of(model: Model, ranks: Ranks) -> InGraph | InOptionForm:
    """Return what works out sanctions in this conflict: on all its moves, or without them.

    An option form is written out where it has few moves, or fewer than codes.
    """
    if isinstance(model, OptionForm):
        large = _moves_of(model) >= max(thresholds.COMPILED_MOVES, model.n_codes)
        if large and all(model.transitive(party) for party in range(model.n_parties)):
            return InOptionForm(model, ranks)
        model = graph_of(model)
    return InGraph(model, ranks, compiled=model.n_moves >= thresholds.COMPILED_MOVES)
