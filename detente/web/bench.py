"""What every request works on: the database's cases and results, the jobs, the settings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from fastapi import Depends, Request

from detente.case import Case
from detente.formats import loads
from detente.web.analysts.analysts import Analysts
from detente.web.jobs.asking import Asking
from detente.web.jobs.watching import Watch
from detente.web.settings import Settings
from detente.web.storage.cases import Cases, Revision
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.storage.packages import Packages
from detente.web.storage.results import Results
from detente.web.texts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """One workbench, open for requests."""

    settings: Settings
    database: Database
    cases: Cases
    drafts: Drafts
    packages: Packages
    results: Results
    asking: Asking
    analysts: Analysts
    watch: Watch
    texts: Texts


async def _bench(request: Request) -> Workbench:
    bench: Workbench = request.app.state.bench
    return bench


Bench = Annotated[Workbench, Depends(_bench)]
"""The workbench, as an argument of a route."""


def case_of(revision: Revision) -> Case:
    """Return the case that a revision holds; revisions are sound, so it is there."""
    return case_in(revision.text)


@lru_cache(maxsize=64)
def case_in(text: str) -> Case:
    """Return the case that a text holds; the last ones are kept."""
    return loads(text)
