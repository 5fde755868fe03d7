// The case screen: what was opened gets the focus, Escape closes it, and examples are taken over.

document.addEventListener("htmx:after:swap", () => {
  const heading = document.querySelector("#panel [data-focus]");
  if (heading && !document.querySelector("#panel :focus")) heading.focus();
});
