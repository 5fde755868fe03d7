"""How wide a clause is: whom it covers, what each part does, and what another wording changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from detente.clause import Clause, Part, spelled
from detente.register import NOT_KNOWN, Value
from detente.solvers.kleene import NO, UNKNOWN, YES, Formula, Grounds, Truth, grounds, left_out
from detente.work import Work

Places: TypeAlias = NDArray[np.int64]
"""Positions of subjects in the register, ascending."""
MOST_GROUNDS = 8
"""So many smallest sets of comparisons are kept for one subject."""
MOST_LEVELS = 12
"""Subjects are counted by columns with at most so many different values."""


def where(clause: Clause, status: int) -> Places:
    """Return the positions of the subjects for whom the clause has this truth."""
    return np.flatnonzero(clause.truth == status)


def missing(clause: Clause) -> dict[int, list[str]]:
    """Return for each subject that cannot be told the columns whose empty cells leave it open."""
    found: dict[int, list[str]] = {place: [] for place in where(clause, UNKNOWN).tolist()}
    for name, open_ones in clause.missing().items():
        for place in np.flatnonzero(open_ones).tolist():
            found[place].append(name)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The subjects with one value of a column, None where it is not known, counted by truth."""

    value: Value | None
    counts: dict[int, int]


def breakdown(clause: Clause) -> dict[str, tuple[Group, ...]]:
    """Count the subjects by every text or yes/no column with few different values."""
    found: dict[str, tuple[Group, ...]] = {}
    for column in clause.register.columns[1:]:
        if column.kind not in {"text", "yes/no"} or not 2 <= len(column.levels) <= MOST_LEVELS:
            continue
        groups = []
        for code in (*range(len(column.levels)), NOT_KNOWN):
            truth = clause.truth[column.codes == code]
            if len(truth):
                value = None if code == NOT_KNOWN else column.levels[code]
                counts = {status: int((truth == status).sum()) for status in (YES, NO, UNKNOWN)}
                groups.append(Group(value=value, counts=counts))
        found[column.name] = tuple(groups)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Change:
    """What becomes of the subjects when one reading of a clause takes the place of another.

    added : not covered before, covered after
    dropped : covered before, not covered after
    settled : cannot be told before, can be told after
    opened : can be told before, cannot be told after
    """

    added: Places
    dropped: Places
    settled: Places
    opened: Places

    @classmethod
    def between(cls, before: Truth, after: Truth) -> Change:
        """Compare the truth of every subject before and after."""
        return cls(
            added=np.flatnonzero((before == NO) & (after == YES)),
            dropped=np.flatnonzero((before == YES) & (after == NO)),
            settled=np.flatnonzero((before == UNKNOWN) & (after != UNKNOWN)),
            opened=np.flatnonzero((before != UNKNOWN) & (after == UNKNOWN)),
        )

    @property
    def unclear(self) -> Places:
        """Those that cannot be told before or after, but not both."""
        return np.sort(np.concatenate([self.settled, self.opened]))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Effect:
    """What leaving out one part of a clause would change.

    A member of an ``and`` left out counts as true, a member of an ``or`` as false, and a value
    leaves its list. Each part stands in the clause once, so leaving it out either only adds
    subjects (it keeps them out), or only drops some (it brings them in).
    """

    part: Part
    change: Change

    @property
    def widening(self) -> int:
        """How many subjects the part brings in; negative when it keeps some out."""
        return len(self.change.dropped) - len(self.change.added)


