"""How pressures are told: what each changes, from which credibility on, and what of it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from detente.analysis import Judgement
from detente.case import Case, Party
from detente.document import bounds_text
from detente.linear import Bounds
from detente.number import rounded, signed
from detente.pressure import Chosen, Effect, Ends, Level, Pressure, Sufficing, differ
from detente.price import Price, Turning
from detente.prose import capital, listed, provenance_text
from detente.table import Cell, Column, Sentence, Table, Tone

_VERDICTS: Mapping[str | None, str] = {
    "every": "accepts in every reading",
    "some": "accepts in some readings and refuses in others",
    "none": "refuses in every reading",
}
_INFINITIVES: Mapping[str | None, str] = {
    "every": "accept in every reading",
    "some": "accept in some readings",
    "none": "refuse in every reading",
}
_LEVELS: Mapping[Level, str] = {
    "central": "on the central reading",
    "half": "in half of the readings",
    "every": "in every reading",
}
_NOTHING = Bounds(low=Fraction(0), high=Fraction(0))
_MOST_TOLD = 3
"""Sets of pressures named in one cell of a table before the rest are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One pressure on one proposal, with what is needed to tell of it.

    own_gain : what the proposal is worth to the one who applies it, central reading; None where
        that cannot be told
    """

    case: Case
    pressure: Pressure
    effect: Effect
    price: Price
    own_gain: Fraction | None

    @property
    def on(self) -> str:
        """The label of the party it works on."""
        return self.price.party.label

    @property
    def by(self) -> str:
        """The label of the party that applies it."""
        return self.case.party(self.pressure.entry.by).label


def label_of(pressure: Pressure) -> str:
    """Return a pressure's title as the beginning of a sentence."""
    title = pressure.entry.label
    return capital(title)


def pressures_table(case: Case, pressures: Sequence[Pressure]) -> Table:
    """Return the pressures of the file, with what each counts for."""
    rows: list[tuple[Cell, ...]] = []
    for pressure in pressures:
        entry = pressure.entry
        rows.append(
            (
                label_of(pressure) + (f" (only for {entry.only_for})" if entry.only_for else ""),
                case.party(entry.by).label,
                case.party(entry.on).label,
                _span(pressure.full),
                _range(entry.credibility),
                _span(pressure.stated),
                _range(entry.cost) if entry.cost != _NOTHING else None,
            )
        )
    columns = (
        Column(key="pressure", title="Pressure"),
        Column(key="by", title="By"),
        Column(key="on", title="On"),
        Column(key="shift", title="Moves no deal by", align="right"),
        Column(key="credibility", title="Credibility", align="right"),
        Column(key="counts", title="Counts for", align="right"),
        Column(key="cost", title="Cost", align="right"),
    )
    return Table(title="Pressures and sweeteners, in points", columns=columns, rows=tuple(rows))


def headline(told: Sequence[Told], names: Sequence[str]) -> Sentence:
    """Return in one sentence what a pressure does on all proposals that were asked about."""
    groups: dict[str, list[str]] = {}
    for one, name in zip(told, names, strict=True):
        groups.setdefault(_outcome(one), []).append(name)
    parts = [f"on {listed(found)} {text}" for text, found in groups.items()]
    first = told[0]
    tone: Tone = "bad" if all(one.effect.empty for one in told) else "plain"
    text = f"{label_of(first.pressure)} ({first.by} on {first.on}): {'; '.join(parts)}."
    return Sentence(
        text=text, tone=tone, source=provenance_text(first.case, first.pressure.entry.provenance)
    )


