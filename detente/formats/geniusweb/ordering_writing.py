"""What a party that only compares says, as a partial order of bids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from detente.case import Case, Party
from detente.document import Faults
from detente.expression import Comparison, Side
from detente.formats.geniusweb.orderings import MOST_BIDS
from detente.formats.geniusweb.partial_order import bits, closure
from detente.formats.refusals import KEEP, refuse_marks
from detente.linear import Bounds
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.no_deal import NoDeal
from detente.vocabulary import Package

_NOTHING = Bounds(low=Fraction(0), high=Fraction(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Packages, with all pairs (better or equal, worse or equal) as positions among them.

    no_deal : the package that is as good as no deal; None where any agreement is
    """

    packages: tuple[Package, ...]
    pairs: tuple[tuple[int, int], ...]
    no_deal: Package | None


def only_compares(case: Case, party: Party) -> bool:
    """Tell whether all that is said of a party are comparisons, and what no deal is worth."""
    said = _said(case, party)
    return bool(said) and all(isinstance(statement, Compare | NoDeal) for statement in said)


def order_of(case: Case, party: Party, faults: Faults) -> Order:
    """Return what a party says as an order; note what no such order can hold.

    All that follows from the comparisons is in it, since GeniusWeb concludes nothing by itself.
    """
    pairs: list[tuple[Package, Package]] = []
    no_deals: list[Package | None] = []
    for statement in _said(case, party):
        path = statement.provenance.path or f"preferences.{party.name}"
        line = statement.provenance.line
        refuse_marks(statement.provenance, path, faults)
        if isinstance(statement, NoDeal):
            no_deals.append(None)
            if statement.worth != _NOTHING:
                problem = "GeniusWeb keeps no deal beside comparisons as a package, or as 0 points"
                faults.at(line, path, problem, "write compare: no deal ~ (issue = option, ...)")
        elif isinstance(statement, Compare):
            problem = _read(statement, case, pairs, no_deals)
            if problem:
                faults.at(line, path, problem, KEEP)
    if len(no_deals) != 1:
        problem = "GeniusWeb needs to know once what no deal is worth"
        hint = "write no_deal: 0, or one compare: no deal ~ (issue = option, ...)"
        faults.at(0, f"preferences.{party.name}", problem, hint)
    packages = sorted({package for pair in pairs for package in pair})
    if len(packages) > MOST_BIDS:
        problem = f"{len(packages):,} packages are compared, more than {MOST_BIDS:,}"
        faults.at(0, f"preferences.{party.name}", problem, KEEP)
        return Order(packages=(), pairs=(), no_deal=None)
    place = {package: k for k, package in enumerate(packages)}
    below = closure(len(packages), ((place[better], place[worse]) for better, worse in pairs))
    return Order(
        packages=tuple(packages),
        pairs=tuple((k, worse) for k in place.values() for worse in bits(below[k]) if worse != k),
        no_deal=next(iter(no_deals), None),
    )


def _said(case: Case, party: Party) -> Sequence[Statement]:
    return [statement for statement in case.statements if statement.party == party.name]


def _read(
    statement: Compare,
    case: Case,
    pairs: list[tuple[Package, Package]],
    no_deals: list[Package | None],
) -> str:
    """Add what a comparison says to the pairs or to no deal; return why it cannot be kept."""
    if statement.by is not None:
        return "GeniusWeb does not keep by how much a package is better"
    comparison = statement.comparison
    if any(side.kind == "no deal" for side in comparison.sides):
        return _read_no_deal(comparison, case, no_deals)
    if ">" in comparison.relations:
        return "GeniusWeb keeps 'at least as good', >= or ~, and not >"
    packages = [_package(side, case) for side in comparison.sides]
    for relation, (better, worse) in zip(comparison.relations, pairwise(packages), strict=True):
        if better is None or worse is None:
            return "GeniusWeb does not keep 'whatever else'"
        pairs.append((better, worse))
        if relation == "~":
            pairs.append((worse, better))
    return ""


def _read_no_deal(comparison: Comparison, case: Case, no_deals: list[Package | None]) -> str:
    sides = [side for side in comparison.sides if side.kind != "no deal"]
    alike = comparison.relations == ("~",) and len(sides) == 1
    package = _package(sides[0], case) if alike else None
    if package is None:
        return "GeniusWeb keeps no deal only as being as good as one package"
    no_deals.append(package)
    return ""


def _package(side: Side, case: Case) -> Package | None:
    """Return the package that is meant, None where there are several."""
    return None if side.kind == "whatever else" else side.package(case.vocabulary)
