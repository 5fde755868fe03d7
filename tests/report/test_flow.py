"""The flow graph: everything drawn, nothing on top of anything else, movers told without colour."""

from __future__ import annotations

import itertools
import math
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.report.palette import DASHES
from detente.report.pictures.flow import MOST_STATES, Flow, FlowArrow, FlowState
from detente.report.pictures.flow_arrows import Circle, routed
from detente.solvers.state_graph import graph_of_moves
from detente.telling.flow import flow_picture
from tests.report import hostile, sample
from tests.report.drawn import SVG, root_of, sticking_out, touching, words

WIDTHS = (340, 480, 600, 760, 1100)


def state(before: int, *, id: str = "1", stable: bool = False) -> FlowState:  # noqa: A002 - as there
    return FlowState(id=id, label=f"what holds in {id}", before=before, stable=stable)


def flow(*states: FlowState, arrows: tuple[tuple[int, int, int], ...] = (), **given) -> Flow:
    own = tuple(FlowArrow(mover=m, origin=a, target=b) for m, a, b in arrows)
    movers = given.pop("movers", ("Northland", "Union", "Authority"))
    return Flow(title="t", description="d", movers=movers, states=states, arrows=own, **given)


def rings(root: ET.Element) -> list[list[tuple[float, float, float, str]]]:
    """Return the circles of each state, in order."""
    found = []
    for group in root.iter(f"{SVG}g"):
        own = [
            (*(float(c.get(key, "")) for key in ("cx", "cy", "r")), c.get("fill", ""))
            for c in group.findall(f"{SVG}circle")
        ]
        if own:
            found.append(own)
    return found


def pens(root: ET.Element) -> dict[str, tuple[list[str], list[str], str]]:
    """Return the shafts, the heads and the dashes of each mover."""
    found = {}
    for group in root.iter(f"{SVG}g"):
        title, paths = group.findtext(f"{SVG}title"), group.findall(f"{SVG}path")
        if title and len(paths) == 2:
            shafts, heads = ([f"M{one}" for one in p.get("d", "").split("M")[1:]] for p in paths)
            found[title] = (shafts, heads, paths[0].get("stroke-dasharray", ""))
    return found


