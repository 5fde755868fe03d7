"""How parts of a case are said to people and put into JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from detente.analysis import Analysis, Judged, Judgement
from detente.case import Case
from detente.number import counted, json_number
from detente.preferences import Unstated
from detente.readings import thinnest
from detente.statements import Statement
from detente.statements.statement import Provenance
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone
from detente.vocabulary import Package

Origin = Statement | Unstated
PERCENT_NOTE = (
    "A share counts readings that fit the statements, each as good as any other; it is no forecast."
)


def said(case: Case, origin: Origin, *, tone: Tone = "plain") -> Sentence:
    """Return a statement, or an unstated bound, as a sentence with its source."""
    if isinstance(origin, Unstated):
        text = f"{case.party(origin.party).label}: {origin.what}."
        return Sentence(text=text, tone="warn", source="stated by nobody, assumed")
    label = case.party(origin.party).label
    text = f"{label} {origin.sentence(case.vocabulary)}."
    return Sentence(text=text, tone=tone, source=sources_text(case, origin))


def sources_text(case: Case, statement: Statement) -> str:
    """Return where a statement comes from: sources, confidence and line."""
    return provenance_text(case, statement.provenance)


def provenance_text(case: Case, provenance: Provenance) -> str:
    """Return where something said comes from: sources, confidence and line."""
    cited = "; ".join(case.cited(citation) for citation in provenance.because)
    parts = [cited or "no source given"]
    if provenance.confidence != "certain":
        parts.append(f"{provenance.confidence} confidence")
    if provenance.line:
        parts.append(f"line {provenance.line}")
    return ", ".join(parts)


def thin_note(
    analysis: Analysis, judged: Iterable[Judged], *, more: Iterable[Share] = ()
) -> list[Sentence]:
    """Say so when a share that is reported rests on fewer readings than were asked for."""
    shares = [share for one in judged for share in (one.together, *_shares(one))]
    enough = analysis.work.readings
    fewest = thinnest([*shares, *more], enough)
    if fewest >= enough:
        return []
    text = f"Some shares here rest on about {fewest:,.0f} independent readings only."
    return [Sentence(text=text, tone="warn")]


def _shares(judged: Judged) -> list[Share | None]:
    return [judgement.share for judgement in judged.parties.values()]


def opening(share: Share) -> str:
    """Return a share as the beginning of a sentence: ``In 72 % of the readings``.

    "No reading" takes its own turn of phrase, since English would turn the verb round.
    """
    if share.certain and share.value < 0.5:
        return "There is no reading in which"
    return capital(share.phrase())


def capital(text: str) -> str:
    """Return words as the beginning of a sentence or title.

    Examples
    --------
    >>> capital("march draft")
    'March draft'
    """
    return text[0].upper() + text[1:]


def brief_sources(origins: Iterable[Origin]) -> str:
    """Return where statements come from in few words: ``press12#3 (lines 14, 20); no source``."""
    lines: dict[str, list[str]] = {}
    for origin in origins:
        if isinstance(origin, Unstated):
            lines.setdefault("a bound nobody stated", [])
            continue
        cited = ", ".join(str(citation) for citation in origin.provenance.because)
        found = lines.setdefault(cited or "no source", [])
        if origin.provenance.line:
            found.append(str(origin.provenance.line))
    return "; ".join(
        f"{cited} ({'line' if len(places) == 1 else 'lines'} {', '.join(places)})"
        if places
        else cited
        for cited, places in lines.items()
    )


def origin_data(case: Case, origin: Origin) -> dict[str, Any]:
    """Return a statement, or an unstated bound, for JSON."""
    if isinstance(origin, Unstated):
        return {
            "party": origin.party,
            "line": None,
            "text": origin.what,
            "sources": [],
            "confidence": None,
            "unstated": True,
        }
    return {
        "party": origin.party,
        "line": origin.provenance.line or None,
        "text": origin.sentence(case.vocabulary),
        "sources": [str(citation) for citation in origin.provenance.because],
        "confidence": origin.provenance.confidence,
        "unstated": False,
    }


def package_text(case: Case, package: Package) -> str:
    """Return a package in short, by what it changes of the status quo: ``pay 4; cranes pilot``."""
    parts = [
        _words(issue.setting(option))
        for issue, option, before in zip(
            case.issues, package, case.vocabulary.status_quo, strict=True
        )
        if option != before
    ]
    return "; ".join(parts) if parts else "the status quo"


