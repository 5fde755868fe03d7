// What every page does: the appearance is stored and applied at once; what is folded out folds in
// again by Escape, or when something else is chosen.

const select = document.querySelector("form.theme select");
select?.addEventListener("change", () => select.form.requestSubmit());

const own = document.querySelector("details.own");
const away = (event) => {
  if (own?.open && !own.contains(event.target)) own.open = false;
};
document.addEventListener("click", away);
document.addEventListener("focusin", away);
own?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !own.open) return;
  own.open = false;
  own.querySelector("summary").focus();
});

// On a phone the names of the screens are a strip; the one that is open stands in view.
const strip = document.querySelector("nav.screens");
const open = strip?.querySelector("[aria-current]");
if (open) strip.scrollLeft = open.offsetLeft - (strip.clientWidth - open.offsetWidth) / 2;
