"""GeniusWeb: domains and profiles read exactly, written so that they come back, or refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.case import Case
from detente.document import Faults
from detente.errors import CaseError, LimitError
from detente.formats import FORMATS, bare, dump, files_of, load, loads
from detente.formats.folder import File, Folder
from detente.formats.geniusweb import read, read_folder, recognises
from detente.formats.geniusweb.exact_json import written
from detente.formats.geniusweb.partial_order import fewest
from detente.formats.geniusweb.reservation import choice_worth
from detente.formats.geniusweb.writing import READ
from detente.formats.guarded_json import parse_json
from detente.statements.compare import Compare
from detente.statements.no_deal import NoDeal
from detente.statements.rule import Rule
from detente.statements.scores import Scores
from detente.vocabulary import Package

DOMAIN: dict[str, Any] = {
    "name": "lease",
    "issuesValues": {
        "Pets allowed": {"values": ["none", "cats", "all"]},
        "rent": {"range": {"low": 12.2, "high": 12.6, "step": 0.1}},
    },
}
TENANT: dict[str, Any] = {
    "LinearAdditiveUtilitySpace": {
        "name": "tenant",
        "domain": DOMAIN,
        "issueUtilities": {
            "Pets allowed": {
                "DiscreteValueSetUtilities": {"valueUtilities": {"none": 0, "cats": 0.3, "all": 1}}
            },
            "rent": {
                "NumberValueSetUtilities": {
                    "lowValue": 12.2,
                    "lowUtility": 1,
                    "highValue": 12.6,
                    "highUtility": 0.2,
                }
            },
        },
        "issueWeights": {"rent": 0.7, "Pets allowed": 0.3},
        "reservationBid": {"issuevalues": {"Pets allowed": "cats", "rent": 12.5}},
    }
}
GROUPS: dict[str, Any] = {
    "SumOfGroupsUtilitySpace": {
        "name": "driver",
        "domain": {
            "name": "car",
            "issuesValues": {
                "hifi": {"values": ["no", "yes"]},
                "speakers": {"values": ["poor", "good"]},
                "colour": {"values": ["red", "blue"]},
            },
        },
        "partUtilities": {
            "sound": {
                "PartsUtilities": {
                    "issues": ["speakers", "hifi"],
                    "utilslist": [
                        {"values": ["good", "yes"], "util": 0.6},
                        {"values": ["good", "no"], "util": 0.125},
                    ],
                }
            },
            "looks": {
                "partsutils": {
                    "issues": ["colour"],
                    "utilslist": [{"values": ["red"], "util": 0.4}],
                }
            },
        },
        "reservationBid": None,
    }
}
BIDS = [
    {"issuevalues": {"Pets allowed": "all", "rent": 12.2}},
    {"issuevalues": {"Pets allowed": "cats", "rent": 12.4}},
    {"issuevalues": {"Pets allowed": "none", "rent": 12.4}},
]
ORDERING: dict[str, Any] = {
    "DefaultPartialOrdering": {
        "name": "owner",
        "domain": DOMAIN,
        "bids": BIDS,
        "better": [[2, 1], [1, 0], [2, 0]],
        "reservationBid": BIDS[1],
    }
}


def changed(profile: Mapping[str, Any], **fields: Any) -> dict[str, Any]:
    """Return a profile with other fields; None takes a field out."""
    (kind, known), *_ = profile.items()
    found = {**known, **fields}
    return {kind: {key: value for key, value in found.items() if value is not ...}}


def of_one(profile: Any) -> Case:
    return loads(json.dumps(profile))


def fault(profile: Any) -> str:
    with pytest.raises(CaseError) as caught:
        read(json.dumps(profile).encode(), "p.json")
    return str(caught.value)


def gathered(**files: Any) -> Case:
    """Return the case of a folder with these files, whose names lack their ending."""
    found = [
        File(
            name=f"{name}.json", data=text if isinstance(text, bytes) else json.dumps(text).encode()
        )
        for name, text in sorted(files.items())
    ]
    return read_folder(Folder(name="lease", files=tuple(found)))


def folder_fault(**files: Any) -> str:
    with pytest.raises(CaseError) as caught:
        gathered(**files)
    return str(caught.value)


def points(case: Case, party: str = "") -> dict[str, dict[str, Fraction]]:
    found: dict[str, dict[str, Fraction]] = {}
    for said in case.statements:
        if isinstance(said, Scores) and party in ("", said.party):
            for k, option, bounds in said.amounts(case.vocabulary):
                issue = case.issues[k]
                assert bounds.low == bounds.high
                assert bounds.low is not None
                found.setdefault(issue.name, {})[issue.options[option]] = bounds.low
    return found


def no_deals(case: Case) -> list[Fraction | None]:
    return [said.worth.low for said in case.statements if isinstance(said, NoDeal)]


# Sums over issues ---------------------------------------------------------------------------------


def test_a_profile_is_a_case_of_one_party_in_exact_points() -> None:
    case = of_one(TENANT)
    assert case.title == "lease"
    assert [(p.name, p.title) for p in case.parties] == [("tenant", "")]
    assert [(i.name, i.title, i.options) for i in case.issues] == [
        ("Pets_allowed", "Pets allowed", ("none", "cats", "all")),
        ("rent", "", ("12.2", "12.3", "12.4", "12.5", "12.6")),
    ]
    assert points(case) == {
        "Pets_allowed": {"none": Fraction(0), "cats": Fraction(9), "all": Fraction(30)},
        "rent": {"12.2": Fraction(70), "12.6": Fraction(14)},
    }
    assert no_deals(case) == [9 + 28]
    assert "the first option of every issue is its status quo" in case.note


def test_the_older_spelling_says_the_same() -> None:
    text = json.dumps(TENANT)
    for new, old in (("DiscreteValueSetUtilities", "discreteutils"),):
        text = text.replace(new, old)
    text = text.replace("NumberValueSetUtilities", "numberutils")
    text = text.replace(
        '"LinearAdditiveUtilitySpace"',
        '"geniusweb.profile.utilityspace.LinearAdditiveUtilitySpace"',
    )
    assert loads(text) == of_one(TENANT)


def test_a_range_may_be_a_list() -> None:
    text = json.dumps(TENANT).replace('{"low": 12.2, "high": 12.6, "step": 0.1}', "[12.2,12.6,0.1]")
    assert "[12.2" in text
    assert loads(text) == of_one(TENANT)


def test_a_step_that_does_not_divide_the_range_ends_before_it() -> None:
    text = json.dumps(TENANT).replace('"step": 0.1', '"step": 0.3').replace("12.5", "12.2")
    case = loads(text)
    assert case.issues[1].options == ("12.2", "12.5")
    assert points(case)["rent"] == {"12.2": Fraction(70), "12.5": Fraction(28)}
    assert "The steps of rent end at 12.5, before 12.6." in case.note


@pytest.mark.parametrize(("low", "high", "step"), [(0, 1001, 1), (0, 1e30, 0.001)])
def test_more_than_1001_values_are_refused_by_name(low: float, high: float, step: float) -> None:
    domain = {"name": "d", "issuesValues": {"n": {"range": [low, high, step]}}}
    message = fault(changed(TENANT, domain=domain))
    assert "domain.issuesValues.n.range: the range has" in message
    assert "more than 1,001; take a larger step" in message


def test_a_missing_reservation_bid_leaves_no_deal_at_0_and_is_told() -> None:
    for missing in (None, ...):
        case = of_one(changed(TENANT, reservationBid=missing))
        assert no_deals(case) == [0]
        note = "No reservation bid, so no deal is worth 0 points."
        assert [party.note for party in case.parties] == [note]
        assert "reservation" not in case.note


def test_a_reservation_bid_that_leaves_out_an_issue_is_worth_the_rest() -> None:
    case = of_one(changed(TENANT, reservationBid={"issuevalues": {"rent": 12.6}}))
    assert no_deals(case) == [14]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"issueWeights": {"rent": 0.7, "Pets allowed": 0.31}}, "add up to 1.01, not to 1"),
        ({"issueWeights": {"rent": 1.4, "Pets allowed": -0.4}}, "a weight is below 0"),
        ({"issueWeights": {"rent": 1}}, "the issue 'Pets allowed' is missing"),
        ({"issueWeights": {"rent": 0.7, "Pets allowed": 0.3, "rant": 0}}, "did you mean 'rent'"),
        ({"issueWeights": {"rent": "0.7", "Pets allowed": 0.3}}, "a number is expected here"),
        ({"issueWeights": ...}, "'issueWeights' is missing"),
        ({"issueUtilities": []}, "an object is expected here, not a list"),
        ({"reservationBid": {"issuevalues": {"rent": 12.25}}}, "'rent' has no value '12.25'"),
        ({"reservationBid": {"issuevalues": {"rant": 12.2}}}, "no issue is called 'rant'"),
        ({"reservationBid": {"rent": 12.2}}, "'issuevalues' is missing"),
        ({"domain": ...}, "'domain' is missing"),
        ({"domain": {"name": "x", "issuesValues": {}}}, "there are no issues"),
        (
            {"domain": {"issuesValues": {"a": {"values": ["x", "x"]}}}},
            "the value 'x' stands there twice",
        ),
        ({"domain": {"issuesValues": {"a": {"range": [1, 0, 1]}}}}, "a range goes up"),
        ({"domain": {"issuesValues": {"a": {"range": [1, 2]}}}}, "a range has low, high and step"),
    ],
)
def test_faults_are_told_with_their_place(fields: dict[str, Any], told: str) -> None:
    message = fault(changed(TENANT, **fields))
    assert message.startswith("p.json: ")
    assert told in message


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"cats": 0.3', '"cats": 1.3', "valueUtilities.cats: a utility lies between 0 and 1"),
        ('"cats": 0.3, ', "", "the value 'cats' is missing; say its utility"),
        ('"cats": 0.3', '"cots": 0.3', "'Pets allowed' has no value 'cots'"),
        ('"highValue": 12.6', '"highValue": 13', "not the ends of the issue, 12.2 to 12.6"),
        ('"lowUtility": 1, ', "", "'lowUtility' is missing"),
        (
            "NumberValueSetUtilities",
            "DiscreteValueSetUtilities",
            "'NumberValueSetUtilities' is exp",
        ),
        ('"lowUtility": 1', '"lowUtility": 1e-200', "at most 40 digits, and a power of ten up to"),
        ('"lowUtility": 1', '"lowUtility": NaN', "NaN stands in the file"),
        ('"cats": 0.3', '"cats": 0.3, "cats": 0.3', "is there twice in one object"),
    ],
)
def test_malformed_utilities_are_told(old: str, new: str, told: str) -> None:
    text = json.dumps(TENANT)
    assert old in text
    with pytest.raises(CaseError) as caught:
        read(text.replace(old, new).encode(), "p.json")
    assert told in str(caught.value)


def test_numbers_are_read_as_decimals_and_not_as_floats() -> None:
    small = "0.1000000000000000000000000000000000001"
    case = loads(json.dumps(TENANT).replace('"cats": 0.3', f'"cats": {small}'))
    assert points(case)["Pets_allowed"]["cats"] == 30 * Fraction(small)


# Groups of issues ---------------------------------------------------------------------------------


def test_groups_become_rules_and_a_combination_left_out_is_worth_nothing() -> None:
    case = of_one(GROUPS)
    assert points(case) == {
        "hifi": {"no": Fraction(0), "yes": Fraction(0)},
        "speakers": {"poor": Fraction(0), "good": Fraction(0)},
        "colour": {"red": Fraction(40), "blue": Fraction(0)},
    }
    rules = [
        (said.condition.text, said.worth.low) for said in case.statements if isinstance(said, Rule)
    ]
    assert rules == [
        ("hifi == no and speakers == good", Fraction(25, 2)),
        ("hifi == yes and speakers == good", 60),
    ]


def test_no_deal_of_groups_counts_a_group_only_where_the_bid_names_all_of_it() -> None:
    def no_deal(**bid: str) -> list[Fraction | None]:
        return no_deals(of_one(changed(GROUPS, reservationBid={"issuevalues": bid})))

    assert no_deal(hifi="yes", speakers="good", colour="red") == [100]
    assert no_deal(hifi="yes", colour="red") == [40]
    assert no_deal(speakers="good", hifi="no") == [Fraction(25, 2)]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"issues": ["colour"]', '"issues": ["hifi"]', "the issue 'colour' is in no group"),
        ('"issues": ["colour"]', '"issues": ["hifi"]', "the issue 'hifi' is in 2 groups"),
        ('"issues": ["colour"]', '"issues": ["color"]', "no issue is called 'color'"),
        ('"util": 0.4', '"util": 0.5', "the groups add up to 1.1, more than 1"),
        ('["good", "no"]', '["good", "yes"]', "this combination stands there twice"),
        ('["good", "no"]', '["good"]', "a combination has one value for each issue"),
        ('["good", "no"]', '["good", "maybe"]', "'hifi' has no value 'maybe'"),
        ('"util": 0.4', '"utility": 0.4', "a number is expected here, not nothing"),
        ("partUtilities", "partsUtilities", "did you mean 'partsUtilities'"),
    ],
)
def test_malformed_groups_are_told(old: str, new: str, told: str) -> None:
    text = json.dumps(GROUPS)
    assert old in text
    with pytest.raises(CaseError) as caught:
        read(text.replace(old, new).encode(), "p.json")
    assert told in str(caught.value)


# Partial orders -----------------------------------------------------------------------------------


def compared(case: Case) -> list[str]:
    return [said.comparison.text for said in case.statements if isinstance(said, Compare)]


def test_a_partial_order_becomes_the_fewest_comparisons() -> None:
    case = of_one(ORDERING)
    first, second, third = (
        "(Pets_allowed = none, rent = 12.4)",
        "(Pets_allowed = cats, rent = 12.4)",
        "(Pets_allowed = all, rent = 12.2)",
    )
    assert compared(case) == [
        f"{first} >= {second}",
        f"{second} >= {third}",
        f"no deal ~ {second}",
    ]
    assert no_deals(case) == []
    assert no_deals(of_one(changed(ORDERING, reservationBid=None))) == [0]


def test_a_partial_order_may_be_a_mapping_from_bids() -> None:
    better = {json.dumps(BIDS[2]): [BIDS[1], BIDS[0]], json.dumps(BIDS[1]): [BIDS[0]]}
    assert of_one(changed(ORDERING, bids=..., better=better)) == of_one(ORDERING)


def test_a_total_order_of_500_bids_takes_499_comparisons() -> None:
    rents = [round(0.1 * k, 1) for k in range(500)]
    domain = {"name": "d", "issuesValues": {"rent": {"range": [0, 49.9, 0.1]}}}
    bids = [{"issuevalues": {"rent": rent}} for rent in rents]
    better = [[i, j] for i in range(500) for j in range(500) if i < j]
    case = of_one(changed(ORDERING, domain=domain, bids=bids, better=better, reservationBid=None))
    assert len(compared(case)) == 499
    assert compared(case)[0] == "(rent = 0) >= (rent = 0.1)"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"better": [[0, 3]]}, "better[0]: two positions of bids are expected here, from 0 to 2"),
        ({"better": [[0]]}, "two positions of bids are expected here"),
        ({"better": [[0, 0.5]]}, "two positions of bids are expected here"),
        ({"bids": [{"issuevalues": {"rent": 12.2}}], "better": []}, "leaves out 'Pets allowed'"),
        ({"reservationBid": {"issuevalues": {"rent": 12.2}}}, "leaves out 'Pets allowed'"),
        ({"bids": ...}, "'bids' is missing"),
        ({"better": {"no bid": []}}, "the file is not JSON"),
    ],
)
def test_malformed_orders_are_told(fields: dict[str, Any], told: str) -> None:
    assert told in fault(changed(ORDERING, **fields))


def test_an_order_of_very_many_comparisons_is_refused() -> None:
    domain = {"name": "d", "issuesValues": {"rent": {"range": [0, 99, 1]}}}
    bids = [{"issuevalues": {"rent": rent}} for rent in range(100)]
    better = [[i, j] for i in range(50) for j in range(50, 100)]
    message = fault(changed(ORDERING, domain=domain, bids=bids, better=better, reservationBid=None))
    assert "the order needs 2,500 comparisons, more than 1,000" in message


def closure(count: int, pairs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return all that follows from pairs, by trying every way through the definition."""
    found = set(pairs) | {(k, k) for k in range(count)}
    while True:
        further = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not further:
            return found
        found |= further


