"""How the frontier is told: its size, whether it is whole, its packages, the most even first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from detente.agreement import Agreement, Listing
from detente.analysis import Judged
from detente.expression import Condition
from detente.number import counted, json_number, rounded
from detente.prose import acceptance_table, listed, package_text, plural
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.frontier import Frontier
from detente.table import Cell, Column, Section, Sentence, Table
from detente.telling.landscape import Landscape, landscape_of

MOST_ROWS = 20


def frontier_data(agreement: Agreement, listing: Listing) -> dict[str, Any] | None:
    """Return what there is to know of the frontier but its packages, for JSON."""
    frontier = agreement.frontier
    if frontier is None:
        return None
    return {
        "vectors": int(frontier.acceptable.sum()),
        "packages": agreement.n_packages,
        "complete": frontier.status == "exact",
        "shortfall": {name: json_number(lost) for name, lost in agreement.shortfalls.items()},
        "limit": frontier.reason or None,
        "below_no_deal": int((~frontier.acceptable).sum()),
        "matching": listing.n_matching,
        "listed": len(listing.packages),
    }


def frontier_size(agreement: Agreement, frontier: Frontier) -> Cell:
    """Return how many packages the frontier has, or how many different values, for a table."""
    if frontier.status == "approximate":
        return "approximate, see below"
    if agreement.n_packages is None:
        return plural(len(frontier), "different value")
    return agreement.n_packages


def frontier_section(
    agreement: Agreement,
    frontier: Frontier,
    listing: Listing,
    judged: Sequence[Judged],
    where: Condition | None,
) -> Section:
    """Return the frontier for people.

    judged : the packages listed, with who accepts them
    """
    text = _whole(agreement, frontier)
    if frontier.status == "approximate":
        text = _approximate(agreement, frontier)
    if agreement.n_acceptable != 1:
        text += " Those with the most even gains come first."
    if where is not None:
        number = "some of them" if listing.n_matching is None else f"{listing.n_matching:,}"
        text += (
            f" Only those in which {where.text} are listed here ({number}); "
            "counts and solutions are for all packages."
        )
    case = agreement.analysis.case
    rows = [
        (f"{k}. {package_text(case, one.package)}", one)
        for k, one in enumerate(judged[:MOST_ROWS], start=1)
    ]
    tables: tuple[Table, ...] = ()
    if rows:
        table = _table(agreement, rows, first="Package: what it changes of the status quo")
        tables = (replace(table, note=_left_out(listing, len(rows))),)
    seen = whole_landscape(agreement)
    picture = None if seen is None else seen.scatter(*seen.opposed)
    return Section(
        key="frontier",
        title="The frontier",
        lead=(Sentence(text=text),),
        tables=tables,
        pictures=() if picture is None else (picture,),
    )


def whole_landscape(agreement: Agreement) -> Landscape | None:
    """Return what packages are worth to all signatories, with what the solutions pick.

    Where nothing is acceptable to all, the packages that come nearest are marked in their place.
    None with fewer than two signatories, where one is known by an order only, and without frontier.
    """
    if agreement.ordinal or agreement.frontier is None:
        return None
    marked = {
        SOLUTIONS[pick.name].title: pick.packages[0].package
        for pick in agreement.picks
        if pick.packages
    }
    if agreement.empty is not None:
        near = enumerate(agreement.empty.nearest, start=1)
        marked = {f"Nearest {place}": one.package for place, one in near}
    return landscape_of(agreement.analysis, frontier=agreement.frontier, solutions=marked)


def packages_table(agreement: Agreement, judged: Sequence[Judged]) -> Table:
    """Return frontier packages for further work: options, gains and shares in columns of their own.

    judged : the packages, with who accepts them
    """
    analysis = agreement.analysis
    case, ordinal = analysis.case, analysis.opinions
    names = analysis.valuation.parties
    rows: list[tuple[Cell, ...]] = []
    for one in judged:
        gains = zip(names, agreement.gains(one.package), strict=True)
        rows.append(
            (
                *case.vocabulary.named(one.package).values(),
                *(None if ordinal[name].ordinal else gain for name, gain in gains),
                *(one.parties[party.name].share for party in case.parties),
                one.together,
            )
        )
    return Table(
        title="Packages on the frontier",
        columns=(
            *(Column(key=issue.name, title=issue.label) for issue in case.issues),
            *(Column(key=f"gain_{name}", title=f"{name}, gain", align="right") for name in names),
            *(
                Column(key=f"share_{party.name}", title=party.label, align="right")
                for party in case.parties
            ),
            Column(key="share_all", title="All signatories", align="right"),
        ),
        rows=tuple(rows),
    )


def gain_columns(agreement: Agreement) -> list[Column]:
    """Return a column for the gain of each party, in the order in which gains are given."""
    case = agreement.analysis.case
    return [
        Column(key=name, title=f"{case.party(name).label}, gain", align="right", signed=True)
        for name in agreement.analysis.valuation.parties
    ]


def _table(agreement: Agreement, rows: Sequence[tuple[str, Judged]], *, first: str) -> Table:
    """Return packages with who accepts them; in a case of one reading, with what each gains."""
    if agreement.analysis.readings.sampled or agreement.ordinal:
        title = "Frontier packages and who accepts them"
        return acceptance_table(agreement.analysis, rows, title=title, first=first)
    return Table(
        title="Frontier packages, and gains over no deal, in points",
        columns=(Column(key="package", title=first), *gain_columns(agreement)),
        rows=tuple((name, *agreement.gains(judged.package)) for name, judged in rows),
    )


def _whole(agreement: Agreement, frontier: Frontier) -> str:
    if agreement.n_acceptable == 1:
        return "One package is accepted by all, and so it is the whole frontier."
    n_packages = agreement.n_packages
    if n_packages is None:
        on = f"packages with {plural(len(frontier), 'different value')}"
    else:
        on = counted(n_packages)
    among = "the packages"
    if agreement.n_acceptable is not None:
        among = f"the {plural(agreement.n_acceptable, 'package')}"
    return (
        f"Among {among} that all accept, {on} can be bettered for no signatory without worsening "
        "another by a different one of them."
    )


def _approximate(agreement: Agreement, frontier: Frontier) -> str:
    case = agreement.analysis.case
    lost = listed(
        [
            f"{rounded(points)} for {case.party(name).label}"
            for name, points in agreement.shortfalls.items()
        ]
    )
    what = "time" if frontier.reason == "time" else "memory"
    text = (
        f"The whole frontier takes more {what} than was allowed. "
        f"{plural(len(frontier), 'value')} stand for it: every package that all accept is matched "
        f"by one of them within so many points: {lost}."
    )
    below = int((~frontier.acceptable).sum())
    if below:
        text += f" Of these {below:,} fall short of somebody's no deal and are not listed."
    return text


def _left_out(listing: Listing, n_shown: int) -> str:
    if listing.n_matching is None:
        return "There are further packages, not shown."
    left = listing.n_matching - n_shown
    return f"{plural(left, 'further package')} not shown." if left else ""
