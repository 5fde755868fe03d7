"""What malformed input is thrown at, what it begins with, and the words that are mixed in."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detente.case import Case

ROOT = Path(__file__).resolve().parents[2]
MALFORMED = ROOT / "tests" / "formats" / "malformed"
PAGE = ROOT / "docs" / "reference" / "formats.md"
MOST_BYTES = 20_000
"""Larger seeds are left out: small ones are changed faster."""

_LANGUAGE = """no deal|status quo|whatever else| and | or |not | in |==|>=| > | ~ |(|)|
..|more than |1/3|0.5|x*x|4*x|'|"|%|@|\\"""
_YAML = """{|}|[|]|: |- |#|&a |*a|!!|<<: |because|confidence|order|compare|scores|rule|\t|\r"""
_JSON = """{|}|[|]|:|,|"|null|true|-0|1e99|1e-99|1e999|NaN|0.1|{}|[]|\\u0000|\\ud800|
"name"|"values"|"LinearAdditiveUtilitySpace"|
"SumOfGroupsUtilitySpace"|"DefaultPartialOrdering"|"issuesValues"|
"PartsUtilities"|"NumberValueSetUtilities"|"range"|"reservationBid"|"better"|"bids"|"issuevalues"|
"decisionMakers"|"options"|"preferences"|"infeasibles"|"type"|"issues"|"weights"|"mapping"|[0,1]"""
_XML = """<|>|/>|</|<!--|-->|<![CDATA[|]]>|<?xml version="1.0"?>|<!DOCTYPE a [<!ENTITY b "c">]>|&b;|
&amp;|&#0;|&#x10ffff;|index="1"|value="1e9"|evaluation="-1"|<weight index="1" value="0"/>|
xmlns:a="b"|<issue index="2" name="p" type="integer" lowerbound="0" upperbound="9"/>|
<item index="1" value="a"/>|<hyperRectangle utility="3">|<INCLUDES index="1" min="0" max="1"/>|
<EXCLUDES index="1" min="0" max="9"/>|<reservation value="2"/>|type="real"|type="discrete"|
<range lowerbound="0" upperbound="1"/>|ftype="linear" """
_TABLE = (
    """,|;|\t|"|""|\r\n|\n|=1+1|no deal|1,5|0.5|%|-|reject|weight|party|issue|option|0|1e9|'|\x00"""
)
_GAME = """{|}|"|NFG 1 R|NFG 1 D|EFG 2 R|1/2|-1|0|1e9|1/0|\\"|0.5"""
_SHEETS = """<row r="1">|</row>|<c r="A1">|<c r="XFD1048576" t="s">|<v>0</v>|<v>1e9</v>|
t="inlineStr"|<is>|<t>x</t>|<f>A1</f>|<si>|<mergeCell ref="A1:B9"/>|
<sheet name="a" sheetId="1" r:id="rId1"/>"""


@dataclass(frozen=True, kw_only=True)
class Target:
    """Something that takes bytes from anybody.

    seeds : good and bad inputs to begin with
    words : what is mixed into them
    """

    name: str
    attempt: Callable[[bytes], object]
    seeds: tuple[bytes, ...]
    words: tuple[bytes, ...]


