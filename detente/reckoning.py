"""A certificate in the words of a case: why no package can be acceptable to all, to be checked.

Every number is exact, so that a reader with a pocket calculator comes to the same sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from typing import Any

from detente.case import Case
from detente.number import json_number, plain
from detente.prose import listed
from detente.solvers.certificate import (
    Certificate,
    Exhausted,
    Leaf,
    NothingAllowed,
    Options,
    Outweighed,
    Part,
    Proof,
    Split,
)
from detente.table import Cell, Column, Section, Sentence, Table

MOST_SHOWN = 12
"""Leaves of a certificate that are shown to people."""
MOST_DATA = 200
"""Leaves of a certificate that go into JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """A certificate, and what its numbers mean.

    parties : whose values they are; no_deal : by party; scale : units to a point
    """

    certificate: Certificate
    parties: tuple[str, ...]
    no_deal: tuple[int, ...]
    scale: int

    def data(self, case: Case) -> dict[str, Any]:
        """Return the certificate for JSON."""
        proof = self.certificate.proof
        leaves = list(self.certificate.leaves())
        return {
            "searched": proof.n_partial if isinstance(proof, Exhausted) else None,
            "leaves": len(leaves),
            "listed": min(len(leaves), MOST_DATA),
            "cases": [self._case(case, given, leaf) for given, leaf in leaves[:MOST_DATA]],
        }

    def _case(self, case: Case, given: Mapping[int, Options], leaf: Leaf) -> dict[str, Any]:
        where = [
            {
                "issue": case.issues[issue].name,
                "options": [case.issues[issue].options[option] for option in options],
            }
            for issue, options in given.items()
        ]
        if isinstance(leaf, NothingAllowed):
            return {"where": where, "weights": [], "parts": [], "most": None, "no_deal": None}
        return {
            "where": where,
            "weights": [
                {"party": name, "weight": weight, "no_deal": self._points(no_deal)}
                for name, weight, no_deal in zip(
                    self.parties, leaf.weights, self.no_deal, strict=True
                )
                if weight
            ],
            "parts": [self._part(case, part, leaf.weights) for part in leaf.parts],
            "most": self._points(leaf.most),
            "no_deal": self._points(leaf.no_deal),
        }

    def _part(self, case: Case, part: Part, weights: tuple[int, ...]) -> dict[str, Any]:
        return {
            "package": {
                case.issues[issue].name: case.issues[issue].options[option]
                for issue, option in sorted(zip(part.issues, part.options, strict=True))
            },
            "values": {
                name: self._points(value)
                for name, value, weight in zip(self.parties, part.values, weights, strict=True)
                if weight
            },
            "weighted": self._points(part.weighted),
        }

    def _points(self, units: int) -> Any:
        return json_number(Fraction(units, self.scale))

    def section(self, case: Case) -> Section:
        """Return the certificate for people, each step of the argument a section of its own."""
        title = "Why no package can do it: a sum that anyone can check"
        proof = self.certificate.proof
        if isinstance(proof, Exhausted):
            text = (
                f"Exhausted search: partial packages were put together from both ends, up to "
                f"{proof.n_partial:,} of them at once, and none becomes a package that is worth "
                "its no deal to every signatory. No short proof by weighted sums was found."
            )
            title = "Why no package can do it"
            return Section(key="certificate", title=title, lead=(Sentence(text=text),))
        lead = [Sentence(text=_IDEA)]
        n_leaves = self.certificate.n_leaves
        if n_leaves > 1:
            text = (
                f"One set of weights does not suffice here; {n_leaves:,} cases, which together "
                "cover all packages, each have their own."
            )
            if n_leaves > MOST_SHOWN:
                text += f" The first {MOST_SHOWN} are shown."
            lead.append(Sentence(text=text))
        told = self._told(case, proof, key="certificate", title=title, shown=count(1))
        return Section(
            key="certificate",
            title=title,
            lead=(*lead, *(told.lead if told else ())),
            tables=told.tables if told else (),
            parts=told.parts if told else (),
        )

    def _told(
        self, case: Case, proof: Proof, *, key: str, title: str, shown: count[int]
    ) -> Section | None:
        """Return a proof as a section; None once enough leaves are shown."""
        if isinstance(proof, Split):
            issue = case.issues[proof.issue]
            parts = []
            for k, branch in enumerate(proof.branches, start=1):
                options = _either([issue.option_label(option) for option in branch.options])
                name = f"If {issue.label} is {options}"
                part = self._told(case, branch.proof, key=f"case-{k}", title=name, shown=shown)
                if part is not None:
                    parts.append(part)
            return Section(key=key, title=title, parts=tuple(parts)) if parts else None
        if next(shown) > MOST_SHOWN:
            return None
        if isinstance(proof, NothingAllowed):
            issues = listed([case.issues[issue].label for issue in sorted(proof.issues)])
            text = f"Constraints and red lines leave no combination of {issues} here."
            return Section(key=key, title=title, lead=(Sentence(text=text),))
        return Section(
            key=key,
            title=title,
            lead=(Sentence(text=self._outweighed(case, proof, whole=key == "certificate")),),
            tables=(self._table(case, proof),),
        )

    def _outweighed(self, case: Case, leaf: Outweighed, *, whole: bool) -> str:
        most, no_deal = self._text(leaf.most), self._text(leaf.no_deal)
        weights = self._weights(case, leaf)
        verb = "comes" if len(weights) == 1 else "come"
        return (
            f"However the issues are settled{'' if whole else ' in this case'}, "
            f"{' + '.join(weights)} {verb} to {most} points at the most; no deal is worth "
            f"{no_deal}."
        )

    def _weights(self, case: Case, leaf: Outweighed) -> list[str]:
        labels = [case.party(name).label for name in self.parties]
        return [
            label if weight == 1 else f"{weight:,} × {label}"
            for label, weight in zip(labels, leaf.weights, strict=True)
            if weight
        ]

    def _table(self, case: Case, leaf: Outweighed) -> Table:
        counted = [p for p, weight in enumerate(leaf.weights) if weight]
        columns = [
            Column(key="issue", title="Issue"),
            Column(key="settled", title="Settled so that the sum is largest"),
            *(
                Column(key=name, title=case.party(name).label, align="right")
                for p, name in enumerate(self.parties)
                if p in counted
            ),
        ]
        summed = sum(leaf.weights) > 1
        if summed:
            title = " + ".join(self._weights(case, leaf))
            columns.append(Column(key="weighted", title=title, align="right"))
        rows: list[tuple[Cell, ...]] = []
        for part in leaf.parts:
            settled = sorted(zip(part.issues, part.options, strict=True))
            issues = [case.issues[issue] for issue, _ in settled]
            cells = [
                listed([issue.label for issue in issues]),
                listed([case.issues[issue].option_label(option) for issue, option in settled]),
                *(self._text(part.values[p]) for p in counted),
            ]
            rows.append((*cells, self._text(part.weighted)) if summed else tuple(cells))
        for title, per_party, weighted in (
            ("Together, at the most", _sums(leaf), leaf.most),
            ("No deal", self.no_deal, leaf.no_deal),
        ):
            ends = [title, "", *(self._text(per_party[p]) for p in counted)]
            rows.append((*ends, self._text(weighted)) if summed else tuple(ends))
        note = ""
        if any(len(part.issues) > 1 for part in leaf.parts):
            note = "Issues that rules, constraints or red lines join are settled together."
        return Table(
            title="The largest sum, issue by issue, in points",
            columns=tuple(columns),
            rows=tuple(rows),
            strong=frozenset({len(rows) - 2, len(rows) - 1}),
            note=note,
        )

    def _text(self, units: int) -> str:
        return plain(Fraction(units, self.scale)).replace("-", "\N{MINUS SIGN}")


_IDEA = (
    "If a package were worth its no deal to every signatory, every weighted sum of their values "
    "would be no less than the same sum of their no-deal values."
)


def _sums(leaf: Outweighed) -> list[int]:
    """Return what the heaviest package is worth to each party."""
    return [sum(values) for values in zip(*(part.values for part in leaf.parts), strict=True)]


def _either(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} or {words[-1]}"
