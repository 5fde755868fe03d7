"""Two people change one case, and neither loses anything: tried by hand and at random."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from detente.catalog import path_of
from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from detente.web.storage.cases import Cases
from detente.web.storage.database import Database, new_id
from detente.web.storage.drafts import Drafts

HARBOUR = path_of("harbour").read_text("utf-8")
FIRST = "title: Harbour dispute\n"
LAST = "    because: press12#11\n"
assert FIRST in HARBOUR
assert HARBOUR.endswith(LAST)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database=database_url)


@pytest.fixture
def cases(settings: Settings) -> Iterator[Cases]:
    database = Database(settings.database)
    database.migrate()
    yield Cases(database)
    database.close()


@pytest.fixture
def drafts(cases: Cases) -> Drafts:
    return Drafts(cases.database)


@pytest.fixture
def case_id(cases: Cases) -> str:
    return cases.create(HARBOUR, title="Harbour dispute", note="begun").case_id


def first(title: str) -> str:
    return HARBOUR.replace(FIRST, f"title: {title}\n")


def last(remark: str, text: str = HARBOUR) -> str:
    return f"{text}# {remark}\n"


def save(
    client: TestClient, case_id: str, text: str, *, base: int = 1, draft: str = "d"
) -> httpx.Response:
    given = {"base": base, "text": text, "draft": draft}
    return client.post(f"/cases/{case_id}/text", data=given, follow_redirects=False)


def names(page: str) -> dict[str, str]:
    """Return what the page sends back with a choice."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert found.keys() == {"draft", "base", "head", "shown"}
    return found


def choose(client: TestClient, case_id: str, page: str, choice: str, **more: str) -> httpx.Response:
    given = {**names(page), "choice": choice, **more}
    return client.post(f"/cases/{case_id}/conflict", data=given, follow_redirects=False)


def offered(page: str) -> set[str]:
    return set(re.findall(r'name="choice" value="(\w+)"', page))


def meet(client: TestClient, case_id: str, mine: str, theirs: str) -> str:
    """Let somebody else save first; return the page that answers the second."""
    assert save(client, case_id, theirs, draft="theirs").status_code == 303
    answer = save(client, case_id, mine, draft="mine")
    assert answer.status_code == 409
    return answer.text


def test_changes_apart_are_offered_together_and_saved(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, last("mine"), first("New dispute"))
    assert offered(page) == {"merged", "mine", "theirs", "written"}
    assert [draft.text for draft in drafts.of(case_id)] == [last("mine")]
    assert choose(client, case_id, page, "merged").status_code == 303
    head = cases.revision(case_id)
    assert (head.number, head.text) == (3, last("mine", first("New dispute")))
    assert head.note == "Brought together with revision 2"
    assert cases.get(case_id).title == "New dispute"
    assert not drafts.of(case_id)


def test_changes_of_one_line_are_shown_side_by_side(
    client: TestClient, cases: Cases, case_id: str
) -> None:
    page = meet(client, case_id, first("My dispute"), first("Their <dispute>"))
    assert offered(page) == {"mine", "theirs", "written"}
    assert "Changed by both, differently" in page
    assert "Their &lt;dispute&gt;" in page
    assert "<dispute>" not in page
    assert page.count('<span aria-hidden="true">−</span><span class="hidden">gone: </span>') == 2
    assert page.count('<span aria-hidden="true">+</span><span class="hidden">new: </span>') == 2
    assert choose(client, case_id, page, "mine").status_code == 303
    assert cases.revision(case_id).text == first("My dispute")
    assert cases.revision(case_id, 2).text == first("Their <dispute>"), "theirs is in the history"


def test_theirs_may_be_taken_and_mine_stays_a_draft(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, first("Mine"), first("Theirs"))
    assert choose(client, case_id, page, "theirs").status_code == 303
    assert cases.revision(case_id).text == first("Theirs")
    assert drafts.one(case_id, "mine").text == first("Mine")
    again = client.get(f"/cases/{case_id}/conflict", params={"draft": "mine"})
    assert again.status_code == 200
    assert names(again.text) == names(page)


def test_one_may_write_on_with_theirs_in_view(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, first("Mine"), first("Theirs"))
    given = {**names(page), "written": first("Both").replace("\n", "\r\n")}
    kept = client.post(f"/cases/{case_id}/conflict/keep", data=given)
    assert kept.status_code == 204
    assert drafts.one(case_id, "mine").text == first("Both")
    assert choose(client, case_id, page, "written", written=first("Both!")).status_code == 303
    assert cases.revision(case_id).text == first("Both!")
    assert not drafts.of(case_id)


def test_a_text_as_large_as_a_case_can_be_written_on(
    client: TestClient, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, first("Mine"), first("Theirs"))
    written = first("Both") + "# more\n" * 140_000
    kept = client.post(f"/cases/{case_id}/conflict/keep", data={**names(page), "written": written})
    assert kept.status_code == 204
    assert drafts.one(case_id, "mine").text == written


