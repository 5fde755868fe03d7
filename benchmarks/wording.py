"""Times, amounts of memory and tables, as the page words them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import fill

from benchmarks.measure import Outcome


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 2) -> str:
    """Return a Markdown table, the first columns aligned left and the others right."""
    rule = ["---" if position < left else "---:" for position in range(len(titles))]
    lines = [titles, rule, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def paragraph(text: str) -> str:
    """Return a paragraph in lines of the documentation's width."""
    return fill(" ".join(text.split()), width=100, break_on_hyphens=False) + "\n"


def duration(seconds: float) -> str:
    """Return a time in two or three digits.

    Examples
    --------
    >>> duration(0.000_123), duration(0.0456), duration(7.312), duration(43.2)
    ('0.12 ms', '46 ms', '7.3 s', '43 s')
    """
    if seconds < 0.9995:
        amount = seconds * 1000
        return f"{amount:.0f} ms" if amount >= 9.95 else f"{amount:.{2 if amount < 1 else 1}f} ms"
    return f"{seconds:.0f} s" if seconds >= 9.95 else f"{seconds:.1f} s"


def memory(amount: float | None) -> str:
    """Return an amount of memory in MiB."""
    if amount is None:
        return "not known"
    return "under 1 MiB" if amount < 1 else f"{amount:,.0f} MiB"


def times(outcome: Outcome) -> str:
    """Say how long an answer took."""
    spread = outcome.spread
    if spread is None:
        return outcome.problem
    if spread.n_repeats == 1 and len(outcome.walls) == 1:
        return f"{duration(spread.median)} (once)"
    return f"{duration(spread.median)} ({duration(spread.low)} to {duration(spread.high)})"


def answered(outcome: Outcome) -> str:
    """Say what was answered and how surely."""
    kinds = Counter(answer.status for answer in outcome.answers)
    if len(outcome.answers) > 1:
        return ", ".join(f"{count:,} {status}" for status, count in kinds.most_common())
    return "".join(
        f"{answer.status}, {answer.size:,}" if answer.size > 1 else answer.status
        for answer in outcome.answers
    )


def ratio_text(theirs: float, ours: float) -> str:
    """Say how many times as long they took."""
    ratio = theirs / ours
    return f"{ratio:,.0f}" if ratio >= 9.95 else f"{ratio:.1f}"
