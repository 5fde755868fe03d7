"""``priorities`` and ``ranking``: preferences given as an order only, without amounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, Items
from detente.expression import Comparison, Condition, Side
from detente.grammar import parse_comparison, parse_condition
from detente.statements.compare import WORDS, spoken
from detente.statements.statement import Provenance, Statement, Trouble, told
from detente.vocabulary import Package, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Priorities(Statement):
    """``priorities: [alliance == neutral, forces == none]``, the most important first.

    Of two packages the one that meets the first condition in which they differ is preferred (Hipel
    & Fang's option prioritisation). No deal counts as the status quo package.
    """

    KEY: ClassVar[str] = "priorities"
    ORDINAL: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "array",
        "description": "conditions, the most important first",
        "items": {"type": "string"},
        "minItems": 1,
    }
    EXAMPLE: ClassVar[str] = "priorities:\n  - shifts == none\n  - pay >= 2"

    conditions: tuple[Condition, ...]

    @classmethod
    def parse(
        cls,
        body: AnyNode,
        companions: Mapping[str, AnyNode],
        faults: Faults,
        *,
        party: str,
        provenance: Provenance,
    ) -> Self | None:
        """Read a list of conditions."""
        del companions
        shape = "write one condition a line, each after a dash"
        items = faults.items(body, shape=shape) or ()
        if isinstance(body, Items) and not items:
            faults.add(body, "no condition stands here", shape)
        conditions = [faults.parsed(item, parse_condition) for item in items]
        kept = tuple(condition for condition in conditions if condition is not None)
        return cls(party=party, provenance=provenance, conditions=kept) if kept else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names in the conditions."""
        for k, condition in enumerate(self.conditions):
            for error in condition.check(vocabulary):
                yield told(error, f"[{k}]")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the conditions in order."""
        del vocabulary
        texts = [" ".join(condition.text.split()) for condition in self.conditions]
        return "wants, in this order, " + ", then ".join(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking(Statement):
    """``ranking: framework ~ march_draft > no deal > status quo``, or a list of tiers, best first.

    A package not ranked is below every ranked one.
    """

    KEY: ClassVar[str] = "ranking"
    ORDINAL: ClassVar[bool] = True
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "description": "packages and 'no deal', the best first; ~ joins packages of one tier",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    EXAMPLE: ClassVar[str] = "ranking: march_draft > no deal > status quo"

    tiers: tuple[tuple[Side, ...], ...]
    text: str

    @classmethod
    def parse(
        cls,
        body: AnyNode,
        companions: Mapping[str, AnyNode],
        faults: Faults,
        *,
        party: str,
        provenance: Provenance,
    ) -> Self | None:
        """Read one chain, or a list of tiers."""
        del companions
        tiers: list[tuple[Side, ...]] = []
        texts = []
        if isinstance(body, Items) and not body.items:
            faults.add(body, "no package stands here", f"write {cls.EXAMPLE}")
        for item in body.items if isinstance(body, Items) else (body,):
            comparison = faults.parsed(item, parse_comparison)
            if comparison is None:
                continue
            if ">=" in comparison.relations:
                faults.add(item, "a ranking joins packages by > or ~ only")
                continue
            tiers.extend(_split(comparison))
            texts.append(comparison.text)
        if not tiers:
            return None
        return cls(party=party, provenance=provenance, tiers=tuple(tiers), text=" > ".join(texts))

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names, packages ranked twice, and a ranking without no deal."""
        troubled = False
        for side in self.sides():
            for error in side.check(vocabulary, self.text, words=WORDS):
                troubled = True
                yield told(error)
            if side.kind == "whatever else":
                troubled = True
                yield ("", "a ranking names whole packages", "leave out 'whatever else'", "")
        kinds = [side.kind for side in self.sides()]
        if kinds.count("no deal") != 1:
            hint = "put 'no deal' between the packages the party accepts and those it refuses"
            yield ("", "a ranking says once where no deal stands", hint, "")
        packages = [] if troubled else [package for package, _ in self.ranks(vocabulary)]
        if len(set(packages)) < len(packages):
            yield ("", "a package is ranked twice", "", "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the tiers, the best first."""
        tiers = [" level with ".join(spoken(side, vocabulary) for side in t) for t in self.tiers]
        return "ranks " + ", then ".join(tiers)

    def sides(self) -> Iterator[Side]:
        """Go through everything ranked, the best first."""
        for tier in self.tiers:
            yield from tier

    def ranks(self, vocabulary: Vocabulary) -> Iterator[tuple[Package, int]]:
        """Go through the packages with their rank: the last tier is 1, unranked ones are 0."""
        for height, tier in zip(range(len(self.tiers), 0, -1), self.tiers, strict=True):
            for side in tier:
                if side.kind != "no deal":
                    yield side.package(vocabulary), height

    @property
    def no_deal_rank(self) -> int:
        """The rank of no deal."""
        for height, tier in zip(range(len(self.tiers), 0, -1), self.tiers, strict=True):
            if any(side.kind == "no deal" for side in tier):
                return height
        return 0


def _split(comparison: Comparison) -> Iterator[tuple[Side, ...]]:
    tier = [comparison.sides[0]]
    for relation, side in zip(comparison.relations, comparison.sides[1:], strict=True):
        if relation == "~":
            tier.append(side)
        else:
            yield tuple(tier)
            tier = [side]
    yield tuple(tier)


KINDS = (Priorities, Ranking)
