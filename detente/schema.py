"""The JSON Schema of case files, put together from the statements and blocks there are."""

from __future__ import annotations

from typing import Any

from detente.blocks import BLOCKS
from detente.statements import KINDS
from detente.statements.statement import CONFIDENCE

_AMOUNT = {"$ref": "#/$defs/amount"}
_TEXT = {"type": "string"}
_OPTION = {"type": ["string", "number", "boolean"]}
_NAME = {"pattern": r"^[^\s\d][^\s]*$"}


def case_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a case file, for editors and other programs.

    It describes the shape of a file; whether names are known and parts fit each other is found when
    a case is read. Editors turn ``no`` and ``2`` into booleans and numbers before they look, so the
    schema allows these wherever Detente reads text.

    Examples
    --------
    >>> sorted(case_schema()["required"])
    ['detente', 'parties', 'title']
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Detente case file",
        "description": "parties, issues, proposals, and what sources say of what each party wants",
        "type": "object",
        "required": ["detente", "title", "parties"],
        "anyOf": [
            {"required": ["issues"]},
            {"required": ["graph"], "properties": {"graph": {"required": ["states"]}}},
        ],
        "additionalProperties": False,
        "properties": {
            "detente": {"enum": [1, "1"], "description": "version of the form"},
            "title": _TEXT,
            "as_of": {
                "type": "string",
                "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
                "description": "the day for which the case was written: year-month-day",
            },
            "note": _TEXT,
            "sources": _named("documents that statements cite", _source()),
            "parties": _named("whose acceptance matters", _party()) | {"minProperties": 1},
            "issues": _named("the questions to settle", _issue()) | {"minProperties": 1},
            "constraints": {
                "description": "conditions that every package must meet",
                "type": "array",
                "items": _constraint(),
            },
            "proposals": _named("named packages; the rest keeps its status quo", _proposal()),
            "preferences": {
                "description": "for each party, what is said about what it wants",
                "type": "object",
                "additionalProperties": {
                    "type": "array",
                    "items": {"$ref": "#/$defs/statement"},
                },
            },
            **{name: dict(block.schema) for name, block in BLOCKS.items()},
        },
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, Any]:
    return {
        "amount": {
            "description": "N, A..B, more than N or less than N; a number may be written p/q",
            "type": ["string", "number"],
        },
        "because": {
            "description": "where it is said, one source#locator or a list of them",
            "anyOf": [_citation(), {"type": "array", "items": _citation()}],
        },
        "confidence": {
            "description": "in what part of the readings it is imposed; certain when left out",
            "enum": list(CONFIDENCE),
        },
        "statement": {
            "description": "one thing said about a party's preferences",
            "oneOf": [{"$ref": f"#/$defs/{key}"} for key in KINDS],
        },
        **{key: _statement(key) for key in KINDS},
    }


def _statement(key: str) -> dict[str, Any]:
    kind = KINDS[key]
    return {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0].replace("``", ""),
        "required": [key],
        "additionalProperties": False,
        "properties": {
            key: dict(kind.SCHEMA),
            **dict.fromkeys(kind.COMPANIONS, _AMOUNT),
            **_common(),
            "confidence": {"$ref": "#/$defs/confidence"},
            "view": {"description": "whose picture this is", "type": "string"},
        },
        "examples": [kind.EXAMPLE],
    }


def _common() -> dict[str, Any]:
    return {"because": {"$ref": "#/$defs/because"}, "note": _TEXT}


def _citation() -> dict[str, Any]:
    return {"type": "string", "pattern": "^[^#]*[^#\\s][^#]*#.*\\S"}


def _named(description: str, entry: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": description,
        "type": "object",
        "propertyNames": _NAME,
        "additionalProperties": entry,
    }


def _entry(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": properties,
    }


def _source() -> dict[str, Any]:
    date = {"type": ["string", "number"], "description": "year, year-month or year-month-day"}
    address = {"type": "string", "pattern": "^https?://"}
    return {
        "anyOf": [
            _TEXT,
            _entry({"title": _TEXT, "date": date, "url": address, "note": _TEXT}),
        ]
    }


def _party() -> dict[str, Any]:
    signatory = {
        "description": "whether the party has to accept; no for one that is only affected",
        "enum": [True, False, "yes", "no", "true", "false"],
    }
    return {
        "anyOf": [
            _TEXT,
            _entry({"name": _TEXT, "title": _TEXT, "signatory": signatory, "note": _TEXT}),
        ]
    }


def _issue() -> dict[str, Any]:
    options = {"type": "array", "items": _OPTION, "minItems": 1, "uniqueItems": True}
    both = {"title": _TEXT, "note": _TEXT}
    status_quo = _OPTION | {"description": "the option that holds as long as nothing is agreed"}
    span = {"type": "string", "description": "the two ends: 0..8", "pattern": r"\.\."}
    step = {"type": ["string", "number"], "description": "it divides the range"}
    numeric = {"range": span, "step": step, "unit": _TEXT, "status_quo": status_quo}
    return {
        "anyOf": [
            _entry({**both, "options": options, "status_quo": status_quo}, "options", "status_quo"),
            _entry({**both, **numeric}, "range", "step", "status_quo"),
        ]
    }


def _constraint() -> dict[str, Any]:
    condition = {"type": "string", "description": "a condition such as cranes != full or pay >= 1"}
    return _entry({"require": condition, "title": _TEXT, **_common()}, "require")


def _proposal() -> dict[str, Any]:
    terms = {"type": "object", "additionalProperties": _OPTION}
    return {
        "anyOf": [
            terms,
            _entry({"title": _TEXT, "terms": terms, **_common()}, "terms"),
        ]
    }
