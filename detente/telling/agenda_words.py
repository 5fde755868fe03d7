"""The words in which agendas are told: bundles, who refuses, and break-evens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isinf, isnan

from detente.case import Case
from detente.gathering import Refused
from detente.negotiation import Negotiation, Outlook
from detente.number import rounded
from detente.orders import Agenda
from detente.prose import listed
from detente.solvers.backwards import Rule
from detente.table import Share
from detente.turning import MULTIPLES, BreakEven

SHOWN = 0.005
"""Shares below this are not told of one by one."""
_MOST_NAMED = 4
"""Issues of a last bundle that are named before it is called the rest."""
_MOST_TITLES = 2
"""Shifts that are called by their titles in one sentence."""
_MAINLY = 0.1
_MOSTLY = 0.75
_SURELY = 0.99
_HARDLY = 0.05
"""Multiples below this are told as none."""
_NEARLY = 0.07
"""A multiple that is so near to a whole number, as a part of it, is told as that."""
FAILED: dict[Rule, str] = {
    "end": "ends the whole process",
    "set aside": "sets that bundle aside until the end",
}
"""What failure of talks on a bundle does."""


def issue_words(case: Case, issue: int) -> str:
    """Return an issue in short."""
    return case.issues[issue].name.replace("_", " ")


def bundle_words(case: Case, agenda: Agenda) -> tuple[str, ...]:
    """Return the bundles in words: ``alliance and forces``, then ``the rest``."""
    words = [listed([issue_words(case, k) for k in bundle]) for bundle in agenda.order]
    if len(agenda.order) > 1 and len(agenda.order[-1]) > _MOST_NAMED:
        words[-1] = "the rest"
    return tuple(words)


def order_words(case: Case, agenda: Agenda) -> str:
    """Return an order in words: ``alliance and forces, then the rest``."""
    return ", then ".join(bundle_words(case, agenda))


def party_words(negotiation: Negotiation, members: Sequence[int]) -> str:
    """Return some signatories by what people call them."""
    case = negotiation.analysis.case
    return listed([case.party(negotiation.signatories[p]).label for p in members])


def is_told(share: Share) -> bool:
    """Tell whether a share is large enough to be told of."""
    return share.value >= SHOWN


def who_alone(negotiation: Negotiation, refused: Refused) -> list[tuple[str, Share]]:
    """Return who refuses every first step alone, the most frequent first."""
    found = [
        (party_words(negotiation, [p]), share)
        for p, share in enumerate(refused.alone)
        if is_told(share)
    ]
    return sorted(found, key=lambda one: -one[1].value)


def who_together(negotiation: Negotiation, refused: Refused) -> list[tuple[str, Share]]:
    """Return which parties no first step suits together, the most frequent first."""
    return [
        (f"{party_words(negotiation, members)} together", share)
        for members, share in refused.jointly
    ]


def shares_words(found: Sequence[tuple[str, Share]], nobody: str = "nobody") -> str:
    """Return names with their shares: ``Russia 27 %, Europe 2 %``."""
    return ", ".join(f"{who} {how_often(share)}" for who, share in found) or nobody


def how_often(share: Share) -> str:
    """Return a share beside a name: ``27 %``; ``always`` where nothing else can be."""
    if share.certain:
        return "always" if share.value >= 0.5 else "never"
    return str(share)


def briefly(share: Share) -> str:
    """Return a share within a sentence that has said of what: ``in 27 %``."""
    return share.phrase().removesuffix(" of the readings")


def begins_words(even: BreakEven) -> str:
    """Return a break-even shift in a few words for a table: ``1.9 (1 to 3.2)``."""
    if not isnan(even.quartiles[2]) and even.quartiles[2] < _HARDLY:
        return _rarely(even) or "any"
    return _rarely(even) or _ranged([multiple(number) for number in even.quartiles])


def chance_words(even: BreakEven) -> str:
    """Return a break-even chance in a few words for a table: ``59 % (40 % to 98 %)``."""
    rare = _rarely(even)
    if rare is not None:
        return rare
    if even.already.value >= _MOSTLY:
        return "any" if even.already.value >= 1 - SHOWN else f"any in {even.already}"
    return _ranged([percent(number) for number in even.quartiles])


def _ranged(words: Sequence[str]) -> str:
    low, middle, high = words
    return middle if low == high else f"{middle} ({low} to {high})"


def _rarely(even: BreakEven) -> str | None:
    """Return what stands for a break-even that hardly any reading has; None where many have one."""
    if isnan(even.quartiles[1]):
        return "–"
    if even.never.value >= 1 - SHOWN:
        return "never"
    return f"never in {even.never}" if even.never.value >= _MOSTLY else None


def multiple(number: float) -> str:
    """Return a multiple: ``1.9``; beyond what was looked at: ``over 8``."""
    return f"over {rounded(MULTIPLES[-1])}" if isinf(number) else rounded(number)


def percent(chance: float) -> str:
    """Return a chance: ``59 %``; ``none`` where not even 0 % makes a difference."""
    return "none" if isinf(chance) else f"{rounded(100 * chance, 0)} %"


def nobody_begins(outlook: Outlook, rule: Rule) -> bool:
    """Tell whether nobody alone begins to refuse, at any shift or doubt looked at."""
    found = [outlook.shift.get(rule), outlook.later_talks.get(rule)]
    return all(even is None or even.never.value >= 1 - SHOWN for even in found)


def begins_sentence(negotiation: Negotiation, outlook: Outlook, rule: Rule) -> str:
    """Return from which shift, and below which chance, somebody would rather not begin.

    Empty where nothing of the kind can be said for most of the readings.
    """
    shift, chance = outlook.shift.get(rule), outlook.later_talks.get(rule)
    found = []
    if shift is not None and not isnan(shift.quartiles[1]):
        found.append((_beginners(negotiation, shift), _by_shift(negotiation, shift)))
    if chance is not None and not isnan(chance.quartiles[1]):
        found.append((_beginners(negotiation, chance), _by_chance(chance)))
    found = [(who, when) for who, when in found if when]
    if not found:
        return ""
    if len({who for who, _ in found}) == 1:
        whens = ", or ".join(when for _, when in found)
        return f"{found[0][0]} would rather have no deal than begin it {whens}."
    parts = [f"{who} would rather have no deal than begin it {when}" for who, when in found]
    return f"{parts[0]}; {inside(parts[1])}."


def _by_shift(negotiation: Negotiation, even: BreakEven) -> str:
    low, middle, high = even.quartiles
    if isinf(middle):
        return ""
    if middle == 0:
        return "even without the stated shifts"
    if high < _HARDLY:
        return "at any size of the stated shifts"
    names = [f"'{negotiation.walk.shifts[k].entry.label}'" for k in even.points]
    words = listed(names) if 0 < len(names) <= _MOST_TITLES else "the stated shifts"
    weighed = "weigh" if len(names) != 1 else "weighs"
    text = f"once {words} {weighed} {_times(middle)}"
    return text + _middle_half([multiple(low), multiple(high)], " times")


def _times(middle: float) -> str:
    near = {1: "what", 2: "twice what", 3: "three times what"}
    for number, words in near.items():
        if abs(middle - number) <= _NEARLY * number:
            return f"about {words} the case assumes"
    return f"about {multiple(middle)} times what the case assumes"


def _by_chance(even: BreakEven) -> str:
    low, middle, high = even.quartiles
    if isinf(middle):
        return ""
    if even.already.value >= 0.5:
        return "even if later talks were sure"
    if low >= _SURELY:
        return "once there is any doubt that later talks take place"
    text = f"once later talks are less likely than {percent(middle)}"
    return text + _middle_half([percent(low), percent(high)])


def _middle_half(ends: Sequence[str], unit: str = "") -> str:
    low, high = ends
    return "" if low == high else f" ({low} to {high}{unit} in half of the readings)"


def _beginners(negotiation: Negotiation, even: BreakEven) -> str:
    """Return who begins to refuse, in most readings."""
    ranked = sorted(range(len(even.who)), key=lambda p: -even.who[p].value)
    names = [party_words(negotiation, [p]) for p in ranked if even.who[p].value >= _MAINLY]
    return " or ".join(names) or "somebody"


def inside(text: str) -> str:
    """Return words to stand within a sentence.

    Examples
    --------
    >>> inside("The east"), inside("Russia")
    ('the east', 'Russia')
    """
    return text[0].lower() + text[1:] if text.startswith("The ") else text


def titles_of(outlooks: Sequence[Outlook]) -> Iterator[str]:
    """Go through titles of orders as a sentence has them."""
    for outlook in outlooks:
        yield f"'{outlook.agenda.title}'"
