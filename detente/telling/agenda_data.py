"""Agendas for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from detente.doubts import gaps_of, overlaps_of, unstated_residues
from detente.gathering import Ends, Refused, Solved
from detente.negotiation import Negotiation, Outlook
from detente.orders import Way
from detente.prose import counted_data, share_data
from detente.resting import Rest
from detente.searching import Searched
from detente.solvers.states import Order
from detente.statements import Statement
from detente.telling.agenda_tables import input_words
from detente.telling.passing_time import talks_data
from detente.turning import BreakEven


def negotiation_data(negotiation: Negotiation) -> dict[str, Any]:
    """Return everything about agendas for JSON."""
    way = negotiation.way
    return {
        "readings": len(negotiation.zone),
        "readings_in_part": negotiation.n_part,
        "solution": negotiation.solution,
        "rule": way.rule,
        "rule_stated": negotiation.rule_stated,
        "lasts": [one.lasts for one in negotiation.ways if one.rule == way.rule],
        "taken_as_said": talks_data(negotiation.analysis),
        "no_zone_share": share_data(negotiation.no_zone),
        "no_zone_error": negotiation.no_zone.error,
        "all_at_once": _ends_data(negotiation, negotiation.whole),
        "agendas": [_outlook_data(negotiation, outlook) for outlook in negotiation.outlooks],
        "gaps": {
            gap.party: {
                **dict(zip(("low", "median", "high"), map(_rounded, gap.quartiles), strict=True)),
                "no_deal_worth_more": counted_data(gap.above),
            }
            for gap in gaps_of(negotiation.walk)
        },
        "unstated_residues": list(unstated_residues(negotiation.analysis)),
        "counted_twice": [
            {"shift": overlap.entry.label, "issues": list(overlap.issues)}
            for overlap in overlaps_of(negotiation.analysis)
        ],
        "search": _searched_data(negotiation, negotiation.searched),
    }


def _outlook_data(negotiation: Negotiation, outlook: Outlook) -> dict[str, Any]:
    agenda, way = outlook.agenda, negotiation.way
    entry = agenda.entry
    return {
        "name": agenda.name,
        "title": agenda.title,
        "order": agenda.text,
        "line": None if entry is None else entry.provenance.line or None,
        "sources": [] if entry is None else [str(c) for c in entry.provenance.because],
        "bundles": _bundles(negotiation, agenda.order),
        "searched": agenda.kind == "found",
        **_ends_data(negotiation, outlook.ends[way]),
        "under": [
            {"rule": one.rule, "lasts": one.lasts, **_ends_data(negotiation, ends)}
            for one, ends in outlook.ends.items()
        ],
        "break_even": {
            "shift": _even(negotiation, outlook.shift, way),
            "later_talks": _even(negotiation, outlook.later_talks, way),
            "after": {
                rule: {
                    "shift": _even_data(negotiation, outlook.shift.get(rule)),
                    "later_talks": _even_data(negotiation, outlook.later_talks[rule]),
                }
                for rule in outlook.later_talks
            },
        },
        "by_solution": {name: _solved_data(one) for name, one in outlook.by_solution.items()},
        "whatever_solution": {
            name: {"every": counted_data(one.surely), "none": counted_data(one.never)}
            for name, one in zip(negotiation.signatories, outlook.whatever, strict=False)
        },
        "first_by_itself": _refused_data(negotiation, outlook.by_itself),
        "in_first_bundle": _by_party(negotiation, outlook.stake),
        "ties_span": None if outlook.span is None else _rounded(outlook.span),
        "without": [_rest_data(negotiation, rest) for rest in outlook.rests],
        "decided_by_gap_of": [negotiation.signatories[p] for p in outlook.gap_decides],
    }


def _ends_data(negotiation: Negotiation, ends: Ends) -> dict[str, Any]:
    case = negotiation.analysis.case
    frequent = ends.frequent
    return {
        "completes": counted_data(ends.completes),
        "same_as_all_at_once": counted_data(ends.same),
        "first_as_it_is": counted_data(ends.as_it_is),
        "package_by_issue": {
            issue.name: {
                option: share_data(share)
                for option, share in zip(issue.options, shares, strict=True)
            }
            for issue, shares in zip(case.issues, ends.options, strict=True)
        },
        "most_frequent": None
        if frequent is None
        else {"package": case.vocabulary.named(frequent[0]), "share": share_data(frequent[1])},
        "packages": ends.n_packages,
        "values": _by_party(negotiation, ends.values),
        "against_all_at_once": _by_party(negotiation, ends.against),
        "worse_than_all_at_once": {
            name: counted_data(share)
            for name, share in zip(negotiation.walk.parties, ends.worse, strict=True)
        },
        "ends_at": [
            {
                "bundle": failure.bundle,
                **counted_data(failure.share),
                "excluded": [
                    {"parties": _names(negotiation, members), "part": _rounded(part)}
                    for members, part in failure.excluded
                ],
            }
            for failure in ends.failures
        ],
        "refused_by": {
            "no_deal": _alone_data(negotiation, ends.no_deal),
            "all_at_once": _alone_data(negotiation, ends.all_at_once),
            "jointly": {
                "no_deal": _jointly_data(negotiation, ends.no_deal),
                "all_at_once": _jointly_data(negotiation, ends.all_at_once),
            },
        },
        "ties": share_data(ends.ties),
        "ambiguous": share_data(ends.ambiguous),
        "zero_gains": share_data(ends.zero_gains),
        "exact": ends.exact,
    }


def _refused_data(negotiation: Negotiation, refused: Refused) -> dict[str, Any]:
    return {
        "refused_by": _alone_data(negotiation, refused),
        "jointly": _jointly_data(negotiation, refused),
        "nothing_suits": counted_data(refused.nothing_suits),
    }


def _alone_data(negotiation: Negotiation, refused: Refused) -> dict[str, Any]:
    return {
        name: {**counted_data(share), "clearly": share_data(clearly)}
        for name, share, clearly in zip(
            negotiation.signatories, refused.alone, refused.clearly, strict=True
        )
    }


def _jointly_data(negotiation: Negotiation, refused: Refused) -> list[dict[str, Any]]:
    return [
        {"parties": _names(negotiation, members), **counted_data(share)}
        for members, share in refused.jointly
    ]


def _even(
    negotiation: Negotiation, found: Mapping[Any, BreakEven], way: Way
) -> dict[str, Any] | None:
    return _even_data(negotiation, found.get(way.rule))


def _even_data(negotiation: Negotiation, even: BreakEven | None) -> dict[str, Any] | None:
    if even is None:
        return None
    return {
        **_quartiles(even.quartiles),
        "already": counted_data(even.already),
        "never": counted_data(even.never),
        "not_monotone": share_data(even.wavers),
        "who": {
            name: share_data(share)
            for name, share in zip(negotiation.signatories, even.who, strict=True)
        },
        "points": [
            {"shift": negotiation.walk.shifts[k].entry.label, **_quartiles(quartiles)}
            for k, quartiles in even.points.items()
        ],
    }


def _quartiles(quartiles: tuple[float, float, float]) -> dict[str, float | None]:
    numbers = [_rounded(number) if isfinite(number) else None for number in quartiles]
    return dict(zip(("low", "median", "high"), numbers, strict=True))


def _solved_data(one: Solved) -> dict[str, Any]:
    return {
        "completes": counted_data(one.completes),
        "no_deal": counted_data(one.no_deal),
        "all_at_once": counted_data(one.all_at_once),
    }


def _rest_data(negotiation: Negotiation, rest: Rest) -> dict[str, Any]:
    provenance = rest.left_out.provenance
    return {
        "left_out": input_words(negotiation, rest),
        "party": rest.left_out.party if isinstance(rest.left_out, Statement) else None,
        "line": provenance.line or None,
        "sources": [str(citation) for citation in provenance.because],
        **_solved_data(rest.solved),
        "changed": {name: _rounded(change) for name, change in rest.changed.items()},
        "repeats": list(rest.repeated),
    }


def _searched_data(negotiation: Negotiation, searched: Searched | None) -> dict[str, Any] | None:
    if searched is None:
        return None
    return {
        "agendas": searched.n_agendas,
        "of_all": searched.of_all,
        "complete": searched.complete,
        "most_bundles": searched.most_bundles,
        "readings": searched.n_rows,
        "best": [
            {
                "bundles": _bundles(negotiation, one.order),
                "completes": _rounded(one.completes),
                "begins": _rounded(one.begins),
                "worse_than_all_at_once": _by_party(negotiation, one.worse),
            }
            for one in searched.best
        ],
    }


def _bundles(negotiation: Negotiation, order: Order) -> list[list[str]]:
    issues = negotiation.analysis.case.issues
    return [[issues[k].name for k in bundle] for bundle in order]


def _by_party(negotiation: Negotiation, numbers: Sequence[float]) -> dict[str, float]:
    names = negotiation.walk.parties
    return {name: _rounded(number) for name, number in zip(names, numbers, strict=True)}


def _names(negotiation: Negotiation, members: Sequence[int]) -> list[str]:
    return [negotiation.signatories[p] for p in members]


def _rounded(number: float) -> float:
    return round(number, 6)
