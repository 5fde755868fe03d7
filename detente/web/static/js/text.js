// The text of a case: line numbers, faults while one writes, and a draft that is kept all the time.

const form = document.querySelector("#writing");
const area = form.querySelector("textarea");
const words = form.dataset;
const address = form.getAttribute("action");
const checked = document.querySelector("#checked");
const findings = document.querySelector("#findings");
const said = document.querySelector("#said");
const kept = document.querySelector("#kept");

const CHECK = 300; // ms after the last key
const FIND = 1200;
const KEEP = 2000; // ms between two drafts, at least
const RETRY = 5000;
const SMALL = 60000; // bytes that a browser sends even while a page is left

function send(path, fields, options = {}) {
  return fetch(address + path, { method: "POST", body: new URLSearchParams(fields), ...options });
}

// --- Line numbers. Only those in view are there, so that long texts stay quick.

const pad = form.querySelector(".pad");
const numbers = pad.querySelector(".numbers");
const row = parseFloat(getComputedStyle(area).lineHeight);
const inset = parseFloat(getComputedStyle(area).paddingTop);
let total = 1;
let marks = new Map();

function count() {
  total = 1;
  for (let at = area.value.indexOf("\n"); at >= 0; at = area.value.indexOf("\n", at + 1)) total += 1;
}

function draw() {
  const first = Math.max(0, Math.floor((area.scrollTop - inset) / row));
  const last = Math.min(total, first + Math.ceil(area.clientHeight / row) + 1);
  const shown = [];
  for (let line = first + 1; line <= last; line += 1) {
    const number = document.createElement("span");
    number.textContent = line;
    const mark = marks.get(line);
    if (mark) number.className = mark;
    shown.push(number);
  }
  numbers.replaceChildren(...shown);
  numbers.style.transform = `translateY(${inset + first * row - area.scrollTop}px)`;
}

function mark() {
  marks = new Map();
  for (const link of findings.querySelectorAll("[data-line]")) {
    const line = Number(link.dataset.line);
    if (marks.get(line) !== "bad") marks.set(line, link.dataset.tone);
  }
  for (const link of checked.querySelectorAll("[data-line]")) marks.set(Number(link.dataset.line), "bad");
  draw();
}

function go(line) {
  let start = 0;
  for (let k = 1; k < line; k += 1) {
    const next = area.value.indexOf("\n", start);
    if (next < 0) break;
    start = next + 1;
  }
  const end = area.value.indexOf("\n", start);
  area.focus({ preventScroll: true });
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = Math.max(0, (line - 4) * row);
  area.scrollLeft = 0;
  pad.scrollIntoView({ block: "nearest" });
  draw();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-line]");
  if (!link) return;
  event.preventDefault();
  go(Number(link.dataset.line));
});

// --- Faults, and what the statements say together.

let version = 0;
let looking = false;
let checkTimer = 0;
let findTimer = 0;

function tell(box) {
  const text = box.querySelector("[data-said] .words")?.textContent ?? "";
  if (said.textContent !== text) said.textContent = text;
}

async function look(path, box) {
  const seen = version;
  if (looking) return false;
  looking = true;
  try {
    const answer = await send(path, { text: area.value });
    const html = await answer.text();
    if (seen === version && answer.ok) box.innerHTML = html;
    return answer.ok;
  } catch {
    return false;
  } finally {
    looking = false;
  }
}

async function check() {
  if (looking) return later();
  const seen = version;
  const well = await look("/check", checked);
  if (seen !== version) return later();
  if (!well) return undefined;
  tell(checked);
  const sound = checked.querySelector("[data-sound]") !== null;
  if (!sound) findings.replaceChildren();
  mark();
  clearTimeout(findTimer);
  if (sound) findTimer = setTimeout(find, FIND - CHECK);
  return undefined;
}

async function find() {
  const seen = version;
  const well = await look("/findings", findings);
  if (seen !== version) return;
  if (well) mark();
  if (!well || findings.querySelector("[data-busy]")) findTimer = setTimeout(find, RETRY);
}

function later() {
  clearTimeout(checkTimer);
  clearTimeout(findTimer);
  checkTimer = setTimeout(check, CHECK);
}

