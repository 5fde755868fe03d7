"""What case files say of walking away, agendas and roadmaps: reading, checks, differences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.answers.check import check
from detente.blocks import Entry
from detente.blocks.agenda import Talking
from detente.blocks.orders import Order
from detente.blocks.roadmap import Implementing, Item
from detente.blocks.walk_away import Drift, Guarantee, Keeps, Shift
from detente.catalog import load
from detente.deadline import DAYS, Deadline, parse_deadline
from detente.difference import difference_of
from detente.errors import CaseError, UnanswerableError
from detente.formats import loads
from detente.linear import Bounds
from detente.sequence import Bundles
from detente.statements.statement import Citation, Provenance
from detente.work import Work
from tests.answers.cases import words

HEAD = """\
detente: 1
title: Talks
as_of: 2026-03-01
sources: {s: Source}
parties: {P: First, Q: Second, R: {name: Third, signatory: no}}
issues:
  a: {options: [a0, a1, a2], status_quo: a0}
  b: {options: [b0, b1], status_quo: b0}
  pay: {range: 0..4, step: 1, status_quo: 0}
proposals: {draft: {a: a1, pay: 2}}
"""
WALK_AWAY = """\
walk_away:
  - keeps: a
    part: 0..0.3
    because: s#5
  - keeps: a
    part: 0
    leaver: Q
  - shift: -20..-5
    on: P
    after: a == a1 and pay >= 2
    lasts: until completion
    title: leverage gone
    note: Judgement.
  - shift: less than 0
    on: Q
    after: b == b1
    would_take: ["draft, b = b1", "(a = a2, b = b1, pay = 3)"]
    would_not_take: b = b1
  - shift: 1/10..0.4
    on: Q
    of: pay
  - guarantee: 5
    against: R
    view: said
  - drift: -2..-1
    on: P
"""
AGENDA = """\
agenda:
  after_failure: set aside
  later_talks: 0.8..1
  takes: {a: 1, pay: 1/2}
  patience: {P: 0.98, R: 1}
  deadline: 6
  orders:
    one: a then rest
    two:
      order: b + pay then a
      title: Pay first
      because: s#1
      view: said
