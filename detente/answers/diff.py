"""Tell what changed in a case, and what that changed in the answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import CASE, Answer, Question, circumstances
from detente.answers.check import Contradiction, checked
from detente.attribution import Causes
from detente.case import Case
from detente.consequences import ALL, Consequences, Recommended, Stand, stand_of
from detente.difference import Change, Difference, difference_of
from detente.errors import UnanswerableError, quote
from detente.pairing import says
from detente.preferences import Unstated
from detente.prose import counted_data, origin_data
from detente.statements import Statement
from detente.table import Section, Sentence
from detente.telling import digest
from detente.telling.consequences import (
    answers_section,
    fresh_section,
    recommended_section,
    troubles_section,
)
from detente.telling.difference import case_section, label_of
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Changes(Answer):
    """What changed from one state of a case to another, and what that changed in the answers.

    appeared, vanished : sets of statements that contradict each other now and did not before, and
        the other way
    """

    difference: Difference
    consequences: Consequences
    causes: Causes
    appeared: tuple[Contradiction, ...]
    vanished: tuple[Contradiction, ...]

    @property
    def old(self) -> Case:
        """The case as it was."""
        return self.difference.old

    @property
    def new(self) -> Case:
        """The case as it is."""
        return self.difference.new

    def data(self) -> dict[str, Any]:
        """Return what changed for JSON."""
        told = self.consequences
        answers: dict[str, dict[str, Any]] = {}
        for outcome in told.outcomes:
            answers.setdefault(outcome.proposal, {})[outcome.party] = {
                "old": _stand_data(outcome.old),
                "new": _stand_data(outcome.new),
                "changed": outcome.changed,
            }
        return {
            "answer": "diff",
            **circumstances(self.new, told.new.work),
            "old": {"title": self.old.title, "as_of": self.old.as_of},
            "new": {"title": self.new.title, "as_of": self.new.as_of},
            "older": self.difference.older,
            "same_issues": self.difference.same_issues,
            "changes": [self._change_data(change) for change in self.difference.changes],
            "perhaps_renamed": [
                {"old": old, "new": new} for old, new in self.difference.perhaps_renamed
            ],
            "answers": answers,
            "feasible": {n: {"old": a, "new": b} for n, (a, b) in told.feasible.items()},
            "fresh": {name: self._fresh_data(name) for name in told.fresh},
            "zone": {
                "old": counted_data(told.zones[0]),
                "new": counted_data(told.zones[1]),
                "changed": told.zone_changed,
            },
            "recommended": {
                "old": _recommended_data(told.recommended[0]),
                "new": _recommended_data(told.recommended[1]),
                "changed": told.recommended_changed,
            },
            "red_lines": [
                {"proposal": c.proposal, "line": origin_data(self.new, c.line)}
                for c in told.crossings
            ],
            "contradictions": {
                "appeared": [_set_data(self.new, found) for found in self.appeared],
                "vanished": [_set_data(self.old, found) for found in self.vanished],
            },
            "unanswerable": [
                {"case": "old" if case is self.old else "new", "party": party, "kind": kind}
                for case, party, kind in told.unanswerable
            ],
            "because": [
                {
                    "about": found.about,
                    "proposal": found.proposal or None,
                    "party": found.party or None,
                    "finding": found.finding,
                    "changes": [self.difference.changes.index(c) for c in found.changes],
                }
                for found in self.causes.found
            ],
        }

    def _change_data(self, change: Change) -> dict[str, Any]:
        sides = ((self.old, change.old), (self.new, change.new))
        spoken = [_said(case, change, thing) for case, thing in sides]
        where = [getattr(thing, "provenance", None) for _, thing in sides]
        place = next((p.path for p in reversed(where) if p is not None and p.path), "")
        lines = [None if p is None else p.line or None for p in where]
        return {
            "what": change.what,
            "kind": change.kind,
            "name": change.name or None,
            "party": change.party or None,
            "path": place or _place(change),
            "line_old": lines[0],
            "line_new": lines[1],
            "old": spoken[0],
            "new": spoken[1],
            "details": [{"part": d.key, "old": d.old, "new": d.new} for d in change.details],
        }

    def _fresh_data(self, name: str) -> dict[str, Any]:
        judged = self.consequences.judged[1][name]
        parties = [*(party.name for party in self.new.parties), ALL]
        return {party: _stand_data(stand_of(judged, party)) for party in parties}

    def sections(self) -> tuple[Section, ...]:
        """Return what changed for people."""
        if not self.difference.changes:
            text = "Nothing changed: both files say the same."
            lead = (Sentence(text=text, tone="good"),)
            return (Section(key="diff", title=self.new.title, lead=lead),)
        told = self.consequences
        sets = [[found.origins for found in sets] for sets in (self.appeared, self.vanished)]
        parts = [
            case_section(self.difference),
            answers_section(told, self.causes),
            fresh_section(told),
            recommended_section(told),
            troubles_section(told, *sets),
        ]
        return (
            Section(
                key="diff",
                title=f"{self.new.title}: what changed",
                lead=digest.lead(told, self.causes),
                parts=tuple(part for part in parts if part is not None),
            ),
        )


def diff(old: Case, new: Case, /, *, work: Work | None = None) -> Changes:
    """Tell what changed from one state of a case to another, and what that changed in the answers.

    Statements are matched by what they say, so that their order does not matter. Both cases are
    analysed as they would be alone, with the same seed: every number is the one that ``compare``
    and ``settle`` give. A share counts as changed when the verdict did, or when it moved by at
    least one point and by more than twice the standard error of the difference. For every answer
    that changed, the changes are made to the old case one at a time, as long as the same issues are
    on the table and at most twelve statements changed.

    Raises
    ------
    UnanswerableError
        The cases have no party, or no issue, in common: they are not about one dispute.
    """
    _refuse_strangers(old, new)
    circumstance = work or Work()
    difference = difference_of(old, new)
    sides = Analysis(case=old, work=circumstance), Analysis(case=new, work=circumstance)
    told = Consequences(difference=difference, old=sides[0], new=sides[1])
    causes = Causes(consequences=told)
    appeared, vanished = _contradictions(*sides) if difference.changes else ((), ())
    if difference.changes:
        _ = causes.found
    return Changes(
        difference=difference,
        consequences=told,
        causes=causes,
        appeared=appeared,
        vanished=vanished,
    )


def _refuse_strangers(old: Case, new: Case) -> None:
    """Refuse to compare cases that are not about one dispute."""
    for many, before, after in (
        ("party", old.parties, new.parties),
        ("issue", old.issues, new.issues),
    ):
        if not {thing.name for thing in before} & {thing.name for thing in after}:
            raise UnanswerableError(
                f"{quote(old.title)} and {quote(new.title)} have no {many} in common, so they are "
                "about different disputes; give two states of one case"
            )


def _contradictions(
    old: Analysis, new: Analysis
) -> tuple[tuple[Contradiction, ...], tuple[Contradiction, ...]]:
    """Return the contradictions that appeared and those that vanished."""
    before, after = (
        {_content(found): found for found in checked(analysis).contradictions}
        for analysis in (old, new)
    )
    appeared = tuple(found for content, found in after.items() if content not in before)
    return appeared, tuple(found for content, found in before.items() if content not in after)


def _content(found: Contradiction) -> object:
    says_what = (o.what if isinstance(o, Unstated) else says(o) for o in found.origins)
    return (found.party, frozenset(says_what))


def _said(case: Case, change: Change, thing: object) -> str | None:
    """Return a thing that changed as one text; None where it is not there."""
    if thing is None:
        return None
    if isinstance(thing, Statement):
        return thing.sentence(case.vocabulary)
    if change.what == "case":
        return str(getattr(thing, change.name))
    return label_of(replace(change, old=None, new=thing))


def _place(change: Change) -> str:
    """Return where a thing without a line of its own stands in the file."""
    if change.what == "case":
        return change.name
    groups = {"party": "parties", "issue": "issues", "source": "sources", "proposal": "proposals"}
    group = groups.get(change.what, change.what)
    return f"{group}.{change.name}" if change.name else group


def _stand_data(stand: Stand) -> dict[str, Any]:
    return {"verdict": stand.kind, **counted_data(stand.share)}


def _recommended_data(recommended: Recommended) -> dict[str, Any]:
    return {
        "package": recommended.package and dict(recommended.package),
        "reason": recommended.reason or None,
        **counted_data(recommended.share),
    }


def _set_data(case: Case, found: Contradiction) -> dict[str, Any]:
    statements = [origin_data(case, origin) for origin in found.origins]
    return {"party": found.party, "statements": statements}


QUESTION = Question(
    name="diff",
    ask=diff,
    subjects=(
        replace(CASE, name="old", help="the case as it was: a file, a name of the catalogue, or -"),
        replace(CASE, name="new", help="the case as it is now, likewise"),
    ),
)
