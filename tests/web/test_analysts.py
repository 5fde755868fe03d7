"""Analysts: few at a time, nobody is forgotten, nothing is left behind."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Event, Thread

import pytest

from detente.catalog import path_of
from detente.composition import composition_of
from detente.errors import LimitError
from detente.mending import Repairs, repairs_of
from detente.solvers.thresholds import LISTED_PACKAGES
from detente.web.analysts import analysts as desks
from detente.web.analysts.analysts import Analysts, Standing, Subject
from detente.web.settings import Limits, Settings

TEXT = path_of("harbour").read_text("utf-8")


@pytest.fixture
def bounded() -> Iterator[Analysts]:
    """Analysts of whom one works at a time."""
    found = Analysts(Settings(readings=50, limits=Limits(analysts=1)))
    yield found
    found.close()


def subject(name: str = "a", text: str = TEXT, view: str = "believed") -> Subject:
    return Subject(digest=name, text=text, view=view, readings=50, seed=0)


def until(asked: Callable[[], Standing], *states: str) -> Standing:
    while (standing := asked()).state not in states:
        time.sleep(0.05)
    return standing


def living() -> list[int]:
    """Return the processes of analysts that live, by the command that they were forked from."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            grandparent = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1]
            forks = "forkserver" in Path(f"/proc/{parent}/cmdline").read_text()
        except (OSError, ValueError):
            continue
        if int(grandparent) == os.getpid() and forks:
            found.append(int(folder.name))
    return found


def test_a_case_is_made_ready_in_a_process_of_its_own(bounded: Analysts) -> None:
    assert bounded.ask(subject()).state == "working"
    ready = until(lambda: bounded.ask(subject()), "ready").composition
    assert ready is not None
    package = ready.case.vocabulary.status_quo
    own = composition_of(ready.analysis)
    assert ready.look(package) == own.look(package)
    assert bounded.text("a") == TEXT
    assert bounded.text("b") is None


def test_cases_wait_their_turn(bounded: Analysts) -> None:
    names = ("a", "b", "c")
    first = {name: bounded.ask(subject(name)) for name in names}
    assert [first[name].state for name in names] == ["working", "waiting", "waiting"]
    assert [first[name].ahead for name in names] == [0, 0, 1]
    done: list[str] = []
    while len(done) < len(names):
        for name in names:
            if bounded.ask(subject(name)).state == "ready" and name not in done:
                done.append(name)
        assert len(living()) <= 1
        time.sleep(0.02)
    assert done == list(names)


def test_a_process_that_dies_is_said_and_can_be_tried_again(bounded: Analysts) -> None:
    bounded.ask(subject())
    while not (own := living()):
        time.sleep(0.01)
    os.kill(own[0], 9)
    failed = until(lambda: bounded.ask(subject()), "failed", "ready")
    assert failed == Standing(state="failed")
    until(lambda: bounded.again(subject()), "working")
    assert until(lambda: bounded.ask(subject()), "ready").composition is not None


def test_a_case_that_cannot_be_read_fails_with_a_message(bounded: Analysts) -> None:
    failed = until(lambda: bounded.ask(subject(text="detente: 1\n")), "failed")
    assert "parties" in failed.error


def test_too_many_are_refused(bounded: Analysts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_WAITING", 2)
    for name in ("a", "b", "c"):
        bounded.ask(subject(name))
    with pytest.raises(LimitError, match="too many cases wait"):
        bounded.ask(subject("d"))


def test_the_oldest_are_forgotten(bounded: Analysts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_READY", 2)
    for name in ("a", "b", "c"):
        until(lambda name=name: bounded.ask(subject(name)), "ready")  # type: ignore[misc]
    assert bounded.text("a") is None
    assert bounded.text("c") == TEXT


def test_who_is_no_longer_waited_for_makes_room(
    bounded: Analysts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "FORGOTTEN", 0.2)
    bounded.ask(subject("a", many_packages(30)))
    time.sleep(0.3)
    assert bounded.ask(subject("b")).state == "working"
    assert bounded.text("a") is None


def test_nothing_is_left_when_the_workbench_ends() -> None:
    found = Analysts(Settings(readings=50))
    found.ask(subject("a"))
    found.ask(subject("b"))
    while not living():
        time.sleep(0.01)
    found.close()
    while living():
        time.sleep(0.01)


BIG = """\
detente: 1
title: Many packages
parties: {{p: P, q: Q}}
issues:
{issues}
preferences:
  p:
    - order: {{{p}}}
    - no_deal: 40..50
  q:
    - order: {{{q}}}
    - no_deal: 40..50
"""


def many_packages(n_issues: int) -> str:
    """Return a case with more packages than are listed."""
    names = [f"i{k}" for k in range(n_issues)]
    return BIG.format(
        issues="\n".join(f"  {n}: {{options: [a, b, c], status_quo: a}}" for n in names),
        p=", ".join(f"{n}: a > b > c" for n in names),
        q=", ".join(f"{n}: {'a > c > b' if k % 2 else 'c > b > a'}" for k, n in enumerate(names)),
    )


def test_repairs_of_large_cases_are_searched_elsewhere(bounded: Analysts) -> None:
    large = subject("large", many_packages(10))
    ready = until(lambda: bounded.ask(large), "ready", "failed").composition
    assert ready is not None
    assert LISTED_PACKAGES < 3**10
    assert not ready.listed
    package = ready.case.vocabulary.status_quo
    found: Future[Repairs] = bounded.search(large, package)
    assert bounded.search(large, package) is found
    assert found.result(60) == repairs_of(ready.analysis, package)
    bounded.leave_off(large, package)
    # Another case takes the place of the process; a search then brings one back.
    until(lambda: bounded.ask(subject("b")), "ready")
    assert bounded.search(large, package).result(60) == found.result()


def test_a_proof_is_given_once_for_all_who_wait(bounded: Analysts) -> None:
    ready = until(lambda: bounded.ask(subject()), "ready").composition
    assert ready is not None
    package = ready.case.vocabulary.status_quo
    held, let = Event(), Event()

    def hold() -> None:
        held.set()
        let.wait(10)

    bounded._prover.submit(hold)
    held.wait(10)
    proof = bounded.prove(subject(), ready, package)
    assert proof is not None
    assert bounded.prove(subject(), ready, package) is proof
    let.set()
    assert proof.result(10) == ready.look(package)
    assert bounded.prove(subject(), ready, package) is not proof


def test_a_search_that_nobody_waits_for_is_left_off(bounded: Analysts) -> None:
    large = subject("large", many_packages(14))
    ready = until(lambda: bounded.ask(large), "ready", "failed").composition
    assert ready is not None
    package = ready.case.vocabulary.status_quo
    other = (1, *package[1:])
    first = bounded.search(large, package)
    bounded.leave_off(large, package)
    second = bounded.search(large, other)
    told: list[object] = []
    waiting = Thread(target=lambda: told.append(second.result(100)))
    waiting.start()
    waiting.join(100)
    assert told == [repairs_of(ready.analysis, other, work=ready.analysis.work)]
    assert not first.done()
