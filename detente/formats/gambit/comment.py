"""What a game has no place for, kept in its comment: other programs show it, and go by nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente.case import Party
from detente.document import Faults
from detente.number import parse_number
from detente.vocabulary import Issue

NOTE = "Read from a game in strategic form: of its payoffs only the order is kept."

_OURS = re.compile(r"\s*detente: (?P<json>\{.*\})\s*\Z", re.DOTALL)
_OF_PARTY = ("name", "title", "note")
_OF_ISSUE = ("name", "title", "unit", "note", "status_quo", "numeric")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Names and titles of a case, in the order of the players; empty where none are kept.

    parties : texts by key for each party
    issues : the same for the issue that it controls
    """

    parties: tuple[dict[str, str], ...] = ()
    issues: tuple[dict[str, str], ...] = ()

    @classmethod
    def of(cls, parties: Sequence[Party], issues: Sequence[Issue]) -> Kept:
        """Keep what the parties and their issues are called."""
        return cls(
            parties=tuple(_texts(party, _OF_PARTY) for party in parties),
            issues=tuple(
                {**_texts(issue, _OF_ISSUE[:-1]), **({"numeric": "yes"} if issue.levels else {})}
                for issue in issues
            ),
        )

    def text(self) -> str:
        """Return it as the end of a comment."""
        tree = {"parties": self.parties, "issues": self.issues}
        return f"detente: {json.dumps(tree, ensure_ascii=False)}"

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


def _put_back(issue: Issue, said: dict[str, str], faults: Faults) -> Issue:
    status_quo = said.get("status_quo", issue.status_quo)
    levels = tuple(map(parse_number, issue.options)) if "numeric" in said else None
    known = tuple(level for level in levels or () if level is not None)
    if status_quo not in issue.options or (levels is not None and len(known) < len(levels)):
        problem = f"the comment speaks of options that {said['name']} does not have"
        faults.at(0, "", problem, "take its end, from detente: on, out of a copy")
        return issue
    return replace(
        issue,
        name=said["name"],
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
    ('See page 3.', Kept(parties=(), issues=()))
    """
    match = _OURS.search(comment)
    if match is None:
        return comment, Kept()
    try:
        tree = json.loads(match["json"])
    except (ValueError, RecursionError):
        return comment, Kept()
    parties, issues = (tree.get(key) for key in ("parties", "issues"))
    if not (_is_kept(parties, _OF_PARTY) and _is_kept(issues, _OF_ISSUE)):
        return comment, Kept()
    return comment[: match.start()], Kept(parties=tuple(parties), issues=tuple(issues))


def _is_kept(entries: Any, keys: Sequence[str]) -> bool:
    """Tell whether entries are texts by key, each with a name."""
    return isinstance(entries, list) and all(
        isinstance(entry, dict)
        and "name" in entry
        and all(key in keys and isinstance(text, str) for key, text in entry.items())
        for entry in entries
    )
