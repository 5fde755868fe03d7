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
