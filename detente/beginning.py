"""A case begun from a few words: a title, who takes part, and what is to be settled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.case import Case, Party
from detente.document import Faults
from detente.errors import quote
from detente.formats import dumps
from detente.formats.naming import Names, title_of
from detente.number import parse_number, plain
from detente.vocabulary import MOST_OPTIONS, Issue

MOST_LINES = 200
"""So many parties, and so many issues, at most."""

_RANGE = re.compile(r"(\S+?)\s*\.\.\s*(\S+)(?:\s+step\s+(\S+))?(?:\s+(.+))?")
_HELP = """\

# What the sources say about what each party wants stands under 'preferences'. No numbers are
# needed. For every issue the best and the worst option of each party must be known: an 'order'
# names them first and last. Take away the marks before these lines, and change them to what is so.
#
#sources:
#  letter: {{title: A letter, date: 2026-01-31}}
#preferences:
{entries}\
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line that somebody wrote into a field."""

    field: str
    number: int
    text: str


def begun(title: str, parties: str, issues: str) -> str:
    """Return the text of a new case: sound, with a commented beginning of what comes next.

    parties : one a line, as people call them
    issues : one a line, with the options behind a colon and the status quo first:
        ``Working week: five days, flexible, four days``, or as numbers ``Pay rise: 0..6 percent``

    Raises CaseError with everything that is to be put right; ``path`` of a fault is the field, and
    ``line`` the line in it.

    Examples
    --------
    >>> text = begun("Port talks", "Union", "Night work: none, some")
    >>> print(text[: text.index("#")].strip())
    detente: 1
    title: Port talks
    parties:
      Union: Union
    issues:
      Night_work:
        title: Night work
        options: [none, some]
        status_quo: none
    """
    faults = Faults()
    called = title_of(title, "title", faults)
    if not called and not faults.found:
        faults.at(0, "title", "the title is missing", "say in a few words what the case is")
    found = Case(
        title=called or "Untitled",
        parties=tuple(_parties(parties, faults)) or (Party(name="nobody"),),
        issues=tuple(_issues(issues, faults))
        or (Issue(name="nothing", options=("open",), status_quo="open"),),
    )
    faults.raise_any()
    return dumps(found) + _HELP.format(entries="".join(_entries(found)))


def _lines(field: str, text: str, faults: Faults) -> Iterator[_Line]:
    """Go through the lines of a field that hold something."""
    rows = enumerate(re.split("\r\n|\r|\n", text), start=1)
    found = [
        _Line(field=field, number=k, text=" ".join(row.split())) for k, row in rows if row.split()
    ]
    if not found:
        faults.at(0, field, f"no {field} are named", "write one a line")
    if len(found) > MOST_LINES:
        faults.at(0, field, f"there are {len(found)} lines, more than {MOST_LINES}")
        return
    yield from found


def _parties(text: str, faults: Faults) -> Iterator[Party]:
    names = Names(kind="party")
    for line in _lines("parties", text, faults):
        noted = Faults()
        called = title_of(line.text, "", noted)
        if called:
            yield Party(name=names.give(called), title=called)
        _tell(noted, line, faults)


def _issues(text: str, faults: Faults) -> Iterator[Issue]:
    names = Names(kind="issue")
    for line in _lines("issues", text, faults):
        noted = Faults()
        called, _, answers = (part.strip() for part in line.text.partition(":"))
        if title_of(line.text, "", noted) and not called:
            noted.at(0, "", "the issue has no name", "write it before the colon")
        issue = None if noted.found else _issue(names.give(called), called, answers, noted)
        if issue is not None and not noted.found:
            yield issue
        _tell(noted, line, faults)


def _tell(noted: Faults, line: _Line, faults: Faults) -> None:
    """Give faults the field and the line in which they stand."""
    for fault in noted.found:
        faults.at(line.number, line.field, fault.problem, fault.hint)


def _issue(name: str, title: str, answers: str, faults: Faults) -> Issue | None:
    numbers = _RANGE.fullmatch(answers)
    if numbers is not None:
        return _numeric(name, title, numbers, faults)
    parts = [part.strip() for part in re.split(r"[,;]", answers)]
    parts = [part for part in parts if part]
    if len(parts) < 2:
        such_as = f"{title}: as now, half of it, all of it"
        problem = f"{quote(title)} needs two options or more"
        faults.at(0, "", problem, f"write them behind a colon, such as {quote(such_as)}")
        return None
    given = Names(kind="option")
    options = tuple(given.give(part) for part in parts)
    return Issue(name=name, title=title, options=options, status_quo=options[0])


def _numeric(name: str, title: str, numbers: re.Match[str], faults: Faults) -> Issue | None:
    low, high = parse_number(numbers[1]), parse_number(numbers[2])
    step = parse_number(numbers[3] or "1")
    if low is None or high is None or step is None or not low < high or step <= 0:
        problem = f"the numbers of {quote(title)} cannot be read"
        faults.at(0, "", problem, f"write two numbers, the lower first: {quote(title + ': 0..6')}")
        return None
    if (high - low) % step or (high - low) / step >= MOST_OPTIONS:
        fits = _fitting(low, high)
        problem = f"steps of {plain(step)} do not lead from {plain(low)} to {plain(high)}"
        if not (high - low) % step:
            problem = f"{quote(title)} would have more than {MOST_OPTIONS:,} options"
        faults.at(0, "", problem, f"say {quote(f'{plain(low)}..{plain(high)} step {fits}')}")
        return None
    return Issue.numeric(
        name=name,
        title=title,
        low=low,
        high=high,
        step=step,
        unit=numbers[4] or "",
        status_quo=plain(low),
    )


def _fitting(low: Fraction, high: Fraction) -> str:
    """Return a step that leads from one number to another in ten."""
    return plain((high - low) / 10)


def _entries(case: Case) -> Iterator[str]:
    """Yield the commented preferences of each party, with its own names."""
    for party in case.parties:
        yield f"#  {party.name}:\n"
        for issue in case.issues:
            if issue.levels is not None:
                yield f"#    - more_is_better: {issue.name}\n"
            else:
                yield f"#    - order: {{{issue.name}: {' > '.join(issue.options)}}}\n"
        yield "#      because: letter#1\n"
