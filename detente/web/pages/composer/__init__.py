"""The composer: choose an option for every issue, and see at once who accepts what that gives."""

from __future__ import annotations

from fastapi import APIRouter

from detente.web.pages import Screen
from detente.web.pages.composer import composing, saved

router = APIRouter()
router.include_router(composing.router)
router.include_router(saved.router)

SCREEN = Screen(name="composer", title="composer.title", router=router, path="/compose", place=2)
