// What is written beside both texts is kept as it is written.
const form = document.querySelector("form[data-keep]");
let waiting;

function keep() {
  clearTimeout(waiting);
  waiting = undefined;
  const body = new URLSearchParams(new FormData(form));
  return fetch(form.dataset.keep, { method: "POST", body, keepalive: true });
}

form.elements.written.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(keep, 600);
});
addEventListener("pagehide", () => {
  if (waiting !== undefined) keep();
});
