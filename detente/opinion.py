"""One party as an analysis sees it: what was said, and the readings that fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from detente.body import is_widened
from detente.case import Case
from detente.polytope import Polytope
from detente.preferences import Preferences, preferences_of


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """The preferences of one party in one view, with their polytopes of readings."""

    preferences: Preferences

    @cached_property
    def certain(self) -> Polytope:
        """The readings that fit every certain statement."""
        return Polytope.certain(self.preferences)

    @cached_property
    def whole(self) -> Polytope | None:
        """The readings that fit all statements; None when those contradict each other."""
        if not self.has_uncertain_rows:
            return self.certain
        together = Polytope.whole(self.preferences)
        return together if together.consistent else None

    @property
    def has_uncertain_rows(self) -> bool:
        """Whether a statement that bears on values is imposed in some readings only."""
        return any(not group.certain for group in self.preferences.groups)

    @cached_property
    def widened(self) -> bool:
        """Whether readings are drawn from a wider set, so that verdicts have to be proved."""
        return is_widened(self.certain)

    @property
    def ordinal(self) -> bool:
        """Whether preferences are given as an order only."""
        return self.preferences.manner == "ordinal"

    @property
    def incomplete(self) -> bool:
        """Whether best or worst of some issue is not known."""
        return bool(self.preferences.missing)

    @cached_property
    def contradictory(self) -> bool:
        """Whether no reading fits the certain statements."""
        return not self.ordinal and not self.certain.consistent

    @property
    def answerable(self) -> bool:
        """Whether questions about the party have an answer."""
        return not self.incomplete and not self.contradictory


def opinion_of(case: Case, party: str, *, view: str) -> Opinion:
    """Return what one view of the case says of a party."""
    statements = case.statements_of(party, view=view)
    return Opinion(preferences=preferences_of(party, statements, case.vocabulary))
