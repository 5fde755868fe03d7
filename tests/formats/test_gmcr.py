"""``.gmcr``: states keep their numbers, nothing is lost, and no file, however bad, breaks it."""

from __future__ import annotations

import copy
import itertools
import json
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.analysis import Analysis
from detente.blocks.control import Control
from detente.blocks.graph import Coalition, GraphRanking, Unseen
from detente.case import Case
from detente.errors import CaseError, DetenteError, UnknownNameError
from detente.formats import FORMATS, dumps, load, loads
from detente.formats.gmcr.patterns import feasible_codes, patterns_of
from detente.grammar import parse_condition
from detente.modelling import model_of
from detente.statements.ordinal import Priorities
from detente.vocabulary import Issue, Vocabulary
from detente.work import Work

# The file lists options out of the order of their owners. By owner they are attack, arm, strike;
# with attack varying fastest the settings (attack, arm, strike) are 0 NNN, 1 YNN, 2 NYN, 3 YYN,
# 4 NNY, 5 YNY, 6 NYY, 7 YYY. Striking back without an attack is not feasible, so 4 and 6 go, and
# the six that stay are numbered 1 to 6.
BORDER: dict[str, Any] = {
    "options": [
        {"name": "Strike back!", "permittedDirection": "fwd"},
        {"name": "Attack", "permittedDirection": "both"},
        {"name": "Arm", "permittedDirection": "back"},
    ],
    "decisionMakers": [
        {
            "name": "North",
            "options": [1],
            "preferences": [],
            "preferenceRanking": [2, [1, 3], 4, 6, 5],
        },
        {
            "name": "South & friends",
            "options": [2, 0],
            "preferences": [
                [[1, "N"]],
                {"compound": True, "members": [[[0, "Y"], [1, "Y"]], [[2, "N"]]]},
            ],
            "misperceptions": [[[2, "Y"], [1, "N"]]],
            "preferenceRanking": [1, 3, 5, 6, 2, 4],
        },
    ],
    "infeasibles": [[[0, "Y"], [1, "N"]]],
    "useManualPreferenceRanking": True,
    "coalitions": [[0, 1]],
    "coalitionsFull": [{"name": "stale"}],
    "program": "some tool",
    "version": "0.5.2",
}
STATES = ("NNN", "YNN", "NYN", "YYN", "YNY", "YYY")


def border(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(BORDER), **changes}


def read(content: Any) -> Case:
    return loads(json.dumps(content))


def fault(content: Any) -> str:
    with pytest.raises(CaseError) as caught:
        loads(content if isinstance(content, str | bytes) else json.dumps(content))
    return str(caught.value)


def states_of(case: Case) -> list[str]:
    """The feasible packages as texts, the first issue varying fastest."""
    vocabulary = case.vocabulary
    found = []
    for reversed_package in itertools.product(*(range(2) for _ in case.issues)):
        package = reversed_package[::-1]
        if all(c.condition.holds(package, vocabulary) for c in case.constraints):
            found.append("".join("NY"[k] for k in package))
    return found


# What becomes of a file --------------------------------------------------------------------------


def test_options_are_regrouped_by_owner_so_that_states_keep_their_numbers() -> None:
    case = read(BORDER)
    assert [issue.name for issue in case.issues] == ["Attack", "Arm", "Strike_back"]
    assert [issue.title for issue in case.issues] == ["", "", "Strike back!"]
    assert all((i.options, i.status_quo) == (("N", "Y"), "N") for i in case.issues)
    assert tuple(states_of(case)) == STATES


def test_the_model_of_the_case_numbers_its_states_alike() -> None:
    case = read(BORDER)
    model = model_of(Analysis(case=case, work=Work()), case.vocabulary.status_quo)
    named = ["".join("NY"[k] for k in row) for row in model.packages().tolist()]
    assert tuple(named) == STATES
    assert model.parties == ("North", "South_friends")


def test_directions_become_transitions() -> None:
    assert read(BORDER).blocks["control"] == (
        Control(party="North", issue="Attack", moves=None),
        Control(party="South_friends", issue="Arm", moves=(("Y", "N"),)),
        Control(party="South_friends", issue="Strike_back", moves=(("N", "Y"),)),
    )


