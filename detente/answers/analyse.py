"""Analyse a case in full: every answer at once, and with --output a report to read and print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from detente.analysis import Analysis
from detente.answers import commands, question
from detente.answers.answer import Answer, Paged, Question, circumstances
from detente.answers.check import Check, checked
from detente.answers.compare import Comparison, compared
from detente.answers.explain import Explanation, explained
from detente.answers.hold import Hold
from detente.answers.settle import Settlement, settled
from detente.case import Case
from detente.errors import LimitError, UnanswerableError
from detente.number import rounded
from detente.prose import (
    PERCENT_NOTE,
    Origin,
    capital,
    listed,
    plural,
    said,
    said_once,
)
from detente.report import html
from detente.statements import Statement
from detente.table import Section, Sentence
from detente.telling.conflict import conflict_section, is_conflict, moves_section
from detente.telling.on_the_table import issues_table
from detente.telling.recommendation import recommended_text
from detente.telling.sources import sources_table, statements_section
from detente.work import Work

_METHOD = (
    (
        "Nobody knows which values a party puts on the options; every statement is a condition on "
        "them. All ways of putting values that meet the statements are that party's readings."
    ),
    (
        "Whether something holds in every, some or no reading is proved in exact fractions, over "
        "all readings at once, and not counted."
    ),
    (
        "Solutions and the frontier are exact for the central reading: the mean of the readings, "
        "rounded to a hundredth of a point."
    ),
    (
        "A share is no forecast. It says how much room the statements leave, and it changes with "
        "the statements."
    ),
    "Parties are taken to value each issue by itself, except where a rule says otherwise.",
)


@dataclass(frozen=True, kw_only=True)
class Report(Paged):
    """Every answer to a case.

    settlement : None when a signatory cannot be answered for, or the conditions are too entangled
    withheld : why there is no settlement; empty when there is one
    further : by command, every other answer that is part of a report; None where the case has
        nothing of the kind, or it is left out
    left_out : by command, why such an answer is left out although the case calls for it
    """

    analysis: Analysis
    check: Check
    settlement: Settlement | None
    withheld: str
    comparison: Comparison | None
    explanations: tuple[Explanation, ...]
    further: Mapping[str, Answer | None]
    left_out: Mapping[str, str]

    @property
    def case(self) -> Case:
        """The case analysed."""
        return self.analysis.case

    @property
    def ok(self) -> bool:
        """Whether nothing has to be put right."""
        return self.check.ok

    def data(self) -> dict[str, Any]:
        """Return every answer for JSON."""
        return {
            "answer": "analyse",
            **circumstances(self.case, self.analysis.work),
            "check": self.check.data(),
            "settle": None if self.settlement is None else self.settlement.data(),
            "withheld": self.withheld or None,
            "compare": None if self.comparison is None else self.comparison.data(),
            "explain": {
                proposal.name: explanation.data()
                for proposal, explanation in zip(
                    self.case.proposals, self.explanations, strict=True
                )
            },
            **{
                name: None if answer is None else answer.data()
                for name, answer in self.further.items()
            },
            "left_out": dict(self.left_out),
        }

    @property
    def conflict(self) -> Hold | None:
        """Where the conflict can rest, if nothing is known but its moves and who ranks how."""
        found = self.further.get("hold")
        alone = is_conflict(self.case, view=self.analysis.work.view)
        return found if alone and isinstance(found, Hold) else None

    @property
    def chapters(self) -> tuple[Answer, ...]:
        """The other answers that are there."""
        return tuple(answer for answer in self.further.values() if answer is not None)

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements of the view that was analysed."""
        return self.case.statements_in(self.analysis.work.view)

    def sections(self) -> tuple[Section, ...]:
        """Return the summary that the command prints: what was found, without the detail."""
        found: list[Section] = []
        if not self.check.ok:
            found += self.check.sections()
        if self.comparison is not None:
            found += self.comparison.sections()
        for explanation in self.explanations:
            (whole,) = explanation.sections()
            mending = tuple(part for part in whole.parts if part.key == "repairs")
            found.append(Section(key=whole.key, title=whole.title, lead=whole.lead, parts=mending))
        if self.settlement is not None:
            (whole,) = self.settlement.sections()
            solutions = tuple(part for part in whole.parts if part.key in {"solutions", "empty"})
            found.append(
                Section(
                    key=whole.key,
                    title=whole.title,
                    lead=whole.lead,
                    tables=whole.tables,
                    parts=solutions,
                )
            )
        elif self.conflict is not None:
            asked = self._asked()
            found.append(replace(asked, lead=asked.lead[:1], tables=()))
        else:
            found.append(self._unsettled())
        found += self._further_in_short()
        return tuple(said_once(found))

    def _further_in_short(self) -> Iterator[Section]:
        """Go through what else was found, without the detail."""
        for answer in self.chapters:
            for k, part in enumerate(answer.chapter()):
                lead = part.lead if k else tuple(dict.fromkeys((*answer.headline(), *part.lead)))
                if any(s.tone != "plain" if k else s.text != PERCENT_NOTE for s in lead):
                    yield Section(key=part.key, title=part.title, lead=lead)
        yield from self._left_out()

    def _left_out(self) -> Iterator[Section]:
        for name, why in self.left_out.items():
            text = f"This is left out: {why}."
            lead = (Sentence(text=text, tone="warn"),)
            yield Section(key=name, title=commands()[name].partition(":")[0].rstrip("."), lead=lead)

    def page(self) -> str:
        """Return the report: one HTML file that needs nothing else, to read and to print."""
        case = self.case
        facts = [("As of", case.as_of)] if case.as_of else []
        subtitle = "What could be agreed, what fails and why, and what it rests on"
        if self.conflict is not None:
            subtitle = "Where the conflict can rest, how it gets there, and what it rests on"
            facts.append(("Parties", listed([party.label for party in case.parties])))
        else:
            n_readings = self.analysis.readings.n_readings
            facts += [
                ("Signatories", listed([party.label for party in case.signatories])),
                ("Readings", f"{n_readings:,}, seed {self.analysis.work.seed}"),
            ]
        return html.page(
            self.whole(),
            title=case.title,
            subtitle=subtitle,
            facts=facts,
            footer="Made with Detente. Results follow from the statements listed; "
            "they are no forecast.",
        )

    def headline(self) -> tuple[Sentence, ...]:
        """Return what a reader in a hurry must know."""
        return self._answer()

    def whole(self) -> tuple[Section, ...]:
        """Return the report: everything that was found, with its statements and sources."""
        sections = [self._asked()]
        if self.comparison is not None:
            sections += self.comparison.sections()
        if self.settlement is not None:
            sections += self.settlement.sections()
        elif self.conflict is None:
            sections.append(self._unsettled())
        if self.explanations:
            parts = tuple(part for e in self.explanations for part in e.sections())
            sections.append(Section(key="proposals", title="The proposals one by one", parts=parts))
        sections += [part for answer in self.chapters for part in answer.chapter()]
        sections += [*self._left_out(), self._rests_on()]
        sections += [self._method()] if self.conflict is None else []
        return tuple(said_once(sections))

    def _unsettled(self) -> Section:
        lead = Sentence(text=f"This is left out. {self.withheld}.", tone="warn")
        return Section(key="settle", title="What could be agreed", lead=(lead,))

    def _asked(self) -> Section:
        case, conflict = self.case, self.conflict
        if conflict is not None:
            return conflict_section(case, conflict.holdings.survey, answer=self._answer())
        text = (
            f"{listed([party.label for party in case.signatories])} have to accept; on the table "
            f"are {plural(len(case.issues), 'issue')} with "
            f"{plural(case.vocabulary.n_packages, 'package')} in all, and "
            f"{plural(len(case.proposals), 'proposal')}."
        )
        note = [Sentence(text=case.note)] if case.note else []
        shares = [Sentence(text=PERCENT_NOTE)] if self.analysis.readings.sampled else []
        return Section(
            key="asked",
            title="The question and the answer",
            lead=(Sentence(text=text), *note, *self._answer(), *shares),
            tables=(issues_table(case),),
        )

    def _answer(self) -> tuple[Sentence, ...]:
        """Return what a reader in a hurry must know: what can be had, and what not to trust."""
        rests = self.further.get("assumptions")
        found = self._agreeable()
        found += rests.headline() if rests is not None else ()
        for explanation in self.explanations:
            label = capital(explanation.name)
            found += [replace(s, text=f"{label}. {s.text}") for s in explanation.summary()]
            if (better := explanation.mended()) is not None:
                found.append(better)
        found += [s for answer in self.chapters if answer is not rests for s in answer.headline()]
        return tuple(found)

    def _agreeable(self) -> list[Sentence]:
        """Say whether anything can be agreed, and which package is recommended."""
        if self.settlement is None:
            return []
        first = self.settlement.sections()[0].lead[0]
        return [first, *recommended_text(self.analysis, zone=self.settlement.zone)]

    def _rests_on(self) -> Section:
        if self.conflict is not None:
            return self._said()
        parts = [statements_section(self.case, self.statements), *self._deciding()]
        parts += [s for s in self.check.sections() if s.key in {"open", "assumptions", "missing"}]
        parts += [s for s in self.check.sections() if s.key in {"contradictions", "tensions"}]
        sourced = sum(bool(s.provenance.because) for s in self.statements)
        text = (
            f"Of {plural(len(self.statements), 'statement')} {sourced} "
            f"{'names' if sourced == 1 else 'name'} a source; the others are the analyst's own."
        )
        return Section(
            key="rests-on",
            title="Statements and sources",
            lead=(Sentence(text=text),),
            parts=tuple(parts),
            tables=(sources_table(self.case),) if self.case.sources else (),
        )

    def _said(self) -> Section:
        """Return what is said of moves and rankings, where nothing else is said."""
        bare = tuple(s for s in self.check.sections() if s.key == "assumptions")
        return Section(
            key="rests-on",
            title="Moves, rankings and sources",
            parts=(moves_section(self.case, view=self.analysis.work.view), *bare),
            tables=(sources_table(self.case),) if self.case.sources else (),
        )

    def _deciding(self) -> list[Section]:
        """Name the statements that decide verdicts, by how many verdicts each decides."""
        counts: dict[Origin, list[str]] = {}
        for explanation in self.explanations:
            for position in explanation.positions:
                for origin in position.decided_by:
                    where = f"{position.party.label} on {explanation.name}"
                    counts.setdefault(origin, []).append(where)
        ranked = sorted(counts.items(), key=lambda pair: -len(pair[1]))
        points = []
        for origin, verdicts in ranked:
            sentence = said(self.case, origin)
            unsourced = not isinstance(origin, Statement) or not origin.provenance.because
            points.append(
                Sentence(
                    text=f"{sentence.text} Decides: {'; '.join(verdicts)}.",
                    tone="warn" if unsourced else "plain",
                    source=sentence.source,
                )
            )
        if not points:
            return []
        text = (
            "Verdicts that hold in every or in no reading follow from these; "
            "the marked ones have no source."
        )
        lead = (Sentence(text=text),)
        return [Section(key="deciding", title="What decides", lead=lead, points=tuple(points))]

    def _method(self) -> Section:
        readings = self.analysis.readings
        sampled = [m for m in readings.mixing.values() if m.steps]
        shares = "The statements leave one reading; every share is exact."
        if sampled:
            largest = rounded(100 * _largest_error(self), 1)
            shares = (
                f"Shares count {readings.n_readings:,} readings, drawn evenly from all that fit; "
                f"the standard error of a share is at most {largest} of 100 here."
            )
        points = [*_METHOD[:2], shares, *_METHOD[2:]]
        if sampled and not all(m.mixed for m in sampled):
            points.append("Some chains of readings had not settled; take shares with care.")
        redrawn = sum(m.redrawn for m in readings.mixing.values())
        if redrawn:
            points.append(
                f"{redrawn:,} draws of uncertain statements contradicted each other "
                "and were drawn again."
            )
        return Section(
            key="method",
            title="Method and limits",
            points=tuple(Sentence(text=text) for text in points),
        )


