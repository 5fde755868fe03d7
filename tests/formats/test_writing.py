"""Case files that Detente writes: they read back equal, or the command says why they cannot."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.blocks import BLOCKS
from detente.blocks.control import Control
from detente.blocks.graph import GraphRanking
from detente.case import Case, Party, Source
from detente.catalog import load, names
from detente.cli import main
from detente.errors import CaseError, UnknownNameError
from detente.formats import bare, dumps, loads
from detente.formats.native.blocks import SPELLED as BLOCKS_SPELLED
from detente.formats.native.statements import SPELLED
from detente.starter import STARTER
from detente.statements import KINDS
from detente.vocabulary import Issue
from tests.formats.test_gmcr import BORDER, read

WAYS = """\
detente: 1
title: T
as_of: 2026-01-01
parties: {a: A, b: B}
sources: {s: S}
issues:
  x: {options: [n, y], status_quo: n}
  z: {options: [n, y], status_quo: n}
proposals:
  p: {terms: {x: y}, title: The plan, because: s#1}
  q: {z: y}
commitments:
  a:
    - {require: x == n, title: Never, confidence: medium}
    - require: z == y
leverage:
  - {by: a, on: b, shift: -3..-1, title: Ban, credibility: 0..1/2, cost: 2, only_for: p, note: So.}
time: {unit: month}
agenda:
  after_failure: set aside
  later_talks: 0.5..0.9
  takes: {x: 2, z: 1/3}
  patience: {a: 0.98}
  deadline: 2026-09-01
  because: s#4
  orders: {first: x then rest, both: {order: x + z, title: At once, note: So.}}
roadmap:
  next_stage: 0.9
  patience: {b: 0.5}
  deadline: 6
  items:
    x: {delivered_by: [a, b], takes: 1.5, because: [s#2, s#3]}
    z: {after: x, with: x}
  orders: {slow: x then z}
walk_away:
  - {keeps: x, part: 0.5, leaver: a, view: said}
  - {shift: more than 0, on: a, after: x == y, would_take: [(x = y), p], lasts: for good}
  - {shift: -5..2, on: b, of: z, title: Fear, would_not_take: "x = y, z = y"}
  - {guarantee: 3, against: a, after: z == y, title: Bond}
  - {drift: -0.1, on: b, confidence: high}
"""
GRAPH = """\
detente: 1
title: T
parties: {moe: Ministry, other: {}}
graph:
  states: {s1: Open, s2: {}, s 3: {title: Shut, because: b#1}}
  status_quo: s2
  moves:
    moe: any
    other: [{moves: s1 -> s2, view: said}, {moves: any -> s1, view: believed}]
sources: {b: Book}
"""
VIEWS = """\
detente: 1
title: T
parties: {a: A, b: B}
issues:
  x: {options: [n, y], status_quo: n}
control:
  a:
    x:
      - {moves: any, view: said}
      - {moves: [n -> y, any -> n], view: believed, note: So.}
  b: {x: {moves: y -> n, because: s#2, confidence: low}}
sources: {s: S}
graph:
  ranking:
    a:
      - {ranking: 1 > 2, view: said}
      - {ranking: 2 > 1, view: believed}
    b: 1 >> 2
  misread: {a: {b: 1 ~ 2}}
  merge:
    - when: x == n and x != y
      title: One
"""


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=given)


# Case files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_every_case_of_the_catalogue_reads_back(name: str) -> None:
    case = load(name)
    assert loads(dumps(case)) == case


@pytest.mark.parametrize("text", [WAYS, GRAPH, VIEWS])
def test_every_part_of_a_case_reads_back(text: str) -> None:
    case = loads(text)
    assert loads(dumps(case)) == case


def test_every_kind_of_statement_and_block_has_its_spelling() -> None:
    assert set(SPELLED) == set(KINDS.values())
    assert set(BLOCKS_SPELLED) == set(BLOCKS)


def test_every_example_of_a_statement_reads_back() -> None:
    lines = STARTER.splitlines()
    assert loads(dumps(loads(STARTER))) == loads(STARTER)
    assert lines[0].startswith("#")
    for kind, more in (
        ("compare: (a = y) > no deal", "by: 5..10"),
        ("value: {a: {y: 30..1/2}}".replace("30..1/2", "1/2..30"), "confidence: low"),
        ("weight: {a: more than 3, p: less than 50}", "view: said"),
        ("order: {a: y ~ n >= z}", "note: 'One: two #3'"),
        ("ranking: [(a = y), 'no deal ~ status quo', (a = z)]", ""),
        ("ranking: (a = y) > no deal", "because: [s#1, s#2]"),
        ("importance: a >= p", ""),
        ("scores: {a: {n: 0, y: 1..2, z: 3}, p: 1/3 + x}", ""),
        ("rule: a == y or a == z", "worth: less than -2"),
        ("indifferent: [a, p]", ""),
        ("less_is_better: p", ""),
    ):
        text = f"""\
detente: 1
title: T
sources: {{s: S}}
parties: {{A: A}}
issues:
  a: {{options: [n, y, z], status_quo: n}}
  p: {{range: -1..2, step: 1/2, status_quo: 0, unit: percent}}
preferences:
  A:
    - {kind}
      {more}
"""
        case = loads(text)
        assert loads(dumps(case)) == case
        assert len(case.statements) == 1


TRAPS = (
    *("no", "~", "1.50", "a: b", "a #b", "- a", "{a}", "[a", "'a'", '"a"', "&a", "*a", "!a", "%a"),
    *("a,b", "@a", "`a", "| a", "> a", "? a", "two\nlines", "two\n\nparagraphs", "Ünïcode", "日本"),
    *("<<", "x" * 300, "\U0001f54a", "-", ":", "null", "2026-03-01", "a  b", "-- a:"),
)


@pytest.mark.parametrize("text", TRAPS)
def test_the_traps_of_yaml_are_quoted(text: str) -> None:
    case = Case(
        title=text,
        note=text,
        sources=(Source(name="s", title=text, note=text),),
        parties=(Party(name="p", title=text), Party(name="q", note=text, signatory=False)),
        issues=(Issue(name="no", title=text, options=("no", "on", "1.0"), status_quo="on"),),
    )
    assert loads(dumps(case)) == case


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), max_size=12))
def test_any_text_is_kept_or_refused(text: str) -> None:
    case = Case(
        title=text or "T",
        parties=(Party(name="p", title=text),),
        issues=(Issue(name="a", options=("x",), status_quo="x"),),
    )
    if text.strip() == text:
        assert loads(dumps(case)) == case


def test_what_would_read_otherwise_is_refused() -> None:
    case = Case(
        title=" T ",
        parties=(Party(name="p"),),
        issues=(Issue(name="a", options=("x",), status_quo="x"),),
    )
    with pytest.raises(CaseError, match=r"^title: some of the case would read otherwise"):
        dumps(case)
    tie = tuple(str(k) for k in range(1, 2049))
    axes = [Issue(name=f"a{k}", options=("N", "Y"), status_quo="N", levels=None) for k in range(11)]
    ranking = GraphRanking(party="p", tiers=(tie,), much=())
    case = Case(
        title="T",
        parties=(Party(name="p"),),
        issues=tuple(axes),
        blocks={
            "control": tuple(Control(party="p", issue=i.name, moves=None) for i in axes),
            "graph": (ranking,),
        },
    )
    with pytest.raises(CaseError, match=r"^graph.ranking.p: a case file cannot hold this: "):
        dumps(case)
    assert loads(dumps(case, ".gmcr")) == case


def test_ranges_are_written_exactly() -> None:
    issue = Issue.numeric(
        name="pay",
        low=Fraction(-1, 3),
        high=Fraction(1, 3),
        step=Fraction(1, 6),
        status_quo="0",
        unit="percent",
    )
    case = Case(title="T", parties=(Party(name="p"),), issues=(issue,))
    assert "range: -1/3..1/3" in dumps(case)
    assert loads(dumps(case)) == case


# The command -------------------------------------------------------------------------------------


def test_convert_writes_a_new_file_of_the_kind_that_its_ending_tells(tmp_path: Path) -> None:
    source, native = tmp_path / "border.gmcr", tmp_path / "border.yaml"
    case = read(BORDER)
    source.write_text(dumps(case, ".gmcr"), encoding="utf-8")
    done = run("convert", str(source), "-o", str(native))
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == f"{native} is written\n"
    assert load(native) == case
    again = run("convert", str(native), "-o", str(source))
    assert again.exit_code == 1
    assert again.stderr == f"{source} is there already; nothing was written\n"
    back = run("convert", str(native), "--output", str(tmp_path / "back.GMCR"))
    assert back.exit_code == 0
    assert load(tmp_path / "back.GMCR") == case


def test_convert_prints_a_case_file_and_reads_standard_input() -> None:
    case = read(BORDER)
    done = run("convert", "-", given=dumps(case, ".gmcr"))
    assert done.exit_code == 0
    assert loads(done.stdout) == case


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("x.pdf", "no file is written as '.pdf'; known endings are ."),
        ("x.xml", "a case is written as a folder of '.xml' files; give a name without ending, and"),
        ("x", "a folder may hold several formats; say --to "),
        ("x.gmcr", "sources: this format does not keep sources"),
    ],
)
def test_convert_says_why_it_cannot(tmp_path: Path, output: str, message: str) -> None:
    done = run("convert", "harbour", "-o", str(tmp_path / output))
    assert done.exit_code == 1
    assert message in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_bare_case_leaves_out_where_things_come_from(tmp_path: Path) -> None:
    output = tmp_path / "chicken.gmcr"
    assert run("convert", "chicken", "-o", str(output)).exit_code == 1
    assert run("convert", "chicken", "-o", str(output), "--bare").exit_code == 0
    case, kept = load("chicken"), load(output)
    assert kept.blocks == bare(case).blocks
    assert (kept.sources, kept.issues, kept.parties) == ((), case.issues, case.parties)
    assert bare(kept) == kept


def test_an_ending_that_nobody_knows_is_an_unknown_name() -> None:
    with pytest.raises(UnknownNameError):
        dumps(load("harbour"), ".docx")
