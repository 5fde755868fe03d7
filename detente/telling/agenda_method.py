"""The method behind agendas, told in the one place where its own words are used."""

from __future__ import annotations

from detente.negotiation import Negotiation
from detente.prose import plural
from detente.solvers.bargaining import SOLUTIONS
from detente.table import Section, Sentence
from detente.turning import CHANCES, MULTIPLES

_TWO = 2
_FORESIGHT = (
    "Talks on a bundle settle all its issues together. Whoever agrees foresees what the later "
    "tables will give, and whoever refuses foresees what is left then (backward induction, a "
    "subgame-perfect equilibrium)."
)
_MEANING = (
    (
        "Walking away is worth no deal, what stays of what was settled, and the shifts that are "
        "stated. Ranges are drawn once for each reading, as values are."
    ),
    (
        "Red lines and constraints hold for complete packages. What is not settled yet is not read "
        "as its status quo."
    ),
    (
        "A first step is any way to settle the first bundle but that all of it stays as it is. "
        "'Rather no deal' and 'rather all at once' are two claims: the first says that every first "
        "step is worse for a party than no deal now, the second that it is worse than one table."
    ),
)


def method_section(negotiation: Negotiation) -> Section:
    """Return how agendas are worked out."""
    solution = SOLUTIONS[negotiation.solution].title
    solved = (
        f"On every table the {solution} solution picks among what leaves no signatory below what "
        "it has when that table fails."
    )
    grid = (
        "Break-evens are sought, other solutions looked at and things left out in "
        f"{plural(negotiation.n_part, 'reading')}. Shifts are "
        f"multiplied by 0 to {MULTIPLES[-1]:.0f} in {len(MULTIPLES)} steps, chances of later talks "
        f"go from 100 to 0 % in {len(CHANCES)}; between two steps the point is found by halving."
    )
    texts = [_FORESIGHT, solved, *_MEANING, grid]
    if not all(outlook.ends[negotiation.way].exact for outlook in negotiation.outlooks):
        texts.append(
            "Values that wait, or may never come, are rounded to a billionth of a point or less."
        )
    if negotiation.statements_tried:
        texts.append(
            "Each statement of a signatory is left out in turn, as is each shift and each residue; "
            "statements without which it would be open which option is best stay."
        )
    elif negotiation.thorough:
        texts.append(
            "There are too many packages to leave out statements one by one; shifts and residues "
            "are left out in turn."
        )
    twos = [outlook for outlook in negotiation.outlooks if len(outlook.agenda.order) == _TWO]
    if negotiation.thorough and twos and not any(outlook.whatever for outlook in twos):
        texts.append(
            "There are too many packages to tell who would refuse whatever solution the second "
            "table ends in."
        )
    if negotiation.untried:
        texts.append(
            f"Without {negotiation.untried} of them nothing can be said: what is left contradicts "
            "itself or is incomplete."
        )
    timed = bool((negotiation.timing.takes > 0).any())
    if timed:
        texts.append(
            "Talks take time: while they last, a party lives with what is settled and in force, "
            "and with no deal on the rest; what comes later counts less, by its patience."
        )
    return Section(
        key="agenda-method",
        title="How this is worked out",
        points=tuple(Sentence(text=text) for text in texts),
    )
