"""Explain a proposal: who refuses it and why, what decides, and what would mend it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any


from detente.analysis import Analysis, Judged, Judgement, Kind
from detente.answers.answer import Answer, Question, circumstances
from detente.answers.repair import PROPOSAL, repairs_data, repairs_section
from detente.case import Case, Constraint, Party
from detente.mending import Repairs, repairs_of
from detente.number import json_number, rounded, signed
from detente.packages import as_choices
from detente.polytope import Polytope, Range
from detente.preferences import Group
from detente.prose import (
    Origin,
    kind_tone,
    listed,
    origin_data,
    package_text,
    said,
    share_data,
    sources_text,
)
from detente.report.pictures.gains import GainBars, GainRow
from detente.report.pictures.ranges import Range as Span
from detente.report.pictures.ranges import RangeBars, RangeRow
from detente.statements import Statement
from detente.statements.red_line import RedLine
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.vocabulary import Package
from detente.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What one issue, rule or the starting point adds to a party's gain, in points.

    detail : what it comes from, such as the option chosen instead of the status quo
    """

    label: str
    detail: str
    points: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """A number on the central reading, and how far it ranges over all readings."""

    central: Fraction
    reach: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where one party stands on a package.

    if_all_hold : the verdict when the uncertain statements are imposed too; None when there are
        none, or when all together contradict each other
    value, no_deal, gain : None for ordinal parties and those that cannot be answered for
    contributions : sum to the gain on the central reading (design rule 13)
    decided_by : an irreducible set of statements and bounds that implies the verdict
    """

    party: Party
    judgement: Judgement
    if_all_hold: Kind | None
    value: Worth | None
    no_deal: Worth | None
    gain: Worth | None
    contributions: tuple[Contribution, ...]
    red_lines: tuple[RedLine, ...]
    decided_by: tuple[Origin, ...]

    @property
    def assumed(self) -> bool:
        """Whether a single statement other than a red line is the whole reason (rule 14)."""
        return len(self.decided_by) == 1 and not isinstance(self.decided_by[0], RedLine)


@dataclass(frozen=True, kw_only=True)
class Explanation(Answer):
    """Why a proposal fails or stands, party by party, and what would mend it.

    violated : constraints that the package does not meet; it is then not feasible
    repairs : None when a signatory cannot be answered for
    """

    analysis: Analysis
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
        together = self.judged.together
        repairs = {} if self.repairs is None else repairs_data(self.case, self.package, self.repairs)
        return {
            "answer": "explain",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            "proposal": self.name,
            "package": self.case.vocabulary.named(self.package),
            "feasible": not self.violated,
            "violated": [" ".join(c.condition.text.split()) for c in self.violated],
            "parties": {p.party.name: self._party_data(p) for p in self.positions},
            "all": {
                "share": share_data(together),
                "error": None if together is None else together.error,
            },
            "repairs": [],
            **repairs,
        }

    def _party_data(self, position: Position) -> dict[str, Any]:
        share = position.judgement.share
        return {
            "signatory": position.party.signatory,
            "verdict": position.judgement.kind,
            "if_all_hold": position.if_all_hold,
            "share": share_data(share),
            "error": None if share is None else share.error,
            "value": _worth_data(position.value),
            "no_deal": _worth_data(position.no_deal),
            "gain": _worth_data(position.gain),
            "contributions": [
                {"what": c.label, "from": c.detail, "points": json_number(c.points)}
                for c in position.contributions
            ],
            "red_lines": [origin_data(self.case, line) for line in position.red_lines],
            "decided_by": [origin_data(self.case, origin) for origin in position.decided_by],
            "assumed": position.assumed,
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the explanation for people."""
        parts = [self._position_section(position) for position in self.positions]
        if self.repairs is not None:
            parts.append(repairs_section(self.analysis, self.name, self.judged, self.repairs))
        return (
            Section(
                key="explain",
                title=self.name[0].upper() + self.name[1:],
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

    def _verdict(self) -> Sentence:
        together = self.judged.together
        if together is None:
            text = "Whether all signatories accept it cannot be told; see the parties below."
            return Sentence(text=text, tone="warn")
        tone: Tone = "good" if together.value >= 0.5 else "bad" if together.value == 0 else "plain"
        return Sentence(text=f"All signatories accept it {together.phrase()}.", tone=tone)

    def _refusals(self) -> list[Sentence]:
        found = []
        for position in self.positions:
            if position.judgement.kind != "none" or not position.party.signatory:
                continue
            label = position.party.label
            if position.red_lines and all(isinstance(o, RedLine) for o in position.decided_by):
                line = position.red_lines[0]
                text = f"{label} refuses it in every reading, because it crosses a red line: {_flat(line)}."
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

    def _position_section(self, position: Position) -> Section:
        lead: list[Sentence] = [self._spoken(position)]
        if position.if_all_hold is not None and position.if_all_hold != position.judgement.kind:
            words = {"every": "accepts in every", "some": "accepts in some", "none": "accepts in no"}
            text = f"If all statements hold, the uncertain ones too, it {words[position.if_all_hold]} reading."
            lead.append(Sentence(text=text))
        if position.assumed:
            text = "This is assumed, not derived: a single statement is the whole reason."
            lead.append(Sentence(text=text, tone="warn"))
        points = [said(self.case, line, tone="bad") for line in position.red_lines]
        decided = [o for o in position.decided_by if o not in position.red_lines]
        if decided:
            lead.append(Sentence(text="What decides this, taken together:"))
            points += [said(self.case, origin) for origin in decided]
        return Section(
            key=f"party-{position.party.name}",
            title=position.party.label,
            lead=tuple(lead),
            points=tuple(points),
            tables=(_contribution_table(position),) if position.contributions else (),
            pictures=(_contribution_picture(position, self.name),) if position.contributions else (),
        )

    def _spoken(self, position: Position) -> Sentence:
        kind, share = position.judgement.kind, position.judgement.share
        tone = kind_tone(position.judgement)
        if kind == "contradictory":
            text = "What is said of this party contradicts itself; 'detente check' names the statements."
            return Sentence(text=text, tone=tone)
        if kind == "incomplete":
            missing = listed(
                [m.issue for m in self.analysis.opinions[position.party.name].preferences.missing]
            )
            return Sentence(text=f"Best or worst options are not known: {missing}.", tone=tone)
        text = {"every": "Accepts in every reading.", "none": "Refuses in every reading."}.get(kind)
        if text is None:
            error = "" if share is None or share.certain else f" (± {_percent(share.error)})"
            phrase = "" if share is None else share.phrase()
            text = f"Accepts {phrase}{error}."
        if position.gain is not None:
            text += f" On the central reading it gains {signed(position.gain.central)} points."
        return Sentence(text=text, tone=tone)


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
        name=name,
        judged=judged,
        violated=violated,
        positions=tuple(
            _position(analysis, party, judged.parties[party.name], package)
            for party in analysis.case.parties
        ),
        repairs=repairs_of(analysis, package) if answerable else None,
    )


def _position(
    analysis: Analysis, party: Party, judgement: Judgement, package: Package
) -> Position:
    opinion = analysis.opinions[party.name]
    if not opinion.answerable:
        return _bare(party, judgement, (), ())
    crossed = analysis.crossed(party.name, package)
    certain_lines = tuple(line for line in crossed if line.certain)
    if opinion.ordinal:
        return _bare(party, judgement, crossed, certain_lines[:1] or _order_of(opinion.preferences))
    frame = opinion.preferences.frame
    value = frame.package(package)
    gain = value - frame.no_deal
    reasons: tuple[Origin, ...] = certain_lines[:1]
    if not reasons and judgement.kind in {"every", "none"}:
        reasons = _origins(opinion.certain.verdict(gain).decided_by)
    point = analysis.readings.central[party.name]
    worths = [
        Worth(central=linear.at(point), reach=opinion.certain.range(linear))
        for linear in (value, frame.no_deal, gain)
    ]
    return Position(
        party=party,
        judgement=judgement,
        if_all_hold=_if_all_hold(opinion.whole, opinion.has_uncertain_rows, crossed, gain),
        value=worths[0],
        no_deal=worths[1],
        gain=worths[2],
        contributions=_contributions(analysis, party, package),
        red_lines=crossed,
        decided_by=reasons,
    )


def _bare(
    party: Party,
    judgement: Judgement,
    crossed: tuple[RedLine, ...],
    decided_by: tuple[Origin, ...],
) -> Position:
    return Position(
        party=party,
        judgement=judgement,
        if_all_hold=None,
        value=None,
        no_deal=None,
        gain=None,
        contributions=(),
        red_lines=crossed,
        decided_by=decided_by,
    )


def _order_of(preferences: Any) -> tuple[Statement, ...]:
    return tuple(s for s in preferences.statements if not isinstance(s, RedLine))[:1]


def _origins(groups: tuple[Group, ...]) -> tuple[Origin, ...]:
    return tuple(group.origin for group in groups)


def _if_all_hold(
    whole: Polytope | None, has_uncertain_rows: bool, crossed: tuple[RedLine, ...], gain: Any
) -> Kind | None:
    if whole is None or (not has_uncertain_rows and all(line.certain for line in crossed)):
        return None
    return "none" if crossed else whole.kind(gain)


def _contributions(
    analysis: Analysis, party: Party, package: Package
) -> tuple[Contribution, ...]:
    case = analysis.case
    frame = analysis.opinions[party.name].preferences.frame
    point = analysis.readings.central[party.name]
    status_quo = case.vocabulary.status_quo
    found = []
    for k, (issue, old, new) in enumerate(zip(case.issues, status_quo, package, strict=True)):
        points = frame.option(k, new).at(point) - frame.option(k, old).at(point)
        if new != old:
            detail = f"{issue.option_label(new)} instead of {issue.option_label(old)}"
            found.append(Contribution(label=issue.label, detail=detail, points=points))
    for rule, condition in frame.rules.items():
        holds = condition.holds(package, case.vocabulary)
        held = condition.holds(status_quo, case.vocabulary)
        if holds != held:
            worth = point[frame.worth_unknown(rule)]
            detail = "now holds" if holds else "no longer holds"
            points = worth if holds else -worth
            found.append(Contribution(label=f"Rule: {rule}", detail=detail, points=points))
    start = frame.package(status_quo).at(point) - frame.no_deal.at(point)
    detail = "what the status quo, if signed, gains over no deal"
    found.append(Contribution(label="Starting point", detail=detail, points=start))
    return tuple(found)


def _contribution_table(position: Position) -> Table:
    rows: list[tuple[Cell, ...]] = [(c.label, c.detail, c.points) for c in position.contributions]
    total = sum((c.points for c in position.contributions), Fraction(0))
    rows.append(("Gain", "all of these together", total))
    return Table(
        title=f"What makes up the gain of {position.party.label}, central reading",
        columns=(
            Column(key="part", title="Part"),
            Column(key="detail", title="From"),
            Column(key="points", title="Points", align="right", signed=True),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 1}),
    )


def _contribution_picture(position: Position, name: str) -> GainBars:
    total = sum((c.points for c in position.contributions), Fraction(0))
    return GainBars(
        title=f"What {name} adds to and takes from {position.party.label}",
        description="Bars to the right add to the gain over no deal, bars to the left take from it.",
        rows=tuple(
            GainRow(label=c.label, value=float(c.points), detail=c.detail)
            for c in position.contributions
        ),
        total=GainRow(label="Gain over no deal", value=float(total)),
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


def _percent(error: float) -> str:
    return f"{rounded(Fraction(error * 100).limit_denominator(1000))} %"


QUESTION = Question(name="explain", ask=explain, options=(PROPOSAL,))
