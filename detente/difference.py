"""What changed from one state of a case to another: things added, removed and changed.

Nothing is analysed. Statements are told apart by what they say (:mod:`detente.pairing`), everything
else by its name; the order in which a file lists things is no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from detente.case import Case, Proposal
from detente.expression import Side
from detente.pairing import Pair, meaning, pairs_of, says, statement_pairs
from detente.particulars import (
    BASIS,
    Detail,
    entry_fields,
    of_constraint,
    of_entry,
    of_issue,
    of_names,
    of_proposal,
    of_provenance,
)
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.ordinal import Ranking
from detente.vocabulary import Issue

Kind = Literal["added", "removed", "changed", "basis"]
"""``basis``: it says the same, and rests on something else: sources, confidence, note or view."""


_Details = Callable[[Any, Any], Iterable["Detail"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing of a case that is not as it was.

    what : ``case``, ``source``, ``party``, ``issue``, ``constraint``, ``proposal``, ``statement``,
        or the name of a block, such as ``leverage``
    name : how the file calls it; empty for what has no name
    old, new : the thing itself in each case; None where it is not there
    details : what exactly changed in it
    """

    what: str
    kind: Kind
    name: str = ""
    old: Any = None
    new: Any = None
    details: tuple[Detail, ...] = ()

    @property
    def party(self) -> str:
        """The party that a statement is about; empty for anything else."""
        thing = self.new if self.old is None else self.old
        return thing.party if isinstance(thing, Statement) else ""

    def bears(self, view: str) -> bool:
        """Tell whether it is a statement whose change bears on answers, as one view has it."""
        return self.what == "statement" and _weight(self.old, view) != _weight(self.new, view)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Everything in which two states of a case differ, in the order of the file."""

    old: Case
    new: Case
    changes: tuple[Change, ...]

    def of(self, what: str) -> tuple[Change, ...]:
        """Return the changes of one kind of thing."""
        return tuple(change for change in self.changes if change.what == what)

    @property
    def older(self) -> bool:
        """Whether the new case was written for a day before the old one."""
        return is_older(self.old.as_of, self.new.as_of)

    @cached_property
    def same_issues(self) -> bool:
        """Whether the same options of the same issues are on the table, with the same status quo.

        What is worth how much can then be held against each other; otherwise importance and no deal
        are measured on another scale.
        """
        tables = [
            {
                issue.name: (frozenset(issue.options), issue.status_quo, issue.levels)
                for issue in case.issues
            }
            for case in (self.old, self.new)
        ]
        return tables[0] == tables[1]

    @cached_property
    def resettled(self) -> frozenset[str]:
        """The proposals of both cases that no longer mean the same package."""
        both = {p.name for p in self.old.proposals} & {p.name for p in self.new.proposals}
        packages = [
            {name: case.vocabulary.named(case.vocabulary.proposals[name]) for name in both}
            for case in (self.old, self.new)
        ]
        return frozenset(name for name in both if packages[0][name] != packages[1][name])

    def restated(self, view: str) -> frozenset[str]:
        """Return the parties of both cases of which not the same is said any more.

        Parties whose readings are not what they were: a statement that bears on answers changed, or
        one that names a proposal which now means something else, or what is on the table did.
        """
        both = {p.name for p in self.old.parties} & {p.name for p in self.new.parties}
        if not self.same_issues:
            return frozenset(both)
        changed = {change.party for change in self.changes if change.bears(view)}
        for statement in self.new.statements_in(view):
            if self.resettled & set(_proposals_named(statement)):
                changed.add(statement.party)
        return frozenset(both & changed)

    @cached_property
    def perhaps_renamed(self) -> tuple[tuple[str, str], ...]:
        """Issues that are gone, each with a new one of the same options: a guess, no more."""
        gone = [change.old for change in self.of("issue") if change.kind == "removed"]
        come = [change.new for change in self.of("issue") if change.kind == "added"]
        return tuple(
            (pair.old.name, pair.new.name)
            for pair in pairs_of(gone, come, (_shape_of,))
            if pair.old is not None and pair.new is not None
        )


def difference_of(old: Case, new: Case) -> Difference:
    """Return what changed from one state of a case to another.

    Notes and titles count; order, line breaks and blanks do not.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from detente.catalog import load
    >>> case = load("harbour")
    >>> difference_of(case, case).changes
    ()
    >>> later = replace(case, as_of="2026-03-08", statements=case.statements[1:])
    >>> [(change.what, change.kind) for change in difference_of(case, later).changes]
    [('case', 'changed'), ('statement', 'removed')]
    """
    changes = [
        *_of_case(old, new),
        *_named("source", old.sources, new.sources, of_names),
        *_named("party", old.parties, new.parties, of_names),
        *_named("issue", old.issues, new.issues, of_issue),
        *_of_constraints(old, new),
        *_of_proposals(old, new),
        *_of_statements(old, new),
        *_of_blocks(old, new),
    ]
    return Difference(old=old, new=new, changes=tuple(changes))


def is_older(old: str, new: str) -> bool:
    """Tell whether the second of two days, months or years lies before the first.

    Examples
    --------
    >>> is_older("2025-07-31", "2025-07-24"), is_older("2025-07", "2025-07-31")
    (True, False)
    """
    form = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
    if not form.fullmatch(old) or not form.fullmatch(new):
        return False
    shared = min(len(old), len(new))
    return new[:shared] < old[:shared]


def _weight(statement: Statement | None, view: str) -> object:
    if statement is None or not statement.applies(view):
        return None
    return (says(statement), statement.provenance.confidence)


def _proposals_named(statement: Statement) -> Iterator[str]:
    sides: Sequence[Side] = ()
    if isinstance(statement, Compare):
        sides = statement.comparison.sides
    elif isinstance(statement, Ranking):
        sides = tuple(statement.sides())
    yield from (side.proposal.text for side in sides if side.proposal is not None)


def _shape_of(issue: Issue) -> object:
    return (frozenset(issue.options), issue.status_quo) if len(issue.options) > 1 else None


def _of_case(old: Case, new: Case) -> Iterator[Change]:
    for key in ("title", "as_of", "note"):
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            detail = Detail(key=key, old=before, new=after)
            yield Change(what="case", kind="changed", name=key, old=old, new=new, details=(detail,))


def _named(
    what: str, old: Sequence[Any], new: Sequence[Any], details: _Details
) -> Iterator[Change]:
    for pair in pairs_of(old, new, (lambda thing: thing.name,)):
        yield from _changed(what, pair, details)


def _changed(what: str, pair: Pair[Any], details: _Details) -> Iterator[Change]:
    name = getattr(pair.new if pair.old is None else pair.old, "name", "")
    if pair.old is None:
        yield Change(what=what, kind="added", name=name, new=pair.new)
    elif pair.new is None:
        yield Change(what=what, kind="removed", name=name, old=pair.old)
    elif found := tuple(details(pair.old, pair.new)):
        only_basis = all(detail.key in BASIS for detail in found)
        provided = hasattr(pair.new, "provenance")
        kind: Kind = "basis" if only_basis and provided else "changed"
        yield Change(what=what, kind=kind, name=name, old=pair.old, new=pair.new, details=found)


def _of_constraints(old: Case, new: Case) -> Iterator[Change]:
    keys = (
        meaning,
        lambda constraint: meaning(constraint.condition),
        lambda constraint: constraint.title or None,
        lambda constraint: frozenset(test.issue.text for test in constraint.condition.tests()),
    )
    for pair in pairs_of(old.constraints, new.constraints, keys):
        yield from _changed("constraint", pair, of_constraint)


def _of_proposals(old: Case, new: Case) -> Iterator[Change]:
    def details(before: Proposal, after: Proposal) -> Iterator[Detail]:
        return of_proposal(before, after, (old, new))

    return _named("proposal", old.proposals, new.proposals, details)


def _of_statements(old: Case, new: Case) -> Iterator[Change]:
    """Go through the statements by party, so that each party's changes stand together."""
    pairs = statement_pairs(old.statements, new.statements)
    names = dict.fromkeys(p.name for p in (*new.parties, *old.parties))
    for name in names:
        for pair in pairs:
            both = [s for s in (pair.old, pair.new) if s is not None]
            if both[0].party == name:
                yield from _of_statement(pair)


