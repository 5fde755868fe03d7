// The composer: every choice asks the server what it gives, and the answer takes its place at once.
// Everything shown comes from the server; here it is only fetched, put in place and moved along.

const form = document.querySelector("#package");
const outcome = document.querySelector("#outcome");
const surroundings = document.querySelector("#surroundings");
const announced = document.querySelector("#announced");
const kept = document.querySelector("#kept");
const digest = form.dataset.digest;
const POLL = 400;
const steps = [];
let shown = packageOf(form);
let asked = null;
let searched = null;
let polling = 0;

for (const one of document.querySelectorAll(".without-script")) one.hidden = true;

function packageOf(form) {
  return new URLSearchParams(new FormData(form)).toString();
}

function address(path, query) {
  return `${path}?${query}&${encodeURIComponent(form.dataset.text)}=${digest}`;
}

// --- what a package gives -------------------------------------------------------------------------

async function look(query, { quietly = false, prove = "" } = {}) {
  asked?.abort();
  if (!prove) searched?.abort();
  clearTimeout(polling);
  const mine = (asked = new AbortController());
  let text;
  try {
    const answer = await fetch(address(form.dataset.look, query) + prove, { signal: mine.signal });
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") return;
    polling = setTimeout(() => look(query, { quietly }), 5 * POLL);
    return;
  }
  if (mine !== asked) return;
  settle(text, { quietly, proving: prove !== "" });
}

function settle(html, { quietly = false, proving = false } = {}) {
  const before = new Map(bars().map((bar) => [bar.dataset.bar, bar.getAttribute("width")]));
  const mended = proving && outcome.querySelector("[data-mended]")?.innerHTML;
  const opened = outcome.querySelector("#mendings details")?.open;
  const focused = focusedOn();
  outcome.innerHTML = html;
  if (mended && outcome.querySelector("[data-later]")) outcome.querySelector("#mendings").innerHTML = mended;
  move(before);
  const back = outcome.querySelector("[data-undo]");
  if (back) back.hidden = !steps.length;
  if (focused) (outcome.querySelector(focused) ?? outcome.querySelector("#verdict"))?.focus();
  const details = outcome.querySelector("#mendings details");
  if (details && opened) details.open = true;
  follow({ quietly, proving });
}

// Whoever applied a repair may want to take it back; whoever took it back, to apply another.
function focusedOn() {
  const focused = outcome.contains(document.activeElement) ? document.activeElement : null;
  if (!focused) return "";
  if (focused.matches("[data-package]")) return "[data-undo]:not([hidden])";
  if (focused.matches("[data-undo]")) {
    return steps.length ? "[data-undo]" : "[data-package]";
  }
  return "#verdict";
}

// Bars begin where they were, so that they can be seen to move.
function move(before) {
  const moved = bars().filter((bar) => before.get(bar.dataset.bar) !== undefined);
  if (!moved.length) return;
  const ends = moved.map((bar) => bar.getAttribute("width"));
  for (const bar of moved) bar.setAttribute("width", before.get(bar.dataset.bar));
  outcome.getBoundingClientRect();
  moved.forEach((bar, k) => bar.setAttribute("width", ends[k]));
}

function bars() {
  return [...outcome.querySelectorAll("[data-bar]")];
}

// What else follows from the outcome that stands there now.
function follow({ quietly = false, proving = false } = {}) {
  const told = outcome.querySelector("[data-state]");
  if (!told) {
    location.reload();
    return;
  }
  const state = told.dataset.state;
  if (state === "waiting" || state === "working") {
    polling = setTimeout(() => look(shown, { quietly: true }), POLL);
    return;
  }
  if (state !== "ready") {
    announced.textContent = told.innerText.trim().split("\n")[0];
    return;
  }
  if ("awaited" in form.dataset) {
    location.reload();
    return;
  }
  if (!quietly) announced.textContent = told.dataset.said;
  if (!surroundings.querySelector(".around")) surround();
  mark(told.dataset.place.split(" ").map(Number));
  if (outcome.querySelector("[data-later]")) search(shown);
  // What was only counted so far is told again once it is proved.
  if ("unproved" in told.dataset && !proving) {
    look(shown, { quietly: true, prove: `&${form.dataset.prove}` });
  }
}

