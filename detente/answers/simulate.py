"""Let common strategies bargain over a case: where they end, and what they leave on the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.bargaining_program import MOST_ROUNDS
from detente.case import Case
from detente.errors import LimitError, quote
from detente.simulation import Simulation, simulation_of
from detente.strategies import STRATEGIES, USUAL, strategies_named
from detente.table import Section
from detente.telling.simulation import simulation_data, simulation_section
from detente.work import Work

ROUNDS = 100
MOST_REPEATS = 1000


@dataclass(frozen=True, kw_only=True)
class Simulated(Answer):
    """Where common strategies of bargaining end over a case, judged against what could be had."""

    simulation: Simulation

    @property
    def analysis(self) -> Analysis:
        """The analysis behind it."""
        return self.simulation.agreement.analysis

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return the simulation for JSON."""
        return {
            "answer": "simulate",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            **simulation_data(self.simulation),
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the simulation for people."""
        return (simulation_section(self.simulation),)


def simulate(
    case: Case,
    /,
    *,
    strategies: str | None = None,
    rounds: int | str | None = None,
    repeats: int | str | None = None,
    program: str | None = None,
    work: Work | None = None,
) -> Simulated:
    """Let common strategies bargain over a case under alternating offers.

    Parameters
    ----------
    strategies
        Names with commas between them, see :data:`~detente.strategies.STRATEGIES`; the usual four
        otherwise.
    rounds
        How often every signatory can make an offer, at the most; 100 otherwise.
    repeats
        How often every pairing is played, with another seed each time; once otherwise. Only MiCRO
        draws lots.
    program
        Where ``negotiate`` of NegMAS 0.16 is, if neither beside Python nor on the PATH.

    Two signatories play every pairing of strategies; more of them play all alike, and all alike
    but one. Each negotiation is a program of its own, as many at once as there are cores; it takes
    two or three seconds, and is ended after ``work.seconds``, or two minutes. The same seed gives
    the same ends. Where they end is judged exactly, on the central reading.

    Raises
    ------
    UnknownNameError
        There is no such strategy.
    UnanswerableError
        Nothing is acceptable to all signatories, or a signatory's values are not known.
    LimitError
        There are too many packages or rounds for the agents.
    DetenteError
        The outside program is missing, fails, or gives no answer that can be used.
    """
    chosen = strategies_named(strategies)
    n_rounds = ROUNDS if rounds is None else _number("rounds", rounds, MOST_ROUNDS)
    n_repeats = 1 if repeats is None else _number("repeats", repeats, MOST_REPEATS)
    analysis = Analysis(case=case, work=work or Work())
    found = simulation_of(analysis, chosen, rounds=n_rounds, repeats=n_repeats, program=program)
    return Simulated(simulation=found)


def _number(name: str, asked: int | str, most: int) -> int:
    text = str(asked).strip()
    if text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= most:
        return int(text)
    message = f"{name}: {quote(text)} is no whole number from 1 to {most:,}"
    raise LimitError(message)


QUESTION = Question(
    name="simulate",
    ask=simulate,
    options=(
        Option(
            name="strategies",
            help=f"names with commas between, of {', '.join(STRATEGIES)}; "
            f"{', '.join(USUAL)} otherwise",
            metavar="NAMES",
        ),
        Option(
            name="rounds",
            help=f"how often each can make an offer; {ROUNDS} otherwise",
            metavar="N",
        ),
        Option(
            name="repeats",
            help="how often each pairing is played, drawing anew; once otherwise",
            metavar="N",
        ),
        Option(
            name="program",
            help="where 'negotiate' of NegMAS is, if neither beside Python nor on the PATH",
            metavar="PATH",
            local=True,
        ),
    ),
)
