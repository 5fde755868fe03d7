"""The outside program is found, started, timed, ended, and believed only where it can be."""

from __future__ import annotations

import os
import shutil
import time
from fractions import Fraction
from pathlib import Path

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from detente.bargaining_program import Ended, Talk, find_program, negotiate
from detente.errors import CancelledError, DetenteError
from detente.talks_scenario import TalksScenario
from tests.bargaining import program


def scenario() -> TalksScenario:
    first = ((Fraction(0), Fraction(30), Fraction(60)), (Fraction(10), Fraction(0)))
    second = ((Fraction(60), Fraction(40), Fraction(0)), (Fraction(0), Fraction(15)))
    return TalksScenario(values=(first, second), no_deal=(Fraction(20), Fraction(-5)))


def talk(path: str, *agents: str, seconds: float = 60.0) -> Talk:
    chosen = agents or ("BoulwareTBNegotiator", "MiCRONegotiator")
    return Talk(program=path, scenario=scenario(), agents=chosen, rounds=50, seconds=seconds)


# --- what is written -----------------------------------------------------------------------------

amounts = st.fractions(min_value=-1000, max_value=1000, max_denominator=100)


@given(st.data(), st.lists(st.integers(1, 4), min_size=1, max_size=4), amounts)
def test_the_files_say_what_every_package_is_worth(data, sizes, no_deal):
    values = tuple(tuple(data.draw(amounts) for _ in range(size)) for size in sizes)
    talks = TalksScenario(values=(values,), no_deal=(no_deal,))
    choice = tuple(data.draw(st.integers(0, size - 1)) for size in sizes)
    root = fromstring(talks.files["profile-001.xml"])
    weights = [float(w.get("value")) for w in root.iter("weight")]
    told = sum(
        weight * float(issue.findall("item")[k].get("evaluation"))
        for weight, issue, k in zip(weights, root.iter("issue"), choice, strict=True)
    )
    low = sum(min(issue) for issue in values)
    reach = sum(max(issue) for issue in values) - low or 1
    assert told == pytest.approx(
        float((sum(i[k] for i, k in zip(values, choice, strict=True)) - low) / reach)
    )
    assert float(talks.level(0, choice)) == pytest.approx(told)
    reserved = float(root.find("reservation").get("value"))
    assert reserved == pytest.approx(float((no_deal - low) / reach))
    assert sum(weights) == pytest.approx(1)


@given(st.lists(amounts, min_size=1, max_size=6), amounts)
def test_whole_packages_keep_every_tie_and_every_order(worths, no_deal):
    talks = TalksScenario(values=((tuple(worths),),), no_deal=(no_deal,))
    root = fromstring(talks.files["profile-001.xml"])
    told = [float(item.get("evaluation")) for item in root.iter("item")]
    reserved = float(root.find("reservation").get("value"))
    for a, x in zip(worths, told, strict=True):
        assert all((a > b) == (x > y) for b, y in zip(worths, told, strict=True))
        if len(set(worths)) > 1:
            assert (a >= no_deal) == (x >= reserved)


def test_nothing_of_a_case_stands_in_the_files():
    text = "".join(scenario().files.values())
    names = {
        a
        for root in map(fromstring, scenario().files.values())
        for e in root.iter()
        for a in e.attrib.values()
    }
    assert {"i1", "o1", "o3"} < names
    assert "<!" not in text


# --- where it is ---------------------------------------------------------------------------------


def test_a_program_that_is_named_is_used(tmp_path):
    assert find_program(program(tmp_path)) == str(tmp_path / "negotiate")


