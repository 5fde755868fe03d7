"""``walk_away``: what it is worth to leave talks, or a roadmap, half way, compared with no deal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar, Literal, get_args

from detente.blocks.block import (
    AMOUNT_SCHEMA,
    COMMON_SCHEMA,
    MOST_OF_A_KIND,
    TEXT_SCHEMA,
    Around,
    Block,
    Entry,
    Marked,
    no_such_party,
    open_end,
    outside_0_to_1,
    views_meet,
)
from detente.document import AnyNode, Faults, Fields, bounds_text
from detente.errors import did_you_mean, quote
from detente.expression import Condition, Side
from detente.grammar import parse_condition, parse_package
from detente.linear import Bounds
from detente.statements.statement import (
    COMMON_KEYS,
    Trouble,
    parse_provenance,
    told,
    unknown_issue,
)
from detente.vocabulary import Vocabulary

Lasts = Literal["while talks are open", "until completion", "for good"]
LASTS: tuple[Lasts, ...] = get_args(Lasts)
"""How long a shift may last, from the shortest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeps(Marked):
    """How much of an issue's effect stays once it is settled and the process ends.

    part : 0 when it snaps back, 1 when it is irreversible, between for what is kept on average
    leaver : the party that walks away, where this holds only then; empty when it holds always
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("issue", "leaver")

    issue: str
    part: Bounds
    leaver: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        leaver = f" when {self.leaver} leaves" if self.leaver else ""
        return f"what stays of {self.issue.replace('_', ' ')}{leaver}"

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names and a part outside 0..1."""
        if self.issue not in vocabulary.index:
            yield unknown_issue(self.issue, vocabulary, "keeps")
        if self.leaver and self.leaver not in parties:
            yield no_such_party(self.leaver, parties, "leaver")
        yield from outside_0_to_1(self.part, "part", "the part that is kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift(Marked):
    """A change of what walking away is worth to a party once something is settled, or in force.

    on : the party whose walk-away value changes
    shift : by how many points, or by what share of the swing of ``of``; it may be open at one end
        where a package that the party would or would not take closes it
    after : counts once every issue that the condition names is settled so that it holds; None
        for from signing
    lasts : until when; None when nobody said, and answers are then given for each of them
    would_take : packages that it would then take rather than walk away; ``after`` holds in them
    would_not_take : packages rather than which it would then walk away; ``after`` holds in them
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("on", "after")

    on: str
    shift: Bounds
    after: Condition | None
    lasts: Lasts | None = None
    of: str = ""
    would_take: tuple[Side, ...] = ()
    would_not_take: tuple[Side, ...] = ()
    title: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        unit = f" swings of {self.of.replace('_', ' ')}" if self.of else ""
        amount = f"shift of {bounds_text(self.shift)}{unit} on {self.on}"
        return self.title or amount.replace("-", "\N{MINUS SIGN}")

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names, packages that do not fit, and an end that nothing closes."""
        if self.on not in parties:
            yield no_such_party(self.on, parties, "on")
        if self.after is not None:
            yield from (told(error, "after") for error in self.after.check(vocabulary))
        if self.of and self.of not in vocabulary.index:
            yield unknown_issue(self.of, vocabulary, "of")
        yield from self._check_packages("would_take", self.would_take, vocabulary)
        yield from self._check_packages("would_not_take", self.would_not_take, vocabulary)
        yield from self._check_amount()

    def _check_packages(
        self, place: str, sides: tuple[Side, ...], vocabulary: Vocabulary
    ) -> Iterator[Trouble]:
        """Report packages that cannot be read, and those in which the shift does not count."""
        after = self.after
        if after is not None and any(after.check(vocabulary)):
            after = None
        for side in sides:
            errors = list(side.check(vocabulary, ""))
            yield from ((place, error.problem, error.hint, "") for error in errors)
            if errors or after is None:
                continue
            if not after.holds(side.package(vocabulary), vocabulary):
                problem = f"{after.text} does not hold in the package {side.text}"
                hint = "put it into the package: an issue that is not named keeps its status quo"
                yield (place, problem, hint, "")

    def _check_amount(self) -> Iterator[Trouble]:
        low, high = self.shift.low, self.shift.high
        if low == high == 0:
            hint = "write how far it moves, such as -20..-5, or leave the entry out"
            yield ("shift", "a shift of 0 changes nothing", hint, "")
        elif (high is None and low is not None and low < 0) or (
            low is None and high is not None and high > 0
        ):
            problem = f"{quote(bounds_text(self.shift))} does not tell which way it moves"
            hint = "write more than 0 or less than 0, or both ends: -5..10"
            yield ("shift", problem, hint, "")
        elif low is None and not self.would_not_take:
            problem = f"{quote(bounds_text(self.shift))} is open at its lower end"
            hint = (
                f"write both ends, such as -20..-5, or add would_not_take: a package rather than "
                f"which {self.on} would then walk away"
            )
            yield ("shift", problem, hint, "")
        elif high is None and not self.would_take:
            problem = f"{quote(bounds_text(self.shift))} is open at its upper end"
            hint = (
                f"write both ends, such as 5..20, or add would_take: a package that {self.on} "
                "would then take rather than walk away"
            )
            yield ("shift", problem, hint, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantee(Marked):
    """What leaving costs a party, for good: somebody else makes it pay.

    after : from when it is given, as for a shift; None for from signing
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("against", "after")

    against: str
    amount: Bounds
    after: Condition | None = None
    title: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or f"guarantee of {bounds_text(self.amount)} against {self.against}"

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names, an open end and a guarantee that costs the leaver nothing."""
        if self.against not in parties:
            yield no_such_party(self.against, parties, "against")
        if self.after is not None:
            yield from (told(error, "after") for error in self.after.check(vocabulary))
        yield from open_end(self.amount, "guarantee")
        if self.amount.low is not None and self.amount.low < 0:
            hint = "write how much leaving costs, as a number above 0"
            yield ("guarantee", "a guarantee below 0 would reward leaving", hint, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift(Marked):
    """A change of what walking away is worth to a party with every unit of time that passes."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("on",)

    on: str
    amount: Bounds

    @property
    def label(self) -> str:
        """What people read."""
        amount = bounds_text(self.amount).replace("-", "\N{MINUS SIGN}")
        return f"drift of {amount} on {self.on}"

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report an unknown party and an open end."""
        del vocabulary
        if self.on not in parties:
            yield no_such_party(self.on, parties, "on")
        yield from open_end(self.amount, "drift")


_SHAPE = "an entry is one of keeps, shift, guarantee and drift, for instance keeps: forces"
_TEXTS = {
    "keeps": ("leaver",),
    "shift": ("on", "lasts", "of", "title"),
    "guarantee": ("against", "title"),
    "drift": ("on",),
}
"""For each kind of entry, the keys beside it that hold plain text."""
_OTHERS = {
    "keeps": ("part",),
    "shift": ("after", "would_take", "would_not_take"),
    "guarantee": ("after",),
    "drift": (),
}
_NEEDED = {"keeps": "part", "shift": "on", "guarantee": "against", "drift": "on"}


def parse(node: AnyNode, faults: Faults) -> tuple[Entry, ...]:
    """Read the list of residues, shifts, guarantees and drifts."""
    found: list[Entry] = []
    counts = dict.fromkeys(_TEXTS, 0)
    for item in faults.items(node, shape=f"begin each with a dash; {_SHAPE}") or ():
        kind = _kind(item, faults)
        if not kind or not isinstance(item, Fields):
            continue
        counts[kind] += 1
        if counts[kind] > MOST_OF_A_KIND:
            faults.add(item, f"more than {MOST_OF_A_KIND} entries of {quote(kind)} stand here")
            break
        entry = _entry(kind, item, faults)
        if entry is not None:
            found.append(entry)
    return tuple(found)


def _kind(item: AnyNode, faults: Faults) -> str:
    """Return which kind of entry it is; empty after noting that it is none, or two."""
    fields = faults.fields(item, shape=_SHAPE)
    if fields is None:
        return ""
    kinds = [key for key in fields if key in _TEXTS]
    if len(kinds) == 1:
        return kinds[0]
    if kinds:
        problem = f"two things stand in one entry: {' and '.join(map(quote, kinds[:2]))}"
        faults.add(item, problem, "begin each with a dash of its own")
    else:
        faults.add(item, "the entry says nothing", _SHAPE)
    return ""


def _entry(kind: str, item: Fields, faults: Faults) -> Entry | None:
    before = len(faults.found)
    known = (kind, *_TEXTS[kind], *_OTHERS[kind], *COMMON_KEYS)
    shape = f"add {_NEEDED[kind]} beside {kind}"
    fields = faults.fields(item, known=known, required=(_NEEDED[kind],), shape=shape)
    if fields is None:
        return None
    texts = {key: faults.text(fields[key]) or "" for key in _TEXTS[kind] if key in fields}
    amount_key = "part" if kind == "keeps" else kind
    amount = faults.bounds(fields[amount_key]) if amount_key in fields else None
    after = faults.parsed(fields["after"], parse_condition) if "after" in fields else None
    lasts = _lasts(fields, texts.pop("lasts", ""), faults)
    packages = {
        key: tuple(
            side
            for part in faults.one_or_more(fields[key])
            if (side := faults.parsed(part, parse_package)) is not None
        )
        for key in ("would_take", "would_not_take")
        if key in fields and kind == "shift"
    }
    issue = faults.text(fields["keeps"]) or "" if kind == "keeps" else ""
    provenance = parse_provenance(fields, faults, path=item.path, line=item.line)
    if amount is None or len(faults.found) > before:
        return None
    match kind:
        case "keeps":
            return Keeps(issue=issue, part=amount, provenance=provenance, **texts)
        case "shift":
            return Shift(
                on=texts["on"],
                shift=amount,
                after=after,
                lasts=lasts,
                of=texts.get("of", ""),
                would_take=packages.get("would_take", ()),
                would_not_take=packages.get("would_not_take", ()),
                title=texts.get("title", ""),
                provenance=provenance,
            )
        case "guarantee":
            return Guarantee(amount=amount, after=after, provenance=provenance, **texts)
    return Drift(on=texts["on"], amount=amount, provenance=provenance)


def _lasts(fields: Mapping[str, AnyNode], said: str, faults: Faults) -> Lasts | None:
    text = " ".join(said.split())
    for known in LASTS:
        if text == known:
            return known
    if text:
        hint = did_you_mean(text, LASTS)
        faults.add(fields["lasts"], f"{quote(text)} does not say how long the shift lasts", hint)
    return None


def _check(entries: tuple[Entry, ...], around: Around) -> Iterator[tuple[Entry, Trouble]]:
    """Report two residues of one issue that hold for the same leaver in the same view."""
    del around
    residues = [entry for entry in entries if isinstance(entry, Keeps)]
    reported: set[int] = set()
    for first, second in combinations(residues, 2):
        same = (first.issue, first.leaver) == (second.issue, second.leaver)
        if same and views_meet(first, second) and id(second) not in reported:
            reported.add(id(second))
            leaver = f" when {second.leaver} leaves" if second.leaver else ""
            problem = f"what stays of {second.issue}{leaver} is said twice"
            yield (second, ("keeps", problem, "keep one, or give each a view", ""))


_PACKAGES = {
    "description": "a package such as (alliance = pledge, pay = 2), or a list of them",
    "anyOf": [TEXT_SCHEMA, {"type": "array", "items": TEXT_SCHEMA}],
}
_AFTER = {"type": "string", "description": "a condition; counts once it is settled so"}


def _text(description: str) -> dict[str, Any]:
    return {**TEXT_SCHEMA, "description": description}


def _amount(description: str) -> dict[str, Any]:
    return {**AMOUNT_SCHEMA, "description": description}


def _entry_schema(kind: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [kind, _NEEDED[kind]],
        "additionalProperties": False,
        "properties": {**properties, **COMMON_SCHEMA},
    }


BLOCK = Block(
    name="walk_away",
    parse=parse,
    check=_check,
    schema={
        "type": "array",
        "description": "what leaving half way is worth, compared with no deal",
        "items": {
            "oneOf": [
                _entry_schema(
                    "keeps",
                    keeps=_text("an issue, of whose effect a part stays"),
                    part=_amount("0 snaps back, 1 cannot be undone"),
                    leaver=_text("the party that leaves; any when left out"),
                ),
                _entry_schema(
                    "shift",
                    shift=_amount("change of the walk-away value, in points"),
                    on=_text("the party whose walk-away value changes"),
                    after=_AFTER,
                    lasts={"enum": list(LASTS), "description": "all three when left out"},
                    of=_text("an issue; shift is then in shares of its swing"),
                    would_take=_PACKAGES,
                    would_not_take=_PACKAGES,
                    title=TEXT_SCHEMA,
                ),
                _entry_schema(
                    "guarantee",
                    guarantee=_amount("what leaving costs, in points"),
                    against=_text("the party that would pay for leaving"),
                    after=_AFTER,
                    title=TEXT_SCHEMA,
                ),
                _entry_schema(
                    "drift",
                    drift=_amount("change of the value per unit of time"),
                    on=_text("the party whose walk-away value changes"),
                ),
            ]
        },
    },
)
