"""Two texts that grew from one: no change is lost, and none is made that nobody made."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detente.marked_lines import Fold, folded, marked
from detente.patience import amount, edits, lines_of, matching
from detente.three_way_merge import chunks, merge

few = st.lists(st.sampled_from("abcde"), max_size=10)
ends = st.sampled_from(["", "\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    lines = draw(few)
    return "\n".join(lines) + (draw(ends) if lines else "")


@given(few, few)
def test_matching_lines_are_the_same_and_keep_their_order(old, new):
    found = matching(old, new)
    assert all(old[i] == new[k] for i, k in found)
    assert all(a < b and c < d for (a, c), (b, d) in pairwise(found))


@given(few)
def test_a_text_matches_itself_throughout(lines):
    assert matching(lines, lines) == tuple((i, i) for i in range(len(lines)))


@given(few, few)
def test_the_edits_make_the_old_text_the_new_one(old, new):
    made, at = [], 0
    for edit in edits(old, new):
        assert len(edit.old) or len(edit.new)
        made += [*old[at : edit.old.start], *new[edit.new.start : edit.new.stop]]
        at = edit.old.stop
    assert [*made, *old[at:]] == new


def test_lines_that_stand_once_hold_the_rest():
    old = lines_of("a:\n  x\n\nb:\n  x\n\n")
    new = lines_of("a:\n  x\n\nnew:\n  x\n\nb:\n  x\n\n")
    assert [(edit.old, list(edit.new)) for edit in edits(old, new)] == [(range(3, 3), [3, 4, 5])]


def test_long_repetitions_are_compared_as_wholes():
    # Pair by pair, these would be 40,000,000,000 comparisons.
    came, went = amount("x\n" * 200_000, "x\ny\n" * 100_000)
    assert came == went == 199_999


@given(texts())
def test_lines_put_together_are_the_text(text):
    assert "".join(lines_of(text)) == text


@given(texts(), texts(), texts())
def test_chunks_put_together_are_the_texts(base, mine, theirs):
    found = chunks(base, mine, theirs)
    assert "".join(line for one in found for line in one.base) == base
    assert "".join(line for one in found for line in one.mine) == mine
    assert "".join(line for one in found for line in one.theirs) == theirs
    assert all(a.unchanged != b.unchanged for a, b in pairwise(found))


@given(texts(), texts(), texts())
def test_sides_may_be_exchanged_where_there_is_no_conflict(base, mine, theirs):
    assert merge(base, mine, theirs) == merge(base, theirs, mine)


@given(texts(), texts())
def test_what_one_side_left_alone_becomes_what_the_other_made(base, other):
    assert merge(base, other, base) == other
    assert merge(base, base, other) == other
    assert merge(base, other, other) == other


@given(few, few, few, few)
def test_changes_far_from_each_other_are_both_kept(before, after, mine, theirs):
    def text(first: list[str], last: list[str]) -> str:
        return "".join(f"{line}\n" for line in [*first, "one", "two", "three", *last])

    merged = merge(text(before, after), text(mine, after), text(before, theirs))
    assert merged == text(mine, theirs)


@given(texts(), texts(), texts())
def test_a_merged_text_has_no_line_that_nobody_wrote(base, mine, theirs):
    merged = merge(base, mine, theirs)
    if merged is not None:
        known = {*lines_of(base), *lines_of(mine), *lines_of(theirs)}
        assert set(lines_of(merged)) <= known


def test_changes_of_the_same_line_are_in_each_others_way():
    assert merge("a\nb\nc\n", "a\nB\nc\n", "a\nβ\nc\n") is None
    assert merge("a\nb\nc\n", "A\nb\nc\n", "a\nB\nc\n") is None, "no line lies between them"
    assert merge("a\n", "a\nmine\n", "a\ntheirs\n") is None
    assert merge("a\nb\n", "b\n", "A\nb\n") is None, "one took out what the other changed"


@given(texts(), texts())
def test_marked_lines_hold_both_texts(old, new):
    lines = marked(old, new)
    before = [line for line in lines if line.sign != "+"]
    after = [line for line in lines if line.sign != "−"]
    for side, text in ((before, old), (after, new)):
        assert "".join(line.text + "\n" * line.ended for line in side) == text
    assert [line.old for line in before] == [*range(1, len(before) + 1)]
    assert [line.new for line in after] == [*range(1, len(after) + 1)]
    signs = [line.sign for line in lines]
    assert (signs.count("+"), signs.count("−")) == amount(old, new)


@given(texts(), texts(), st.integers(0, 3))
def test_folds_hide_only_what_is_far_from_any_change(old, new, near):
    lines = marked(old, new)
    shown = folded(lines, near=near)
    at = 0
    for one in shown:
        if isinstance(one, Fold):
            hidden = range(at, at + one.lines)
            around = lines[max(0, at - near) : hidden.stop + near]
            assert not any(lines[k].sign for k in hidden)
            assert one.lines
            assert not any(line.sign for line in around)
            at += one.lines
        else:
            assert one is lines[at]
            at += 1
    assert at == len(lines)
