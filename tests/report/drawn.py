"""What stands where in a drawing: the rectangles of its words, and which of them touch."""

from __future__ import annotations

import itertools
from xml.etree import ElementTree as ET

from detente.report.pictures.scales import text_width
from detente.table import Picture

SVG = "{http://www.w3.org/2000/svg}"
Word = tuple[str, float, float, float, float]


def root_of(picture: Picture, *, width: int = 760) -> ET.Element:
    return ET.fromstring(picture.to_svg(width=width))  # noqa: S314 - our own drawing


def words(root: ET.Element) -> list[Word]:
    """Return each text's words with left, right, top and bottom."""
    found = []
    for part in root.iter(f"{SVG}text"):
        size = float(part.get("font-size", "12.5"))
        bold = int(part.get("font-weight", "400")) >= 600
        wide = text_width(part.text or "", size=size, bold=bold)
        x, y = float(part.get("x", "")), float(part.get("y", ""))
        anchor = part.get("text-anchor", "start")
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        found.append((part.text or "", left, left + wide, y - size * 0.75, y + size * 0.2))
    return found


def touching(found: list[Word]) -> list[tuple[str, str]]:
    """Return the pairs of words that lie on each other."""
    return [
        (one[0], other[0])
        for one, other in itertools.combinations((word for word in found if word[0].strip()), 2)
        if min(one[2], other[2]) - max(one[1], other[1]) > 1
        and min(one[4], other[4]) - max(one[3], other[3]) > 1
    ]


def sticking_out(root: ET.Element) -> list[str]:
    """Return the words and boxes that leave the drawing."""
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    out = [
        text
        for text, left, right, top, bottom in words(root)
        if text.strip()
        and not (left >= -1 and right <= width + 1 and top >= 0 and bottom <= height)
    ]
    for part in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(part.get(key, "0")) for key in ("x", "y", "width", "height"))
        if x < -1 or x + w > width + 1 or y < 0 or y + h > height + 1:
            out.append(f"rect {x} {y} {w} {h}")
    return out
