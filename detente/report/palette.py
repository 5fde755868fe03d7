"""Colours, mark shapes and dashes, for light and dark surfaces.

Party colours come from a search for the sets whose closest pair is furthest apart (OKLab, over
normal, protan, deutan and tritan vision, in both themes) among colours that stand out from the
surface by 3.1:1 or more. Colours picked by eye fail that test; change them only with the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Theme = Literal["page", "light", "dark"]
Mark = Literal["circle", "square", "diamond", "triangle", "cross", "plus", "pentagon", "wedge"]

PARTY_SETS: dict[int, dict[str, tuple[str, ...]]] = {
    4: {
        "light": ("#29719a", "#7e3300", "#a78725", "#21247e"),
        "dark": ("#82cbfb", "#af5d32", "#eac561", "#5e6fca"),
    },
    6: {
        "light": ("#4d1b1e", "#5c9ca1", "#545c80", "#a78725", "#21247e", "#894205"),
        "dark": ("#bc8f8e", "#a9f0f6", "#9dacf9", "#eac561", "#5e6fca", "#8c6a55"),
    },
    8: {
        "light": (
            *("#746f05", "#482132", "#6a8ef2", "#296563"),
            *("#8c975a", "#322a85", "#732b04", "#c85ca2"),
        ),
        "dark": (
            *("#bebc80", "#9e5975", "#7091e9", "#60d5d2"),
            *("#d8e79f", "#6567bd", "#d67247", "#af809c"),
        ),
    },
}
"""Party colours by the size of the set; beyond eight parties colours repeat, shapes do too."""

MARKS: tuple[Mark, ...] = (
    *("circle", "square", "diamond", "triangle"),
    *("cross", "plus", "pentagon", "wedge"),
)

DASHES: tuple[str, ...] = ("", "7 4", "2 3", "9 3 2 3", "5 2", "1 4", "10 5", "6 2 2 2 2 2")
"""Stroke dashes by party; the first is a solid line."""

NEUTRALS: dict[str, tuple[str, str]] = {
    "bg": ("#f6f7f9", "#14171c"),
    "surface": ("#ffffff", "#1c2027"),
    "sunk": ("#eef0f3", "#23282f"),
    "ink": ("#1a2028", "#e8eaee"),
    "muted": ("#525c69", "#a9b2bf"),
    "line": ("#d9dde3", "#343b46"),
    "control": ("#7b8694", "#7d8896"),
    "accent": ("#1f5fa8", "#7db3f0"),
    "good": ("#00706a", "#4cc3b5"),
    "good-tint": ("#e8f5f3", "#17312f"),
    "bad": ("#b3400e", "#ff9d66"),
    "bad-tint": ("#fdf1ea", "#36251b"),
    "warn": ("#6b5500", "#e3c566"),
    "warn-tint": ("#faf5e1", "#302a17"),
    "faint": ("#98a2b0", "#5b6675"),
    "gain": ("#29719a", "#82cbfb"),
    "loss": ("#a78725", "#eac561"),
}
"""Named colours as (light, dark). Meaning is teal and burnt orange, never green and red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The colours of one drawing, by name.

    In theme ``page`` a colour is a custom property of the page's style sheet, otherwise plain.
    """

    theme: Theme

    def named(self, name: str) -> str:
        """Return the colour called ``name`` in ``NEUTRALS``."""
        if self.theme == "page":
            return f"var(--{name})"
        return NEUTRALS[name][0 if self.theme == "light" else 1]

    def party(self, position: int, *, count: int) -> str:
        """Return the colour of the party at ``position`` among ``count``."""
        size = party_set(count)
        place = position % size
        if self.theme == "page":
            return f"var(--party-{size}-{place})"
        return PARTY_SETS[size][self.theme][place]


def party_set(count: int) -> int:
    """Return the size of the smallest set with a colour for each of ``count`` parties."""
    return next((size for size in PARTY_SETS if size >= count), max(PARTY_SETS))


def properties(theme: Literal["light", "dark"]) -> str:
    """Return the colours of a theme as CSS custom properties."""
    column = 0 if theme == "light" else 1
    pairs = [(name, colours[column]) for name, colours in NEUTRALS.items()]
    for size, themes in PARTY_SETS.items():
        pairs += [(f"party-{size}-{place}", c) for place, c in enumerate(themes[theme])]
    return ";".join(f"--{name}:{colour}" for name, colour in pairs)
