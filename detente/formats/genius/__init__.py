"""Negotiations as Genius keeps them: XML, a domain and a profile for each party in one folder.

What a file must hold, and every convention that is applied, stands in docs/reference/formats.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os.path import commonprefix

from detente.case import Case
from detente.document import Faults
from detente.entries import MOST_PARTIES
from detente.errors import CaseError, printable
from detente.formats.additive import Profile, ReadIssue, additive_case
from detente.formats.folder import File, Folder
from detente.formats.format import Format
from detente.formats.genius import notes
from detente.formats.genius.issues import (
    TreeIssue,
    described,
    domain_issue,
    has_costs,
    tree_issues,
)
from detente.formats.genius.profile import read_profile
from detente.formats.genius.writing import write_folder
from detente.formats.guarded_xml import Element, opening, parse_xml
from detente.formats.reading import faults_of, left_aside, own_name, refused, together

_DOMAIN = "negotiation_template"
_PROFILE = "utility_space"
_BEGUN = (b"<" + _DOMAIN.encode(), b"<" + _PROFILE.encode())
_ENDING = re.compile(r"[-_. ]?(?:domain|template)$", re.IGNORECASE)
_PARTING = re.compile(r".*[-_. ]", re.DOTALL)
_KIND = re.compile(r"(?<=[^\W\d_])[-_. ](?:utility[-_ ]?space|utility|space)$", re.IGNORECASE)


def recognises(data: bytes) -> bool:
    """Tell whether content is a domain or a profile, by its outermost element."""
    return opening(data) in {_DOMAIN, _PROFILE}


def read(data: bytes, file: str) -> Case:
    """Return a single profile as a case of one party; raise CaseError with every fault."""
    with faults_of(file) as faults:
        root = parse_xml(data, faults)
        if root.tag == _DOMAIN:
            problem = "this is a domain, which does not say what the parties want"
            hint = "give the folder that holds it and a profile for each party"
            faults.at(root.line, "", problem, hint)
        elif root.tag != _PROFILE:
            problem = f"<{printable(root.tag)}> is no domain and no profile of Genius"
            hint = f"a profile begins with <{_PROFILE}>"
            faults.at(root.line, "", problem, hint)
        faults.raise_any()
        domain = _domain(root, faults)
        stem = own_name(file)
        profile = read_profile(root, stem, domain.tree, domain.issues, faults)
        title = root.get("title") or stem
        case = additive_case(title, domain.issues, [profile], faults=faults, note=domain.note)
    return replace(case, file=file)


def read_folder(folder: Folder) -> Case:
    """Return a domain and its profiles as a case; raise CaseError with the faults of one file.

    Parties stand in the order of the names of their files. What is no profile is left aside, and
    the case's note names it.
    """
    count = sum(opening(file.data) == _PROFILE for file in folder.files)
    if count > MOST_PARTIES:
        problem = f"there are {count:,} profiles, more than {MOST_PARTIES}"
        hint = "leave one for each party in the folder"
        raise refused(problem, folder.name, hint)
    roots = _roots(folder)
    domains = [file for file, root in roots.items() if root.tag == _DOMAIN]
    if len(domains) != 1:
        raise _not_one(folder, domains)
    file = domains[0]
    domain, title = _in_file(folder, file, roots[file])
    profiles = {f: root for f, root in roots.items() if root.tag == _PROFILE}
    labels = _labels([f.stem for f in profiles])
    found: list[Profile] = []
    for (mine, root), label in zip(profiles.items(), labels, strict=True):
        with faults_of(folder.place(mine)) as faults:
            found.append(read_profile(root, label, domain.tree, domain.issues, faults))
    aside = [f.name for f in folder.files if f not in profiles and f is not file]
    note = together(domain.note, left_aside(aside))
    with faults_of(folder.name) as faults:
        case = additive_case(title, domain.issues, found, faults=faults, note=note)
    return replace(case, file=folder.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Domain:
    """The issues of a case, as the file has them and as they are read, with a note of how."""

    tree: tuple[TreeIssue, ...]
    issues: tuple[ReadIssue, ...]
    note: str


def _domain(root: Element, faults: Faults) -> _Domain:
    tree = tree_issues(root, faults)
    issues, twice = [], []
    for issue in tree:
        read_issue, repeated = domain_issue(issue, faults)
        issues.append(read_issue)
        twice += [f"{label or 'no name'} ({issue.label})" for label in repeated]
    if not issues:
        faults.at(root.line, "", "there are no issues", "put <issue> into <objective>")
    faults.raise_any()
    around = root.first(_PROFILE) or root
    objective = around.first("objective")
    reals = [issue.label for issue in tree if issue.kind == "real"]
    note = together(
        described(objective) if objective is not None else "",
        notes.READ,
        notes.levels(reals) if reals else "",
        notes.repeated(twice) if twice else "",
        notes.COSTS if has_costs(tree) else "",
    )
    return _Domain(tree=tree, issues=tuple(issues), note=note)


def _in_file(folder: Folder, file: File, root: Element) -> tuple[_Domain, str]:
    """Return the domain of a file, and the title that it or its name gives."""
    with faults_of(folder.place(file)) as faults:
        domain = _domain(root, faults)
    return domain, root.get("title") or _ENDING.sub("", file.stem) or folder.stem


def _roots(folder: Folder) -> dict[File, Element]:
    """Return the domains and profiles of a folder; one that cannot be read is a fault."""
    found = {}
    for file in folder.files:
        if file.suffix != ".xml" or opening(file.data) not in {_DOMAIN, _PROFILE, ""}:
            continue
        try:
            root = parse_xml(file.data, Faults())
        except CaseError as error:
            if not any(tag in file.data.replace(b"\0", b"") for tag in _BEGUN):
                continue
            raise CaseError(error.faults, file=folder.place(file)) from None
        if root.tag in {_DOMAIN, _PROFILE}:
            found[file] = root
    return found


def _not_one(folder: Folder, domains: Sequence[File]) -> CaseError:
    if domains:
        names = " and ".join(file.name for file in domains[:2])
        more = " among them" if domains[2:] else ""
        problem = f"there are {len(domains)} domains, {names}{more}"
        hint = f"give one of them: {domains[0].name} goes with profiles of similar names"
    else:
        problem = "there is no domain"
        hint = f"add the file with <{_DOMAIN}>, or give one profile instead of the folder"
    return refused(problem, folder.name, hint)


def _labels(stems: Sequence[str]) -> list[str]:
    """Return names of files without what all begin with, up to a dash or blank, and ``_utility``.

    Examples
    --------
    >>> _labels(["Laptop-C-prof1", "Laptop-C-prof2"]), _labels(["party-1", "party-2"])
    (['prof1', 'prof2'], ['party-1', 'party-2'])
    >>> _labels(["laptop_buyer_utility", "laptop_seller_utility"])
    ['buyer', 'seller']
    """
    shared = commonprefix(stems)  # noqa: RUF071 - letter by letter
    parted = _PARTING.match(shared) if len(stems) > 1 else None
    rest = [stem[parted.end() :] for stem in stems] if parted else []
    rest = rest if rest and all(text[:1].isalpha() for text in rest) else list(stems)
    short = [_KIND.sub("", text) for text in rest]
    return short if len(stems) > 1 and len(set(short)) == len(stems) else rest


FORMAT = Format(
    name="genius",
    title="Genius",
    suffixes=(".xml",),
    read=read,
    recognises=recognises,
    read_folder=read_folder,
    is_domain=lambda data: opening(data) == _DOMAIN,
    write_folder=write_folder,
)
