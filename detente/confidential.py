"""What each party may see of a case: what is public, and what is said of the party itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from detente.blocks.commitments import Commitment
from detente.case import Case, Constraint, Proposal
from detente.statements.statement import Provenance

_Public = TypeVar("_Public", Constraint, Proposal)


def public(case: Case) -> Case:
    """Return what everybody may know of a case.

    Title, date and note of the case, the names of the parties and who signs, the issues with their
    notes, the constraints and the proposals. Nothing that is said of a party, no note on one, no
    source, and no further block.
    """
    return seen_by(case, "", view="")


def seen_by(case: Case, party: str, *, view: str) -> Case:
    """Return the case as one party may see it: all that is said of the others is gone, not emptied.

    Kept beside what is :func:`public`: the note on the party, what a view says of its preferences,
    with the notes on that, and its own commitments. Sources, lines, and whose picture a statement
    is, are kept from everybody, since they tell what others know. What a view of somebody else says
    of the party is not its own and goes as well.

    Examples
    --------
    >>> from detente.catalog import load
    >>> seen = seen_by(load("harbour"), "port", view="believed")
    >>> {statement.party for statement in seen.statements}, seen.sources, dict(seen.blocks)
    ({'port'}, (), {})
    """
    own = (s for s in case.statements if s.party == party and s.applies(view))
    promised = tuple(
        replace(entry, provenance=_bare(entry.provenance))
        for entry in case.blocks.get("commitments", ())
        if isinstance(entry, Commitment) and entry.party == party and entry.provenance.applies(view)
    )
    return Case(
        title=case.title,
        as_of=case.as_of,
        note=case.note,
        parties=tuple(one if one.name == party else replace(one, note="") for one in case.parties),
        issues=case.issues,
        constraints=tuple(map(_public, case.constraints)),
        proposals=tuple(map(_public, case.proposals)),
        statements=tuple(replace(s, provenance=_bare(s.provenance)) for s in own),
        blocks={"commitments": promised} if promised else {},
    )


def _bare(provenance: Provenance) -> Provenance:
    """Return what a party may know of where something it says of itself comes from."""
    return Provenance(confidence=provenance.confidence, note=provenance.note)


def _public(thing: _Public) -> _Public:
    return replace(thing, provenance=Provenance())
