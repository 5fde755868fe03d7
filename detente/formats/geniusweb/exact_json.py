"""JSON with numbers written out exactly, however many digits that takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from detente.number import plain


def written(value: Any, indent: str = "") -> str:
    """Return a value as JSON, with numbers written out exactly.

    Examples
    --------
    >>> print(written({"low": Fraction(1, 8), "values": ["a", "b"], "bid": None}))
    {
      "low": 0.125,
      "values": [
        "a",
        "b"
      ],
      "bid": null
    }
    """
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, list) and all(isinstance(entry, Fraction) for entry in value):
        return f"[{', '.join(map(plain, value))}]"
    inner = indent + "  "
    if isinstance(value, Mapping) and value:
        rows = [
            f"{json.dumps(k, ensure_ascii=False)}: {written(v, inner)}" for k, v in value.items()
        ]
        opened, closed = "{", "}"
    elif isinstance(value, list) and value:
        rows = [written(entry, inner) for entry in value]
        opened, closed = "[", "]"
    else:
        return json.dumps(value, ensure_ascii=False)
    body = ",\n".join(inner + row for row in rows)
    return f"{opened}\n{body}\n{indent}{closed}"
