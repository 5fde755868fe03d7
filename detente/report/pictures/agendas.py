"""Agendas side by side by what each ends in, issue by issue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from detente.report.palette import Colours, Theme
from detente.report.pictures.divided import BETWEEN, Part, divided, often, part_box, said
from detente.report.pictures.scales import cut, text_width, wrapped
from detente.report.pictures.svg import Element, bar, drawing, element, label, mark, rule
from detente.report.wording import shown
from detente.table import Cell, Column, Share, Table

NARROW = 480
"""Widths up to this are a phone's: agendas stand one under another."""

_SMALL = 12.0
_LINE = 15.0
_BAR = 9.0
_GUTTER = 12.0
_LEAST_COLUMN = 88.0
_GROUP_GAP = 34.0
_TITLE_LINES, _BUNDLE_LINES, _NAME_LINES = 6, 12, 5
_MOST_REFUSING = 4
_APART = 4.0
_MARKED = 13.0
_NUMBER = 13.0
_SWATCH = 25.0
_TEXT = 31.0
"""From the top of a row to the text under its bar."""
_ROUNDING = 5e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An issue and its options, in case order: one row of the grid."""

    label: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """One column.

    bundles : what is settled together, in words, in order
    completes : in what share all bundles are settled
    refuses : who refuses to begin, and in what share; empty when nobody does
    shares : for each row of the grid in what share each option is settled at; what is missing to
        all readings is not settled
    """

    title: str
    bundles: tuple[str, ...]
    completes: Share
    refuses: tuple[tuple[str, Share], ...]
    shares: tuple[tuple[Share, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaGrid:
    """A column for each agenda and a row for each issue; the first column is all at once."""

    title: str
    description: str
    issues: tuple[Settled, ...]
    agendas: tuple[Agenda, ...]

    def __post_init__(self) -> None:
        wanted = [len(issue.options) for issue in self.issues]
        for agenda in self.agendas:
            if [len(shares) for shares in agenda.shares] != wanted:
                message = f"{agenda.title!r}: shares do not fit the options of the issues"
                raise ValueError(message)

    def to_svg(self, *, width: int = 760, theme: Theme = "page") -> str:
        """Return the drawing."""
        colours = Colours(theme=theme)
        body, y = _legend(self, width=width, colours=colours)
        usual = _usual(self)
        for group in _groups(self, width=width, colours=colours):
            for draw in (_heads, _completes, _refuses):
                parts, y = draw(group, top=y)
                body += parts
            for place, issue in enumerate(self.issues):
                parts, y = _issue(group, issue, place, usual[place], top=y)
                body += parts
            y += _GROUP_GAP
        return drawing(
            title=self.title,
            description=self.description,
            width=width,
            height=max(y - _GROUP_GAP, 24),
            theme=theme,
            body=body,
        )

    def table(self) -> Table:
        """Return how each agenda runs, then one row for each option of each issue."""
        columns = (
            Column(key="issue", title="Issue"),
            Column(key="option", title="Option"),
            *(
                Column(key=f"agenda_{place}", title=agenda.title, align="right")
                for place, agenda in enumerate(self.agendas, start=1)
            ),
        )
        refusing = dict.fromkeys(who for agenda in self.agendas for who, _ in agenda.refuses)
        rows: list[tuple[Cell, ...]] = [
            ("Order", "", *(_order(agenda) for agenda in self.agendas)),
            ("Completes", "", *(agenda.completes for agenda in self.agendas)),
        ]
        rows += [
            ("" if place else "Refused by", who, *(dict(a.refuses).get(who) for a in self.agendas))
            for place, who in enumerate(refusing)
        ]
        rows += [
            ("" if k else issue.label, option, *(a.shares[place][k] for a in self.agendas))
            for place, issue in enumerate(self.issues)
            for k, option in enumerate(issue.options)
        ]
        return Table(title=self.title, columns=columns, rows=tuple(rows) if self.agendas else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Some agendas side by side."""

    agendas: tuple[Agenda, ...]
    width: float
    side: float
    colours: Colours

    @property
    def column(self) -> float:
        """How wide each column is, without the space between columns."""
        return (self.width - self.side + _GUTTER) / len(self.agendas) - _GUTTER

    def x(self, place: int) -> float:
        """Return where a column begins."""
        return self.side + place * (self.column + _GUTTER)

    def columns(self) -> Iterator[tuple[float, Agenda]]:
        """Return each agenda with where its column begins."""
        for place, agenda in enumerate(self.agendas):
            yield self.x(place), agenda


