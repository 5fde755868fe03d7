"""Write what a class is handed: each party's confidential sheet, and the instructor's debrief."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import Filed, Option, Question, circumstances
from detente.answers.settle import Settlement, settled
from detente.case import Case, Party
from detente.cells import REMARK, Cells
from detente.class_results import GROUP, NO_DEAL, read_results
from detente.class_standing import ClassStanding, class_standing
from detente.confidential import public, seen_by
from detente.errors import printable
from detente.left_on_the_table import LeftOver, Table
from detente.prose import listed
from detente.report import html
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.frontier import Frontier
from detente.table import Section
from detente.telling.class_results import class_data, class_section
from detente.telling.debrief import Teller
from detente.telling.handout_sheet import general_sections, party_sections
from detente.value_on_issues import IssueValue, value_on_issues
from detente.vocabulary import Package
from detente.work import Work

GENERAL, DEBRIEF, RESULTS = "general", "debrief", "results"
LONGEST_FILE_NAME = 80
_FOOTER = "Made with Detente. Results follow from what the case states; they are no forecast."


@dataclass(frozen=True, kw_only=True)
class Handout(Filed):
    """A case as a class is given it, and the instructor's debrief.

    settlement : what could be agreed
    issues : what each issue is to the signatories; nothing where one of them only ranks packages
    proposals : what each proposal leaves on the table, by its title
    standing : how a class did; None without results
    """

    settlement: Settlement
    issues: tuple[IssueValue, ...]
    proposals: tuple[tuple[str, LeftOver], ...]
    standing: ClassStanding | None = None

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.settlement.case

    @property
    def view(self) -> str:
        """Whose statements the sheets tell."""
        return self.settlement.analysis.work.view

    @cached_property
    def _teller(self) -> Teller:
        return Teller(agreement=self.settlement.agreement)

    def data(self) -> dict[str, Any]:
        """Return the debrief for JSON."""
        analysis = self.settlement.analysis
        left = self._teller.left_data
        return {
            "answer": "handout",
            **circumstances(self.case, analysis.work),
            "files": self.file_names,
            "settle": self.settlement.data(),
            "issues": self._teller.issues_data(self.issues),
            "left": [
                {"proposal": proposal.name, **left(over)}
                for proposal, (_, over) in zip(self.case.proposals, self.proposals, strict=True)
            ],
            "class": None if self.standing is None else class_data(self._teller, self.standing),
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the debrief for people."""
        teller, parts = self._teller, []
        if self.standing is not None:
            frontier = _frontier_of(self.settlement)
            titled = {
                SOLUTIONS[name].title: one for name, one in _solutions(self.settlement).items()
            }
            parts.append(class_section(teller, self.standing, frontier, solutions=titled))
        parts += self.settlement.sections()
        if self.issues:
            parts.append(teller.issues_section(self.issues))
        if self.proposals:
            parts.append(teller.proposals_section(self.proposals))
        return (*parts, teller.rests_on_section())

    @property
    def file_names(self) -> list[str]:
        """The names of the files, in the order of :meth:`files`."""
        sheets = list(sheet_names(self.case.signatories).values())
        return [f"{GENERAL}.html", *sheets, f"{DEBRIEF}.html", f"{RESULTS}.csv"]

    def files(self) -> Mapping[str, str]:
        """Return what everybody, each signatory and the instructor are handed, and a form.

        What a party reads is made from the case as that party may see it, and from nothing else.
        Parties that sign nothing have no seat at the table, and no sheet.
        """
        everybody, names = public(self.case), sheet_names(self.case.signatories)
        found = {f"{GENERAL}.html": _general_page(everybody)}
        for party in self.case.signatories:
            seen = seen_by(self.case, party.name, view=self.view)
            found[names[party.name]] = _party_page(seen, party.name, view=self.view)
        found[f"{DEBRIEF}.html"] = html.handed_out(
            self.sections(),
            title=self.case.title,
            subtitle="Debrief: what could be agreed, and what was left on the table",
            facts=_facts(self.case),
            footer=_FOOTER,
            notice=html.Notice(text="For the instructor only"),
        )
        return {**found, f"{RESULTS}.csv": results_form(everybody)}


def sheet_names(parties: Sequence[Party]) -> dict[str, str]:
    """Return the file of each party's sheet, by party; no two differ in capitals alone.

    Examples
    --------
    >>> sheet_names([Party(name="Union"), Party(name="union"), Party(name="debrief")])
    {'Union': 'Union.html', 'union': 'union-2.html', 'debrief': 'debrief-2.html'}
    """
    taken = {GENERAL, DEBRIEF, RESULTS}
    found = {}
    for party in parties:
        name = wanted = party.name[:LONGEST_FILE_NAME]
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{wanted}-{count}"
        taken.add(name.casefold())
        found[party.name] = f"{name}.html"
    return found


