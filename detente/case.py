"""A case: parties, issues, proposals and what the sources say, checked as a whole when built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from detente.blocks import BLOCKS, Around, Entry
from detente.blocks.graph import GraphRanking
from detente.document import Faults
from detente.errors import LimitError, UnknownNameError, did_you_mean, quote
from detente.expression import Condition, Side
from detente.preferences import frame_of, manner_of
from detente.statements import Statement
from detente.statements.compare import Compare
from detente.statements.importance import Importance
from detente.statements.ordinal import Priorities, Ranking
from detente.statements.scores import Scores
from detente.statements.statement import BELIEVED, SAID, Citation, Provenance, Trouble
from detente.statements.within import Value, Weight
from detente.vocabulary import RESERVED, Issue, Package, Vocabulary

NAME = re.compile(r"[^\W\d][\w\-]*")
"""What parties, issues, proposals and sources may be called, so that expressions can name them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that statements cite."""

    name: str
    title: str = ""
    date: str = ""
    url: str = ""
    note: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody whose acceptance matters.

    signatory : False for a party that is only affected: shown everywhere, decides nothing
    """

    name: str
    title: str = ""
    signatory: bool = True
    note: str = ""

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A condition that every feasible package meets."""

    condition: Condition
    title: str = ""
    provenance: Provenance = Provenance()

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or " ".join(self.condition.text.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A named package; what it leaves out keeps its status quo."""

    name: str
    terms: Side
    title: str = ""
    provenance: Provenance = Provenance()

    @property
    def label(self) -> str:
        """What people read."""
        return self.title or self.name.replace("_", " ")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dispute as one readable file states it. Sound when built: see :func:`faults_of`.

    blocks : further parts by name, such as ``leverage``
    file : where it was read from, for messages
    """

    title: str
    parties: tuple[Party, ...]
    issues: tuple[Issue, ...]
    as_of: str = ""
    note: str = ""
    sources: tuple[Source, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    statements: tuple[Statement, ...] = ()
    blocks: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    file: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        faults = faults_of(self)
        faults.raise_any(self.file)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The issues and named packages."""
        bare = Vocabulary(issues=self.issues)
        packages = {proposal.name: proposal.terms.package(bare) for proposal in self.proposals}
        return Vocabulary(issues=self.issues, proposals=packages)

    @property
    def signatories(self) -> tuple[Party, ...]:
        """The parties that have to accept."""
        return tuple(party for party in self.parties if party.signatory)

    def party(self, name: str) -> Party:
        """Return a party by name; raise UnknownNameError when there is none."""
        for party in self.parties:
            if party.name == name:
                return party
        known = [party.name for party in self.parties]
        message = f"no such party: {quote(name)}; {did_you_mean(name, known)}"
        raise UnknownNameError(message)

    def statements_in(self, view: str) -> tuple[Statement, ...]:
        """Return every statement of one view, in the order of the file."""
        return tuple(statement for statement in self.statements if statement.applies(view))

    def statements_of(self, party: str, *, view: str) -> tuple[Statement, ...]:
        """Return what is said of a party, in the order of the file, as one view has it."""
        return tuple(s for s in self.statements_in(view) if s.party == party)

    def only_ranked(self, party: str, *, view: str) -> bool:
        """Tell whether one view knows of a party how it ranks states (``graph``), and no more."""
        ranked = any(
            entry.party == party and entry.applies(view)
            for entry in self.blocks.get("graph", ())
            if isinstance(entry, GraphRanking)
        )
        return ranked and not self.statements_of(party, view=view)

    @cached_property
    def views(self) -> tuple[str, ...]:
        """The views that statements are marked with, in the order of the file."""
        marked = (s.provenance.view for s in self.statements if s.provenance.view)
        return tuple(dict.fromkeys(marked))

    def require_view(self, view: str) -> None:
        """Raise UnknownNameError unless something in the case may be marked with a view."""
        entries = (entry for block in self.blocks.values() for entry in block)
        marked = {entry.provenance.view for entry in entries if entry.provenance.view}
        known = {BELIEVED, SAID, *self.views} | marked
        if view not in known:
            hint = did_you_mean(view, sorted(known))
            raise UnknownNameError(f"no statement has the view {quote(view)}; {hint}")

    def cited(self, citation: Citation) -> str:
        """Return a citation as people read it: the source's title and the place in it."""
        for source in self.sources:
            if source.name == citation.source:
                return f"{source.label}, #{citation.locator}"
        return str(citation)


