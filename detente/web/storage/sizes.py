"""How large what is kept may be, and which characters a database can hold."""

from __future__ import annotations

import unicodedata

from detente.composer import MOST_BYTES as MOST_TEXT
from detente.errors import DetenteError

MOST_NAME = 200
"""Characters of a name."""


def text_to_keep(text: str, what: str, *, most: int = MOST_TEXT) -> str:
    """Return a text that a database can keep; DetenteError where it cannot.

    what : what the text is, for the message
    most : bytes
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        message = f"{what} has half a character at place {error.start + 1}; it cannot be kept"
        raise DetenteError(message) from None
    if size > most:
        message = f"{what} is too large: {size:,} bytes, and at most {most:,} can be kept"
        raise DetenteError(message)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = f"{what} has the character U+0000 on line {line}; it cannot be kept"
        raise DetenteError(message)
    return text


def name_to_keep(name: str, what: str) -> str:
    """Return a name on one line and without spaces around it; DetenteError where there is none."""
    flat = " ".join(name.split())
    text_to_keep(flat, what, most=8 * MOST_NAME)
    if not flat:
        message = f"{what} is empty; give it one"
        raise DetenteError(message)
    if len(flat) > MOST_NAME:
        message = f"{what} is too long: {len(flat)} characters, and at most {MOST_NAME} are kept"
        raise DetenteError(message)
    if any(unicodedata.category(character) == "Cc" for character in flat):
        message = f"{what} has a control character in it; leave it out"
        raise DetenteError(message)
    return flat
