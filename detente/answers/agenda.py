"""Tell what to negotiate first, or everything at once; who would refuse to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.case import Case
from detente.errors import UnanswerableError
from detente.negotiation import Negotiation, negotiate
from detente.orders import agendas_of
from detente.solvers.bargaining import SOLUTIONS
from detente.table import Section, Sentence
from detente.telling.agenda import chapter, sections
from detente.telling.agenda_data import negotiation_data
from detente.telling.agenda_lead import headline
from detente.work import Work


@dataclass(frozen=True, kw_only=True, eq=False)
class Agendas(Answer):
    """What orders of talks end in, who refuses to begin, and at which shift or doubt."""

    negotiation: Negotiation

    @property
    def analysis(self) -> Analysis:
        """The analysis that it belongs to."""
        return self.negotiation.analysis

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return every agenda for JSON."""
        return {
            "answer": "agenda",
            **circumstances(self.case, self.analysis.work),
            **negotiation_data(self.negotiation),
        }

    def headline(self) -> tuple[Sentence, ...]:
        """Return what the order of talks does in a sentence or two."""
        return headline(self.negotiation)

    def sections(self) -> tuple[Section, ...]:
        """Return everything for people."""
        return sections(self.negotiation)

    def chapter(self) -> tuple[Section, ...]:
        """Return the agendas side by side."""
        return chapter(self.negotiation)


def agenda(
    case: Case,
    /,
    *,
    order: str | None = None,
    solution: str | None = None,
    search: bool = False,
    work: Work | None = None,
) -> Agendas:
    """Tell what to negotiate first, or everything at once; who would refuse to begin.

    Parameters
    ----------
    order
        An order such as ``hostilities then rest``, or the name of one of the case; all orders of
        the case when not given.
    solution
        What every table ends in, by its name; the Nash solution when not given.
    search
        Search all orders too, as far as that goes, and tell the best.

    Raises
    ------
    UnanswerableError
        The case names no order of talks and none is asked for; or a signatory has no amounts.
    ExpressionError
        The order cannot be read or names something unknown.
    UnknownNameError
        There is no such solution.
    LimitError
        There are too many packages for a last table.
    """
    analysis = Analysis(case=case, work=work or Work())
    agendas = agendas_of(analysis, order)
    if not agendas and not search:
        first = case.issues[0].name
        fault = "the case names no order of talks with more than one table; give one"
        if order is not None:
            fault = f"'{order}' puts all issues on one table; give an order with more than one"
        raise UnanswerableError(
            f"{fault}, such as --order '{first} then rest', or name some under agenda.orders"
        )
    name = "nash" if solution is None else solution
    found = negotiate(analysis, agendas, solution=name, seek=search)
    return Agendas(negotiation=found)


def reported(analysis: Analysis) -> Agendas:
    """Tell of the orders that a case names; UnanswerableError where it names none."""
    agendas = agendas_of(analysis, None) if "agenda" in analysis.case.blocks else ()
    if not agendas:
        raise UnanswerableError("the case names no order of talks")
    return Agendas(negotiation=negotiate(analysis, agendas, thorough=False))


QUESTION = Question(
    name="agenda",
    ask=agenda,
    reported=reported,
    options=(
        Option(
            name="order",
            help="an order such as 'hostilities then rest', or the name of one; all otherwise",
            metavar="ORDER",
        ),
        Option(
            name="solution",
            help=f"what every table ends in: {', '.join(SOLUTIONS)}; nash otherwise",
            metavar="NAME",
        ),
        Option(name="search", help="search all orders too, and tell the best", flag=True),
    ),
)