def faults_of(case: Case) -> Faults:
    """Return everything that is wrong with a case taken as a whole.

    Texts that cannot be read are found by the reader; here names are looked up, and the parts are
    held against each other.
    """
    faults = Faults()
    _check_names(case, faults)
    bare = Vocabulary(issues=case.issues)
    packages = _check_proposals(case, bare, faults)
    vocabulary = Vocabulary(issues=case.issues, proposals=packages)
    for k, constraint in enumerate(case.constraints):
        path = constraint.provenance.path or f"constraints[{k}]"
        for error in constraint.condition.check(vocabulary):
            at = (constraint.provenance.line, f"{path}.require")
            faults.at(*at, error.problem, error.hint, detail=error.pointer())
        _check_sources(case, constraint.provenance, path, faults)
    _check_statements(case, vocabulary, faults)
    parties = tuple(party.name for party in case.parties)
    for name, entries in case.blocks.items():
        for k, entry in enumerate(entries):
            path = entry.provenance.path or f"{name}[{k}]"
            for trouble in entry.check(vocabulary, parties):
                _place(faults, entry.provenance.line, path, trouble)
            _check_sources(case, entry.provenance, path, faults)
    around = Around(vocabulary=vocabulary, as_of=case.as_of, blocks=case.blocks)
    for name, entries in case.blocks.items():
        for entry, trouble in BLOCKS[name].check(entries, around) if name in BLOCKS else ():
            _place(faults, entry.provenance.line, entry.provenance.path or name, trouble)
    return faults


def _place(faults: Faults, line: int, path: str, trouble: Trouble) -> None:
    place, problem, hint, detail = trouble
    where = path + (place if place.startswith("[") else f".{place}" if place else "")
    faults.at(line, where, problem, hint, detail=detail)


def _check_names(case: Case, faults: Faults) -> None:
    groups: dict[str, Iterable[str]] = {
        "parties": (party.name for party in case.parties),
        "issues": (issue.name for issue in case.issues),
        "proposals": (proposal.name for proposal in case.proposals),
        "sources": (source.name for source in case.sources),
    }
    for group, names in groups.items():
        for name in _repeated(names, group, faults):
            faults.at(0, f"{group}.{name}", f"{quote(name)} is there twice")
    for issue in case.issues:
        for option in issue.options:
            _check_option(issue, option, faults)
    if any(party.name == "all" for party in case.parties):
        problem = "'all' stands for all signatories together in every answer"
        faults.at(0, "parties.all", problem, "give the party another name")
    if not case.parties:
        faults.at(0, "parties", "a case needs at least one party")
    elif not case.signatories:
        faults.at(0, "parties", "no party is a signatory, so nobody has to accept")
    if not case.issues:
        faults.at(0, "issues", "a case needs at least one issue")


def _repeated(names: Iterable[str], group: str, faults: Faults) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)
        if name.casefold() in RESERVED or name in {"no_deal", "status_quo"}:
            faults.at(0, f"{group}.{name}", f"{quote(name)} is a word of the language")
        elif not NAME.fullmatch(name):
            hint = "use letters, digits, _ and -, a letter first; 'title' may hold anything"
            faults.at(0, f"{group}.{name}", f"{quote(name)} cannot be used as a name", hint)


def _check_option(issue: Issue, option: str, faults: Faults) -> None:
    path = f"issues.{issue.name}.options"
    if option.casefold() in RESERVED:
        faults.at(0, path, f"{quote(option)} is a word of the language")
    elif not option.strip() or any(mark in option for mark in "\"'\n\r\t") or len(option) > 200:
        hint = "an option has no quotes or line breaks and at most 200 characters"
        faults.at(0, path, f"{quote(option)} cannot be used as an option", hint)


def _check_proposals(case: Case, bare: Vocabulary, faults: Faults) -> dict[str, Package]:
    """Return the proposals' packages.

    A faulty one stands as the status quo, so that what names it is not reported as well.
    """
    packages = {}
    for proposal in case.proposals:
        path = f"proposals.{proposal.name}"
        line = proposal.provenance.line
        terms = proposal.terms
        errors = list(terms.check(bare, ""))
        single = {
            error.summary(): setting.issue.text
            for setting in terms.settings
            for error in replace(terms, settings=(setting,)).check(bare, "")
        }
        for error in errors:
            name = single.get(error.summary(), "")
            faults.at(line, f"{path}.{name}" if name else path, error.problem, error.hint)
        _check_sources(case, proposal.provenance, path, faults)
        packages[proposal.name] = bare.status_quo if errors else terms.package(bare)
    return packages


