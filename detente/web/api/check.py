"""Looking at a text before it is saved."""

from __future__ import annotations

from fastapi import APIRouter

from detente.errors import CaseError
from detente.formats import loads
from detente.web.api.model import CaseText, Model
from detente.web.api.problem import FaultModel

ROUTER = APIRouter(tags=["cases"])


class Text(Model):
    """The text of a case file."""

    text: CaseText


class Checked(Model):
    """Whether a text is a sound case, and every fault that it has."""

    sound: bool
    title: str
    faults: list[FaultModel]


@ROUTER.post("/check")
def check(body: Text) -> Checked:
    """Look for faults in a text; nothing is kept. Contradictions are found by asking ``check``."""
    try:
        title = loads(body.text).title
    except CaseError as error:
        return Checked(sound=False, title="", faults=[FaultModel.of(f) for f in error.faults])
    return Checked(sound=True, title=title, faults=[])
