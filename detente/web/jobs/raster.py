"""Pictures as PNG, drawn from their SVG with a typeface of our own, so that all machines agree."""

from __future__ import annotations

import re
from importlib.resources import as_file, files

from detente.errors import DetenteError

_SCALE = 2
_FACES = ("inter-400.ttf", "inter-600.ttf")
_TOWARDS = re.compile(
    r'<text x="([\d.]+)" y="([\d.]+)" fill="([^"]+)" text-anchor="end"([^>]*)>([^<]*) →(?=<)'
)


def png(svg: str) -> bytes:
    """Return a picture at twice its size. What Inter has no sign for is taken from the system.

    Raises
    ------
    DetenteError
        What draws it is not installed.
    """
    try:
        import resvg_py
    except ImportError:
        message = (
            "pictures as PNG need what 'pip install detente[export]' brings; SVG is there without"
        )
        raise DetenteError(message) from None
    folder = files("detente.web").joinpath("static", "vendor", "inter")
    with as_file(folder.joinpath(_FACES[0])) as plain, as_file(folder.joinpath(_FACES[1])) as bold:
        drawn = resvg_py.svg_to_bytes(
            svg_string=_TOWARDS.sub(_with_an_arrow, svg).replace(
                'font-weight="650"',
                'font-weight="600"',  # it knows hundreds
            ),
            font_files=[str(plain), str(bold)],
            font_family="Inter",
            sans_serif_family="Inter",
            zoom=_SCALE,
        )
    return bytes(drawn)


def _with_an_arrow(found: re.Match[str]) -> str:
    """Return the words of an axis with their arrow drawn.

    Our Inter has no such sign, and one sign from another typeface takes all words beside it along.
    """
    x, y, fill, more, words = found.groups()
    tip, level = float(x), float(y) - 4
    return (
        f'<path d="M{tip - 11:g} {level:g}H{tip:g}m-4 -3.5l4 3.5l-4 3.5" stroke="{fill}"'
        ' stroke-width="1.5" fill="none"/>'
        f'<text x="{tip - 16:g}" y="{y}" fill="{fill}" text-anchor="end"{more}>{words}'
    )
