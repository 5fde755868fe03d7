"""A long answer in chapters: what matters stands open, the rest opens where it is asked for."""

from __future__ import annotations

import re

MOST_ROWS = 24
"""An answer with so many rows of tables is short enough to be read through."""
MOST_OPEN, MOST_DRAWN = 12, 2
"""A first table with so many rows stands open, and so many pictures under one heading."""

_EDGE = re.compile(r'<section id="[^"]+"[^>]*>|</section>')
_HEAD = re.compile(r"\s*(<h3 [^>]*>.*?</h3>)", re.DOTALL)
_LEAD = re.compile(r'<p class="lead ([^"]*)">(.*?)</p>', re.DOTALL)
_SAID = re.compile(r'<(?:p|li)(?: class="([^"]*)")?>(.*?)</(?:p|li)>', re.DOTALL)
_FIGURE = re.compile(r"<figure>.*?</figure>", re.DOTALL)
_EXHIBIT = re.compile(
    r"<figure>\s*<figcaption[^>]*>(?P<drawn>.*?)</figcaption>.*?</figure>"
    r'|<div class="scroll[^>]*>.*?<caption[^>]*>(?P<name>.*?)</caption>'
    r'.*?</div>(?:\s*<p class="note">.*?</p>)?',
    re.DOTALL,
)
_ROW = "<tr "
_ASIDE = re.compile(r'<small class="source">.*?</small>|<a [^>]*>|</a>', re.DOTALL)
_NUMBER = re.compile(r"[0-9]")


def folded(html: str) -> str:
    """Return the HTML of an answer with its parts folded, where it is a long one.

    Under each main heading stay what is said in sentences, the first pictures and a short table.
    """
    if _FIGURE.sub("", html).count(_ROW) <= MOST_ROWS:
        return html
    told: list[str] = []
    opened: list[bool] = []
    at = 0
    for edge in _EDGE.finditer(html):
        between = html[at : edge.start()]
        told.append(_exhibits(between) if len(opened) == 1 else between)
        at = edge.end()
        if edge[0] == "</section>":
            told.append(("</details>" if opened.pop() else "") + edge[0])
            continue
        told.append(edge[0])
        head = _HEAD.match(html, at) if len(opened) == 1 else None
        opened.append(head is not None)
        if head is not None:
            at = head.end()
            told.append(_opening(head[1] + _teaser(_EDGE.split(html[at:], maxsplit=1)[0])))
    return "".join([*told, html[at:]])


def without(html: str, sentences: frozenset[str]) -> str:
    """Return the HTML of an answer without those leading sentences, which stand elsewhere.

    sentences : as they are written in HTML
    """

    def kept(found: re.Match[str]) -> str:
        said = re.search(r"<bdi>(.*?)</bdi>", found[2], re.DOTALL)
        return "" if said is not None and said[1] in sentences else found[0]

    return _LEAD.sub(kept, html)


def _opening(head: str) -> str:
    return f'<details class="chapter"><summary>{head}</summary>'


def _teaser(text: str) -> str:
    """Return what a chapter says foremost: its verdict, or the first sentence with a figure."""
    said = [(found[1] or "", _ASIDE.sub("", found[2])) for found in _SAID.finditer(text)]
    said.sort(key=lambda one: ("verdict" not in one[0], not _NUMBER.search(one[1])))
    return f' <span class="teaser">{said[0][1].strip()}</span>' if said else ""


def _exhibits(text: str) -> str:
    """Return what stands under a main heading, with most of its tables and pictures folded."""
    pictures = tables = 0

    def fold(found: re.Match[str]) -> str:
        nonlocal pictures, tables
        if found["drawn"] is not None:
            pictures += 1
            kept, name = pictures <= MOST_DRAWN, found["drawn"]
        else:
            tables += 1
            kept, name = tables == 1 and found[0].count(_ROW) <= MOST_OPEN, found["name"]
        return found[0] if kept else f"{_opening(name)}{found[0]}</details>"

    return _EXHIBIT.sub(fold, text)
