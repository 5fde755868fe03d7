// What every page does: the appearance is stored and applied at once.

const select = document.querySelector("form.theme select");
select?.addEventListener("change", () => select.form.requestSubmit());
