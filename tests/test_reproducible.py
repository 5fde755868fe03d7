"""Same case and seed, same bytes: again, on one thread or two, in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from detente.answers.analyse import analyse
from detente.catalog import load
from detente.work import Work
from tests.answers.cases import report
from tests.conftest import ROOT

ARITHMETIC = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def analysed(name: str, folder: Path, *, threads: int, arithmetic: int, salt: int) -> list[bytes]:
    """Return the JSON and the page of one run in a process of its own."""
    environment = {
        **os.environ,
        **dict.fromkeys(ARITHMETIC, str(arithmetic)),
        "PYTHONHASHSEED": str(salt),
    }
    page = folder / f"{name}-{threads}-{arithmetic}-{salt}.html"
    command = [sys.executable, "-m", "detente", "analyse", name, "--format", "json"]
    command += ["--threads", str(threads), "-o", str(page)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return [done.stdout, page.read_bytes()]


def test_the_ukraine_case_gives_the_same_bytes_on_one_thread_and_two(tmp_path):
    again = analysed("ukraine-2025", tmp_path, threads=2, arithmetic=2, salt=1)
    here = report("ukraine-2025")  # on one thread, and worked out for many tests
    assert again[0].decode() == here.json() + "\n"
    assert again[1].decode() == here.page()


@pytest.mark.parametrize(("threads", "arithmetic", "salt"), [(1, 1, 1), (2, 2, 0), (3, 1, 2)])
def test_the_harbour_gives_the_same_bytes_however_it_is_run(tmp_path, threads, arithmetic, salt):
    again = analysed("harbour", tmp_path, threads=threads, arithmetic=arithmetic, salt=salt)
    here = analyse(load("harbour"))
    assert again[0].decode() == here.json() + "\n"
    assert again[1].decode() == here.page()


def test_another_seed_gives_other_readings_and_the_same_verdicts():
    first, second = (analyse(load("harbour"), work=Work(seed=seed)).data() for seed in (0, 1))
    assert first["compare"]["proposals"] != second["compare"]["proposals"]
    for name, one in first["compare"]["proposals"].items():
        assert one["verdicts"] == second["compare"]["proposals"][name]["verdicts"]


def test_an_executor_changes_nothing():
    here = analyse(load("harbour")).json()
    with ThreadPoolExecutor(4) as executor:
        assert analyse(load("harbour"), work=Work(executor=executor)).json() == here


def test_watching_changes_nothing():
    told = []
    work = Work(progress=lambda *state: told.append(state), cancelled=lambda: False)
    assert analyse(load("harbour"), work=work).json() == analyse(load("harbour")).json()
    assert told
    assert all(0 <= done <= total for _, done, total in told)


def test_more_readings_keep_within_the_errors():
    few = analyse(load("harbour")).data()["explain"]
    many = analyse(load("harbour"), work=Work(readings=8000)).data()["explain"]
    assert many["march_draft"]["readings"] > few["march_draft"]["readings"]
    for name, answer in few.items():
        for party, found in answer["parties"].items():
            other = many[name]["parties"][party]
            gap = abs(found["share"] - other["share"])
            assert gap <= 4 * (found["error"] ** 2 + other["error"] ** 2) ** 0.5
