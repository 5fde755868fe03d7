"""How far a party accepts the more it believes each pressure, as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from detente.pressure import Pressure
from detente.price import Price
from detente.report.pictures.credibility import Believed, CredibilityLine, CredibilityLines

_STEPS = 50
"""Points of a line between no belief and full belief, beside those where a verdict changes."""


def belief_picture(price: Price, pressures: Sequence[Pressure], name: str) -> CredibilityLines:
    """Return the share of readings in which a party accepts ``name``, by credibility."""
    label = price.party.label
    return CredibilityLines(
        title=f"In how many readings {label} accepts {name}, by credibility",
        description=f"For each pressure on {label} the share of the readings in which it accepts "
        f"{name}, from no belief in the pressure to full belief. Where the shift is a range, the "
        "band reaches from its least to its most favourable end; the stated credibility is shaded.",
        lines=tuple(_line(price, pressure) for pressure in pressures),
    )


def _line(price: Price, pressure: Pressure) -> CredibilityLine:
    believed = pressure.entry.credibility
    low, high = believed.low or Fraction(0), believed.high or Fraction(0)
    jumps = [price.turning(whole) for whole in (pressure.full.least, pressure.full.most)]
    beside = (Fraction(-1, 1000), Fraction(0), Fraction(1, 1000))
    edges = {jump.credibility + step for jump in jumps if jump is not None for step in beside}
    even = {Fraction(k, _STEPS) for k in range(_STEPS + 1)}
    at = sorted(c for c in {*even, *edges, low, high} if 0 <= c <= 1)
    least = _curve(price, [c * pressure.full.least for c in at])
    most = _curve(price, [c * pressure.full.most for c in at])
    return CredibilityLine(
        label=pressure.entry.label,
        points=tuple(
            Believed(credibility=float(c), least=worse, most=better)
            for c, worse, better in zip(at, least, most, strict=True)
        ),
        stated=(float(low), float(high)),
    )


def _curve(price: Price, falls: Sequence[Fraction]) -> list[float]:
    """Return the share after each fall; 0 or 1 where that is proved."""
    if price.shortfalls is None:
        return []
    proved = {"every": 1.0, "none": 0.0}
    counted = price.shortfalls.shares(falls)
    return [
        proved.get(price.kind(fall), float(share))
        for fall, share in zip(falls, counted, strict=True)
    ]
