"""The files of answers: looked at, or taken along under a name that says what they are."""

from __future__ import annotations

import re

from fastapi import APIRouter
from fastapi.responses import Response

from detente.web.bench import Bench
from detente.web.jobs.files import OTHER, file_of
from detente.web.pages import Screen
from detente.web.security.access import READER
from detente.web.security.headers import SANDBOX, attached

router = APIRouter(dependencies=[READER])


@router.get("/answers/{key}/{name}")
def file(bench: Bench, key: str, name: str, save: str = "") -> Response:
    """Return one file of an answer; a PNG is drawn from its SVG.

    save : the name under which it is taken along, without its ending; it is shown otherwise
    """
    content, kind = file_of(bench.results, key, name)
    headers = {"content-security-policy": SANDBOX, "x-content-type-options": "nosniff"}
    if save or kind == OTHER:
        headers |= attached(readable(save, name))
    return Response(content, media_type=kind, headers=headers)


def readable(title: str, name: str) -> str:
    """Return the name under which a file is taken along: its title in words, and its ending.

    Examples
    --------
    >>> readable("Harbour: gains, by party", "picture-1.svg")
    'harbour-gains-by-party.svg'
    """
    stem, _, ending = name.rpartition(".")
    words = "-".join(re.findall(r"\w+", title.casefold()))[:80].strip("-")
    return f"{words or stem}.{ending}"


SCREEN = Screen(name="answers", title="answers.title", router=router)
