"""How one side answers one question, in whatever interpreter it needs.

Nothing but the standard library is imported. What is given, and what is answered, is plain data:
numbers, texts, lists and dictionaries, so that it passes between interpreters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


def _as_prepared(prepared: Any) -> Any:
    return prepared


def _as_found(_: Any, found: Any) -> Any:
    return found


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one question is answered; only ``solve`` is timed.

    prepare : makes what the side works on of what is given
    begin : makes what ``solve`` takes of what was prepared, anew for each repeat
    answer : says the result as plain data, of what was prepared and what was found
    """

    prepare: Callable[[Any], Any]
    solve: Callable[[Any], Any]
    answer: Callable[[Any, Any], Any] = _as_found
    begin: Callable[[Any], Any] = _as_prepared


Ways = Mapping[str, Way]
"""By question."""
