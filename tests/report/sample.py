"""A page as large and as wordy as a real one: four parties, eight issues, three proposals."""

from __future__ import annotations

import random
from fractions import Fraction

from detente.report.html import page
from detente.report.pictures.agendas import Agenda, AgendaGrid, Settled
from detente.report.pictures.flow import Flow, FlowArrow, FlowState
from detente.report.pictures.gains import GainBars, GainRow
from detente.report.pictures.gates import Course, Deadline, Gate, Stage, Standing
from detente.report.pictures.lanes import Lanes
from detente.report.pictures.options import OptionBars, OptionRow
from detente.report.pictures.ranges import Range, RangeBars, RangeRow
from detente.report.pictures.scatter import Scatter, Series
from detente.report.pictures.shares import ShareBars, ShareRow
from detente.report.pictures.tornado import Tornado, TornadoRow
from detente.table import Column, Section, Sentence, Share, Table, Tone

PARTIES = ("Ukraine", "Russian Federation", "United States", "European guarantors")
PROPOSALS = ("April plan", "Framework of November", "Bare ceasefire")
NEVER = Share(value=0.0, certain=True)
ALWAYS = Share(value=1.0, certain=True)


def share(value: float, error: float = 0.014) -> Share:
    return Share(value=value, error=error, effective=1000)


SHARES = (
    (share(0.72), NEVER, share(0.94, 0.007), ALWAYS),
    (share(0.31, 0.02), share(0.64, 0.02), ALWAYS, share(0.0004, 0.0004)),
    (share(0.58), share(0.22), share(0.41), ALWAYS),
)
TOGETHER = (NEVER, share(0.19, 0.013), share(0.08, 0.009))


def scatter(points: int = 2400) -> Scatter:
    random_numbers = random.Random(7)  # noqa: S311 - points, not keys
    cloud = []
    for _ in range(points):
        angle, size = random_numbers.random(), random_numbers.gauss(52, 15)
        cloud.append((size * (0.5 + angle), size * (1.5 - angle)))
    cloud = [(x, y) for x, y in cloud if 0 <= x <= 100 and 0 <= y <= 100]
    acceptable = [(x, y) for x, y in cloud if x > 46 and y > 41]
    frontier = [
        (x, y)
        for x, y in acceptable
        if not any(a >= x and b >= y and (a, b) != (x, y) for a, b in acceptable)
    ]
    return Scatter(
        title="What each package is worth to Ukraine and to the Russian Federation",
        description=(
            "Each dot is one package in the central reading. To the right is better for Ukraine, "
            "upwards is better for the Russian Federation; in the shaded part both are above their "
            "no-deal values. The April plan lies below the Russian no-deal value."
        ),
        x_title="Value to Ukraine",
        y_title="Value to the Russian Federation",
        x_no_deal=46,
        y_no_deal=41,
        series=(
            Series(name="every package", role="background", points=tuple(cloud)),
            Series(name="acceptable to all four", role="acceptable", points=tuple(acceptable)),
            Series(name="frontier", role="frontier", points=tuple(frontier)),
            Series(
                name="solutions",
                role="solution",
                points=((66, 78), (71, 73), (71, 73), (82, 64)),
                names=("Nash", "Kalai-Smorodinsky", "egalitarian", "utilitarian"),
            ),
            Series(
                name="proposals",
                role="proposal",
                points=((72, 24), (58, 55), (52, 47)),
                names=PROPOSALS,
            ),
        ),
    )


def shares() -> ShareBars:
    return ShareBars(
        title="Who accepts which proposal",
        description=(
            "Bars show in how much of the readings that fit the statements a party accepts. The "
            "whisker is one standard error; no bar with a whisker is ever exact."
        ),
        parties=PARTIES,
        rows=tuple(
            ShareRow(label=name, shares=row, together=together)
            for name, row, together in zip(PROPOSALS, SHARES, TOGETHER, strict=True)
        ),
    )


def gains() -> GainBars:
    return GainBars(
        title="Where the Russian Federation's loss under the April plan comes from",
        description=(
            "Each bar is what one issue adds to or takes from the gain, compared with its status "
            "quo. Foreign forces weigh most."
        ),
        rows=(
            GainRow(label="Alliance membership", detail="no accession, open door", value=4.5),
            GainRow(label="Foreign forces on Ukrainian soil", detail="European", value=-21.5),
            GainRow(label="Territory under occupation", detail="line of contact", value=9.0),
            GainRow(label="Size of the armed forces", detail="no limit", value=-6.25),
            GainRow(label="Sanctions", detail="suspended in steps", value=7.0),
            GainRow(label="Frozen assets", detail="to reconstruction", value=-5.5),
            GainRow(label="Nuclear power station", detail="shared operation", value=0.0),
            GainRow(label="Language and church", detail="European charter", value=1.5),
            GainRow(label="Status quo against no deal", detail="", value=-5.75),
        ),
        total=GainRow(label="Gain over no deal", value=-17.0),
    )


