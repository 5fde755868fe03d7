"""Genius XML: every convention in small files, against an evaluator written from the rules."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.answers.settle import settle
from detente.case import Case
from detente.document import Faults
from detente.errors import CaseError
from detente.formats import FORMATS, bare, dumps, files_of, load, loads
from detente.formats.additive import Box, Profile, ReadIssue, additive_case
from detente.formats.additive_writing import party_points
from detente.formats.folder import File, Folder
from detente.vocabulary import Package
from detente.work import Work

DOMAIN = """\
<negotiation_template>
<utility_space number_of_issues="0">
<objective index="1" name="root" type="objective" etype="objective">
  <issue index="2" name="Price" type="integer" etype="integer" vtype="integer"
         lowerbound="8" upperbound="14"/>
  <issue index="3" name="Colour">
    <item index="1" value="red" cost="0"/>
    <item index="2" value="blue"/>
    <item index="3" value="red"/>
    <item index="4" value="R &amp; B"/>
  </issue>
  <objective index="9" name="inner" type="objective" etype="objective">
    <issue index="4" name="Weight" type="real" etype="real" vtype="real">
      <range lowerbound="0" upperbound="5"/>
    </issue>
  </objective>
</objective>
</utility_space>
</negotiation_template>
"""

# Weights and the reservation stand first, issues in another order with other indices.
BUYER = """\

<?xml version="1.0" encoding="UTF-8"?>
<utility_space>
<reservation value="0.25"/>
<objective index="0" name="any" type="objective" etype="objective">
  <weight index="5" value="0.2"/><weight index="6" value="0.2"/><weight index="7" value="0.4"/>
  <issue index="6" name="Colour" type="discrete" etype="discrete" vtype="discrete">
    <item index="1" value="blue" evaluation="20"/>
    <item index="2" value="red" evaluation="5"/>
    <item index="3" value="R &amp; B" evaluation="0"/>
    <item index="4" value="red" evaluation="30"/>
  </issue>
  <issue index="5" name="Weight" type="real" etype="real" vtype="real">
    <range lowerbound="0" upperbound="5"/>
    <evaluator ftype="linear" parameter0="1.2" parameter1="-0.4"/>
  </issue>
  <issue index="7" name="Price" type="integer" etype="integer" vtype="integer"
         lowerbound="8" upperbound="14">
    <evaluator ftype="linear" offset="1.1" slope="-0.2"/>
  </issue>
</objective>
<discount_factor value="0.5"/>
</utility_space>
"""

RECTANGLES = """\
<utility_space type="nonlinear">
<objective index="0" name="root" type="objective" etype="objective">
  <issue index="1" name="x" type="integer" lowerbound="0" upperbound="3"/>
  <issue index="2" name="y" type="integer" lowerbound="0" upperbound="3"/>
  <utility maxutility="40">
    <ufun type="PlainUfun" weight="7" aggregation="sum">
      <hyperRectangle utility="10">
        <INCLUDES index="1" min="1" max="2"/><INCLUDES index="2" min="0" max="1"/>
      </hyperRectangle>
      <hyperRectangle utility="8" weight="0.5">
        <EXCLUDES index="1" min="1" max="2"/><EXCLUDES index="2" min="0" max="1"/>
      </hyperRectangle>
      <hyperRectangle utility="2"/>
      <ufun type="PlainUfun" weight="2" aggregation="sum">
        <hyperRectangle utility="3"><INCLUDES index="2" min="3" max="9"/></hyperRectangle>
      </ufun>
    </ufun>
  </utility>
