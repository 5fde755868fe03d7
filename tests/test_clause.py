"""Clauses against an evaluator written from the definition; parts left out against rewriting."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.answers.scope import scope
from detente.breadth import difference, effects
from detente.clause import parse_clause, spelled
from detente.errors import ExpressionError
from detente.grammar import parse_condition
from detente.sheet import read_register
from detente.solvers.kleene import NO, UNKNOWN, YES
from detente.work import Work
from tests.answers.cases import words

# --- an oracle: trees as plain tuples, subjects as plain dictionaries ----------------------------

DOMAINS = {
    "region": ["north", "south", "North Vale"],
    "armed": ["yes", "no"],
    "members": ["0", "1/2", "3"],
    "since": ["2001-09-11", "2010-01-01"],
}
TYPES = {"region": "text", "armed": "yes/no", "members": "number", "since": "date"}
ORDERED = {"members", "since"}


def key(value: str):
    """Return a value as it is compared: numbers as numbers, the rest by its text."""
    return Fraction(value) if value[0].isdigit() and "-" not in value else value


def said(operator: str, value: str, others: list[str]) -> bool:
    a, b = key(value), [key(other) for other in others]
    return {
        "==": lambda: a == b[0],
        "!=": lambda: a != b[0],
        "in": lambda: a in b,
        "not in": lambda: a not in b,
        "<": lambda: a < b[0],
        "<=": lambda: a <= b[0],
        ">": lambda: a > b[0],
        ">=": lambda: a >= b[0],
    }[operator]()


def holds(tree, row) -> bool | None:
    """Return the truth of a tree for one subject in Kleene's logic; None for unknown."""
    kind, *rest = tree
    if kind == "test":
        column, operator, values = rest
        return None if row[column] is None else said(operator, row[column], values)
    if kind == "not":
        inner = holds(rest[0], row)
        return None if inner is None else not inner
    found = [holds(part, row) for part in rest[0]]
    decisive = kind == "or"
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def word(text: str) -> str:
    return f'"{text}"' if " " in text else text


def text_of(tree) -> str:
    kind, *rest = tree
    if kind == "test":
        column, operator, values = rest
        listed = operator in {"in", "not in"}
        shown = ", ".join(map(word, values))
        return f"{column} {operator} ({shown})" if listed else f"{column} {operator} {shown}"
    if kind == "not":
        return f"not {member(rest[0])}"
    return f" {kind} ".join(map(member, rest[0]))


def member(part) -> str:
    return text_of(part) if part[0] in {"test", "not"} else f"({text_of(part)})"


def without(tree):
    """Yield each part as (kind, its text, the tree from which it is struck), outer parts first."""
    kind, *rest = tree
    if kind == "test":
        column, operator, values = rest
        for k, value in enumerate(values if len(values) > 1 else []):
            fewer = values[:k] + values[k + 1 :]
            yield "value", word(value), ("test", column, operator, fewer)
    elif kind == "not":
        yield from ((k, text, ("not", inner)) for k, text, inner in without(rest[0]))
    else:
        parts = rest[0]
        for k, part in enumerate(parts):
            fewer = parts[:k] + parts[k + 1 :]
            yield kind, member(part), fewer[0] if len(fewer) == 1 else (kind, fewer)
            for what, text, inner in without(part):
                yield what, text, (kind, [*parts[:k], inner, *parts[k + 1 :]])


@st.composite
def comparisons(draw):
    column = draw(st.sampled_from(list(DOMAINS)))
    ordering = ["<", "<=", ">", ">="] if column in ORDERED else []
    operator = draw(st.sampled_from(["==", "!=", "in", "not in", *ordering]))
    most = 3 if operator in {"in", "not in"} else 1
    return (
        "test",
        column,
        operator,
        draw(st.lists(st.sampled_from(DOMAINS[column]), min_size=1, max_size=most)),
    )


trees = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)
ROWS = [
    dict(zip(DOMAINS, row, strict=True))
    for row in product(*([*values, None] for values in DOMAINS.values()))
]
"""Every combination of values, each cell also empty."""
REGISTER = read_register(
    "\n".join(
        [
            ",".join(["name", *(f"{name}:{kind}" for name, kind in TYPES.items())]),
            *(f"s{k}," + ",".join(v or "" for v in row.values()) for k, row in enumerate(ROWS)),
        ]
    )
)
STATUS = {True: YES, False: NO, None: UNKNOWN}


@given(trees)
def test_whom_a_clause_covers_is_what_the_definition_says(tree):
    clause = parse_clause(text_of(tree), REGISTER)
    assert clause.truth.tolist() == [STATUS[holds(tree, row)] for row in ROWS]


@given(trees)
def test_a_part_is_spelled_so_that_it_is_read_back(tree):
    assert spelled(parse_condition(text_of(tree)).tree) == text_of(tree)