@given(pairs=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14))
def test_the_fewest_comparisons_say_the_same_and_none_can_go(pairs: set[tuple[int, int]]) -> None:
    said = list(fewest(6, pairs))

    def meant(comparisons: list[tuple[int, str, int]]) -> set[tuple[int, int]]:
        forth = {(a, b) for a, _, b in comparisons}
        back = {(b, a) for a, relation, b in comparisons if relation == "~"}
        return closure(6, forth | back)

    assert meant(said) == closure(6, pairs)
    for k in range(len(said)):
        assert meant(said[:k] + said[k + 1 :]) != closure(6, pairs)


# Folders ------------------------------------------------------------------------------------------


def test_a_folder_is_one_case_of_parties_in_the_order_of_its_files() -> None:
    case = gathered(domain=DOMAIN, p1=TENANT, p2=ORDERING, specials={"size": 15})
    assert [party.name for party in case.parties] == ["tenant", "owner"]
    assert case.title == "lease"
    assert case.file == "lease"
    assert "Left aside: specials.json." in case.note
    half = folder_fault(domain=DOMAIN, p1=TENANT, p3=b'{"LinearAdd')
    assert "lease/p3.json: the file is not JSON, and may be half a profile" in half
    alone = gathered(p1=TENANT, p2=ORDERING)
    assert replace(alone, note="") == replace(case, note="")


