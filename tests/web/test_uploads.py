"""What nobody should send, in small: every request ends with a page that says what became of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from detente.web.app import create_app
from detente.web.jobs.here import Here
from detente.web.settings import Settings
from tests.campaigns.uploads import Mishap, Trial, sendings
from tests.web.test_cases import send, stores, words

SAMPLE = 60


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    url = f"sqlite:///{tmp_path_factory.mktemp('uploads') / 'workbench.db'}"
    app = create_app(Settings(database=url), asking=Here)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield Trial(client)


def test_a_sample_of_the_campaign(trial: Trial) -> None:
    for sending in islice(sendings(7), SAMPLE):
        trial.one(sending)
    assert trial.counts.total() == SAMPLE
    assert any("taken" in kind for kind in trial.counts)
    assert any("422" in kind for kind in trial.counts)


def test_the_campaign_notices_a_failure(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_files: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("detente.web.pages.cases.coming.bring_in", fail)
    first = next(sending for sending in sendings(7) if sending.kind == "one file")
    with pytest.raises(Mishap, match="500"):
        trial.one(first)


@pytest.mark.parametrize(("files", "mebibytes"), [(1, 65), (300, 300)])
def test_a_bomb_is_not_unpacked(client: TestClient, files: int, mebibytes: int) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for k in range(files):
            made.writestr(f"{k}.xml", b" " * (mebibytes * 2**20 // files))
    answer = send(client, ("a.zip", held.getvalue()))
    assert answer.status_code == 422
    assert "larger than 64 MiB together" in words(answer)


def test_names_never_become_paths(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    text = b"detente: 1\ntitle: T\nparties: {a: A}\nissues: {i: {options: [x, y], status_quo: x}}\n"
    for name in ("../up.yaml", "/up.yaml", "here.yaml", "C:\\up.yaml", "n" * 3000 + ".yaml"):
        assert send(client, (name, text)).status_code == 200
    assert set(tmp_path.rglob("*")) - before <= set(tmp_path.glob("workbench.db*"))
    assert not (tmp_path.parent / "up.yaml").exists()
    notes = [
        revision.note
        for case in stores(client)[0].all()
        for revision in stores(client)[0].history(case.id)
    ]
    assert all(len(note) < 120 for note in notes)
