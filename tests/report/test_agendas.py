"""Agendas side by side: what each ends in, where it differs, and nothing on top of anything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.report.pictures.agendas import Agenda, AgendaGrid, Settled
from detente.table import Share
from tests.report import hostile, sample
from tests.report.drawn import SVG, root_of, sticking_out, touching, words

WIDTHS = (340, 480, 600, 760, 1100)
NEVER, ALWAYS = Share(value=0.0, certain=True), Share(value=1.0, certain=True)


def share(value: float) -> Share:
    return Share(value=value, error=0.01)


def agenda(title: str, *shares: float, **given: object) -> Agenda:
    """Return an agenda over one issue."""
    rows = (tuple(map(share, shares)),)
    usual = {"bundles": ("x",), "completes": ALWAYS, "refuses": (), "shares": rows}
    return Agenda(title=title, **{**usual, **given})


def grid(*agendas: Agenda, options: tuple[str, ...] = ("red", "blue")) -> AgendaGrid:
    issues = (Settled(label="colour", options=options),)
    return AgendaGrid(title="Title", description="What it is.", issues=issues, agendas=agendas)


def texts(picture: AgendaGrid, *, width: int = 760) -> list[str]:
    return [text for text, *_ in words(root_of(picture, width=width))]


def boxes(picture: AgendaGrid) -> list[tuple[str, float, float]]:
    """Return the parts of the bars: what they say, left edge and width."""
    return [
        (part.findtext(f"{SVG}title") or "", float(part.get("x", "")), float(part.get("width", "")))
        for part in root_of(picture).iter(f"{SVG}rect")
        if ": " in part.findtext(f"{SVG}title", "")
    ]


def diamonds(picture: AgendaGrid) -> int:
    """Return how many marks there are at what differs, the legend's not counted."""
    marks = [p for p in root_of(picture).iter(f"{SVG}path") if p.get("d", "").endswith("Z")]
    return len(marks) - (len(picture.agendas) > 1)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_agenda_issue_and_refusal_is_named(width):
    picture = sample.agendas()
    written = " ".join(texts(picture, width=width))
    for word in ("All at once", "Ceasefire", "Framework", "Sanctions", "Russian", "81 %", "23 %"):
        assert word in written
    assert "nobody" in written
    assert "lifted" in written


def test_bars_keep_the_order_of_the_case_and_their_share():
    drawn = boxes(grid(agenda("a", 0.25, 0.75), agenda("b", 0.5, 0.5)))
    assert [text for text, _, _ in drawn] == ["red: 25 %", "blue: 75 %", "red: 50 %", "blue: 50 %"]
    assert drawn[1][2] / drawn[0][2] == pytest.approx(3, rel=0.05)
    assert drawn[0][1] < drawn[1][1] < drawn[2][1] < drawn[3][1]


def test_the_same_option_stands_out_in_every_column():
    drawn = grid(agenda("a", 0.2, 0.8), agenda("b", 0.9, 0.1)).to_svg(theme="light")
    strong = drawn.count('fill="#1f5fa8"')
    assert strong == 3, "blue twice, and the legend"


def test_what_ends_otherwise_is_marked_without_colour():
    assert diamonds(grid(agenda("a", 0.2, 0.8), agenda("b", 0.3, 0.7))) == 0
    assert diamonds(grid(agenda("a", 0.2, 0.8), agenda("b", 0.7, 0.3))) == 1
    assert "red 70 %" in texts(grid(agenda("a", 0.2, 0.8), agenda("b", 0.7, 0.3)))


def test_the_legend_tells_of_differences_only_where_there_is_something_to_compare():
    alone = " ".join(texts(grid(agenda("a", 0.2, 0.8))))
    assert "“a” ends in most often" in alone
    assert "something else" not in alone
    assert "something else" in " ".join(texts(grid(agenda("a", 1, 0), agenda("b", 1, 0))))


def test_what_is_not_settled_is_an_empty_box_and_told():
    picture = grid(agenda("a", 0.5, 0.1), agenda("b", 0.2, 0.1))
    assert texts(picture).count("not settled") == 1, "the legend"
    assert "not settled 70 %" in texts(picture)
    assert picture.to_svg().count('stroke-dasharray="2 2"') == 3
    assert "not settled" not in " ".join(texts(grid(agenda("a", 0.5, 0.4999))))


