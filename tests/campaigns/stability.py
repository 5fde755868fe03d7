"""Random conflicts against the definitions, many more than the suite has time for.

Run it with ``python -m tests.campaigns.stability [conflicts] [first seed]``; it stops at the first
disagreement. Every registered concept is held against its definition on every state of conflicts in
option form and on graphs, in every engine; a concept without a definition here is one, too.
Another check is one more function in :data:`CHECKS`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from unittest.mock import patch

import numpy as np

from detente.solvers import stability as module
from detente.solvers import thresholds
from detente.solvers.concept import Model
from detente.solvers.sanctions_in_option_form import InOptionForm
from detente.solvers.stability import BASIC_KEYS, CONCEPTS, stability
from tests.campaigns.coalitions import coalitions, inverses
from tests.campaigns.counted import campaign
from tests.solvers import conflicts as plain
from tests.solvers.conflicts import Conflict, random_conflict
from tests.solvers.test_horizon import Plain
from tests.solvers.test_simultaneous import by_definition

LIMITED = ("L_1", "L_2", "L_3", "L_6")
"""Horizons that are checked beside the registered concepts."""

BOTH = (("plain", 10**9), ("compiled", 0))
"""Moves from which searches are compiled."""

Check = Callable[[Conflict, int], Counter[str]]


def by_any_definition(conflict: Conflict, key: str) -> list[list[bool]]:
    """Return whether each state is stable for each party, by a definition written for tests."""
    if key in BASIC_KEYS:
        return plain.verdicts(conflict, key)
    if key == "SIM":
        return by_definition(conflict.form, conflict.rank_array)
    look = Plain(conflict.moves, conflict.ranks)
    states = range(conflict.n_states)
    if key.startswith("L_"):
        return [[look.stays(mover, s, int(key[2:])) for s in states] for mover in range(2)]
    if key == "NM":
        seen = [look.everything(conflict.n_states, 0)]
        while (after := look.everything(conflict.n_states, len(seen))) not in seen:
            seen.append(after)
        repeated = range(seen.index(after) + 1, len(seen) + 1)
        return [[all(look.stays(m, s, h) for h in repeated) for s in states] for m in range(2)]
    raise LookupError(f"{key} is registered and has no definition here")


def every_way(conflict: Conflict) -> Iterator[tuple[str, Model]]:
    """Yield the conflict in each form that it has, while each engine in turn is chosen for it."""
    chosen = module.engine_of
    ways = [(f"on a graph, {name}", most, chosen, conflict.graph) for name, most in BOTH]
    form = conflict.form
    if form is not None:
        ways += [(f"written out, {name}", most, chosen, form) for name, most in BOTH]
        if all(form.transitive(party) for party in range(form.n_parties)):
            ways.append(("in option form", 0, InOptionForm, form))
    for name, most, engine_of, model in ways:
        with (
            patch.object(thresholds, "COMPILED_MOVES", most),
            patch.object(module, "engine_of", engine_of),
        ):
            yield name, model


def states(conflict: Conflict, seed: int) -> Counter[str]:
    """Hold every concept against its definition on all states."""
    counts: Counter[str] = Counter()
    wanted: dict[str, list[list[bool]]] = {}
    for way, model in every_way(conflict):
        keys = [key for key, concept in CONCEPTS.items() if concept.fits(model)]
        keys += LIMITED if conflict.n_parties == 2 else ()
        found = stability(model, conflict.rank_array, keys)
        for key in keys:
            if key not in wanted:
                wanted[key] = by_any_definition(conflict, key)
                counts[f"stable by {key}"] += int(np.sum(wanted[key]))
                counts[f"of verdicts by {key}"] += np.size(wanted[key])
            assert found.of(key).tolist() == wanted[key], (seed, way, key)
        counts[f"conflicts {way}"] += 1
    return counts


CHECKS: tuple[Check, ...] = (states, coalitions, inverses)
"""Each holds something about one conflict against its definition, and counts what it has seen."""


def check(seed: int) -> Counter[str]:
    """Run every check on one conflict."""
    conflict = random_conflict(seed)
    counts = Counter({"conflicts": 1, f"with {conflict.n_parties} parties": 1})
    for one in CHECKS:
        counts.update(one(conflict, seed))
    return counts


if __name__ == "__main__":
    sys.exit(campaign(check, otherwise=2000))
