"""How a class did, in words: each group, all together, and where each stands on the picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from detente.class_standing import ClassStanding, Standing
from detente.number import json_number, rounded, signed
from detente.prose import listed, package_text, plural, shares_data, values_data
from detente.solvers.bargaining import SOLUTIONS
from detente.solvers.frontier import Frontier
from detente.table import Cell, Column, Picture, Section, Sentence, Table, Tone
from detente.telling.debrief import Teller
from detente.telling.landscape import landscape
from detente.vocabulary import Package

MOST_NAMED = 12
"""So many different agreements are named on the picture; more are drawn as dots."""


def class_data(teller: Teller, found: ClassStanding) -> dict[str, Any]:
    """Return how a class did, for JSON."""
    amounts = not teller.ordinal
    names = teller.names
    means = found.mean_gains if amounts else ()
    return {
        "groups": [_group_data(teller, one) for one in found.groups],
        "agreed": len(found.agreed),
        "no_deal": len(found.groups) - len(found.agreed),
        "on_frontier": len(found.efficient),
        "within_mandates": len(found.sound),
        "mean_gains": values_data(names, means) if means else dict.fromkeys(names),
        "correlations": dict(zip(names, found.correlations, strict=True))
        if means
        else dict.fromkeys(names),
        "best": [one.result.group for one in found.best] if amounts else [],
    }


def _group_data(teller: Teller, one: Standing) -> dict[str, Any]:
    case, result = teller.analysis.case, one.result
    package = result.package
    amounts = not teller.ordinal
    return {
        "group": result.group,
        "line": result.line or None,
        "note": result.note,
        "package": None if package is None else case.vocabulary.named(package),
        "kept": list(result.kept) if package is not None else [],
        **teller.left_data(one.left),
        "joint_gain": json_number(one.joint) if amounts else None,
        "distances": {
            name: json_number(distance) if amounts else None
            for name, distance in one.distances.items()
        },
        "worse_for_all": [case.issues[k].name for k in one.harmful],
        "shares": {} if one.judged is None else shares_data(one.judged),
    }


def class_section(
    teller: Teller,
    found: ClassStanding,
    frontier: Frontier,
    *,
    solutions: Mapping[str, Package],
) -> Section:
    """Return how a class did, for people.

    solutions : packages to be marked on the picture, by the name to put beside them
    """
    pictures: tuple[Picture, ...] = ()
    picture = None if teller.ordinal else _picture(teller, found, frontier, solutions)
    if picture is not None:
        pictures = (picture,)
    parts = [_groups(teller, found), *_better(teller, found)]
    return Section(
        key="class",
        title="How the class did",
        lead=tuple(_lead(teller, found)),
        points=tuple(_points(teller, found)),
        pictures=pictures,
        tables=() if teller.ordinal or not found.agreed else (_summary(teller, found),),
        parts=tuple(parts),
    )


def _lead(teller: Teller, found: ClassStanding) -> list[Sentence]:
    n, agreed = len(found.groups), len(found.agreed)
    text = f"{agreed} of {plural(n, 'group')} agreed"
    if agreed:
        proved = all(one.left.proved for one in found.agreed)
        where = "on the frontier" if proved else "where nothing better was found"
        text += f"; {len(found.efficient)} of these {_are(len(found.efficient))} {where}"
    lead = [Sentence(text=f"{text}.", tone="good" if agreed else "warn")]
    broken = [one for one in found.agreed if not one.left.within_mandates]
    if broken:
        names = _names(broken, begins=True)
        text = f"{names} signed what a party could not sign; the table of groups says who and why."
        lead.append(Sentence(text=text, tone="bad"))
    if found.best and not teller.ordinal:
        gain = signed(found.best[0].joint)
        names = _names(found.best)
        text = f"Largest joint gain among agreements that all could sign: {names} ({gain})."
        lead.append(Sentence(text=text))
    return lead


def _points(teller: Teller, found: ClassStanding) -> list[Sentence]:
    """Return what went wrong in several groups, and how blanks were read."""
    case = teller.analysis.case
    told = []
    harmed: dict[int, list[Standing]] = defaultdict(list)
    for one in found.agreed:
        for k in one.harmful:
            harmed[k].append(one)
    for k, groups in sorted(harmed.items()):
        told.append(
            f"{case.issues[k].label}: {_names(groups)} settled on an option to which another is "
            "better for one and worse for none."
        )
    kept: dict[tuple[tuple[str, ...], bool], list[Standing]] = defaultdict(list)
    for one in found.agreed:
        if one.result.kept:
            kept[one.result.kept, one.result.proposed].append(one)
    for (issues, proposed), groups in kept.items():
        labels = listed([case.issues[case.vocabulary.index[name]].label for name in issues])
        told.append(
            f"{_names(groups, begins=True)}: the table says nothing on {labels}; that stays as "
            f"{'the proposal named there has it' if proposed else 'it is today'}."
        )
    told += [f"{one.result.group}: {one.result.note}" for one in found.groups if one.result.note]
    return [Sentence(text=text) for text in told]


def _summary(teller: Teller, found: ClassStanding) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for k, label in enumerate(teller.labels):
        own = [one.left.gains[k] for one in found.agreed]
        related = found.correlations[k]
        words = None if related is None else rounded(Fraction(str(related)), 2)
        rows.append((label, found.mean_gains[k], signed(min(own)), signed(max(own)), words))
    return Table(
        title="Gains of the groups that agreed, in points",
        columns=(
            Column(key="party", title="Party"),
            Column(key="mean", title="Mean gain", align="right", signed=True),
            Column(key="least", title="Least", align="right"),
            Column(key="most", title="Most", align="right"),
            Column(key="correlation", title="Goes with the joint gain", align="right"),
        ),
        rows=tuple(rows),
        note="The last column is a correlation, from −1 to 1: near 1, groups that gained more "
        "jointly also gave this party more; below 0, it gained at the cost of the whole.",
    )


def _groups(teller: Teller, found: ClassStanding) -> Section:
    case = teller.analysis.case
    amounts = not teller.ordinal
    sampled = teller.analysis.readings.sampled
    columns = [Column(key="group", title="Group"), Column(key="package", title="Agreement")]
    if amounts:
        columns += [
            Column(key=name, title=label, align="right", signed=True)
            for name, label in zip(teller.names, teller.labels, strict=True)
        ]
        columns.append(Column(key="left", title="Left for each", align="right"))
        columns.append(Column(key="nearest", title="Nearest solution"))
    columns += [Column(key="all", title="Accepted by all", align="right")] if sampled else []
    columns.append(Column(key="standing", title="Standing"))
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    for r, one in enumerate(found.groups):
        package = one.result.package
        cells: list[Cell] = [one.result.group]
        cells.append("no deal" if package is None else package_text(case, package))
        if amounts:
            for k, gain in enumerate(one.left.gains):
                tones[r, len(cells)] = "bad" if k in one.left.below else "plain"
                cells.append(gain)
            cells += [one.left.equal_extra if one.left.better else None, _nearest(one)]
        cells += [one.judged.together if one.judged else None] if sampled else []
        tones[r, len(cells)] = _tone(one)
        cells.append(teller.standing_text(one.left))
        rows.append(tuple(cells))
    table = Table(
        title="Gains over no deal, in points",
        columns=tuple(columns),
        rows=tuple(rows),
        tones=tones,
        note="Left for each: by how much every party could have had more at the same time, within "
        "what all accept.",
    )
    return Section(key="groups", title="Group by group", tables=(table,))


def _better(teller: Teller, found: ClassStanding) -> list[Section]:
    points = [
        Sentence(text=f"{one.result.group}: {teller.better_text(one.left)}")
        for one in found.groups
        if one.left.better is not None
    ]
    if not points:
        return []
    lead = Sentence(
        text="For each group a package that is better for one party and worse for none."
    )
    title = "What was left on the table"
    return [Section(key="left", title=title, lead=(lead,), points=tuple(points))]


def _nearest(one: Standing) -> Cell:
    if not one.distances:
        return None
    name = min(one.distances, key=lambda name: one.distances[name])
    distance = one.distances[name]
    title = SOLUTIONS[name].title
    return title if not distance else f"{title}, within {rounded(distance)}"


def _tone(one: Standing) -> Tone:
    if one.result.package is None:
        return "warn" if one.left.better is not None else "plain"
    if not one.left.within_mandates:
        return "bad"
    return "good" if one.left.efficient else "plain"


def _picture(
    teller: Teller,
    found: ClassStanding,
    frontier: Frontier,
    solutions: Mapping[str, Package],
) -> Picture | None:
    together: dict[Package, list[str]] = defaultdict(list)
    for one in found.agreed:
        if one.result.package is not None:
            together[one.result.package].append(one.result.group)
    named = len(together) <= MOST_NAMED
    groups = {", ".join(names): package for package, names in together.items()}
    return landscape(
        teller.analysis,
        frontier=frontier,
        solutions=solutions,
        groups=groups,
        named=named,
    )


def _names(groups: Sequence[Standing], *, begins: bool = False) -> str:
    """Return the names of groups; where all are numbers, they are said to be groups."""
    names = [one.result.group for one in groups]
    if not all(name.isdigit() for name in names):
        return listed(names)
    return f"{'G' if begins else 'g'}roup{'s' if len(names) > 1 else ''} {listed(names)}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
