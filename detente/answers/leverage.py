"""Weigh pressures: the price of each party's yes, what would change its mind, and what is empty."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from detente.analysis import Analysis, Judgement
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.case import Case, Party
from detente.errors import UnanswerableError
from detente.linear import Bounds
from detente.number import json_number
from detente.pressure import (
    Chosen,
    Effect,
    Ends,
    Pressure,
    Sufficing,
    Together,
    Weighed,
    pressures_of,
    weigh,
)
from detente.price import Price, Turning
from detente.prose import (
    PERCENT_NOTE,
    capital,
    judgement_data,
    opening,
    origin_data,
    share_data,
    share_tone,
    thin_note,
)
from detente.table import Section, Sentence, Share
from detente.telling.credibility import belief_picture
from detente.telling.pressure import (
    Told,
    headline,
    label_of,
    pressures_table,
    sentences,
    sets_table,
)
from detente.telling.price import all_at_once, price_sentences, price_table
from detente.work import Work

MOST_LISTED = 100
"""Minimal sets that the JSON lists."""


@dataclass(frozen=True, kw_only=True)
class Persuasion(Answer):
    """What each party's yes costs, and which pressures would bring it about."""

    analysis: Analysis
    pressures: tuple[Pressure, ...]
    weighed: tuple[Weighed, ...]

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return prices, pressures and sets for JSON."""
        return {
            "answer": "leverage",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            "price": {
                one.asked: {name: self._price_data(price) for name, price in one.prices.items()}
                for one in self.weighed
            },
            "pressures": [self._pressure_data(k) for k in range(len(self.pressures))],
            "sets": [
                {"proposal": one.asked, "on": party, **_sufficing_data(found)}
                for one in self.weighed
                for party, several in one.sets.items()
                for found in several
            ],
            "together": {one.asked: _together_data(one.together) for one in self.weighed},
        }

    def _price_data(self, price: Price) -> dict[str, Any]:
        amounts = ("central", "half", "nine_tenths", "every", "least")
        return {
            "signatory": price.party.signatory,
            **judgement_data(price.judgement),
            **{key: _number(getattr(price, key)) for key in amounts},
            "least_attained": price.attained,
            "red_lines": [origin_data(self.case, line) for line in price.red_lines],
        }

    def _pressure_data(self, position: int) -> dict[str, Any]:
        pressure = self.pressures[position]
        entry = pressure.entry
        return {
            "by": entry.by,
            "on": entry.on,
            "title": entry.title,
            "line": entry.provenance.line or None,
            "sources": [str(citation) for citation in entry.provenance.because],
            "shift": _bounds_data(entry.shift),
            "credibility": _bounds_data(entry.credibility),
            "cost": _bounds_data(entry.cost),
            "only_for": entry.only_for or None,
            "proposals": {
                one.asked: {**_effect_data(effect), "own_gain": _number(_gain(one, entry.by))}
                for one in self.weighed
                for effect in one.effects
                if effect.position == position
            },
        }

    def sections(self) -> tuple[Section, ...]:
        """Return prices and pressures for people."""
        lead = [
            headline(told, names)
            for told, names in map(self._told, range(len(self.pressures)))
            if told
        ]
        if not self.pressures:
            text = (
                "The case names no pressures or sweeteners; under 'leverage' it could. What each "
                "yes costs is told all the same."
            )
            lead.append(Sentence(text=text))
        shares = [s for one in self.weighed for s in _all_shares(one)]
        lead += thin_note(self.analysis, [one.judged for one in self.weighed], more=shares)
        tables = (pressures_table(self.case, self.pressures),) if self.pressures else ()
        parts = [self._proposal(one) for one in self.weighed]
        if self.pressures:
            parts.append(all_at_once(self.weighed))
        return (
            Section(
                key="leverage",
                title="What would change minds",
                lead=(*lead, Sentence(text=PERCENT_NOTE)),
                tables=tables,
                parts=tuple(parts),
            ),
        )

    def _told(self, position: int) -> tuple[list[Told], list[str]]:
        """Return one pressure on every proposal that it bears on, and their names."""
        found = [
            (self._one(one, effect), one.name)
            for one in self.weighed
            for effect in one.effects
            if effect.position == position
        ]
        return [told for told, _ in found], [name for _, name in found]

    def _one(self, one: Weighed, effect: Effect) -> Told:
        pressure = self.pressures[effect.position]
        return Told(
            case=self.case,
            pressure=pressure,
            effect=effect,
            price=one.prices[pressure.entry.on],
            own_gain=_gain(one, pressure.entry.by),
        )

    def _proposal(self, one: Weighed) -> Section:
        parts = [
            self._on_party(one, party) for party in self.case.parties if party.name in one.sets
        ]
        return Section(
            key=f"leverage-{one.asked}",
            title=capital(one.name),
            lead=(*_joint_sentence(one), *price_sentences(self.case, one.prices.values())),
            tables=(price_table(one.prices.values(), one.name),),
            parts=tuple(parts),
        )

    def _on_party(self, one: Weighed, party: Party) -> Section:
        """Return what the pressures on one party do, alone and in sets."""
        effects = [e for e in one.effects if self.pressures[e.position].entry.on == party.name]
        told = [self._one(one, effect) for effect in effects]
        own = [found.pressure for found in told]
        price = one.prices[party.name]
        movable = price.gain is not None and not price.forbidden
        missing = any(
            found.needed is not None and found.needed > 0 for found in one.sets[party.name]
        )
        helping = any(pressure.full.most > 0 for pressure in own)
        telling = any(not effect.idle for effect in effects)
        parts = [
            Section(
                key=f"pressure-{one.asked}-{effect.position}",
                title=f"{label_of(found.pressure)} ({found.by})",
                points=tuple(sentences(found)),
            )
            for effect, found in zip(effects, told, strict=True)
        ]
        tables = (sets_table(party, one.sets[party.name], self.pressures),)
        return Section(
            key=f"pressures-{one.asked}-{party.name}",
            title=f"Pressures on {party.label}, {one.name}",
            tables=tables if movable and helping and missing else (),
            pictures=(belief_picture(price, own, one.name),) if movable and telling else (),
            parts=tuple(parts),
        )


def leverage(case: Case, /, *, proposal: str | None = None, work: Work | None = None) -> Persuasion:
    """Tell what each party's yes costs, and which pressures of the case would bring it about.

    Parameters
    ----------
    proposal
        A proposal's name, a name with changes, or settings; all proposals when not given.

    Prices on all readings, and the credibility at which a verdict changes, come from the range of
    the gain over the polytope and are exact; shares and prices on a part of the readings are
    counted. A pressure shifts no deal in every reading by credibility x shift.

    Raises
    ------
    UnanswerableError
        The case has no proposals and none is asked about.
    ExpressionError
        The proposal cannot be read or names something unknown.
    """
    return weighed(Analysis(case=case, work=work or Work()), proposal)


def weighed(analysis: Analysis, proposal: str | None = None) -> Persuasion:
    """Weigh the pressures of a case within an analysis."""
    case = analysis.case
    if proposal is None and not case.proposals:
        raise UnanswerableError(
            "the case has no proposals; name a package, such as "
            f"--proposal '{case.issues[0].name} = {case.issues[0].options[-1]}'"
        )
    asked = [proposal] if proposal is not None else [p.name for p in case.proposals]
    packages = [analysis.package(text) for text in asked]
    named = [(text, name) for text, (_, name) in zip(asked, packages, strict=True)]
    pressures = pressures_of(analysis)
    found = weigh(analysis, named, [package for package, _ in packages], pressures)
    return Persuasion(analysis=analysis, pressures=pressures, weighed=found)


def _gain(one: Weighed, party: str) -> Fraction | None:
    """Return what a proposal is worth to a party over no deal, central reading."""
    central = one.prices[party].central
    return None if central is None else -central


def _joint_sentence(one: Weighed) -> list[Sentence]:
    if not one.feasible:
        text = "It is not feasible, whatever is offered or threatened; were it so, this would hold."
        return [Sentence(text=text, tone="bad")]
    share = one.judged.together
    if share is None:
        return []
    text = f"{opening(share)} all signatories accept it."
    return [Sentence(text=text, tone=share_tone(share))]


def _all_shares(one: Weighed) -> list[Share]:
    ends = [one.together.stated, one.together.full]
    judged = [end for effect in one.effects for end in (effect.stated, effect.full)]
    found = [share for end in ends for share in (end.least, end.most)]
    found += [j.share for end in judged for j in (end.least, end.most)]
    return [share for share in found if share is not None]


def _number(number: Fraction | None) -> Any:
    return None if number is None else json_number(number)


def _bounds_data(bounds: Bounds) -> dict[str, Any]:
    return {"low": _number(bounds.low), "high": _number(bounds.high)}


def _effect_data(effect: Effect) -> dict[str, Any]:
    def kinds(ends: Ends[Judgement]) -> dict[str, Any]:
        return {"least": ends.least.kind, "most": ends.most.kind}

    def shares(ends: Ends[Judgement]) -> dict[str, Any]:
        return {"least": share_data(ends.least.share), "most": share_data(ends.most.share)}

    return {
        "verdict_now": effect.now.kind,
        "verdict_stated": kinds(effect.stated),
        "verdict_full": kinds(effect.full),
        "share_now": share_data(effect.now.share),
        "share_stated": shares(effect.stated),
        "share_full": shares(effect.full),
        "begins_at": _turnings_data(effect.begins),
        "half_at": _turnings_data(effect.half),
        "empty": effect.empty,
    }


def _turnings_data(ends: Ends[Turning | None]) -> dict[str, Any]:
    return {"least": _turning_data(ends.least), "most": _turning_data(ends.most)}


def _turning_data(turning: Turning | None) -> dict[str, Any] | None:
    if turning is None:
        return None
    if turning.kind is None:  # counted, so that a fraction would claim too much
        near = round(float(turning.credibility), 6)
        return {"credibility": near, "included": turning.included}
    return {
        "credibility": json_number(turning.credibility),
        "included": turning.included,
        "verdict": turning.kind,
    }


def _sufficing_data(found: Sufficing) -> dict[str, Any]:
    return {
        "level": found.level,
        "basis": found.basis,
        "needed": _number(found.needed),
        "minimal": [_chosen_data(chosen) for chosen in found.minimal[:MOST_LISTED]],
        "cheapest": None if found.cheapest is None else _chosen_data(found.cheapest),
        "complete": found.complete and len(found.minimal) <= MOST_LISTED,
    }


def _chosen_data(chosen: Chosen) -> dict[str, Any]:
    low, high = chosen.cost
    return {
        "pressures": list(chosen.positions),
        "fall": json_number(chosen.fall),
        "cost": {"low": json_number(low), "high": json_number(high)},
        "withstands": chosen.withstands,
    }


def _together_data(found: Together) -> dict[str, Any]:
    def shares(ends: Ends[Share | None]) -> dict[str, Any]:
        return {"least": share_data(ends.least), "most": share_data(ends.most)}

    return {
        "now": share_data(found.now),
        "stated": shares(found.stated),
        "full": shares(found.full),
    }


def reported(analysis: Analysis) -> Persuasion:
    """Weigh the pressures for a report; raise UnanswerableError where the case has none."""
    if not pressures_of(analysis):
        raise UnanswerableError("the case has no leverage")
    return weighed(analysis)


QUESTION = Question(
    name="leverage",
    ask=leverage,
    reported=reported,
    options=(
        Option(
            name="proposal",
            help="a proposal's name, a name with changes, or settings; all proposals otherwise",
            metavar="PROPOSAL",
        ),
    ),
)
