"""The words in which agendas are told: bundles, who refuses, and break-evens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isinf, isnan

from detente.case import Case
from detente.gathering import Refused
from detente.negotiation import Negotiation, Outlook
from detente.number import rounded
from detente.orders import Agenda
from detente.prose import listed, opening
from detente.solvers.backwards import Rule
from detente.table import Share
from detente.turning import MULTIPLES, BreakEven

SHOWN = 0.005
"""Shares below this are not told of one by one."""
_MOST_NAMED = 4
"""Issues of a last bundle that are named before it is called the rest."""
_MAINLY = 0.1
_HALF, _MOSTLY = 0.5, 0.75
_SURELY = 0.99
_HARDLY = 0.05
"""Multiples below this are told as none."""
FAILED: dict[Rule, str] = {"end": "the process ends", "set aside": "the bundle is set aside"}
RATHER: dict[Rule, str] = {
    "end": "have no deal than begin",
    "set aside": "leave the first bundle for the end",
}
"""What a party would rather do than take any first step, by what follows failure."""


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
    return ", ".join(f"{who} {_how_often(share)}" for who, share in found) or nobody


def _how_often(share: Share) -> str:
    return share.phrase() if share.certain else str(share)


def briefly(share: Share) -> str:
    """Return a share within a sentence that has said of what: ``in 27 %``."""
    return share.phrase().removesuffix(" of the readings")


def begins_words(even: BreakEven) -> str:
    """Return a break-even shift in a few words for a table: ``1.9 (1 to 3.2)``."""
    low, middle, high = even.quartiles
    rare = _rarely(even)
    if rare is not None:
        return rare
    return (
        multiple(middle)
        if low == high
        else f"{multiple(middle)} ({multiple(low)} to {multiple(high)})"
    )


def chance_words(even: BreakEven) -> str:
    """Return a break-even chance in a few words for a table: ``59 % (40 to 98 %)``."""
    low, middle, high = even.quartiles
    rare = _rarely(even)
    if rare is not None:
        return rare
    if even.already.value >= _MOSTLY:
        return "any" if even.already.value >= 1 - SHOWN else f"any in {even.already}"
    if low == high:
        return percent(middle)
    return f"{percent(middle)} ({percent(low)} to {percent(high)})"


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


def begin_sentences(negotiation: Negotiation, outlook: Outlook, rule: Rule) -> Iterator[str]:
    """Go through sentences on where somebody begins to refuse: by shift, then by chance."""
    shift, chance = outlook.shift.get(rule), outlook.later_talks.get(rule)
    if shift is not None and not isnan(shift.quartiles[1]):
        yield _shift_sentence(negotiation, shift, RATHER[rule])
    if chance is not None and not isnan(chance.quartiles[1]):
        yield _chance_sentence(negotiation, chance, RATHER[rule])


def nobody_begins(outlook: Outlook, rule: Rule) -> bool:
    """Tell whether nobody alone begins to refuse, at any shift or doubt looked at."""
    found = [outlook.shift.get(rule), outlook.later_talks.get(rule)]
    return all(even is None or even.never.value >= 1 - SHOWN for even in found)


def _shift_sentence(negotiation: Negotiation, even: BreakEven, rather: str) -> str:
    who = _beginners(negotiation, even)
    low, middle, high = even.quartiles
    most = f"{MULTIPLES[-1]:.0f} times"
    if even.never.value >= 1 - SHOWN:
        return f"Nobody alone would rather {rather}, even at {most} the stated shifts."
    if middle == 0 or (isinf(middle) and even.already.value >= 1 - even.never.value - SHOWN):
        without = "even without the stated shifts"
        return f"{opening(even.already)} {who} would rather {rather}, {without}."
    if isinf(middle):
        return (
            f"{opening(even.never)} nobody alone would rather {rather}, up to {most} the "
            f"stated shifts; in the others {who} would."
        )
    if high < _HARDLY:
        return f"{who} would rather {rather} at any size of the stated shifts."
    text = (
        f"{who} would rather {rather} once the stated shifts are {multiple(middle)} times as large "
        f"(middle half of the readings: {multiple(low)} to {multiple(high)})"
    )
    if is_told(even.already):
        text += f"; {briefly(even.already)} even without them"
    return f"{text}."


def _chance_sentence(negotiation: Negotiation, even: BreakEven, rather: str) -> str:
    who = _beginners(negotiation, even)
    low, middle, high = even.quartiles
    if even.never.value >= 1 - SHOWN:
        return "No doubt about the later talks makes anybody alone refuse."
    if isinf(middle) or even.already.value >= _HALF:
        text = (
            f"{opening(even.already)} {who} would rather {rather}, even if later talks "
            "were sure to take place"
        )
        if is_told(even.never):
            text += f"; {briefly(even.never)} no doubt about them makes anybody alone refuse"
        return f"{text}."
    if low >= _SURELY:
        text = f"{who} would rather {rather} once there is any doubt that later talks take place"
    else:
        text = (
            f"{who} would rather {rather} once the chance that later talks take place is below "
            f"{percent(middle)} (middle half of the readings: {percent(low)} to {percent(high)})"
        )
    if is_told(even.already):
        text += f"; {briefly(even.already)} even if they were sure to"
    return f"{text}."


def _beginners(negotiation: Negotiation, even: BreakEven) -> str:
    """Return who begins to refuse, in most readings."""
    ranked = sorted(range(len(even.who)), key=lambda p: -even.who[p].value)
    names = [party_words(negotiation, [p]) for p in ranked if even.who[p].value >= _MAINLY]
    return " or ".join(names) or "somebody"


def inside(text: str) -> str:
    """Return a sentence to stand after a colon; names keep their capital."""
    for start in ("In ", "No ", "Nobody "):
        if text.startswith(start):
            return text[0].lower() + text[1:]
    return text
