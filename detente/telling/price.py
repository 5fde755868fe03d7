"""How yeses are told: what each takes or has to spare, which has no price, and all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from detente.case import Case
from detente.number import rounded
from detente.pressure import Ends, Weighed
from detente.price import Price
from detente.prose import kind_text, kind_tone, listed, sources_text
from detente.table import Cell, Column, Section, Sentence, Share, Table, Tone


def price_table(prices: Iterable[Price], name: str) -> Table:
    """Return what each party's yes takes, in points, by how many of the readings are to accept."""
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for r, price in enumerate(prices):
        share = price.judgement.share
        rows.append(
            (
                price.party.label + ("" if price.party.signatory else " (affected only)"),
                share if share is not None else kind_text(price.judgement),
                _least(price),
                _amount(price, price.central),
                _amount(price, price.half),
                _amount(price, price.nine_tenths),
                _amount(price, price.every),
            )
        )
        tones[r, 1] = kind_tone(price.judgement)
    return Table(
        title=f"What each yes to {name} takes, in points",
        columns=(
            Column(key="party", title="Party"),
            Column(key="accepts", title="Accepts in", align="right"),
            Column(key="least", title="Any", align="right"),
            Column(key="central", title="Central", align="right"),
            Column(key="half", title="Half", align="right"),
            Column(key="nine_tenths", title="Nine tenths", align="right"),
            Column(key="every", title="Every", align="right"),
        ),
        rows=tuple(rows),
        tones=tones,
        note="By how many points no deal must fall, or the offer improve, until the party accepts "
        "in any, half, nine tenths or every one of the readings, or on the central one. 'To "
        "spare': by how many no deal may rise before it no longer does.",
    )


def price_sentences(case: Case, prices: Iterable[Price]) -> list[Sentence]:
    """Return which yes has no price, and what that of the most reluctant signatory takes."""
    asked = list(prices)
    found = [sentence for price in asked for sentence in _priceless(case, price)]
    open_ones = [p for p in asked if p.party.signatory and p.gain is not None and not p.forbidden]
    if open_ones:
        others = any(p.party.signatory and (p.gain is None or p.forbidden) for p in asked)
        found.append(_reluctant(min(open_ones, key=_willingness), of_the_others=others))
    return found


def all_at_once(weighed: Sequence[Weighed]) -> Section:
    """Return in what share all signatories accept under everything in the file."""
    stated = all(one.together.stated.same for one in weighed)
    full = all(one.together.full.same for one in weighed)
    columns = [
        Column(key="proposal", title="Proposal"),
        Column(key="now", title="As things are", align="right"),
        *_end_columns("stated", "As stated", same=stated),
        *_end_columns("full", "Fully believed", same=full),
    ]
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            one.together.now,
            *_end_cells(one.together.stated, same=stated),
            *_end_cells(one.together.full, same=full),
        )
        for one in weighed
    ]
    text = "Every pressure at once, those that work against a proposal too."
    return Section(
        key="together",
        title="All signatories, under all of these together",
        lead=(Sentence(text=text),),
        tables=(
            Table(
                title="In how many of the readings all signatories accept",
                columns=tuple(columns),
                rows=tuple(rows),
            ),
        ),
    )


def _end_columns(key: str, title: str, *, same: bool) -> list[Column]:
    """Return the columns of both ends, or one where they are alike in every row."""
    if same:
        return [Column(key=key, title=title, align="right")]
    return [
        Column(key=f"{key}_{end}", title=f"{title}, at the {end}", align="right")
        for end in ("least", "most")
    ]


def _end_cells(ends: Ends[Share | None], *, same: bool) -> tuple[Cell, ...]:
    return (ends.most,) if same else (ends.least, ends.most)


def _priceless(case: Case, price: Price) -> list[Sentence]:
    """Say so where a yes has no price in points."""
    label = price.party.label
    if price.forbidden:
        line = next(line for line in price.red_lines if line.certain)
        words = " ".join(line.condition.text.split())
        text = f"The yes of {label} has no price: the red line '{words}' is crossed, whatever else "
        return [Sentence(text=f"{text}is offered.", tone="bad", source=sources_text(case, line))]
    if price.shortfalls is None:
        text = f"What the yes of {label} takes cannot be told: {kind_text(price.judgement)}."
        return [Sentence(text=text, tone="warn")]
    if price.gain is None:
        text = f"{label} is known by an order only, so its yes has no price in points."
        return [Sentence(text=text)]
    if price.red_lines:
        line = price.red_lines[0]
        words = " ".join(line.condition.text.split())
        text = f"Where the red line '{words}' holds, the yes of {label} has no price; it is not "
        source = sources_text(case, line)
        return [Sentence(text=f"{text}certain that it does.", tone="warn", source=source)]
    return []


def _willingness(price: Price) -> float:
    return 0.0 if price.judgement.share is None else price.judgement.share.value


def _reluctant(price: Price, *, of_the_others: bool) -> Sentence:
    """Say what the yes of one party takes: what there is to spare first, then what is missing.

    of_the_others : there are signatories whose yes has no price
    """
    label, share = price.party.label, price.judgement.share
    if price.judgement.kind == "every":
        who = "All others" if of_the_others else "All signatories"
        return Sentence(text=f"{who} accept in every reading already.")
    levels: tuple[tuple[Fraction | None, str], ...] = (
        (price.central, "on the central reading"),
        (price.half, "in half of the readings"),
        (price.nine_tenths, "in nine tenths of the readings"),
        (price.every, "in every reading"),
    )
    if len({n for n, _ in levels}) == 1:
        levels = levels[-1:]
    spare = [(rounded(-n), words) for n, words in levels if n is not None and n <= 0]
    takes = [(rounded(n), words) for n, words in levels if n is not None and n > 0]
    accepts = "" if share is None else f", which accepts {share.phrase()}"
    first = "Of the others, furthest" if of_the_others else "Furthest"
    parts = [f"{first} from yes is {label}{accepts}."]
    if spare:
        parts.append(f"It has {_points(spare, 'points to spare')}.")
    if takes:
        parts.append(f"Its yes takes {_points(takes, 'points')}.")
    return Sentence(text=" ".join(parts))


def _points(amounts: list[tuple[str, str]], unit: str) -> str:
    (number, where), *rest = amounts
    return listed([f"{number} {unit} {where}", *(f"{n} {words}" for n, words in rest)])


def _amount(price: Price, amount: Fraction | None) -> Cell:
    if amount is None:
        return "no price" if price.gain is not None else None
    return rounded(amount) if amount >= 0 else f"{rounded(-amount)} to spare"


def _least(price: Price) -> Cell:
    """Return what the least demanding reading asks; more than that where none asks exactly that."""
    cell = _amount(price, price.least)
    more = price.least is not None and price.least >= 0 and not price.attained
    if not more or not isinstance(cell, str):
        return cell
    return f"over {cell.removesuffix(' to spare')}"