def targets() -> dict[str, Target]:
    """Return everything that is tried, by name: the language, each format, folders and archives."""
    from detente import grammar
    from detente.formats import FORMATS, loads

    files = list(_files())
    language = {
        "conditions": grammar.parse_condition,
        "chains": grammar.parse_chain,
        "comparisons": grammar.parse_comparison,
        "packages": grammar.parse_package,
        "formulas": grammar.parse_formula,
    }
    phrases = tuple(_phrases())
    found = [
        Target(
            name=name,
            attempt=partial(_as_text, parse),
            seeds=phrases,
            words=_words(_LANGUAGE, _YAML),
        )
        for name, parse in language.items()
    ]
    for name, known in FORMATS.items():
        seeds = tuple(
            data
            for suffix, data in files
            if suffix in known.suffixes and (name == "native" or known.recognises(data))
        )
        attempt: Callable[[bytes], object] = partial(_read, name)
        if name == "workbook":
            seeds = tuple(map(_opened, seeds))
            attempt = partial(_closed, partial(_read, name))
        found.append(Target(name=name, attempt=attempt, seeds=seeds, words=_of_format(name)))
    folders = tuple(_folders())
    heads = (_headed(name, b"") for name in ("a.xml", "p.json", "q.yml"))
    mixed = (*_words(_JSON, _XML, _YAML), *heads)
    found += [
        Target(name="folders", attempt=partial(_closed, loads), seeds=folders, words=mixed),
        Target(
            name="archives",
            attempt=loads,
            seeds=tuple(map(_packed, folders)),
            words=(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"../", b"\xff\xff\xff\xff"),
        ),
    ]
    return {target.name: target for target in found if target.seeds}


def _of_format(name: str) -> tuple[bytes, ...]:
    words = {
        "genius": (_XML,),
        "geniusweb": (_JSON,),
        "gmcr": (_JSON,),
        "negmas": (_YAML, _JSON),
        "gambit": (_GAME,),
        "graph-csv": (_TABLE, _LANGUAGE),
        "sheet": (_TABLE,),
        "workbook": (_SHEETS, _XML),
    }
    return _words(*words.get(name, (_LANGUAGE, _YAML)))


def _words(*texts: str) -> tuple[bytes, ...]:
    odd = ("\n", "\n  ", "\ufeff", "\u202e", "9" * 31, "9" * 400, "\x00", "é", "\ud800")
    found = [word for text in texts for word in text.replace("|\n", "|").split("|")]
    return tuple(word.encode("utf-8", "surrogatepass") for word in (*found, *odd) if word)


# What is tried ------------------------------------------------------------------------------------


def _as_text(parse: Callable[[str], object], data: bytes) -> object:
    return parse(data.decode("utf-8", "replace"))


def _read(name: str, data: bytes) -> object:
    """Read content in one format, whatever it looks like; every format has a look at it."""
    from detente.formats import FORMATS

    for known in FORMATS.values():
        known.recognises(data)
    return FORMATS[name].read(data, "-")


def _closed(read: Callable[[bytes], object], data: bytes) -> object:
    """Read the archive of a text that names its files, so that changes reach what is inside."""
    return read(_packed(data))


def _packed(data: bytes) -> bytes:
    """Return an archive of the files that stand one after the other in a text."""
    held = io.BytesIO()
    _, *parts = re.split(rb"\n==== ([^\n]*)\n", data)
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w") as archive:
        warnings.simplefilter("ignore")
        for name, body in zip(parts[::2], parts[1::2], strict=True):
            archive.writestr(zipfile.ZipInfo(name.decode("latin-1") or "-"), body)
    return held.getvalue()