def _check_statements(case: Case, vocabulary: Vocabulary, faults: Faults) -> None:
    parties = [party.name for party in case.parties]
    troubled: set[str] = set()
    for statement in case.statements:
        where = statement.provenance
        path = where.path or f"preferences.{statement.party}"
        if statement.party not in parties:
            hint = did_you_mean(statement.party, parties)
            faults.at(where.line, path, f"no such party: {quote(statement.party)}", hint)
        for trouble in statement.check(vocabulary):
            troubled.add(statement.party)
            inner = f"{path}.{statement.KEY}"
            _place(faults, where.line, inner, trouble)
        _check_sources(case, where, path, faults)
    for party in parties:
        for view in dict.fromkeys((BELIEVED, SAID, *case.views)):
            own = case.statements_of(party, view=view)
            before = len(faults.found)
            _check_manner(case, party, own, faults)
            if party not in troubled and len(faults.found) == before:
                _check_rows(party, own, vocabulary, faults)


def _check_rows(
    party: str, own: tuple[Statement, ...], vocabulary: Vocabulary, faults: Faults
) -> None:
    """Report statements that cannot be turned into constraints."""
    if not any(isinstance(statement, Compare | Importance) for statement in own):
        return
    frame = frame_of(own, vocabulary)
    for statement in own:
        where = statement.provenance
        path = f"{where.path or f'preferences.{party}'}.{statement.KEY}"
        if isinstance(statement, Compare):
            try:
                statement.refuse_size(frame)
            except LimitError as error:
                faults.at(where.line, path, str(error))
        elif isinstance(statement, Importance) and frame.manner == "points":
            unknown = [n for n in statement.issues if frame.swing(vocabulary.index[n]) is None]
            for name in unknown:
                problem = f"the scores of {name} do not tell its best and worst option"
                hint = f"add order: {{{name}: best > ... > worst}}"
                faults.at(where.line, path, problem, hint)


def _check_manner(case: Case, party: str, own: tuple[Statement, ...], faults: Faults) -> None:
    """Report statements of one view that do not go with how the party's preferences are given."""
    manner = manner_of(own)
    for statement in own:
        where = statement.provenance
        path = f"{where.path or f'preferences.{party}'}.{statement.KEY}"
        ordinal_kind = isinstance(statement, Priorities | Ranking)
        if manner == "points" and isinstance(statement, Value | Weight):
            hint = "give the numbers under scores"
            faults.at(
                where.line, path, f"{party} has scores, so '{statement.KEY}' says nothing", hint
            )
        elif manner == "points" and ordinal_kind:
            faults.at(where.line, path, f"{party} has scores and a '{statement.KEY}'", "keep one")
        elif manner == "ordinal" and not statement.ORDINAL:
            hint = "leave out the ranking or priorities, or this statement"
            problem = f"{party} has a ranking or priorities, so '{statement.KEY}' says nothing"
            faults.at(where.line, path, problem, hint)
    if manner == "points":
        _check_scored(case, party, own, faults)
    if manner == "ordinal":
        orders = [s for s in own if isinstance(s, Priorities | Ranking)]
        for statement in orders[1:]:
            path = statement.provenance.path or f"preferences.{party}"
            problem = f"{party} has two rankings or priorities"
            faults.at(statement.provenance.line, path, problem, "keep one, or give each a view")


def _check_scored(case: Case, party: str, own: tuple[Statement, ...], faults: Faults) -> None:
    seen: set[str] = set()
    for statement in own:
        if isinstance(statement, Scores):
            where = statement.provenance
            for name, _ in statement.scores:
                if name in seen:
                    path = f"{where.path or f'preferences.{party}'}.scores.{name}"
                    faults.at(where.line, path, f"{party} has scored {name} before", "keep one")
                seen.add(name)
    scored = {name for s in own if isinstance(s, Scores) for name, _ in s.scores}
    missing = [issue.name for issue in case.issues if issue.name not in scored]
    if missing:
        first = next(s for s in own if isinstance(s, Scores))
        path = f"{first.provenance.path or f'preferences.{party}'}.scores"
        problem = f"{party} has scores but none for {', '.join(missing)}"
        hint = f"add {missing[0]}: {{...}} here; a party on points scores every issue"
        faults.at(first.provenance.line, path, problem, hint)


def _check_sources(case: Case, provenance: Provenance, path: str, faults: Faults) -> None:
    known = [source.name for source in case.sources]
    for citation in provenance.because:
        if citation.source not in known:
            hint = did_you_mean(citation.source, known) or "list it under sources"
            problem = f"no such source: {quote(citation.source)}"
            faults.at(provenance.line, f"{path}.because", problem, hint)