def numbers(path: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", path)]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_move_is_drawn_once_from_its_state_to_its_target(width):
    picture = sample.flow()
    root = root_of(picture, width=width)
    circles = [own[0] for own in rings(root)]
    drawn = pens(root)
    assert sum(len(shafts) for shafts, _, _ in drawn.values()) == len(picture.arrows)
    for mover, name in enumerate(picture.movers):
        own = [arrow for arrow in picture.arrows if arrow.mover == mover]
        shafts, heads, _ = drawn[name]
        assert len(shafts) == len(heads) == len(own)
        for arrow, shaft, head in zip(own, shafts, heads, strict=True):
            x, y, r, _ = circles[arrow.origin]
            assert math.dist(numbers(shaft)[:2], (x, y)) == pytest.approx(r + 2, abs=0.2)
            x, y, r, _ = circles[arrow.target]
            assert math.dist(numbers(head)[:2], (x, y)) == pytest.approx(r + 2, abs=0.2)


@pytest.mark.parametrize("theme", ["light", "dark", "page"])
def test_movers_are_told_by_colour_and_by_dashes(theme):
    root = ET.fromstring(sample.flow().to_svg(theme=theme))  # noqa: S314 - our own drawing
    groups = [g for g in root.iter(f"{SVG}g") if len(g.findall(f"{SVG}path")) == 2]
    told = [(g.get("stroke"), g.find(f"{SVG}path").get("stroke-dasharray", "")) for g in groups]
    drawn, legend = told[:3], told[3:]
    assert drawn == legend
    assert len({colour for colour, _ in drawn}) == 3
    assert [dashes for _, dashes in drawn] == list(DASHES[:3])


@pytest.mark.parametrize("width", WIDTHS)
def test_apart_every_arrow_and_state_is_an_element_with_its_name(width):
    picture = flow(
        *(state(2 - k, id=str(k + 7), stable=k == 2) for k in range(3)),
        arrows=((0, 0, 1), (1, 0, 1), (0, 1, 2), (2, 1, 0)),
    )
    together = root_of(picture, width=width)
    apart = ET.fromstring(picture.to_svg(width=width, apart=True))  # noqa: S314 - our own drawing
    arrows = [g for g in apart.iter(f"{SVG}g") if g.get("data-from")]
    named = {(g.get("data-mover"), g.get("data-from"), g.get("data-to")) for g in arrows}
    assert named == {("0", "7", "8"), ("1", "7", "8"), ("0", "8", "9"), ("2", "8", "7")}
    states = [g.get("data-state") for g in apart.iter(f"{SVG}g") if g.get("data-state")]
    assert states == ["7", "8", "9"]
    for mover, (shafts, heads, dashes) in pens(together).items():
        own = [g for g in arrows if g.findtext(f"{SVG}title") == mover]
        paths = [[path.get("d") for path in g.findall(f"{SVG}path")] for g in own]
        assert paths == [list(pair) for pair in zip(shafts, heads, strict=True)]
        assert {g[1].get("stroke-dasharray", "") for g in own} == {dashes}
    assert not re.search("data-", picture.to_svg(width=width))


def test_a_mover_keeps_its_colour_where_another_has_no_move():
    one = flow(state(1), state(0, stable=True), arrows=((2, 0, 1),))
    both = flow(state(1), state(0, stable=True), arrows=((0, 0, 1), (2, 0, 1)))
    colours = [
        next(
            g.get("stroke")
            for g in root_of(p).iter(f"{SVG}g")
            if g.findtext(f"{SVG}title") == "Authority"
        )
        for p in (one, both)
    ]
    assert colours[0] == colours[1]
    assert "Union" not in [text for text, *_ in words(root_of(both))]


def test_stable_states_are_filled_with_a_second_ring_in_the_last_column():
    picture = sample.flow()
    drawn = rings(root_of(picture))[: len(picture.states)]
    right = max(own[0][0] for own in drawn)
    for each, own in zip(picture.states, drawn, strict=True):
        assert len(own) == (2 if each.stable else 1)
        assert (own[0][0] == right) == each.stable
        assert (own[-1][-1] == "var(--ink)") == each.stable


def test_on_a_phone_stable_states_stand_in_the_last_row():
    picture = sample.flow()
    drawn = rings(root_of(picture, width=342))[: len(picture.states)]
    lowest = max(own[0][1] for own in drawn)
    assert [own[0][1] == lowest for own in drawn] == [each.stable for each in picture.states]


@pytest.mark.parametrize("width", [342, 760])
def test_the_start_is_marked_beside_its_state_and_named(width):
    picture = flow(state(1), state(0, id="2", stable=True), start=1, start_title="the proposal")
    root = root_of(picture, width=width)
    marks = [p for p in root.findall(f"{SVG}path") if p.get("fill") == "var(--accent)"]
    assert len(marks) == 2, "at its state, and in the legend"
    x, y, r, _ = rings(root)[1][0]
    corners = np.array(numbers(marks[0].get("d", ""))).reshape(-1, 2)
    assert r < min(math.dist(corner, (x, y)) for corner in corners) < r + 8
    assert "the proposal" in [text for text, *_ in words(root)]
    unmarked = flow(state(1), state(0, id="2", stable=True)).to_svg(width=width)
    assert "var(--accent)" not in unmarked


def test_what_holds_in_a_state_is_told_on_hover():
    drawn = flow(state(1, id="7"), state(0, id="8", stable=True)).to_svg()
    assert "<title>7: what holds in 7</title>" in drawn


def test_a_part_is_said_to_be_one():
    whole = flow(state(1), state(0, id="2", stable=True))
    told = "Shown are the 2 of 64 states that can be reached from state 1"
    part = flow(state(1), state(0, id="2", stable=True), part=told)
    assert told in " ".join(text for text, *_ in words(root_of(part)))
    assert "Shown" not in whole.to_svg()
    assert part.table().note == told


def test_moves_in_both_directions_and_of_two_parties_lie_apart():
    circles = [Circle(x=50, y=50, radius=13), Circle(x=200, y=50, radius=13)]
    arrows = routed(circles, [(0, 1), (1, 0), (0, 1)], frame=(0, 0, 250, 100))
    heights = sorted(arrow.towards[1] for arrow in arrows)
    assert all(b - a >= 18 for a, b in itertools.pairwise(heights))


def test_an_arrow_bends_around_a_circle_in_its_way():
    circles = [Circle(x=x, y=60, radius=13) for x in (40, 140, 240)]
    (arrow,) = routed(circles, [(0, 2)], frame=(0, 0, 280, 120))
    (straight,) = routed([circles[0], circles[2]], [(0, 1)], frame=(0, 0, 280, 120))
    assert abs(arrow.towards[1] - 60) > 2 * 13
    assert straight.towards[1] == 60
    assert "Q" in arrow.shaft
    assert "L" in straight.shaft


def test_its_table_names_states_and_where_they_lead():
    picture = flow(
        state(1, id="1"),
        state(0, id="2", stable=True),
        state(0, id="3", stable=True),
        arrows=((0, 0, 1), (1, 0, 2), (0, 0, 2)),
        start=0,
    )
    assert picture.table().rows == (
        ("1", "what holds in 1 (where the conflict stands)", "no", "Northland: 2, 3; Union: 3"),
        ("2", "what holds in 2", "yes", ""),
        ("3", "what holds in 3", "yes", ""),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrows": ((3, 0, 1),)},
        {"arrows": ((0, 0, 2),)},
        {"arrows": ((0, 1, 1),)},
        {"start": 2},
        {"start": -1},
    ],
)
def test_states_and_movers_that_there_are_not_are_refused(wrong):
    with pytest.raises(ValueError, match=r"there are not|none of 2 states"):
        flow(state(1), state(0, stable=True), **wrong)


