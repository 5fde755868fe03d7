"""Open published negotiations at scale: ``python -m tests.campaigns.domains FOLDER...``.

Every folder below the given ones in which a domain or a profile lies is opened, and where several
domains lie in one folder each is opened apart as well. How many load is told, and why each other
does not; meanwhile a dot stands for one that loads, an x for one that does not, and a D for one
that is settled otherwise than it is defined. With ``--settle`` each is settled too, and its
packages are held against :mod:`tests.campaigns.evaluators`. ``--markdown FILE`` writes what is told
as a page.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path, PurePath
from shutil import copyfile
from tempfile import TemporaryDirectory
from time import perf_counter
from xml.etree.ElementTree import ParseError

import numpy as np

from detente import load
from detente.answers.settle import Settlement, settle
from detente.case import Case
from detente.errors import CaseError, DetenteError
from detente.factors import Choices
from detente.formats import FORMATS
from detente.solvers.replay import packages_behind
from detente.work import Work
from tests.campaigns.evaluators import Parties, parties_in

_BEGINNING = 2**14
"""So many bytes of a file tell what it is."""
_LOOKED_AT = 50
"""Packages of each case held against the evaluator, and as many of its frontier."""
_OWN_WORDS = re.compile(
    r"(?<!\w)'[^']*'|'s issue '[^']*'|\d[\d,.]*|, \S+ and \S+( among them)?|, column .*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one folder.

    refused : why it does not load, else empty
    settled : what came of settling it: ``exact``, ``empty``, why not, or a disagreement
    seconds : for loading and settling
    """

    folder: Path
    kind: str
    refused: str = ""
    settled: str = ""
    seconds: float = 0.0
    packages: int = 0


def kinds_in(folder: Path) -> list[str]:
    """Return the formats of a domain and profiles that the files of a folder look like."""
    found = []
    for file in sorted(folder.iterdir()):
        if not file.is_file():
            continue
        with file.open("rb") as stream:
            data = stream.read(_BEGINNING)
        for name, form in FORMATS.items():
            ending = PurePath(file.name).suffix.lower() in form.suffixes
            if form.read_folder is not None and ending and form.recognises(data):
                found.append(name)
                break
    return sorted(set(found))


