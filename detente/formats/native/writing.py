"""A case as Detente's own YAML: one that reads back equal, or what it holds is refused by name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from detente.blocks.graph import STATE_ISSUE, GraphState, StatusQuo
from detente.case import Case, Party, Proposal, Source
from detente.document import Faults
from detente.errors import CaseError
from detente.formats.native.blocks import SPELLED
from detente.formats.native.statements import marks, spelled_statement
from detente.number import plain
from detente.vocabulary import Issue

SHORT = 60
"""A list of texts that takes no more characters stands on one line."""

Tree = dict[str, Any]


def write(case: Case, *, read: Callable[[bytes, str], Case]) -> str:
    """Return a case as the text of a case file.

    read : reads a case file; the text is read back, so that nothing can be lost unsaid

    Raises
    ------
    CaseError
        The case has a part that is not written yet, or one that no case file holds.
    """
    faults = Faults()
    for name in case.blocks:
        if name not in SPELLED and case.blocks[name]:
            hint = "take it out, or copy it by hand"
            faults.at(0, name, f"'{name}' is not written by this command", hint)
    faults.raise_any(case.file)
    text = dumped(_tree(case))
    try:
        again = read(text.encode(), case.file)
    except CaseError as error:
        first = error.faults[0]
        problem = f"a case file cannot hold this: {first.problem}"
        faults.at(0, first.path, problem, first.hint if first.path else "")
    else:
        if again != case:
            problem = "some of the case would read otherwise from a case file"
            faults.at(0, _differing(case, again), problem, "write it as a case file by hand")
    faults.raise_any(case.file)
    return text


def _differing(case: Case, again: Case) -> str:
    """Return the first part in which two cases differ."""
    parts = ("title", "note", "parties", "issues", "constraints", "proposals", "statements")
    return next((part for part in parts if getattr(case, part) != getattr(again, part)), "blocks")


def _tree(case: Case) -> Tree:
    tree: Tree = {"detente": "1", "title": case.title}
    tree.update(_said(as_of=case.as_of, note=case.note))
    if case.sources:
        tree["sources"] = {source.name: _source(source) for source in case.sources}
    tree["parties"] = {party.name: _party(party) for party in case.parties}
    if not _stated(case):
        tree["issues"] = {issue.name: _issue(issue) for issue in case.issues}
    if case.constraints:
        tree["constraints"] = [
            {
                "require": constraint.condition.text,
                **_said(title=constraint.title),
                **marks(constraint.provenance),
            }
            for constraint in case.constraints
        ]
    if case.proposals:
        tree["proposals"] = {proposal.name: _proposal(proposal) for proposal in case.proposals}
    preferences: dict[str, list[Tree]] = {}
    for statement in case.statements:
        preferences.setdefault(statement.party, []).append(spelled_statement(statement))
    if preferences:
        tree["preferences"] = preferences
    for name, entries in case.blocks.items():
        if entries:
            tree[name] = SPELLED[name](entries)
    return tree


def _stated(case: Case) -> bool:
    """Tell whether the one issue is what the reader makes of the states of the graph."""
    graph = case.blocks.get("graph", ())
    names = tuple(entry.name for entry in graph if isinstance(entry, GraphState))
    if not names:
        return False
    said = [entry.name for entry in graph if isinstance(entry, StatusQuo)]
    bare = Issue(name=STATE_ISSUE, options=names, status_quo=said[0] if said else names[0])
    return case.issues == (bare,)


def _said(**texts: str) -> dict[str, str]:
    return {key: text for key, text in texts.items() if text}


def _source(source: Source) -> Any:
    more = _said(date=source.date, url=source.url, note=source.note)
    if not more and source.title:
        return source.title
    return {**_said(title=source.title), **more}


def _party(party: Party) -> Any:
    more = _said(signatory="" if party.signatory else "no", note=party.note)
    if not more and party.title:
        return party.title
    return {**_said(name=party.title), **more}


def _issue(issue: Issue) -> Tree:
    found: Tree = _said(title=issue.title)
    if issue.levels is None:
        found["options"] = list(issue.options)
    else:
        low, high = issue.levels[0], issue.levels[-1]
        found.update(_said(unit=issue.unit), range=f"{plain(low)}..{plain(high)}")
        found["step"] = plain(issue.levels[1] - low)
    return {**found, "status_quo": issue.status_quo, **_said(note=issue.note)}


def _proposal(proposal: Proposal) -> Tree:
    terms = {setting.issue.text: setting.option.text for setting in proposal.terms.settings}
    more = {**_said(title=proposal.title), **marks(proposal.provenance)}
    return {**more, "terms": terms} if more else terms


class _Dumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes texts as they are: none is taken for a number, a date or a truth value."""

    def __init__(self, stream: Any, **options: Any) -> None:
        del options
        Emitter.__init__(self, stream, width=sys.maxsize, allow_unicode=True)
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)
        BaseResolver.__init__(self)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML calls it so
        """Indent the entries of a list."""
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003 - PyYAML wants it so

    def ignore_aliases(self, data: Any) -> bool:
        """Write out twice what is there twice."""
        del data
        return True

    def list_of(self, data: list[Any]) -> yaml.Node:
        """Put a short list of texts on one line."""
        short = all(isinstance(item, str) for item in data)
        short = short and sum(len(item) + 2 for item in data) <= SHORT
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=short)


_Dumper.add_representer(list, _Dumper.list_of)


def dumped(tree: Any) -> str:
    """Return a tree of texts as YAML, quoted only where YAML needs it."""
    text: str = yaml.dump(tree, Dumper=_Dumper)
    return text


class _Inline(list[Any]):
    """A list within brackets, whatever it holds."""


_Dumper.add_representer(
    _Inline,
    lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True),
)


def inline(tree: Any) -> str:
    """Return a tree of texts as it may stand within braces or brackets.

    Examples
    --------
    >>> inline({"shifts": "none", "note": "one, two"})
    "{shifts: none, note: 'one, two'}"
    """
    text: str = yaml.dump(_Inline([tree]), Dumper=_Dumper)
    return text.strip()[1:-1]
