"""Roadmaps as plain values for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.blocks.walk_away import Lasts
from detente.going_on import Carried, Spread
from detente.implementation import Implementation
from detente.number import json_number
from detente.prose import counted_data, share_data
from detente.reliance import Reliance
from detente.roadmaps import Outlook, Roadmaps, Shown
from detente.signing import Ends
from detente.solvers.roadmap import Gate, Stages
from detente.telling.order import entry_text
from detente.telling.order_repairs import change_text
from detente.telling.passing_time import roadmap_data as taken_as_said
from detente.timing import unit_of


def roadmap_data(roadmaps: Roadmaps) -> dict[str, Any]:
    """Return everything found; the duration told at length stands at the top."""
    implementation = roadmaps.implementation
    durations = {
        _key(lasts): _outlook(roadmaps, outlook) for lasts, outlook in roadmaps.outlooks.items()
    }
    return {
        "accepted": counted_data(implementation.judged.together),
        "items": _items(implementation),
        "unit": unit_of(implementation.analysis) or None,
        "deadline": _number(implementation.timing.deadline),
        "taken_as_said": taken_as_said(implementation.analysis),
        "lasts": roadmaps.told,
        **durations[_key(roadmaps.told)],
        "durations": durations,
        "repairs": [_mending(roadmaps, k) for k in roadmaps.mendings],
        "yardsticks": _yardsticks(roadmaps),
        "without": [_without(roadmaps, one) for one in roadmaps.reliance],
    }


def _key(lasts: Lasts | None) -> str:
    return lasts or "as stated"


def _number(amount: float | None) -> float | None:
    return None if amount is None else round(float(amount), 6)


def _items(implementation: Implementation) -> list[dict[str, Any]]:
    named = implementation.analysis.case.vocabulary.named(implementation.package)
    found = []
    for issue in implementation.issues:
        entry = implementation.entries.get(issue)
        found.append(
            {
                "issue": issue,
                "option": named[issue],
                "delivered_by": [] if entry is None else list(entry.delivered_by),
                "takes": 0 if entry is None else json_number(entry.takes),
                "after": [] if entry is None else list(entry.after),
                "with": [] if entry is None else list(entry.together),
            }
        )
    return found


def _outlook(roadmaps: Roadmaps, outlook: Outlook) -> dict[str, Any]:
    implementation, staging = roadmaps.implementation, outlook.staging
    least = implementation_names(implementation, staging.least)
    return {
        "orders": {
            "total": staging.total,
            "self_enforcing": staging.average,
            "searched": staging.searched,
            "complete": staging.complete,
            "in_every_reading": staging.everywhere,
            "some_order": {**counted_data(staging.some), "undecided": _number(staging.undecided)},
            "best_order": counted_data(outlook.best[0].holds),
            "as_good": len(staging.leaders),
            "worst_order": _number(staging.worst),
            "least": least,
        },
        "ends": _ends(outlook.ends),
        "best": [_best(implementation, one) for one in outlook.best],
        "given": [
            _given(implementation, one, order)
            for one, order in zip(roadmaps.shown, outlook.carried, strict=True)
            if one.proposed is not None
        ],
    }


def implementation_names(implementation: Implementation, stages: Stages) -> list[list[str]]:
    """Return the stages of an order by the names of their issues."""
    return [[implementation.issues[item] for item in stage] for stage in stages]


def _ends(ends: Ends) -> dict[str, Any]:
    return {
        "signs": counted_data(ends.signs),
        "stays": counted_data(ends.stays),
        "order_matters": not (ends.signing_fixed and ends.last_fixed),
        "parties": {
            one.party: {
                "signs": counted_data(one.signs),
                "stays": counted_data(one.stays),
                "guarantee": _spread(one.short),
                "gap": {
                    "mean": _number(one.gap.mean),
                    "low": _number(one.gap.low),
                    "high": _number(one.gap.high),
                },
                "leaves_by_gap_alone": counted_data(one.by_gap),
                "hangs_on_the_gap": one.hangs,
                "tests_only_the_gap": one.same,
            }
            for one in ends.parties
        },
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        **counted_data(spread.share),
        "mean": _number(spread.mean),
        "median": _number(spread.median),
        "in_95_percent": _number(spread.most),
    }


def _best(implementation: Implementation, order: Carried) -> dict[str, Any]:
    never = {
        name: _number(1 - spread.share.value)
        for name, spread in zip(implementation.signatories, order.missing, strict=True)
    }
    return {
        "stages": implementation_names(implementation, order.stages),
        "slack": _number(float(order.slack.min())),
        "guarantee": {
            name: _number(spread.mean)
            for name, spread in zip(implementation.signatories, order.missing, strict=True)
        },
        "shares": {**never, "all": share_data(order.holds)},
        **_timed(implementation, order.stages),
    }


def _timed(implementation: Implementation, stages: Stages) -> dict[str, Any]:
    through = implementation.through_by_deadline(stages)
    return {
        "takes": json_number(implementation.time_of(stages)),
        "in_force_by_deadline": None
        if through is None
        else [implementation.issues[item] for item in through],
    }


def _given(implementation: Implementation, shown: Shown, order: Carried) -> dict[str, Any]:
    proposed = shown.proposed
    gate, party = order.tightest
    place = _place(order.gates[gate])
    found: dict[str, Any] = {
        "name": None if proposed is None else proposed.name,
        "title": None if proposed is None else proposed.label,
        "stages": implementation_names(implementation, order.stages),
        **place,
        "party": implementation.signatories[party],
        "going_on": _number(order.going_on[gate, party]),
        "walking_away": _number(order.walking_away[gate, party]),
        "breaks": not order.holds_on_average,
        "holds": counted_data(order.holds),
        "exact": order.exact,
        "most_often": _most_often(implementation, order),
        "guarantee": {
            name: _spread(spread)
            for name, spread in zip(implementation.signatories, order.missing, strict=True)
        },
        "gates": [
            {**_place(one), "parties": _gate(implementation, order, k)}
            for k, one in enumerate(order.gates)
        ],
        **_timed(implementation, order.stages),
    }
    if proposed is not None:
        found["left_out"] = list(proposed.left_out)
        found["added"] = list(proposed.added)
        found["against"] = [list(pair) for pair in (*proposed.against, *proposed.apart)]
    return found


def _mending(roadmaps: Roadmaps, place: int) -> dict[str, Any]:
    implementation, mending = roadmaps.implementation, roadmaps.mendings[place]
    order = roadmaps.outlook.carried[place]
    return {
        "stages": implementation_names(implementation, mending.stages),
        "no_order_mends": counted_data(mending.fixed),
        "changes": [
            {
                "kind": change.kind.replace(" ", "_"),
                "text": change_text(implementation, order, change),
                "helps": change.helps,
                "holds": counted_data(change.holds),
                "guarantee": _spread(change.needed),
                "payments": [
                    {"party": one.party, **_place(one.gate), **_spread(one.amount)}
                    for one in change.payments
                ],
                "guarantees": dict(
                    zip(implementation.signatories, map(_number, change.guarantees), strict=False)
                ),
            }
            for change in mending.changes
        ],
    }


def _yardsticks(roadmaps: Roadmaps) -> dict[str, Any]:
    issues = roadmaps.implementation.analysis.case.issues
    return {
        party: {
            "issue": issues[step.issue].name,
            "from": issues[step.issue].options[step.worse],
            "to": issues[step.issue].options[step.better],
            "worth": _number(step.worth),
        }
        for party, step in roadmaps.yardsticks.items()
    }


def _place(gate: Gate) -> dict[str, Any]:
    return {"stage": gate.after + 1 if gate.inside else gate.after, "inside": gate.inside}


def _most_often(implementation: Implementation, order: Carried) -> dict[str, Any] | None:
    if order.weakest is None:
        return None
    gate, party = order.weakest
    return {
        **_place(order.gates[gate]),
        "party": implementation.signatories[party],
        **counted_data(order.leaves[gate][party]),
    }


def _gate(implementation: Implementation, order: Carried, gate: int) -> Mapping[str, Any]:
    found = {}
    for party, name in enumerate(implementation.signatories):
        lacking = order.short[gate][party]
        if lacking is not None:
            found[name] = {
                "going_on": _number(order.going_on[gate, party]),
                "walking_away": _number(order.walking_away[gate, party]),
                "guarantee": _spread(lacking),
            }
    return found


def _without(roadmaps: Roadmaps, one: Reliance) -> dict[str, Any]:
    entry = one.entry
    return {
        "kind": type(entry).__name__.lower(),
        "text": entry_text(roadmaps.implementation, entry),
        "line": entry.provenance.line or None,
        "sources": [str(citation) for citation in entry.provenance.because],
        "orders": [
            {
                "stages": implementation_names(roadmaps.implementation, roadmaps.shown[k].stages),
                "holds": {_key(d): counted_data(w[k].holds) for d, w in one.without.items()},
                "weighs": {_key(d): one.weighs(k, d) for d in one.without},
            }
            for k in range(len(next(iter(one.without.values()))))
        ],
    }
