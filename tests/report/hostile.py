"""Names that try to become something else, and the sections, tables and pictures that hold them."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from detente.report.pictures.agendas import Agenda, AgendaGrid, Settled
from detente.report.pictures.gains import GainBars, GainRow
from detente.report.pictures.gates import Course, Deadline, Gate, Stage, Standing
from detente.report.pictures.lanes import Lanes
from detente.report.pictures.ranges import Range, RangeBars, RangeRow
from detente.report.pictures.scatter import Scatter, Series
from detente.report.pictures.shares import ShareBars, ShareRow
from detente.report.pictures.tornado import Tornado, TornadoRow
from detente.table import Column, Picture, Section, Sentence, Share, Table

ATTACKS = (
    "<script>alert(1)</script>",
    "]]>",
    "</svg><script>alert(1)</script>",
    "</title></style></textarea><img src=x onerror=alert(1)>",
    "\" onload=alert(1) x='",
    "&lt;b&gt; &#60;b&#62; &amp;",
    "-->",
    "{{ 7*7 }} {% raw %}",
    "safe\u202ename\u2066\u200f",
    "\x1b[31mred\x1b]0;title\x07",
    "=cmd|' /C calc'!A0",
    "\t=1+1",
    "@SUM(1)",
    "-2+3",
    "\uff1d1+1",
    "a|b\n# c\n- d `e` **f** [g](https://h.example)",
    "北京市 ﷽ e\u0301\u0301",
    "\x00\ufffe\u2028\u0085",
    "",
    " ",
)
names = st.one_of(st.sampled_from(ATTACKS), st.text(max_size=40))


def table(name: str) -> Table:
    return Table(
        title=name,
        columns=(
            Column(key=name, title=name),
            Column(key="number", title=name, align="right", signed=True),
            Column(key="share", title="share", align="right"),
        ),
        rows=((name, Fraction(5, 2), Share(value=0.72)), (name, -3, None)),
        tones={(0, 0): "bad", (1, 1): "warn"},
        strong=frozenset({1}),
        note=name,
    )


def pictures(name: str) -> tuple[Picture, ...]:
    half = Share(value=0.5, error=0.01)
    middle = Range(low=1, central=2, high=3)
    less = Standing(going_on=1.0, walking_away=2.0, leaves=half)
    return (
        Scatter(
            title=name,
            description=name,
            x_title=name,
            y_title=name,
            x_no_deal=2,
            y_no_deal=3,
            series=(
                Series(name=name, role="background", points=((1, 2), (3, 4))),
                Series(name=name, role="solution", points=((2, 2), (2, 2)), names=(name, "b")),
                Series(name="p", role="proposal", points=((4, 1),), names=(name,)),
            ),
        ),
        ShareBars(
            title=name,
            description=name,
            parties=(name, name),
            rows=(ShareRow(label=name, shares=(half, None), together=half),),
        ),
        GainBars(
            title=name,
            description=name,
            rows=(GainRow(label=name, value=-2, detail=name),),
            total=GainRow(label=name, value=0),
        ),
        RangeBars(
            title=name,
            description=name,
            rows=(RangeRow(label=name, value=middle, no_deal=middle),),
        ),
        Tornado(
            title=name,
            description=name,
            stands=0.5,
            rows=(TornadoRow(label=name, detail=name, low=0.2, high=0.5, sourced=False),),
        ),
        Lanes(
            title=name,
            description=name,
            course=Course(
                parties=(name, name),
                gates=(Gate(label=name, standings=(less, less)),) * 2,
                stages=(Stage(items=(name, name), takes=name, inside=(less, None)),),
                deadline=Deadline(label=name, at=0.5),
            ),
        ),
        AgendaGrid(
            title=name,
            description=name,
            issues=(Settled(label=name, options=(name, name)),),
            agendas=(
                Agenda(
                    title=name,
                    bundles=(name, name),
                    completes=half,
                    refuses=((name, half),),
                    shares=((half, half),),
                ),
            )
            * 2,
        ),
    )


def section(name: str, *, with_pictures: bool = False) -> Section:
    return Section(
        key=name,
        title=name,
        lead=(Sentence(text=name, tone="bad", source=name), Sentence(text=name)),
        points=(Sentence(text=name, tone="good"), Sentence(text=name, source=name)),
        tables=(table(name),),
        pictures=pictures(name) if with_pictures else (),
        parts=(Section(key=name, title=name), Section(key=name, title=name)),
    )
