"""Where to start: what a case can be asked, in plain words, made from its proposals and blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from detente.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A question that somebody may begin with.

    key : of its words in the texts: ``case.start.KEY``
    screen : address of the screen that answers it, behind that of the case
    proposal : what people call the proposal that it is about; empty where it is about none
    """

    key: str
    screen: str
    proposal: str = ""


def starts(case: Case) -> tuple[Start, ...]:
    """Return the questions to begin with; the first proposal is asked about first."""
    return tuple(_starts(case))


def others(case: Case) -> tuple[Start, ...]:
    """Return the same first question for the proposals after the first."""
    return tuple(_why(proposal.name, proposal.label) for proposal in case.proposals[1:])


def _starts(case: Case) -> Iterator[Start]:
    if case.proposals:
        yield _why(case.proposals[0].name, case.proposals[0].label)
    else:
        yield Start(key="compose", screen="/compose")
    yield Start(key="agree", screen="/frontier")
    yield Start(key="hold", screen="/stability")
    yield Start(key="stages", screen="/roadmap")
    if "agenda" in case.blocks:
        yield Start(key="agenda", screen="/agenda")
    yield Start(key="rest", screen="/assumptions")
    yield Start(key="report", screen="/report")


def _why(name: str, label: str) -> Start:
    return Start(key="why", screen=f"/compose?proposal={quote(name)}", proposal=label)