</objective>
<reservation value="0.125"/>
</utility_space>
"""


def folder(**files: str) -> Folder:
    """Return a folder of XML files; underscores of names become dashes."""
    found = (
        File(name=f"{name.replace('_', '-')}.xml", data=t.encode()) for name, t in files.items()
    )
    return Folder(name="talks", files=tuple(sorted(found, key=lambda file: file.name)))


def read(**files: str) -> Case:
    reader = FORMATS["genius"].read_folder
    assert reader is not None
    return reader(folder(**files))


def one(text: str) -> Case:
    return FORMATS["genius"].read(text.encode(), "mine.xml")


def fault(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        one(text)
    return str(caught.value)


def faults_of(**files: str) -> str:
    with pytest.raises(CaseError) as caught:
        read(**files)
    return str(caught.value)


def worths(case: Case) -> dict[str, dict[Package, Fraction]]:
    """Return what every package is worth to every party, straight from the statements."""
    sizes = [range(len(issue.options)) for issue in case.issues]
    found = {}
    for said in party_points(case, Faults(), keeps={"rules"}):
        found[said.party.name] = {
            package: sum((said.points[k][option] for k, option in enumerate(package)), Fraction(0))
            + sum((w for c, w in said.rules if c.holds(package, case.vocabulary)), Fraction(0))
            for package in itertools.product(*sizes)
        }
    return found


def no_deal(case: Case, party: str) -> Fraction | None:
    return next(
        p.no_deal for p in party_points(case, Faults(), keeps={"rules"}) if p.party.name == party
    )


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.strip())  # noqa: S314 - texts made here


def utility(profile: str, chosen: Mapping[str, str]) -> Fraction:
    """Return 100 times the utility of a package, by the definitions, of one profile.

    chosen : label of every issue's option, or its number
    """
    root = parsed(profile)
    issues = {issue.attrib["index"]: issue for issue in root.iter("issue")}
    rectangles = root.find(".//utility")
    if rectangles is not None:
        numbers = {index: Fraction(chosen[i.attrib["name"]]) for index, i in issues.items()}
        top = rectangles.find("ufun")
        assert top is not None
        return 100 * summed(top, numbers) / Fraction(rectangles.attrib["maxutility"])
    weights = {w.attrib["index"]: Fraction(w.attrib["value"]) for w in root.iter("weight")}
    total = sum(weights[index] for index in issues)
    if not total:
        return Fraction(0)
    return sum(
        (100 * weights[k] / total * value(i, chosen[i.attrib["name"]]) for k, i in issues.items()),
        Fraction(0),
    )


def summed(function: ET.Element, numbers: Mapping[str, Fraction]) -> Fraction:
    total = Fraction(0)
    for child in function:
        weight = Fraction(child.attrib.get("weight", "1"))
        if child.tag == "ufun":
            total += weight * summed(child, numbers)
            continue
        inside = all(
            Fraction(b.attrib["min"]) <= numbers[b.attrib["index"]] <= Fraction(b.attrib["max"])
            for b in child
        )
        excludes = child.find("EXCLUDES") is not None
        total += weight * Fraction(child.attrib["utility"]) * (inside != excludes)
    return total


def value(issue: ET.Element, option: str) -> Fraction:
    kind = issue.attrib.get("type", "discrete")
    if kind == "discrete":
        marks: dict[str, Fraction] = {}
        for item in issue.iter("item"):
            marks.setdefault(item.attrib["value"], Fraction(item.attrib["evaluation"]))
        return marks[option] / max(marks.values()) if max(marks.values()) else Fraction(0)
    evaluator = issue.find("evaluator")
    assert evaluator is not None
    said = {k: Fraction(v) for k, v in evaluator.attrib.items() if k != "ftype"}
    x = Fraction(option)
    if kind == "integer":
        x -= Fraction(issue.attrib["lowerbound"])
        return min(max(said["offset"] + said["slope"] * x, Fraction(0)), Fraction(1))
    return min(max(said["parameter0"] + said["parameter1"] * x, Fraction(0)), Fraction(1))


def test_a_domain_and_its_profiles_are_one_case() -> None:
    case = read(Shop_domain=DOMAIN, Shop_buyer=BUYER, Shop_agent=BUYER)
    assert (case.title, case.file) == ("Shop", "talks")
    assert [party.name for party in case.parties] == ["agent", "buyer"]
    assert [issue.name for issue in case.issues] == ["Price", "Colour", "Weight"]
    assert case.issues[1].options == ("red", "blue", "R & B")
    assert [issue.status_quo for issue in case.issues] == ["8", "red", "0"]
    assert case.issues[0].levels == tuple(map(Fraction, range(8, 15)))
    assert case.issues[2].levels == tuple(Fraction(k, 2) for k in range(11))
    assert case.issues[2].note == "A real number in Genius, kept as 11 levels."
    assert case.note == (
        "Read from Genius: a utility of 1 is 100 points, and the first option of every issue is "
        "its status quo. Real numbers are kept as 11 levels: Weight. Of options with the same name "
        "only the first counts: red (Colour)."
    )
    assert case.parties[1].note == (
        "Discount factor 0.5: in Genius packages and no deal lose value by this factor over the "
        "time of the talks; it is not counted here. The weights sum to 0.8 and are divided by that."
    )


def test_points_are_those_of_the_definition_by_hand() -> None:
    case = read(Shop_domain=DOMAIN, Shop_buyer=BUYER)
    (mine,) = party_points(case, Faults())
    price, colour, weight = mine.points
    # Price weighs 0.4 of 0.8: 50 points; 1.1 - 0.2 (x - 8), within 0 and 1.
    assert price == tuple(map(Fraction, ("50", "45", "35", "25", "15", "5", "0")))
    # Colour weighs 0.2 of 0.8: 25 points; 5, 20 and 0 divided by the largest, of the first "red".
    assert colour == tuple(map(Fraction, ("6.25", "25", "0")))
    # Weight too; 1.2 - 0.4 x at 0, 0.5, ..., 5, within 0 and 1.
    assert weight == tuple(map(Fraction, (25, 25, 20, 15, 10, 5, 0, 0, 0, 0, 0)))
    assert mine.no_deal == 25


def test_every_package_is_worth_what_the_definition_says() -> None:
    case = read(Shop_domain=DOMAIN, Shop_buyer=BUYER)
    for package, points in worths(case)["Shop-buyer"].items():
        chosen = {
            issue.name: issue.options[k] for issue, k in zip(case.issues, package, strict=True)
        }
        assert points == utility(BUYER, chosen)


def test_rectangles_include_exclude_nest_and_weigh() -> None:
    case = one(RECTANGLES)
    found = worths(case)["mine"]
    # Of 40: 10 inside, 4 outside, 2 always, and twice 3 where y is 3.
    assert found[1, 0] == Fraction(100 * (10 + 2), 40)
    assert found[0, 0] == Fraction(100 * (4 + 2), 40)
    assert found[1, 3] == Fraction(100 * (4 + 2 + 6), 40)
    for package, points in found.items():
        assert points == utility(RECTANGLES, dict(zip("xy", map(str, package), strict=True)))
    assert no_deal(case, "mine") == Fraction(25, 2)


def test_bounds_that_hold_all_packages_or_none() -> None:
    text = RECTANGLES.replace('min="1" max="2"', 'min="-5" max="9"')
    found = worths(one(text))["mine"]
    assert found == {p: utility(text, dict(zip("xy", map(str, p), strict=True))) for p in found}
    text = RECTANGLES.replace('min="1" max="2"', 'min="2" max="1"')
    found = worths(one(text))["mine"]
    assert found == {p: utility(text, dict(zip("xy", map(str, p), strict=True))) for p in found}


def test_the_cap_of_genius_is_told_where_it_may_bind() -> None:
    assert "no package above 100 points" not in one(RECTANGLES).parties[0].note
    text = RECTANGLES.replace('maxutility="40"', 'maxutility="20"')
    assert one(text).parties[0].note == (
        "Genius counts no package above 100 points; here none comes to more than 110, by a rough "
        "bound."
    )


REAL = """\
<utility_space><objective index="0">
  <issue index="1" name="x" type="real"><range lowerbound="0" upperbound="10"/>
    <evaluator {}/></issue>
  <weight index="1" value="1"/>
