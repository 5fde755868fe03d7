"""Send a workbench what nobody should: broken files, bombs, bodies that are none, for a while.

    python -m tests.campaigns.uploads --minutes 10

Right is one outcome only: a page that says what became of it, in time, with no more memory than
an upload may take. What was taken as a case is then shown on its screens, handed out in every
format, and deleted. Anything else is reported with what was sent, kept under ``build/uploads``, and
the campaign ends with exit status 1.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import random
import resource
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.campaigns.fuzz import change
from tests.campaigns.inputs import ROOT, Target, targets

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from httpx2 import Response

KEPT = ROOT / "build" / "uploads"
MOST_SECONDS = 20.0
"""Of processor time, for one request."""
MOST_MEMORY = 500 * 2**20
"""Bytes by which one request may raise what the process holds at most."""
PAGES = ("", "/text", "/sources", "/export", "/history", "/brought", "/delete")
BOUNDARY = b"0123456789abcdef"

_NAMES = (
    *("a.yaml", "a.yml", "a.xml", "a.json", "a.csv", "a.tsv", "a.xlsx", "a.nfg", "a.gmcr", "a.zip"),
    *("", ".yaml", "a", "../../a.yaml", "C:\\a\\b.xml", "/etc/passwd", "a\u202elmay.yaml", "é.csv"),
    *(
        "9" * 5000 + ".yaml",
        "n" * 70_000,
        "a\x00.yaml",
        "<script>.yaml",
        "'\"; DROP TABLE cases.csv",
    ),
)
_KINDS = ("text/yaml", "application/zip", "image/png", "", "text/html; charset=utf-16", "a/b" * 99)


class Mishap(Exception):  # noqa: N818 - what the campaign looks for
    """A request was not answered as it should be."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """One request.

    path : where to; ``{case}`` stands for a case that is there
    """

    kind: str
    path: str
    body: bytes
    content_type: str


@cache
def _targets() -> tuple[Target, ...]:
    known = targets()
    language = {"conditions", "chains", "comparisons", "packages", "formulas"}
    return tuple(target for name, target in known.items() if name not in language)


def _changed(source: random.Random) -> bytes:
    """Return a file of some format with a few things put in the place of others."""
    target = source.choice(_targets())
    data = bytearray(source.choice(target.seeds))
    for _ in range(source.choice((0, 1, 1, 2, 3, 6))):
        change(source, target, data)
    return bytes(data)


def _part(name: bytes, data: bytes, *, file: bytes | None = None, kind: bytes = b"") -> bytes:
    """Return one part of a body of several parts."""
    head = b'content-disposition: form-data; name="' + name + b'"'
    if file is not None:
        head += b'; filename="' + file.replace(b'"', b"%22") + b'"'
    if kind:
        head += b"\r\ncontent-type: " + kind
    return b"--" + BOUNDARY + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


def _parted(parts: list[bytes]) -> bytes:
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"


def _file(source: random.Random, data: bytes, name: str = "") -> bytes:
    given = name or source.choice(_NAMES)
    kind = source.choice(_KINDS).encode()
    return _part(b"files", data, file=given.encode("utf-8", "surrogatepass"), kind=kind)


def _to_import(kind: str, body: bytes) -> Sending:
    content_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return Sending(kind=kind, path="/cases/import", body=body, content_type=content_type)


def one_file(source: random.Random) -> Sending:
    """Send one file, changed or of random bytes, under any name."""
    data = _changed(source) if source.random() < 0.85 else source.randbytes(source.randrange(3000))
    return _to_import("one file", _parted([_file(source, data)]))


def several_files(source: random.Random) -> Sending:
    """Send several files that may or may not belong together."""
    folder = next(target for target in _targets() if target.name == "folders")
    data = bytearray(source.choice(folder.seeds))
    if source.random() < 0.7:
        change(source, folder, data)
    pieces = bytes(data).split(b"\n==== ")[1:]
    files = [
        (name.decode("latin-1"), body) for name, _, body in (p.partition(b"\n") for p in pieces)
    ]
    parts = [_file(source, body, name) for name, body in files if name]
    if source.random() < 0.5:
        parts.append(_file(source, _changed(source)))
    source.shuffle(parts)
    return _to_import("several files", _parted(parts))


@cache
def _bomb(mebibytes: int, files: int) -> bytes:
    """Return an archive that is small, and unpacked large."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for k in range(files):
            made.writestr(f"{k}.xml", b" " * (mebibytes * 2**20 // files))
    return held.getvalue()


def _archive(source: random.Random) -> bytes:
    if source.random() < 0.15:
        return _bomb(source.choice((1, 60, 70, 300)), source.choice((1, 300)))
    if source.random() < 0.3:
        sound = next(target for target in _targets() if target.name == "archives")
        return source.choice(sound.seeds)
    held = io.BytesIO()
    method = source.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_STORED))
    number = source.choice((1, 2, 5, 5, 500))
    contents = [_changed(source) for _ in range(min(number, 5))]
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w", method) as made:
        warnings.simplefilter("ignore")
        for k in range(number):
            name = (source.choice(_NAMES) or "a")[: 60_000 if number < 9 else 60].replace("\0", "")
            content = contents[k % 5] if k < 9 else b""
            made.writestr(zipfile.ZipInfo(name), content, method)
        if source.random() < 0.2:
            made.writestr(zipfile.ZipInfo("inner.zip"), held.getvalue()[:9999])
    return held.getvalue()


