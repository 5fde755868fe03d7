"""Hold what parties say against what is believed of them, and their pictures against each other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Answer, Question, circumstances
from detente.case import Case, Party
from detente.errors import UnanswerableError
from detente.hypergame import Offer, Offering, offering_of
from detente.number import json_number
from detente.perception import (
    Contrast,
    Misjudged,
    PartyPicture,
    contrast_of,
    differ,
    picture_of,
)
from detente.prose import PERCENT_NOTE, judgement_data, origin_data, thin_note
from detente.statements.statement import BELIEVED, SAID
from detente.table import Section, Sentence, Share
from detente.telling.perception import (
    far_apart,
    offer_section,
    offer_summary,
    picture_section,
    reported_section,
)
from detente.views import Views
from detente.vocabulary import Package
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Perceptions(Answer):
    """What parties say against what is believed, and how each party with a picture sees the others.

    reported : by party of whom something is marked as said or believed
    pictures : by party with a picture, and by other party of whom the picture says something else
    offerings : by signatory with a picture
    """

    views: Views
    reported: tuple[Contrast, ...]
    pictures: tuple[PartyPicture, ...]
    offerings: tuple[Offering, ...]

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.views.case

    def data(self) -> dict[str, Any]:
        """Return everything for JSON."""
        return {
            "answer": "perceptions",
            **circumstances(self.case, self.views.work),
            "reported": [
                {"party": c.party.name, **self._contrast(c, SAID, BELIEVED)} for c in self.reported
            ],
            "pictures": [self._picture(picture) for picture in self.pictures],
            "offers": [self._offering(offering) for offering in self.offerings],
        }

    def _contrast(self, contrast: Contrast, first: str, second: str) -> dict[str, Any]:
        statements = ((first, contrast.only_first), (second, contrast.only_second))
        return {
            "proposals": {
                proposal.name: {
                    first: judgement_data(one),
                    second: judgement_data(other),
                    "differ": differ(one, other),
                }
                for proposal, (one, other) in zip(
                    self.case.proposals, contrast.judgements, strict=True
                )
            },
            "statements": {
                name: [origin_data(self.case, statement) for statement in only]
                for name, only in statements
            },
            "moves": [
                {
                    "what": move.what,
                    "from": move.detail,
                    first: json_number(move.first),
                    second: json_number(move.second),
                }
                for move in contrast.moves
            ],
        }

    def _picture(self, picture: PartyPicture) -> dict[str, Any]:
        return {
            "by": picture.by.name,
            "of": picture.contrast.party.name,
            "own_view": picture.contrast.second,
            **self._contrast(picture.contrast, "picture", "own"),
            "compared": {"packages": picture.n_compared, "complete": picture.complete},
            "wrongly_offered": self._misjudged(picture.wrongly_offered),
            "wrongly_given_up": self._misjudged(picture.wrongly_given_up),
            "withheld": picture.withheld or None,
        }

    def _misjudged(self, misjudged: Misjudged | None) -> dict[str, Any] | None:
        if misjudged is None:
            return None
        return {"packages": misjudged.n_packages, "package": self._named(misjudged.example)}

    def _offering(self, offering: Offering) -> dict[str, Any]:
        known = offering.best_offer is not None
        return {
            "by": offering.by.name,
            "best_offer": self._best_offer(offering.best_offer),
            "best_true": self._offer(offering.best_true),
            "stands": offering.stands if known else None,
            "costs": None if offering.costs is None else json_number(offering.costs),
            "withheld": offering.withheld or None,
        }

    def _best_offer(self, offer: Offer | None) -> dict[str, Any] | None:
        if offer is None:
            return None
        fate = {"tied_accepted": offer.n_standing, "refused_by": list(offer.refused_by)}
        return {**(self._offer(offer) or {}), **fate}

    def _offer(self, offer: Offer | None) -> dict[str, Any] | None:
        if offer is None:
            return None
        return {
            "status": offer.status,
            "package": self._named(offer.package),
            "value": None if offer.value is None else json_number(offer.value),
            "gain": None if offer.gain is None else json_number(offer.gain),
            "tied": offer.n_tied,
            "parties": {
                name: {
                    "picture": judgement_data(offer.seen[name]),
                    "own": judgement_data(offer.own[name]),
                }
                for name in offer.own
            },
        }

    def _named(self, package: Package | None) -> dict[str, str] | None:
        return None if package is None else self.case.vocabulary.named(package)

    def headline(self) -> tuple[Sentence, ...]:
        """Say where what a party says and what is believed of it come apart."""
        return tuple(one for contrast in self.reported for one in far_apart(self.views, contrast))

    def sections(self) -> tuple[Section, ...]:
        """Return everything for people."""
        parts = [reported_section(self.views, contrast) for contrast in self.reported]
        parts += [self._seen_by(holder) for holder in self.views.holders]
        return (
            Section(
                key="perceptions",
                title="Reported, believed, and the pictures that parties have of each other",
                lead=tuple(self._lead()),
                parts=tuple(parts),
            ),
        )

    def _lead(self) -> list[Sentence]:
        lead = [offer_summary(self.case, offering) for offering in self.offerings]
        if self.views.holders:
            lead.append(
                Sentence(
                    text="A party itself is what its own view says of it, or what is believed of "
                    "it. Pictures go one step: what a party takes the others to want, not what it "
                    "takes them to think of itself."
                )
            )
        shares = list(self._shares)
        if any(not share.certain for share in shares):
            central = (
                "Packages are held against each other on the central readings, the middle of all "
                "readings; the shares beside them tell how far other readings agree. "
            )
            text = f"{central if self.views.holders else ''}{PERCENT_NOTE}"
            lead.append(Sentence(text=text))
        return [*lead, *thin_note(self.views.analysis(BELIEVED), [], more=shares)]

    @cached_property
    def _shares(self) -> tuple[Share, ...]:
        contrasts = [*self.reported, *(picture.contrast for picture in self.pictures)]
        found = [one for c in contrasts for pair in c.judgements for one in pair]
        for offering in self.offerings:
            for offer in (offering.best_offer, offering.best_true):
                if offer is not None:
                    found += [*offer.seen.values(), *offer.own.values()]
        return tuple(judgement.share for judgement in found if judgement.share is not None)

    def _seen_by(self, holder: Party) -> Section:
        """Tell how one party sees the others, and what it would offer them."""
        parts = [picture_section(self.views, one) for one in self.pictures if one.by == holder]
        parts += [offer_section(self.case, one) for one in self.offerings if one.by == holder]
        title = f"How {holder.label} sees the others"
        return Section(key=f"seen-by-{holder.name}", title=title, parts=tuple(parts))


def perceptions(case: Case, /, *, work: Work | None = None) -> Perceptions:
    """Hold reported against believed preferences, and parties' pictures of each other.

    Verdicts are proved and shares counted under each view as everywhere; packages are held against
    each other on the central readings, in whole numbers. A party itself is what its own view says
    of it (statements about it marked with its name) or, without any, what is believed.

    Where there are too many packages to list, they are counted and offers are searched for without
    a list; what is then not settled within the limits says so.

    Raises
    ------
    UnanswerableError
        No statement is marked with whose picture it is; or a view other than ``believed`` is asked
        for, although all are held against each other.
    LimitError
        The conditions of the case are too entangled.
    """
    work = work or Work()
    if work.view != BELIEVED:
        message = "perceptions holds all views against each other; leave the view out"
        raise UnanswerableError(message)
    views = Views(case=case, work=work)
    if not views.reported and not views.holders:
        raise UnanswerableError(_unmarked(case))
    return Perceptions(
        views=views,
        reported=tuple(contrast_of(views, party, SAID, BELIEVED) for party in views.reported),
        pictures=tuple(
            picture_of(views, holder, party)
            for holder in views.holders
            for party in views.differing(holder)
        ),
        offerings=tuple(offering_of(views, h) for h in views.holders if h.signatory),
    )


def _unmarked(case: Case) -> str:
    party, issue = case.parties[0], case.issues[0]
    line = f"- {{red_line: {issue.name} == {issue.options[0]}, view: {SAID}}}"
    names = [f"'view: {other.name}'" for other in case.parties[1:2]]
    others = "".join(f", {name} the picture that party has of it" for name in names)
    return (
        "no statement is marked with whose picture it is, so there is nothing to hold against each "
        f"other; add, for instance, under preferences.{party.name}: {line}; "
        f"'view: {SAID}' marks what a party says, 'view: {BELIEVED}' what is believed of it{others}"
    )


def reported(analysis: Analysis) -> Perceptions:
    """Hold the views against each other, for a report."""
    return perceptions(analysis.case, work=analysis.work)


QUESTION = Question(name="perceptions", ask=perceptions, reported=reported)
