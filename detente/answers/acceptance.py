"""Show acceptance under uncertainty: a reading that accepts, one that refuses, what is robust."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from detente.agreement import agreement_of
from detente.analysis import Analysis, Judged
from detente.answers.answer import Answer, Question, circumstances
from detente.case import Case
from detente.errors import UnanswerableError
from detente.mending import repairs_of
from detente.prose import (
    PERCENT_NOTE,
    acceptance_table,
    capital,
    changes_text,
    counted_data,
    opening,
    package_text,
    share_tone,
)
from detente.recommendation import RECOMMENDED
from detente.solvers.bargaining import SOLUTIONS
from detente.steadiness import Steadiness, steadiness_of
from detente.table import Section, Sentence, Table
from detente.telling.steadiness import steadiness_data, steadiness_section
from detente.telling.witness import certificate_data, certificate_section
from detente.vocabulary import Package
from detente.witness import Certificate, certificates_of
from detente.work import Work


@dataclass(frozen=True, kw_only=True)
class Certified:
    """A package, and what shows in which readings each party accepts it.

    name : of the proposal or the solution; of a repair, that of the proposal it mends
    title : what people read
    """

    name: str
    title: str
    judged: Judged
    certificates: tuple[Certificate, ...]


@dataclass(frozen=True, kw_only=True)
class Acceptances(Answer):
    """Who accepts what in every, some or no reading, with certificates.

    steadiness : what the solutions pick over all readings; None when a signatory cannot be answered
        for
    withheld : why there is none; empty when there is
    """

    analysis: Analysis
    proposals: tuple[Certified, ...]
    repairs: tuple[Certified, ...]
    solutions: tuple[Certified, ...]
    steadiness: Steadiness | None
    withheld: str = ""

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    def data(self) -> dict[str, Any]:
        """Return certificates and shares for JSON."""
        solved: dict[str, Any] = {"solutions": {}, "recommended": None, "needs_cardinal": []}
        if self.steadiness is not None:
            solved = steadiness_data(self.steadiness)
        return {
            "answer": "acceptance",
            **circumstances(self.case, self.analysis.work),
            "readings": self.analysis.readings.n_readings,
            "packages": {
                "proposals": [self._certified_data(one, "proposal") for one in self.proposals],
                "repairs": [self._certified_data(one, "repair_of") for one in self.repairs],
                "solutions": [self._certified_data(one, "solution") for one in self.solutions],
            },
            **solved,
            "withheld": self.withheld or None,
        }

    def _certified_data(self, one: Certified, key: str) -> dict[str, Any]:
        return {
            key: one.name,
            "package": self.case.vocabulary.named(one.judged.package),
            **counted_data(one.judged.together),
            "parties": {c.party.name: certificate_data(self.case, c) for c in one.certificates},
        }

    def sections(self) -> tuple[Section, ...]:
        """Return what is robust over the readings, then certificates of the main packages."""
        parts = [] if self.steadiness is None else [steadiness_section(self.steadiness)]
        parts += [self._certified_section(one) for one in self._told()]
        tables = (self._table(),) if self.proposals or self.solutions else ()
        return (
            Section(
                key="acceptance",
                title="Acceptance under uncertainty",
                lead=tuple(self._lead()),
                tables=tables,
                parts=tuple(parts),
            ),
        )

    def chapter(self) -> tuple[Section, ...]:
        """Return what the solutions pick over the readings; certificates are asked for singly."""
        return () if self.steadiness is None else (steadiness_section(self.steadiness),)

    def _lead(self) -> list[Sentence]:
        text = (
            "For each package: who accepts it in every reading, in some, or in none. Where it is "
            "some, a reading of either kind is shown below, as values to add up; where it is every "
            f"or none, what forces it. {PERCENT_NOTE}"
        )
        lead = [Sentence(text=text)]
        if self.withheld:
            lead.append(Sentence(text=f"No solutions: {self.withheld}.", tone="warn"))
        return lead

    def _table(self) -> Table:
        """Return who accepts the proposals, the best repair of each, and the solutions."""
        best = {one.name: one for one in reversed(self.repairs)}
        found = []
        for one in self.proposals:
            found.append((one.title, one.judged))
            if one.name in best:
                found.append((f"{one.title}, best repair", best[one.name].judged))
        first = {one.name: one for one in reversed(self.solutions)}
        found += [(one.title, one.judged) for one in self.solutions if first[one.name] is one]
        alike: dict[Package, list[str]] = {}
        for title, judged in found:
            alike.setdefault(judged.package, []).append(title)
        known = {judged.package: judged for _, judged in found}
        rows = [("; ".join(titles), known[package]) for package, titles in alike.items()]
        title = "In how many of the readings each party accepts"
        return acceptance_table(self.analysis, rows, title=title, first="Package")

    def _told(self) -> Iterable[Certified]:
        """Go through the packages told in full: proposals and the one that is recommended."""
        seen = set()
        recommended = [one for one in self.solutions if one.name == RECOMMENDED][:1]
        for one in (*self.proposals, *recommended):
            if one.judged.package not in seen:
                seen.add(one.judged.package)
                yield one

    def _certified_section(self, one: Certified) -> Section:
        package = package_text(self.case, one.judged.package)
        lead = [Sentence(text=f"In this package: {package}; all else stays as it is.")]
        together = one.judged.together
        if together is not None:
            text = f"{opening(together)} all signatories accept it."
            lead.append(Sentence(text=text, tone=share_tone(together)))
        return Section(
            key=f"package-{one.name}",
            title=capital(one.title),
            lead=tuple(lead),
            parts=tuple(certificate_section(self.case, c) for c in one.certificates),
        )


def acceptance(case: Case, /, *, work: Work | None = None) -> Acceptances:
    """Show who accepts what in every, some or no reading, and what the solutions pick in all.

    For every proposal, every repair of one, and every solution on the central reading: a verdict
    for each party with a certificate that can be checked by hand. Where the verdict is *some*, a
    typical reading that accepts and one that refuses, each the mean of the drawn readings of its
    kind (values are linear, and the readings of a kind form a convex set), rounded and then checked
    in fractions against every certain statement. Where it is *every* or *none*, an irreducible set
    of statements that forces it, and the reading that comes closest to the contrary. Certificates
    are necessary and possible preference made visible (Greco, Mousseau and Słowiński 2008).

    Besides, how often each package and each option is part of what a solution picks over the
    readings, as acceptability indices are (Lahdelma, Hokkanen and Salminen 1998).

    A contradictory or incomplete party has the verdict that says so and no certificate.
    """
    return acceptances(Analysis(case=case, work=work or Work()))


def acceptances(analysis: Analysis) -> Acceptances:
    """Show acceptance within an analysis."""
    case = analysis.case
    certified = _Certifier(analysis)
    named = [(p.name, p.label, case.vocabulary.proposals[p.name]) for p in case.proposals]
    judged = analysis.judge([package for _, _, package in named])
    proposals = [
        certified(name, label, one) for (name, label, _), one in zip(named, judged, strict=True)
    ]
    withheld = ""
    repairs: list[Certified] = []
    solutions: list[Certified] = []
    steadiness = None
    try:
        analysis.require(case.signatories)
    except UnanswerableError as error:
        withheld = str(error)
    else:
        agreement = agreement_of(analysis, fast=True)
        for name, label, package in named:
            for repair in repairs_of(analysis, package).found:
                changes = changes_text(case, package, repair.judged.package)
                repairs.append(certified(name, f"{label}, with {changes}", repair.judged))
        for pick in agreement.picks:
            title = f"{SOLUTIONS[pick.name].title}, central reading"
            if pick.n_tied != 1:
                title += ", one of several tied"
            solutions += [certified(pick.name, title, one) for one in pick.packages]
        steadiness = steadiness_of(agreement)
    return Acceptances(
        analysis=analysis,
        proposals=tuple(proposals),
        repairs=tuple(repairs),
        solutions=tuple(solutions),
        steadiness=steadiness,
        withheld=withheld,
    )


class _Certifier:
    """Certifies packages, each once however often it comes up."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.known: dict[Package, tuple[Certificate, ...]] = {}

    def __call__(self, name: str, title: str, judged: Judged) -> Certified:
        if judged.package not in self.known:
            self.known[judged.package] = certificates_of(self.analysis, judged)
        found: Sequence[Certificate] = self.known[judged.package]
        return Certified(name=name, title=title, judged=judged, certificates=tuple(found))


QUESTION = Question(name="acceptance", ask=acceptance, reported=acceptances)
