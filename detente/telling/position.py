"""How one party's stance on a package is told: verdict, reasons, and what makes up the gain."""

from __future__ import annotations

from fractions import Fraction

from detente.analysis import Analysis
from detente.number import rounded
from detente.position import Position
from detente.prose import brief_sources, kind_tone, listed, plural, said
from detente.report.pictures.gains import GainBars, GainRow
from detente.table import Cell, Column, Section, Sentence, Table


def position_section(analysis: Analysis, position: Position, name: str) -> Section:
    """Return where one party stands on a package, for people."""
    lead: list[Sentence] = [_spoken(analysis, position)]
    if position.if_all_hold is not None and position.if_all_hold != position.judgement.kind:
        words = {
            "every": "accepts in every",
            "some": "accepts in some",
            "none": "accepts in no",
        }
        kind = words[position.if_all_hold]
        text = f"If all statements hold, the uncertain ones too, it {kind} reading."
        lead.append(Sentence(text=text))
    if position.judgement.kind == "some":
        lead.append(_rests_on(analysis, position))
    if position.assumed:
        text = "This is assumed, not derived: a single statement is the whole reason."
        lead.append(Sentence(text=text, tone="warn"))
    points = [said(analysis.case, line, tone="bad") for line in position.red_lines]
    decided = [o for o in position.decided_by if o not in position.red_lines]
    if decided:
        lead.append(Sentence(text="What decides this, taken together:"))
        points += [said(analysis.case, origin) for origin in decided]
    return Section(
        key=f"party-{position.party.name}",
        title=position.party.label,
        lead=tuple(lead),
        points=tuple(points),
        tables=(_contribution_table(position),) if position.contributions else (),
        pictures=(_contribution_picture(position, name),) if position.contributions else (),
    )


def _rests_on(analysis: Analysis, position: Position) -> Sentence:
    """Say how much of what a share rests on names a source."""
    preferences = analysis.opinions[position.party.name].preferences
    said_of = preferences.statements
    unsourced = [s for s in said_of if not s.provenance.because]
    text = f"This share rests on {plural(len(said_of), 'statement')}"
    if unsourced:
        lines = ", ".join(str(s.provenance.line) for s in unsourced if s.provenance.line)
        where = f" (line{'s' if ',' in lines else ''} {lines})" if lines else ""
        text += f", {len(unsourced)} of them without a source{where}"
    if preferences.unstated:
        text += f", and on {plural(len(preferences.unstated), 'bound')} nobody stated"
    return Sentence(text=f"{text}.", tone="warn" if unsourced else "plain")


def _spoken(analysis: Analysis, position: Position) -> Sentence:
    kind, share = position.judgement.kind, position.judgement.share
    tone = kind_tone(position.judgement)
    if kind == "contradictory":
        text = "What is said of this party contradicts itself; 'detente check' tells where."
        return Sentence(text=text, tone=tone)
    if kind == "incomplete":
        if analysis.case.only_ranked(position.party.name, view=analysis.work.view):
            text = "It is known only how this party ranks states, not what packages are worth."
            return Sentence(text=text, tone=tone)
        missing = listed(
            [m.issue for m in analysis.opinions[position.party.name].preferences.missing]
        )
        return Sentence(text=f"Best or worst options are not known: {missing}.", tone=tone)
    text = "Accepts in every reading." if kind == "every" else "Refuses in every reading."
    if kind == "some":
        error = "" if share is None or share.certain else f" (± {_percent(share.error)})"
        phrase = "" if share is None else share.phrase()
        text = f"Accepts {phrase}{error}."
    if position.gain is not None:
        text += f" {_gain_text(position)}"
    return Sentence(text=text, tone=tone)


def _gain_text(position: Position) -> str:
    """Say what the party gains on the central reading, and what that means beside a red line."""
    gain = Fraction(0) if position.gain is None else position.gain.central
    points = rounded(abs(gain))
    if gain < 0:
        return f"On the central reading it is {points} points short of no deal."
    text = f"On the central reading it gains {points} points over no deal"
    return f"{text}, but a red line is crossed." if position.red_lines else f"{text}."


def _contribution_table(position: Position) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (c.label, c.detail, c.points, brief_sources(c.rests_on)) for c in position.contributions
    ]
    total = sum((c.points for c in position.contributions), Fraction(0))
    rows.append(("Gain", "all of these together", total, None))
    return Table(
        title=f"What makes up the gain of {position.party.label}, central reading",
        columns=(
            Column(key="part", title="Part"),
            Column(key="detail", title="From"),
            Column(key="points", title="Points", align="right", signed=True),
            Column(key="rests_on", title="Rests on"),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 1}),
    )


def _contribution_picture(position: Position, name: str) -> GainBars:
    total = sum((c.points for c in position.contributions), Fraction(0))
    return GainBars(
        title=f"What {name} adds to and takes from {position.party.label}",
        description="Bars to the right add to the gain over no deal, bars to the left take away.",
        rows=tuple(
            GainRow(label=c.label, value=float(c.points), detail=c.detail)
            for c in position.contributions
        ),
        total=GainRow(label="Gain over no deal", value=float(total)),
    )


def _percent(error: float) -> str:
    return f"{rounded(Fraction(error * 100).limit_denominator(1000))} %"
