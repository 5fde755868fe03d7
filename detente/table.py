"""The one shape in which answers reach people: sections of sentences, tables and pictures.

Answers build these; text, HTML, CSV, Markdown and the web page only lay them out. Nothing here
computes, and nothing here is specific to one face.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, Protocol, runtime_checkable

from detente.number import counted, rounded, signed

Tone = Literal["plain", "good", "bad", "warn"]
"""What a cell or sentence means: reached, refused, or to be looked at. Never colour alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """In how much of the readings that fit the statements something is true.

    value : 0 to 1, the part of the readings
    error : one standard error of ``value``, from batch means; 0 when certain
    certain : the value 0 or 1 is proved (no reading, every reading), not merely counted
    effective : how many independent readings the estimate is worth; 0 when certain
    """

    value: float
    error: float = 0.0
    certain: bool = False
    effective: float = 0.0

    def __str__(self) -> str:
        """Return ``every``, ``none`` or a percentage such as ``72 %`` or ``under 0.1 %``."""
        if self.certain:
            return "every" if self.value >= 0.5 else "none"
        if self.value < 0.001:
            return "under 0.1 %"
        if self.value > 0.999:
            return "over 99.9 %"
        percent = 100 * self.value
        return f"{percent:.1f} %" if percent < 1 or percent > 99 else f"{percent:.0f} %"

    def phrase(self) -> str:
        """Return the share as part of a sentence: ``in 72 % of the readings``."""
        if self.certain:
            return "in every reading" if self.value >= 0.5 else "in no reading"
        return f"in {self} of the readings"

    def rest(self) -> Share:
        """Return the share of the other readings.

        Examples
        --------
        >>> str(Share(value=0.7).rest()), str(Share(value=1.0, certain=True).rest())
        ('30 %', 'none')
        """
        return replace(self, value=round(1 - self.value, 12))

    def data(self) -> float:
        """Return the number for JSON."""
        return round(self.value, 6)


Cell = str | int | Fraction | Share | None
"""What a table holds. None is an empty cell, printed as a dash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: ``key`` names it in CSV and JSON, ``title`` in print.

    signed : numbers are gains and carry their sign
    """

    key: str
    title: str
    align: Literal["left", "right"] = "left"
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of plain values under named columns.

    tones : tone of single cells, by (row, column) position
    strong : positions of rows to be set apart, such as totals
    note : one sentence under the table, such as "12 more rows not shown"
    most : so many rows are shown to people, all when 0; comma-separated values have every row
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    tones: dict[tuple[int, int], Tone] = field(default_factory=dict)
    strong: frozenset[int] = frozenset()
    note: str = ""
    most: int = 0

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                message = (
                    f"table {self.title!r}: {len(row)} cells under {len(self.columns)} columns"
                )
                raise ValueError(message)

    def cut(self) -> Table:
        """Return the table as people see it: its first ``most`` rows."""
        if not self.most or len(self.rows) <= self.most:
            return self
        tones = {place: tone for place, tone in self.tones.items() if place[0] < self.most}
        return replace(self, rows=self.rows[: self.most], tones=tones)

    def cell(self, row: int, column: int) -> str:
        """Return one cell as people read it."""
        return cell_text(self.rows[row][column], with_sign=self.columns[column].signed)


def cell_text(cell: Cell, *, with_sign: bool = False) -> str:
    """Return a value as people read it: rounded to 0.1, true minus, a dash for nothing.

    Examples
    --------
    >>> cell_text(None), cell_text(Fraction(1, 3)), cell_text(Fraction(5, 2), with_sign=True)
    ('–', '0.3', '+2.5')
    """
    if cell is None:
        return "\N{EN DASH}"
    if isinstance(cell, int) and abs(cell) >= 10_000:
        return counted(cell)
    if isinstance(cell, Fraction | int):
        return signed(Fraction(cell)) if with_sign else rounded(Fraction(cell))
    return str(cell)


@runtime_checkable
class Picture(Protocol):
    """What every picture in ``report/pictures`` offers.

    A picture is a frozen description in plain values; it knows how to draw itself as SVG and how
    to say the same as a table.
    """

    @property
    def title(self) -> str:
        """What the picture shows, as a heading."""

    @property
    def description(self) -> str:
        """The picture in one or two sentences, for people who cannot see it."""

    def to_svg(self, *, width: int = 760, theme: Literal["page", "light", "dark"] = "page") -> str:
        """Return the drawing.

        ``page`` leaves colours to the page's style sheet; the others are complete in themselves.
        """

    def table(self) -> Table:
        """Return the numbers behind the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence or short paragraph, with what it means.

    source : where it comes from, such as ``press12#3 (line 14)``; shown in small type
    """

    text: str
    tone: Tone = "plain"
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an answer: a heading, what it says, and the parts below it.

    key : short word for anchors, unique among its neighbours
    lead : the sentences that answer the question
    points : further sentences, laid out as a list
    """

    key: str
    title: str
    lead: tuple[Sentence, ...] = ()
    points: tuple[Sentence, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    parts: tuple[Section, ...] = ()
