"""Cases that come in as files of any format, and go out as files of any other."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from detente.case import Case
from detente.composer import decode
from detente.document import Faults
from detente.errors import CaseError, UnknownNameError, did_you_mean, quote
from detente.formats import FORMATS, Format, bare, dumps, format_of, load_files, loads
from detente.formats.folder import File, folder_of

_LONGEST_NAME = 60
_TITLE = re.compile(r"^title:[ \t]([^\r\n]*)", re.MULTILINE)
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"[^"\\]*\"""")
_ZIP = "application/zip"
_MEDIA = {
    ".yaml": "application/yaml",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NO_MEDIA = "text/plain; charset=utf-8"
_MADE = (1980, 1, 1, 0, 0, 0)
"""The time of all files in an archive, so that the same case gives the same bytes."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """A case that came in.

    text : as it is kept: a case file of our own is taken to the letter, all others are written as
        such a file
    format : in which it came; None for an archive or several files
    """

    case: Case
    text: str
    format: Format | None

    @property
    def as_it_came(self) -> bool:
        """Whether the text is that of the file."""
        return self.format is not None and self.format.name == "native"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader noted: the conventions it followed, and what it left aside."""
        if self.as_it_came:
            return ()
        named = ((f"{party.label}: ", party.note) for party in self.case.parties)
        notes = [("", self.case.note), *named]
        return tuple(who + " ".join(note.split()) for who, note in notes if note.strip())


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """A file to hand on.

    media : its media type
    """

    name: str
    data: bytes
    media: str


def bring_in(files: Sequence[tuple[str, bytes]]) -> Brought:
    """Read a case from files of any format, and say what is kept of it.

    files : name and content of each: one file, an archive, or a domain with its profiles

    Raises CaseError where they cannot be read, or the case in them is faulty.
    """
    case = load_files(files)
    only = _only(files)
    found = format_of(only.data, suffix=only.suffix) if only else None
    if only and found and found.name == "native":
        text = decode(only.data, Faults())
        if text is not None:
            return Brought(case=case, text=text, format=found)
    return Brought(case=case, text=dumps(case), format=found)


def text_to_mend(files: Sequence[tuple[str, bytes]]) -> str | None:
    """Return the text of a faulty case file of our own; None where the files hold no such text."""
    only = _only(files)
    found = format_of(only.data, suffix=only.suffix) if only else None
    if not only or found is None or found.name != "native" or not only.data.strip():
        return None
    return decode(only.data, Faults())


def _only(files: Sequence[tuple[str, bytes]]) -> File | None:
    found = folder_of(files, name="").files
    return found[0] if len(found) == 1 else None


def outlets() -> tuple[Format, ...]:
    """Return the formats in which a case can be handed out, our own first."""
    found = [one for one in FORMATS.values() if one.write or one.write_folder]
    return tuple(sorted(found, key=lambda one: (one.name != "native", one.title.casefold())))


def hand_out(case: Case, to: str, *, without_sources: bool = False) -> HandedOut:
    """Return a case as a file of some format; one that is a folder comes as an archive.

    to : name of the format
    without_sources : leave sources and notes out, which some formats cannot hold

    Raises
    ------
    UnknownNameError
        No format of this name is written.
    CaseError
        The format cannot hold all of the case; everything that it cannot hold is named.
    """
    known = {one.name: one for one in outlets()}
    if to not in known:
        hint = did_you_mean(to, list(known))
        raise UnknownNameError(f"no format that is written is called {quote(to)}; {hint}")
    form, stem = known[to], file_stem(case.title)
    given = bare(case) if without_sources else case
    if form.write is not None:
        written = form.write(given)
        data = written if isinstance(written, bytes) else written.encode("utf-8")
        ending = form.suffixes[0]
        return HandedOut(name=stem + ending, data=data, media=_MEDIA.get(ending, _NO_MEDIA))
    files = form.write_folder(given) if form.write_folder else {}
    return HandedOut(name=f"{stem}.zip", data=_packed(files), media=_ZIP)


def retitled(text: str, title: str) -> str:
    """Return the text of a sound case with another title, all else to the letter.

    The text stays as it is where its title does not stand on one line of its own.

    Examples
    --------
    >>> from detente.starter import STARTER
    >>> print(retitled(STARTER, "Not yet: a title").splitlines()[3])
    title: 'Not yet: a title'
    """
    case = loads(text)
    found = _TITLE.search(text)
    if found is None:
        return text
    old = found[1].strip()
    in_quotes = _QUOTED.match(old)
    old = in_quotes[0] if in_quotes else old.partition(" #")[0].rstrip()
    at = text.index(old, found.start(1))
    changed = text[:at] + "'" + title.replace("'", "''") + "'" + text[at + len(old) :]
    try:
        return changed if loads(changed) == replace(case, title=title) else text
    except CaseError:
        return text


def file_stem(title: str) -> str:
    """Return what a file is called after a title: letters, digits and hyphens only.

    Examples
    --------
    >>> file_stem("Talks on Ukraine, summer 2025"), file_stem("Żółw / ../x"), file_stem("会谈")
    ('talks-on-ukraine-summer-2025', 'zow-x', 'case')
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.casefold())
    return "-".join(words)[:_LONGEST_NAME].strip("-") or "case"


def _packed(files: Mapping[str, str]) -> bytes:
    """Return files as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, _MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode("utf-8"))
    return packed.getvalue()
