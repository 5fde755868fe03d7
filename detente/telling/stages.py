"""How an order of stages is told: its words, its gates, and its picture."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

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
from detente.signing import RARE
from detente.solvers.roadmap import Gate, Stages
from detente.table import Cell, Column, Share, Table, Tone
from detente.timing import implementing_of, unit_of


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


def rest_of(share: Share) -> Share:
    """Return the share of the other readings."""
    return Share(
        value=round(1 - share.value, 12),
        error=share.error,
        certain=share.certain,
        effective=share.effective,
    )


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
        return "everything at once"
    return ", then ".join(stage_text(implementation, stage) for stage in stages)


def label_of(roadmaps: Roadmaps, place: int) -> str:
    """Return what an order is called."""
    shown = roadmaps.shown[place]
    if shown.proposed is not None:
        return shown.proposed.label
    if not shown.best:
        return "the order that needs least"
    if len(shown.best) == len(roadmaps.outlooks):
        return "the best order found"
    lasting = {
        "while talks are open": "shifts end with the talks",
        "until completion": "shifts last until completion",
        "for good": "shifts last for good",
    }
    return f"the best order if {lasting[shown.best[0] or 'for good']}"


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
    rows: list[tuple[Cell, ...]] = []
    tones: dict[tuple[int, int], Tone] = {}
    labels = parties_of(implementation)
    slack = order.slack
    for g, gate in enumerate(order.gates):
        for p, label in enumerate(labels):
            leaves, lacking = order.leaves[g][p], order.short[g][p]
            if leaves is None or lacking is None:
                continue
            if leaves.value < RARE and slack[g, p] >= 0:
                continue
            if slack[g, p] < 0:
                tones[len(rows), 4] = "bad"
            rows.append(
                (
                    capital(gate_text(implementation, order.stages, gate)),
                    label,
                    exactly(order.going_on[g, p]),
                    exactly(order.walking_away[g, p]),
                    exactly(slack[g, p]),
                    leaves,
                    exactly(lacking.mean),
                    exactly(lacking.median),
                    exactly(lacking.most),
                )
            )
    columns = [
        Column(key="gate", title="Where"),
        Column(key="party", title="Party"),
        Column(key="going_on", title="Going on", align="right"),
        Column(key="walking_away", title="Walking away", align="right"),
        Column(key="slack", title="Slack", align="right", signed=True),
        Column(key="leaves", title="Leaves in", align="right"),
        Column(key="mean", title="Missing, mean", align="right"),
        Column(key="median", title="median", align="right"),
        Column(key="most", title="95 %", align="right"),
    ]
    if len(implementation.among) == 1:
        columns, rows = columns[:5], [row[:5] for row in rows]
    return Table(title=title, columns=tuple(columns), rows=tuple(rows), tones=tones)


def lanes_of(implementation: Implementation, order: Carried, *, title: str) -> Lanes:
    """Return the picture of an order, on average over the readings that count."""
    gates, stages = [], []
    sampled = len(implementation.among) > 1
    standings = [
        tuple(
            Standing(
                going_on=float(order.going_on[g, p]),
                walking_away=float(order.walking_away[g, p]),
                leaves=share if sampled else None,
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
        "walking away is worth, in its own points and on average over these readings; marked "
        "where walking away is worth more."
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


def _deadline(implementation: Implementation, stages: Stages) -> Deadline | None:
    limit = implementation.timing.deadline
    if limit is None:
        return None
    passed = 0.0
    for number in range(len(stages)):
        due = float(implementation.time_of(stages[: number + 1]))
        if due > limit:
            at = number + (limit - passed) / (due - passed)
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
