"""Pictures as PNG, drawn from their SVG with a typeface of our own, so that all machines agree."""

from __future__ import annotations

from importlib.resources import as_file, files

from detente.errors import DetenteError

_SCALE = 2
_FACES = ("inter-400.ttf", "inter-600.ttf")


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
            svg_string=svg.replace('font-weight="650"', 'font-weight="600"'),  # it knows hundreds
            font_files=[str(plain), str(bold)],
            font_family="Inter",
            sans_serif_family="Inter",
            zoom=_SCALE,
        )
    return bytes(drawn)