def test_conditions_and_rankings_are_kept() -> None:
    case = read(BORDER)
    assert [c.condition.text for c in case.constraints] == [
        "not (Strike_back == Y and Attack == N)"
    ]
    (priorities,) = case.statements
    assert isinstance(priorities, Priorities)
    assert [c.text for c in priorities.conditions] == [
        "Attack == N",
        "(Strike_back == Y and Attack == Y) or Arm == N",
    ]
    north, south, unseen, coalition = case.blocks["graph"]
    assert isinstance(north, GraphRanking)
    assert isinstance(south, GraphRanking)
    assert isinstance(unseen, Unseen)
    assert north.tiers == (("2",), ("1", "3"), ("4",), ("6",), ("5",))
    assert south.tiers == (("1",), ("3",), ("5",), ("6",), ("2",), ("4",))
    assert [c.text for c in unseen.conditions] == ["Arm == Y and Attack == N"]
    assert coalition == Coalition(members=("North", "South_friends"))


def test_the_older_keys_are_read_too() -> None:
    older = border()
    older["useManualPreferenceVectors"] = older.pop("useManualPreferenceRanking")
    for maker, key in zip(
        older["decisionMakers"], ("preferenceVector", "preferenceVectors"), strict=True
    ):
        maker[key] = maker.pop("preferenceRanking")
    assert read(older) == read(BORDER)


def test_rankings_that_are_not_in_force_are_no_part_of_the_case() -> None:
    for off in ({"useManualPreferenceRanking": False}, {"useManualPreferenceVectors": False}):
        content = border()
        del content["useManualPreferenceRanking"]
        case = read({**content, **off})
        assert not any(isinstance(entry, GraphRanking) for entry in case.blocks["graph"])


def test_a_condition_that_stands_twice_is_kept_once_and_many_are_fine() -> None:
    content = border()
    twice = [[[1, "N"]], [[1, "N"], [1, "N"]], [[0, "Y"], [2, "N"]], [[2, "N"], [0, "Y"]]]
    content["decisionMakers"][0]["preferences"] = twice
    content["infeasibles"] *= 3
    case = read(content)
    assert len(case.constraints) == 1
    assert [c.text for c in case.statements[0].conditions] == [
        "Attack == N",
        "Strike_back == Y and Arm == N",
    ]
    wide = {
        "options": [{"name": f"o{k}", "permittedDirection": "both"} for k in range(8)],
        "decisionMakers": [
            {
                "name": "A",
                "options": list(range(8)),
                "preferences": [
                    [[k, "Y"] for k in chosen] for chosen in itertools.combinations(range(8), 4)
                ],
            }
        ],
    }
    assert len(read(wide).statements[0].conditions) == 70


def test_a_compound_infeasible_condition_is_the_same_as_its_members() -> None:
    members = [[[0, "Y"], [1, "N"]], [[2, "Y"]]]
    split = border(infeasibles=members, useManualPreferenceRanking=False)
    joined = {**split, "infeasibles": [{"compound": True, "members": members}]}
    assert read(joined) == read(split)


def test_free_text_becomes_names_and_stays_as_title() -> None:
    names = ["", "  ", "Attack", "Attack", "attack now", "2 steps", "Übergabe", "not", "no_deal"]
    content = {
        "options": [{"name": name, "permittedDirection": "both"} for name in names],
        "decisionMakers": [
            {"name": "all", "options": list(range(5))},
            {"name": "", "options": list(range(5, len(names)))},
        ],
    }
    case = read(content)
    assert [issue.name for issue in case.issues] == [
        *("option_1", "option_2", "Attack", "Attack_2", "attack_now", "option_2_steps"),
        *("Übergabe", "not_2", "no_deal_2"),
    ]
    assert [issue.label for issue in case.issues][2:] == names[2:]
    assert [(party.name, party.title) for party in case.parties] == [
        ("all_2", "all"),
        ("party_2", ""),
    ]


def test_the_status_quo_need_not_be_feasible() -> None:
    case = read(border(infeasibles=[[[1, "N"]]], useManualPreferenceRanking=False))
    assert states_of(case) == ["YNN", "YYN", "YNY", "YYY"]


