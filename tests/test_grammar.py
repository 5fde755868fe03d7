"""The small language: precedence, names, carets, and every message."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import expression, grammar
from detente.errors import DetenteError, ExpressionError
from detente.expression import All, Chain, Either, Not
from detente.grammar import (
    parse_chain,
    parse_comparison,
    parse_condition,
    parse_formula,
    parse_package,
)
from detente.vocabulary import Issue, Vocabulary

ISSUES = Vocabulary(
    issues=(
        Issue(name="a", options=("x", "y", "z"), status_quo="x"),
        Issue(name="b", options=("no", "yes", "two words"), status_quo="no"),
        Issue.numeric(
            name="n", low=Fraction(0), high=Fraction(2), step=Fraction(1, 2), status_quo="0"
        ),
    )
)
PACKAGES = list(product(range(3), range(3), range(5)))


def shape(text: str) -> str:
    """Return how a condition was understood, every part in parentheses."""

    def of(tree: expression.Test | Not | All | Either) -> str:
        if isinstance(tree, expression.Test):
            return tree.issue.text
        if isinstance(tree, Not):
            return f"!{of(tree.part)}"
        sign = "&" if isinstance(tree, All) else "|"
        return f"({sign.join(of(part) for part in tree.parts)})"

    return of(parse_condition(text).tree)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("a == x or b == y and c == z", "(a|(b&c))"),
        ("a == x and b == y or c == z", "((a&b)|c)"),
        ("(a == x or b == y) and c == z", "((a|b)&c)"),
        ("not a == x and b == y", "(!a&b)"),
        ("not (a == x and b == y)", "!(a&b)"),
        ("not not a == x", "!!a"),
        ("a == x and b == y and c == z", "(a&b&c)"),
        ("a not in (x, y) or b in (z)", "(a|b)"),
        ("a==x and(b!=y)", "(a&b)"),
    ],
)
def test_not_binds_tighter_than_and_and_and_tighter_than_or(text: str, understood: str) -> None:
    assert shape(text) == understood


def test_names_may_stand_in_quotes() -> None:
    test = next(parse_condition("b == \"two words\" or b in ('and', no)").tests())
    assert test.options[0].text == "two words"
    words = [w.text for t in parse_condition("b in ('and', \"o'r\")").tests() for w in t.options]
    assert words == ["and", "o'r"]


def test_names_may_hold_digits_points_signs_and_other_scripts() -> None:
    chain = parse_chain("2.5 > -1 > one-two > 1/3 > 40% > día > 協定")
    texts = [word.text for word in chain.words]
    assert texts == ["2.5", "-1", "one-two", "1/3", "40%", "día", "協定"]
    assert [word.column for word in chain.words[:3]] == [0, 6, 11]


def test_words_that_only_begin_like_words_of_the_language_are_names() -> None:
    test = next(parse_condition("orchard == notary and inland == android").tests())
    assert (test.issue.text, test.options[0].text) == ("orchard", "notary")
    assert [side.kind for side in parse_comparison("no > noble").sides] == ["proposal"] * 2


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("no deal > status quo", ["no deal", "status quo"]),
        ("no  deal >= (a = x)", ["no deal", "package"]),
        ("march ~ whatever else (a = x, n = 1)", ["proposal", "whatever else"]),
        ("a > b ~ c", ["proposal"] * 3),
    ],
)
def test_sides_of_a_comparison(text: str, kinds: list[str]) -> None:
    assert [side.kind for side in parse_comparison(text).sides] == kinds


def test_packages() -> None:
    assert parse_package("a = y, n = 1").package(ISSUES) == (1, 0, 2)
    assert parse_package("a = y, n = 1.0").package(ISSUES) == (1, 0, 2)
    assert parse_package("status quo, b = 'two words'").package(ISSUES) == (0, 2, 0)
    named = Vocabulary(issues=ISSUES.issues, proposals={"march": (2, 1, 4)})
    assert parse_package("march, b = no").package(named) == (2, 0, 4)


@pytest.mark.parametrize(
    ("text", "x", "value"),
    [
        ("32 - 4*x", 3, 20),
        ("-x*x + 1", 2, -3),
        ("(x + 1)*(x - 1)/2", 3, 4),
        ("1/3", 0, Fraction(1, 3)),
        ("2 - 3 - 4", 0, -5),
        ("8/4/2", 0, 1),
        ("- -x", 5, 5),
        ("+0.1*x", 10, 1),
    ],
)
def test_formulas_are_exact(text: str, x: int, value: Fraction) -> None:
    assert parse_formula(text).at(Fraction(x)) == value


@pytest.mark.parametrize(
    ("kind", "text", "column", "message"),
    [
        (
            "condition",
            "",
            0,
            "the text is empty; a condition looks like: forces in (none, un) and pay >= 4",
        ),
        ("condition", "a = x", 2, "'=' is not expected here; write == to compare"),
        (
            "condition",
            "a == x and and b == y",
            11,
            "'and' is not expected here; a condition looks like",
        ),
        ("condition", "a == x b == y", 7, "'b' is not expected here; a condition looks like"),
        ("condition", "a == x and", 10, "the text ends too early; a condition looks like"),
        ("condition", "(a == x", 7, "the text ends too early; close the ( with )"),
        ("condition", "a == x)", 6, "')' is not expected here; a condition looks like"),
        ("condition", "a == not", 5, "'not' is not expected here"),
        (
            "condition",
            "a == 'x",
            5,
            "a quote is opened here and not closed; close it with the same quote",
        ),
        ("condition", "a in x", 5, "'x' is not expected here"),
        ("condition", "a in ()", 6, "')' is not expected here"),
        ("condition", "a & b", 2, "'&' is not expected here"),
        ("condition", "(" * 65, 64, "parentheses are nested deeper than 64"),
        ("condition", "not " * 65 + "a == x", 0, "'not' occurs more than 64 times"),
        ("condition", "a" * 4001, 4000, "the text is longer than 4,000 characters"),
        (
            "chain",
            "a > ",
            3,
            "the text ends too early; write names joined by >, >= or ~, the best first",
        ),
        ("chain", "a < b", 2, "'<' is not expected here; write names joined by >, >= or ~"),
        ("chain", "a, b", 1, "',' is not expected here; write names joined by >, >= or ~"),
        (
            "comparison",
            "no deal > (a == x)",
            13,
            "'==' is not expected here; inside a package write issue = option",
        ),
        ("comparison", "no deal > (a = x", 16, "the text ends too early; close the ( with )"),
        (
            "comparison",
            "whatever else > a",
            14,
            "'>' is not expected here; a comparison looks like: no deal > ",
        ),
        (
            "package",
            "march, april",
            12,
            "the text ends too early; a package looks like: april_plan, forces = none",
        ),
        ("package", "no deal, a = x", 3, "'deal' is not expected here; a package looks like"),
        (
            "package",
            "a = 12 Gb, c = d",
            7,
            "'Gb' is not expected here; put quotes around '12 Gb'; a number goes without its unit",
        ),
        (
            "package",
            "plan b = 3",
            5,
            "'b' is not expected here; put quotes around a name with blanks, 'plan b', or a comma",
        ),
        ("formula", "3*y", 2, "'y' is not expected here; a formula looks like: 32 - 4*x"),
        ("formula", "3x", 1, "'x' is not expected here; a formula looks like"),
        ("formula", "1" * 101, 0, "a number has at most 100 digits"),
        ("formula", "*".join("x" * 9), 0, "a formula has at most the eighth power of x"),
        ("formula", "1/x", 0, "a formula divides by numbers other than 0 only"),
        ("formula", "1/(2 - 2)", 0, "a formula divides by numbers other than 0 only"),
    ],
)
def test_errors_name_the_trouble_under_a_caret(
    kind: str, text: str, column: int, message: str
) -> None:
    with pytest.raises(ExpressionError) as caught:
        getattr(grammar, f"parse_{kind}")(text)
    error = caught.value
    assert error.column == column
    assert error.summary().startswith(message)
    shown, caret = error.pointer().splitlines()
    under = shown[caret.index("^") :][:1]
    assert under == text[column : column + 1] or (under, text[column:]) == ("…", "")


def test_the_caret_stays_under_the_trouble_in_a_long_text() -> None:
    text = " and ".join(["a == x"] * 40) + " and & and " + " and ".join(["a == x"] * 40)
    with pytest.raises(ExpressionError) as caught:
        parse_condition(text)
    shown, caret = str(caught.value).splitlines()[1:]
    assert shown[caret.index("^")] == "&"
    assert len(shown) < 80
    assert shown.count("…") == 2


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("c == x", ["no such issue: 'c'"]),
        ("a == yy", ["a has no option 'yy'"]),
        ("a >= x", ["a is not numeric, so >= says nothing about it"]),
        ("n >= x", ["'x' is not a number"]),
        ("n == 0.25", ["n has no option '0.25'"]),
        ("n in (0, 3) and c == 1", ["n has no option '3'", "no such issue: 'c'"]),
        ("n > 0.25 and n != 1/2", []),
    ],
)
def test_names_are_looked_up(text: str, messages: list[str]) -> None:
    assert [error.problem for error in parse_condition(text).check(ISSUES)] == messages


# A condition and an independent reading of it: a set of packages ---------------------------------

LEVELS = [Fraction(k, 2) for k in range(5)]
Truth = frozenset[tuple[int, int, int]]


def where(issue: int, options: set[int]) -> Truth:
    return frozenset(package for package in PACKAGES if package[issue] in options)


def quoted(text: str) -> str:
    return f"'{text}'" if " " in text else text


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Truth]:
    k = draw(st.integers(0, 2))
    issue = ISSUES.issues[k]
    if k == 2 and draw(st.booleans()):
        bound = draw(st.integers(-1, 5))
        sign, holds = draw(
            st.sampled_from(
                [
                    ("<", lambda level: 2 * level < bound),
                    ("<=", lambda level: 2 * level <= bound),
                    (">", lambda level: 2 * level > bound),
                    (">=", lambda level: 2 * level >= bound),
                ]
            )
        )
        return f"n {sign} {bound / 2}", where(2, {o for o in range(5) if holds(LEVELS[o])})
    chosen = draw(st.sets(st.integers(0, len(issue.options) - 1), min_size=1))
    rest = set(range(len(issue.options))) - chosen
    names = ", ".join(quoted(issue.options[o]) for o in sorted(chosen))
    if len(chosen) == 1 and draw(st.booleans()):
        equal = draw(st.booleans())
        return f"{issue.name} {'==' if equal else '!='} {names}", where(
            k, chosen if equal else rest
        )
    inside = draw(st.booleans())
    return f"{issue.name} {'' if inside else 'not '}in ({names})", where(
        k, chosen if inside else rest
    )


def joined(parts: st.SearchStrategy[tuple[str, Truth]]) -> st.SearchStrategy[tuple[str, Truth]]:
    def of(sign: str, pair: tuple[tuple[str, Truth], ...]) -> tuple[str, Truth]:
        (left, these), (right, those) = pair
        return f"({left}) {sign} ({right})", these & those if sign == "and" else these | those

    both = st.builds(of, st.sampled_from(["and", "or"]), st.tuples(parts, parts))
    negated = parts.map(lambda part: (f"not ({part[0]})", frozenset(PACKAGES) - part[1]))
    return both | negated


@given(st.recursive(comparisons(), joined, max_leaves=6))
def test_a_condition_holds_where_it_should(written: tuple[str, Truth]) -> None:
    text, truth = written
    condition = parse_condition(text)
    assert not list(condition.check(ISSUES))
    assert {package for package in PACKAGES if condition.holds(package, ISSUES)} == truth


@given(
    comparisons(),
    comparisons(),
    comparisons(),
    st.sampled_from(["and", "or"]),
    st.sampled_from(["and", "or"]),
)
def test_precedence_without_parentheses(
    a: tuple[str, Truth], b: tuple[str, Truth], c: tuple[str, Truth], first: str, second: str
) -> None:
    condition = parse_condition(f"{a[0]} {first} {b[0]} {second} not {c[0]}")
    last = frozenset(PACKAGES) - c[1]
    expected = {
        ("and", "and"): a[1] & b[1] & last,
        ("and", "or"): (a[1] & b[1]) | last,
        ("or", "and"): a[1] | (b[1] & last),
        ("or", "or"): a[1] | b[1] | last,
    }[first, second]
    assert {package for package in PACKAGES if condition.holds(package, ISSUES)} == expected


LANGUAGE = st.lists(
    st.sampled_from(
        [
            *("a", "b", "n", "x", "no deal", "status quo", "whatever else"),
            *("and", "or", "not", "in", "==", "!=", ">=", "1", "0.5", "\n", "é", "\u202e", "…"),
            *"()=<>~!,'\"+-*/ ",
        ]
    ),
    max_size=25,
).map(" ".join)


@given(LANGUAGE | st.text(max_size=50))
def test_any_text_is_understood_or_refused(text: str) -> None:
    for parse in (parse_condition, parse_chain, parse_comparison, parse_package, parse_formula):
        try:
            found = parse(text)
        except DetenteError as error:
            assert str(error).count("\n") == 2, str(error)  # noqa: PT017 - either is right
        else:
            assert not isinstance(found, Chain) or found.words
