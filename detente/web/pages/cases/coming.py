"""Cases that are brought in: files of any format, or why they cannot be taken."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from detente.beginning import begun
from detente.errors import CaseError, DetenteError, printable
from detente.exchange import bring_in, text_to_mend
from detente.web.bench import Bench, Workbench, case_of
from detente.web.security.access import EDITOR
from detente.web.sent import SentForm
from detente.web.shell import page
from detente.web.storage.cases import Revision
from detente.web.storage.database import new_id
from detente.web.texts import texts

router = APIRouter()
_LONGEST_NAME = 80


@router.post("/cases/import", dependencies=[EDITOR])
def bring(request: Request, bench: Bench, sent: SentForm) -> Response:
    """Put a case on the workbench that lies in files of any format."""
    if not sent.files:
        raise DetenteError(texts()("cases.no_file"))
    try:
        found = bring_in(sent.files)
    except CaseError as error:
        return _refused(request, sent.files, error)
    words = texts()
    note = words("cases.brought", name=shown(sent.files[0][0]))
    if len(sent.files) > 1:
        note = words("cases.brought_files", n=len(sent.files))
    made = bench.cases.create(found.text, title=found.case.title, note=note)
    where = "" if found.as_it_came else "/brought"
    return RedirectResponse(f"/cases/{made.case_id}{where}", status_code=303)


@router.get("/cases/{case_id}/brought", response_class=HTMLResponse)
def brought(request: Request, bench: Bench, case_id: str) -> HTMLResponse:
    """Tell what the reader of another program's files noted, and what was left aside."""
    kept, revision = bench.cases.get(case_id), bench.cases.revision(case_id, 1)
    case = case_of(revision)
    notes = [("", case.note), *((party.label, party.note) for party in case.parties)]
    notes = [(who, " ".join(note.split())) for who, note in notes if note.strip()]
    return page(
        request, "cases/brought.html", case=kept, content=case, notes=notes, revision=revision
    )


@router.post("/cases/mend", dependencies=[EDITOR])
def mend(bench: Bench, sent: SentForm) -> Response:
    """Open a faulty case file as text: a new case, with that text as its draft."""
    name, text = sent.fields.get("name", ""), sent.fields.get("text", "")
    revision, draft_id = kept_to_mend(bench, name, text.replace("\r\n", "\n"))
    return RedirectResponse(f"/cases/{revision.case_id}/text?draft={draft_id}", status_code=303)


def kept_to_mend(bench: Workbench, name: str, text: str) -> tuple[Revision, str]:
    """Keep the text of a faulty file as the draft of a new case; return that, and the draft's id.

    The case holds nothing yet but a party and an issue that say so.
    """
    words = texts()
    title = words("cases.mend_title", name=shown(name) or words("cases.mend_unnamed"))
    first = begun(title, words("cases.mend_party"), words("cases.mend_issue"))
    made = bench.cases.create(first, title=title, note=words("cases.mend_note"))
    try:
        draft = bench.drafts.keep(new_id(), made.case_id, base=1, text=text)
    except DetenteError:
        bench.cases.delete(made.case_id)
        raise
    return made, draft.id


def shown(name: str) -> str:
    """Return the name of an uploaded file as it may be shown: on one line, and not too long."""
    plain = printable(" ".join(name.replace("\\", "/").rpartition("/")[2].split()))
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - 1]}…"


def _refused(
    request: Request, files: tuple[tuple[str, bytes], ...], error: CaseError
) -> HTMLResponse:
    try:
        text = text_to_mend(files)
    except CaseError:
        text = None
    return page(
        request,
        "cases/refused.html",
        status=422,
        names=[shown(name) for name, _ in files],
        file=error.file,
        faults=error.faults,
        text=text,
    )
