"""Packages side by side: what each settles, what it is worth, who accepts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.case import Case
from detente.composition import Composition, Look
from detente.vocabulary import Package
from detente.web.pages.composer import words

MOST_COLUMNS = 6
"""Packages that stand side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One package among those that can be compared.

    key : of a saved package its id, of a proposal its name behind a colon
    query : its address in the composer, behind the question mark
    lost : settings that were saved and that the case does not know any more
    """

    key: str
    name: str
    package: Package
    query: str
    saved: bool
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What one package settles of an issue; ``differs`` from the first package."""

    label: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueRow:
    """One issue across all packages; ``same`` in all."""

    label: str
    settings: tuple[Setting, ...]

    @property
    def same(self) -> bool:
        """Whether all packages settle the issue alike."""
        return not any(setting.differs for setting in self.settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one package gives."""

    verdict: words.Verdict
    together: str
    rows: tuple[words.Row, ...]
    lines: tuple[str, ...]
    broken: tuple[str, ...]


def issue_rows(case: Case, columns: Sequence[Compared]) -> Iterator[IssueRow]:
    """Go through the issues with what each package settles."""
    for k, issue in enumerate(case.issues):
        first = columns[0].package[k]
        yield IssueRow(
            label=issue.label,
            settings=tuple(
                Setting(label=issue.option_label(one.package[k]), differs=one.package[k] != first)
                for one in columns
            ),
        )


def told_of(ready: Composition, columns: Sequence[Compared]) -> list[Told]:
    """Return what each package gives."""
    return [_told(ready, ready.look(one.package)) for one in columns]


def _told(ready: Composition, look: Look) -> Told:
    share = look.judged.together
    return Told(
        verdict=words.verdict_of(ready, look),
        together="" if share is None else share.phrase(),
        rows=tuple(words.rows_of(ready, look)),
        lines=tuple(sentence.text for sentence in words.crossed_of(ready.case, look)),
        broken=tuple(constraint.label for constraint in look.broken),
    )
