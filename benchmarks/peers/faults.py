"""Small questions with one right answer, asked of NegMAS and of Detente in the same run.

What is right is worked out here from the definitions, by listing the packages with whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from benchmarks.peers.process import Process, raced

Package = tuple[int, ...]
Gains = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A question about a few packages.

    asked : in words; sought : what is asked for, by the name both sides answer it
    options : labels of each issue's options; values : by issue and party, in 1/scale points
    refused : (party, issue, option) that a party rejects whatever else a package holds
    banned : (issue, option) that no package may have, whoever wants it
    """

    asked: str
    sought: str
    options: tuple[tuple[str, ...], ...]
    values: tuple[tuple[tuple[int, ...], ...], ...]
    no_deal: tuple[int, ...]
    scale: int = 1
    refused: tuple[tuple[int, int, int], ...] = ()
    banned: tuple[tuple[int, int], ...] = ()

    def given(self) -> dict[str, Any]:
        """Return the question as sides take it."""
        return {
            "sought": self.sought,
            "scale": self.scale,
            "values": [[list(row) for row in table] for table in self.values],
            "no_deal": list(self.no_deal),
            "refused": [list(line) for line in self.refused],
            "banned": [list(line) for line in self.banned],
        }

    def named(self, packages: Sequence[Sequence[int]]) -> str:
        """Say packages by the labels of their options."""
        names = [
            " ".join(labels[option] for labels, option in zip(self.options, package, strict=True))
            for package in sorted(map(tuple, packages))
        ]
        return ", ".join(names) or "none"

    def right(self) -> list[Package]:
        """Return the right packages, by definition."""
        never = {*self.banned, *((issue, option) for _, issue, option in self.refused)}
        acceptable = {
            package: gains
            for package in product(*(range(len(labels)) for labels in self.options))
            if not never & set(enumerate(package)) and min(gains := self._gains(package)) >= 0
        }
        return _DEFINITIONS[self.sought](acceptable)

    def _gains(self, package: Package) -> Gains:
        return tuple(
            sum(table[party][option] for table, option in zip(self.values, package, strict=True))
            - no_deal
            for party, no_deal in enumerate(self.no_deal)
        )


def _frontier(acceptable: Mapping[Package, Gains]) -> list[Package]:
    """Return the packages of which no other is worth more to one party and no less to any."""
    return [
        package
        for package, gains in acceptable.items()
        if not any(
            other != gains and all(o >= g for o, g in zip(other, gains, strict=True))
            for other in acceptable.values()
        )
    ]


def _largest(acceptable: Mapping[Package, Gains], key: Callable[[Gains], Any]) -> list[Package]:
    """Return the acceptable packages on the frontier whose gains are largest by a measure."""
    best = max((key(gains) for gains in acceptable.values()), default=None)
    efficient = set(_frontier(acceptable))
    return [p for p, gains in acceptable.items() if key(gains) == best and p in efficient]


def _nash(acceptable: Mapping[Package, Gains]) -> list[Package]:
    """Return Nash's: the largest product of gains, of those parties that can gain at all."""
    ideal = _ideal(acceptable)
    return _largest(acceptable, lambda g: prod(x for x, i in zip(g, ideal, strict=True) if i))


def _kalai_smorodinsky(acceptable: Mapping[Package, Gains]) -> list[Package]:
    """Return Kalai-Smorodinsky's: the smallest share of the ideal gain largest, then the next."""
    ideal = _ideal(acceptable)
    return _largest(
        acceptable, lambda g: sorted(Fraction(x, i) for x, i in zip(g, ideal, strict=True) if i)
    )


def _utilitarian(acceptable: Mapping[Package, Gains]) -> list[Package]:
    return _largest(acceptable, sum)


def _ideal(acceptable: Mapping[Package, Gains]) -> Gains:
    return tuple(map(max, zip(*acceptable.values(), strict=True))) if acceptable else ()


_DEFINITIONS: Mapping[str, Callable[[Mapping[Package, Gains]], list[Package]]] = {
    "frontier": _frontier,
    "nash": _nash,
    "kalai_smorodinsky": _kalai_smorodinsky,
    "utilitarian": _utilitarian,
}

