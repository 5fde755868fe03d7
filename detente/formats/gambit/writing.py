"""A case as a game in strategic form, as far as one can hold it; the rest is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from math import prod

from detente.blocks import Entry
from detente.blocks.control import Control
from detente.blocks.graph import GraphRanking
from detente.case import Case, Party
from detente.document import Faults
from detente.errors import CaseError, quote
from detente.formats.additive_writing import PartyPoints, party_points
from detente.formats.gambit.comment import NOTE, Kept, labels
from detente.formats.refusals import KEEP, refuse_marks, refuse_number, refuse_parts
from detente.number import plain
from detente.vocabulary import Issue, Package

MOST_PROFILES = 2**18

_NAME = ".nfg"


def write(case: Case, *, read: Callable[[bytes, str], Case]) -> str:
    """Return a case as the text of an ``.nfg`` file, states in the order of its profiles.

    read : reads such files; the text is read back, so that nothing can be lost unsaid

    Raises
    ------
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    faults = Faults()
    _refuse_around(case, faults)
    owned = _owned(case, faults)
    sizes = [len(issue.options) for issue in owned]
    if prod(sizes) > MOST_PROFILES:
        problem = f"a game has at most {MOST_PROFILES:,} profiles of strategies"
        faults.at(0, "issues", problem, "leave options out of a copy")
    faults.raise_any(case.file)
    profiles = [profile[::-1] for profile in product(*map(range, sizes[::-1]))]
    payoffs = list(_payoffs(case, owned, profiles, faults))
    for party, column in zip(case.parties, payoffs, strict=True):
        for payoff in set(column):
            path = f"preferences.{party.name}"
            refuse_number(payoff, path, faults, name=_NAME, fractions=True)
    faults.raise_any(case.file)
    meant = _meant(case, owned, payoffs)
    changed = ""
    kept_all = Kept.of(case.parties, owned, title=case.title, note=_comment(case))
    for kept in ("", kept_all.text()):
        text = _text(case, owned, payoffs, kept=kept)
        changed = _changed(text, meant, read)
        if not changed:
            return text
    faults.at(0, changed, "some of the case would read otherwise from a game", KEEP)
    raise CaseError(faults.found, file=case.file)


def _changed(text: str, meant: Case, read: Callable[[bytes, str], Case]) -> str:
    """Return the first part in which a game reads otherwise than is meant; empty where in none."""
    again = read(text.encode(), meant.file)
    parts = ("title", "note", "parties", "issues", "blocks")
    return next((part for part in parts if getattr(again, part) != getattr(meant, part)), "")


def _ranking(party: str, payoffs: Sequence[Fraction]) -> GraphRanking:
    """Return states in tiers of equal payoff, the best first; states count from 1."""
    tiers: dict[Fraction, list[str]] = {}
    for state, payoff in enumerate(payoffs, start=1):
        tiers.setdefault(payoff, []).append(str(state))
    ordered = tuple(tuple(tiers[payoff]) for payoff in sorted(tiers, reverse=True))
    return GraphRanking(party=party, tiers=ordered, much=(False,) * (len(ordered) - 1))


def blocks_of(
    parties: Sequence[Party], issues: Sequence[Issue], payoffs: Sequence[Sequence[Fraction]]
) -> Mapping[str, tuple[Entry, ...]]:
    """Return what a game says beside its players: each controls its issue, and ranks the states.

    issues : that of each player
    payoffs : what every profile pays each player
    """
    return {
        "control": tuple(
            Control(party=party.name, issue=issue.name, moves=None)
            for party, issue in zip(parties, issues, strict=True)
        ),
        "graph": tuple(
            _ranking(party.name, column) for party, column in zip(parties, payoffs, strict=True)
        ),
    }


def _meant(case: Case, owned: Sequence[Issue], payoffs: Sequence[Sequence[Fraction]]) -> Case:
    """Return the case that the game is read as: issues as their players, payoffs as their order."""
    return replace(
        case,
        note=f"{_comment(case)} {NOTE}".strip(),
        issues=tuple(owned),
        statements=(),
        blocks=blocks_of(case.parties, owned, payoffs),
    )


def _comment(case: Case) -> str:
    """Return the note without what the reader adds to it."""
    return case.note.removesuffix(NOTE).strip()


# What a game cannot hold --------------------------------------------------------------------------


def _refuse_around(case: Case, faults: Faults) -> None:
    refuse_parts(case, faults, blocks=("control", "graph"))
    for k, _ in enumerate(case.constraints):
        problem = "in a game every profile of strategies is possible; it keeps no constraints"
        faults.at(0, f"constraints[{k}]", problem, KEEP)
    if case.as_of:
        faults.at(0, "as_of", f"{_NAME} does not keep the date of the case", KEEP)
    for party in case.parties:
        if not party.signatory:
            path = f"parties.{party.name}"
            faults.at(0, path, f"{_NAME} does not keep a party that does not sign", KEEP)
    for name in ("control", "graph"):
        for entry in case.blocks.get(name, ()):
            path = entry.provenance.path or name
            refuse_marks(entry.provenance, path, faults)
            if not isinstance(entry, Control | GraphRanking):
                problem = f"{_NAME} keeps rankings of states, and nothing else of a graph"
                faults.at(entry.provenance.line, path, problem, KEEP)
            elif isinstance(entry, GraphRanking) and any(entry.much):
                problem = f"{_NAME} does not keep how much a state is preferred"
                faults.at(entry.provenance.line, path, problem, "write > for >>")


