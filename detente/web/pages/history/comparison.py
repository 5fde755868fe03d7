"""What changed from one revision to another: in the case, and in its text."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from detente.difference import difference_of
from detente.marked_lines import Fold, Line, folded, marked
from detente.proofreading import proofread
from detente.report import html
from detente.telling.difference import case_section
from detente.web.shell import trusted
from detente.web.storage.cases import Revision

MOST_LINES = 2000
"""So many lines of a difference are shown; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What changed from one revision to another.

    told : the changes of the case in words; nothing where only the text differs
    readable : whether both texts are sound cases, so that they can be told in words
    lines : the difference of the texts; left_out : how many further lines it has
    """

    same: bool
    readable: bool
    told: Markup
    lines: tuple[Line | Fold, ...]
    left_out: int
    added: int
    removed: int


def compared(old: Revision, new: Revision) -> Comparison:
    """Return what changed from one revision to another."""
    rows = marked(old.text, new.text)
    lines = folded(rows)
    before, after = proofread(old.text).case, proofread(new.text).case
    told = ""
    if before is not None and after is not None and old.text != new.text:
        difference = difference_of(before, after)
        told = html.body([case_section(difference)]) if difference.changes else ""
    return Comparison(
        same=old.text == new.text,
        readable=before is not None and after is not None,
        told=trusted(told),
        lines=lines[:MOST_LINES],
        left_out=max(0, len(lines) - MOST_LINES),
        added=sum(line.sign == "+" for line in rows),
        removed=sum(line.sign == "−" for line in rows),
    )
