"""A case as a Genius domain and a profile for each party; what Genius cannot hold is refused.

Genius has no place for the title of a case and the names of parties. They stand in attributes that
it does not read (``title``, ``party``); files are numbered, so that parties keep their order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.sax.saxutils import quoteattr

from detente.case import Case
from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import POINTS
from detente.formats.additive_writing import PartyPoints, party_points
from detente.formats.genius import notes
from detente.formats.genius.rectangle_writing import amounts, bounds_of
from detente.formats.genius.weighing import decimal_weights, line_of, scales, whole
from detente.formats.naming import Names, spelled_options
from detente.formats.numerals import MOST_DIGITS
from detente.formats.reading import REAL_LEVELS
from detente.formats.refusals import KEEP, refuse_note, refuse_number, refuse_open
from detente.number import plain, rounded
from detente.vocabulary import Issue

_NAME = "Genius"
_CHANGE = "change it in a copy, or keep the case as .yaml"


def write_folder(case: Case) -> Mapping[str, str]:
    """Return the texts of a domain and its profiles by file name.

    Raises CaseError when Genius cannot hold all of the case; everything it cannot hold is named.
    """
    faults = Faults()
    said = party_points(case, faults, keeps={"rules"}, format_name=_NAME)
    kinds = [_kind(issue, faults) for issue in case.issues]
    _refuse_names(case, faults)
    base = Names(kind="case").give(case.title or "Negotiation")
    texts = {f"{base}-domain.xml": _domain(case, kinds)}
    for number, mine in enumerate(said, start=1):
        writer = _Writer(case=case, kinds=kinds, said=mine, faults=faults)
        texts[f"{base}-{number}-{mine.party.name}.xml"] = writer.profile()
    faults.raise_any(case.file)
    return texts


def _kind(issue: Issue, faults: Faults) -> str:
    """Return the type that an issue has in Genius; note one that has none."""
    path = f"issues.{issue.name}"
    if issue.unit:
        faults.at(0, f"{path}.unit", f"{_NAME} does not keep units", KEEP)
    if issue.levels is None:
        return "discrete"
    if issue.options != tuple(map(plain, issue.levels)):
        faults.at(0, path, f"{_NAME} does not keep how numbers are spelled", _CHANGE)
    if notes.REAL in issue.note and len(issue.levels) == REAL_LEVELS:
        return "real"
    if issue.levels[0].denominator > 1 or issue.levels[1] - issue.levels[0] != 1:
        problem = f"{_NAME} holds whole numbers, one apart"
        faults.at(0, path, problem, "count in steps, or list the numbers as options")
    return "integer"


def _refuse_names(case: Case, faults: Faults) -> None:
    """Note names that the next reading would spell in another way."""
    for section, entries in (("issues", case.issues), ("parties", case.parties)):
        for entry in entries:
            if entry.label != " ".join(entry.label.split()):
                problem = f"{_NAME} does not keep the blanks of {quote(entry.label)}"
                faults.at(0, f"{section}.{entry.name}", problem, "leave single blanks")
    for issue in case.issues:
        if spelled_options(issue.options) != issue.options:
            path = f"issues.{issue.name}.options"
            faults.at(0, path, f"{_NAME} does not keep how options are spelled", _CHANGE)


def _domain(case: Case, kinds: Sequence[str]) -> str:
    lines = [_open("negotiation_template", title=case.title)]
    lines.append(_open("utility_space", number_of_issues=str(len(kinds))))
    lines.append(_objective(notes.own(case.note)))
    for number, (issue, kind) in enumerate(zip(case.issues, kinds, strict=True), start=1):
        said = issue.note.replace(notes.REAL, "").strip() if kind == "real" else issue.note
        lines.append(_issue(issue, kind, number, description=said))
        if kind == "discrete":
            for place, option in enumerate(issue.options, start=1):
                lines.append(_open("item", end=" /", index=str(place), value=option))
        lines += [*_range(issue, kind), "</issue>"]
    return "\n".join([*lines, "</objective>", "</utility_space>", "</negotiation_template>", ""])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Writes the profile of one party."""

    case: Case
    kinds: Sequence[str]
    said: PartyPoints
    faults: Faults

    def profile(self) -> str:
        """Return the text of the file."""
        party = self.said.party
        discount, rest = notes.taken_discount(party.note)
        settings, rest = notes.taken_settings(notes.own(rest))
        refuse_note(rest, f"parties.{party.name}", self.faults, name=_NAME)
        body = self._rectangles() if self.said.rules else self._additive()
        type_ = "nonlinear" if self.said.rules else "UNCERTAIN" if settings else ""
        if self.said.rules and settings:
            self._refuse(self._path, "rules of a party that Genius calls uncertain", _CHANGE)
        lines = [_open("utility_space", type=type_, party=party.name, title=party.title)]
        lines += [_objective(""), *body, "</objective>"]
        lines += [_open("discount_factor", end=" /", value=discount or "1")]
        lines += [_open("reservation", end=" /", value=self._reservation())]
        lines += [f"<{name}>{value}</{name}>" for name, value in settings.items()]
        return "\n".join([*lines, "</utility_space>", ""])

    @property
    def _path(self) -> str:
        return f"preferences.{self.said.party.name}"

    def _refuse(self, path: str, what: str, hint: str = _CHANGE) -> None:
        self.faults.at(0, path, f"{_NAME} does not keep {what}", hint)

    def _reservation(self) -> str:
        worth = self.said.no_deal
        if worth is None:
            refuse_open(self.said.party, self.faults, name=_NAME)
            return "0"
        refuse_number(worth / POINTS, f"{self._path}.no_deal", self.faults, name=_NAME)
        return plain(worth / POINTS)

    def _additive(self) -> Iterator[str]:
        rows = self.said.points
        if any(points < 0 for row in rows for points in row):
            self._refuse(f"{self._path}.scores", "points below 0", "count points from 0")
            return
        levels = [issue.levels for issue in self.case.issues]
        shares = scales(rows, levels)
        if shares is None:
            best = sum((max(row) for row in rows), Fraction(0))
            found = rounded(best, 2)
            found = f"not quite {found}" if found == str(POINTS) else found
            problem = f"the best options come to {found} points, and in {_NAME} to 100"
            hint = "multiply the points, and those of no deal"
            hint += f", by {plain(POINTS / best)}" if best > 0 else ", so that they come to 100"
            self.faults.at(0, f"{self._path}.scores", problem, hint)
            return
        weights = decimal_weights(shares)
        if weights is None:
            self._refuse(f"{self._path}.scores", "points with so many digits")
            return
        for k, issue in enumerate(self.case.issues):
            yield _issue(issue, self.kinds[k], k + 1)
            yield from _range(issue, self.kinds[k])
            yield from self._worth(k, shares[k])
            yield "</issue>"
        for number, weight in enumerate(weights, start=1):
            yield _open("weight", end=" /", index=str(number), value=weight)

    def _worth(self, k: int, share: Fraction) -> Iterator[str]:
        """Write what the options of one issue are worth; ``share`` is what a value of 1 means."""
        issue, row = self.case.issues[k], self.said.points[k]
        path = f"{self._path}.scores.{issue.name}"
        if issue.levels is None:
            numbers = whole(row)
            if len(str(max(numbers))) > MOST_DIGITS:
                self._refuse(path, "points with so many digits")
            for place, (option, number) in enumerate(zip(issue.options, numbers, strict=True), 1):
                more = {"value": option, "evaluation": str(number)}
                yield _open("item", end=" /", index=str(place), **more)
            return
        line = line_of(issue.levels, row, share)
        if line is None:
            self._refuse(path, "points of a number that lie on no straight line of decimals")
            return
        if self.kinds[k] == "integer":
            given = {"offset": plain(line.offset), "slope": plain(line.slope)}
        else:
            start = line.offset - line.slope * issue.levels[0]
            given = {"parameter0": plain(start), "parameter1": plain(line.slope)}
        yield _open("evaluator", end=" /", ftype="linear", **given)

    def _rectangles(self) -> Iterator[str]:
        points = self.said.points
        if any(any(row) for row in points[1:]) or len(set(points[0])) > 1:
            self._refuse(self._path, "rules together with scores")
            return
        found = []
        for condition, _ in self.said.rules:
            bounds = bounds_of(condition, self.case.vocabulary)
            if bounds is None or any(self.kinds[k] != "integer" for k, *_ in bounds[1]):
                what = f"the rule {quote(condition.text)}, which is no range of whole numbers"
                self._refuse(self._path, what)
            else:
                found.append(bounds)
        utilities, most = amounts(points[0][0], [worth for _, worth in self.said.rules])
        for number, (issue, kind) in enumerate(zip(self.case.issues, self.kinds, strict=True), 1):
            yield _issue(issue, kind, number)
            yield from _range(issue, kind)
            if issue.levels is None:
                self._refuse(self._path, "rules where an issue is no whole number")
            yield "</issue>"
        yield _open("utility", maxutility=str(most))
        yield _open("ufun", type="PlainUfun", weight="1", aggregation="sum")
        for utility, (tag, limits) in zip(utilities, [("", ()), *found], strict=False):
            if not utility and not tag:
                continue
            yield _open("hyperRectangle", utility=str(utility))
            for k, low, high in limits:
                texts = self.case.issues[k].options
                ends = {"min": texts[low], "max": texts[high]}
                yield _open(tag, end=" /", index=str(k + 1), **ends)
            yield "</hyperRectangle>"
        yield from ("</ufun>", "</utility>")


def _objective(description: str) -> str:
    more = {"type": "objective", "etype": "objective", "description": description}
    return _open("objective", index="0", name="root", **more)


def _issue(issue: Issue, kind: str, number: int, *, description: str = "") -> str:
    names = {"name": issue.label, "key": issue.name if issue.title else ""}
    names |= {"type": kind, "etype": kind, "vtype": kind}
    if kind == "integer" and issue.levels is not None:
        names |= {"lowerbound": plain(issue.levels[0]), "upperbound": plain(issue.levels[-1])}
    return _open("issue", index=str(number), **names, description=description)


def _range(issue: Issue, kind: str) -> Iterator[str]:
    if kind == "real" and issue.levels is not None:
        low, high = plain(issue.levels[0]), plain(issue.levels[-1])
        yield _open("range", end=" /", lowerbound=low, upperbound=high)


def _open(tag: str, *, end: str = "", **attributes: str) -> str:
    """Return a tag with its attributes; those without text are left out, an option's is kept."""
    said = (f" {name}={quoteattr(text)}" for name, text in attributes.items() if text)
    return f"<{tag}{''.join(said)}{end}>"
