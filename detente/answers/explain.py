"""Explain a proposal: who refuses it and why, what decides, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis, Judged
from detente.answers.answer import Answer, Question, circumstances
from detente.answers.repair import PROPOSAL, in_short, repairs_data, repairs_section
from detente.case import Case, Constraint
from detente.mending import Repairs, repairs_of
from detente.number import json_number, signed
from detente.packages import as_choices
from detente.position import Position, Worth, position_of
from detente.prose import (
    capital,
    counted_data,
    kind_tone,
    opening,
    origin_data,
    package_text,
    share_tone,
    sources_text,
)
from detente.report.pictures.ranges import Range as Span
from detente.report.pictures.ranges import RangeBars, RangeRow
from detente.statements.red_line import RedLine
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.telling.position import position_section
from detente.vocabulary import Package
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Explanation(Answer):
    """Why a proposal fails or stands, party by party, and what would mend it.

    asked : the proposal as it was asked for; name : what people read
    violated : constraints that the package does not meet; it is then not feasible
    repairs : None when a signatory cannot be answered for
    """

    analysis: Analysis
    asked: str
    name: str
    judged: Judged
    violated: tuple[Constraint, ...]
    positions: tuple[Position, ...]
    repairs: Repairs | None

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    @property
    def package(self) -> Package:
        """The package explained."""
        return self.judged.package

    def data(self) -> dict[str, Any]:
        """Return the explanation for JSON."""
        repairs = (
            {} if self.repairs is None else repairs_data(self.case, self.package, self.repairs)
        )
        return {
            "answer": "explain",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            "proposal": self.asked,
            "title": self.name,
            "package": self.case.vocabulary.named(self.package),
            "feasible": not self.violated,
            "violated": [" ".join(c.condition.text.split()) for c in self.violated],
            "parties": {p.party.name: self._party_data(p) for p in self.positions},
            "all": counted_data(self.judged.together),
            "repairs": [],
            "proved": False,
            "searched": 0,
            **repairs,
        }

    def _party_data(self, position: Position) -> dict[str, Any]:
        return {
            "signatory": position.party.signatory,
            "verdict": position.judgement.kind,
            "if_all_hold": position.if_all_hold,
            **counted_data(position.judgement.share),
            "value": _worth_data(position.value),
            "no_deal": _worth_data(position.no_deal),
            "gain": _worth_data(position.gain),
            "contributions": [
                {
                    "what": c.label,
                    "from": c.detail,
                    "points": json_number(c.points),
                    "rests_on": [origin_data(self.case, origin) for origin in c.rests_on],
                }
                for c in position.contributions
            ],
            "red_lines": [origin_data(self.case, line) for line in position.red_lines],
            "decided_by": [origin_data(self.case, origin) for origin in position.decided_by],
            "assumed": position.assumed,
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the explanation for people."""
        parts = [
            position_section(self.analysis, position, self.name) for position in self.positions
        ]
        if self.repairs is not None:
            parts.append(repairs_section(self.analysis, self.name, self.judged, self.repairs))
        return (
            Section(
                key="explain",
                title=capital(self.name),
                lead=tuple(self._lead()),
                tables=(self._table(),),
                pictures=tuple(self._pictures()),
                parts=tuple(parts),
            ),
        )

    def _lead(self) -> list[Sentence]:
        text = f"In this package: {package_text(self.case, self.package)}; all else stays as it is."
        lead = [Sentence(text=text)]
        for constraint in self.violated:
            cited = "; ".join(self.case.cited(c) for c in constraint.provenance.because)
            text = f"It is not feasible: it breaks the constraint that {constraint.label}."
            lead.append(Sentence(text=text, tone="bad", source=cited))
        lead += [self._verdict(), *self._refusals()]
        return lead

    def summary(self) -> list[Sentence]:
        """Return the answer in a sentence for each who refuses, or one on how many accept."""
        return self._refusals() or [self._verdict()]

    def mended(self) -> Sentence | None:
        """Return in short what would mend it; None where nothing is known to."""
        if self.repairs is None or not self.repairs.found:
            return None
        return Sentence(text=in_short(self.case, self.judged, self.repairs))

    def _verdict(self) -> Sentence:
        together = self.judged.together
        if together is None:
            text = "Whether all signatories accept it cannot be told; see the parties below."
            return Sentence(text=text, tone="warn")
        tone = share_tone(together)
        text = f"{opening(together)} all signatories accept it."
        if self.violated:
            text = f"Were it feasible: {text[0].lower()}{text[1:]}"
        return Sentence(text=text, tone=tone)

    def _refusals(self) -> list[Sentence]:
        found = []
        for position in self.positions:
            if position.judgement.kind != "none" or not position.party.signatory:
                continue
            label = position.party.label
            if position.red_lines and all(isinstance(o, RedLine) for o in position.decided_by):
                line = position.red_lines[0]
                text = (
                    f"{label} refuses it in every reading: it crosses the red line '{_flat(line)}'."
                )
                found.append(Sentence(text=text, tone="bad", source=sources_text(self.case, line)))
            else:
                text = f"{label} refuses it in every reading: it is worth less than no deal."
                found.append(Sentence(text=text, tone="bad"))
        return found

    def _table(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        tones: dict[tuple[int, int], Tone] = {}
        for r, position in enumerate(self.positions):
            party = position.party
            label = party.label + ("" if party.signatory else " (affected only)")
            rows.append(
                (
                    label,
                    _verdict_cell(position),
                    None if position.value is None else position.value.central,
                    None if position.no_deal is None else position.no_deal.central,
                    None if position.gain is None else position.gain.central,
                    _reach(position.gain),
                )
            )
            tones[r, 1] = kind_tone(position.judgement)
        rows.append(("All signatories", self.judged.together, None, None, None, None))
        return Table(
            title="Who accepts, and what it is worth on the central reading",
            columns=(
                Column(key="party", title="Party"),
                Column(key="accepts", title="Accepts in", align="right"),
                Column(key="value", title="Value", align="right"),
                Column(key="no_deal", title="No deal", align="right"),
                Column(key="gain", title="Gain", align="right", signed=True),
                Column(key="range", title="Gain over all readings", align="right"),
            ),
            rows=tuple(rows),
            tones=tones,
            strong=frozenset({len(rows) - 1}),
        )

    def _pictures(self) -> list[RangeBars]:
        rows = tuple(
            RangeRow(
                label=position.party.label,
                value=_span(position.value),
                no_deal=_span(position.no_deal),
            )
            for position in self.positions
            if position.value is not None and position.no_deal is not None
        )
        if not rows:
            return []
        description = (
            "For each party what the package is worth to it, and below it what no deal is worth: "
            "the middle of all readings, and how far readings range."
        )
        return [
            RangeBars(
                title=f"What {self.name} is worth against no deal",
                description=description,
                rows=rows,
            )
        ]


def explain(case: Case, proposal: str, /, *, work: Work | None = None) -> Explanation:
    """Explain a proposal: for each party the verdict, its reasons, and the smallest repairs.

    Parameters
    ----------
    proposal
        A proposal's name, a name with changes (``april_plan, forces = none``), or settings.

    Verdicts come from linear programmes proved in rationals and use the certain statements; shares
    come from the readings. An issue's contribution is its option's value less that of its status
    quo option; with the rules and (status quo - no deal) it sums to the gain (design rule 13).

    Raises
    ------
    ExpressionError
        The proposal cannot be read or names something unknown.
    """
    return explained(Analysis(case=case, work=work or Work()), proposal)


def explained(analysis: Analysis, proposal: str) -> Explanation:
    """Explain a proposal within an analysis."""
    package, name = analysis.package(proposal)
    judged = analysis.judge([package])[0]
    choices = as_choices([package], len(analysis.case.issues))
    violated = tuple(
        constraint
        for constraint, factor in zip(
            analysis.case.constraints, analysis.space.constraints, strict=True
        )
        if not analysis.space.holds(factor, choices)[0]
    )
    answerable = all(analysis.opinions[p.name].answerable for p in analysis.case.signatories)
    return Explanation(
        analysis=analysis,
        asked=proposal,
        name=name,
        judged=judged,
        violated=violated,
        positions=tuple(
            position_of(analysis, party, judged.parties[party.name], package)
            for party in analysis.case.parties
        ),
        repairs=repairs_of(analysis, package) if answerable else None,
    )


def _verdict_cell(position: Position) -> Cell:
    if position.judgement.share is not None:
        return position.judgement.share
    return "contradictory" if position.judgement.kind == "contradictory" else "not known"


def _reach(worth: Worth | None) -> Cell:
    if worth is None:
        return None
    return f"{signed(worth.reach.low)} to {signed(worth.reach.high)}"


def _span(worth: Worth | None) -> Span:
    if worth is None:
        return Span(low=0.0, central=0.0, high=0.0)
    low, high = float(worth.reach.low), float(worth.reach.high)
    return Span(low=low, central=min(max(float(worth.central), low), high), high=high)


def _worth_data(worth: Worth | None) -> dict[str, Any] | None:
    if worth is None:
        return None
    return {
        "central": json_number(worth.central),
        "low": json_number(worth.reach.low),
        "high": json_number(worth.reach.high),
    }


def _flat(line: RedLine) -> str:
    return " ".join(line.condition.text.split())


QUESTION = Question(name="explain", ask=explain, options=(PROPOSAL,))
