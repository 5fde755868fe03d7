"""A file of NegMAS as nodes, whether it is YAML or JSON, and the numbers in it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from fractions import Fraction

from detente.composer import compose, decode
from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import CaseError, Fault, quote
from detente.formats.numerals import MOST_DIGITS, exact
from detente.syntax import DEEPEST

MOST_BYTES = 16 * 2**20
MOST_NODES = 1_000_000

_JSON = re.compile(r'\s*\{\s*["}]')
_PROGRAM = re.compile(r"^the tag '[^']*(?:binary|python)")
_NOTHING = frozenset({"", "null", "Null", "NULL", "~"})
_OCTAL = re.compile(r"[-+]?0[0-9]+")
_INFINITE = frozenset({"-.inf", "-.Inf", "-.INF", "-inf", "-Infinity"})


def nodes_of(data: bytes, faults: Faults) -> Fields:
    """Return what a file holds, everything in it text; raise CaseError where it is no mapping.

    What is hostile or ambiguous is refused as in case files: tags, aliases, keys written twice.
    """
    text = decode(data, faults, most=MOST_BYTES, hint="check that this is the right file") or ""
    faults.raise_any()
    root: AnyNode | None
    if _JSON.match(text):
        root = _from_json(text, faults)
    else:
        root = compose(text, faults, most=MOST_NODES, list_keys=True).root
    if faults.found:
        raise CaseError(map(_told, faults.found))
    if not isinstance(root, Fields):
        faults.at(1, "", "a mapping is expected here", "check that this is the right file")
        raise CaseError(faults.found)
    return root


def _told(fault: Fault) -> Fault:
    """Return a fault; the tag that marks a stored Python object is told by what it means."""
    if not _PROGRAM.search(fault.problem):
        return fault
    problem = "a Python program is stored here, and none is read"
    return replace(fault, problem=problem, hint="write out what it comes to, as numbers")


class _Pairs(list[tuple[str, object]]):
    """The entries of a JSON object, in the order of the file."""


def _from_json(text: str, faults: Faults) -> AnyNode:
    try:
        tree = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        problem = f"the file is not JSON: {error.msg.lower()}, column {error.colno}"
        faults.at(error.lineno, "", problem)
    except RecursionError:
        faults.at(0, "", f"lists and mappings are nested deeper than {DEEPEST}")
    faults.raise_any()
    return _node(tree, "", 0, faults)


def _node(value: object, path: str, depth: int, faults: Faults) -> AnyNode:
    if depth > DEEPEST:
        faults.at(0, "", f"lists and mappings are nested deeper than {DEEPEST}")
        raise CaseError(faults.found)
    if isinstance(value, _Pairs):
        fields: dict[str, AnyNode] = {}
        for key, inner in value:
            name = key.strip()
            where = f"{path}.{name}" if path else name
            if name in fields:
                faults.at(0, where, f"{quote(name)} is there twice", "keep one of the two")
            fields[name] = _node(inner, where, depth + 1, faults)
        return Fields(path=path, line=0, fields=fields)
    if isinstance(value, list):
        items = (_node(item, f"{path}[{k}]", depth + 1, faults) for k, item in enumerate(value))
        return Items(path=path, line=0, items=tuple(items))
    text = value if isinstance(value, str) else json.dumps(value)
    return Text(path=path, line=0, text=text)


def said(node: AnyNode | None) -> AnyNode | None:
    """Return a node that says something: none where there is nothing, or ``null``."""
    if node is None or (isinstance(node, Text) and node.text.strip() in _NOTHING):
        return None
    return node


def is_minus_infinity(node: AnyNode) -> bool:
    """Tell whether a node stands for minus infinity, in YAML or as Python writes it in JSON."""
    return isinstance(node, Text) and node.text.strip() in _INFINITE


def end_of(node: Text) -> Fraction | float | None:
    """Return the number that an end of a range spells, which may be infinite; else None."""
    text = node.text.strip()
    if text.lower().lstrip("+-").lstrip(".") in {"inf", "infinity"}:
        return -math.inf if text.startswith("-") else math.inf
    return exact(text)


def number(node: AnyNode | None, faults: Faults, *, default: Fraction = Fraction(0)) -> Fraction:
    """Return the number that a node spells, exactly; ``default`` where there is none.

    Anything else is a fault, infinities among them.
    """
    if said(node) is None or node is None:
        return default
    text = faults.text(node)
    if text is None:
        return default
    if _OCTAL.fullmatch(text):
        problem = f"{quote(text)} may be {text.lstrip('-+0')} or, as YAML reads it, octal"
        faults.add(node, problem, "write it without the 0 before it")
        return default
    found = exact(text)
    if found is None:
        hint = f"write digits or a decimal point, at most {MOST_DIGITS} digits"
        faults.add(node, f"{quote(text)} is not a number", hint)
        return default
    return found


def type_of(node: AnyNode) -> str:
    """Return the class that a node names under ``type``, without the modules around it."""
    named = node.fields.get("type") if isinstance(node, Fields) else None
    return named.text.strip().rpartition(".")[2] if isinstance(named, Text) else ""
