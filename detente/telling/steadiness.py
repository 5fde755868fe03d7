"""How it is told what the solutions pick over all readings, and how steady that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from detente.case import Case
from detente.number import rounded
from detente.prose import counted_data, listed, opening, package_text, plural, share_data
from detente.recommendation import RECOMMENDED
from detente.report.pictures.divided import often
from detente.report.pictures.options import OptionBars, OptionRow
from detente.solvers.bargaining import SOLUTIONS
from detente.steadiness import SETTLED, Settled, Stability, Steadiness, Steady
from detente.table import Cell, Column, Section, Sentence, Share, Table

_MOST_SHOWN = 5
"""Packages of a solution that are shown to people."""
_NAMED = 0.1
"""Options of an open issue that are named when they are picked in so much of the readings."""


def steadiness_section(steadiness: Steadiness) -> Section:
    """Return what the solutions pick over the readings, for people."""
    case, nash = steadiness.analysis.case, steadiness.nash
    if not steadiness.analysis.readings.sampled:
        nash = None
    tables: list[Table] = []
    if nash is not None:
        tables.append(_packages_table(case, nash))
    done = [solution for solution in steadiness.solutions if solution.packages]
    if done and nash is not None:
        tables.append(_options_table(case, done))
    return Section(
        key="steadiness",
        title="What could be agreed, over all readings",
        lead=tuple(_lead(steadiness)),
        tables=tuple(tables),
        pictures=() if nash is None else (option_bars(steadiness, nash),),
    )


def _lead(steadiness: Steadiness) -> list[Sentence]:
    """Return what the solutions pick over the readings, in some sentences."""
    case, zone = steadiness.analysis.case, steadiness.zone
    if steadiness.ordinal:
        names = listed([case.party(name).label for name in steadiness.ordinal])
        text = f"The solutions need amounts: they need cardinal statements from {names}."
        return [Sentence(text=text, tone="warn")]
    lead = [_zone_text(zone)]
    if steadiness.n_unsettled:
        text = (
            f"In {plural(steadiness.n_unsettled, 'reading')} a limit ended the search; they count "
            "nowhere below."
        )
        lead.append(Sentence(text=text, tone="warn"))
    if not steadiness.analysis.readings.sampled:
        text = "There is one reading only, so nothing varies; 'detente settle' tells the solutions."
        return [*lead, Sentence(text=text)]
    nash = steadiness.nash
    if nash is not None:
        lead.append(_dominance_text(case, nash))
        lead += _issues_text(case, nash)
    if steadiness.recommended is not None:
        lead.append(_recommended_text(case, steadiness.recommended))
    elif zone.value > 0:
        text = "On the central reading nothing is acceptable to all, so no package is recommended."
        lead.append(Sentence(text=text, tone="warn"))
    lead += _withheld_text(steadiness)
    return lead


def steadiness_data(steadiness: Steadiness) -> dict[str, Any]:
    """Return what the solutions pick over the readings for JSON."""
    case, recommended = steadiness.analysis.case, steadiness.recommended
    return {
        "solutions": {
            solution.name: _solution_data(steadiness, solution) for solution in steadiness.solutions
        },
        "recommended": None if recommended is None else _recommended_data(case, recommended),
        "needs_cardinal": list(steadiness.ordinal),
    }


def option_bars(steadiness: Steadiness, solution: Steady) -> OptionBars:
    """Return how often each option of each issue is part of a solution, as a picture."""
    case, recommended = steadiness.analysis.case, steadiness.recommended
    title = SOLUTIONS[solution.name].title
    return OptionBars(
        title=f"How often each option is part of the {title} solution",
        description=f"One bar for each issue, divided by how often each option is part of the "
        f"{title} solution in the readings with a package that all signatories accept.",
        mark_title=""
        if recommended is None
        else "part of the package recommended on the central reading",
        rows=tuple(
            OptionRow(
                label=issue.label,
                options=tuple(
                    issue.option_label(option).replace("_", " ")
                    for option in range(len(issue.options))
                ),
                shares=shares,
                marked=None if recommended is None else recommended.judged.package[settled.issue],
                remark="\N{CHECK MARK} settled alike" if settled.alike else "open",
                settled=settled.alike,
            )
            for issue, shares, settled in zip(
                case.issues, solution.options, solution.issues, strict=True
            )
        ),
    )


def _zone_text(zone: Share) -> Sentence:
    if zone.certain and zone.value == 0:
        text = "In no reading is there a package that all signatories accept, so nothing is picked."
        return Sentence(text=text, tone="bad")
    if zone.value == 0:
        text = (
            "In no reading that was drawn is there a package that all signatories accept, so "
            "nothing is picked."
        )
        return Sentence(text=text, tone="bad")
    text = f"{opening(zone)} there is a package that all signatories accept."
    if not zone.certain:
        text += " What follows counts these readings only."
    return Sentence(text=text, tone="good" if zone.value >= 0.5 else "bad")


def _dominance_text(case: Case, solution: Steady) -> Sentence:
    first, title = solution.packages[0], SOLUTIONS[solution.name].title
    many = plural(solution.n_packages, "different package")
    if solution.dominant:
        text = (
            f"One package stands out: the {title} solution is, {first.share.phrase()}, "
            f"{package_text(case, first.package)}."
        )
        return Sentence(text=text, tone="good")
    text = (
        f"No single package stands out: the {title} solution picks {many} in one reading or "
        f"another, and the most frequent of them {first.share.phrase()} only. The issues tell more."
    )
    return Sentence(text=text, tone="warn")


def _issues_text(case: Case, solution: Steady) -> list[Sentence]:
    """Say which issues nearly all readings settle alike, and which stay open between what."""
    alike = [settled for settled in solution.issues if settled.alike]
    still = [settled for settled in solution.issues if not settled.alike]
    found = []
    if alike:
        parts = [f"{_option(case, s.issue, s.option)} ({often(s.share)})" for s in alike]
        text = f"Settled alike in at least {rounded(100 * SETTLED)} % of them: {'; '.join(parts)}."
        found.append(Sentence(text=text, tone="good"))
    if still:
        parts = [_between(case, solution, s) for s in still]
        found.append(Sentence(text=f"Open: {'; '.join(parts)}."))
    return found


def _between(case: Case, solution: Steady, settled: Settled) -> str:
    issue, shares = case.issues[settled.issue], solution.options[settled.issue]
    order = sorted(range(len(shares)), key=lambda option: -shares[option].value)
    named = [o for o in order if o == settled.option or shares[o].value >= _NAMED]
    options = [f"{issue.option_label(o).replace('_', ' ')} {often(shares[o])}" for o in named]
    return f"{issue.label} ({', '.join(options)})"


def _option(case: Case, k: int, option: int) -> str:
    issue = case.issues[k]
    return f"{issue.label}: {issue.option_label(option).replace('_', ' ')}"


def _recommended_text(case: Case, recommended: Stability) -> Sentence:
    package = package_text(case, recommended.judged.package)
    text = f"The package recommended on the central reading ({package})"
    if recommended.is_solution is None or recommended.accepted is None:
        return Sentence(text=f"{text} was not held against other readings.", tone="warn")
    title = SOLUTIONS[RECOMMENDED].title
    text += (
        f" is itself the {title} solution {recommended.is_solution.phrase()}; all signatories "
        f"accept it {_of_all(recommended)}."
    )
    if recommended.shortfall:
        text += (
            " In half of the readings it leaves some signatory at least "
            f"{rounded(recommended.shortfall)} points short of what that reading's own solution "
            "would give it."
        )
    steady = recommended.is_solution.value >= 0.5
    return Sentence(text=text, tone="good" if steady else "warn")


def _of_all(recommended: Stability) -> str:
    """Return in how many readings all accept it, of all readings, as every other answer counts."""
    share = recommended.judged.together
    return "" if share is None else share.phrase().replace("of the readings", "of all readings")


def _withheld_text(steadiness: Steadiness) -> list[Sentence]:
    """Say which solutions were not found in every reading, and why; those alike together."""
    reasons: dict[str, list[str]] = {}
    for solution in steadiness.solutions:
        if solution.withheld and steadiness.zone.value > 0:
            title = SOLUTIONS[solution.name].title
            reasons.setdefault(solution.withheld, []).append(title)
    return [
        Sentence(text=f"Not found in every reading: {listed(titles)}, because {reason}.")
        for reason, titles in reasons.items()
    ]


def _packages_table(case: Case, solution: Steady) -> Table:
    title = SOLUTIONS[solution.name].title
    rest = solution.n_packages - _MOST_SHOWN
    return Table(
        title=f"Packages that are most often the {title} solution",
        columns=(
            Column(key="package", title="Package"),
            Column(key="share", title="Picked in", align="right"),
        ),
        rows=tuple(
            (package_text(case, picked.package), picked.share)
            for picked in solution.packages[:_MOST_SHOWN]
        ),
        note=f"{plural(rest, 'more package')} less often." if rest > 0 else "",
    )


def _options_table(case: Case, solutions: Sequence[Steady]) -> Table:
    columns = [Column(key="issue", title="Issue"), Column(key="option", title="Option")]
    columns += [Column(key=s.name, title=SOLUTIONS[s.name].title, align="right") for s in solutions]
    rows: list[tuple[Cell, ...]] = []
    for k, issue in enumerate(case.issues):
        for option in range(len(issue.options)):
            name = issue.option_label(option).replace("_", " ")
            shares = (s.options[k][option] for s in solutions)
            rows.append((issue.label if option == 0 else "", name, *shares))
    return Table(
        title="How often each option is part of what a solution picks",
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _solution_data(steadiness: Steadiness, solution: Steady) -> dict[str, Any]:
    case = steadiness.analysis.case
    issues: Mapping[str, dict[str, float | None]] = {
        issue.name: {
            option: share_data(share) for option, share in zip(issue.options, shares, strict=True)
        }
        for issue, shares in zip(case.issues, solution.options, strict=False)
    }
    return {
        "zone_share": share_data(steadiness.zone),
        "withheld": solution.withheld or None,
        "unsettled": steadiness.n_unsettled,
        "different": solution.n_packages,
        "dominant": solution.dominant,
        "packages": [
            {
                "package": case.vocabulary.named(picked.package),
                **counted_data(picked.share),
            }
            for picked in solution.packages
        ],
        "issues": issues,
        "settled": {
            case.issues[s.issue].name: case.issues[s.issue].options[s.option]
            for s in solution.issues
            if s.alike
        },
    }


def _recommended_data(case: Case, recommended: Stability) -> dict[str, Any]:
    chosen, accepted = recommended.is_solution, recommended.accepted
    shortfall = recommended.shortfall
    return {
        "package": case.vocabulary.named(recommended.judged.package),
        "is_solution_share": share_data(chosen),
        "is_solution_error": None if chosen is None else chosen.error,
        "accepted_share": share_data(accepted),
        "accepted_error": None if accepted is None else accepted.error,
        "shortfall": None if shortfall is None else round(shortfall, 6),
    }