</objective></utility_space>
"""

TOPPED = 'ftype="Triangular_variable_top" {} parameter3="0.4"'.format(
    'parameter0="2" parameter1="8" parameter2="4"'
)


@pytest.mark.parametrize(
    ("evaluator", "values"),
    [
        ('ftype="linear" parameter0="-0.5" parameter1="0.25"', [0, 0, 0, 25, 50, 75, *[100] * 5]),
        ('ftype="constant" parameter0="0.3"', [30] * 11),
        (
            'ftype="triangular" parameter0="2" parameter1="8" parameter2="4"',
            [0, 0, 0, 50, 100, 75, 50, 25, 0, 0, 0],
        ),
        (
            TOPPED,
            [0, 0, 0, 20, 40, 30, 20, 10, 0, 0, 0],
        ),
        (
            'ftype="triangular" parameter0="0" parameter1="1" parameter2="0"',
            [100, *[0] * 10],
        ),
        (
            'ftype="triangular" parameter0="9" parameter1="10" parameter2="10"',
            [*[0] * 11],
        ),
    ],
)
def test_evaluators_of_real_issues(evaluator: str, values: Sequence[int]) -> None:
    found = worths(one(REAL.format(evaluator)))["mine"]
    assert list(found.values()) == [Fraction(value) for value in values]


def test_a_value_above_1_is_kept_and_the_cap_is_told() -> None:
    case = one(REAL.format('ftype="constant" parameter0="1.5"'))
    assert set(worths(case)["mine"].values()) == {150}
    assert "here none comes to more than 150" in case.parties[0].note


LABELS = """\
<utility_space{}><objective index="0">
  <issue index="1" name="a">
    <item value="p" evaluation="{}"/><item value="q" evaluation="{}"/></issue>
  <weight index="1" value="{}"/>
