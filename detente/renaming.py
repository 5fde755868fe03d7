"""Another name for a party, issue, option, proposal or source, wherever a case file speaks of it.

Where a name is spoken of is not guessed. The name is changed where it is given, and the reader's
own faults then say where the old one is not known any more; these places follow, until none is
left. Where that does not come to an end, nothing is changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from detente.case import NAME
from detente.errors import CaseError, Fault, quote
from detente.expression import as_word
from detente.formats.native import read
from detente.rewriting import set_value
from detente.spans import Place, Spans, spans

_PROSE = ("title", "name", "note", "url", "date", "unit")
"""Fields that are for people, in which no name of the language stands."""
MOST_ROUNDS = 500
"""After so many places the renaming is given up."""


def renamed(text: str, at: str, to: str) -> tuple[str, str]:
    """Return the text with another name for an entry, and where the entry then stands.

    Raises
    ------
    CaseError
        A place that speaks of it cannot be told with certainty; the faults are those that are left.
    """
    found = spans(text)
    place = found.at(at)
    if place.key is not None and not NAME.fullmatch(to):
        hint = "use letters, digits, _ and -, a letter first; the title may hold anything"
        raise CaseError(
            [Fault(path=at, problem=f"{quote(to)} cannot be used as a name", hint=hint)]
        )
    before = _faults(text)
    if place.key is None:
        old, path = place.text.strip(), at
        text = _option(text, place, to)
    else:
        old, path = place.name, f"{at[: len(at) - len(place.name)]}{to}"
        text = _with_name(found, place, to)
        text = _views(text, old, to) if place.steps[0] == "parties" else text
    for _ in range(MOST_ROUNDS):
        faults = [fault for fault in _faults(text) if fault not in before]
        about = [fault for fault in faults if quote(old) in fault.problem]
        if not about:
            return text, path
        text = _followed(text, about, old, to, others=len(faults) - len(about))
    raise CaseError(about)


def _followed(text: str, about: Sequence[Fault], old: str, to: str, *, others: int) -> str:
    """Change one place that speaks of the old name, such that one fault less speaks of it.

    others : how many faults there are that do not speak of it; they may not become more
    """
    paths = Counter(fault.path for fault in about)
    for path, number in paths.items():
        for changed in _candidates(text, path, old, to):
            faults = _faults(changed)
            still = [fault for fault in faults if quote(old) in fault.problem]
            fewer = sum(fault.path == path for fault in still) < number
            if fewer and len(faults) - len(still) <= others:
                return changed
    hint = "change what refers to it first"
    raise CaseError(
        Fault(line=fault.line, path=fault.path, problem=fault.problem, hint=hint) for fault in about
    )


def _candidates(text: str, path: str, old: str, to: str) -> Iterator[str]:
    """Go through the texts in which one word near a fault is changed."""
    found = spans(text)
    place = found.find(path)
    while place is None and path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
        place = found.find(path)
    if place is None:
        return
    word = re.compile(rf"(?<![\w\-]){re.escape(old)}(?![\w\-])")
    yield _everywhere(text, place, word, old, to)
    for step in range(len(place.steps)):
        above = _above(found, place, step)
        if above.name == old:
            yield _with_name(found, above, to)
    for inner in place.all():
        if inner.name == old and inner.key is not None:
            yield _with_name(found, inner, to)
        if inner.kind != "text" or inner.name in _PROSE:
            continue
        matches = list(word.finditer(inner.text))
        spelled = _spelled(inner, old, to)
        if len(matches) > 1:
            yield set_value(text, inner.path, spelled.join(word.split(inner.text)).strip())
        for match in matches:
            new = inner.text[: match.start()] + spelled + inner.text[match.end() :]
            yield set_value(text, inner.path, new.strip())


def _everywhere(text: str, place: Place, word: re.Pattern[str], old: str, to: str) -> str:
    """Return the text with the word changed in all texts that stand at a place."""
    for inner in place.all():
        if inner.kind == "text" and inner.name not in _PROSE and word.search(inner.text):
            new = _spelled(inner, old, to).join(word.split(inner.text))
            text = set_value(text, inner.path, new.strip())
    return text


def _spelled(place: Place, old: str, to: str) -> str:
    """Return the new name as it stands by itself, or within an expression."""
    return to if place.text.strip() == old else as_word(to)


def _above(found: Spans, place: Place, depth: int) -> Place:
    """Return what a place is part of, so many steps below the whole."""
    above = found.root
    for step in place.steps[: depth + 1]:
        above = next(part for part in above.parts if part.steps[-1] == step)
    return above


def _with_name(found: Spans, place: Place, to: str) -> str:
    if place.key is None:
        return found.text
    start, end = place.key
    return found.text[:start] + to + found.text[end:]


def _option(text: str, place: Place, to: str) -> str:
    """Change an option where it is listed, and as status quo."""
    text = set_value(text, place.path, to)
    found = spans(text)
    issue = found.at(place.path.rpartition(".options[")[0])
    today = issue.part("status_quo")
    if today is not None and today.text.strip() == place.text.strip():
        text = set_value(text, today.path, to)
    return text


def _views(text: str, old: str, to: str) -> str:
    """Follow a party in views that are called after it."""
    for place in reversed(list(spans(text).root.all())):
        if place.kind == "text" and place.name == "view" and place.text.strip() == old:
            text = set_value(text, place.path, to)
    return text


def _faults(text: str) -> tuple[Fault, ...]:
    try:
        read(text.encode("utf-8", "surrogatepass"), "-")
    except CaseError as error:
        return error.faults
    return ()
