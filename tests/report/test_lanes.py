"""A roadmap as lanes: what holds, what is exposed, and nothing on top of anything else."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.report.pictures.gates import Course, Deadline, Gate, Stage, Standing
from detente.report.pictures.gauge import amount_text
from detente.report.pictures.lanes import Lanes
from detente.table import Share
from tests.report import hostile, sample
from tests.report.drawn import SVG, root_of, sticking_out, touching, words

WIDTHS = (340, 480, 600, 760, 1100)
HALF = Share(value=0.5, error=0.02)


def at(on: float, away: float, leaves: Share | None = None) -> Standing:
    return Standing(going_on=on, walking_away=away, leaves=leaves)


def lanes(course: Course) -> Lanes:
    return Lanes(title="Title", description="What it is.", course=course)


def two(*stands: Standing, **given: object) -> Lanes:
    """Return a roadmap of one party, with a stage between each two standings."""
    gates = tuple(Gate(label=f"gate {k}", standings=(s,)) for k, s in enumerate(stands))
    stages = tuple(Stage(items=(f"item {k}",)) for k in range(1, len(stands)))
    return lanes(Course(parties=("a",), gates=gates, **{"stages": stages, **given}))


def texts(picture: Lanes, *, width: int = 760) -> list[str]:
    return [text for text, *_ in words(root_of(picture, width=width))]


def stripes(picture: Lanes, *, width: int = 760) -> int:
    """Return how many bars are striped; the legend has one as soon as there are any."""
    return picture.to_svg(width=width).count('stroke-dasharray="2.2 2.4"')


@pytest.mark.parametrize("width", WIDTHS)
def test_every_stage_party_and_gate_is_named(width):
    picture = sample.lanes()
    written = " ".join(texts(picture, width=width))
    for word in ("Alliance", "EU", "Governance", "Sanctions", "Ukraine", "Russian", "signing"):
        assert word in written
    assert "after the last" in written
    assert "1 September 2025" in written


@pytest.mark.parametrize("width", [340, 760])
def test_an_exposed_party_is_told_without_colour(width):
    picture = two(at(5, 2), at(5, 9.5))
    assert stripes(picture, width=width) == 2
    assert "4.5" in texts(picture, width=width)
    assert "+3" in texts(picture, width=width)
    drawn = picture.to_svg(width=width, theme="light")
    assert len(re.findall(r'<path[^>]*fill="#b3400e"', drawn)) == 2, "a wedge, and in the legend"
    assert any("walking away is worth" in text for text in texts(picture, width=width))


@pytest.mark.parametrize("width", [340, 760])
def test_where_nobody_is_exposed_no_word_is_lost_on_it(width):
    picture = two(at(5, 2), at(5, 5))
    assert stripes(picture, width=width) == 0
    assert not any("walking away is worth" in text for text in texts(picture, width=width))
    assert "0" in texts(picture, width=width)


def test_going_on_stands_higher_where_it_is_worth_more():
    root = root_of(two(at(8, 3)))
    heights = {text: top for text, _, _, top, _ in words(root) if text in {"8", "3"}}
    assert heights["8"] < heights["3"]


@pytest.mark.parametrize("width", [340, 760])
def test_half_a_number_is_never_shown(width):
    picture = two(at(1234567890.0, 0), at(5, 2345678901.0))
    for text in texts(picture, width=width):
        assert not re.fullmatch(r"[+−]?[0-9.]+…", text)
    assert "1234567890" in picture.to_svg(width=width), "in words on hover"


def test_each_party_has_its_own_scale():
    small = Gate(label="g", standings=(at(1, 0), at(1000, 0)))
    found = words(root_of(lanes(Course(parties=("a", "b"), gates=(small,)))))
    tops = {text: top for text, _, _, top, _ in found}
    zeros = [top for text, _, _, top, _ in found if text == "0"]
    assert zeros[0] - tops["1"] == pytest.approx(zeros[1] - tops["1000"])


@pytest.mark.parametrize(
    ("on", "away", "text"),
    [(4, 1.5, "+2.5"), (4, 4, "0"), (4, 6, "2"), (4, 4.01, "<0.1"), (4.01, 4, "+<0.1")],
)
def test_a_difference_too_small_for_its_digits_is_not_told_as_none(on, away, text):
    assert amount_text(at(on, away)) == text


def inside(*stands: Standing | None) -> Lanes:
    gate = Gate(label="g", standings=tuple(at(5, 1) for _ in stands))
    stage = Stage(items=("x",), inside=stands)
    parties = tuple("abcdef"[: len(stands)])
    return lanes(Course(parties=parties, gates=(gate, gate), stages=(stage,)))


@pytest.mark.parametrize("width", [340, 760])
def test_only_who_gains_by_not_delivering_is_marked_inside_a_stage(width):
    marked = " ".join(texts(inside(at(1, 8.5), at(8, 1), None), width=width))
    assert "7.5" in marked
    assert "not delivering" in marked
    assert "+7" not in marked
    assert "not delivering" not in " ".join(texts(inside(at(8, 1), None, None), width=width))


@pytest.mark.parametrize("width", [340, 760])
@pytest.mark.parametrize("place", [-1.0, 0.0, 0.5, 1.0, 1.25, 2.0, 7.0])
def test_a_deadline_is_drawn_once_wherever_it_falls(width, place):
    limit = Deadline(label="June", at=place)
    picture = two(at(5, 1), at(5, 1), at(5, 1), deadline=limit)
    assert texts(picture, width=width).count("deadline June") == 1
    assert picture.to_svg(width=width).count('stroke-dasharray="5 4"') == 1
    assert not sticking_out(root_of(picture, width=width))


@pytest.mark.parametrize("place", [0.0, 0.02, 0.5, 0.98, 1.0, 1.4, 2.0])
@pytest.mark.parametrize("n_stages", [2, 4])
def test_the_deadline_runs_through_no_number(place, n_stages):
    stands = [at(45.6, 12.3, HALF) for _ in range(n_stages + 1)]
    root = root_of(two(*stands, deadline=Deadline(label="June", at=place)))
    (line,) = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray") == "5 4"]
    x = float(re.split("[M ]", line.get("d", ""))[1])
    told = re.compile(r"[+0-9.]+( on average)?|leaves in 50 %")
    gauges = [word for word in words(root) if told.fullmatch(word[0])]
    assert len(gauges) == 4 * len(stands)
    assert not [text for text, left, right, *_ in gauges if left < x < right]


def test_who_gains_on_average_and_leaves_all_the_same_is_told_so():
    written = texts(two(at(5, 1, HALF), at(5, 1, HALF)))
    assert "+4 on average" in written
    assert "going on is worth so much more on average" in written
    seldom = texts(two(at(5, 1, Share(value=0.01, error=0.001)), at(5, 1)))
    assert "+4" in seldom
    assert "+4 on average" not in seldom


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (-1.0, "stage 1 of 2 is not through"),
        (0.5, "stage 1 of 2 is not through"),
        (1.0, "stage 2 of 2 is not through"),
        (2.0, "every stage is through"),
        (3.0, "every stage is through"),
    ],
)
def test_its_table_says_what_the_deadline_means(place, told):
    picture = two(at(5, 1), at(5, 1), at(5, 1), deadline=Deadline(label="June", at=place))
    assert picture.table().note == f"Deadline June: {told} by then."


def test_on_a_phone_the_deadline_stands_where_it_falls():
    limit = Deadline(label="June", at=1.5)
    found = words(root_of(two(at(5, 1), at(5, 1), at(5, 1), deadline=limit), width=340))
    down = {text: top for text, _, _, top, _ in found}
    assert down["gate 1"] < down["item 2"] < down["deadline June"] < down["gate 2"]


def test_its_table_says_the_same():
    table = sample.lanes().table()
    assert [column.key for column in table.columns] == [
        *("gate", "in_force", "party"),
        *("going_on", "walking_away", "slack", "leaves"),
    ]
    assert table.rows[0][:6] == ("signing", "", sample.PARTIES[0], 72, 46, 26)
    second = next(row for row in table.rows if row[0] == "after stage 2")
    assert second[1] == "Foreign forces on Ukrainian soil, EU membership (3 months)"
    exposed = [row for i, row in enumerate(table.rows) if table.tones.get((i, 5)) == "bad"]
    assert [(row[2], row[5]) for row in exposed] == [
        (sample.PARTIES[1], Fraction(-7, 2)),
        (sample.PARTIES[1], Fraction(58) - Fraction(62.2)),
        (sample.PARTIES[0], Fraction(-1)),
        (sample.PARTIES[1], Fraction(-45, 4)),
        (sample.PARTIES[0], Fraction(72) - Fraction(72.04)),
    ]
    assert exposed[0][0] == "during stage 2, if it does not deliver and the others do"
    assert len(table.rows) == 4 * 5 + 3


def test_shares_are_told_where_they_are_known():
    assert "leaves in 50 %" in texts(two(at(5, 1, HALF)))
    assert "leaves in 50 %" in texts(two(at(5, 1, HALF)), width=340)
    proved = Share(value=1.0, certain=True)
    assert "always leaves" in texts(two(at(1, 5, proved)))
    assert "never leaves" in texts(two(at(5, 1, Share(value=0.0, certain=True))))
    assert "leaves in <0.1 %" in texts(two(at(5, 1, Share(value=0.0002))))
    assert "leaves" not in " ".join(texts(two(at(5, 1))))
    assert "leaves" not in [column.key for column in two(at(5, 1)).table().columns]


def test_many_stages_go_on_in_further_bands_without_a_gate_twice():
    stands = [at(k, 1) for k in range(13)]
    written = texts(two(*stands))
    for place in range(13):
        assert written.count(f"gate {place}") == 1
    for place in range(1, 13):
        assert written.count(f"item {place}") == 1
    assert written.count("a") == 3


def test_gates_and_stages_and_parties_go_together():
    gate = Gate(label="g", standings=(at(1, 0),))
    with pytest.raises(ValueError, match="2 gates for 0 stages"):
        Course(parties=("a",), gates=(gate, gate))
    with pytest.raises(ValueError, match="0 gates for 1 stages"):
        Course(parties=("a",), gates=(), stages=(Stage(items=()),))
    with pytest.raises(ValueError, match="1 standings, 2 parties"):
        Course(parties=("a", "b"), gates=(gate,))
    stage = Stage(items=(), inside=(None, None))
    with pytest.raises(ValueError, match="2 standings, 1 parties"):
        Course(parties=("a",), gates=(gate, gate), stages=(stage,))


names = st.one_of(st.text(alphabet="aeimnrst ", max_size=90), st.sampled_from(hostile.ATTACKS))
numbers = st.one_of(
    st.floats(-60, 120),
    st.floats(-1e15, 1e15),
    st.sampled_from([0.0, 50.0, -0.01, 0.01, 1e-12]),
)
stands = st.builds(
    Standing,
    going_on=numbers,
    walking_away=numbers,
    leaves=st.sampled_from([None, HALF, Share(value=0.0002), Share(value=1.0, certain=True)]),
)


@st.composite
def courses(draw: st.DrawFn) -> Course:
    n_parties, n_stages = draw(st.integers(0, 6)), draw(st.integers(0, 12))
    row = st.tuples(*[stands] * n_parties)
    perhaps = st.one_of(st.just(()), st.tuples(*[st.none() | stands] * n_parties))
    return Course(
        parties=tuple(draw(names) for _ in range(n_parties)),
        gates=tuple(Gate(label=draw(names), standings=draw(row)) for _ in range(n_stages + 1)),
        stages=tuple(
            Stage(
                items=tuple(draw(st.lists(names, max_size=6))),
                takes=draw(names),
                inside=draw(perhaps),
            )
            for _ in range(n_stages)
        ),
        deadline=draw(st.none() | st.builds(Deadline, label=names, at=st.floats(-1, 14))),
    )


@settings(max_examples=60)
@given(courses(), st.sampled_from(WIDTHS))
def test_nothing_leaves_the_drawing_and_no_words_touch(course, width):
    root = root_of(lanes(course), width=width)
    assert sticking_out(root) == []
    assert touching(words(root)) == []
    for part in root.iter(f"{SVG}text"):
        assert 12 <= float(part.get("font-size", "12.5")) <= 13


@given(courses())
def test_the_table_has_a_row_for_every_party_at_every_gate(course):
    told = [stage for stage in course.stages for _ in course.exposed_inside(stage)]
    expected = len(course.gates) * len(course.parties) + len(told)
    assert len(lanes(course).table().rows) == expected
