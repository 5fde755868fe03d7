// An order of issues is put together from a list: by buttons, by dragging, or typed beside it.

const RESERVED = ["then", "rest"];

for (const box of document.querySelectorAll("[data-ordering]")) builder(box);

function builder(box) {
  const list = box.querySelector("ol.items");
  const words = box.querySelector("input[name=order]");
  const status = box.querySelector("[role=status]");
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const items = () => [...list.children];
  const joined = (item) => item.querySelector("input");
  const spelled = (name) => (RESERVED.includes(name) ? `"${name}"` : name);

  // the list tells which stage each item is in, and what the ends cannot do
  function show() {
    let stage = 0;
    items().forEach((item, place) => {
      const alone = place === 0 || !joined(item).checked;
      if (place === 0) joined(item).checked = false;
      joined(item).disabled = place === 0;
      if (alone) stage += 1;
      const name = filled(box.dataset.stage, { n: stage });
      item.dataset.stage = name;
      item.classList.toggle("starts", alone);
      item.querySelector(".stage").textContent = alone ? name : "";
      item.querySelector(".stage-words").textContent = ` (${name})`;
      item.querySelector(".up").disabled = place === 0;
      item.querySelector(".down").disabled = place === list.children.length - 1;
    });
  }

  function write() {
    const stages = [];
    for (const item of items()) {
      if (!stages.length || !joined(item).checked) stages.push([]);
      stages.at(-1).push(spelled(item.dataset.name));
    }
    words.value = stages.map((names) => names.join(" + ")).join(" then ");
  }

  function changed(item) {
    show();
    write();
    status.textContent = filled(box.dataset.moved, {
      item: item.dataset.label,
      place: items().indexOf(item) + 1,
      total: list.children.length,
      stage: item.dataset.stage,
    });
  }

  // what is typed is shown in the list as soon as it names only what is there
  function read() {
    const known = new Map(items().map((item) => [item.dataset.name, item]));
    const stages = words.value.split(/\sthen\s/).map((stage) => stage.split("+").map((name) => name.trim()));
    const bare = (name) => name.replace(/^(["'])(.*)\1$/, "$2");
    const named = stages.flat().filter((name) => name !== "rest").map(bare);
    if (new Set(named).size !== named.length || named.some((name) => !known.has(name))) return;
    const rest = items().filter((item) => !named.includes(item.dataset.name));
    if (!stages.flat().includes("rest")) stages.push(["rest"]);
    for (const stage of stages) {
      const own = stage.flatMap((name) => (name === "rest" ? rest : [known.get(bare(name))]));
      own.forEach((item, place) => {
        joined(item).checked = place > 0;
        list.append(item);
      });
    }
    show();
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const item = button.closest("li");
    if (button.classList.contains("up")) item.previousElementSibling.before(item);
    else item.nextElementSibling.after(item);
    changed(item);
    (button.disabled ? item.querySelector("button:not(:disabled)") : button)?.focus();
  });
  list.addEventListener("change", (event) => changed(event.target.closest("li")));
  words.addEventListener("input", read);

  // dragging by the grip, for those who point
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip || event.button) return;
    event.preventDefault();
    const item = grip.closest("li");
    grip.setPointerCapture(event.pointerId);
    item.classList.add("held");
    const move = ({ clientY }) => {
      const under = items().find((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return one !== item && clientY > top && clientY < bottom;
      });
      if (!under) return;
      // the others move past the one that is held, since what is moved loses the pointer
      const { top, height } = under.getBoundingClientRect();
      const upper = clientY < top + height / 2;
      const [from, to] = [items().indexOf(item), items().indexOf(under)];
      if (upper && to < from) for (let n = from; n > to; n -= 1) item.after(item.previousElementSibling);
      if (!upper && to > from) for (let n = from; n < to; n += 1) item.before(item.nextElementSibling);
    };
    const drop = () => {
      grip.removeEventListener("pointermove", move);
      item.classList.remove("held");
      changed(item);
    };
    grip.addEventListener("pointermove", move);
    grip.addEventListener("lostpointercapture", drop, { once: true });
  });

  list.hidden = false;
  show();
}
