"""What every statement has: whose it is, where it comes from, how sure it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Self

from detente.document import AnyNode, Faults, Text
from detente.errors import ExpressionError, did_you_mean, quote
from detente.frame import Frame
from detente.linear import Row
from detente.vocabulary import Vocabulary

CONFIDENCE = {
    "low": Fraction(1, 2),
    "medium": Fraction(3, 4),
    "high": Fraction(19, 20),
    "certain": Fraction(1),
}
"""With what weight a statement of each confidence is imposed in a reading (design rule 8)."""

COMMON_KEYS = ("because", "confidence", "note", "view")
BELIEVED, SAID = "believed", "said"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Citation:
    """A place in a source: ``press12#3`` is locator 3 of source press12."""

    source: str
    locator: str

    def __str__(self) -> str:
        return f"{self.source}#{self.locator}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a statement stands and what it rests on.

    confidence : certain, high, medium or low
    view : whose picture this is; empty when it belongs to every view
    line : line of the case file, 0 when it was not read from one; two statements that differ only
        in where they are written are equal
    """

    because: tuple[Citation, ...] = ()
    confidence: str = "certain"
    note: str = ""
    view: str = ""
    path: str = field(default="", compare=False)
    line: int = field(default=0, compare=False)

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; what is unmarked belongs to every view."""
        return not self.view or self.view == view


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing said about a party's preferences.

    A kind says how it is spelled (``parse``), what is wrong with it in a given case (``check``),
    what it asserts (``rows``) and how people say it (``sentence``).
    """

    KEY: ClassVar[str]
    COMPANIONS: ClassVar[tuple[str, ...]] = ()
    ORDINAL: ClassVar[bool] = False
    SCHEMA: ClassVar[Mapping[str, Any]]
    EXAMPLE: ClassVar[str]

    party: str
    provenance: Provenance = Provenance()

    @property
    def certain(self) -> bool:
        """Whether the statement is imposed in every reading."""
        return self.provenance.confidence == "certain"

    @property
    def weight(self) -> Fraction:
        """With what weight the statement is imposed in a reading."""
        return CONFIDENCE[self.provenance.confidence]

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
        """Build the statement from its text; note faults and return None when it cannot be."""
        raise NotImplementedError

    def check(self, vocabulary: Vocabulary) -> Iterator[tuple[str, str, str, str]]:
        """Report what is wrong with it in a case: (place, problem, hint, detail)."""
        raise NotImplementedError

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Return what it says of the party in plain words, without the party's name."""
        raise NotImplementedError

    def ends(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int | None, int | None]]:
        """Say which options it settles as best and worst: (issue, best, worst)."""
        del vocabulary
        return iter(())

    def breakpoints(self, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
        """Say which options of numeric issues get a value of their own: (issue, option)."""
        del vocabulary
        return iter(())

    def rows(self, frame: Frame) -> Iterator[Row]:
        """Return what it asserts about the party's unknown value function."""
        del frame
        return iter(())

    def at_end(self, *, high: bool) -> Self | None:
        """Return it with its ranges drawn together to one end; None when it states no range."""
        del high
        return None

    def turned_round(self) -> Statement | None:
        """Return what says the opposite of which option is best and which worst.

        None for a statement that settles neither. Where nothing else settles them, a statement left
        out leaves open which way round it is; this is the other way.
        """
        return None

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked statements belong to every view."""
        return self.provenance.applies(view)


def parse_citations(node: AnyNode, faults: Faults) -> tuple[Citation, ...]:
    """Read ``because``: one ``source#locator`` or a list of them."""
    found = []
    for item in faults.one_or_more(node):
        text = faults.text(item)
        if text is None:
            continue
        source, mark, locator = text.partition("#")
        if not mark or not locator.strip() or not source.strip():
            faults.add(
                item,
                f"{quote(text)} does not say where in the source",
                f"write {source.strip() or 'source'}#PLACE, with no blank before the #; "
                "after a blank, # begins a comment",
            )
            continue
        found.append(Citation(source=source.strip(), locator=locator.strip()))
    return tuple(found)


def parse_provenance(
    fields: Mapping[str, AnyNode], faults: Faults, *, path: str, line: int
) -> Provenance:
    """Read the keys that every statement may have."""
    confidence = "certain"
    if "confidence" in fields:
        stated = faults.text(fields["confidence"])
        if stated is not None and stated not in CONFIDENCE:
            faults.add(
                fields["confidence"],
                f"{quote(stated)} is not a confidence",
                did_you_mean(stated, list(CONFIDENCE)),
            )
        elif stated is not None:
            confidence = stated
    words = {}
    for key in ("note", "view"):
        node = fields.get(key)
        words[key] = (faults.text(node) or "") if isinstance(node, Text) else ""
        if node is not None and not isinstance(node, Text):
            faults.text(node)
    because = parse_citations(fields["because"], faults) if "because" in fields else ()
    return Provenance(
        because=because,
        confidence=confidence,
        note=words["note"],
        view=words["view"],
        path=path,
        line=line,
    )


def told(error: ExpressionError, place: str = "") -> tuple[str, str, str, str]:
    """Return an expression's error in the form that ``check`` reports."""
    return (place, error.problem, error.hint, error.pointer())


Trouble = tuple[str, str, str, str]
"""What ``check`` reports: (place within the statement, problem, hint, detail)."""


def unknown_issue(name: str, vocabulary: Vocabulary, place: str = "") -> Trouble:
    """Return the fault of naming an issue that the case does not have."""
    return (place, f"no such issue: {quote(name)}", did_you_mean(name, list(vocabulary.index)), "")


def issue_titles(names: tuple[str, ...], vocabulary: Vocabulary) -> list[str]:
    """Return issues as people read them; a name that is no issue stays as it is."""
    return [
        vocabulary.issues[vocabulary.index[name]].label if name in vocabulary.index else name
        for name in names
    ]


RELATION_WORDS = {">": "then", ">=": "at least as much as", "~": "level with"}


def spoken_chain(words: list[str], relations: tuple[str, ...]) -> str:
    """Return a chain in words: ``none, then voluntary, level with required``."""
    text = words[0]
    for relation, word in zip(relations, words[1:], strict=True):
        text += f", {RELATION_WORDS[relation]} {word}"
    return text
