"""What rests on what: each source with everything that cites it, and what cites nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detente.case import Case, Source
from detente.prose import capital
from detente.statements.statement import BELIEVED, SAID, Citation, Provenance
from detente.telling.unsourced import entry_text, unsourced_entries

_ONE = ("party", "by", "on", "against", "leaver")
_SEVERAL = ("delivered_by", "members")
"""Fields of entries that name a party, and several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Something that a case asserts.

    part : the part of the case it stands in, such as ``preferences``
    kind : the same in words
    parties : names of those that it speaks of
    line : of the text of the case, 0 where it was not read from one
    unexamined : it names no source, and answers rest on it all the same
    """

    part: str
    kind: str
    text: str
    parties: tuple[str, ...]
    line: int
    confidence: str
    view: str
    note: str
    because: tuple[Citation, ...]
    unexamined: bool

    def places(self, source: str) -> tuple[str, ...]:
        """Return where in a source it is said."""
        return tuple(cited.locator for cited in self.because if cited.source == source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A source and what rests on it, in the order of the file."""

    source: Source
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Citations:
    """All sources of a case, and what no source is given for.

    cited : in the order of the file
    unsourced : unexamined assumptions
    """

    cited: tuple[Cited, ...]
    unsourced: tuple[Claim, ...]

    @property
    def idle(self) -> tuple[Source, ...]:
        """The sources that nothing cites."""
        return tuple(one.source for one in self.cited if not one.claims)


def citations(case: Case, *, party: str = "") -> Citations:
    """Return what rests on which source, and what on none, in all views.

    party : keep what speaks of this party; everything when none is named

    Raises UnknownNameError where there is no such party.
    """
    if party:
        case.party(party)
    claims = [claim for claim in _claims(case) if not party or party in claim.parties]
    cited = [
        Cited(source=source, claims=tuple(c for c in claims if c.places(source.name)))
        for source in case.sources
    ]
    return Citations(cited=tuple(cited), unsourced=tuple(c for c in claims if c.unexamined))


def _claims(case: Case) -> Iterator[Claim]:
    """Go through everything that a case asserts, in the order of its parts."""
    for constraint in case.constraints:
        yield _claim("constraints", "Constraint", constraint.label, (), constraint.provenance)
    for proposal in case.proposals:
        yield _claim("proposals", "Proposal", proposal.label, (), proposal.provenance)
    for statement in case.statements:
        text = f"{case.party(statement.party).label} {statement.sentence(case.vocabulary)}"
        yield _claim(
            "preferences",
            "Statement",
            text,
            (statement.party,),
            statement.provenance,
            unexamined=not statement.provenance.because,
        )
    views = dict.fromkeys((BELIEVED, SAID, *case.views))
    bare = {id(one) for view in views for _, one in unsourced_entries(case, view=view)}
    for name, entries in case.blocks.items():
        for entry in entries:
            if entry.provenance.because or id(entry) in bare:
                yield _claim(
                    name,
                    capital(name.replace("_", " ")),
                    entry_text(case, entry),
                    tuple(_parties_of(case, entry)),
                    entry.provenance,
                    unexamined=id(entry) in bare,
                )


def _claim(
    part: str,
    kind: str,
    text: str,
    parties: tuple[str, ...],
    provenance: Provenance,
    *,
    unexamined: bool = False,
) -> Claim:
    return Claim(
        part=part,
        kind=kind,
        text=text,
        parties=parties,
        line=provenance.line,
        confidence=provenance.confidence,
        view=provenance.view,
        note=provenance.note,
        because=provenance.because,
        unexamined=unexamined,
    )


def _parties_of(case: Case, entry: Any) -> Iterator[str]:
    """Go through the names of the parties that an entry of a block speaks of."""
    named = [getattr(entry, field, "") for field in _ONE]
    named += [name for field in _SEVERAL for name in getattr(entry, field, ())]
    known = {party.name for party in case.parties}
    yield from (name for name in dict.fromkeys(named) if name in known)
