"""The small language of case files, as objects: conditions, chains, packages and formulas.

* condition: ``forces in (european, nato) and not alliance == closed``
* chain of names: ``none > voluntary ~ required``
* comparison of packages: ``no deal > (shifts = required), april_plan >= status quo``
* package: ``april_plan, forces = none``
* formula in one unknown: ``32 - 4*x``

:mod:`detente.grammar` reads the texts. Nothing is looked up until ``check`` is given a vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from detente.errors import ExpressionError, did_you_mean, quote
from detente.number import parse_number
from detente.vocabulary import Issue, Package, Vocabulary

PLAIN_WORD = re.compile(r"-?\w(?:[\w.\-/%]*[\w%])?")
"""A word that needs no quotes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A name or number as written, with its place in the text.

    Two words that differ only in where they stand are equal.
    """

    text: str
    column: int = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """One comparison of an issue with options: ``pay >= 4``, ``forces in (none, un)``."""

    issue: Word
    operator: str
    options: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """The part does not hold."""

    part: Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class All:
    """Every part holds."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """At least one part holds."""

    parts: tuple[Tree, ...]


Tree = Test | Not | All | Either


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A logical expression over issues, as written and as a tree."""

    text: str
    tree: Tree

    def tests(self) -> Iterator[Test]:
        """Go through the comparisons of the condition, left to right."""
        return _tests(self.tree)

    def check(self, vocabulary: Vocabulary) -> Iterator[ExpressionError]:
        """Report every name or number that the vocabulary does not hold."""
        for test in self.tests():
            issue = _issue(test.issue, vocabulary, self.text)
            if isinstance(issue, ExpressionError):
                yield issue
                continue
            yield from _check_options(test, issue, self.text)

    def scope(self, vocabulary: Vocabulary) -> tuple[int, ...]:
        """Return the positions of the issues the condition speaks of, ascending."""
        return tuple(sorted({vocabulary.index[test.issue.text] for test in self.tests()}))

    def holds(self, package: Package, vocabulary: Vocabulary) -> bool:
        """Tell whether the condition is true of a package."""
        return _holds(self.tree, package, vocabulary)


def allowed(test: Test, issue: Issue) -> tuple[bool, ...]:
    """Return for each option of the issue whether the comparison is true of it.

    ``<``, ``<=``, ``>`` and ``>=`` compare numbers and are defined for numeric issues only.
    """
    if test.operator in {"==", "in", "!=", "not in"}:
        named = {issue.position(word.text) for word in test.options}
        inside = test.operator in {"==", "in"}
        return tuple((k in named) == inside for k in range(len(issue.options)))
    bound = parse_number(test.options[0].text)
    if bound is None or issue.levels is None:
        message = f"{issue.name} {test.operator} {test.options[0].text} was not checked"
        raise ValueError(message)
    compare = {
        "<": Fraction.__lt__,
        "<=": Fraction.__le__,
        ">": Fraction.__gt__,
        ">=": Fraction.__ge__,
    }[test.operator]
    return tuple(bool(compare(level, bound)) for level in issue.levels)


def _tests(tree: Tree) -> Iterator[Test]:
    if isinstance(tree, Test):
        yield tree
    elif isinstance(tree, Not):
        yield from _tests(tree.part)
    else:
        for part in tree.parts:
            yield from _tests(part)


def _holds(tree: Tree, package: Package, vocabulary: Vocabulary) -> bool:
    if isinstance(tree, Test):
        k = vocabulary.index[tree.issue.text]
        return allowed(tree, vocabulary.issues[k])[package[k]]
    if isinstance(tree, Not):
        return not _holds(tree.part, package, vocabulary)
    results = (_holds(part, package, vocabulary) for part in tree.parts)
    return all(results) if isinstance(tree, All) else any(results)


def _issue(word: Word, vocabulary: Vocabulary, text: str) -> Issue | ExpressionError:
    if word.text in vocabulary.index:
        return vocabulary.issues[vocabulary.index[word.text]]
    return ExpressionError(
        f"no such issue: {quote(word.text)}",
        text=text,
        column=word.column,
        hint=did_you_mean(word.text, list(vocabulary.index)),
    )


def _check_options(test: Test, issue: Issue, text: str) -> Iterator[ExpressionError]:
    ordering = test.operator in {"<", "<=", ">", ">="}
    if ordering and issue.levels is None:
        yield ExpressionError(
            f"{issue.name} is not numeric, so {test.operator} says nothing about it",
            text=text,
            column=test.issue.column,
            hint="use ==, != or in (...)",
        )
        return
    for word in test.options:
        if ordering and parse_number(word.text) is None:
            yield ExpressionError(
                f"{quote(word.text)} is not a number", text=text, column=word.column
            )
        elif not ordering and issue.position(word.text) is None:
            yield no_such_option(issue, word, text)


