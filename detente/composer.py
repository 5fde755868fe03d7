"""YAML becomes nodes: everything stays text, and what would be ambiguous or hostile is refused.

The guards work on the parser's event stream, before anything is composed: anchors, aliases, tags,
merge keys, keys that are not text, keys written twice, deep nesting and large files. So a short
file cannot grow into a large one, and nothing in a file silently changes its meaning.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from detente.document import AnyNode, Faults, Fields, Items, Text
from detente.errors import CaseError, Fault, UnknownNameError, quote
from detente.syntax import DEEPEST, syntax_fault

MOST_BYTES = 2**20
MOST_NODES = 20_000
_SIZE_HINT = "a case file is rarely over 100 KB; check that this is the right file"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_REFUSED = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_LINE_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A file as nodes.

    root : None when the file could not be composed to its end
    lines : path -> line of every entry
    spoiled : paths of entries that are not what was written, because a guard refused part of them
    """

    root: AnyNode | None
    lines: dict[str, int]
    spoiled: frozenset[str]

    def line(self, path: str) -> int:
        r"""Return the line of an entry, or of the closest entry around it.

        Examples
        --------
        >>> compose("a:\n  b: [c]\n", Faults()).line("a.b[0].d")
        2
        """
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 1


def file_bytes(source: str | Path, *, shown: str, most: int) -> bytes:
    """Return what a file holds, cut off one byte after the most that are allowed.

    shown : what messages call the file

    Raises UnknownNameError when there is no such file, and CaseError when it cannot be read.
    """
    path = Path(source)
    try:
        with path.open("rb") as stream:
            return stream.read(most + 1)
    except (FileNotFoundError, ValueError):
        raise UnknownNameError(f"no such file: {shown}") from None
    except OSError as error:
        reason = "this is a folder" if stands(path) and path.is_dir() else error.strerror
        reason = reason or "it is not readable"
        fault = Fault(path="", problem=f"the file cannot be read: {reason.lower()}")
        raise CaseError([fault], file=shown) from None


def stands(source: str | Path) -> bool:
    """Tell whether there is something of this name; of a name that no file can have, there is not.

    Examples
    --------
    >>> stands("x" * 1000)
    False
    """
    try:
        return Path(source).exists()
    except OSError:
        return False


def decode(
    data: bytes, faults: Faults, *, most: int = MOST_BYTES, hint: str = _SIZE_HINT
) -> str | None:
    """Return the text of a file, or None after noting why it is none.

    most, hint : how many bytes it may have, and what to do when it has more
    """
    if len(data) > most:
        faults.at(0, "", f"the file is larger than {most // 2**20} MiB", hint)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = len(_LINE_BREAK.findall(data[: error.start].decode("utf-8", "replace"))) + 1
        faults.at(line, "", "the file is not UTF-8 text", "save it with the encoding UTF-8")
        return None
    refused = _REFUSED.search(text)
    if refused is not None:
        line = len(_LINE_BREAK.findall(text[: refused.start()])) + 1
        name = f"U+{ord(refused.group()):04X}"
        faults.at(line, "", f"the control character {name} stands here", "remove it")
        return None
    return text


def compose(
    text: str, faults: Faults, *, most: int = MOST_NODES, list_keys: bool = False
) -> Composed:
    """Return a file's text as nodes; what is refused is noted, each with its line.

    most : how many entries the file may have
    list_keys : whether a list of texts may stand before a colon; its name is then the list as JSON
    """
    composer = _Composer(faults=faults, most=most, list_keys=list_keys)
    try:
        composer.read(yaml.parse(text, Loader=_LOADER))
    except yaml.YAMLError as error:
        line, problem, hint, detail = syntax_fault(error, _LINE_BREAK.split(text))
        faults.at(line, "", problem, hint, detail=detail)
        composer.root = None
    return Composed(root=composer.root, lines=composer.lines, spoiled=frozenset(composer.spoiled))


@dataclass(slots=True)
class _Open:
    """A list or mapping that has not ended yet; ``key`` is the name of the entry being read."""

    mapping: bool
    path: str
    line: int
    flow: bool
    items: list[AnyNode] = field(default_factory=list)
    fields: dict[str, AnyNode] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    key: str | None = None
    key_line: int = 0
    awaits_value: bool = False
    nodes: int = 0