</objective>{}</utility_space>
"""


@pytest.mark.parametrize(
    ("first", "second", "weight", "points"),
    [
        ("0", "0", "1", [0, 0]),
        ("0.000001", "0.000002", "1", [0, 0]),
        ("0.00001", "0.000005", "1", [100, 50]),
        ("-5", "10", "1", [-50, 100]),
        ("3", "4", "0.5", [75, 100]),
        ("1e1", "5.0E0", "1e-2", [100, 50]),
        ("3", "4", "0", [0, 0]),
    ],
)
def test_evaluations(first: str, second: str, weight: str, points: list[int]) -> None:
    case = one(LABELS.format("", first, second, weight, ""))
    assert list(worths(case)["mine"].values()) == points
    assert no_deal(case, "mine") == 0


@pytest.mark.parametrize("factor", ["0", "1", "1.0", "1.5", "-1"])
def test_a_discount_factor_that_is_none_is_not_told(factor: str) -> None:
    more = f'<discount_factor value="{factor}"/>'
    assert one(LABELS.format("", 1, 2, 1, more)).parties[0].note == ""


def test_an_uncertain_profile_is_read_by_its_values_and_says_what_an_agent_is_shown() -> None:
    more = "<comparisons>\n100 </comparisons><errors>0</errors><fixed_seed>true</fixed_seed>"
    case = one(LABELS.format(' type="UNCERTAIN"', 1, 2, 1, more))
    assert list(worths(case)["mine"].values()) == [50, 100]
    assert case.parties[0].note == (
        "In Genius an agent sees no values, only a ranking of packages that is drawn from these "
        "values by lot; its settings: comparisons 100, errors 0, fixed_seed true."
    )


def test_descriptions_and_costs() -> None:
    text = LABELS.format("", 1, 2, 1, "")
    text = text.replace('<objective index="0">', '<objective index="0" description="A talk.">')
    text = text.replace('name="a"', 'name="a" description=" null "').replace(
        "<item", '<item cost="2"'
    )
    case = one(text)
    assert case.note.startswith("A talk. Read from Genius")
    assert case.note.endswith("Costs of options are left out.")
    assert case.issues[0].note == ""
    assert one(text.replace("null", "Who?")).issues[0].note == "Who?"


def test_what_is_no_profile_is_left_aside_and_named(tmp_path: Path) -> None:
    for name, text in {
        "a-domain.xml": DOMAIN,
        "p10.xml": BUYER,
        "p2.xml": BUYER,
        "pareto.xml": "0.1, 0.9\n",
        "other.xml": "<tournament/>",
        "broken.xml": "<tournament>",
        "README": "hello",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    case = load(tmp_path)
    assert [party.label for party in case.parties] == ["p2", "p10"]
    expected = "Left aside: broken.xml, other.xml, pareto.xml, README."
    assert case.note.endswith(expected)


def test_labels_of_parties_are_kept_whole_where_the_rest_would_not_be_a_name() -> None:
    case = read(a_domain=DOMAIN, party_1=BUYER, party_2=BUYER)
    assert [party.name for party in case.parties] == ["party-1", "party-2"]
    case = read(a_domain=DOMAIN, Shop_x_a=BUYER, Shop_x_ab=BUYER, Shop_x_b=BUYER)
    assert [party.name for party in case.parties] == ["a", "ab", "b"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('value="p" evaluation="1"', 'value="p"', "mine.xml:3: a, p: 'evaluation' is missing"),
        ('evaluation="1"', 'evaluation="null"', "a, p: 'evaluation' 'null' is no number"),
        ('evaluation="1"', 'evaluation="NaN"', "'evaluation' 'NaN' is no number"),
        ('index="1" value="1"', 'index="2" value="1"', "a: the issue has no weight"),
        ('index="1" value="1"', 'index="1" value="-1"', "a weight is not below 0"),
        ("</objective>", '<weight index="1" value="2"/></objective>', "two weights stand here"),
        ('name="a"', 'name=" "', "an issue has no name"),
        ('name="a"', 'name="a" type="price"', "an issue of the type 'price' is not known"),
        ("<utility_space>", '<utility_space type="constraint">', "'constraint' is not held"),
        ("</objective>", '<issue index="2" name="a"/></objective>', "two issues have this name"),
        ("</objective>", '<issue index="1" name="b"/></objective>', "the same index as 'a': '1'"),
        ("</objective>", '</objective><reservation value="x"/>', "reservation: 'value' 'x'"),
        (
            "</objective>",
            '</objective><discount_factor value="s"/>',
            "discount_factor: 'value' 's'",
        ),
        ('<item value="p"', "<item ", "an option has no 'value'"),
    ],
)
def test_faults_of_a_profile(old: str, new: str, said: str) -> None:
    text = LABELS.format("", 1, 2, 1, "")
    assert old in text
    assert said in fault(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('aggregation="sum"', 'aggregation="MAX"', "the aggregation 'max' is not held by a case"),
        ('aggregation="sum"', 'aggregation="min"', "the aggregation 'min' is not held by a case"),
        ('maxutility="40"', 'maxutility="0"', "'maxutility' is more than 0"),
        ('<INCLUDES index="1"', '<INCLUDES index="7"', "no integer issue has the index '7'"),
        ('<INCLUDES index="1"', '<EXCLUDES index="1"', "'EXCLUDES' and 'INCLUDES' stand in one"),
        ('<hyperRectangle utility="2"/>', "<sphere/>", "'sphere' is not held by a case"),
        ('min="1"', 'min="one"', "'min' 'one' is no number"),
        ('utility="10"', "", "'utility' is missing"),
        ('type="integer" lowerbound="0"', 'type="integer" lowerbound="4"', "lies below the lower"),
        ('upperbound="3"', 'upperbound="1001"', "has 1,002 options, more than 1,001"),
        ('upperbound="3"', 'upperbound="2.5"', "bounds of an integer issue are whole numbers"),
        ("<ufun", "<fun", "one function is expected here, not 0"),
    ],
)
def test_faults_of_rectangles(old: str, new: str, said: str) -> None:
    assert old in RECTANGLES
    text = RECTANGLES.replace(old, new, 1)
    if "<fun" in text:
        text = text.replace("ufun", "fun")
    assert said in fault(text)


@pytest.mark.parametrize(
    ("evaluator", "said"),
    [
        ('ftype="faratin" parameter0="1"', "the evaluator 'faratin' is not known"),
        ('parameter0="1"', "'ftype' is missing"),
        ('ftype="linear" parameter0="1"', "'parameter1' is missing"),
    ],
)
def test_faults_of_evaluators(evaluator: str, said: str) -> None:
    assert said in fault(REAL.format(evaluator))
    assert "the issue has no evaluator" in fault(REAL.replace("<evaluator {}/>", ""))


def test_faults_of_a_folder() -> None:
    said = faults_of(a_domain=DOMAIN)
    assert "there are no profiles" in said
    assert "talks: there is no domain; add the file with" in faults_of(buyer=BUYER)
    said = faults_of(a_domain=DOMAIN, b_domain=DOMAIN, buyer=BUYER)
    assert "there are 2 domains, a-domain.xml and b-domain.xml; give one of them" in said
    said = faults_of(a_domain=DOMAIN, buyer=BUYER.replace('"Price"', '"Prize"'))
    assert "talks/buyer.xml:17: Prize: the domain has no issue of this name; did you mean" in said
    assert "talks/buyer.xml:3: the domain's issue 'Price' is missing" in said
    said = faults_of(a_domain=DOMAIN, buyer=BUYER.replace('value="blue"', 'value="green"'))
    assert "Colour: 'green' is no option of this issue in the domain" in said
    assert "Colour: the option 'blue' of the domain has no evaluation" in said
    said = faults_of(a_domain=DOMAIN, buyer=BUYER.replace('"real"', '"integer"'))
    assert "the issue is of the type integer here, and real in the domain" in said
    assert "talks/buyer.xml:22: the file ends" in faults_of(a_domain=DOMAIN, buyer=BUYER[:-18])


def test_many_profiles_are_refused_before_they_are_read() -> None:
    profiles = {f"p{k}": "<utility_space>" for k in range(101)}
    said = faults_of(a_domain=DOMAIN, **profiles)
    assert said.startswith("talks: there are 101 profiles, more than 100; leave one for each")


def test_a_domain_alone_and_other_xml_are_told_apart() -> None:
    assert "this is a domain, which does not say what the parties want" in fault(DOMAIN)
    assert "<game> is no domain and no profile of Genius" in fault("<game/>")
    recognises = FORMATS["genius"].recognises
    assert recognises(DOMAIN.encode())
    assert recognises(BUYER.encode("utf-16"))
    assert not recognises(b"<game/>")
    assert not recognises(b"<!DOCTYPE utility_space><utility_space/>")
    standing_alone = loads(BUYER)
    assert standing_alone.title == "Negotiation"
    assert [party.name for party in standing_alone.parties] == ["party_1"]


def gathered(texts: Mapping[str, str]) -> Case:
    reader = FORMATS["genius"].read_folder
    assert reader is not None
    files = tuple(File(name=name, data=text.encode()) for name, text in texts.items())
    return reader(Folder(name="talks", files=files))


def heart(case: Case) -> Case:
    """Return a case without notes, and as if no file had held it."""
    return replace(bare(loads(dumps(case))), file="")


def test_a_read_case_is_written_and_read_back_with_all_its_notes(tmp_path: Path) -> None:
    case = read(Shop_domain=DOMAIN, Shop_buyer=BUYER, Shop_agent=BUYER)
    texts = files_of(case, to="genius")
    assert list(texts) == ["Shop-domain.xml", "Shop-1-agent.xml", "Shop-2-buyer.xml"]
    back = gathered(texts)
    assert heart(back) == heart(case)
    assert [p.note.split(" The weights")[0] for p in case.parties] == [p.note for p in back.parties]
    assert gathered(files_of(back, to="genius")) == back
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert heart(load(tmp_path)) == heart(case)


def test_rules_are_written_as_rectangles_and_settings_of_uncertain_profiles_stay() -> None:
    case = one(RECTANGLES)
    back = gathered(files_of(case, to="genius"))
    assert replace(back, file=case.file) == case
    more = "<comparisons>100</comparisons><errors>0</errors>"
    case = one(LABELS.format(' type="UNCERTAIN"', 1, 2, 1, more))
    texts = files_of(case, to="genius")
    assert '<utility_space type="UNCERTAIN" party="mine">' in texts["mine-1-mine.xml"]
    assert "<comparisons>100</comparisons>" in texts["mine-1-mine.xml"]
    assert replace(gathered(texts), file=case.file) == case


def test_weights_without_end_are_in_exact_proportion_and_sum_to_1() -> None:
    text = LABELS.format("", 1, 3, 1, "").replace(
        "</objective>",
        '<issue index="2" name="b"><item value="r" evaluation="1"/></issue>'
        '<weight index="2" value="2"/></objective>',
    )
    case = one(text)
    texts = files_of(case, to="genius")
    weights = [w.attrib["value"] for w in parsed(texts["mine-1-mine.xml"]).iter("weight")]
    assert sum(map(float, weights)) == 1
    assert 2 * Fraction(weights[0]) == Fraction(weights[1])
    assert heart(gathered(texts)) == heart(case)


def refusal(text: str) -> str:
    with pytest.raises(CaseError) as caught:
        files_of(loads(text), to="genius")
    return str(caught.value)


OURS = """\
detente: 1
title: Talk
parties:
  ann: {}
