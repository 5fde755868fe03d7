"""Would a package hold once it is signed: who could gain by leaving, and what answers that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Filed, Option, Question, circumstances
from detente.case import Case
from detente.errors import UnanswerableError, quote
from detente.holdings import Holdings, holdings_of, holdings_to_report
from detente.table import Section, Sentence
from detente.telling.hold import chapter_of, headline_of, sections_of, steps_of
from detente.telling.hold_data import hold_data
from detente.work import Work

STEPS = "steps.json"
"""Name of the file with the steps from all states."""


@dataclass(frozen=True, kw_only=True)
class Hold(Filed):
    """Whether a package, or a state, holds; and where the conflict can rest."""

    holdings: Holdings

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.holdings.analysis.case

    def data(self) -> dict[str, Any]:
        """Return states, verdicts, and what answers each way of leaving, for JSON."""
        return {
            "answer": "hold",
            **circumstances(self.case, self.holdings.analysis.work),
            **hold_data(self.holdings),
        }

    def files(self) -> Mapping[str, str]:
        """Return every step that pays, and what answers it, from each state: steps.json."""
        return {STEPS: json.dumps(steps_of(self.holdings), ensure_ascii=False)}

    def headline(self) -> tuple[Sentence, ...]:
        """Return whether it holds, in a sentence or two."""
        return headline_of(self.holdings)

    def sections(self) -> tuple[Section, ...]:
        """Return who could leave, what answers that, and where the conflict can rest."""
        return sections_of(self.holdings)

    def chapter(self) -> tuple[Section, ...]:
        """Return the same in short."""
        return chapter_of(self.holdings)


MOST_AHEAD = 1000
"""So many moves ahead parties can be asked to look."""


def hold(
    case: Case,
    /,
    proposal: str | None = None,
    *,
    ahead: int | str | None = None,
    work: Work | None = None,
) -> Hold:
    """Tell whether a package holds once it is signed.

    Parameters
    ----------
    proposal
        A proposal's name, a name with changes, settings; or a state, by its number or name. Without
        it the answer tells where the conflict can rest.
    ahead
        So many moves ahead, from 2, two parties look, besides two and three.

    A package is a state of a conflict that goes on: parties can move from it as the block
    ``control`` says, or the graph that the case writes out. It is judged by the concepts of the
    graph model, see :mod:`detente.solvers.stability`.

    Raises
    ------
    ExpressionError
        The proposal cannot be read or names something unknown.
    UnknownNameError
        There is no such state.
    UnanswerableError
        The case does not say who can move; the package breaks a constraint; or nothing is said by
        which a party could compare states; or ``ahead`` is no number of moves, or there are not two
        parties.
    LimitError
        There are too many states, or moves.
    """
    analysis = Analysis(case=case, work=work or Work())
    horizon = None if ahead is None else _horizon(ahead)
    holdings = holdings_of(analysis, proposal, ahead=horizon)
    if horizon is not None and len(holdings.survey.model.parties) != 2:
        message = (
            "looking a number of moves ahead is defined for two parties that control something"
        )
        raise UnanswerableError(f"{message}; leave out ahead")
    return Hold(holdings=holdings)


def _horizon(ahead: int | str) -> int:
    text = str(ahead).strip()
    if text.isascii() and text.isdecimal() and len(text) < 9 and 2 <= int(text) <= MOST_AHEAD:
        return int(text)
    message = f"ahead: {quote(text)} is no whole number from 2 to {MOST_AHEAD:,}"
    raise UnanswerableError(message)


def reported(analysis: Analysis) -> Hold:
    """Judge the proposals of a case for a report, at length the one that most readings accept.

    Raises UnanswerableError where the case does not say who can move.
    """
    return Hold(holdings=holdings_to_report(analysis))


QUESTION = Question(
    name="hold",
    ask=hold,
    reported=reported,
    options=(
        Option(
            name="proposal",
            help="a proposal's name, settings such as 'pay = 2', or the number or name of a state; "
            "without it the answer is where the conflict can rest",
            positional=True,
            metavar="PROPOSAL",
        ),
        Option(
            name="ahead",
            help="with two parties: how many moves ahead they look, besides two and three",
            metavar="MOVES",
        ),
    ),
)