def test_more_states_than_a_picture_holds_are_refused():
    with pytest.raises(ValueError, match=f"more than {MOST_STATES}"):
        flow(*[state(0, stable=True)] * (MOST_STATES + 1))


def crowd(n_states: int, n_arrows: int) -> Flow:
    rng = np.random.default_rng(n_states)
    arrows = [
        (int(rng.integers(3)), *map(int, rng.choice(n_states, 2, replace=False)))
        for _ in range(n_arrows)
    ]
    states = [state(int(rng.integers(6)), id=str(k + 1)) for k in range(n_states)]
    return flow(*states, arrows=tuple(arrows))


def test_forty_states_and_a_hundred_arrows_stay_small():
    assert len(crowd(40, 100).to_svg()) < 24_000


names = st.one_of(st.text(alphabet="aeimnrst ", max_size=60), st.sampled_from(hostile.ATTACKS))


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    n_states = draw(st.one_of(st.integers(0, 7), st.just(MOST_STATES)))
    long_names = draw(st.booleans())
    states = []
    for k in range(n_states):
        before = draw(st.integers(0, draw(st.sampled_from([2, 5, 30]))))
        own = draw(names) if long_names else str(k + 1)
        states.append(FlowState(id=own, label=own, before=before, stable=before == 0))
    pairs = list(itertools.permutations(range(n_states), 2))
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else []
    return Flow(
        title="t",
        description="d",
        movers=tuple(draw(names) for _ in range(5)),
        states=tuple(states),
        arrows=tuple(
            FlowArrow(mover=draw(st.integers(0, 4)), origin=a, target=b) for a, b in chosen
        ),
        start=draw(st.none() | st.integers(0, n_states - 1)) if n_states else None,
        start_title=draw(names),
        rests=draw(names),
        part=draw(names),
    )


