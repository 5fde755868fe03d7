"""Mend a proposal: the smallest changes that more readings accept, best first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.analysis import Analysis, Judged
from detente.answers.answer import Answer, Option, Question, circumstances
from detente.case import Case
from detente.mending import Repair, Repairs, repairs_of
from detente.prose import PERCENT_NOTE, acceptance_table, changes_text, plural, shares_data
from detente.table import Section, Sentence
from detente.vocabulary import Package
from detente.work import Work

SMALLEST = "Smallest change that helps"
"""How a sentence begins that tells the smallest repair of the proposal told of before it."""


@dataclass(frozen=True, kw_only=True)
class Mending(Answer):
    """The repairs of one proposal.

    asked : the proposal as it was asked for; name : what people read
    """

    analysis: Analysis
    asked: str
    name: str
    judged: Judged
    repairs: Repairs

    @property
    def case(self) -> Case:
        """The case asked about."""
        return self.analysis.case

    @property
    def package(self) -> Package:
        """The package to be mended."""
        return self.judged.package

    def data(self) -> dict[str, Any]:
        """Return the repairs for JSON."""
        return {
            "answer": "repair",
            **circumstances(self.case, self.analysis.work),
            "proposal": self.asked,
            "title": self.name,
            "package": self.case.vocabulary.named(self.package),
            "shares": shares_data(self.judged),
            **repairs_data(self.case, self.package, self.repairs),
        }

    def sections(self) -> tuple[Section, ...]:
        """Return the repairs for people."""
        return (repairs_section(self.analysis, self.name, self.judged, self.repairs),)


def repairs_data(case: Case, package: Package, repairs: Repairs) -> dict[str, Any]:
    """Return repairs for JSON."""
    return {
        "repairs": [
            {
                "changes": {
                    issue: list(change)
                    for issue, change in case.vocabulary.changes(
                        package, repair.judged.package
                    ).items()
                },
                "shares": shares_data(repair.judged),
                "tied": repair.tied,
            }
            for repair in repairs.found
        ],
        "proved": repairs.proved,
        "searched": repairs.searched,
    }


def repairs_section(analysis: Analysis, name: str, judged: Judged, repairs: Repairs) -> Section:
    """Return repairs for people."""
    case = analysis.case
    rows = [(f"{name}, as it stands", judged)]
    rows += [(_label(case, judged.package, repair), repair.judged) for repair in repairs.found]
    table = acceptance_table(analysis, rows, title=f"Repairs of {name}", first="Change")
    return Section(
        key="repairs",
        title="What would mend it",
        lead=tuple(_lead(case, judged, repairs)),
        tables=(table,) if repairs.found else (),
    )


def _label(case: Case, package: Package, repair: Repair) -> str:
    tied = f" ({plural(repair.tied, 'other')} as good)" if repair.tied else ""
    return changes_text(case, package, repair.judged.package) + tied


def _lead(case: Case, judged: Judged, repairs: Repairs) -> list[Sentence]:
    together = judged.together
    if not repairs.found and together is not None and together.certain and together.value == 1:
        text = "Nothing has to be mended: in every reading all signatories accept it."
        return [Sentence(text=text, tone="good")]
    if not repairs.found:
        changes = plural(repairs.searched, "change")
        text = f"No package with up to {changes} is accepted by all in more readings."
        if not repairs.proved:
            text += " With more changes there are too many to look at each."
        already = judged.together is not None and judged.together.value > 0
        return [Sentence(text=text, tone="plain" if already else "bad")]
    best = repairs.found[0]
    found = [Sentence(text=f"Best: {mended_text(case, judged, best)}.", tone="good")]
    small = min(repairs.found, key=lambda r: r.n_changes)
    if small.n_changes < best.n_changes:
        found.append(Sentence(text=f"Smallest: {mended_text(case, judged, small)}."))
    searched = plural(repairs.searched, "change")
    text = f"Every package with up to {searched} was looked at."
    if not repairs.proved:
        text += (
            " None of them is better than the best of these; with more changes there are too many "
            "to look at each, and some may be."
        )
    found.append(Sentence(text=f"{text} {PERCENT_NOTE}"))
    return found


def in_short(case: Case, judged: Judged, repairs: Repairs) -> str:
    """Return the smallest of the repairs found, and how far the best goes, in two sentences."""
    best, small = repairs.found[0], min(repairs.found, key=lambda r: r.n_changes)
    text = f"{SMALLEST}: {mended_text(case, judged, small)}."
    share = best.judged.together
    if small.n_changes < best.n_changes and share is not None:
        text += f" With the best, of {plural(best.n_changes, 'change')}, {share.phrase()}."
    return text


def mended_text(case: Case, judged: Judged, repair: Repair) -> str:
    """Return a repair and what it achieves in words."""
    change = changes_text(case, judged.package, repair.judged.package)
    share = repair.judged.together
    return change if share is None else f"{change}; all signatories then accept {share.phrase()}"


def repair(case: Case, proposal: str, /, *, work: Work | None = None) -> Mending:
    """Find the smallest changes of a proposal that more readings accept, the best first.

    Parameters
    ----------
    proposal
        A proposal's name, a name with changes (``april_plan, forces = none``), or settings.

    Raises
    ------
    UnanswerableError
        A signatory's statements contradict each other or leave best or worst options open.
    ExpressionError
        The proposal cannot be read or names something unknown.
    """
    return repaired(Analysis(case=case, work=work or Work()), proposal)


def repaired(analysis: Analysis, proposal: str) -> Mending:
    """Mend a proposal within an analysis."""
    package, name = analysis.package(proposal)
    repairs = repairs_of(analysis, package)
    judged = analysis.judge([package])[0]
    return Mending(analysis=analysis, asked=proposal, name=name, judged=judged, repairs=repairs)


PROPOSAL = Option(
    name="proposal",
    help="a proposal's name, a name with changes ('april_plan, forces = none'), or settings",
    required=True,
    metavar="PROPOSAL",
)
QUESTION = Question(name="repair", ask=repair, options=(PROPOSAL,))
