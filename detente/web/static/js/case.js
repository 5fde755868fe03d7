// The case screen: the panel takes the focus and gives it back, Escape closes it, kinds show examples.

let from = null;
const unfolded = new Set();

const panel = () => document.querySelector("#panel");

document.addEventListener("click", (event) => {
  const link = event.target.closest("a.open, a.add, .standing a[hx-get]");
  if (link) from = link.getAttribute("href");
  if (event.target.closest("[data-close]")) {
    event.preventDefault();
    shut();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel()?.querySelector("[data-close]")) shut();
});

// The panel is emptied, and the focus goes back to where it was opened.
function shut() {
  const empty = document.querySelector("template#empty-panel");
  if (!empty) return;
  panel().replaceWith(empty.content.cloneNode(true));
  shown = panel();
  reach(find((link) => link.getAttribute("href") === from));
}

function find(fits) {
  return [...document.querySelectorAll("a.open, a.add")].find(fits);
}

// Lists that somebody unfolded stay so when the page is renewed; what is to be seen is unfolded.
document.addEventListener("toggle", (event) => {
  const place = event.target.matches?.("details.fold") && event.target.closest("section")?.id;
  if (place) unfolded[event.target.open ? "add" : "delete"](place);
}, true);

function unfold() {
  for (const place of unfolded) {
    const list = document.getElementById(place)?.querySelector(":scope > details.fold");
    if (list) list.open = true;
  }
}

function reach(entry) {
  const list = entry?.closest("details.fold");
  if (list) list.open = true;
  entry?.focus();
}

function show() {
  const asked = document.querySelector(":target");
  const list = asked && (asked.closest("details.fold") ?? asked.querySelector(":scope > details.fold"));
  if (!list || list.open) return;
  list.open = true;
  asked.scrollIntoView();
}

addEventListener("hashchange", show);
addEventListener("load", show);

// Once something new stands there: a panel takes the focus, or what was saved is told.
let shown = panel();
document.addEventListener("htmx:after:swap", () => {
  const view = document.querySelector("#case[data-done]");
  const fresh = panel() !== shown;
  shown = panel();
  if (view) arrived(view);
  else if (fresh && shown) opened(shown);
});

function opened(found) {
  const wrong = found.querySelector("[role=alert], [aria-invalid]");
  const first = wrong ?? found.querySelector("[data-focus]");
  if (wrong?.matches("[role=alert]")) wrong.tabIndex = -1;
  first?.focus();
}

// After a save: what was done is said, and the focus goes to the entry that it was done to.
function arrived(view) {
  const said = document.querySelector("#announce");
  if (said) said.textContent = view.querySelector("#told p")?.textContent ?? "";
  const at = view.dataset.at;
  const entry = at && find((link) => new URL(link.href).searchParams.get("at") === at);
  unfold();
  reach(entry || view.querySelector("#told"));
  delete view.dataset.done;
}

document.addEventListener("change", (event) => {
  const guide = event.target.closest("[data-guide]");
  if (!guide) return;
  const chosen = event.target.selectedOptions[0];
  guide.querySelector(".hint").textContent = chosen.dataset.about ?? "";
  const says = document.querySelector("#f-says");
  const examples = [...event.target.options].map((option) => option.dataset.example ?? "");
  if (chosen.dataset.example && examples.includes(says.value.trim())) {
    says.value = chosen.dataset.example;
    says.rows = says.value.split("\n").length + 1;
    says.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
