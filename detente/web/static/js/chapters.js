// Chapters that open: what leads to one opens it, all can be opened at once, and on paper all are.

const every = () => [...document.querySelectorAll("details.chapter")];

function reveal(anchor) {
  const target = anchor.length > 1 && document.getElementById(decodeURIComponent(anchor.slice(1)));
  if (!target) return;
  const within = target.closest("details.chapter");
  const own = target.querySelector(":scope > details.chapter");
  for (const one of [own, within]) if (one) one.open = true;
  if (within || own) target.scrollIntoView();
  own?.querySelector("summary").focus({ preventScroll: true });
}

function label() {
  const open = every().every((one) => one.open);
  for (const one of document.querySelectorAll(".chapters-all")) {
    one.hidden = every().length < 2;
    one.textContent = open ? one.dataset.close : one.dataset.open;
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('.outline a[href^="#"]');
  if (link) setTimeout(() => reveal(link.hash));
  if (!event.target.closest?.(".chapters-all")) return;
  const open = !every().every((one) => one.open);
  for (const one of every()) one.open = open;
});
document.addEventListener("toggle", label, true);
document.addEventListener("htmx:after:swap", () => {
  label();
  reveal(location.hash);
});
addEventListener("hashchange", () => reveal(location.hash));

let folded = [];
addEventListener("beforeprint", () => {
  folded = every().filter((one) => !one.open);
  for (const one of folded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
});

label();
reveal(location.hash);
