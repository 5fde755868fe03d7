"""A bar as long as all readings, divided among options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detente.report.palette import Colours
from detente.report.pictures.svg import Element, element
from detente.report.wording import shown
from detente.table import Share

BETWEEN = 2
"""Pixels between two parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where the part of a bar for one option goes; ``strong`` sets it apart."""

    option: int
    x: float
    wide: float
    strong: bool


def divided(
    shares: Sequence[Share], order: Sequence[int], *, start: float, width: float, strong: int | None
) -> list[Part]:
    """Return the parts of a bar in a given order, without options that have no share.

    Every part can be seen; the widest makes room for those that would be too narrow.

    strong : the option whose part is set apart; None for none
    """
    picked = [option for option in order if shares[option].value > 0]
    whole = max(width - BETWEEN * (len(picked) - 1), 0)
    widths = [max(whole * min(shares[option].value, 1), 1) for option in picked]
    if sum(widths) > whole:
        widest = widths.index(max(widths))
        widths[widest] = max(widths[widest] - (sum(widths) - whole), 1)
    x, parts = start, []
    for option, wide in zip(picked, widths, strict=True):
        parts.append(Part(option=option, x=x, wide=wide, strong=option == strong))
        x += wide + BETWEEN
    return parts


def part_box(part: Part, text: str, *, y: float, height: float, colours: Colours) -> Element:
    """Return the box of one part, with ``text`` shown on hover."""
    pen = 0.0 if part.strong else min(part.wide / 2, 1.0)
    return element(
        "rect",
        element("title", text),
        x=part.x + pen / 2,
        y=y + pen / 2,
        width=part.wide - pen,
        height=height - pen,
        fill=colours.named("accent" if part.strong else "sunk"),
        stroke=None if part.strong else colours.named("control"),
        stroke_width=pen or None,
    )


def often(share: Share) -> str:
    """Return a share beside the name of an option, which may itself be ``none``."""
    return "always" if share.certain and share.value == 1 else str(share)


def said(option: str, share: Share) -> str:
    """Return an option and its share, as shown on hover."""
    return f"{shown(option)}: {often(share)}"