def _owned(case: Case, faults: Faults) -> tuple[Issue, ...]:
    """Return for each party the one issue that it controls, alone and in every way."""
    entries = [e for e in case.blocks.get("control", ()) if isinstance(e, Control)]
    hint = "in a game every party controls one issue: control: {PARTY: {ISSUE: any}}"
    for entry in entries:
        if entry.moves is not None:
            path = f"control.{entry.party}.{entry.issue}"
            problem = "a player can always change its strategy, and this says from what to what"
            faults.at(entry.provenance.line, path, problem, "write any, if it can")
    for issue in case.issues:
        owners = {entry.party for entry in entries if entry.issue == issue.name}
        if len(owners) != 1:
            problem = f"{len(owners)} parties control {issue.name}"
            faults.at(0, f"issues.{issue.name}", problem, hint)
    found = []
    for party in case.parties:
        names = {entry.issue for entry in entries if entry.party == party.name}
        if len(names) != 1:
            problem = f"{party.name} controls {len(names)} issues"
            faults.at(0, f"parties.{party.name}", problem, hint)
        found += [issue for issue in case.issues if issue.name in names][:1]
    return tuple(found)


# Payoffs ------------------------------------------------------------------------------------------


def _payoffs(
    case: Case, owned: Sequence[Issue], profiles: Sequence[Package], faults: Faults
) -> Iterator[list[Fraction]]:
    """Go through the parties: what every profile pays, in points or as a rank."""
    places = [owned.index(issue) for issue in case.issues]
    packages = [tuple(profile[place] for place in places) for profile in profiles]
    for party in case.parties:
        rankings = [
            entry
            for entry in case.blocks.get("graph", ())
            if isinstance(entry, GraphRanking) and entry.party == party.name
        ]
        if rankings:
            yield _ranks(case, party, rankings[0], packages, faults)
            continue
        points = _points(case, party, faults)
        yield [] if points is None else [_worth(case, points, package) for package in packages]


def _ranks(
    case: Case, party: Party, ranking: GraphRanking, packages: Sequence[Package], faults: Faults
) -> list[Fraction]:
    """Return ranks from 0, the worst; states that are not named are below all that are."""
    for statement in case.statements:
        if statement.party == party.name:
            path = f"preferences.{party.name}"
            problem = f"{party.name} has a ranking, and a game keeps no '{statement.KEY}' beside it"
            faults.at(statement.provenance.line, path, problem, KEEP)
    heights: dict[str, int] = {}
    named = sum(map(len, ranking.tiers))
    least = 0 if named == len(packages) else 1
    for height, tier in enumerate(reversed(ranking.tiers), start=least):
        heights |= dict.fromkeys(tier, height)
    strides = [prod(len(i.options) for i in case.issues[:k]) for k in range(len(case.issues))]
    states = [
        str(1 + sum(option * stride for option, stride in zip(package, strides, strict=True)))
        for package in packages
    ]
    unknown = heights.keys() - set(states)
    if unknown:
        path = f"graph.ranking.{party.name}"
        problem = f"no such state: {quote(min(unknown))}"
        faults.at(ranking.provenance.line, path, problem, f"states count to {len(states):,}")
    return [Fraction(heights.get(state, 0)) for state in states]


def _points(case: Case, party: Party, faults: Faults) -> PartyPoints | None:
    """Return the points of a party; what else is said of it is noted."""
    said = tuple(s for s in case.statements if s.party == party.name)
    if not said:
        path = f"preferences.{party.name}"
        problem = f"nothing says what states are worth to {party.name}"
        faults.at(0, path, problem, f"add scores, or graph.ranking.{party.name}")
        return None
    alone = replace(case, parties=(party,), statements=said, blocks={})
    keeps = ("proposals", "rules", "sources", "status quo")
    found = party_points(alone, faults, keeps=keeps, format_name=_NAME)
    for points in found:
        if points.no_deal is not None:
            path = f"preferences.{party.name}.no_deal"
            faults.at(0, path, "a game ends in one of its profiles; it keeps no 'no_deal'", KEEP)
        return points
    return None


def _worth(case: Case, points: PartyPoints, package: Package) -> Fraction:
    found = sum((column[k] for column, k in zip(points.points, package, strict=True)), Fraction(0))
    for condition, worth in points.rules:
        if condition.holds(package, case.vocabulary):
            found += worth
    return found


# Text ---------------------------------------------------------------------------------------------


def _text(
    case: Case, owned: Sequence[Issue], payoffs: Sequence[Sequence[Fraction]], *, kept: str
) -> str:
    players = " ".join(map(_quoted, labels([party.label for party in case.parties], "player")))
    strategies = "\n".join(
        f"{{ {' '.join(map(_quoted, labels(issue.options, 'strategy')))} }}" for issue in owned
    )
    note = _comment(case) if _comment(case).isascii() else ""
    title = case.title if case.title.isascii() else labels([case.title], "game")[0]
    comment = f"{note} {kept}".strip()
    lines = [
        f"NFG 1 R {_quoted(title)} {{ {players} }}",
        "",
        f"{{ {strategies}",
        "}",
        _quoted(comment),
        "",
        *(" ".join(map(plain, row)) for row in zip(*payoffs, strict=True)),
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", text)
    return f'"{escaped}"'
