"""How ends of simulated talks are told: who bargained how, where it led, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from detente.number import json_number, rounded
from detente.prose import capital, listed, package_text, plural, share_data, values_data
from detente.simulation import Simulation
from detente.solvers.bargaining import SOLUTIONS
from detente.strategies import Strategy
from detente.table import Cell, Column, Section, Sentence, Table, Tone
from detente.talks_end import End

_MOST_ROWS = 40


def simulation_data(simulation: Simulation) -> dict[str, Any]:
    """Return where the negotiations ended, and how each strategy fared, for JSON."""
    frontier = simulation.agreement.frontier
    return {
        "rounds": simulation.rounds,
        "whole_packages": simulation.whole,
        "frontier": None if frontier is None else frontier.status,
        "strategies": {one.name: _strategy_data(simulation, one) for one in simulation.strategies},
        "solutions": {
            pick.name: sum(end.distances.get(pick.name) == 0 for end in simulation.ends)
            for pick in simulation.agreement.picks
        },
        "ends": [_end_data(simulation, end) for end in simulation.ends],
    }


def _strategy_data(simulation: Simulation, strategy: Strategy) -> dict[str, Any]:
    fares = simulation.fares(strategy)
    return {
        "title": strategy.title,
        "says": strategy.says,
        "source": strategy.source,
        "negotiations": fares.seats,
        "agreements": fares.agreed,
        "gets": None if fares.gets is None else json_number(fares.gets),
        "others_get": None if fares.others_get is None else json_number(fares.others_get),
    }


def _end_data(simulation: Simulation, end: End) -> dict[str, Any]:
    vocabulary = simulation.agreement.analysis.case.vocabulary
    known = end.kind != "unfinished"
    return {
        "strategies": {name: strategy.name for name, strategy in end.strategies.items()},
        "seed": end.seed,
        "end": end.kind,
        "round": end.round,
        "package": None if end.package is None else vocabulary.named(end.package),
        "values": _amounts(end.values) if known else None,
        "gains": _amounts(end.gains) if known else None,
        "refused_by": [party.name for party in end.refused_by],
        "on_frontier": end.on_frontier,
        "bettered_by": end.bettered_by if known else None,
        "left": _amounts(end.left) if known else None,
        "distances": {name: json_number(far) for name, far in end.distances.items()},
        "nearest": list(end.nearest),
        "share": share_data(end.share),
    }


def _amounts(amounts: Mapping[str, Fraction]) -> dict[str, Any]:
    return values_data(list(amounts), amounts.values())


def simulation_section(simulation: Simulation) -> Section:
    """Return the whole for people."""
    parts = [_packages(simulation), _missed(simulation), _solutions(simulation)]
    return Section(
        key="simulate",
        title="Where common strategies end",
        lead=tuple(_lead(simulation)),
        points=tuple(
            Sentence(text=f"{capital(one.title)}: {one.says}.", source=one.source)
            for one in simulation.strategies
        ),
        tables=(_ends(simulation), _fares(simulation)),
        parts=tuple(part for part in parts if part is not None),
    )


def _lead(simulation: Simulation) -> list[Sentence]:
    analysis = simulation.agreement.analysis
    agreed, ends = simulation.agreed, simulation.ends
    bettered = sum(end.bettered_by > 0 for end in agreed) or "none"
    verb = "ends" if len(agreed) == 1 else "end"
    text = f"{len(agreed)} of {len(ends)} negotiations {verb} in agreement"
    if len(ends) == 1:
        text = f"The negotiation {'ends' if agreed else 'does not end'} in agreement"
    text += f" within {plural(simulation.rounds, 'round')}"
    if agreed:
        text += (
            f"; {bettered} of these could be bettered for one signatory without worsening another"
        )
    tone: Tone = "good" if 2 * len(agreed) >= len(ends) else "bad"
    found = [Sentence(text=f"{text}.", tone=tone)]
    refused = {party.label: None for end in agreed for party in end.refused_by}
    if refused:
        count = sum(bool(end.refused_by) for end in agreed)
        text = (
            f"{plural(count, 'agreement')} would be refused by {listed(list(refused))}: the "
            "strategy took less than no deal is worth, or crossed a red line."
        )
        found.append(Sentence(text=text, tone="bad"))
    unfinished = sum(end.kind == "unfinished" for end in ends)
    if unfinished:
        text = f"{plural(unfinished, 'negotiation')} did not end within the limit of time."
        found.append(Sentence(text=text, tone="warn"))
    frontier = simulation.agreement.frontier
    if frontier is not None and frontier.status != "exact":
        text = "The frontier is approximate, and so is what is said of better packages."
        found.append(Sentence(text=text, tone="warn"))
    first = analysis.case.signatories[0].label
    where = "on the central reading" if analysis.readings.sampled else "on the stated points"
    text = (
        f"Agents take turns to make offers, {first} first, and bargain {where}; each knows its own "
        "values and not those of the others. They are simple rules and no forecast of what people "
        "would do."
    )
    found.append(Sentence(text=text))
    return found


def _letter(n: int) -> str:
    """Return A to Z, then A1 to Z1 and so on."""
    return chr(ord("A") + n % 26) + (str(n // 26) if n >= 26 else "")


def _letters(simulation: Simulation) -> dict[Any, str]:
    return {package: _letter(n) for n, package in enumerate(simulation.packages)}


def _who_columns(simulation: Simulation) -> list[Column]:
    signatories = simulation.agreement.analysis.case.signatories
    if len(signatories) > 2:
        return [Column(key="who", title="Who bargains how")]
    return [Column(key=party.name, title=f"{party.label} plays") for party in signatories]


def _who(simulation: Simulation, end: End) -> list[Cell]:
    """Return how each of two bargains; of more, how most do and who does not."""
    played = end.strategies
    if len(played) == 2:
        return [capital(strategy.title) for strategy in played.values()]
    titles = [strategy.title for strategy in played.values()]
    usual = max(titles, key=titles.count)
    case = simulation.agreement.analysis.case
    odd = [f"{case.party(n).label} {s.title}" for n, s in played.items() if s.title != usual]
    return [capital(f"{usual}, but {listed(odd)}") if odd else f"All {usual}"]


def _ends(simulation: Simulation) -> Table:
    case = simulation.agreement.analysis.case
    letters = _letters(simulation)
    rows: list[tuple[Cell, ...]] = []
    for end in simulation.ends:
        gains: list[Cell] = [end.gains[party.name] for party in case.signatories]
        ending = letters.get(end.package, "none" if end.kind == "none" else "not known")
        agreed = end.kind == "agreement"
        rows.append(
            (
                *_who(simulation, end),
                ending,
                end.round if agreed else None,
                *(gains if agreed else [None] * len(gains)),
                *_nearest(end),
                end.share,
            )
        )
    return Table(
        title="Where each negotiation ends",
        columns=(
            *_who_columns(simulation),
            Column(key="package", title="Ends in"),
            Column(key="round", title="Round", align="right"),
            *(
                Column(key=f"gain_{p.name}", title=f"{p.label}, gain", align="right", signed=True)
                for p in case.signatories
            ),
            Column(key="nearest", title="Nearest solution"),
            Column(key="off", title="Off by", align="right"),
            Column(key="all", title="All accept", align="right"),
        ),
        rows=tuple(rows),
        note="Gains over no deal, in points. Off by: the gain that differs most from what the "
        "solution gives, as a part of the best gain that the party could have.",
        most=_MOST_ROWS,
    )


def _nearest(end: End) -> list[Cell]:
    """Return the nearest solutions, and how far they are."""
    if not end.nearest:
        return [None, None]
    far = end.distances[end.nearest[0]]
    names = [SOLUTIONS[name].title for name in end.nearest]
    told = listed(names) if len(names) < len(SOLUTIONS) else "all"
    return [told, "equal" if far == 0 else _percent(far)]


def _percent(part: Fraction) -> str:
    return "under 1 %" if 0 < part < Fraction(1, 100) else f"{rounded(100 * part, 0)} %"


def _fares(simulation: Simulation) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for strategy in simulation.strategies:
        fares = simulation.fares(strategy)
        rows.append(
            (
                capital(strategy.title),
                fares.seats,
                fares.agreed,
                None if fares.gets is None else _percent(fares.gets),
                None if fares.others_get is None else _percent(fares.others_get),
            )
        )
    return Table(
        title="How each strategy fares",
        columns=(
            Column(key="strategy", title="Strategy"),
            Column(key="negotiations", title="Played", align="right"),
            Column(key="agreements", title="Agreements", align="right"),
            Column(key="gets", title="It gets", align="right"),
            Column(key="others", title="The others get", align="right"),
        ),
        rows=tuple(rows),
        note="On average over every party that plays it, as a part of the best gain that the party "
        "could have; no agreement counts as nothing.",
    )


def _packages(simulation: Simulation) -> Section | None:
    """Tell what the letters mean."""
    if not simulation.packages:
        return None
    case = simulation.agreement.analysis.case
    points = tuple(
        Sentence(text=f"{letter}: {package_text(case, package)}.")
        for package, letter in _letters(simulation).items()
    )
    return Section(key="simulate-packages", title="The packages agreed on", points=points)


def _missed(simulation: Simulation) -> Section | None:
    """Tell of each end off the frontier what each party could have had more."""
    case, letters = simulation.agreement.analysis.case, _letters(simulation)
    missed: dict[Any, End] = {}
    for end in simulation.ends:
        if end.kind != "unfinished" and end.bettered_by:
            missed.setdefault(end.package, end)
    if not missed:
        return None
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            letters.get(package, "no agreement"),
            end.bettered_by,
            *(end.left[party.name] for party in case.signatories),
        )
        for package, end in missed.items()
    )
    table = Table(
        title="What each could have had more, in points, without anybody having less",
        columns=(
            Column(key="package", title="End"),
            Column(key="bettered_by", title="Better packages", align="right"),
            *(Column(key=p.name, title=p.label, align="right") for p in case.signatories),
        ),
        rows=rows,
        note="Better packages are those on the frontier. The most for each party alone: not all "
        "can have it at once.",
    )
    return Section(key="simulate-left", title="What was left on the table", tables=(table,))


def _solutions(simulation: Simulation) -> Section | None:
    """Tell how many agreements give what each solution would."""
    agreed, case = simulation.agreed, simulation.agreement.analysis.case
    if not agreed:
        return None
    points = []
    for pick in simulation.agreement.picks:
        if not pick.packages:
            continue
        equal = sum(end.distances.get(pick.name) == 0 for end in agreed)
        package = package_text(case, pick.packages[0].package)
        verb = "gives" if equal == 1 else "give"
        text = (
            f"{SOLUTIONS[pick.name].title} ({package}): {equal} of "
            f"{plural(len(agreed), 'agreement')} {verb} every signatory just as much."
        )
        points.append(Sentence(text=text))
    return Section(key="simulate-solutions", title="Against the solutions", points=tuple(points))
