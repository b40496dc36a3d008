// The picture: gain, drawdown and exposure by date, drawn anew in a few milliseconds. Arrow keys read it.
// Drawn here and not by plotly, which takes 40 ms and more a move, and styles in line, which the page's policy forbids.
import { drawn } from "./elements.js";

const PANELS = [
  { key: "gain", title: "Gain", share: 0.58 },
  { key: "fall", title: "Drawdown", share: 0.22 },
  { key: "exposure", title: "Exposure", share: 0.2 },
];
const FLAT = [{ ...PANELS[0], share: 0.66 }, { ...PANELS[1], share: 0.34 }];  // where there is no room for three
const GAP = 24, TOP = 18, BOTTOM = 22, LEFT = 46, RIGHT = 8;
const percent = (value, digits = 1) => `${(value * 100).toFixed(digits)}%`;

export class Chart {
  constructor(place, readout) {
    this.place = place;
    this.readout = readout;
    this.at = null;
    this.svg = drawn("svg", { "aria-hidden": "true", focusable: "false" });
    place.append(this.svg);
    new ResizeObserver(() => this.draw()).observe(place);
    place.addEventListener("pointermove", (event) => this.point(event));
    place.addEventListener("pointerleave", () => this.read(null));
    place.addEventListener("keydown", (event) => this.press(event));
    place.addEventListener("blur", () => this.read(null));
  }

  // dates: of every row; published: date or null; marks: events { date, on, hindsight }
  // lines: { name, look, from, gain, fall, exposure }, the first one on top
  show(picture) { this.picture = picture; this.draw(); }

  mark(date) { this.lit = date; this.draw(); }

  draw() {
    const { width, height } = this.place.getBoundingClientRect();
    if (!this.picture || width < 50) return;
    const { dates, lines, published, marks } = this.picture;
    const panels = height < 240 ? FLAT : PANELS;
    const inner = width - LEFT - RIGHT, tall = height - TOP - BOTTOM - GAP * (panels.length - 1);
    const last = Math.max(dates.length - 1, 1);
    this.x = (row) => LEFT + (row / last) * inner;
    const parts = [];
    const until = published ? Math.max(this.row(published), 0) : 0;
    if (until > 0) parts.push(drawn("rect", { class: "hindsight", x: LEFT, y: TOP, width: this.x(until) - LEFT, height: height - TOP - BOTTOM }));
    for (const [row, words] of months(dates, inner)) {
      parts.push(drawn("line", { class: "tick", x1: this.x(row), x2: this.x(row), y1: TOP, y2: height - BOTTOM }));
      parts.push(drawn("text", { class: "date", x: this.x(row) + 3, y: height - 7 }, words));
    }
    for (const { date, on, hindsight } of marks) {
      const row = this.row(date);
      if (row >= 0) parts.push(drawn("line", { class: `event${on ? "" : " off"}${hindsight ? " before" : ""}`, x1: this.x(row), x2: this.x(row), y1: height - BOTTOM, y2: height - BOTTOM - 8 }));
    }
    let top = TOP;
    this.scales = {};
    for (const { key, title, share } of panels) {
      const size = tall * share;
      const [low, high, ticks, digits] = scale(lines.map((line) => line[key]).filter(Boolean), key, size);
      const y = (value) => top + size - ((value - low) / (high - low)) * size;
      this.scales[key] = y.bind(null);
      for (const tick of ticks) {
        parts.push(drawn("line", { class: tick === 0 ? "zero" : "grid", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }));
        parts.push(drawn("text", { class: "scale", x: LEFT - 6, y: y(tick) + 4 }, percent(tick, digits)));
      }
      parts.push(drawn("text", { class: "title", x: LEFT, y: top - 5 }, title));
      for (const line of [...lines].reverse()) {
        if (line[key]) parts.push(drawn("path", { class: `line ${line.look}`, d: path(line[key], line.from ?? 0, this.x, y) }));
      }
      top += size + GAP;
    }
    const lit = this.lit ? this.row(this.lit) : -1;
    if (lit >= 0) parts.push(drawn("line", { class: "lit", x1: this.x(lit), x2: this.x(lit), y1: TOP, y2: height - BOTTOM }));
    this.cross = drawn("line", { class: "cross", y1: TOP, y2: height - BOTTOM, visibility: "hidden" });
    parts.push(this.cross);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren(...parts);
    if (this.at !== null) this.read(this.at);
  }

