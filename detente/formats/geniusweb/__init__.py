"""GeniusWeb files (``.json``): a domain, and a profile for each party, which holds its domain too.

Utilities from 0 to 1 become points of 100. No deal is a bid there; here it is what that bid is
worth. A partial order of bids becomes comparisons.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from detente.case import Case
from detente.document import Faults
from detente.errors import quote
from detente.formats.additive import Profile, additive_case
from detente.formats.folder import File, Folder
from detente.formats.format import Format
from detente.formats.geniusweb.domains import Domain, read_domain
from detente.formats.geniusweb.groups import read_groups
from detente.formats.geniusweb.orderings import read_ordering
from detente.formats.geniusweb.sums import read_sum
from detente.formats.geniusweb.writing import FREE, READ, SHORT, write_folder
from detente.formats.guarded_json import expect, parse_json
from detente.formats.reading import faults_of, left_aside, own_name, refused, together
from detente.number import plain

PROFILES: Mapping[str, Callable[[Mapping[str, Any], Domain, str, Faults], Profile]] = {
    "LinearAdditiveUtilitySpace": read_sum,
    "SumOfGroupsUtilitySpace": read_groups,
    "DefaultPartialOrdering": read_ordering,
}
"""The kinds of profiles, and what reads them."""

_TEXT = rb'"(?:[^"\\]|\\.)*"'
_PROFILE = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:[\w.]*\.)?(?:' + "|".join(PROFILES).encode() + rb')"\s*:\s*\{'
)
_DOMAIN = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*(?:"name"\s*:\s*' + _TEXT + rb'\s*,\s*)?"issuesValues"\s*:\s*\{'
)
_HEAD = 4096
_NUMBERED = re.compile(r"[0-9]+ (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A profile as its file holds it; ``place`` is what messages call the file."""

    kind: str
    fields: Mapping[str, Any]
    stem: str
    place: str

    @property
    def name(self) -> str:
        """What the file says the profile is called."""
        found = self.fields.get("name")
        return found if isinstance(found, str) else ""


def recognises(data: bytes) -> bool:
    """Tell whether content begins as a profile or a domain does."""
    return _is_profile(data) or _is_domain(data)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def _is_domain(data: bytes) -> bool:
    return _DOMAIN.match(data[:_HEAD]) is not None


def read(data: bytes, shown: str) -> Case:
    """Read one profile, which holds its domain, as a case of one party.

    Raises
    ------
    CaseError
        The file is malformed, or holds a domain alone; every fault is listed.
    """
    if _is_domain(data):
        problem = "this is a domain, and what parties want stands in profiles"
        hint = "give the folder in which domain and profiles lie"
        raise refused(problem, shown, hint)
    found = _profile(data, own_name(shown), shown)
    with faults_of(shown) as faults:
        domain = _own_domain(found, faults)
    return _case(domain, [found], shown, stem=own_name(shown))


def read_folder(folder: Folder) -> Case:
    """Read the profiles of a folder as one case; its domain file may be missing.

    Parties come in the order of the files' names, issues in that of the domain.

    Raises
    ------
    CaseError
        A file is malformed, or the files do not belong together.
    """
    profiles = [file for file in folder.files if file.suffix == ".json" and _is_profile(file.data)]
    domains = [file for file in folder.files if file.suffix == ".json" and _is_domain(file.data)]
    if not profiles:
        problem = "the profiles are missing; only a domain lies here"
        hint = "put the profile of each party beside it"
        raise refused(problem, folder.name, hint)
    found = [_profile(file.data, file.stem, folder.place(file)) for file in profiles]
    domain = _one_domain([*_domains(folder, domains), *_own_domains(found)])
    others = [file for file in folder.files if file not in profiles and file not in domains]
    for file in others:
        if file.suffix == ".json" and not _is_json(file.data):
            problem = "the file is not JSON, and may be half a profile"
            raise refused(problem, folder.place(file), "fetch it again, or take it out")
    aside = [file.name for file in others]
    return _case(domain, found, folder.name, stem=folder.stem, aside=aside)


