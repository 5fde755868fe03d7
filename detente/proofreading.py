"""A text that is being written, held against what a case file may say, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from detente.answers.check import Check, Contradiction, check
from detente.case import Case
from detente.errors import CaseError, Fault
from detente.formats import loads
from detente.preferences import Unstated
from detente.prose import Origin, plural, said
from detente.table import Tone
from detente.work import Work

MOST_STATEMENTS = 500
"""What more statements than these say together is not looked at while somebody types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Something that a finding is about; ``line`` is 0 where it stands nowhere."""

    line: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a sound case leaves to be put right, or to be looked at."""

    tone: Tone
    text: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A text as it was found.

    case : what it holds; None where it is faulty
    faults : what is wrong, in the order of the lines
    """

    case: Case | None
    faults: tuple[Fault, ...]


def proofread(text: str) -> Proof:
    """Read a text of our own format, and return what it holds or everything that is wrong.

    Examples
    --------
    >>> proofread("detente: 2").faults[0].line
    1
    """
    try:
        return Proof(case=loads(text, file=""), faults=())
    except CaseError as error:
        return Proof(case=None, faults=error.faults)


def findings(case: Case, *, work: Work | None = None) -> tuple[Finding, ...]:
    """Return what the statements of a case say together, in the order of its weight.

    What has to be put right comes first, then what is in tension, then what rests on no source.
    A case with more than MOST_STATEMENTS is told to be too long for that.
    """
    if len(case.statements) > MOST_STATEMENTS:
        text = (
            f"The case holds {len(case.statements):,} statements. What they say together is looked "
            "at when it is asked for, not while it is written."
        )
        return (Finding(tone="plain", text=text),)
    return tuple(_told(check(case, work=work)))


def _told(found: Check) -> Iterator[Finding]:
    case = found.case
    for party, issue, ends, hint in found.missing:
        text = (
            f"{party.label}: the {ends} option of {issue} is not known. "
            f"Add under preferences.{party.name}: {hint}"
        )
        yield Finding(tone="bad", text=text)
    for one in sorted(found.contradictions, key=lambda one: not one.certain):
        yield _contradiction(case, one)
    unsourced = found.unsourced
    if unsourced:
        text = f"{plural(len(unsourced), 'statement')} without a source: unexamined assumptions."
        yield Finding(tone="warn", text=text, points=tuple(_points(case, unsourced)))
    if found.unstated:
        text = f"{plural(len(found.unstated), 'bound')} that nobody stated, taken for granted."
        yield Finding(tone="warn", text=text, points=tuple(_points(case, found.unstated)))


def _contradiction(case: Case, found: Contradiction) -> Finding:
    label = case.party(found.party).label
    alone = len(found.origins) == 1
    text = f"{label}: these cannot all hold; some are uncertain, so readings impose them in turn."
    if found.certain:
        text = f"{label}: these cannot hold together. Leaving out any one lets the others stand."
        text = f"{label}: this cannot hold by itself." if alone else text
    if not found.origins:
        text = f"{label}: no issue makes a difference; at least one has to."
    tone: Tone = "bad" if found.certain else "warn"
    return Finding(tone=tone, text=text, points=tuple(_points(case, found.origins)))


def _points(case: Case, origins: Iterable[Origin]) -> Iterator[Point]:
    for origin in origins:
        line = 0 if isinstance(origin, Unstated) else origin.provenance.line
        yield Point(line=line, text=said(case, origin).text)
