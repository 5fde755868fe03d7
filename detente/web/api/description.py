"""The description of the interface as OpenAPI 3.1, for people and for makers of clients."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from detente.web.api.problem import MEDIA

_PROBLEM = "#/components/schemas/Problem"
_ABOUT = (
    "Everything that the pages do, for programs. Where a password is set, send a key made on the "
    "page of access: `Authorization: Bearer KEY`."
)


def described(app: FastAPI) -> dict[str, Any]:
    """Return the description; problems carry their own type of content (RFC 9457)."""
    if app.openapi_schema is None:
        found = get_openapi(
            title=app.title, version=app.version, description=_ABOUT, routes=app.routes
        )
        for methods in found["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if status.startswith(("4", "5")):
                        answer["content"] = {MEDIA: {"schema": {"$ref": _PROBLEM}}}
        schemas = found["components"]["schemas"]
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        found["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        found["security"] = [{}, {"key": []}]
        app.openapi_schema = found
    return app.openapi_schema