def options() -> OptionBars:
    return OptionBars(
        title="How often each option is part of the Nash solution",
        description=(
            "One bar for each issue, divided by how often each option is part of the Nash solution "
            "in the readings with a package that all signatories accept."
        ),
        mark_title="part of the package recommended on the central reading",
        rows=(
            OptionRow(
                label="Alliance membership",
                options=("accession", "open door", "pledge", "binding promise of neutrality"),
                shares=(share(0.006, 0.002), share(0.044), share(0.55), share(0.4)),
                marked=3,
                remark="open",
            ),
            OptionRow(
                label="Foreign forces on Ukrainian soil and in the waters around the peninsula",
                options=("none", "European", "NATO"),
                shares=(ALWAYS, NEVER, NEVER),
                marked=0,
                remark="\N{CHECK MARK} settled alike",
                settled=True,
            ),
            OptionRow(
                label="Sanctions",
                options=("kept", "suspended in steps", "lifted"),
                shares=(share(0.6), share(0.0), share(0.4)),
            ),
        ),
    )


def ranges() -> RangeBars:
    return RangeBars(
        title="What the April plan is worth to each party",
        description=(
            "The mark is the central reading, the bar reaches from the least to the greatest value "
            "over all readings; below it no deal in the same way."
        ),
        rows=tuple(
            RangeRow(
                label=name,
                value=Range(low=low, central=mid, high=high),
                no_deal=Range(low=out - 6, central=out, high=out + 5),
            )
            for name, low, mid, high, out in (
                (PARTIES[0], 55.0, 72.0, 88.5, 46.0),
                (PARTIES[1], 11.0, 24.0, 35.0, 41.0),
                (PARTIES[2], 40.0, 63.0, 77.0, 38.5),
                (PARTIES[3], 66.0, 74.0, 81.0, 30.0),
            )
        ),
    )


def tornado() -> Tornado:
    return Tornado(
        title="How far the share that accepts the framework rests on each assumption",
        description="In how many of the readings all accept it, while one assumption at a time is "
        "left out or taken at the ends of its range.",
        stands=0.58,
        rows=(
            TornadoRow(
                label="Russian Federation values no deal at 20..65 points",
                detail="no source",
                low=0.13,
                high=0.91,
                sourced=False,
            ),
            TornadoRow(
                label="European guarantors prefer the status quo with the open door, a suspension "
                "of sanctions in steps and the charter of languages to no deal",
                detail="2 sources, high confidence",
                low=0.41,
                high=0.58,
                sourced=True,
            ),
            TornadoRow(label="Ukraine", detail="1 source", low=0.58, high=1.0, sourced=True),
        ),
    )


def lanes() -> Lanes:
    def gate(label: str, *numbers: tuple[float, float, float]) -> Gate:
        standings = (
            Standing(going_on=on, walking_away=away, leaves=share(part))
            for on, away, part in numbers
        )
        return Gate(label=label, standings=tuple(standings))

    gain = Standing(going_on=70.0, walking_away=81.25)
    return Lanes(
        title="Who would walk away on the way to the framework",
        description=(
            "One lane for each party, on its own scale: at each gate the mark is what going on is "
            "worth and the line what walking away is worth. The Russian Federation is exposed "
            "once the territories have their governance and hostilities have not ended."
        ),
        course=Course(
            parties=PARTIES,
            gates=(
                gate("signing", (72, 46, 0.04), (58, 51, 0.12), (63, 38, 0.0004), (74, 30, 0.02)),
                gate("after stage 1", (72, 50, 0.1), (58, 48.5, 0.1), (63, 40, 0.01), (74, 36, 0)),
                gate("after stage 2", (72, 61, 0.2), (58, 62.2, 0.68), (63, 49, 0), (74, 50, 0)),
                gate("after stage 3", (72, 70.5, 0.4), (58, 57, 0.4), (63, 61, 0.2), (74, 58, 0)),
                gate("after the last", (72, 72.04, 0.5), (58, 52, 0.2), (63, 63, 0.5), (74, 61, 0)),
            ),
            stages=(
                Stage(items=("Alliance membership",), takes="1 month"),
                Stage(
                    items=("Foreign forces on Ukrainian soil", "EU membership"),
                    takes="3 months",
                    inside=(None, Standing(going_on=50.0, walking_away=53.5), None, None),
                ),
                Stage(
                    items=("Hostilities", "Governance of the territories"),
                    takes="half a month",
                    inside=(Standing(going_on=1.0, walking_away=2.0), gain, None, None),
                ),
                Stage(items=("Sanctions",)),
            ),
            deadline=Deadline(label="1 September 2025", at=2.5),
        ),
    )


