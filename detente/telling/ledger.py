"""How the assumption ledger is told: sentences, table, tornado and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from detente.blocks.leverage import Leverage
from detente.case import Case
from detente.ledger import Change, Entry, Ledger, Outcome
from detente.number import json_number, rounded, signed
from detente.preferences import Unstated
from detente.prose import capital, listed, plural, provenance_text, share_data
from detente.report.pictures.tornado import Tornado, TornadoRow
from detente.statements.statement import Provenance
from detente.table import Cell, Column, Sentence, Table, Tone
from detente.trials import Assumption

MOST_TOLD = 8
"""Assumptions told in sentences; the table has them all."""
_MOST_ROWS = 12
"""Assumptions drawn in one picture."""
_MOST_DRAWN = 3
_MOST_WARNED = 3


def assumption_text(case: Case, assumption: Assumption) -> str:
    """Return what is assumed, in plain words, without a full stop."""
    if isinstance(assumption, Leverage):
        by, on = case.party(assumption.by).label, case.party(assumption.on).label
        return f"{by} puts pressure on {on}: {assumption.label}"
    label = case.party(assumption.party).label
    if isinstance(assumption, Unstated):
        return f"{label}: {assumption.what}"
    return f"{label} {assumption.sentence(case.vocabulary)}"


def borne_out(assumption: Assumption) -> str:
    """Return how well an assumption is sourced, in a few words."""
    if isinstance(assumption, Unstated):
        return "stated by nobody"
    provenance = assumption.provenance
    count = len(provenance.because)
    words = "no source" if not count else "1 source" if count == 1 else f"{count} sources"
    if provenance.confidence != "certain":
        words += f", {provenance.confidence} confidence"
    return f"{words}, {provenance.view}" if provenance.view else words


def warnings(ledger: Ledger) -> Iterator[Sentence]:
    """Say first what a reader has to know: on which unsourced assumption the answers stand."""
    top = ledger.entries[0] if ledger.entries else None
    if top is None or top.largest is None:
        yield Sentence(text="No single assumption moves any share by more than chance.")
        return
    for entry in ledger.decisive[:_MOST_WARNED]:
        text = f"The answers rest on something without a source: {told(ledger, entry)}"
        yield Sentence(text=text, tone="warn", source=where(ledger.case, entry.assumption))
    if not ledger.decisive:
        text = (
            "No single assumption without a source moves a share by a quarter. The answers lean "
            f"most on this: {told(ledger, top)}"
        )
        yield Sentence(text=text, source=where(ledger.case, top.assumption))


def ledger_points(ledger: Ledger) -> Iterator[Sentence]:
    """Say in one sentence each what hangs on the most dangerous assumptions."""
    told_already = set(map(id, ledger.decisive[:_MOST_WARNED] or ledger.entries[:1]))
    for entry in ledger.entries[:MOST_TOLD]:
        if entry.largest is None or id(entry) in told_already:
            continue
        tone: Tone = "warn" if entry.weakness == 1 else "plain"
        source = where(ledger.case, entry.assumption)
        yield Sentence(text=told(ledger, entry), tone=tone, source=source)


def told(ledger: Ledger, entry: Entry) -> str:
    """Return what is assumed, and the largest change of an answer without it."""
    text = f"{assumption_text(ledger.case, entry.assumption)}."
    largest = entry.largest
    if largest is None:
        return f"{text} {_nothing(ledger, entry)}"
    outcome, k, change = largest
    lead = trial_text(ledger, outcome)
    return f"{text} {capital(lead)}, {change_text(ledger, k, change)}."


def _nothing(ledger: Ledger, entry: Entry) -> str:
    party = ledger.case.party(_party(entry.assumption))
    if not entry.outcomes and isinstance(entry.assumption, Leverage):
        return f"{party.label} is known by an order only, in which no points can be moved."
    if not entry.outcomes:
        return f"Without it there is no answer for {party.label} at all."
    if all(outcome.trouble for outcome in entry.outcomes):
        return "The other statements leave no reading in which it is changed so."
    if not party.signatory:
        return f"Nothing hangs on it: {party.label} is only affected."
    return "Nothing changes by more than chance."


def trial_text(ledger: Ledger, outcome: Outcome) -> str:
    """Return what is done in a trial, as the beginning of a sentence."""
    trial = outcome.trial
    texts = {
        "without": "without it",
        "turned": "if it could as well be the other way round",
        "low": "at the low end of the range",
        "high": "at the high end of the range",
        "applied": f"if it is applied ({signed(trial.shift)} points on no deal)",
    }
    if trial.kind in texts:
        return texts[trial.kind]
    label = ledger.case.party(trial.party).label
    return f"if {label} {trial.amount}"


def change_text(ledger: Ledger, k: int, change: Change) -> str:
    """Return a change: ``all signatories accept the framework in 86 % ... instead of 60 %``."""
    who = ledger.case.party(change.party).label if change.party else ""
    name = ledger.names[k]
    subject = f"{who} accepts" if who else "all signatories accept"
    if change.new.share is None or change.old.share is None:
        return f"{subject} {name}"
    old = change.old.share
    before = old.phrase() if old.certain else str(old)
    return f"{subject} {name} {change.new.share.phrase()} instead of {before}"


def spread_sentences(ledger: Ledger) -> Iterator[Sentence]:
    """Say between which shares the answers lie if readings are spread in other ways than evenly."""
    ranges, thin = [], False
    for k, name in enumerate(ledger.names):
        together = ledger.judged[k].together
        if together is None or together.certain:
            continue
        found = [s.shares[k] for s in ledger.spreads]
        thin |= any(share is None for share in found)
        shares = [together.value, *(share for share in found if share is not None)]
        if len(shares) > 1:
            low, high = (rounded(100 * share, 0) for share in (min(shares), max(shares)))
            ranges.append(f"{name} in {low} to {high} %")
    if ranges:
        text = (
            "If readings are counted in other ways than evenly, all signatories accept "
            f"{listed(ranges)} of them."
        )
        if thin:
            text += " Some ways are left out, since too few of the readings drawn would carry them."
        yield Sentence(text=text)


def where(case: Case, assumption: Assumption) -> str:
    """Return where an assumption comes from, for small type."""
    if isinstance(assumption, Unstated):
        return "stated by nobody, assumed"
    return provenance_text(case, assumption.provenance)


def ledger_table(ledger: Ledger) -> Table:
    """Return every assumption with its largest effect, the most dangerous first."""
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for r, entry in enumerate(ledger.entries):
        largest = entry.largest
        effect: Cell = _nothing(ledger, entry).rstrip(".")
        if largest is not None:
            outcome, k, change = largest
            who = ledger.case.party(change.party).label if change.party else "all"
            effect = (
                f"{trial_text(ledger, outcome)}: {ledger.names[k]}, {who} {change.old.share} → "
                f"{change.new.share}"
            )
        origin = _provenance(entry.assumption)
        rows.append(
            (
                assumption_text(ledger.case, entry.assumption),
                borne_out(entry.assumption),
                None if origin is None else origin.line or None,
                effect,
                _points(entry.dependence),
                "changes" if _moves_recommended(ledger, entry) else None,
                _points(entry.danger),
            )
        )
        if entry.weakness == 1:
            tones[r, 1] = "warn"
    visible = sum(entry.largest is not None for entry in ledger.entries)
    note = (
        "Points are percentage points of readings. Danger is points in full where there is no "
        "source, and less of them the better the sources."
    )
    if visible < len(rows):
        left_out = plural(len(rows) - visible, "further assumption")
        note += f" Not shown: {left_out} without any change beyond chance."
    return Table(
        title="Every assumption, the most dangerous first",
        columns=(
            Column(key="assumption", title="What is assumed"),
            Column(key="sources", title="Borne out by"),
            Column(key="line", title="Line", align="right"),
            Column(key="effect", title="Largest change"),
            Column(key="points", title="Points", align="right"),
            Column(key="recommended", title="Recommended package"),
            Column(key="danger", title="Danger", align="right"),
        ),
        rows=tuple(rows),
        tones=tones,
        note=note,
        most=max(visible, 1),
    )


def _points(part: float) -> str | None:
    if not part:
        return None
    return "under 1" if part < 0.005 else rounded(100 * part, 0)


def tornadoes(ledger: Ledger) -> Iterator[Tornado]:
    """Draw for each package how far its joint share moves, the packages that move most first."""
    pictures = [(_reach(ledger, k), k) for k in range(len(ledger.names))]
    for reach, k in sorted(pictures, key=lambda pair: -pair[0])[:_MOST_DRAWN]:
        together = ledger.judged[k].together
        if reach > 0 and together is not None:
            rows = sorted(_rows(ledger, k, together.value), key=lambda row: row.low - row.high)
            yield Tornado(
                title=f"How far the share that accepts {ledger.names[k]} rests on each assumption",
                description="In how many of the readings all signatories accept it, while one "
                "assumption at a time is left out or taken at the ends of its range.",
                stands=together.value,
                rows=tuple(rows[:_MOST_ROWS]),
            )


def _reach(ledger: Ledger, k: int) -> float:
    together = ledger.judged[k].together
    if together is None:
        return 0.0
    return max((row.high - row.low for row in _rows(ledger, k, together.value)), default=0.0)


def _rows(ledger: Ledger, k: int, stands: float) -> Iterator[TornadoRow]:
    for entry in ledger.entries:
        shares = [stands]
        for outcome in entry.outcomes:
            changes = outcome.changes[k] if outcome.changes else ()
            shares += [
                c.new.share.value
                for c in changes
                if not c.party and c.visible and c.new.share is not None
            ]
        if len(shares) > 1:
            yield TornadoRow(
                label=assumption_text(ledger.case, entry.assumption),
                detail=borne_out(entry.assumption),
                low=min(shares),
                high=max(shares),
                sourced=entry.weakness < 1,
            )


def ledger_data(ledger: Ledger) -> dict[str, Any]:
    """Return the ledger for JSON."""
    recommended = ledger.recommended
    asked = [candidate.asked for candidate in ledger.candidates]
    return {
        "packages": [
            {
                "name": candidate.asked,
                "package": ledger.case.vocabulary.named(candidate.package),
                "share": share_data(judged.together),
            }
            for candidate, judged in zip(ledger.candidates, ledger.judged, strict=True)
        ],
        "recommended": None if recommended is None else ledger.case.vocabulary.named(recommended),
        "ledger": [_entry_data(ledger, entry) for entry in ledger.entries],
        "spreads": [
            {"measure": s.measure.name, "shares": dict(zip(asked, s.shares, strict=True))}
            for s in ledger.spreads
        ],
    }


def _entry_data(ledger: Ledger, entry: Entry) -> dict[str, Any]:
    assumption = entry.assumption
    origin, largest = _provenance(assumption), entry.largest
    return {
        "statement": assumption_text(ledger.case, assumption),
        "party": _party(assumption),
        "line": None if origin is None else origin.line or None,
        "sources": [] if origin is None else [str(citation) for citation in origin.because],
        "confidence": None if origin is None else origin.confidence,
        "view": None if origin is None else origin.view or None,
        "unstated": origin is None,
        "effect": 0.0 if largest is None else round(largest[2].difference, 6),
        "flips": [
            {
                "trial": outcome.trial.kind,
                "package": ledger.candidates[k].asked,
                "party": change.party or "all",
                "old": change.old.kind,
                "new": change.new.kind,
            }
            for outcome in entry.outcomes
            for k, one in enumerate(outcome.changes)
            for change in one
            if change.flips
        ],
        "dependence": round(entry.dependence, 6),
        "weakness": round(entry.weakness, 6),
        "danger": round(entry.danger, 6),
        "trials": [_outcome_data(ledger, outcome) for outcome in entry.outcomes],
    }


def _outcome_data(ledger: Ledger, outcome: Outcome) -> dict[str, Any]:
    trial, recommended = outcome.trial, outcome.recommended
    return {
        "trial": trial.kind,
        "says": trial.amount or None,
        "shift": json_number(trial.shift),
        "trouble": outcome.trouble or None,
        "shares": {
            candidate.asked: {
                change.party or "all": {
                    "share": share_data(change.new.share),
                    "difference": round(change.difference, 6),
                    "error": round(change.error, 6),
                    "visible": change.visible,
                }
                for change in one
            }
            for candidate, one in zip(ledger.candidates, outcome.changes, strict=False)
        },
        "recommended": None if recommended is None else ledger.case.vocabulary.named(recommended),
    }


def _party(assumption: Assumption) -> str:
    return assumption.on if isinstance(assumption, Leverage) else assumption.party


def _provenance(assumption: Assumption) -> Provenance | None:
    return None if isinstance(assumption, Unstated) else assumption.provenance


def _moves_recommended(ledger: Ledger, entry: Entry) -> bool:
    return any(
        not outcome.trouble and outcome.recommended != ledger.recommended
        for outcome in entry.outcomes
    )
