"""Which change of a case did it: each change of a statement made alone to the old case.

Of an answer that changed, the *candidates* are the changes that can touch it: of statements about
the parties that it depends on, and of the proposal itself. A candidate *alone makes* the change
when, with it as the only change to the old case, the share has moved by more than half of the way;
where only the verdict changed, when it is the new one. Where no candidate does, they do it only
together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from detente.analysis import Analysis, Judged
from detente.case import Case
from detente.consequences import (
    ALL,
    Consequences,
    Outcome,
    Stand,
    counted,
    recommended,
    same_package,
    stand_of,
    visible,
    zone_share,
)
from detente.difference import Change
from detente.errors import CaseError

MOST_CHANGES = 12
"""More changes than this are not tried one at a time."""

About = Literal["proposal", "zone", "recommended"]
Finding = Literal["alone", "together", "untried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Which change made one answer change.

    about, proposal, party : the answer; the last two are empty unless it is about a proposal
    finding : ``alone`` when each of ``changes`` makes it by itself; ``together`` when none of the
        candidates does, which are then in ``changes``; ``untried`` when it cannot be told
    """

    about: About
    finding: Finding
    proposal: str = ""
    party: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Causes:
    """What made the answers change, found by making the changes one at a time."""

    consequences: Consequences
    _made: dict[int, Analysis | None] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def bearing(self) -> tuple[Change, ...]:
        """The changes of statements that bear on answers."""
        found = self.consequences
        return tuple(c for c in found.difference.changes if c.bears(found.view))

    @cached_property
    def found(self) -> tuple[Attribution, ...]:
        """An attribution for every answer that changed."""
        told = self.consequences
        changed = [outcome for outcome in told.outcomes if outcome.changed]
        attributions = []
        for done, outcome in enumerate(changed):
            told.new.work.step("trying one change at a time", done, len(changed))
            attributions.append(self._of_outcome(outcome))
        if told.zone_changed:
            attributions.append(self._of_zone())
        if told.recommended_changed:
            attributions.append(self._of_recommended())
        return tuple(attributions)

    def of(self, about: About, proposal: str = "", party: str = "") -> Attribution | None:
        """Return what made an answer change; None when it did not change."""
        wanted = (about, proposal, party)
        return next((a for a in self.found if (a.about, a.proposal, a.party) == wanted), None)

    @cached_property
    def _triable(self) -> bool:
        """Whether changes of statements can be made one at a time, and are few enough."""
        return self.consequences.difference.same_issues and len(self.bearing) <= MOST_CHANGES

    def _of_outcome(self, outcome: Outcome) -> Attribution:
        told = self.consequences
        proposals = told.difference.of("proposal")
        moved = [c for c in proposals if c.name == outcome.proposal in told.difference.resettled]
        changes = [*moved, *self._about(outcome.party)]

        def makes(change: Change) -> bool:
            made = self._stand(outcome, change)
            return made is not None and _does(made, outcome.old, outcome.new)

        # what else could have done it cannot be made alone: signatories, or another proposal
        sole = told.same_signatories or outcome.party != ALL
        sole = sole and not (told.difference.resettled - {outcome.proposal})
        finding, changes = self._tried(changes, makes, sole=sole)
        return Attribution(
            about="proposal",
            finding=finding,
            proposal=outcome.proposal,
            party=outcome.party,
            changes=tuple(changes),
        )

    def _of_zone(self) -> Attribution:
        old, new = self.consequences.zones

        def makes(change: Change) -> bool:
            made = self._made_alone(change)
            share = None if made is None else zone_share(made)
            if share is None or old is None or new is None:
                return False
            return _does(counted(share), counted(old), counted(new))

        return self._of_whole("zone", makes)

    def _of_recommended(self) -> Attribution:
        new = self.consequences.recommended[1]

        def makes(change: Change) -> bool:
            made = self._made_alone(change)
            return made is not None and same_package(recommended(made), new)

        return self._of_whole("recommended", makes)

    def _of_whole(self, about: About, makes: Callable[[Change], bool]) -> Attribution:
        told = self.consequences
        fixed = told.same_signatories and not told.difference.of("constraint")
        changes = self._about(ALL) if told.old.listed is not None else []
        finding, changes = self._tried(changes, makes, sole=fixed)
        return Attribution(about=about, finding=finding, changes=tuple(changes))

    def _about(self, party: str) -> list[Change]:
        """Return the changes of statements about a party, or about any signatory of both cases."""
        told = self.consequences
        names = {party}
        if party == ALL:
            both = [{p.name for p in a.case.signatories} for a in (told.old, told.new)]
            names = both[0] & both[1]
        return [change for change in self.bearing if change.party in names]

    def _tried(
        self, changes: list[Change], makes: Callable[[Change], bool], *, sole: bool
    ) -> tuple[Finding, list[Change]]:
        """Try each candidate; where there is but one and nothing else, it must be that one."""
        if not self._triable or not changes:
            return "untried", []
        if len(changes) == 1 and sole:
            return "alone", changes
        alone = [change for change in changes if makes(change)]
        if alone:
            return "alone", alone
        return ("together", changes) if sole else ("untried", [])

    def _stand(self, outcome: Outcome, change: Change) -> Stand | None:
        """Return the answer with one change as the only one to the old case."""
        told = self.consequences
        if change.what == "proposal":
            package = told.new.case.vocabulary.proposals[outcome.proposal]
            named = told.new.case.vocabulary.named(package)
            return stand_of(_judged_as(told.old, named), outcome.party)
        made = self._made_alone(change)
        if made is None:
            return None
        before = told.old.case.vocabulary
        named = before.named(before.proposals[outcome.proposal])
        return stand_of(_judged_as(made, named), outcome.party)

    def _made_alone(self, change: Change) -> Analysis | None:
        """Return the old case with one change made; None when it cannot be made alone."""
        key = id(change)
        if key not in self._made:
            told = self.consequences
            case = with_change(told.old.case, told.new.case, change)
            self._made[key] = None if case is None else told.old.altered(case)
        return self._made[key]


def with_change(old: Case, new: Case, change: Change) -> Case | None:
    """Return the old case with one change of a statement made.

    None where it cannot be: it needs another change beside it, or a party that is not there.
    """
    statements = [
        change.new if statement is change.old else statement for statement in old.statements
    ]
    if change.old is None:
        statements.append(change.new)
    known = {source.name for source in old.sources}
    sources = (*old.sources, *(source for source in new.sources if source.name not in known))
    try:
        return replace(old, statements=tuple(s for s in statements if s), sources=sources)
    except CaseError:
        return None


def _judged_as(analysis: Analysis, named: dict[str, str]) -> Judged:
    package = tuple(issue.options.index(named[issue.name]) for issue in analysis.case.issues)
    return analysis.judge([package])[0]


def _does(made: Stand, old: Stand, new: Stand) -> bool:
    """Tell whether an answer with one change made has moved the larger part of the way.

    Where the share did not visibly move, the verdict did, and has to be the new one.
    """
    if made.share is None or old.share is None or new.share is None:
        return made.kind == new.kind
    if not visible(old.share, new.share):
        return made.kind == new.kind
    whole, part = new.share.value - old.share.value, made.share.value - old.share.value
    return part * whole > whole * whole / 2