def test_issues_and_values_are_matched_by_name() -> None:
    turned = {
        "name": "other",
        "issuesValues": {
            "rent": DOMAIN["issuesValues"]["rent"],
            "Pets allowed": {"values": ["all", "cats", "none"]},
        },
    }
    case = gathered(p1=TENANT, p2=changed(TENANT, name="b", domain=turned))
    assert points(case, "tenant") == points(case, "b")
    assert [issue.name for issue in case.issues] == ["Pets_allowed", "rent"]


@pytest.mark.parametrize(
    ("issues", "told"),
    [
        ({"rent": {"range": [12.2, 12.6, 0.1]}}, "the issues 'Pets allowed' are missing"),
        ({**DOMAIN["issuesValues"], "x": {"values": ["y"]}}, "the issues 'x' stand only here"),
        ({**DOMAIN["issuesValues"], "rent": {"range": [12, 12.6, 0.1]}}, "'rent' has other values"),
    ],
)
def test_profiles_of_another_domain_are_refused(issues: Any, told: str) -> None:
    other = changed(TENANT, domain={"name": "d", "issuesValues": issues})
    message = folder_fault(domain=DOMAIN, p1=TENANT, p2=other)
    assert message.startswith("lease/p2.json: domain: ")
    assert told in message
    assert "lease/domain.json differs" in message


