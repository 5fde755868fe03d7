"""Tell which commitments cannot be kept together, and which fewest to drop.

A mandate, a strategy, the promises of a coalition: conditions that a package would have to meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.blocks.commitments import Commitment
from detente.case import NAME, Case
from detente.errors import (
    LimitError,
    UnanswerableError,
    UnknownNameError,
    quote,
)
from detente.mandate import Bench, Mandate, commitments_in
from detente.prose import listed
from detente.table import Section, Sentence
from detente.telling.mandate import clash_text, mandate_data, mandate_section, red_lines_section
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Coherence(Answer):
    """What parties are committed to, held against the table.

    mandates : by group of parties; empty where no package meets the constraints
    """

    case: Case
    work: Work
    feasible: bool
    mandates: tuple[Mandate, ...]

    def data(self) -> dict[str, Any]:
        """Return the answer for JSON."""
        return {
            "answer": "coherence",
            **circumstances(self.case, self.work),
            "feasible": self.feasible,
            "groups": [mandate_data(self.case, mandate) for mandate in self.mandates],
        }

    def headline(self) -> tuple[Sentence, ...]:
        """Name what cannot be kept together."""
        return tuple(clash_text(self.case, one) for one in self.mandates if one.conflicts)

    def sections(self) -> tuple[Section, ...]:
        """Return the answer for people."""
        if not self.feasible:
            text = "No package meets the constraints of the case, so no commitment can be kept."
            lead = Sentence(text=text, tone="bad")
            return (Section(key="coherence", title="Commitments", lead=(lead,)),)
        groups = [
            mandate_section(self.case, k, one) for k, one in enumerate(self.mandates, start=1)
        ]
        return (*groups, red_lines_section(self.case, self.mandates))


def coherence(case: Case, /, *, of: str | None = None, work: Work | None = None) -> Coherence:
    """Tell which commitments cannot be kept together, and which fewest to drop.

    Parameters
    ----------
    of
        Names of parties, separated by commas, whose commitments are taken together. When left out:
        each party that has commitments by itself, then all signatories that have any together.

    Raises
    ------
    UnanswerableError
        The case, or a party in ``of``, has no commitments.
    UnknownNameError
        A party in ``of``, or the view, does not exist.
    LimitError
        The conditions are too entangled to be held against each other.
    """
    work = work or Work()
    own = _own(case, work)
    bench = Bench(case=case, work=work)
    groups = _groups(case, own) if of is None else [_together(case, own, of)]
    mandates = []
    for done, parties in enumerate(groups if bench.feasible else ()):
        work.step("holding commitments against the table", done, len(groups))
        commitments = [one for party in parties for one in own[party]]
        try:
            mandates.append(bench.mandate(parties, commitments))
        except LimitError as error:
            who = listed([case.party(name).label for name in parties])
            message = f"commitments of {who}: {error}; --of chooses whose are taken together"
            raise LimitError(message) from error
    return Coherence(case=case, work=work, feasible=bench.feasible, mandates=tuple(mandates))


def _own(case: Case, work: Work) -> dict[str, tuple[Commitment, ...]]:
    """Return the commitments of the view; refuse a view that nothing has, and a case without."""
    case.require_view(work.view)
    entries = case.blocks.get("commitments", ())
    own = commitments_in(case, work.view)
    if not own:
        line = _line_to_add(case, case.signatories[0].name)
        if entries:
            raise UnanswerableError(
                f"no commitment belongs to the view {quote(work.view)}; choose another with "
                f"--view, or {line}"
            )
        raise UnanswerableError(f"the case has no commitments; {line}")
    return own


def _groups(case: Case, own: dict[str, tuple[Commitment, ...]]) -> list[tuple[str, ...]]:
    signing = tuple(party.name for party in case.signatories if party.name in own)
    together = [signing] if len(signing) > 1 else []
    return [*((name,) for name in own), *together]


def _together(case: Case, own: dict[str, tuple[Commitment, ...]], of: str) -> tuple[str, ...]:
    """Return the parties named, once each, in the order of the case."""
    titles = {party.label.casefold(): party.name for party in case.parties}
    words = [word.strip() for word in of.split(",") if word.strip()]
    names = [case.party(titles.get(word.casefold(), word)).name for word in words]
    if not names:
        message = f"--of needs names of parties, such as {','.join(own)}"
        raise UnknownNameError(message)
    for name in names:
        if name not in own:
            label = case.party(name).label
            raise UnanswerableError(f"{label} has no commitments; {_line_to_add(case, name)}")
    return tuple(party.name for party in case.parties if party.name in names)


def _line_to_add(case: Case, party: str) -> str:
    issue = case.issues[0]
    option = issue.options[-1]
    spelled = option if issue.levels is not None or NAME.fullmatch(option) else f'"{option}"'
    return f"add under commitments.{party}: - require: {issue.name} == {spelled}"


OF = Option(
    name="of",
    help="whose commitments are taken together: names of parties, separated by commas",
    metavar="PARTIES",
)


def reported(analysis: Analysis) -> Coherence:
    """Hold the commitments against the table, for a report."""
    return coherence(analysis.case, work=analysis.work)


QUESTION = Question(name="coherence", ask=coherence, options=(OF,), reported=reported)
