"""What all readers of other programs' files say in the same words, and where faults stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath

from detente.document import Faults
from detente.errors import CaseError, Fault

REAL_LEVELS = 11
"""A number that may lie anywhere between two others is kept with so many levels, ends included."""

UTILITIES = "a utility of 1 is 100 points"
STATUS_QUO = "the first option of every issue is its status quo"
"""Conventions that a case tells in its note."""

_REAL = "A real number in {}, kept as {} levels."


def together(*sentences: str) -> str:
    """Return sentences as one note, the empty ones left out."""
    return " ".join(filter(None, sentences))


def read_from(name: str, *conventions: str) -> str:
    """Tell from which program's files a case comes, and by which conventions it was read.

    Examples
    --------
    >>> read_from("Genius", UTILITIES, STATUS_QUO)[:54]
    'Read from Genius: a utility of 1 is 100 points, and th'
    """
    return f"Read from {name}: {', and '.join(conventions)}."


def real_number(name: str) -> str:
    """Tell that an issue takes any number between two in the files of a program."""
    return _REAL.format(name, REAL_LEVELS)


def left_aside(things: Sequence[str]) -> str:
    """Tell what is no part of the case; nothing where there is nothing.

    Examples
    --------
    >>> left_aside(["README.md", "map.png"]), left_aside([])
    ('Left aside: README.md, map.png.', '')
    """
    return f"Left aside: {', '.join(things)}." if things else ""


def taken(sentence: str, note: str) -> tuple[tuple[str, ...], str]:
    """Take a sentence out of a note: return what stands at each ``{}`` of it, and the rest.

    Nothing is taken where the note does not have the sentence.

    Examples
    --------
    >>> taken("Scale {} to {}.", "Mine. Scale 1 to 9. Yours.")
    (('1', '9'), 'Mine. Yours.')
    """
    pattern = "(.*?)".join(map(re.escape, sentence.split("{}")))
    match = re.search(rf"{pattern}(?:\s+|$)", note)
    if match is None:
        return (), note
    return match.groups(), (note[: match.start()] + note[match.end() :]).strip()


def own_note(note: str, sentences: Iterable[str]) -> str:
    """Return what a note says beside sentences that the next reading makes anew."""
    for sentence in sentences:
        _, note = taken(sentence, note)
    return note


def own_name(file: str) -> str:
    """Return the name of a file without folders and ending; nothing for standard input.

    Examples
    --------
    >>> own_name("talks/night work.csv"), own_name("-")
    ('night work', '')
    """
    return PurePosixPath(file.replace("\\", "/")).stem.strip("-")


def spoken(name: str, *, otherwise: str = "Negotiation") -> str:
    """Return what a file or folder is called as a party or a case is called.

    otherwise : where it has no name

    Examples
    --------
    >>> spoken("dock_workers"), spoken("")
    ('dock workers', 'Negotiation')
    """
    return " ".join(name.replace("_", " ").split()) or otherwise


def refused(problem: str, file: str, hint: str = "") -> CaseError:
    """Return one fault of a whole file or folder, to be raised."""
    return CaseError([Fault(path="", problem=problem, hint=hint)], file=file)


@contextmanager
def faults_of(place: str) -> Iterator[Faults]:
    """Gather faults, and raise them with the name of the file in which they stand."""
    faults = Faults()
    try:
        yield faults
    except CaseError as error:
        raise CaseError(error.faults, file=place) from None
    faults.raise_any(place)