def test_what_is_written_on_is_not_saved_over_what_was_not_shown(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, first("Mine"), first("Theirs"))
    save(client, case_id, first("A third"), base=2, draft="third")
    answer = choose(client, case_id, page, "written", written=first("Both"))
    assert answer.status_code == 409
    assert drafts.one(case_id, "mine").text == first("Both")
    assert cases.revision(case_id).text == first("A third")
    assert "A third" in answer.text
    assert choose(client, case_id, answer.text, "written", written=first("All")).status_code == 303
    assert cases.revision(case_id).text == first("All")


@pytest.mark.parametrize("choice", ["mine", "merged"])
def test_what_was_shown_is_what_is_saved(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str, choice: str
) -> None:
    page = meet(client, case_id, last("mine"), first("Theirs"))
    save(client, case_id, first("A third"), base=2, draft="third")
    answer = choose(client, case_id, page, choice)
    assert answer.status_code == 409
    assert "changed once more while you looked" in answer.text
    assert cases.revision(case_id).text == first("A third")
    drafts.keep("mine", case_id, base=1, text=last("more"))
    again = choose(client, case_id, answer.text, choice)
    assert again.status_code == 409, "the draft is not the one that was shown"
    assert choose(client, case_id, again.text, choice).status_code == 303
    assert "# more" in cases.revision(case_id).text


