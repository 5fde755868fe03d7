"""How commitments are told: what cannot be kept together, what would have to go, what stands by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from detente.blocks.commitments import Commitment
from detente.case import Case
from detente.mandate import Collision, Conflict, Mandate
from detente.prose import listed, origin_data, package_text, plural, provenance_text, said
from detente.table import Cell, Column, Section, Sentence, Table

MOST_SHOWN = 10
"""Conflicts, and collisions of one group, that are shown to people; the JSON has all found."""


def mandate_data(case: Case, mandate: Mandate) -> dict[str, Any]:
    """Return commitments taken together for JSON."""
    named = case.vocabulary.named
    return {
        "parties": list(mandate.parties),
        "commitments": [
            {
                "number": k,
                "party": one.party,
                "title": one.title,
                "condition": one.text,
                "line": one.provenance.line or None,
                "sources": [str(citation) for citation in one.provenance.because],
                "confidence": one.provenance.confidence,
            }
            for k, one in enumerate(mandate.commitments, start=1)
        ],
        "coherent": mandate.coherent,
        "package": None if mandate.package is None else named(mandate.package),
        "conflicts": [
            {
                "commitments": _numbers(conflict.commitments),
                "constraints": [constraint.label for constraint in conflict.constraints],
            }
            for conflict in mandate.conflicts
        ],
        "complete": mandate.complete,
        "drop": [
            {"commitments": _numbers(drop.commitments), "package": named(drop.package)}
            for drop in mandate.drops
        ],
        "drop_complete": mandate.drops_complete,
        "impossible": _numbers(mandate.impossible),
        "unsourced": _numbers(mandate.unsourced),
        "collisions": [
            {
                "commitments": _numbers(collision.commitments),
                "red_lines": [origin_data(case, line) for line in collision.red_lines],
            }
            for collision in mandate.collisions
        ],
        "collisions_complete": mandate.collisions_complete,
        "shut_out": mandate.shut_out,
    }


def _numbers(items: Iterable[int]) -> list[int]:
    """Return positions as the numbers that people see."""
    return [item + 1 for item in sorted(items)]


def mandate_section(case: Case, number: int, mandate: Mandate) -> Section:
    """Return commitments taken together for people."""
    parts = []
    if mandate.impossible:
        parts.append(_impossible_section(case, mandate))
    if any(len(conflict.commitments) > 1 for conflict in mandate.conflicts):
        parts.append(_conflicts_section(case, mandate))
    if mandate.drops and len(mandate.drops[0].commitments) < len(mandate.commitments):
        parts.append(_drops_section(case, mandate))
    return Section(
        key=f"group-{number}",
        title=_title(case, mandate),
        lead=tuple(_lead(case, mandate)),
        tables=(_table(case, mandate),),
        parts=tuple(parts),
    )


def clash_text(case: Case, mandate: Mandate) -> Sentence:
    """Return the smallest conflict among commitments in one sentence."""
    first = mandate.conflicts[0]
    names = [f"'{mandate.commitments[item].label}'" for item in sorted(first.commitments)]
    who = _who(case, mandate)
    if len(names) == 1:
        text = f"Of the commitments of {who}, no package on the table meets {names[0]}"
    else:
        text = f"Of the commitments of {who}, {listed(names)} cannot be kept together"
    given = [f"'{constraint.label}'" for constraint in first.constraints]
    if given:
        text += f", given that {listed(given)}"
    return Sentence(text=f"{text}.", tone="bad")


def _title(case: Case, mandate: Mandate) -> str:
    return f"Commitments of {_who(case, mandate)}"


def _who(case: Case, mandate: Mandate) -> str:
    """Return the parties, and that they are taken together."""
    who = listed([case.party(name).label for name in mandate.parties])
    return who if len(mandate.parties) == 1 else f"{who}, taken together"


def _lead(case: Case, mandate: Mandate) -> list[Sentence]:
    n = len(mandate.commitments)
    found = [_verdict(case, mandate, n)]
    unsourced = mandate.unsourced
    if len(unsourced) == n:
        text = "No source is given for it." if n == 1 else "No source is given for any of them."
        found.append(Sentence(text=text, tone="warn"))
    elif unsourced:
        numbers = listed([str(k) for k in _numbers(unsourced)])
        text = f"No source is given for {plural(len(unsourced), 'commitment')}: {numbers}."
        found.append(Sentence(text=text, tone="warn"))
    return found


def _verdict(case: Case, mandate: Mandate, n: int) -> Sentence:
    if mandate.package is not None:
        example = package_text(case, mandate.package)
        whole = "The one commitment can be kept" if n == 1 else f"All {n} can be kept together"
        return Sentence(text=f"{whole}, for instance by {example}.", tone="good")
    if n == 1:
        return Sentence(text="No package meets it.", tone="bad")
    text = f"No package keeps all {n} commitments."
    if mandate.drops:
        k = len(mandate.drops[0].commitments)
        if k == n:
            text += " None of them can be kept at all."
        else:
            goes = "has" if k == 1 else "have"
            text += f" At least {k} of them {goes} to go before the rest can be kept together."
    else:
        text += " How few have to go was not settled within the limit."
    return Sentence(text=text, tone="bad")


def _table(case: Case, mandate: Mandate) -> Table:
    several, titled = len(mandate.parties) > 1, any(one.title for one in mandate.commitments)
    columns = [Column(key="number", title="No.", align="right")]
    if several:
        columns.append(Column(key="party", title="Party"))
    columns.append(Column(key="commitment", title="Commitment"))
    if titled:
        columns.append(Column(key="condition", title="Condition"))
    columns.append(Column(key="source", title="Source"))
    rows = []
    for number, one in enumerate(mandate.commitments, start=1):
        row: list[Cell] = [number]
        if several:
            row.append(case.party(one.party).label)
        row.append(one.label)
        if titled:
            row.append(one.text if one.title else None)
        row.append(_brief_source(one))
        rows.append(tuple(row))
    return Table(
        title=f"The commitments of {_who(case, mandate)}", columns=tuple(columns), rows=tuple(rows)
    )


def _brief_source(commitment: Commitment) -> str:
    provenance = commitment.provenance
    cited = ", ".join(str(citation) for citation in provenance.because) or "no source"
    unsure = provenance.confidence != "certain"
    return f"{cited} ({provenance.confidence} confidence)" if unsure else cited


def _impossible_section(case: Case, mandate: Mandate) -> Section:
    alone = {min(c.commitments): c for c in mandate.conflicts if len(c.commitments) == 1}
    points = []
    for item in mandate.impossible:
        points.append(_said(case, mandate, item))
        points += _given(case, alone.get(item))
    return Section(
        key="impossible",
        title="What no package on the table meets, whatever else is dropped",
        points=tuple(points),
    )


def _conflicts_section(case: Case, mandate: Mandate) -> Section:
    conflicts = [c for c in mandate.conflicts if len(c.commitments) > 1]
    parts = []
    for k, conflict in enumerate(conflicts[:MOST_SHOWN], start=1):
        points = [_said(case, mandate, item) for item in sorted(conflict.commitments)]
        points += _given(case, conflict)
        title = "These cannot be kept together" if k == 1 else "Nor can these"
        parts.append(Section(key=f"conflict-{k}", title=title, points=tuple(points)))
    one = len(conflicts) == 1
    text = "In this set" if one else f"In each of these {len(conflicts)} sets"
    text += " every commitment is needed for the conflict: without any one of them the others"
    text += " of the set can be kept."
    if len(conflicts) > MOST_SHOWN:
        text += f" The {MOST_SHOWN} smallest are shown."
    lead = [Sentence(text=text)]
    if not mandate.complete:
        text = "There may be further conflicts: the search ended at its limit."
        lead.append(Sentence(text=text, tone="warn"))
    return Section(
        key="conflicts",
        title="What cannot be kept together",
        lead=tuple(lead),
        parts=tuple(parts),
    )


def _said(case: Case, mandate: Mandate, item: int) -> Sentence:
    commitment = mandate.commitments[item]
    condition = f" ({commitment.text})" if commitment.title else ""
    return Sentence(
        text=f"{_numbered(case, mandate, item)}{condition}.",
        source=provenance_text(case, commitment.provenance),
    )


def _numbered(case: Case, mandate: Mandate, item: int) -> str:
    commitment = mandate.commitments[item]
    label = f"{case.party(commitment.party).label}: " if len(mandate.parties) > 1 else ""
    return f"No. {item + 1}, {label}{commitment.label}"


def _given(case: Case, conflict: Conflict | None) -> list[Sentence]:
    """Return the constraints on which a conflict rests."""
    return [
        Sentence(
            text=f"Given that every package must meet: {constraint.label}.",
            source=provenance_text(case, constraint.provenance),
        )
        for constraint in (conflict.constraints if conflict is not None else ())
    ]


def _drops_section(case: Case, mandate: Mandate) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for drop in mandate.drops:
        gone = [_numbered(case, mandate, item) for item in sorted(drop.commitments)]
        rows.append(("; ".join(gone), package_text(case, drop.package)))
    note = "" if mandate.drops_complete else "There may be other ways with as few."
    table = Table(
        title="Which fewest to drop",
        columns=(
            Column(key="drop", title="Without"),
            Column(key="package", title="The rest can be kept, for instance, by"),
        ),
        rows=tuple(rows),
        note=note,
    )
    k = len(mandate.drops[0].commitments)
    ways = "is one way" if len(rows) == 1 else f"are {len(rows)} ways"
    more = "" if mandate.drops_complete else " at least"
    text = f"There {ways}{more} to drop {k} and keep the rest; no way drops fewer."
    return Section(
        key="drop",
        title="What would have to go",
        lead=(Sentence(text=text),),
        tables=(table,),
    )


def red_lines_section(case: Case, mandates: Iterable[Mandate]) -> Section:
    """Return for people where red lines of others stand in the way of commitments."""
    text = (
        "Above, commitments are held against the table and each other only. Here the certain red "
        "lines of the other signatories are added."
    )
    return Section(
        key="red-lines",
        title="Where red lines of others stand in the way",
        lead=(Sentence(text=text),),
        parts=tuple(_walls(case, k, one) for k, one in enumerate(mandates, start=1)),
    )


def _walls(case: Case, number: int, mandate: Mandate) -> Section:
    if mandate.shut_out:
        text = "The red lines of the others alone leave no package, whatever the commitments are."
        lead = [Sentence(text=text, tone="bad")]
    elif mandate.collisions:
        count = len(mandate.collisions)
        text = "One set of commitments and red lines leaves no package; each member is needed."
        if count > 1:
            text = f"{count} sets of commitments and red lines leave no package; in each of them "
            text += "every member is needed."
        if count > MOST_SHOWN:
            text += f" The {MOST_SHOWN} smallest are shown."
        lead = [Sentence(text=text, tone="bad")]
    else:
        text = "No red line of another signatory stands in the way of these commitments."
        lead = [Sentence(text=text, tone="good" if mandate.collisions_complete else "plain")]
    if not mandate.collisions_complete:
        text = "There may be further such sets: the search ended at its limit."
        lead.append(Sentence(text=text, tone="warn"))
    return Section(
        key=f"walls-{number}",
        title=_who(case, mandate),
        lead=tuple(lead),
        parts=tuple(
            _collision(case, mandate, k, one)
            for k, one in enumerate(mandate.collisions[:MOST_SHOWN], start=1)
        ),
    )


def _collision(case: Case, mandate: Mandate, number: int, collision: Collision) -> Section:
    points = [_said(case, mandate, item) for item in sorted(collision.commitments)]
    points += [said(case, line) for line in collision.red_lines]
    title = "These leave no package" if number == 1 else "Nor do these"
    return Section(key=f"collision-{number}", title=title, points=tuple(points))
