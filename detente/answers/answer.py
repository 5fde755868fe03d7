"""What every answer is: a frozen result that prints, gives JSON and shows itself in a notebook."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from detente.analysis import Analysis
from detente.case import Case
from detente.report import text
from detente.table import Section, Sentence
from detente.work import Work

CONTRACT = 1
"""Version of the JSON form; it rises when something in it is renamed or removed."""


class Answer(ABC):
    """An answer to one question about a case."""

    @abstractmethod
    def data(self) -> dict[str, Any]:
        """Return the answer as plain values for JSON."""

    @abstractmethod
    def sections(self) -> tuple[Section, ...]:
        """Return the answer for people."""

    def headline(self) -> tuple[Sentence, ...]:
        """Return what of it belongs on the first page of a report; nothing, unless it says so."""
        return ()

    def chapter(self) -> tuple[Section, ...]:
        """Return the answer as a part of a report."""
        return self.sections()

    @property
    def ok(self) -> bool:
        """False when the case has to be put right; the command then ends with 1."""
        return True

    def json(self) -> str:
        """Return the answer as JSON text."""
        return json.dumps({"contract": CONTRACT, **self.data()}, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        return text.render(self.sections())

    def _repr_html_(self) -> str:
        from detente.report import html

        return html.fragment(self.sections())


class Paged(Answer):
    """An answer that can also be had as a page of its own."""

    @abstractmethod
    def whole(self) -> tuple[Section, ...]:
        """Return everything that the page tells."""

    @abstractmethod
    def page(self) -> str:
        """Return one HTML file that needs nothing else."""


class Filed(Answer):
    """An answer that can also be had as several files, for different readers."""

    @abstractmethod
    def files(self) -> Mapping[str, str]:
        """Return the texts of the files by their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An argument or option of a command beyond those that every command has.

    required : a positional argument that has to be given
    positional : a positional argument that may be left out; otherwise ``--name VALUE``
    flag : ``--name`` alone, which switches something on
    file : the value names a file of comma-separated values, and the question is given its cells
    local : the value names a thing on the machine that answers, so only who sits there may give it
    """

    name: str
    help: str
    required: bool = False
    positional: bool = False
    flag: bool = False
    file: bool = False
    local: bool = False
    metavar: str = "TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that a command reads before it asks: a file, or a name that stands for one.

    kind : what it holds; whoever asks knows how to load it
    """

    name: str
    kind: Literal["case", "register"]
    help: str


CASE = Subject(
    name="case",
    kind="case",
    help="a file, the name of a case in the catalogue, or - for standard input",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A command: what it asks, and how.

    ask : (*subjects, *required options, **other options, work=...) -> answer
    subjects : what it asks about; nearly always one case
    writes_page : the answer has a ``page()``, which ``--output`` writes to a file
    writes_folder : the answer has ``files()``, which ``--output`` writes into a folder
    reported : asks the same within an analysis, for the report of ``analyse``; an UnanswerableError
        says that the case has nothing of the kind. None for what is no part of the report, or is
        built into it
    """

    name: str
    ask: Callable[..., Answer]
    subjects: tuple[Subject, ...] = (CASE,)
    options: tuple[Option, ...] = ()
    writes_page: bool = False
    writes_folder: bool = False
    reported: Callable[[Analysis], Answer] | None = None


def circumstances(case: Case, work: Work) -> Mapping[str, Any]:
    """Return what every JSON answer says about how it came to be."""
    return {
        "case": {"title": case.title, "as_of": case.as_of},
        "seed": work.seed,
        "view": work.view,
    }
