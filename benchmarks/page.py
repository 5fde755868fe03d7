"""The results as a page of the documentation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.curves import Curve, Point, explained
from benchmarks.machine import Machine
from benchmarks.measure import BESIDE, LISTED, LONG, SHORT, VERY_LONG, Outcome, Result
from benchmarks.side import Agreement
from benchmarks.targets import Goal
from benchmarks.verification import Verified
from benchmarks.wording import answered, duration, memory, paragraph, ratio_text, table, times

PICTURE = "benchmarks.svg"

_AGREED: dict[Agreement, str] = {
    "equal": "equal",
    "better": "ours reaches more",
    "worse": "**ours reaches less**",
    "different": "**different**",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that was measured in one run."""

    machine: Machine
    quick: bool
    targets: tuple[Result, ...]
    listings: tuple[Result, ...] = ()
    curves: tuple[Curve, ...] = ()
    tail: Result | None = None
    verified: Verified | None = None

    @property
    def beside(self) -> bool:
        """Whether another implementation was timed as well."""
        return any(BESIDE in result.outcomes for result in self.targets)

    @property
    def points(self) -> list[Point]:
        """The points of all curves."""
        return [point for curve in self.curves for point in curve.points]

    @property
    def sound(self) -> bool:
        """Whether everything was answered, and nothing wrongly."""
        results = [*self.targets, *self.listings, *([self.tail] if self.tail else [])]
        right = self.verified is None or not (
            self.verified.problems or any(self.verified.mismatches.values())
        )
        return right and all(result.sound for result in results)


def page(report: Report) -> str:
    """Return the page as Markdown."""
    parts = [_opening(report), _machine(report)]
    if report.targets:
        parts += [_targets(report), _recipes(report)]
    if report.beside:
        parts.append(_beside(report))
    if report.listings:
        parts.append(_listings(report))
    if report.points:
        parts.append(_growth(report))
    if report.tail is not None:
        parts.append(_tail(report.tail))
    if report.verified is not None:
        parts.append(_verified(report.verified))
    parts.append(_limits(report))
    return "\n".join(parts)


def _opening(report: Report) -> str:
    quick = "\nThis was a quick run: fewer instances and repeats.\n" if report.quick else ""
    return f"""# Benchmarks

How long the engine takes for settlements of any size, how much memory it needs, and how both grow.
This page is written by a program, from the repository's root:

```sh
make bench
```

It needs some five minutes, `python -m benchmarks --quick` under three; `python -m benchmarks T1 T4`
measures only what is named, and `--beside FILE` times another implementation of the same methods in
the same run, if you have one. `python -m benchmarks --help` says more.
{quick}
How it is measured:

- Instances are drawn from seeds and are the same on every machine.
- Every side works in a process of its own. It first answers a smaller instance of the same kind,
  then the instance itself, both untimed, so loading libraries and compiling kernels is **not** in
  the times. (What takes over {VERY_LONG:g} s is answered only once, timed.)
- Sides take turns, one repeat each. What takes more than {LONG:g} s is timed once, less than
  {SHORT:g} s five times, anything between three times; in a quick run, once or three times. Tables
  give the median, and the smallest and largest in brackets.
- Times are seconds by the clock, beginning with the values of the issues' options and ending with
  the result, unless a row says otherwise. "CPU" is the time of all processors together.
- Memory is what the process grew by at its peak, beyond libraries, kernels and the instance.
- Before times are compared, answers are: frontiers as sets of vectors, solutions by exact whole
  numbers of what they maximise.
"""


def _machine(report: Report) -> str:
    machine = report.machine
    versions = ", ".join(f"{name} {number}" for name, number in machine.versions)
    busy = (
        "\n**The machine was busy with other work when this began, so times may be too long.**\n"
        if machine.busy
        else ""
    )
    facts = paragraph(
        f"{machine.processor}; {machine.cores} cores, {machine.memory:.0f} GiB, {machine.system}. "
        f"{versions}. Measured on {machine.date}, load {machine.load:.2f} at the start. One core "
        "is used unless a table says otherwise."
    )
    return f"## Machine\n\n{facts}{busy}"


