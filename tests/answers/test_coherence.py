"""Commitments held against the table: what people and programs are told, and what is refused."""

from __future__ import annotations

import json

import pytest

from detente import catalog
from detente.answers.coherence import coherence
from detente.blocks.commitments import Commitment
from detente.errors import CaseError, LimitError, UnanswerableError, UnknownNameError
from detente.formats import loads
from detente.statements.statement import Citation
from detente.work import Work
from tests.answers.cases import case_of, words
from tests.test_contract import contract, fits, leaves

ISSUES = {"a": "a0 a1 a2", "b": "b0 b1", "c": "c0 c1"}
NOTHING = """scores:
  a: {a0: 0, a1: 0, a2: 0}
  b: {b0: 0, b1: 0}
  c: {c0: 0, c1: 0}"""
PROMISES = """\
constraints:
  - require: b == b0 or c == c0
    title: Not both at once
sources: {talk: A talk}
commitments:
  P:
    - require: a == a1
      title: A is won
      because: talk#1
    - require: a != a1
      confidence: low
    - require: b == b1
  Q:
    - require: c == c1
      because: [talk#2, talk#3]
    - require: b == b1 and c == c1
"""


def dispute(more=PROMISES, **lines):
    """Return a case of two signatories and one who is only affected, with red lines."""
    preferences = {name: [NOTHING, "no_deal: 0", *lines.get(name, ())] for name in ("P", "Q", "R")}
    return case_of(ISSUES, preferences, more=more, affected=["R"])


def groups(case, **given):
    return coherence(case, **given).data()["groups"]


def test_by_itself_and_together():
    p, q, both = groups(dispute())
    assert [one["parties"] for one in (p, q, both)] == [["P"], ["Q"], ["P", "Q"]]
    assert p["conflicts"] == [{"commitments": [1, 2], "constraints": []}]
    assert [drop["commitments"] for drop in p["drop"]] == [[1], [2]]
    assert p["drop"][1]["package"] == {"a": "a1", "b": "b1", "c": "c0"}
    assert (p["coherent"], p["package"], p["impossible"]) == (False, None, [])
    assert q["conflicts"] == [{"commitments": [2], "constraints": ["Not both at once"]}]
    assert q["impossible"] == [2]
    assert both["conflicts"] == [
        {"commitments": [5], "constraints": ["Not both at once"]},
        {"commitments": [1, 2], "constraints": []},
        {"commitments": [3, 4], "constraints": ["Not both at once"]},
    ]
    assert [drop["commitments"] for drop in both["drop"]] == [
        [1, 3, 5],
        [1, 4, 5],
        [2, 3, 5],
        [2, 4, 5],
    ]
    assert all(one["complete"] and one["drop_complete"] for one in (p, q, both))


def test_what_has_no_source_is_told():
    p, q, _ = groups(dispute())
    assert (p["unsourced"], q["unsourced"]) == ([2, 3], [2])
    assert p["commitments"][0] == {
        "number": 1,
        "party": "P",
        "title": "A is won",
        "condition": "a == a1",
        "line": p["commitments"][0]["line"],
        "sources": ["talk#1"],
        "confidence": "certain",
    }
    text = words(coherence(dispute()))
    assert "No source is given for 2 commitments: 2 and 3." in text
    assert "no source (low confidence)" in text


def test_what_is_said_of_a_conflict():
    text = words(coherence(dispute(), of="P"))
    assert "Commitments of Party P" in text
    assert "No package keeps all 3 commitments. At least 1 of them has to go" in text
    assert "No. 1, A is won (a == a1)." in text
    assert "There are 2 ways to drop 1 and keep the rest; no way drops fewer." in text
    text = words(coherence(dispute(), of="Q,P"))
    assert "Commitments of Party P and Party Q, taken together" in text
    assert "What no package on the table meets, whatever else is dropped" in text
    assert "No. 5, Party Q: b == b1 and c == c1." in text
    assert "Given that every package must meet: Not both at once." in text
    assert "Nor can these" in text


def test_what_can_be_kept_comes_with_an_example_near_the_status_quo():
    case = dispute("commitments: {P: [{require: a != a0}], R: [{require: b == b0}]}")
    p, r = groups(case)
    assert p["package"] == {"a": "a1", "b": "b0", "c": "c0"}
    assert (p["conflicts"], p["drop"], p["coherent"]) == ([], [], True)
    assert r["parties"] == ["R"]
    text = words(coherence(case))
    assert "The one commitment can be kept, for instance by a a1." in text
    assert "The one commitment can be kept, for instance by the status quo." in text
    assert "No source is given for it." in text


def test_what_nobody_can_keep():
    case = dispute("commitments: {P: [{require: a == a1 and a == a2}]}")
    assert groups(case)[0]["impossible"] == [1]
    text = words(coherence(case))
    assert "No package meets it." in text
    assert "What would have to go" not in text
    both = "{require: a == a1 and a == a2}, {require: b == b0 and b == b1}"
    case = dispute(f"commitments: {{P: [{both}]}}")
    assert "None of them can be kept at all." in words(coherence(case))


def test_red_lines_of_others_are_told_apart():
    case = dispute(
        Q=["red_line: a == a1 and b == b1", "red_line: a != a1\nconfidence: high"],
        P=["red_line: c == c1"],
        R=["red_line: b == b1"],
    )
    p, q, both = groups(case)
    (collision,) = p["collisions"]
    assert collision["commitments"] == [1, 3]
    assert [line["party"] for line in collision["red_lines"]] == ["Q"]
    assert [c["commitments"] for c in q["collisions"]] == [[1]]
    assert (both["collisions"], both["collisions_complete"]) == ([], True)
    text = words(coherence(case))
    assert "Party Q rejects any package in which a == a1 and b == b1." in text
    assert "These leave no package" in text
    assert "One set of commitments and red lines leaves no package; each member is needed." in text
    assert "No red line of another signatory stands in the way of these commitments." in text


