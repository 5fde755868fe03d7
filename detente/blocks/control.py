"""``control``: which transitions between options of an issue a party can make alone.

Control is by transition, because either side can end a ceasefire alone and neither can make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from detente.blocks.arrows import ANY, Pairs, pairs_text, parse_transition, read_pairs, single_name
from detente.blocks.block import Around, Block, Entry, Marked, no_such_party
from detente.blocks.marked import marked_schema, said_twice, with_marks
from detente.document import AnyNode, Faults, Text
from detente.errors import quote
from detente.expression import Word, no_such_option
from detente.statements.statement import Trouble, unknown_issue
from detente.vocabulary import Issue, Vocabulary

_PARTIES = "write each party's name, then the issues that it can change something of"
_ISSUES = "write the issue's name, then its transitions: hostilities: [ceasefire -> continue]"
_SHAPE = "write any, a list such as [ceasefire -> continue], or moves: with such a list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Marked):
    """What one party can change of one issue without anybody's consent.

    moves : pairs (from, to) of options as written, or ``any`` on one side; None is every transition
    """

    SUBJECT: ClassVar[tuple[str, ...]] = ("party", "issue")

    party: str
    issue: str
    moves: Pairs | None

    @property
    def label(self) -> str:
        """What people read."""
        return f"alone on {self.issue.replace('_', ' ')}"

    def written(self) -> Mapping[str, str]:
        """Return what it says, as a file spells it."""
        return {"moves": ANY if self.moves is None else pairs_text(self.moves)}

    def check(self, vocabulary: Vocabulary, parties: tuple[str, ...]) -> Iterator[Trouble]:
        """Report unknown names, and transitions that lead nowhere."""
        if self.party not in parties:
            yield no_such_party(self.party, parties, "")
        if self.issue not in vocabulary.index:
            yield unknown_issue(self.issue, vocabulary)
            return
        issue = vocabulary.issues[vocabulary.index[self.issue]]
        if ANY in issue.options:
            problem = f"{issue.name} has an option called 'any', which means every option here"
            yield ("", problem, "give the option another name", "")
            return
        unknown = {name for pair in self.moves or () for name in pair if name != ANY}
        for name in sorted(name for name in unknown if issue.position(name) is None):
            yield _no_such_option(issue, name)
        for old, new in self.moves or ():
            place = issue.position(old)
            if place is not None and place == issue.position(new):
                yield ("", f"{quote(pairs_text([(old, new)]))} changes nothing", "leave it out", "")


def _no_such_option(issue: Issue, name: str) -> Trouble:
    error = no_such_option(issue, Word(text=name, column=0), name)
    return ("", error.problem, error.hint, "")


def parse(node: AnyNode, faults: Faults) -> tuple[Control, ...]:
    """Read for each party and issue the transitions that it can make."""
    found = []
    for party, own in (faults.fields(node, shape=_PARTIES) or {}).items():
        for issue, entry in (faults.fields(own, shape=_ISSUES) or {}).items():
            for body, provenance in with_marks(entry, "moves", faults, shape=_SHAPE):
                every = isinstance(body, Text) and single_name(body.text) == ANY
                none = "no transition stands here"
                moves = None if every else read_pairs(body, faults, parse_transition, empty=none)
                if moves != ():
                    found.append(
                        Control(party=party, issue=issue, moves=moves, provenance=provenance)
                    )
    return tuple(found)


def _check(entries: tuple[Entry, ...], around: Around) -> Iterator[tuple[Entry, Trouble]]:
    """Report what is said twice of one party and issue in one view."""
    del around
    own = [entry for entry in entries if isinstance(entry, Control)]
    yield from said_twice((entry, f"what {entry.party} can do of {entry.issue}") for entry in own)


_TRANSITION = {"type": "string", "description": "any, a -> b, a <-> b, any -> b, a -> any"}

BLOCK = Block(
    name="control",
    parse=parse,
    check=_check,
    schema={
        "type": "object",
        "description": "for each party and issue, the transitions that it can make alone",
        "additionalProperties": {
            "type": "object",
            "additionalProperties": marked_schema(
                "moves", {"anyOf": [_TRANSITION, {"type": "array", "items": _TRANSITION}]}
            ),
        },
    },
)
