"""Conflicts of the graph model as ``.gmcr`` files keep them: yes-or-no options, as JSON.

Options become issues with the options N and Y, in the order of the decision makers, so that states
are numbered as that format numbers them: the first option varies fastest, and feasible states count
from 1. What a file must hold, and what becomes of it, stands in docs/reference/formats.md.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from detente.blocks import Entry
from detente.blocks.control import Control
from detente.case import Case, Constraint, Party
from detente.document import Faults, Text
from detente.entries import MOST_ENTRIES, MOST_ISSUES, MOST_PARTIES, parse_day
from detente.errors import quote
from detente.formats.format import Format
from detente.formats.gmcr.conditions import ANSWERS, Conditions, refuse_position
from detente.formats.gmcr.states import Maker, coalitions, rankings, unseen
from detente.formats.gmcr.writing import DIRECTIONS, OURS, write
from detente.formats.guarded_json import (
    expect,
    expect_list,
    expect_text,
    inside,
    kind_of,
    parse_json,
)
from detente.formats.naming import Names, spelled_options, title_of
from detente.formats.reading import faults_of, own_name, spoken
from detente.statements import Statement
from detente.statements.ordinal import Priorities
from detente.vocabulary import Issue

_PICKLED = b"\x80"
_LOOK = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")


def read(data: bytes, file: str) -> Case:
    """Return the case that a file holds; raise CaseError with every fault."""
    with faults_of(file) as faults:
        if data.startswith(_PICKLED):
            problem = "this is the binary form of early versions, which is not read"
            faults.at(0, "", problem, "open it in the program it is from, and save it again")
            faults.raise_any()
        top = parse_json(data, faults)
        return _case(expect(top, dict, "", faults) or {}, faults, file)


def _case(top: Mapping[str, Any], faults: Faults, file: str) -> Case:
    faults.raise_any()
    options = expect_list(top, "options", "", faults, most=MOST_ISSUES)
    makers = _makers(top, len(options), faults)
    faults.raise_any()
    issues, control = _issues(options, makers, faults)
    faults.raise_any()
    order = [option for maker in makers for option in maker.owned]
    conditions = Conditions(
        place={option: k for k, option in enumerate(order)}, issues=issues, faults=faults
    )
    infeasible = [
        ((pattern,), path)
        for patterns, path in conditions.patterns(top, "infeasibles", "")
        for pattern in patterns
    ]
    if len(infeasible) > MOST_ENTRIES:
        faults.at(0, "infeasibles", f"more than {MOST_ENTRIES:,} entries stand here")
    faults.raise_any()
    constraints = conditions.texts(infeasible, lead="not ")
    statements: list[Statement] = []
    for maker in makers:
        wanted = conditions.texts(conditions.patterns(maker.fields, "preferences", maker.path))
        if wanted:
            statements.append(Priorities(party=maker.party.name, conditions=wanted))
    faults.raise_any()
    graph: list[Entry] = [
        *rankings(top, makers, tuple(pattern for (pattern,), _ in infeasible), faults),
        *unseen(makers, conditions),
        *coalitions(top, makers, faults),
    ]
    ours = _ours(top, "", faults)
    as_of = ours.get("as_of", "")
    if as_of:
        as_of = parse_day(Text(path=f"{OURS}.as_of", line=0, text=as_of), faults)
    faults.raise_any()
    blocks: dict[str, tuple[Entry, ...]] = {"control": control}
    if graph:
        blocks["graph"] = tuple(graph)
    return Case(
        title=ours.get("title") or spoken(own_name(file), otherwise="Conflict"),
        note=ours.get("note", ""),
        as_of=as_of,
        parties=tuple(maker.party for maker in makers),
        issues=issues,
        constraints=tuple(Constraint(condition=condition) for condition in constraints),
        statements=tuple(statements),
        blocks=blocks,
        file=file,
    )


def _ours(fields: Mapping[str, Any], path: str, faults: Faults) -> dict[str, str]:
    """Return the texts that Detente wrote beside the format's own keys."""
    if OURS not in fields:
        return {}
    where = inside(path, OURS)
    known = ("title", "note", "as_of", "name", "status_quo", "signatory")
    found: dict[str, Any] = expect(fields[OURS], dict, where, faults) or {}
    return {key: expect_text(found, key, where, faults) for key in known if key in found}


