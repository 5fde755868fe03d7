"""The reader of case files: what it accepts, the traps of YAML, and how it bears hostile input."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente import catalog
from detente.blocks.leverage import Leverage
from detente.blocks.time import Time
from detente.case import Case
from detente.errors import CaseError, DetenteError, UnknownNameError
from detente.formats import FORMATS, load, loads
from detente.linear import Bounds
from detente.statements.statement import Citation

GOOD = """\
detente: 1
title: Harbour
sources:
  press: Union report
parties:
  union: Dock workers
  port: {name: Port authority}
  city:
    title: City council
    signatory: no
issues:
  cranes:
    options: [no, yes, on]
    status_quo: no
  pay:
    title: Pay rise
    unit: percent
    range: 0..2
    step: 0.5
    status_quo: 0.50
proposals:
  march: {cranes: on, pay: 1.5}
  april:
    title: The April plan
    because: press#4
    terms: {cranes: yes}
preferences:
  union:
    - order: {cranes: no > yes > on}
      because: [press#2, press#7]
      confidence: medium
      note: Said twice.
      view: said
    - no_deal: 1/3
leverage:
  - {by: port, on: union, shift: -10}
time: {unit: month}
"""


def faults_of(text: str | bytes) -> list[str]:
    """Return the messages about a faulty case, one for each fault."""
    with pytest.raises(CaseError) as caught:
        loads(text, file="t.yaml")
    return [fault.text("t.yaml") for fault in caught.value.faults]


def good() -> Case:
    return loads(GOOD)


# What a file holds ------------------------------------------------------------------------------


def test_parties_are_read() -> None:
    case = good()
    assert [(p.name, p.title, p.signatory) for p in case.parties] == [
        ("union", "Dock workers", True),
        ("port", "Port authority", True),
        ("city", "City council", False),
    ]


def test_numbers_stay_exact() -> None:
    case = good()
    pay = case.issues[1]
    assert pay.levels == (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(2))
    assert pay.status_quo == "0.5"
    assert case.statements[1].worth == Bounds(low=Fraction(1, 3), high=Fraction(1, 3))


def test_proposals_keep_the_status_quo_where_they_are_silent() -> None:
    case = good()
    assert case.vocabulary.proposals == {"march": (2, 3), "april": (1, 1)}
    april = case.proposals[1]
    assert (april.label, april.provenance.because) == (
        "The April plan",
        (Citation(source="press", locator="4"),),
    )


def test_a_statement_knows_its_place_and_its_ground() -> None:
    where = good().statements[0].provenance
    assert (where.path, where.line) == ("preferences.union[0]", 29)
    assert [str(citation) for citation in where.because] == ["press#2", "press#7"]
    assert (where.confidence, where.note, where.view) == ("medium", "Said twice.", "said")


def test_blocks_are_read() -> None:
    blocks = good().blocks
    (lever,), (time,) = blocks["leverage"], blocks["time"]
    assert isinstance(lever, Leverage)
    assert (lever.by, lever.on, lever.shift.low) == ("port", "union", Fraction(-10))
    assert isinstance(time, Time)
    assert time.unit == "month"


@pytest.mark.parametrize("name", catalog.names())
def test_every_case_of_the_catalogue_loads(name: str) -> None:
    case = catalog.load(name)
    assert case.title
    assert case.issues


def test_a_case_of_the_catalogue_is_found_by_name() -> None:
    assert catalog.path_of("harbour").name == "harbour.yaml"
    with pytest.raises(UnknownNameError, match="did you mean 'harbour'"):
        catalog.load("harbor")


def test_expected_answers_are_no_cases() -> None:
    assert "bill-and-jack" in catalog.names()
    assert not [name for name in catalog.names() if "expect" in name]


def test_a_file_is_known_by_its_ending_or_its_look(tmp_path: Path) -> None:
    for name in ("talks.yaml", "talks.yml", "talks.YAML", "talks"):
        file = tmp_path / name
        file.write_text(GOOD, encoding="utf-8")
        assert load(file).title == "Harbour"
    assert FORMATS["native"].recognises(GOOD.encode())
    assert not FORMATS["native"].recognises(b"<game/>")


def test_a_missing_file_and_a_folder_get_one_message(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=r"^no such file: talks\.yaml$"):
        load("talks.yaml")
    with pytest.raises(CaseError, match=r"^here: there are no files in this folder"):
        load(tmp_path, name="here")
    with pytest.raises(UnknownNameError, match="no such file"):
        load("a\0b")


def test_importing_the_formats_loads_no_mathematics() -> None:
    code = "import detente.formats, sys; print('numpy' in sys.modules, 'scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


# The traps of YAML ------------------------------------------------------------------------------


def test_no_and_on_stay_words() -> None:
    assert good().issues[0].options == ("no", "yes", "on")


def test_a_key_written_twice_is_found_with_both_lines() -> None:
    assert faults_of(GOOD + "title: Again\n") == [
        "t.yaml:38: title: 'title' is there twice, first in line 2; keep one of the two"
    ]


def test_a_comma_in_braces_is_named_as_what_ended_the_text() -> None:
    text = GOOD.replace("- no_deal: 1/3", "- {compare: no deal > (pay = 0, cranes = on)}")
    assert faults_of(text) == [
        (
            "t.yaml:34: preferences.union[1].cranes = on): unknown key 'cranes = on)'; "
            "inside braces a comma ends the text; write the entry on lines of its own"
        )
    ]


def test_an_empty_value_in_braces_gets_the_comma_hint() -> None:
    assert faults_of(GOOD.replace("{cranes: yes}", "{cranes, pay: 1}")) == [
        (
            "t.yaml:26: proposals.april.terms.cranes: nothing is written here; "
            "inside braces a comma ends the text; write the entry on lines of its own"
        )
    ]


def test_a_blank_before_the_hash_cuts_the_place_in_the_source() -> None:
    assert faults_of(GOOD.replace("because: press#4", "because: press #4")) == [
        (
            "t.yaml:25: proposals.april.because: 'press' does not say where in the source; "
            "write press#PLACE, with no blank before the #; after a blank, # begins a comment"
        )
    ]


def test_a_statement_with_a_colon_needs_quotes() -> None:
    text = GOOD.replace("note: Said twice.", "note: Judgement: said twice.")
    (message,) = faults_of(text)
    assert message.startswith("t.yaml:32: a second colon stands in this line; put the whole text")
    assert loads(text.replace("Judgement: said twice.", "'Judgement: said twice.'"))


def test_a_statement_with_a_leading_brace_needs_quotes() -> None:
    (message,) = faults_of(GOOD.replace("- no_deal: 1/3", "- red_line: {pay} == 1"))
    assert message.startswith(
        "t.yaml:34: text goes on after a closing quote, brace or bracket; put"
    )


def test_numbers_are_never_read_as_other_things() -> None:
    for number in ("1e3", "0x1F", "1_000", ".5", "1:30", "nan", "٣", "1,5"):
        text = GOOD.replace("no_deal: 1/3", f"no_deal: '{number}'")
        (message,) = faults_of(text)
        assert message.startswith(
            f"t.yaml:34: preferences.union[1].no_deal: '{number}' is not an amount"
        )


def test_lines_may_end_as_on_any_system() -> None:
    assert loads(GOOD.replace("\n", "\r\n")) == good()
    assert loads("\N{ZERO WIDTH NO-BREAK SPACE}" + GOOD) == good()


def test_other_encodings_are_refused_by_line() -> None:
    named = GOOD.replace("Dock", "Hafen für Dock")
    assert faults_of(named.encode("latin-1")) == [
        "t.yaml:6: the file is not UTF-8 text; save it with the encoding UTF-8"
    ]
    assert faults_of(GOOD.encode("utf-16")) == [
        "t.yaml:1: the file is not UTF-8 text; save it with the encoding UTF-8"
    ]
    assert loads(named.encode()).parties[0].title == "Hafen für Dock workers"


def test_half_a_character_is_no_text() -> None:
    assert faults_of(GOOD.replace("Dock", "\ud800")) == [
        "t.yaml:6: the file is not UTF-8 text; save it with the encoding UTF-8"
    ]


def test_hostile_names_stay_text() -> None:
    title = "</script><script>alert(1)</script> ]]> \u202e"
    text = GOOD.replace("title: Harbour", f"title: '{title}'")
    assert loads(text).title == title


def test_messages_show_no_character_that_changes_the_screen() -> None:
    text = GOOD.replace("- no_deal: 1/3", "- red_line: pay == 1 and \u202epay = 2")
    (message,) = faults_of(text)
    assert all(character.isprintable() or character == "\n" for character in message)


# All faults at once, each of them once ----------------------------------------------------------


def test_faults_of_the_text_and_of_the_case_come_together_in_order() -> None:
    text = (
        GOOD.replace("step: 0.5", "step: 0.7")
        .replace("no > yes > on", "no > yse > on")
        .replace("no_deal: 1/3", "no_deal: a third")
        .replace("on: union", "on: unoin")
    )
    assert [message.partition(": ")[0] for message in faults_of(text)] == [
        "t.yaml:19",
        "t.yaml:29",
        "t.yaml:34",
        "t.yaml:36",
    ]


def test_what_speaks_of_a_faulty_issue_is_not_reported_again() -> None:
    text = GOOD.replace("step: 0.5", "step: none").replace(
        "- no_deal: 1/3", "- more_is_better: pay\n    - red_line: pay == 1"
    )
    assert faults_of(text) == [
        (
            "t.yaml:19: issues.pay.step: 'none' is not a number; "
            "write digits, a decimal point or p/q, at most 100 digits"
        )
    ]


def test_very_many_faults_are_cut_short_and_this_is_said() -> None:
    messages = faults_of(GOOD + "preferences2: 1\n" + "".join(f"x{k}: 1\n" for k in range(300)))
    assert messages[0] == (
        "t.yaml: there are 100 faults or more, and reading stopped at the last one below; "
        "mend these first"
    )
    assert len(messages) == 101


# Hostile input ----------------------------------------------------------------------------------

HOSTILE = {
    "brackets": "'[' * 1_000_000",
    "aliases": r"""'a: &a [x,x,x,x,x,x,x,x,x]\n' + ''.join(
        f'{b}: &{b} [' + ','.join([f'*{a}'] * 9) + ']\n'
        for a, b in zip('abcdefghi', 'bcdefghij'))""",
    "lines": r"'a: b\n' * 200_000",
    "names": r"''.join(f'k{k}: v\n' for k in range(90_000))",
    "digits": r"GOOD.replace('step: 0.5', 'step: ' + '9' * 900_000)",
    "large range": r"GOOD.replace('0..2', '0..' + '9' * 29)",
    "parentheses": r"GOOD + 'constraints:\n  - require: ' + '(' * 500_000 + '\n'",
    "closed parentheses": r"""GOOD + 'constraints:\n  - require: '
        + '(' * 1900 + 'pay == 1' + ')' * 1900""",
    "many conditions": r"""GOOD + 'constraints:\n'
        + '  - require: pay >= 0 and pay >= 0\n' * 5_000""",
    "misspelled": r"""GOOD + 'constraints:\n'
        + ''.join(f'  - require: p{k} == 1\n' for k in range(3000))""",
    "issues": r"""GOOD.replace('  cranes:\n', ''.join(
        f'  i{k}:\n    range: 0..1000\n    step: 1\n    status_quo: 0\n' for k in range(400))
        + '  cranes:\n', 1)""",
    "too large": "'x' * (2**20 + 1)",
}
PROGRAM = """
import json
from pathlib import Path
from detente.errors import DetenteError
from detente.formats import loads
from tests.formats.test_native import GOOD, HOSTILE
loads(GOOD)
said = {}
for name, text in HOSTILE.items():
    try:
        loads(eval(f"({text})"))
        said[name] = "accepted"
    except DetenteError as error:
        said[name] = str(error)
# the high-water mark of this program alone; getrusage begins with that of the one that forked it
(peak,) = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
print(json.dumps([said, int(peak.split()[1])]))
"""
ANSWERS = {
    "brackets": "lists and mappings are nested deeper than 64",
    "aliases": "the anchor '&a' is not accepted",
    "lines": "'a' is there twice, first in line 1",
    "names": "the file has more than 20,000 entries",
    "digits": "is not a number",
    "large range": "the range has more than 1,001 steps",
    "parentheses": "the text is longer than 4,000 characters",
    "closed parentheses": "parentheses are nested deeper than 64",
    "many conditions": "hold more than 150,000 characters",
    "misspelled": "no such issue: 'p0'",
    "issues": "the issues up to here have more than 20,000 options",
    "too large": "the file is larger than 1 MiB",
}


def test_hostile_files_get_one_calm_message_within_200_megabytes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120
    )
    said, peak_kilobytes = json.loads(done.stdout)
    assert set(said) == set(ANSWERS)
    missed = {name: said[name][:300] for name, part in ANSWERS.items() if part not in said[name]}
    assert not missed
    assert peak_kilobytes < 200 * 1024


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(DetenteError):
        loads(text)


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(DetenteError):
        loads(data)


PIECES = st.sampled_from(
    [
        *"{}[]:,#&*!|>'\"%@`-?~=()\t\n\r\0 ",
        "- ",
        ": ",
        "no deal",
        "<<: ",
        "999",
        "..",
        "and ",
        "\ufeff",
        "\u202e",
    ]
) | st.text(max_size=3)


@given(
    st.lists(
        st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), PIECES), min_size=1, max_size=4
    )
)
def test_a_changed_case_is_read_or_refused(changes: list[tuple[int, int, str]]) -> None:
    text = GOOD
    for start, length, piece in changes:
        text = text[:start] + piece + text[start + length :]
    try:
        case = loads(text, file="t.yaml")
    except DetenteError as error:
        assert str(error).startswith("t.yaml")  # noqa: PT017 - either outcome is right
    else:
        assert case.signatories