def test_a_file_is_known_by_its_ending_or_its_look(tmp_path: Path) -> None:
    path = tmp_path / "border_war.gmcr"
    path.write_text(json.dumps(BORDER), encoding="utf-8")
    assert load(path).title == "border war"
    assert loads("\ufeff \n" + json.dumps(BORDER)).title == "Conflict"
    other = tmp_path / "border.json"
    other.write_text(json.dumps(BORDER), encoding="utf-8")
    assert load(other).blocks == load(path).blocks


# Faults ------------------------------------------------------------------------------------------


def test_every_fault_is_found_with_its_place() -> None:
    content = border()
    content["options"][0]["permittedDirection"] = "sideways"
    content["options"][1]["name"] = None
    directions = "write both, fwd (N to Y only) or back (Y to N only)"
    assert fault(content).splitlines() == [
        f"-: options[0].permittedDirection: 'sideways' is no direction; {directions}",
        "-: options[1].name: text is expected here, not nothing",
    ]
    content = border(infeasibles=[[[3, "Y"]], [[0, "y"]], 7, [], {"compound": True, "members": []}])
    shape = 'a condition is a list of [option, "Y"] or [option, "N"]; options count from 0'
    assert fault(content).splitlines() == [
        "-: infeasibles[0][0]: 3 is no option; options are numbered 0 to 2",
        "-: infeasibles[1][0]: 'y' is no answer; write Y or N",
        f"-: infeasibles[2]: a number is no condition; {shape}",
        "-: infeasibles[3]: the condition names no option; take it out",
        "-: infeasibles[4]: the compound condition has no members; take it out",
    ]


@pytest.mark.parametrize(
    ("ranking", "message"),
    [
        ([1, 7], "preferenceRanking[1]: 7 is no state; feasible states are numbered 1 to 6"),
        ([1, [2, 1]], "preferenceRanking[1]: state 1 is ranked twice"),
        ([1, []], "preferenceRanking[1]: no state stands here"),
        ([[[1]]], "preferenceRanking[0]: a list is no state"),
        ([True], "preferenceRanking[0]: yes or no is no state"),
        ([], "preferenceRanking: the ranking is empty"),
        ("1 > 2", "preferenceRanking: a list is expected here, not text"),
    ],
)
def test_rankings_name_feasible_states_once(ranking: Any, message: str) -> None:
    content = border()
    content["decisionMakers"][0]["preferenceRanking"] = ranking
    assert f"-: decisionMakers[0].{message}" in fault(content)


def test_a_manual_ranking_has_to_be_there() -> None:
    content = border()
    del content["decisionMakers"][1]["preferenceRanking"]
    assert "decisionMakers[1]: 'preferenceRanking' is missing" in fault(content)


@pytest.mark.parametrize(
    ("owned", "message"),
    [
        ([[1], [2]], "options[0]: the option belongs to no decision maker"),
        ([[1, 0], [2, 0]], "decisionMakers[1].options[1]: option 0 stands at"),
        ([[1, 3], [2, 0]], "3 is no option; options are numbered 0 to 2"),
        ([[1, -1], [2, 0]], "-1 is no option"),
        ([[1.0], [2, 0]], "a number is no option"),
        ([[True], [2, 0]], "yes or no is no option"),
    ],
)
def test_every_option_has_one_owner(owned: list[Any], message: str) -> None:
    content = border()
    for maker, options in zip(content["decisionMakers"], owned, strict=True):
        maker["options"] = options
    assert message in fault(content)


@pytest.mark.parametrize(
    ("coalitions", "message"),
    [
        ([[0, 0]], "'North' is in two coalitions"),
        ([[0, 1]], "'Third' is in none; list every decision maker once"),
        ([[0, 2]], "2 is no decision maker; decision makers are numbered 0 to 1"),
        ([["North"]], "text is no decision maker"),
        ({}, "a list is expected here, not an object"),
    ],
)
def test_coalitions_divide_the_decision_makers(coalitions: Any, message: str) -> None:
    content = border(coalitions=coalitions, useManualPreferenceRanking=False)
    third = [{"name": "Third", "options": []}] if "Third" in message else []
    assert message in fault({**content, "decisionMakers": content["decisionMakers"] + third})


