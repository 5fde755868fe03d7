"""How measurements become a page: all of them written to it, or small ones printed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Measured = TypeVar("Measured")


def tell(text: str) -> None:
    """Say how far the measuring is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def written(
    arguments: list[str] | None,
    measured: Callable[..., Measured],
    page: Callable[[Measured], str],
    *,
    name: str,
    small: str,
    path: Path,
) -> Measured:
    """Measure, and write the page at ``path``; with ``--quick`` measure little and print it.

    measured : takes ``quick``
    name : of the module that is run; small : what ``--quick`` measures
    """
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}")
    parser.add_argument("--quick", action="store_true", help=f"{small}, printed")
    quick = parser.parse_args(arguments).quick
    report = measured(quick=quick)
    text = page(report)
    if quick:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")
        tell(f"{path} is written")
    return report
