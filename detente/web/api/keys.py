"""Keys for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request

from detente.web.api.model import Id, Model, Name
from detente.web.security.access import EDITOR, Role
from detente.web.security.entrance import entrance_of

ROUTER = APIRouter(tags=["access"], dependencies=[EDITOR])


class KeyModel(Model):
    """A key, without what makes it one."""

    id: str
    name: str
    role: str
    made_at: datetime


class MadeKey(Model):
    """A new key and its text, which is not told again."""

    key: KeyModel
    text: str


class NewKey(Model):
    """What a key is for."""

    name: Name
    role: Literal["reader", "editor"] = "reader"


@ROUTER.get("/keys")
def keys(request: Request) -> list[KeyModel]:
    """List the keys."""
    return [KeyModel.of(key) for key in entrance_of(request).keys.all()]


@ROUTER.post("/keys", status_code=201)
def make(request: Request, new: NewKey) -> MadeKey:
    """Make a key; its text is told this once."""
    key, text = entrance_of(request).make_key(new.name, Role(new.role))
    return MadeKey(key=KeyModel.of(key), text=text)


@ROUTER.delete("/keys/{key_id}", status_code=204)
def revoke(request: Request, key_id: Id) -> None:
    """Make a key worth nothing."""
    entrance_of(request).keys.revoke(key_id)
