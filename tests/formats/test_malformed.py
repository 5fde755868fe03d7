"""Malformed case files, each with the exact message that it must get.

Beside ``malformed/NAME.yaml`` lies ``NAME.txt``: what a person reads about it, every fault at once.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from detente.errors import CaseError
from detente.formats import load

FILES = sorted((Path(__file__).parent / "malformed").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_message_is_exact(file: Path) -> None:
    with pytest.raises(CaseError) as caught:
        load(file, name="talks.yaml")
    assert f"{caught.value}\n" == file.with_suffix(".txt").read_text(encoding="utf-8")


def test_there_are_many_malformed_files() -> None:
    assert len(FILES) >= 100
    assert len({file.read_bytes() for file in FILES}) == len(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_fault_says_where(file: Path) -> None:
    lines = len(file.read_bytes().splitlines())
    with pytest.raises(CaseError) as caught:
        load(file)
    assert all(1 <= fault.line <= max(lines, 1) for fault in caught.value.faults)
