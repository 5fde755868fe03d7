"""Files that people name: written whole, or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

from detente.errors import DetenteError, printable


def write_whole(path: Path, text: str | bytes) -> None:
    """Write a file whole or not at all; links are followed, what is no file is only written to."""
    with written_whole(path) as file:
        file.write(text.encode("utf-8") if isinstance(text, str) else text)


@contextmanager
def written_whole(path: Path, *, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """Open a file to be written, which stands under its name only when all of it is on the disk.

    mode : of a file that was not there, before the mask of the process
    """
    try:
        target = path.resolve()
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        kept = target.stat().st_mode & 0o777 if target.exists() else mode & ~_umask()
        with TemporaryDirectory(dir=target.parent, prefix=".detente-") as folder:
            draft = Path(folder, "draft")
            with draft.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(kept)
            draft.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from None


def write_new(path: Path, text: str | bytes) -> None:
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


def write_new_folder(path: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files into a folder, made where it is not there; DetenteError where one is there."""
    try:
        if path.exists() and not path.is_dir():
            message = f"{path} is no folder; nothing was written"
            raise DetenteError(message)
        there = next((name for name in files if (path / name).exists()), "")
        if there:
            message = f"{path / there} is there already; nothing was written"
            raise DetenteError(message)
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None
    for name, text in files.items():
        write_whole(path / name, text)


def _unwritable(path: Path, error: OSError) -> DetenteError:
    reason = (error.strerror or "no reason").lower()
    return DetenteError(f"{printable(str(path))}: the file cannot be written: {reason}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
