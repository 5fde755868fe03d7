"""Measure Detente beside its peers and write the page of the documentation.

Run ``python -m benchmarks.peers`` from the root of the repository.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.peers.environment import interpreter_of
from benchmarks.peers.measuring import measured
from benchmarks.peers.page import page
from benchmarks.peers.process import LIMIT, ROOT
from benchmarks.written import tell

PAGE = ROOT / "docs" / "reference" / "benchmarks-peers.md"


def main(arguments: list[str] | None = None) -> int:
    """Measure; the status is 1 when an answer of Detente was missing or wrong."""
    chosen = _parser().parse_args(arguments)
    report = measured(
        interpreter_of(chosen.venv),
        quick=chosen.quick,
        limit=chosen.limit,
        domains=chosen.domains,
    )
    text = page(report)
    place = chosen.page or (None if chosen.quick else PAGE)
    if place is None:
        sys.stdout.write(text)
    else:
        place.write_text(text, encoding="utf-8")
        tell(f"{place} is written")
    return 0 if report.sound else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers")
    parser.add_argument("--quick", action="store_true", help="small problems, printed")
    parser.add_argument(
        "--venv",
        type=Path,
        metavar="PATH",
        help="an environment that has the peers; when not given one is made in .venv-peers",
    )
    parser.add_argument(
        "--domains", type=Path, metavar="PATH", help="a folder of published domains to open"
    )
    parser.add_argument(
        "--limit",
        type=float,
        default=LIMIT,
        metavar="SECONDS",
        help=f"processor seconds after which a side is stopped; {LIMIT:g} when not given",
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the page here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