@given(trees)
def test_what_kleene_tells_holds_however_the_cells_are_filled(tree):
    for row in ROWS:
        told = holds(tree, row)
        if told is None:
            continue
        filled = [[v] if v is not None else DOMAINS[c] for c, v in row.items()]
        for completion in product(*filled):
            assert holds(tree, dict(zip(row, completion, strict=True))) is told


def test_kleene_may_leave_open_what_every_completion_settles():
    register = read_register("name,since:date\nA,\n")
    clause = parse_clause("since < 2001-09-11 or since >= 2001-09-11", register)
    assert clause.truth.tolist() == [UNKNOWN]


@given(trees)
@settings(deadline=None)
def test_parts_left_out_are_clauses_rewritten(tree):
    clause = parse_clause(text_of(tree), REGISTER)
    before = [holds(tree, row) for row in ROWS]
    wanted = []
    for kind, text, rest in without(tree):
        after = [holds(rest, row) for row in ROWS]
        assert [STATUS[one] for one in after] == parse_clause(
            text_of(rest), REGISTER
        ).truth.tolist()
        pairs = list(enumerate(zip(before, after, strict=True)))
        wanted.append(
            (
                kind,
                text,
                [k for k, (a, b) in pairs if a is False and b is True],
                [k for k, (a, b) in pairs if a is True and b is False],
                [k for k, (a, b) in pairs if (a is None) != (b is None)],
            )
        )
    found = [
        (
            one.part.kind,
            one.part.text,
            one.change.added.tolist(),
            one.change.dropped.tolist(),
            one.change.unclear.tolist(),
        )
        for one in effects(clause, Work())
    ]
    # The most widening first, ties in the order of the text.
    assert found == sorted(wanted, key=lambda one: len(one[2]) - len(one[3]))
    assert [(p.kind, p.text) for p in clause.parts()] == [(kind, text) for kind, text, *_ in wanted]
    assert all(not added or not dropped for _, _, added, dropped, _ in found)


@given(trees)
def test_the_column_that_is_missing(tree):
    """Filling every column named makes it known; a column not named is no matter."""
    clause = parse_clause(text_of(tree), REGISTER)
    missing = {name: where.tolist() for name, where in clause.missing().items()}
    for k, row in enumerate(ROWS):
        named = {name for name, where in missing.items() if where[k]}
        assert all(row[name] is None for name in named)
        assert bool(named) == (holds(tree, row) is None)
        if not named:
            continue
        free = [DOMAINS[c] if c in named else [v] for c, v in row.items()]
        for values in product(*free):
            assert holds(tree, dict(zip(row, values, strict=True))) is not None


# --- another wording -----------------------------------------------------------------------------


def upright(tree, *, negated=False):
    """Return the tree with every ``not`` drawn into the comparisons."""
    turn = {"==": "!=", "in": "not in", "<": ">=", "<=": ">"}
    turn |= {b: a for a, b in turn.items()}
    kind, *rest = tree
    if kind == "test":
        column, operator, values = rest
        return ("test", column, turn[operator] if negated else operator, values)
    if kind == "not":
        return upright(rest[0], negated=not negated)
    joint = {"and": "or", "or": "and"}[kind] if negated else kind
    return (joint, [upright(part, negated=negated) for part in rest[0]])


def texts(tree) -> set[str]:
    kind, *rest = tree
    return {text_of(tree)} if kind == "test" else set().union(*map(texts, rest[0]))


def given_only(tree, true: set[str]) -> bool:
    """Return the truth of an upright tree when these comparisons hold and no others do."""
    kind, *rest = tree
    if kind == "test":
        return text_of(tree) in true
    return {"and": all, "or": any}[kind](given_only(part, true) for part in rest[0])


@given(trees, trees)
@settings(deadline=None)
def test_what_another_wording_changes_and_which_comparisons_do_it(one, two):
    clause, wording = (parse_clause(text_of(tree), REGISTER) for tree in (one, two))
    found = difference(clause, wording, Work())
    pairs = [(holds(one, row), holds(two, row)) for row in ROWS]
    added = [k for k, pair in enumerate(pairs) if pair == (False, True)]
    dropped = [k for k, pair in enumerate(pairs) if pair == (True, False)]
    assert found.change.added.tolist() == added
    assert found.change.dropped.tolist() == dropped
    assert found.change.unclear.tolist() == [
        k for k, (a, b) in enumerate(pairs) if (a is None) != (b is None)
    ]
    both = texts(upright(one)) & texts(upright(two))
    for is_added, whom in ((True, added), (False, dropped)):
        for is_wording, tree in ((True, upright(two)), (False, upright(one))):
            grounds = [g for g in found.grounds if (g.added, g.wording) == (is_added, is_wording)]
            assert sorted({k for g in grounds for k in g.subjects.tolist()}) == whom
            sizes = [len(g.subjects) for g in grounds]
            assert sizes == sorted(sizes, reverse=True)
            for ground in grounds:
                check_ground(ground, tree)
                assert set(ground.own) == set(ground.tests) - both
            for k in whom:
                mine = [g for g in grounds if k in g.subjects.tolist()]
                assert [k in g.alone.tolist() for g in mine] == [len(mine) == 1] * len(mine)