def _groups(grid: AgendaGrid, *, width: float, colours: Colours) -> Iterator[_Group]:
    """Return the agendas in as few groups as have room; one by one on a phone."""
    texts = [shown(issue.label) for issue in grid.issues]
    widest = max((text_width(text) for text in texts), default=0)
    narrow = width <= NARROW
    side = min(max(widest, 76), width * (0.38 if narrow else 0.19)) + _GUTTER
    n_agendas = len(grid.agendas)
    fit = 1 if narrow else max(int((width - side + _GUTTER) / (_LEAST_COLUMN + _GUTTER)), 1)
    n_groups = -(-n_agendas // fit)
    each = -(-n_agendas // max(n_groups, 1))
    for first in range(0, n_agendas, max(each, 1)):
        agendas = grid.agendas[first : first + each]
        yield _Group(agendas=agendas, width=width, side=side, colours=colours)


def _usual(grid: AgendaGrid) -> list[int | None]:
    """Return for each issue the option that the first agenda most often ends in."""
    if not grid.agendas:
        return [None] * len(grid.issues)
    return [_most(shares) for shares in grid.agendas[0].shares]


def _most(shares: tuple[Share, ...]) -> int | None:
    """Return the option settled at most often; None where the issue mostly is not settled."""
    rest = _rest(shares)
    if not shares or max(share.value for share in shares) < max(rest, 1e-9):
        return None
    return max(range(len(shares)), key=lambda option: shares[option].value)


def _rest(shares: tuple[Share, ...]) -> float:
    """Return in what share the issue is not settled; 0 where that is rounding."""
    rest = 1 - sum(share.value for share in shares)
    return rest if rest >= _ROUNDING else 0.0


def _legend(grid: AgendaGrid, *, width: float, colours: Colours) -> tuple[list[Element], float]:
    """Return what the boxes and the mark mean, and where the drawing may begin below."""
    if not grid.agendas:
        return [], 0.0
    ink, muted = colours.named("ink"), colours.named("muted")
    room = width - _SWATCH
    keys = {"usual": f"what “{shown(grid.agendas[0].title)}” ends in most often"}
    keys["other"] = "other options"
    if len(grid.agendas) > 1:
        keys["differs"] = "ends in something else most often"
    if any(_rest(shares) for agenda in grid.agendas for shares in agenda.shares):
        keys["open"] = "not settled"
    result: list[Element] = []
    x, y = 0.0, 13.0
    for key, words in keys.items():
        text = cut(words, room, size=_SMALL)
        needed = _SWATCH + text_width(text, size=_SMALL)
        if x > 0 and x + needed > width:
            x, y = 0.0, y + 19
        if key == "differs":
            result.append(mark("diamond", x + 9, y - 4, radius=3.4, fill=ink, stroke="none"))
        elif key == "open":
            result.append(_open_box(x + 0.5, y - 4 - _BAR / 2, 17, colours=colours))
        else:
            part = Part(option=0, x=x, wide=18, strong=key == "usual")
            box = part_box(part, words, y=y - 4 - _BAR / 2, height=_BAR, colours=colours)
            result.append(box)
        result.append(label(x + _SWATCH, y, text, fill=muted, size=_SMALL, full=words))
        x += needed + 16
    return result, y + 16


def _open_box(x: float, y: float, wide: float, *, colours: Colours) -> Element:
    """Return the dashed box of readings in which the issue is not settled."""
    return element(
        "rect",
        element("title", "not settled"),
        x=x,
        y=y + 0.5,
        width=wide,
        height=_BAR - 1,
        fill="none",
        stroke=colours.named("control"),
        stroke_dasharray="2 2",
    )


def _heads(group: _Group, *, top: float) -> tuple[list[Element], float]:
    """Return the title and the bundles of each agenda."""
    colours = group.colours
    ink, muted = colours.named("ink"), colours.named("muted")
    alone = len(group.agendas) == 1
    room = group.width if alone else group.column
    result: list[Element] = []
    titles = [
        wrapped(shown(agenda.title), room, bold=True, lines=_TITLE_LINES)
        for agenda in group.agendas
    ]
    deep = max(map(len, titles))
    ends = []
    for (start, agenda), lines in zip(group.columns(), titles, strict=True):
        x = 0.0 if alone else start
        y = top + _LINE * (deep - len(lines))
        for line in lines:
            y += _LINE
            result.append(label(x, y, line, fill=ink, weight=650, full=agenda.title))
        y += 3
        for number, bundle in enumerate(agenda.bundles, start=1):
            if len(agenda.bundles) > 1:
                text = f"{number}."
                result.append(label(x, y + _LINE, text, fill=muted, size=_SMALL))
            inset = _NUMBER if len(agenda.bundles) > 1 else 0.0
            most = room - inset
            for line in wrapped(shown(bundle), most, size=_SMALL, lines=_BUNDLE_LINES):
                y += _LINE
                result.append(label(x + inset, y, line, fill=muted, size=_SMALL, full=bundle))
        ends.append(y)
    return result, max(ends) + 12


def _row_name(group: _Group, text: str, *, top: float) -> tuple[list[Element], float]:
    """Return the name of a row under a thin line, and where it ends below."""
    colours = group.colours
    lines = wrapped(shown(text), group.side - _GUTTER, lines=3)
    result = [rule(0, top, group.width, top, stroke=colours.named("line"))]
    y = top + 4
    for line in lines:
        y += _LINE
        result.append(label(0, y, line, fill=colours.named("ink"), weight=500, full=text))
    return result, y + 9


def _completes(group: _Group, *, top: float) -> tuple[list[Element], float]:
    """Return in what share each agenda completes, as bars."""
    colours = group.colours
    result, end = _row_name(group, "Completes", top=top)
    for x, agenda in group.columns():
        y = top + 8 + _BAR / 2
        right = x + group.column
        result.append(bar(x, right, y, height=_BAR, fill=colours.named("sunk")))
        if agenda.completes.value > 0:
            reach = x + group.column * min(agenda.completes.value, 1)
            result.append(bar(x, reach, y, height=_BAR, fill=colours.named("good")))
        text = cut(_how_often(agenda.completes), group.column, size=_SMALL, bold=True)
        ink = colours.named("ink")
        result.append(label(x, top + _TEXT, text, fill=ink, weight=600, size=_SMALL))
    return result, max(end, top + _TEXT + 9)


def _how_often(share: Share) -> str:
    """Return a share that stands alone."""
    if share.certain:
        return "always" if share.value >= 0.5 else "never"
    return str(share)


def _refuses(group: _Group, *, top: float) -> tuple[list[Element], float]:
    """Return who refuses to begin, and in what share."""
    colours = group.colours
    ink, muted = colours.named("ink"), colours.named("muted")
    result, end = _row_name(group, "Refused by", top=top)
    for x, agenda in group.columns():
        more = len(agenda.refuses) - _MOST_REFUSING
        entries = [
            _with_share(shown(who), str(share), group.column)
            for who, share in agenda.refuses[:_MOST_REFUSING]
        ]
        entries += [[f"and {more} more"]] if more > 0 else []
        fill = ink if entries else muted
        y = top + 4
        for entry in entries or [["nobody"]]:
            for line in entry:
                y += _LINE
                result.append(label(x, y, line, fill=fill, size=_SMALL))
            y += _APART
        end = max(end, y - _APART + 9)
    return result, end


def _with_share(name: str, share: str, room: float) -> list[str]:
    """Return a name with its share, on two lines where one is too short."""
    lines = wrapped(name, room, size=_SMALL, bold=True, lines=_NAME_LINES)
    joined = f"{lines[-1]} {share}"
    if text_width(joined, size=_SMALL, bold=True) <= room:
        return [*lines[:-1], joined]
    return [*lines, share]


def _issue(
    group: _Group, issue: Settled, place: int, usual: int | None, *, top: float
) -> tuple[list[Element], float]:
    """Return what each agenda settles an issue at: a bar, and under it the most frequent option."""
    colours = group.colours
    ink = colours.named("ink")
    result, end = _row_name(group, issue.label, top=top)
    for x, agenda in group.columns():
        shares = agenda.shares[place]
        parts = divided(shares, range(len(shares)), start=x, width=group.column, strong=usual)
        y = top + 8
        for part in parts:
            text = said(issue.options[part.option], shares[part.option])
            result.append(part_box(part, text, y=y, height=_BAR, colours=colours))
        after = parts[-1].x + parts[-1].wide + BETWEEN if parts else x
        left = x + group.column - after
        if _rest(shares) and left > 2:
            result.append(_open_box(after + 0.5, y, left - 1, colours=colours))
        most = _most(shares)
        differs = most != usual
        inset = _MARKED if differs else 0.0
        if most is None:
            name, share = "not settled", Share(value=_rest(shares))
        else:
            name, share = shown(issue.options[most]), shares[most]
        y = top + _TEXT
        if differs:
            result.append(mark("diamond", x + 4, y - 4, radius=3.4, fill=ink, stroke="none"))
        for line in _with_share(name, often(share), group.column - inset):
            weight = 600 if differs else 500
            result.append(
                label(x + inset, y, line, fill=ink, weight=weight, size=_SMALL, full=name)
            )
            y += _LINE
        end = max(end, y - _LINE + 9)
    return result, end


def _order(agenda: Agenda) -> str:
    return ", then ".join(agenda.bundles)
