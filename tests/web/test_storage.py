"""What is kept stays kept, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from detente.web.storage.cases import Cases
from detente.web.storage.database import Database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    found.migrate()
    yield found
    found.close()


def test_a_case_keeps_its_revisions(database: Database) -> None:
    cases = Cases(database)
    first = cases.create("one", title="A", note="begun")
    second = cases.revise(first.case_id, base=1, text="two", title="B", note="changed")
    assert [r.number for r in cases.history(first.case_id)] == [2, 1]
    assert cases.revision(first.case_id) == second
    assert cases.revision(first.case_id, 1) == first
