"""``more_is_better`` and ``less_is_better``: which way a party prefers a numeric issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

from detente.document import AnyNode, Faults
from detente.frame import Frame
from detente.linear import Linear, Row
from detente.statements.statement import (
    Provenance,
    Statement,
    Trouble,
    issue_titles,
    unknown_issue,
)
from detente.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True, kw_only=True)
class _Direction(Statement):
    """One end of a numeric issue's range is the best, the other the worst; strictly.

    With only a direction the value is linear over the range.
    """

    SCHEMA: ClassVar[Mapping[str, object]] = {
        "description": "a numeric issue, or a list of them",
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    }
    RISING: ClassVar[bool]

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
        """Report issues that do not exist or are not numeric."""
        for name in self.issues:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary)
                continue
            issue = vocabulary.issues[vocabulary.index[name]]
            if issue.levels is None:
                hint = f"write order: {{{name}: {' > '.join(issue.options[:3])}}}, the best first"
                yield ("", f"{name} is not numeric", hint, "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the direction."""
        word = "more" if self.RISING else "less"
        return f"prefers {word} of {' and '.join(issue_titles(self.issues, vocabulary))}"

    def ends(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int | None, int | None]]:
        """The two ends of the range."""
        for name in self.issues:
            k = vocabulary.index[name]
            last = len(vocabulary.issues[k].options) - 1
            yield (k, last, 0) if self.RISING else (k, 0, last)

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State the ends, and that the issue matters."""
        for k, best, worst in self.ends(frame.vocabulary):
            if best is None or worst is None:
                continue
            high, low = frame.option(k, best), frame.option(k, worst)
            if frame.manner == "stated":
                swing = Linear.of(frame.swing_unknown(k))
                yield Row(linear=high - swing, relation="==", structural=True)
                yield Row(linear=low, relation="==", structural=True)
            yield Row(linear=high - low, relation=">")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreIsBetter(_Direction):
    """``more_is_better: pay``: the largest number of the range is the best."""

    KEY: ClassVar[str] = "more_is_better"
    EXAMPLE: ClassVar[str] = "more_is_better: pay"
    RISING: ClassVar[bool] = True

    def turned_round(self) -> Statement:
        """Return that less is better."""
        return LessIsBetter(party=self.party, provenance=self.provenance, issues=self.issues)


@dataclass(frozen=True, slots=True, kw_only=True)
class LessIsBetter(_Direction):
    """``less_is_better: pay``: the smallest number of the range is the best."""

    KEY: ClassVar[str] = "less_is_better"
    EXAMPLE: ClassVar[str] = "less_is_better: pay"
    RISING: ClassVar[bool] = False

    def turned_round(self) -> Statement:
        """Return that more is better."""
        return MoreIsBetter(party=self.party, provenance=self.provenance, issues=self.issues)


KINDS = (MoreIsBetter, LessIsBetter)
