"""What a job's process is handed and what it leaves behind, as files that need no trust.

Both are a line of JSON; behind that of the outcome stand the files of the answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Literal

Kind = Literal["answer", "refused", "memory", "fault"]
"""How a job ended that could say so: answered, not answerable, too large, or by our own fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a job's process is to do.

    entry : ``module:function`` that answers, called with text, question, options and work
    readings, seed, seconds, work_memory : circumstances of the work, see :class:`detente.work.Work`
    memory : bytes that the process may use
    path : where modules are looked for
    """

    entry: str
    text: str
    question: str
    options: Mapping[str, Any]
    readings: int
    seed: int
    seconds: float
    work_memory: int
    memory: int
    path: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job ended.

    message : for people where it was refused; a traceback, for us, where it is our fault
    """

    kind: Kind
    message: str = ""
    contents: dict[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_request(request: Request, file: IO[bytes]) -> None:
    """Write what is to be done."""
    file.write(json.dumps(asdict(request)).encode())
    file.flush()


def read_request(file: IO[bytes]) -> Request:
    """Read what is to be done."""
    file.seek(0)
    return Request(**json.loads(file.read()))


def write_outcome(outcome: Outcome, file: IO[bytes]) -> None:
    """Write how it ended over what the file held."""
    file.seek(0)
    file.truncate()
    sizes = {name: len(data) for name, data in outcome.files.items()}
    told = (outcome.kind, outcome.message, outcome.contents, sizes)
    file.write(json.dumps(told).encode() + b"\n")
    for data in outcome.files.values():
        file.write(data)
    file.flush()


def read_outcome(file: IO[bytes]) -> Outcome:
    """Read how it ended."""
    file.seek(0)
    kind, message, contents, sizes = json.loads(file.readline())
    files = {name: file.read(size) for name, size in sizes.items()}
    return Outcome(kind=kind, message=message, contents=contents, files=files)
