"""How changes of the case are told: each in words, all in one sentence and in numbered tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from detente.case import Case
from detente.difference import Change, Difference
from detente.document import bounds_text
from detente.errors import quote
from detente.particulars import Detail
from detente.prose import capital, listed, sources_text
from detente.statements import Statement
from detente.statements.no_deal import NoDeal
from detente.statements.rule import Rule
from detente.table import Cell, Column, Section, Sentence, Table

_SMALL = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_KINDS = {"added": "new", "removed": "gone", "changed": "changed"}


def kind_word(change: Change) -> str:
    """Return in a word or two what happened to a thing."""
    if change.kind != "basis":
        return _KINDS[change.kind]
    detail = change.details[0]
    if detail.key != "because":
        return detail.key
    return "sources" if detail.old and detail.new else "sourced" if detail.new else "source lost"


def statement_text(difference: Difference, change: Change) -> str:
    """Return a changed statement in words, with what was said before."""
    old, new = change.old, change.new
    if new is None:
        return spoken(difference.old, old)
    text = spoken(difference.new, new)
    if change.kind == "changed":
        text += f" (before: {before(difference, old, new)})"
    notes = [basis_text(detail) for detail in change.details]
    return f"{text} – {'; '.join(notes)}" if notes else text


def basis_text(detail: Detail) -> str:
    """Return what changed in what a thing rests on.

    Examples
    --------
    >>> basis_text(Detail(key="because", old="", new="press12#3"))
    'now sourced: press12#3'
    >>> basis_text(Detail(key="confidence", old="medium", new="high"))
    'confidence from medium to high'
    """
    old, new = detail.old, detail.new
    if detail.key == "because":
        if not old:
            return f"now sourced: {new}"
        return f"sources now {new}, before {old}" if new else f"no longer sourced, before {old}"
    if detail.key == "note":
        return "note reworded" if old and new else "note added" if new else "note taken out"
    return f"{detail.key} from {old or 'every'} to {new or 'every'}"


def label_of(change: Change) -> str:
    """Return what people call a thing that changed and that is no statement."""
    thing = change.new if change.old is None or change.new is not None else change.old
    if change.what == "case":
        return change.name.replace("_", " ")
    label = getattr(thing, "label", "") or getattr(thing, "title", "") or change.name
    party = getattr(thing, "party", "")
    return f"{party}: {label}" if party else str(label)


def spoken(case: Case, statement: Statement) -> str:
    """Return a statement with its party, without a full stop."""
    return f"{case.party(statement.party).label} {statement.sentence(case.vocabulary)}"


def before(difference: Difference, old: Statement, new: Statement) -> str:
    """Return what was said before: the amount alone where nothing else changed."""
    if isinstance(old, NoDeal | Rule) and isinstance(new, NoDeal | Rule):
        return bounds_text(old.worth)
    return old.sentence(difference.old.vocabulary)


def number_word(number: int) -> str:
    """Return a small number in a word, a larger one in digits.

    Examples
    --------
    >>> number_word(2), number_word(1200)
    ('two', '1,200')
    """
    return _SMALL[number] if number < len(_SMALL) else f"{number:,}"


def summary(difference: Difference) -> str:
    """Return what changed in the case, in one sentence without its beginning and full stop."""
    changes = difference.changes
    parts = [
        part
        for kind, word in (("added", "new"), ("removed", "gone"), ("changed", "changed"))
        for part in _statements_part(difference, kind, word)
    ]
    parts += _basis_parts(difference)
    whats = dict.fromkeys(c.what for c in changes if c.what not in {"statement", "case"})
    for what in sorted(whats, key=lambda what: what != "proposal"):
        for kinds, words in (
            ({"added"}, ("is new", "are new")),
            ({"removed"}, ("is gone", "are gone")),
            ({"changed", "basis"}, ("changed", "changed")),
        ):
            found = [c for c in difference.of(what) if c.kind in kinds]
            if found:
                parts.append(f"{_things(what, found)} {words[len(found) > 1]}")
    parts += [f"the {c.name} changed" for c in difference.of("case") if c.name != "as_of"]
    return listed(parts) if parts else "only the date changed"


def _basis_parts(difference: Difference) -> list[str]:
    """Say of how many statements of both files the sources, confidence, view or note changed."""
    statements = difference.of("statement")
    labels = {party.name: party.label for party in difference.new.parties}
    lost = [c for c, old, new in _parts(statements, "because") if old and not new]
    gained = [c for c, old, new in _parts(statements, "because") if new and not old]
    swapped = [c for c, old, new in _parts(statements, "because") if old and new]
    noted = [c for c, _, _ in _parts(statements, "note") if len(c.details) == 1]
    found = []
    for which, one, more in (
        (lost, "lost its source", "lost their sources"),
        (gained, "gained a source", "gained sources"),
        (swapped, "has other sources", "have other sources"),
        (
            [c for c, _, _ in _parts(statements, "confidence")],
            "is surer or less sure than before",
            "are surer or less sure than before",
        ),
        (
            [c for c, _, _ in _parts(statements, "view")],
            "moved to another view",
            "moved to another view",
        ),
        (
            [c for c in noted if c.kind == "basis"],
            "has another note",
            "have other notes",
        ),
    ):
        if which:
            verb = one if len(which) == 1 else more
            parties = {change.party for change in which}
            about = f" about {labels[which[0].party]}" if len(parties) == 1 else ""
            found.append(f"{_counted(len(which), 'statement')}{about} {verb}")
    return found


def _parts(statements: Sequence[Change], key: str) -> list[tuple[Change, str, str]]:
    return [(c, d.old, d.new) for c in statements for d in c.details if d.key == key]


def _statements_part(difference: Difference, kind: str, word: str) -> Iterable[str]:
    counts: dict[str, int] = {}
    for change in difference.of("statement"):
        if change.kind == kind:
            counts[change.party] = counts.get(change.party, 0) + 1
    labels = {p.name: p.label for p in (*difference.old.parties, *difference.new.parties)}
    parts = [
        (_counted(n, "statement") if k == 0 else number_word(n)) + f" about {labels[party]}"
        for k, (party, n) in enumerate(counts.items())
    ]
    if parts:
        single = sum(counts.values()) == 1
        verb = "" if word == "changed" else "is " if single else "are "
        yield f"{listed(parts)} {verb}{word}"


def _things(what: str, found: Sequence[Change]) -> str:
    many = {"party": "parties"}
    if what in {"source", "party", "issue", "constraint", "proposal"}:
        text = _counted(len(found), what, many.get(what, ""))
    else:
        text = f"{_counted(len(found), 'entry', 'entries')} under {what}"
    labels = [label_of(change) for change in found]
    shown = what in {"party", "issue", "proposal"} and len(found) <= 3
    return f"{text} ({listed(labels)})" if shown else text


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number_word(number)} {one if number == 1 else many or one + 's'}"


def case_section(difference: Difference) -> Section:
    """Return everything that changed in the case, numbered."""
    guesses = tuple(
        Sentence(
            text=f"A guess: {quote(old)} is perhaps called {quote(new)} now; both have the "
            "same options.",
            tone="warn",
        )
        for old, new in difference.perhaps_renamed
    )
    tables = (_things_table(difference), _statements_table(difference))
    return Section(
        key="case",
        title="What changed in the case",
        lead=guesses,
        tables=tuple(table for table in tables if table.rows),
    )


def _things_table(difference: Difference) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, change in enumerate(difference.changes, start=1):
        if change.what == "statement":
            continue
        label = label_of(change)
        what = f"{change.what.replace('_', ' ')}: {label}" if change.what != "case" else label
        what = capital(what)
        if not change.details:
            rows.append((str(number), what, kind_word(change), None, None))
        for detail in change.details:
            part = "" if change.what == "case" else f", {detail.key.replace('_', ' ')}"
            cells = (detail.old or None, detail.new or None)
            rows.append((str(number), f"{what}{part}", kind_word(change), *cells))
    return Table(
        title="Parties, issues, proposals and the like",
        columns=(
            Column(key="number", title="No.", align="right"),
            Column(key="what", title="What"),
            Column(key="change", title="Change"),
            Column(key="old", title="Before"),
            Column(key="new", title="Now"),
        ),
        rows=tuple(rows),
    )


def _statements_table(difference: Difference) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for number, change in enumerate(difference.changes, start=1):
        if change.what == "statement":
            case = difference.old if change.new is None else difference.new
            source = sources_text(case, change.old if change.new is None else change.new)
            if change.new is None and change.old.provenance.line:
                source += " of the first file"
            text = statement_text(difference, change)
            rows.append((str(number), kind_word(change), text, source))
    return Table(
        title="What is said about the parties",
        columns=(
            Column(key="number", title="No.", align="right"),
            Column(key="change", title="Change"),
            Column(key="statement", title="Statement"),
            Column(key="source", title="Rests on"),
        ),
        rows=tuple(rows),
    )
