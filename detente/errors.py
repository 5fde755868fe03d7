"""What can go wrong that the user can put right.

::

    DetenteError
    ├── CaseError          the case is faulty; ``faults`` holds every fault found
    ├── ExpressionError    a condition, chain or formula cannot be read; shown with a caret
    ├── UnknownNameError   a proposal, party, view or catalogue case that does not exist
    ├── UnanswerableError  the case does not hold what this question needs
    ├── LimitError         the question is too large for the limit in force
    └── CancelledError     the work was stopped on request

Anything else that is raised is a fault of Detente itself and may trace back.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

LONGEST_QUOTE = 60
"""A message quotes at most this many characters of what the user wrote."""


class DetenteError(Exception):
    """Something the user can put right: a case, a file, a name or a limit."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing that is wrong in a case: where, what, and what would be right.

    line : 1-based line of the file, 0 when the case was not read from a file
    path : place in the case, such as ``preferences.union[2].order.shifts``
    detail : the text at fault with a caret under it, where there is one
    """

    line: int = 0
    path: str
    problem: str
    hint: str = ""
    detail: str = ""

    def text(self, file: str = "") -> str:
        """Return the fault as one message: ``talks.yaml:12: issues.pay.range: problem; hint``."""
        where = file + (f":{self.line}" if self.line and file else "")
        if self.line and not file:
            where = f"line {self.line}"
        parts = [part for part in (where, self.path) if part]
        message = ": ".join([*parts, self.problem]) + (f"; {self.hint}" if self.hint else "")
        message = printable(message)
        return f"{message}\n{self.detail}" if self.detail else message


class CaseError(DetenteError):
    """The case is faulty; every fault is listed, in the order of the file."""

    def __init__(self, faults: Iterable[Fault], *, file: str = "") -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(faults))
        self.file = file
        super().__init__("\n".join(fault.text(file) for fault in self.faults))

    def __reduce__(self) -> tuple[Callable[..., CaseError], tuple[Any, ...]]:
        """Let the error come back whole from another process."""
        return partial(CaseError, file=self.file), (self.faults,)


class ExpressionError(DetenteError):
    """A text in the language of conditions cannot be read.

    text : what the user wrote
    column : 0-based position of the trouble in ``text``
    """

    def __init__(self, problem: str, *, text: str, column: int, hint: str = "") -> None:
        self.problem, self.text, self.column, self.hint = problem, text, column, hint
        super().__init__(f"{self.summary()}\n{self.pointer()}")

    def __reduce__(self) -> tuple[Callable[..., ExpressionError], tuple[Any, ...]]:
        """Let the error come back whole from another process."""
        again = partial(ExpressionError, text=self.text, column=self.column, hint=self.hint)
        return again, (self.problem,)

    def summary(self) -> str:
        """Return the message without the quoted text."""
        return self.problem + (f"; {self.hint}" if self.hint else "")

    def pointer(self) -> str:
        """Return the text with a caret under the trouble, cut to a readable window."""
        start = max(0, min(self.column - LONGEST_QUOTE // 2, len(self.text) - LONGEST_QUOTE))
        window = _one_line(self.text[start : start + LONGEST_QUOTE])
        lead = "…" if start else ""
        tail = "…" if start + LONGEST_QUOTE < len(self.text) else ""
        caret = " " * (len(lead) + self.column - start) + "^"
        return f"    {lead}{window}{tail}\n    {caret}"


class UnknownNameError(DetenteError):
    """A name that nothing in the case, or in the catalogue, carries."""


class UnanswerableError(DetenteError):
    """The case does not hold what this question needs; the message says what to add."""


class LimitError(DetenteError):
    """The question is larger than the limit in force."""


class CancelledError(DetenteError):
    """The work was stopped on request; nothing was changed."""


def _one_line(text: str) -> str:
    """Return text of the same length that shows on one line and in one direction."""
    return "".join(
        character
        if character.isprintable()
        else " "
        if character.isspace()
        else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )


def quote(text: str) -> str:
    """Return ``text`` in quotes, on one line and cut to a readable length.

    Examples
    --------
    >>> quote("no such thing")
    "'no such thing'"
    """
    flat = " ".join(text.split())
    if len(flat) > LONGEST_QUOTE:
        flat = flat[: LONGEST_QUOTE - 1] + "…"
    return f"'{printable(flat)}'"


def printable(text: str) -> str:
    r"""Return ``text`` with control and direction-changing characters spelled out.

    Examples
    --------
    >>> printable("safe" + chr(0x202E) + "name")
    'safe\\u202ename'
    """
    return "".join(
        character if character.isprintable() else f"\\u{ord(character):04x}" for character in text
    )


MOST_COMPARED = 200
"""So many known names at most are held against a misspelled one."""


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return a hint naming the closest known names, or all of them when they are few.

    Examples
    --------
    >>> did_you_mean("tarif", ["tariff", "quota"])
    "did you mean 'tariff'?"
    >>> did_you_mean("zzz", ["tariff", "quota"])
    "known are 'tariff', 'quota'"
    """
    folded = {option.casefold()[:200]: option for option in known[:MOST_COMPARED]}
    close = difflib.get_close_matches(name.casefold()[:200], list(folded), n=1, cutoff=0.6)
    if close:
        return f"did you mean {quote(folded[close[0]])}?"
    if not known:
        return ""
    shown = ", ".join(quote(option) for option in known[:8])
    return f"known are {shown}" + (", …" if len(known) > 8 else "")