def test_an_issue_that_no_agenda_settles_can_be_drawn():
    picture = grid(agenda("a", 0, 0), agenda("b", 0, 0))
    assert boxes(picture) == []
    assert diamonds(picture) == 0


def test_an_option_that_is_called_none_is_told_from_never():
    rows = ((ALWAYS, NEVER),)
    assert "none always" in texts(grid(agenda("a", shares=rows), options=("none", "b")))


def test_completion_reads_as_words_where_it_is_proved():
    assert "always" in texts(grid(agenda("a", 1, 0)))
    assert "never" in texts(grid(agenda("a", 0, 0, completes=NEVER)))
    assert "81 %" in texts(grid(agenda("a", 1, 0, completes=share(0.81))))


def test_many_who_refuse_are_counted():
    refuses = tuple((f"party {k}", share(k / 10)) for k in range(1, 8))
    written = texts(grid(agenda("a", 1, 0, refuses=refuses)))
    assert "party 4 40 %" in written
    assert "party 5 50 %" not in written
    assert "and 3 more" in written


def test_on_a_phone_agendas_stand_one_under_another():
    def tops(width: int) -> list[float]:
        found = words(root_of(grid(agenda("one", 1, 0), agenda("two", 1, 0)), width=width))
        return [top for text, _, _, top, _ in found if text in {"one", "two"}]

    assert tops(760)[0] == tops(760)[1]
    assert tops(340)[0] < tops(340)[1] - 60


def test_its_table_says_the_same():
    table = sample.agendas().table()
    assert [column.title for column in table.columns[2:]] == [
        agenda.title for agenda in sample.agendas().agendas
    ]
    assert table.rows[0][3] == "Hostilities, then everything else"
    assert table.rows[1][:3] == ("Completes", "", sample.share(0.97))
    assert table.rows[2] == ("Refused by", "Russian Federation", None, sample.share(0.23), None)
    assert table.rows[3][:2] == ("", "Ukraine")
    assert table.rows[5] == (
        *("Alliance membership", "accession"),
        *map(sample.share, (0.1, 0.3, 0.1)),
    )
    assert table.rows[6][:2] == ("", "open door")
    assert len(table.rows) == 2 + 3 + 11


def test_shares_and_options_go_together():
    with pytest.raises(ValueError, match="'a': shares do not fit the options"):
        grid(agenda("a", 1.0))


names = st.one_of(st.text(alphabet="aeimnrst ", max_size=90), st.sampled_from(hostile.ATTACKS))
some_share = st.one_of(st.floats(0, 1).map(share), st.sampled_from([NEVER, ALWAYS]))


@st.composite
def grids(draw: st.DrawFn) -> AgendaGrid:
    options = draw(st.lists(st.lists(names, max_size=5), max_size=12))

    def shares(count: int) -> tuple[Share, ...]:
        weights = [draw(st.sampled_from([0.0, 0.001, 0.2, 1.0])) for _ in range(count)]
        whole = sum(weights) + draw(st.sampled_from([0.0, 0.3, 2.0]))
        return tuple(share(w / whole if whole else 0.0) for w in weights)

    def agendas() -> Agenda:
        return Agenda(
            title=draw(names),
            bundles=tuple(draw(st.lists(names, max_size=4))),
            completes=draw(some_share),
            refuses=tuple(draw(st.lists(st.tuples(names, some_share), max_size=6))),
            shares=tuple(shares(len(one)) for one in options),
        )

    return AgendaGrid(
        title="t",
        description="d",
        issues=tuple(Settled(label=draw(names), options=tuple(one)) for one in options),
        agendas=tuple(agendas() for _ in range(draw(st.integers(0, 6)))),
    )


@settings(max_examples=60)
@given(grids(), st.sampled_from(WIDTHS))
def test_nothing_leaves_the_drawing_and_no_words_touch(picture, width):
    root = root_of(picture, width=width)
    assert sticking_out(root) == []
    assert touching(words(root)) == []
    for part in root.iter(f"{SVG}text"):
        assert 12 <= float(part.get("font-size", "12.5")) <= 13


@given(grids())
def test_the_table_has_a_row_for_every_option(picture):
    n_options = sum(len(issue.options) for issue in picture.issues)
    refusing = {who for agenda in picture.agendas for who, _ in agenda.refuses}
    expected = 2 + len(refusing) + n_options if picture.agendas else 0
    assert len(picture.table().rows) == expected
