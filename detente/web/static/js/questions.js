// A file of comma-separated values is read into the field that it stands for.

for (const field of document.querySelectorAll("[data-file]")) {
  const area = field.querySelector("textarea");
  const button = field.querySelector("label.button");
  const input = field.querySelector("input[type=file]");
  button.hidden = false;
  input.addEventListener("change", async () => {
    if (input.files[0]) area.value = (await input.files[0].text()).slice(0, area.maxLength);
    area.focus();
  });
}
