// The walk along the frontier: a slider, the points of the picture and the rows of the table show
// one and the same package. Its part of the page comes from the server; the words to be read aloud
// stand in the page.

const WAIT = 70;
const fetched = new Map();
let timer = 0;
let asking = null;

const root = () => document.querySelector("[data-frontier]");
const slider = () => document.getElementById("walk");
const order = () => slider().dataset.order.split(",");
const telling = (item) =>
  root().querySelector(`.tellings [data-item="${item}"]`)?.textContent ?? "";
const current = () => order()[slider().value - 1];

function light(item) {
  for (const one of root().querySelectorAll(".picks .picked")) one.classList.remove("picked");
  for (const one of root().querySelectorAll(`.picks [data-item="${item}"]`)) {
    one.classList.add("picked");
    one.parentNode.append(one);
  }
  for (const row of root().querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
  root().querySelector(`tr[data-item="${item}"]`)?.setAttribute("aria-current", "true");
  slider().setAttribute("aria-valuetext", telling(item));
  tell(item);
}

function tell(item) {
  document.getElementById("walk-told").textContent = telling(item);
}

async function show(item) {
  const page = root();
  const address = `${page.dataset.package}&pick=${item}`;
  asking?.abort();
  asking = new AbortController();
  try {
    if (!fetched.has(address)) {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return;
      fetched.set(address, await answer.text());
    }
  } catch (error) {
    if (error.name === "AbortError") return;
    throw error;
  }
  if (root() !== page || current() !== item) return;
  const panel = document.getElementById("picked");
  const part = document.createElement("template");
  part.innerHTML = fetched.get(address);
  panel.replaceChildren(part.content);
  const here = new URL(location.href);
  here.searchParams.set("pick", item);
  history.replaceState(history.state, "", here);
  const field = page.querySelector('.axes input[name="pick"]');
  if (field) field.value = item;
}

function pick(item, wait) {
  light(item);
  clearTimeout(timer);
  timer = setTimeout(() => show(item), wait);
}

function nearest(drawing, event) {
  let found = null;
  let least = 40;
  for (const circle of drawing.querySelectorAll(".picks circle")) {
    const box = circle.getBoundingClientRect();
    if (!box.width) continue;
    const away = Math.hypot(
      box.left + box.width / 2 - event.clientX,
      box.top + box.height / 2 - event.clientY,
    );
    if (away < least) [found, least] = [circle.dataset.item, away];
  }
  return found;
}

function leave() {
  for (const one of root()?.querySelectorAll(".picks .near") ?? []) one.classList.remove("near");
}

document.addEventListener("input", (event) => {
  if (event.target.id === "walk") pick(current(), WAIT);
});

document.addEventListener("pointermove", (event) => {
  const drawing = event.target.closest?.("[data-picture]");
  if (!root() || !slider()) return;
  leave();
  if (!drawing || event.pointerType === "touch") {
    if (document.getElementById("walk-told").textContent !== telling(current())) tell(current());
    return;
  }
  const item = nearest(drawing, event);
  for (const one of root().querySelectorAll(`.picks [data-item="${item}"]`)) one.classList.add("near");
  tell(item ?? current());
});

document.addEventListener("click", (event) => {
  if (!root() || !slider()) return;
  const drawing = event.target.closest("[data-picture]");
  const row = event.target.closest(".frontier-table th[scope=row] a")?.closest("tr");
  const item = drawing ? nearest(drawing, event) : row?.dataset.item;
  if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  slider().value = order().indexOf(item) + 1;
  pick(item, 0);
  if (drawing) slider().focus({ preventScroll: true });
  else document.getElementById("picked").scrollIntoView({ block: "nearest" });
});

function begin() {
  if (root() && slider()) light(current());
}
document.addEventListener("htmx:after:swap", begin);
begin();
