"""``scores``: values of options in points on the user's own scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, Fields, bounds_text
from detente.expression import Formula
from detente.frame import Frame
from detente.grammar import parse_formula
from detente.linear import Bounds, Row
from detente.number import rounded
from detente.statements.statement import Provenance, Statement, Trouble, unknown_issue
from detente.statements.within import unknown_option
from detente.vocabulary import Issue, Vocabulary

_LONGEST_AMOUNT = 12
"""Characters of an exact amount that is told as it is."""

Score = Formula | tuple[tuple[str, Bounds], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores(Statement):
    """``scores: {shifts: {none: 0, voluntary: 20..25, required: 30}, pay: 32 - 4*x}``.

    A numeric issue takes a formula in x or scores at some numbers, its two ends among them; between
    two scored numbers the value is linear. Other issues need a score for every option.
    """

    KEY: ClassVar[str] = "scores"
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "object",
        "description": "for each issue a formula in x, or its options with numbers or ranges",
        "additionalProperties": {
            "anyOf": [
                {"type": ["string", "number"]},
                {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
            ]
        },
        "minProperties": 1,
    }
    EXAMPLE: ClassVar[str] = "scores: {shifts: {none: 0, required: 30}, pay: 32 - 4*x}"

    scores: tuple[tuple[str, Score], ...]

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
        """Read issue -> formula, or issue -> option -> amount."""
        del companions
        scores: list[tuple[str, Score]] = []
        for issue, node in (faults.fields(body, shape=f"write {cls.EXAMPLE}") or {}).items():
            if isinstance(node, Fields):
                amounts = tuple(
                    (option, bounds)
                    for option, amount in node.fields.items()
                    if (bounds := faults.bounds(amount)) is not None
                )
                scores.append((issue, amounts))
                continue
            formula = faults.parsed(node, parse_formula)
            if formula is not None:
                scores.append((issue, formula))
        return cls(party=party, provenance=provenance, scores=tuple(scores)) if scores else None

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names and options without a score."""
        for name, score in self.scores:
            if name not in vocabulary.index:
                yield unknown_issue(name, vocabulary, name)
                continue
            issue = vocabulary.issues[vocabulary.index[name]]
            if isinstance(score, Formula):
                if issue.levels is None and len(score.coefficients) > 1:
                    yield (name, f"{name} is not numeric, so it has no x", "score its options", "")
                continue
            yield from _check_options(issue, score)

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the scores."""
        parts = []
        for name, score in self.scores:
            issue = vocabulary.issues[vocabulary.index[name]]
            if isinstance(score, Formula):
                parts.append(f"{issue.label}: {score.text}")
                continue
            amounts = ", ".join(
                f"{issue.option_label(issue.position(option) or 0)} {_amount(bounds)}"
                for option, bounds in score
            )
            parts.append(f"{issue.label}: {amounts}")
        return "scores " + "; ".join(parts)

    def breakpoints(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Every option scored gets a value of its own; a formula scores them all."""
        for k, option, _ in self.amounts(vocabulary):
            yield k, option

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State each score."""
        for k, option, bounds in self.amounts(frame.vocabulary):
            yield from bounds.rows(frame.option(k, option))

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of every range."""
        scores: list[tuple[str, Score]] = []
        for name, score in self.scores:
            if isinstance(score, Formula):
                scores.append((name, score))
                continue
            ends = [(option, bounds.at_end(high=high) or bounds) for option, bounds in score]
            scores.append((name, tuple(ends)))
        found = replace(self, scores=tuple(scores))
        return None if found == self else found

    def amounts(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int, Bounds]]:
        """Go through all scores: (issue, option, amount)."""
        for name, score in self.scores:
            k = vocabulary.index[name]
            issue = vocabulary.issues[k]
            if not isinstance(score, Formula):
                for option, bounds in score:
                    position = issue.position(option)
                    if position is not None:
                        yield k, position, bounds
                continue
            for position in range(len(issue.options)):
                x = issue.levels[position] if issue.levels is not None else score.coefficients[0]
                value = score.at(x) if issue.levels is not None else score.coefficients[0]
                yield k, position, Bounds(low=value, high=value)


def _check_options(issue: Issue, amounts: tuple[tuple[str, Bounds], ...]) -> Iterator[Trouble]:
    for option, _ in amounts:
        if issue.position(option) is None:
            yield unknown_option(issue, option)
    scored = {issue.position(option) for option, _ in amounts}
    positions = range(len(issue.options))
    needed = {positions[0], positions[-1]} if issue.levels is not None else set(positions)
    missing = sorted(needed - scored)
    if missing:
        names = ", ".join(issue.options[k] for k in missing)
        yield (issue.name, f"no score for {names}", f"add {issue.options[missing[0]]}: 0", "")
    for option, bounds in amounts:
        if bounds.low is None or bounds.high is None:
            hint = "write N or A..B"
            yield (f"{issue.name}.{option}", "a score needs both ends", hint, "")


def _amount(bounds: Bounds) -> str:
    """Return an amount in words; a long one is told to three decimals."""
    text = bounds_text(bounds)
    if bounds.low is None or bounds.low != bounds.high or len(text) <= _LONGEST_AMOUNT:
        return text
    return f"about {rounded(bounds.low, 3)}"


KINDS = (Scores,)
