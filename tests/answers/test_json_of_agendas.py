"""What the JSON of ``agenda`` holds is what its page says, with its types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from detente.answers.agenda import agenda
from tests.answers.talks import KEPT, SHIFTED, exact, harbour
from tests.conftest import ROOT
from tests.test_contract import documented, fits

COMPOSED = re.compile(r"An? \*(.+)\*:")
"""The line before the keys of something that stands in many places."""


def pages() -> Mapping[str, dict[str, str]]:
    """Return type by path: of the answer itself, and of what stands in many places of it."""
    text = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    own = text[text.index("## `agenda`") : text.index("## `roadmap`")]
    found: dict[str, dict[str, str]] = {"agenda": {}}
    name = "agenda"
    for line in own.splitlines():
        composed = COMPOSED.match(line)
        if composed is not None:
            name = composed.group(1)
            found[name] = {}
        elif line.startswith("| `"):
            path, kind = [cell.strip().strip("`") for cell in line.split("|")[1:3]]
            found[name][path] = kind
    return found


@dataclass(frozen=True)
class Key:
    """A documented key, and where on the page it stands."""

    kind: str
    name: str
    path: str


def spelled_out(name: str, known: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Key]]:
    """Go through every path in full, with what stands in many places put in its places."""
    for path, kind in known[name].items():
        inner = kind.removesuffix(" or null")
        if inner in known:
            if inner != kind:
                yield path, Key("null", name, path)
            yield from ((f"{path}.{end}", key) for end, key in spelled_out(inner, known))
        else:
            yield path, Key(kind, name, path)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value:
        for inner in value:
            yield from leaves(inner, f"{path}[]")
    else:
        yield path, value


def shape(path: str) -> re.Pattern[str]:
    """Return a documented path with any name of the case in the place of ``{party}``."""
    parts = re.split(r"\{[a-z]+\}", path)
    return re.compile(r"[^.\[\]]+".join(re.escape(part) for part in parts))


def answers() -> Iterator[dict[str, Any]]:
    aside = SHIFTED.replace("after_failure: end", "after_failure: set aside")
    waiting = SHIFTED.replace("agenda:\n", "time: {unit: month}\nagenda:\n  takes: {y: 1}\n")
    strong = SHIFTED.replace("shift: -4", "shift: -15").replace(
        "{x_first: x then y}", "{x_first: {order: x then y, because: press#1}}"
    )
    sourced = f"{strong}sources:\n  press: {{title: Press}}\n"
    for text in (KEPT, SHIFTED, aside, waiting, sourced):
        yield json.loads(agenda(exact(text)).json())
    yield json.loads(agenda(harbour(), search=True).json())


def test_what_is_there_is_documented_and_the_other_way():
    known = pages()
    assert set(known) == {"agenda", "outcome", "refusal", "exclusion", "break-even"}
    every = {**documented()["In every answer"], **known["agenda"]}
    keys = [(shape(path), key) for path, key in spelled_out("agenda", {**known, "agenda": every})]
    seen = set()
    for answer in answers():
        for path, value in leaves(answer):
            if value in ([], {}):
                continue
            own = [key for pattern, key in keys if pattern.fullmatch(path)]
            fitting = {key for key in own if fits(value, key.kind)}
            assert fitting, (path, value)
            seen |= fitting
    missing = {(key.name, key.path) for _, key in keys if key not in seen}
    assert missing == {("agenda", "agendas[].decided_by_gap_of[]")}
