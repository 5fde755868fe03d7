"""What a party is handed: what everybody may know, and its own side of the case.

Everything here is told of a case that has been reduced to what its reader may see
(:mod:`~detente.confidential`), so that it cannot tell more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from detente.blocks.commitments import Commitment
from detente.case import Case, Party
from detente.number import plain
from detente.opinion import Opinion, opinion_of
from detente.packages import as_choices, central_valuation, package_space
from detente.polytope import Polytope, Range
from detente.prose import capital, listed
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.ordinal import Priorities
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.table import Cell, Column, Section, Sentence, Table, Tone, cell_text
from detente.telling.conditions import condition_words
from detente.vocabulary import Issue, Package, Vocabulary

MOST_OPTIONS = 13
"""A numeric issue with more options is scored at the numbers where its points turn."""
_MADE = re.compile(
    r"\bRead\s+from\s+(?:Genius|GeniusWeb|NegMAS|a\s+score\s+sheet|"
    r"a\s+game\s+in\s+strategic\s+form):\s"
)
"""How a note begins that tells what reading another program's file made of it."""
_OFFERS = 4
"""Offers that the form has room for."""


def general_sections(case: Case) -> tuple[Section, ...]:
    """Return what everybody may know; the case has been reduced to that."""
    signing = listed([party.label for party in case.signatories])
    lead = [*_paragraphs(case.note), Sentence(text=f"An agreement needs the yes of {signing}.")]
    affected = [party.label for party in case.parties if not party.signatory]
    if affected:
        text = f"{listed(affected)} {'is' if len(affected) == 1 else 'are'} affected, and"
        lead.append(Sentence(text=f"{text} {'signs' if len(affected) == 1 else 'sign'} nothing."))
    parts = [Section(key="situation", title="The situation", lead=tuple(lead)), _table(case)]
    if case.proposals:
        parts.append(_proposals(case))
    return tuple(parts)


def party_sections(case: Case, party: Party, *, view: str) -> tuple[Section, ...]:
    """Return a party's confidential sheet; the case has been reduced to what it may see."""
    opinion = opinion_of(case, party.name, view=view)
    lead = (Sentence(text=f"You speak for {party.label}."), *_paragraphs(party.note))
    parts = [Section(key="you", title="Who you are", lead=lead), _table(case), *_wants(opinion)]
    parts.append(_limits(case, opinion))
    scored = opinion.preferences.manner == "points" and opinion.answerable
    if scored:
        parts.append(_score_table(case, opinion))
    if case.proposals and opinion.answerable:
        parts.append(_own_proposals(case, party, opinion))
    if scored:
        parts.append(_form(case, opinion))
    return tuple(parts)


def _paragraphs(text: str) -> Iterator[Sentence]:
    """Go through a note, less what reading a file made of it, to the end of its paragraph."""
    for part in text.split("\n\n"):
        told = " ".join(_MADE.split(part, maxsplit=1)[0].split())
        if told:
            yield Sentence(text=told)


def _table(case: Case) -> Section:
    """Return the issues, what is the case now, and what every agreement has to meet."""
    rows = tuple(
        (issue.label, _options(issue), issue.option_label(issue.options.index(issue.status_quo)))
        for issue in case.issues
    )
    table = Table(
        title="Each agreement settles every issue with one of its options",
        columns=(
            Column(key="issue", title="Issue"),
            Column(key="options", title="Options"),
            Column(key="status_quo", title="Today (status quo)"),
        ),
        rows=rows,
    )
    points = [
        Sentence(text=f"{issue.label}: {' '.join(issue.note.split())}")
        for issue in case.issues
        if issue.note
    ]
    for constraint in case.constraints:
        words = condition_words(constraint.condition, case.vocabulary)
        title = f" ({constraint.title})" if constraint.title else ""
        points.append(Sentence(text=f"In every agreement: {words}{title}."))
    return Section(
        key="issues", title="What is on the table", points=tuple(points), tables=(table,)
    )


def _options(issue: Issue) -> str:
    if issue.levels is not None and len(issue.levels) > 2:
        low, high = (issue.options[k] for k in (0, -1))
        step = plain(issue.levels[1] - issue.levels[0])
        unit = f" {issue.unit}" if issue.unit else ""
        return f"{low} to {high}{unit}, in steps of {step}"
    return ", ".join(issue.option_label(k) for k in range(len(issue.options)))


def _package(case: Case, package: Package) -> str:
    """Return what a package changes of today's state, with issues called as on the sheet."""
    parts = [
        f"{issue.label}: {issue.option_label(option)}"
        for issue, option, before in zip(
            case.issues, package, case.vocabulary.status_quo, strict=True
        )
        if option != before
    ]
    return "; ".join(parts) or "all as today"


