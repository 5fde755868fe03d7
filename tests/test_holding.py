"""Whether a package holds in every reading: held against the definitions, reading by reading."""

from __future__ import annotations

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.comparisons import comparisons_of
from detente.departing import inverse_of, leaving_of
from detente.errors import LimitError, UnanswerableError
from detente.formats import loads
from detente.holding import CONCEPTS, Holding, holding_of
from detente.holdings import holdings_of, holdings_to_report
from detente.own_games import own_games_of
from detente.solvers import option_form
from detente.survey import shares_of, survey_of
from detente.work import Work
from tests.solvers.conflicts import Conflict, stable
from tests.test_graph_model import TALKS, WRITTEN

RANGES = (
    TALKS.replace("many: 9}", "many: 0..9}")
    .replace("{stop: 10, go: 4}", "{stop: 10, go: 4..12}")
    .replace("none: 7, some: 3", "none: 7, some: 0..9")
    .replace("{stop: 20, go: 0}", "{stop: 0..9, go: 3}")
    .replace("    - no_deal: 0\n", "    - no_deal: 0..9\n")
)


@pytest.fixture(scope="module")
def ranges() -> Holding:
    return holding_of(Analysis(case=loads(RANGES), work=Work(readings=200)), "peace")


def conflict_in(holding: Holding, row: int) -> Conflict:
    values = holding.values.values(np.array([row]))[0]
    ranks = [np.unique(own, return_inverse=True)[1].tolist() for own in values]
    graph = holding.model.graph
    moves = [
        set(zip(graph.origin(p).tolist(), graph.target[p].tolist(), strict=True))
        for p in range(graph.n_parties)
    ]
    return Conflict(n_states=holding.model.n_states, moves=moves, ranks=ranks)


def test_shares_count_the_readings_in_which_the_definition_holds(ranges):
    seen = set()
    rows = np.flatnonzero(ranges.among)[::29]
    for row in rows.tolist():
        conflict = conflict_in(ranges, row)
        for key in CONCEPTS:
            for party in range(2):
                right = stable(conflict, key, party, ranges.state)
                assert ranges.standing.stable[key][row, party] == right
                seen.add((key, right))
    assert {("R", False), ("R", True), ("GMR", True), ("GMR", False)} <= seen
    for key in CONCEPTS:
        for party in range(2):
            counted = ranges.standing.stable[key][ranges.among, party].mean()
            assert ranges.holds(key, party).value == pytest.approx(counted, abs=1e-9)
        both = ranges.standing.stable[key][ranges.among].all(axis=1).mean()
        assert ranges.holds(key).value == pytest.approx(both, abs=1e-9)


def test_only_readings_count_in_which_all_signatories_accept(ranges):
    assert 0 < ranges.among.sum() < len(ranges.among)
    draws = ranges.analysis.readings.draws["b"]
    space = ranges.analysis.space
    package = ranges.model.package(ranges.state)
    value = sum(
        draws.options[:, first + option] for first, option in zip(space.first, package, strict=True)
    )
    assert (ranges.among == (value >= draws.no_deal - draws.blur)).all()


def test_a_verdict_is_certain_only_where_it_is_proved():
    text = TALKS.replace("fire: {stop: 10, go: 4}", "fire: {stop: 10, go: 4..12}").replace(
        "arms: {none: 0, some: 3, many: 9}", "arms: {none: 9, some: 3, many: 0..2}"
    )
    found = holding_of(Analysis(case=loads(text), work=Work(readings=200)), "peace")
    moves = {int(q): found.moved(0, int(q)) for q in found.departures(0).target}
    assert list(moves.values()) == [None, False, False]
    assert not found.holds("R", 0).certain
    # b gains nothing by any move, whatever its values are
    assert found.holds("R", 1).certain
    assert found.holds("R", 1).value == 1
    surely = text.replace("go: 4..12", "go: 11..12")
    found = holding_of(Analysis(case=loads(surely), work=Work(readings=200)), "peace")
    assert (found.holds("R", 0).certain, found.holds("R", 0).value) == (True, 0)
    assert (found.holds("R").certain, found.holds("R").value) == (True, 0)


def test_each_way_of_leaving_has_its_gain_and_an_answer_that_can_be_checked(ranges):
    own = leaving_of(ranges, most=10)[0]
    assert own.n_moves == 3
    for way in own.departing:
        column = int(np.flatnonzero(ranges.departures(0).target == way.target)[0])
        gain = ranges.departures(0).gain[:, column]
        pays = ranges.among & (gain > 0)
        assert way.pays.value == pytest.approx(pays.sum() / ranges.among.sum(), abs=1e-9)
        assert way.gain is not None
        assert way.gain.low <= way.gain.middle <= way.gain.high
        units = ranges.values.units(0)
        assert min(gain[pays]) / units <= way.gain.middle <= max(gain[pays]) / units
        assert way.answered["SEQ"].value <= way.answered["GMR"].value <= way.pays.value
        if way.example.answer:
            before = way.target
            for step in way.example.answer:
                assert step.party == 1
                assert step.state in ranges.model.graph.moves(1, before)
                before = step.state