async function search(query) {
  const mine = (searched = new AbortController());
  try {
    const answer = await fetch(address(form.dataset.repairs, query), { signal: mine.signal });
    const text = await answer.text();
    const place = outcome.querySelector("#mendings");
    if (mine === searched && answer.status === 204) {
      look(query, { quietly: true });
      return;
    }
    if (mine === searched && place) {
      place.innerHTML = text;
      place.dataset.mended = "";
    }
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

// --- where it lies among all others ---------------------------------------------------------------

async function surround(axes = "") {
  const answer = await fetch(`${form.dataset.surroundings}?${shown}${axes}`);
  if (!answer.ok) return;
  const focused = document.activeElement?.closest("#surroundings") && document.activeElement.name;
  surroundings.innerHTML = await answer.text();
  for (const one of surroundings.querySelectorAll(".without-script")) one.hidden = true;
  const starts = document.querySelector("#starts");
  if (!starts.contains(document.activeElement)) {
    starts.replaceChildren(surroundings.querySelector("template").content);
  }
  if (focused) surroundings.querySelector(`[name="${CSS.escape(focused)}"]`)?.focus();
}

function mark(place) {
  const around = surroundings.querySelector(".around");
  if (!around) return;
  const [x, y] = [place[around.dataset.x], place[around.dataset.y]];
  for (const drawn of around.querySelectorAll("[data-across]")) {
    const here = drawn.querySelector(".picks circle");
    here.setAttribute("cx", along(drawn.dataset.across, x));
    here.setAttribute("cy", along(drawn.dataset.up, y));
  }
}

function along(axis, value) {
  const [low, high, start, end] = axis.split(" ").map(Number);
  const part = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return (start + part * (end - start)).toFixed(1);
}

surroundings.addEventListener("change", (event) => {
  const axes = new URLSearchParams(new FormData(event.target.form)).toString();
  surround(`&${axes}`);
});

// --- choosing -------------------------------------------------------------------------------------

form.addEventListener("change", () => go(packageOf(form)));
form.addEventListener("input", (event) => {
  if (event.target.type !== "range") return;
  tell(event.target);
  look(packageOf(form), { quietly: true });
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(packageOf(form));
});

function tell(range) {
  const output = range.parentElement.querySelector("output");
  output.textContent = range.dataset.unit ? `${range.value} ${range.dataset.unit}` : range.value;
}

function go(query, { remember = true } = {}) {
  if (query === shown) return;
  if (remember) steps.push(shown);
  show(query);
  history.pushState(null, "", `?${query}`);
  look(query);
}

// Set the form, and all that speaks of the package in it, to a package.
function show(query) {
  shown = query;
  const chosen = new URLSearchParams(query);
  for (const field of form.elements) {
    if (!field.name || !chosen.has(field.name)) continue;
    const value = chosen.get(field.name);
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
    if (field.type === "range") tell(field);
    const copy = kept?.querySelector(`[name="${CSS.escape(field.name)}"]`);
    if (copy) copy.value = value;
  }
  for (const link of document.querySelectorAll("#starts a[data-package]")) {
    const same = new URL(link.href).searchParams.toString() === new URLSearchParams(query).toString();
    if (same) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-package]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  go(new URL(link.href).searchParams.toString());
});

outcome.addEventListener("click", (event) => {
  if (event.target.closest("[data-undo]") && steps.length) go(steps.pop(), { remember: false });
});

addEventListener("popstate", () => {
  const query = location.search.slice(1);
  if (!isWhole(query)) {
    location.reload();
    return;
  }
  steps.length = 0;
  show(query);
  look(query);
});

function isWhole(query) {
  const given = new URLSearchParams(query);
  return [...new FormData(form).keys()].every((name) => given.has(name));
}

// The address names every option, so that it can be passed on and come back to.
if (!isWhole(location.search.slice(1))) history.replaceState(null, "", `?${shown}`);
follow({ quietly: true });