def _outcome(told: Told) -> str:
    """Return what a pressure does, to stand after the name of a proposal."""
    effect = told.effect
    if told.price.forbidden:
        return f"it is empty, since a red line of {told.on} is crossed"
    if not effect.in_points:
        return "it cannot be told in points what it does"
    if effect.empty:
        already = f", since {told.on} accepts in every reading already"
        return f"it is empty by itself{already if effect.now.kind == 'every' else ''}"
    begin = strongest(effect)
    if begin is None:
        return f"it changes only in how many readings {told.on} accepts, even if fully believed"
    changed = [
        kind
        for kind in (effect.stated.least.kind, effect.stated.most.kind)
        if kind != effect.now.kind
    ]
    if not changed:
        words = f"{told.on} would {_INFINITIVES[begin.kind]} {_from(begin)}"
        return f"{words}, but no such credibility is stated"
    end = "as stated" if len(changed) == 2 else "but only at one end of what is stated"
    return f"{told.on} would {_INFINITIVES[changed[0]]}, {end}"


def sentences(told: Told) -> list[Sentence]:
    """Return what one pressure does on one proposal."""
    effect, price, full = told.effect, told.price, told.pressure.full
    if price.forbidden:
        text = f"Empty: {told.on} refuses by a red line, which no pressure moves."
        return [Sentence(text=text, tone="bad")]
    if price.gain is None:
        text = f"{told.on} has no values in points here, so a shift in points says nothing."
        return [Sentence(text=text, tone="warn")]
    found = []
    if effect.now.kind == "every" and full.least >= 0:
        text = f"Empty: {told.on} accepts in every reading already."
        return [Sentence(text=text, tone="bad")]
    if full.most <= 0 and full.least < 0:
        text = f"It works against the proposal: walking away gets better for {told.on}."
        found.append(Sentence(text=text, tone="warn"))
    elif full.least < 0:
        text = f"It may work either way: walking away may get better for {told.on}, or worse."
        found.append(Sentence(text=text, tone="warn"))
    if effect.idle:
        text = f"Empty alone: even fully believed it changes nothing; {told.on} still "
        text += f"{_VERDICTS[effect.now.kind]}.{_lacking(told)}"
        return [*found, Sentence(text=text, tone="bad"), *_cost(told)]
    found += [_shares(told), _verdict(told)]
    begin = strongest(effect)
    if begin is not None:
        found.append(_against_stated(told, begin))
    found.append(_halfway(told))
    return [*found, *_emptiness(effect), *_cost(told)]


def _emptiness(effect: Effect) -> list[Sentence]:
    """Say what is empty: the whole, what is stated of it, or the lesser end of that."""
    moves = "no verdict changes, and the share moves by no more than its error"
    if effect.empty:
        return [Sentence(text=f"Empty alone: even fully believed, {moves}.", tone="bad")]
    if not effect.stirs:
        return [Sentence(text=f"As stated it is as good as empty: {moves}.", tone="bad")]
    if not differ(effect.now, effect.stated.least) or not differ(effect.now, effect.stated.most):
        text = f"At the weaker end of what is stated it is as good as empty: {moves}."
        return [Sentence(text=text, tone="warn")]
    return []


def _shares(told: Told) -> Sentence:
    effect = told.effect
    text = (
        f"{told.on} accepts {_share(effect.now)} as things are, {_shares_text(effect.stated)} with "
        f"this as stated, and {_shares_text(effect.full)} if it were fully believed."
    )
    return Sentence(text=text)


def _share(judgement: Judgement) -> str:
    share = judgement.share
    return "–" if share is None else share.phrase()


def _shares_text(ends: Ends[Judgement]) -> str:
    least, most = _share(ends.least), _share(ends.most)
    if least == most:
        return least
    least = least.removesuffix(" of the readings") if most.endswith("of the readings") else least
    return f"{least} to {most.removeprefix('in ')}"


