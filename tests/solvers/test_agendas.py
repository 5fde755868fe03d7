"""Every agenda: none is left out, and each ends as it does alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import numpy as np
import pytest

from detente.errors import CancelledError, UnknownNameError
from detente.solvers import agendas as agendas_module
from detente.solvers import thresholds
from detente.solvers.agenda import course_of
from detente.solvers.agendas import Search, search, within_reach
from detente.solvers.partitions import Allowed, agendas_of, extent_of
from detente.solvers.tabled import COMPILED
from detente.work import Work
from tests.solvers import agendas as plain
from tests.solvers.test_agenda import many

ARRAYS = [f.name for f in fields(Search) if f.type in {"Floats", "Ints"}]
FUBINI = [1, 1, 3, 13, 75, 541, 4683, 47293, 545835]


def same(one: Search, other: Search) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ARRAYS)


def test_every_ordered_partition_is_an_agenda() -> None:
    for n_issues in range(1, 6):
        allowed = Allowed(n_issues=n_issues)
        listed = list(agendas_of(allowed))
        assert sorted(listed) == sorted(plain.partitions(range(n_issues)))
        assert listed[0] == (tuple(range(n_issues)),)
    for n_issues, number in enumerate(FUBINI[1:], start=1):
        assert extent_of(Allowed(n_issues=n_issues), [2] * n_issues).agendas == number


@pytest.mark.parametrize("most", [None, 1, 2, 3])
@pytest.mark.parametrize("before", [(), ((0, 3),), ((2, 0), (3, 1))])
@pytest.mark.parametrize("together", [(), ((1, 2),), ((0, 1), (2, 3))])
def test_restrictions_leave_what_they_allow(most, before, together) -> None:
    allowed = Allowed(n_issues=4, most_bundles=most, before=before, together=together)

    def fits(order) -> bool:
        place = {j: k for k, bundle in enumerate(order) for j in bundle}
        return (
            len(order) <= (most or 4)
            and all(place[a] <= place[b] for a, b in before)
            and all(len({place[j] for j in group}) == 1 for group in together)
        )

    wanted = [order for order in plain.partitions(range(4)) if fits(order)]
    assert sorted(agendas_of(allowed)) == sorted(wanted)
    assert extent_of(allowed, [3, 2, 2, 3]).agendas == len(wanted)


def test_cells_are_those_of_tables_that_agendas_share() -> None:
    sizes = [2, 3, 2]
    tables = {order[k:] for order in plain.partitions(range(3)) for k in range(len(order))}
    cells = states = 0
    for rest in tables:
        to_come = {j for bundle in rest for j in bundle}
        before = np.prod([size for j, size in enumerate(sizes) if j not in to_come], dtype=int)
        states += int(before)
        cells += int(before * np.prod([sizes[j] for j in rest[0]]))
    found = extent_of(Allowed(n_issues=3), sizes)
    assert (found.cells, found.states) == (cells, states)


@pytest.mark.parametrize("rule", ["end", "set aside"])
@pytest.mark.parametrize("seed", [11, 12, 13, 14, 15, 16])
def test_each_agenda_ends_as_it_does_alone(rule: str, seed: int) -> None:
    game = five_issues(seed) if seed == 16 else four_issues(seed)
    talks = many(game, 3)
    n = talks.n_signatories
    found = search(talks, rule=rule)
    assert len(found) == FUBINI[len(game.sizes)]
    assert found.complete
    at_once = course_of(talks, found.order(0), rule=rule).values
    for k in range(len(found)):
        course = course_of(talks, found.order(k), rule=rule)
        assert found.values[k].tolist() == (course.values.sum(axis=0) / 3).tolist()
        assert found.completes[k] == course.completes.sum()
        assert found.better[k].tolist() == (course.values > at_once).sum(axis=0).tolist()
        assert found.worse[k].tolist() == (course.values < at_once).sum(axis=0).tolist()
        refused = begun = 0
        for first, no_deal in zip(course.first[..., :n], talks.no_deal[:, :n], strict=True):
            steps = first[first[:, 0] > -np.inf]
            moving = first[[not stays(game, found.order(k)[0], s) for s in range(len(first))]]
            moving = moving[moving[:, 0] > -np.inf]
            steps = moving if len(moving) else steps
            refused = refused + ((steps < no_deal).all(axis=0) if len(steps) else np.zeros(n, bool))
            begun += any((step >= no_deal).all() for step in steps)
        assert found.refuses[k].tolist() == refused.tolist()
        assert found.begins[k] == begun


def stays(game: plain.Instance, bundle: tuple[int, ...], step: int) -> bool:
    options = np.unravel_index(step, [game.sizes[j] for j in bundle])
    return all(o == game.status_quo[j] for o, j in zip(options, bundle, strict=True))


def four_issues(seed: int) -> plain.Instance:
    return next(g for s in range(seed * 100, 10**6) if len((g := plain.instance(s)).sizes) == 4)


def five_issues(seed: int) -> plain.Instance:
    """Return four issues and one more that only the first party cares about."""
    game = four_issues(seed)
    more = [[0, 5 * plain.UNIT], *[[0, 0]] * (game.n_parties - 1)]
    return replace(
        game,
        sizes=[*game.sizes, 2],
        status_quo=[*game.status_quo, 0],
        takes=[*game.takes, 0],
        values=[[*own, table] for own, table in zip(game.values, more, strict=True)],
        kept=[[*own, [0, -plain.UNIT]] for own in game.kept],
        forbidden={(*package, o) for package in game.forbidden for o in (0, 1)},
    )


@pytest.mark.parametrize("solution", COMPILED)
@pytest.mark.parametrize("rule", ["end", "set aside"])
def test_compiled_and_plain_search_agree(
    rule: str, solution: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(12):
        game = plain.instance(seed)
        allowed = Allowed(n_issues=len(game.sizes), most_bundles=3)
        compiled = search(many(game, 3), allowed, rule=rule, solution=solution)
        with monkeypatch.context() as patch:
            patch.setattr(agendas_module, "COMPILED", ())
            listed = search(many(game, 3), allowed, rule=rule, solution=solution)
        assert same(compiled, listed), seed


def test_pieces_and_executors_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    talks = many(four_issues(3), 9)
    whole = search(talks)
    monkeypatch.setattr(agendas_module, "_CELLS", 1)
    told = []
    work = Work(progress=lambda what, done, total: told.append((what, done, total)))
    assert same(search(talks, work=work), whole)
    assert told[-1] == ("searching agendas", 9, 9)
    with ThreadPoolExecutor(2) as executor:
        assert same(search(talks, work=Work(executor=executor)), whole)
    with pytest.raises(CancelledError):
        search(talks, work=Work(cancelled=lambda: True))


def test_what_is_too_much_is_searched_with_fewer_bundles(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = Allowed(n_issues=5)
    cells = {k: extent_of(replace(allowed, most_bundles=k), [3] * 5).cells for k in (3, 5)}
    for limit, most in ((cells[5] * 10, 5), (cells[5] * 10 - 1, 3), (cells[3] * 10 - 1, 2)):
        monkeypatch.setattr(thresholds, "SEARCHED_CELLS", limit)
        found = within_reach(allowed, [3] * 5, 10, compiled=True)
        assert found.most == most
        assert found.is_everything == (most == 5)
    monkeypatch.setattr(thresholds, "SEARCHED_CELLS_PLAIN", 0)
    assert within_reach(allowed, [3] * 5, 10, compiled=False).most == 2


def test_unknown_solutions_are_told() -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        search(plain.instance(0).talks(), solution="egalitarain")