def test_a_program_named_from_here_is_started_from_elsewhere(tmp_path, monkeypatch):
    program(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert find_program("./negotiate") == str(tmp_path / "negotiate")
    monkeypatch.chdir(tmp_path.parent)
    assert find_program(f"{tmp_path.name}/negotiate") == str(tmp_path / "negotiate")
    monkeypatch.setenv("PATH", f"{tmp_path.name}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("sys.executable", str(tmp_path / "no" / "python"))
    assert find_program() == str(tmp_path / "negotiate")


def test_one_that_may_not_be_executed_is_said(tmp_path):
    Path(path := program(tmp_path)).chmod(0o644)
    with pytest.raises(DetenteError, match="may not be executed"):
        find_program(path)


def test_one_that_does_not_answer_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr("detente.bargaining_program._SECONDS_FOR_HELP", 0.2)
    path = tmp_path / "negotiate"
    path.write_text("#!/bin/sh\nexec sleep 60\n")
    path.chmod(0o755)
    with pytest.raises(DetenteError, match="did not answer"):
        find_program(str(path))


def test_one_beside_python_comes_before_one_on_the_path(tmp_path, monkeypatch):
    here, there = tmp_path / "bin", tmp_path / "path"
    here.mkdir()
    there.mkdir()
    on_path = program(there)
    monkeypatch.setattr("sys.executable", str(here / "python"))
    monkeypatch.setenv("PATH", f"{there}{os.pathsep}{os.environ['PATH']}")
    assert find_program() == on_path
    assert find_program() != (beside := program(here))
    assert find_program() == beside


def test_where_there_is_none_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DetenteError, match=r"is not installed; pip install 'detente\[agents\]'"):
        find_program()
    with pytest.raises(DetenteError, match=r"no program 'no/such'; give the path of 'negotiate'"):
        find_program("no/such")


def test_another_program_is_not_taken_for_it(tmp_path):
    with pytest.raises(DetenteError, match="is not 'negotiate' of NegMAS"):
        find_program(program(tmp_path, "other program"))
    with pytest.raises(DetenteError, match="is not 'negotiate' of NegMAS"):
        find_program(shutil.which("false"))


def test_what_cannot_be_started_is_said(tmp_path):
    path = Path(program(tmp_path))
    path.write_text("\x00 no program", encoding="utf-8")
    with pytest.raises(DetenteError, match="cannot be started"):
        find_program(str(path))


# --- what it says --------------------------------------------------------------------------------


def test_an_agreement_comes_back_as_the_package_it_is(tmp_path):
    assert negotiate(talk(program(tmp_path))) == Ended(choice=(1, 0), round=5)


def test_no_agreement_comes_back_after_all_rounds(tmp_path):
    ended = negotiate(talk(program(tmp_path), "ToughNegotiator", "MiCRONegotiator"))
    assert ended == Ended(choice=None, round=50)


NONSENSE = {
    "no session.json was written": ("writes nothing", {}),
    "session.json cannot be read": ("writes junk", {}),
    "session.json holds no result": ("a list", {}),
    "is no package of the scenario": ("", {"agreement": ["o4", "o1"]}),
    "agreement is no package": ("", {"agreement": "o1"}),
    "the agreement is no package": ("", {"agreement": [["o1"], "o1"]}),
    "the values of party 1 did not arrive": ("normalises", {}),
    "values of party 1 did not arrive": ("bad profile", {}),
    "values of party 2 did not arrive": ("", {"utilities": [4 / 7, 0.9]}),
    "of party 1 did not arrive": ("", {"utilities": [10**400, 0.9]}),
    "party 1 did not arrive": ("", {"advantages": [float("nan"), float("inf")]}),
    "1 did not arrive as they were written": ("", {"utilities": ["high", None]}),
    "2 did not arrive as they were written": ("", {"utilities": [4 / 7]}),
    "'utilities' is missing": ("", {"utilities": None}),
    "'negotiators' is missing": ("", {"negotiators": 4}),
    "other strategies were played: X, Y": ("", {"negotiators": ["a.X", "b.Y"]}),
    "the round in which it ended is missing": ("", {"step": "4"}),
    "round in which it ended is missing": ("", {"step": 51}),
    "which it ended is missing": ("", {"step": 0}),
    "in which it ended is missing": ("", {"step": True}),
}


@pytest.mark.parametrize("told", NONSENSE)
def test_nonsense_is_not_believed(told, tmp_path):
    mode, changes = NONSENSE[told]
    with pytest.raises(DetenteError) as caught:
        negotiate(talk(program(tmp_path, mode, **changes)))
    assert told in str(caught.value)
    assert "pip install 'detente[agents]'" in str(caught.value)


def test_deeply_nested_junk_is_one_message(tmp_path):
    with pytest.raises(DetenteError, match=r"session\.json cannot be read"):
        negotiate(talk(program(tmp_path, "deep junk")))


def test_a_crash_is_told_in_its_last_words(tmp_path):
    with pytest.raises(DetenteError) as caught:
        negotiate(talk(program(tmp_path, "crashes")))
    assert str(caught.value).startswith(
        "the bargaining program failed: ValueError: range (-inf, 3.5); "
    )


def test_one_that_prints_without_end_is_ended(tmp_path):
    with pytest.raises(DetenteError, match="it prints without end"):
        negotiate(talk(program(tmp_path, "prints without end")))


def test_one_that_hangs_is_ended_when_its_time_is_up(tmp_path, monkeypatch):
    monkeypatch.setenv("DETENTE_TEST_PID", str(tmp_path / "pid"))
    ended = negotiate(talk(program(tmp_path, "hangs"), seconds=2.0))
    assert ended == Ended(choice=None, round=50, finished=False)
    assert is_gone(int((tmp_path / "pid").read_text(encoding="utf-8")))


def test_one_that_hangs_is_ended_when_asked_to_stop(tmp_path, monkeypatch):
    pid = tmp_path / "pid"
    monkeypatch.setenv("DETENTE_TEST_PID", str(pid))

    def stopped() -> bool:
        return pid.exists() and bool(pid.read_text(encoding="utf-8"))

    with pytest.raises(CancelledError, match="stopped while agents bargain"):
        negotiate(talk(program(tmp_path, "hangs")), stopped=stopped)
    assert is_gone(int(pid.read_text(encoding="utf-8")))


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended, giving the system a moment to tell."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "room"))
    (tmp_path / "room").mkdir()
    negotiate(talk(program(tmp_path)))
    assert list((tmp_path / "room").iterdir()) == []
