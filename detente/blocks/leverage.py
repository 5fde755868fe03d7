"""``leverage``: pressures and sweeteners that would move what walking away is worth to a party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from detente.blocks.block import COMMON_SCHEMA, Block
from detente.document import AnyNode, Faults, Fields, bounds_text
from detente.errors import did_you_mean, quote
from detente.linear import Bounds
from detente.statements.statement import COMMON_KEYS, Provenance, Trouble, parse_provenance
from detente.vocabulary import Vocabulary

_TEXTS = ("by", "on", "title", "only_for")
_AMOUNTS = ("shift", "credibility", "cost")
_SHAPE = "an entry needs by, on and shift, for instance shift: -10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leverage:
    """One pressure or sweetener.

    by, on : the party that applies it and the party it works on
    shift : change of the no-deal value of ``on``, in points; negative makes walking away worse. A
        sweetener of as many points is the same with ``only_for``: gain is value less no deal
    credibility : 0 to 1, how far ``on`` believes that it would be applied
    cost : what applying it costs ``by``, in points
    only_for : the proposal beside which alone it stands; empty when it bears on all
    """

    by: str
    on: str
    shift: Bounds
    title: str = ""
    credibility: Bounds = Bounds(low=Fraction(1), high=Fraction(1))
    cost: Bounds = Bounds(low=Fraction(0), high=Fraction(0))
    only_for: str = ""
    provenance: Provenance = Provenance()

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or f"shift of {bounds_text(self.shift)}".replace("-", "\N{MINUS SIGN}")

    def applies(self, view: str) -> bool:
        """Tell whether it belongs to a view; unmarked ones belong to every view."""
        return self.provenance.applies(view)

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names, amounts with an open end and a credibility outside 0..1."""
        for place, name in (("by", self.by), ("on", self.on)):
            if name not in parties:
                hint = did_you_mean(name, parties)
                yield (place, f"no such party: {quote(name)}", hint, "")
        if self.only_for and self.only_for not in vocabulary.proposals:
            hint = did_you_mean(self.only_for, list(vocabulary.proposals))
            yield ("only_for", f"no such proposal: {quote(self.only_for)}", hint, "")
        for place, amount in (
            ("shift", self.shift),
            ("credibility", self.credibility),
            ("cost", self.cost),
        ):
            if amount.low is None or amount.high is None:
                problem = f"{quote(bounds_text(amount))} is open at one end"
                yield (place, problem, "write a number, or both ends: 4..12", "")
            elif place == "credibility" and not (amount.low >= 0 and amount.high <= 1):
                yield (place, "a credibility lies between 0 and 1", "", "")


def parse(node: AnyNode, faults: Faults) -> tuple[Leverage, ...]:
    """Read the list of pressures and sweeteners."""
    found = []
    for item in faults.items(node, shape=_SHAPE) or ():
        known = (*_TEXTS, *_AMOUNTS, *COMMON_KEYS)
        fields = faults.fields(item, known=known, required=("by", "on", "shift"), shape=_SHAPE)
        if fields is None or not isinstance(item, Fields):
            continue
        texts = {key: faults.text(fields[key]) if key in fields else None for key in _TEXTS}
        amounts = {key: faults.bounds(fields[key]) for key in _AMOUNTS if key in fields}
        provenance = parse_provenance(fields, faults, path=item.path, line=item.line)
        by, on, shift = texts["by"], texts["on"], amounts.get("shift")
        if by is None or on is None or shift is None:
            continue
        more = {
            key: value for key, value in amounts.items() if key != "shift" and value is not None
        }
        found.append(
            Leverage(
                by=by,
                on=on,
                shift=shift,
                title=texts["title"] or "",
                only_for=texts["only_for"] or "",
                provenance=provenance,
                **more,
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
                "only_for": {
                    "type": "string",
                    "description": "a proposal, where it bears on no other",
                },
                **COMMON_SCHEMA,
            },
        },
    },
)
