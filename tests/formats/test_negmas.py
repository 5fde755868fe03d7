"""NegMAS scenarios: what is read comes to its exact values, and what is not is named."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case import Case, Party
from detente.errors import CaseError, DetenteError
from detente.formats import dump, files_of, load, loads
from detente.formats.folder import File, Folder
from detente.formats.negmas import read_folder, recognises
from detente.linear import Bounds
from detente.statements.no_deal import NoDeal
from detente.statements.red_line import RedLine
from detente.statements.rule import Rule
from detente.statements.scores import Scores

SPACE = """\
issues:
- name: price
  type: ContiguousIssue
  values:
  - 1
  - 3
- name: colour
  type: CategoricalIssue
  values:
  - red
  - 'no'
name: Car
path: null
type: DiscreteCartesianOutcomeSpace
"""
BUYER = """\
name: buyer
reserved_outcome: null
reserved_value: 0.25
stability: 2047
type: LinearAdditiveUtilityFunction
values:
- bias: 4.0
  slope: -1.0
  type: AffineFun
- mapping:
    'no': 1.0e-05
    red: 2
  type: TableFun
weights:
- 0.5
- 3
"""


def scenario(*functions: str | Mapping[str, Any], space: str = SPACE) -> Case:
    """Return the case of a folder with an outcome space and functions; trees become JSON."""
    files = [File(name="domain.yml", data=space.encode())]
    for k, function in enumerate(functions, start=1):
        text = function if isinstance(function, str) else json.dumps(function)
        name = f"p{k}.yml" if isinstance(function, str) else f"p{k}.json"
        files.append(File(name=name, data=text.encode()))
    return read_folder(Folder(name="car", files=tuple(files)))


def function(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": "p", "reserved_value": 0, **more}


def worths(case: Case, party: int = 0) -> list[Fraction]:
    """Return what every package is worth to a party, straight from its statements."""
    own = [s for s in case.statements if s.party == case.parties[party].name]
    scores = next(s for s in own if isinstance(s, Scores))
    amounts = {(k, option): b.low for k, option, b in scores.amounts(case.vocabulary)}
    found = []
    for package in itertools.product(*(range(len(issue.options)) for issue in case.issues)):
        total = sum((_between(case, amounts, k, o) for k, o in enumerate(package)), Fraction(0))
        for rule in own:
            if isinstance(rule, Rule) and rule.condition.holds(package, case.vocabulary):
                total += rule.worth.low or 0
        found.append(total)
    return found


def _between(
    case: Case, amounts: Mapping[tuple[int, int], Fraction | None], k: int, option: int
) -> Fraction:
    """Return the points of an option; between those of a numeric issue it is linear."""
    levels = case.issues[k].levels
    left = max(o for i, o in amounts if i == k and o <= option) if levels else option
    right = min(o for i, o in amounts if i == k and o >= option) if levels else option
    low, high = amounts[k, left], amounts[k, right]
    assert low is not None
    assert high is not None
    if levels is None or left == right:
        return low
    return low + (high - low) * (levels[option] - levels[left]) / (levels[right] - levels[left])


def walking(case: Case, party: int = 0) -> Bounds:
    name = case.parties[party].name
    return next(s.worth for s in case.statements if isinstance(s, NoDeal) and s.party == name)


def exactly(number: str | int) -> Bounds:
    return Bounds(low=Fraction(number), high=Fraction(number))


def fault(*functions: str | Mapping[str, Any], space: str = SPACE) -> str:
    with pytest.raises(CaseError) as caught:
        scenario(*functions, space=space)
    return str(caught.value)


# --- reading ------------------------------------------------------------------------------------


def test_a_scenario() -> None:
    case = scenario(BUYER)
    assert case.title == "Car"
    assert case.note == ("Read from NegMAS: the first option of every issue is its status quo.")
    assert case.parties == (Party(name="buyer"),)
    assert [(i.name, i.options, i.status_quo) for i in case.issues] == [
        ("price", ("1", "2", "3"), "1"),
        ("colour", ("red", "no"), "red"),
    ]
    # 0.5 (4 - price) + 3 colour
    hundred_thousandths = Fraction(3, 100_000)
    assert worths(case) == [
        value
        for price in (1, 2, 3)
        for value in (
            Fraction(4 - price, 2) + 6,
            Fraction(4 - price, 2) + hundred_thousandths,
        )
    ]
    assert walking(case) == exactly("0.25")


def test_minus_infinity_means_that_every_package_is_better() -> None:
    for text in ("-.inf", "null"):
        case = scenario(BUYER.replace("reserved_value: 0.25", f"reserved_value: {text}"))
        worst = min(worths(case))
        assert walking(case) == Bounds(high=worst, strict=True)
        assert "nothing says how much less" in case.note
    tree = function("ConstUtilityFunction", value=2) | {"reserved_value": float("-inf")}
    assert "-Infinity" in json.dumps(tree)
    assert walking(scenario(tree)) == Bounds(high=Fraction(2), strict=True)


def test_a_wrapper_hides_no_reserved_value() -> None:
    inner = function("ConstUtilityFunction", value=2) | {"reserved_value": 0.5}
    outer = function("ExpDiscountedUFun", ufun=inner, discount=0.9, factor="step")
    case = scenario(outer | {"reserved_value": float("-inf")})
    assert walking(case) == exactly("0.5")
    assert case.parties[0].note == (
        "Packages lose worth with time (discount 0.9, factor step); they count here as agreed "
        "at once."
    )
    assert walking(scenario(outer | {"reserved_value": 0.75})) == exactly("0.75")
    undiscounted = scenario(function("LinDiscountedUFun", ufun=inner, cost=0))
    assert not undiscounted.parties[0].note


def test_a_reserved_outcome_is_worth_what_it_is_worth() -> None:
    tree = function("MappingUtilityFunction", mapping={}, default=7)
    for outcome in ([2, "no"], {"price": 2, "colour": "no"}):
        text = yaml.safe_dump(tree | {"reserved_value": None, "reserved_outcome": outcome})
        assert walking(scenario(text)) == exactly(7)
    both = tree | {"reserved_value": 3, "reserved_outcome": [2, "no"]}
    assert "the reserved outcome is not worth the reserved value" in fault(both)
    assert "price has no option '9'" in fault(tree | {"reserved_outcome": [9, "no"]})
    assert "2 options are expected here, not 1" in fault(tree | {"reserved_outcome": [1]})


ONE = """\
issues: [{name: x, type: ContiguousIssue, values: [0, 4]}]
name: One
type: CartesianOutcomeSpace
"""


@pytest.mark.parametrize(
    ("kind", "parameters", "expected"),
    [
        ("IdentityFun", {}, "0 1 2 3 4"),
        ("LinearFun", {"slope": 0.1}, "0 0.1 0.2 0.3 0.4"),
        ("AffineFun", {"slope": -2, "bias": 1}, "1 -1 -3 -5 -7"),
        ("ConstFun", {"bias": 3}, "3 3 3 3 3"),
        ("QuadraticFun", {"a2": 1, "a1": -3, "bias": 2}, "2 0 0 2 6"),
        ("PolynomialFun", {"coefficients": [0, 0, 1], "bias": 1}, "1 2 9 28 65"),
        ("TriangularFun", {"start": 0, "middle": 1, "end": 4}, "0 1 2/3 1/3 0"),
        ("TriangularFun", {"start": 0, "middle": 0, "end": 4, "scale": 4, "bias": 1}, "1 4 3 2 1"),
        (
            "TrapezoidalFun",
            {"start": 0, "rise_end": 2, "fall_start": 3, "end": 4, "scale": 2},
            "0 1 2 2 0",
        ),
        (
            "TrapezoidalFun",
            {"start": 1, "rise_end": 1, "fall_start": 2, "end": 4, "bias": 1},
            "1 2 2 1.5 1",
        ),
        ("BiasedFun", {"fun": {"type": "IdentityFun"}, "bias": 0.5}, "0.5 1.5 2.5 3.5 4.5"),
        (
            "AggregatingFun",
            {
                "funs": [{"type": "IdentityFun"}, {"type": "ConstFun", "bias": 1}],
                "weights": [2, 3],
                "bias": 1,
            },
            "4 6 8 10 12",
        ),
        ("TableFun", {"mapping": {"0": 1, "1": 2, "2.0": 3, "3": 4, "4": 5}}, "1 2 3 4 5"),
    ],
)
def test_value_functions(kind: str, parameters: dict[str, Any], expected: str) -> None:
    # With a middle of 0, 0 lies at the start, where NegMAS gives the bias alone.
    values = [{"type": f"negmas.preferences.value_fun.{kind}", **parameters}]
    case = scenario(function("LinearAdditiveUtilityFunction", values=values), space=ONE)
    assert worths(case) == [Fraction(text) for text in expected.split()]


@pytest.mark.parametrize(
    ("kind", "parameters", "message"),
    [
        ("GaussianFun", {"center": 1, "sigma": 1}, "'GaussianFun' is not read: its values are no"),
        ("LambdaFun", {"f": "__LAMBDA_OBJ__"}, "a value function that is a program is not read"),
        ("AffinFun", {}, "'AffinFun' is not read; did you mean 'AffineFun'?"),
        ("AffineFun", {"slop": 1}, "unknown key 'slop'; did you mean 'slope'?"),
        ("AffineFun", {"slope": "NaN"}, "'NaN' is not a number"),
        ("TableFun", {"mapping": {"0": 1}}, "no value for '1'"),
        ("TableFun", {"mapping": {"7": 1}}, "x has no option '7'"),
        ("TableFun", {"mapping": {"0": 1, "0.0": 1}}, "'0.0' is there twice, spelled in two ways"),
        ("PolynomialFun", {"coefficients": [1] * 11}, "11 coefficients stand here, more than 10"),
        ("BiasedFun", {"bias": 1}, "'fun' is missing"),
        ("BiasedFun", {"fun": {"type": "IdentityFun"}, "normalize": True}, "to be normalised"),
        ("TrapezoidalFun", {"start": 3, "end": 1}, "do not ascend"),
    ],
)
def test_value_functions_that_are_refused(
    kind: str, parameters: dict[str, Any], message: str
) -> None:
    values = [{"type": kind, **parameters}]
    assert message in fault(function("LinearAdditiveUtilityFunction", values=values), space=ONE)


def test_a_formula_needs_numbers() -> None:
    tree = function(
        "LinearAdditiveUtilityFunction", values=[{"type": "IdentityFun"}, {"type": "IdentityFun"}]
    )
    assert "values[1]: IdentityFun needs numbers, and 'red' is none" in fault(tree)
    assert "needs numbers, and colour has 'red'" in fault(function("LinearUtilityFunction"))


def test_linear_functions() -> None:
    two = ONE.replace("[0, 4]}", "[0, 1]}, {name: y, type: DiscreteCardinalIssue, values: [1, 5]}")
    for weights in ([1, 2], {"y": 2, "x": 1}):
        case = scenario(function("AffineUtilityFunction", weights=weights, bias=3), space=two)
        assert worths(case) == [5, 13, 6, 14]
    case = scenario(function("LinearUtilityFunction", weights=None), space=two)
    assert worths(case) == [Fraction(n, 2) for n in (1, 5, 2, 6)]


def test_boxes_become_rules_and_ranges_leave_out_their_ends() -> None:
    tree = function(
        "HyperRectangleUtilityFunction",
        outcome_ranges=[
            {"0": [1, 3]},  # a range: only 2 lies within
            {"0": [1, 3, 3], "1": "no"},  # a choice
            {"1": ["red", "no"]},  # every option
            {"0": [7, 9]},  # none
            None,
        ],
        utilities=[10, 100, 1000, 5, 10_000],
        weights=[1, 2, 1, 1, 1],
        bias=0.5,
    )
    case = scenario(tree)
    assert worths(case) == [Fraction(f"{n}.5") for n in (11000, 11200, 11010, 11010, 11000, 11200)]
    assert case.parties[0].note == "The two ends of a range are not in it, as NegMAS reads them."
    assert "no such issue: '2'" in fault(tree | {"outcome_ranges": [{"2": 1}] * 5})
    assert "one number here, and no function" in fault(tree | {"utilities": [{"type": "X"}] * 5})
    numbered = SPACE.replace("red", "'8'").replace("'no'", "'9'")
    ranges = [{"1": ["8", "9"]}] * 5
    assert "these are labels" in fault(tree | {"outcome_ranges": ranges}, space=numbered)
    assert "nothing is allowed here" in fault(tree | {"outcome_ranges": [{"0": None}] * 5})


def test_ranges_without_an_end() -> None:
    box = "type: HyperRectangleUtilityFunction\nname: p\nutilities: [5]\noutcome_ranges: "
    for text, worth in (
        ("[-.inf, .inf]", [5, 5, 5]),
        ("[1, .INF]", [0, 5, 5]),
        ("[-inf, 3]", [5, 5, 0]),
        ("[.inf, -.inf]", [0, 0, 0]),
    ):
        case = scenario(f"{box}[{{0: {text}, 1: red}}]\nreserved_value: 0\n")
        assert worths(case)[::2] == worth
    for text in ("[.nan, 3]", "[1, 1.0e+308]", "[1, null]", "[a, 3]"):
        assert "is no end of a range" in fault(f"{box}[{{0: {text}}}]\n")


def test_a_number_that_yaml_reads_as_octal_is_refused() -> None:
    text = "type: ConstUtilityFunction\nname: p\nreserved_value: 0\nvalue: "
    assert "may be 10 or, as YAML reads it, octal" in fault(f"{text}010\n")
    assert worths(scenario(f"{text}0.50\n"))[0] == Fraction(1, 2)


def test_a_table_over_packages() -> None:
    text = """\