def _proposals(case: Case) -> Section:
    rows = tuple(
        (capital(proposal.label), _package(case, case.vocabulary.proposals[proposal.name]))
        for proposal in case.proposals
    )
    table = Table(
        title="What it changes of today's state",
        columns=(Column(key="proposal", title="Proposal"), Column(key="package", title="Package")),
        rows=rows,
    )
    return Section(key="proposals", title="Proposals so far", tables=(table,))


def _wants(opinion: Opinion) -> Iterator[Section]:
    """Return what is said of the party beyond its points and limits."""
    vocabulary = opinion.preferences.frame.vocabulary
    apart = (RedLine, NoDeal, *((Scores,) if opinion.answerable else ()))
    said = [s for s in opinion.preferences.statements if not isinstance(s, apart)]
    if said:
        points = tuple(_said(s, _sentence(s, vocabulary)) for s in said)
        yield Section(key="wants", title="What you want", points=points)
    notes = [s for s in opinion.preferences.statements if isinstance(s, Scores) and _added(s)]
    if notes and opinion.answerable:
        points = tuple(Sentence(text=f"On your points: {_added(s)}") for s in notes)
        yield Section(key="on_points", title="Why", points=points)


def _sentence(statement: Statement, vocabulary: Vocabulary) -> str:
    """Return a statement in words, conditions with issues called as on the sheet."""
    if isinstance(statement, Priorities):
        wanted = [condition_words(condition, vocabulary) for condition in statement.conditions]
        return f"wants, in this order: {'; then '.join(wanted)}"
    if isinstance(statement, Rule):
        worth = statement.sentence(vocabulary).removesuffix(statement.name)
        return worth + condition_words(statement.condition, vocabulary)
    return statement.sentence(vocabulary)


def _said(statement: Statement, sentence: str) -> Sentence:
    return Sentence(
        text=" ".join(part for part in (f"{capital(sentence)}.", _added(statement)) if part)
    )


def _added(statement: Statement) -> str:
    """Return how sure a statement is, and the note on it."""
    confidence = statement.provenance.confidence
    sure = "" if confidence == "certain" else f"(Not certain: {confidence} confidence.)"
    note = " ".join(statement.provenance.note.split())
    return " ".join(part for part in (sure, note) if part)


def _limits(case: Case, opinion: Opinion) -> Section:
    """Return red lines and no deal in plain words, and what the party has promised."""
    vocabulary, points = case.vocabulary, []
    for s in opinion.preferences.statements:
        if isinstance(s, RedLine):
            words = condition_words(s.condition, vocabulary)
            points.append(_said(s, f"red line: you cannot sign any agreement in which {words}"))
        elif isinstance(s, NoDeal):
            points.append(_said(s, s.sentence(vocabulary)))
    for entry in case.blocks.get("commitments", ()):
        if isinstance(entry, Commitment):
            words = condition_words(entry.condition, vocabulary)
            title = f"{entry.title}: " if entry.title else ""
            note = " ".join(entry.provenance.note.split())
            text = f"You have promised: {title}{words}. {note}".strip()
            points.append(Sentence(text=text))
    stated = any(isinstance(s, NoDeal) for s in opinion.preferences.statements)
    lead = "You need not agree. Sign only what is worth at least as much to you as no deal."
    if opinion.ordinal:
        lead = "You need not agree. Sign only what ranks at least as high with you as no deal."
    elif not stated:
        lead += " What no deal is worth to you is for you to judge."
    return Section(
        key="limits",
        title="Your limits",
        lead=(Sentence(text=lead, tone="warn"),),
        points=tuple(points),
    )


def _sheet(opinion: Opinion) -> Polytope:
    """Return what fits the whole sheet, or its certain part where nothing fits the whole."""
    return opinion.whole or opinion.certain


def _score_table(case: Case, opinion: Opinion) -> Section:
    rows: list[tuple[Cell, ...]] = []
    turned = False
    for k, issue in enumerate(case.issues):
        ranges = _stated(opinion, k)
        shown = list(range(len(ranges)))
        if issue.levels is not None and len(ranges) > MOST_OPTIONS:
            shown, turned = _turns(issue, ranges), True
        for place, option in enumerate(shown):
            label = "" if place else issue.label
            rows.append((label, issue.option_label(option), _amount(ranges[option])))
    notes = ["Between two numbers listed, points change in even steps."] if turned else []
    if opinion.preferences.frame.rules:
        notes.append("What counts by itself, under what you want, is added where it holds.")
    table = Table(
        title="Add the points of the options of a package",
        columns=(
            Column(key="issue", title="Issue"),
            Column(key="option", title="Option"),
            Column(key="points", title="Points", align="right"),
        ),
        rows=tuple(rows),
        note=" ".join(notes),
    )
    return Section(key="points", title="Your points", tables=(table,))