issues:
  x:
    range: 0..2
    step: 1
    status_quo: 0
  y:
    options: [p, q]
    status_quo: p
preferences:
  ann:
    - scores:
        x: {0: 0, 2: 40}
        y: {p: 60, q: 0}
    - no_deal: 5
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ann: {}", "ann: {note: Tall.}", "parties.ann.note: Genius does not keep notes; convert"),
        ("  ann: {}", "  ann: {}\n  bob: {signatory: no}", "keep a party that does not sign"),
        (
            "    - no_deal: 5\n",
            "",
            "Genius needs to know what no deal is worth to ann; add no_deal: N",
        ),
        ("no_deal: 5", "no_deal: 1/3", "Genius keeps decimal numbers, and 1/300 is none"),
        ("no_deal: 5", f"no_deal: 0.{'7' * 60}", "Genius keeps numbers of at most 40 digits"),
        ("no_deal: 5", "no_deal: 1..3", "keeps single numbers, not ranges"),
        ("p: 60", "p: 70", "the best options come to 110 points, and in Genius to 100"),
        ("2: 40}", "1: 40, 2: 30}", "points of a number that lie on no straight line"),
        ("q: 0", "q: -1", "Genius does not keep points below 0"),
        ("step: 1", "step: 2", "Genius holds whole numbers, one apart"),
        ("step: 1", "step: 1\n    unit: weeks", "Genius does not keep units"),
        ("status_quo: 0", "status_quo: 1", "which is not the first option here"),
        (
            "- no_deal",
            "- rule: x == 1\n      worth: 5\n    - no_deal",
            "rules together with scores",
        ),
        ("- no_deal", "- red_line: x == 1\n    - no_deal", "does not keep 'red_line'"),
        ("ann: {}", "ann: A  n", "does not keep the blanks of 'A n'"),
    ],
)
def test_what_genius_cannot_hold_is_refused_by_name(old: str, new: str, said: str) -> None:
    assert heart(gathered(files_of(loads(OURS), to="genius"))) == heart(loads(OURS))
    assert old in OURS
    assert said in refusal(OURS.replace(old, new, 1))


