"""Every word that the workbench shows, in one place: a folder for each language.

A translation is a copy of ``en`` with other words behind the same keys. A text is found by the name
of its file and its key in it: ``composer.title``. ``{name}`` in a text is filled in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


class Texts:
    """The texts of one language."""

    def __init__(self, language: str, words: Mapping[str, str]) -> None:
        self.language = language
        self._words = words

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text with its values filled in; a key that is not there is our own fault."""
        return self._words[key].format(**values) if values else self._words[key]

    def counted(self, key: str, number: int, **values: Any) -> str:
        """Return ``KEY.one`` for 1 and ``KEY.other`` for all else, with ``{n}`` filled in."""
        form = "one" if number == 1 else "other"
        return self(f"{key}.{form}", n=f"{number:,}", **values)

    def keys(self) -> frozenset[str]:
        """Return the keys of all texts."""
        return frozenset(self._words)


@cache
def texts(language: str = "en") -> Texts:
    """Return the texts of a language."""
    words: dict[str, str] = {}
    for file in files(__name__).joinpath(language).iterdir():
        if file.name.endswith(".toml"):
            words |= _flat(tomllib.loads(file.read_text("utf-8")), file.name[: -len(".toml")])
    return Texts(language, words)


def _flat(table: Mapping[str, Any], prefix: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in table.items():
        name = f"{prefix}.{key}"
        found |= _flat(value, name) if isinstance(value, Mapping) else {name: str(value)}
    return found
