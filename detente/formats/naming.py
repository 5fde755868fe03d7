"""Names for things that other tools call anything: what case files allow, close to the original."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from detente.blocks.arrows import ANY
from detente.case import NAME
from detente.document import Faults
from detente.vocabulary import RESERVED

LONGEST_NAME = 40
LONGEST_TITLE = 1000
LONGEST_OPTION = 190
"""A case holds a few characters more, which is room for a number."""
_TAKEN = frozenset({*RESERVED, "all", "no_deal", "status_quo"})
_REFUSED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_CURVED = str.maketrans({"'": "’", '"': "”"})
_BREAKS = re.compile(r"[^\S ]+")


@dataclass(slots=True)
class Names:
    """Names given so far, so that no two things get the same.

    Examples
    --------
    >>> names = Names(kind="option")
    >>> [names.give(text) for text in ("Stay out!", "stay in", "Stay out?", "2nd best", "%", "in")]
    ['Stay_out', 'stay_in', 'Stay_out_2', 'option_2nd_best', 'option_5', 'in_2']
    """

    kind: str
    given: set[str] = field(default_factory=set)
    count: int = 0

    def give(self, text: str) -> str:
        """Return a name for what is called ``text``; a text that may be a name stays as it is."""
        self.count += 1
        name = text
        if not NAME.fullmatch(text):
            name = "_".join(re.findall(r"[\w\-]+", text)).strip("_-")[:LONGEST_NAME].rstrip("_-")
        if not name:
            name = f"{self.kind}_{self.count}"
        elif not NAME.fullmatch(name):
            name = f"{self.kind}_{name}"
        fresh, number = name, 1
        while fresh in self.given or fresh.casefold() in _TAKEN:
            number += 1
            fresh = f"{name}_{number}"
        self.given.add(fresh)
        return fresh


def title_of(text: str, path: str, faults: Faults) -> str:
    """Return a free text as a title: on one line; what no case file may hold is a fault."""
    refused = _REFUSED.search(text)
    if refused is not None:
        name = f"U+{ord(refused.group()):04X}"
        faults.at(0, path, f"the control character {name} stands here", "remove it")
        return ""
    if len(text) > LONGEST_TITLE:
        problem = f"the name has {len(text):,} characters, more than {LONGEST_TITLE:,}"
        faults.at(0, path, problem, "shorten it")
        return ""
    return _BREAKS.sub(" ", text).strip()


def spelled_options(texts: Iterable[str]) -> tuple[str, ...]:
    """Return free texts as the options of one issue: none empty, reserved, twice or too long.

    Straight quotes, which statements need, become curved ones; a text that is cut ends in dots.

    Examples
    --------
    >>> spelled_options(["Hawk", "", "Hawk", "not", "It's"])
    ('Hawk', 'option 2', 'Hawk 2', 'not 2', 'It’s')
    """
    found: dict[str, None] = {}
    for k, text in enumerate(texts, start=1):
        option = " ".join(text.translate(_CURVED).split()) or f"option {k}"
        if len(option) > LONGEST_OPTION:
            option = f"{option[: LONGEST_OPTION - 1].rstrip()}…"
        fresh, number = option, 1
        while fresh in found or fresh == ANY or fresh.casefold() in RESERVED:
            number += 1
            fresh = f"{option} {number}"
        found[fresh] = None
    return tuple(found)
