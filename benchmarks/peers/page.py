"""The page of the documentation that a run writes."""

from __future__ import annotations

from benchmarks.peers.measuring import Report
from benchmarks.peers.process import LONG, SHORT
from benchmarks.peers.tables import (
    costs_table,
    differences,
    folders_said,
    frontier_table,
    games_table,
    installed_table,
    memory_table,
    said_table,
    verdict,
    where_slower,
    whole_table,
)
from benchmarks.wording import paragraph, table

_COMMAND = """
Written by `python -m benchmarks.peers`, which makes an environment for the peers (`.venv-peers`;
`--venv PATH` names another), gives every side the same problems in the same run, compares the
answers, and only then the times.
"""
_TIMES = """
Every side has a process and one thread of its own and takes turns with the others. It answers once
before anything is timed, so that imports and compiled code are loaded; then five times, three times
where that takes over {short:g} s, and only once where it takes over {long:g} s. Times are medians
of processor seconds, which other work on the machine disturbs least; none of it waits for anything,
so that on an idle machine the clock shows the same. After {limit:g} s a side is stopped. Not timed:
making each side's own objects of the numbers, and saying the answer.
"""
_FRONTIER = """
Made-up negotiations, issues of ten options, additive points, every package acceptable, seed 1.
*Independent* points are uniform from 0 to 100; in *conflict* what one party likes the others tend
to dislike, so that many packages are efficient. *Real* points have six decimals, *whole* ones
none. *Detente* finds the vectors of the frontier, *with packages* also a package for each.
*Listing* adds up all packages in NumPy and filters them with moocore, in exact whole numbers: a few
lines that anybody can write, and the fair baseline. *NegMAS* is its `pareto_frontier`, end to end.
"""
_WHOLE = """
*Detente* is `settle`, from the case to all that it answers: the frontier with its packages, four
solutions, counts, shares of the readings. *NegMAS* is `calc_scenario_stats`: frontier, solutions,
opposition, the share of acceptable packages. Independent interests, real points. *Other values*
names what the two answer differently: NegMAS measures gains from a party's worst package where no
deal is worth less than that, and its Kalai-Smorodinsky point is another rule; see
[below](#right-and-wrong).
"""
_GAMES = """
When each party controls one issue, a state that no party can leave for one it prefers (stability R)
is an equilibrium in pure strategies, and nothing else is. Random whole payoffs, seed 1, in Gambit's
file format. *Detente* judges the states, *Gambit* is `enumpure_solve`; *with reading* both begin
with the file. *Nashpy* has no function for pure equilibria alone: it is asked of every pair of
strategies whether they answer each other best. Detente keeps the order of payoffs only, and finds
no mixed equilibria.
"""
_RIGHT = """
Small questions with one right answer, asked of both in this run. What is right follows from the
definitions by listing all packages exactly; for files, from how Genius and GeniusWeb read them.
They were chosen because NegMAS was found to err there, so they say nothing of how often it does.
"""
_STARTING = """
Whole commands in processes of their own, their files read before, median by the clock. Both
answer from the same folder in the format of NegMAS: that with a script that loads it and prints the
frontier, Detente with `settle`, which prints the frontier, solutions and counts.
"""
_INSTALLING = "On disk are the files that installing writes, with all that is needed and no extras."
_LIMITS = """
Additive problems flatter whoever uses that they are additive, as Detente does: it merges issues and
drops what cannot become efficient. NegMAS takes any utility function and asks it of every package;
where utilities follow no structure that is the only way, and Detente cannot state such a case.
Rules that link many issues slow Detente down, see [benchmarks](benchmarks.md). All of it is one
machine and one seed, and nothing hangs on a ratio below two.
"""
_BETTER = """
agents that bargain with each other | NegMAS, Genius, GeniusWeb | Mechanisms and protocols of many
kinds, hundreds of agents from years of competitions, tournaments, learning of opponents. NegMAS has
continuous issues and worlds of many negotiations at once, GeniusWeb servers for parties and
profiles, Genius windows in which people bargain.

mixed equilibria, games in extensive form | Gambit | A large toolbox grown over decades: many
algorithms for all equilibria, quantal response, behaviour strategies, an editor. Detente reads
strategic form and finds pure equilibria.

teaching game theory in Python | Nashpy | Short code that reads like a textbook, mixed equilibria of
two players, and dynamics: replicator, fictitious play, Moran processes.

a frontier of points that are there already | moocore | The filter itself, and hypervolume, epsilon
and other indicators of quality.

the graph model as its authors use it | GMCR+ | The graphical program of the school that made the
method.

a mediator's optimisation as a service | Smartsettle | Used in real disputes for decades, with
people who run it.
"""
"""What for, whom to take, and why; one paragraph each."""


def page(report: Report) -> str:
    """Return the page."""
    negmas = next((one.version for one in report.installed if one.name == "negmas"), "")
    confirmed = sum(row.confirmed for row in report.frontiers)
    parts = (
        "# Detente beside its peers\n",
        _how(report),
        "## The frontier\n",
        paragraph(_FRONTIER),
        verdict(report.frontiers),
        where_slower(report.frontiers),
        frontier_table(report.frontiers, report.limit),
        paragraph(
            f"Listing, and our packages valued anew, confirm {confirmed} of "
            f"{len(report.frontiers)} of Detente's frontiers, vector by vector."
        ),
        differences(report.frontiers),
        "Memory added at the peak, the largest problems:\n",
        memory_table(report.frontiers),
        "## Everything a user asks for\n",
        paragraph(_WHOLE),
        whole_table(report.whole),
        "## Games\n",
        paragraph(_GAMES),
        games_table(report.games),
        "## Right and wrong\n",
        paragraph(_RIGHT),
        said_table(report.said, negmas),
        "## Starting and installing\n",
        paragraph(_STARTING),
        costs_table(report.costs),
        paragraph(_INSTALLING),
        installed_table(report.installed),
        "## Published domains\n",
        folders_said(report),
        "## What the peers do better\n",
        table(("for", "take", "because"), _better(), left=3),
        "## What this does not say\n",
        paragraph(_LIMITS),
    )
    return "\n".join(part for part in parts if part)


def _better() -> list[list[str]]:
    return [" ".join(row.split()).split(" | ") for row in _BETTER.strip().split("\n\n")]


def _how(report: Report) -> str:
    """Say on what and how it was measured."""
    machine = report.machine
    busy = "Other work ran beside it" if machine.busy else "Nothing else ran"
    peers = ", ".join(f"{one.name} {one.version}" for one in report.installed)
    own = ", ".join(f"{name} {version}" for name, version in machine.versions)
    where = (
        f"On {machine.processor}, {machine.cores} cores, {machine.memory:.0f} GiB, "
        f"{machine.system}, on {machine.date}. {busy} (load {machine.load:.2f}). {peers}. "
        f"Detente runs on {own}."
    )
    times = _TIMES.format(short=SHORT, long=LONG, limit=report.limit)
    return "\n".join(map(paragraph, (_COMMAND, where, times)))
