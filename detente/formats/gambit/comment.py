"""What a game has no place for, kept in its comment: other programs show it, and go by nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from unicodedata import normalize

from detente.case import Party
from detente.document import Faults
from detente.number import parse_number
from detente.vocabulary import Issue

NOTE = "Read from a game in strategic form: of its payoffs only the order is kept."

_OURS = re.compile(r"\s*detente: (?P<json>\{.*\})\s*\Z", re.DOTALL)
_OF_PARTY = ("name", "title", "note")
_OF_ISSUE = ("name", "title", "unit", "note", "status_quo", "numeric", "options")
_SEPARATOR = "\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Names and titles of a case, in the order of the players; empty where none are kept.

    parties : texts by key for each party
    issues : the same for the issue that it controls
    case : title and note of the case, where they are no plain ASCII
    """

    parties: tuple[dict[str, str], ...] = ()
    issues: tuple[dict[str, str], ...] = ()
    case: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, parties: Sequence[Party], issues: Sequence[Issue], *, title: str, note: str
    ) -> Kept:
        """Keep what the parties and their issues are called, and the case."""
        said = {"title": title, "note": note}
        return cls(
            case={key: text for key, text in said.items() if not text.isascii()},
            parties=tuple(_texts(party, _OF_PARTY) for party in parties),
            issues=tuple(map(_kept_issue, issues)),
        )

    def text(self) -> str:
        """Return it as the end of a comment."""
        tree: dict[str, Any] = {"parties": self.parties, "issues": self.issues}
        if self.case:
            tree["case"] = self.case
        return f"detente: {json.dumps(tree)}"

    def put_back(
        self, parties: tuple[Party, ...], issues: tuple[Issue, ...], faults: Faults
    ) -> tuple[tuple[Party, ...], tuple[Issue, ...]]:
        """Return players and strategies under the names that are kept for them."""
        if not self.parties:
            return parties, issues
        if not len(self.parties) == len(self.issues) == len(parties):
            problem = f"the comment names {len(self.parties)} parties, not {len(parties)}"
            faults.at(0, "", problem, "take its end, from detente: on, out of a copy")
            return parties, issues
        named = tuple(
            replace(
                party, name=said["name"], title=said.get("title", ""), note=said.get("note", "")
            )
            for party, said in zip(parties, self.parties, strict=True)
        )
        return named, tuple(
            _put_back(issue, said, faults) for issue, said in zip(issues, self.issues, strict=True)
        )


def _kept_issue(issue: Issue) -> dict[str, str]:
    found = _texts(issue, ("name", "title", "unit", "note", "status_quo"))
    if issue.levels:
        found["numeric"] = "yes"
    if labels(issue.options, "strategy") != issue.options:
        found["options"] = _SEPARATOR.join(issue.options)
    return found


def labels(texts: Sequence[str], kind: str) -> tuple[str, ...]:
    """Return texts as Gambit takes them for names: plain ASCII, single blanks, no two alike.

    Examples
    --------
    >>> labels(["Zoë  A", "Zoe A", "не"], "player")
    ('Zoe A', 'Zoe A 2', 'player 3')
    """
    found: dict[str, None] = {}
    for k, text in enumerate(texts, start=1):
        bare = normalize("NFKD", text).encode("ascii", "ignore").decode()
        label = " ".join(bare.split()) or f"{kind} {k}"
        fresh, number = label, 1
        while fresh in found:
            number += 1
            fresh = f"{label} {number}"
        found[fresh] = None
    return tuple(found)


def _put_back(issue: Issue, said: dict[str, str], faults: Faults) -> Issue:
    options = tuple(said["options"].split(_SEPARATOR)) if "options" in said else issue.options
    status_quo = said.get("status_quo", options[0])
    levels = tuple(map(parse_number, options)) if "numeric" in said else None
    known = tuple(level for level in levels or () if level is not None)
    spoiled = len(set(options)) < len(issue.options) or len(options) > len(issue.options)
    spoiled = spoiled or (levels is not None and len(known) < len(levels))
    if spoiled or status_quo not in options:
        problem = f"the comment speaks of options that {said['name']} does not have"
        faults.at(0, "", problem, "take its end, from detente: on, out of a copy")
        return issue
    return replace(
        issue,
        name=said["name"],
        options=options,
        title=said.get("title", ""),
        unit=said.get("unit", ""),
        note=said.get("note", ""),
        status_quo=status_quo,
        levels=known or None,
    )


def _texts(entry: Party | Issue, keys: Sequence[str]) -> dict[str, str]:
    return {key: text for key in keys if (text := getattr(entry, key))}


def divided(comment: str) -> tuple[str, Kept]:
    """Return a comment without what is kept in it, and that.

    Examples
    --------
    >>> divided("See page 3.")
    ('See page 3.', Kept(parties=(), issues=(), case={}))
    """
    match = _OURS.search(comment)
    if match is None:
        return comment, Kept()
    try:
        tree = json.loads(match["json"])
    except (ValueError, RecursionError):
        return comment, Kept()
    parties, issues = (tree.get(key) for key in ("parties", "issues"))
    case = tree.get("case", {})
    known = _is_kept(parties, _OF_PARTY) and _is_kept(issues, _OF_ISSUE)
    if not (known and _is_texts(case, ("title", "note"))):
        return comment, Kept()
    kept = Kept(parties=tuple(parties), issues=tuple(issues), case=case)
    return comment[: match.start()], kept


def _is_kept(entries: Any, keys: Sequence[str]) -> bool:
    """Tell whether entries are texts by key, each with a name."""
    return isinstance(entries, list) and all(
        _is_texts(entry, keys) and "name" in entry for entry in entries
    )


def _is_texts(entry: Any, keys: Sequence[str]) -> bool:
    """Tell whether an entry is texts by known keys."""
    return isinstance(entry, dict) and all(
        key in keys and isinstance(text, str) for key, text in entry.items()
    )