def _stated(opinion: Opinion, issue: int) -> list[Range]:
    """Return the points stated for each option; between two scored numbers on a straight line."""
    vocabulary = opinion.preferences.frame.vocabulary
    known = {
        option: Range(low=bounds.low, high=bounds.high)
        for statement in opinion.preferences.statements
        if isinstance(statement, Scores)
        for k, option, bounds in statement.amounts(vocabulary)
        if k == issue and bounds.low is not None and bounds.high is not None
    }
    levels = vocabulary.issues[issue].levels or ()
    for a, b in pairwise(sorted(known)):
        for option in range(a + 1, b):
            part = (levels[option] - levels[a]) / (levels[b] - levels[a])
            known[option] = Range(
                low=known[a].low + part * (known[b].low - known[a].low),
                high=known[a].high + part * (known[b].high - known[a].high),
            )
    return [known[option] for option in sorted(known)]


def _turns(issue: Issue, ranges: Sequence[Range]) -> list[int]:
    """Return the ends, and the options at which the points leave a straight line."""
    levels = issue.levels or ()
    slopes = [
        ((b.low - a.low) / (y - x), (b.high - a.high) / (y - x))
        for (a, b), (x, y) in zip(pairwise(ranges), pairwise(levels), strict=True)
    ]
    inner = [k for k, (a, b) in enumerate(pairwise(slopes), start=1) if a != b]
    return [0, *inner, len(ranges) - 1]


def _amount(found: Range, *, signed: bool = False) -> str:
    low, high = (cell_text(end, with_sign=signed) for end in (found.low, found.high))
    return low if low == high else f"{low} to {high}"


def _own_proposals(case: Case, party: Party, opinion: Opinion) -> Section:
    """Return what each proposal is worth to the party, or whether it ranks above no deal."""
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    amounts = not opinion.ordinal
    for r, proposal in enumerate(case.proposals):
        package = case.vocabulary.proposals[proposal.name]
        cells: list[Cell] = [capital(proposal.label), _package(case, package)]
        if amounts:
            frame = opinion.preferences.frame
            value = frame.package(package)
            cells.append(_amount(_sheet(opinion).range(value)))
            cells.append(_amount(_sheet(opinion).range(value - frame.no_deal), signed=True))
        words, tones[r, len(cells)] = _verdict(case, party, opinion, package)
        rows.append((*cells, words))
    columns = [Column(key="proposal", title="Proposal"), Column(key="package", title="Package")]
    if amounts:
        columns.append(Column(key="points", title="Your points", align="right"))
        columns.append(Column(key="gain", title="Over no deal", align="right"))
    columns.append(Column(key="verdict", title="Could you sign?"))
    lead: tuple[Sentence, ...] = ()
    if opinion.preferences.manner == "stated":
        text = (
            "Points run from 0, the worst for you on every issue, to 100, the best on every issue. "
            "A range is what your sheet leaves open."
        )
        lead = (Sentence(text=text),)
    table = Table(
        title="What the proposals are to you", columns=tuple(columns), rows=tuple(rows), tones=tones
    )
    return Section(key="proposals", title="Proposals so far", lead=lead, tables=(table,))


def _verdict(case: Case, party: Party, opinion: Opinion, package: Package) -> tuple[str, Tone]:
    crossed = [
        line
        for line in opinion.preferences.red_lines
        if line.condition.holds(package, case.vocabulary)
    ]
    if any(line.certain for line in crossed):
        return "no: it crosses a red line", "bad"
    if opinion.ordinal:
        kind = "every" if _ranked(case, party, opinion, package) else "none"
    else:
        frame = opinion.preferences.frame
        kind = _sheet(opinion).kind(frame.package(package) - frame.no_deal)
    if kind == "none":
        return "no: worse than no deal", "bad"
    if crossed:
        return "it may cross a red line", "warn"
    if kind == "every":
        return "yes", "good"
    return "that depends on what this sheet leaves open", "warn"


def _ranked(case: Case, party: Party, opinion: Opinion, package: Package) -> bool:
    """Tell whether a package ranks at least as high as no deal with a party that only ranks."""
    opinions = {party.name: opinion}
    valuation = central_valuation(package_space(case, opinions), opinions, {}, [party.name])
    return bool(valuation.gains(as_choices([package], len(case.issues)))[0, 0] >= 0)


def _form(case: Case, opinion: Opinion) -> Section:
    """Return a form on which offers are scored by hand."""
    rules = opinion.preferences.frame.rules.values()
    names = [issue.label for issue in case.issues]
    names += [f"If {condition_words(rule, case.vocabulary)}" for rule in rules]
    blank = ("",) * _OFFERS
    no_deal = _amount(_sheet(opinion).range(opinion.preferences.frame.no_deal))
    rows: list[tuple[Cell, ...]] = [(name, *blank) for name in names]
    rows += [("Total", *blank), ("No deal", *((no_deal,) * _OFFERS))]
    table = Table(
        title="Enter the points of each offer, and add them up",
        columns=(
            Column(key="issue", title="Issue"),
            *(
                Column(key=f"offer_{k}", title=f"Offer {k}", align="right")
                for k in range(1, _OFFERS + 1)
            ),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 2}),
    )
    return Section(key="form", title="To score offers by hand", tables=(table,))
