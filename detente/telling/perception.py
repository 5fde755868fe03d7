"""How one party under two views is told, and what would become of an offer made by a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from detente.analysis import Judgement
from detente.case import Case, Proposal
from detente.errors import quote
from detente.hypergame import Offer, Offering
from detente.number import counted, rounded
from detente.perception import Contrast, Misjudged, Move, PartyPicture, differ
from detente.prose import capital, kind_text, kind_tone, listed, package_text, plural, said
from detente.report.pictures.shares import ShareBars, ShareRow
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.views import Views

MOST_MOVES = 5
"""Differences of values that are told; JSON has all."""
_FAR = 0.1
"""From such a difference between shares on, a first page tells it."""

Pair = tuple[Judgement, Judgement]


def reported_section(views: Views, contrast: Contrast) -> Section:
    """Tell what a party says against what is believed of it."""
    label = contrast.party.label

    told = _Told(
        views=views,
        contrast=contrast,
        titles=("By what it says", "As believed"),
        differing=partial(_reported, label),
    )
    title = f"{label}: what it says against what is believed"
    return told.section(f"reported-{contrast.party.name}", title)


def far_apart(views: Views, contrast: Contrast) -> list[Sentence]:
    """Return the proposals on which what a party says and what is believed are far apart."""
    label = contrast.party.label
    return [
        Sentence(text=_reported(label, proposal, one, other), tone="warn")
        for proposal, (one, other) in zip(views.case.proposals, contrast.judgements, strict=True)
        if one.kind != other.kind or _distance(one, other) >= _FAR
    ]


def _reported(label: str, proposal: Proposal, one: Judgement, other: Judgement) -> str:
    says = f"by what it says, {label} {_verdict(one, 'accepts', 'refuses')}"
    return f"{_titled(proposal)}: {says}; it is believed to {_verdict(other, 'accept', 'refuse')}."


def _distance(one: Judgement, other: Judgement) -> float:
    if one.share is None or other.share is None:
        return 0.0
    return abs(one.share.value - other.share.value)


def picture_section(views: Views, picture: PartyPicture) -> Section:
    """Tell how one party sees another, against that other itself."""
    contrast, by, label = picture.contrast, picture.by.label, picture.contrast.party.label

    def differing(proposal: Proposal, one: Judgement, other: Judgement) -> str:
        taken = f"{by} takes {label} to {_verdict(one, 'accept', 'refuse')}"
        itself = f"{label} itself {_verdict(other, 'accepts', 'refuses')}"
        return f"{_titled(proposal)}: {taken}; {itself}."

    told = _Told(
        views=views,
        contrast=contrast,
        titles=(f"As {by} sees it", f"{label} itself"),
        differing=differing,
    )
    key = f"{picture.by.name}-sees-{contrast.party.name}"
    return told.section(key, f"{label}, as {by} sees it", *_misjudged(views.case, picture))


def offer_section(case: Case, offering: Offering) -> Section:
    """Tell what a party would offer by its picture, and what would become of it."""
    by = offering.by.label
    offers = (("Best offer", offering.best_offer), ("Best that all accept", offering.best_true))
    shown = [(title, one) for title, one in offers if one is not None and one.package is not None]
    columns = [Column(key="party", title="Party")]
    for k, (title, _) in enumerate(shown, start=1):
        seen = f"{title}, as {by} sees it"
        columns.append(Column(key=f"seen_{k}", title=seen, align="right"))
        columns.append(Column(key=f"itself_{k}", title="itself", align="right"))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for r, party in enumerate(case.parties):
        pairs = [one for _, o in shown for one in (o.seen[party.name], o.own[party.name])]
        tones |= {(r, c): kind_tone(one) for c, one in enumerate(pairs, start=1)}
        label = party.label + ("" if party.signatory else " (affected only)")
        rows.append((label, *map(_cell, pairs)))
    title = "In how many of the readings each party accepts"
    table = Table(title=title, columns=tuple(columns), rows=tuple(rows), tones=tones)
    return Section(
        key=f"offer-of-{offering.by.name}",
        title=f"What {by} would offer, and what would become of it",
        lead=tuple(_offer(case, offering)),
        tables=(table,) if shown else (),
    )


def offer_summary(case: Case, offering: Offering) -> Sentence:
    """Return in one sentence what a party's error does to its offer."""
    by, offer, true = offering.by.label, offering.best_offer, offering.best_true
    if offering.withheld or offer is None or true is None:
        text = f"What {by} would offer by its picture cannot be told: {offering.withheld}."
        return Sentence(text=text, tone="warn")
    if offer.package is None:
        return Sentence(text=_nothing(by, offer, "as it sees everyone"), tone="warn")
    if not offering.stands:
        refusing = listed([case.party(name).label for name in offer.refused_by])
        verb = "refuses" if len(offer.refused_by) == 1 else "refuse"
        text = f"The offer that {by} takes for its best fails: {refusing} {verb} it."
        return Sentence(text=text, tone="bad")
    if not offering.improvable:
        text = f"The offer that {by} takes for its best stands, and its error costs it nothing."
        return Sentence(text=text, tone="good")
    lost = "" if offering.costs is None else f": it gives up {_points(offering.costs)} by its error"
    text = f"The offer that {by} takes for its best stands, but is not the best it can get{lost}."
    return Sentence(text=text, tone="warn")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One party under two views, with what to call them.

    differing : says of a proposal how the two judgements differ
    """

    views: Views
    contrast: Contrast
    titles: tuple[str, str]
    differing: Callable[[Proposal, Judgement, Judgement], str]

    def section(self, key: str, title: str, *more: Sentence) -> Section:
        return Section(
            key=key,
            title=title,
            lead=(*self._lead(), *more),
            points=tuple(self._statements()),
            tables=tuple(self._tables()),
            pictures=tuple(self._bars()),
        )

    @property
    def _judged(self) -> list[tuple[Proposal, Pair]]:
        return list(zip(self.views.case.proposals, self.contrast.judgements, strict=True))

    def _lead(self) -> list[Sentence]:
        label = self.contrast.party.label
        for view in (self.contrast.first, self.contrast.second):
            if not self.views.answerable(self.contrast.party.name, view):
                text = (
                    f"Under the view {quote(view)} the statements about {label} are incomplete or "
                    f"contradict each other; 'detente check --view {view}' tells where."
                )
                return [Sentence(text=text, tone="warn")]
        found = [
            Sentence(text=self.differing(proposal, *pair), tone="warn")
            for proposal, pair in self._judged
            if differ(*pair)
        ]
        if self._judged and not found:
            found.append(Sentence(text=f"On no proposal does it change whether {label} accepts."))
        return found

    def _statements(self) -> Iterator[Sentence]:
        """Tell the statements that make the difference."""
        only = (self.contrast.only_first, self.contrast.only_second)
        for title, statements in zip(self.titles, only, strict=True):
            if not statements:
                yield Sentence(text=f"{title}: nothing beyond what every view holds.")
            for statement in statements:
                told = said(self.views.case, statement)
                yield Sentence(text=f"{title}: {told.text}", source=told.source)

    def _tables(self) -> Iterator[Table]:
        if self._judged:
            yield self._proposals()
        if self.contrast.moves:
            yield _moves(self.contrast.moves, self.titles)

    def _proposals(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        tones: dict[tuple[int, int], Tone] = {}
        for r, (proposal, pair) in enumerate(self._judged):
            rows.append((proposal.label, *map(_cell, pair)))
            tones |= {(r, c): kind_tone(one) for c, one in enumerate(pair, start=1)}
        return Table(
            title=f"In how many of the readings {self.contrast.party.label} accepts",
            columns=(
                Column(key="proposal", title="Proposal"),
                Column(key="first", title=self.titles[0], align="right"),
                Column(key="second", title=self.titles[1], align="right"),
            ),
            rows=tuple(rows),
            tones=tones,
        )

    def _bars(self) -> Iterator[ShareBars]:
        if not self._judged:
            return
        first, second = (title[0].lower() + title[1:] for title in self.titles)
        yield ShareBars(
            title=f"In how many of the readings {self.contrast.party.label} accepts",
            description="One group of bars for each proposal; the upper bar is the share "
            f"{first}, the lower one {second}.",
            parties=self.titles,
            rows=tuple(
                ShareRow(label=proposal.label, shares=(one.share, other.share))
                for proposal, (one, other) in self._judged
            ),
        )


def _moves(moves: tuple[Move, ...], titles: tuple[str, str]) -> Table:
    more = len(moves) - MOST_MOVES
    return Table(
        title="What moves most on the central readings, in points",
        columns=(
            Column(key="what", title="What"),
            Column(key="from", title="From"),
            Column(key="first", title=titles[0], align="right"),
            Column(key="second", title=titles[1], align="right"),
            Column(key="by", title="Difference", align="right", signed=True),
        ),
        rows=tuple(
            (move.what, move.detail or None, move.first, move.second, move.by)
            for move in moves[:MOST_MOVES]
        ),
        note=f"{plural(more, 'smaller difference')} not shown." if more > 0 else "",
    )


def _misjudged(case: Case, picture: PartyPicture) -> Iterator[Sentence]:
    """Tell how many packages one party has wrong of another."""
    offered, given_up = picture.wrongly_offered, picture.wrongly_given_up
    if offered is None or given_up is None:
        return
    by, label = picture.by.label, picture.contrast.party.label
    packages = plural(picture.n_compared, "feasible package")
    among = f"Of {packages}" if picture.complete else f"Of {packages} drawn evenly from all"
    if not offered.n_packages and not given_up.n_packages:
        yield Sentence(text=f"{among} there is none of which {by} has {label} wrong.", tone="good")
        return
    for misjudged, text in (
        (offered, f"{by} takes {{}} for acceptable to {label} that {label} refuses"),
        (given_up, f"{by} holds {{}} for refused that {label} would accept"),
    ):
        number = counted(misjudged.n_packages) if misjudged.n_packages else "none"
        what = f"{among}, {text.format(number)}"
        yield Sentence(text=f"{what}{_example(case, misjudged)}.", tone=_wrong(misjudged))


def _wrong(misjudged: Misjudged) -> Tone:
    return "warn" if misjudged.n_packages else "plain"


def _example(case: Case, misjudged: Misjudged) -> str:
    if misjudged.example is None:
        return ""
    return f"; for instance {package_text(case, misjudged.example)}"


def _offer(case: Case, offering: Offering) -> Iterator[Sentence]:
    by, offer, true = offering.by.label, offering.best_offer, offering.best_true
    if offering.withheld or offer is None or true is None:
        yield offer_summary(case, offering)
        return
    eyes = "as it sees everyone"
    if offer.package is None:
        yield Sentence(text=_nothing(by, offer, eyes), tone="warn")
    else:
        package = package_text(case, offer.package)
        text = f"The best offer of {by}, {eyes}: {package}. {_worth(by, offer)}"
        yield Sentence(text=text)
        yield from _ties(offer)
        yield _fate(case, offering, offer)
        yield from _doubts(case, offer)
    if true.package is None:
        text = "By their own preferences no package is acceptable to all signatories."
        if true.status == "bounded":
            text = _nothing(by, true, "by their own preferences")
        yield Sentence(text=text, tone="warn")
    elif offering.stands and not offering.improvable:
        text = "Nothing worth more to it would be accepted, so its error costs it nothing."
        yield Sentence(text=text, tone="good")
    else:
        package = package_text(case, true.package)
        text = f"The best for {by} that all accept by their own preferences: {package}. "
        yield Sentence(text=text + _worth(by, true))
        yield from _doubts(case, true)
        yield from _price(offering, offer, true)


def _nothing(by: str, offer: Offer, eyes: str) -> str:
    if offer.status == "bounded":
        return f"Within the limits no package was found that, {eyes}, is acceptable to all."
    return f"No package is acceptable to all {eyes}, so {by} would make no offer."


def _worth(by: str, offer: Offer) -> str:
    """Tell what a package is worth to the party, and whether it is proved to be the best."""
    proved = "" if offer.status == "exact" else " It is the best found, not proved the best."
    if offer.value is None or offer.gain is None:
        return f"{by} ranks no such package higher.{proved}" if not proved else proved.strip()
    over = f"{_points(offer.gain)} more than no deal" if offer.gain else "as much as no deal"
    return f"It is worth {rounded(offer.value)} to {by}, {over}.{proved}"


def _ties(offer: Offer) -> Iterator[Sentence]:
    if offer.n_tied is None:
        yield Sentence(text="Whether other packages are worth as much to it was not settled.")
    elif offer.n_tied > 1:
        text = f"{plural(offer.n_tied - 1, 'other package')} would be worth as much to it"
        if offer.n_standing is not None:
            text += f"; of all {offer.n_tied}, {offer.n_standing or 'none'} would be accepted"
        yield Sentence(text=f"{text}.")


def _fate(case: Case, offering: Offering, offer: Offer) -> Sentence:
    if offering.stands:
        text = "By their own preferences all signatories accept it: the offer stands."
        return Sentence(text=text, tone="good")
    refusing = listed([case.party(name).label for name in offer.refused_by])
    own, verb = ("its", "refuses") if len(offer.refused_by) == 1 else ("their", "refuse")
    text = f"By {own} own preferences {refusing} {verb} it: the offer fails."
    return Sentence(text=text, tone="bad")


def _doubts(case: Case, offer: Offer) -> Iterator[Sentence]:
    """Tell who accepts in some readings only, the central one among them or not."""
    for party in case.signatories:
        judgement = offer.own[party.name]
        if judgement.kind == "some" and judgement.share is not None:
            accepts = f"{party.label} accepts it {judgement.share.phrase()}"
            refused = party.name in offer.refused_by
            central = "but not on the central one" if refused else "the central one among them"
            yield Sentence(text=f"{accepts}, {central}.")


def _price(offering: Offering, offer: Offer, true: Offer) -> Iterator[Sentence]:
    """Tell what the error costs."""
    by = offering.by.label
    if offering.costs is None:
        if offering.stands:
            yield Sentence(text=f"{by} ranks it higher than its offer.", tone="warn")
        return
    if offering.stands:
        text = f"By its error {by} gives up {_points(offering.costs)}."
        yield Sentence(text=text, tone="warn")
        return
    text = f"While nothing better than no deal is offered, {by} forgoes {_points(offering.costs)}."
    if offer.value is not None and true.value is not None:
        less = offer.value - true.value
        hoped = f"{_points(abs(less))} {'less' if less > 0 else 'more'} than" if less else "what"
        text = f"That is {hoped} {by} hopes for with its offer. {text}"
    yield Sentence(text=text, tone="warn")


def _points(number: Fraction) -> str:
    text = rounded(number)
    return f"{text} point" if text == "1" else f"{text} points"


def _titled(proposal: Proposal) -> str:
    return capital(proposal.label)


def _cell(judgement: Judgement) -> Cell:
    return judgement.share if judgement.share is not None else kind_text(judgement)


def _verdict(judgement: Judgement, accepts: str, refuses: str) -> str:
    """Return a verdict with its verb: ``refuses it in every reading``."""
    if judgement.kind == "none" or judgement.share is None:
        return f"{refuses} it in every reading"
    return f"{accepts} it {judgement.share.phrase()}"
