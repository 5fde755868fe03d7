"""``order``: which options of an issue a party prefers, the best first and the worst last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from detente.document import AnyNode, Faults
from detente.errors import quote
from detente.expression import Chain, no_such_option
from detente.frame import Frame
from detente.grammar import parse_chain
from detente.linear import Linear, Row, related
from detente.statements.statement import (
    Provenance,
    Statement,
    Trouble,
    spoken_chain,
    told,
    unknown_issue,
)
from detente.vocabulary import Issue, Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Statement):
    """``order: {shifts: none > voluntary > required}``.

    The first option named is the best of its issue and the last the worst; options left out lie
    anywhere between, ends included. ``>`` is strict, ``>=`` allows a tie, ``~`` states one.
    """

    KEY: ClassVar[str] = "order"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "object",
        "description": "for each issue its options, the best first, joined by >, >= or ~",
        "additionalProperties": {"type": "string"},
        "minProperties": 1,
    }
    EXAMPLE: ClassVar[str] = "order: {shifts: none > voluntary > required}"

    chains: tuple[tuple[str, Chain], ...]

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
        """Read a mapping from issues to chains of options."""
        del companions
        fields = faults.fields(body, shape=f"write {cls.EXAMPLE}")
        if fields is None:
            return None
        chains = tuple(
            (issue, chain)
            for issue, node in fields.items()
            if (chain := faults.parsed(node, parse_chain)) is not None
        )
        return cls(party=party, provenance=provenance, chains=chains) if chains else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report issues and options that do not exist, and options named twice."""
        for name, chain in self.chains:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary, name)
                continue
            yield from _check_chain(vocabulary.issues[vocabulary.index[name]], chain)

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the order of each issue."""
        parts = []
        for name, chain in self.chains:
            issue = vocabulary.issues[vocabulary.index[name]]
            words = [issue.option_label(issue.position(word.text) or 0) for word in chain.words]
            parts.append(f"prefers on {issue.label}: {spoken_chain(words, chain.relations)}")
        return "; ".join(parts)

    def ends(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int | None, int | None]]:
        """The first option is the best, the last the worst."""
        for k, options, _ in self._positions(vocabulary):
            yield k, options[0], options[-1]

    def breakpoints(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Every option named gets a value of its own."""
        for k, options, _ in self._positions(vocabulary):
            yield from ((k, option) for option in options)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the ends and the order between the options named."""
        for k, options, relations in self._positions(frame.vocabulary):
            values = [frame.option(k, option) for option in options]
            if frame.manner == "stated":
                swing = Linear.of(frame.swing_unknown(k))
                yield Row(linear=values[0] - swing, relation="==", structural=True)
                yield Row(linear=values[-1], relation="==", structural=True)
            for relation, better, worse in zip(relations, values, values[1:], strict=False):
                yield from related(better, relation, worse, certain=self.certain)

    def turned_round(self) -> Self:
        """Return every chain in the opposite order."""
        return replace(self, chains=tuple((name, chain.reversed()) for name, chain in self.chains))

    def _positions(
        self, vocabulary: Vocabulary
    ) -> Iterator[tuple[int, tuple[int, ...], tuple[str, ...]]]:
        for name, chain in self.chains:
            k = vocabulary.index[name]
            positions = [vocabulary.issues[k].position(word.text) for word in chain.words]
            yield k, tuple(option for option in positions if option is not None), chain.relations


def _check_chain(issue: Issue, chain: Chain) -> Iterator[Trouble]:
    seen: set[int] = set()
    for word in chain.words:
        option = issue.position(word.text)
        if option is None:
            yield told(no_such_option(issue, word, chain.text), issue.name)
        elif option in seen:
            yield (issue.name, f"{quote(word.text)} is named twice in the order", "", "")
        else:
            seen.add(option)
    if len(chain.words) == 1 and len(issue.options) > 1:
        hint = f"for instance {issue.options[0]} > {issue.options[-1]}"
        yield (issue.name, "an order names at least two options", hint, "")


KINDS = (Order,)
