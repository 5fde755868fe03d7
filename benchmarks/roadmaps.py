"""Measure searches for orders of a roadmap, and how they grow with the items.

Run ``python -m benchmarks.roadmaps`` from the root of the repository. It writes its page of the
documentation; ``--quick`` prints one of small roadmaps.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.machine import Machine, this_machine
from benchmarks.written import written
from detente.solvers.orderings import Precedence, orders_of
from detente.solvers.roadmap import gates_of
from detente.solvers.roadmap_labels import best_by_labels
from detente.solvers.roadmap_listing import list_orders
from detente.solvers.roadmap_sets import Least, best_by_sets
from detente.solvers.talks import Steps, Term
from detente.solvers.warming import warm
from detente.work import Work

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks-roadmaps.md"
UNIT = 10**9
"""Units to a point, as in cases."""
SECONDS = 50.0
"""What a search may take."""
SETS = ((8, 1), (12, 1), (16, 1), (20, 1), (8, 8), (12, 12), (16, 16), (20, 2), (20, 4))
PROSPECTS = ((6, 1), (8, 1), (10, 1), (12, 1), (8, 8), (10, 10), (12, 2))
LISTED = ((4, 200), (5, 200), (5, 2000), (6, 200))
SEEDS = range(5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One size measured.

    largest : items in a stage at most
    n_orders : how many self-enforcing orders there are in the first roadmap; None when not counted
    seconds : of each roadmap
    decided : in how many of them the answer was exact
    """

    n_items: int
    largest: int
    n_readings: int
    n_steps: int
    n_orders: int | None
    seconds: tuple[float, ...]
    decided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything measured."""

    machine: Machine
    listed: tuple[Row, ...]
    sets: tuple[Row, ...]
    prospects: tuple[Row, ...]


def main(arguments: list[str] | None = None) -> int:
    """Measure; ArithmeticError when an order does not need what was said of it."""
    written(arguments, measured, page, name="roadmaps", small="small roadmaps", path=PAGE)
    return 0


def roadmap(n_items: int, *, n_rows: int = 1, slow: bool = False, seed: int = 0) -> Steps:
    """Return a made-up roadmap with three signatories, worth little more than walking away at last.

    slow : with discounting of 1 to 7 % and a chance of 95 % that each stage is delivered
    """
    draw, parties = np.random.default_rng(seed), 3
    terms = [
        tuple(
            Term(places=(k,), sizes=(2,), amounts=np.stack([np.zeros_like(by), by], axis=1))
            for k, by in enumerate(draw.integers(-800, 801, (n_items, n_rows, parties)) * UNIT / 50)
        )
        for _ in range(2)
    ]
    end = np.sum([term.amounts[:, 1] for term in terms[0]], axis=0)
    return Steps(
        n_signatories=parties,
        final=np.maximum(end, 0.0) + draw.integers(-200, 300, (n_rows, parties)) * UNIT / 50,
        no_deal=np.zeros((n_rows, parties)),
        kept=terms[0],
        kept_at_end=end,
        meanwhile=terms[1],
        delivered_by=draw.random((n_items, parties)) < 0.4,
        takes=draw.choice([0.5, 1.0, 2.0], n_items),
        patience=np.array([0.98, 0.93, 0.99]) if slow else np.ones(parties),
        comes=np.full(n_rows, 0.95 if slow else 1.0),
        drift=np.zeros((n_rows, parties)),
    )


def measured(*, quick: bool) -> Report:
    """Measure every size, or the smallest."""
    warm()
    machine = this_machine()
    sizes = [kind[:1] if quick else kind for kind in (LISTED, SETS, PROSPECTS)]
    return Report(
        machine=machine,
        listed=tuple(_listed(n_items, n_rows) for n_items, n_rows in sizes[0]),
        sets=tuple(_searched(n, largest, slow=False) for n, largest in sizes[1]),
        prospects=tuple(_searched(n, largest, slow=True) for n, largest in sizes[2]),
    )


def _listed(n_items: int, n_rows: int) -> Row:
    steps = roadmap(n_items, n_rows=n_rows, slow=True)
    allowed = Precedence(n_items=n_items)
    begun = time.perf_counter()
    listing = list_orders(steps, orders_of(allowed, most=10**6)[0])
    return Row(
        n_items=n_items,
        largest=n_items,
        n_readings=n_rows,
        n_steps=len(listing.orders),
        n_orders=listing.largest.many[0],
        seconds=(time.perf_counter() - begun,),
        decided=1,
    )


def _searched(n_items: int, largest: int, *, slow: bool) -> Row:
    allowed = Precedence(n_items=n_items, largest=largest)
    seconds, found = [], []
    for seed in SEEDS if slow else SEEDS[:1]:
        steps = roadmap(n_items, slow=slow, seed=seed)
        work = Work(seconds=SECONDS)
        begun = time.perf_counter()
        least = (
            best_by_labels(steps, allowed, work=work)
            if slow
            else best_by_sets(steps, allowed, work=replace(work, seconds=None))
        )
        seconds.append(time.perf_counter() - begun)
        found.append(least)
        _check(steps, least)
    sys.stderr.write(f"{n_items} items, stages of {largest}: {max(seconds):.2f} s\n")
    return Row(
        n_items=n_items,
        largest=largest,
        n_readings=1,
        n_steps=allowed.n_steps(),
        n_orders=found[0].many[0],
        seconds=tuple(seconds),
        decided=sum(least.complete for least in found),
    )


def _check(steps: Steps, least: Least) -> None:
    """Work out the order that was found, gate by gate."""
    order = least.orders[0]
    if order is not None and gates_of(steps, order).missing.max() != least.least[0]:
        message = f"the order {order} needs something else than was said of it"
        raise ArithmeticError(message)


def page(report: Report) -> str:
    """Return the page."""
    machine = report.machine
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    return f"""\
# Orders of a roadmap, measured

