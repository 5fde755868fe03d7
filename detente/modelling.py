"""A case becomes a conflict: who can change what alone, as states and moves.

Either the case writes a graph out, in its block ``graph``, or its block ``control`` says which
transitions of which issues a party can make alone. Then the states are the feasible settings of
those issues, the rest being fixed as in a package, and they are numbered as users of the method do:
the first of the issues varies fastest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from detente.analysis import Analysis
from detente.blocks.control import Control
from detente.blocks.graph import (
    GraphMoves,
    GraphRanking,
    GraphState,
    Merged,
    Misread,
    StatusQuo,
    Unseen,
)
from detente.document import Faults
from detente.errors import LimitError, UnanswerableError, UnknownNameError
from detente.graph_model import GraphModel, state_called
from detente.hit_and_run import Bools
from detente.packages import condition_mask, package_space
from detente.solvers.option_form import OptionForm, every_transition
from detente.solvers.state_graph import graph_of_arrays, graph_of_moves
from detente.timing import entries_of
from detente.vocabulary import Issue, Package

MOST_CODES = 2**24
"""So many settings of the controlled issues, feasible or not, a model may have."""


def speaks_of_moves(analysis: Analysis) -> bool:
    """Tell whether a case says who can move, in the analysis' view."""
    return bool(
        entries_of(analysis, "control", Control) or entries_of(analysis, "graph", GraphState)
    )


def model_of(analysis: Analysis, base: Package) -> GraphModel:
    """Return the graph model of a case.

    base : the package that fixes the issues nobody controls; of no account where the case writes
        its graph out

    Raises
    ------
    UnanswerableError
        The case says nothing of moves, no state is feasible, or the case speaks of states by
        numbers that mean others beside this package.
    CaseError
        The case speaks of a state by a number that none has.
    LimitError
        There are more than :data:`MOST_CODES` settings of the controlled issues.

    Cost: one pass over the settings for each issue and constraint.
    """
    if entries_of(analysis, "graph", GraphState):
        return _written_out(analysis)
    control = entries_of(analysis, "control", Control)
    if not control:
        message = (
            "the case does not say who can change what alone; add a block control, such as "
            "control: {PARTY: {ISSUE: [OLD -> NEW]}}, or write the states out under graph"
        )
        raise UnanswerableError(message)
    model = _derived(analysis, base, control)
    numbering = _numbering(analysis)
    if numbering:
        _refuse_numbers(analysis, model, numbering, control)
    return model


def _numbering(analysis: Analysis) -> list[GraphRanking | Unseen | Misread]:
    """Return the entries that speak of states by number."""
    said = analysis.case.blocks.get("graph", ())
    return [
        entry
        for entry in said
        if isinstance(entry, GraphRanking | Unseen | Misread)
        and entry.named
        and entry.provenance.applies(analysis.work.view)
    ]


def _refuse_numbers(
    analysis: Analysis,
    model: GraphModel,
    numbering: Sequence[GraphRanking | Unseen | Misread],
    control: Sequence[Control],
) -> None:
    """Raise CaseError for numbers that no state has; they count states beside the status quo."""
    start = analysis.case.vocabulary.status_quo
    try:
        counted = model if model.base == start else _derived(analysis, start, control)
    except UnanswerableError:
        counted = model
    if not np.array_equal(counted.codes, model.codes):
        message = (
            "under graph states stand by number, as they are counted beside the status quo, and "
            "beside this package other settings are feasible, so that numbers mean other states; "
            "say it by statements or conditions in the place of numbers"
        )
        raise UnanswerableError(message)
    faults = Faults()
    for entry in numbering:
        for name in dict.fromkeys(entry.named):
            try:
                state_called(model, name)
            except UnknownNameError as error:
                faults.at(entry.provenance.line, entry.provenance.path, str(error))
    faults.raise_any(analysis.case.file)


def unseen_by(analysis: Analysis, model: GraphModel, party: str) -> Bools:
    """Tell which states a party does not see; shape (n_states,)."""
    mask = np.zeros(model.n_states, dtype=bool)
    for entry in entries_of(analysis, "graph", Unseen):
        if entry.party != party:
            continue
        for name in entry.states:
            mask[state_called(model, name)] = True
        for condition in entry.conditions:
            mask |= condition_mask(condition, model.packages(), model.space.vocabulary)
    return mask


def ranked(analysis: Analysis, party: str) -> GraphRanking | None:
    """Return the ranking of states that the case gives for a party, if it does."""
    found = [e for e in entries_of(analysis, "graph", GraphRanking) if e.party == party]
    return found[0] if found else None


