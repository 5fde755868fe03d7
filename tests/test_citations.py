"""What rests on which source: held against every place where the text of a case cites one."""

from __future__ import annotations

import re

import pytest

from detente.answers.check import check
from detente.catalog import load, names, path_of
from detente.citations import citations
from detente.errors import UnknownNameError
from detente.formats import loads


@pytest.mark.parametrize("name", names())
def test_every_citation_of_the_text_is_found(name: str) -> None:
    case = load(name)
    text = re.sub(r"(^|\s)#.*", "", path_of(name).read_text("utf-8"), flags=re.MULTILINE)
    known = "|".join(source.name for source in case.sources) or "(?!)"
    written = re.findall(rf"\b(?:{known})#[\w-]+", text)
    found = [
        str(cited)
        for one in citations(case).cited
        for claim in one.claims
        for cited in claim.because
        if cited.source == one.source.name
    ]
    assert set(found) == set(written)


@pytest.mark.parametrize("name", names())
def test_what_rests_on_nothing_is_what_check_tells(name: str) -> None:
    case, told = load(name), check(load(name))
    found = [claim.line for claim in citations(case).unsourced]
    for statement in told.unsourced:
        assert statement.provenance.line in found
    for _, entry in told.unsourced_entries:
        assert entry.provenance.line in found


def test_sources_that_nothing_cites() -> None:
    text = path_of("harbour").read_text("utf-8").replace("sources:\n", "sources:\n  idle: Idle\n")
    found = citations(loads(text))
    assert [source.name for source in found.idle] == ["idle"]
    assert len(found.cited) == len(loads(text).sources)


def test_of_one_party() -> None:
    case = load("ukraine-2025")
    every, some = citations(case), citations(case, party="russia")
    for one, part in zip(every.cited, some.cited, strict=True):
        assert part.claims == tuple(claim for claim in one.claims if "russia" in claim.parties)
    assert any(claim.part == "leverage" for claim in every.cited[0].claims)
    assert {claim.parties for claim in some.unsourced if claim.part == "preferences"} == {
        ("russia",)
    }
    with pytest.raises(UnknownNameError, match="did you mean 'russia'"):
        citations(case, party="rusia")


def test_a_claim_tells_its_places_in_a_source() -> None:
    harbour = citations(load("harbour"))
    places = [claim.places("press12") for claim in harbour.cited[0].claims]
    assert ("2", "7") in places