def as_word(option: str) -> str:
    """Return an option as it is written among other words: in quotes unless it is one word."""
    return option if PLAIN_WORD.fullmatch(option) else f'"{option}"'


def no_such_option(issue: Issue, word: Word, text: str) -> ExpressionError:
    """Return the fault of naming an option that the issue does not have."""
    hint = did_you_mean(word.text, issue.options)
    if issue.levels is not None:
        hint = f"options run from {issue.options[0]} to {issue.options[-1]}"
        if len(issue.options) > 1:
            hint += f", next {issue.options[1]}"
    return ExpressionError(
        f"{issue.name} has no option {quote(word.text)}", text=text, column=word.column, hint=hint
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Names joined by ``>``, ``>=`` or ``~``, the most preferred first."""

    text: str
    words: tuple[Word, ...]
    relations: tuple[str, ...]

    def reversed(self) -> Chain:
        """Return the names in the opposite order."""
        words, relations = self.words[::-1], self.relations[::-1]
        rest = (f"{how} {word.text}" for how, word in zip(relations, words[1:], strict=True))
        return Chain(text=" ".join([words[0].text, *rest]), words=words, relations=relations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """``issue = option`` inside a package."""

    issue: Word
    option: Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a comparison of packages.

    kind : ``no deal``, ``status quo``, ``proposal``, ``package`` or ``whatever else``
    proposal : the proposal's name when that is the kind
    """

    kind: str
    proposal: Word | None = None
    settings: tuple[Setting, ...] = ()

    @property
    def text(self) -> str:
        """The side as a case file spells it, with its blanks evened out."""
        settings = ", ".join(f"{s.issue.text} = {as_word(s.option.text)}" for s in self.settings)
        if self.proposal is not None:
            return ", ".join(part for part in (self.proposal.text, settings) if part)
        if self.kind == "package":
            return f"({settings})" if settings else "status quo"
        return f"{self.kind} ({settings})" if settings else self.kind

    def check(
        self, vocabulary: Vocabulary, text: str, *, words: tuple[str, ...] = ()
    ) -> Iterator[ExpressionError]:
        """Report names that the vocabulary does not hold, and issues set twice.

        words : what else than a proposal may stand here, offered when a name is not known
        """
        if self.proposal is not None and self.proposal.text not in vocabulary.proposals:
            yield ExpressionError(
                f"no such proposal: {quote(self.proposal.text)}",
                text=text,
                column=self.proposal.column,
                hint=did_you_mean(self.proposal.text, [*vocabulary.proposals, *words]),
            )
        seen: set[str] = set()
        for setting in self.settings:
            issue = _issue(setting.issue, vocabulary, text)
            if isinstance(issue, ExpressionError):
                yield issue
            elif issue.position(setting.option.text) is None:
                yield no_such_option(issue, setting.option, text)
            elif issue.name in seen:
                yield ExpressionError(
                    f"{issue.name} is set twice", text=text, column=setting.issue.column
                )
            else:
                seen.add(issue.name)

    def chosen(self, vocabulary: Vocabulary) -> dict[int, int]:
        """Return the settings as issue position -> option position."""
        found = {}
        for setting in self.settings:
            k = vocabulary.index[setting.issue.text]
            option = vocabulary.issues[k].position(setting.option.text)
            if option is None:
                message = f"{setting.option.text} was not checked"
                raise ValueError(message)
            found[k] = option
        return found

    def package(self, vocabulary: Vocabulary) -> Package:
        """Return the package meant; what is not set keeps the proposal's or status quo option."""
        base = None if self.proposal is None else vocabulary.proposals[self.proposal.text]
        return vocabulary.complete(self.chosen(vocabulary), base=base)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Packages joined by ``>``, ``>=`` or ``~``, the most preferred first."""

    text: str
    sides: tuple[Side, ...]
    relations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A polynomial in ``x``, by ascending power: ``32 - 4*x`` is (32, -4)."""

    text: str
    coefficients: tuple[Fraction, ...]

    def at(self, x: Fraction) -> Fraction:
        """Return the value of the formula, exactly."""
        total = Fraction(0)
        for coefficient in reversed(self.coefficients):
            total = total * x + coefficient
        return total
