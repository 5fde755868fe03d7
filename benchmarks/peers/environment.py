"""The peers' own environment: nothing of theirs is installed beside Detente."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.peers.process import ROOT
from benchmarks.written import tell

PLACE = ROOT / ".venv-peers"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"


def interpreter_of(place: Path | None) -> Path:
    """Return the interpreter of the peers' environment, which is made where none is named.

    Raises FileNotFoundError where one is named and is none, and CalledProcessError where the
    peers cannot be installed.
    """
    python = (place or PLACE).absolute() / "bin" / "python"
    if place is not None:
        if not python.exists():
            message = f"{place} is no virtual environment; leave --venv out and one is made"
            raise FileNotFoundError(message)
        return python
    if not (PLACE / "installed").exists():
        tell(f"installing the peers into {PLACE}, which may take some minutes")
        _run(sys.executable, "-m", "venv", str(PLACE))
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        _run(*pip, "--requirement", str(REQUIREMENTS))
        (PLACE / "installed").touch()
    return python


def _run(*words: str) -> None:
    subprocess.run(words, check=True)  # noqa: S603 - an interpreter of ours
