"""The grammar of the small language: text becomes the objects of :mod:`detente.expression`."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, v_args

from detente.errors import ExpressionError, quote
from detente.expression import (
    All,
    Chain,
    Comparison,
    Condition,
    Either,
    Formula,
    Not,
    Setting,
    Side,
    Test,
    Tree,
    Word,
)
from detente.number import MOST_DIGITS, parse_number

LONGEST_TEXT = 4000
DEEPEST = 64

_GRAMMAR = r"""
condition: either
?either: both ("or" both)*
?both: negation ("and" negation)*
?negation: "not" negation -> no
         | "(" either ")"
         | test
test: word compare word                     -> compared
    | word "in" "(" word ("," word)* ")"    -> among
    | word "not" "in" "(" word ("," word)* ")" -> not_among

chain: word (relation word)*

comparison: side (relation side)*
side: NO_DEAL                               -> no_deal
    | STATUS_QUO                            -> status_quo
    | WHATEVER "(" settings ")"             -> whatever
    | "(" settings ")"                      -> package_side
    | word                                  -> proposal_side

package: STATUS_QUO ("," setting)*          -> package_from_status_quo
       | word ("," setting)*                -> package_from_proposal
       | settings                           -> package_bare
       | "(" settings ")"                   -> package_bare
settings: setting ("," setting)*
setting: word "=" word

formula: sum
?sum: product
    | sum "+" product                       -> add
    | sum "-" product                       -> subtract
?product: sign
    | product "*" sign                      -> multiply
    | product "/" sign                      -> divide
?sign: "-" sign                             -> negate
    | "+" sign
    | NUMBER                                -> constant
    | UNKNOWN                               -> unknown
    | "(" sum ")"

word: WORD | QUOTED
!compare: "==" | "!=" | "<=" | ">=" | "<" | ">"
!relation: ">=" | ">" | "~"
NO_DEAL.2: /no\s+deal(?![\w.\-])/
STATUS_QUO.2: /status\s+quo(?![\w.\-])/
WHATEVER.2: /whatever\s+else(?![\w.\-])/
QUOTED: /"[^"\n]+"|'[^'\n]+'/
WORD: /(?!(?:and|or|not|in)(?![\w.\-]))-?\w(?:[\w.\-\/%]*[\w%])?/
NUMBER: /[0-9]+(\.[0-9]+)?/
UNKNOWN: "x"
%ignore /\s+/
"""


def parse_condition(text: str) -> Condition:
    """Read a condition; raise ExpressionError with a caret where it cannot be read.

    Examples
    --------
    >>> [test.issue.text for test in parse_condition("a == 1 or not b in (c, 'd e')").tests()]
    ['a', 'b']
    """
    return Condition(text=text, tree=_parse("condition", text))


def parse_chain(text: str) -> Chain:
    """Read names joined by ``>``, ``>=`` or ``~``.

    Examples
    --------
    >>> parse_chain("none > voluntary ~ required").relations
    ('>', '~')
    """
    words, relations = _parse("chain", text)
    return Chain(text=text, words=words, relations=relations)


def parse_comparison(text: str) -> Comparison:
    """Read a comparison of packages.

    Examples
    --------
    >>> [side.kind for side in parse_comparison("no deal > whatever else (pay = 0)").sides]
    ['no deal', 'whatever else']
    """
    sides, relations = _parse("comparison", text)
    return Comparison(text=text, sides=sides, relations=relations)


def parse_package(text: str) -> Side:
    """Read a package: a proposal's name, settings, or a name followed by settings.

    Settings alone may stand in parentheses, as they do in a comparison.

    Examples
    --------
    >>> parse_package("april_plan, forces = none").proposal.text
    'april_plan'
    """
    side: Side = _parse("package", text)
    return side


def parse_formula(text: str) -> Formula:
    """Read a polynomial in ``x``.

    Examples
    --------
    >>> parse_formula("32 - 4*x").at(Fraction(3))
    Fraction(20, 1)
    """
    return Formula(text=text, coefficients=_parse("formula", text))


_Polynomial = tuple[Fraction, ...]


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds the objects as the parser goes, so that no tree is walked recursively."""

    def word(self, token: Token) -> Word:
        raw = str(token)
        text = raw[1:-1].strip() if raw[0] in "\"'" else raw
        return Word(text=text, column=int(token.start_pos or 0))

    def compare(self, token: Token) -> str:
        return str(token)

    relation = compare

    def condition(self, tree: Tree) -> Tree:
        return tree

    def either(self, *parts: Tree) -> Tree:
        return Either(parts=parts)

    def both(self, *parts: Tree) -> Tree:
        return All(parts=parts)

    def no(self, part: Tree) -> Tree:
        return Not(part=part)

    def compared(self, issue: Word, operator: str, option: Word) -> Test:
        return Test(issue=issue, operator=operator, options=(option,))

    def among(self, issue: Word, *options: Word) -> Test:
        return Test(issue=issue, operator="in", options=options)

    def not_among(self, issue: Word, *options: Word) -> Test:
        return Test(issue=issue, operator="not in", options=options)

    def chain(self, *parts: Any) -> tuple[tuple[Any, ...], tuple[str, ...]]:
        return tuple(parts[::2]), tuple(parts[1::2])

    comparison = chain

    def no_deal(self, _: Token) -> Side:
        return Side(kind="no deal")

    def status_quo(self, _: Token) -> Side:
        return Side(kind="status quo")

    def whatever(self, _: Token, settings: tuple[Setting, ...]) -> Side:
        return Side(kind="whatever else", settings=settings)

    def package_side(self, settings: tuple[Setting, ...]) -> Side:
        return Side(kind="package", settings=settings)

    def proposal_side(self, word: Word) -> Side:
        return Side(kind="proposal", proposal=word)

    def package_from_status_quo(self, _: Token, *settings: Setting) -> Side:
        return Side(kind="package", settings=settings)

    def package_from_proposal(self, word: Word, *settings: Setting) -> Side:
        return Side(kind="proposal", proposal=word, settings=settings)

    def package_bare(self, settings: tuple[Setting, ...]) -> Side:
        return Side(kind="package", settings=settings)

    def settings(self, *settings: Setting) -> tuple[Setting, ...]:
        return settings

    def setting(self, issue: Word, option: Word) -> Setting:
        return Setting(issue=issue, option=option)

    def formula(self, polynomial: _Polynomial) -> _Polynomial:
        return polynomial

    def constant(self, token: Token) -> _Polynomial:
        number = parse_number(str(token))
        if number is None:
            raise _Misread(f"a number has at most {MOST_DIGITS} digits", token)
        return (number,)

    def unknown(self, _: Token) -> _Polynomial:
        return (Fraction(0), Fraction(1))

    def add(self, left: _Polynomial, right: _Polynomial) -> _Polynomial:
        length = max(len(left), len(right))
        pad = [part + (Fraction(0),) * (length - len(part)) for part in (left, right)]
        return tuple(a + b for a, b in zip(*pad, strict=True))

    def negate(self, part: _Polynomial) -> _Polynomial:
        return tuple(-c for c in part)

    def subtract(self, left: _Polynomial, right: _Polynomial) -> _Polynomial:
        return self.add(left, self.negate(right))

    def multiply(self, left: _Polynomial, right: _Polynomial) -> _Polynomial:
        if len(left) + len(right) > 10:
            raise _Misread("a formula has at most the eighth power of x", None)
        product = [Fraction(0)] * (len(left) + len(right) - 1)
        for i, a in enumerate(left):
            for j, b in enumerate(right):
                product[i + j] += a * b
        return tuple(product)

    def divide(self, left: _Polynomial, right: _Polynomial) -> _Polynomial:
        if any(right[1:]) or right[0] == 0:
            raise _Misread("a formula divides by numbers other than 0 only", None)
        return tuple(c / right[0] for c in left)