def test_single_parties_are_no_coalition() -> None:
    for alone in ([0, [1]], [0], None):
        graph = read(border(coalitions=alone)).blocks["graph"]
        assert not any(isinstance(entry, Coalition) for entry in graph)


def test_the_binary_form_of_early_versions_is_named() -> None:
    with pytest.raises(CaseError, match="the binary form of early versions, which is not read"):
        FORMATS["gmcr"].read(b"\x80\x03c", "old.gmcr")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"decisionMakers": [', "-:1: the file is not JSON: expecting value"),
        ('{"decisionMakers": [NaN]}', "NaN stands in the file, which is no number in JSON"),
        ('{"decisionMakers": [], "options": [' + "1" * 5000 + "]}", "at most 18 digits, not 5,000"),
        ('{"decisionMakers": [], "decisionMakers": []}', "'decisionMakers' is there twice"),
        ('{"decisionMakers": ' + "[" * 200_000, "nested too deeply"),
        ('{"decisionMakers": [], "options": []}', "the file has no options"),
        ('{"decisionMakers": []}', "'options' is missing"),
        ('{"decisionMakers": null, "options": []}', "a list is expected here, not nothing"),
        ('{"decisionMakers": [{}, 3], "options": []}', "decisionMakers[0]: 'name' is missing"),
        ('{"decisionMakers": [{}, 3], "options": []}', "[1]: an object is expected here, not a"),
    ],
)
def test_malformed_and_hostile_json_gives_one_message(text: str, message: str) -> None:
    assert message in fault(text)


def test_hostile_sizes_and_names_are_refused() -> None:
    many = {"options": [0] * 10**6, "decisionMakers": []}
    assert "options: 1,000,000 entries stand here, more than 500" in fault(many)
    content = border()
    content["options"][0]["name"] = "x" * 5000
    assert "the name has 5,000 characters, more than 1,000" in fault(content)
    content["options"][0]["name"] = "\ud800"
    assert "the control character U+D800 stands here" in fault(content)
    nested: Any = [[0, "Y"]]
    for _ in range(40):
        nested = {"compound": True, "members": [nested]}
    assert "compound conditions are nested deeper than 16" in fault(border(infeasibles=[nested]))
    wide = {"compound": True, "members": [{"compound": True, "members": [[[0, "Y"]]] * 99}] * 99}
    assert "the condition has more than 1,000 members" in fault(border(infeasibles=[wide]))
    huge = b'{"decisionMakers": [' + b" " * (17 * 2**20)
    assert "the file is larger than 16 MiB" in fault(huge)


def test_mutated_files_give_a_case_or_a_message() -> None:
    source = random.Random(6)  # noqa: S311 - the same mutations every time
    hostile: tuple[Any, ...] = (
        *(None, True, -1, 10**17, 1e300, "", "\ud800", "Y", [], {}, [[]], [[0, "Y"]], {"a": []}),
        *("all", "no deal", [0, 1], {"compound": True, "members": 3}, "x" * 300, ["detente"]),
    )

    def spots(node: Any) -> list[tuple[Any, Any]]:
        keys = list(node) if isinstance(node, dict) else range(len(node))
        found = []
        for key in keys:
            found.append((node, key))
            if isinstance(node[key], dict | list):
                found += spots(node[key])
        return found

    accepted = 0
    for _ in range(600):
        content = border()
        for _ in range(source.randint(1, 2)):
            node, key = source.choice(spots(content))
            node[key] = copy.deepcopy(source.choice(hostile))
        text = json.dumps(content)
        if source.random() < 0.3:
            cut = source.randrange(len(text))
            text = text[:cut] + source.choice(["", "[", '"', "}", "\x00", "\\"]) + text[cut + 1 :]
        data = text.encode("utf-8", "surrogatepass")
        with suppress(DetenteError):
            case = FORMATS["gmcr"].read(data, "f.gmcr")
            accepted += 1
            assert FORMATS["gmcr"].read(dumps(case, ".gmcr").encode(), "f.gmcr") == case
    assert accepted > 20


# Writing -----------------------------------------------------------------------------------------