def agendas() -> AgendaGrid:
    issues = (
        Settled(label="Alliance membership", options=("accession", "open door", "neutrality")),
        Settled(label="Foreign forces on Ukrainian soil", options=("none", "European", "NATO")),
        Settled(label="Hostilities", options=("fighting goes on", "ceasefire")),
        Settled(label="Sanctions", options=("kept", "suspended in steps", "lifted")),
    )

    def shares(*rows: tuple[float, ...]) -> tuple[tuple[Share, ...], ...]:
        return tuple(tuple(map(share, row)) for row in rows)

    return AgendaGrid(
        title="What each agenda ends in",
        description=(
            "A column for each agenda, a row for each issue; each bar is divided by how often the "
            "options of the issue are settled at. With a ceasefire first forces stay away more."
        ),
        issues=issues,
        agendas=(
            Agenda(
                title="All at once",
                bundles=("everything",),
                completes=share(0.97),
                refuses=(),
                shares=shares((0.1, 0.3, 0.57), (0.2, 0.5, 0.27), (0.03, 0.94), (0, 0.4, 0.57)),
            ),
            Agenda(
                title="Ceasefire first",
                bundles=("Hostilities", "everything else"),
                completes=share(0.81),
                refuses=(("Russian Federation", share(0.23)), ("Ukraine", share(0.004))),
                shares=shares((0.3, 0.3, 0.21), (0.6, 0.2, 0.01), (0.25, 0.75), (0.6, 0.2, 0.01)),
            ),
            Agenda(
                title="Framework, then the ceasefire, then what is left of the sanctions",
                bundles=(
                    "Alliance membership, Foreign forces on Ukrainian soil",
                    "Hostilities",
                    "Sanctions",
                ),
                completes=share(0.4),
                refuses=(("European guarantors and the United States together", share(0.17)),),
                shares=shares((0.1, 0.2, 0.1), (0.3, 0.1, 0), (0.3, 0.1), (0, 0.1, 0.3)),
            ),
        ),
    )


def flow() -> Flow:
    """Return a conflict of sixteen states and three movers, with moves that run back."""
    before = (3, 4, 0, 3, 2, 1, 3, 0, 4, 1, 1, 0, 2, 2, 0, 1)
    moves = (
        *((0, 0, 4), (0, 1, 0), (0, 3, 5), (0, 6, 7), (0, 8, 2), (0, 12, 14), (0, 13, 9)),
        *((1, 1, 3), (1, 4, 9), (1, 9, 11), (1, 5, 2), (1, 10, 7), (1, 15, 14), (1, 9, 4)),
        *((2, 8, 6), (2, 6, 12), (2, 4, 10), (2, 12, 15), (2, 13, 5), (2, 0, 13), (2, 0, 4)),
    )
    return Flow(
        title="Where the conflict can rest",
        description="16 states and, as arrows, 21 moves that somebody gains by.",
        movers=PARTIES[:3],
        states=tuple(
            FlowState(
                id=str(place + 1),
                label=f"ceasefire {place % 2}, forces {place // 2 % 2}, sanctions {place // 4}",
                before=height,
                stable=height == 0,
            )
            for place, height in enumerate(before)
        ),
        arrows=tuple(FlowArrow(mover=m, origin=a, target=b) for m, a, b in moves),
        start=1,
        start_title="the framework of November",
        rests="stable: nobody gains by leaving",
        part="Shown are the 16 of 4,096 states that can be reached from state 2.",
    )


def comparison() -> Table:
    columns = (
        Column(key="proposal", title="Proposal"),
        *(
            Column(key=f"p{k}", title=name, align="right")
            for k, name in enumerate((*PARTIES, "All together"))
        ),
    )
    rows = tuple(
        (name, *row, together)
        for name, row, together in zip(PROPOSALS, SHARES, TOGETHER, strict=True)
    )
    tones: dict[tuple[int, int], Tone] = {
        (0, 2): "bad",
        (0, 4): "good",
        (0, 5): "bad",
        (1, 3): "good",
        (2, 4): "good",
    }
    return Table(
        title="The proposals side by side",
        columns=columns,
        rows=rows,
        tones=tones,
    )


