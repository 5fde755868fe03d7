"""A case under all of its views, side by side.

A view is whose picture of the parties is taken (design rule 9): what a party says, what is believed
of it, or the picture that a party has of everyone. Statements without a view belong to every view.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

from detente.analysis import Analysis
from detente.case import Case, Party
from detente.factors import Bools
from detente.packages import Choices, Valuation, central_valuation, package_space
from detente.polytope import Point
from detente.statements import Statement
from detente.statements.statement import BELIEVED, SAID
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Views:
    """A case under all of its views; everything is worked out once."""

    case: Case
    work: Work
    _analyses: dict[str, Analysis] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def analysis(self, view: str) -> Analysis:
        """Return the analysis of the case under one view."""
        if view not in self._analyses:
            work = replace(self.work, view=view)
            self._analyses[view] = Analysis(case=self.case, work=work)
        return self._analyses[view]

    def own(self, party: str) -> str:
        """Return the view that has a party's own preferences: its own if there is one, or believed.

        A party's own view of itself are statements about it that are marked with its name.
        """
        return party if self._marked(party, party) else BELIEVED

    @cached_property
    def reported(self) -> tuple[Party, ...]:
        """The parties of whom something is marked as said, or as believed."""
        return tuple(
            party
            for party in self.case.parties
            if self._marked(party.name, SAID) or self._marked(party.name, BELIEVED)
        )

    @cached_property
    def holders(self) -> tuple[Party, ...]:
        """The parties that have a picture of another: something about it is marked with theirs."""
        return tuple(
            party
            for party in self.case.parties
            if any(
                self._marked(other.name, party.name)
                for other in self.case.parties
                if other != party
            )
        )

    def differing(self, holder: Party) -> tuple[Party, ...]:
        """Return the other parties of whom a picture says something else than they do."""
        return tuple(
            party
            for party in self.case.parties
            if party != holder
            and self._said(party.name, holder.name) != self._said(party.name, self.own(party.name))
        )

    def view_in(self, holder: Party, party: str) -> str:
        """Return the view by which a holder of a picture sees a party, itself included."""
        return self.own(party) if party == holder.name else holder.name

    def answerable(self, party: str, view: str) -> bool:
        """Tell whether questions about a party under a view have an answer."""
        return self.analysis(view).opinions[party].answerable

    @cached_property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Parties, each with a view, that answers hold against each other on central readings."""
        wanted = [(party.name, self.own(party.name)) for party in self.case.parties]
        wanted += [
            (party.name, holder.name)
            for holder in self.holders
            for party in self.case.parties
            if party != holder
        ]
        return tuple(one for one in dict.fromkeys(wanted) if self.answerable(*one))

    @cached_property
    def valuation(self) -> Valuation:
        """The central readings of :attr:`columns`, in one common unit."""
        keys = [f"{party} {view}" for party, view in self.columns]
        analyses = [self.analysis(view) for _, view in self.columns]
        parties = [party for party, _ in self.columns]
        opinions = {
            key: analysis.opinions[party]
            for key, analysis, party in zip(keys, analyses, parties, strict=True)
        }
        central: dict[str, Point] = {
            key: analysis.readings.central[party]
            for key, analysis, party in zip(keys, analyses, parties, strict=True)
            if not opinions[key].ordinal
        }
        return central_valuation(package_space(self.case, opinions), opinions, central, keys)

    @cached_property
    def sample(self) -> Choices:
        """The feasible packages in case order; some drawn evenly where there are too many."""
        return self.analysis(BELIEVED).sample

    @property
    def listed(self) -> bool:
        """Whether :attr:`sample` holds every feasible package."""
        return self.analysis(BELIEVED).listed is not None

    @cached_property
    def accepted(self) -> Bools:
        """Which packages of :attr:`sample` each of :attr:`columns` accepts, exactly."""
        return self.valuation.acceptable(self.sample)

    def column(self, party: str, view: str) -> int:
        """Return the position of a party under a view in :attr:`columns`."""
        return self.columns.index((party, view))

    def _said(self, party: str, view: str) -> tuple[Statement, ...]:
        return self.case.statements_of(party, view=view)

    def _marked(self, party: str, view: str) -> bool:
        return any(statement.provenance.view == view for statement in self._said(party, view))