def _makers(top: Mapping[str, Any], n_options: int, faults: Faults) -> list[Maker]:
    names, found = Names(kind="party"), []
    owner: dict[int, str] = {}
    entries = expect_list(top, "decisionMakers", "", faults, most=MOST_PARTIES)
    for k, entry in enumerate(entries):
        path = f"decisionMakers[{k}]"
        fields: dict[str, Any] | None = expect(entry, dict, path, faults)
        if fields is None:
            continue
        title, ours = expect_text(fields, "name", path, faults), _ours(fields, path, faults)
        name = names.give(ours.get("name") or title)
        owned = []
        listed = expect_list(fields, "options", path, faults, most=MOST_ISSUES)
        for j, option in enumerate(listed):
            where = f"{path}.options[{j}]"
            if type(option) is not int or not 0 <= option < n_options:
                refuse_position(option, n_options, where, faults)
            elif option in owner:
                problem = f"option {option} stands at {owner[option]} already"
                faults.at(0, where, problem, "an option belongs to one decision maker")
            else:
                owner[option] = where
                owned.append(option)
        party = Party(
            name=name,
            title="" if title == name else title,
            signatory=ours.get("signatory") != "no",
            note=ours.get("note", ""),
        )
        found.append(Maker(party=party, path=path, owned=tuple(owned), fields=fields))
    if faults.found:
        return found
    for option in range(n_options):
        if option not in owner:
            hint = "name it in the options of one, or take it out"
            problem = "the option belongs to no decision maker"
            faults.at(0, f"options[{option}]", problem, hint)
    if not n_options:
        faults.at(0, "options", "the file has no options", "a conflict needs at least one")
    return found


def _issues(
    options: list[Any], makers: Sequence[Maker], faults: Faults
) -> tuple[tuple[Issue, ...], tuple[Control, ...]]:
    """Return the options as issues, and who controls them, in the order of the owners."""
    names, issues, control = Names(kind="option"), [], []
    for maker in makers:
        for k in maker.owned:
            path = f"options[{k}]"
            fields: dict[str, Any] | None = expect(options[k], dict, path, faults)
            if fields is None:
                continue
            issue = _issue(fields, path, names, faults)
            issues.append(issue)
            said = fields.get("permittedDirection", "both")
            if not isinstance(said, str) or said not in DIRECTIONS:
                shown = quote(said) if isinstance(said, str) else kind_of(said)
                hint = "write both, fwd (N to Y only) or back (Y to N only)"
                faults.at(0, f"{path}.permittedDirection", f"{shown} is no direction", hint)
                continue
            way = DIRECTIONS[said]
            moves = None if way is None else ((issue.options[way[0]], issue.options[way[1]]),)
            control.append(Control(party=maker.party.name, issue=issue.name, moves=moves))
    return tuple(issues), tuple(control)


def _issue(fields: Mapping[str, Any], path: str, names: Names, faults: Faults) -> Issue:
    shown, ours = expect_text(fields, "name", path, faults), _ours(fields, path, faults)
    name, title = names.give(ours.get("name") or shown), ours.get("title", shown)
    answers = _answers(fields, path, faults)
    status_quo = ours.get("status_quo") or answers[0]
    if status_quo not in answers:
        problem = f"{quote(status_quo)} is not an option"
        faults.at(0, f"{path}.{OURS}.status_quo", problem, f"write {' or '.join(answers)}")
        status_quo = answers[0]
    return Issue(
        name=name,
        options=answers,
        status_quo=status_quo,
        title="" if title == name else title,
        note=ours.get("note", ""),
    )


def _answers(fields: Mapping[str, Any], path: str, faults: Faults) -> tuple[str, ...]:
    """Return the two options of an issue: N and Y unless Detente wrote what they are called."""
    ours = fields.get(OURS)
    if not isinstance(ours, dict) or "options" not in ours:
        return ANSWERS
    where = f"{path}.{OURS}.options"
    named: list[Any] = expect(ours["options"], list, where, faults) or []
    if len(named) != len(ANSWERS) or not all(isinstance(text, str) for text in named):
        faults.at(0, where, "two names are expected here", 'write, for instance, ["no", "yes"]')
        return ANSWERS
    return spelled_options(title_of(text, where, faults) for text in named)


FORMAT = Format(
    name="gmcr",
    title="Conflict of GMCR-py",
    suffixes=(".gmcr",),
    read=read,
    recognises=lambda data: _LOOK.match(data) is not None and b'"decisionMakers"' in data,
    write=write,
)