def test_the_answer_has_to_cost_what_leaving_gains():
    text = TALKS.replace("fire: {stop: 20, go: 0}", "fire: {stop: 20, go: 21}")
    found = holding_of(Analysis(case=loads(text), work=Work()), "peace")
    (ada, _) = leaving_of(found)
    ways = {found.model.number(way.target): way for way in ada.departing}
    # from 15 to "stop, some" at 18; b can put it back to none: 15, no better than before
    way = ways[3]
    assert (way.gain.middle, way.costs.middle, way.lacks) == (3, 3, None)
    assert way.credible
    assert way.answered["SEQ"].value == 1
    # where b prefers some arms, the answer is possible and not credible
    text = text.replace("none: 7, some: 3, many: 0", "none: 3, some: 7, many: 0")
    found = holding_of(Analysis(case=loads(text), work=Work()), "peace")
    way = {found.model.number(w.target): w for w in leaving_of(found)[0].departing}[3]
    assert not way.credible
    assert (way.answered["GMR"].value, way.answered["SEQ"].value) == (1, 0)
    assert (way.costs, way.lacks) == (None, found.range_of(np.array([3000000.0]), 0)) or (
        way.lacks is not None and way.lacks.middle == 3
    )
    assert found.margin("SEQ", 0).middle == -3
    assert inverse_of(found).parties[0].making.size == 1


def test_a_case_with_one_reading_says_yes_or_no():
    found = holdings_of(Analysis(case=loads(TALKS), work=Work()), "peace")
    holding = found.holding
    assert holding is not None
    assert len(holding.among) == 1
    for key in CONCEPTS:
        assert holding.holds(key).certain


def test_states_can_be_asked_about_by_number_and_name():
    for text, case in (("1", TALKS), ("s2", WRITTEN), ("Two", WRITTEN)):
        found = holding_of(Analysis(case=loads(case), work=Work()), text)
        number = found.model.number(found.state)
        assert number == {"1": 1}.get(text, 2)


def test_the_status_quo_is_where_an_unsigned_conflict_begins():
    found = holdings_of(Analysis(case=loads(TALKS), work=Work()), None)
    assert found.holding is None
    vocabulary = found.analysis.case.vocabulary
    assert found.survey.model.package(found.survey.start) == vocabulary.status_quo
    rests = found.survey.rests("R").tolist()
    named = [vocabulary.named(found.survey.model.package(k)) for k in rests]
    assert [n["arms"] for n in named] == ["none"] or rests == []


def test_shares_of_resting_places_are_those_of_all_readings():
    analysis = Analysis(case=loads(RANGES), work=Work(readings=200))
    found = holdings_of(analysis, "peace")
    places = list(range(found.survey.model.n_states))
    shares = shares_of(found.survey, places, "SEQ", analysis.work)
    for place, share in zip(places, shares, strict=True):
        alone = holding_of(analysis, str(place + 1))
        # a state by number stands in the status quo, where map is old: the same moves and answers
        assert share.value == pytest.approx(
            alone.standing.stable["SEQ"].all(axis=1).mean(), abs=1e-9
        )


def test_a_report_looks_at_every_feasible_proposal_the_most_accepted_at_length():
    text = TALKS.replace(
        "  peace: {fire: stop, map: new}\n",
        "  worse: {arms: many}\n  broken: {fire: stop, arms: many}\n"
        "  peace: {fire: stop, map: new}\n",
    )
    found = holdings_to_report(Analysis(case=loads(text), work=Work()))
    assert found.holding is not None
    assert found.holding.asked == "peace"
    assert [one.holding.asked for one in found.others if one.holding] == ["worse"]


def test_parties_that_see_everything_as_it_is_play_one_game():
    analysis = Analysis(case=loads(TALKS), work=Work())
    assert own_games_of(analysis, holdings_of(analysis, None).survey) is None
    assert comparisons_of(analysis, holdings_of(analysis, None).survey) is None