type: MappingUtilityFunction
name: p
default: 0.5
reserved_value: 0
mapping:
  ? - 1
    - red
  : 2
  ? - 3
    - 'no'
  : 4
"""
    half = Fraction(1, 2)
    assert worths(scenario(text)) == [2, half, half, half, half, 4]
    assert "4 packages are left out and worth minus infinity" in fault(text.replace("0.5", "-.inf"))
    rows = list(itertools.product((1, 2, 3), ("red", "no")))
    numbers = [5, 7, 6, 8, 1, 4]  # the first four are a sum over issues
    whole = "type: MappingUtilityFunction\nname: p\nreserved_value: 0\nmapping:\n" + "".join(
        f"  ? [{price}, '{colour}']\n  : {number}\n"
        for (price, colour), number in zip(rows, numbers, strict=True)
    )
    case = scenario(whole)
    assert worths(case) == numbers
    assert len([s for s in case.statements if isinstance(s, Rule)]) == 1


def test_a_weighted_sum_of_functions() -> None:
    box = function("HyperRectangleUtilityFunction", outcome_ranges=[{"1": ["no"]}], utilities=[1])
    parts = [function("ConstUtilityFunction", value=2), box, box]
    case = scenario(function("WeightedUtilityFunction", ufuns=parts, weights=[0.5, 4, 2]))
    assert worths(case) == [1, 7, 1, 7, 1, 7]
    assert len([s for s in case.statements if isinstance(s, Rule)]) == 1


def test_minus_infinity_of_an_option_is_a_red_line() -> None:
    case = scenario(BUYER.replace("'no': 1.0e-05", "'no': -.inf"))
    assert [s.condition.text for s in case.statements if isinstance(s, RedLine)] == ["colour == no"]
    assert "weighted by no positive number" in fault(
        BUYER.replace("'no': 1.0e-05", "'no': -.inf").replace("- 3\n", "- 0\n")
    )


def test_kinds_of_issues() -> None:
    space = """\