def test_a_domain_alone_asks_for_its_folder() -> None:
    with pytest.raises(CaseError, match="give the folder in which domain and profiles lie"):
        loads(json.dumps(DOMAIN))
    assert "only a domain lies here" in folder_fault(domain=DOMAIN)


def test_parties_are_called_by_their_profile_or_by_their_file() -> None:
    named = gathered(**{"2 Dock workers' union": TENANT, "10 x": changed(TENANT, name="b")})
    assert [party.label for party in named.parties] == ["x", "Dock workers' union"]
    twice = gathered(first=TENANT, second=TENANT)
    assert [party.label for party in twice.parties] == ["first", "second"]
    nameless = gathered(first=changed(TENANT, name=...), second=TENANT)
    assert [party.label for party in nameless.parties] == ["first", "tenant"]


@pytest.mark.parametrize(
    "text",
    [
        b'{"options": [], "decisionMakers": []}',
        b'{"name": "x", "issues": []}',
        b'{"size": 6480, "issuesValues": {}}',
        b"[1]",
        b"detente: 1",
        b"",
    ],
)
def test_other_files_are_not_taken_for_one(text: bytes) -> None:
    assert not recognises(text)


@pytest.mark.parametrize("profile", [TENANT, GROUPS, ORDERING, DOMAIN], ids=lambda p: next(iter(p)))
def test_files_are_known_by_their_look(profile: Any) -> None:
    for text in (
        json.dumps(profile),
        json.dumps(profile, indent=2),
        "\ufeff" + json.dumps(profile),
    ):
        taken = [name for name, found in FORMATS.items() if found.recognises(text.encode())]
        assert taken == ["geniusweb"]


