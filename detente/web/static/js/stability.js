// Picking a state: in the table, which is a group of radio buttons, or in the picture. Its steps and
// the answers to them light up in the picture, and the sentences about it are shown.

const root = () => document.querySelector("[data-stability]");

function numbers(text) {
  return text ? text.split(",") : [];
}

function arrows(flow, from, to) {
  return flow.querySelectorAll(`[data-from="${from}"][data-to="${to}"]`);
}

function light(state, ways) {
  for (const flow of root().querySelectorAll("[data-flow]")) {
    for (const one of flow.querySelectorAll(".lit, .answer, .picked, .reached"))
      one.classList.remove("lit", "answer", "picked", "reached");
    flow.classList.toggle("lighting", ways.length > 0);
    for (const one of flow.querySelectorAll(`[data-state="${state}"]`)) one.classList.add("picked");
    for (const way of ways) {
      for (const arrow of arrows(flow, state, way.to)) arrow.classList.add("lit");
      let at = way.to;
      reach(flow, at);
      for (const end of way.ends) {
        for (const arrow of arrows(flow, at, end)) arrow.classList.add("answer");
        at = end;
        reach(flow, at);
      }
    }
  }
}

function reach(flow, state) {
  for (const one of flow.querySelectorAll(`[data-state="${state}"]`)) one.classList.add("reached");
}

function waysOf(article) {
  return [...article.querySelectorAll("[data-to]")].map((li) => ({
    to: li.dataset.to,
    ends: numbers(li.dataset.ends),
  }));
}

function articleOf(state) {
  return root().querySelector(`article[data-state="${state}"]`);
}

function pick(state, aloud) {
  const article = articleOf(state);
  if (!article) return;
  for (const other of root().querySelectorAll("article[data-state]")) other.hidden = other !== article;
  light(state, waysOf(article));
  if (aloud) document.getElementById("state-said").textContent = article.dataset.said;
  const here = new URL(location.href);
  if (aloud) here.searchParams.set("state", state);
  history.replaceState(history.state, "", here);
}

function radio(state) {
  return root().querySelector(`input[name="state"][value="${state}"]`);
}

document.addEventListener("change", (event) => {
  if (root() && event.target.matches('[data-stability] input[name="state"]'))
    pick(event.target.value, true);
});

document.addEventListener("click", (event) => {
  const circle = event.target.closest("[data-flow] [data-state]");
  if (!circle) return;
  const field = radio(circle.dataset.state);
  if (!field) return;
  field.checked = true;
  field.focus({ preventScroll: true });
  pick(field.value, true);
});

for (const kind of ["pointerover", "pointerout"]) {
  document.addEventListener(kind, (event) => {
    const way = event.target.closest?.("[data-stability] article [data-to]");
    if (!way) return;
    const article = way.closest("article");
    const only = [{ to: way.dataset.to, ends: numbers(way.dataset.ends) }];
    light(article.dataset.state, kind === "pointerover" ? only : waysOf(article));
  });
}

function begin() {
  const field = root()?.querySelector('input[name="state"]:checked');
  if (field) pick(field.value, false);
}
document.addEventListener("htmx:after:swap", begin);
begin();
