"""Random talks against plain recursion in fractions, many more than the suite has time for.

Run it with ``python -m tests.campaigns.agendas [instances] [first seed]``. Every instance is worked
out for several agendas, under both rules and every solution, in arrays and in compiled code, alone
and in a search over all agendas.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from unittest import mock

from detente.solvers import thresholds
from detente.solvers.agenda import course_of
from detente.solvers.agendas import search
from tests.solvers import agendas as plain

_AGENDAS = 3
_FORMS = {"arrays": 10**18, "compiled": 0}


def check(seed: int) -> Counter[str]:
    """Hold one instance against the definition; return what was met, and mismatches."""
    game, rng = plain.instance(seed), random.Random(seed)  # noqa: S311 - instances, not secrets
    talks = game.talks(2)
    orders = list(plain.partitions(range(len(game.sizes))))
    met = Counter({"instances": 1})
    met["with a constraint"] += bool(game.forbidden)
    met["with nothing that can be completed"] += not game.completes({})
    met["with a party that decides nothing"] += game.n_signatories < game.n_parties
    for rule in ("end", "set aside"):
        solution = rng.choice(list(plain.SOLUTIONS))
        every = search(talks, rule=rule, solution=solution)
        found = [every.order(k) for k in range(len(every))]
        for order in rng.sample(orders, min(_AGENDAS, len(orders))):
            reverse = rng.random() < 0.3
            wanted = plain.ending(game, order, rule=rule, solution=solution, reverse=reverse)
            expected = plain.expected(game, wanted)
            for form, least in _FORMS.items():
                with mock.patch.object(thresholds, "COMPILED_CELLS", least):
                    course = course_of(
                        talks, order, rule=rule, solution=solution, reverse_ties=reverse
                    )
                if any(plain.told(course, row) != expected for row in (0, 1)):
                    met["MISMATCHES"] += 1
                    print(f"{seed}: {order}, {rule}, {solution}, {form}")
            forward = plain.ending(game, order, rule=rule, solution=solution)
            place = found.index(order)
            if every.values[place].tolist() != [float(value) for value in forward.value]:
                met["MISMATCHES"] += 1
                print(f"{seed}: {order}, {rule}, {solution}, search")
            met["agendas"] += 1
            met[f"agendas, {solution}"] += 1
            met["ending early"] += not wanted.completes
            met["with a bundle set aside"] += bool(wanted.set_aside)
            met["with a zero gain"] += wanted.zero
            met["with a tie"] += wanted.tie
            met["with a tie that matters"] += wanted.ambiguous
    return met


def main(n_instances: int, first: int) -> int:
    """Check instances in turn and print what was met."""
    met: Counter[str] = Counter({"MISMATCHES": 0})
    for seed in range(first, first + n_instances):
        met.update(check(seed))
    for what, count in met.items():
        print(f"{count:7,} {what}")
    return 1 if met["MISMATCHES"] else 0


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [1000, 0][len(given) :])))