# Writing ------------------------------------------------------------------------------------------


def written_back(case: Case) -> Case:
    files = files_of(case, to="geniusweb")
    found = [File(name=name, data=text.encode()) for name, text in files.items()]
    return replace(
        read_folder(Folder(name="x", files=tuple(found[1:] + found[:1]))), file=case.file
    )


def test_a_case_is_written_and_comes_back(tmp_path: Path) -> None:
    case = gathered(domain=DOMAIN, p1=TENANT, p2=changed(TENANT, name="b", reservationBid=None))
    dump(case, tmp_path / "out", to="geniusweb")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["1 tenant.json", "2 b.json", "domain.json"]
    assert replace(load(tmp_path / "out"), file=case.file) == case
    text = (tmp_path / "out" / "1 tenant.json").read_text(encoding="utf-8")
    assert json.loads(text)["LinearAdditiveUtilitySpace"]["issueWeights"] == {
        "Pets allowed": 0.3,
        "rent": 0.7,
    }
    assert '"low": 12.2' in text


def test_groups_are_written_and_come_back() -> None:
    case = of_one(GROUPS)
    assert written_back(case) == case


decimals = st.integers(0, 20).map(lambda k: Fraction(k, 20))


@st.composite
def domains(draw: st.DrawFn) -> dict[str, Any]:
    labels = draw(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True))
    found: dict[str, Any] = {}
    for label in labels:
        if draw(st.booleans()):
            values = draw(st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=4, unique=True))
            found[label] = {"values": values}
        else:
            step, count = draw(st.integers(1, 8)), draw(st.integers(1, 4))
            low = Fraction(draw(st.integers(-9, 9)), 4)
            found[label] = {"range": [low, low + count * Fraction(step, 8), Fraction(step, 8)]}
    return {"name": "d", "issuesValues": found}


def levels(issue: Mapping[str, Any]) -> list[Any]:
    if "values" in issue:
        return list(issue["values"])
    low, high, step = issue["range"]
    return [low + k * step for k in range(int((high - low) / step) + 1)]


