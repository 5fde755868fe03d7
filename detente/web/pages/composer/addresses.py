"""Packages in addresses: ``?proposal=april_plan&forces=none``, an option for any issue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from detente.asked import package_meant
from detente.case import Case
from detente.errors import DetenteError, UnknownNameError, did_you_mean, quote
from detente.expression import as_word
from detente.vocabulary import Package
from detente.web.pages.questions import THE_RECOMMENDED

TEXT = ".text"
"""Parameter that holds the digest of the text that a page was opened with."""
PROVE = ".prove"
"""Parameter of a click that waits until all is proved."""
NAME = ".name"
"""Field of a form with the name of a package."""
PROPOSE = ".propose"
"""Field of a form that has a package written into the case."""
_LONGEST = 400


def own(case: Case, name: str) -> str:
    """Return what a parameter of ours is called, so that an issue of the same name is not it."""
    return f".{name}" if name in case.vocabulary.index else name


def package_in(
    case: Case, given: Iterable[tuple[str, str]], *, recommended: Package | None = None
) -> Package | None:
    """Return the package that an address asks for; None where it asks for none.

    given : parameters and their values; those that are neither issues nor ``proposal`` are others'

    Raises
    ------
    DetenteError
        A proposal or option is not known, or an issue is settled twice.
    """
    vocabulary = case.vocabulary
    base: Package | None = None
    chosen: dict[int, int] = {}
    for name, value in given:
        if name == own(case, "proposal"):
            base = _named(case, value, recommended)
        elif name in vocabulary.index:
            k = vocabulary.index[name]
            if k in chosen:
                raise DetenteError(f"{name} is settled twice in this address")
            chosen[k] = _option(case, k, value)
        elif not _ours(case, name):
            known = [issue.name for issue in case.issues]
            message = f"no such issue: {quote(name[:_LONGEST])}; {did_you_mean(name, known)}"
            raise UnknownNameError(message)
    if base is None and not chosen:
        return None
    return vocabulary.complete(chosen, base=base)


def first_package(case: Case) -> Package:
    """Return the package to begin with where none is asked for: the first proposal."""
    proposals = case.vocabulary.proposals
    return next(iter(proposals.values()), case.vocabulary.status_quo)


def query_of(case: Case, package: Package, **more: str) -> str:
    """Return the address of a package behind the question mark, with parameters of ours."""
    named = case.vocabulary.named(package)
    return urlencode([*named.items(), *((own(case, name), value) for name, value in more.items())])


def text_of(case: Case, package: Package) -> str:
    """Return a package as questions take it: the name of a proposal that is it, or its settings."""
    for name, proposed in case.vocabulary.proposals.items():
        if proposed == package:
            return name
    named = case.vocabulary.named(package)
    return ", ".join(f"{issue} = {as_word(option)}" for issue, option in named.items())


def package_from(case: Case, choice: Mapping[str, str]) -> tuple[Package, tuple[str, ...]]:
    """Return a package that was kept, and what of it the case does not know any more."""
    lost = []
    chosen: dict[int, int] = {}
    for name, option in choice.items():
        k = case.vocabulary.index.get(name)
        position = None if k is None else case.issues[k].position(option)
        if k is None or position is None:
            lost.append(f"{name} = {option}")
        else:
            chosen[k] = position
    return case.vocabulary.complete(chosen), tuple(lost)


def _named(case: Case, text: str, recommended: Package | None) -> Package | None:
    if text == THE_RECOMMENDED:
        return recommended
    return package_meant(case, text[:_LONGEST])[0]


def _option(case: Case, k: int, value: str) -> int:
    issue = case.issues[k]
    position = issue.position(value)
    if position is None:
        hint = did_you_mean(value, list(issue.options))
        message = f"{issue.name} has no option {quote(value[:_LONGEST])}; {hint}"
        raise UnknownNameError(message)
    return position


def _ours(case: Case, name: str) -> bool:
    return name in {TEXT, PROVE} or any(name == own(case, one) for one in ("view", "x", "y"))
