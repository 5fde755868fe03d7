"""The page: complete in itself, in order, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re

import pytest

from detente.report.html import fragment, page, page_style
from detente.table import Section, Sentence
from tests.report import sample
from tests.report.test_hostile import Outline

PAGE = sample.sample_page()


def test_the_page_asks_for_nothing_from_elsewhere():
    addresses = re.findall(r"(?i)[a-z]+://[^\s\"'<>]*", PAGE)
    assert set(addresses) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"(?i)<(script|link|img|iframe|object|embed|form)\b|@import|url\(", PAGE)


def test_the_policy_allows_only_the_page_s_own_style():
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', PAGE)
    style = re.search(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    assert policy
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1].startswith(f"default-src 'none'; style-src 'sha256-{digest}'")
    assert style[1] == page_style()
    assert not re.search(r"\sstyle=", PAGE)


def test_the_page_is_balanced_and_begins_as_html():
    assert Outline(PAGE).open == []
    assert PAGE.startswith('<!doctype html>\n<html lang="en">')


def test_a_large_page_stays_under_the_limit():
    assert len(PAGE.encode()) < 300_000


def test_the_same_input_gives_the_same_bytes():
    assert sample.sample_page() == PAGE
    assert fragment(sample.sections()) == fragment(sample.sections())


def test_ids_are_unique_and_every_reference_has_its_id():
    ids = re.findall(r'\sid="([^"]*)"', PAGE)
    assert len(ids) == len(set(ids))
    references = re.findall(r'aria-labelledby="([^"]*)"', PAGE)
    wanted = {one for reference in references for one in reference.split()}
    wanted |= set(re.findall(r'href="#([^"]*)"', PAGE))
    assert wanted <= set(ids)


def test_sections_with_the_same_key_get_their_own_anchors():
    twice = [Section(key="April plan!", title="A"), Section(key="april_plan", title="B")]
    made = page(twice, title="t")
    assert 'id="april_plan"' in made
    assert 'id="april_plan.2"' in made


def test_headings_step_down_one_at_a_time():
    levels = [int(tag[1]) for tag, _ in Outline(PAGE).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))


def test_very_deep_sections_stop_at_the_sixth_heading():
    deep = Section(key="x", title="x")
    for _ in range(9):
        deep = Section(key="x", title="x", parts=(deep,))
    assert "<h7" not in page([deep], title="t")


def test_every_picture_has_a_name_a_description_and_a_table():
    assert PAGE.count("<figure>") == 7
    assert PAGE.count('class="drawing" role="img"') == 7
    assert PAGE.count("<summary>The same as a table</summary>") == 7


def test_tones_are_signs_and_words():
    made = page([Section(key="a", title="A", lead=(Sentence(text="x", tone="bad"),))], title="t")
    assert '<span class="sign bad" role="img" aria-label="no">✕</span>' in made


def test_the_language_is_checked():
    assert '<html lang="pt-BR">' in page([], title="t", language="pt-BR")
    with pytest.raises(ValueError, match="not a language tag"):
        page([], title="t", language='en" onload="x')


def test_fragments_confine_their_styles_and_differ_in_their_anchors():
    made = fragment(sample.sections()[0])
    style = re.search(r"<style>(.*?)</style>", made, re.DOTALL)
    assert style
    rules = re.sub(r"@media[^{]*\{", "", style[1])
    for selector in re.findall(r"(?:^|\})\s*([^{}@]+)\{", rules):
        assert all(part.strip().startswith(".detente") for part in selector.split(",")), selector
    first, second = sample.sections()[:2]
    ids = [re.findall(r'\sid="([^"]*)"', fragment(section)) for section in (first, second)]
    assert not set(ids[0]) & set(ids[1])