@st.composite
def sums(draw: st.DrawFn, domain: dict[str, Any], name: str) -> dict[str, Any]:
    issues = domain["issuesValues"]
    shares = draw(st.lists(st.integers(0, 5), min_size=len(issues) - 1, max_size=len(issues) - 1))
    weights = [Fraction(share, 20) for share in shares]
    weights.append(1 - sum(weights, Fraction(0)))
    utilities: dict[str, Any] = {}
    for label, issue in issues.items():
        if "values" in issue:
            known = {value: draw(decimals) for value in issue["values"]}
            utilities[label] = {"DiscreteValueSetUtilities": {"valueUtilities": known}}
        else:
            utilities[label] = {
                "NumberValueSetUtilities": {
                    "lowValue": issue["range"][0],
                    "lowUtility": draw(decimals),
                    "highValue": issue["range"][1],
                    "highUtility": draw(decimals),
                }
            }
    bid = {label: draw(st.sampled_from(levels(issue))) for label, issue in issues.items()}
    for label in draw(st.sets(st.sampled_from(sorted(bid)))):
        del bid[label]
    return {
        "LinearAdditiveUtilitySpace": {
            "name": name,
            "domain": domain,
            "issueUtilities": utilities,
            "issueWeights": dict(zip(issues, weights, strict=True)),
            "reservationBid": draw(st.sampled_from([None, {"issuevalues": bid}])),
        }
    }


@st.composite
def groups(draw: st.DrawFn, domain: dict[str, Any], name: str) -> dict[str, Any]:
    issues = domain["issuesValues"]
    order = draw(st.permutations(sorted(issues)))
    cut = draw(st.integers(0, len(order)))
    parts: dict[str, Any] = {}
    for number, labels in enumerate(part for part in (order[:cut], order[cut:]) if part):
        combinations = list(product(*(levels(issues[label]) for label in labels)))
        chosen = draw(st.lists(st.sampled_from(combinations), max_size=5, unique=True))
        parts[f"part{number}"] = {
            "PartsUtilities": {
                "issues": list(labels),
                "utilslist": [
                    {"values": list(values), "util": draw(decimals) / 2} for values in chosen
                ],
            }
        }
    bid = {label: draw(st.sampled_from(levels(issue))) for label, issue in issues.items()}
    return {
        "SumOfGroupsUtilitySpace": {
            "name": name,
            "domain": domain,
            "partUtilities": parts,
            "reservationBid": {"issuevalues": bid},
        }
    }


@st.composite
def orderings(draw: st.DrawFn, domain: dict[str, Any], name: str) -> dict[str, Any]:
    issues = domain["issuesValues"]
    packages = list(product(*(levels(issue) for issue in issues.values())))
    chosen = draw(st.lists(st.sampled_from(packages), min_size=1, max_size=6, unique=True))
    bids = [{"issuevalues": dict(zip(issues, package, strict=True))} for package in chosen]
    place = st.integers(0, len(bids) - 1).map(Fraction)
    pairs = draw(st.lists(st.tuples(place, place).map(list), max_size=8))
    return {
        "DefaultPartialOrdering": {
            "name": name,
            "domain": domain,
            "bids": bids,
            "better": pairs,
            "reservationBid": draw(st.sampled_from([None, *bids])),
        }
    }


def worths(case: Case) -> list[dict[Package, Fraction]]:
    """Return what every package is worth to each party, and no deal under ``()``."""
    found = []
    for party in case.parties:
        said = [one for one in case.statements if one.party == party.name]
        alone = replace(case, statements=tuple(said))
        scored = points(alone)
        worth: dict[Package, Fraction] = {(): no_deals(alone)[0] or Fraction(0)}
        for package in product(*(range(len(issue.options)) for issue in case.issues)):
            worth[package] = sum(
                (
                    option_points(case, k, option, scored[case.issues[k].name])
                    for k, option in enumerate(package)
                ),
                Fraction(0),
            )
            for one in said:
                if isinstance(one, Rule) and one.condition.holds(package, case.vocabulary):
                    worth[package] += one.worth.low or Fraction(0)
        found.append(worth)
    return found


def option_points(case: Case, k: int, option: int, scored: Mapping[str, Fraction]) -> Fraction:
    """Return the points of an option; between scored numbers on a straight line."""
    issue = case.issues[k]
    if issue.options[option] in scored:
        return scored[issue.options[option]]
    assert issue.levels is not None
    known = {Fraction(text): amount for text, amount in scored.items()}
    level = issue.levels[option]
    left, right = max(n for n in known if n < level), min(n for n in known if n > level)
    return known[left] + (known[right] - known[left]) * (level - left) / (right - left)