def check_ground(ground, tree):
    """A ground holds of its subjects, is enough by itself, and is not without any member."""
    chosen = set(ground.tests)
    for test in chosen:
        truth = parse_clause(test, REGISTER).truth[ground.subjects]
        assert (truth == (YES if ground.covers else NO)).all()

    def enough(these: set[str]) -> bool:
        # The tree is monotone in its comparisons, so the others are set to their worst.
        true = these if ground.covers else texts(tree) - these
        return given_only(tree, true) is ground.covers

    assert enough(chosen)
    assert not any(enough(chosen - {test}) for test in chosen)


def test_very_many_reasons_are_cut_and_that_is_said():
    many = " and ".join("(a == 1 or b == 1 or c == 1)" for _ in range(3))
    register = read_register("name,a,b,c\nx,1,1,1\n")
    found = difference(parse_clause("a == 2", register), parse_clause(many, register), Work())
    assert not found.complete
    assert found.grounds[0].tests == ("a == 1",)


# --- how clauses are read and refused ------------------------------------------------------------

SMALL = read_register(
    'country,region,members:number,since,armed,"head of state",mixed\n'
    "Aster,north,5,2011-05-02,yes,Queen O'Hara,1\n"
    "Brume,North Vale,0.5,,no,,2\n"
    "North Vale,Café,,2012-01-01,,none,many\n"
)


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ('country in (Aster, "North Vale")', ["Aster", "North Vale"]),
        ("region == 'North  Vale'", ["Brume"]),
        ("region == Cafe\u0301", ["North Vale"]),
        ("members == 1/2", ["Brume"]),
        ("members == 5.0", ["Aster"]),
        ("members >= 0.50", ["Aster", "Brume"]),
        ("since < 2011-05-03", ["Aster"]),
        ('since <= "2011-05-02"', ["Aster"]),
        ("since > 2011-05-02", ["North Vale"]),
        ("armed == Yes", ["Aster"]),
        ("armed != yes", ["Brume"]),
        ('"head of state" == "Queen O\'Hara"', ["Aster"]),
        ("mixed == 2", ["Brume"]),
        ("not region in (north)", ["Brume", "North Vale"]),
    ],
)
def test_values_are_compared_by_their_kind(text, covered):
    truth = parse_clause(text, SMALL).truth.tolist()
    assert [s for s, t in zip(SMALL.subjects, truth, strict=True) if t == YES] == covered


@pytest.mark.parametrize(
    ("text", "says", "at"),
    [
        ("regoin == north", "no such column: 'regoin'; did you mean 'region'?", 0),
        ("members == many", "members holds numbers, and 'many' is not a number", 11),
        ('members > "1,200"', "write it without thousands separators", 10),
        ("members in (1, north)", "'north' is not a number", 15),
        ("since >= 2011", "since holds dates, and '2011' is not a date; write year-month-day", 9),
        ("since == 2011-02-30", "'2011-02-30' is not a date", 9),
        ("armed == maybe", "armed holds yes or no, and 'maybe' is not yes or no", 9),
        ("armed > no", "armed holds yes/no, so > says nothing about it; use ==, != or in", 0),
        ("region < south", "region holds text, so < says nothing about it; use ==", 0),
        ("mixed < 3", "some of it are numbers, but not 'many'", 0),
        ("region == North Vale", 'several words needs quotes: "North Vale"', 16),
        ("region = north", "write == to compare", 7),
        ("region", "the text ends too early; a clause looks like", 6),
        ("", "the text is empty", 0),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_caret(text, says, at):
    with pytest.raises(ExpressionError) as error:
        parse_clause(text, SMALL)
    assert says in str(error.value)
    assert error.value.column == at


def test_a_value_that_no_subject_has_is_allowed_and_noted():
    clause = parse_clause("region in (nroth, Atlantis) or members == 7 or armed == no", SMALL)
    assert [(one.column, one.value, one.hint) for one in clause.unmatched()] == [
        ("region", "nroth", "did you mean 'north'?"),
        ("region", "Atlantis", ""),
        ("members", "7", ""),
    ]
    assert clause.truth.tolist() == [NO, YES, UNKNOWN]


@given(trees, trees)
@settings(deadline=None, max_examples=40)
def test_any_clause_can_be_told(one, two):
    answer = scope(REGISTER, text_of(one), against=text_of(two))
    data = answer.data()
    assert sum(data["counts"].values()) == len(ROWS)
    assert len(data["covered"]) == data["counts"]["covered"]
    for group in data["breakdown"]:
        counted = [one["covered"] + one["not_covered"] + one["unknown"] for one in group["groups"]]
        assert sum(counted) == len(ROWS)
    assert f"The clause covers {len(data['covered']):,} of the {len(ROWS):,}" in words(answer)
