"""What comes with a package when it is installed: ``python -m benchmarks.peers.installed NAME``.

Prints its version, how many packages that makes and how many MiB, of the interpreter that runs it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from benchmarks.peers.process import ROOT, environment

MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A package with what it needs.

    n_needed : other packages; size : MiB on disk of all files that installing wrote
    """

    name: str
    version: str
    n_needed: int
    size: float


def installed(name: str) -> Installed:
    """Follow what a package needs, without its extras, in this interpreter's environment."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        if wanted in found:
            continue
        try:
            found[wanted] = distribution(wanted)
        except PackageNotFoundError:
            continue
        waiting += _needs(found[wanted])
    size = sum(_size(one) for one in found.values())
    return Installed(
        name=name, version=found[name].version, n_needed=len(found) - 1, size=size / MEBIBYTE
    )


def _needs(package: Distribution) -> list[str]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    needed = [Requirement(line) for line in package.requires or ()]
    return [
        str(canonicalize_name(each.name))
        for each in needed
        if each.marker is None or each.marker.evaluate({"extra": ""})
    ]


def _size(package: Distribution) -> int:
    """Return the bytes of a package's files; of one installed for editing, of its folder."""
    places = [Path(str(file.locate())) for file in package.files or ()]
    folder = ROOT / package.name.lower()
    if any(place.suffix == ".pth" for place in places) and folder.is_dir():
        places = [place for place in folder.rglob("*") if place.suffix not in {".nbi", ".nbc"}]
    return sum(place.stat().st_size for place in places if place.is_file())


def installed_with(interpreter: Path, names: tuple[str, ...]) -> tuple[Installed, ...]:
    """Ask another interpreter; what it does not have is left out."""
    found = []
    for name in names:
        ran = subprocess.run(  # noqa: S603 - the interpreter that the user names
            [str(interpreter), "-m", "benchmarks.peers.installed", name],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            check=False,
        )
        if not ran.returncode:
            found.append(Installed(**json.loads(ran.stdout)))
    return tuple(found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(installed(sys.argv[1]))))