def without_notes(case: Case) -> Case:
    """Return a case without what reading noted; no files of its kind say more."""
    return replace(case, note="", parties=tuple(replace(party, note="") for party in case.parties))


@settings(max_examples=80)
@given(data=st.data())
def test_what_is_read_is_written_and_comes_back(data: st.DataObject) -> None:
    domain = data.draw(domains())
    kinds = (sums, groups, orderings)
    profiles = [data.draw(st.one_of(*(kind(domain, name) for kind in kinds))) for name in "pq"]
    texts = {f"{k}": written(profile).encode() for k, profile in enumerate(profiles)}
    case = gathered(**texts)
    assert without_notes(written_back(case)) == without_notes(case)


@settings(max_examples=60)
@given(data=st.data())
def test_packages_are_worth_what_the_file_says(data: st.DataObject) -> None:
    domain = data.draw(domains())
    profile = data.draw(st.one_of(sums(domain, "p"), groups(domain, "p")))
    case = gathered(p=written(profile).encode())
    (kind, fields), *_ = profile.items()

    def utility(bid: Mapping[str, Any]) -> Fraction:
        total = Fraction(0)
        if kind == "SumOfGroupsUtilitySpace":
            for part in fields["partUtilities"].values():
                own = part["PartsUtilities"]
                values = [bid.get(label) for label in own["issues"]]
                total += sum(e["util"] for e in own["utilslist"] if e["values"] == values)
            return total
        for label, value in bid.items():
            (own, *_) = fields["issueUtilities"][label].values()
            if "valueUtilities" in own:
                amount = own["valueUtilities"][value]
            else:
                part = (value - own["lowValue"]) / (own["highValue"] - own["lowValue"])
                amount = own["lowUtility"] + part * (own["highUtility"] - own["lowUtility"])
            total += fields["issueWeights"][label] * amount
        return total

    (found,) = worths(case)
    labels = list(domain["issuesValues"])
    choices = [levels(issue) for issue in domain["issuesValues"].values()]
    for package, worth in found.items():
        bid = {label: choices[k][package[k]] for k, label in enumerate(labels)} if package else {}
        if not package:
            bid = (fields["reservationBid"] or {"issuevalues": {}})["issuevalues"]
        assert worth == 100 * utility(bid)


NATIVE = """\
detente: 1
title: pay
parties: {a: First, b: Second}
issues:
  pay: {range: 0..3, step: 1, status_quo: 0}
  cranes: {options: [no, pilot, full], status_quo: no}
preferences:
  a:
    - scores:
        pay: 10*x
        cranes: {no: 30, pilot: 20, full: 70}
    - no_deal: 40
  b:
    - scores:
        pay: {0: 30, 1: 40, 3: 0}
        cranes: {no: 0, pilot: 7, full: 0}
    - rule: pay >= 2 and cranes == full
      worth: 12.5
    - no_deal: 47
"""


def test_rules_over_several_issues_are_written_as_groups_of_the_same_worth() -> None:
    case = loads(NATIVE)
    back = written_back(case)
    assert worths(back) == worths(case)
    assert [party.label for party in back.parties] == ["First", "Second"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("no_deal: 40", "no_deal: 41", "no package is worth exactly 41 points"),
        ("    - no_deal: 40\n", "", "needs to know what no deal is worth to a"),
        ("no_deal: 40", "no_deal: 1/3", "no package is worth exactly 1/3 points"),
        ("full: 70", "full: 71", "at most 100 points, and the best package has 101"),
        ("pilot: 20", "pilot: -1", "keeps no points below 0"),
        ("pilot: 20", "pilot: 1/3", "keeps decimal numbers, and 1/300 is none"),
        ("pilot: 20", "pilot: 20..30", "single numbers, not ranges"),
        ("status_quo: no}", "status_quo: pilot}", "does not keep the status quo"),
        ("a: First", "a: 'On/off'", "no file can be called On/off"),
        ("status_quo: 0}", "status_quo: 0, unit: '%'}", "does not keep units"),
        ("parties:", "note: a word\nparties:", "note: GeniusWeb does not keep notes"),
        (
            "parties:",
            f"note: '{READ} A word.'\nparties:",
            "note: GeniusWeb does not keep notes",
        ),
        (
            "a: First,",
            "a: {name: First, note: x},",
            "parties.a.note: GeniusWeb does not keep notes",
        ),
        (
            "detente: 1",
            "detente: 1\nconstraints: [require: pay >= 1]",
            "does not keep constraints",
        ),
        ("worth: 12.5", "worth: 12.5\n    - red_line: pay == 0", "does not keep 'red_line'"),
    ],
)
def test_what_it_cannot_hold_is_refused_by_name(old: str, new: str, told: str) -> None:
    assert old in NATIVE
    case = loads(NATIVE.replace(old, new))
    with pytest.raises(CaseError) as caught:
        files_of(case, to="geniusweb")
    assert told in str(caught.value)