Written by `python -m benchmarks.roadmaps`. Why these are the ways to search stands in
[the theory](../theory/roadmaps.md).

- On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}, on
  {machine.date}. {busy} (load {machine.load:.2f}).
- Made-up roadmaps with three signatories, no precedence, and a package that is worth little more
  than walking away at last. Precedence makes every search shorter.
- Seconds by the clock, in one process, compiled code loaded. Every order found was worked out
  again, gate by gate.

## Every order in every reading

With discounting.

| items | orders | readings | seconds |
| ---: | ---: | ---: | ---: |
{_lines(report.listed, _listed_line)}

## By what is in force

Without discounting and chance; one reading. A step is something in force and a next stage. In
this way self-enforcing orders are counted, too.

| items | items in a stage | steps | self-enforcing orders | seconds |
| ---: | ---: | ---: | ---: | ---: |
{_lines(report.sets, _sets_line)}

## By undominated prospects

With discounting of 1 to 7 % for a unit of time and a chance of 95 % that a stage is delivered; one
reading, {len(SEEDS)} roadmaps of each size. A search stops after {SECONDS:.0f} seconds, or leaves
prospects out where there are too many; its answer is then bounded.

| items | items in a stage | steps | median seconds | longest | exact |
| ---: | ---: | ---: | ---: | ---: | ---: |
{_lines(report.prospects, _prospects_line)}

{_growth(report)}
"""


def _lines(rows: Sequence[Row], line: Callable[[Row], str]) -> str:
    return "\n".join(line(row) for row in rows)


def _listed_line(row: Row) -> str:
    return f"| {row.n_items} | {row.n_steps:,} | {row.n_readings:,} | {row.seconds[0]:.2f} |"


def _sets_line(row: Row) -> str:
    return (
        f"| {row.n_items} | {row.largest} | {row.n_steps:,} | {row.n_orders:,} | "
        f"{row.seconds[0]:.2f} |"
    )


def _prospects_line(row: Row) -> str:
    return (
        f"| {row.n_items} | {row.largest} | {row.n_steps:,} | {np.median(row.seconds):.2f} | "
        f"{max(row.seconds):.2f} | {row.decided} of {len(row.seconds)} |"
    )


def _growth(report: Report) -> str:
    """Say by what an item more multiplies the time, over the sizes of one kind."""
    told = []
    for name, rows in (
        ("by what is in force, one item at a time", [r for r in report.sets if r.largest == 1]),
        (
            "by what is in force, in bundles of any size",
            [r for r in report.sets if r.largest == r.n_items],
        ),
        (
            "by undominated prospects, one item at a time",
            [r for r in report.prospects if r.largest == 1],
        ),
    ):
        if len(rows) > 1:
            first, last = rows[-2], rows[-1]
            ratio = np.median(last.seconds) / np.median(first.seconds)
            told.append(f"{name} {ratio ** (1 / (last.n_items - first.n_items)):.1f}")
    if not told:
        return "One size tells nothing of growth."
    return (
        "Between the two largest sizes an item more multiplies the time: " + "; ".join(told) + "."
    )


if __name__ == "__main__":
    sys.exit(main())
