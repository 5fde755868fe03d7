"""Orders of talks over all readings: against plain loops, and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from detente.analysis import Analysis
from detente.errors import ExpressionError, UnanswerableError, UnknownNameError
from detente.executors import opened
from detente.gathering import Counted
from detente.leaving import walk_away_of
from detente.negotiation import Negotiation, negotiate, stake_of
from detente.orders import agendas_of, ways_of
from detente.readings import share_of
from detente.rehearsal import Lot, Run, play, rehearse, sets_of, some_of, some_time, whole_of
from detente.solvers.agenda import course_of, seen_at_start
from detente.solvers.states import choices
from detente.timing import time_of_talks
from detente.work import Work
from tests.answers.talks import KEPT, ON_HARBOUR, SHIFTED, exact, harbour

FEW = np.arange(60)


def worked(case, order=None, **given) -> Negotiation:
    analysis = Analysis(case=case)
    return negotiate(analysis, agendas_of(analysis, order), **given)


@pytest.fixture(scope="module")
def at_harbour() -> Negotiation:
    return worked(harbour())


def only(negotiation: Negotiation):
    (outlook,) = negotiation.outlooks
    return outlook, outlook.ends[negotiation.way]


# --- by hand -------------------------------------------------------------------------------------


def test_what_stays_settled_leaves_the_last_table_to_make_up_for_no_deal():
    found = worked(exact(KEPT))
    outlook, ends = only(found)
    assert found.way.rule == "end"
    assert not found.rule_stated
    assert found.no_zone.certain
    assert found.no_zone.value == 0
    assert ends.completes.value == 0
    assert ends.values == (11, 3)
    assert ends.against == (3, -3)
    assert [share.value for share in ends.worse] == [0, 1]
    assert [(f.bundle, f.share.value, f.excluded) for f in ends.failures] == [
        (1, 1, (((0,), 1.0),))
    ]
    assert [share.value for share in ends.no_deal.alone] == [0, 0]
    assert [share.value for share in ends.all_at_once.alone] == [0, 1]
    assert [share.value for share in ends.all_at_once.clearly] == [0, 1]
    assert found.whole.values == (8, 6)
    assert outlook.stake == (0.75, 0.5)


def test_the_two_rules_after_failure_differ():
    found = worked(exact(KEPT))
    aside = only(found)[0].ends[found.ways[1]]
    assert found.ways[1].rule == "set aside"
    assert aside.completes.value == aside.same.value == 1
    assert aside.values == (8, 6)
    assert aside.frequent is not None
    assert aside.frequent[0] == (1, 1)
    assert aside.n_packages == 1
    assert aside.options[0][1].value == 1
    assert not aside.failures


def test_the_rule_that_the_case_names_comes_first():
    stated = KEPT.replace("agenda:\n", "agenda:\n  after_failure: set aside\n")
    found = worked(exact(stated))
    assert [way.rule for way in found.ways] == ["set aside", "end"]
    assert found.rule_stated
    assert only(found)[1].completes.value == 1


def test_a_break_even_shift_and_chance_by_hand():
    outlook, ends = only(worked(exact(SHIFTED)))
    assert ends.values == (20, 10)
    assert ends.same.value == 1
    shift, chance = outlook.shift["end"], outlook.later_talks["end"]
    assert shift.quartiles[1] == pytest.approx(3.5, abs=1 / 64)
    assert shift.points[0][1] == pytest.approx(14, abs=4 / 64)
    assert [share.value for share in shift.who] == [1, 0]
    assert shift.already.value == shift.never.value == shift.wavers.value == 0
    assert chance.quartiles[1] == pytest.approx(2 / 7, abs=0.25 / 64)
    assert outlook.shift["set aside"].quartiles[1] == pytest.approx(3.5, abs=1 / 64)
    assert outlook.later_talks["set aside"].quartiles[1] == pytest.approx(1, abs=0.1 / 64 + 1e-9)


def test_a_refusal_caused_by_a_shift_repeats_that_shift():
    outlook, ends = only(worked(exact(SHIFTED.replace("shift: -4", "shift: -15"))))
    assert [share.value for share in ends.no_deal.alone] == [1, 0]
    assert [share.value for share in ends.no_deal.clearly] == [0, 0]
    assert ends.no_deal.nothing_suits.value == 1
    # x is settled at x0, and the second table gives (20, 5)
    assert ends.as_it_is.value == ends.completes.value == 1
    assert ends.values == (20, 5)
    (shift,) = [rest for rest in outlook.rests if getattr(rest.left_out, "title", "")]
    assert set(shift.repeated) == {"no_deal", "all_at_once"}
    assert shift.solved.no_deal.value == 0
    # by no solution alone: between 8 and 20 both are undominated
    whatever = outlook.whatever[0]
    assert (whatever.surely.value, whatever.never.value) == (0, 0)


def test_without_shifts_there_is_no_break_even_shift():
    text = SHIFTED[: SHIFTED.index("  - {shift")] + SHIFTED[SHIFTED.index("agenda:") :]
    outlook, _ = only(worked(exact(text)))
    assert not outlook.shift
    # without a shift W(x1) is no deal, so that no doubt matters
    assert outlook.later_talks["end"].never.value == 1
    assert outlook.later_talks["end"].quartiles[1] == -np.inf


def test_later_talks_that_never_come():
    stated = SHIFTED.replace("  after_failure: end\n", "  after_failure: end\n  later_talks: 0\n")
    outlook, ends = only(worked(exact(stated)))
    assert ends.no_deal.alone[0].value == 1
    # at what is stated, the shift is refused at every size above 0
    assert outlook.shift["end"].quartiles[1] == pytest.approx(0, abs=0.5 / 64 + 1e-9)


def test_a_case_that_says_nothing_of_leaving_takes_every_residue():
    text = KEPT[: KEPT.index("walk_away:")]
    found = worked(exact(text), "x then y")
    assert found.walk.drawn
    _, ends = only(found)
    # A leaves after x1 when the part that stays is above one half: 5 + 6 p > 8
    assert ends.completes.value == pytest.approx(0.5, abs=0.05)


def test_one_party_and_no_zone():
    alone = exact(KEPT.replace("  b: B\n", "  b: {name: B, signatory: false}\n"))
    outlook, ends = only(worked(alone))
    assert sets_of(1) == ()
    assert len(ends.no_deal.alone) == 1
    assert len(outlook.stake) == 2
    nowhere = worked(exact(KEPT.replace("no_deal: 5", "no_deal: 50")))
    assert nowhere.no_zone.value == 1
    assert nowhere.no_zone.certain
    assert only(nowhere)[1].completes.value == 0


def test_impatience_counts_what_is_in_force_while_talks_go_on():
    # x1 is in force during the talks on y, and B discounts: 1/2 of (no deal + 3) + 1/2 of 6
    text = KEPT.replace("part: 1", "part: 0").replace(
        "agenda:\n", "time: {unit: month}\nagenda:\n  takes: {y: 1}\n  patience: {b: 0.5}\n"
    )
    _, ends = only(worked(exact(text)))
    assert ends.values == (8, 4.5)
    assert ends.exact is False
    assert ends.completes.value == 1


# --- against plain loops --------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["end", "set aside"])
@pytest.mark.parametrize("lasts", ["until completion", "while talks are open"])
def test_shares_are_those_of_plain_loops(at_harbour, rule, lasts):
    analysis = at_harbour.analysis
    walk = some_of(walk_away_of(analysis), FEW)
    timing = some_time(time_of_talks(analysis, walk.parties, 2240), FEW)
    orders = [outlook.agenda.order for outlook in at_harbour.outlooks]
    runs = [Run(order=order, rule=rule, lasts=lasts) for order in orders]
    found = rehearse(walk, timing, runs, Work())
    talks = walk.talks(FEW, timing, lasts=lasts)
    single = course_of(talks, whole_of(walk))
    assert (found.zone == single.completes).all()
    n = walk.n_signatories
    for order, played in zip(orders, found.played, strict=True):
        course = course_of(talks, order, rule=rule)
        for name in ("values", "package", "completes", "failed", "zero_gains", "ties"):
            assert (getattr(course, name) == getattr(played.course, name)).all()
        seen = seen_at_start(talks, course)
        start = [walk.status_quo[k] for k in order[0]]
        steps = [k for k, o in enumerate(choices(walk.sizes, order[0])) if (o != start).any()]
        for than, refusing in (
            (talks.no_deal, played.no_deal),
            (single.values, played.all_at_once),
        ):
            for row in np.flatnonzero(found.zone):
                suits = {p: {s for s in steps if seen[row, s, p] >= than[row, p]} for p in range(n)}
                assert [not suits[p] for p in range(n)] == refusing.alone[row].tolist()
                assert refusing.blocked[row] == (not set.intersection(*suits.values()))
                smallest = smallest_excluding(suits) if all(suits.values()) else set()
                told = {sets_of(n)[k] for k in np.flatnonzero(refusing.exclude[row])}
                assert told == smallest


def smallest_excluding(suits):
    found: set[tuple[int, ...]] = set()
    for size in range(2, len(suits) + 1):
        for members in combinations(suits, size):
            apart = not set.intersection(*(suits[p] for p in members))
            if apart and not any(set(one) < set(members) for one in found):
                found.add(members)
    return found


def test_shares_count_readings_with_a_zone(at_harbour):
    found = at_harbour
    walk, timing = found.walk, found.timing
    rows = np.arange(walk.n_rows)
    talks = walk.talks(rows, timing)
    zone = course_of(talks, whole_of(walk)).completes
    assert found.no_zone.value == pytest.approx(1 - zone.mean())
    for outlook in found.outlooks:
        course = course_of(talks, outlook.agenda.order)
        ends = outlook.ends[found.way]
        assert ends.completes.value == pytest.approx(course.completes[zone].mean())
        done = course.completes & zone
        for k, shares in enumerate(ends.options):
            assert sum(share.value for share in shares) == pytest.approx(1)
            for option, share in enumerate(shares):
                part = (course.package[done, k] == option).mean()
                assert share.value == pytest.approx(part)
        failing = sum(failure.share.value for failure in ends.failures)
        assert failing + ends.completes.value == pytest.approx(1)


def test_first_steps_alone_are_whole_deals_against_no_deal(at_harbour):
    walk = at_harbour.walk
    for outlook in at_harbour.outlooks:
        (first, *_) = outlook.agenda.order
        best = np.full((walk.n_rows, walk.n_signatories), -np.inf)
        for option in choices(walk.sizes, first):
            package = list(walk.status_quo)
            for k, own in zip(first, option.tolist(), strict=True):
                package[k] = own
            if tuple(package) == walk.status_quo:
                continue
            rows = np.arange(walk.n_rows)
            place = int(np.ravel_multi_index(package, walk.sizes))
            allowed = np.isfinite(walk.complete(rows)[:, place, 0])
            gain = (walk.value(tuple(package), rows) - walk.no_deal)[:, : walk.n_signatories]
            best = np.maximum(best, np.where(allowed[:, None], gain, -np.inf))
        refused = (best < 0)[at_harbour.zone].mean(axis=0)
        told = [share.value for share in outlook.by_itself.alone]
        assert told == pytest.approx(refused.tolist())


def test_break_evens_are_where_refusing_begins(at_harbour):
    walk, timing = at_harbour.walk, at_harbour.timing
    zone = at_harbour.counted.among
    for outlook in at_harbour.outlooks:
        for rule, even in outlook.later_talks.items():
            for chance in (0.2, 0.8):
                rows = np.arange(at_harbour.n_part)
                some = replace(timing, chance=np.full(walk.n_rows, chance))
                course = course_of(walk.talks(rows, some), outlook.agenda.order, rule=rule)
                start = [walk.status_quo[k] for k in outlook.agenda.order[0]]
                moving = (choices(walk.sizes, outlook.agenda.order[0]) != start).any(axis=1)
                n = walk.n_signatories
                worse = course.first[:, moving, :n] < course.stop[:, None, :n]
                refused = worse.all(axis=1).any(axis=1)[zone[: at_harbour.n_part]].mean()
                # a reading refuses below its break-even, but for those that waver
                low, _, high = even.quartiles
                if chance < low:
                    assert refused >= 0.75 - even.wavers.value - 0.01
                if chance > high:
                    assert refused <= 0.25 + even.wavers.value + 0.01


def test_all_solutions_are_looked_at(at_harbour):
    rows = np.arange(at_harbour.n_part)
    talks = at_harbour.walk.talks(rows, at_harbour.timing)
    zone = at_harbour.zone[rows]
    for outlook in at_harbour.outlooks:
        for name, told in outlook.by_solution.items():
            course = course_of(talks, outlook.agenda.order, solution=name)
            assert told.completes.value == pytest.approx(course.completes[zone].mean())


def test_two_rules_and_each_open_duration():
    analysis = Analysis(case=harbour())
    ways = ways_of(analysis)
    assert [(way.rule, way.lasts) for way in ways] == [
        ("end", "until completion"),
        ("set aside", "until completion"),
        ("end", "while talks are open"),
        ("set aside", "while talks are open"),
    ]
    dated = harbour(ON_HARBOUR.replace("title: cranes", "lasts: for good, title: cranes"))
    assert len(ways_of(Analysis(case=dated))) == 2


def test_what_is_left_out_is_what_the_changed_case_gives(at_harbour):
    analysis = at_harbour.analysis
    outlook = at_harbour.outlooks[0]
    statement = next(rest for rest in outlook.rests if hasattr(rest.left_out, "party"))
    case = replace(
        analysis.case,
        statements=tuple(s for s in analysis.case.statements if s != statement.left_out),
    )
    walk = walk_away_of(analysis.altered(case))
    rows = np.arange(280)
    lot = Lot(
        walk=some_of(walk, rows),
        timing=some_time(at_harbour.timing, rows),
        runs=(Run(order=outlook.agenda.order),),
    )
    found = play(lot)
    told = statement.solved.completes.value
    assert told == pytest.approx(found.played[0].course.completes[found.zone].mean())


# --- counting, orders, places ---------------------------------------------------------------------


def test_shares_of_all_readings_have_the_error_of_shares():
    rng = np.random.default_rng(1)
    mask = rng.random(2240) < 0.3
    every = Counted(among=np.ones(2240, dtype=bool))
    assert every.share(mask).error == pytest.approx(share_of(mask).error)
    part = Counted(among=np.ones(560, dtype=bool)).share(mask[:560])
    assert part.error == pytest.approx((0.3 * 0.7 / 560) ** 0.5, rel=0.2)
    assert Counted(among=np.zeros(4, dtype=bool)).share(np.ones(4, dtype=bool)).value == 0


def test_equal_shares_of_the_same_readings_differ_without_error():
    rng = np.random.default_rng(2)
    among, mask = rng.random(560) < 0.9, rng.random(560) < 0.4
    counted = Counted(among=among)
    assert counted.error_between(mask, counted, mask) == 0
    other = rng.random(560) < 0.4
    assert 0.02 < counted.error_between(mask, counted, other) < 0.05


def test_an_order_is_asked_for_in_words_or_by_its_name():
    analysis = Analysis(case=harbour())
    names = [agenda.name for agenda in agendas_of(analysis, None)]
    assert names == ["cranes_first", "one_by_one"]
    (named,) = agendas_of(analysis, "one_by_one")
    assert named.order == ((0,), (2,), (1,))
    assert named.title == "One by one"
    (asked,) = agendas_of(analysis, "pay + cranes then rest")
    assert asked.order == ((1, 2), (0,))
    assert asked.kind == "asked"


@pytest.mark.parametrize(
    ("order", "problem"),
    [
        ("pay then nothing", "no such issue"),
        ("pay then cranes", "leaves out shifts"),
        ("pay then pay + rest", "twice"),
        ("pay then", "ends too early"),
    ],
)
def test_an_order_that_cannot_be_read_says_why(order, problem):
    with pytest.raises(ExpressionError, match=problem):
        agendas_of(Analysis(case=harbour()), order)


def test_one_issue_has_no_order():
    text = KEPT.replace("  y: {options: [y0, y1], status_quo: y0}\n", "")
    text = text.replace("        y: {y0: 0, y1: 2}\n", "").replace(
        "        y: {y0: 0, y1: 3}\n", ""
    )
    text = text[: text.index("walk_away")]
    with pytest.raises(UnanswerableError, match="one issue"):
        agendas_of(Analysis(case=exact(text)), "x")


def test_an_unknown_solution_is_named():
    with pytest.raises(UnknownNameError, match="nahs"):
        worked(exact(KEPT), solution="nahs")


def test_where_it_is_done_changes_nothing(at_harbour):
    with opened("processes:2") as executor:
        analysis = Analysis(case=at_harbour.analysis.case, work=Work(executor=executor))
        there = negotiate(analysis, agendas_of(analysis, None))
    for one, other in zip(at_harbour.outlooks, there.outlooks, strict=True):
        assert one == other
    assert (at_harbour.zone == there.zone).all()


def test_the_best_order_is_found_and_told():
    found = worked(exact(KEPT), seek=True)
    assert found.searched is not None
    assert found.searched.complete
    assert found.searched.n_agendas == 3
    # y first: after y1, A leaves with 5 + 2 rather than take less; x1 gives 8
    assert [one.order for one in found.searched.best] == [((1,), (0,)), ((0,), (1,))]
    assert [one.completes for one in found.searched.best] == [1, 0]
    assert [outlook.agenda.kind for outlook in found.outlooks] == ["declared", "found"]
    assert found.outlooks[1].ends[found.way].completes.value == 1


def test_what_is_at_stake_in_a_bundle():
    walk = walk_away_of(Analysis(case=exact(SHIFTED)))
    assert stake_of(walk, ((0,), (1,))) == (0, 0.25)
    assert stake_of(walk, ((1,), (0,))) == (1, 0.75)
