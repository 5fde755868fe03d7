"""What exactly changed in one thing of a case: parts before and after, in a few words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

from detente.case import Case, Constraint, Party, Proposal, Source
from detente.document import bounds_text
from detente.linear import Bounds
from detente.number import plain
from detente.pairing import meaning
from detente.statements.statement import COMMON_KEYS, Provenance
from detente.vocabulary import Issue

BASIS = COMMON_KEYS
"""What a thing rests on."""
_STANDING = ("provenance", "place")
"""Fields of an entry that say where it stands."""
_NAMING = ("name", "title", "issue", "leaver")
_TOLD = ("on", "against", "amount", "shift", "of")
"""Fields that the label of an entry without a title tells."""
_IN_WORDS = {"together": "with"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One part of a thing before and after; empty where it is not there.

    key : the part, such as ``status_quo``; ``option`` for one option of an issue; of a proposal the
        issue that it settles otherwise
    """

    key: str
    old: str
    new: str


def of_provenance(old: Provenance, new: Provenance) -> Iterator[Detail]:
    """Tell what differs in what two things rest on; the order of sources does not count."""
    if frozenset(old.because) != frozenset(new.because):
        cited = [", ".join(map(str, provenance.because)) for provenance in (old, new)]
        yield Detail(key="because", old=cited[0], new=cited[1])
    yield from _fields(old, new, BASIS[1:])


def of_names(old: Source | Party, new: Source | Party) -> Iterator[Detail]:
    """Tell what differs in two sources or parties of one name."""
    yield from _fields(old, new, [field.name for field in fields(old)])


def of_issue(old: Issue, new: Issue) -> Iterator[Detail]:
    """Tell what differs in an issue; the order of its options does not count."""
    yield from _fields(old, new, ("title", "status_quo", "unit", "note"))
    if old.levels is not None and new.levels is not None:
        if old.levels != new.levels:
            yield Detail(key="range", old=_range(old.levels), new=_range(new.levels))
        return
    if old.levels != new.levels:
        numeric = [spelled(issue.levels is not None) for issue in (old, new)]
        yield Detail(key="numeric", old=numeric[0], new=numeric[1])
    for option in old.options:
        if option not in new.options:
            yield Detail(key="option", old=option, new="")
    for option in new.options:
        if option not in old.options:
            yield Detail(key="option", old="", new=option)


def of_constraint(old: Constraint, new: Constraint) -> Iterator[Detail]:
    """Tell what differs in a constraint."""
    if meaning(old.condition) != meaning(new.condition):
        yield Detail(key="require", old=spelled(old.condition), new=spelled(new.condition))
    yield from _fields(old, new, ("title",))
    yield from of_provenance(old.provenance, new.provenance)


def of_proposal(old: Proposal, new: Proposal, cases: tuple[Case, Case]) -> Iterator[Detail]:
    """Tell which settings of a proposal changed; an issue that came or went counts where settled.

    A setting that only spells out the status quo changes nothing.
    """
    packages = [
        case.vocabulary.named(case.vocabulary.proposals[proposal.name])
        for case, proposal in zip(cases, (old, new), strict=True)
    ]
    settled = {setting.issue.text for p in (old, new) for setting in p.terms.settings}
    for name in dict.fromkeys((*packages[0], *packages[1])):
        before, after = packages[0].get(name), packages[1].get(name)
        both = before is not None and after is not None
        if before != after and (both or name in settled):
            yield Detail(key=name, old=before or "", new=after or "")
    yield from _fields(old, new, ("title",))
    yield from of_provenance(old.provenance, new.provenance)


def of_entry(old: Any, new: Any) -> Iterator[Detail]:
    """Tell what differs in an entry of a block."""
    names = entry_fields(old)
    changed = [n for n in names if meaning(getattr(old, n)) != meaning(getattr(new, n))]
    before = {name: spelled(getattr(old, name)) for name in changed}
    after = {name: spelled(getattr(new, name)) for name in changed}
    if changed and hasattr(old, "written"):
        before, after = old.written(), new.written()
        changed = [key for key in before if before[key] != after[key]]
    for key in changed:
        yield Detail(key=key, old=before[key], new=after[key])
    yield from of_provenance(old.provenance, new.provenance)


def entry_fields(entry: Any) -> list[str]:
    """Return the fields of an entry that say something."""
    return [field.name for field in fields(entry) if field.name not in _STANDING]


def stated(entry: Any) -> str:
    """Return in a few words what an entry states beyond its label; empty when that is nothing.

    Examples
    --------
    >>> from detente.blocks.roadmap import Item
    >>> stated(Item(issue="pay", delivered_by=("firm", "bank"), takes=Fraction(1, 2)))
    'delivered by firm, bank; takes 0.5'
    >>> stated(Item(issue="pay"))
    ''
    """
    if hasattr(entry, "written"):
        return "; ".join(filter(None, entry.written().values()))
    told = []
    in_label = {*_STANDING, *_NAMING} | (set() if getattr(entry, "title", "") else set(_TOLD))
    for field in fields(entry):
        if field.name in in_label:
            continue
        default = field.default_factory() if callable(field.default_factory) else field.default
        value = getattr(entry, field.name)
        if value != default and value not in (None, ""):
            key = _IN_WORDS.get(field.name, field.name.replace("_", " "))
            told.append(f"{key} {spelled(value)}")
    return "; ".join(told)


def spelled(value: object) -> str:
    """Return a part of a case in a few words: as a file spells it, amounts as people read them.

    Examples
    --------
    >>> spelled(True), spelled(Bounds(low=Fraction(2), high=Fraction(3))), spelled(("a", "b"))
    ('yes', '2 to 3', 'a, b')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Bounds):
        return bounds_text(value)
    if isinstance(value, Fraction):
        return plain(value)
    if value is None or isinstance(value, list | tuple):
        return ", ".join(spelled(inner) for inner in value or ())
    if isinstance(value, Mapping):
        parts = ((f"{key} " if key else "") + spelled(inner) for key, inner in value.items())
        return ", ".join(parts)
    return " ".join(str(getattr(value, "text", value)).split())


def _fields(old: object, new: object, names: Sequence[str]) -> Iterator[Detail]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Detail(key=name, old=spelled(before), new=spelled(after))


def _range(levels: Sequence[Fraction]) -> str:
    text = f"{plain(levels[0])}..{plain(levels[-1])}"
    return text if len(levels) < 2 else f"{text} in steps of {plain(levels[1] - levels[0])}"
