"""The JSON Schema of case files: true to the catalogue, to the reader, and to its printed copy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from detente import catalog
from detente.blocks import BLOCKS
from detente.formats.native import PARTS
from detente.schema import case_schema
from detente.statements import KINDS
from tests.formats.test_native import GOOD

COPY = Path(__file__).parents[2] / "docs" / "reference" / "case.schema.json"


def faults(text: str) -> list[str]:
    data: Any = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - the loader makes text only
    validator = jsonschema.Draft202012Validator(case_schema())
    return [error.json_path for error in validator.iter_errors(data)]


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(case_schema())
    assert json.loads(json.dumps(case_schema())) == case_schema()


def test_the_printed_copy_is_true() -> None:
    assert json.loads(COPY.read_text(encoding="utf-8")) == case_schema()


@pytest.mark.parametrize("name", catalog.names())
def test_every_case_of_the_catalogue_fits(name: str) -> None:
    assert faults(catalog.path_of(name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("key", KINDS)
def test_every_example_of_a_statement_fits(key: str) -> None:
    example = KINDS[key].EXAMPLE.replace("\n", "\n      ")
    assert faults(GOOD.replace("- no_deal: 1/3", f"- {example}")) == []


def test_it_knows_every_part_of_a_case() -> None:
    assert set(case_schema()["properties"]) == {*PARTS, *BLOCKS}


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("title: Harbour", "titel: Harbour", "$"),
        ("no_deal: 1/3", "no_dael: 1/3", "$.preferences.union[1]"),
        ("confidence: medium", "confidence: sure", "$.preferences.union[0]"),
        ("press#2, ", "press, ", "$.preferences.union[0]"),
        ("    step: 0.5\n", "", "$.issues.pay"),
        ("signatory: no", "signatory: maybe", "$.parties.city"),
        ("on: union", "upon: union", "$.leverage[0]"),
        ("unit: month", "unit: fortnight", "$.time.unit"),
    ],
)
def test_it_refuses_what_the_reader_refuses(right: str, wrong: str, place: str) -> None:
    assert place in faults(GOOD.replace(right, wrong, 1))
