"""What is said of a package: the verdict in a sentence, each party in a row, repairs in a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from operator import attrgetter, itemgetter

from detente.case import Case, Party
from detente.composition import Composition, Look
from detente.mending import Repair, Repairs
from detente.number import rounded, signed
from detente.prose import kind_tone, listed, said
from detente.table import Sentence, Share, Tone
from detente.vocabulary import Package
from detente.web.pages.composer.addresses import query_of
from detente.web.texts import texts

MOST_REPAIRS = 6
"""Repairs that are offered, the best ones; 'repair' among the questions lists all."""
SEEN_AT_ONCE = 3
"""Repairs that are not folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a package would be signed, in one sentence, and why not, in some more."""

    text: str
    tone: Tone
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A value as the length of a bar, and where no deal stands on it, in percent of the whole."""

    value: float
    no_deal: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One party: how often it accepts, and what the package is worth to it."""

    name: str
    label: str
    signatory: bool
    accepts: str
    tone: Tone
    bar: Bar | None = None
    value: str = ""
    no_deal: str = ""
    gain: str = ""
    short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An issue in which two packages differ."""

    issue: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """One repair as it is offered.

    query : address of the repaired package behind the question mark
    gains : what it is worth over no deal to each party that has amounts
    """

    changes: tuple[Change, ...]
    query: str
    share: str
    tone: Tone
    tied: int
    gains: tuple[tuple[str, str, bool], ...]


def verdict_of(composition: Composition, look: Look) -> Verdict:
    """Say in one sentence whether a package would be signed."""
    words = texts()
    together = look.judged.together
    if look.broken:
        return Verdict(text=words.counted("composer.not_feasible", len(look.broken)), tone="bad")
    if together is None:
        return Verdict(text=words("composer.not_told"), tone="warn")
    if together.certain and together.value >= 0.5:
        return Verdict(text=words("composer.all_accept", share=together.phrase()), tone="good")
    why = tuple(_why(composition.case, look))
    refusing = [
        party.label
        for party in composition.case.signatories
        if look.judged.parties[party.name].kind == "none"
    ]
    if refusing:
        key = "composer.refuses" if len(refusing) == 1 else "composer.refuse"
        return Verdict(text=words(key, parties=listed(refusing)), tone="bad", why=why)
    tone: Tone = "good" if together.value >= 0.5 else "warn"
    text = words("composer.all_accept", share=together.phrase())
    return Verdict(text=text, tone=tone, why=why)


def is_perfect(look: Look) -> bool:
    """Tell whether it is proved that all signatories accept in every reading."""
    together = look.judged.together
    return not look.broken and together is not None and together.certain and together.value == 1


def _why(case: Case, look: Look) -> Iterator[str]:
    """Say why signatories refuse; where none always does, which one is the most doubtful."""
    kinds = look.judged.parties
    refusing = [p for p in case.signatories if kinds[p.name].kind == "none"]
    if refusing:
        yield from (_refusal(party, look) for party in refusing)
        return
    shares = {
        party: kinds[party.name].share for party in case.signatories if kinds[party.name].share
    }
    if len(shares) > 1:
        party = min(shares, key=lambda one: _value(shares[one]))
        share = shares[party]
        if share is not None and not share.certain:
            yield texts()("composer.least", party=party.label, share=share.phrase())


def _refusal(party: Party, look: Look) -> str:
    words = texts()
    worth = look.worths[party.name]
    lines = any(line.certain for line in look.crossed[party.name])
    short = worth is not None and worth.gain < 0
    if lines and short:
        key = "composer.line_and_short"
    elif lines:
        key = "composer.line"
    else:
        key = "composer.short" if short else "composer.ranked_below"
    points = rounded(abs(worth.gain)) if worth is not None else ""
    return words(key, party=party.label, points=points)


def _value(share: Share | None) -> float:
    return 1.0 if share is None else share.value


def rows_of(composition: Composition, look: Look) -> list[Row]:
    """Return every party, signatories first in the order of the case."""
    parties = sorted(composition.case.parties, key=lambda party: not party.signatory)
    return [_row(composition, look, party) for party in parties]


def _row(composition: Composition, look: Look, party: Party) -> Row:
    judgement, worth = look.judged.parties[party.name], look.worths[party.name]
    tone = kind_tone(judgement)
    accepts = texts()(f"composer.accepts_{judgement.kind}", share=str(judgement.share))
    basic = Row(
        name=party.name,
        label=party.label,
        signatory=party.signatory,
        accepts=accepts,
        tone=tone,
    )
    if worth is None:
        return basic
    low, high = map(float, composition.ends[party.name])

    def place(value: Fraction) -> float:
        return round(100 * (float(value) - low) / (high - low), 1) if high > low else 100

    return Row(
        name=party.name,
        label=party.label,
        signatory=party.signatory,
        accepts=accepts,
        tone=tone,
        bar=Bar(value=place(worth.value), no_deal=place(worth.no_deal)),
        value=rounded(worth.value, zeros=True),
        no_deal=rounded(worth.no_deal, zeros=True),
        gain=signed(worth.gain, zeros=True),
        short=worth.gain < 0,
    )


def crossed_of(case: Case, look: Look) -> list[Sentence]:
    """Return the red lines crossed, with their sources."""
    lines = (line for party in case.parties for line in look.crossed[party.name])
    return [said(case, line, tone="bad") for line in lines]


def mendings_of(
    composition: Composition, package: Package, repairs: Repairs, **more: str
) -> list[Mending]:
    """Return the repairs of a package as they are offered: the fewest changes first.

    The best repair with each number of changes comes before the next best ones.

    more : parameters of ours that addresses carry on
    """
    case = composition.case
    found = []
    for repair in _fewest_first(repairs):
        own = composition.worths(repair.judged.package)
        share = repair.judged.together
        gains = (
            (party.label, signed(worth.gain, zeros=True), worth.gain < 0)
            for party in case.signatories
            if (worth := own[party.name]) is not None
        )
        found.append(
            Mending(
                changes=tuple(changes_between(case, package, repair.judged.package)),
                query=query_of(case, repair.judged.package, **more),
                share="" if share is None else share.phrase(),
                tone="good" if share is not None and share.value >= 0.5 else "plain",
                tied=repair.tied,
                gains=tuple(gains),
            )
        )
    return found


def _fewest_first(repairs: Repairs) -> list[Repair]:
    """Choose the best repair with 1, 2, ... changes before the second best of each, and so on.

    Those that are seen at once, and those behind them, stand in order of their changes.
    """
    places: Counter[int] = Counter()
    ranked = []
    for repair in repairs.found:
        ranked.append((places[repair.n_changes], repair.n_changes, repair))
        places[repair.n_changes] += 1
    chosen = [repair for *_, repair in sorted(ranked, key=itemgetter(0, 1))]
    groups = (chosen[:SEEN_AT_ONCE], chosen[SEEN_AT_ONCE:MOST_REPAIRS])
    return [repair for group in groups for repair in sorted(group, key=attrgetter("n_changes"))]


def changes_between(case: Case, before: Package, after: Package) -> Iterable[Change]:
    """Go through the issues in which two packages differ."""
    for issue, old, new in zip(case.issues, before, after, strict=True):
        if old != new:
            yield Change(
                issue=issue.label, before=issue.option_label(old), after=issue.option_label(new)
            )
