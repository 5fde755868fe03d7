"""Cases and their revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response

from detente.difference import difference_of
from detente.formats import loads
from detente.telling.difference import label_of
from detente.web.api.model import At, CaseText, Id, Model, Name, Note, Number
from detente.web.bench import Bench, case_of
from detente.web.revising import duplicated
from detente.web.security.access import EDITOR

ROUTER = APIRouter(tags=["cases"])


class CaseModel(Model):
    """A case; ``head`` is the number of its newest revision."""

    id: str
    title: str
    head: int
    origin: str
    made_at: datetime
    changed_at: datetime


class RevisionModel(Model):
    """A revision without its text; ``digest`` is SHA-256 of the text."""

    case_id: str
    number: int
    digest: str
    note: str
    made_at: datetime


class EntryModel(RevisionModel):
    """A revision in the history: bytes of the text, lines that came and went."""

    size: int
    added: int
    removed: int


class RevisionWithText(RevisionModel):
    """A revision with its text."""

    text: str


class ChangeModel(Model):
    """One thing that is not as it was: what it is, and whether it came, went or changed."""

    what: str
    kind: str
    name: str
    party: str
    text: str


class NewCase(Model):
    """A case to be put on the workbench."""

    text: CaseText
    note: Note = ""


class NewRevision(Model):
    """A changed text; ``base`` is the revision that it was written from."""

    base: Number
    text: CaseText
    note: Note = ""


class Copy(Model):
    """What a copy of a case is called."""

    title: Name


@ROUTER.get("/cases")
def cases(bench: Bench) -> list[CaseModel]:
    """List all cases, the last changed first."""
    return [CaseModel.of(case) for case in bench.cases.all()]


@ROUTER.post("/cases", status_code=201, dependencies=[EDITOR])
def create(bench: Bench, new: NewCase, response: Response) -> RevisionWithText:
    """Put a case on the workbench; a faulty one is refused with its faults."""
    title = loads(new.text).title
    revision = bench.cases.create(new.text, title=title, note=new.note)
    response.headers["location"] = f"/api/v1/cases/{revision.case_id}"
    return RevisionWithText.of(revision)


@ROUTER.get("/cases/{case_id}")
def case(bench: Bench, case_id: Id) -> CaseModel:
    """Return one case."""
    return CaseModel.of(bench.cases.get(case_id))


@ROUTER.delete("/cases/{case_id}", status_code=204, dependencies=[EDITOR])
def delete(bench: Bench, case_id: Id) -> None:
    """Delete a case with all its revisions; only a backup brings it back."""
    bench.cases.delete(case_id)


@ROUTER.post("/cases/{case_id}/duplicate", status_code=201, dependencies=[EDITOR])
def duplicate(bench: Bench, case_id: Id, copy: Copy) -> RevisionWithText:
    """Put a copy of the newest revision on the workbench, with its packages and another title."""
    return RevisionWithText.of(duplicated(bench, case_id, copy.title))


@ROUTER.get("/cases/{case_id}/revisions")
def history(
    bench: Bench,
    case_id: Id,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> list[EntryModel]:
    """List the revisions of a case, the newest first; older ones are before the last of them."""
    entries = bench.cases.history(case_id, before=before, most=most)
    return [EntryModel.of(entry) for entry in entries]


@ROUTER.get("/cases/{case_id}/revisions/{number}")
def revision(bench: Bench, case_id: Id, number: At) -> RevisionWithText:
    """Return a revision with its text."""
    return RevisionWithText.of(bench.cases.revision(case_id, number))


@ROUTER.post("/cases/{case_id}/revisions", status_code=201, dependencies=[EDITOR])
def revise(bench: Bench, case_id: Id, new: NewRevision, response: Response) -> RevisionWithText:
    """Save a changed case as a new revision.

    409 says that ``base`` is no longer the newest: read it, join both, and save upon it.
    """
    title = loads(new.text).title
    saved = bench.cases.revise(case_id, base=new.base, text=new.text, title=title, note=new.note)
    response.headers["location"] = f"/api/v1/cases/{case_id}/revisions/{saved.number}"
    return RevisionWithText.of(saved)


@ROUTER.get("/cases/{case_id}/revisions/{old}/difference/{new}")
def difference(bench: Bench, case_id: Id, old: At, new: At) -> list[ChangeModel]:
    """List what changed in the case from one revision to another; what follows is ``diff``'s."""
    cases = [case_of(bench.cases.revision(case_id, number)) for number in (old, new)]
    return [
        ChangeModel(
            what=change.what,
            kind=change.kind,
            name=change.name,
            party=change.party,
            text=label_of(change),
        )
        for change in difference_of(*cases).changes
    ]
