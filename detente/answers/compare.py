"""Compare all proposals side by side: who accepts which, and in how many readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis, Judged
from detente.answers.answer import Answer, Question, circumstances
from detente.case import Case
from detente.errors import UnanswerableError
from detente.packages import as_choices
from detente.prose import PERCENT_NOTE, capital, kind_text, listed, opening, share_tone, shares_data
from detente.report.pictures.shares import ShareBars, ShareRow
from detente.table import Cell, Column, Section, Sentence, Table
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Comparison(Answer):
    """All proposals of a case beside each other.

    feasible : by proposal, whether it meets every constraint
    """

    analysis: Analysis
    judged: tuple[Judged, ...]
    feasible: tuple[bool, ...]

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return the comparison for JSON."""
        return {
            "answer": "compare",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            "proposals": {
                proposal.name: {
                    "package": self.case.vocabulary.named(judged.package),
                    "feasible": feasible,
                    "verdicts": {name: j.kind for name, j in judged.parties.items()},
                    "shares": shares_data(judged),
                }
                for proposal, judged, feasible in zip(
                    self.case.proposals, self.judged, self.feasible, strict=True
                )
            },
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the comparison for people."""
        return (
            Section(
                key="compare",
                title="Proposals side by side",
                lead=tuple(self._lead()),
                tables=(self._table(),),
                pictures=(self._picture(),),
            ),
        )

    def _lead(self) -> list[Sentence]:
        found = []
        for proposal, judged, feasible in zip(
            self.case.proposals, self.judged, self.feasible, strict=True
        ):
            label = capital(proposal.label)
            if not feasible:
                found.append(Sentence(text=f"{label} is not feasible.", tone="bad"))
                continue
            refusing = [
                party.label
                for party in self.case.signatories
                if judged.parties[party.name].kind == "none"
            ]
            if refusing:
                verb = "refuses" if len(refusing) == 1 else "refuse"
                text = f"{label}. {listed(refusing)} {verb} it in every reading."
                found.append(Sentence(text=text, tone="bad"))
            elif judged.together is not None:
                tone = share_tone(judged.together)
                text = f"{label}. {opening(judged.together)} all signatories accept it."
                found.append(Sentence(text=text, tone=tone))
        return [*found, Sentence(text=PERCENT_NOTE)]

    def _table(self) -> Table:
        columns = [Column(key="party", title="Party")]
        columns += [Column(key=p.name, title=p.label, align="right") for p in self.case.proposals]
        rows: list[tuple[Cell, ...]] = []
        for party in self.case.parties:
            label = party.label + ("" if party.signatory else " (affected only)")
            judgements = [judged.parties[party.name] for judged in self.judged]
            rows.append(
                (label, *(j.share if j.share is not None else kind_text(j) for j in judgements))
            )
        rows.append(("All signatories", *(judged.together for judged in self.judged)))
        return Table(
            title="In how many of the readings each party accepts",
            columns=tuple(columns),
            rows=tuple(rows),
            strong=frozenset({len(rows) - 1}),
        )

    def _picture(self) -> ShareBars:
        signatories = [party.name for party in self.case.signatories]
        return ShareBars(
            title="In how many of the readings each party accepts",
            description="One group of bars for each proposal, one bar for each signatory; the last "
            "bar tells in how many readings all of them accept at once.",
            parties=tuple(party.label for party in self.case.signatories),
            rows=tuple(
                ShareRow(
                    label=proposal.label,
                    shares=tuple(judged.parties[name].share for name in signatories),
                    together=judged.together,
                )
                for proposal, judged in zip(self.case.proposals, self.judged, strict=True)
            ),
        )


def compare(case: Case, /, *, work: Work | None = None) -> Comparison:
    """Put all proposals of a case beside each other.

    Raises UnanswerableError when the case has no proposals.
    """
    return compared(Analysis(case=case, work=work or Work()))


def compared(analysis: Analysis) -> Comparison:
    """Compare the proposals within an analysis."""
    case = analysis.case
    if not case.proposals:
        raise UnanswerableError(
            "the case has no proposals; add, for instance, "
            f"proposals: {{first_draft: {{{case.issues[0].name}: {case.issues[0].options[-1]}}}}}"
        )
    packages = [case.vocabulary.proposals[proposal.name] for proposal in case.proposals]
    feasible = analysis.space.feasible(as_choices(packages, len(case.issues)))
    return Comparison(
        analysis=analysis,
        judged=tuple(analysis.judge(packages)),
        feasible=tuple(bool(one) for one in feasible),
    )


QUESTION = Question(name="compare", ask=compare)
