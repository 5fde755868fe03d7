"""The list of all cases: some on each sheet, each with what it holds in short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.errors import DetenteError
from detente.formats import loads
from detente.web.bench import Workbench
from detente.web.storage.cases import Kept, Revision

ON_A_SHEET = 30
REMEMBERED = 4096
SEARCHED_FROM = 8
"""Where there are fewer cases, nobody needs to search."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What a case holds in short."""

    parties: tuple[str, ...]
    issues: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One sheet of the list.

    rows : the cases of the sheet, the last changed first; what they hold is None where it cannot
        be told
    every : how many cases there are on the workbench
    found : how many of them were looked for
    """

    rows: tuple[tuple[Kept, Holds | None], ...]
    every: int
    found: int
    sought: str
    sheet: int

    @property
    def searchable(self) -> bool:
        """Whether there are so many that one would search."""
        return self.every >= SEARCHED_FROM

    @property
    def sheets(self) -> int:
        """How many sheets there are."""
        return max(1, -(-self.found // ON_A_SHEET))


def listed(bench: Workbench, sought: str, sheet: int) -> Listed:
    """Return the cases whose title holds all the words that are sought."""
    every = bench.cases.all()
    words = sought.casefold().split()
    found = [one for one in every if all(word in one.title.casefold() for word in words)]
    last = max(1, -(-len(found) // ON_A_SHEET))
    sheet = min(max(sheet, 1), last)
    shown = found[(sheet - 1) * ON_A_SHEET : sheet * ON_A_SHEET]
    return Listed(
        rows=tuple(_rows(bench, shown)),
        every=len(every),
        found=len(found),
        sought=sought[:200],
        sheet=sheet,
    )


def _rows(bench: Workbench, shown: list[Kept]) -> Iterator[tuple[Kept, Holds | None]]:
    for one in shown:
        try:
            yield one, _holds(bench.cases.revision(one.id))
        except DetenteError:
            yield one, None


_known: dict[str, Holds] = {}
"""What texts hold, by their digests: the texts themselves are forgotten."""


def _holds(revision: Revision) -> Holds:
    found = _known.get(revision.digest)
    if found is None:
        case = loads(revision.text)
        found = Holds(tuple(party.label for party in case.parties), len(case.issues))
        if len(_known) >= REMEMBERED:
            _known.clear()
        _known[revision.digest] = found
    return found
