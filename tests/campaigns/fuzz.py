"""Throw malformed input at the reader and the grammar, for as long as asked.

    python -m tests.campaigns.fuzz --minutes 10

Guided by coverage where atheris is installed (``pip install -e '.[fuzz]'``); otherwise inputs are
changed at random, which finds less. Right are two outcomes only: the input is accepted, or a
DetenteError says what is wrong; either within a second of processor time. Anything else is
reported with its input, kept under ``build/fuzz``, and the campaign ends with exit status 1.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "fuzz"
MALFORMED = ROOT / "tests" / "formats" / "malformed"
MOST_SECONDS = 1.0
TOKENS = (
    *("no deal", "status quo", "whatever else", " and ", " or ", "not ", " in ", "==", ">=", " > "),
    *(
        " ~ ",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "#",
        "&a ",
        "*a",
        "!!",
        "<<: ",
    ),
    *(
        "..",
        "more than ",
        "1/3",
        "0.5",
        "because",
        "confidence",
        "order",
        "compare",
        "scores",
        "rule",
    ),
    *("'", '"', "|", "\t", "%", "@", "\\", "\r", "\ufeff", "\u202e", "9" * 31, "x*x", "4*x"),
)


class Mishap(Exception):  # noqa: N818 - what the campaign looks for
    """An input was neither accepted nor refused in time."""


def entry_points() -> dict[bytes, Callable[[str], object]]:
    """Return what is tried, by the first byte of an input."""
    from detente import grammar
    from detente.formats import loads

    return {
        b"F": loads,
        b"C": grammar.parse_condition,
        b"H": grammar.parse_chain,
        b"P": grammar.parse_comparison,
        b"K": grammar.parse_package,
        b"X": grammar.parse_formula,
    }


class Trial:
    """Tries inputs and counts what became of them."""

    def __init__(self) -> None:
        from detente.errors import DetenteError

        self.refusal = DetenteError
        self.points = entry_points()
        self.counts = dict.fromkeys(("accepted", "refused"), 0)
        self.slowest = 0.0

    def one(self, data: bytes) -> None:
        """Try one input; raise Mishap when the outcome is not right."""
        point = self.points.get(data[:1], self.points[b"F"])
        text = data[1:].decode("utf-8", "replace")
        began = time.process_time()
        try:
            point(text)
            outcome = "accepted"
        except self.refusal:
            outcome = "refused"
        except BaseException as error:
            kept = self.keep(data)
            raise Mishap(f"{kept}: {type(error).__name__}: {error}") from error
        spent = time.process_time() - began
        self.counts[outcome] += 1
        self.slowest = max(self.slowest, spent)
        if spent > MOST_SECONDS:
            raise Mishap(f"{self.keep(data)}: {spent:.1f} seconds of processor time")

    def keep(self, data: bytes) -> Path:
        """Write an input down, to be tried again."""
        KEPT.mkdir(parents=True, exist_ok=True)
        kept = KEPT / f"{sha256(data).hexdigest()[:16]}.bin"
        kept.write_bytes(data)
        return kept

    def summary(self) -> str:
        """Return what became of the inputs so far."""
        done = ", ".join(f"{count:,} {name}" for name, count in self.counts.items())
        return f"{done}; the slowest took {self.slowest:.2f} s of processor time"


def seeds() -> Iterator[bytes]:
    """Yield inputs to begin with: good cases, malformed ones, and texts of the small language."""
    from detente import catalog
    from detente.statements import KINDS

    for name in catalog.names():
        yield b"F" + catalog.path_of(name).read_bytes()
    for file in sorted(MALFORMED.glob("*.yaml")):
        yield b"F" + file.read_bytes()
    for kind in KINDS.values():
        text = kind.EXAMPLE.partition(":")[2].strip(" {}").encode()
        for mark in b"CHPKX":
            yield bytes([mark]) + text
    yield b"Cnot (a in (b, 'c d') or n >= 1/3) and x != y"
    yield b"Pno deal >= (a = b, c = d) ~ whatever else (e = f) > march"
    yield b"X-(32 - 4*x)/2 + x*x*0.5"


def at_random(trial: Trial, seconds: float, seed: int) -> None:
    """Change good and bad inputs at random until the time is over."""
    source = random.Random(seed)  # noqa: S311 - a campaign, no secret
    known = list(seeds())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(source.choice(known))
        for _ in range(source.randint(1, 6)):
            at = source.randrange(1, len(data) + 1)
            piece = source.choice(TOKENS).encode() if source.random() < 0.7 else source.randbytes(2)
            data[at : at + source.choice((0, 0, 1, 3, 20))] = piece
        trial.one(bytes(data))


def guided(seconds: float, seed: int) -> None:
    """Let atheris look for inputs that reach new code; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["detente", "yaml", "lark"]):
        trial = Trial()
    folder = KEPT / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    for data in seeds():
        (folder / sha256(data).hexdigest()[:16]).write_bytes(data)
    words = KEPT / "words"
    words.write_text("".join(f'"{escaped(token)}"\n' for token in TOKENS), encoding="ascii")
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


def escaped(token: str) -> str:
    """Return a token as the dictionary of the fuzzer spells it."""
    return "".join(f"\\x{byte:02x}" for byte in token.encode())


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
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    seconds = 60 * chosen.minutes
    if chosen.inner:
        guided(seconds, chosen.seed)
    if find_spec("atheris") is None:
        print("atheris is not installed; inputs are changed at random", flush=True)
        trial = Trial()
        try:
            at_random(trial, seconds, chosen.seed)
        except Mishap as mishap:
            finish(trial, mishap)
        finish(trial, None)
    print("guided by coverage (atheris)", flush=True)
    # a hang inside C code can only be ended from outside
    inner = [sys.executable, "-m", "tests.campaigns.fuzz", "--inner"]
    inner += [f"--minutes={chosen.minutes}", f"--seed={chosen.seed}"]
    try:
        done = subprocess.run(inner, cwd=ROOT, timeout=seconds + 120, check=False)
    except subprocess.TimeoutExpired:
        print("the reader hung", flush=True)
        sys.exit(1)
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