def effects(clause: Clause, work: Work) -> tuple[Effect, ...]:
    """Return the effect of every part, the most widening first, ties in the order of the text.

    The last ones narrow the clause the most.
    """
    formula, tests = clause.by_value
    parts = clause.parts()
    # One part has nothing beside it, and nothing is left when it is left out.
    answers = left_out(formula, lambda number: clause.holds(tests[number])) if parts else ()
    found = []
    for done, (part, after) in enumerate(zip(parts, answers, strict=True), start=1):
        work.step("leaving out the parts", done, len(parts))
        found.append(Effect(part=part, change=Change.between(clause.truth, after)))
    return tuple(sorted(found, key=lambda effect: -effect.widening))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """Comparisons of one wording that together settle that it covers subjects, or does not.

    added : the subjects are those that the other wording adds; otherwise those that it drops
    wording : the comparisons are those of the other wording; otherwise those of the clause
    tests : an irreducible set; where the wording covers the subjects all of them hold, where it
        does not none of them holds
    own : those of ``tests`` that only this one of the two has
    subjects : for whom this set settles it
    alone : those of them for whom no other set does
    """

    added: bool
    wording: bool
    tests: tuple[str, ...]
    own: tuple[str, ...]
    subjects: Places
    alone: Places

    @property
    def covers(self) -> bool:
        """Tell whether the comparisons let the subjects in; otherwise they keep them out."""
        return self.added == self.wording


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """What another wording adds and drops, and which comparisons do it.

    complete : no smallest set of comparisons was left out of ``grounds``
    """

    wording: Clause
    change: Change
    grounds: tuple[Ground, ...]
    complete: bool


def difference(clause: Clause, wording: Clause, work: Work) -> Difference:
    """Compare a clause with another wording over the same register.

    For each subject that is added, an irreducible set of comparisons of the wording lets it in,
    and one of the clause kept it out; for one that is dropped the other way round.
    """
    change = Change.between(clause.truth, wording.truth)
    found: list[Ground] = []
    complete = True
    shared = _texts(clause) & _texts(wording)
    sides: tuple[tuple[Clause, bool], ...] = ((wording, True), (clause, False))
    for subjects, added in ((change.added, True), (change.dropped, False)):
        for side, is_wording in sides if added else sides[::-1]:
            gathered, whole = _gathered(side, subjects, work)
            complete &= whole
            found += [
                Ground(
                    added=added,
                    wording=is_wording,
                    tests=tests,
                    own=tuple(text for text in tests if text not in shared),
                    subjects=np.array(sorted(of.subjects), dtype=np.int64),
                    alone=np.array(sorted(of.alone), dtype=np.int64),
                )
                for tests, of in gathered
            ]
    return Difference(wording=wording, change=change, grounds=tuple(found), complete=complete)


def _texts(clause: Clause) -> set[str]:
    return {spelled(test) for test in clause.tests}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """Finds the grounds of subjects that agree in every comparison; can go to another process."""

    formula: Formula

    def __call__(self, leaves: Sequence[int]) -> Grounds:
        return grounds(self.formula, leaves, most=MOST_GROUNDS)


@dataclass(slots=True, kw_only=True)
class _Of:
    """For whom one set of comparisons settles it."""

    subjects: list[int] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)


def _gathered(
    clause: Clause, subjects: Places, work: Work
) -> tuple[list[tuple[tuple[str, ...], _Of]], bool]:
    """Group subjects by the sets of comparisons that settle the clause for them, most first."""
    patterns = _patterns(clause, subjects)
    texts = [spelled(test) for test in clause.tests]
    answers = work.run(_Task(formula=clause.formula), patterns, what="finding what decides")
    groups: dict[tuple[str, ...], _Of] = {}
    complete = True
    for alike, answer in zip(patterns.values(), answers, strict=True):
        sets = _smallest(tuple(dict.fromkeys(texts[k] for k in one)) for one in answer.sets)
        complete &= answer.total == len(answer.sets)
        for one in sets:
            group = groups.setdefault(one, _Of())
            group.subjects += alike
            group.alone += alike if len(sets) == 1 else []
    return sorted(groups.items(), key=lambda item: -len(item[1].subjects)), complete


def _smallest(sets: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Leave out every set that holds another; a comparison may be written more than once."""
    kept: list[tuple[str, ...]] = []
    for one in sorted(sets, key=len):
        if not any(set(other) <= set(one) for other in kept):
            kept.append(one)
    return kept


def _patterns(clause: Clause, subjects: Places) -> dict[tuple[int, ...], list[int]]:
    """Return the subjects by the truth of every comparison."""
    if not len(subjects):
        return {}
    rows: Iterator[tuple[int, ...]] = zip(
        *(clause.atom(number)[subjects].tolist() for number in range(len(clause.tests))),
        strict=True,
    )
    found: dict[tuple[int, ...], list[int]] = {}
    for subject, row in zip(subjects.tolist(), rows, strict=True):
        found.setdefault(row, []).append(subject)
    return found
