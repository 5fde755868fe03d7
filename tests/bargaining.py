"""A program that stands in for the one in which agents bargain: it behaves, or misbehaves.

It reads the scenario and writes the files that the real one writes, in the same shape.
"""

from __future__ import annotations

import sys
from pathlib import Path

_PYTHON = sys.executable
_PROGRAM = """\
#!{python}
import json, os, sys, time
import xml.etree.ElementTree as ET
from itertools import product
from math import inf, nan
from pathlib import Path

MODE = {mode!r}
OPTIONS = "--scenario --negotiator --steps --save-path --no-discount --normalize"
if "--help" in sys.argv:
    print("usage: something else" if MODE == "other program" else OPTIONS)
    sys.exit(0)
given = [(a, b) for a, b in zip(sys.argv, sys.argv[1:]) if a.startswith("--")]
scenario, kept = (Path(dict(given)[key]) for key in ("--scenario", "--save-path"))
steps = int(dict(given)["--steps"])
agents = [b for a, b in given if a == "--negotiator"]
if MODE == "hangs":
    if os.environ.get("DETENTE_TEST_PID"):
        Path(os.environ["DETENTE_TEST_PID"]).write_text(str(os.getpid()))
    time.sleep(600)
if MODE == "crashes":
    print("Traceback (most recent call last):")
    print("│ ValueError: range (-inf, 3.5)  │")
    sys.exit(1)
if MODE == "prints without end":
    while True:
        print("x" * 100_000)


def profile(path):
    root = ET.parse(path).getroot()
    weights = [float(w.get("value")) for w in root.iter("weight")]
    issues = [[float(i.get("evaluation")) for i in issue.iter("item")]
              for issue in root.iter("issue")]
    return weights, issues, float(root.find("reservation").get("value"))


profiles = [profile(path) for path in sorted(scenario.glob("profile-*.xml"))]
assert len(agents) == len(profiles)


def levels(package):
    return [sum(w * issue[k] for w, issue, k in zip(weights, issues, package))
            for weights, issues, _ in profiles]


sizes = [len(issue) for issue in profiles[0][1]]
reserved = [no_deal for _, _, no_deal in profiles]
everything = list(product(*map(range, sizes)))
best = max(everything, key=lambda p: min(u - r for u, r in zip(levels(p), reserved)))
if MODE == "worst of all":
    best = min(everything, key=lambda p: levels(p)[0])
agreement = None if "ToughNegotiator" in agents else best
values = reserved if agreement is None else levels(agreement)
result = {{
    "agreement": None if agreement is None else [f"o{{k + 1}}" for k in agreement],
    "utilities": values,
    "advantages": [u - r for u, r in zip(values, reserved)],
    "negotiators": [f"negmas.gb.negotiators.{{agent}}" for agent in agents],
    "step": steps if agreement is None else min(5, steps),
}}
if MODE == "writes nothing":
    sys.exit(0)
kept.mkdir()
if MODE == "writes junk":
    (kept / "session.json").write_text("junk" * 3)
    sys.exit(0)
if MODE == "deep junk":
    (kept / "session.json").write_text("[" * 100_000)
    sys.exit(0)
if MODE == "a list":
    (kept / "session.json").write_text("[]")
    sys.exit(0)
result.update({changes})
(kept / "session.json").write_text(json.dumps(result))
for n, no_deal in enumerate(reserved):
    if MODE == "normalises":
        no_deal = no_deal / 2 + 0.1
    text = f"{{{{name: p, reserved_outcome: null, reserved_value: {{no_deal!r}}, weights: [1.0]}}}}"
    (kept / f"profile-{{n + 1:03}}.yml").write_text("{{junk" if MODE == "bad profile" else text)
"""


def program(folder: Path, mode: str = "", **changes: object) -> str:
    """Write the program into a folder and return its path.

    mode : how it misbehaves; changes : what its result says instead
    """
    path = folder / "negotiate"
    text = _PROGRAM.format(python=_PYTHON, mode=mode, changes=repr(changes))
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return str(path)
