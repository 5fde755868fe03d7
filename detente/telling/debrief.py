"""The instructor's debrief in words: where value lies, what proposals leave, what it rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from detente.agreement import Agreement
from detente.analysis import Analysis
from detente.left_on_the_table import LeftOver
from detente.number import json_number, rounded
from detente.prose import listed, package_text, plural, said, share_data, values_data
from detente.solvers.joint_gains import Kind
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.value_on_issues import IssueValue

_KINDS: dict[Kind, str] = {
    "compatible": "wanted alike",
    "trade": "to trade",
    "divided": "only divided",
    "indifferent": "nobody cares",
}


@dataclass(frozen=True, kw_only=True)
class Teller:
    """Puts what was worked out of a case into words and tables."""

    agreement: Agreement

    @property
    def analysis(self) -> Analysis:
        """The analysis behind it."""
        return self.agreement.analysis

    @property
    def names(self) -> list[str]:
        """The signatories by name, in the order of gains."""
        valuation = self.analysis.valuation
        return [valuation.parties[column] for column in self.analysis.signatory_columns]

    @property
    def labels(self) -> list[str]:
        """The signatories as people read them, in the order of gains."""
        return [self.analysis.case.party(name).label for name in self.names]

    @property
    def ordinal(self) -> bool:
        """Whether a signatory only ranks packages, so that there are no amounts."""
        return bool(self.agreement.ordinal)

    def issues_data(self, issues: Sequence[IssueValue]) -> list[dict[str, Any]]:
        """Return what each issue is to the signatories, for JSON."""
        return [
            {
                "issue": one.issue.name,
                "kind": one.found.kind,
                "weights": values_data(self.names, one.found.weights),
                "spread": json_number(one.found.spread),
                "heavy": [self.names[p] for p in one.found.heavy],
                "light": [self.names[p] for p in one.found.light],
                "best_for_all": [one.issue.options[k] for k in one.found.best_for_all],
                "worse_for_all": [one.issue.options[k] for k in one.found.worse_for_all],
                "share": share_data(one.share),
            }
            for one in issues
        ]

    def left_data(self, left: LeftOver) -> dict[str, Any]:
        """Return what one package leaves on the table, for JSON."""
        amounts = not self.ordinal
        named = self.analysis.case.vocabulary.named
        gains = values_data(self.names, left.gains)
        extra = values_data(self.names, left.extra)
        return {
            "gains": gains if amounts else dict.fromkeys(self.names),
            "feasible": left.feasible,
            "below": [self.names[k] for k in left.below],
            "crossed": list(left.crossed),
            "on_frontier": left.efficient,
            "equal_extra": json_number(left.equal_extra) if amounts else None,
            "joint_extra": json_number(left.joint) if amounts else None,
            "better": None if left.better is None else named(left.better),
            "extra": extra if amounts else dict.fromkeys(self.names),
            "proved": left.proved,
        }

    def issues_section(self, issues: Sequence[IssueValue]) -> Section:
        """Return where joint gains lie, issue by issue."""
        points = [Sentence(text=text) for text in self._issue_points(issues)]
        sampled = self.analysis.readings.sampled
        columns = [Column(key="issue", title="Issue"), Column(key="kind", title="What it is")]
        columns += [
            Column(key=name, title=f"Weight with {label}, %", align="right")
            for name, label in zip(self.names, self.labels, strict=True)
        ]
        columns += [Column(key="share", title="In the readings", align="right")] if sampled else []
        rows: list[tuple[Cell, ...]] = []
        for one in issues:
            share: list[Cell] = [one.share] if sampled else []
            weights = [100 * weight for weight in one.found.weights]
            rows.append((one.issue.label, _KINDS[one.found.kind], *weights, *share))
        table = Table(
            title="What each issue is to those who sign",
            columns=tuple(columns),
            rows=tuple(rows),
            note="Weight: what part of all that a party has at stake is at stake in this issue.",
        )
        return Section(
            key="issues",
            title="Where the joint gains lie",
            lead=(Sentence(text=_issues_lead(issues)),),
            points=tuple(points),
            tables=(table,),
        )

    def _issue_points(self, issues: Sequence[IssueValue]) -> Iterator[str]:
        """Go through what there is to see: issues that all want alike, trades, divisions."""
        for one in issues:
            if one.found.kind == "compatible":
                best = listed([one.issue.option_label(k) for k in one.found.best_for_all])
                yield (
                    f"{one.issue.label}: {best} is best for all. Whoever takes it for a contest, "
                    "or asks a price for it, may settle on less for everybody."
                )
        trades: dict[tuple[str, str], list[str]] = defaultdict(list)
        for one in issues:
            if one.found.kind == "trade":
                ends = (self._listed(one.found.heavy), self._listed(one.found.light))
                trades[ends].append(one.issue.label)
        for (heavy, light), labels in trades.items():
            weigh = "weighs" if len(labels) == 1 else "weigh"
            yield (
                f"{listed(labels)}: {weigh} more with {heavy} than with {light}. They want "
                "different options; those who care less can give way here, for something in return."
            )
        divided = [one.issue.label for one in issues if one.found.kind == "divided"]
        if divided:
            yield (
                f"{listed(divided)}: nobody who wants something else there cares less, so what one "
                "wins another loses."
            )
        for one in issues:
            if one.found.worse_for_all and one.found.kind != "compatible":
                worse = listed([one.issue.option_label(k) for k in one.found.worse_for_all])
                yield (
                    f"{one.issue.label}: another option than {worse} is better for one, and worse "
                    "for none."
                )

    def _listed(self, parties: Sequence[int]) -> str:
        return listed([self.labels[p] for p in parties])

    def proposals_section(self, left: Sequence[tuple[str, LeftOver]]) -> Section:
        """Return what each proposal leaves on the table."""
        return Section(
            key="proposals",
            title="What the proposals leave on the table",
            points=tuple(
                Sentence(text=f"{name}: {self.better_text(one)}")
                for name, one in left
                if one.better is not None
            ),
            tables=(self._left_table(left),),
        )

    def _left_table(self, left: Sequence[tuple[str, LeftOver]]) -> Table:
        """Return proposals with what they give and leave."""
        columns = [Column(key="name", title="Proposal")]
        if not self.ordinal:
            columns += [
                Column(key=name, title=label, align="right", signed=True)
                for name, label in zip(self.names, self.labels, strict=True)
            ]
            columns.append(Column(key="extra", title="Left for each", align="right"))
        columns.append(Column(key="verdict", title="Standing"))
        rows: list[tuple[Cell, ...]] = []
        tones: dict[tuple[int, int], Tone] = {}
        for r, (name, one) in enumerate(left):
            cells: list[Cell] = [name]
            if not self.ordinal:
                cells += [*one.gains, one.equal_extra if one.better else None]
            words = self.standing_text(one)
            tones[r, len(cells)] = "good" if one.efficient else "plain"
            if one.package is not None and not one.within_mandates:
                tones[r, len(cells)] = "bad"
            rows.append((*cells, words))
        return Table(
            title="Gains over no deal, in points",
            columns=tuple(columns),
            rows=tuple(rows),
            tones=tones,
        )

    def standing_text(self, left: LeftOver) -> str:
        """Return how a package stands, in a few words."""
        case = self.analysis.case
        faults = [] if left.feasible else ["breaks a constraint"]
        faults += [f"red line of {case.party(name).label}" for name in left.crossed]
        faults += [f"below no deal of {self.labels[k]}" for k in left.below]
        if faults:
            return "; ".join(faults)
        if left.better is not None:
            return "not on the frontier" if left.package is not None else "no deal"
        if left.package is None:
            return "no deal"
        return "on the frontier" if left.proved else "nothing better was found"

    def better_text(self, left: LeftOver) -> str:
        """Return the package that betters another one, and by how much."""
        if left.better is None:
            return "nothing that all accept is better for one and worse for none."
        package = package_text(self.analysis.case, left.better)
        if self.ordinal:
            return f"better for one, worse for none: {package}."
        more = [
            f"{label} {rounded(extra)}"
            for label, extra in zip(self.labels, left.extra, strict=True)
            if extra
        ]
        none = "" if all(left.extra) else ", nobody less"
        return f"{listed(more)} points more{none}, with {package}."

    def rests_on_section(self) -> Section:
        """Return what the debrief rests on."""
        analysis, case = self.analysis, self.analysis.case
        view = analysis.work.view
        bare = [s for s in case.statements_in(view) if not s.provenance.because]
        unsure = [s for s in case.statements_in(view) if not s.certain]
        known = [o for o in analysis.opinions.values() if o.answerable]
        bounds = [b for o in known for b in o.preferences.unstated]
        text = (
            "Every number is what the case states; there is one reading, and all of this is exact."
        )
        if analysis.readings.sampled:
            text = (
                "The case leaves values open. All of this is exact for the central reading, the "
                "middle of all that fits what is said; shares tell how far other readings agree."
            )
        lead = [Sentence(text=text)]
        counts = [
            plural(len(found), one, many)
            for found, one, many in (
                (bare, "statement without a source", "statements without a source"),
                (unsure, "statement that is not certain", "statements that are not certain"),
                (bounds, "bound that nobody stated", "bounds that nobody stated"),
            )
            if found
        ]
        if counts:
            lead.append(Sentence(text=f"It takes for granted {listed(counts)}.", tone="warn"))
        if self.agreement.scales_differ:
            text = (
                "Parties are on scales of their own: sums of gains, and extra points that are the "
                "same for all, take the points as they are written."
            )
            lead.append(Sentence(text=text, tone="warn"))
        points = (*(said(case, s, tone="warn") for s in unsure), *(said(case, b) for b in bounds))
        return Section(key="rests_on", title="What it rests on", lead=tuple(lead), points=points)


def _issues_lead(issues: Sequence[IssueValue]) -> str:
    counts = [
        (sum(one.found.kind == kind for one in issues), words)
        for kind, words in (
            ("compatible", "wanted alike"),
            ("trade", "to be traded"),
            ("divided", "only to be divided"),
            ("indifferent", "of no weight to anybody"),
        )
    ]
    told = [f"{number} {words}" for number, words in counts if number]
    total = plural(len(issues), "issue")
    return f"Of {total}, {listed(told)}. Rules and constraints are left aside here."
