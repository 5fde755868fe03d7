"""Measure the engine and write the results page of the documentation.

Run ``python -m benchmarks`` from the root of the repository; ``make bench`` does.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.curves import curves, no_tail
from benchmarks.machine import this_machine
from benchmarks.measure import measured
from benchmarks.page import PICTURE, Report, page
from benchmarks.picture import growth_svg
from benchmarks.targets import LISTINGS, TARGETS
from benchmarks.verification import verified

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks.md"
PARTS = (*dict.fromkeys(target.key for target in TARGETS), "T15", "listing", "growth", "tail")
VERIFIED, VERIFIED_QUICKLY = 2000, 200


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; the exit status is 1 when an answer was missing or wrong."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if unknown := sorted(set(chosen.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    parts = chosen.parts or PARTS
    quick = chosen.quick
    machine = this_machine()
    if machine.busy:
        _tell(f"warning: the machine is busy (load {machine.load:.2f}); times will be too long")

    targets = [
        target
        for target in TARGETS
        if target.key in parts and (target.quick or not quick or chosen.parts)
    ]
    report = Report(
        machine=machine,
        quick=quick,
        targets=tuple(
            measured(target, beside=chosen.beside, quick=quick, tell=_tell) for target in targets
        ),
        listings=tuple(
            measured(target, beside=chosen.beside, quick=quick, tell=_tell)
            for target in LISTINGS
            if "listing" in parts
        ),
        curves=curves(quick=quick, tell=_tell) if "growth" in parts else (),
        tail=no_tail(quick=quick, tell=_tell) if "tail" in parts else None,
        verified=verified(VERIFIED_QUICKLY if quick else VERIFIED, _tell)
        if "T15" in parts
        else None,
    )
    _write(report, chosen.page or (None if quick or chosen.parts else PAGE))
    return 0 if report.sound else 1


def _write(report: Report, place: Path | None) -> None:
    """Write page and picture, or print the page where it has no place."""
    text = page(report)
    if place is None:
        sys.stdout.write(text)
        return
    place.write_text(text, encoding="utf-8")
    if report.points:
        groups = [curve.group for curve in report.curves if curve.points]
        place.with_name(PICTURE).write_text(growth_svg(groups) + "\n", encoding="utf-8")
    _tell(f"{place} is written")


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the engine. Everything in full writes the page of the documentation; "
        "a part or a quick run is printed.",
    )
    parser.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help=f"what to measure: {', '.join(PARTS)}; everything when not given",
    )
    parser.add_argument("--quick", action="store_true", help="within three minutes or so")
    parser.add_argument(
        "--beside",
        default="",
        metavar="FILE",
        help="Python file of another implementation to time beside ours; see benchmarks/beside.py",
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