@pytest.mark.parametrize(
    "rule", ["x in (0, 2)", "x == 0 or x == 2", "y == p", "not (x > 1 or x < 1)"]
)
def test_rules_that_are_no_rectangles_are_refused(rule: str) -> None:
    text = OURS.replace("2: 40", "2: 0").replace("p: 60", "p: 0")
    text = text.replace("- no_deal", f"- rule: {rule}\n      worth: 5\n    - no_deal")
    assert "which is no range of whole numbers" in refusal(text)


def test_what_is_missing_to_100_goes_where_nothing_or_a_number_can_take_it() -> None:
    for old, new in (("2: 40", "2: 20"), ("p: 60", "p: 0"), ("p: 60", "p: 50"), ("2: 40", "2: 0")):
        case = loads(OURS.replace(old, new))
        assert heart(gathered(files_of(case, to="genius"))) == heart(case)


TITLES = st.text(st.sampled_from("ab<>&\"' é.-"), min_size=1, max_size=6).map(
    lambda text: " ".join(text.split())
)


def rising(levels: int, steepness: int) -> list[Fraction]:
    """Return values of a line that is cut off at 0 and reaches 1 at its end, or before."""
    slope = Fraction(steepness, 8)
    start = max(1 - slope * (levels - 1), Fraction(-1, 4))
    return [min(max(start + slope * k, Fraction(0)), Fraction(1)) for k in range(levels)]


