"""What package a text means: a proposal's name, settings, or a name followed by settings."""

from __future__ import annotations

from detente.case import Case
from detente.errors import UnknownNameError
from detente.expression import Side
from detente.grammar import parse_package
from detente.vocabulary import Package


def package_meant(case: Case, text: str) -> tuple[Package, str]:
    """Return the package that a text means, and what to call it.

    Raises ExpressionError when the text cannot be read or names something unknown, and
    UnknownNameError for ``no deal``, which is no package.
    """
    titles = {proposal.label.casefold(): proposal.name for proposal in case.proposals}
    text = titles.get(text.strip().casefold(), text)
    if text.split() == ["no", "deal"]:
        raise UnknownNameError("'no deal' is no package; it is what packages are held against")
    side: Side = parse_package(text)
    for error in side.check(case.vocabulary, text, words=("status quo",)):
        raise error
    package = side.package(case.vocabulary)
    named = {p.name: p.label for p in case.proposals}
    if side.proposal is not None and not side.settings:
        return package, named[side.proposal.text]
    if side.proposal is None:
        return package, "status quo" if not side.settings else "this package"
    changed = case.vocabulary.changes(case.vocabulary.proposals[side.proposal.text], package)
    what = ", ".join(f"{issue} = {new}" for issue, (_, new) in changed.items())
    return package, f"{named[side.proposal.text]} with {what}" if what else text
