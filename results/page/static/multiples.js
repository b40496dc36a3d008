// Small multiples: a panel a strategy, all on the same axes, the benchmark behind each.
import { DAY, el, percent, svg, time } from "./dom.js";

const WIDTH = 240, HEIGHT = 120, TOP = 8, BOTTOM = 16;

// Panels of `data` in `place`. onChoose(number): a panel was pressed
export function drawMultiples(place, data, { chosen, scale, range, onChoose }) {
  const height = (gain) => (scale === "log" ? Math.log(Math.max(1 + gain, 1e-4)) : gain);
  const lines = data.lines.map((line) => within(data, line, range)), marks = data.benchmarks.map((line) => within(data, line, range));
  const gains = [...lines, ...marks].flatMap((line) => line.map(([, gain]) => gain)).concat(0);
  const [low, high] = extent(gains), [bottom, top] = [height(low), height(high)];
  const x = (at) => ((at - range[0]) / (range[1] - range[0] || DAY)) * WIDTH;
  const y = (gain) => TOP + (1 - (height(gain) - bottom) / (top - bottom || 1)) * (HEIGHT - TOP - BOTTOM);
  const path = (line) => line.map(([at, gain], place) => `${place ? "L" : "M"}${x(at).toFixed(1)} ${y(gain).toFixed(1)}`).join("");
  const until = data.hindsight_until ? Math.min(x(time(data.hindsight_until)), WIDTH) : 0;
  place.replaceChildren(el("p", { class: "quiet" }, `All on the same axes, ${percent(low, 0)} to ${percent(high, 0)}${scale === "log" ? ", logarithmic" : ""}; dotted: the benchmark. Press a panel to see it large.`), el("ul", { class: "panels" }, data.lines.map((line, number) => {
    const last = lines[number].at(-1)?.[1];
    return el("li", {}, el("button", { type: "button", class: "panel", "aria-pressed": chosen.has(number), click: () => onChoose(number) },
      el("span", { class: "panel-name" }, el("bdi", {}, line.name)), el("span", { class: "panel-gain" }, percent(last)),
      svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
        until > 0 && svg("rect", { class: "shade", x: 0, y: 0, width: until.toFixed(1), height: HEIGHT }),
        svg("line", { class: "zero", x1: 0, x2: WIDTH, y1: y(0).toFixed(1), y2: y(0).toFixed(1) }),
        marks.map((mark) => svg("path", { class: "benchmark", d: path(mark) })),
        svg("path", { class: `line hue-${line.hue} dash-${line.dash}`, d: path(lines[number]) }),
        svg("text", { x: 2, y: HEIGHT - 4 }, new Date(range[0]).toISOString().slice(0, 7)),
        svg("text", { x: WIDTH - 2, y: HEIGHT - 4, "text-anchor": "end" }, new Date(range[1]).toISOString().slice(0, 7)))));
  })));
}

// [time, gain] of a line's dates within the range, at most two a unit of width.
function within(data, line, range) {
  const found = data.dates[line.dates].map((day, place) => [time(day), line.gain[place]]).filter(([at]) => at >= range[0] && at <= range[1]);
  const step = Math.max(1, Math.ceil(found.length / (2 * WIDTH)));
  return found.filter((_, place) => (found.length - 1 - place) % step === 0);
}

function extent(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) { low = Math.min(low, value); high = Math.max(high, value); }
  return [low, high];
}
