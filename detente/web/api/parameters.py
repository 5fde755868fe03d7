"""Parameters of addresses: one that a route does not know is refused, since it may be a slip."""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute


def _known(request: Request) -> None:
    route = request.scope["route"]
    known = (
        {p.alias for p in route.dependant.query_params} if isinstance(route, APIRoute) else set()
    )
    strange = [name for name in request.query_params if name not in known]
    if strange:
        what = f"there is no such parameter; known are {', '.join(sorted(known)) or 'none'}"
        raise RequestValidationError([{"loc": ("query", strange[0]), "msg": what}])


KNOWN = Depends(_known)
"""For routes that refuse parameters they do not know."""