"""
ROADMAP = """\
time: {unit: week}
roadmap:
  items:
    a: {delivered_by: [P, R], takes: 0.5, because: s#2}
    b: {delivered_by: Q, after: a, with: [pay]}
  next_stage: 0.9
  patience: {Q: 0.5}
  deadline: 2026-03-15
  because: s#3
  orders:
    one: a then b
"""
WHOLE = HEAD + WALK_AWAY + AGENDA + ROADMAP


def bounds(low: float | str, high: float | str | None = None) -> Bounds:
    high = low if high is None else high
    return Bounds(low=Fraction(str(low)), high=Fraction(str(high)))


def faults(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        loads(text)
    return [f"{fault.path}: {fault.problem}" for fault in caught.value.faults]


# What a file says ---------------------------------------------------------------------------------


def test_walking_away_is_read() -> None:
    entries = loads(WHOLE).blocks["walk_away"]
    kept, undone, leverage, compared, swings, guarantee, drift = entries
    assert isinstance(kept, Keeps)
    assert (kept.issue, kept.part, kept.leaver) == ("a", bounds(0, 0.3), "")
    assert kept.provenance.because == (Citation(source="s", locator="5"),)
    assert isinstance(undone, Keeps)
    assert (undone.part, undone.leaver) == (bounds(0), "Q")
    assert isinstance(leverage, Shift)
    assert (leverage.on, leverage.shift, leverage.lasts, leverage.of, leverage.label) == (
        "P",
        bounds(-20, -5),
        "until completion",
        "",
        "leverage gone",
    )
    assert leverage.after is not None
    assert leverage.after.text == "a == a1 and pay >= 2"
    assert isinstance(compared, Shift)
    assert (compared.shift.low, compared.shift.high, compared.lasts) == (None, Fraction(0), None)
    vocabulary = loads(WHOLE).vocabulary
    assert [side.package(vocabulary) for side in compared.would_take] == [(1, 1, 2), (2, 1, 3)]
    assert [side.package(vocabulary) for side in compared.would_not_take] == [(0, 1, 0)]
    texts = ["draft, b = b1", "(a = a2, b = b1, pay = 3)"]
    assert [side.text for side in compared.would_take] == texts
    assert isinstance(swings, Shift)
    assert (swings.shift, swings.of, swings.after) == (bounds("1/10", 0.4), "pay", None)
    assert isinstance(guarantee, Guarantee)
    assert (guarantee.against, guarantee.amount, guarantee.after) == ("R", bounds(5), None)
    assert isinstance(drift, Drift)
    assert (drift.on, drift.amount) == ("P", bounds(-2, -1))
    assert [entry.applies("believed") for entry in entries if isinstance(entry, Guarantee)] == [
        False
    ]


def test_an_agenda_is_read() -> None:
    talking, one, two = loads(WHOLE).blocks["agenda"]
    assert isinstance(talking, Talking)
    assert (talking.after_failure, talking.later_talks) == ("set aside", bounds(0.8, 1))
    assert talking.takes == {"a": 1, "pay": Fraction(1, 2)}
    assert talking.patience == {"P": Fraction(98, 100), "R": 1}
    assert talking.deadline == Deadline(units=Fraction(6))
    assert isinstance(one, Order)
    assert (one.name, one.label, one.sequence.bundles) == ("one", "one", (("a",), ()))
    assert isinstance(two, Order)
    assert (two.label, two.sequence.over(["a", "b", "pay"])) == ("Pay first", ((1, 2), (0,)))
    assert [order.applies("believed") for order in (one, two)] == [True, False]


def test_a_roadmap_is_read() -> None:
    implementing, a, b, one = loads(WHOLE).blocks["roadmap"]
    assert isinstance(implementing, Implementing)
    assert (implementing.next_stage, implementing.patience) == (bounds(0.9), {"Q": Fraction(1, 2)})
    assert implementing.deadline == Deadline(date="2026-03-15")
    assert implementing.deadline.after("2026-03-01", "week") == 2
    assert isinstance(a, Item)
    assert (a.issue, a.delivered_by, a.takes, a.after) == ("a", ("P", "R"), Fraction(1, 2), ())
    assert isinstance(b, Item)
    assert (b.delivered_by, b.after, b.together, b.takes) == (("Q",), ("a",), ("pay",), Fraction(0))
    assert isinstance(one, Order)
    # for a roadmap what is not mentioned goes into a last stage
    assert one.sequence.over(["a", "b", "pay"]) == ((0,), (1,), (2,))


def test_what_is_not_said_changes_nothing() -> None:
    case = loads(HEAD + "agenda: {orders: {one: rest}}\nroadmap: {items: {a: {takes: 1}}}\n")
    (order,) = case.blocks["agenda"]
    assert isinstance(order, Order)
    talking, implementing = Talking(), Implementing()
    assert (talking.after_failure, talking.later_talks, talking.takes) == (None, bounds(1), {})
    assert (implementing.next_stage, implementing.deadline) == (bounds(1), None)
    (item,) = case.blocks["roadmap"]
    assert isinstance(item, Item)
    assert (item.delivered_by, item.together) == ((), ())


def test_one_time_for_every_issue() -> None:
    (talking,) = loads(HEAD + "agenda: {takes: 2}\n").blocks["agenda"]
    assert isinstance(talking, Talking)
    assert talking.takes == {"": 2}
    assert faults(HEAD + "agenda: {takes: -2}\n") == ["agenda.takes: a time is not below 0"]


@pytest.mark.parametrize(
    ("shift", "more"),
    [
        ("-5..10", ""),
        ("0..10", ""),
        ("more than 0", "    would_take: draft\n"),
        ("less than -3", "    would_not_take: draft\n"),
    ],
)
def test_shifts_that_are_sound(shift: str, more: str) -> None:
    (entry,) = loads(f"{HEAD}walk_away:\n  - shift: {shift}\n    on: P\n{more}").blocks["walk_away"]
    assert isinstance(entry, Shift)


@pytest.mark.parametrize("lasts", ["while talks are open", "until completion", "for good"])
def test_how_long_a_shift_lasts(lasts: str) -> None:
    text = f"{HEAD}walk_away:\n  - shift: 5\n    on: P\n    lasts: {lasts}\n"
    (entry,) = loads(text).blocks["walk_away"]
    assert isinstance(entry, Shift)
    assert entry.lasts == lasts


def test_what_stays_may_be_said_for_every_leaver_and_view() -> None:
    entries = [
        "{keeps: a, part: 0}",
        "{keeps: b, part: 0}",
        "{keeps: a, part: 1, leaver: P}",
        "{keeps: a, part: 1, leaver: Q, view: said}",
        "{keeps: a, part: 0, leaver: Q, view: believed}",
    ]
    text = HEAD + "walk_away:\n" + "".join(f"  - {entry}\n" for entry in entries)
    assert len(loads(text).blocks["walk_away"]) == 5
    again = text + "  - {keeps: a, part: 1, leaver: Q}\n"
    assert faults(again) == ["walk_away[5].keeps: what stays of a when Q leaves is said twice"]


@pytest.mark.parametrize(("block", "kind"), [("agenda", "orders"), ("roadmap", "orders")])
def test_there_are_at_most_a_hundred_of_a_kind(block: str, kind: str) -> None:
    orders = [f"    o{k}: rest\n" for k in range(101)]
    assert loads(f"{HEAD}{block}:\n  {kind}:\n{''.join(orders[:100])}").blocks[block]
    many = f"{HEAD}{block}:\n  {kind}:\n{''.join(orders)}"
    assert faults(many) == [f"{block}.{kind}: more than 100 {kind} stand here"]


def test_what_names_a_faulty_issue_is_not_reported_as_well() -> None:
    text = WHOLE.replace("b: {options: [b0, b1], status_quo: b0}", "b: {options: [b0, b1]}")
    assert {fault.split(":")[0] for fault in faults(text)} == {"issues.b"}


# What is wrong between entries --------------------------------------------------------------------


def rebuilt(**blocks: tuple[Entry, ...]) -> list[str]:
    """Return the faults of a case that is built in Python with these entries more."""
    case = loads(WHOLE)
    more = {name: (*case.blocks[name], *entries) for name, entries in blocks.items()}
    try:
        replace(case, blocks={**case.blocks, **more})
    except CaseError as error:
        return [f"{fault.path}: {fault.problem}" for fault in error.faults]
    return []


def test_what_is_said_once_stands_once() -> None:
    assert rebuilt() == []
    assert rebuilt(agenda=(Talking(),)) == ["agenda: this is said twice"]
    assert rebuilt(roadmap=(Implementing(),)) == ["roadmap: this is said twice"]
    assert rebuilt(roadmap=(Item(issue="a"),)) == ["roadmap: the item a is said twice"]
    order = Order(name="one", sequence=Bundles.of([["a"], []], rest=1))
    assert rebuilt(agenda=(order,)) == ["agenda: two orders are called 'one'"]
    assert rebuilt(roadmap=(order,)) == ["roadmap: two orders are called 'one'"]
    other = replace(order, name="two", provenance=Provenance(view="believed"))
    assert rebuilt(agenda=(other,)) == []


@given(st.data())
def test_items_in_a_circle_are_found_and_only_they(data: st.DataObject) -> None:
    names = ["a", "b", "c", "d", "e"]
    after = {name: data.draw(st.lists(st.sampled_from(names), max_size=2)) for name in names}
    issues = "".join(f"  {name}: {{options: [x, y], status_quo: x}}\n" for name in names)
    items = "".join(f"    {name}: {{after: [{', '.join(a)}]}}\n" for name, a in after.items() if a)
    text = f"detente: 1\ntitle: Talks\nparties: {{P: First}}\nissues:\n{issues}" + (
        f"roadmap:\n  items:\n{items}" if items else ""
    )
    # an item waits for itself if it reaches itself: the closure of the relation, by repetition
    reach = {name: set(first) for name, first in after.items()}
    for _ in names:
        reach = {name: set.union(far, *(reach[k] for k in far)) for name, far in reach.items()}
    circular = {name for name in names if name in reach[name]}
    try:
        loads(text)
        found: list[str] = []
    except CaseError as error:
        found = [fault.problem for fault in error.faults]
    assert bool(found) == bool(circular)
    named = set()
    for problem in found:
        _, _, path = problem.partition(": ")
        circle = path.split(" after ") if path else [problem.split()[0]] * 2
        named |= set(circle)
        assert circle[0] == circle[-1]
        assert all(second in after[first] for first, second in pairwise(circle))
    # whoever waits for himself waits for somebody in a circle that is told
    assert named <= circular
    assert all(reach[name] & named for name in circular)


# Deadlines ----------------------------------------------------------------------------------------


def test_a_month_is_a_twelfth_of_a_year() -> None:
    assert DAYS["month"] * 12 == DAYS["quarter"] * 4 == DAYS["year"] == Fraction("365.25")


@given(st.dates(max_value=date(2100, 1, 1)), st.integers(1, 20_000), st.sampled_from(sorted(DAYS)))
def test_a_date_counts_in_units(start: date, days: int, unit: str) -> None:
    deadline = Deadline(date=(start + timedelta(days)).isoformat())
    assert deadline.after(start.isoformat(), unit) * DAYS[unit] == days


@pytest.mark.parametrize(
    ("as_of", "unit", "words"),
    [
        ("", "month", "no day to count from; add as_of"),
        ("2026-03", "month", "no day to count from; add as_of"),
        ("2026-03-01", "", "no unit of time; add time: {unit: month}"),
        ("2026-03-01", "fortnight", "no unit of time"),
        ("2026-09-01", "month", "is not after 2026-09-01, the day of the case; write a later day"),
    ],
)
def test_a_date_that_cannot_be_counted_says_what_is_missing(
    as_of: str, unit: str, words: str
) -> None:
    with pytest.raises(UnanswerableError, match=words.replace("{", r"\{")):
        Deadline(date="2026-09-01").after(as_of, unit)
    assert Deadline(units=Fraction(3)).after(as_of, unit) == 3


@pytest.mark.parametrize("text", ["soon", "2026-9-1", "2026-02-30", "1e3", "", "6 months"])
def test_what_is_no_deadline(text: str) -> None:
    assert parse_deadline(text) is None


def test_a_deadline_is_one_of_two_things() -> None:
    for units, day in ((None, ""), (Fraction(1), "2026-09-01"), (None, "tomorrow")):
        with pytest.raises(ValueError, match="units of time, or a day"):
            Deadline(units=units, date=day)
    deadlines = [parse_deadline(text) for text in ("1/2", "2026-09-01")]
    assert [deadline.text for deadline in deadlines if deadline] == ["0.5", "2026-09-01"]


# The check ----------------------------------------------------------------------------------------


UNSOURCED = """\
walk_away: what stays of a when Q leaves, part 0
walk_away: leverage gone, on P; shift -20 to -5; after a == a1 and pay >= 2; lasts until completion
walk_away: shift of less than 0 on Q, after b == b1; would take draft, b = b1, \
(a = a2, b = b1, pay = 3); would not take (b = b1)
walk_away: shift of 0.1 to 0.4 swings of pay on Q
walk_away: drift of \N{MINUS SIGN}2 to \N{MINUS SIGN}1 on P
agenda: how talks go on, after failure set aside; later talks 0.8 to 1; takes a 1, pay 0.5; \
patience P 0.98, R 1; deadline 6
roadmap: b, delivered by Q; after a; with pay
"""


def test_what_nobody_sourced_is_an_unexamined_assumption() -> None:
    answer = check(loads(WHOLE))
    told = [f"{one['block']}: {one['text']}" for one in answer.data()["unsourced_entries"]]
    assert told == UNSOURCED.splitlines()
    said = check(loads(WHOLE), work=Work(view="said")).data()["unsourced_entries"]
    assert "guarantee of 5 against R" in [one["text"] for one in said]
    page = words(answer)
    assert "entries on leaving, agendas and roadmaps without a source" in page
    assert "Walk away: what stays of a when Q leaves, part 0" in page


# Differences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("part: 0..0.3", "part: 0..0.5", ["walk_away changed part: 0 to 0.3 > 0 to 0.5"]),
        ("part: 0\n", "part: 1\n", ["walk_away changed part: 0 > 1"]),
        ("-20..-5", "-30..-5", ["walk_away changed shift: -20 to -5 > -30 to -5"]),
        (
            "lasts: until completion",
            "lasts: for good",
            ["walk_away changed lasts: until completion > for good"],
        ),
        ("    lasts: until completion\n", "", ["walk_away changed lasts: until completion > "]),
        ("would_not_take: b = b1", "would_not_take: (b=b1)", []),
        (
            "would_not_take: b = b1",
            "would_not_take: draft, b = b1",
            ["walk_away changed would_not_take: (b = b1) > draft, b = b1"],
        ),
        ("guarantee: 5", "guarantee: 7", ["walk_away changed amount: 5 > 7"]),
        ("drift: -2..-1", "drift: -2", ["walk_away changed amount: -2 to -1 > -2"]),
        ("    because: s#5\n", "", ["walk_away basis because: s#5 > "]),
        ("leaver: Q", "leaver: P", ["walk_away added", "walk_away removed"]),
        ("set aside", "end", ["agenda changed after_failure: set aside > end"]),
        ("a: 1, pay", "pay", ["agenda changed takes: a 1, pay 0.5 > pay 0.5"]),
        ("takes: {a: 1, pay: 1/2}", "takes: 2", ["agenda changed takes: a 1, pay 0.5 > 2"]),
        ("P: 0.98", "P: 0.9", ["agenda changed patience: P 0.98, R 1 > P 0.9, R 1"]),
        ("deadline: 6", "deadline: 7", ["agenda changed deadline: 6 > 7"]),
        ("  deadline: 6\n", "", ["agenda changed deadline: 6 > "]),
        ("one: a then rest", "one:  a   then rest", []),
        (
            "one: a then rest",
            "one: b then rest",
            ["agenda changed one sequence: a then rest > b then rest"],
        ),
        ("one: a then rest", "uno: a then rest", ["agenda added uno", "agenda removed one"]),
        ("2026-03-15", "2026-03-22", ["roadmap changed deadline: 2026-03-15 > 2026-03-22"]),
        ("takes: 0.5", "takes: 1", ["roadmap changed a takes: 0.5 > 1"]),
        ("[P, R]", "[P]", ["roadmap changed a delivered_by: P, R > P"]),
        ("with: [pay]", "with: []", ["roadmap changed b together: pay > "]),
        ("because: s#2", "because: s#9", ["roadmap basis a because: s#2 > s#9"]),
    ],
)
def test_what_changed_is_told(old: str, new: str, told: list[str]) -> None:
    assert WHOLE.count(old) == 1
    changes = difference_of(loads(WHOLE), loads(WHOLE.replace(old, new))).changes
    found = [
        " ".join(filter(None, (c.what, c.kind, c.name)))
        + "".join(f" {d.key}: {d.old} > {d.new}" for d in c.details)
        for c in changes
    ]
    assert found == told


def test_an_item_that_goes_and_one_that_comes_are_not_one_that_changed() -> None:
    new = WHOLE.replace("    a: {delivered_by", "    pay: {delivered_by")
    changes = difference_of(loads(WHOLE), loads(new)).changes
    assert sorted((c.kind, c.name) for c in changes) == [("added", "pay"), ("removed", "a")]


# The Ukraine case ---------------------------------------------------------------------------------


def test_the_ukraine_case_says_no_more_than_its_source() -> None:
    blocks = load("ukraine-2025").blocks
    shifts = {entry.on: entry for entry in blocks["walk_away"] if isinstance(entry, Shift)}
    assert {on: shift.shift for on, shift in shifts.items()} == {
        "russia": bounds(-20, -5),
        "ukraine": bounds(5, 20),
    }
    assert {shift.lasts for shift in shifts.values()} == {None}
    sourced = [e for name in ("walk_away", "roadmap") for e in blocks[name] if e.provenance.because]
    assert {type(entry) for entry in sourced} == {Shift, Implementing, Order}
    assert all(entry.provenance.note for entry in blocks["walk_away"])
    orders = {e.name: e for e in blocks["agenda"] if isinstance(e, Order)}
    assert len(orders) == 5