def _targets(report: Report) -> str:
    rows = []
    for result in report.targets:
        ours, target = result.ours, result.target
        spread = ours.spread
        rows.append(
            [
                target.key,
                target.title + (f" ({target.threads} threads)" if target.threads > 1 else ""),
                answered(ours),
                times(ours),
                "" if spread is None else duration(spread.cpu),
                "" if spread is None else memory(ours.memory),
                "; ".join(_judged(goal, ours) for goal in target.goals),
            ]
        )
    titles = ("", "What", "Answer", "Time", "CPU", "Memory", "Goal")
    return f"""## Times

The goals were set before the engine was written. Where there are many instances, the brackets hold
the quickest and the slowest of them. After the status comes the number of vectors on the frontier,
or of packages or readings answered for.

{table(titles, rows)}"""


def _judged(goal: Goal, outcome: Outcome) -> str:
    amount = duration(goal.seconds).replace(".0 ", " ")
    words = f"{'worst ' if goal.judged == 'worst' else ''}{amount}"
    words += f", {goal.memory:,.0f} MiB" if goal.memory else ""
    spread = outcome.spread
    if spread is None:
        return f"{words}: open"
    reached = spread.high if goal.judged == "worst" else spread.median
    within = reached <= goal.seconds
    if goal.memory and outcome.memory is not None:
        within = within and outcome.memory <= goal.memory
    return f"{words}: {'met' if within else '**missed**'}"


def _recipes(report: Report) -> str:
    rows = []
    for result in report.targets:
        recipes = result.target.recipes
        seeds = sorted({recipe.seed for recipe in recipes})
        parties = sorted({recipe.n_parties for recipe in recipes})
        words = recipes[0].words
        if len(parties) > 1:
            words = words.replace(f"{parties[0]} parties", f"{parties[0]} to {parties[-1]} parties")
        seed = f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"
        row = [result.target.key, f"{words}; {seed}"]
        if row not in rows:
            rows.append(row)
    return f"""### The instances

{table(("", "Instance"), rows)}
In instances of *conflict* what one party likes the others tend to dislike, which makes frontiers
some 25 times as large as where interests are *independent*. T8 and T9 draw 1,000 readings around
the instance named. T14 may miss every package by 5 % of the mean of the parties' best totals; that
it does not miss more was checked against the exact frontier, after the timing.
"""


def _beside(report: Report) -> str:
    rows = []
    for result in report.targets:
        other = result.outcomes.get(BESIDE)
        if other is None:
            continue
        one = result.ours.spread
        two = other.spread
        ratio = "" if one is None or two is None else ratio_text(two.median, one.median)
        if one is not None and two is not None and len(result.ours.walls) > 1:
            ratio += f", worst {ratio_text(two.high, one.high)}"
        agreed = result.agreements.get(BESIDE)
        rows.append(
            [
                result.target.key,
                result.target.title,
                times(result.ours),
                times(other),
                ratio,
                memory(other.memory) if two is not None else "",
                _AGREED[agreed] if agreed else "not compared",
            ]
        )
    titles = ("", "What", "Ours", "Theirs", "Times as fast", "Their memory", "Answers")
    return f"""## Beside another implementation

Another implementation of the same methods answered the same instances in the same run, in turns
with ours. It is a measure of progress, not of rank: it was written to find out what can be reached.

{table(titles, rows)}"""


def _listings(report: Report) -> str:
    beside = any(BESIDE in result.outcomes for result in report.listings)
    rows = []
    for result in report.listings:
        listed = result.outcomes[LISTED]
        ratio = ""
        if result.ours.spread and listed.spread:
            ratio = ratio_text(listed.spread.median, result.ours.spread.median)
        row = [
            result.target.title,
            answered(result.ours).removeprefix("exact, "),
            times(result.ours),
            times(listed),
            memory(listed.memory) if listed.spread else "",
            ratio,
            ", ".join(sorted({_AGREED[verdict] for verdict in result.agreements.values()})),
        ]
        if beside:
            row.insert(6, times(result.outcomes[BESIDE]))
        rows.append(row)
    titles = ["Instance", "Vectors", "Ours", "Listing", "Memory of listing", "Times as fast"]
    titles += ["Other", "Frontiers"] if beside else ["Frontiers"]
    return f"""## Against listing every package

While packages are few, the plain way is to list them all, keep the acceptable ones and hand them to
a good filter (here moocore's). Anybody can write that in ten lines, so it is the fair measure of
what working without a list is worth. Issues of 10 options, conflict,
no-deal values 0.3 of the best.

{table(titles, rows, left=1)}"""


