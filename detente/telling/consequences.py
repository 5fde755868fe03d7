"""How the answers of two states of a case are laid beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detente.attribution import MOST_CHANGES, Attribution, Causes
from detente.consequences import ALL, Consequences, Outcome, Stand
from detente.difference import Difference
from detente.number import signed
from detente.prose import PERCENT_NOTE, Origin, acceptance_table, capital, said
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.telling.difference import number_word
from detente.telling.digest import (
    no_package_text,
    numbers_text,
    option_text,
    outcome_tone,
)

UNTOUCHED = "no visible change"


def answers_section(told: Consequences, causes: Causes) -> Section:
    """Return every answer before and now, and through which change it is another."""
    difference = told.difference
    case = difference.new
    labels = {p.name: p.label for p in case.proposals}
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for outcome in told.outcomes:
        together = outcome.party == ALL
        who = "All signatories" if together else case.party(outcome.party).label
        found = causes.of("proposal", outcome.proposal, outcome.party)
        cells = (_stand_cell(outcome.old), _stand_cell(outcome.new))
        if outcome.changed:
            tones[len(rows), 4] = outcome_tone(outcome)
        cause = _cause_cell(difference, found)
        rows.append((labels[outcome.proposal], who, *cells, _step_cell(outcome), cause))
    zone = [share if share is not None else "not known" for share in told.zones]
    cause = _cause_cell(difference, causes.of("zone"))
    step = _step_text(*told.zones) if told.zone_changed else UNTOUCHED
    rows.append(("Any package at all", "All signatories", *zone, step, cause))
    table = Table(
        title="In how many of the readings each party accepts",
        columns=(
            Column(key="proposal", title="Proposal"),
            Column(key="party", title="Party"),
            Column(key="old", title="Before", align="right"),
            Column(key="new", title="Now", align="right"),
            Column(key="change", title="Change"),
            Column(key="because", title="Through change no."),
        ),
        rows=tuple(rows),
        tones=tones,
        strong=frozenset({len(rows) - 1}),
    )
    points = [
        Sentence(
            text=f"{labels[name]} {'meets' if now else 'breaks'} the constraints now; before "
            f"it {'met' if before else 'broke'} them.",
            tone="good" if now else "bad",
        )
        for name, (before, now) in told.feasible.items()
        if before != now
    ]
    lead = (
        "A share has changed when it moved by at least one point and by more than the drawing "
        "of readings can do. A change is named as the reason when it alone, made to the first "
        f"file, moves the answer the larger part of the way. {PERCENT_NOTE}"
    )
    return Section(
        key="answers",
        title="What that changed in the answers",
        lead=(Sentence(text=lead), *_untried(causes)),
        points=tuple(points),
        tables=(table,),
    )


def _untried(causes: Causes) -> tuple[Sentence, ...]:
    """Say why no single change is named as the reason, where that is so."""
    if all(found.finding != "untried" for found in causes.found):
        return ()
    if not causes.consequences.difference.same_issues:
        text = (
            "Other issues or options are on the table than before, so that importance is measured "
            "otherwise; no single change is named as the reason."
        )
    elif len(causes.bearing) > MOST_CHANGES:
        text = (
            f"More than {number_word(MOST_CHANGES)} statements changed, so they were not tried one "
            "at a time."
        )
    elif causes.consequences.old.listed is None:
        text = "There are too many packages to try every change on all of them one at a time."
    else:
        text = (
            "Where no change is named, others than those of statements may have done it: who has "
            "to accept, the constraints, or a proposal that a statement speaks of."
        )
    return (Sentence(text=text),)


def fresh_section(told: Consequences) -> Section | None:
    """Return who accepts the proposals that are new; None when none is."""
    names = told.fresh
    if not names:
        return None
    labels = {p.name: p.label for p in told.difference.new.proposals}
    judged = [(labels[name], told.judged[1][name]) for name in names]
    title = "In how many of the readings each party accepts"
    table = acceptance_table(told.new, judged, title=title, first="Proposal")
    return Section(key="fresh", title="New proposals", tables=(table,))


def recommended_section(told: Consequences) -> Section:
    """Return the recommended package before and now, issue by issue."""
    old, new = told.recommended
    lead = tuple(
        Sentence(text=f"{when}: {no_package_text(one)}.")
        for when, one in (("Before", old), ("Now", new))
        if one.package is None
    )
    before, after = old.package or {}, new.package or {}
    if not told.recommended_changed:
        after = before
    rows: list[tuple[Cell, ...]] = []
    issues = {i.name: i for case in (told.difference.old, told.difference.new) for i in case.issues}
    for name, issue in issues.items():
        cells = [option_text(issue, package.get(name)) for package in (before, after)]
        rows.append((issue.label, *cells, "changed" if cells[0] != cells[1] else ""))
    rows.append(("Accepted by all", old.share, new.share, ""))
    table = Table(
        title="The Nash solution on the central reading, the middle of all readings",
        columns=(
            Column(key="issue", title="Issue"),
            Column(key="old", title="Before"),
            Column(key="new", title="Now"),
            Column(key="change", title="Change"),
        ),
        rows=tuple(rows),
        strong=frozenset({len(rows) - 1}),
    )
    tables = (table,) if before or after else ()
    title = "The recommended package"
    return Section(key="recommended", title=title, lead=lead, tables=tables)


def troubles_section(
    told: Consequences, appeared: Sequence[Sequence[Origin]], vanished: Sequence[Sequence[Origin]]
) -> Section | None:
    """Return red lines newly crossed, and contradictions that came or went; None without any.

    appeared, vanished : sets of statements that contradict each other now, or did before
    """
    old, new = told.difference.old, told.difference.new
    labels = {p.name: p.label for p in told.difference.new.proposals}
    points = []
    for crossing in told.crossings:
        sentence = said(new, crossing.line, tone="bad")
        label = labels[crossing.proposal]
        text = f"{capital(label)} now crosses a red line. {sentence.text}"
        points.append(replace(sentence, text=text))
    for case, sets, words in (
        (new, appeared, "These statements contradict each other now"),
        (old, vanished, "These statements no longer contradict each other"),
    ):
        for found in sets:
            texts = " ".join(said(case, origin).text for origin in found)
            tone: Tone = "bad" if case is new else "good"
            points.append(Sentence(text=f"{words}: {texts}", tone=tone))
    if not points:
        return None
    title = "Red lines and contradictions"
    return Section(key="troubles", title=title, points=tuple(points))


def _cause_cell(difference: Difference, attribution: Attribution | None) -> str | None:
    """Return the numbers of the changes that made an answer change; None when that is not known."""
    if attribution is None or attribution.finding == "untried":
        return None
    which = numbers_text(difference, attribution)
    if attribution.finding == "together":
        return f"{which} together"
    return which if len(attribution.changes) == 1 else f"each of {which}"


def _stand_cell(stand: Stand) -> Cell:
    if stand.share is not None:
        return stand.share
    return "contradictory" if stand.kind == "contradictory" else "not known"


def _step_cell(outcome: Outcome) -> str:
    return _step_text(outcome.old.share, outcome.new.share) if outcome.changed else UNTOUCHED


def _step_text(old: Share | None, new: Share | None) -> str:
    """Return by how many points a share moved, as it follows from the rounded ones beside it."""
    if old is None or new is None:
        return "changed"
    points = round(100 * new.value) - round(100 * old.value)
    return f"{signed(points)} {'point' if abs(points) == 1 else 'points'}" if points else "changed"
