"""A case as a ``.gmcr`` file, as far as that format can hold it; the rest is refused by name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from detente.blocks.arrows import ANY
from detente.blocks.control import Control
from detente.blocks.graph import Coalition, GraphRanking, GraphState, Merged, Misread, Unseen
from detente.case import Case
from detente.document import Faults
from detente.errors import LimitError, quote
from detente.expression import Condition
from detente.formats.gmcr.patterns import MOST_BITS, Patterns, feasible_codes, patterns_of
from detente.formats.refusals import refuse_marks, refuse_parts
from detente.statements.ordinal import Priorities
from detente.vocabulary import Issue

DIRECTIONS: Mapping[str, tuple[int, int] | None] = {"both": None, "fwd": (0, 1), "back": (1, 0)}
"""How the format calls which answer may become which: every transition, N to Y, Y to N."""
OURS = "detente"
"""The key under which stands what the format has no place for; its other readers pass over it."""

_ANSWERS = ("N", "Y")

Kind = TypeVar("Kind")


def write(case: Case) -> str:
    """Return a case as the text of a ``.gmcr`` file.

    Raises
    ------
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    writing = _Writing(case=case, faults=Faults())
    top = writing.top()
    writing.faults.raise_any(case.file)
    return json.dumps(top, ensure_ascii=False, indent=1) + "\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writing:
    case: Case
    faults: Faults

    def top(self) -> dict[str, Any]:
        """Return the file's outermost object; faults tell whether it holds the case."""
        case = self.case
        if self._graph(GraphState):
            problem = "this format holds what parties control, not states that are written out"
            self.faults.at(0, "graph.states", problem, "write the case as .csv or .yaml")
            return {}
        refuse_parts(case, self.faults, blocks=("control", "graph"))
        self._refuse_statements()
        options = [self._option(issue) for issue in case.issues]
        if self.faults.found:
            return {}
        owned = {party.name: self._owned(party.name) for party in case.parties}
        order = tuple(k for positions in owned.values() for k in positions)
        infeasible = self._infeasible()
        rankings = self._rankings(infeasible, order)
        top: dict[str, Any] = {
            "program": "Detente",
            "options": options,
            "decisionMakers": [
                self._maker(party.name, owned[party.name], rankings) for party in case.parties
            ],
            "infeasibles": _written(infeasible),
            "useManualPreferenceRanking": bool(rankings),
        }
        coalitions = self._coalitions()
        if coalitions:
            top["coalitions"] = coalitions
        top[OURS] = _said(title=case.title, note=case.note, as_of=case.as_of)
        return top

    def _refuse_statements(self) -> None:
        for statement in self.case.statements:
            path = f"preferences.{statement.party}"
            if isinstance(statement, Priorities):
                refuse_marks(statement.provenance, path, self.faults)
            else:
                hint = "it holds priorities, and rankings of states"
                self.faults.at(0, path, f"this format does not keep '{statement.KEY}'", hint)
        for k, constraint in enumerate(self.case.constraints):
            path = f"constraints[{k}]"
            refuse_marks(constraint.provenance, path, self.faults)
            if constraint.title:
                self.faults.at(0, path, "this format does not keep the title of a constraint")
        for name in ("control", "graph"):
            for entry in self.case.blocks.get(name, ()):
                refuse_marks(entry.provenance, name, self.faults)
                if isinstance(entry, Misread | Merged):
                    key = "misread" if isinstance(entry, Misread) else "merge"
                    hint = "it keeps rankings, unseen conditions and coalitions"
                    self.faults.at(0, f"graph.{key}", f"this format does not keep '{key}'", hint)
                elif isinstance(entry, Unseen) and entry.states:
                    problem = "this format says by conditions what a party does not see"
                    self.faults.at(0, f"graph.unseen.{entry.party}", problem, "write conditions")
                elif isinstance(entry, GraphRanking) and any(entry.much):
                    problem = "this format does not keep how much a state is preferred"
                    self.faults.at(0, f"graph.ranking.{entry.party}", problem, "write > for >>")

    # Options and decision makers ------------------------------------------------------------------

    def _option(self, issue: Issue) -> dict[str, Any]:
        path = f"issues.{issue.name}"
        if len(issue.options) != len(_ANSWERS):
            problem = f"this format holds issues with two options, not {len(issue.options)}"
            self.faults.at(0, path, problem, "split the issue into questions of yes or no")
            return {}
        if issue.levels is not None:
            self.faults.at(0, path, "this format does not keep numbers", "name the two options")
        bare = issue.options == _ANSWERS
        shown = issue.label if bare else f"{issue.label}: {issue.option_label(1)}"
        ours: dict[str, Any] = _said(
            name="" if shown == issue.name else issue.name,
            title="" if shown == issue.label else issue.label,
            note=issue.note,
            status_quo="" if issue.status_quo == issue.options[0] else issue.status_quo,
        )
        if not bare:
            ours["options"] = list(issue.options)
        option = {"name": shown, "permittedDirection": self._direction(issue)}
        return {**option, OURS: ours} if ours else option

    def _direction(self, issue: Issue) -> str:
        entries = self._control(issue.name)
        parties = {entry.party for entry in entries}
        path = f"control.{issue.name}"
        if len(parties) != 1:
            problem = "in this format every issue is controlled by one party"
            self.faults.at(0, path, problem, f"here it is {len(parties)}")
            return ""
        ways = set()
        for entry in entries:
            for old, new in entry.moves if entry.moves is not None else ((ANY, ANY),):
                ways |= {
                    (a, b)
                    for a, b in ((0, 1), (1, 0))
                    if old in {ANY, issue.options[a]} and new in {ANY, issue.options[b]}
                }
        if not ways:
            self.faults.at(0, path, "in this format an issue can be changed", "give it a move")
        return next((key for key, way in DIRECTIONS.items() if {way} == ways), "both")

    def _control(self, issue: str) -> list[Control]:
        entries = self.case.blocks.get("control", ())
        return [e for e in entries if isinstance(e, Control) and e.issue == issue]

    def _owned(self, party: str) -> tuple[int, ...]:
        return tuple(
            k
            for k, issue in enumerate(self.case.issues)
            if any(entry.party == party for entry in self._control(issue.name))
        )

    def _maker(
        self, name: str, owned: tuple[int, ...], rankings: Mapping[str, list[Any]]
    ) -> dict[str, Any]:
        party = self.case.party(name)
        wanted = [
            condition
            for statement in self.case.statements
            if isinstance(statement, Priorities) and statement.party == name
            for condition in statement.conditions
        ]
        hidden = [
            condition
            for entry in self._graph(Unseen)
            if entry.party == name
            for condition in entry.conditions
        ]
        maker: dict[str, Any] = {
            "name": party.label,
            "options": list(owned),
            "preferences": self._conditions(wanted, f"preferences.{name}"),
            "misperceptions": self._conditions(hidden, f"graph.unseen.{name}"),
        }
        if name in rankings:
            maker["preferenceRanking"] = rankings[name]
        ours = _said(
            name="" if party.label == name else name,
            note=party.note,
            signatory="" if party.signatory else "no",
        )
        return {**maker, OURS: ours} if ours else maker

    # Conditions -----------------------------------------------------------------------------------

    def _patterns(self, condition: Condition, path: str, *, negated: bool = False) -> Patterns:
        """Return a condition, or its opposite, as patterns; none after noting a fault."""
        try:
            found = patterns_of(condition.tree, self.case.vocabulary, negated=negated)
        except LimitError as error:
            self.faults.at(0, path, str(error))
            return ()
        if () in found:
            always = "no state meets" if negated else "every state meets"
            self.faults.at(0, path, f"{always} {quote(condition.text)}", "take it out")
            return ()
        return found

    def _conditions(self, conditions: Iterable[Condition], path: str) -> list[Any]:
        found = []
        for condition in conditions:
            patterns = self._patterns(condition, path)
            written = _written(patterns)
            if len(written) == 1:
                found += written
            elif written:
                found.append({"compound": True, "members": written})
            elif not self.faults.found:
                problem = f"no state meets {quote(condition.text)}"
                self.faults.at(0, path, problem, "take it out")
        return found

    def _infeasible(self) -> Patterns:
        return tuple(
            pattern
            for constraint in self.case.constraints
            for pattern in self._patterns(constraint.condition, "constraints", negated=True)
        )

    # States and parties ---------------------------------------------------------------------------

    def _graph(self, kind: type[Kind]) -> list[Kind]:
        return [entry for entry in self.case.blocks.get("graph", ()) if isinstance(entry, kind)]

    def _rankings(self, infeasible: Patterns, order: tuple[int, ...]) -> dict[str, list[Any]]:
        """Return the rankings with the numbers that states have in the file."""
        entries = {entry.party: entry for entry in self._graph(GraphRanking)}
        if not entries or self.faults.found:
            return {}
        for party in self.case.parties:
            if party.name not in entries:
                problem = "in this format either all parties have rankings of states, or none"
                hint = "give this party one, or take those of the others out"
                self.faults.at(0, f"graph.ranking.{party.name}", problem, hint)
        if len(order) > MOST_BITS:
            problem = f"states are ranked one by one for at most {MOST_BITS} options"
            self.faults.at(0, "graph.ranking", problem, "write priorities")
            return {}
        numbers = _numbers(infeasible, order)
        found = {}
        for name, entry in entries.items():
            lost = [state for tier in entry.tiers for state in tier if state not in numbers]
            for state in lost:
                hint = f"states are numbered 1 to {len(numbers)}"
                self.faults.at(0, f"graph.ranking.{name}", f"no such state: {quote(state)}", hint)
            tiers = [[numbers[state] for state in tier if not lost] for tier in entry.tiers]
            found[name] = [tier[0] if len(tier) == 1 else tier for tier in tiers]
        return found

    def _coalitions(self) -> list[Any]:
        """Return the coalitions, and beside them every other party by itself."""
        place = {party.name: k for k, party in enumerate(self.case.parties)}
        found: list[Any] = []
        seen: set[str] = set()
        for entry in self._graph(Coalition):
            for member in seen.intersection(entry.members):
                problem = f"{quote(member)} is in two coalitions"
                self.faults.at(0, "graph.coalitions", problem, "this format holds one for each")
            seen.update(entry.members)
            found.append([place[member] for member in entry.members])
        return [*found, *(place[name] for name in place if name not in seen)] if found else []


def _said(**texts: str) -> dict[str, str]:
    """Return what there is to say."""
    return {key: text for key, text in texts.items() if text}


def _written(patterns: Patterns) -> list[Any]:
    return [[[k, _ANSWERS[taken]] for k, taken in pattern] for pattern in patterns]


def _numbers(infeasible: Patterns, order: tuple[int, ...]) -> dict[str, int]:
    """Return which number each state has in the file, by the number that it has in the case.

    order : the issues in the order in which the file's readers group them, by owner
    """
    import numpy as np

    codes = np.flatnonzero(feasible_codes(infeasible, len(order)))
    moved = np.zeros(len(codes), dtype=np.int64)
    for place, k in enumerate(order):
        moved |= (codes >> k & 1) << place
    number = np.empty(len(codes), dtype=np.int64)
    number[np.argsort(moved)] = np.arange(1, len(codes) + 1)
    return {str(k): n for k, n in enumerate(number.tolist(), start=1)}