def analyse(case: Case, /, *, work: Work | None = None) -> Report:
    """Answer everything about a case; ``page()`` of the result is the report.

    What cannot be answered (contradictory or incomplete statements, conditions too entangled) is
    left out and said; the rest is answered.
    """
    return analysed(Analysis(case=case, work=work or Work()))


def analysed(analysis: Analysis) -> Report:
    """Answer everything within an analysis."""
    case = analysis.case
    settlement, withheld = None, ""
    try:
        settlement = settled(analysis)
    except (LimitError, UnanswerableError) as error:
        withheld = str(error)
    further, left_out = _further(analysis)
    return Report(
        analysis=analysis,
        check=checked(analysis),
        settlement=settlement,
        withheld=withheld[:1].upper() + withheld[1:],
        comparison=compared(analysis) if case.proposals else None,
        explanations=tuple(explained(analysis, proposal.name) for proposal in case.proposals),
        further=further,
        left_out=left_out,
    )


def _further(analysis: Analysis) -> tuple[dict[str, Answer | None], dict[str, str]]:
    """Ask every other question that is part of a report; what the case has nothing of is None."""
    further: dict[str, Answer | None] = {}
    left_out: dict[str, str] = {}
    for name in commands():
        reported = question(name).reported
        if reported is None:
            continue
        further[name] = None
        try:
            further[name] = reported(analysis)
        except UnanswerableError:
            continue
        except LimitError as error:
            left_out[name] = str(error)
    return further, left_out


def _largest_error(report: Report) -> float:
    shares = [explanation.judged.together for explanation in report.explanations]
    shares += [p.judgement.share for e in report.explanations for p in e.positions]
    return max((share.error for share in shares if share is not None), default=0.0)


QUESTION = Question(name="analyse", ask=analyse, writes_page=True)
