"""``compare``: which of two packages, or no deal, a party prefers, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import ClassVar, Self

from detente.document import AnyNode, Faults, bounds_text
from detente.errors import LimitError
from detente.expression import Comparison, Side
from detente.frame import MOST_COMPLETIONS, Frame
from detente.grammar import parse_comparison
from detente.linear import Bounds, Row, related
from detente.statements.statement import Provenance, Statement, Trouble, told
from detente.vocabulary import Vocabulary

WORDS = ("no deal", "status quo")
"""What else than a proposal or a package may stand in a comparison."""
_SPOKEN = {
    ">": "prefers {0} to {1}",
    ">=": "likes {0} at least as much as {1}",
    "~": "is indifferent between {0} and {1}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare(Statement):
    """``compare: no deal > (shifts = required, cranes = full)``, optionally ``by: 5..10`` points.

    Issues that a package does not name keep their status quo option; ``whatever else (...)`` stands
    for every completion, feasible or not, on either side independently. Red lines play no part.
    """

    KEY: ClassVar[str] = "compare"
    COMPANIONS: ClassVar[tuple[str, ...]] = ("by",)
    SCHEMA: ClassVar[Mapping[str, object]] = {
        "type": "string",
        "description": "packages, proposals, 'no deal' or 'status quo' joined by >, >= or ~",
    }
    EXAMPLE: ClassVar[str] = "compare: no deal > (shifts = required, cranes = full)"

    comparison: Comparison
    by: Bounds | None = None

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
        """Read the comparison and the margin."""
        comparison = faults.parsed(body, parse_comparison)
        by = faults.bounds(companions["by"]) if "by" in companions else None
        if comparison is None:
            return None
        return cls(party=party, provenance=provenance, comparison=comparison, by=by)

    def check(self, vocabulary: Vocabulary) -> Iterator[Trouble]:
        """Report unknown names, and a margin that does not fit the comparison."""
        if len(self.comparison.sides) < 2:
            hint = "for instance no deal > (shifts = required)"
            yield ("", "a comparison needs two packages", hint, "")
        for side in self.comparison.sides:
            for error in side.check(vocabulary, self.comparison.text, words=WORDS):
                yield told(error)
        if self.by is not None and (
            len(self.comparison.sides) != 2 or self.comparison.relations[0] == "~"
        ):
            yield ("by", "a margin goes with one > between two packages", "", "")
        if self.by is not None and (
            (self.by.low is not None and self.by.low < 0)
            or (self.by.high is not None and self.by.high <= 0)
        ):
            yield ("by", "a margin is a positive number of points", "turn the comparison round", "")

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Say the comparison."""
        parts = []
        for relation, (better, worse) in zip(
            self.comparison.relations, pairwise(self.comparison.sides), strict=True
        ):
            sides = (spoken(better, vocabulary), spoken(worse, vocabulary))
            parts.append(_SPOKEN[relation].format(*sides))
        margin = f", by {bounds_text(self.by)} points" if self.by is not None else ""
        return "; ".join(parts) + margin

    def at_end(self, *, high: bool) -> Self | None:
        """Take one end of the range of the margin."""
        by = None if self.by is None else self.by.at_end(high=high)
        return None if by is None else replace(self, by=by)

    def refuse_size(self, frame: Frame) -> None:
        """Raise LimitError when the completions meant, taken in pairs, are too many."""
        for better, worse in pairwise(self.comparison.sides):
            low = frame.n_completions(worse, highest=True)
            high = frame.n_completions(better, highest=False)
            if low * high > MOST_COMPLETIONS:
                raise LimitError(
                    f"'whatever else' on both sides stands for more than {MOST_COMPLETIONS:,} "
                    "pairs of packages here; name more issues inside the parentheses"
                )

    def rows(self, frame: Frame) -> Iterator[Row]:
        """State each comparison, or its margin, for every completion meant."""
        self.refuse_size(frame)
        for relation, (better, worse) in zip(
            self.comparison.relations, pairwise(self.comparison.sides), strict=True
        ):
            for low in frame.side(worse, highest=True):
                for high in frame.side(better, highest=False):
                    if self.by is None:
                        yield from related(high, relation, low, certain=self.certain)
                    else:
                        yield from self.by.rows(high - low)


def spoken(side: Side, vocabulary: Vocabulary) -> str:
    """Return one side of a comparison in plain words."""
    if side.kind in {"no deal", "status quo"}:
        return side.kind
    chosen = side.chosen(vocabulary)
    settings = vocabulary.label(vocabulary.complete(chosen), only=chosen)
    if side.proposal is not None:
        name = side.proposal.text.replace("_", " ")
        return f"{name} with {settings}" if settings else name
    if not settings:
        return "status quo" if side.kind != "whatever else" else "any package"
    rest = "whatever else" if side.kind == "whatever else" else "all else as it is"
    return f"'{settings}' ({rest})"


KINDS = (Compare,)
