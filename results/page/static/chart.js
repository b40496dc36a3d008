// The chart of several strategies: lines, events below them, or small multiples; what is chosen is in colour.
//
// data: dates (lists of ISO dates), lines (name, hue, dash, dates, gain, fall, exposure), benchmarks (name, dates, gain,
// fall), events (id, title, known, themes, sessions: [[date, [listing, ...]], ...], hindsight), hindsight_until
import { DAY, el, kept, svg, time } from "./dom.js";
import { eventLanes } from "./lanes.js";
import { drawLines } from "./lines.js";
import { drawMultiples } from "./multiples.js";

// Builds the chart inside `place`. onEvent(id): an event was pressed; onChosen(numbers): other lines are in colour
export function equityChart(place, data, { onEvent = () => {}, onChosen = () => {} } = {}) {
  const state = { view: "lines", scale: "linear", lanes: "themes", ...(kept.get("chart") ?? {}) };
  const chosen = new Set((kept.get("chosen") ?? [0]).filter((number) => number < data.lines.length));
  const legend = el("ul", { class: "legend", "aria-label": "Lines; press to colour one or to grey it" });
  const plot = el("div", { class: "plot" }), lanes = el("div", { class: "lanes" }), multiples = el("div", { class: "multiples" });
  const cursor = el("div", { class: "cursor", hidden: true }), drawn = el("div", { class: "drawing" }, plot, lanes, cursor);
  const controls = el("div", { class: "controls" });
  let range = whole();

  const events = eventLanes(lanes, {
    onEvent, onZoom: zoom,
    marker(x) { cursor.hidden = x === null; if (x !== null) cursor.style.left = `${x}px`; },
  });

  function whole() {
    const ends = data.dates.flatMap((days) => (days.length ? [days[0], days.at(-1)] : [])).sort();
    return ends.length ? [time(ends[0]), time(ends.at(-1))] : [0, DAY];
  }

  function draw() {
    drawn.hidden = state.view !== "lines";
    multiples.hidden = state.view === "lines";
    if (state.view === "lines") {
      if (typeof Plotly === "undefined") plot.replaceChildren(el("p", { class: "missing" }, "The chart needs plotly.min.js, which lies beside the run folders. The figures do not."));
      else {
        drawLines(plot, data, { chosen, scale: state.scale, range });
        listen();
      }
      events.draw({ data, range, lanes: state.lanes });
    } else {
      drawMultiples(multiples, data, { chosen, scale: state.scale, range, onChoose(number) { state.view = "lines"; only(number); } });
    }
    dress();
  }

  // Plotly's own zoom, once it has drawn.
  function listen() {
    if (plot.dataset.listens) return;
    plot.dataset.listens = "yes";
    plot.on("plotly_relayout", (change) => {
      const ends = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (ends[0] !== undefined) zoom(ends.map(time));
    });
    plot.on("plotly_doubleclick", () => zoom(whole()));
  }

  function dress() {
    controls.replaceChildren(
      choice("View", "view", { lines: "one chart", multiples: "small multiples" }),
      choice("Scale", "scale", { linear: "linear", log: "log" }),
      state.view === "lines" && data.events.length ? choice("Events", "lanes", { themes: "by theme", listings: "by listing" }) : "",
      span());
    legend.replaceChildren(
      ...data.lines.map((line, number) => el("li", {}, el("button", {
        type: "button", "data-line": number, "aria-pressed": chosen.has(number), click: () => toggle(number),
      }, swatch(line.hue, line.dash), el("bdi", {}, line.name)))),
      ...data.benchmarks.map((line) => el("li", { class: "fixed" }, swatch("benchmark", 2), el("bdi", {}, line.name), ", benchmark")));
  }

  function choice(title, key, options) {
    return el("div", { class: "choice", role: "group", "aria-label": title }, Object.entries(options).map(([value, words]) => el("button", {
      type: "button", "data-choice": value, "aria-pressed": state[key] === value,
      click() { state[key] = value; kept.set("chart", state); redraw(`[data-choice="${value}"]`); },
    }, words)));
  }

  // The span shown: all dates, or those from the article on, or what was zoomed into.
  function span() {
    const [first, last] = whole(), article = data.hindsight_until ? time(data.hindsight_until) : null;
    const is = (from, to) => range[0] === from && range[1] === to;
    const button = (words, from, to) => el("button", { type: "button", "data-choice": words, "aria-pressed": is(from, to), click() { range = [from, to]; redraw(`[data-choice="${words}"]`); } }, words);
    const parts = [button("whole window", first, last)];
    if (article !== null && article > first && article < last) parts.push(button("since the article", article, last));
    return parts.length > 1 || !is(first, last) ? el("div", { class: "choice", role: "group", "aria-label": "Span" }, parts) : "";
  }

  function redraw(focus) {
    draw();
    controls.querySelector(focus)?.focus();
  }

  function zoom([from, to]) {
    const [first, last] = whole();
    range = [Math.max(from, first), Math.min(to, last)];
    if (range[1] - range[0] < 3 * DAY) range = [first, last];
    draw();
  }

  function toggle(number) {
    if (!chosen.delete(number)) chosen.add(number);
    changed();
    legend.querySelector(`[data-line="${number}"]`)?.focus({ preventScroll: true });
  }

  // Colours one line alone.
  function only(number) {
    chosen.clear();
    chosen.add(number);
    changed();
  }

  function changed() {
    kept.set("chosen", [...chosen]);
    draw();
    onChosen(chosen);
  }

  place.replaceChildren(controls, legend, drawn, multiples);
  draw();
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new ResizeObserver(([{ contentRect }]) => {
    if (Math.abs(contentRect.width - (place.drawnAt ?? contentRect.width)) > 1) draw();
    place.drawnAt = contentRect.width;
  }).observe(place);
  onChosen(chosen);
  return {
    only,
    toggle,
    chosen,
    // Draws other data in the same place; what is chosen and zoomed stays where it still is.
    update(next) {
      const was = whole(), all = range[0] === was[0] && range[1] === was[1];
      data = next;
      if (all) range = whole();
      draw();
    },
  };
}

// A short piece of a line as the chart draws it.
export function swatch(hue, dash) {
  return svg("svg", { class: "swatch", viewBox: "0 0 27 10", "aria-hidden": "true" }, svg("line", { x1: 0, y1: 5, x2: 27, y2: 5, class: `hue-${hue} dash-${dash}` }));
}
