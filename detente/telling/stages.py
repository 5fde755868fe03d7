"""How an order of stages is told: its words, its gates, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from detente.blocks.walk_away import Lasts
from detente.deadline import DAYS
from detente.going_on import Carried
from detente.implementation import Implementation
from detente.number import rounded
from detente.prose import capital, listed
from detente.report.pictures.gates import Course, Deadline, Standing
from detente.report.pictures.gates import Gate as DrawnGate
from detente.report.pictures.gates import Stage as DrawnStage
from detente.report.pictures.lanes import Lanes
from detente.report.wording import exactly
from detente.roadmaps import Roadmaps
from detente.solvers.roadmap import Gate, Stages
from detente.table import Cell, Column, Share, Table, Tone
from detente.timing import implementing_of, unit_of

LASTING: dict[Lasts, str] = {
    "while talks are open": "ends with the talks",
    "until completion": "lasts until everything is in force",
    "for good": "lasts for good",
}


def is_exact(implementation: Implementation) -> bool:
    """Tell whether there is one reading, so that nothing is counted."""
    return len(implementation.among) == 1


def in_share(share: Share) -> str:
    """Return a share of the readings that count, to stand in a sentence.

    Examples
    --------
    >>> in_share(Share(value=0.5)), in_share(Share(value=1.0)), in_share(Share(value=0.0))
    ('in 50 % of these readings', 'in all of these readings', 'in none of these readings')
    """
    return f"in {short(share)} of these readings"


def short(share: Share) -> str:
    """Return a share in a word: ``all``, ``none`` or a percentage."""
    if share.value in {0.0, 1.0}:
        return "all" if share.value else "none"
    return str(share)


def points(amount: float) -> str:
    """Return an amount with its unit.

    Examples
    --------
    >>> points(1.0), points(2.5)
    ('1 point', '2.5 points')
    """
    text = rounded(amount)
    return f"{text} {'point' if text == '1' else 'points'}"


def item_name(implementation: Implementation, item: int) -> str:
    """Return an item by its issue."""
    return implementation.issues[item].replace("_", " ")


def item_text(implementation: Implementation, item: int) -> str:
    """Return an item with the option that is put into force: ``hostilities ceasefire``."""
    place = implementation.items[item]
    issue = implementation.analysis.case.issues[place]
    option = issue.option_label(implementation.package[place]).replace("_", " ")
    return f"{item_name(implementation, item)}: {option}"


def stage_text(implementation: Implementation, stage: Sequence[int]) -> str:
    """Return the items of one stage: ``alliance + forces``."""
    return " + ".join(item_name(implementation, item) for item in stage)


def order_text(implementation: Implementation, stages: Stages) -> str:
    """Return an order in words: ``hostilities, then alliance + forces``."""
    if len(stages) == 1:
        return "all at once"
    return ", then ".join(stage_text(implementation, stage) for stage in stages)


def label_of(roadmaps: Roadmaps, place: int) -> str:
    """Return what an order is called."""
    shown = roadmaps.shown[place]
    if shown.proposed is not None:
        return shown.proposed.label
    return best_if(roadmaps, place) or "the order that needs least"


def best_if(roadmaps: Roadmaps, place: int) -> str:
    """Return for which durations an order is the best; empty for none."""
    best = roadmaps.shown[place].best
    if not best:
        return ""
    if len(best) == len(roadmaps.outlooks):
        return "the best order found"
    lasting = [LASTING[lasts] for lasts in best if lasts is not None]
    return f"best if the effect {' or '.join(lasting)}"


def gate_text(implementation: Implementation, stages: Stages, gate: Gate) -> str:
    """Return where a gate stands, to follow a verb: ``after stage 1 (hostilities)``."""
    if gate.inside:
        return f"during stage {gate.after + 1} ({stage_text(implementation, stages[gate.after])})"
    if gate.after == 0:
        return "at signing"
    if gate.after == len(stages):
        return "after the last stage" if len(stages) > 1 else "once everything is in force"
    return f"after stage {gate.after} ({stage_text(implementation, stages[gate.after - 1])})"


def span_text(implementation: Implementation, units: Fraction | float) -> str:
    """Return a time in words: ``2.5 months``."""
    unit = unit_of(implementation.analysis)
    text = rounded(Fraction(units), places=2)
    if unit not in DAYS:
        return f"{text} units of time" if text != "1" else "1 unit of time"
    return f"{text} {unit}" if text == "1" else f"{text} {unit}s"


def parties_of(implementation: Implementation) -> tuple[str, ...]:
    """Return the labels of the signatories."""
    case = implementation.analysis.case
    return tuple(case.party(name).label for name in implementation.signatories)


def gates_table(implementation: Implementation, order: Carried, *, title: str) -> Table:
    """Return where somebody would leave: by how much, in what share, and what it would take."""
    told = {
        (g, p): cells
        for g in range(len(order.gates))
        for p in range(len(implementation.signatories))
        if (cells := _gate_cells(order, g, p)) is not None
    }
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    labels, after = parties_of(implementation), _after(order)
    for (g, p), cells in told.items():
        if g in after and told.get((after[g], p)) == cells:
            continue
        where = gate_text(implementation, order.stages, order.gates[g])
        if any(later == g and told.get((inside, p)) == cells for inside, later in after.items()):
            where = f"during and {where}" if where.startswith("after") else f"during it and {where}"
        if order.slack[g, p] < 0:
            tones[len(rows), 4] = "bad"
        rows.append((capital(where), labels[p], *cells))
    columns = [
        Column(key="gate", title="Where"),
        Column(key="party", title="Party"),
        Column(key="going_on", title="Going on", align="right"),
        Column(key="walking_away", title="Walking away", align="right"),
        Column(key="slack", title="To spare", align="right", signed=True),
        Column(key="leaves", title="Leaves in", align="right"),
        Column(key="mean", title="Missing, mean", align="right"),
        Column(key="median", title="median", align="right"),
        Column(key="most", title="95 %", align="right"),
    ]
    if len(implementation.among) == 1:
        columns, rows = columns[:5], [row[:5] for row in rows]
    return Table(title=title, columns=tuple(columns), rows=tuple(rows), tones=tones)


def _gate_cells(order: Carried, gate: int, party: int) -> tuple[Cell, ...] | None:
    """Return what is told of a party at a gate; None where it nearly never leaves."""
    leaves, lacking = order.leaves[gate][party], order.short[gate][party]
    slack = order.slack[gate, party]
    if leaves is None or lacking is None or (lacking.most == 0 and slack >= 0):
        return None
    return (
        exactly(order.going_on[gate, party]),
        exactly(order.walking_away[gate, party]),
        exactly(slack),
        leaves,
        exactly(lacking.mean),
        exactly(lacking.median),
        exactly(lacking.most),
    )


def _after(order: Carried) -> dict[int, int]:
    """Return for each gate inside a stage the gate after that stage."""
    between = {gate.after: k for k, gate in enumerate(order.gates) if not gate.inside}
    return {k: between[gate.after + 1] for k, gate in enumerate(order.gates) if gate.inside}


def lanes_of(implementation: Implementation, order: Carried, *, title: str) -> Lanes:
    """Return the picture of an order, on average over the readings that count."""
    gates, stages = [], []
    sampled = len(implementation.among) > 1
    standings = [
        tuple(
            Standing(
                going_on=float(order.going_on[g, p]),
                walking_away=float(order.walking_away[g, p]),
                leaves=share if sampled and not _needless(order.gates[g], share) else None,
            )
            if share is not None
            else None
            for p, share in enumerate(row)
        )
        for g, row in enumerate(order.leaves)
    ]
    inside = {gate.after: k for k, gate in enumerate(order.gates) if gate.inside}
    for g, gate in enumerate(order.gates):
        if not gate.inside:
            own = tuple(one for one in standings[g] if one is not None)
            gates.append(DrawnGate(label=_drawn(gate, order.stages), standings=own))
    for number, stage in enumerate(order.stages):
        takes = implementation.time_of((tuple(stage),)) if implementation.timed else None
        stages.append(
            DrawnStage(
                items=tuple(item_text(implementation, item) for item in stage),
                takes="" if takes is None else span_text(implementation, takes),
                inside=standings[inside[number]] if number in inside else (),
            )
        )
    description = (
        "For each party, from signing to the last stage, what going on is worth to it and what "
        "walking away is worth, in its own points"
    )
    description += (
        ", on average over these readings. A party with something to spare on average can still "
        "leave in many readings. A wedge marks where walking away is worth more on average."
        if sampled
        else ". A wedge marks where walking away is worth more."
    )
    return Lanes(
        title=title,
        description=description,
        course=Course(
            parties=parties_of(implementation),
            gates=tuple(gates),
            stages=tuple(stages),
            deadline=_deadline(implementation, order.stages),
        ),
    )


def _needless(gate: Gate, leaves: Share) -> bool:
    """Tell whether a share goes without saying: nobody leaves at signing what it accepts."""
    return gate.after == 0 and not gate.inside and leaves.value == 0


def _drawn(gate: Gate, stages: Stages) -> str:
    if gate.after == 0:
        return "signing"
    return "the end" if gate.after == len(stages) else f"after stage {gate.after}"


def deadline_text(implementation: Implementation) -> str:
    """Return the deadline in words; empty where there is none."""
    deadline = implementing_of(implementation.analysis).deadline
    if deadline is None:
        return ""
    return deadline.date or span_text(implementation, deadline.units or 0)


def by_deadline(implementation: Implementation) -> str:
    """Return until when, to follow a verb: ``by 2025-09-01`` or ``within 2 months``."""
    deadline = implementing_of(implementation.analysis).deadline
    within = deadline is not None and not deadline.date
    return f"{'within' if within else 'by'} {deadline_text(implementation)}"


def _deadline(implementation: Implementation, stages: Stages) -> Deadline | None:
    limit, through = implementation.timing.deadline, implementation.through_by_deadline(stages)
    if limit is None or through is None:
        return None
    passed = 0.0
    for number, stage in enumerate(stages):
        due = float(implementation.time_of(stages[: number + 1]))
        if not set(stage) <= set(through):
            part = (limit - passed) / (due - passed) if due > passed else 0.0
            at = number + min(max(part, 0.0), 0.99)
            return Deadline(label=deadline_text(implementation), at=at)
        passed = due
    return Deadline(label=deadline_text(implementation), at=float(len(stages)))


def timing_sentence(implementation: Implementation, stages: Stages) -> str:
    """Return how long an order takes, and what is in force by the deadline; empty when untold."""
    if not implementation.timed:
        return ""
    takes = span_text(implementation, implementation.time_of(stages))
    through = implementation.through_by_deadline(stages)
    if through is None:
        return f"It takes {takes}."
    limit = deadline_text(implementation)
    if len(through) == len(implementation.items):
        return f"It takes {takes} and fits before the deadline ({limit})."
    if not through:
        return f"It takes {takes}; by the deadline ({limit}) nothing of it is in force."
    done = listed([item_name(implementation, item) for item in through])
    return f"It takes {takes}; by the deadline ({limit}) only {done} {_is(through)} in force."


def _is(items: Sequence[int]) -> str:
    return "is" if len(items) == 1 else "are"