def status_quo_text(case: Case) -> str:
    """Return what holds today, issue by issue: ``shifts required; pay 0 percent; cranes no``."""
    settings = zip(case.issues, case.vocabulary.status_quo, strict=True)
    return "; ".join(_words(issue.setting(option)) for issue, option in settings)


def _words(name: str) -> str:
    return name.replace("_", " ")


def changes_text(case: Case, old: Package, new: Package) -> str:
    """Return the change from one package to another: ``forces: none instead of european``."""
    parts = [
        f"{_words(issue.name)} {_words(issue.option_label(b))} instead of "
        f"{_words(issue.option_label(a))}"
        for issue, a, b in zip(case.issues, old, new, strict=True)
        if a != b
    ]
    return "; ".join(parts)


def kind_text(judgement: Judgement) -> str:
    """Return a judgement in a word or two."""
    if judgement.kind == "contradictory":
        return "statements contradict each other"
    if judgement.kind == "incomplete":
        return "statements incomplete"
    return str(judgement.share)


def kind_tone(judgement: Judgement) -> Tone:
    """Return what a judgement means: reached, refused, or to be looked at."""
    tones: Mapping[str, Tone] = {"every": "good", "none": "bad", "some": "plain"}
    return tones.get(judgement.kind, "warn")


def share_tone(share: Share) -> Tone:
    """Return what it means that something holds so often: in every reading, in none, or in some."""
    if not share.certain:
        return "plain"
    return "good" if share.value >= 0.5 else "bad"


def shares_data(judged: Judged) -> dict[str, Any]:
    """Return the shares of one package for JSON."""
    shares: dict[str, Any] = {name: share_data(j.share) for name, j in judged.parties.items()}
    return {**shares, "all": share_data(judged.together)}


def share_data(share: Share | None) -> float | None:
    """Return a share for JSON."""
    return None if share is None else share.data()


def counted_data(share: Share | None) -> dict[str, Any]:
    """Return a share and its standard error for JSON."""
    return {"share": share_data(share), "error": None if share is None else share.error}


def judgement_data(judgement: Judgement) -> dict[str, Any]:
    """Return whether a party accepts for JSON: verdict, share and standard error."""
    return {"verdict": judgement.kind, **counted_data(judgement.share)}


def values_data(names: Sequence[str], values: Iterable[Fraction]) -> dict[str, Any]:
    """Return one number for each party, for JSON."""
    return {name: json_number(value) for name, value in zip(names, values, strict=True)}


def acceptance_table(
    analysis: Analysis, judged: Sequence[tuple[str, Judged]], *, title: str, first: str
) -> Table:
    """Return a table of packages by parties: in what share of the readings each accepts."""
    case = analysis.case
    columns = [Column(key="package", title=first)]
    columns += [
        Column(
            key=party.name,
            title=party.label + ("" if party.signatory else " (affected only)"),
            align="right",
        )
        for party in case.parties
    ]
    columns.append(Column(key="all", title="All signatories", align="right"))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for r, (name, one) in enumerate(judged):
        cells: list[Cell] = [name]
        for c, party in enumerate(case.parties, start=1):
            judgement = one.parties[party.name]
            cells.append(judgement.share if judgement.share is not None else kind_text(judgement))
            tones[r, c] = kind_tone(judgement)
        cells.append(one.together)
        rows.append(tuple(cells))
    return Table(title=title, columns=tuple(columns), rows=tuple(rows), tones=tones)


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: ``a, b and c``.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def plural(count: int, one: str, many: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "package"), plural(1200, "package"), plural(2, "party", "parties")
    ('1 package', '1,200 packages', '2 parties')
    """
    return f"{counted(count)} {one if count == 1 else many or one + 's'}"


def said_once(sections: Iterable[Section]) -> Iterator[Section]:
    """Go through sections, saying only the first time what a share is."""
    told = False

    def shortened(sentences: tuple[Sentence, ...]) -> Iterator[Sentence]:
        nonlocal told
        for sentence in sentences:
            if PERCENT_NOTE not in sentence.text:
                yield sentence
            elif not told:
                told = True
                yield sentence
            elif rest := sentence.text.replace(PERCENT_NOTE, "").strip():
                yield replace(sentence, text=rest)

    def visited(section: Section) -> Section:
        lead = tuple(shortened(section.lead))
        return replace(section, lead=lead, parts=tuple(visited(part) for part in section.parts))

    return map(visited, sections)