@st.composite
def linear_cases(draw: st.DrawFn) -> Case:
    """Draw what Genius can hold: weights, evaluations, and lines on whole numbers."""
    issues = []
    for label in draw(st.lists(TITLES.filter(bool), min_size=1, max_size=3, unique=True)):
        if draw(st.booleans()):
            labels = draw(st.lists(TITLES.filter(bool), min_size=1, max_size=4, unique=True))
            issues.append(ReadIssue(label=label, values=tuple(labels)))
        else:
            low, size = draw(st.integers(-3, 3)), draw(st.integers(2, 6))
            levels = tuple(Fraction(low + k) for k in range(size))
            issues.append(ReadIssue(label=label, levels=levels))
    profiles = []
    for number in range(draw(st.integers(1, 3))):
        weights = [draw(st.integers(1, 9)) for _ in issues]
        rows = []
        for issue, weight in zip(issues, weights, strict=True):
            scale = Fraction(100 * weight, sum(weights))
            if issue.values is not None:
                marks = [draw(st.integers(0, 9)) for _ in issue.values]
                marks[0] += not any(marks)
                values = [Fraction(mark, max(marks)) for mark in marks]
            else:
                values = rising(issue.size, draw(st.integers(1, 12)))
                values = values[:: draw(st.sampled_from((1, -1)))]
            rows.append(tuple(scale * v for v in values))
        no_deal = Fraction(draw(st.integers(-10, 1000)), 8)
        label = f"{draw(TITLES)} {number}".strip()
        profiles.append(Profile(label=label, points=tuple(rows), no_deal=no_deal))
    title = draw(TITLES.filter(bool))
    return additive_case(title, issues, profiles, faults=Faults())