class _Misread(ValueError):  # noqa: N818 - internal signal, turned into ExpressionError below
    def __init__(self, problem: str, token: Token | None) -> None:
        super().__init__(problem)
        self.column = int(token.start_pos or 0) if token is not None else 0


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(
        _GRAMMAR,
        parser="lalr",
        start=["condition", "chain", "comparison", "package", "formula"],
        transformer=_Builder(),
    )


def _parse(start: str, text: str) -> Any:
    if len(text) > LONGEST_TEXT:
        raise ExpressionError(
            f"the text is longer than {LONGEST_TEXT:,} characters", text=text, column=LONGEST_TEXT
        )
    _refuse_depth(text)
    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as trouble:
        raise _explained(start, text, trouble) from None
    except _Misread as trouble:
        raise ExpressionError(str(trouble), text=text, column=trouble.column) from None


def _refuse_depth(text: str) -> None:
    depth = 0
    for column, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth > DEEPEST:
            raise ExpressionError(
                f"parentheses are nested deeper than {DEEPEST}", text=text, column=column
            )
    if text.split().count("not") > DEEPEST:
        raise ExpressionError(f"'not' occurs more than {DEEPEST} times", text=text, column=0)


_SHAPES = {
    "condition": "a condition looks like: forces in (none, un) and pay >= 4",
    "chain": "write names joined by >, >= or ~, the best first",
    "comparison": "a comparison looks like: no deal > (shifts = required, pay = 0)",
    "package": "a package looks like: april_plan, forces = none",
    "formula": "a formula looks like: 32 - 4*x",
}


def _name_with_blanks(text: str, column: int) -> str:
    """Return the words around a place where a new one begins, or nothing where none goes before."""
    before = re.split(r"[=,()'\"]", text[:column])[-1].strip()
    after = re.split(r"[=,()'\"]", text[column:])[0].strip()
    return f"{before} {after}" if before and after and before != "no" else ""


def _explained(start: str, text: str, trouble: UnexpectedInput) -> ExpressionError:
    column = getattr(trouble, "pos_in_stream", None)
    if column is None or column < 0 or column > len(text):
        column = len(text)
    token = getattr(trouble, "token", None)
    if (token is not None and token.type == "$END") or not text[column:].strip():
        column = len(text.rstrip())
        return ExpressionError(
            "the text ends too early" if text.strip() else "the text is empty",
            text=text,
            column=column,
            hint=_SHAPES[start] if text.count("(") <= text.count(")") else "close the ( with )",
        )
    found = text[column:].split(maxsplit=1)[0] if token is None else str(token)
    if isinstance(trouble, UnexpectedCharacters):
        found = text[column]
    hint = _SHAPES[start]
    if start == "condition" and found == "=":
        hint = "write == to compare"
    elif start in {"comparison", "package"} and found == "==":
        hint = "inside a package write issue = option"
    elif start == "package" and (name := _name_with_blanks(text, column)):
        hint = f"put quotes around a name with blanks, {quote(name)}, or a comma between settings"
        if name[0].isdigit():
            hint = f"put quotes around {quote(name)}; a number goes without its unit"
    elif found in {'"', "'"}:
        problem = "a quote is opened here and not closed"
        return ExpressionError(
            problem, text=text, column=column, hint="close it with the same quote"
        )
    return ExpressionError(
        f"{quote(found)} is not expected here", text=text, column=column, hint=hint
    )