// --- The draft.

const opened = area.value;
let text = opened;
let sent = opened;
let keepTimer = 0;
let keeping = null;
let leaving = false;

function draft() {
  const { base, draft: id, instead } = form.elements;
  return { base: base.value, draft: id.value, instead: instead.value, text: area.value };
}

function keep() {
  keepTimer = 0;
  if (keeping || leaving || !words.keeps || area.value === sent) return;
  const now = draft();
  kept.textContent = words.keeping;
  keeping = send("/draft", now)
    .then(async (answer) => {
      if (!answer.ok) throw new Error(await reason(answer));
      sent = now.text;
      form.elements.instead.value = "";
      const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
      kept.textContent = words.kept.replace("{time}", time);
      history.replaceState(null, "", `${address}?draft=${now.draft}`);
      wait(KEEP);
    })
    .catch((error) => {
      const why = error instanceof TypeError ? words.unreachable : error.message;
      kept.textContent = words.notKept.replace("{why}", why);
      wait(RETRY);
    })
    .finally(() => {
      keeping = null;
    });
}

async function reason(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.querySelector("main .lead")?.textContent ?? String(answer.status);
}

function wait(delay) {
  if (!keepTimer) keepTimer = setTimeout(keep, delay);
}

area.addEventListener("input", () => {
  if (area.value === text) return;
  text = area.value;
  version += 1;
  count();
  draw();
  later();
  if (words.keeps) wait(KEEP);
});

form.addEventListener("submit", (event) => {
  if (keeping) {
    event.preventDefault();
    keeping.finally(() => form.requestSubmit());
    return;
  }
  leaving = true;
});

addEventListener("pagehide", () => {
  const now = draft();
  if (leaving || !words.keeps || now.text === sent || now.text.length * 3 > SMALL) return;
  send("/draft", now, { keepalive: true });
});

addEventListener("beforeunload", (event) => {
  if (leaving || !words.keeps || area.value === sent || area.value.length * 3 <= SMALL) return;
  keep();
  event.preventDefault();
});

// --- Keys: Tab indents, unless Escape came before it; Enter goes on under the line above.

let free = false;

function put(inserted) {
  if (!document.execCommand("insertText", false, inserted)) {
    area.setRangeText(inserted, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input"));
  }
}

function indent(outwards) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const start = value.lastIndexOf("\n", from - 1) + 1;
  const several = value.slice(from, to).includes("\n");
  if (!several && !outwards) return put("  ");
  const end = several && value[to - 1] === "\n" ? to - 1 : to;
  const lines = value.slice(start, end).split("\n");
  const moved = lines.map((line) => (outwards ? line.replace(/^ {1,2}/, "") : `  ${line}`)).join("\n");
  if (moved === value.slice(start, end)) return undefined;
  area.setSelectionRange(start, end);
  put(moved);
  if (several) area.setSelectionRange(start, start + moved.length);
  else area.setSelectionRange(...Array(2).fill(Math.max(start, from - (lines[0].length - moved.length))));
  return undefined;
}

area.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (event.key === "Escape") {
    free = true;
  } else if (event.key === "Tab" && plain && !free && !area.readOnly) {
    event.preventDefault();
    indent(event.shiftKey);
  } else if (event.key === "Enter" && plain && !event.shiftKey && !area.readOnly) {
    const before = area.value.slice(area.value.lastIndexOf("\n", area.selectionStart - 1) + 1, area.selectionStart);
    const margin = before.match(/^ */)[0];
    if (margin || before.endsWith(":")) {
      event.preventDefault();
      put(`\n${margin}${before.endsWith(":") ? "  " : ""}`);
    }
  } else if (event.key !== "Shift") {
    free = false;
  }
});
area.addEventListener("blur", () => {
  free = false;
});

addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    if (words.keeps) form.requestSubmit();
  }
});

area.addEventListener("scroll", draw, { passive: true });
new ResizeObserver(draw).observe(area);
count();
mark();
if (Number(words.line)) go(Number(words.line));
if (checked.querySelector("[data-sound]")) findTimer = setTimeout(find, 0);