def archive(source: random.Random) -> Sending:
    """Send an archive: odd names, bombs, archives in archives, sizes that are not so."""
    data = bytearray(_archive(source))
    for _ in range(source.choice((0, 0, 1, 4))):
        at = source.randrange(len(data))
        data[at : at + 4] = source.choice((b"\xff\xff\xff\x7f", b"\0\0\0\0", source.randbytes(4)))
    return _to_import("archive", _parted([_file(source, bytes(data))]))


def no_body(source: random.Random) -> Sending:
    """Send a body that is none, or one of thousands of parts."""
    parts = [_file(source, _changed(source)) for _ in range(source.choice((0, 1, 3)))]
    if source.random() < 0.2:
        number = source.choice((19, 21, 399, 401, 5000))
        piece = source.choice((_part(b"x", b"y"), _part(b"files", b"", file=b"a.yaml")))
        parts += [piece] * number
    body = bytearray(_parted(parts))
    for _ in range(source.choice((0, 1, 2, 5))):
        at = source.randrange(len(body))
        new = source.choice((b"\r\n", b"--", BOUNDARY, b"\0", b'"', b";", source.randbytes(3)))
        body[at : at + source.choice((0, 1, 40))] = new
    if source.random() < 0.1:
        body = bytearray(b"x" * source.choice((2**20, 5 * 2**20)))
    kinds = (
        *("multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"),
        *("application/x-www-form-urlencoded", "application/json", "", "text/plain; boundary=é"),
        *(f"multipart/form-data; boundary={BOUNDARY.decode()}",) * 8,
        f"multipart/form-data; boundary={'b' * 9000}",
    )
    path = source.choice(("/cases/import", "/cases/mend", "/cases/new/words", "/cases/{case}/text"))
    kind = source.choice(kinds)
    return Sending(kind="no body", path=path, body=bytes(body), content_type=kind)


def text(source: random.Random) -> Sending:
    """Send a text to be checked, kept, saved or mended."""
    data = _changed(source)
    if source.random() < 0.1:
        data = source.choice((b"- ", b"a: ", b"[", b"# \xd0\x96", b"&a *a ", b"{a: ")) * 100_000
    fields = [
        _part(b"text", data),
        _part(b"base", source.choice((b"1", b"1", b"1", b"0", b"-1", b"9" * 40, b"x"))),
        _part(b"draft", source.choice((b"a", b"", b"../a", b"a" * 40, b"\xff"))),
        _part(b"instead", source.choice((b"", b"a", b"b" * 9000))),
        _part(b"note", source.choice((b"", b"n" * 9000, b"\0", b"\xf0\x9f\x98\x80"))),
        _part(b"name", source.choice(_NAMES).encode()),
        *(_part(name, data[:2000]) for name in (b"title", b"parties", b"issues")),
    ]
    paths = ("/check", "/findings", "/draft", "")
    path = source.choice(
        ("/cases/mend", "/cases/new/words", *(f"/cases/{{case}}/text{p}" for p in paths))
    )
    content_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return Sending(kind="text", path=path, body=_parted(fields), content_type=content_type)


KINDS: tuple[Callable[[random.Random], Sending], ...] = (
    *(one_file, one_file, several_files, archive, no_body, text),
)


