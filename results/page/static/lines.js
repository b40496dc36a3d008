// Gain, drawdown and exposure on one time axis, drawn by Plotly.
import { DAY, style, time } from "./dom.js";

const DASHES = ["solid", "dash", "dot", "dashdot"];
const PANELS = { gain: ["y", "Gain since the start"], fall: ["y2", "Drawdown"], exposure: ["y3", "Exposure"] };
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3, 4, 5, 7, 10, 20, 50, 100, 1000];

// Space around the lines, pixels: the lanes of events below are laid out by the same.
export function margins(place) {
  const narrow = place.clientWidth < 560;
  return { l: narrow ? 46 : 108, r: narrow ? 6 : 14, narrow };
}

// Draws `data` into `place`. chosen: numbers of the lines in colour; scale: "linear" or "log"; range: [from, to], ms
export function drawLines(place, data, { chosen, scale, range }) {
  const { l, r, narrow } = margins(place);
  const axis = { gridcolor: style("--rule"), zeroline: true, zerolinecolor: style("--quiet"), zerolinewidth: 1, fixedrange: true, automargin: false };
  const title = (text) => (narrow ? { text: "" } : { text, font: { size: 12, color: style("--quiet") }, standoff: 8 });
  const traces = [...dimmed(data, chosen), ...coloured(data, chosen)].flatMap((line) => panels(line, data, scale));
  return Plotly.react(place, traces, {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, hovermode: "closest",
    font: { family: style("--sans"), size: 12, color: style("--ink") },
    margin: { l, r, t: 8, b: 26 }, dragmode: narrow ? false : "zoom",
    hoverlabel: { align: "left", bgcolor: style("--wash"), bordercolor: style("--rule"), font: { color: style("--ink"), family: style("--sans") } },
    xaxis: {
      anchor: "y3", type: "date", range: range.map((at) => new Date(at).toISOString().slice(0, 10)), showgrid: false, linecolor: style("--rule"),
      fixedrange: narrow, hoverformat: "%Y-%m-%d", nticks: narrow ? 4 : 10,
      tickformatstops: [{ dtickrange: [null, "M1"], value: "%-d %b" }, { dtickrange: ["M1", null], value: "%b %Y" }],
    },
    yaxis: { ...axis, domain: [0.42, 1], title: title(PANELS.gain[1]), ...gainAxis(data, scale, range) },
    yaxis2: { ...axis, domain: [0.16, 0.38], nticks: 4, title: title(PANELS.fall[1]), ...fallAxis(data, range) },
    yaxis3: { ...axis, domain: [0, 0.12], ...exposureAxis(data, range), nticks: 3, rangemode: "tozero", title: title(PANELS.exposure[1]) },
    shapes: shapes(data, range),
  }, { displayModeBar: false, responsive: true, doubleClick: false });
}

function dimmed(data, chosen) {
  return data.lines.filter((_, number) => !chosen.has(number)).map((line) => ({ ...line, color: style("--dim"), width: 1, style: "solid" }));
}

function coloured(data, chosen) {
  const benchmarks = data.benchmarks.map((line) => ({ ...line, color: style("--benchmark"), width: 1.8, style: "dot" }));
  const lines = data.lines.map((line) => ({ ...line, color: style(`--hue-${line.hue}`), width: 2.4, style: DASHES[line.dash] }));
  return [...benchmarks, ...lines.filter((_, number) => chosen.has(number))];
}

// A line's traces. Only lines in colour show their exposure: ten of them on one strip tell nothing.
function panels(line, data, scale) {
  const isDim = line.width === 1;
  return Object.keys(PANELS).filter((what) => line[what] && !(isDim && what === "exposure")).map((what) => ({
    type: "scatter", mode: "lines", name: escaped(line.name), x: data.dates[line.dates], yaxis: PANELS[what][0], meta: what,
    y: what === "gain" && scale === "log" ? line.gain.map((gain) => (gain > -1 ? 1 + gain : null)) : line[what],
    customdata: line[what], line: { color: line.color, width: what === "gain" ? line.width : Math.min(line.width, 1.6), dash: line.style },
    ...(what === "exposure" ? { fill: "tozeroy", fillcolor: faint(line.color) } : {}),
    hovertemplate: `%{fullData.name}<br>%{x|%Y-%m-%d}  ${what === "exposure" ? "%{customdata:.0%} invested" : "%{customdata:.2%}"}<extra></extra>`,
  }));
}

function faint(color) {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return `rgba(${r},${g},${b},.12)`;
}

// The gain's axis over the dates shown: per cent, of a logarithm too.
function gainAxis(data, scale, range) {
  const [low, high] = endsOf([...data.lines, ...data.benchmarks], data, "gain", range);
  if (scale !== "log") {
    const space = 0.05 * (high - low) || 0.01, ends = [low - space, high + space];
    return { type: "linear", tickformat: inTicks(ends, 6), range: ends };
  }
  const [from, to] = [Math.log10(Math.max(1 + low, 1e-4)), Math.log10(1 + high)], space = 0.05 * (to - from) || 0.01;
  const shown = STEPS.filter((step) => Math.log10(step) >= from - space && Math.log10(step) <= to + space);
  return {
    type: "log", range: [from - space, to + space], tickvals: shown, zeroline: false,
    ticktext: shown.map((step) => `${Math.round((step - 1) * 100)}%`.replace("-", "−")),
  };
}

// The drawdown's: one that never fell has an axis too.
function fallAxis(data, range) {
  const ends = endsOf([...data.lines, ...data.benchmarks], data, "fall", range);
  return { tickformat: inTicks(ends, 4), ...(ends[0] === 0 ? { range: [-0.01, 0.0005] } : {}) };
}

function exposureAxis(data, range) {
  const ends = endsOf(data.lines, data, "exposure", range);
  return ends[1] > 0 ? { tickformat: inTicks(ends, 3) } : { tickformat: ".0%", range: [0, 1] };
}

// Least and greatest of what lines hold within the range, and 0.
function endsOf(lines, data, what, range) {
  let low = 0, high = 0;
  for (const line of lines) {
    data.dates[line.dates].forEach((day, place) => {
      if (time(day) < range[0] - DAY || time(day) > range[1] + DAY) return;
      low = Math.min(low, line[what][place]);
      high = Math.max(high, line[what][place]);
    });
  }
  return [low, high];
}

// Per cent with as many digits as tell so many ticks apart.
function inTicks([low, high], count) {
  const step = (100 * (high - low || 0.01)) / count;
  return `.${Math.min(Math.max(Math.ceil(-Math.log10(step)), 0), 4)}%`;
}

function shapes(data, range) {
  if (!data.hindsight_until) return [];
  const until = Math.min(time(data.hindsight_until), range[1]);
  return until > range[0] ? [{
    type: "rect", xref: "x", yref: "paper", y0: 0, y1: 1, x0: day(range[0]), x1: day(until), layer: "below",
    fillcolor: style("--shade"), line: { width: 0 },
  }] : [];
}

function day(at) {
  return new Date(at).toISOString().slice(0, 10);
}

// Plotly reads a little HTML in names.
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
}