def _domains(folder: Folder, files: Sequence[File]) -> Iterator[tuple[str, Domain]]:
    """Go through domain files: what messages call each, and what it holds."""
    for file in files:
        with faults_of(folder.place(file)) as faults:
            tree = parse_json(file.data, faults, fractions=True)
            fields: Mapping[str, Any] = expect(tree, dict, "", faults) or {}
            faults.raise_any()
            domain = read_domain(fields, "", faults)
        yield folder.place(file), domain


def _own_domains(found: Sequence[_Found]) -> Iterator[tuple[str, Domain]]:
    """Go through the domains that profiles hold."""
    for profile in found:
        with faults_of(profile.place) as faults:
            domain = _own_domain(profile, faults)
        yield profile.place, domain


def _one_domain(domains: Sequence[tuple[str, Domain]]) -> Domain:
    """Return the first domain; raise CaseError where another holds something else."""
    first, domain = domains[0]
    for place, other in domains[1:]:
        with faults_of(place) as faults:
            unlike = other.unlike(domain)
            if unlike:
                hint = "domain and profiles of one folder have the same issues and values"
                faults.at(0, "domain", f"{unlike}; {first} differs", hint)
    return domain


def _case(
    domain: Domain, found: Sequence[_Found], file: str, *, stem: str, aside: Sequence[str] = ()
) -> Case:
    """Return the case of some profiles; ``stem`` is its title where the domain has none."""
    profiles = []
    for profile, label in zip(found, _labels(found), strict=True):
        with faults_of(profile.place) as faults:
            read_one = PROFILES[profile.kind](profile.fields, domain, label, faults)
        if profile.fields.get("reservationBid") is None:
            read_one = replace(read_one, note=together(read_one.note, FREE))
        profiles.append(read_one)
    with faults_of(file) as faults:
        case = additive_case(
            domain.title or stem,
            domain.issues,
            profiles,
            faults=faults,
            note=together(*_notes(domain), left_aside(aside)),
        )
    return replace(case, file=file)


def _labels(found: Sequence[_Found]) -> list[str]:
    """Return what the parties are called: as the file says, or else as the file is called.

    A file called ``1 Dock workers.json`` gives its party the name after the number, since
    profiles have names of letters and digits only.
    """
    names = [profile.name for profile in found]
    labels = []
    for profile in found:
        numbered = _NUMBERED.fullmatch(profile.stem)
        own = profile.name if names.count(profile.name) == 1 else ""
        labels.append(numbered[1] if numbered else own or profile.stem)
    return labels


def _notes(domain: Domain) -> Iterator[str]:
    """Yield what was settled in reading that the files do not say."""
    yield READ
    for issue in domain.issues:
        if issue.levels is None:
            continue
        last, high = issue.levels[-1], domain.ranges[issue.label].high
        if last != high:
            yield SHORT.format(issue.label, plain(last), plain(high))


def _profile(data: bytes, stem: str, place: str) -> _Found:
    with faults_of(place) as faults:
        top: Mapping[str, Any] = (
            expect(parse_json(data, faults, fractions=True), dict, "", faults) or {}
        )
        faults.raise_any()
        wrapper = next(iter(top), "")
        kind = wrapper.rpartition(".")[2]
        if len(top) != 1 or kind not in PROFILES:
            problem = f"a profile is one object under one of {', '.join(PROFILES)}"
            faults.at(0, "", problem, f"not under {quote(wrapper)}" if wrapper else "")
            faults.raise_any()
        fields: Mapping[str, Any] = expect(top[wrapper], dict, wrapper, faults) or {}
    return _Found(kind=kind, fields=fields, stem=stem, place=place)


def _own_domain(profile: _Found, faults: Faults) -> Domain:
    """Return the domain that a profile holds."""
    if "domain" not in profile.fields:
        faults.at(0, "", "'domain' is missing", "a profile holds its domain")
    held: Mapping[str, Any] = expect(profile.fields.get("domain", {}), dict, "domain", faults) or {}
    faults.raise_any()
    return read_domain(held, "domain", faults)


def _is_profile(data: bytes) -> bool:
    return _PROFILE.match(data[:_HEAD]) is not None


FORMAT = Format(
    name="geniusweb",
    title="GeniusWeb",
    suffixes=(".json",),
    read=read,
    recognises=recognises,
    read_folder=read_folder,
    is_domain=_is_domain,
    write_folder=write_folder,
)
