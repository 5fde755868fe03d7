"""What the JSON of ``assumptions`` and ``ask`` holds is what its page says, with its types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from detente.answers.ask import ask
from detente.answers.assumptions import assumptions
from detente.work import Work
from tests.answers.cases import EASY, ENDS, ISSUES, case_of, scores
from tests.test_contract import documented, fits

WORK = Work(seed=1, readings=300)
MORE = """\
proposals:
  one: {a: a1}
  both: {a: a1, b: b1}
leverage:
  - {by: Q, on: P, shift: -20..-1/3, credibility: 0.5}
"""
NAMED = {
    "package": "{issue}",
    "recommended": "{issue}",
    "then": "{package}",
    "shares": "{package}",
    "shares.{package}": "{who}",
}
"""Keys below which stand names of the case."""


def cases():
    open_one = {
        "P": [
            *ENDS,
            "importance: a > b\nconfidence: low",
            "red_line: b == b1\nconfidence: medium",
            "rule: a == a1\nworth: more than 0",
            "weight: {a: 30..50}",
        ],
        "Q": ["order: {a: a0 > a1}", ENDS[1], "no_deal: 0..30"],
        "R": [*ENDS, "no_deal: 20\nview: said", "no_deal: 30"],
    }
    yield case_of(ISSUES, open_one, more=MORE, affected=["R"])
    narrow = [*ENDS, "weight: {a: 30}", "compare: no deal > (a = a1)", "no_deal: 20..80"]
    yield case_of(ISSUES, {"P": narrow, "Q": EASY}, more=MORE)
    exact = (scores(a={"a0": 0, "a1": 1}, b={"b0": 0, "b1": 1}), "no_deal: 9")
    yield case_of(ISSUES, {"P": exact, "Q": EASY})


def leaves(value: Any, path: str = "", named: str = "") -> Iterator[tuple[str, Any]]:
    """Go through the leaves of an answer with their documented paths."""
    numeric = isinstance(value, dict) and set(value) == {"value", "exact"}
    statement = isinstance(value, dict) and {"unstated", "text"} <= set(value)
    if isinstance(value, dict) and not numeric and not statement:
        for key, inner in value.items():
            step = NAMED.get(named, key)
            below = f"{named}.{step}" if named in NAMED else key
            yield from leaves(inner, f"{path}.{step}".lstrip("."), below)
    elif isinstance(value, list) and named != "sources" and not _is_of_text(value):
        for inner in value:
            yield from leaves(inner, f"{path}[]", "")
    else:
        yield path, value


def _is_of_text(value: list[Any]) -> bool:
    return bool(value) and isinstance(value[0], str)


@pytest.mark.parametrize(("name", "question"), [("assumptions", assumptions), ("ask", ask)])
def test_what_is_there_is_documented_and_the_other_way(name, question):
    pages = documented()
    kinds = {**pages["In every answer"], **pages[name]}
    seen = set()
    for case in cases():
        for path, value in leaves({"contract": 1, **question(case, work=WORK).data()}):
            if value is None and path.endswith("recommended"):
                continue
            assert path in kinds, path
            assert fits(value, kinds[path]), (path, value)
            seen.add(path)
    assert set(pages[name]) <= seen
