"""The page in a real browser: nothing sticks out, nothing is clipped, it prints."""

from __future__ import annotations

import html
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from detente.report.html import page
from detente.table import Section
from tests.report import hostile, sample

pytestmark = pytest.mark.browser

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS = (390, 1360)

# The page sits in a frame, so that it may be narrower than a window and keeps its own policy.
MEASURE = """<!doctype html><meta charset="utf-8">
<iframe id="frame" width="{width}" height="900" srcdoc="{page}"></iframe><pre id="result"></pre>
<script>
onload = () => {{
  const inner = document.getElementById("frame").contentDocument;
  const out = [], clipped = [], touching = [];
  const shown = node => node.getClientRects().length > 0;
  for (const node of inner.body.querySelectorAll("*")) {{
    const box = node.getBoundingClientRect();
    const apart = node.closest(".scroll") || node.closest(".skip");
    if (shown(node) && !apart && box.right > {width} + 1) out.push(node.outerHTML.slice(0, 90));
  }}
  for (const svg of inner.querySelectorAll("svg")) {{
    if (!shown(svg)) continue;
    const frame = svg.getBoundingClientRect();
    const words = [...svg.querySelectorAll("text")];
    const boxes = words.map(word => word.getBoundingClientRect());
    words.forEach((word, i) => {{
      const a = boxes[i];
      if (a.left < frame.left - 2 || a.right > frame.right + 2 || a.top < frame.top - 2
          || a.bottom > frame.bottom + 2) clipped.push(word.textContent);
      for (let j = 0; j < i; j++) {{
        const b = boxes[j];
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 2 && down > 5) touching.push(word.textContent + " / " + words[j].textContent);
      }}
    }});
  }}
  const measured = {{
    width: inner.documentElement.scrollWidth, out, clipped, touching,
    font: inner.defaultView.getComputedStyle(inner.body).fontSize,
    drawings: [...inner.querySelectorAll("svg")].filter(shown).length,
  }};
  document.getElementById("result").textContent = JSON.stringify(measured);
}};
</script>"""


def browse(program: str, folder: Path, *arguments: str) -> str:
    command = [program, *FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def measured(program: str, folder: Path, content: str, *, width: int) -> dict[str, Any]:
    wrapper = folder / "wrapper.html"
    wrapper.write_text(MEASURE.format(width=width, page=html.escape(content)), "utf-8")
    dumped = browse(program, folder, "--window-size=1600,1000", "--dump-dom", wrapper.as_uri())
    found = re.search(r'<pre id="result">(.*?)</pre>', dumped, re.DOTALL)
    assert found
    result: dict[str, Any] = json.loads(html.unescape(found[1]))
    assert result["font"] == "15px", "the policy must let the page's own style through"
    return result


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_sticks_out_is_clipped_or_lies_on_other_words(chromium, tmp_path, width):
    seen = measured(chromium, tmp_path, sample.sample_page(), width=width)
    assert seen["drawings"] == 7
    assert seen["width"] <= width
    assert seen["out"] == []
    assert seen["clipped"] == []
    assert seen["touching"] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_flow_graph_fits(chromium, tmp_path, width):
    content = page([Section(key="x", title="x", pictures=(sample.flow(),))], title="x")
    seen = measured(chromium, tmp_path, content, width=width)
    assert seen["drawings"] == 1
    assert seen["width"] <= width
    assert seen["out"] == seen["clipped"] == seen["touching"] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_long_unbroken_names_do_not_widen_the_page(chromium, tmp_path, width):
    name = "Donau" + "dampfschiffahrts" * 9 + " &lt;" + "</svg>" * 9
    content = page([hostile.section(name, with_pictures=True)], title=name, subtitle=name)
    seen = measured(chromium, tmp_path, content, width=width)
    assert seen["width"] <= width
    assert seen["out"] == []
    assert seen["clipped"] == []


def test_the_page_prints(chromium, tmp_path):
    source, target = tmp_path / "page.html", tmp_path / "page.pdf"
    source.write_text(sample.sample_page(), "utf-8")
    browse(chromium, tmp_path, f"--print-to-pdf={target}", source.as_uri())
    printed = target.read_bytes()
    assert printed.startswith(b"%PDF")
    pages = re.findall(rb"/Type\s*/Page\b", printed)
    assert 3 <= len(pages) <= 8


def test_hostile_names_run_nothing(chromium, tmp_path):
    name = "</title></style></svg>]]><script>document.documentElement.lang='xx'</script>"
    source = tmp_path / "page.html"
    made = page([hostile.section(name, with_pictures=True)], title=name)
    # Without the policy, so that only escaping stands between the name and the page.
    unguarded = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made)
    source.write_text(unguarded, "utf-8")
    dumped = browse(chromium, tmp_path, "--dump-dom", source.as_uri())
    assert '<html lang="en">' in dumped
    assert "<script" not in dumped