def test_what_a_party_misreads_or_does_not_see_makes_its_own_game():
    text = WRITTEN + "  misread: {b: {a: s3 > s1 > s2}}\n  unknown: {a: [s1 ? s2]}\n"
    analysis = Analysis(case=loads(text), work=Work())
    found = holdings_of(analysis, "s1")
    games, compared = found.own_games, found.comparisons
    assert games is not None
    assert compared is not None
    assert games.pictures == {"a": (), "b": ("a",)}
    assert games.seen.tolist() == [[True] * 3, [True, False, True]]
    # in b's game a leaves s1 for s3, and b comes back from there
    own = games.hypergame.games[games.hypergame.keys.index("R")]
    assert own[1, 0].tolist() == [False, False, True]
    assert own[0, 0].tolist() == [False, True, True]
    assert compared.unknown
    # a would leave s1 for s2 only where it goes to states that it cannot compare
    leaves = {k: not v.of("R")[0, 0] for k, v in compared.by_attitude.items()}
    assert leaves == {"a": True, "b": False, "c": True, "d": False}


def test_a_view_named_after_a_party_is_its_picture_of_the_others():
    text = TALKS.replace(
        "    - no_deal: 0\n",
        "    - no_deal: 0\n    - scores:\n        fire: {stop: 0, go: 9}\n"
        "        arms: {none: 0, some: 1, many: 2}\n        map: {old: 0, new: 1}\n"
        "      view: a\n",
    ).replace(
        "    - scores:\n        fire: {stop: 20, go: 0}",
        "    - scores:\n        fire: {stop: 20, go: 0}",
        1,
    )
    text = text.replace(
        "        map: {old: 1, new: 0}\n", "        map: {old: 1, new: 0}\n      view: believed\n"
    )
    analysis = Analysis(case=loads(text), work=Work())
    games = own_games_of(analysis, survey_of_status_quo(analysis))
    assert games is not None
    assert games.pictures == {"a": ("b",), "b": ()}
    assert games.unclear == ()


def survey_of_status_quo(analysis: Analysis):
    return holdings_of(analysis, None).survey


def test_a_survey_of_a_large_form_finds_no_paths_and_says_so(monkeypatch):
    analysis = Analysis(case=loads(TALKS), work=Work())
    survey = survey_of_status_quo(analysis)
    monkeypatch.setattr("detente.survey.MOST_PATHS", 1)
    bare = survey_of(survey.model, survey.values, start=survey.start, work=analysis.work)
    assert bare.paths is None
    assert bare.rests("SEQ").tolist() == bare.equilibria("SEQ").tolist()


def test_a_picture_of_a_party_that_can_do_nothing_changes_nothing():
    text = WRITTEN.replace("b: Bo}", "b: Bo, c: Cy}") + "  misread: {a: {c: s1 > s2}}\n"
    found = holdings_of(Analysis(case=loads(text), work=Work()), None).own_games
    assert found is not None
    assert not any(found.pictures.values())


def test_a_party_that_sees_no_state_is_named():
    text = WRITTEN.replace("b: [s2]", "b: [s2, s1, s3]")
    with pytest.raises(UnanswerableError, match=r"Bo sees no state at all; .*graph\.unseen\.b$"):
        holdings_of(Analysis(case=loads(text), work=Work()), None)


def test_what_is_unknown_of_a_party_that_can_do_nothing_changes_nothing():
    text = WRITTEN.replace("b: Bo}", "b: Bo, c: Cy}") + "  unknown: {c: [s1 ? s2]}\n"
    analysis = Analysis(case=loads(text), work=Work())
    assert holdings_of(analysis, None).comparisons is None


def test_without_unknown_states_every_attitude_gives_the_same():
    text = WRITTEN.replace("s2 > s1 ~ s3", "s2 >> s1 ~ s3")
    found = holdings_of(Analysis(case=loads(text), work=Work()), None).comparisons
    assert found is not None
    assert (found.unknown, found.much) == (False, True)
    assert [one.attitude for one in found.by_attitude.values()] == ["a", "b", "c", "d"]
    tables = [one.of("SEQ").tolist() for one in found.by_attitude.values()]
    assert tables == [tables[0]] * 4


def _yes_or_no(n_issues: int) -> str:
    issues = "".join(f"  i{k}: {{options: [n, y], status_quo: n}}\n" for k in range(n_issues))
    control = "".join(f"    i{k}: any\n" for k in range(n_issues))
    priorities = "  a: [priorities: [i0 == y]]\n"
    head = "detente: 1\ntitle: T\nparties: {a: A}\nissues:\n"
    return f"{head}{issues}preferences:\n{priorities}control:\n  a:\n{control}"


def test_too_many_states_for_much_preferred_ones_are_refused_with_what_to_do():
    text = _yes_or_no(11) + "graph: {ranking: {a: 2 >> 1}}\n"
    with pytest.raises(LimitError, match=r"at most, not 2,048; write > for >> under graph.ranking"):
        holdings_of(Analysis(case=loads(text), work=Work()), None)


def test_too_many_moves_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(option_form, "MOST_MOVES", 100)
    with pytest.raises(LimitError, match="too many to write out; leave some of the issues out of"):
        holding_of(Analysis(case=loads(_yes_or_no(5)), work=Work()), "1")