type: negmas.outcomes.outcome_space.CartesianOutcomeSpace
issues:
- {name: real, type: ContinuousIssue, values: [0.0, 2.0], n_levels: 10}
- {name: truth, type: DiscreteCardinalIssue, values: [true, false]}
- {name: odd, type: DiscreteCardinalIssue, values: [1, 3, 7]}
- {name: even, type: DiscreteOrdinalIssue, values: [1.5, 2.0, 2.5]}
- {name: year, type: CategoricalIssue, values: [2010, 2012]}
- {name: pair, type: CategoricalIssue, values: [[1, a], [2, b]]}
"""
    case = scenario(function("ConstUtilityFunction", value=1), space=space)
    assert [issue.options for issue in case.issues] == [
        ("0", "0.2", "0.4", "0.6", "0.8", "1", "1.2", "1.4", "1.6", "1.8", "2"),
        ("true", "false"),
        ("1", "3", "7"),
        ("1.5", "2", "2.5"),
        ("2010", "2012"),
        ("(1, a)", "(2, b)"),
    ]
    assert [issue.levels is not None for issue in case.issues] == [
        True, False, False, True, False, False,
    ]  # fmt: skip
    assert case.issues[0].note == "A real number in NegMAS, kept as 11 levels."
    assert case.title == "car"


@pytest.mark.parametrize(
    ("issue", "message"),
    [
        ("{name: x, type: CallableIssue, values: [1]}", "issues of the type 'CallableIssue' are"),
        ("{name: x, values: [1]}", "'type' is missing"),
        ("{type: CategoricalIssue, values: [1]}", "'name' is missing"),
        ("{name: x, type: CategoricalIssue}", "'values' is missing"),
        ("{name: x, type: CategoricalIssue, values: [a, a]}", "'a' is there twice"),
        ("{name: x, type: CategoricalIssue, values: []}", "x: the issue has no options"),
        ("{name: x, type: CategoricalIssue, values: [{a: b}]}", "an option is a text"),
        ("{name: x, type: ContiguousIssue, values: [0, 99999999999]}", "100,000,000,000 options"),
        ("{name: x, type: ContiguousIssue, values: [3, 1]}", "the range is empty"),
        ("{name: x, type: ContiguousIssue, values: [3]}", "two numbers are expected here, not 1"),
        ("{name: x, type: ContinuousIssue, values: [0, .inf]}", "'.inf' is not a number"),
    ],
)
def test_issues_that_are_refused(issue: str, message: str) -> None:
    space = f"issues: [{issue}]\ntype: CartesianOutcomeSpace\n"
    assert message in fault(function("ConstUtilityFunction", value=1), space=space)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type: GPAUtilityFunction\n", "'GPAUtilityFunction' are not read"),
        ("type: UFunConstraint\nufun: {}\n", "its constraint is a program; say it as a red line"),
        ("type: ConstUtilityFunction\nvalu: 1\n", "p1.yml:2: valu: unknown key 'valu'"),
        ("type: ConstUtilityFunction\nvalue: .nan\n", "'.nan' is not a number"),
        ("type: ConstUtilityFunction\nreserved_value: .inf\n", "'.inf' is not a number"),
        ("type: ConstUtilityFunction\nvalue: !!binary X19M\n", "a Python program is stored here"),
        ("type: ConstUtilityFunction\nvalue: !!python/name:os.system x\n", "a Python program is"),
        ("type: ConstUtilityFunction\nvalue: &a 1\n", "the anchor '&a' is not accepted"),
        ("type: ConstUtilityFunction\nvalue: 1\nvalue: 2\n", "'value' is there twice"),
        ("type: LinearAdditiveUtilityFunction\n", "'values' are listed, one for each issue"),
        ("type: LinearAdditiveUtilityFunction\nvalues: [{type: X}]\n", "2 entries are expected"),
        ("type: ExpDiscountedUFun\n", "'ufun' is missing"),
    ],
)
def test_functions_that_are_refused(text: str, message: str) -> None:
    assert message in fault(text)


def test_functions_nested_too_deeply_are_refused() -> None:
    tree = function("ConstUtilityFunction", value=1)
    for _ in range(8):
        tree = function("WeightedUtilityFunction", ufuns=[tree])
    assert worths(scenario(tree)) == [1] * 6
    tree = function("WeightedUtilityFunction", ufuns=[tree])
    assert "utility functions are nested deeper than 8" in fault(tree)


def test_json_that_is_refused() -> None:
    head = '{"type": "ConstUtilityFunction", '
    for text, message in (
        (head + '"value": 1, "value": 2}', "'value' is there twice"),
        (head + '"value": 1', "the file is not JSON"),
        (head + '"value": ' + "[" * 120 + "]" * 120 + "}", "nested deeper than"),
        (head + '"value": ' + "[" * 20000 + "]" * 20000 + "}", "nested deeper than"),
        (head + '"value": 1e999}', "'1e999' is not a number"),
    ):
        assert message in fault(text)


def test_too_many_rules_are_refused() -> None:
    space = ONE.replace("4]", "40]") + ""
    space = space.replace("}]", "}, {name: y, type: ContiguousIssue, values: [0, 40]}]")
    rows = "".join(f"  ? [{x}, {y}]\n  : {x * y + 1}\n" for x in range(41) for y in range(41))
    text = f"type: MappingUtilityFunction\ndefault: 0\nmapping:\n{rows}"
    assert "the function comes to 1,600 rules, more than 500" in fault(text, space=space)


# --- files and folders --------------------------------------------------------------------------


def test_a_folder_of_files(tmp_path: Path) -> None:
    (tmp_path / "Car.yml").write_text(SPACE, encoding="utf-8")
    (tmp_path / "p10.yml").write_text(BUYER.replace("buyer", "ten"), encoding="utf-8")
    (tmp_path / "p2.yml").write_text(BUYER.replace("buyer", "two"), encoding="utf-8")
    (tmp_path / "_info.yml").write_text("n_outcomes: 6\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("Read me\n", encoding="utf-8")
    case = load(tmp_path)
    assert [party.name for party in case.parties] == ["two", "ten"]
    assert case.note.endswith("Left aside: _info.yml, README.md.")
    (tmp_path / "Bus.yml").write_text(SPACE, encoding="utf-8")
    with pytest.raises(CaseError, match=r"2 outcome spaces lie here: Bus\.yml and Car\.yml"):
        load(tmp_path)


def test_a_fault_names_its_file() -> None:
    assert fault(BUYER, BUYER.replace("- 3\n", "- three\n")).startswith("car/p2.yml:")
    assert "there are no profiles" in fault()
    with pytest.raises(CaseError, match="no outcome space lies here"):
        read_folder(Folder(name="car", files=(File(name="a.yml", data=BUYER.encode()),)))


def test_one_file_alone_says_too_little() -> None:
    with pytest.raises(CaseError, match="this is one party's utility function; give the folder"):
        loads(BUYER)
    with pytest.raises(CaseError, match="this is an outcome space; give the folder"):
        loads(SPACE)


def test_a_function_may_hold_its_outcome_space() -> None:
    tree = {**yaml.safe_load(BUYER), "outcome_space": yaml.safe_load(SPACE)}
    expected = worths(scenario(BUYER))
    assert worths(loads(json.dumps(tree))) == expected
    assert worths(loads(yaml.safe_dump(tree))) == expected


def test_what_is_recognised() -> None:
    known = [
        SPACE,
        BUYER,
        ONE,
        json.dumps(yaml.safe_load(SPACE)),
        json.dumps(yaml.safe_load(BUYER)),
    ]
    known.append(json.dumps(yaml.safe_load(BUYER), indent=2))
    assert all(recognises(text.encode()) for text in known)
    other = [
        "detente: 1\ntitle: T\nissues:\n  x: {options: [a], status_quo: a}\n",
        "detente: 1\nissues:\n  type: {options: [UFun], status_quo: UFun}\ntype: UFun\n",
        "type: something\n",
        '{"issuesValues": {"a": {"values": ["b"]}}}',
        "",
        "- a\n",
    ]
    assert not any(recognises(text.encode()) for text in other)


# --- writing ------------------------------------------------------------------------------------

TALKS = """\
detente: 1
title: 'Wage: talks'
note: A note.
parties: {union: {name: The union, note: strong}, firm: Firm & Co}
issues:
  pay: {title: Pay rise, range: 0..8, step: 2, unit: percent, status_quo: 4}
  share: {range: 0..1, step: 0.25, status_quo: 0.25}
  shifts: {options: [none, yes, "2", "1.5", ok ö], status_quo: yes, note: hm}
