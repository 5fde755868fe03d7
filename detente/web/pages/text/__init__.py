"""The case as text: every fault at its line while one writes, and nothing lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from detente.errors import DetenteError
from detente.proofreading import Proof, findings, proofread
from detente.web.bench import Bench, Workbench
from detente.web.pages import Screen
from detente.web.pages.conflict import conflict_page
from detente.web.pages.text.writing import HELP, TURNS
from detente.web.security.access import EDITOR, READER
from detente.web.sent import SentForm, as_line_ends
from detente.web.shell import page
from detente.web.storage.cases import ConflictError, Kept
from detente.web.storage.database import new_id
from detente.web.storage.drafts import Draft
from detente.web.texts import texts
from detente.work import Work

router = APIRouter(dependencies=[READER])
Number = Annotated[int, Query(ge=0, le=2**31 - 1)]
_LONGEST_NOTE = 500


class Written(BaseModel):
    """A text as it is sent.

    base : the revision that it was begun from
    draft : what its draft is called; instead : the draft that it was opened from, whose place it
        takes
    """

    base: Annotated[int, Field(ge=1, le=2**31 - 1)]
    text: str = ""
    note: str = ""
    draft: str = ""
    instead: str = ""


def _written(sent: SentForm) -> Written:
    return sent.read_as(Written)


Sent = Annotated[Written, Depends(_written)]
"""A text that was sent, as an argument of a route."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What the editor is opened with.

    line : to be shown first
    saved : the text has just been saved here
    gone : the draft that was asked for is not there
    draft : what the text was kept as; what is written from here on takes its place
    proof : the text as it was found, where somebody tried to save it
    """

    text: str
    base: int
    line: int = 0
    saved: bool = False
    gone: bool = False
    draft: Draft | None = None
    proof: Proof | None = None
    note: str = ""


@router.get("/cases/{case_id}/text", response_class=HTMLResponse)
def show(
    request: Request,
    bench: Bench,
    case_id: str,
    line: Number = 0,
    draft: str = "",
    saved: Number = 0,
) -> HTMLResponse:
    """Show the text of a case, or of one of its drafts.

    line : to be shown first
    draft : where it is not there, it went on under another name, or was saved; then the saved text
        is shown, and the drafts that there are
    saved : number of the revision that has just been saved here
    """
    kept = bench.cases.get(case_id)
    found = next((one for one in bench.drafts.of(case_id) if draft and one.id == draft), None)
    if found is not None:
        opened = Opened(text=found.text, base=found.base, line=line, draft=found)
    else:
        revision = bench.cases.revision(case_id)
        number = revision.number
        opened = Opened(
            text=revision.text,
            base=number,
            line=line,
            saved=saved == number,
            gone=bool(draft),
        )
    return _editor(request, bench, kept, opened)


@router.post("/cases/{case_id}/text/check", response_class=HTMLResponse)
def check(request: Request, bench: Bench, case_id: str, sent: SentForm) -> HTMLResponse:
    """Show every fault of a text; nothing is kept."""
    bench.cases.get(case_id)
    return page(request, "text/checked.html", proof=proofread(sent.fields.get("text", "")))


@router.post("/cases/{case_id}/text/findings", response_class=HTMLResponse)
def find(request: Request, bench: Bench, case_id: str, sent: SentForm) -> HTMLResponse:
    """Show what the statements of a sound text say together; nothing is kept.

    One text is looked at at a time; whoever comes while another waits is told to ask again.
    """
    bench.cases.get(case_id)
    proof = proofread(sent.fields.get("text", ""))
    found, busy = None, False
    if proof.case is not None:
        with TURNS.taken() as turn:
            busy = not turn
            work = Work(seed=bench.settings.seed, readings=bench.settings.readings)
            found = findings(proof.case, work=work) if turn else None
    return page(request, "text/findings.html", found=found, busy=busy)


@router.post("/cases/{case_id}/text/draft", dependencies=[EDITOR])
def keep(bench: Bench, case_id: str, written: Sent) -> Response:
    """Keep a text that is being written."""
    bench.drafts.keep(written.draft or new_id(), case_id, base=written.base, text=written.text)
    if written.instead not in {"", written.draft}:
        bench.drafts.drop(case_id, written.instead)
    return Response(status_code=204)


@router.post("/cases/{case_id}/text/drafts/{draft_id}/drop", dependencies=[EDITOR])
def drop(bench: Bench, case_id: str, draft_id: str) -> RedirectResponse:
    """Throw a draft away."""
    bench.drafts.drop(case_id, draft_id)
    return RedirectResponse(f"/cases/{case_id}/text", status_code=303)


@router.post("/cases/{case_id}/text", dependencies=[EDITOR], response_class=HTMLResponse)
def save(request: Request, bench: Bench, case_id: str, written: Sent) -> Response:
    """Save a sound text as a new revision; one with faults stays a draft, and is shown again."""
    kept, base = bench.cases.get(case_id), bench.cases.revision(case_id, written.base)
    text = as_line_ends(written.text, base.text)
    draft_id = written.draft or new_id()
    proof = proofread(text)
    if proof.case is None:
        draft = bench.drafts.keep(draft_id, case_id, base=base.number, text=text)
        bench.drafts.drop(case_id, written.instead)
        again = Opened(text=text, base=base.number, draft=draft, proof=proof, note=written.note)
        return _editor(request, bench, kept, again)
    note = " ".join(written.note.split())[:_LONGEST_NOTE] or texts()("text.saved_note")
    title = proof.case.title
    try:
        made = bench.cases.revise(case_id, base=base.number, text=text, title=title, note=note)
    except ConflictError:
        answer = conflict_page(request, bench, kept, base=base.number, text=text, draft_id=draft_id)
        bench.drafts.drop(case_id, written.instead)
        return answer
    except DetenteError:
        bench.drafts.keep(draft_id, case_id, base=base.number, text=text)
        raise
    for one in (draft_id, written.instead):
        bench.drafts.drop(case_id, one)
    return RedirectResponse(f"/cases/{case_id}/text?saved={made.number}", status_code=303)


def _editor(request: Request, bench: Workbench, kept: Kept, opened: Opened) -> HTMLResponse:
    """Return the page of the editor."""
    draft = opened.draft
    others = [one for one in bench.drafts.of(kept.id) if draft is None or one.id != draft.id]
    return page(
        request,
        "text/editor.html",
        status=200 if opened.proof is None else 422,
        case=kept,
        here="text",
        opened=opened,
        draft=new_id(),
        others=others,
        proof=opened.proof or proofread(opened.text),
        help=HELP,
    )


SCREEN = Screen(name="text", title="text.name", router=router, path="/text")
