// <job-bar>: follows the work on an answer as it goes on, and says `over` when it has ended, so that
// htmx fetches what came of it. One tab that is not looked at keeps no connection open.

const PACE = 2000;

// What is read aloud when an answer takes the place of its bar: one sentence, where it stays.
const voice = document.createElement("p");
voice.className = "hidden";
voice.setAttribute("role", "status");
document.querySelector("main")?.append(voice);

// Who was on the bar goes on where the answer stands.
function arrived(into, said, here) {
  const place = document.getElementById(into);
  const bar = place?.querySelector("job-bar");
  const words = bar?.querySelector(".words, .job-said")?.textContent;
  voice.textContent = bar ? words : said;
  if (!here || !place) return;
  if (bar) return bar.querySelector("button")?.focus({ preventScroll: true });
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

class JobBar extends HTMLElement {
  connectedCallback() {
    this.address = `/jobs/${this.dataset.job}`;
    this.addEventListener("submit", this);
    if (this.querySelector("progress")) {
      document.addEventListener("visibilitychange", this);
      this.follow();
    }
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this);
    this.leave();
  }

  handleEvent(event) {
    if (event.type === "submit") {
      event.preventDefault();
      this.send(event.target);
    } else if (document.hidden) this.leave();
    else this.follow();
  }

  follow() {
    this.leave();
    if (document.hidden) return;
    this.stream = new EventSource(`${this.address}/events`);
    this.stream.onmessage = (event) => this.show(JSON.parse(event.data));
    this.stream.onerror = () => {
      if (this.stream?.readyState === EventSource.CLOSED) this.poll();
    };
  }

  leave() {
    this.stream?.close();
    this.stream = undefined;
    clearTimeout(this.timer);
  }

  async poll() {
    try {
      const answer = await fetch(`${this.address}/state`);
      if (answer.ok) this.show(await answer.json());
      else if (answer.status < 500) return this.over();
    } catch {
      // the workbench cannot be reached now; it is asked again
    }
    if (this.isConnected && !this.ended) this.timer = setTimeout(() => this.poll(), PACE);
  }

  show(told) {
    if (!["queued", "running"].includes(told.state)) return this.over();
    const said = this.querySelector(".job-said");
    if (said.textContent !== told.said) said.textContent = told.said;
    this.querySelector(".job-count").textContent = told.count;
    const bar = this.querySelector("progress");
    if (told.total) bar.value = told.done / told.total;
    else bar.removeAttribute("value");
  }

  over() {
    if (this.ended) return;
    this.ended = true;
    this.leave();
    const { into, there } = this.dataset;
    const here = this.pressed || this.contains(document.activeElement);
    document.addEventListener("htmx:after:swap", () => arrived(into, there, here), { once: true });
    this.dispatchEvent(new CustomEvent("over", { bubbles: true }));
  }

  async send(form) {
    const button = form.querySelector("button");
    button.disabled = true;
    this.pressed = true;
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { "HX-Request": "true" } });
      if (answer.ok) return this.over();
    } catch {
      // the workbench cannot be reached now; the button can be pressed again
    }
    this.pressed = false;
    button.disabled = false;
  }
}

customElements.define("job-bar", JobBar);
