"""Drafts: text that is being written and is not saved as a revision yet."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path

from detente.web.api.model import CaseText, Id, Model, Number
from detente.web.bench import Bench
from detente.web.security.access import EDITOR

ROUTER = APIRouter(tags=["drafts"])

DraftId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,32}$")]
"""The name of a draft, made by whoever writes it."""


class DraftModel(Model):
    """A draft; ``base`` is the revision that it began from."""

    id: str
    case_id: str
    base: int
    text: str
    changed_at: datetime


class NewDraft(Model):
    """A text as it stands now, sound or not."""

    base: Number
    text: CaseText


@ROUTER.get("/cases/{case_id}/drafts")
def drafts(bench: Bench, case_id: Id) -> list[DraftModel]:
    """List the drafts of a case, the newest first."""
    bench.cases.get(case_id)
    return [DraftModel.of(draft) for draft in bench.drafts.of(case_id)]


@ROUTER.get("/cases/{case_id}/drafts/{draft_id}")
def draft(bench: Bench, case_id: Id, draft_id: DraftId) -> DraftModel:
    """Return one draft."""
    return DraftModel.of(bench.drafts.one(case_id, draft_id))


@ROUTER.put("/cases/{case_id}/drafts/{draft_id}", dependencies=[EDITOR])
def keep(bench: Bench, case_id: Id, draft_id: DraftId, new: NewDraft) -> DraftModel:
    """Keep a draft in place of what was kept under its name."""
    return DraftModel.of(bench.drafts.keep(draft_id, case_id, base=new.base, text=new.text))


@ROUTER.delete("/cases/{case_id}/drafts/{draft_id}", status_code=204, dependencies=[EDITOR])
def drop(bench: Bench, case_id: Id, draft_id: DraftId) -> None:
    """Throw a draft away."""
    bench.drafts.drop(case_id, bench.drafts.one(case_id, draft_id).id)
