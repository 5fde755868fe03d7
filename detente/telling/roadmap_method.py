"""How a roadmap was judged, and what was taken for granted."""

from __future__ import annotations

from collections.abc import Iterator

from detente.blocks.walk_away import Guarantee, Keeps
from detente.prose import listed, plural
from detente.reliance import inputs_of
from detente.roadmaps import Roadmaps
from detente.table import Section, Sentence
from detente.telling.stages import is_exact


def method_of(roadmaps: Roadmaps) -> Section:
    """Return what the figures mean, and what they assume."""
    return Section(
        key="roadmap-method",
        title="How this was reckoned",
        points=tuple(Sentence(text=text) for text in _points(roadmaps)),
    )


def _points(roadmaps: Roadmaps) -> Iterator[str]:
    implementation, outlook = roadmaps.implementation, roadmaps.outlook
    yield (
        "Between two stages every signatory can go on or walk away. Going on is worth what the "
        "package is worth once it is all in force, less what waiting costs where the case states "
        "patience or a chance. Walking away is worth no deal, what stays of the items in force, "
        "and the shifts that the case states. An order holds when going on is worth as much at "
        "every point, for every signatory; in theory it is then self-enforcing."
    )
    yield (
        "Where several deliver within one stage, each is also held against letting the others "
        "deliver and leaving. Who leaves takes back whatever of its own deliveries leaves it "
        "best off, unless an item cannot be undone."
    )
    yield (
        "The missing guarantee is by how much walking away is worth more: so much leaving would "
        "have to cost that party. It is as good as the weakest amounts that go into it."
    )
    yield (
        "That an order holds means that it can, if all expect it to; it does not follow that it "
        "will be chosen."
    )
    yield _searched(roadmaps)
    if any(not one.exact for one in outlook.carried):
        yield (
            "Waiting is discounted, or a stage may fail, so that signing depends on the order too; "
            "values are rounded to a billionth of a point or finer."
        )
    if not is_exact(implementation):
        yield (
            "Shares are counted over the readings drawn, those of what is said of leaving among "
            "them; that something is so in all of these readings is counted, not proved."
        )
    unsaid = [
        issue.replace("_", " ")
        for issue in implementation.issues
        if issue not in {e.issue for e in inputs_of(implementation) if isinstance(e, Keeps)}
    ]
    if unsaid:
        yield (
            f"Nobody says how much stays in force of {listed(unsaid)} when somebody leaves; "
            "anything from nothing to all of it is taken."
        )
    if any(isinstance(entry, Guarantee) for entry in inputs_of(implementation)):
        yield (
            "A guarantee is taken to cost the one who leaves, and nobody else; whether the "
            "guarantor would act, and what a false alarm costs, has to be in its amount."
        )
    yield (
        "Not looked at: parties that leave together, spoilers who do not sign, breaches that "
        "nobody notices or that are alleged falsely, and ratification at home."
    )
    if not any(implementation.walk.rules):
        yield (
            "Values of items add up, since the case states no rule that joins issues; where one "
            "item is worth something only with another, add a rule."
        )


def _searched(roadmaps: Roadmaps) -> str:
    implementation, staging = roadmaps.implementation, roadmaps.outlook.staging
    total = plural(staging.total, "order")
    allowed = " that the case allows" if implementation.allowed.before else ""
    if staging.complete:
        return f"All {total}{allowed} were followed, items one by one or several in a stage."
    whole = staging.largest >= implementation.allowed.n_blocks
    which = "they" if whole else f"those of at most {plural(staging.largest, 'item')} in a stage"
    rows = "" if is_exact(implementation) else f" in {staging.sampled:,} of these readings"
    return (
        f"There are {total}{allowed}; {which} were searched{rows}, and the "
        f"{staging.searched} most promising ones were followed in all."
    )