def sendings(seed: int) -> Iterator[Sending]:
    """Go through what is sent, for ever; the same seed gives the same."""
    source = random.Random(seed)  # noqa: S311 - a campaign, no secret
    while True:
        yield source.choice(KINDS)(source)


class Trial:
    """A workbench that is sent things, and what became of them."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.counts: Counter[str] = Counter()
        self.slowest = 0.0
        self.most = 0
        made = client.post("/cases/new/catalogue", data={"name": "harbour"})
        self.case = made.url.path.split("/")[2]

    def one(self, sending: Sending) -> None:
        """Send something; raise Mishap where the outcome is not right."""
        path = sending.path.replace("{case}", self.case)
        headers = {"content-type": sending.content_type} if sending.content_type else {}
        encoded = {name: value.encode("utf-8") for name, value in headers.items()}
        answer = self._ask("POST", path, content=sending.body, headers=encoded)
        taken = answer.history and "/cases/" in answer.url.path and self.case not in answer.url.path
        self.counts[f"{sending.kind}: {'taken' if taken else answer.status_code}"] += 1
        if taken:
            self._look(answer.url.path.split("/")[2])

    def _look(self, case: str) -> None:
        """Look at a case on its screens, hand it out, and delete it."""
        from detente.exchange import outlets

        for page in PAGES:
            shown = self._ask("GET", f"/cases/{case}{page}")
            if shown.status_code != 200:
                raise Mishap(f"{page or '/'} of a case that was taken: {shown.status_code}")
        for form in outlets():
            self._ask("GET", f"/cases/{case}/export/{form.name}")
        self._ask("GET", f"/cases/{case}/case.yaml")
        self._ask("GET", "/cases")
        self._ask("POST", f"/cases/{case}/delete")

    def _ask(self, method: str, path: str, **given: object) -> Response:
        began, held = time.process_time(), _held()
        answer = self.client.request(method, path, **given)  # type: ignore[arg-type]  # passed on
        spent, grown = time.process_time() - began, _held() - held
        self.slowest, self.most = max(self.slowest, spent), max(self.most, grown)
        if answer.status_code >= 500 and answer.status_code != 503:
            raise Mishap(f"{method} {path}: {answer.status_code}")
        if spent > MOST_SECONDS:
            raise Mishap(f"{method} {path}: {spent:.0f} seconds of processor time")
        if grown > MOST_MEMORY:
            raise Mishap(f"{method} {path}: {grown / 2**20:.0f} MiB")
        if "text/html" in answer.headers.get("content-type", "") and b"<script>" in answer.content:
            raise Mishap(f"{method} {path}: markup came through")
        return answer

    def summary(self) -> str:
        """Return what became of what was sent."""
        lines = [f"{kind}: {count:,}" for kind, count in sorted(self.counts.items())]
        lines.append(
            f"{self.counts.total():,} requests; the slowest took {self.slowest:.2f} s of processor "
            f"time, and none raised memory by more than {self.most / 2**20:.0f} MiB"
        )
        return "\n".join(lines)


def _held() -> int:
    """Return how many bytes the process has held at most."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def keep(sending: Sending, seed: int, number: int) -> Path:
    """Write down what was sent, to be tried again."""
    KEPT.mkdir(parents=True, exist_ok=True)
    file = KEPT / f"{seed}-{number}.bin"
    file.write_bytes(sending.body)
    told = {"kind": sending.kind, "path": sending.path, "content_type": sending.content_type}
    file.with_suffix(".json").write_text(json.dumps(told), encoding="utf-8")
    return file


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    from fastapi.testclient import TestClient

    from detente.web.app import create_app
    from detente.web.settings import Settings

    logging.disable(logging.WARNING)
    end = time.monotonic() + 60 * chosen.minutes
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings(database=f"sqlite:///{Path(folder, 'workbench.db')}"))
        with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
            trial = Trial(client)
            for number, sending in enumerate(sendings(chosen.seed)):
                try:
                    trial.one(sending)
                except Mishap as mishap:
                    print(f"{keep(sending, chosen.seed, number)}: {mishap}", flush=True)
                    print(trial.summary())
                    sys.exit(1)
                if time.monotonic() > end:
                    break
            print(f"{trial.summary()}; no mishap", flush=True)


if __name__ == "__main__":
    main()