_PRICES = (("low", "mid", "high"), ("uninspected", "inspected"))
_PRICED = (((0, 2, 3), (3, 1, 0)), ((1, 0), (0, 1)))
_RED_LINE = ((1, 1, 0),)
_THREE = (("A", "B", "C"),)

FAULTS: tuple[Fault, ...] = (
    Fault(
        asked="A seller gets 0, 2, 3 from the price low, mid, high and 1 more without inspection; "
        "a buyer gets 3, 1, 0 and 1 more with it, and refuses any package without. The frontier?",
        sought="frontier",
        options=_PRICES,
        values=_PRICED,
        no_deal=(0, 0),
        refused=_RED_LINE,
    ),
    Fault(
        asked="The same, and the Nash solution?",
        sought="nash",
        options=_PRICES,
        values=_PRICED,
        no_deal=(0, 0),
        refused=_RED_LINE,
    ),
    Fault(
        asked="A is worth 1 and 2, B 3 and 0, C 2 and 1, but a constraint on packages forbids B. "
        "The frontier?",
        sought="frontier",
        options=_THREE,
        values=(((1, 3, 2), (2, 0, 1)),),
        no_deal=(0, 0),
        banned=((0, 1),),
    ),
    Fault(
        asked="A gives the two parties 0 and 1, B and C both 1 and 0. All of the frontier?",
        sought="frontier",
        options=_THREE,
        values=(((0, 1, 1), (1, 0, 0)),),
        no_deal=(0, 0),
    ),
    Fault(
        asked="A or a gives party one 0.1 or 0.3 and party two 0.2 or 0, B or b gives 0.2 or 0 and "
        "0 or 0.5. A B is worth 0.3 and 0.2, a b 0.3 and 0.5. The frontier?",
        sought="frontier",
        options=(("A", "a"), ("B", "b")),
        values=(((1, 3), (2, 0)), ((2, 0), (0, 5))),
        no_deal=(0, 0),
        scale=10,
    ),
    Fault(
        asked="A is worth 1 and 0.6, B 0.74 and 0.74, C 0.5 and 1, no deal 0 and 0. Nash?",
        sought="nash",
        options=_THREE,
        values=(((100, 74, 50), (60, 74, 100)),),
        no_deal=(0, 0),
        scale=100,
    ),
    Fault(
        asked="A is worth 0.9 and 0.205, B 0.2 and 0.21, C 0 and 1, D 1 and 0, no deal 0 and 0. "
        "Kalai-Smorodinsky?",
        sought="kalai_smorodinsky",
        options=(("A", "B", "C", "D"),),
        values=(((900, 200, 0, 1000), (205, 210, 1000, 0)),),
        no_deal=(0, 0),
        scale=1000,
    ),
    Fault(
        asked="A is worth 1, 3 and 5, B 3, 1 and 5, C 2, 2.5 and 5, no deal 0, 0 and 5. The "
        "largest sum of gains?",
        sought="utilitarian",
        options=_THREE,
        values=(((2, 6, 4), (6, 2, 5), (10, 10, 10)),),
        no_deal=(0, 0, 10),
        scale=2,
    ),
    Fault(
        asked="A is worth 0.001, 0.001, 0.001 and 0.0009 to four parties, B 0.0002 to three and "
        "0.001 to the last, C and no deal 0 to all. Nash?",
        sought="nash",
        options=_THREE,
        values=(((10, 2, 0), (10, 2, 0), (10, 2, 0), (9, 10, 0)),),
        no_deal=(0, 0, 0, 0),
        scale=10_000,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One question with what each side says, and what is right."""

    asked: str
    negmas: str
    right: str
    detente: str

    @property
    def sound(self) -> bool:
        """Whether Detente is right."""
        return self.detente == self.right


def asked_of(
    detente: Process, negmas: Process, faults: Sequence[Fault] = FAULTS
) -> tuple[Said, ...]:
    """Ask every question of both sides."""
    said = []
    for fault in faults:
        answers = raced((detente, negmas), "packages", fault.given(), repeats=1)
        ours, theirs = (answers[process.entrant.name] for process in (detente, negmas))
        said.append(
            Said(
                asked=fault.asked,
                negmas=theirs.problem or fault.named(theirs.answer),
                right=fault.named(fault.right()),
                detente=ours.problem or fault.named(ours.answer),
            )
        )
    return tuple(said)