def _verdict(told: Told) -> Sentence:
    """Say from which credibility the verdict changes, at both ends of the shift."""
    begins, on = told.effect.begins, told.on
    if begins.least is None and begins.most is None:
        text = f"Even fully believed it changes no verdict: {on} still "
        return Sentence(text=f"{text}{_VERDICTS[told.effect.now.kind]}.{_lacking(told)}")
    if begins.same and begins.most is not None:
        text = f"{_from(begins.most)} {on} {_VERDICTS[begins.most.kind]}."
        return Sentence(text=capital(text))
    parts = []
    shift = told.pressure.entry.shift
    for end, begin in ((shift.low, begins.most), (shift.high, begins.least)):
        if begin is None:
            parts.append(f"at {_points_signed(end)} no verdict changes")
        else:
            changed = f"{on} {_VERDICTS[begin.kind]} {_from(begin)}"
            parts.append(f"with a shift of {_points_signed(end)} {changed}")
    text = "; ".join(parts)
    return Sentence(text=f"{capital(text)}.")


def _lacking(told: Told) -> str:
    """Say how far the whole shift is from changing the verdict."""
    price, most = told.price, told.pressure.full.most
    takes = price.every if told.effect.now.kind == "some" else price.least
    if most <= 0 or takes is None or takes < most or told.effect.now.kind == "every":
        return ""
    over = "" if told.effect.now.kind == "some" or price.attained else "more than "
    where = "every" if told.effect.now.kind == "some" else "any"
    return (
        f" To accept in {where} reading takes {over}{rounded(takes)} points, and this brings "
        f"{rounded(most)} at the most."
    )


def _against_stated(told: Told, begin: Turning) -> Sentence:
    """Say what of the stated credibility has no effect on the verdict."""
    believed = told.pressure.entry.credibility
    stated = _range(believed)
    if not _reached(begin, believed.high):
        text = f"The stated credibility, {stated}, does not reach that; none of it has an effect on"
        return Sentence(text=f"{text} the verdict.", tone="warn")
    if not _reached(begin, believed.low):
        text = f"Of the stated credibility, {stated}, what lies below {_exactly(begin)} has no "
        return Sentence(text=f"{text}effect on the verdict.")
    text = f"The stated credibility, {stated}, reaches that"
    if believed.low == begin.credibility:
        return Sentence(text=f"{text}.")
    return Sentence(text=f"{text}; what of it lies beyond {_exactly(begin)} is not needed for it.")


def _halfway(told: Told) -> Sentence:
    half = told.effect.half
    share = told.effect.now.share
    many = share is not None and share.value >= 0.5
    if half.least is None and half.most is None:
        text = "Half of the readings or more accept with and without it."
        return Sentence(text=text if many else "At no credibility do half of the readings accept.")
    verb = "cease to accept" if many else "accept"
    if half.same and half.most is not None:
        return Sentence(text=f"Half of the readings {verb} {_from(half.most)}.")
    shift = told.pressure.entry.shift
    parts = [
        f"with a shift of {_points_signed(end)} "
        + ("at no credibility" if at is None else _from(at))
        for end, at in ((shift.low, half.most), (shift.high, half.least))
    ]
    return Sentence(text=f"Half of the readings {verb} {', '.join(parts)}.")


def _cost(told: Told) -> list[Sentence]:
    """Compare what a pressure costs with what the proposal is worth to the one who applies it."""
    entry, gain = told.pressure.entry, told.own_gain
    if entry.cost == _NOTHING:
        return []
    low, high = entry.cost.low or Fraction(0), entry.cost.high or Fraction(0)
    points = "point" if low == high == 1 else "points"
    text = f"Applying it costs {told.by} {_range(entry.cost)} {points}"
    if gain is None:
        return [
            Sentence(text=f"{text}; what the proposal is worth to it cannot be told in points.")
        ]
    if gain <= 0:
        less = f"{rounded(-gain)} less than" if gain else "no more than"
        worth = f"the proposal is worth {less} no deal to it: not worth it"
        return [Sentence(text=f"{text}; {worth}.", tone="bad")]
    worth = f"on the central reading the proposal is worth {rounded(gain)} more than no deal to it"
    if gain > high:
        return [Sentence(text=f"{text}; {worth}: worth it, if it brings about the agreement.")]
    if gain <= low:
        return [Sentence(text=f"{text}; {worth}: not worth it.", tone="bad")]
    return [Sentence(text=f"{text}; {worth}: worth it only toward the lower end.", tone="warn")]


