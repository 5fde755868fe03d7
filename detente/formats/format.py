"""What every format offers: how its files are known and read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detente.case import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One way in which a case is stored.

    suffixes : endings of file names, lower case, such as ``.yaml``
    read : from a file's content and the name that messages give it, to the case; raises CaseError
    recognises : whether content looks like this format, for files whose name does not tell
    write : from a case to a file's text; raises DetenteError that names everything the format
        cannot hold. None where the format is only read
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], Case]
    recognises: Callable[[bytes], bool]
    write: Callable[[Case], str] | None = None
