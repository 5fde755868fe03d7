"""Edits of a case in place: one entry changes, every other byte of the text stays."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator, Field

from detente import edits
from detente.amending import seen_at
from detente.web.api.cases import RevisionWithText
from detente.web.api.model import Id, Model, Note
from detente.web.bench import Bench
from detente.web.revising import saved
from detente.web.security.access import EDITOR

ROUTER = APIRouter(tags=["cases"])

Place = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
"""The place of an entry: ``parties.union``, ``preferences.union[2]``; empty for the case itself."""


def _spelled(value: Any) -> Any:
    """Return a value as a case file has it, where everything is text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{Decimal(repr(value)):f}"
    if isinstance(value, list):
        return [_spelled(one) for one in value]
    if isinstance(value, dict):
        return {name: _spelled(one) for name, one in value.items()}
    return value


Value = Annotated[str | list[Any] | dict[str, Any], BeforeValidator(_spelled)]
"""What is written: text, or lists and mappings of texts; a number is taken as its text."""


class SetFields(Model):
    """Set fields of an entry; null takes one out. All others stay as spelled."""

    edit: Literal["set"]
    at: Place
    fields: dict[str, Value | None]
    seen: str = ""

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.SetFields(at=self.at, fields=self.fields, seen=self.seen)


class Replace(Model):
    """Write an entry anew."""

    edit: Literal["replace"]
    at: Place
    value: Value
    seen: str = ""

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.Replace(at=self.at, value=self.value, seen=self.seen)


class Add(Model):
    """Add an entry: with a name under a part, without one to a list; last where no place is given.

    part : what it is added to, such as ``parties`` or ``preferences.union``
    """

    edit: Literal["add"]
    part: Place
    value: Value
    name: Place | None = None
    number: Annotated[int, Field(ge=0, le=100_000)] | None = None

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.Add(part=self.part, value=self.value, name=self.name, number=self.number)


class Remove(Model):
    """Take an entry out, and others with it."""

    edit: Literal["remove"]
    at: Place
    also: list[Place] = Field(default_factory=list)
    seen: str = ""

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.Remove(at=self.at, also=tuple(self.also), seen=self.seen)


class Move(Model):
    """Put an entry in another place among those beside it, 0 first."""

    edit: Literal["move"]
    at: Place
    to: Annotated[int, Field(ge=0, le=100_000)]
    seen: str = ""

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.Move(at=self.at, to=self.to, seen=self.seen)


class Rename(Model):
    """Give a party, issue, option, proposal or source another name, wherever it is spoken of."""

    edit: Literal["rename"]
    at: Place
    to: Place
    seen: str = ""

    def made(self) -> edits.Edit:
        """Return the edit."""
        return edits.Rename(at=self.at, to=self.to, seen=self.seen)


AnyEdit = Annotated[SetFields | Replace | Add | Remove | Move | Rename, Field(discriminator="edit")]


class NewEdits(Model):
    """Edits to be made one after the other and saved as one revision."""

    edits: Annotated[list[AnyEdit], Field(min_length=1, max_length=100)]
    note: Note = ""


class SeenModel(Model):
    """A mark of what an entry holds; an edit that carries it is refused once that has changed."""

    at: str
    seen: str


@ROUTER.get("/cases/{case_id}/seen")
def seen(bench: Bench, case_id: Id, at: Annotated[str, Query(max_length=1000)] = "") -> SeenModel:
    """Return the mark of an entry of the newest revision."""
    return SeenModel(at=at, seen=seen_at(bench.cases.revision(case_id).text, at))


@ROUTER.post("/cases/{case_id}/edits", status_code=201, dependencies=[EDITOR])
def edit(bench: Bench, case_id: Id, new: NewEdits) -> RevisionWithText:
    """Edit the newest revision; what would leave no sound case is refused with its faults."""
    made = [one.made() for one in new.edits]
    revision, _ = saved(bench, case_id, lambda _revision, _case: made, new.note)
    return RevisionWithText.of(revision)
