"""What the composer shows of one package: the outcome of a click, and what surrounds it."""

from __future__ import annotations

from typing import Any

from fastapi import Request

from detente.case import Case
from detente.composition import Look
from detente.report.html import NARROW
from detente.statements.statement import BELIEVED, SAID
from detente.telling.landscape import Landscape, landscape_of
from detente.vocabulary import Package
from detente.web.analysts.analysts import Standing, Subject
from detente.web.bench import Workbench
from detente.web.pages.composer import words
from detente.web.pages.composer.addresses import own, package_from, query_of, text_of
from detente.web.shell import trusted
from detente.web.texts import texts

_WIDE = 610
"""Width of the picture beside the verdict."""


def view_in(request: Request, case: Case) -> str:
    """Return the view that an address asks for; raise UnknownNameError where there is none."""
    view = request.query_params.get(own(case, "view"), BELIEVED)
    case.require_view(view)
    return view


def views_of(case: Case) -> list[str]:
    """Return the views that a case may be seen in; nothing where there is only one."""
    marked = [view for view in case.views if view not in {BELIEVED, SAID}]
    return [BELIEVED, SAID, *marked] if case.views else []


def saved_of(
    bench: Workbench, case_id: str, case: Case, package: Package, carried: dict[str, str]
) -> list[tuple[str, str, bool]]:
    """Return the saved packages: name, address behind the question mark, whether it is shown."""
    saved = [(one.name, package_from(case, one.choice)[0]) for one in bench.packages.of(case_id)]
    return [(name, query_of(case, one, **carried), one == package) for name, one in saved]


def outcome_of(
    case_id: str,
    case: Case,
    subject: Subject,
    standing: Standing,
    package: Package,
    look: Look | None = None,
) -> dict[str, Any]:
    """Return what the template of the outcome needs.

    look : what is told of the package; what can be told at once where nothing is given
    """
    ready, compose = standing.composition, f"/cases/{case_id}/compose"
    carried = carried_by(subject)
    shared = {
        "compose": compose,
        "standing": standing,
        "query": query_of(case, package, **carried),
        "explain": f"/cases/{case_id}/questions/explain",
        "roadmap": f"/cases/{case_id}/roadmap",
        "report": f"/cases/{case_id}/report",
        "proposal": text_of(case, package),
        "has_roadmap": "roadmap" in case.blocks,
        "onward": subject.view == BELIEVED,
    }
    if ready is None:
        return {**shared, "verdict": None}
    look = look or ready.glance(package)
    found = look.repairs
    return {
        **shared,
        "proved": look.proved,
        "verdict": words.verdict_of(ready, look),
        "rows": words.rows_of(ready, look),
        "lines": words.crossed_of(case, look),
        "broken": look.broken,
        "repairs": found and words.mendings_of(ready, package, found, **carried),
        "searched": found is not None and found.proved,
        "perfect": words.is_perfect(look),
        "later": found is None and not ready.unanswerable,
        "reason": "",
        "point": " ".join(map(str, ready.place(package))),
    }


def carried_by(subject: Subject) -> dict[str, str]:
    """Return the parameters of ours that every address carries on."""
    return {} if subject.view == BELIEVED else {"view": subject.view}


def surroundings_of(
    request: Request, case: Case, subject: Subject, standing: Standing, package: Package
) -> dict[str, Any]:
    """Return what the picture, and the packages to begin from, need."""
    carried, ready = carried_by(subject), standing.composition
    starts = [(p.label, case.vocabulary.proposals[p.name]) for p in case.proposals]
    starts.append((texts()("composer.status_quo"), case.vocabulary.status_quo))
    if ready is not None and (best := ready.analysis.recommended) is not None:
        starts.append((texts()("composer.recommended"), best))
    land = None if ready is None else landscape_of(ready.analysis, frontier=None, solutions={})
    return {
        "starts": [
            (label, query_of(case, one, **carried), one == package) for label, one in starts
        ],
        "picture": None
        if land is None or ready is None
        else _picture(request, case, land, ready.place(package)),
    }


def _picture(
    request: Request, case: Case, land: Landscape, place: tuple[float, ...]
) -> dict[str, Any]:
    """Return the packages as two signatories see them, with one marked."""
    x, y = land.opposed
    params = request.query_params
    x = _position(land, params.get(own(case, "x"), ""), x)
    y = _position(land, params.get(own(case, "y"), ""), y)
    scatter = land.scatter(x, y)
    drawn = []
    for width in (_WIDE, NARROW):
        plot = scatter.axes(width=width)
        svg = scatter.to_svg(width=width, picked=[(place[x], place[y])])
        ends = [(s.low, s.high, s.start, s.end) for s in (plot.x, plot.y)]
        drawn.append((trusted(svg), *(" ".join(map(str, end)) for end in ends)))
    return {
        "x": x,
        "y": y,
        "parties": list(zip(land.parties, land.labels, strict=True)),
        "drawn": drawn,
        "title": scatter.title,
        "table": scatter.table(),
    }


def _position(land: Landscape, name: str, otherwise: int) -> int:
    return land.parties.index(name) if name in land.parties else otherwise
