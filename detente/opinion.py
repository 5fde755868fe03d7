"""One party as an analysis sees it: what was said, and the readings that fit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from detente.case import Case
from detente.linear import Row
from detente.polytope import Polytope
from detente.preferences import Preferences, preferences_of
from detente.statements.compare import Compare


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
        """Whether readings are drawn from a wider set, because the statements leave no volume.

        Then what is seen in a reading need not be possible, and verdicts are always proved.
        """
        tight = self.certain.interior[1]
        position = len(self.preferences.base)
        for group in self.certain.groups:
            for row in group.rows:
                flat = row.relation == "==" or position in tight
                position += 1
                places = {u[1] if u[0] in {"option", "swing"} else u[0] for u in row.linear.terms}
                compared = isinstance(group.origin, Compare)
                if flat and len(places) > 1 and (compared or _speaks_of_options(row)):
                    return True
        return False

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


def _speaks_of_options(row: Row) -> bool:
    return any(unknown[0] == "option" for unknown in row.linear.terms)
