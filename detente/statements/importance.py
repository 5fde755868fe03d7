"""``importance``: which issues matter more to a party, between its worst and best on the table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from detente.document import AnyNode, Faults
from detente.expression import Chain
from detente.frame import Frame
from detente.grammar import parse_chain
from detente.linear import Row, related
from detente.statements.statement import (
    Provenance,
    Statement,
    Trouble,
    issue_titles,
    unknown_issue,
)
from detente.vocabulary import Vocabulary

_CARES = {">": "more about", ">=": "at least as much about", "~": "as much about"}
_LINK = {">": "than about", ">=": "as about", "~": "as about"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance(Statement):
    """``importance: shifts > cranes > pay``.

    Compares *swings*: what it is worth to the party to move an issue from its worst to its best
    option within the options on the table (Edwards 1977; von Winterfeldt & Edwards 1986).
    """

    KEY: ClassVar[str] = "importance"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "description": "issues joined by >, >= or ~, the most important first",
    }
    EXAMPLE: ClassVar[str] = "importance: shifts > cranes > pay"

    chain: Chain

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
        """Read a chain of issues."""
        del companions
        chain = faults.parsed(body, parse_chain)
        return None if chain is None else cls(party=party, provenance=provenance, chain=chain)

    @property
    def issues(self) -> tuple[str, ...]:
        """The issues compared, the most important first."""
        return tuple(word.text for word in self.chain.words)

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report issues that do not exist, are named twice, or stand alone."""
        for name in self.issues:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary)
        if len(self.issues) == 1:
            hint = "for instance shifts > pay"
            yield ("", "importance compares at least two issues", hint, "")
        elif len(set(self.issues)) < len(self.issues):
            yield ("", "an issue is named twice", "", "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say which issue matters more."""
        titles = issue_titles(self.issues, vocabulary)
        parts = [
            f"{_CARES[relation]} {more} {_LINK[relation]} {less}"
            for relation, more, less in zip(self.chain.relations, titles, titles[1:], strict=False)
        ]
        return f"cares {', and '.join(parts)}"

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the order of the swings."""
        swings = [frame.swing(frame.vocabulary.index[name]) for name in self.issues]
        for relation, more, less in zip(self.chain.relations, swings, swings[1:], strict=False):
            if more is not None and less is not None:
                yield from related(more, relation, less, certain=self.certain)


KINDS = (Importance,)