def test_an_unsound_text_can_be_kept_and_not_saved(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    drafts.keep("mine", case_id, base=1, text="unsound: [")
    save(client, case_id, first("Theirs"), draft="theirs")
    page = client.get(f"/cases/{case_id}/conflict", params={"draft": "mine"}).text
    assert offered(page) == {"theirs", "written"}
    assert "is no sound case yet" in page
    for choice in ("mine", "merged"):
        assert choose(client, case_id, page, choice).status_code == 400
    answer = choose(client, case_id, page, "written", written="worse: [")
    assert answer.status_code == 400
    assert drafts.one(case_id, "mine").text == "worse: ["
    assert cases.get(case_id).head == 2


def test_two_sound_changes_may_not_be_sound_together(
    client: TestClient, cases: Cases, case_id: str
) -> None:
    # Each gives another proposal the same new name.
    mine = HARBOUR.replace(
        "  march_draft: {", "  april_plan: {shifts: none, pay: 2, cranes: no}\n  march_draft: {"
    )
    theirs = HARBOUR.replace(
        "preferences:\n", "  april_plan: {shifts: none, pay: 3, cranes: no}\npreferences:\n", 1
    )
    page = meet(client, case_id, mine, theirs)
    assert "do not make a sound case" in page
    assert offered(page) == {"mine", "theirs", "written"}
    assert choose(client, case_id, page, "merged").status_code == 400
    assert cases.revision(case_id).text == theirs


def test_addresses_of_other_drafts_lead_nowhere(
    client: TestClient, cases: Cases, drafts: Drafts, case_id: str
) -> None:
    other = cases.create(HARBOUR, title="Other", note="begun").case_id
    drafts.keep("d", other, base=1, text="x")
    for name, status in (("d", 404), ("nosuch", 404)):
        assert (
            client.get(f"/cases/{case_id}/conflict", params={"draft": name}).status_code == status
        )
    given = {"draft": "d", "base": "1", "head": "1", "choice": "written", "written": "stolen"}
    assert client.post(f"/cases/{case_id}/conflict", data=given).status_code == 400
    assert drafts.one(other, "d").text == "x"


def test_a_text_whose_draft_is_gone_is_kept_again(
    client: TestClient, drafts: Drafts, case_id: str
) -> None:
    page = meet(client, case_id, first("Mine"), first("Theirs"))
    drafts.drop(case_id, "mine")
    assert choose(client, case_id, page, "written", written="unsound: [").status_code == 400
    assert drafts.one(case_id, "mine").text == "unsound: ["


@dataclass
class Tab:
    """A page in which somebody writes.

    kept : the text as it was last kept for certain
    conflict : the page that asks what to do
    """

    base: int
    text: str
    draft: str = field(default_factory=new_id)
    kept: str = ""
    conflict: str = ""


class Tabs(RuleBasedStateMachine):
    """Three tabs on one case; what was confirmed has to be there after every step."""

    client: TestClient
    cases: Cases
    drafts: Drafts
    which = st.integers(0, 2)

    @initialize()
    def begin(self) -> None:
        self.case_id = self.cases.create(HARBOUR, title="Harbour", note="begun").case_id
        self.saved = [HARBOUR]
        self.left: dict[str, str] = {}
        self.tabs = [self.opened() for _ in range(3)]
        self.words = 0

    def opened(self) -> Tab:
        head = self.cases.revision(self.case_id)
        return Tab(base=head.number, text=head.text)

    @rule(which=which)
    def open(self, which: int) -> None:
        """Leave a tab, and open the case in a new one; what was kept stays among the drafts."""
        tab = self.tabs[which]
        if tab.kept:
            self.left[tab.draft] = tab.kept
        self.tabs[which] = self.opened()

    @rule(which=which, place=st.sampled_from(["title", "end", "middle", "unsound"]))
    def write(self, which: int, place: str) -> None:
        tab = self.tabs[which]
        self.words += 1
        if place == "title":
            tab.text = re.sub(r"(?m)^title: .*$", f"title: Dispute {self.words}", tab.text, count=1)
        elif place == "middle":
            tab.text = tab.text.replace("preferences:\n", f"preferences:\n# {self.words}\n", 1)
        elif place == "unsound":
            tab.text = f"{tab.text}unsound {self.words}: [\n"
        else:
            tab.text = f"{tab.text}# {self.words}\n".replace("unsound", "# sound")

    @rule(which=which)
    def autosave(self, which: int) -> None:
        tab = self.tabs[which]
        given = {"base": str(tab.base), "draft": tab.draft, "text": tab.text, "written": tab.text}
        if tab.conflict:
            address = f"/cases/{self.case_id}/conflict/keep"
            given |= names(tab.conflict)
        else:
            address = f"/cases/{self.case_id}/text/draft"
        assert self.client.post(address, data=given).status_code == 204
        tab.kept = tab.text

    @rule(which=which)
    @precondition(lambda self: not all(tab.conflict for tab in self.tabs))
    def save(self, which: int) -> None:
        tab = self.tabs[which]
        if not tab.conflict:
            given = {"base": str(tab.base), "draft": tab.draft, "text": tab.text}
            address = f"/cases/{self.case_id}/text"
            before = self.cases.revision(self.case_id)
            answer = self.client.post(address, data=given, follow_redirects=False)
            if answer.status_code == 303:
                assert before.number == tab.base or before.text == tab.text, "saved over unseen"
            self.answered(tab, answer)

    @rule(which=which, choice=st.sampled_from(["merged", "mine", "written", "theirs"]))
    @precondition(lambda self: any(tab.conflict for tab in self.tabs))
    def choose(self, which: int, choice: str) -> None:
        tab = self.tabs[which]
        if not tab.conflict:
            return
        given = {**names(tab.conflict), "choice": choice, "written": tab.text}
        before = self.cases.revision(self.case_id)
        address = f"/cases/{self.case_id}/conflict"
        answer = self.client.post(address, data=given, follow_redirects=False)
        if choice == "theirs":
            assert answer.status_code == 303
            self.left[tab.draft] = tab.kept
            self.tabs[which] = self.opened()
            return
        if answer.status_code == 303:
            assert (
                before.number == int(given["head"]) or self.cases.revision(self.case_id) == before
            )
        if choice == "merged" and answer.status_code == 303:
            # Whoever saves the merged text gives up the draft for it.
            tab.text = tab.kept = self.cases.revision(self.case_id).text
        elif choice in {"merged", "mine"}:
            tab.text = tab.kept  # the draft decides, whatever was typed since
        self.answered(tab, answer)

    def answered(self, tab: Tab, answer: httpx.Response) -> None:
        head = self.cases.revision(self.case_id)
        if answer.status_code == 303:
            assert head.text == tab.text
            if head.text != self.saved[-1]:
                self.saved.append(head.text)
            tab.base, tab.kept, tab.conflict, tab.draft = head.number, "", "", new_id()
        else:
            assert answer.status_code in {400, 409, 422}, answer.status_code
            tab.kept = tab.text
            if answer.status_code != 422:
                tab.conflict = answer.text

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(1, len(self.saved)))
        address = f"/cases/{self.case_id}/history/{number}/restore"
        given = {"base": str(len(self.saved))}
        assert self.client.post(address, data=given, follow_redirects=False).status_code == 303
        if self.saved[number - 1] != self.saved[-1]:
            self.saved.append(self.saved[number - 1])

    @invariant()
    def everything_saved_is_in_the_history(self) -> None:
        texts = [self.cases.revision(self.case_id, n).text for n in range(1, len(self.saved) + 1)]
        assert texts == self.saved
        assert self.cases.get(self.case_id).head == len(self.saved)

    @invariant()
    def everything_kept_is_a_draft_or_saved(self) -> None:
        kept = {draft.id: draft.text for draft in self.drafts.of(self.case_id)}
        expected = self.left | {tab.draft: tab.kept for tab in self.tabs if tab.kept}
        assert {k: kept.get(k) for k in expected} == expected


def test_no_text_is_lost_whatever_three_tabs_do(
    settings: Settings, cases: Cases, drafts: Drafts
) -> None:
    with TestClient(create_app(settings, asking=Here), base_url="http://127.0.0.1") as client:
        found = {"client": client, "cases": cases, "drafts": drafts}
        machine = type("Tabs", (Tabs,), found)
        run_state_machine_as_test(
            machine, settings=hypothesis_settings(max_examples=12, stateful_step_count=25)
        )
