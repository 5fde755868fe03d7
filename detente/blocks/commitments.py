"""``commitments``: what a party has promised, or is bound to bring home, as conditions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.blocks.block import COMMON_SCHEMA, Block
from detente.document import AnyNode, Faults, Fields
from detente.errors import did_you_mean, quote
from detente.expression import Condition
from detente.grammar import parse_condition
from detente.statements.statement import (
    COMMON_KEYS,
    Provenance,
    Trouble,
    parse_provenance,
    told,
)
from detente.vocabulary import Vocabulary

MOST_COMMITMENTS = 100
"""So many commitments of one party at most."""

_PARTIES = "write each party's name, then its commitments, each after a dash"
_SHAPE = "an entry looks like: require: territory == unsettled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """One thing that a party has promised, or must bring home: a condition to be met.

    place : its place among the commitments of its party
    """

    party: str
    condition: Condition
    title: str = ""
    place: int = 0
    provenance: Provenance = Provenance()

    @property
    def text(self) -> str:
        """The condition on one line."""
        return " ".join(self.condition.text.split())

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.text

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names in the condition, and once for each list an unknown party."""
        if self.party not in parties and not self.place:
            hint = did_you_mean(self.party, parties)
            yield ("", f"no such party: {quote(self.party)}", hint, "")
        yield from (told(error, "require") for error in self.condition.check(vocabulary))


def parse(node: AnyNode, faults: Faults) -> tuple[Commitment, ...]:
    """Read each party's list of commitments."""
    found: list[Commitment] = []
    for party, entry in (faults.fields(node, shape=_PARTIES) or {}).items():
        items = faults.items(entry, shape=f"begin each with a dash; {_SHAPE}") or ()
        if len(items) > MOST_COMMITMENTS:
            faults.add(entry, f"more than {MOST_COMMITMENTS} commitments stand here")
            continue
        before = len(found)
        for item in items:
            known = ("require", "title", *COMMON_KEYS)
            fields = faults.fields(item, known=known, required=("require",), shape=_SHAPE)
            if fields is None or not isinstance(item, Fields):
                continue
            title = (faults.text(fields["title"]) or "") if "title" in fields else ""
            provenance = parse_provenance(fields, faults, path=item.path, line=item.line)
            condition = (
                faults.parsed(fields["require"], parse_condition) if "require" in fields else None
            )
            if condition is not None:
                commitment = Commitment(
                    party=party,
                    condition=condition,
                    title=title,
                    place=len(found) - before,
                    provenance=provenance,
                )
                found.append(commitment)
    return tuple(found)


BLOCK = Block(
    name="commitments",
    parse=parse,
    schema={
        "type": "object",
        "description": "for each party, the conditions it has promised to meet or must bring home",
        "additionalProperties": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["require"],
                "additionalProperties": False,
                "properties": {
                    "require": {
                        "type": "string",
                        "description": "a condition such as territory == unsettled",
                    },
                    "title": {"type": "string"},
                    **COMMON_SCHEMA,
                },
            },
        },
    },
)