def values() -> Table:
    return Table(
        title="April plan: value, no deal and gain in the central reading",
        columns=(
            Column(key="party", title="Party"),
            Column(key="value", title="Value", align="right"),
            Column(key="no_deal", title="No deal", align="right"),
            Column(key="gain", title="Gain", align="right", signed=True),
        ),
        rows=(
            (PARTIES[0], Fraction(72), Fraction(46), Fraction(26)),
            (PARTIES[1], Fraction(24), Fraction(41), Fraction(-17)),
            (PARTIES[2], Fraction(63), Fraction(77, 2), Fraction(49, 2)),
            (PARTIES[3], Fraction(74), Fraction(30), Fraction(44)),
            ("Smallest gain", None, None, Fraction(-17)),
        ),
        tones={(1, 3): "bad"},
        strong=frozenset({4}),
        note="The four scales are each party's own; do not add them up.",
    )


def statements() -> Table:
    return Table(
        title="What the answer rests on",
        columns=(
            Column(key="line", title="Line", align="right"),
            Column(key="party", title="Party"),
            Column(key="statement", title="Statement"),
            Column(key="confidence", title="Confidence"),
            Column(key="source", title="Source"),
        ),
        rows=(
            (
                112,
                PARTIES[1],
                "rejects every package with foreign forces on Ukrainian soil, whatever else",
                "certain",
                "speech of 2025-09-05, paragraph 3",
            ),
            (
                118,
                PARTIES[1],
                "cares more about the swing from open door to neutrality than about territory",
                "medium",
                "interview2025#p4",
            ),
            (
                131,
                PARTIES[0],
                "would rather go on without an agreement than cede more",
                "high",
                None,
            ),
        ),
        tones={(2, 4): "warn"},
        note="One of three statements has no source and is an unexamined assumption.",
    )


def sections() -> tuple[Section, ...]:
    return (
        Section(
            key="asked",
            title="What was asked",
            lead=(
                Sentence(
                    text="Which of the three proposals on the table could all four parties accept, "
                    "what stands in the way of the others, and what would mend them? Nobody knows "
                    "what the parties' preferences are worth in numbers; the answers hold for "
                    "every reading that fits what the sources say."
                ),
            ),
        ),
        Section(
            key="answer",
            title="The answer",
            lead=(
                Sentence(
                    text="The April plan is refused by the Russian Federation in every reading: it "
                    "crosses the red line on foreign forces.",
                    tone="bad",
                    source="speech of 2025-09-05, paragraph 3",
                ),
                Sentence(
                    text="The framework of November is acceptable to all four in 19 % of the "
                    "readings that fit the statements.",
                    tone="good",
                ),
                Sentence(
                    text="This hangs on one statement without a source, on line 131.", tone="warn"
                ),
            ),
            points=(
                Sentence(text="All 1,296 packages were looked at; none was left out."),
                Sentence(
                    text="Acceptable in some readings to all: 214 packages.",
                    tone="good",
                    source="exact",
                ),
                Sentence(text="A bare ceasefire is nobody's best answer.", tone="bad"),
            ),
            tables=(comparison(),),
            pictures=(shares(),),
        ),
        Section(
            key="frontier",
            title="What could be agreed",
            lead=(Sentence(text="The frontier holds 12 packages in the central reading."),),
            pictures=(scatter(),),
        ),
        Section(
            key="proposals",
            title="The proposals one by one",
            parts=(
                Section(
                    key="april",
                    title="April plan",
                    lead=(
                        Sentence(
                            text="Refused by the Russian Federation in every reading.", tone="bad"
                        ),
                    ),
                    pictures=(ranges(), gains()),
                    tables=(values(),),
                ),
                Section(
                    key="november",
                    title="Framework of November",
                    lead=(
                        Sentence(
                            text="The smallest repair changes two issues: foreign forces to a "
                            "monitoring mission, and sanctions to a suspension in steps that "
                            "follows the withdrawal of heavy weapons."
                        ),
                    ),
                ),
            ),
        ),
        Section(
            key="statements",
            title="What rests on what",
            lead=(Sentence(text="Statements in the order of the case file, with their sources."),),
            tables=(statements(),),
            pictures=(tornado(),),
        ),
        Section(key="way", title="How to get there", pictures=(lanes(), agendas())),
        Section(
            key="method",
            title="Method and limits",
            points=(
                Sentence(text="A share of readings is not a forecast."),
                Sentence(
                    text="Acceptable means feasible, no red line crossed, and worth at least no "
                    "deal, to each signatory."
                ),
            ),
        ),
    )


def sample_page() -> str:
    return page(
        sections(),
        title="Ukraine: three proposals on the table",
        subtitle="Which of them could all parties accept, and what would mend the others?",
        facts=(
            ("As of", "2025-11-20"),
            ("Statements", "64, of which 9 unsourced"),
            ("Readings", "4,000"),
            ("Seed", "1"),
        ),
        footer="Made with Detente. The file holds everything it shows and asks for nothing from "
        "the network.",
    )
