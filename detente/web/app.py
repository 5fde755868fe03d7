"""The application: everything put together for one set of settings."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from detente import __version__
from detente.errors import DetenteError
from detente.web.analysts.analysts import Analysts
from detente.web.api import PREFIX, api
from detente.web.api.description import described
from detente.web.api.problem import not_of_the_form, problem, problem_of
from detente.web.bench import Workbench
from detente.web.jobs.asking import Asking
from detente.web.jobs.runner import Runner
from detente.web.jobs.watching import Watch
from detente.web.pages import registered
from detente.web.security.bodies import Bounded
from detente.web.security.entrance import Entrance, entrance_of
from detente.web.security.guard import Guard
from detente.web.security.headers import Headed
from detente.web.security.refusing import Calm
from detente.web.sent import Sent
from detente.web.settings import Settings
from detente.web.shell import asset_bytes, page
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database
from detente.web.storage.drafts import Drafts
from detente.web.storage.keys import Keys
from detente.web.storage.packages import Packages
from detente.web.storage.results import Results
from detente.web.storage.sessions import Sessions
from detente.web.texts import texts

_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "woff2": "font/woff2",
    "svg": "image/svg+xml",
}
_NAME = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]*/)*[A-Za-z0-9][A-Za-z0-9_.-]*")
"""Names of files below a folder: no part of them leads out of it."""
_FOR_EVER = "public, max-age=31536000, immutable"


Begin = Callable[[Database, Results, Settings], Asking]


def create_app(settings: Settings, *, asking: Begin = Runner) -> FastAPI:
    """Return a workbench; its database is opened, and made if need be, when it starts.

    asking : makes what answers questions
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        database = Database(settings.database)
        database.migrate()
        results = Results(database)
        results.prune()
        app.state.bench = Workbench(
            settings=settings,
            database=database,
            cases=Cases(database),
            drafts=Drafts(database),
            packages=Packages(database),
            results=results,
            asking=(jobs := asking(database, results, settings)),
            watch=Watch(jobs),
            analysts=(analysts := Analysts(settings)),
            texts=texts(),
        )
        app.state.entrance = Entrance(settings, Sessions(database), Keys(database))
        jobs.open()
        yield
        analysts.close()
        jobs.close()
        database.close()

    app = FastAPI(
        title="Detente",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{PREFIX}/openapi.json",
    )
    # The layers around all routes, from the innermost to the outermost.
    app.add_middleware(GZipMiddleware, minimum_size=800)
    app.add_middleware(Bounded, most=settings.limits.upload, refuse=_failed)
    app.add_middleware(Guard, settings=settings, refuse=_failed)
    app.add_middleware(Calm, refuse=_failed)
    app.add_middleware(Headed)
    for screen in registered():
        app.include_router(screen.router, include_in_schema=False)
    app.include_router(api())
    app.openapi = partial(described, app)  # type: ignore[method-assign]  # FastAPI's own way
    app.add_api_route("/static/{name:path}", static, include_in_schema=False)
    app.add_api_route("/health", health, include_in_schema=False)
    app.add_exception_handler(DetenteError, _refused)
    app.add_exception_handler(HTTPException, _failed)
    app.add_exception_handler(RequestValidationError, _malformed)
    return app


def static(name: str) -> Response:
    """Return a file of the workbench itself."""
    kind = _KINDS.get(name.rpartition(".")[2])
    if kind is None or not _NAME.fullmatch(name):
        raise HTTPException(404)
    try:
        content = asset_bytes(name)
    except OSError:
        raise HTTPException(404) from None
    return Response(content, media_type=kind, headers={"cache-control": _FOR_EVER})


def health(request: Request) -> dict[str, str]:
    """Tell that the workbench and its database answer."""
    entrance_of(request).sessions.count()
    return {"status": "ok"}


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, DetenteError)  # noqa: S101 - only these are sent here
    answer = problem_of(error)
    if _is_api(request):
        return answer
    code = answer.status_code
    sent: Sent | None = getattr(request.state, "sent", None)
    written = "" if sent is None else sent.written
    told = {"code": code, "message": str(error), "written": written}
    shown = page(request, "error.html", status=code, **told)
    if "retry-after" in answer.headers:
        shown.headers["retry-after"] = answer.headers["retry-after"]
    return shown


def _failed(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = texts()("errors.not_found") if status == 404 else str(getattr(error, "detail", ""))
    headers = getattr(error, "headers", None)
    if _is_api(request):
        return problem(status, message, headers=headers)
    if status == 405:
        message = texts()("errors.only_sent")
    shown = page(request, "error.html", status=status, code=status, message=message)
    shown.headers.update(headers or {})
    return shown


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - only these are sent here
    answer, message = not_of_the_form(error)
    if _is_api(request):
        return answer
    return page(request, "error.html", status=422, code=422, message=message)


def _is_api(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.startswith("/api/")