@settings(max_examples=100)
@given(linear_cases())
def test_what_is_written_is_read_back(case: Case) -> None:
    texts = files_of(case, to="genius")
    back = gathered(texts)
    assert replace(bare(back), file="") == bare(case)
    assert gathered(files_of(back, to="genius")) == back
    counted = worths(case)
    for text, party in zip(list(texts.values())[1:], case.parties, strict=True):
        for package, points in itertools.islice(counted[party.name].items(), 20):
            chosen = {
                issue.title or issue.name: issue.options[k]
                for issue, k in zip(case.issues, package, strict=True)
            }
            assert utility(text, chosen) == points


@st.composite
def boxed_cases(draw: st.DrawFn) -> Case:
    """Draw numbers with rectangles of them."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    issues = [
        ReadIssue(label=f"i{k}", levels=tuple(Fraction(level) for level in range(size)))
        for k, size in enumerate(sizes)
    ]
    always = Fraction(draw(st.integers(-50, 50)), draw(st.sampled_from((1, 3, 7))))
    boxes = []
    for _ in range(draw(st.integers(1, 4))):
        within = []
        for k in draw(st.lists(st.sampled_from(range(len(sizes))), min_size=1, unique=True)):
            count = draw(st.integers(1, sizes[k] - 1))
            low = draw(st.integers(0, sizes[k] - count))
            within.append((k, tuple(range(low, low + count))))
        worth = Fraction(draw(st.integers(-300, 300)), draw(st.sampled_from((1, 3))))
        box = Box(within=tuple(sorted(within)), worth=worth, outside=draw(st.booleans()))
        boxes.append(box)
    points = ((always,) * sizes[0], *((Fraction(0),) * size for size in sizes[1:]))
    mine = Profile(label="me", points=points, no_deal=Fraction(5), boxes=tuple(boxes))
    return additive_case("Boxes", issues, [mine], faults=Faults())


@settings(max_examples=100)
@given(boxed_cases())
def test_rectangles_are_written_and_read_back(case: Case) -> None:
    texts = files_of(case, to="genius")
    assert replace(bare(gathered(texts)), file="") == bare(case)
    for package, points in worths(case)["me"].items():
        chosen = {f"i{k}": str(option) for k, option in enumerate(package)}
        assert utility(texts["Boxes-1-me.xml"], chosen) == points


def test_a_read_case_is_exact_and_settled_as_its_numbers_say() -> None:
    for case in (one(RECTANGLES), read(Shop_domain=DOMAIN, buyer=BUYER, seller=BUYER)):
        data = settle(case, work=Work(seed=1)).data()
        (name, found), *_ = worths(case).items()
        kept = no_deal(case, name)
        assert kept is not None
        assert data["status"] == "exact"
        assert data["feasible"] == {"packages": len(found)}
        assert data["acceptable"] == {"packages": sum(points >= kept for points in found.values())}