def sets_table(party: Party, found: Sequence[Sufficing], pressures: Sequence[Pressure]) -> Table:
    """Return which pressures suffice, by where the party is to accept and how far it believes."""
    rows: list[tuple[Cell, ...]] = []
    for level, words in _LEVELS.items():
        own = {one.basis: one for one in found if one.level == level}
        needed = own["full"].needed
        lead: tuple[Cell, ...] = (words, None if needed is None or needed <= 0 else needed)
        rows.append((*lead, *(_sets_cell(one, pressures) for one in own.values())))
    columns = [
        Column(key="where", title="Where it is to accept"),
        Column(key="needed", title="Takes", align="right"),
        Column(key="stated_least", title="As stated, at the least"),
        Column(key="stated_most", title="As stated, at the most"),
        Column(key="full", title="Fully believed"),
    ]
    if all(row[2] == row[3] for row in rows):
        columns = [*columns[:2], Column(key="stated", title="As stated"), columns[4]]
        rows = [(*row[:3], row[4]) for row in rows]
    return Table(
        title=f"Pressures that bring {party.label} to accept",
        columns=tuple(columns),
        rows=tuple(rows),
        note="† no longer, if all that works against the proposal is applied as well."
        if any(not chosen.withstands for one in found for chosen in one.minimal)
        else "",
    )


def _sets_cell(one: Sufficing, pressures: Sequence[Pressure]) -> str:
    if one.needed is None:
        return "no price: a red line"
    if one.needed <= 0:
        return "accepts already"
    if not one.minimal:
        return "none suffice"
    cheapest = one.cheapest
    first = [] if cheapest is None else [cheapest]
    shown = [*first, *(s for s in one.minimal if cheapest is None or s != cheapest)]
    texts = [_set_text(chosen, pressures) for chosen in shown[:_MOST_TOLD]]
    more = len(shown) - len(texts)
    if more:
        texts.append(f"{more} more" if one.complete else f"at least {more} more")
    return "; or ".join(texts)


def _set_text(chosen: Chosen, pressures: Sequence[Pressure]) -> str:
    names = " with ".join(pressures[k].entry.label for k in chosen.positions)
    low, high = chosen.cost
    cost = rounded(high) if low == high else f"{rounded(low)} to {rounded(high)}"
    notes = [f"cost {cost}"] if high or low else []
    mark = "" if chosen.withstands else " †"
    return f"{names} ({', '.join(notes)}){mark}" if notes else f"{names}{mark}"


def strongest(effect: Effect) -> Turning | None:
    """Return where the verdict first changes, at the end of the shift that changes it first."""
    found = [b for b in (effect.begins.least, effect.begins.most) if b is not None]
    return min(found, key=lambda b: (b.credibility, not b.included), default=None)


def _reached(begin: Turning, credibility: Fraction | None) -> bool:
    if credibility is None:
        return False
    return credibility > begin.credibility or (begin.included and credibility == begin.credibility)


def _from(turning: Turning) -> str:
    how = "from a credibility of" if turning.included else "at any credibility above"
    return f"{how} {_exactly(turning)}"


def _exactly(turning: Turning) -> str:
    """Return a credibility to two places, with the fraction behind it where that is short."""
    number = turning.credibility
    near = rounded(number, 2)
    short = Fraction(round(number * 100), 100) == number
    return near if short or number.denominator > 999 else f"{near} ({number})"


def _span(ends: Ends[Fraction]) -> str:
    """Return falls as the shifts that they are: a fall of 4 is a shift of −4."""
    if ends.same:
        return signed(-ends.most)
    return f"{signed(-ends.most)} to {signed(-ends.least)}"


def _points_signed(number: Fraction | None) -> str:
    return signed(number or Fraction(0))


def _range(amount: Bounds) -> str:
    return bounds_text(amount).replace("-", "\N{MINUS SIGN}")