  // The row of a date, or of the first one after it; -1 beyond the window.
  row(date) {
    const { dates } = this.picture;
    let low = 0, high = dates.length;
    while (low < high) { const middle = (low + high) >> 1; if (dates[middle] < date) low = middle + 1; else high = middle; }
    return low < dates.length ? low : -1;
  }

  point(event) {
    if (!this.picture) return;
    const { left, width } = this.place.getBoundingClientRect();
    const share = (event.clientX - left - LEFT) / (width - LEFT - RIGHT);
    this.read(Math.round(Math.min(Math.max(share, 0), 1) * (this.picture.dates.length - 1)));
  }

  press(event) {
    if (!this.picture) return;
    const last = this.picture.dates.length - 1, now = this.at ?? last, far = event.shiftKey ? 21 : 1;
    const next = { ArrowLeft: now - far, ArrowRight: now + far, Home: 0, End: last }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.read(Math.min(Math.max(next, 0), last));
  }

  read(row) {
    this.at = row;
    if (!this.cross) return;
    this.cross.setAttribute("visibility", row === null ? "hidden" : "visible");
    if (row === null) { this.readout.textContent = ""; return; }
    this.cross.setAttribute("x1", this.x(row));
    this.cross.setAttribute("x2", this.x(row));
    const told = this.picture.lines.map((line) => {
      const place = row - (line.from ?? 0);
      if (place < 0 || place >= line.gain.length) return null;
      const more = line.fall ? `, down ${percent(-line.fall[place])}, ${percent(line.exposure[place], 0)} invested` : "";
      return `${line.name} ${percent(line.gain[place])}${more}`;
    }).filter(Boolean);
    this.readout.textContent = `${this.picture.dates[row]}: ${told.join("; ")}`;
  }
}

function path(values, from, x, y) {
  let text = "";
  for (let row = 0; row < values.length; row += 1) text += `${row ? "L" : "M"}${x(row + from).toFixed(1)} ${y(values[row]).toFixed(1)}`;
  return text;
}

// Ends and ticks of a panel that hold every value, and zero.
function scale(series, key, size) {
  let low = 0, high = key === "exposure" ? 1 : 0;
  for (const values of series) for (const value of values) { if (value < low) low = value; if (value > high) high = value; }
  if (high - low < 0.01) { high = key === "fall" ? 0 : Math.max(high, 0.01); low = key === "fall" ? -0.01 : low; }
  const step = nice((high - low) / Math.max(2, Math.floor(size / 34))), room = key === "gain" ? 0.03 * (high - low) : 0;
  const bottom = low - room, top = high + room, ticks = [];
  for (let count = Math.ceil(bottom / step - 1e-9); count * step <= top + step * 1e-9; count += 1) ticks.push(count === 0 ? 0 : count * step);
  return [bottom, top, ticks, Math.max(0, Math.ceil(-Math.log10(100 * step) - 1e-9))];
}

function nice(step) {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) * power;
}

// The first row of each month, or of each few, with its name.
function months(dates, width) {
  const firsts = dates.map((date, row) => [row, date]).filter(([row, date]) => row > 0 && date.slice(0, 7) !== dates[row - 1].slice(0, 7));
  const every = [1, 3, 6, 12, 24, 60].find((step) => firsts.length / step <= Math.max(2, width / 90)) ?? 120;
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return firsts.filter(([, date]) => (Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1) % every === 0)
    .map(([row, date]) => [row, `${names[Number(date.slice(5, 7)) - 1]} ${date.slice(0, 4)}`]);
}
