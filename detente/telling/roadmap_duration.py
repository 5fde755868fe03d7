"""How it is told that the best order depends on how long an effect lasts, where nobody says so."""

from __future__ import annotations

from collections.abc import Iterator

from detente.blocks.walk_away import Lasts, Shift
from detente.prose import capital, listed
from detente.reliance import inputs_of
from detente.roadmaps import Roadmaps
from detente.table import Sentence
from detente.telling.order import entry_text
from detente.telling.stages import LASTING, is_exact, order_text, short


def duration_of(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say which effects state no duration, and what the best order is for each."""
    if roadmaps.told is None:
        return
    start = (
        f"How long an effect on leaving lasts is not said in the case ({_unstated(roadmaps)}); the "
        "figures here take it to last until everything is in force."
    )
    alike = roadmaps.alike
    if alike is None:
        text = f"Which order is best depends on it, so ask: {_listing(roadmaps)}."
        yield Sentence(text=f"{start} {text}", tone="warn")
        return
    words = order_text(roadmaps.implementation, roadmaps.shown[alike].stages)
    held = "it" if is_exact(roadmaps.implementation) else "it holds in"
    shares = [f"{_share(roadmaps, alike, d)} where it {LASTING[d]}" for d in LASTING]
    text = f"However long, no order does visibly better than {words}: {held} {listed(shares)}."
    yield Sentence(text=f"{start} {text}")


def duration_short(roadmaps: Roadmaps) -> Iterator[Sentence]:
    """Say the same for the first page, where the best order depends on it."""
    if roadmaps.told is not None and roadmaps.alike is None:
        text = (
            "Which order is best depends on how long the effect on leaving lasts, which the case "
            f"does not say: {_listing(roadmaps)}."
        )
        yield Sentence(text=text, tone="warn")


def _unstated(roadmaps: Roadmaps) -> str:
    return "; ".join(
        entry.title or entry_text(roadmaps.implementation, entry)
        for entry in inputs_of(roadmaps.implementation)
        if isinstance(entry, Shift) and entry.lasts is None
    )


def _listing(roadmaps: Roadmaps) -> str:
    """Return the best order of each duration; those with the same order and share together."""
    found: dict[tuple[str, str], list[str]] = {}
    for lasts, lasting in LASTING.items():
        place = next(k for k, one in enumerate(roadmaps.shown) if lasts in one.best)
        words = order_text(roadmaps.implementation, roadmaps.shown[place].stages)
        share = f"{_share(roadmaps, place, lasts)}{_level(roadmaps, place, lasts)}"
        found.setdefault((words, share), []).append(lasting)
    return "; ".join(
        f"where it {' or '.join(lasting)}: {words} ({share})"
        for (words, share), lasting in found.items()
    )


def _level(roadmaps: Roadmaps, place: int, lasts: Lasts) -> str:
    """Say which orders that have a name are about as good as a best one that has none."""
    if roadmaps.shown[place].proposed is not None:
        return ""
    named = [
        one.proposed.label
        for k, one in enumerate(roadmaps.shown)
        if one.proposed is not None and k != place and roadmaps.level(k, lasts)
    ]
    return f"; about as good: {', '.join(map(capital, named))}" if named else ""


def _share(roadmaps: Roadmaps, place: int, lasts: Lasts) -> str:
    holds = roadmaps.outlooks[lasts].carried[place].holds
    if is_exact(roadmaps.implementation):
        return "holds" if holds.value else "breaks"
    return short(holds)