preferences:
  union:
    - scores:
        pay: {0: 0, 4: 30, 8: 33.5}
        share: {0: 0, 1: 8}
        shifts: {none: 0, yes: 3, "2": 1, "1.5": 7, ok ö: 1}
    - rule: pay >= 2 and pay <= 4 and shifts in (none, yes)
      worth: 5
    - rule: shifts == "2"
      worth: -1
    - no_deal: less than -1
  firm:
    - scores: {pay: 32 - 4*x, share: {0: 8, 1: 0}, shifts: 3}
    - no_deal: 12.25
"""


def test_a_case_is_written_as_a_scenario(tmp_path: Path) -> None:
    case = loads(TALKS)
    files = files_of(case, to="negmas")
    assert list(files) == ["domain.yml", "1-union.yml", "2-firm.yml", "_detente.yml"]
    domain = yaml.safe_load(files["domain.yml"])
    assert domain["issues"] == [
        {"name": "pay", "type": "DiscreteCardinalIssue", "values": [0, 2, 4, 6, 8]},
        {"name": "share", "type": "DiscreteOrdinalIssue", "values": [0.0, 0.25, 0.5, 0.75, 1.0]},
        {
            "name": "shifts",
            "type": "CategoricalIssue",
            "values": ["none", "yes", "2", "1.5", "ok ö"],
        },
    ]
    union = yaml.safe_load(files["1-union.yml"])
    assert union["reserved_value"] == float("-inf")
    assert union["ufuns"][1]["outcome_ranges"] == [
        {0: [2, 4, 4], 2: ["none", "yes", "yes"]},
        {2: ["2"]},
    ]
    dump(case, tmp_path / "talks", to="negmas")
    again = load(tmp_path / "talks")
    assert (again.title, again.note, again.parties, again.issues) == (
        case.title, case.note, case.parties, case.issues,
    )  # fmt: skip
    for k in (0, 1):
        assert worths(again, k) == worths(case, k)
        assert walking(again, k) == walking(case, k)


def test_small_numbers_are_written_by_powers_of_ten() -> None:
    small = "0." + "0" * 45 + "25"
    case = loads(TALKS.replace("no_deal: 12.25", f"no_deal: -{small}"))
    files = files_of(case, to="negmas")
    assert "reserved_value: -2.5e-46\n" in files["2-firm.yml"]
    assert yaml.safe_load(files["2-firm.yml"])["reserved_value"] == -2.5e-46
    entries = tuple(File(name=name, data=text.encode()) for name, text in files.items())
    assert walking(read_folder(Folder(name="t", files=entries)), 1) == exactly(f"-{small}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("no_deal: 12.25", "no_deal: 1." + "7" * 60, "NegMAS keeps numbers of at most 40 digits"),
        ("no_deal: 12.25", "no_deal: 1/3", "preferences.firm.no_deal: NegMAS keeps decimal"),
        (
            "    - no_deal: 12.25\n",
            "",
            "NegMAS needs to know what no deal is worth to firm; add no_deal: N, or",
        ),
        ("less than -1", "less than -2", "add no_deal: N, or no_deal: less than -1"),
        ("less than -1", "1..2", "NegMAS keeps single numbers, not ranges"),
        ('shifts == "2"', "not shifts == none", "NegMAS keeps rules of parts joined by 'and'"),
        ("note: A note.", "as_of: 2026-01-01", "NegMAS does not keep the date of the case"),
        ("    - no_deal: 12.25", "    - red_line: pay == 8\n    - no_deal: 1", "'red_line'"),
        ("preferences:", "constraints: [{require: pay <= 6}]\npreferences:", "constraints"),
        ("    - no_deal: 12.25", "    - no_deal: 1\n      note: so", "does not keep 'note'"),
    ],
)
def test_what_a_scenario_cannot_hold(old: str, new: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        files_of(loads(TALKS.replace(old, new)), to="negmas")
    assert message in str(caught.value)


def test_what_stands_beside_is_checked() -> None:
    files = dict(files_of(loads(TALKS), to="negmas"))
    for old, new, message in (
        ("status_quo: 'yes'", "status_quo: maybe", "shifts has no option 'maybe'"),
        ("  union:", "  onion:", "unknown key 'onion'; did you mean 'union'?"),
        ("unit:", "units:", "unknown key 'units'"),
    ):
        changed = {**files, "_detente.yml": files["_detente.yml"].replace(old, new)}
        entries = tuple(File(name=name, data=text.encode()) for name, text in changed.items())
        with pytest.raises(CaseError, match=message):
            read_folder(Folder(name="car", files=entries))


# --- properties ---------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_files_read_back_as_the_same_case(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    space: dict[str, Any] = {"name": "T", "type": "CartesianOutcomeSpace", "issues": []}
    texts = st.text("ab 1.~:#-ö", min_size=1, max_size=4).map(str.strip).filter(bool)
    for k, size in enumerate(sizes):
        if data.draw(st.booleans()):
            issue = {"type": "ContiguousIssue", "values": [k, k + size]}
        else:
            values = data.draw(st.lists(texts, min_size=size, max_size=size, unique=True))
            issue = {"type": "CategoricalIssue", "values": values}
        space["issues"].append({"name": f"i{k}", **issue})
    options = [
        list(range(i["values"][0], i["values"][1] + 1))
        if i["type"] == "ContiguousIssue"
        else i["values"]
        for i in space["issues"]
    ]
    number = st.integers(-300, 300).map(lambda n: n / 100)
    functions = []
    oracle = []
    for p in range(data.draw(st.integers(1, 2))):
        tables = [{o: data.draw(number) for o in column} for column in options]
        weights = [data.draw(number) for _ in options]
        chosen = [[o for o in column if data.draw(st.booleans())] for column in options]
        gain = data.draw(number)
        inside = {k: [*some, some[-1], some[-1]] for k, some in enumerate(chosen) if some}
        parts = [
            {
                "type": "LinearAdditiveUtilityFunction",
                "values": [{"type": "TableFun", "mapping": table} for table in tables],
                "weights": weights,
            },
            {
                "type": "HyperRectangleUtilityFunction",
                "outcome_ranges": [inside],
                "utilities": [gain],
            },
        ]
        reserved = data.draw(st.one_of(number, st.just(float("-inf"))))
        functions.append(
            {
                "type": "WeightedUtilityFunction",
                "name": f"P{p}",
                "reserved_value": reserved,
                "ufuns": parts,
                "weights": [1, 2],
            }
        )
        oracle.append(
            [
                sum(
                    (
                        Fraction(str(w)) * Fraction(str(table[o]))
                        for w, table, o in zip(weights, tables, package, strict=True)
                    ),
                    2 * Fraction(str(gain)) * all(package[k] in some for k, some in inside.items()),
                )
                for package in itertools.product(*options)
            ]
        )
    case = scenario(*map(yaml.safe_dump, functions), space=yaml.safe_dump(space))
    assert [worths(case, p) for p in range(len(functions))] == oracle
    files = files_of(case, to="negmas")
    entries = tuple(File(name=name, data=text.encode()) for name, text in files.items())
    assert read_folder(Folder(name="again", files=entries)) == case


def test_mutated_files_give_a_case_or_a_message() -> None:
    source = random.Random(7)  # noqa: S311 - the same mutations every time
    accepted = 0
    for _ in range(300):
        texts = [SPACE, BUYER]
        which = source.randrange(2)
        words = texts[which].split(" ")
        for _ in range(source.randint(1, 2)):
            place = source.randrange(len(words))
            words[place] = source.choice(["", "[", "null", "1e5", "&a", "2", "x", "- 1\n"])
        texts[which] = " ".join(words)
        with suppress(DetenteError):
            scenario(texts[1], space=texts[0])
            accepted += 1
    assert accepted > 10
