"""JSON from anywhere: what is malformed, ambiguous or hostile is refused in one calm message."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any, TypeVar

from detente.composer import decode
from detente.document import Faults
from detente.errors import CaseError, did_you_mean, quote
from detente.formats.naming import title_of
from detente.formats.numerals import MOST_DIGITS as MOST_DIGITS_EXACT
from detente.formats.numerals import MOST_POWER, exact

MOST_BYTES = 16 * 2**20
MOST_DIGITS = 18
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "yes or no"),
    (dict, "an object"),
    (list, "a list"),
    (str, "text"),
    (int, "a number"),
    (float, "a number"),
    (Fraction, "a number"),
)

_exact = lru_cache(maxsize=4096)(exact)

Kind = TypeVar("Kind")


def parse_json(data: bytes, faults: Faults, *, fractions: bool = False) -> Any:
    """Return what a JSON text holds; raise CaseError where it is none.

    Names that stand twice in an object, NaN, infinities and whole numbers of more than
    :data:`MOST_DIGITS` digits are refused too.

    fractions : every number comes as the fraction that it spells, instead of as int or float
    """
    hint = "check that this is the right file"
    text = decode(data, faults, most=MOST_BYTES, hint=hint)
    faults.raise_any()

    refuse = partial(refusal, faults)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            name = next(key for key, count in counts.items() if count > 1)
            raise refuse(f"{quote(name)} is there twice in one object", "keep one of the two")
        return found

    def whole(digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            raise refuse(f"a number has at most {MOST_DIGITS} digits, not {len(digits):,}")
        return int(digits)

    def constant(name: str) -> float:
        raise refuse(f"{name} stands in the file, which is no number in JSON", "remove it")

    try:
        return json.loads(
            text or "",
            object_pairs_hook=unique,
            parse_int=partial(_fraction, faults) if fractions else whole,
            parse_float=partial(_fraction, faults) if fractions else None,
            parse_constant=constant,
        )
    except json.JSONDecodeError as error:
        problem = f"the file is not JSON: {error.msg.lower()}, column {error.colno}"
        raise refuse(problem, line=error.lineno) from None
    except RecursionError:
        raise refuse("lists and objects are nested too deeply", hint) from None


def _fraction(faults: Faults, digits: str) -> Fraction:
    found = _exact(digits)
    if found is None:
        problem = f"a number has at most {MOST_DIGITS_EXACT} digits, and a power of ten"
        raise refusal(faults, f"{problem} up to {MOST_POWER}, unlike {quote(digits)}")
    return found


def refusal(
    faults: Faults, problem: str, hint: str = "", *, path: str = "", line: int = 0
) -> CaseError:
    """Note a fault that ends the reading, and return all of them to be raised."""
    faults.at(line, path, problem, hint)
    return CaseError(faults.found)


def kind_of(value: Any) -> str:
    """Return in words what kind of JSON value this is."""
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "nothing")


def expect(value: Any, kind: Callable[[], Kind], path: str, faults: Faults) -> Kind | None:
    """Return a value if it is of the kind that is expected here; else note a fault."""
    if type(value) is kind:
        found: Kind = value
        return found
    faults.at(0, path, f"{kind_of(kind())} is expected here, not {kind_of(value)}")
    return None


def expect_list(
    fields: Mapping[str, Any],
    key: str,
    path: str,
    faults: Faults,
    *,
    most: int,
    needed: bool = True,
) -> list[Any]:
    """Return the list under a key; none there is an empty one, and a fault where it is needed.

    Raises CaseError when it has more entries than ``most``.
    """
    if key not in fields:
        if needed:
            hint = did_you_mean(key, list(fields)) if fields else ""
            faults.at(0, path, f"'{key}' is missing", hint)
        return []
    where = inside(path, key)
    found: list[Any] = expect(fields[key], list, where, faults) or []
    if len(found) > most:
        faults.at(0, where, f"{len(found):,} entries stand here, more than {most:,}")
        raise CaseError(faults.found)
    return found


def expect_text(fields: Mapping[str, Any], key: str, path: str, faults: Faults) -> str:
    """Return the text under a key, which may be empty, as a title; anything else is a fault."""
    if key not in fields:
        faults.at(0, path, f"'{key}' is missing")
        return ""
    where = inside(path, key)
    return title_of(expect(fields[key], str, where, faults) or "", where, faults)


def inside(path: str, key: str) -> str:
    """Return the path of an entry of an object."""
    return f"{path}.{key}" if path else key
