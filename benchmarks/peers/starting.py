"""What starting costs: commands in processes of their own, by the clock and in memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.peers.process import ROOT, environment

REPEATS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command line, and what it is for."""

    title: str
    side: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Seconds and MiB of one command; ``problem`` where it failed, everything else is then 0."""

    command: Command
    wall: float = 0.0
    memory: float = 0.0
    problem: str = ""


def costs_of(commands: Sequence[Command], *, repeats: int = REPEATS) -> tuple[Cost, ...]:
    """Run commands in turns; the first round is not counted, so that files are in memory."""
    rounds: Mapping[Command, list[tuple[float, float]]] = {command: [] for command in commands}
    problems: dict[Command, str] = {}
    for number in range(repeats + 1):
        for command in commands:
            if command in problems:
                continue
            wall, memory, problem = _ran(command.words)
            if problem:
                problems[command] = problem
            elif number or not repeats:
                rounds[command].append((wall, memory))
    return tuple(
        Cost(command=command, problem=problems[command])
        if command in problems
        else Cost(
            command=command,
            wall=median(wall for wall, _ in rounds[command]),
            memory=max(memory for _, memory in rounds[command]),
        )
        for command in commands
    )


def _ran(words: Sequence[str]) -> tuple[float, float, str]:
    """Return what one run cost, and why it failed where it did."""
    ran = subprocess.run(  # noqa: S603 - the command that is to be timed
        [sys.executable, "-m", "benchmarks.peers.costing", *words],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        check=True,
    )
    cost = json.loads(ran.stdout)
    return cost["wall"], cost["memory"], cost["problem"]


def commands_of(detente: Path, peers: Path, folders: Mapping[str, str]) -> tuple[Command, ...]:
    """Return the commands: both interpreters, and by title a folder for both to answer."""
    ours, theirs = detente.parent, peers.parent
    found = [
        Command(title="the interpreter alone", side="Python", words=(str(peers), "-c", "pass")),
        *(
            Command(title="import", side=name, words=(str(python), "-c", f"import {module}"))
            for name, python, module in (
                ("Detente", detente, "detente"),
                ("NegMAS", peers, "negmas"),
                ("Gambit", peers, "pygambit"),
                ("Nashpy", peers, "nashpy"),
            )
        ),
        Command(title="--help", side="Detente", words=(str(ours / "detente"), "--help")),
        Command(title="--help", side="NegMAS", words=(str(theirs / "negotiate"), "--help")),
    ]
    script = "benchmarks.peers.negmas_side"
    for title, folder in folders.items():
        settle = (str(detente), "-m", "detente", "settle", folder)
        their_script = (str(peers), "-W", "ignore", "-m", script, folder)
        found.append(Command(title=title, side="Detente", words=settle))
        found.append(Command(title=title, side="NegMAS", words=their_script))
    return tuple(found)