@settings(max_examples=60, deadline=None)
@given(flows(), st.sampled_from(WIDTHS))
def test_nothing_leaves_the_drawing_and_nothing_lies_on_anything(picture, width):
    root = root_of(picture, width=width)
    height = float(root.get("height", ""))
    assert sticking_out(root) == []
    assert touching(words(root)) == []
    drawn = [own[0] for own in rings(root)][: len(picture.states)]
    for x, y, r, _ in drawn:
        assert r <= x <= width - r
        assert r <= y <= height - r
    for (x, y, r, _), (u, v, q, _) in itertools.combinations(drawn, 2):
        assert math.dist((x, y), (u, v)) >= r + q
    for shafts, heads, _ in pens(root).values():
        for shaft, head in zip(shafts, heads, strict=True):
            ends = [*numbers(shaft)[:2], *numbers(shaft)[-2:], *numbers(head)[:2]]
            assert all(0 <= x <= width for x in ends[::2])
            assert all(0 <= y <= height for y in ends[1::2])


@pytest.mark.parametrize("name", hostile.ATTACKS)
def test_hostile_names_stay_names(name):
    picture = flow(
        FlowState(id=name, label=name, before=1, stable=False),
        FlowState(id="2", label=name, before=0, stable=True),
        arrows=((0, 0, 1),),
        movers=(name,),
        start=0,
        start_title=name,
        rests=name,
        part=name,
    )
    found = {part.tag.removeprefix(SVG) for part in root_of(picture).iter()}
    assert found <= {"svg", "title", "desc", "g", "path", "circle", "text"}


def dilemma(n_idle: int = 0):
    """Return the prisoner's dilemma, beside states that nobody can leave or enter."""
    first, second = [(0, 1), (1, 0), (2, 3), (3, 2)], [(0, 2), (2, 0), (1, 3), (3, 1)]
    ranks = np.zeros((2, 4 + n_idle), dtype=np.int64)
    ranks[:, :4] = [[3, 4, 1, 2], [3, 1, 4, 2]]
    stable = np.arange(4 + n_idle) >= 3
    return graph_of_moves(4 + n_idle, [first, second]), ranks, stable


def told(**given) -> Flow:
    words_ = {"parties": ["Ann", "Ben"], "label": "state {}".format, "title": "Where it rests"}
    return flow_picture(*dilemma(given.pop("n_idle", 0)), **words_, **given)


def test_the_dilemma_is_told_as_it_runs():
    picture = told(start=0, start_title="the truce")
    assert picture.description == (
        "4 states and, as arrows, 4 moves that somebody gains by. Stable: 4. It starts from 1. "
        "“The same as a table” tells what each number is."
    )
    assert [(one.id, one.label, one.before, one.stable) for one in picture.states] == [
        ("1", "state 0", 2, False),
        ("2", "state 1", 1, False),
        ("3", "state 2", 1, False),
        ("4", "state 3", 0, True),
    ]
    assert [(a.mover, a.origin, a.target) for a in picture.arrows] == [
        *((0, 0, 1), (0, 2, 3)),
        *((1, 0, 2), (1, 1, 3)),
    ]
    assert (picture.start, picture.start_title, picture.part) == (0, "the truce", "")


def test_of_a_large_conflict_it_says_what_is_shown():
    picture = told(n_idle=60, start=1)
    assert [one.id for one in picture.states] == ["1", "2", "3", "4"]
    assert picture.start == 1
    assert picture.part == (
        "Shown are 4 of 64 states: state 2 itself, the 1 that can be reached from state 2 by moves "
        "that somebody gains by, and 2 others near it."
    )
    assert picture.description.startswith("4 of 64 states and")


def test_moves_to_states_not_shown_are_counted():
    picture = told(n_idle=60, start=0, most=3)
    assert picture.part == (
        "Shown are the 3 nearest of the 4 states that can be reached from state 1 by moves that "
        "somebody gains by, out of 64 states. 2 such moves lead to states not shown."
    )
    assert "No state shown is stable." in picture.description
