"""What every format offers: how its files are known, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from detente.case import Case
from detente.formats.folder import Folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way in which a case is stored.

    title : what people call it
    suffixes : endings of file names, lower case, such as ``.yaml``; two formats may share one
    read : from a file's content and the name that messages give it, to the case; raises CaseError
    recognises : whether content looks like this format, where the name of a file does not tell
    write : from a case to a file's text, or its bytes where it is no text; raises DetenteError that
        names everything the format cannot hold. None where the format is only read
    read_folder : from the files of a folder, a domain and its profiles, to the case; raises
        CaseError. None where a case is one file
    is_domain : whether a file is a domain, which is read with the profiles that lie beside it
    write_folder : from a case to the texts of such files by name; raises as ``write`` does
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], Case]
    recognises: Callable[[bytes], bool]
    write: Callable[[Case], str | bytes] | None = None
    read_folder: Callable[[Folder], Case] | None = None
    is_domain: Callable[[bytes], bool] | None = None
    write_folder: Callable[[Case], Mapping[str, str]] | None = None
