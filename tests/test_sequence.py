"""Orders in words: what they mean, what is refused, and the way back to text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.errors import ExpressionError
from detente.sequence import LONGEST_ORDER, Bundles, parse_sequence

NAMES = ("alliance", "forces", "rest", "then", "eu-path", "größe", "b2")


@st.composite
def orders(draw: st.DrawFn) -> Bundles:
    """Return an order of some of the names in bundles, with ``rest`` somewhere or nowhere."""
    names = draw(st.permutations(NAMES))
    names = names[: draw(st.integers(1, len(names)))]
    cuts = sorted(draw(st.sets(st.integers(1, len(names)), max_size=len(names))))
    ends = [*cuts, len(names)]
    bundles = [list(names[a:b]) for a, b in zip([0, *cuts], ends, strict=True) if a < b]
    rest = draw(st.none() | st.integers(0, len(bundles)))
    if rest == len(bundles):
        bundles.append([])
    return Bundles.of(bundles, rest=rest)


@given(orders())
def test_text_and_back_is_the_same_order(order: Bundles) -> None:
    assert parse_sequence(order.text) == order
    spread = order.text.replace(" ", "  \n ")
    assert parse_sequence(spread).written == order.text
    assert parse_sequence(spread).bundles == order.bundles


@given(orders())
def test_every_name_has_one_place_and_rest_takes_the_others(order: Bundles) -> None:
    bundles = order.over(NAMES)
    assert sorted(k for bundle in bundles for k in bundle) == list(range(len(NAMES)))
    assert all(bundle and list(bundle) == sorted(bundle) for bundle in bundles)
    place = {NAMES[k]: t for t, bundle in enumerate(bundles) for k in bundle}
    # names keep their order, and names of one bundle stay together
    stated = [[place[name] for name in bundle] for bundle in order.bundles if bundle]
    assert all(len(set(places)) == 1 for places in stated)
    assert [places[0] for places in stated] == sorted({places[0] for places in stated})
    others = {place[name] for name in NAMES if name not in order.names}
    assert len(others) <= 1
    if others and order.rest is None:
        assert others == {len(bundles) - 1}
    elif others and order.rest is not None and order.bundles[order.rest]:
        assert others == {place[order.bundles[order.rest][0]]}
    elif others and order.rest is not None:
        before = [bundle[0] for bundle in order.bundles[: order.rest]]
        assert others == {len(before)}


@given(orders(), st.sets(st.sampled_from(NAMES), min_size=1))
def test_names_that_are_not_there_are_left_out(order: Bundles, there: set[str]) -> None:
    names = [name for name in NAMES if name in there]
    whole = [[NAMES[k] for k in bundle] for bundle in order.over(NAMES)]
    kept = [[name for name in bundle if name in there] for bundle in whole]
    found = [[names[k] for k in bundle] for bundle in order.over(names)]
    assert found == [bundle for bundle in kept if bundle]


def test_rest_may_stand_anywhere_and_with_others() -> None:
    assert parse_sequence("rest").over(["a", "b"]) == ((0, 1),)
    assert parse_sequence("rest then a").over(["a", "b", "c"]) == ((1, 2), (0,))
    assert parse_sequence("b then a + rest").over(["a", "b", "c"]) == ((1,), (0, 2))
    assert parse_sequence("a then rest").over(["a"]) == ((0,),)


def test_words_of_the_language_are_names_in_quotes() -> None:
    order = parse_sequence("\"rest\" + 'then' then rest")
    assert (order.bundles, order.rest) == ((("rest", "then"), ()), 1)
    assert order.written == '"rest" + "then" then rest'


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 0, "the text is empty"),
        ("  ", 0, "the text is empty"),
        ("a then", 6, "the text ends too early"),
        ("a + ", 3, "the text ends too early"),
        ("then a", 0, "a name is missing before 'then'"),
        ("a + then b", 4, "a name is missing before 'then'"),
        ("a then then b", 7, "a name is missing before 'then'"),
        ("a + + b", 4, "a name is missing before '+'"),
        ("a b", 2, "'b' is not expected here"),
        ("a, b", 1, "',' is not expected here"),
        ("a > b", 2, "'>' is not expected here"),
        ("(a + b)", 0, "'(' is not expected here"),
        ("2 then a", 0, "'2' is not expected here"),
        ("rest then a + rest", 14, "'rest' stands in the order twice"),
        ("a then 'b", 7, "a quote is opened here and not closed"),
        ('"" then b', 0, "'\"\"' is not expected here"),
    ],
)
def test_what_cannot_be_read_is_shown_with_a_caret(text: str, column: int, problem: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse_sequence(text)
    found = caught.value
    assert found.column == column
    assert found.problem == problem
    caret = found.pointer().splitlines()[1].index("^")
    assert caret == 4 + column


def test_no_text_however_long_takes_long() -> None:
    with pytest.raises(ExpressionError, match="longer than 4,000 characters"):
        parse_sequence("a + " * LONGEST_ORDER)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        order = parse_sequence(text)
    except ExpressionError:
        return
    assert parse_sequence(order.written) == Bundles.of(order.bundles, rest=order.rest)


def found(order: Bundles, names: list[str]) -> list[tuple[int, str]]:
    return [(error.column, error.summary()) for error in order.check(names)]


def test_names_are_looked_up_where_they_stand() -> None:
    order = parse_sequence("aliance then forces + aliance then rest")
    missing = "no such issue: 'aliance'; did you mean 'alliance'?"
    assert found(order, ["alliance", "forces"]) == [(0, missing), (22, missing)]


def test_a_name_that_stands_twice_is_one_fault() -> None:
    order = parse_sequence("a then b + a + a")
    twice = "a stands in the order twice; keep one of the two"
    assert found(order, ["a", "b"]) == [(11, twice)]


def test_an_empty_bundle_built_by_hand_is_a_fault() -> None:
    order = Bundles(text="", bundles=(("a",), ()))
    assert [problem for _, problem in found(order, ["a"])] == [
        "bundle 2 of the order is empty; an order looks like: alliance + forces then rest"
    ]
    assert found(Bundles.of([["a"], []], rest=1), ["a"]) == []


def test_an_order_with_a_gap_says_what_is_left_out() -> None:
    error = parse_sequence("a then b").left_out(["a", "b", "c", "d"])
    assert error is not None
    assert error.summary() == "the order leaves out c, d; add them, or end with: then rest"
    assert error.column == 8
    assert parse_sequence("a then rest").left_out(["a", "b"]) is None
    assert parse_sequence("a then b").left_out(["a", "b"]) is None
