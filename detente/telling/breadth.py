"""How the breadth of a clause is told: whom it covers, what its parts do, what changes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.breadth import (
    Change,
    Difference,
    Effect,
    Ground,
    Places,
    breakdown,
    missing,
    where,
)
from detente.clause import Clause
from detente.errors import quote
from detente.prose import listed
from detente.register import write_value
from detente.solvers.kleene import NO, UNKNOWN, YES
from detente.table import Cell, Column, Section, Sentence, Table

LISTED, NAMED = 20, 8
"""So many subjects the lead names, and so many a point does; data and CSV have all."""
MOST_POINTS = 8
MOST_ROWS = 30
LONGEST_WORDS = 120
"""A sentence quotes at most so many characters of a clause."""
STATUS = {YES: "covered", NO: "not covered", UNKNOWN: "cannot be told"}


def covered_section(clause: Clause) -> Section:
    """Tell whom the clause covers, and of whom that cannot be told."""
    return Section(
        key="scope",
        title="Whom the clause covers",
        lead=tuple(_covered(clause)),
        tables=tuple(_breakdown(clause)),
    )


def _covered(clause: Clause) -> Iterator[Sentence]:
    subjects, covered = clause.register.subjects, where(clause, YES)
    text = f"The clause covers {len(covered):,} of the {len(subjects):,} in the register"
    yield Sentence(text=_with_names(text, clause, covered))
    unknown = [f"{subjects[k]} ({listed(names)})" for k, names in missing(clause).items()]
    if unknown:
        text = f"Of {len(unknown):,} it cannot be told, because something is not known of them"
        yield Sentence(text=f"{text}: {_cut(unknown, LISTED)}.", tone="warn")
    yield from _unmatched(clause)
    inferred = [
        f"{column.name} is {column.kind}" for column in clause.register.columns if column.inferred
    ]
    if inferred:
        yield Sentence(text=f"Types read off the values: {_cut(inferred, LISTED)}.")


def _unmatched(clause: Clause) -> Iterator[Sentence]:
    found = clause.unmatched()
    for one in found[:NAMED]:
        text = f"No {clause.register.noun} has {one.column} = {one.value}"
        yield Sentence(text=f"{text}; {one.hint}" if one.hint else f"{text}.", tone="warn")
    if len(found) > NAMED:
        text = f"Nor does any have {len(found) - NAMED:,} more of the values named."
        yield Sentence(text=text, tone="warn")


def _breakdown(clause: Clause) -> Iterator[Table]:
    titles = {YES: "Covered", NO: "Not covered", UNKNOWN: "Cannot be told"}
    counted = [
        Column(key=title.lower().replace(" ", "_"), title=title, align="right")
        for title in (*titles.values(), "All")
    ]
    for name, groups in breakdown(clause).items():
        yield Table(
            title=f"By {name}",
            columns=(Column(key=name, title=name), *counted),
            rows=tuple(
                (
                    "not known" if group.value is None else write_value(group.value),
                    *(group.counts[status] for status in titles),
                    sum(group.counts.values()),
                )
                for group in groups
            ),
        )


def parts_section(clause: Clause, effects: Sequence[Effect]) -> Section:
    """Tell what each part of the clause brings in or keeps out."""
    title = "What each part of the clause does"
    if not effects:
        text = "The clause is a single comparison; nothing in it can be left out."
        return Section(key="parts", title=title, lead=(Sentence(text=text),))
    widening = [effect for effect in effects if effect.widening > 0][:MOST_POINTS]
    narrowing = [effect for effect in reversed(effects) if effect.widening < 0][:MOST_POINTS]
    neither = [effect for effect in effects if not effect.widening]
    opening = [effect for effect in neither if len(effect.change.unclear)][:MOST_POINTS]
    lead = ["Each part is left out in turn, and all others are kept."]
    idle = [_quoted(effect) for effect in neither if not len(effect.change.unclear)]
    if idle:
        which = idle[0] if len(idle) == 1 else f"just one of {_cut(idle, NAMED)}"
        lead.append(f"Leaving out {which} changes nothing.")
    return Section(
        key="parts",
        title=title,
        lead=tuple(Sentence(text=text) for text in lead),
        points=tuple(_effect(clause, effect) for effect in [*widening, *narrowing, *opening]),
        tables=(_parts_table(effects),),
    )


def _effect(clause: Clause, effect: Effect) -> Sentence:
    """Tell one effect: ``The words 'or a == 1' bring in 3 of the 9: ...``."""
    change, value = effect.change, effect.part.kind == "value"
    subject = f"The {'value' if value else 'words'} {_quoted(effect)}"
    if effect.widening > 0:
        verb, of = "brings in" if value else "bring in", len(where(clause, YES))
        text = f"{subject} {verb} {len(change.dropped):,} of the {of:,}"
        text = _with_names(text, clause, change.dropped, NAMED)
    elif effect.widening < 0:
        text = f"{subject} {'keeps out' if value else 'keep out'} {len(change.added):,}"
        text = _with_names(text, clause, change.added, NAMED)
    else:
        verb = "brings in nobody and keeps out" if value else "bring in nobody and keep out"
        text = f"{subject} {verb} nobody for certain."
    without = f" Without {'it' if value else 'them'},"
    for places, now in ((change.settled, "could"), (change.opened, "could no longer")):
        if len(places):
            of_whom = f"{without} it {now} be told of {len(places):,}"
            text += _with_names(of_whom, clause, places, NAMED)
    return Sentence(text=text)


def _quoted(effect: Effect) -> str:
    """Return a part in quotes, with the word that joins it to the others."""
    part = effect.part
    if part.kind == "value":
        return f"{_in_quotes(part.text)} of {quote(part.within)}"
    return _in_quotes(f"{part.text} {part.kind}" if part.first else f"{part.kind} {part.text}")


def _parts_table(effects: Sequence[Effect]) -> Table:
    rows = tuple(
        (
            effect.part.text,
            "value of a list" if effect.part.kind == "value" else effect.part.kind,
            len(effect.change.dropped),
            len(effect.change.added),
            len(effect.change.unclear),
        )
        for effect in effects
    )
    return Table(
        title="Parts, the most widening first",
        columns=(
            Column(key="part", title="Part"),
            Column(key="kind", title="Member of"),
            Column(key="brings_in", title="Brings in", align="right"),
            Column(key="keeps_out", title="Keeps out", align="right"),
            Column(key="unclear", title="Unclear", align="right"),
        ),
        rows=rows,
        most=MOST_ROWS,
        note=f"Unclear: can be told with the part or without it, not both. {_cut_note(len(rows))}",
    )


def changes_section(clause: Clause, against: Difference) -> Section:
    """Tell what another wording adds and drops, and which comparisons do it."""
    return Section(
        key="against",
        title="What the other wording changes",
        lead=tuple(_changes(clause, against)),
        points=tuple(_grounds(clause, against)),
        tables=(_grounds_table(against),) if against.grounds else (),
    )


def _changes(clause: Clause, against: Difference) -> Iterator[Sentence]:
    wording, change = against.wording, against.change
    before, after = len(where(clause, YES)), len(where(wording, YES))
    text = f"The other wording, {_in_quotes(wording.text)}, covers {after:,}; the clause {before:,}"
    yield Sentence(text=f"{text}.")
    nobody = "nobody for certain" if len(change.unclear) else "nobody"
    for places, verb in ((change.added, "adds"), (change.dropped, "drops")):
        text = f"It {verb} {len(places):,}" if len(places) else f"It {verb} {nobody}"
        yield Sentence(text=_with_names(text, clause, places))
    if len(change.unclear):
        text = f"Of {len(change.unclear):,} it cannot be told under one of the two"
        yield Sentence(text=_with_names(text, clause, change.unclear), tone="warn")
    yield from _unmatched(wording)


def _grounds(clause: Clause, against: Difference) -> Iterator[Sentence]:
    for added, wording in ((True, True), (True, False), (False, False), (False, True)):
        found = [one for one in against.grounds if (one.added, one.wording) == (added, wording)]
        for one in found[:MOST_POINTS]:
            yield Sentence(text=_ground(clause, one, against.change))
        if len(found) > MOST_POINTS:
            kind = "additions" if added else "omissions"
            side = "other wording" if wording else "clause"
            more = f"{len(found) - MOST_POINTS:,} more sets of comparisons of the {side}"
            yield Sentence(text=f"{more} explain {kind}; the table and JSON have them all.")


def _ground(clause: Clause, ground: Ground, change: Change) -> str:
    count = len(change.added if ground.added else change.dropped)
    number = len(ground.subjects)
    whom = f"the {count:,}" if number == count else f"{number:,} of the {count:,}"
    whom = f"{'the one' if count == 1 else whom} {'added' if ground.added else 'dropped'}"
    side = f"In the {'other wording' if ground.wording else 'clause'}"
    tests = [_in_quotes(test) for test in ground.tests]
    if not ground.covers:
        meet, do = ("meets", "does") if number == 1 else ("meet", "do")
        how = {1: f"{do} not meet {tests[0]}", 2: f"{meet} neither {' nor '.join(tests)}"}
        text = f"{side}, {whom} {how.get(len(tests), f'{meet} none of {_cut(tests, NAMED)}')}"
    else:
        shared = [_in_quotes(test) for test in ground.tests if test not in ground.own]
        first = [_in_quotes(test) for test in ground.own] or shared
        text = f"{side}, {_cut(first, NAMED)} {'lets' if len(first) == 1 else 'let'} in {whom}"
        if ground.own and shared:
            text += f", together with {_cut(shared, NAMED)}, which both have"
    text = _with_names(text, clause, ground.subjects, NAMED)
    other = number - len(ground.alone)
    return f"{text} For {other:,} of them there is another reason too." if other else text


def _grounds_table(against: Difference) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            "added" if one.added else "dropped",
            "wording" if one.wording else "clause",
            "all" if one.covers else "none",
            "; ".join(one.tests),
            len(one.subjects),
            len(one.alone),
        )
        for one in against.grounds
    )
    note = _cut_note(len(rows))
    if not against.complete:
        note = f"Some subjects have further sets, as large or larger. {note}".strip()
    return Table(
        title="Smallest sets of comparisons that make the difference",
        columns=(
            Column(key="change", title="Change"),
            Column(key="found_in", title="Reason in"),
            Column(key="holding", title="Holding"),
            Column(key="comparisons", title="Comparisons"),
            Column(key="subjects", title="Subjects", align="right"),
            Column(key="alone", title="Alone", align="right"),
        ),
        rows=rows,
        most=MOST_ROWS,
        note=note,
    )


def everyone_section(clause: Clause, wording: Clause | None) -> Section:
    """List every subject of the register; people are shown the first, CSV has all."""
    open_ones = [missing(one) for one in (clause, wording) if one is not None]
    columns = [
        Column(key=clause.register.noun, title=clause.register.noun),
        Column(key="clause", title="Clause"),
        Column(key="not_known", title="Not known"),
    ]
    truths = [clause.truth.tolist()]
    if wording is not None:
        columns.insert(2, Column(key="wording", title="Other wording"))
        truths.append(wording.truth.tolist())
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            subject,
            *(STATUS[truth[k]] for truth in truths),
            ", ".join(dict.fromkeys(name for one in open_ones for name in one.get(k, []))),
        )
        for k, subject in enumerate(clause.register.subjects)
    )
    table = Table(
        title="The register, subject by subject",
        columns=tuple(columns),
        rows=rows,
        most=MOST_ROWS,
        note=_cut_note(len(rows)),
    )
    return Section(key="everyone", title="Subject by subject", tables=(table,))


def _cut_note(n_rows: int) -> str:
    if n_rows <= MOST_ROWS:
        return ""
    return f"The first {MOST_ROWS} of {n_rows:,} rows; --format csv has all."


def _with_names(text: str, clause: Clause, places: Places, most: int = LISTED) -> str:
    """Return a sentence that ends in the names of subjects: ``It adds 3: A, B and C.``."""
    subjects = clause.register.subjects
    names = [subjects[place] for place in places[: most + 1].tolist()]
    names += [""] * (len(places) - len(names))
    return f"{text}: {_cut(names, most)}." if names else f"{text}."


def _cut(words: Sequence[str], most: int) -> str:
    """Return the first words as a list in a sentence: ``Aster, Brume and 3 more``."""
    more = len(words) - most
    return listed([*words[:most], f"{more:,} more"] if more > 0 else words)


def _in_quotes(text: str) -> str:
    return f"'{text}'" if len(text) <= LONGEST_WORDS else f"'{text[: LONGEST_WORDS - 1]}…'"
