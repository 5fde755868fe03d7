"""Files of other programs asked as they are: ``detente hold FILE``, states as the format counts."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from detente import cli
from tests.formats.test_gambit import DILEMMA
from tests.formats.test_gmcr import BORDER, STATES
from tests.formats.test_graph_csv import FULL


def asked(path: Path, *more: str) -> str:
    given = ("hold", str(path), *more)
    result = CliRunner().invoke(cli.main, given, prog_name="detente", catch_exceptions=False)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def test_states_of_a_gmcr_file_keep_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "border.gmcr"
    path.write_text(json.dumps(BORDER), encoding="utf-8")
    found = json.loads(asked(path, "4", "--format", "json"))
    said = {"Y": "yes", "N": "no"}
    labels = [
        "attack: {}, arm: {} and strike back: {}".format(*(said[one] for one in state))
        for state in STATES
    ]
    assert [(s["id"], s["label"].casefold()) for s in found["states"]] == [*enumerate(labels, 1)]
    assert found["state"] == found["states"][3]
    # North attacks or not, and ranks 2 > 1 ~ 3 > 4 > 6 > 5; South disarms and strikes back, each
    # for good, and ranks 1 > 3 > 5 > 6 > 2 > 4
    assert found["concepts"]["R"]["stable"] == {"North": [2, 3, 5, 6], "South_friends": [1, 5]}
    assert found["concepts"]["R"]["equilibria"] == [5]
    ways = {(way["party"], way["to"]) for way in found["departures"]}
    assert ways == {("North", 3), *(("South_friends", to) for to in (2, 5, 6))}
    # the coalition of the file is shown
    assert found["together"]["coalitions"] == [
        {
            "parties": ["North", "South_friends"],
            "joined": True,
            "stable": found["together"]["coalitions"][0]["stable"],
        }
    ]
    told = asked(path, "4")
    assert "Would it hold: state 4" in told
    assert "act as one" in " ".join(told.split())


def test_a_gambit_file_is_asked_by_the_number_of_a_profile(tmp_path: Path) -> None:
    path = tmp_path / "dilemma.nfg"
    path.write_text(DILEMMA, encoding="utf-8")
    found = json.loads(asked(path, "4", "--format", "json"))
    assert found["concepts"]["R"]["equilibria"] == [4]
    assert found["concepts"]["SEQ"]["equilibria"] == [1, 4]
    assert found["verdicts"]["R"]["all"] == 1
    assert "State 4" in asked(path, "4")


def test_a_graph_of_rows_is_asked_by_the_names_of_its_states(tmp_path: Path) -> None:
    path = tmp_path / "water.csv"
    path.write_text(FULL, encoding="utf-8")
    found = json.loads(asked(path, "s2", "--format", "json"))
    assert found["state"]["id"] == 2
    assert found["own_games"] is not None
    assert found["comparisons"]["unknown"]
    assert found["together"]["concepts"]["CR"]["as_one"] is not None