def folders_below(roots: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield the folders in which negotiations seem to lie, and their formats."""
    for root in roots:
        for folder in sorted({root, *(path for path in root.rglob("*") if path.is_dir())}):
            kinds = kinds_in(folder)
            if kinds:
                yield folder, " and ".join(kinds)


def tried(folder: Path, kind: str, *, seconds: float | None) -> Tried:
    """Load a folder, and settle it where time is given for that."""
    begun = perf_counter()
    try:
        case = load(folder)
    except CaseError as error:
        fault = error.faults[0]
        return Tried(folder=folder, kind=kind, refused=f"{fault.path}: {fault.problem}")
    except DetenteError as error:
        return Tried(folder=folder, kind=kind, refused=str(error))
    packages = case.vocabulary.n_packages
    settled = "" if seconds is None else settling(case, folder, kind, seconds)
    taken = perf_counter() - begun
    return Tried(folder=folder, kind=kind, settled=settled, seconds=taken, packages=packages)


def settling(case: Case, folder: Path, kind: str, seconds: float) -> str:
    """Settle a case and hold it against its definition; return how that went."""
    try:
        by_definition = parties_in(folder, kind)
    except (ParseError, LookupError, ValueError, AssertionError) as error:
        return f"not held against a definition: {error!r}"
    if by_definition is None:
        return "nothing to hold it against"
    if [len(options) for options in by_definition.options] != [len(i.options) for i in case.issues]:
        return "DISAGREES: issues or options"
    try:
        found = settle(case, work=Work(seconds=seconds))
        str(found)
    except DetenteError as error:
        return f"not settled: {error}"
    frontier = found.agreement.frontier
    if frontier is None:
        return "not settled: the frontier was left out"
    packages = found.analysis.diagram.sample(_LOOKED_AT, np.random.default_rng(0))
    rows = np.flatnonzero(frontier.acceptable)[:_LOOKED_AT]
    efficient, _ = packages_behind(frontier, rows, most=1)
    return disagreement(found, by_definition, packages, efficient) or frontier.status


def disagreement(
    found: Settlement, by_definition: Parties, packages: Choices, efficient: Choices
) -> str:
    """Tell where a settlement is not what the definition says; empty where it always is.

    packages : any packages; efficient : packages of the frontier
    """
    valuation = found.analysis.valuation
    for row in np.concatenate([packages, efficient]):
        mine = [valuation.in_points(value) for value in valuation.values(row[None])[0]]
        defined = [utility(row.tolist()) for utility in by_definition.utilities]
        if mine != defined:
            return f"DISAGREES: {row.tolist()} is worth {mine}, not {defined}"
    no_deal = [valuation.in_points(value) for value in valuation.no_deal]
    if no_deal != list(by_definition.no_deal):
        return f"DISAGREES: no deal is worth {no_deal}, not {list(by_definition.no_deal)}"
    frontier = found.agreement.frontier
    assert frontier is not None
    if frontier.status != "exact":
        return ""
    gains = valuation.gains(packages)[:, found.analysis.signatory_columns]
    for row, gain in zip(packages.tolist(), gains, strict=True):
        better = (frontier.gains >= gain).all(axis=1)
        if (gain >= 0).all() and not better.any():
            return f"DISAGREES: nothing on the frontier is as good as {row}"
        if ((frontier.gains <= gain).all(axis=1) & (frontier.gains < gain).any(axis=1)).any():
            return f"DISAGREES: {row} dominates a package of the frontier"
    return ""


def divided(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Yield each domain of a folder that holds several, with the profiles whose names are nearest.

    A profile belongs to the domain with whose name its own has the longest beginning in common;
    where two are as near, to none.
    """
    files = [file for file in sorted(folder.glob("*.xml")) if file.is_file()]
    domains = [file for file in files if b"<negotiation_template" in file.read_bytes()]
    if len(domains) < 2:
        return
    near: dict[Path, list[Path]] = {domain: [domain] for domain in domains}
    for file in files:
        shared = [_common(file.name, domain.name) for domain in domains]
        if file not in near and shared.count(max(shared)) == 1:
            near[domains[shared.index(max(shared))]].append(file)
    for domain, own in near.items():
        if len(own) > 1:
            yield domain.stem, own


def _common(name: str, other: str) -> int:
    """Return how many letters two names begin with alike."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(name, other, strict=False))
    return len(list(alike))


def tried_apart(folder: Path, *, seconds: float | None) -> Iterator[Tried]:
    """Try each of several domains in one folder as a folder of its own."""
    for name, files in divided(folder):
        with TemporaryDirectory() as place:
            apart = Path(place) / name
            apart.mkdir()
            for file in files:
                copyfile(file, apart / file.name)
            found = tried(apart, "genius", seconds=seconds)
        kind = "genius, one of several domains in a folder"
        yield replace(found, folder=folder / name, kind=kind)


def summary(found: Sequence[Tried]) -> list[str]:
    """Return what is told, in lines of Markdown."""
    loaded = [one for one in found if not one.refused]
    refused = _grouped(found, lambda one: _OWN_WORDS.sub("...", one.refused.partition(": ")[2]))
    settled = _grouped(loaded, lambda one: one.settled.partition(":")[0])
    lines = [f"{len(loaded)} of {len(found)} negotiations load.", ""]
    lines += ["| format | negotiations | load |", "| --- | ---: | ---: |"]
    for kind, ones in sorted(_grouped(found, lambda one: one.kind).items()):
        lines.append(f"| {kind} | {len(ones)} | {sum(not one.refused for one in ones)} |")
    lines += ["", "| why not | number | such as |", "| --- | ---: | --- |"]
    for reason, ones in sorted(refused.items(), key=lambda item: -len(item[1])):
        lines.append(f"| {reason} | {len(ones)} | {ones[0].folder}: {ones[0].refused} |")
    lines += ["", "| settled | number | longest | such as |", "| --- | ---: | ---: | --- |"]
    for result, ones in sorted(settled.items()):
        slow = max(ones, key=lambda one: one.seconds)
        told = f"{slow.folder} ({slow.packages:,} packages): {slow.settled}"
        lines.append(f"| {result} | {len(ones)} | {slow.seconds:.1f} s | {told} |")
    return lines


def _grouped(found: Sequence[Tried], by: Callable[[Tried], str]) -> dict[str, list[Tried]]:
    """Group folders by a text; those for which it is empty are left out."""
    groups: dict[str, list[Tried]] = defaultdict(list)
    for one in found:
        if by(one):
            groups[by(one)].append(one)
    return groups


def main() -> int:
    """Try every folder, and tell what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--settle", action="store_true")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--markdown", type=Path)
    given = parser.parse_args()
    seconds = given.seconds if given.settle else None
    found = []
    for folder, kind in folders_below(given.folders):
        ones = [tried(folder, kind, seconds=seconds), *tried_apart(folder, seconds=seconds)]
        found += ones
        for one in ones:
            print("x" if one.refused else "D" if "DISAGREES" in one.settled else ".", end="")
        sys.stdout.flush()
    text = "\n".join(summary(found))
    print(f"\n{text}")
    if given.markdown is not None:
        given.markdown.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
