"""The outside program in which agents bargain: finding it, starting it, reading what it writes.

It is the command ``negotiate`` of NegMAS 0.16, a program of its own with a licence of its own. It
is never imported: it is started on a folder that holds a scenario, and leaves a file behind that
says where the talks ended. Everything it says is checked against what it was given.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from detente.errors import CancelledError, DetenteError, printable, quote
from detente.talks_scenario import TalksScenario

NAME = "negotiate"
INSTALL = "pip install 'detente[agents]' brings it"
MOST_ROUNDS = 100_000
_NEEDS = ("--scenario", "--negotiator", "--steps", "--save-path", "--no-discount", "--normalize")
"""Options without which it is another program, or another version."""
_QUIET = (
    *("--no-plot", "--no-stats", "--no-rank-stats", "--no-progress", "--no-discount"),
    *("--no-save-history", "--no-save-stats", "--raise-exceptions"),
)
_SECONDS_FOR_HELP = 60.0
_PATIENCE = 0.05
"""Seconds between two looks at whether to stop."""
_MOST_BYTES = 10_000_000
_NEAR = 1e-6
"""Values from 0 to 1 that went through two files are the same up to so much."""
_RESERVED = re.compile(r"\breserved_value: *([^\s,}]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """One negotiation to be held: who bargains how, over what, for how long.

    agents : by party, what the program calls the strategy
    rounds : how often every party gets to make an offer, at the most
    seconds : how long the program may take
    """

    program: str
    scenario: TalksScenario
    agents: tuple[str, ...]
    rounds: int
    seconds: float
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Where one negotiation ended.

    choice : the package agreed on, one option for each issue; None for no agreement
    round : the round in which it ended, from 1
    finished : False when the time ran out before the program came to an end
    """

    choice: tuple[int, ...] | None
    round: int
    finished: bool = True


def find_program(given: str | None = None, *, stopped: Callable[[], bool] | None = None) -> str:
    """Return the path of the program: the one given, else beside Python, else on the PATH.

    Raises DetenteError when there is none, or it is another program or version. It is started once
    to see; that takes about a second.
    """
    if given is not None:
        path = shutil.which(given)
        if path is None and Path(given).is_file():
            raise DetenteError(f"{quote(given)} may not be executed; make it executable: chmod +x")
        if path is None:
            raise DetenteError(
                f"there is no program {quote(given)}; give the path of '{NAME}' of NegMAS 0.16, "
                f"or leave it out: {INSTALL}"
            )
    else:
        path = shutil.which(str(Path(sys.executable).with_name(NAME))) or shutil.which(NAME)
    if path is None:
        raise DetenteError(
            f"agents bargain in an outside program, '{NAME}' of NegMAS 0.16, which is not "
            f"installed; {INSTALL}, or say with --program where it is"
        )
    path = str(Path(path).absolute())
    with TemporaryDirectory(prefix="detente-") as folder:
        status, said = _start(
            [path, "--help"], Path(folder), seconds=_SECONDS_FOR_HELP, seed=0, stopped=stopped
        )
    if status is None:
        seconds = f"{_SECONDS_FOR_HELP:.0f} seconds"
        raise DetenteError(f"{quote(path)} did not answer '--help' within {seconds}; {INSTALL}")
    if status != 0 or not all(option in said for option in _NEEDS):
        raise DetenteError(
            f"{quote(path)} is not '{NAME}' of NegMAS 0.16, or of another version; {INSTALL}"
        )
    return path


def negotiate(talk: Talk, *, stopped: Callable[[], bool] | None = None) -> Ended:
    """Hold one negotiation and tell where it ended.

    stopped : asked now and then whether to stop; the program is then ended

    Raises
    ------
    CancelledError
        When asked to stop.
    DetenteError
        The program fails, or what it writes is not what it should be: another package, another
        strategy, or values other than those that it was given.
    """
    with TemporaryDirectory(prefix="detente-") as folder:
        given, kept = Path(folder, "scenario"), Path(folder, "kept")
        given.mkdir()
        for name, text in talk.scenario.files.items():
            Path(given, name).write_text(text, encoding="utf-8")
        command = [talk.program, "--scenario", str(given), "--steps", str(talk.rounds), *_QUIET]
        for agent in talk.agents:
            command += ["--negotiator", agent]
        command += ["--save-path", str(kept)]
        status, said = _start(
            command, Path(folder), seconds=talk.seconds, seed=talk.seed, stopped=stopped
        )
        if status is None:
            return Ended(choice=None, round=talk.rounds, finished=False)
        if status != 0:
            last = _last_words(said)
            raise DetenteError(
                f"the bargaining program failed: {last or f'it ended with status {status}'}; "
                f"{quote(talk.program)} should be '{NAME}' of NegMAS 0.16"
            )
        return _ending(talk, kept)


