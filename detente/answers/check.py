"""Check a case: contradictions, what the statements leave open, and what rests on no source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from detente.analysis import Analysis
from detente.answers.answer import CONTRACT, Answer, Question, circumstances
from detente.case import Case, Party
from detente.errors import CaseError
from detente.linear import Linear
from detente.opinion import Opinion
from detente.polytope import Polytope, Range
from detente.preferences import Group, Unstated
from detente.prose import Origin, listed, origin_data, plural, said
from detente.statements import Statement
from detente.table import Cell, Column, Section, Sentence, Table
from detente.telling.contents import counts_of
from detente.telling.unsourced import assumptions_section, entry_text, unsourced_entries
from detente.work import Work

MOST_SETS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Statements of one party that cannot hold together; leaving out any one mends this set.

    certain : none of them is imposed in some readings only
    """

    party: str
    origins: tuple[Origin, ...]

    @property
    def certain(self) -> bool:
        """Whether the set leaves no reading at all."""
        return all(isinstance(o, Unstated) or o.certain for o in self.origins)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What the statements leave open for one party.

    readings : none, one or many
    dimension : degrees of freedom left; 0 when there is one reading
    swings : by issue, how many points lie between its worst and best option
    no_deal : how far the no-deal value ranges
    """

    party: str
    readings: str
    dimension: int
    swings: Mapping[str, Range]
    no_deal: Range | None


@dataclass(frozen=True, kw_only=True)
class Check(Answer):
    """What is to be put right in a case, and what it leaves open."""

    analysis: Analysis
    contradictions: tuple[Contradiction, ...]
    complete: bool
    openings: tuple[Opening, ...]

    @property
    def case(self) -> Case:
        """The case checked."""
        return self.analysis.case

    @property
    def ok(self) -> bool:
        """Whether nothing has to be put right."""
        return not any(c.certain for c in self.contradictions) and not self.missing

    @cached_property
    def missing(self) -> tuple[tuple[Party, str, str, str], ...]:
        """Issues whose best or worst is not known: (party, issue, ends, line to add)."""
        return tuple(
            (party, missing.issue, " and ".join(missing.ends), missing.hint)
            for party in self.case.parties
            for missing in self.analysis.opinions[party.name].preferences.missing
            if party not in self.only_ranked
        )

    @cached_property
    def only_ranked(self) -> tuple[Party, ...]:
        """The parties of whom nothing is known but how they rank states."""
        view = self.analysis.work.view
        return tuple(p for p in self.case.parties if self.case.only_ranked(p.name, view=view))

    @cached_property
    def unsourced(self) -> tuple[Statement, ...]:
        """Statements without a source: unexamined assumptions."""
        statements = self.case.statements_in(self.analysis.work.view)
        return tuple(s for s in statements if not s.provenance.because)

    @cached_property
    def unsourced_entries(self) -> tuple[tuple[str, Any], ...]:
        """What blocks assert without a source: (block, entry)."""
        return tuple(unsourced_entries(self.case, view=self.analysis.work.view))

    @cached_property
    def unstated(self) -> tuple[Unstated, ...]:
        """Bounds that nobody stated but that the readings rest on."""
        opinions = self.analysis.opinions
        told = [opinions[p.name] for p in self.case.parties if p not in self.only_ranked]
        return tuple(bound for opinion in told for bound in opinion.preferences.unstated)

    def data(self) -> dict[str, Any]:
        """Return the check for JSON."""
        case = self.case
        return {
            "answer": "check",
            **circumstances(case, self.analysis.work),
            "ok": self.ok,
            "faults": [],
            "missing": [
                {"party": party.name, "issue": issue, "ends": ends, "hint": hint}
                for party, issue, ends, hint in self.missing
            ],
            "contradictions": [self._set_data(c) for c in self.contradictions if c.certain],
            "tensions": [self._set_data(c) for c in self.contradictions if not c.certain],
            "complete": self.complete,
            "unsourced": [origin_data(case, statement) for statement in self.unsourced],
            "unsourced_entries": [
                {
                    "block": name,
                    "line": entry.provenance.line or None,
                    "text": entry_text(case, entry),
                }
                for name, entry in self.unsourced_entries
            ],
            "unstated": [origin_data(case, bound) for bound in self.unstated],
            "parties": {
                opening.party: {"readings": opening.readings, "dimension": opening.dimension}
                for opening in self.openings
            },
        }

    def _set_data(self, contradiction: Contradiction) -> dict[str, Any]:
        statements = [origin_data(self.case, origin) for origin in contradiction.origins]
        return {"party": contradiction.party, "statements": statements}

    def sections(self) -> tuple[Section, ...]:
        """Return the check for people."""
        parts = [self._summary()]
        if self.missing:
            parts.append(self._missing_section())
        for certain in (True, False):
            sets = [found for found in self.contradictions if found.certain == certain]
            if sets:
                parts.append(self._contradictions_section(sets, certain=certain))
        assumptions = assumptions_section(
            case=self.case,
            statements=self.unsourced,
            entries=self.unsourced_entries,
            bounds=self.unstated,
        )
        parts += [self._open_section(), assumptions]
        if notes := self._notes():
            parts.append(Section(key="notes", title="Notes of the case", points=notes))
        return tuple(parts)

    def _notes(self) -> tuple[Sentence, ...]:
        """Return what the case and its parties note, such as what a reader of files left aside."""
        notes = [self.case.note, *(party.note for party in self.case.parties)]
        names = ["", *(f"{party.label}: " for party in self.case.parties)]
        return tuple(
            Sentence(text=name + " ".join(note.split()))
            for name, note in zip(names, notes, strict=True)
            if note.strip()
        )

    def _summary(self) -> Section:
        case = self.case
        counts = counts_of(case, view=self.analysis.work.view)
        verdict = Sentence(text="The case is sound: nothing has to be put right.", tone="good")
        if not self.ok:
            verdict = Sentence(text="Some things have to be put right first.", tone="bad")
        return Section(
            key="check",
            title=case.title,
            lead=(verdict, Sentence(text=f"It holds {listed(counts)}.")),
        )

    def _missing_section(self) -> Section:
        points = tuple(
            Sentence(
                text=f"{party.label}: the {ends} option of {issue} is not known.",
                tone="bad",
                source=f"add under preferences.{party.name}: {hint}",
            )
            for party, issue, ends, hint in self.missing
        )
        lead = "Nothing can be answered for these parties until this is known."
        return Section(
            key="missing", title="What is missing", lead=(Sentence(text=lead),), points=points
        )

    def _contradictions_section(self, sets: list[Contradiction], *, certain: bool) -> Section:
        parts = []
        lead = "These cannot all hold; some are uncertain, so readings impose them in turn."
        if certain:
            lead = "These cannot hold together; leaving out any one of them lets the others stand."
        alone = "This cannot hold by itself."
        nothing = "No issue makes a difference to this party; at least one has to."
        for k, found in enumerate(sets, start=1):
            label = self.case.party(found.party).label
            parts.append(
                Section(
                    key=f"set-{k}",
                    title=f"{label}: {plural(len(found.origins), 'statement')}",
                    lead=(
                        Sentence(
                            text=(nothing, alone, lead)[min(len(found.origins), 2)],
                            tone="bad" if certain else "warn",
                        ),
                    ),
                    points=tuple(said(self.case, origin) for origin in found.origins),
                )
            )
        note = () if self.complete else (Sentence(text="There are further sets."),)
        key, title = "tensions", "Uncertain statements in tension"
        if certain:
            key, title = "contradictions", "Contradictions"
        return Section(key=key, title=title, lead=note, parts=tuple(parts))

    def _open_section(self) -> Section:
        rows: list[tuple[Cell, ...]] = []
        for opening in self.openings:
            party = self.case.party(opening.party)
            if party in self.only_ranked:
                continue
            low, high = (None, None) if opening.no_deal is None else _ends(opening.no_deal)
            rows.append((party.label, opening.readings, opening.dimension, low, high))
        table = Table(
            title="Readings, and what no deal is worth",
            columns=(
                Column(key="party", title="Party"),
                Column(key="readings", title="Readings"),
                Column(key="dimension", title="Values left open", align="right"),
                Column(key="no_deal_low", title="No deal, least", align="right"),
                Column(key="no_deal_high", title="No deal, most", align="right"),
            ),
            rows=tuple(rows),
        )
        text = "A reading is one way of valuing the options that fits what is said."
        lead = [Sentence(text=text)] if rows else []
        if self.only_ranked:
            who = listed([party.label for party in self.only_ranked])
            text = f"Of {who} only rankings of states are known; 'detente hold' answers from them."
            lead.append(Sentence(text=text))
        return Section(
            key="open",
            title="What the statements leave open",
            lead=tuple(lead),
            tables=(table, self._swings()) if rows else (),
        )

    def _swings(self) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for opening in self.openings:
            for name, reach in opening.swings.items():
                issue = self.case.issues[self.case.vocabulary.index[name]]
                rows.append((self.case.party(opening.party).label, issue.label, *_ends(reach)))
        return Table(
            title="Points between an issue's worst and best option",
            columns=(
                Column(key="party", title="Party"),
                Column(key="issue", title="Issue"),
                Column(key="low", title="Least", align="right"),
                Column(key="high", title="Most", align="right"),
            ),
            rows=tuple(rows),
        )


def check(case: Case, /, *, work: Work | None = None) -> Check:
    """Check a case: what has to be put right, and what the statements leave open.

    Faults of the file are found when it is read. Here statements are held against each other:
    smallest sets that contradict each other, the smallest first (design rule 15); issues whose best
    or worst option is not known (rule 2); statements without a source and bounds that nobody stated
    (rule 4).

    Cost: a few linear programmes for each issue and party.
    """
    return checked(Analysis(case=case, work=work or Work()))


def checked(analysis: Analysis) -> Check:
    """Check the case of an analysis."""
    found: list[Contradiction] = []
    complete = True
    openings = []
    for party in analysis.case.parties:
        opinion = analysis.opinions[party.name]
        sets, all_found = _contradictions(opinion)
        found += [
            Contradiction(party=party.name, origins=tuple(group.origin for group in groups))
            for groups in sets
        ]
        complete = complete and all_found
        openings.append(_opening(party.name, opinion))
    return Check(
        analysis=analysis,
        contradictions=tuple(found),
        complete=complete,
        openings=tuple(openings),
    )


def faults_json(error: CaseError) -> str:
    """Return the faults of a file that holds no sound case, in the form of a check."""
    faults = [
        {"line": f.line or None, "path": f.path, "problem": f.problem, "hint": f.hint}
        for f in error.faults
    ]
    data = {
        "contract": CONTRACT,
        "answer": "check",
        "ok": False,
        "faults": faults,
        "missing": [],
        "contradictions": [],
        "tensions": [],
        "unsourced": [],
        "unsourced_entries": [],
        "unstated": [],
        "parties": {},
    }
    return json.dumps(data, indent=2, ensure_ascii=False)


def _contradictions(opinion: Opinion) -> tuple[list[list[Group]], bool]:
    if opinion.ordinal:
        return [], True
    polytope = opinion.certain
    if not opinion.contradictory:
        if opinion.whole is not None:
            return [], True
        polytope = Polytope.whole(opinion.preferences)
    result = polytope.contradictions(most=MOST_SETS)
    return [[polytope.groups[g] for g in sorted(items)] for items in result.sets], result.complete


def _opening(name: str, opinion: Opinion) -> Opening:
    if opinion.ordinal:
        return Opening(party=name, readings="one", dimension=0, swings={}, no_deal=None)
    if not opinion.answerable:
        readings = "none" if opinion.contradictory else "unknown"
        return Opening(party=name, readings=readings, dimension=0, swings={}, no_deal=None)
    polytope = opinion.certain
    dimension = polytope.dimension
    readings = "one" if dimension == 0 and not opinion.has_uncertain_rows else "many"
    frame = opinion.preferences.frame
    return Opening(
        party=name,
        readings=readings,
        dimension=dimension,
        swings={issue: polytope.range(swing) for issue, swing in _swings_of(opinion)},
        no_deal=polytope.range(frame.no_deal),
    )


def _swings_of(opinion: Opinion) -> Iterator[tuple[str, Linear]]:
    frame = opinion.preferences.frame
    for k, issue in enumerate(frame.vocabulary.issues):
        swing = frame.swing(k)
        if swing is not None:
            yield issue.name, swing


def _ends(reach: Range) -> tuple[Cell, Cell]:
    return reach.low, reach.high


QUESTION = Question(name="check", ask=check)