@dataclass(slots=True)
class _Composer:
    faults: Faults
    most: int = MOST_NODES
    list_keys: bool = False
    root: AnyNode | None = None
    lines: dict[str, int] = field(default_factory=dict)
    spoiled: set[str] = field(default_factory=set)
    stack: list[_Open] = field(default_factory=list)
    count: int = 0
    documents: int = 0

    def read(self, events: Iterable[yaml.Event]) -> None:
        """Go through the events; stop at the first that makes reading on pointless."""
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    hint = "keep one case in a file; leave out the line ---"
                    self._stop(event, "a second document begins here", hint)
                    return
            elif isinstance(event, yaml.NodeEvent):
                if not self._enter(event):
                    return
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()

    def _stop(self, event: yaml.Event, problem: str, hint: str) -> None:
        self.faults.at(_line(event), "", problem, hint)
        self.root = None

    def _enter(self, event: yaml.NodeEvent) -> bool:
        self.count += 1
        if self.count > self.most:
            self._stop(event, f"the file has more than {self.most:,} entries", "")
            return False
        path, line = self._place(event)
        self._guard(event, path, line)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= DEEPEST:
                self._stop(event, f"lists and mappings are nested deeper than {DEEPEST}", "")
                return False
            mapping = isinstance(event, yaml.MappingStartEvent)
            flow = bool(event.flow_style) or (bool(self.stack) and self.stack[-1].flow)
            self.stack.append(_Open(mapping=mapping, path=path, line=line, flow=flow))
            return True
        value = event.value if isinstance(event, yaml.ScalarEvent) else f"*{event.anchor}"
        refused = _REFUSED.search(value)
        if refused is not None:
            name = f"U+{ord(refused.group()):04X}"
            self.faults.at(line, path, f"the control character {name} stands here", "remove it")
            self.spoiled.add(path)
        flow = bool(self.stack) and self.stack[-1].flow
        self._put(Text(path=path, line=line, flow=flow, text=value))
        return True

    def _place(self, event: yaml.NodeEvent) -> tuple[str, int]:
        """Return path and line of the node that begins."""
        line = _line(event)
        if not self.stack:
            return "", line
        parent = self.stack[-1]
        if not parent.mapping:
            path = f"{parent.path}[{parent.nodes}]"
        elif not parent.awaits_value:
            return parent.path, line
        else:
            if isinstance(event, yaml.ScalarEvent) and not event.value:
                line = parent.key_line  # an empty value has no place of its own
            key = "?" if parent.key is None else parent.key
            path = f"{parent.path}.{key}" if parent.path else key
            self.lines.setdefault(path, parent.key_line)
            return path, line
        self.lines.setdefault(path, line)
        return path, line

    def _guard(self, event: yaml.NodeEvent, path: str, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            problem = f"the alias {quote(f'*{event.anchor}')} is not accepted"
            hint = "write the text out again, or put it in quotes if it begins with a star"
            self.faults.at(line, path, problem, hint)
            self.spoiled.add(path)
            return
        if event.anchor is not None:
            problem = f"the anchor {quote('&' + event.anchor)} is not accepted"
            hint = "leave it out, or put the text in quotes if it begins with &"
            self.faults.at(line, path, problem, hint)
        tag = getattr(event, "tag", None)
        if tag is not None:
            problem = f"the tag {quote(tag)} is not accepted"
            hint = "leave it out, or put the text in quotes if it begins with !"
            self.faults.at(line, path, problem, hint)

    def _put(self, node: AnyNode) -> None:
        """Give a finished node to the list or mapping it stands in."""
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.nodes += 1
        if not parent.mapping:
            parent.items.append(node)
        elif not parent.awaits_value:
            parent.key, parent.key_line = self._key(node, parent), node.line
            parent.awaits_value = True
        else:
            parent.awaits_value = False
            if parent.key is not None:
                parent.fields[parent.key] = node
                parent.lines[parent.key] = parent.key_line

    def _key(self, node: AnyNode, parent: _Open) -> str | None:
        """Return the name of an entry, or None when the entry has to be left out."""
        if self.list_keys and isinstance(node, Items):
            node = _listed(node)
        if not isinstance(node, Text):
            hint = "put the key in quotes if it begins with a bracket or brace"
            self._leave_out(node, parent, "a key has to be text", hint)
            return None
        key = node.text.strip()
        if not key:
            self._leave_out(node, parent, "there is no name before the colon", "")
            return None
        if key == "<<":
            hint = "write the entries out in full"
            self._leave_out(node, parent, "the merge key '<<' is not accepted", hint)
            return None
        if key in parent.fields:
            path = f"{parent.path}.{key}" if parent.path else key
            problem = f"{quote(key)} is there twice, first in line {parent.lines[key]}"
            self.faults.at(node.line, path, problem, "keep one of the two")
            self.spoiled.add(path)
            return None
        return key

    def _leave_out(self, node: AnyNode, parent: _Open, problem: str, hint: str) -> None:
        self.faults.at(node.line, parent.path, problem, hint)
        self.spoiled.add(parent.path)

    def _close(self) -> None:
        done = self.stack.pop()
        node: AnyNode
        if done.mapping:
            node = Fields(
                path=done.path,
                line=done.line,
                flow=done.flow,
                fields=done.fields,
                lines=done.lines,
            )
        else:
            node = Items(path=done.path, line=done.line, flow=done.flow, items=tuple(done.items))
        self._put(node)


def _listed(node: Items) -> AnyNode:
    """Return a list of texts as one text, JSON; any other list stays as it is."""
    texts = [item.text for item in node.items if isinstance(item, Text)]
    if len(texts) < len(node.items):
        return node
    return Text(path=node.path, line=node.line, text=json.dumps(texts))


def _line(event: yaml.Event) -> int:
    """Return the 1-based line in which an event begins."""
    return 0 if event.start_mark is None else event.start_mark.line + 1
