"""Cases of talks worked out by hand, and the harbour with orders of talks."""

from __future__ import annotations

from dataclasses import replace

from detente.case import Case
from detente.catalog import load
from detente.formats import loads

KEPT = """\
detente: 1
title: What is settled stays settled
parties:
  a: A
  b: B
issues:
  x: {options: [x0, x1], status_quo: x0}
  y: {options: [y0, y1], status_quo: y0}
preferences:
  a:
    - scores:
        x: {x0: 0, x1: 6}
        y: {y0: 0, y1: 2}
    - no_deal: 5
  b:
    - scores:
        x: {x0: 0, x1: 3}
        y: {y0: 0, y1: 3}
    - no_deal: 0
walk_away:
  - {keeps: x, part: 1}
  - {keeps: y, part: 1}
agenda:
  orders: {x_first: x then y}
"""
"""All at once: (8, 6). After x1, A leaves with 5 + 6 rather than take 8: all ends at (11, 3).

So under "end" it never completes, and B would rather have all at once; set aside, x comes last.
"""

SHIFTED = """\
detente: 1
title: A shift that may spoil the second table
parties:
  a: A
  b: B
issues:
  x: {options: [x0, x1], status_quo: x0}
  y: {options: [y0, y1, y2], status_quo: y0}
preferences:
  a:
    - scores:
        x: {x0: 0, x1: 0}
        y: {y0: 0, y1: 20, y2: 8}
    - no_deal: 10
  b:
    - scores:
        x: {x0: 0, x1: 5}
        y: {y0: 0, y1: 5, y2: 15}
    - no_deal: 0
walk_away:
  - {keeps: x, part: 0}
  - {keeps: y, part: 0}
  - {shift: -4, on: a, after: x == x1, lasts: until completion, title: A is weaker}
agenda:
  after_failure: end
  orders: {x_first: x then y}
"""
"""After x1 and a shift of s, the gains are (10 + s, 10) at y1 and (s - 2, 20) at y2.

Up to s = 14 the product is larger at y1, which gives A 20; beyond, y2 gives it 8 and it refuses: at
3.5 times the stated shift of 4. With a chance p of the second table A has 20 p + 6 (1 - p),
below 10 for p under 2/7. All at once gives (20, 10).
"""

ON_HARBOUR = """\
detente: 1
title: Talks at the harbour
parties: {union: U, port: P}
issues:
  shifts: {options: [none, voluntary, required], status_quo: required}
  pay: {range: 0..8, step: 1, status_quo: 0}
  cranes: {options: [no, pilot, full], status_quo: no}
walk_away:
  - {keeps: pay, part: 0.5..1}
  - {shift: -12..-4, on: union, after: cranes != no, title: cranes without crews}
agenda:
  orders:
    cranes_first: cranes then rest
    one_by_one: {order: shifts then cranes then pay, title: One by one}
"""


def exact(text: str, **instead: str) -> Case:
    """Return one of these cases, with some words replaced by others."""
    for old, new in instead.items():
        text = text.replace(old.replace("_", " "), new)
    return loads(text)


def harbour(blocks: str = ON_HARBOUR) -> Case:
    """Return the harbour case with the blocks on talks that a text holds."""
    found = loads(blocks).blocks
    case = load("harbour")
    return replace(case, blocks={**case.blocks, **found})
