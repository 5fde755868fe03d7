"""SVG as a tree of elements, so that text can never become markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from detente.report.palette import Colours, Mark, Theme
from detente.report.wording import shown

FONT = "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
TEXT = 12.5
"""Size of text in pictures, in pixels at the width drawn."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Element:
    """One SVG element; children are elements or text, and text is always escaped."""

    name: str
    attributes: tuple[tuple[str, str], ...]
    children: tuple[Element | str, ...]

    def markup(self) -> str:
        """Return the element as XML."""
        opening = "".join(f' {name}="{escaped(value)}"' for name, value in self.attributes)
        inner = "".join(
            escaped(child) if isinstance(child, str) else child.markup() for child in self.children
        )
        if not inner:
            return f"<{self.name}{opening}/>"
        return f"<{self.name}{opening}>{inner}</{self.name}>"


def escaped(text: str) -> str:
    """Return ``text`` as XML character data, good in attributes too."""
    return shown(text).translate(_ESCAPES)


def element(name: str, *children: Element | str, **attributes: Value) -> Element:
    """Return an element; ``stroke_width=2`` becomes ``stroke-width="2"``, None is left out."""
    pairs = tuple(
        (key.rstrip("_").replace("_", "-"), value if isinstance(value, str) else coordinate(value))
        for key, value in attributes.items()
        if value is not None
    )
    return Element(name, pairs, children)


def coordinate(number: float) -> str:
    """Return a length to a tenth of a pixel, in the fewest characters.

    Examples
    --------
    >>> coordinate(3.04), coordinate(-0.01), coordinate(12.25)
    ('3', '0', '12.2')
    """
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def label(  # noqa: PLR0913 - one argument for each way in which labels differ
    x: float,
    y: float,
    text: str,
    *,
    fill: str,
    anchor: Literal["start", "middle", "end"] = "start",
    weight: int | None = None,
    size: float | None = None,
    halo: str | None = None,
    full: str = "",
) -> Element:
    """Return one line of text with its baseline at ``y``.

    halo : colour of a rim that keeps the text legible over points
    full : the whole text when ``text`` was cut; shown on hover
    """
    children: list[Element | str] = [text]
    if full and full != text:
        children.append(element("title", full))
    return element(
        "text",
        *children,
        x=x,
        y=y,
        fill=fill,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=weight,
        font_size=size,
        unicode_bidi="isolate",
        paint_order="stroke" if halo else None,
        stroke=halo,
        stroke_width=3.5 if halo else None,
        stroke_linejoin="round" if halo else None,
    )


def rule(  # noqa: PLR0913 - two points and a pen
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    *,
    stroke: str,
    width: float = 1,
    dash: str | None = None,
) -> Element:
    """Return a straight line."""
    return element(
        "path",
        d=f"M{coordinate(x1)} {coordinate(y1)}L{coordinate(x2)} {coordinate(y2)}",
        stroke=stroke,
        stroke_width=width,
        stroke_dasharray=dash or None,
        fill="none",
    )


def bar(x1: float, x2: float, y: float, *, height: float, fill: str) -> Element:
    """Return a horizontal bar centred on ``y``, at least a hair wide."""
    left, right = min(x1, x2), max(x1, x2)
    return element(
        "rect", x=left, y=y - height / 2, width=max(right - left, 1), height=height, fill=fill
    )


def mark(  # noqa: PLR0913 - a place, a shape and a pen
    shape: Mark,
    x: float,
    y: float,
    *,
    radius: float,
    fill: str,
    stroke: str,
    title: str = "",
) -> Element:
    """Return a mark of the given shape around a point; ``title`` is shown on hover."""
    children = (element("title", title),) if title else ()
    pen: dict[str, Value] = {
        "fill": fill,
        "stroke": stroke,
        "stroke_width": 1.8,
        "stroke_linejoin": "round",
    }
    if shape == "circle":
        return element("circle", *children, cx=x, cy=y, r=radius, **pen)
    path = "M" + "L".join(
        f"{coordinate(x + radius * dx)} {coordinate(y + radius * dy)}" for dx, dy in SHAPES[shape]
    )
    return element("path", *children, d=f"{path}Z", **pen)


SHAPES: dict[Mark, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "triangle": ((0, -1.2), (1.15, 0.9), (-1.15, 0.9)),
    "wedge": ((0, 1.2), (1.15, -0.9), (-1.15, -0.9)),
    "pentagon": ((0, -1.2), (1.14, -0.37), (0.7, 0.97), (-0.7, 0.97), (-1.14, -0.37)),
    "plus": (
        *((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)),
        *((0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
    ),
    "cross": (
        *((0, -0.5), (0.7, -1.2), (1.2, -0.7), (0.5, 0), (1.2, 0.7), (0.7, 1.2)),
        *((0, 0.5), (-0.7, 1.2), (-1.2, 0.7), (-0.5, 0), (-1.2, -0.7), (-0.7, -1.2)),
    ),
}
"""Corners of each mark around the origin, for radius 1; chosen to look equally large."""


def drawing(
    *,
    title: str,
    description: str,
    width: float,
    height: float,
    theme: Theme,
    body: Iterable[Element],
) -> str:
    """Return a whole SVG document of exactly ``width`` by ``height`` pixels."""
    colours = Colours(theme=theme)
    ground = () if theme == "page" else (_ground(width, height, colours),)
    root = element(
        "svg",
        element("title", title),
        element("desc", description),
        *ground,
        *body,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {coordinate(width)} {coordinate(height)}",
        role="img",
        font_family=FONT,
        font_size=TEXT,
    )
    return root.markup()


def _ground(width: float, height: float, colours: Colours) -> Element:
    return element("rect", width=width, height=height, fill=colours.named("surface"))
