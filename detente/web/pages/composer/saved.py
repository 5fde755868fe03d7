"""Packages that are kept: saved, compared as columns, renamed, thrown away, proposed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from detente.amending import add_proposal, amend
from detente.case import Case
from detente.formats.naming import Names
from detente.vocabulary import Package
from detente.web.bench import Bench, Workbench, case_of
from detente.web.pages.composer.addresses import (
    NAME,
    PROPOSE,
    first_package,
    package_from,
    package_in,
    query_of,
)
from detente.web.pages.composer.comparison import MOST_COLUMNS, Compared, issue_rows, told_of
from detente.web.security.access import EDITOR, READER
from detente.web.sent import SentForm
from detente.web.shell import page
from detente.web.storage.cases import Revision
from detente.web.texts import texts

router = APIRouter(prefix="/cases/{case_id}/packages")


@router.get("", response_class=HTMLResponse, dependencies=[READER])
def compare(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Show saved packages, and proposals that are asked for, side by side."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id)
    case = case_of(revision)
    saved, proposals = compared(bench, case_id, case)
    asked = request.query_params.getlist("show")
    chosen = [one for one in (*saved, *proposals) if one.key in asked] if asked else saved
    columns = chosen[:MOST_COLUMNS]
    standing = bench.analysts.ask(
        bench.analysts.subject(digest=revision.digest, text=revision.text, view="believed")
    )
    ready = standing.composition
    return page(
        request,
        "composer/packages.html",
        case=kept,
        here="composer",
        saved=saved,
        proposals=proposals,
        columns=columns,
        most=MOST_COLUMNS,
        too_many=len(chosen) > MOST_COLUMNS,
        issues=list(issue_rows(case, columns)) if columns else [],
        told=told_of(ready, columns) if ready is not None else None,
        standing=standing,
        address=f"/cases/{case_id}/packages" + (f"?{request.url.query}" if asked else ""),
    )


def compared(bench: Workbench, case_id: str, case: Case) -> tuple[list[Compared], list[Compared]]:
    """Return the saved packages and the proposals of a case."""
    saved = []
    for one in bench.packages.of(case_id):
        package, lost = package_from(case, one.choice)
        saved.append(
            Compared(
                key=one.id,
                name=one.name,
                package=package,
                query=query_of(case, package),
                saved=True,
                lost=lost,
            )
        )
    proposals = [
        Compared(
            key=f":{one.name}",
            name=one.label,
            package=case.vocabulary.proposals[one.name],
            query=query_of(case, case.vocabulary.proposals[one.name]),
            saved=False,
        )
        for one in case.proposals
    ]
    return saved, proposals


@router.post("", dependencies=[EDITOR])
def save(bench: Bench, case_id: str, sent: SentForm) -> RedirectResponse:
    """Save a package under a name, or write it into the case, and go on composing it."""
    case = case_of(bench.cases.revision(case_id))
    choice = [(key, value) for key, value in sent.texts if key not in {NAME, PROPOSE}]
    package = package_in(case, choice) or first_package(case)
    number = len(bench.packages.of(case_id)) + 1
    called = sent.fields.get(NAME, "").strip() or texts()("composer.unnamed", n=number)
    if PROPOSE in sent.fields:
        proposed(bench, case_id, called, package)
    else:
        bench.packages.keep(case_id, called, case.vocabulary.named(package))
    query = query_of(case, package)
    return RedirectResponse(f"/cases/{case_id}/compose?{query}#starts", status_code=303)


@router.post("/{package_id}/rename", dependencies=[EDITOR])
def rename(bench: Bench, case_id: str, package_id: str, sent: SentForm) -> RedirectResponse:
    """Give a saved package another name."""
    bench.packages.rename(case_id, package_id, sent.fields.get(NAME, ""))
    return _back(case_id)


@router.post("/{package_id}/drop", dependencies=[EDITOR])
def drop(bench: Bench, case_id: str, package_id: str) -> RedirectResponse:
    """Throw a saved package away."""
    bench.packages.drop(case_id, package_id)
    return _back(case_id)


@router.post("/{package_id}/propose", dependencies=[EDITOR])
def propose(bench: Bench, case_id: str, package_id: str) -> RedirectResponse:
    """Write a saved package into the case as a proposal."""
    saved = bench.packages.one(case_id, package_id)
    package, _ = package_from(case_of(bench.cases.revision(case_id)), saved.choice)
    proposed(bench, case_id, saved.name, package)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)


def proposed(bench: Workbench, case_id: str, title: str, package: Package) -> Revision:
    """Write a package into the case as a proposal; return the revision that has it.

    Raises
    ------
    RefusedEditError, ConflictError
        The text takes no such proposal, or was changed at the same moment.
    """
    revision = bench.cases.revision(case_id)
    case = case_of(revision)
    changes = case.vocabulary.changes(case.vocabulary.status_quo, package)
    terms = {issue: new for issue, (_, new) in changes.items()} or case.vocabulary.named(package)
    taken = {proposal.name for proposal in case.proposals}
    name = Names(kind="package", given=taken).give(title.casefold())
    amended = amend(revision.text, add_proposal(name, terms, title=title))
    return bench.cases.revise(
        case_id,
        base=revision.number,
        text=amended.text,
        title=amended.case.title,
        note=texts()("composer.note_proposed", name=title),
    )


def _back(case_id: str) -> RedirectResponse:
    return RedirectResponse(f"/cases/{case_id}/packages", status_code=303)
