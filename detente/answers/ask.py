"""Say what to ask next: which single question to which party would settle most of what is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Question, circumstances
from detente.candidates import candidates_of
from detente.case import Case
from detente.inquiry import Inquiries, Inquiry, inquiries_of
from detente.number import rounded
from detente.prose import PERCENT_NOTE, listed, origin_data
from detente.statements import Statement
from detente.table import Cell, Column, Section, Sentence, Share, Table
from detente.telling.inquiry import answer_words, question_text
from detente.work import Work

MOST_TOLD = 5
"""Questions told in sentences; JSON has them all."""
LEAST_TOLD = 0.01
"""A question that settles less of what is open is left to JSON, unless it is the best there is."""
_MOST_LISTED = 12
_WORTH_ASKING = 0.1


@dataclass(frozen=True, kw_only=True)
class AskNext(Answer):
    """The questions that would settle most, as a list to take to a meeting."""

    inquiries: Inquiries

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.inquiries.analysis.case

    def data(self) -> dict[str, Any]:
        """Return the questions for JSON."""
        found, case = self.inquiries, self.case
        return {
            "answer": "ask",
            **circumstances(case, found.analysis.work),
            "readings": found.analysis.readings.n_readings,
            "packages": [
                {
                    "name": candidate.asked,
                    "package": case.vocabulary.named(candidate.package),
                    "share": round(share, 6),
                }
                for candidate, share in zip(found.candidates, found.stands, strict=True)
            ],
            "open": round(found.open_bits, 6),
            "questions": [self._question_data(inquiry) for inquiry in found.found],
            "red_lines": [
                {
                    "to": line.party.name,
                    "issue": case.issues[line.issue].name,
                    "option": case.issues[line.issue].options[line.option],
                    "packages": [found.candidates[n].asked for n in line.packages],
                }
                for line in found.red_lines
            ],
        }

    def _question_data(self, inquiry: Inquiry) -> dict[str, Any]:
        found, case, question = self.inquiries, self.case, inquiry.question
        about = question.about[0] if question.about else None
        return {
            "to": question.party.name,
            "kind": question.kind,
            "question": question_text(case, question),
            "statement": origin_data(case, about) if isinstance(about, Statement) else None,
            "answers": [
                {
                    "answer": words,
                    "share": round(share, 6),
                    "then": {
                        candidate.asked: round(shares[side], 6)
                        for candidate, shares in zip(found.candidates, inquiry.shares, strict=True)
                    },
                }
                for side, (words, share) in enumerate(
                    zip(
                        answer_words(case, question),
                        (inquiry.first, 1 - inquiry.first),
                        strict=True,
                    )
                )
            ],
            "narrows": round(inquiry.narrows, 6),
            "bears_on": found.candidates[inquiry.bears_on].asked,
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the questions for people."""
        told = self.inquiries.found[:1] + tuple(
            inquiry for inquiry in self.inquiries.found[1:] if inquiry.narrows >= LEAST_TOLD
        )
        return (
            Section(
                key="ask",
                title="What to ask next",
                lead=tuple(self._lead()),
                points=tuple(
                    question_sentence(self.inquiries, inquiry) for inquiry in told[:MOST_TOLD]
                ),
                tables=(self._table(told[:_MOST_LISTED]),) if told else (),
                parts=tuple(self._red_lines()),
            ),
        )

    def headline(self) -> tuple[Sentence, ...]:
        """Name the question to ask next, where one would settle a tenth or more."""
        found = self.inquiries.found
        if not found or found[0].narrows < _WORTH_ASKING:
            return ()
        return (self._best(found[0]),)

    def _lead(self) -> Iterator[Sentence]:
        found = self.inquiries
        if not found.packages:
            text = (
                "There is no package to ask about: the case has no proposal, and nothing to "
                "recommend."
            )
            yield Sentence(text=text, tone="warn")
            return
        if not found.open_bits:
            text = "Nothing is open: whether all accept is the same in every reading."
            yield Sentence(text=text, tone="good")
            return
        doubtful = [
            f"{name} ({Share(value=share).phrase()})"
            for name, share in zip(found.names, found.stands, strict=True)
            if 0 < share < 1
        ]
        yield Sentence(text=f"Open is whether all signatories accept {listed(doubtful)}.")
        if found.found:
            yield self._best(found.found[0])
        else:
            yield Sentence(text="No single question would settle any of it.")
        yield Sentence(
            text="Questions are for the support team to look up or to raise in a meeting; whether "
            "a party accepts a proposal as a whole is not among them."
        )
        yield Sentence(text=PERCENT_NOTE)

    def _best(self, best: Inquiry) -> Sentence:
        text = f"One answer would settle {_part(best)} of what is open:"
        return Sentence(text=f"{text} {question_text(self.case, best.question)}")

    def _table(self, told: tuple[Inquiry, ...]) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for inquiry in told:
            k = inquiry.bears_on
            first, second = answer_words(self.case, inquiry.question)
            after = inquiry.shares[k]
            rows.append(
                (
                    inquiry.question.party.label,
                    question_text(self.case, inquiry.question),
                    self.inquiries.names[k],
                    f"{first}: {Share(value=after[0])}",
                    f"{second}: {Share(value=after[1])}",
                    _part(inquiry),
                )
            )
        return Table(
            title="Questions, the one that settles most first",
            columns=(
                Column(key="to", title="Ask"),
                Column(key="question", title="Question"),
                Column(key="bears_on", title="Bears on"),
                Column(key="first", title="All accept it if"),
                Column(key="second", title="or if"),
                Column(key="narrows", title="Settles", align="right"),
            ),
            rows=tuple(rows),
        )

    def _red_lines(self) -> Iterator[Section]:
        points = []
        for line in self.inquiries.red_lines:
            issue = self.case.issues[line.issue]
            names = listed([self.inquiries.names[n] for n in line.packages])
            text = (
                f"Is {issue.option_label(line.option)} on {issue.label} out of the question for "
                f"{line.party.label}, whatever else is offered? If so, {names} cannot be had."
            )
            points.append(Sentence(text=text))
        if points:
            lead = (
                "Nobody has said that these are red lines. Ask before building on a package that "
                "crosses one."
            )
            yield Section(
                key="ask-red-lines",
                title="Red lines to rule out",
                lead=(Sentence(text=lead),),
                points=tuple(points),
            )


