"""What is timed: a question, and whoever answers it.

A side answers a question about a recipe in three steps, of which only the second is timed:
``prepare`` makes the input, ``solve`` works, ``answer`` says the result in a form in which two
sides can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

import numpy as np

from benchmarks.instances import Recipe

SAME_LOGARITHM = 1e-9
"""Products whose logarithms differ by less are taken to be the same."""

Agreement = Literal["equal", "better", "worse", "different"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A result, small enough to be handed from process to process.

    status : what the side itself says of its answer: ``exact``, ``bounded`` ...
    size : vectors of a frontier, otherwise readings or packages answered for
    digest : equal for equal sets of vectors and equal tables of counts
    amounts : what a solution maximises, exactly, the most important amount first
    logarithms : of amounts, where a side knows no more of them
    shortfall : by how much an approximation misses an exact vector at the most; never above
        ``tolerance`` when its guarantee holds
    """

    status: str
    size: int = 0
    digest: str = ""
    amounts: tuple[int, ...] = ()
    logarithms: tuple[float, ...] = ()
    shortfall: float = 0.0
    tolerance: float = 0.0


def _as_prepared(prepared: Any) -> Any:
    return prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """How one side answers one question; only ``solve`` is timed.

    begin : makes what ``solve`` takes of what was prepared, anew for each repeat
    """

    prepare: Callable[[Recipe], Any]
    solve: Callable[[Any], Any]
    answer: Callable[[Any, Any], Answer]
    begin: Callable[[Any], Any] = _as_prepared


Sides = Mapping[str, Side]
"""By question."""


def digest_of(rows: Any) -> str:
    """Return a name for a set of rows of whole numbers, whatever their order."""
    whole = np.asarray(rows).astype(np.int64)
    if not len(whole):
        return "none"
    ordered = np.ascontiguousarray(whole[np.lexsort(whole.T[::-1])])
    return sha256(ordered.tobytes()).hexdigest()


def agreement(ours: Sequence[Answer], others: Sequence[Answer]) -> Agreement:
    """Compare the answers of two sides to the same recipes, one after the other.

    ``better`` and ``worse`` say that our solutions reach more, or less, of what is maximised.
    """
    verdicts = {_compared(one, other) for one, other in zip(ours, others, strict=True)}
    ranked: tuple[Agreement, ...] = ("different", "worse", "better", "equal")
    return next((verdict for verdict in ranked if verdict in verdicts), "equal")


def _compared(one: Answer, other: Answer) -> Agreement:
    if one.tolerance or other.tolerance:
        held = one.shortfall <= one.tolerance and other.shortfall <= other.tolerance
        return "equal" if held else "different"
    if one.logarithms or other.logarithms:
        near = len(one.logarithms) == len(other.logarithms) and np.allclose(
            one.logarithms, other.logarithms, rtol=0, atol=SAME_LOGARITHM
        )
        return "equal" if near else "different"
    if one.amounts != other.amounts:
        return "better" if one.amounts > other.amounts else "worse"
    return "equal" if (one.digest, one.size) == (other.digest, other.size) else "different"