def _written_out(analysis: Analysis) -> GraphModel:
    case = analysis.case
    states = entries_of(analysis, "graph", GraphState)
    names = tuple(state.name for state in states)
    place = {name: k for k, name in enumerate(names)}
    said = [*entries_of(analysis, "graph", GraphMoves)]
    speaking = {entry.party for entry in (*said, *entries_of(analysis, "graph", GraphRanking))}
    parties = tuple(party.name for party in case.parties if party.name in speaking)
    if not parties:
        message = "the graph has states, and nobody moves between them; add moves under graph"
        raise UnanswerableError(message)
    moves = [
        [pair for entry in said if entry.party == party for pair in _pairs(entry.moves, place)]
        for party in parties
    ]
    start = [entry.name for entry in entries_of(analysis, "graph", StatusQuo)]
    return GraphModel(
        parties=parties,
        space=package_space(case, {}),
        base=case.vocabulary.status_quo,
        names=names,
        titles={k: state.title for k, state in enumerate(states) if state.title},
        status_quo=place[start[0]] if start else 0,
        written=graph_of_moves(len(names), moves),
    )


def _pairs(moves: Sequence[tuple[str, str]], place: Mapping[str, int]) -> Iterator[tuple[int, int]]:
    """Go through moves as positions; ``any`` stands for every name that is not called so."""
    every = tuple(place.values())
    for old, new in moves:
        olds = (place[old],) if old in place else every
        news = (place[new],) if new in place else every
        yield from ((a, b) for a in olds for b in news if a != b)


def _derived(analysis: Analysis, base: Package, control: Sequence[Control]) -> GraphModel:
    case = analysis.case
    vocabulary = case.vocabulary
    parties = tuple(p.name for p in case.parties if p.name in {e.party for e in control})
    axes = tuple(sorted({vocabulary.index[entry.issue] for entry in control}))
    sizes = tuple(len(case.issues[k].options) for k in axes)
    n_codes = 1
    for size in sizes:
        n_codes *= size
        if n_codes > MOST_CODES:
            message = f"the issues that somebody controls have more than {MOST_CODES:,} settings"
            raise LimitError(f"{message}; leave some of them out of control")
    allowed = tuple(
        tuple(_transitions(control, party, case.issues[axis]) for axis in axes) for party in parties
    )
    model = GraphModel(
        parties=parties,
        space=package_space(case, {}),
        base=base,
        axes=axes,
        codes=np.arange(n_codes),
    )
    feasible = model.space.feasible(model.packages())
    if not feasible.any():
        message = "no state is feasible: every setting of the controlled issues breaks a constraint"
        raise UnanswerableError(message)
    form = OptionForm(sizes=sizes, allowed=allowed, feasible=feasible)
    model = replace(model, form=form, codes=form.codes)
    model = replace(model, status_quo=model.state_of(vocabulary.status_quo))
    merged = entries_of(analysis, "graph", Merged)
    return _merged(model, merged) if merged else model


def _transitions(control: Sequence[Control], party: str, issue: Issue) -> Bools | None:
    """Return which transitions of an issue a party can make; None without any."""
    size = len(issue.options)
    found = np.zeros((size, size), dtype=bool)
    for entry in control:
        if (entry.party, entry.issue) != (party, issue.name):
            continue
        if entry.moves is None:
            found |= every_transition(size)
            continue
        for old, new in entry.moves:
            found[np.ix_(_options(issue, old), _options(issue, new))] = True
    np.fill_diagonal(found, val=False)
    return found if found.any() else None


def _options(issue: Issue, name: str) -> list[int]:
    place = issue.position(name)
    return [place] if place is not None else list(range(len(issue.options)))


def _merged(model: GraphModel, merged: Sequence[Merged]) -> GraphModel:
    """Return a model in which all states that meet a condition are one, the first of them."""
    choices = model.packages()
    owner = np.arange(model.n_states)
    titles: dict[int, str] = {}
    for entry in merged:
        meets = np.flatnonzero(condition_mask(entry.condition, choices, model.space.vocabulary))
        if not len(meets):
            continue
        first = int(owner[meets].min())
        owner[np.isin(owner, owner[meets])] = first
        titles = {int(owner[state]): title for state, title in titles.items()}
        if entry.title:
            titles[first] = entry.title
    kept = np.unique(owner)
    place = np.searchsorted(kept, owner)
    graph = model.graph
    pairs = [
        (place[graph.origin(k)].astype(np.int32), place[graph.target[k]].astype(np.int32))
        for k in range(graph.n_parties)
    ]
    return replace(
        model,
        form=None,
        codes=model.codes[kept],
        members=model.codes,
        member_of=place,
        titles={int(np.searchsorted(kept, first)): title for first, title in titles.items()},
        status_quo=None if model.status_quo is None else int(place[model.status_quo]),
        written=graph_of_arrays(len(kept), pairs),
    )
