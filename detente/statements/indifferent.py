"""``indifferent``: an issue on which every option is the same to a party."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from detente.document import AnyNode, Faults
from detente.frame import Frame
from detente.linear import Linear, Row, related
from detente.statements.statement import (
    Provenance,
    Statement,
    Trouble,
    issue_titles,
    unknown_issue,
)
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class Indifferent(Statement):
    """``indifferent: cranes``: the issue's swing is nothing (below certainty: under one point)."""

    KEY: ClassVar[str] = "indifferent"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "description": "an issue, or a list of issues, on which every option is the same",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    EXAMPLE: ClassVar[str] = "indifferent: cranes"

    issues: tuple[str, ...]

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
        """Read one issue or a list of issues."""
        del companions
        issues = faults.texts(body)
        return cls(party=party, provenance=provenance, issues=issues) if issues else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report issues that do not exist."""
        for name in self.issues:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary)

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say which issues do not matter."""
        return f"is indifferent about {' and '.join(issue_titles(self.issues, vocabulary))}"

    def ends(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int | None, int | None]]:
        """Any option is as good as any other; the first stands for both ends."""
        if self.certain:
            yield from ((vocabulary.index[name], 0, 0) for name in self.issues)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State that the issue's options do not differ."""
        for name in self.issues:
            k = frame.vocabulary.index[name]
            if frame.manner == "stated":
                swing = Linear.of(frame.swing_unknown(k))
                if self.certain:
                    yield Row(linear=swing, relation="==")
                else:
                    yield Row(linear=-swing + 1, relation=">=")
                continue
            values = [frame.option(k, option) for option in frame.breakpoints[k]]
            for value in values[1:]:
                yield from related(values[0], "~", value, certain=self.certain)


KINDS = (Indifferent,)
