"""Files that people name: written whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from detente.errors import DetenteError, printable


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; links are followed, what is no file is only written to."""
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        with TemporaryDirectory(dir=target.parent, prefix=".detente-") as folder:
            draft = Path(folder, "draft")
            draft.write_text(text, encoding="utf-8")
            draft.chmod(mode)
            draft.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from None


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet; one that is stays as it is, and DetenteError says so."""
    if path.name in {"", "-"}:
        message = (
            "FILE needs a name, such as talks.yaml; without it the text goes to standard output"
        )
        raise DetenteError(message)
    try:
        there = path.exists() or path.is_symlink()
    except OSError as error:
        raise _unwritable(path, error) from None
    if there:
        message = f"{path} is there already; nothing was written"
        raise DetenteError(message)
    write_whole(path, text)


def _unwritable(path: Path, error: OSError) -> DetenteError:
    reason = (error.strerror or "no reason").lower()
    return DetenteError(f"{printable(str(path))}: the file cannot be written: {reason}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
