// The calendar's time line: a row an event, with its switch, when it is to happen, and when it could first be traded.
import { find, make } from "./elements.js";

const AT_ONCE = 120;

export class Timeline {
  // changed(): the switches have moved; lit(date or null): a row is looked at
  constructor(changed, lit) {
    this.changed = changed;
    this.lit = lit;
    this.shown = AT_ONCE;
    find("event-words").addEventListener("input", () => { this.shown = AT_ONCE; this.draw(); });
    find("all-on").addEventListener("click", () => this.all(true));
    find("all-off").addEventListener("click", () => this.all(false));
    find("more-events").addEventListener("click", () => { this.shown += AT_ONCE; this.draw(); });
  }

  // off: a set of ids, which this changes
  show(events, window, published, off) {
    Object.assign(this, { events, window, published, off });
    this.draw();
  }

  found() {
    const words = find("event-words").value.toLowerCase().split(/\s+/).filter(Boolean);
    return this.events.filter((event) => {
      const text = `${event.title} ${event.id} ${event.kind} ${event.about.join(" ")}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  all(on) {
    for (const event of this.found()) { if (on) this.off.delete(event.id); else this.off.add(event.id); }
    this.draw();
    this.changed();
  }

  draw() {
    const found = this.found();
    const [first, last] = [this.window.start, this.window.end].map(Date.parse);
    const share = (date) => Math.min(Math.max((Date.parse(date) - first) / Math.max(last - first, 1), 0), 1);
    find("event-list").replaceChildren(...found.slice(0, this.shown).map((event) => this.row(event, share)));
    find("more-events").hidden = found.length <= this.shown;
    find("axis").replaceChildren(...years(this.window).map((date) => place(make("span", {}, date.slice(0, 7)), share(date))),
      ...(this.published ? [place(make("span", { class: "article" }, "article"), share(this.published))] : []));
    this.count();
  }

  count() {
    const off = this.events.filter((event) => this.off.has(event.id)).length;
    find("event-count").textContent = off ? `${this.events.length - off} of ${this.events.length} on; ${off} taken out by hand` : `all ${this.events.length} on`;
  }

  row(event, share) {
    const on = !this.off.has(event.id), id = `event-${event.id}`;
    const box = make("input", {
      type: "checkbox", role: "switch", id, checked: on,
      onchange: (moved) => {
        if (moved.target.checked) this.off.delete(event.id); else this.off.add(event.id);
        moved.target.closest("li").classList.toggle("is-off", !moved.target.checked);
        this.count();
        this.changed();
      },
    });
    const track = make("span", { class: "track", "aria-hidden": "true" });
    const [start, end] = bar(event.occurs);
    if (start || end) {
      const left = start ? share(start) : 0, right = end ? share(end) : 1;
      const drawn = make("span", { class: "bar" });
      drawn.style.left = `${left * 100}%`;
      drawn.style.width = `max(3px, ${(right - left) * 100}%)`;
      track.append(drawn);
    }
    if (event.first) track.append(place(make("span", { class: `mark${event.hindsight ? " before" : ""}` }), share(event.first)));
    const about = [event.about.join(", ") || "names no theme", event.good ? null : "bad news", event.first ? `tradable from ${event.first}` : "never tradable", `known ${event.known}`];
    return make("li", {
      class: on ? "" : "is-off", "data-event": event.id,
      onpointerenter: () => this.lit(event.first), onpointerleave: () => this.lit(null),
      onfocusin: () => this.lit(event.first), onfocusout: () => this.lit(null),
    }, box, make("label", { for: id }, make("bdi", {}, event.title), make("small", {}, about.filter(Boolean).join(" · "))), track);
  }
}

function place(element, share) {
  element.style.left = `${share * 100}%`;
  return element;
}

// First and last date of a window as EDTF writes it; null for an end that is open or unknown.
function bar(text) {
  const [left, right = left] = text.split("/");
  return [edge(left, true), edge(right, false)];
}

function edge(text, isStart) {
  const found = /^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?/.exec(text);
  if (!found) return null;
  const [, year, month, day] = found;
  const number = Number(month);
  if (day) return `${year}-${month}-${day}`;
  if (month && number <= 12) return isStart ? `${year}-${month}-01` : new Date(Date.UTC(Number(year), number, 0)).toISOString().slice(0, 10);
  return isStart ? `${year}-01-01` : `${year}-12-31`;
}

function years({ start, end }) {
  const months = (Number(end.slice(0, 4)) - Number(start.slice(0, 4))) * 12 + Number(end.slice(5, 7)) - Number(start.slice(5, 7));
  const every = [1, 3, 6, 12, 24, 60].find((step) => months / step <= 6) ?? 120;
  const found = [];
  for (let month = Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)); found.length < 12; month += 1) {
    const date = `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}-01`;
    if (date > end) break;
    if (month % every === 0) found.push(date);
  }
  return found;
}