def _start(
    command: Sequence[str],
    folder: Path,
    *,
    seconds: float,
    seed: int,
    stopped: Callable[[], bool] | None,
) -> tuple[int | None, str]:
    """Run a program; return how it ended, None when its time ran out, and what it printed."""
    said = folder / "said.txt"
    seed_text = str(seed % 2**32)
    environment = {
        **os.environ,
        "NEGMAS_RAND_SEED": seed_text,
        "PYTHONHASHSEED": seed_text,
        "PYTHONUTF8": "1",
        "NO_COLOR": "1",
        "COLUMNS": "200",
    }
    end = time.monotonic() + seconds
    with said.open("wb") as out:
        try:
            process = subprocess.Popen(  # noqa: S603 - the program that the user names or installed
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            why = (error.strerror or "it cannot be run").lower()
            raise DetenteError(f"{quote(command[0])} cannot be started: {why}") from None
        try:
            while process.poll() is None:
                if stopped is not None and stopped():
                    raise CancelledError("stopped while agents bargain")
                if time.monotonic() > end:
                    return None, ""
                if os.fstat(out.fileno()).st_size > _MOST_BYTES:
                    raise _nonsense("it prints without end")
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_PATIENCE)
        finally:
            _end(process)
    with said.open("rb") as back:
        return process.returncode, back.read(_MOST_BYTES).decode("utf-8", "replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program, and what it started, if it has not ended."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_words(said: str) -> str:
    lines = [line.strip(" │|╭╮╰╯─\t") for line in said.splitlines()]
    return next((printable(line)[:200] for line in reversed(lines) if line), "")


def _ending(talk: Talk, kept: Path) -> Ended:
    """Read where the talks ended, and hold all that is said of it against what was given."""
    data = _session(kept / "session.json")
    scenario = talk.scenario
    played = [str(name).rpartition(".")[2] for name in _list(data, "negotiators")]
    if played != [agent.rpartition(".")[2] for agent in talk.agents]:
        raise _nonsense(f"other strategies were played: {', '.join(played)}")
    choice = _choice(data.get("agreement"), scenario.sizes)
    values, gains = _list(data, "utilities"), _list(data, "advantages")
    for p in range(len(scenario.values)):
        level, no_deal = (float(scenario.level(p, end)) for end in (choice, None))
        bargained = _reserved(kept / f"profile-{p + 1:03}.yml")
        told = [*values[p : p + 1], *gains[p : p + 1], bargained]
        if not _same(told, [level, level - no_deal, no_deal]):
            raise _nonsense(f"the values of party {p + 1} did not arrive as they were written")
    step = data.get("step")
    if isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= talk.rounds:
        raise _nonsense("the round in which it ended is missing")
    return Ended(choice=choice, round=step)


def _session(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            data = json.loads(file.read(_MOST_BYTES), parse_int=_small)
    except OSError:
        raise _nonsense(f"no {path.name} was written") from None
    except (ValueError, RecursionError):
        raise _nonsense(f"{path.name} cannot be read") from None
    if not isinstance(data, dict):
        raise _nonsense(f"{path.name} holds no result")
    return data


def _small(digits: str) -> int:
    """Read a whole number, but none so large that it is no number of ours."""
    return int(digits) if len(digits) < 16 else 10**15


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key)
    if not isinstance(found, list):
        raise _nonsense(f"{quote(key)} is missing")
    return found


def _choice(told: Any, sizes: Sequence[int]) -> tuple[int, ...] | None:
    """Return an agreement such as ["o2", "o1"] as positions of options."""
    if told is None:
        return None
    if isinstance(told, list) and len(told) == len(sizes):
        known = [{f"o{option + 1}": option for option in range(size)} for size in sizes]
        if all(isinstance(o, str) and o in at for o, at in zip(told, known, strict=True)):
            return tuple(at[option] for option, at in zip(told, known, strict=True))
    raise _nonsense("the agreement is no package of the scenario")


def _reserved(path: Path) -> float:
    """Return what no deal was worth to a party as it bargained."""
    try:
        with path.open("rb") as file:
            found = _RESERVED.search(file.read(_MOST_BYTES).decode("utf-8", "replace"))
        return float(found[1]) if found else math.nan
    except (OSError, ValueError):
        return math.nan


def _same(told: Sequence[Any], meant: Sequence[float]) -> bool:
    """Tell whether numbers are those that were meant, up to what writing them costs."""
    return len(told) == len(meant) and all(
        isinstance(a, float | int) and math.isfinite(a) and abs(a - b) <= _NEAR * max(1.0, abs(b))
        for a, b in zip(told, meant, strict=True)
    )


def _nonsense(problem: str) -> DetenteError:
    return DetenteError(
        f"the bargaining program gave an answer that cannot be used: {problem}; it should be "
        f"'{NAME}' of NegMAS 0.16, {INSTALL}"
    )
