"""Scenarios of NegMAS: a folder with an outcome space and a utility function for each party.

The files are YAML or JSON and name the Python class of everything in them. Utilities keep NegMAS's
own scale: weights times values, as they are. A reserved value of minus infinity says that every
package is better than no deal, by nobody knows how much; a case says so with ``less than``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import TypeVar

from detente.case import Case
from detente.document import Faults, Fields, Text
from detente.formats.additive import Profile, additive_case
from detente.formats.folder import File, Folder
from detente.formats.format import Format
from detente.formats.negmas.beside import BESIDE, read_beside
from detente.formats.negmas.domain import DomainIssue, read_issues
from detente.formats.negmas.spelled import MOST_BYTES, nodes_of, said, type_of
from detente.formats.negmas.utility_functions import Utility, read_utility
from detente.formats.negmas.writing import write_folder
from detente.formats.reading import (
    STATUS_QUO,
    faults_of,
    left_aside,
    own_name,
    read_from,
    refused,
    together,
)
from detente.linear import Bounds

Read = TypeVar("Read")

SUFFIXES = (".yaml", ".yml", ".json")

_OURS = re.compile(rb"^[\"']?detente[\"']?[ \t]*:", re.MULTILINE)
_FUNCTION = rb"[\"']?type[\"']?[ \t]*:[ \t]*[\"']?[\w.]*(?:UtilityFunction|UFun|UFunConstraint)\b"
_SPACE = rb"[\"']?type[\"']?[ \t]*:[ \t]*[\"']?[\w.]*OutcomeSpace\b"
_LIST = rb"[\"']?issues[\"']?[ \t]*:(?:\s*-|[ \t]*\[)\s*\{?\s*[\"']?(?:name|type|n_levels)\b"
_IN_BLOCKS = [re.compile(rb"^" + look, re.MULTILINE) for look in (_FUNCTION, _SPACE, _LIST)]
_IN_BRACES = [re.compile(look) for look in (_FUNCTION, _SPACE, _LIST)]

_READ = read_from("NegMAS", STATUS_QUO)
_INFINITE = (
    "Where no deal is minus infinity there, it is worth less here than every package, "
    "and nothing says how much less."
)
_NO_SPACE = "no outcome space lies here"
_FOLDER = "give the folder of the scenario: its outcome space with the functions of all parties"


def recognises(data: bytes) -> bool:
    """Tell whether a file looks like an outcome space or a utility function of NegMAS."""
    return _kind(data) is not None


def read(data: bytes, file: str) -> Case:
    """Return the case of a single file: a function that holds its outcome space with it.

    Raises CaseError for any other file of a scenario, which says too little alone.
    """
    with faults_of(file) as faults:
        root = nodes_of(data, faults)
        space = root.fields.get("outcome_space")
        if not type_of(root).endswith("OutcomeSpace") and isinstance(space, Fields):
            title, issues = _read_space(space, faults)
            without = {k: node for k, node in root.fields.items() if k != "outcome_space"}
            function = replace(root, fields=without)
            name, utility = _read_function(function, faults, issues=issues)
            profile = _profile(utility, name or own_name(file))
            title = title or own_name(file)
            return replace(_case(title, issues, [profile], [utility], (), faults), file=file)
        what = "an outcome space" if "issues" in root.fields else "one party's utility function"
        if _kind(data) is None:
            what = "no scenario of NegMAS"
        raise refused(f"this is {what}", file, _FOLDER)


def read_folder(folder: Folder) -> Case:
    """Return the case of a scenario's files, parties in the order of their names.

    Raises CaseError with the faults of the first file that is faulty.
    """
    kinds = {file.name: _kind(file.data) for file in folder.files if file.suffix in SUFFIXES}
    spaces = [file for file in folder.files if kinds.get(file.name) == "space"]
    functions = [file for file in folder.files if kinds.get(file.name) == "function"]
    if len(spaces) != 1:
        names = " and ".join(file.name for file in spaces)
        problem = f"{len(spaces)} outcome spaces lie here: {names}" if spaces else _NO_SPACE
        hint = "keep one file with issues in the folder"
        if spaces:
            hint = f"give one of them: {spaces[0].name} goes with functions of similar names"
        raise refused(problem, folder.name, hint)
    title, issues = _within(folder, spaces[0], _read_space)
    utilities = []
    profiles = []
    for file in functions:
        name, utility = _within(folder, file, partial(_read_function, issues=issues))
        utilities.append(utility)
        profiles.append(_profile(utility, name or file.stem))
    beside = next((file for file in folder.files if file.name == BESIDE), None)
    used = {spaces[0].name, BESIDE, *(file.name for file in functions)}
    aside = tuple(file.name for file in folder.files if file.name not in used)
    with faults_of(folder.name) as faults:
        case = _case(title or folder.stem, issues, profiles, utilities, aside, faults)
    case = replace(case, file=folder.name)
    if beside is None:
        return case
    case = _within(folder, beside, partial(read_beside, case=case))
    return replace(case, note=together(case.note, left_aside(aside)))


def _kind(data: bytes) -> str | None:
    """Return whether a file looks like a ``function`` or a ``space``; None for any other."""
    if len(data) > MOST_BYTES or _OURS.search(data):
        return None
    braces = data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")
    function, *space = _IN_BRACES if braces else _IN_BLOCKS
    if function.search(data):
        return "function"
    return "space" if any(look.search(data) for look in space) else None


def _within(folder: Folder, file: File, reader: Callable[[Fields, Faults], Read]) -> Read:
    """Read a file of a folder; faults name it."""
    with faults_of(folder.place(file)) as faults:
        return reader(nodes_of(file.data, faults), faults)


def _name(root: Fields) -> str:
    node = said(root.fields.get("name"))
    return node.text.strip() if isinstance(node, Text) else ""


def _read_space(root: Fields, faults: Faults) -> tuple[str, tuple[DomainIssue, ...]]:
    """Return the title and the issues of an outcome space."""
    issues = read_issues(root, faults)
    faults.raise_any()
    if not issues:
        faults.at(root.line, "issues", "there are no issues", "an outcome space has at least one")
        faults.raise_any()
    return _name(root), issues


def _read_function(
    root: Fields, faults: Faults, *, issues: Sequence[DomainIssue]
) -> tuple[str, Utility]:
    """Return the name of a party and its utility function."""
    utility = read_utility(root, issues, faults)
    faults.raise_any()
    return _name(root), utility


def _profile(utility: Utility, label: str) -> Profile:
    """Return a utility as points and red lines: options at minus infinity have the least points."""
    points = []
    refused = []
    for k, values in enumerate(utility.points):
        least = min((value for value in values if value is not None), default=Fraction(0))
        points.append(tuple(least if value is None else value for value in values))
        refused += [(k, option) for option, value in enumerate(values) if value is None]
    walking = utility.reserved
    return Profile(
        label=label,
        points=tuple(points),
        no_deal=Bounds(high=utility.floor(), strict=True) if walking is None else walking,
        boxes=utility.boxes,
        refused=tuple(refused),
        note=utility.note,
    )


def _case(
    title: str,
    issues: Sequence[DomainIssue],
    profiles: Sequence[Profile],
    utilities: Sequence[Utility],
    aside: Sequence[str],
    faults: Faults,
) -> Case:
    infinite = any(utility.reserved is None for utility in utilities)
    note = together(_READ, _INFINITE if infinite else "", left_aside(aside))
    read = [issue.read for issue in issues]
    return additive_case(title, read, profiles, faults=faults, note=note)


FORMAT = Format(
    name="negmas",
    title="NegMAS",
    suffixes=SUFFIXES,
    read=read,
    recognises=recognises,
    read_folder=read_folder,
    is_domain=lambda data: _kind(data) == "space",
    write_folder=partial(write_folder, read=read_folder),
)