COMPARING = """\
detente: 1
title: pay
parties: {a: {}}
issues:
  pay: {range: 0..1, step: 1, status_quo: 0}
  cranes: {options: [no, full], status_quo: no}
preferences:
  a:
    - compare: (pay = 1) >= (cranes = full) >= status quo ~ (pay = 1, cranes = full)
    - compare: no deal ~ (cranes = full)
"""


def test_an_order_is_written_with_all_that_follows_from_it() -> None:
    texts = files_of(loads(COMPARING), to="geniusweb")
    order = json.loads(texts["1 a.json"])["DefaultPartialOrdering"]
    bids = [tuple(bid["issuevalues"].values()) for bid in order["bids"]]
    assert sorted((bids[better], bids[worse]) for better, worse in order["better"]) == [
        ((0, "full"), (0, "no")),
        ((0, "full"), (1, "full")),
        ((0, "no"), (1, "full")),
        ((1, "full"), (0, "no")),
        ((1, "no"), (0, "full")),
        ((1, "no"), (0, "no")),
        ((1, "no"), (1, "full")),
    ]
    assert order["reservationBid"] == {"issuevalues": {"pay": 0, "cranes": "full"}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("status quo ~", "status quo >", "keeps 'at least as good', >= or ~, and not >"),
        ("(pay = 1) >=", "whatever else (pay = 1) >=", "does not keep 'whatever else'"),
        ("no deal ~", "no deal >=", "keeps no deal only as being as good as one package"),
        ("no deal ~ (c", "no deal ~ whatever else (c", "no deal only as being as good as one"),
        ("compare: no deal ~ (cranes = full)", "no_deal: 3", "as a package, or as 0 points"),
        ("    - compare: no deal ~ (cranes = full)\n", "", "needs to know once what no deal is"),
        ('full)\n"', 'full)\n    - no_deal: 0\n"', "needs to know once what no deal is"),
        (
            "compare: no deal ~ (cranes = full)",
            "compare: (pay = 1) > (pay = 0)\n      by: 5",
            "does not keep by how much",
        ),
    ],
)
def test_comparisons_that_it_cannot_hold_are_refused(old: str, new: str, told: str) -> None:
    text = COMPARING + '"'
    assert old in text
    with pytest.raises(CaseError) as caught:
        files_of(loads(text.replace(old, new).removesuffix('"')), to="geniusweb")
    assert told in str(caught.value)


def test_notes_go_with_bare() -> None:
    case = loads(NATIVE.replace("parties:", "note: a word\nparties:"))
    assert "domain.json" in files_of(bare(case), to="geniusweb")


def test_a_rule_over_too_many_combinations_is_refused() -> None:
    wide = NATIVE.replace("range: 0..3", "range: 0..600")
    wide = wide.replace("10*x", "x/20").replace("3: 0}", "600: 0}")
    with pytest.raises(CaseError, match=r"rules join pay, cranes, which have 1,803 combinations"):
        files_of(loads(wide), to="geniusweb")


@given(
    parts=st.lists(
        st.lists(st.integers(0, 6).map(lambda k: Fraction(k, 4)), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    ),
    target=st.integers(0, 40).map(lambda k: Fraction(k, 8)),
)
def test_a_choice_that_adds_up_is_found_where_there_is_one(
    parts: list[list[Fraction]], target: Fraction
) -> None:
    found = choice_worth(parts, target)
    if found is None:
        assert target not in {sum(choice) for choice in product(*parts)}
    else:
        assert sum(part[k] for part, k in zip(parts, found, strict=True)) == target


def test_a_search_for_a_choice_ends_where_it_grows_too_large() -> None:
    parts = [[Fraction(0), Fraction(2**k)] for k in range(40)]
    with pytest.raises(LimitError, match="more than 200,000 different sums"):
        choice_worth(parts, Fraction(2**39 + 5))


def test_numbers_of_json_may_be_fractions() -> None:
    found = parse_json(b'{"a": [1, 2.50, -1e-3], "b": true}', Faults(), fractions=True)
    assert found == {"a": [1, Fraction(5, 2), Fraction(-1, 1000)], "b": True}
    assert all(type(number) is Fraction for number in found["a"])
