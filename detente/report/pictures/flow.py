"""A conflict as a flow: states as circles, improving moves as arrows, rest in the last column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.report.palette import DASHES, Colours, Theme
from detente.report.pictures.flow_arrows import HEAD, Circle, routed
from detente.report.pictures.flow_layout import Grid, places
from detente.report.pictures.scales import cut, text_width, wrapped
from detente.report.pictures.svg import Element, coordinate, drawing, element, label
from detente.report.wording import shown
from detente.table import Column, Table

NARROW = 480
"""Widths up to this are a phone's: arrows lead downwards, rest is in the last row."""

MOST_STATES = 40
"""States that one picture can hold; of larger conflicts a part is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowState:
    """One state.

    id : its number, or a short name, as it stands in the circle
    label : what holds in it, in words; shown on hover and in the table
    before : how many columns it stands before the last; 0 for a stable state
    stable : whether the conflict can rest there
    """

    id: str
    label: str
    before: int
    stable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowArrow:
    """An improving move.

    mover : position of the party in ``movers``; origin, target : positions of states
    """

    mover: int
    origin: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The improving moves of a conflict, or of a part of it.

    movers : all parties that can move, so that each keeps its colour from picture to picture
    start : the state where the conflict stands, or the proposal, by position; None for neither
    start_title : what the start is, such as ``the proposal``
    rests : what is said of a stable state, such as ``stable: nobody gains by leaving``
    part : what is said where this is only a part, such as ``24 of 4,096 states are shown: ...``
    """

    title: str
    description: str
    movers: tuple[str, ...]
    states: tuple[FlowState, ...]
    arrows: tuple[FlowArrow, ...]
    start: int | None = None
    start_title: str = "where the conflict stands"
    rests: str = "stable"
    part: str = ""

    def __post_init__(self) -> None:
        if len(self.states) > MOST_STATES:
            message = f"{len(self.states)} states, more than {MOST_STATES}"
            raise ValueError(message)
        for arrow in self.arrows:
            if not (0 <= arrow.mover < len(self.movers) and self._within(arrow)):
                message = f"{arrow} joins states or names a mover that there are not"
                raise ValueError(message)
        if self.start is not None and not 0 <= self.start < len(self.states):
            message = f"the start {self.start} is none of {len(self.states)} states"
            raise ValueError(message)

    def _within(self, arrow: FlowArrow) -> bool:
        ends = {arrow.origin, arrow.target}
        return len(ends) == 2 and ends <= set(range(len(self.states)))

    def to_svg(self, *, width: int = 760, theme: Theme = "page", apart: bool = False) -> str:
        """Return the drawing: columns from left to right, or row under row on a phone.

        apart : every arrow is an element of its own, named in ``data-from``, ``data-to`` and
            ``data-mover``, and every state in ``data-state``, so that a page can light up some
        """
        plan = _plan(self, width=width, colours=Colours(theme=theme))
        body = [*_arrows(plan, apart=apart), *_circles(plan, apart=apart), *_start(plan)]
        legend, bottom = _legend(plan, top=plan.bottom)
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=bottom,
            theme=theme,
            body=[*body, *legend],
        )

    def table(self) -> Table:
        """Return one row for each state: what holds in it, and the moves that lead on from it."""
        rows = []
        for place, state in enumerate(self.states):
            moves: dict[str, list[str]] = {}
            for arrow in self.arrows:
                if arrow.origin == place:
                    to = self.states[arrow.target].id
                    moves.setdefault(self.movers[arrow.mover], []).append(to)
            told = "; ".join(f"{mover}: {', '.join(to)}" for mover, to in moves.items())
            start = f" ({self.start_title})" if place == self.start else ""
            rows.append((state.id, f"{state.label}{start}", "yes" if state.stable else "no", told))
        return Table(
            title=self.title,
            columns=(
                Column(key="state", title="State"),
                Column(key="holds", title="What holds"),
                Column(key="stable", title="Stable"),
                Column(key="moves", title="Moves that their party gains by"),
            ),
            rows=tuple(rows),
            note=self.part,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A flow, and where its circles stand."""

    flow: Flow
    circles: tuple[Circle, ...]
    radius: float
    down: bool
    width: float
    bottom: float
    colours: Colours


_SMALL, _BOLD = 12.0, 650
_LEAST_RADIUS, _MOST_RADIUS = 13.0, 24.0
_RING = 4.0
"""How far the second ring of a stable state is from the first."""
_MARK = 6.5
_MARGIN = 16.0
_LINE, _SIGN, _SWATCH, _APART = 19.0, 25.0, 36.0, 18.0
_SAFE = 0.94
"""How much of the width words take at the most, since widths of text are estimates."""
_WIDEST, _DOWN = 72.0, 84.0
"""From one circle to the next across a phone at the most, and from row to row."""
_APART_MOST = 170.0
"""From one column to the next at the most."""
_TALLEST = 12
_TIGHT = 8
"""So many circles in one column stand closer together."""


def _plan(flow: Flow, *, width: float, colours: Colours) -> _Plan:
    widest = max((text_width(s.id, size=_SMALL, bold=True) for s in flow.states), default=0)
    radius = min(max(widest / 2 + 4, _LEAST_RADIUS), _MOST_RADIUS)
    edge = radius + _RING + _MARGIN
    heights = [state.before for state in flow.states]
    counts = [heights.count(height) for height in set(heights)]
    room, closest = width - 2 * edge, 2 * radius + 18
    n_columns = sum(-(-count // _TALLEST) for count in counts)
    down = width <= NARROW or (n_columns - 1) * closest > room
    fullest = max(counts, default=1)
    if down:
        grid = Grid(
            most=max(int(room // closest) + 1, 1),
            step=min(max(room / max(fullest - 1, 1), closest), _WIDEST),
            beside=closest,
            length=_DOWN * len(flow.states),
            widest=_DOWN,
        )
    else:
        step = closest + (14 if fullest <= _TIGHT else 2)
        grid = Grid(most=_TALLEST, step=step, beside=closest, length=room, widest=_APART_MOST)
    pairs = [(arrow.origin, arrow.target) for arrow in flow.arrows]
    at = places(heights, pairs, grid)
    if down:
        at = [(y, x) for x, y in at]
    across = max((x for x, _ in at), default=0) - min((x for x, _ in at), default=0)
    left = (width - across) / 2 - min((x for x, _ in at), default=0)
    top = edge - min((y for _, y in at), default=0)
    circles = tuple(
        Circle(x=x + left, y=y + top, radius=radius + (_RING if state.stable else 0))
        for (x, y), state in zip(at, flow.states, strict=True)
    )
    bottom = max((circle.y for circle in circles), default=0) + edge
    return _Plan(
        flow=flow,
        circles=circles,
        radius=radius,
        down=down,
        width=width,
        bottom=bottom,
        colours=colours,
    )


def _arrows(plan: _Plan, *, apart: bool) -> Iterator[Element]:
    """Return the arrows of each mover as one line and one set of heads, or each by itself."""
    flow = plan.flow
    pairs = [(arrow.origin, arrow.target) for arrow in flow.arrows]
    marks = [] if flow.start is None else [_mark_at(plan, plan.circles[flow.start])]
    frame = (3.0, 3.0, plan.width - 3, plan.bottom - 6)
    drawn = routed(plan.circles, pairs, marks=marks, frame=frame)
    if apart:
        for line, arrow in zip(drawn, flow.arrows, strict=True):
            ends = {
                "data-from": flow.states[arrow.origin].id,
                "data-to": flow.states[arrow.target].id,
                "data-mover": str(arrow.mover),
            }
            title = shown(flow.movers[arrow.mover])
            yield _pen(plan, arrow.mover, line.shaft, line.head, title=title, **ends)
        return
    for mover, name in enumerate(flow.movers):
        own = [line for line, arrow in zip(drawn, flow.arrows, strict=True) if arrow.mover == mover]
        if own:
            yield _pen(
                plan,
                mover,
                "".join(line.shaft for line in own),
                "".join(line.head for line in own),
                title=shown(name),
            )


def _pen(
    plan: _Plan, mover: int, shafts: str, heads: str, *, title: str = "", **named: str
) -> Element:
    """Return lines and heads in the colour and the dashes of a mover."""
    colour = plan.colours.party(mover, count=len(plan.flow.movers))
    return element(
        "g",
        *([element("title", title)] if title else []),
        element("path", d=shafts, stroke_dasharray=DASHES[mover % len(DASHES)] or None),
        element("path", d=heads, fill=colour, stroke="none"),
        stroke=colour,
        stroke_width=1.6,
        fill="none",
        **named,
    )


def _circles(plan: _Plan, *, apart: bool) -> Iterator[Element]:
    for state, circle in zip(plan.flow.states, plan.circles, strict=True):
        yield _circle(plan, state, circle, named=state.id if apart else None)


def _circle(plan: _Plan, state: FlowState, circle: Circle, *, named: str | None) -> Element:
    """Return a state: its number in a circle, filled and with a second ring where it is stable."""
    ink, surface = plan.colours.named("ink"), plan.colours.named("surface")
    x, y = circle.x, circle.y
    text = cut(shown(state.id), 2 * plan.radius - 4, size=_SMALL, bold=True)
    told = f"{shown(state.id)}: {shown(state.label)}" if state.label else shown(state.id)
    return element(
        "g",
        element("title", told),
        *_rings(plan, x, y, radius=plan.radius, stable=state.stable),
        label(
            x,
            y + 4.3,
            text,
            fill=surface if state.stable else ink,
            anchor="middle",
            weight=_BOLD,
            size=_SMALL,
        ),
        data_state=named,
    )


def _rings(plan: _Plan, x: float, y: float, *, radius: float, stable: bool) -> Iterator[Element]:
    ink, surface = plan.colours.named("ink"), plan.colours.named("surface")
    if stable:
        yield element("circle", cx=x, cy=y, r=radius + _RING, fill=surface, stroke=ink)
        yield element("circle", cx=x, cy=y, r=radius, fill=ink)
    else:
        control = plan.colours.named("control")
        yield element(
            "circle", cx=x, cy=y, r=radius, fill=surface, stroke=control, stroke_width=1.5
        )


def _mark_at(plan: _Plan, circle: Circle) -> Circle:
    """Return where the mark of the start stands: above its circle, or left of it on a phone."""
    away = circle.radius + _MARK + 1
    x, y = (circle.x - away, circle.y) if plan.down else (circle.x, circle.y - away)
    return Circle(x=x, y=y, radius=_MARK)


def _start(plan: _Plan) -> Iterator[Element]:
    if plan.flow.start is not None:
        mark = _mark_at(plan, plan.circles[plan.flow.start])
        yield _wedge(plan, mark.x, mark.y, right=plan.down)


def _wedge(plan: _Plan, x: float, y: float, *, right: bool) -> Element:
    """Return a filled triangle that points right or down."""
    corners = ((-_MARK, -_MARK), (_MARK, -_MARK), (0.0, _MARK * 0.8))
    if right:
        corners = ((-_MARK, -_MARK), (-_MARK, _MARK), (_MARK * 0.8, 0.0))
    path = "L".join(f"{coordinate(x + dx)} {coordinate(y + dy)}" for dx, dy in corners)
    return element("path", d=f"M{path}Z", fill=plan.colours.named("accent"))


def _legend(plan: _Plan, *, top: float) -> tuple[list[Element], float]:
    """Return what the marks mean, in words, and where the drawing ends."""
    flow, colours = plan.flow, plan.colours
    muted = colours.named("muted")
    movers = sorted({arrow.mover for arrow in flow.arrows})
    entries = [("rests", flow.rests)] if any(s.stable for s in flow.states) else []
    entries += [("start", flow.start_title)] if flow.start is not None else []
    entries += [(str(mover), flow.movers[mover]) for mover in movers]
    result: list[Element] = []
    x, y = 1.0, top + 10
    for key, words in entries:
        swatch = _SWATCH if key.isdigit() else _SIGN
        text = cut(shown(words), plan.width * _SAFE - swatch, size=_SMALL)
        needed = swatch + text_width(text, size=_SMALL)
        if x > 1 and x + needed > plan.width:
            x, y = 1.0, y + _LINE
        result += _swatch(plan, key, x, y - 4)
        result.append(label(x + swatch, y, text, fill=muted, size=_SMALL, full=shown(words)))
        x += needed + _APART
    lines = wrapped(shown(flow.part), plan.width * _SAFE, size=_SMALL, lines=6)
    for place, line in enumerate(lines):
        if line:
            y += _LINE - 2 if place else _LINE + 4 if result else 0
            result.append(label(0, y, line, fill=muted, size=_SMALL))
    return result, y + 8


def _swatch(plan: _Plan, key: str, x: float, y: float) -> Sequence[Element]:
    if key == "rests":
        return list(_rings(plan, x + 9, y, radius=4, stable=True))
    if key == "start":
        return [_wedge(plan, x + 8, y, right=plan.down)]
    end = x + 29
    shaft = f"M{coordinate(x)} {coordinate(y)}L{coordinate(end - HEAD + 1)} {coordinate(y)}"
    head = f"M{coordinate(end)} {coordinate(y)}l{-HEAD} -3.4 0 6.8z"
    return [_pen(plan, int(key), shaft, head)]