def test_what_is_read_is_written_back_equal() -> None:
    case = read(BORDER)
    assert loads(dumps(case, ".gmcr")) == case
    assert loads(dumps(case)) == case
    assert json.loads(dumps(case, ".gmcr"))["decisionMakers"][1]["name"] == "South & friends"


NATIVE = """\
detente: 1
title: Ceasefire
as_of: 2025-08-01
note: A small one.
parties:
  russia: Russia
  union: {name: Union, signatory: no}
issues:
  hostilities: {options: [ceasefire, continue], status_quo: continue, title: Fighting}
  aid: {options: [no, yes], status_quo: no}
  talks: {options: [N, Y], status_quo: N}
constraints:
  - require: hostilities == ceasefire or talks == N
preferences:
  russia:
    - priorities: [not aid == yes, hostilities == continue or talks != N]
control:
  russia:
    hostilities: [ceasefire -> continue]
    talks: [N <-> Y]
  union:
    aid: any
"""


def test_a_case_of_ones_own_is_written_and_read_back() -> None:
    case = loads(NATIVE)
    written = json.loads(dumps(case, ".gmcr"))
    assert [option["name"] for option in written["options"]] == [
        *("Fighting: continue", "aid: yes", "talks"),
    ]
    assert [option["permittedDirection"] for option in written["options"]] == [
        "fwd",
        "both",
        "both",
    ]
    assert [maker["options"] for maker in written["decisionMakers"]] == [[0, 2], [1]]
    assert written["infeasibles"] == [[[0, "Y"], [2, "Y"]]]
    assert written["decisionMakers"][0]["preferences"] == [
        [[1, "N"]],
        {"compound": True, "members": [[[0, "Y"]], [[2, "Y"]]]},
    ]
    again = loads(json.dumps(written))
    assert (again.title, again.as_of, again.note) == (case.title, case.as_of, case.note)
    assert again.parties == case.parties
    assert set(again.issues) == set(case.issues)
    assert loads(dumps(again, ".gmcr")) == again


def test_rankings_are_numbered_anew_where_owners_come_in_another_order() -> None:
    """Options a (B's), b (A's): in the case a varies fastest, in the file b does."""
    case = loads("""\
detente: 1
title: T
parties: {A: A, B: B}
issues:
  a: {options: [N, Y], status_quo: N}
  b: {options: [N, Y], status_quo: N}
control:
  A: {b: any}
  B: {a: any}
graph:
  ranking: {A: 2 > 3 > 1 ~ 4, B: 4 > 1}
""")
    written = json.loads(dumps(case, ".gmcr"))
    assert [m["preferenceRanking"] for m in written["decisionMakers"]] == [[3, 2, [1, 4]], [4, 1]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("options: [no, yes]", "options: [no, yes, more]", "issues with two options, not 3"),
        ("aid: any", "aid: any\n    talks: any", "every issue is controlled by one party"),
        ("aid: any", "hostilities: any", "every issue is controlled by one party"),
        ("- priorities", "- note: So.\n      priorities", "does not keep 'note'"),
        ("control:", "proposals:\n  p: {aid: yes}\ncontrol:", "does not keep proposals"),
        ("control:", "sources:\n  s: S\ncontrol:", "does not keep sources"),
        ("control:", "time: {unit: month}\ncontrol:", "does not keep 'time'"),
        (
            "control:",
            "  union:\n    - no_deal: 3\ncontrol:",
            "preferences.union: this format does not keep 'no_deal'",
        ),
        ("control:", "graph: {unseen: {union: [2]}}\ncontrol:", "by conditions what a party"),
        (
            "control:",
            "graph: {ranking: {russia: 1 >> 2, union: 1 > 2}}\ncontrol:",
            "how much a state is preferred",
        ),
        (
            "control:",
            "graph: {ranking: {russia: 1 > 2}}\ncontrol:",
            "either all parties have rankings of states, or none",
        ),
        (
            "control:",
            "graph: {ranking: {russia: 1 > 9, union: 1 > 2}}\ncontrol:",
            "no such state: '9'; states are numbered 1 to 6",
        ),
        (
            "control:",
            "graph: {misread: {russia: {union: 1 > 2}}}\ncontrol:",
            "graph.misread: this format does not keep 'misread'; it keeps rankings",
        ),
        ("or talks == N", "or talks in (N, Y)\n    title: Any", "the title of a constraint"),
        ("[not aid == yes,", '["aid in (no, yes)",', "every state meets 'aid in (no, yes)'"),
    ],
)
def test_what_the_format_cannot_hold_is_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in NATIVE
    with pytest.raises(CaseError) as caught:
        dumps(loads(NATIVE.replace(old, new, 1)), ".gmcr")
    assert message in str(caught.value)