def test_red_lines_that_leave_nothing_by_themselves():
    case = dispute(Q=["red_line: a in (a0, a1)", "red_line: a == a2"])
    p = groups(case, of="P")[0]
    assert p["shut_out"]
    assert [c["commitments"] for c in p["collisions"]] == [[1]]
    text = words(coherence(case, of="P"))
    assert "The red lines of the others alone leave no package" in text


def test_views_and_their_names():
    case = dispute(
        "commitments:\n  P:\n    - require: a == a1\n    - {require: a == a2, view: hawks}\n"
    )
    assert groups(case)[0]["coherent"]
    assert not groups(case, work=Work(view="hawks"))[0]["coherent"]
    with pytest.raises(UnknownNameError, match="no statement has the view 'hawk'; did you mean"):
        coherence(case, work=Work(view="hawk"))
    only = dispute("commitments: {P: [{require: a == a1, view: hawks}]}")
    with pytest.raises(UnanswerableError, match="no commitment belongs to the view 'believed'"):
        coherence(only)


def test_constraints_that_leave_nothing():
    promises = PROMISES[PROMISES.index("sources") :]
    case = dispute(f"constraints: [{{require: a == a1}}, {{require: a == a2}}]\n{promises}")
    answer = coherence(case)
    assert (answer.data()["feasible"], answer.data()["groups"]) == (False, [])
    assert "No package meets the constraints of the case" in words(answer)


def test_a_case_without_commitments_says_what_to_add():
    with pytest.raises(UnanswerableError) as caught:
        coherence(catalog.load("harbour"))
    assert str(caught.value) == (
        "the case has no commitments; add under commitments.union: - require: shifts == required"
    )


@pytest.mark.parametrize(
    ("of", "message"),
    [
        ("P, R", "Party R has no commitments; add under commitments.R: - require: a == a2"),
        ("P,S", "no such party: 'S'; known are 'P', 'Q', 'R'"),
        (" , ", "--of needs names of parties, such as P,Q"),
    ],
)
def test_who_is_asked_about(of, message):
    with pytest.raises((UnanswerableError, UnknownNameError)) as caught:
        coherence(dispute(), of=of)
    assert str(caught.value) == message


def test_titles_name_parties_too_and_naming_twice_counts_once():
    assert groups(dispute(), of="party q, P, Q")[0]["parties"] == ["P", "Q"]


def test_many_conflicts_are_cut_for_people_only():
    more = "commitments:\n  P:\n" + "".join(f"    - require: a == a{k % 3}\n" for k in range(9))
    answer = coherence(dispute(more))
    (group,) = answer.data()["groups"]
    assert len(group["conflicts"]) == 27
    text = words(answer)
    assert "In each of these 27 sets every commitment is needed" in text
    assert "The 10 smallest are shown." in text
    assert text.count("Nor can these") == 9


def test_what_a_limit_cut_short_is_said():
    answer = coherence(dispute(), of="P", work=Work(seconds=1e-9))
    (group,) = answer.data()["groups"]
    assert (group["complete"], group["drop_complete"], group["coherent"]) == (False, False, False)
    text = words(answer)
    assert "No package keeps all 3 commitments. How few have to go was not settled" in text


def test_too_much_for_the_memory_names_the_group():
    message = "commitments of Party P: 3 conditions are too entangled .* --of chooses whose"
    with pytest.raises(LimitError, match=message):
        coherence(dispute(), work=Work(memory=300))


def test_the_block_as_objects():
    first, *_ = dispute().blocks["commitments"]
    assert isinstance(first, Commitment)
    assert (first.party, first.label, first.text, first.place) == ("P", "A is won", "a == a1", 0)
    assert first.provenance.because == (Citation(source="talk", locator="1"),)


def test_a_party_with_too_many_commitments():
    lines = "".join("    - require: a == a1\n" for _ in range(101))
    with pytest.raises(CaseError, match=r"commitments\.P: more than 100 commitments stand here"):
        dispute(f"commitments:\n  P:\n{lines}")


def test_a_faulty_issue_is_not_reported_again_in_a_commitment():
    text = (
        "detente: 1\ntitle: T\nparties: {P: P}\n"
        "issues:\n  a: {options: [x, y], status_quo: x}\n  b: {options: [x, y], status_quo: z}\n"
        "commitments: {P: [{require: b == x}, {require: a == z}]}\n"
    )
    with pytest.raises(CaseError) as caught:
        loads(text)
    assert [fault.path for fault in caught.value.faults] == [
        "issues.b.status_quo",
        "commitments.P[1].require",
    ]


def test_every_key_of_the_json_is_documented_with_its_type_and_is_there():
    red = dispute(Q=["red_line: a == a1 and b == b1"])
    easy = dispute("commitments: {P: [{require: a == a1}]}")
    answers = [coherence(red), coherence(easy)]
    kinds = contract("coherence")
    seen = set()
    for answer in answers:
        for path, value in leaves(json.loads(answer.json())):
            seen.add(path)
            if value in ([], {}):
                assert any(known.startswith(path) for known in kinds), path
            else:
                assert fits(value, kinds[path]), (path, value)
    assert set(kinds) <= seen, set(kinds) - seen