def _growth(report: Report) -> str:
    points = report.points
    tables = []
    for curve in report.curves:
        if curve.problem:
            tables.append(f"### {curve.title}\n\nNot measured: {curve.problem}.\n")
            continue
        rows = [
            [
                str(point.recipe.n_parties),
                str(point.recipe.n_issues),
                _packages(point),
                f"{point.vectors:,}",
                duration(point.seconds),
                memory(point.memory),
                f"{point.nanoseconds:,.0f}",
            ]
            for point in curve.points
        ]
        titles = ("Parties", "Issues", "Packages", "Vectors", "Time", "Memory", "ns each")
        tables.append(f"### {curve.title}\n\n{table(titles, rows, left=0)}")
    joined = "\n".join(tables)
    lead = paragraph(
        "What costs is the size of the frontier, not the number of packages. Over all points "
        "below, a straight line over the logarithm of the number of packages explains "
        f"{explained(points, 'packages'):.0%} of the differences in time (as a logarithm), one "
        f"over the logarithm of frontier vectors times issues {explained(points, 'effort'):.0%}. "
        "The last column is the time for each vector, issue and option, in nanoseconds."
    )
    grid = paragraph(
        "Small whole numbers are merged on a grid of values, where time follows the range of the "
        "values instead: large frontiers then cost less than in proportion, and small frontiers "
        "in a large range more. Real numbers (to a millionth) are too fine for a grid."
    )
    return f"""## Growth

![Time over the number of packages, and over the size of the frontier]({PICTURE})

{lead}
{grid}
{joined}"""


def _packages(point: Point) -> str:
    recipe = point.recipe
    if recipe.n_options == 10:
        return f"10^{recipe.n_issues}"
    return f"{recipe.n_options**recipe.n_issues:,}"


def _tail(result: Result) -> str:
    outcome = result.ours
    if outcome.spread is None:
        return f"## No tail\n\nNot measured: {outcome.problem}.\n"
    recipes = result.target.recipes
    groups = [("all", np.array(outcome.walls))]
    groups += [
        (
            str(n_parties),
            np.array(
                [
                    wall
                    for wall, recipe in zip(outcome.walls, recipes, strict=True)
                    if recipe.n_parties == n_parties
                ]
            ),
        )
        for n_parties in sorted({recipe.n_parties for recipe in recipes})
    ]
    rows = [
        [
            name,
            f"{len(walls):,}",
            duration(float(np.median(walls))),
            duration(float(np.quantile(walls, 0.99))),
            duration(float(walls.max())),
            ratio_text(float(walls.max()), float(np.median(walls))),
        ]
        for name, walls in groups
    ]
    titles = ("Parties", "Instances", "Median", "99th percentile", "Worst", "Worst over median")
    lead = paragraph(
        f"An average hides what the unlucky user waits for. {len(recipes):,} instances of pure "
        f"conflict, 60 issues of 10 options, Nash solution: {answered(outcome)}. Every instance "
        f"counts with the median of {outcome.spread.n_repeats} repeats."
    )
    return f"## No tail\n\n{lead}\n{table(titles, rows, left=1)}"


def _verified(verified: Verified) -> str:
    rows = [[name, f"{count:,}"] for name, count in verified.mismatches.items()]
    rows += [[name, f"not checked: {problem}"] for name, problem in verified.problems.items()]
    lead = paragraph(
        f"{verified.n_instances:,} small instances of 2 to 6 parties, with ties, conditions, bans, "
        "issues that nobody cares about and issues of one option, were held against brute force "
        f"written from the definitions. In {verified.n_empty:,} of them no package is acceptable."
    )
    titles = ("Asked for", "Mismatches")
    return f"## Verification (T15)\n\n{lead}\n{table(titles, rows, left=1)}"


def _limits(report: Report) -> str:
    other = (
        "- The other implementation is timed as it is, from Python, with its own defaults;\n"
        "  whoever knows it better might make it faster.\n"
        if report.beside
        else ""
    )
    return f"""## Limits

- The instances are drawn at random. Real cases have fewer issues, more conditions and rounder
  numbers, which make frontiers smaller.
- One machine, one run. Repeats show the noise of that run, not how other machines would compare.
- Times leave out starting Python, reading a case file and drawing readings.
- The memory of a process is seen at its peak and in pages; a result of under 1 MiB may come out of
  memory that the process already had.
{other}"""
