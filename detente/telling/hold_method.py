"""How it was judged whether a package holds, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Iterator

from detente.holdings import Holdings
from detente.number import counted
from detente.prose import capital, listed, plural
from detente.solvers.horizon import NON_MYOPIC
from detente.statements.red_line import RedLine
from detente.survey import Survey
from detente.table import Section, Sentence
from detente.telling.hold_words import by_number, concept_title, labels_of

_TWO = 2
"""So many parties there are where more concepts are defined."""
_PAYING = (
    "A step or an answer pays when whoever makes it finds the state that it leads to better than "
    "the state before; equally good is not better. Answers are moves of the others one after the "
    "other, nobody twice in a row. Whoever answers may be worse off in the end."
)
_NOT_LOOKED_AT = (
    "Not looked at: how likely a step is, what it costs to wait, steps that several take at the "
    "same moment, and breaches that nobody notices."
)


def method_of(holdings: Holdings) -> Section:
    """Return what the states are, what the concepts mean, and what is not looked at."""
    return Section(
        key="hold-method",
        title="How this was reckoned",
        points=tuple(Sentence(text=text) for text in _points(holdings)),
    )


def taken_for_granted(holdings: Holdings) -> Section:
    """Return, for a report, what an answer is, and what is not looked at."""
    points = (_PAYING, *_red_lines(holdings), _NOT_LOOKED_AT)
    return Section(
        key="hold-method",
        title="What is taken for granted here",
        points=tuple(Sentence(text=text) for text in points),
    )


def _red_lines(holdings: Holdings) -> Iterator[str]:
    if any(isinstance(one, RedLine) for one in holdings.analysis.case.statements):
        yield (
            "Red lines are not counted in what a state is worth: a red line is about signing, and "
            "no party is asked to sign what it brings about alone."
        )


def _points(holdings: Holdings) -> Iterator[str]:
    survey, case = holdings.survey, holdings.analysis.case
    model = survey.model
    yield _size(survey)
    if not model.explicit:
        fixed = [
            issue.name.replace("_", " ")
            for k, issue in enumerate(case.issues)
            if k not in model.axes
        ]
        if fixed:
            holding = holdings.holding
            signed = holding is not None and not by_number(holding)
            what = "the package" if signed else "the status quo"
            stays = "that stays" if len(fixed) == 1 else "they stay"
            yield f"Nobody controls {listed(fixed)}; {stays} as in {what}."
        yield (
            "States are numbered as is usual: of the controlled issues the first varies fastest."
        )
    idle = [party.label for party in case.parties if party.name not in model.parties]
    if idle:
        verb = "controls" if len(idle) == 1 else "control"
        yield f"{listed(idle)} {verb} nothing, and so cannot leave, nor answer."
    yield _PAYING
    for concept in survey.concepts:
        yield capital(f"{concept_title(concept)}: the party {concept.meaning} ({concept.source}).")
    if len(model.parties) == _TWO and NON_MYOPIC not in survey.concepts:
        yield (
            "Concepts that look several moves ahead, or at moves made at the same time, are left "
            "out: there are too many states for them."
        )
    yield from _red_lines(holdings)
    if survey.values.n_rows > 1:
        yield (
            "What is told of all states, of paths and of the smallest changes is told on the "
            "central reading, the mean of all; what is told of the package is counted over the "
            "readings."
        )
    ordinal = [name for p, name in enumerate(model.parties) if survey.values.units(p) is None]
    if ordinal:
        labels = labels_of(holdings.analysis, ordinal)
        yield (
            f"Of {listed(labels)} only the order of states is known, so nothing is told in points."
        )
    yield _NOT_LOOKED_AT


def _size(survey: Survey) -> str:
    model = survey.model
    states = plural(model.n_states, "state")
    if survey.paths is None and survey.start is not None:
        return f"There are {states}; moves were too many to be listed."
    start = "The case writes out" if model.explicit else "There are"
    what = "" if model.explicit else ": the feasible settings of what somebody can change alone"
    if survey.paths is None or survey.graph is None:
        return f"{start} {states}{what}."
    return f"{start} {states}{what}, and {counted(survey.graph.n_moves)} moves."
