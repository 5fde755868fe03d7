"""Throw malformed input at the readers of all formats and the grammar, for as long as asked.

    python -m tests.campaigns.fuzz --minutes 10
    python -m tests.campaigns.fuzz --only genius --only geniusweb

Guided by coverage where atheris is installed (``pip install -e '.[fuzz]'``); otherwise inputs are
changed at random, which finds less. Right are two outcomes only: the input is accepted, or a
DetenteError says what is wrong; either within a second of processor time. Anything else is
reported with its input, kept under ``build/fuzz``, and the campaign ends with exit status 1.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from tests.campaigns.inputs import ROOT, Target, targets

KEPT = ROOT / "build" / "fuzz"
MOST_SECONDS = 1.0
PIECES = re.compile(rb'"[^"\n]*"|[\w.+-]+')
NAMES = "a format, folders, archives, conditions, chains, comparisons, packages or formulas"


class Mishap(Exception):  # noqa: N818 - what the campaign looks for
    """An input was neither accepted nor refused in time."""


class Trial:
    """Tries inputs and counts what became of them.

    An input begins with a byte that says which of the targets it is for.

    only : names of the targets; all where it is empty
    """

    def __init__(self, only: Sequence[str] = ()) -> None:
        from detente.errors import DetenteError

        self.refusal = DetenteError
        known = targets()
        if not known.keys() >= set(only):
            message = f"there is no such target; known are {', '.join(known)}"
            raise SystemExit(message)
        self.targets = [t for t in known.values() if not only or t.name in only]
        self.counts = {target.name: Counter[str]() for target in self.targets}
        self.slowest = 0.0

    def one(self, data: bytes) -> None:
        """Try one input; raise Mishap when the outcome is not right."""
        target = self.targets[(data[0] if data else 0) % len(self.targets)]
        began = time.process_time()
        try:
            target.attempt(data[1:])
            outcome = "accepted"
        except self.refusal:
            outcome = "refused"
        except BaseException as error:
            kept = self.keep(data, target)
            raise Mishap(f"{kept}: {target.name}: {type(error).__name__}: {error}") from error
        spent = time.process_time() - began
        self.counts[target.name][outcome] += 1
        self.slowest = max(self.slowest, spent)
        if spent > MOST_SECONDS:
            kept = self.keep(data, target)
            raise Mishap(f"{kept}: {target.name}: {spent:.1f} seconds of processor time")

    def keep(self, data: bytes, target: Target) -> Path:
        """Write what the target got down, to be tried again."""
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = KEPT / f"{target.name}-{sha256(data).hexdigest()[:16]}.bin"
        kept.write_bytes(data[1:])
        return kept

    def summary(self) -> str:
        """Return what became of the inputs so far."""
        lines = [
            f"{name}: {count['accepted']:,} accepted, {count['refused']:,} refused"
            for name, count in self.counts.items()
        ]
        total = sum((count.total() for count in self.counts.values()), 0)
        lines.append(f"{total:,} inputs; the slowest took {self.slowest:.2f} s of processor time")
        return "\n".join(lines)

    def seeds(self) -> list[bytes]:
        """Return inputs to begin with."""
        return [bytes([k]) + seed for k, target in enumerate(self.targets) for seed in target.seeds]


def at_random(trial: Trial, seconds: float, seed: int) -> None:
    """Change good and bad inputs at random until the time is over; each target gets as many."""
    source = random.Random(seed)  # noqa: S311 - a campaign, no secret
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        k = source.randrange(len(trial.targets))
        target = trial.targets[k]
        data = bytearray(source.choice(target.seeds))
        for _ in range(source.choice((1, 1, 1, 2, 3, 6))):
            change(source, target, data)
        trial.one(bytes([k]) + bytes(data))


def change(source: random.Random, target: Target, data: bytearray) -> None:
    """Put one thing in the place of another, mostly a word of the input in that of another."""
    places = [found.span() for found in PIECES.finditer(data)] if source.random() < 0.6 else []
    if places:
        start, end = source.choice(places)
        other = source.choice(places)
        new = bytes(data[slice(*other)]) if source.random() < 0.6 else source.choice(target.words)
    else:
        start = source.randrange(len(data) + 1)
        end = start + source.choice((0, 0, 1, 3, 20))
        new = source.choice((*target.words, source.randbytes(2)))
    data[start:end] = new


def guided(seconds: float, seed: int, only: Sequence[str]) -> None:
    """Let atheris look for inputs that reach new code; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["detente", "yaml", "lark"]):
        trial = Trial(only)
    folder = KEPT / "corpus" / ("+".join(only) or "all")
    folder.mkdir(parents=True, exist_ok=True)
    for data in trial.seeds():
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
    words = KEPT / "words"
    known = dict.fromkeys(word for target in trial.targets for word in target.words)
    words.write_text("".join(f'"{escaped(word)}"\n' for word in known), encoding="ascii")
    end = time.monotonic() + seconds

    def one(data: bytes) -> None:
        try:
            trial.one(data)
        except Mishap as mishap:
            finish(trial, mishap)
        if time.monotonic() > end:
            finish(trial, None)

    options = ["-max_len=6000", f"-dict={words}", f"-seed={seed}", "-verbosity=0", "-timeout=20"]
    atheris.Setup([sys.argv[0], *options, str(folder)], one)
    atheris.Fuzz()


def escaped(word: bytes) -> str:
    """Return a word as the dictionary of the fuzzer spells it."""
    return "".join(f"\\x{byte:02x}" for byte in word)


def finish(trial: Trial, mishap: Mishap | None) -> None:
    """Print the summary and end the process at once, as the fuzzer does not return."""
    if mishap is not None:
        traceback.print_exception(mishap)
    print(f"{trial.summary()}; {'one mishap' if mishap else 'no mishap'}", flush=True)
    os._exit(1 if mishap else 0)


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help=NAMES)
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    seconds = 60 * chosen.minutes
    if chosen.inner:
        guided(seconds, chosen.seed, chosen.only)
    if find_spec("atheris") is None:
        print("atheris is not installed; inputs are changed at random", flush=True)
        trial = Trial(chosen.only)
        try:
            at_random(trial, seconds, chosen.seed)
        except Mishap as mishap:
            finish(trial, mishap)
        finish(trial, None)
    print("guided by coverage (atheris)", flush=True)
    # a hang inside C code can only be ended from outside
    inner = [sys.executable, "-m", "tests.campaigns.fuzz", "--inner"]
    inner += [f"--minutes={chosen.minutes}", f"--seed={chosen.seed}"]
    inner += [f"--only={name}" for name in chosen.only]
    try:
        done = subprocess.run(inner, cwd=ROOT, timeout=seconds + 120, check=False)
    except subprocess.TimeoutExpired:
        print("the reader hung", flush=True)
        sys.exit(1)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