def _of_statement(pair: Pair[Statement]) -> Iterator[Change]:
    old, new = pair.old, pair.new
    if old is None or new is None:
        yield Change(what="statement", kind="removed" if new is None else "added", old=old, new=new)
        return
    details = tuple(of_provenance(old.provenance, new.provenance))
    same = says(old) == says(new)
    if details or not same:
        kind: Kind = "basis" if same else "changed"
        yield Change(what="statement", kind=kind, old=old, new=new, details=details)


def _of_blocks(old: Case, new: Case) -> Iterator[Change]:
    keys = (_entry_whole, _entry_says, _entry_title, _entry_subject, _entry_kind)
    for name in dict.fromkeys((*old.blocks, *new.blocks)):
        for pair in pairs_of(old.blocks.get(name, ()), new.blocks.get(name, ()), keys):
            yield from _changed(name, pair, of_entry)


def _entry_whole(entry: Any) -> object:
    return (_entry_says(entry), meaning(entry.provenance))


def _entry_says(entry: Any) -> object:
    said = tuple(meaning(getattr(entry, name)) for name in entry_fields(entry))
    return (type(entry).__name__, *said)


def _entry_title(entry: Any) -> object:
    title = getattr(entry, "name", "") or getattr(entry, "title", "")
    return (type(entry).__name__, title, getattr(entry, "party", "")) if title else None


def _entry_subject(entry: Any) -> object:
    """Entries that have no name are one that changed where they speak of the same."""
    names: tuple[str, ...] = getattr(entry, "SUBJECT", ())
    about = [meaning(getattr(entry, name)) for name in names]
    return (type(entry).__name__, entry.provenance.view, *about) if names else None


def _entry_kind(entry: Any) -> object:
    """Entries that nothing can name, such as the unit of time, are one that changed."""
    subject: tuple[str, ...] = getattr(entry, "SUBJECT", ())
    named = {"name", "title", "party"} & set(entry_fields(entry))
    return None if named or subject else type(entry).__name__
