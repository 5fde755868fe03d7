"""Ask whom a clause covers, which of its words widen it, and what another wording would change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from detente.answers.answer import Answer, Option, Question, Subject
from detente.breadth import (
    Difference,
    Effect,
    Places,
    breakdown,
    difference,
    effects,
    missing,
    where,
)
from detente.clause import Clause, parse_clause
from detente.register import Register, write_value
from detente.solvers.kleene import NO, UNKNOWN, YES
from detente.table import Section
from detente.telling.breadth import (
    changes_section,
    covered_section,
    everyone_section,
    parts_section,
)
from detente.work import Work

_KEYS = {YES: "covered", NO: "not_covered", UNKNOWN: "unknown"}


@dataclass(frozen=True, kw_only=True)
class Scope(Answer):
    """Whom a clause covers.

    effects : what leaving out each part would change, the most widening first
    against : what another wording would change
    """

    clause: Clause
    effects: tuple[Effect, ...]
    against: Difference | None = None

    @property
    def register(self) -> Register:
        """The register asked about."""
        return self.clause.register

    def data(self) -> dict[str, Any]:
        """Return the answer for JSON."""
        return {
            "answer": "scope",
            "register": {"file": self.register.file, "subjects": len(self.register.subjects)},
            "columns": [
                {
                    "name": column.name,
                    "type": column.kind,
                    "inferred": column.inferred,
                    "not_known": column.n_unknown,
                }
                for column in self.register.columns
            ],
            **self._reading(self.clause),
            "breakdown": [
                {
                    "column": name,
                    "groups": [
                        {
                            "value": None if group.value is None else write_value(group.value),
                            **{key: group.counts[status] for status, key in _KEYS.items()},
                        }
                        for group in groups
                    ],
                }
                for name, groups in breakdown(self.clause).items()
            ],
            "parts": [
                {
                    "text": effect.part.text,
                    "kind": effect.part.kind,
                    "within": effect.part.within,
                    "adds_if_left_out": self._names(effect.change.added),
                    "drops_if_left_out": self._names(effect.change.dropped),
                    "unclear_if_left_out": self._names(effect.change.unclear),
                }
                for effect in self.effects
            ],
            "against": None if self.against is None else self._against(self.against),
        }

    def _reading(self, clause: Clause) -> dict[str, Any]:
        """Return whom one wording covers."""
        subjects = self.register.subjects
        return {
            "clause": clause.text,
            "counts": {key: len(where(clause, status)) for status, key in _KEYS.items()},
            "covered": self._names(where(clause, YES)),
            "unknown": [
                {"subject": subjects[place], "columns": columns}
                for place, columns in missing(clause).items()
            ],
            "unmatched": [
                {"column": one.column, "value": one.value, "hint": one.hint}
                for one in clause.unmatched()
            ],
        }

    def _against(self, against: Difference) -> dict[str, Any]:
        return {
            **self._reading(against.wording),
            "added": self._names(against.change.added),
            "dropped": self._names(against.change.dropped),
            "unclear": self._names(against.change.unclear),
            "by_part": [
                {
                    "change": "added" if ground.added else "dropped",
                    "found_in": "wording" if ground.wording else "clause",
                    "covers": ground.covers,
                    "parts": list(ground.tests),
                    "own": list(ground.own),
                    "subjects": self._names(ground.subjects),
                    "alone": self._names(ground.alone),
                }
                for ground in against.grounds
            ],
            "complete": against.complete,
        }

    def _names(self, places: Places) -> list[str]:
        subjects = self.register.subjects
        return [subjects[place] for place in places.tolist()]

    def sections(self) -> tuple[Section, ...]:
        """Return the answer for people."""
        found = [covered_section(self.clause), parts_section(self.clause, self.effects)]
        if self.against is not None:
            found.append(changes_section(self.clause, self.against))
        wording = None if self.against is None else self.against.wording
        return (*found, everyone_section(self.clause, wording))


def scope(
    register: Register, clause: str, /, *, against: str | None = None, work: Work | None = None
) -> Scope:
    """Ask whom a clause covers.

    Parameters
    ----------
    register
        The subjects and what is known of them; see ``load_register``.
    clause
        A condition over the register's columns, in the language of conditions in a case.
    against
        Another wording; the answer then tells what it adds and drops, and which words do it.
    work
        Told progress and asked whether to stop; nothing here is drawn.

    Raises
    ------
    ExpressionError
        A clause cannot be read, or does not fit the register.

    Examples
    --------
    >>> from detente.catalog import load_register
    >>> answer = scope(load_register("coastal-states"), "attacked == yes or hosts == Lantern")
    >>> answer.data()["covered"]
    ['Aster', 'Brume', 'Eastmark', 'Nerith', 'Orrin']
    """
    circumstances = work or Work()
    read = parse_clause(clause, register)
    other = None if against is None else parse_clause(against, register)
    return Scope(
        clause=read,
        effects=effects(read, circumstances),
        against=None if other is None else difference(read, other, circumstances),
    )


QUESTION = Question(
    name="scope",
    ask=scope,
    subjects=(
        Subject(
            name="register",
            kind="register",
            help="a file of comma-separated values, the name of a register in the catalogue, or - "
            "for standard input",
        ),
    ),
    options=(
        Option(
            name="clause",
            help="a condition over its columns: attacked == yes or hosts in (Ember, Lantern)",
            required=True,
            metavar="CLAUSE",
        ),
        Option(name="against", help="another wording to compare it with", metavar="WORDING"),
    ),
)
