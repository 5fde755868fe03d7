"""``leverage``: pressures and sweeteners that would move what walking away is worth to a party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.blocks.block import Block
from detente.document import AnyNode, Faults, Fields
from detente.errors import did_you_mean, quote
from detente.linear import Bounds
from detente.statements.statement import COMMON_KEYS, Provenance, Trouble, parse_provenance
from detente.vocabulary import Vocabulary

_SHAPE = "an entry needs by, on and shift, for instance shift: -10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leverage:
    """One pressure or sweetener.

    by, on : the party that applies it and the party it works on
    shift : change of the no-deal value of ``on``, in points; negative makes walking away worse
    credibility : 0 to 1, how far ``on`` believes that it would be applied
    cost : what applying it costs ``by``, in points
    """

    by: str
    on: str
    shift: Bounds
    title: str = ""
    credibility: Bounds = Bounds(low=Fraction(1), high=Fraction(1))
    cost: Bounds = Bounds(low=Fraction(0), high=Fraction(0))
    provenance: Provenance = Provenance()

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown parties and a credibility outside 0..1."""
        del vocabulary
        for place, name in (("by", self.by), ("on", self.on)):
            if name not in parties:
                hint = did_you_mean(name, parties)
                yield (place, f"no such party: {quote(name)}", hint, "")
        ends = (self.credibility.low, self.credibility.high)
        if any(end is not None and not 0 <= end <= 1 for end in ends):
            yield ("credibility", "a credibility lies between 0 and 1", "", "")


def parse(node: AnyNode, faults: Faults) -> tuple[Leverage, ...]:
    """Read the list of pressures and sweeteners."""
    found = []
    for item in faults.items(node, shape=_SHAPE) or ():
        known = ("by", "on", "shift", "title", "credibility", "cost", *COMMON_KEYS)
        fields = faults.fields(item, known=known, required=("by", "on", "shift"), shape=_SHAPE)
        if fields is None or not isinstance(item, Fields):
            continue
        texts = {
            key: faults.text(fields[key]) if key in fields else None
            for key in ("by", "on", "title")
        }
        amounts = {
            key: faults.bounds(fields[key])
            for key in ("shift", "credibility", "cost")
            if key in fields
        }
        provenance = parse_provenance(fields, faults, path=item.path, line=item.line)
        by, on, shift = texts["by"], texts["on"], amounts.get("shift")
        if by is None or on is None or shift is None:
            continue
        more = {
            key: value for key, value in amounts.items() if key != "shift" and value is not None
        }
        found.append(
            Leverage(
                by=by, on=on, shift=shift, title=texts["title"] or "", provenance=provenance, **more
            )
        )
    return tuple(found)


_AMOUNT = {"type": ["string", "number"]}
BLOCK = Block(
    name="leverage",
    parse=parse,
    schema={
        "type": "array",
        "description": "pressures and sweeteners that move a party's no-deal value",
        "items": {
            "type": "object",
            "required": ["by", "on", "shift"],
            "additionalProperties": False,
            "properties": {
                "by": {"type": "string", "description": "the party that applies it"},
                "on": {"type": "string", "description": "the party it works on"},
                "shift": {**_AMOUNT, "description": "change of the no-deal value, in points"},
                "title": {"type": "string"},
                "credibility": {**_AMOUNT, "description": "0 to 1"},
                "cost": {**_AMOUNT, "description": "cost to the one who applies it, in points"},
                "because": {"$ref": "#/$defs/because"},
                "confidence": {"$ref": "#/$defs/confidence"},
                "note": {"type": "string"},
                "view": {"type": "string"},
            },
        },
    },
)