def _opened(data: bytes) -> bytes:
    """Return the files of an archive one after the other, each below its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(_headed(name, archive.read(name)) for name in archive.namelist())


def _headed(name: str, body: bytes) -> bytes:
    return b"\n==== " + name.encode() + b"\n" + body


# What it begins with ------------------------------------------------------------------------------


def _files() -> Iterator[tuple[str, bytes]]:
    """Yield files with their endings: of the catalogue, malformed, documented and written ones."""
    from detente import catalog
    from detente.formats import bare, loads

    for name in catalog.names():
        path = catalog.path_of(name)
        data = path.read_bytes()
        if len(data) < MOST_BYTES:
            yield Path(path.name).suffix, data
        yield from _written(bare(catalog.load(name)))
    for file in sorted(MALFORMED.glob("*.*")):
        if file.suffix != ".txt":
            yield file.suffix, file.read_bytes()
    for _, name, body in _documented():
        yield Path(name).suffix, body
    yield from _written(loads(SMALL))
    for folder in _small_folders():
        for name, text in folder.items():
            yield Path(name).suffix, text.encode()
    yield ".json", GROUPS
    yield ".xml", RECTANGLES


def _written(case: Case) -> Iterator[tuple[str, bytes]]:
    """Yield a case in every format of one file that holds it."""
    from detente.errors import DetenteError
    from detente.formats import FORMATS

    for known in FORMATS.values():
        if known.write is None:
            continue
        with suppress(DetenteError):
            text = known.write(case)
            data = text.encode() if isinstance(text, str) else text
            if len(data) < MOST_BYTES:
                yield known.suffixes[0], data


def _documented() -> Iterator[tuple[str, str, bytes]]:
    """Yield the files of the page on formats: folder, or nothing, name and content."""
    text = PAGE.read_text(encoding="utf-8")
    for name, body in re.findall(
        r"^```\w+ (\S+\.\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL
    ):
        folder, _, file = name.rpartition("/")
        yield folder, file, body.encode()


def _folders() -> Iterator[bytes]:
    """Yield the folders of that page, and a small case as every folder that there is."""
    documented = list(_documented())
    for folder in sorted({folder for folder, _, _ in documented if folder}):
        yield b"".join(_headed(name, body) for of, name, body in documented if of == folder)
    for files in _small_folders():
        yield b"".join(_headed(name, text.encode()) for name, text in files.items())


def _small_folders() -> Iterator[Mapping[str, str]]:
    """Yield a small case in every format of a folder: texts by file name."""
    from detente.formats import FORMATS, loads

    case = loads(SMALL)
    for known in FORMATS.values():
        if known.write_folder is not None:
            yield known.write_folder(case)


def _phrases() -> Iterator[bytes]:
    from detente.statements import KINDS

    for kind in KINDS.values():
        yield kind.EXAMPLE.partition(":")[2].strip(" {}").encode()
    yield b"not (a in (b, 'c d') or n >= 1/3) and x != y"
    yield b"no deal >= (a = b, c = d) ~ whatever else (e = f) > march"
    yield b"-(32 - 4*x)/2 + x*x*0.5"


SMALL = """\
detente: 1
title: small
parties: {a: {}, b: {}}
issues:
  pay: {range: 0..4, step: 1, status_quo: 0}
  cranes: {options: [none, pilot, full], status_quo: none}
preferences:
  a:
    - scores: {pay: {0: 0, 4: 60}, cranes: {none: 10, pilot: 20, full: 40}}
    - no_deal: 55
  b:
    - scores: {pay: {0: 50, 4: 0}, cranes: {none: 50, pilot: 25, full: 0}}
    - no_deal: 25
"""

GROUPS = b"""{"SumOfGroupsUtilitySpace": {"name": "g", "domain": {"name": "d", "issuesValues": {
"a": {"values": ["x", "y"]}, "b": {"values": ["x", "y"]},
"n": {"range": {"low": 0, "high": 1, "step": 0.25}}}},
"partUtilities": {"p": {"PartsUtilities": {"issues": ["b", "a"], "utilslist": [
{"values": ["x", "y"], "util": 0.5}]}}, "q": {"partsutils": {"issues": ["n"], "utilslist": [
{"values": [0.5], "util": 0.25}]}}}, "reservationBid": {"issuevalues": {"a": "x", "n": 0.5}}}}
"""

RECTANGLES = b"""<utility_space type="nonlinear"><objective index="0" name="root">
<issue index="1" name="a" type="integer" lowerbound="0" upperbound="9"/>
<issue index="2" name="b" type="real"><range lowerbound="0" upperbound="1"/></issue></objective>
<utility maxutility="9"><ufun type="PlainUfun" weight="1" aggregation="sum">
<hyperRectangle utility="4" weight="0.5"><INCLUDES index="1" min="2" max="5"/></hyperRectangle>
<hyperRectangle utility="5"><EXCLUDES index="1" min="1" max="3"/></hyperRectangle>
</ufun></utility><reservation value="0.25"/></utility_space>
"""
