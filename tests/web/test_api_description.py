"""The interface keeps to its own description, whatever it is sent (Schemathesis)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given
from hypothesis import settings as shaped
from hypothesis.strategies import booleans
from schemathesis import GenerationMode

from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from tests.web.conftest import put

REFUSED = ["2xx", "400", "401", "403", "404", "409", "413", "422"]
"""What may be answered to a text that has the right form and is no sound case."""
MEANING = [
    "POST /api/v1/cases/{case_id}/packages",  # of which a case keeps 200
    *("POST /api/v1/cases", "POST /api/v1/cases/{case_id}/revisions"),
    *("POST /api/v1/cases/{case_id}/ask", "GET /api/v1/cases/{case_id}/compose"),
    *("POST /api/v1/cases/import", "GET /api/v1/cases/{case_id}/export/{name}"),
    *(
        "POST /api/v1/keys",
        "POST /api/v1/cases/{case_id}/edits",
        "GET /api/v1/cases/{case_id}/seen",
    ),
]
"""Routes whose bodies mean something that no description of a form can say."""
CONFIG = schemathesis.Config.from_dict(
    {
        "operations": [
            {
                "include-name": name,
                "checks": {"positive_data_acceptance": {"expected-statuses": REFUSED}},
            }
            for name in MEANING
        ]
    }
)
HERE = "http://127.0.0.1"
EXAMPLES = int(os.environ.get("DETENTE_EXAMPLES", "10"))
"""Requests of each form to each route; a longer campaign asks for more."""
DESCRIPTION = "/api/v1/openapi.json"
ROUTES = [
    (form, method.upper(), path)
    for path, methods in create_app(Settings(database="sqlite://")).openapi()["paths"].items()
    for method, told in methods.items()
    for form in GenerationMode
    if form is GenerationMode.POSITIVE or "requestBody" in told or "parameters" in told
]
"""Requests that keep to the description of each route, and such that do not."""


@dataclass(frozen=True, kw_only=True)
class Described:
    """The description, and a case to which some of the requests go."""

    schema: schemathesis.BaseSchema
    case_id: str


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    folder: Path = tmp_path_factory.mktemp("api")
    url = f"sqlite:///{folder / 'workbench.db'}"
    case_id = put(url, "harbour")
    app = create_app(Settings(database=url), asking=Here)
    with TestClient(app, base_url=HERE):
        schema = schemathesis.openapi.from_asgi(
            DESCRIPTION, app, config=CONFIG, headers={"host": "127.0.0.1"}
        )
        yield Described(schema=schema, case_id=case_id)


@pytest.mark.parametrize(("form", "method", "path"), ROUTES)
def test_a_route_keeps_to_its_description(
    form: GenerationMode, method: str, path: str, described: Described
) -> None:
    cases = described.schema[path][method].as_strategy(generation_mode=form)

    @given(case=cases, there=booleans())
    @shaped(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def check(case: schemathesis.Case, there: bool) -> None:  # noqa: FBT001 - drawn
        if there and method != "DELETE" and "case_id" in case.path_parameters:
            case.path_parameters["case_id"] = described.case_id
        case.call_and_validate(base_url=HERE)

    check()