def results_form(case: Case) -> str:
    """Return an empty table for the results of a class, with how to fill it in above it."""
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    first = case.issues[0].name
    how = (
        f"{REMARK} One row for each group: its name, then the option agreed on for each issue. "
        f"A blank keeps the status quo. Where nothing was agreed write {NO_DEAL} under {first}."
    )
    rows.writerow([how])
    for issue in case.issues:
        options = ", ".join(issue.options)
        if issue.levels is not None and len(issue.options) > 2:
            options = f"{issue.options[0]}, {issue.options[1]} ... {issue.options[-1]}"
        title = f" ({issue.title})" if issue.title and issue.title != issue.name else ""
        line = " ".join(f"{REMARK} {issue.name}{title}: {options}".split())
        rows.writerow([printable(line)])
    rows.writerow([GROUP, *(issue.name for issue in case.issues)])
    return written.getvalue()


def _general_page(case: Case) -> str:
    return html.handed_out(
        general_sections(case),
        title=case.title,
        subtitle="What everybody knows",
        facts=_facts(case),
        notice=html.Notice(text="General information, for all parties", sheet=True),
    )


def _party_page(case: Case, name: str, *, view: str) -> str:
    party = case.party(name)
    return html.handed_out(
        party_sections(case, party, view=view),
        title=party.label,
        subtitle=case.title,
        facts=_facts(case),
        footer="Do not show this sheet to the other parties.",
        notice=html.Notice(text=f"Confidential: for {party.label} only", sheet=True),
    )


def _facts(case: Case) -> list[tuple[str, str]]:
    facts = [("As of", case.as_of)] if case.as_of else []
    return [*facts, ("Who signs", listed([party.label for party in case.signatories]))]


def _frontier_of(settlement: Settlement) -> Frontier:
    frontier = settlement.agreement.frontier
    if frontier is None:
        message = "a handout needs the frontier"
        raise ValueError(message)
    return frontier


def _solutions(settlement: Settlement) -> dict[str, Package]:
    return {p.name: p.packages[0].package for p in settlement.agreement.picks if p.packages}


def handout(
    case: Case, /, *, results: Cells | str | None = None, work: Work | None = None
) -> Handout:
    """Write each party's confidential sheet, the instructor's debrief, and a form for results.

    Parameters
    ----------
    case
        The case to be played.
    results
        What the groups of a class agreed on, as comma-separated values: a column ``group``, and one
        for each issue. A blank keeps the status quo; ``no deal`` says that nothing was agreed.
    work
        Circumstances; the view is the one whose statements the sheets tell.

    Returns
    -------
    Handout
        Prints the debrief; ``files()`` gives the sheets, each made from what its reader may see.

    Raises
    ------
    CaseError
        The results cannot be read; every fault is listed with its row and column.
    UnanswerableError
        A signatory's statements contradict each other or leave best or worst options open.

    Examples
    --------
    >>> from detente.catalog import load
    >>> found = handout(load("bill-and-jack"))
    >>> found.file_names
    ['general.html', 'bill.html', 'jack.html', 'debrief.html', 'results.csv']
    """
    read = None
    if results is not None:
        read = read_results(case, Cells(text=results) if isinstance(results, str) else results)
    settlement = settled(Analysis(case=case, work=work or Work()))
    table = Table(agreement=settlement.agreement, frontier=_frontier_of(settlement))
    issues = () if settlement.agreement.ordinal else value_on_issues(settlement.analysis)
    packages = [case.vocabulary.proposals[proposal.name] for proposal in case.proposals]
    labels = [proposal.label for proposal in case.proposals]
    standing = None
    if read is not None:
        kinds = {one.issue.name: one.found for one in issues}
        standing = class_standing(
            table,
            read,
            solutions=_solutions(settlement),
            kinds=[kinds[issue.name] for issue in case.issues] if kinds else [],
        )
    return Handout(
        settlement=settlement,
        issues=issues,
        proposals=tuple(zip(labels, table.over(packages), strict=True)),
        standing=standing,
    )


QUESTION = Question(
    name="handout",
    ask=handout,
    options=(
        Option(
            name="results",
            help="comma-separated values: what each group of a class agreed on",
            metavar="FILE",
            file=True,
        ),
    ),
    writes_folder=True,
)