def question_sentence(inquiries: Inquiries, inquiry: Inquiry) -> Sentence:
    """Return a question with what each answer would mean, as one point of a list."""
    case = inquiries.analysis.case
    first, second = answer_words(case, inquiry.question)
    k = inquiry.bears_on
    after = [Share(value=share).phrase() for share in inquiry.shares[k]]
    text = (
        f"{question_text(case, inquiry.question)} If {first}, all accept {inquiries.names[k]} "
        f"{after[0]}; if {second}, {after[1]}."
    )
    return Sentence(text=text)


def _part(inquiry: Inquiry) -> str:
    percent = 100 * inquiry.narrows
    return "under 1 %" if percent < 1 else f"{rounded(percent, 0)} %"


def ask(case: Case, /, *, work: Work | None = None) -> AskNext:
    """Look for the single question to a party that would settle most of what is open.

    What is open is whether all signatories accept each proposal, and the recommended package. A
    question splits a party's readings in two; it settles as much as it takes off the uncertainty
    of these verdicts on average (in bits), told as a part of all there is. Asked are which issue
    matters more, which of two packages is better, on which side of its median a number lies,
    whether a middle option is nearer to the best or the worst, and whether an uncertain statement
    holds.

    Raises UnanswerableError when a signatory's statements are contradictory or incomplete. Nothing
    is drawn anew.
    """
    return asked(Analysis(case=case, work=work or Work()))


def asked(analysis: Analysis) -> AskNext:
    """Look for questions within an analysis."""
    analysis.require(analysis.case.signatories)
    return AskNext(inquiries=inquiries_of(analysis, candidates_of(analysis)))


QUESTION = Question(name="ask", ask=ask, reported=asked)
