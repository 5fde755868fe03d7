"""Conditions of ``.gmcr`` files: lists of options with their answers, and compounds of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detente.document import Faults, Text
from detente.entries import MOST_ENTRIES
from detente.errors import CaseError, quote
from detente.expression import Condition
from detente.formats.gmcr.patterns import (
    MOST_PATTERNS,
    Literal,
    Pattern,
    Patterns,
    patterns_text,
    same,
)
from detente.formats.guarded_json import expect_list, inside, kind_of
from detente.grammar import parse_condition
from detente.vocabulary import Issue

MOST_NESTED = 16
"""Compound conditions stand in each other so deep at most."""

ANSWERS = ("N", "Y")

_SHAPE = 'a condition is a list of [option, "Y"] or [option, "N"]; options count from 0'


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Reads conditions; ``place`` says which issue each option of the file has become."""

    place: Mapping[int, int]
    issues: tuple[Issue, ...]
    faults: Faults

    def patterns(
        self, fields: Mapping[str, Any], key: str, path: str
    ) -> tuple[tuple[Patterns, str], ...]:
        """Return the conditions under a key with their paths; of the same ones the first."""
        found: dict[Any, tuple[Patterns, str]] = {}
        entries = expect_list(fields, key, path, self.faults, most=MOST_ENTRIES, needed=False)
        for k, entry in enumerate(entries):
            where = f"{inside(path, key)}[{k}]"
            if _too_many(entry):
                problem = f"the condition has more than {MOST_PATTERNS:,} members"
                self.faults.at(0, where, problem, "divide it")
                raise CaseError(self.faults.found)
            patterns = self._condition(entry, where, 0)
            if patterns:
                found.setdefault(same(patterns), (patterns, where))
        return tuple(found.values())

    def texts(
        self, entries: Sequence[tuple[Patterns, str]], *, lead: str = ""
    ) -> tuple[Condition, ...]:
        """Return conditions as a case holds them; those that are too long are faults."""
        found: dict[str, Condition] = {}
        for patterns, path in entries:
            text = patterns_text(patterns, self.issues)
            node = Text(path=path, line=0, text=f"{lead}({text})" if lead else text)
            condition = self.faults.parsed(node, parse_condition)
            if condition is not None:
                found.setdefault(condition.text, condition)
        return tuple(found.values())

    def _condition(self, value: Any, path: str, depth: int) -> Patterns:
        """Return a condition as patterns, none after noting a fault."""
        if isinstance(value, list):
            pattern = self._pattern(value, path)
            return (pattern,) if pattern else ()
        if not isinstance(value, dict) or value.get("compound") is not True:
            self.faults.at(0, path, f"{kind_of(value)} is no condition", _SHAPE)
            return ()
        if depth >= MOST_NESTED:
            problem = f"compound conditions are nested deeper than {MOST_NESTED}"
            self.faults.at(0, path, problem, "write their members into one")
            return ()
        members = expect_list(value, "members", path, self.faults, most=MOST_ENTRIES)
        if "members" in value and value["members"] == []:
            self.faults.at(0, path, "the compound condition has no members", "take it out")
        found: dict[Pattern, None] = {}
        for k, member in enumerate(members):
            patterns = self._condition(member, f"{path}.members[{k}]", depth + 1)
            found.update(dict.fromkeys(patterns))
        return tuple(found)

    def _pattern(self, value: list[Any], path: str) -> Pattern:
        found: dict[Literal, None] = {}
        if not value:
            self.faults.at(0, path, "the condition names no option", "take it out")
        for k, literal in enumerate(value):
            where = f"{path}[{k}]"
            if not isinstance(literal, list) or len(literal) != 2:
                self.faults.at(0, where, "a pair of option and answer is expected here", _SHAPE)
                continue
            option, answer = literal
            if type(option) is not int or option not in self.place:
                refuse_position(option, len(self.place), where, self.faults)
            elif answer not in ANSWERS:
                shown = quote(answer) if isinstance(answer, str) else kind_of(answer)
                self.faults.at(0, where, f"{shown} is no answer", "write Y or N")
            else:
                found[self.place[option], answer == "Y"] = None
        return tuple(found)


def _too_many(value: Any) -> bool:
    """Tell whether a condition has too many members, those of members among them."""
    open_, count = [value], 0
    while open_ and count <= MOST_PATTERNS:
        count += 1
        found = open_.pop()
        members = found.get("members") if isinstance(found, dict) else None
        open_ += members if isinstance(members, list) else []
    return count > MOST_PATTERNS


def refuse_position(value: Any, size: int, path: str, faults: Faults) -> None:
    """Note that a value is not the position of one of ``size`` options."""
    shown = str(value) if type(value) is int else kind_of(value)
    hint = f"options are numbered 0 to {size - 1}" if size else "the file has no options"
    faults.at(0, path, f"{shown} is no option", hint)
