"""A clause: a condition read against a register, in three values, and the parts it is made of.

The language is that of conditions in a case (:mod:`detente.grammar`); a column of the register
plays the part of an issue.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from detente.errors import ExpressionError, did_you_mean, quote
from detente.expression import All, Condition, Not, Test, Tree, Word
from detente.factors import Bools
from detente.grammar import parse_condition
from detente.register import Column, Register, expected, read_value, tidy, write_value
from detente.solvers.kleene import (
    NO,
    UNKNOWN,
    YES,
    Conjunction,
    Disjunction,
    Formula,
    Leaf,
    Truth,
    truth,
)

_BARE = re.compile(r"(?!(?:and|or|not|in)(?![\w.\-]))-?\w(?:[\w.\-/%]*[\w%])?")
_OPPOSITE = {"==": "!=", "in": "not in", "<": ">=", "<=": ">"}
_OPPOSITE |= {after: before for before, after in _OPPOSITE.items()}
_ORDERING = {"<", "<=", ">", ">="}
_EXAMPLE = 'a clause looks like: region in (north, "North Vale") and since >= 2020-01-01'


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a clause that can be left out.

    text : the part as it stands in the clause, with the parentheses around it
    kind : member of an ``and``, of an ``or``, or a value of a list
    first : it is the first of its kind in what it is part of
    within : what it is part of
    """

    text: str
    kind: Literal["and", "or", "value"]
    first: bool
    within: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A value that the clause names and no subject has; ``hint`` may name one that is alike."""

    column: str
    value: str
    hint: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Clause:
    """A condition that fits a register: every column it names is there, every value is one.

    Raises ExpressionError when it does not fit, see :func:`parse_clause`.
    """

    condition: Condition
    register: Register

    def __post_init__(self) -> None:
        for error in self._check():
            raise error

    @property
    def text(self) -> str:
        """The clause as it was written."""
        return self.condition.text

    @cached_property
    def truth(self) -> Truth:
        """For every subject YES, NO or UNKNOWN."""
        return truth(self.formula, self.atom)

    @cached_property
    def tests(self) -> tuple[Test, ...]:
        """The comparisons, left to right, each turned round where a ``not`` stands above it."""
        return tuple(_upright(self.condition.tree, negated=False))

    @cached_property
    def formula(self) -> Formula:
        """The clause over the numbers of its comparisons in ``tests``."""
        return _formula(self.condition.tree, iter(range(len(self.tests))), negated=False)

    @cached_property
    def by_value(self) -> tuple[Formula, tuple[Test, ...]]:
        """The same with every list taken apart: the formula, and the comparisons it is over."""
        tests: list[Test] = []
        return _taken_apart(self.condition.tree, tests, negated=False), tuple(tests)

    def parts(self) -> tuple[Part, ...]:
        """Return every part that can be left out, in the order of the text, outer ones first."""
        return tuple(_parts(self.condition.tree))

    def atom(self, number: int) -> Truth:
        """Return for every subject whether a comparison of ``tests`` holds."""
        return self.holds(self.tests[number])

    def holds(self, test: Test) -> Truth:
        """Return for every subject whether a comparison holds; UNKNOWN where the cell is empty."""
        column = self.column(test.issue)
        levels: list[Any] = list(column.levels)
        values: list[Any] = [read_value(tidy(w.text), column.kind) for w in test.options]
        table = np.full(len(levels) + 1, NO, dtype=np.int8)
        if test.operator in _ORDERING:
            cut = (bisect_left if test.operator in {"<", ">="} else bisect_right)(levels, values[0])
            table[slice(cut) if test.operator in {"<", "<="} else slice(cut, None)] = YES
        else:
            table[[column.place[value] for value in values if value in column.place]] = YES
            if test.operator in {"!=", "not in"}:
                table = (YES - table).astype(np.int8)
        table[-1] = UNKNOWN
        return np.asarray(table[column.codes])

    def column(self, word: Word) -> Column:
        """Return the column that a word names."""
        return self.register.columns[self.register.index[tidy(word.text)]]

    def missing(self) -> dict[str, Bools]:
        """Return for each column the subjects that cannot be told because its cell is empty.

        Only cells that leave it open count: in ``a == 1 or b == 2`` an empty ``a`` is no matter
        where ``b`` is 2.
        """
        found: dict[str, Bools] = {}
        places = iter(range(len(self.tests)))
        self._blame(self.formula, self.truth == UNKNOWN, places, found)
        return {name: where for name, where in found.items() if where.any()}

    def _blame(
        self, formula: Formula, where: Bools, places: Iterator[int], found: dict[str, Bools]
    ) -> None:
        if isinstance(formula, Leaf):
            name = self.column(self.tests[next(places)].issue).name
            found[name] = found.get(name, np.zeros(len(where), dtype=bool)) | where
            return
        for part in formula.parts:
            self._blame(part, where & (truth(part, self.atom) == UNKNOWN), places, found)

    def unmatched(self) -> tuple[Unmatched, ...]:
        """Return the values that the clause names and no subject has."""
        found: dict[Unmatched, None] = {}
        for test in self.condition.tests():
            column = self.column(test.issue)
            for word in test.options if test.operator not in _ORDERING else ():
                value = read_value(tidy(word.text), column.kind)
                if value is None or value in column.place:
                    continue
                known = [write_value(level) for level in column.levels[:200]]
                hint = did_you_mean(tidy(word.text), known)
                near = hint if column.kind == "text" and hint.startswith("did you") else ""
                text = write_value(value)
                found[Unmatched(column=column.name, value=text, hint=near)] = None
        return tuple(found)

    def _check(self) -> Iterator[ExpressionError]:
        text = self.text
        for test in self.condition.tests():
            name = tidy(test.issue.text)
            if name not in self.register.index:
                yield ExpressionError(
                    f"no such column: {quote(name)}",
                    text=text,
                    column=test.issue.column,
                    hint=did_you_mean(name, list(self.register.index)),
                )
                continue
            column = self.column(test.issue)
            if test.operator in _ORDERING and column.kind in {"text", "yes/no"}:
                yield ExpressionError(
                    f"{name} holds {column.kind}, so {test.operator} says nothing about it",
                    text=text,
                    column=test.issue.column,
                    hint=_no_order(column),
                )
                continue
            for word in test.options:
                if read_value(tidy(word.text), column.kind) is None:
                    what, hint = expected(tidy(word.text), column.kind)
                    problem = (
                        f"{name} holds {_plural(column)}, and {quote(word.text)} is not {what}"
                    )
                    hint = hint.partition("; leave the cell")[0]
                    yield ExpressionError(problem, text=text, column=word.column, hint=hint)


def parse_clause(text: str, register: Register) -> Clause:
    """Read a clause against a register.

    Raises ExpressionError, with a caret, when it cannot be read, names a column that is not there,
    or compares a column with what cannot be one of its values. A text that no subject has is no
    fault, see :meth:`Clause.unmatched`.

    Examples
    --------
    >>> armed = Column.of(name="armed", kind="yes/no", values=[True, None, False])
    >>> name = Column.of(name="country", kind="text", values=["Aster", "Brume", "Corvel"])
    >>> clause = parse_clause("armed == yes or country == Corvel", Register(columns=(name, armed)))
    >>> clause.truth.tolist()
    [2, 1, 2]
    """
    try:
        condition = parse_condition(unicodedata.normalize("NFC", text))
    except ExpressionError as error:
        raise _in_words_of_clauses(error) from None
    return Clause(condition=condition, register=register)


def spelled(tree: Tree) -> str:
    """Return a part of a condition in the language it is written in.

    Examples
    --------
    >>> spelled(parse_condition("not (a==1  or b in ('x y'))").tree)
    'not (a == 1 or b in ("x y"))'
    """
    if isinstance(tree, Test):
        values = [_word(word) for word in tree.options]
        shown = f"({', '.join(values)})" if tree.operator in {"in", "not in"} else values[0]
        return f"{_word(tree.issue)} {tree.operator} {shown}"
    if isinstance(tree, Not):
        return f"not {_member(tree.part)}"
    joint = " and " if isinstance(tree, All) else " or "
    return joint.join(map(_member, tree.parts))


def _member(part: Tree) -> str:
    """Return a part as it stands beside others."""
    return spelled(part) if isinstance(part, Test | Not) else f"({spelled(part)})"


def _word(word: Word) -> str:
    if _BARE.fullmatch(word.text):
        return word.text
    return f"'{word.text}'" if '"' in word.text else f'"{word.text}"'


def _in_words_of_clauses(error: ExpressionError) -> ExpressionError:
    """Return a fault of the grammar with a hint for clauses."""
    text, column = error.text, error.column
    hint = _EXAMPLE if error.hint.startswith("a condition looks like") else error.hint
    if re.search(r"[\w%]\s+$", text[:column]) and re.match(r"\w", text[column:]):
        hint = 'a name or value of several words needs quotes: "North Vale"'
    return ExpressionError(error.problem, text=text, column=column, hint=hint)


def _no_order(column: Column) -> str:
    """Say what to do where an order is asked of a column that has none."""
    odd = [level for level in column.levels if read_value(write_value(level), "number") is None]
    if column.kind == "text" and column.inferred and len(odd) < len(column.levels):
        return f"some of it are numbers, but not {quote(write_value(odd[0]))}"
    return "use ==, != or in (...)"


def _plural(column: Column) -> str:
    return {"number": "numbers", "date": "dates", "yes/no": "yes or no", "text": "text"}[
        column.kind
    ]


def _upright(tree: Tree, *, negated: bool) -> Iterator[Test]:
    if isinstance(tree, Test):
        yield _turned(tree) if negated else tree
    elif isinstance(tree, Not):
        yield from _upright(tree.part, negated=not negated)
    else:
        for part in tree.parts:
            yield from _upright(part, negated=negated)


def _turned(test: Test) -> Test:
    return Test(issue=test.issue, operator=_OPPOSITE[test.operator], options=test.options)


def _formula(tree: Tree, numbers: Iterator[int], *, negated: bool) -> Formula:
    if isinstance(tree, Test):
        return Leaf(atom=next(numbers))
    if isinstance(tree, Not):
        return _formula(tree.part, numbers, negated=not negated)
    parts = tuple(_formula(part, numbers, negated=negated) for part in tree.parts)
    return _joined(parts, both=isinstance(tree, All) != negated)


def _taken_apart(tree: Tree, tests: list[Test], *, negated: bool) -> Formula:
    if isinstance(tree, Not):
        return _taken_apart(tree.part, tests, negated=not negated)
    if isinstance(tree, Test):
        upright = _turned(tree) if negated else tree
        leaves = []
        listed = tree.operator in {"in", "not in"}
        for word in tree.options:
            single = "==" if upright.operator == "in" else "!="
            operator = single if listed else upright.operator
            leaves.append(Leaf(atom=len(tests)))
            tests.append(Test(issue=tree.issue, operator=operator, options=(word,)))
        if len(leaves) == 1:
            return leaves[0]
        return _joined(tuple(leaves), both=upright.operator == "not in")
    parts = tuple(_taken_apart(part, tests, negated=negated) for part in tree.parts)
    return _joined(parts, both=isinstance(tree, All) != negated)


def _joined(parts: tuple[Formula, ...], *, both: bool) -> Formula:
    return Conjunction(parts=parts) if both else Disjunction(parts=parts)


def _parts(tree: Tree) -> Iterator[Part]:
    """Go through the parts in the order in which :func:`left_out` answers."""
    if isinstance(tree, Not):
        yield from _parts(tree.part)
        return
    within = spelled(tree)
    if isinstance(tree, Test):
        for k, word in enumerate(tree.options if len(tree.options) > 1 else ()):
            yield Part(text=_word(word), kind="value", first=k == 0, within=within)
        return
    kind: Literal["and", "or"] = "and" if isinstance(tree, All) else "or"
    for k, part in enumerate(tree.parts):
        yield Part(text=_member(part), kind=kind, first=k == 0, within=within)
        yield from _parts(part)
