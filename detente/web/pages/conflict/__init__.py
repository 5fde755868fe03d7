"""Two people changed one case: both texts side by side, and ways to go on that lose neither."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel

from detente.errors import DetenteError
from detente.proofreading import proofread
from detente.web.bench import Bench, Workbench
from detente.web.pages import Screen
from detente.web.pages.conflict.standoff import Standoff
from detente.web.security.access import EDITOR, READER
from detente.web.sent import SentForm, as_line_ends
from detente.web.shell import page
from detente.web.storage.cases import ConflictError, Kept, Revision, digest_of
from detente.web.storage.database import new_id
from detente.web.storage.drafts import Draft
from detente.web.texts import texts

router = APIRouter(dependencies=[READER])

Choice = Literal["merged", "mine", "written", "theirs"]
"""Save the merged text, the draft as it is, or what is written now; or go on with theirs."""


class Chosen(BaseModel):
    """What somebody chose on the page.

    draft, base : the draft, and the revision that it began from
    head : the newest revision as the page showed it
    shown : name of the two texts that were on the page; where others are there now, it is shown
        anew
    written : the text as it stands on the page now
    """

    choice: Choice = "written"
    draft: str
    base: int
    head: int
    shown: str = ""
    written: str = ""


def _chosen(sent: SentForm) -> Chosen:
    return sent.read_as(Chosen)


ChosenThere = Annotated[Chosen, Depends(_chosen)]
"""What somebody chose, as an argument of a route."""


def conflict_page(
    request: Request, bench: Workbench, case: Kept, *, base: int, text: str, draft_id: str = ""
) -> HTMLResponse:
    """Answer somebody who wanted to save a text when another was saved meanwhile.

    The text is kept as a draft first, so that nothing that follows can lose it.

    base : the revision that the text began from
    draft_id : of the page in which it was written; where there is none, one is made
    """
    draft = bench.drafts.keep(draft_id or new_id(), case.id, base=base, text=text)
    return _shown(request, bench, draft, status=409)


def standoff_of(bench: Workbench, draft: Draft) -> Standoff:
    """Return a draft held against the newest revision of its case."""
    base = bench.cases.revision(draft.case_id, draft.base)
    return Standoff(draft=draft, base=base, head=bench.cases.revision(draft.case_id))


def settle(
    bench: Workbench, draft: Draft, choice: Choice, *, head: int, written: str = ""
) -> Revision:
    """Save what somebody chose as the revision after the one that was shown, and return it.

    head : number of the revision that was shown
    written : the text to be saved, where that is the choice

    Raises
    ------
    ConflictError
        Yet another revision was saved meanwhile.
    DetenteError
        The text to be saved is no sound case, or there is none.
    """
    merged = standoff_of(bench, draft).merged if choice == "merged" else None
    text = {"merged": merged, "mine": draft.text, "written": written}[choice]
    if text is None:
        raise DetenteError(texts()("conflict.no_merge"))
    found = proofread(text)
    if found.case is None:
        raise DetenteError(texts()("conflict.faulty", fault=found.faults[0].text()))
    note = texts()(f"conflict.note_{choice}", n=head)
    saved = bench.cases.revise(
        draft.case_id, base=head, text=text, title=found.case.title, note=note
    )
    bench.drafts.drop(draft.case_id, draft.id)
    return saved


@router.get("/cases/{case_id}/conflict", response_class=HTMLResponse)
def show(request: Request, bench: Bench, case_id: str, draft: str) -> Response:
    """Show a draft beside the newest revision."""
    return _shown(request, bench, bench.drafts.one(case_id, draft), status=200)


@router.post("/cases/{case_id}/conflict", dependencies=[EDITOR])
def choose(request: Request, bench: Bench, case_id: str, chosen: ChosenThere) -> Response:
    """Do what somebody chose."""
    if chosen.choice == "theirs":
        return RedirectResponse(f"/cases/{case_id}", status_code=303)
    if chosen.choice == "written":
        draft = _keep(bench, case_id, chosen)
    else:
        draft = bench.drafts.one(case_id, chosen.draft)
        if name_of(standoff_of(bench, draft)) != chosen.shown:
            return _shown(request, bench, draft, status=409, trouble=texts()("conflict.moved"))
    try:
        settle(bench, draft, chosen.choice, head=chosen.head, written=draft.text)
    except ConflictError:
        return _shown(request, bench, draft, status=409, trouble=texts()("conflict.moved"))
    except DetenteError as error:
        return _shown(request, bench, draft, status=400, trouble=str(error))
    return RedirectResponse(f"/cases/{case_id}", status_code=303)


@router.post("/cases/{case_id}/conflict/keep", dependencies=[EDITOR])
def keep(bench: Bench, case_id: str, chosen: ChosenThere) -> Response:
    """Keep what somebody is writing beside both texts."""
    _keep(bench, case_id, chosen)
    return Response(status_code=204)


def name_of(standoff: Standoff) -> str:
    """Return a name for the two texts that a page shows."""
    return f"{standoff.head.number}-{digest_of(standoff.draft.text)[:16]}"


def _shown(
    request: Request, bench: Workbench, draft: Draft, *, status: int, trouble: str = ""
) -> HTMLResponse:
    standoff = standoff_of(bench, draft)
    since = bench.cases.history(draft.case_id, most=standoff.head.number - draft.base)
    return page(
        request,
        "conflict.html",
        status=status,
        case=bench.cases.get(draft.case_id),
        standoff=standoff,
        since=since,
        shown=name_of(standoff),
        trouble=trouble,
    )


def _keep(bench: Workbench, case_id: str, chosen: Chosen) -> Draft:
    base = bench.cases.revision(case_id, chosen.base)
    written = as_line_ends(chosen.written, base.text)
    return bench.drafts.keep(chosen.draft, case_id, base=base.number, text=written)


SCREEN = Screen(name="conflict", title="conflict.title", router=router)
