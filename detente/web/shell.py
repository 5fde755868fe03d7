"""How pages look: the templates, and what every page has around its content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from detente.report import palette
from detente.report.html import equip
from detente.web.jobs.telling import counted, said
from detente.web.storage.cases import Kept
from detente.web.texts import texts
from detente.web.texts.moments import ago, exactly

THEMES = ("system", "light", "dark")


@cache
def environment() -> Environment:
    """Return the templates of the workbench, with those of the report behind them."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader("detente.web"), PackageLoader("detente.report")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    equip(found)
    words = texts()
    found.globals.update(t=words, counted=words.counted, asset=asset, screens=screens)
    found.globals.update(job_said=said, job_count=counted)
    found.globals.update(THEMES=THEMES, ago=ago, exactly=exactly)
    return found


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a whole page, or a part of one: a template filled in.

    context : what the template needs; ``case`` where the page is about a case (see :class:`Kept`)
    """
    filled = (
        environment()
        .get_template(template)
        .render(
            request=request,
            theme=theme(request),
            path=request.url.path,
            role=getattr(request.state, "role", ""),
            asks=getattr(request.state, "asks", False),
            **{"case": None, "here": "", **context},
        )
    )
    return HTMLResponse(filled, status_code=status)


def theme(request: Request) -> str:
    """Return the appearance that somebody chose."""
    chosen = request.cookies.get("theme", "system")
    return chosen if chosen in THEMES else "system"


def screens(case: Kept) -> list[tuple[str, str, str]]:
    """Return the screens of a case for its navigation: (name, title, address)."""
    from detente.web.pages import registered

    words = texts()
    return [
        (screen.name, words(screen.title), f"/cases/{case.id}{screen.path}")
        for screen in registered()
        if screen.place
    ]


@cache
def asset(name: str) -> str:
    """Return the address of a file in ``static``, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256(asset_bytes(name)).hexdigest()[:12]}"


@cache
def asset_bytes(name: str) -> bytes:
    """Return a file of ``static``; ``app.css`` is put together from all style sheets."""
    if name == "app.css":
        return style_sheet().encode()
    return files("detente.web").joinpath("static", name).read_bytes()


@cache
def style_sheet() -> str:
    """Return the style sheet: colours, what the report looks like, then ``static/css`` by name."""
    light, dark = (dict(_pairs(palette.properties(one))) for one in ("light", "dark"))
    colours = ";".join(f"{name}:light-dark({light[name]},{dark[name]})" for name in light)
    report = files("detente.report").joinpath("style.css").read_text("utf-8")
    folder = files("detente.web").joinpath("static", "css")
    own = [file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda f: f.name)]
    return "\n".join([f":root{{{colours}}}", report, *own])


def _pairs(properties: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (p.partition(":") for p in properties.split(";"))]


def in_html(text: str) -> str:
    """Return a sentence of an answer as the HTML of the answer has it."""
    return str(escape(environment().filters["shown"](text)))


def trusted(html: str | bytes) -> Markup:
    """Return HTML that we made ourselves, as such."""
    text = html.decode() if isinstance(html, bytes) else html
    return Markup(text)  # noqa: S704 - made by our own templates, which escape
