"""Strategies bargain over a case: what they are given, and how their ends are judged."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import count, product
from threading import Event

import pytest
from click.testing import CliRunner

from detente import simulation
from detente.analysis import Analysis
from detente.answers.simulate import QUESTION, Simulated, simulate
from detente.bargaining_program import Ended
from detente.catalog import load
from detente.cli import main
from detente.errors import CancelledError, DetenteError, LimitError, UnanswerableError
from detente.strategies import STRATEGIES, strategies_named
from detente.talks_end import End
from detente.work import Work
from tests.answers.cases import EASY, ISSUES, case_of, random_exact, scores, words
from tests.bargaining import program
from tests.test_contract import documented, fits

TRADE = {"a": "a0 a1 a2", "b": "b0 b1"}
FIRST = (scores(a={"a0": 0, "a1": 20, "a2": 60}, b={"b0": 30, "b1": 0}), "no_deal: 25")
SECOND = (scores(a={"a0": 60, "a1": 50, "a2": 0}, b={"b0": 0, "b1": 40}), "no_deal: 30")
RULED = (*SECOND, "red_line: a == a0 and b == b1", "rule: a == a1 and b == b0\nworth: 10")


def trade(second=SECOND, *, more=""):
    return case_of(TRADE, {"P": FIRST, "Q": second}, more=more)


def ends_of(answer: Simulated) -> dict[tuple[str, ...], End]:
    return {tuple(s.name for s in end.strategies.values()): end for end in answer.simulation.ends}


# --- what the agents are given -------------------------------------------------------------------


@pytest.fixture
def talks(monkeypatch):
    """What the program was asked for, without asking it."""
    asked = []

    def remembered(talk, *, stopped=None):
        del stopped
        asked.append(talk)
        return Ended(choice=None, round=talk.rounds)

    monkeypatch.setattr(simulation, "negotiate", remembered)
    monkeypatch.setattr(simulation, "find_program", lambda *_, **__: "negotiate")
    return asked


@pytest.mark.parametrize("seed", range(12))
def test_agents_bargain_over_every_feasible_package_as_each_party_sees_it(seed, talks):
    exact = random_exact(seed, generous=True)
    if not exact.zone:
        with pytest.raises(UnanswerableError):
            simulate(exact.case())
        return
    simulate(exact.case(), strategies="micro")
    scenario = talks[0].scenario
    assert scenario.sizes == (len(exact.packages),)
    for p, player in enumerate(exact.players):
        for n, package in enumerate(exact.packages):
            accepts = scenario.level(p, (n,)) >= scenario.level(p, None)
            assert accepts == player.accepts(package)
            for m, other in enumerate(exact.packages):
                if not player.crosses(package) and not player.crosses(other):
                    more = player.value(package) > player.value(other)
                    assert more == (scenario.level(p, (n,)) > scenario.level(p, (m,)))


def test_many_packages_are_given_issue_by_issue_where_that_says_the_same(talks, monkeypatch):
    simulate(trade(), strategies="micro")
    monkeypatch.setattr(simulation, "MOST_WHOLE", 5)
    simulate(trade(), strategies="micro")
    whole, additive = (talk.scenario for talk in talks)
    assert (whole.sizes, additive.sizes) == ((6,), (3, 2))
    choices = list(product(range(3), range(2)))
    for p in range(2):
        assert whole.level(p, None) == additive.level(p, None)
        for n, choice in enumerate(choices):
            assert whole.level(p, (n,)) == additive.level(p, choice)


@pytest.mark.parametrize(
    "case",
    [
        trade(RULED),
        trade((*SECOND, "red_line: a == a0")),
        trade(more="constraints:\n  - require: a != a0 or b != b1\n"),
    ],
)
def test_many_packages_with_conditions_are_refused(case, talks, monkeypatch):
    monkeypatch.setattr(simulation, "MOST_WHOLE", 4)
    with pytest.raises(LimitError, match="agents bargain over 4 at the most"):
        simulate(case)
    assert not talks


def test_too_many_packages_are_refused(talks, monkeypatch):
    monkeypatch.setattr(simulation, "MOST_WHOLE", 4)
    monkeypatch.setattr(simulation, "MOST_ADDITIVE", 5)
    with pytest.raises(LimitError, match="there are 6 packages; agents bargain over 5"):
        simulate(trade())
    assert not talks


def test_each_pairing_is_played_again_with_another_seed(talks):
    answer = simulate(trade(), strategies="micro,linear", repeats="3", work=Work(seed=5))
    assert [talk.seed for talk in talks] == [5, 6, 7] * 4
    assert [talk.agents for talk in talks[:3]] == [talks[0].agents] * 3
    assert [end["seed"] for end in answer.data()["ends"]] == [5, 6, 7] * 4


def test_two_play_every_pairing_and_three_all_alike_or_all_but_one(talks):
    simulate(trade(), strategies="boulware,micro", rounds=7)
    assert [talk.agents for talk in talks] == list(
        product(["BoulwareTBNegotiator", "MiCRONegotiator"], repeat=2)
    )
    assert {talk.rounds for talk in talks} == {7}
    talks.clear()
    simulate(case_of(TRADE, {"P": FIRST, "Q": SECOND, "R": FIRST}), strategies="linear,micro")
    teams = [tuple(agent[0] for agent in talk.agents) for talk in talks]
    assert sorted("".join(team) for team in teams) == sorted(
        ["LLL", "MMM", "MLL", "LML", "LLM", "LMM", "MLM", "MML"]
    )


def test_who_only_is_affected_does_not_bargain(talks):
    case = case_of(TRADE, {"P": FIRST, "R": EASY_IN_TRADE, "Q": SECOND}, affected=["R"])
    answer = simulate(case, strategies="micro")
    assert len(talks[0].scenario.values) == 2
    (end,) = answer.simulation.ends
    assert (list(end.strategies), list(end.gains)) == (["P", "Q"], ["P", "R", "Q"])


EASY_IN_TRADE = (scores(a={"a0": 0, "a1": 0, "a2": 0}, b={"b0": 0, "b1": 0}), "no_deal: 0")


# --- how ends are judged -------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_every_end_is_judged_as_the_definitions_say(seed, monkeypatch):
    exact = random_exact(seed, generous=True)
    if not exact.zone:
        return
    packages, zone = exact.packages, exact.zone
    order = count()

    def next_package(talk, *, stopped=None):
        del talk, stopped
        return Ended(choice=(next(order) % len(packages),), round=3)

    monkeypatch.setattr(simulation, "negotiate", next_package)
    monkeypatch.setattr(simulation, "find_program", lambda *_, **__: "negotiate")
    monkeypatch.setattr(simulation, "n_cores", lambda: 1)
    answer = simulate(exact.case(), strategies=",".join(STRATEGIES))
    vectors = {package: exact.gains(package) for package in zone}
    assert len(answer.simulation.ends) >= 49
    for end in answer.simulation.ends:
        own = exact.gains(end.package)
        assert list(end.gains.values()) == own
        refusing = [p for p, one in enumerate(exact.players) if not one.accepts(end.package)]
        assert [party.name for party in end.refused_by] == [f"P{p}" for p in refusing]
        better = [
            v
            for v in vectors.values()
            if v != own and all(a >= b for a, b in zip(v, own, strict=True))
        ]
        undominated = [
            package
            for package, v in vectors.items()
            if v in better
            and not any(
                w != v and all(a >= b for a, b in zip(w, v, strict=True)) for w in vectors.values()
            )
        ]
        assert end.bettered_by == len(undominated)
        assert end.on_frontier == (not refusing and not better)
        left = [max([v[p] - own[p] for v in better], default=0) for p in range(len(own))]
        assert list(end.left.values()) == left
        ideal = [max(v[p] for v in vectors.values()) for p in range(len(own))]
        for pick in answer.simulation.agreement.picks:
            far = min(
                max(
                    [
                        abs(a - b) / most
                        for a, b, most in zip(own, exact.gains(judged.package), ideal, strict=True)
                        if most > 0
                    ],
                    default=Fraction(0),
                )
                for judged in pick.packages
            )
            assert end.distances[pick.name] == far
        assert min(end.distances.values()) == end.distances[end.nearest[0]]
        assert end.share.value == (not refusing)


def test_an_agreement_below_no_deal_is_told(tmp_path):
    answer = simulate(trade(), strategies="micro", program=program(tmp_path, "worst of all"))
    (end,) = answer.simulation.ends
    assert end.gains["P"] < 0
    assert not end.on_frontier
    assert "1 agreement would be refused by Party P" in words(answer)
    assert answer.data()["ends"][0]["refused_by"] == ["P"]


def test_no_agreement_leaves_the_whole_frontier_on_the_table(tmp_path):
    answer = simulate(trade(), strategies="hardliner", program=program(tmp_path))
    (end,) = answer.simulation.ends
    assert (end.kind, end.round, end.package, end.share) == ("none", 100, None, None)
    assert end.gains == {"P": 0, "Q": 0}
    assert end.left == answer.simulation.ideal == {"P": 35, "Q": 30}
    assert "The negotiation does not end in agreement within 100 rounds." in words(answer)


def test_one_that_does_not_end_is_told_and_counts_for_nobody(tmp_path):
    work = Work(seconds=0.5)
    answer = simulate(trade(), strategies="micro", program=program(tmp_path, "hangs"), work=work)
    assert "1 negotiation did not end within the limit of time." in words(answer)
    (end,) = answer.data()["ends"]
    assert (end["end"], end["gains"], end["left"]) == ("unfinished", None, None)
    fares = answer.simulation.fares(STRATEGIES["micro"])
    assert (fares.seats, fares.gets) == (0, None)


def test_what_a_strategy_gets_is_an_average_over_its_seats(tmp_path):
    answer = simulate(trade(), strategies="micro,hardliner", program=program(tmp_path))
    micro, hard = (answer.simulation.fares(STRATEGIES[n]) for n in ("micro", "hardliner"))
    end = ends_of(answer)["micro", "micro"]
    part = {name: end.gains[name] / most for name, most in answer.simulation.ideal.items()}
    assert (micro.seats, micro.agreed) == (4, 2)
    assert micro.gets == micro.others_get == (part["P"] + part["Q"]) / 4
    assert (hard.seats, hard.agreed, hard.gets, hard.others_get) == (4, 0, 0, 0)


def test_every_party_says_how_it_bargains_where_there_are_three(tmp_path):
    case = case_of(TRADE, {"P": FIRST, "Q": SECOND, "R": EASY_IN_TRADE})
    answer = simulate(case, strategies="micro,linear", program=program(tmp_path))
    who = [row[0] for row in answer.sections()[0].tables[0].rows]
    assert who[:3] == ["All MiCRO", "All linear", "MiCRO, but Party P linear"]
    assert who[-1] == "Linear, but Party R MiCRO"
    assert len(answer.data()["ends"]) == 8


# --- the outside program -------------------------------------------------------------------------


def test_the_answer_is_the_same_again_and_wherever_readings_are_drawn(tmp_path):
    path = program(tmp_path)
    here = simulate(load("harbour"), strategies="micro,linear", program=path)
    with ThreadPoolExecutor(2) as pool:
        work = Work(executor=pool)
        there = simulate(load("harbour"), strategies="micro,linear", program=path, work=work)
    assert here.json() == there.json()
    assert 0 < here.data()["ends"][0]["share"] < 1


def test_a_failure_is_one_message_and_ends_the_others(tmp_path):
    with pytest.raises(DetenteError, match="the bargaining program failed: ValueError"):
        simulate(trade(), program=program(tmp_path, "crashes"))
    assert threading.active_count() < 10


def test_it_hears_that_nobody_waits_any_more(tmp_path, monkeypatch):
    pid = tmp_path / "pid"
    monkeypatch.setenv("DETENTE_TEST_PID", str(pid))
    stopped = Event()
    told = []

    def progress(what, done, total):
        told.append((what, done, total))

    def cancelled():
        if pid.exists() and pid.read_text(encoding="utf-8"):
            stopped.set()
        return stopped.is_set()

    work = Work(progress=progress, cancelled=cancelled)
    with pytest.raises(CancelledError):
        simulate(trade(), strategies="micro", program=program(tmp_path, "hangs"), work=work)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text(encoding="utf-8")), 0)
    assert ("letting agents bargain", 0, 1) in told


def test_without_the_program_the_command_says_how_to_get_it():
    result = CliRunner().invoke(main, ["simulate", "harbour", "--program", "no/such"])
    assert result.exit_code == 1
    assert "pip install 'detente[agents]'" in result.stderr
    assert "Traceback" not in result.output


# --- what cannot be asked ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"strategies": "bolware"}, "no strategy is called 'bolware'; did you mean 'boulware'?"),
        ({"strategies": ""}, "no strategy is called ''"),
        ({"strategies": "micro,micro"}, "names one twice"),
        ({"rounds": "0"}, "rounds: '0' is no whole number from 1 to 100,000"),
        ({"rounds": "1e3"}, "rounds: '1e3' is no whole number"),
        ({"repeats": "1001"}, "repeats: '1001' is no whole number from 1 to 1,000"),
        ({"rounds": -4}, "rounds: '-4' is no whole number"),
    ],
)
def test_what_is_asked_wrongly_is_one_message(given, told):
    with pytest.raises(DetenteError) as caught:
        simulate(trade(), **given)
    assert told in str(caught.value)


def test_where_there_is_nothing_to_agree_on_nobody_bargains(talks):
    high = (FIRST[0], "no_deal: 95")
    with pytest.raises(UnanswerableError, match="no package is known that all signatories accept"):
        simulate(case_of(TRADE, {"P": high, "Q": SECOND}))
    with pytest.raises(UnanswerableError, match="it takes two signatories"):
        simulate(case_of(TRADE, {"P": FIRST}))
    with pytest.raises(UnanswerableError, match="Party P: it is known only how packages rank"):
        simulate(case_of(ISSUES, {"P": ["priorities: [a == a1]"], "Q": EASY}))
    assert not talks


def test_every_strategy_says_what_it_is_and_who_described_it():
    for name, strategy in STRATEGIES.items():
        assert strategy.name == name
        assert strategy.says
        assert strategy.agent
        assert strategy.source[-4:].isdigit()
    assert [s.name for s in strategies_named(None)] == [
        "boulware",
        "conceder",
        "tit_for_tat",
        "micro",
    ]


def test_no_report_starts_programs():
    assert QUESTION.reported is None
    assert Analysis(case=trade()).case.title == "Test"


# --- JSON ----------------------------------------------------------------------------------------

NAMED = {
    "strategies": "{strategy}",
    "solutions": "{solution}",
    "package": "{issue}",
    "values": "{party}",
    "gains": "{party}",
    "left": "{party}",
    "distances": "{solution}",
}


def leaves(value, path="", key=""):
    numeric = isinstance(value, dict) and set(value) == {"value", "exact"}
    if isinstance(value, dict) and not numeric:
        for name, inner in value.items():
            party = key == "strategies" and path.startswith("ends")
            step = "{party}" if party else NAMED.get(key, name)
            yield from leaves(inner, f"{path}.{step}".lstrip("."), "" if step != name else name)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def test_the_json_is_what_its_page_says(tmp_path):
    pages = documented()
    own = {**pages["In every answer"], **pages["simulate"]}
    path, seen = program(tmp_path), set()
    low = tmp_path / "low"
    low.mkdir()
    for answer in (
        simulate(trade(RULED), strategies="micro,hardliner", program=path),
        simulate(load("harbour"), strategies="linear", program=path),
        simulate(trade(), strategies="linear", program=program(low, "worst of all")),
        simulate(
            trade(), strategies="linear", program=program(low, "hangs"), work=Work(seconds=0.3)
        ),
    ):
        for place, value in leaves({"contract": 1, **answer.data()}):
            if value is None and not any(p == place for p in own):
                parents = [p for p in own if p.startswith(f"{place}.")]
                assert parents, place
                assert all(own[p].endswith("or null") for p in parents)
                continue
            assert place in own, place
            assert fits(value, own[place]), (place, value)
            seen.add(place)
    assert set(pages["simulate"]) <= seen