def test_an_unknown_ending_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UnknownNameError, match=r"as '\.doc'; known endings are \.nfg, \.gmcr"):
        dumps(read(BORDER), ".doc")


# Any conflict ------------------------------------------------------------------------------------

free_text = st.one_of(
    st.sampled_from(["", " ", "Attack", "attack", "not", "all", "N", "1", "-", 'say "no"', "a: b"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8),
)


@st.composite
def conflicts(draw: st.DrawFn) -> dict[str, Any]:
    n_options, n_makers = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    owner = [draw(st.integers(0, n_makers - 1)) for _ in range(n_options)]
    listed = draw(st.permutations(range(n_options)))
    literal = st.tuples(st.integers(0, n_options - 1), st.sampled_from("YN")).map(list)
    simple = st.lists(literal, min_size=1, max_size=3)
    condition = st.one_of(
        simple,
        st.lists(simple, min_size=1, max_size=3).map(lambda m: {"compound": True, "members": m}),
    )
    conditions = st.lists(condition, max_size=3)
    return {
        "options": [
            {
                "name": draw(free_text),
                "permittedDirection": draw(st.sampled_from(["both", "fwd", "back"])),
            }
            for _ in range(n_options)
        ],
        "decisionMakers": [
            {
                "name": draw(free_text),
                "options": [k for k in listed if owner[k] == maker],
                "preferences": draw(conditions),
                "misperceptions": draw(conditions),
            }
            for maker in range(n_makers)
        ],
        "infeasibles": draw(conditions),
        "useManualPreferenceRanking": False,
    }


@settings(max_examples=60, deadline=None)
@given(conflicts(), st.randoms(use_true_random=False))
def test_any_conflict_survives_writing_and_reading(
    content: dict[str, Any], source: random.Random
) -> None:
    n_states = len(states_of(read(content)))
    if n_states and source.random() < 0.5:
        content["useManualPreferenceRanking"] = True
        for maker in content["decisionMakers"]:
            order = source.sample(range(1, n_states + 1), n_states)
            maker["preferenceRanking"] = [order[:2], *order[2:]]
    case = read(content)
    assert loads(dumps(case, ".gmcr")) == case
    assert loads(dumps(case)) == case


@settings(max_examples=60, deadline=None)
@given(conflicts())
def test_conditions_mean_what_the_file_says(content: dict[str, Any]) -> None:
    """An oracle straight from the definition of a condition."""
    case = read(content)
    order = [k for maker in content["decisionMakers"] for k in maker["options"]]

    def meets(condition: Any, answers: dict[int, str]) -> bool:
        if isinstance(condition, dict):
            return any(meets(member, answers) for member in condition["members"])
        return all(answers[option] == answer for option, answer in condition)

    states = []
    for code in range(2 ** len(order)):
        answers = {k: "NY"[code >> place & 1] for place, k in enumerate(order)}
        if not any(meets(condition, answers) for condition in content["infeasibles"]):
            states.append("".join(answers[k] for k in order))
    assert states_of(case) == states


def test_patterns_are_the_condition() -> None:
    issues = tuple(Issue(name=n, options=("N", "Y"), status_quo="N") for n in "abc")
    vocabulary = Vocabulary(issues=issues)
    for text in ("a == Y and not (b == Y or c != Y)", "not (a == N and (b == Y or not c == Y))"):
        condition = parse_condition(text)
        patterns = patterns_of(condition.tree, vocabulary)
        free = feasible_codes(patterns, 3)
        for code in range(8):
            package = (code & 1, code >> 1 & 1, code >> 2 & 1)
            assert condition.holds(package, vocabulary) != free[code]
