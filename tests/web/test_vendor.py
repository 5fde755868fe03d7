"""Files that other projects made: pinned, with their licences, and nothing beside them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "detente" / "web" / "static" / "vendor"
LOCK = json.loads((VENDOR / "lock.json").read_text("utf-8"))


def test_every_file_is_locked() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there - {"lock.json"} == set(LOCK)


@pytest.mark.parametrize("name", LOCK)
def test_a_file_is_the_one_that_was_taken(name: str) -> None:
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == LOCK[name]["sha256"]


def test_every_project_is_thanked_with_its_licence() -> None:
    thanks = (ROOT / "THIRD_PARTY.md").read_text("utf-8")
    for name, about in LOCK.items():
        folder = name.split("/")[0]
        assert f"{folder}/LICENSE" in LOCK
        assert about["from"] in thanks
        assert about["licence"] in thanks
