"""How certificates of acceptance are told: the readings as sums, and what separates them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from detente.case import Case
from detente.number import is_decimal, json_number, rounded
from detente.prose import judgement_data, kind_tone, listed, origin_data, plural, said
from detente.table import Cell, Column, Section, Sentence, Table
from detente.witness import Certificate, Gap, Part, Witness

_MOST_PLACES = 9
_LARGEST_DENOMINATOR = 999
_ABOUT_PLACES = 4


def certificate_section(case: Case, certificate: Certificate) -> Section:
    """Return why a party accepts a package in every, some or no reading, for people."""
    kind = certificate.judgement.kind
    lead: list[Sentence] = [_verdict(certificate)]
    points: list[Sentence] = []
    tables: tuple[Table, ...] = ()
    if kind == "some":
        lead += _readings_text(case, certificate)
        tables = _sums(case, certificate)
        points = _departures(case, certificate)
        points += [said(case, line, tone="warn") for line in certificate.unsure_lines]
    elif kind in {"every", "none"}:
        lead += _extreme_text(certificate)
        if certificate.position.assumed:
            text = "This is assumed, not derived: a single statement is the whole reason."
            lead.append(Sentence(text=text, tone="warn"))
        points = [said(case, origin) for origin in certificate.decided_by]
        if points:
            lead.append(Sentence(text="What forces this, taken together:"))
    return Section(
        key=f"party-{certificate.party.name}",
        title=certificate.party.label + ("" if certificate.party.signatory else " (affected only)"),
        lead=tuple(lead),
        points=tuple(points),
        tables=tables,
    )


def certificate_data(case: Case, certificate: Certificate) -> dict[str, Any]:
    """Return a certificate for JSON."""
    return {
        "signatory": certificate.party.signatory,
        **judgement_data(certificate.judgement),
        "accepting": _witness_data(case, certificate.accepting),
        "refusing": _witness_data(case, certificate.refusing),
        "apart": [_gap_data(gap) for gap in certificate.gaps],
        "uncertain_red_lines": [origin_data(case, line) for line in certificate.unsure_lines],
        "decided_by": [origin_data(case, origin) for origin in certificate.decided_by],
        "extreme": _witness_data(case, certificate.extreme),
    }


def aligned(numbers: Sequence[Fraction]) -> list[str]:
    """Return numbers as people add them up: exact, with as many decimals each.

    What has no finite decimal form is written as a fraction where that is short, and otherwise
    rounded and marked with ``≈``.

    Examples
    --------
    >>> aligned([Fraction(5, 2), Fraction(-1, 4)]), aligned([Fraction(1, 3), Fraction(2)])
    (['2.50', '−0.25'], ['1/3', '2'])
    """
    places = max((_places(number) for number in numbers if _short(number)), default=0)
    return [_exact(number, places) for number in numbers]


def _exact(number: Fraction, places: int) -> str:
    sign = "\N{MINUS SIGN}" if number < 0 else ""
    size = abs(number)
    if _short(number):
        before, after = divmod(size * 10**places, 10**places)
        return f"{sign}{before}.{int(after):0{places}d}" if places else f"{sign}{before}"
    if number.denominator <= _LARGEST_DENOMINATOR:
        return f"{sign}{size.numerator}/{size.denominator}"
    return f"\N{ALMOST EQUAL TO} {sign}{rounded(size, _ABOUT_PLACES)}"


def _short(number: Fraction) -> bool:
    return is_decimal(number) and _places(number) <= _MOST_PLACES


def _places(number: Fraction) -> int:
    """Return how many decimals a number with a finite decimal form has."""
    places = 0
    while (number * 10**places).denominator != 1:
        places += 1
    return places


def _verdict(certificate: Certificate) -> Sentence:
    kind, share = certificate.judgement.kind, certificate.judgement.share
    tone = kind_tone(certificate.judgement)
    texts: Mapping[str, str] = {
        "every": "Accepts in every reading.",
        "none": "Accepts in no reading.",
        "contradictory": "What is said of this party contradicts itself; 'detente check' tells "
        "where.",
        "incomplete": "Best or worst options are not known; 'detente check' tells which.",
    }
    if kind in texts:
        return Sentence(text=texts[kind], tone=tone)
    phrase = "in some readings" if share is None else share.phrase()
    return Sentence(text=f"Accepts {phrase}, and refuses in the others.", tone=tone)


def _readings_text(case: Case, certificate: Certificate) -> list[Sentence]:
    """Say which two readings are shown, and what separates them."""
    accepting, refusing = certificate.accepting, certificate.refusing
    if accepting is None:
        return []
    lines = listed([f"'{_flat(line.condition.text)}'" for line in certificate.unsure_lines])
    counts = "counts" if len(certificate.unsure_lines) == 1 else "count"
    found = []
    if refusing is None:
        text = (
            f"It refuses only where the red line {lines} {counts}, whatever the package is worth "
            "to it; in all other readings it accepts."
        )
        found.append(Sentence(text=text, tone="warn"))
    elif lines:
        text = f"It also refuses wherever the red line {lines} {counts}."
        found.append(Sentence(text=text, tone="warn"))
    found += [_behind(accepting, "accepts")]
    if refusing is not None:
        found.append(_behind(refusing, "refuses"))
    if certificate.gaps:
        gaps = "; ".join(_gap_text(case, gap) for gap in certificate.gaps)
        text = f"What separates the two most: {gaps}."
        found.append(Sentence(text=text))
    return found


def _behind(witness: Witness, verb: str) -> Sentence:
    points = rounded(abs(witness.gain), 2)
    over = f"{points} points {'over' if witness.gain >= 0 else 'short of'} no deal"
    if witness.n_behind == 1:
        text = f"In the only drawn reading in which it {verb}, the package is {over}."
    elif witness.n_behind:
        count = plural(witness.n_behind, "drawn reading")
        text = (
            f"In a typical reading in which it {verb}, the mean of the {count} of this kind, the "
            f"package is {over}."
        )
    else:
        text = (
            f"It {verb} in no reading that was drawn, but there are such readings; in the one "
            f"shown, the package is {over}."
        )
    return Sentence(text=text)


def _gap_text(case: Case, gap: Gap) -> str:
    a, b = aligned([gap.accepting, gap.refusing])
    if gap.part is None:
        return f"no deal ({a} against {b})"
    return f"{_name(case, gap.part)} ({a} against {b})"


def _name(case: Case, part: Part) -> str:
    if part.rule:
        return f"rule '{part.name}'"
    issue = case.issues[case.vocabulary.index[part.name]]
    return f"{part.name.replace('_', ' ')} {issue.option_label(issue.position(part.option) or 0)}"


def _extreme_text(certificate: Certificate) -> list[Sentence]:
    """Say how close to the contrary readings come."""
    extreme = certificate.extreme
    if certificate.by_red_line:
        text = "It crosses a red line; what else the package holds, and is worth, does not matter."
        return [Sentence(text=text)]
    if extreme is None:
        return []
    return [Sentence(text=_margin(certificate, extreme))]


def _margin(certificate: Certificate, extreme: Witness) -> str:
    every = certificate.judgement.kind == "every"
    points = rounded(abs(extreme.gain), 2)
    over = f"{points} points {'over' if every else 'short of'} no deal"
    gain = certificate.position.gain
    if gain is not None and gain.reach.low == gain.reach.high:
        return f"In every reading it is {over}."
    least = f"the reading {'least' if every else 'most'} favourable to it"
    if extreme.gain == 0 and extreme.reached:
        return f"In {least}, it is worth just as much as no deal."
    if extreme.gain == 0:
        side = "above" if every else "below"
        return f"In some readings it comes as close to no deal as you like, and stays {side} it."
    if extreme.reached:
        return f"Even in {least}, it is {over}."
    return (
        f"Readings come as close as you like to where it is {over}, and no closer to the contrary."
    )


def _sums(case: Case, certificate: Certificate) -> tuple[Table, ...]:
    accepting, refusing = certificate.accepting, certificate.refusing
    if accepting is None:
        return ()
    columns = [
        Column(key="part", title="Part"),
        Column(key="option", title="In this package"),
        Column(key="accepting", title="Where it accepts", align="right"),
    ]
    shown = [_column(accepting)]
    if refusing is not None:
        columns += [
            Column(key="refusing", title="Where it refuses", align="right"),
            Column(key="apart", title="Difference", align="right"),
        ]
        shown.append(_column(refusing))
        shown.append([a - b for a, b in zip(*shown, strict=True)])
    size = len(shown[0])
    flat = aligned([number for numbers in shown for number in numbers])
    texts = [flat[place * size : (place + 1) * size] for place in range(len(shown))]
    if len(shown) > 2:
        texts[2] = [
            f"+{text}" if number > 0 else text
            for text, number in zip(texts[2], shown[2], strict=True)
        ]
    labels: list[tuple[str, str]] = []
    for part in accepting.parts:
        if part.rule:
            labels.append((f"Rule: {part.name}", "holds"))
            continue
        issue = case.issues[case.vocabulary.index[part.name]]
        option = issue.option_label(issue.position(part.option) or 0)
        labels.append((issue.label, option.replace("_", " ")))
    labels += [("Value", "all of these together"), ("No deal", ""), ("Gain", "value less no deal")]
    rows: list[tuple[Cell, ...]] = [
        (*label, *numbers) for label, *numbers in zip(labels, *texts, strict=True)
    ]
    return (
        Table(
            title=f"What the package is worth to {certificate.party.label}, in points",
            columns=tuple(columns),
            rows=tuple((row[0], row[1] or None, *row[2:]) for row in rows),
            strong=frozenset({len(rows) - 3, len(rows) - 1}),
        ),
    )


def _column(witness: Witness) -> list[Fraction]:
    return [
        *(part.points for part in witness.parts),
        witness.value,
        witness.no_deal,
        witness.gain,
    ]


def _departures(case: Case, certificate: Certificate) -> list[Sentence]:
    """Say which uncertain statements the readings shown do not fit."""
    found = []
    shown = (("accepts", certificate.accepting), ("refuses", certificate.refusing))
    for verb, witness in shown:
        for statement in () if witness is None else witness.departs:
            sentence = said(case, statement)
            text = f"The reading that {verb} does not fit: {sentence.text}"
            found.append(Sentence(text=text, source=sentence.source))
    return found


def _witness_data(case: Case, witness: Witness | None) -> dict[str, Any] | None:
    if witness is None:
        return None
    return {
        "parts": [_part_data(part) for part in witness.parts],
        "value": json_number(witness.value),
        "no_deal": json_number(witness.no_deal),
        "gain": json_number(witness.gain),
        "reached": witness.reached,
        "mean_of": witness.n_behind or None,
        "departs": [origin_data(case, statement) for statement in witness.departs],
        "reading": {
            "options": {
                issue: {option: json_number(points) for option, points in own.items()}
                for issue, own in witness.options.items()
            },
            "rules": [
                {"rule": rule, "points": json_number(points)}
                for rule, points in witness.worths.items()
            ],
        },
    }


def _part_data(part: Part) -> dict[str, Any]:
    return {
        "issue": None if part.rule else part.name,
        "option": None if part.rule else part.option,
        "rule": part.name if part.rule else None,
        "points": json_number(part.points),
    }


def _gap_data(gap: Gap) -> dict[str, Any]:
    part = gap.part
    return {
        "issue": None if part is None or part.rule else part.name,
        "rule": part.name if part is not None and part.rule else None,
        "no_deal": part is None,
        "accepting": json_number(gap.accepting),
        "refusing": json_number(gap.refusing),
    }


def _flat(text: str) -> str:
    return " ".join(text.split())
