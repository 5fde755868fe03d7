"""How parties, states and moves of a conflict are said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.analysis import Analysis
from detente.graph_model import GraphModel
from detente.holding import Holding, Range
from detente.number import rounded, signed
from detente.prose import capital, listed, plural
from detente.solvers.concept import Concept
from detente.solvers.stability import CONCEPTS
from detente.table import Cell, Share

MEANINGS = {
    "R": "Nobody could gain by leaving",
    "GMR": "Every such step could be answered",
    "SMR": "… with no way out after that",
    "SEQ": "Others would answer, and gain by it",
    "SSEQ": "… with no way out after that, either",
}
"""What the concepts mean of a package, in the order in which they are told."""
_NO_NAMES = {"status quo": "the status quo", "this package": "this package"}
"""What packages without a name of their own are called."""
_FEW = 8
"""States that are named one by one in a sentence."""


def concept_text(key: str) -> str:
    """Return a concept as the literature calls it: ``sequential stability (SEQ)``."""
    return concept_title(CONCEPTS[key])


def concept_title(concept: Concept) -> str:
    """Return the name of a concept with its letters."""
    return f"{concept.name} ({concept.key})"


def is_exact(holding: Holding) -> bool:
    """Tell whether there is one reading, so that nothing is counted."""
    return holding.values.n_rows == 1


def cell_of(holding: Holding, share: Share) -> Cell:
    """Return a share as a cell; yes or no where there is only one reading."""
    if not is_exact(holding):
        return share
    return "yes" if share.value else "no"


def labels_of(analysis: Analysis, parties: Iterable[str]) -> tuple[str, ...]:
    """Return what people call some parties."""
    return tuple(analysis.case.party(name).label for name in parties)


def place_of(holding: Holding) -> int:
    """Return the position of the judged state among all states, not only those near it."""
    return int(holding.model.in_whole[holding.state])


def label_of(holding: Holding, party: int) -> str:
    """Return what people call one party of a model."""
    return holding.analysis.case.party(holding.parties[party]).label


def state_text(model: GraphModel, state: int) -> str:
    """Return a state with its number: ``state 3``, ``state 3 (both confess)``."""
    number = model.number(state)
    return f"state {number}" if numbered(model, state) else f"state {number} ({model.label(state)})"


def numbered(model: GraphModel, state: int) -> bool:
    """Tell whether a state's label says nothing but its number."""
    number = str(model.number(state))
    return model.label(state).casefold() in {number, f"state {number}", f"s{number}"}


def numbers_text(model: GraphModel, states: Sequence[int]) -> str:
    """Return states by their numbers: ``states 3, 5 and 8``; how many, where they are many."""
    if not len(states):
        return "no state"
    if len(states) > _FEW:
        return f"{len(states):,} states"
    numbers = listed([str(model.number(int(state))) for state in states])
    return f"state {numbers}" if len(states) == 1 else f"states {numbers}"


def called(model: GraphModel, state: int) -> bool:
    """Tell whether a state is spoken of by its name, rather than by what holds in it."""
    return model.explicit or state in model.titles


def there(model: GraphModel, state: int, start: int | None) -> str:
    """Return a state by what is different there from another, or by its name."""
    if start is None or called(model, state) or called(model, start):
        return state_text(model, state) if model.explicit else model.label(state)
    return model.changed(state, start)


def name_of(holding: Holding) -> str:
    """Return what the package or state is called within a sentence."""
    if holding.model.explicit:
        return state_text(holding.model, holding.state)
    return _marked(holding)


def _marked(holding: Holding) -> str:
    """Return a package's own name in quotes, so that it is not read as a word of the sentence."""
    if by_number(holding) or holding.name in _NO_NAMES:
        return _NO_NAMES.get(holding.name, holding.name)
    return f"“{holding.name}”"


def heading_of(holding: Holding) -> str:
    """Return what the package or state is called in a heading or a row of its own."""
    return name_of(holding) if holding.model.explicit else holding.name


def begun(text: str) -> str:
    """Return a sentence that may begin with a package's name.

    Examples
    --------
    >>> begun("“accord” holds."), begun("state 3 holds.")
    ('The package “accord” holds.', 'State 3 holds.')
    """
    return f"The package {text}" if text.startswith("“") else capital(text)


def short_name(holding: Holding) -> str:
    """Return what the package or state is called once it was named: a written state by its number.

    A state that is written out may have a long title, which need not stand in every heading.
    """
    if holding.model.explicit:
        return f"state {holding.model.number(holding.state)}"
    return _marked(holding)


def by_number(holding: Holding) -> bool:
    """Tell whether the state was asked about by its number, and not as a package."""
    number = holding.model.number(holding.state)
    return not holding.model.explicit and holding.name == f"state {number}"


def step_text(model: GraphModel, before: int, after: int, *, verbs: tuple[str, str]) -> str:
    """Return a move in words: ``change pay from 2 percent to 3 percent``, ``move to state 3``.

    verbs : for a move that changes settings, and for one to a state with a name
    """
    if called(model, before) or called(model, after):
        return f"{verbs[1]} to {state_text(model, after)}"
    old, new = model.package(before), model.package(after)
    issues = model.space.vocabulary.issues
    parts = [
        f"{issues[k].name.replace('_', ' ')} from {issues[k].option_label(old[k])} to "
        f"{issues[k].option_label(new[k])}"
        for k in model.axes
        if old[k] != new[k]
    ]
    return f"{verbs[0]} {listed(parts)}"


WOULD = ("change", "move")
DID = ("changed", "moved")
DOING = ("changing", "moving")


def moves_text(
    analysis: Analysis, model: GraphModel, start: int, steps: Sequence[tuple[int, int]]
) -> str:
    """Return moves one after the other, in short: ``Russia: fighting; then Europe: forces sent``.

    Each is told by what it changes of the state before it.
    """
    told, at = [], start
    for party, state in steps:
        label = analysis.case.party(model.parties[party]).label
        told.append(f"{label}: {there(model, state, at)}")
        at = state
    return "; then ".join(told)


def answer_text(
    analysis: Analysis, model: GraphModel, start: int, steps: Sequence[tuple[int, int]]
) -> str:
    """Return moves one after the other, in a sentence: ``Europe would change forces from ...``."""
    told, at = [], start
    for party, state in steps:
        label = analysis.case.party(model.parties[party]).label
        told.append(f"{label} would {step_text(model, at, state, verbs=WOULD)}")
        at = state
    return ", then ".join(told)


def range_text(amounts: Range | None, *, with_sign: bool = False) -> Cell:
    """Return amounts as the middle, and from where to where: ``2.1 (0.1 to 11.6)``."""
    if amounts is None:
        return None
    write = signed if with_sign else rounded
    middle, low, high = (write(x) for x in (amounts.middle, amounts.low, amounts.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def gain_text(amounts: Range | None) -> str:
    """Return a gain in brackets, to follow a move: `` (+2.1 points)``; nothing without amounts."""
    if amounts is None:
        return ""
    text = signed(amounts.middle)
    return f" ({text} {'point' if text == '+1' else 'points'})"


def others_text(count: int, one: str, many: str = "") -> str:
    """Return how many are not shown, as a sentence; empty where all are.

    Examples
    --------
    >>> others_text(2, "way of leaving", "ways of leaving"), others_text(0, "place")
    ('2 further ways of leaving are not shown.', '')
    """
    if count <= 0:
        return ""
    verb = "is" if count == 1 else "are"
    noun = plural(count, f"further {one}", f"further {many or one + 's'}")
    return f"{noun} {verb} not shown."
