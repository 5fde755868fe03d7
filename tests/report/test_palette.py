"""Colours can be told apart, in both themes and by people who see fewer of them."""

from __future__ import annotations

import itertools
import math

import pytest

from detente.report.palette import DASHES, MARKS, NEUTRALS, PARTY_SETS, party_set

# Machado, Oliveira and Fernandes 2009, severity 1, on linear light.
VISIONS = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Ottosson 2020.
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
THEMES = ("light", "dark")


def times(matrix, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def linear(colour):
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def oklab(light):
    cones = times(TO_CONES, [min(max(part, 0), 1) for part in light])
    return times(TO_LAB, [math.cbrt(cone) for cone in cones])


def contrast(one, other):
    weights = ((0.2126, 0.7152, 0.0722),)
    bright = sorted(times(weights, linear(colour))[0] for colour in (one, other))
    return (bright[1] + 0.05) / (bright[0] + 0.05)


def named(name, theme):
    return NEUTRALS[name][THEMES.index(theme)]


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", PARTY_SETS)
def test_any_two_parties_differ(size, theme, vision):
    seen = [oklab(times(VISIONS[vision], linear(c))) for c in PARTY_SETS[size][theme]]
    assert len(seen) == size
    assert min(100 * math.dist(a, b) for a, b in itertools.combinations(seen, 2)) >= 10


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("size", PARTY_SETS)
def test_party_colours_stand_out_from_the_surface(size, theme):
    for colour in PARTY_SETS[size][theme]:
        assert contrast(colour, named("surface", theme)) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_legible(theme):
    grounds = {
        "ink": ("surface", "bg", "sunk", "good-tint", "bad-tint", "warn-tint"),
        "muted": ("surface", "bg", "sunk", "good-tint", "bad-tint", "warn-tint"),
        "accent": ("surface",),
        "good": ("surface", "good-tint"),
        "bad": ("surface", "bad-tint"),
        "warn": ("surface", "warn-tint"),
    }
    for name, places in grounds.items():
        for place in places:
            assert contrast(named(name, theme), named(place, theme)) >= 4.5, (name, place)


@pytest.mark.parametrize("theme", THEMES)
def test_bars_stand_out_from_the_surface(theme):
    for name in ("gain", "loss", "control"):
        assert contrast(named(name, theme), named("surface", theme)) >= 3


def test_every_party_has_its_own_shape_and_dash():
    assert len(set(MARKS)) == len(set(DASHES)) == 8


def test_the_smallest_set_with_enough_colours_is_used():
    assert [party_set(count) for count in (1, 4, 5, 6, 7, 8, 12)] == [4, 4, 6, 6, 8, 8, 8]
