// Events as marks on lanes below the lines, by theme or by listing; names on hover and on focus, a press leads to the lots.
import { DAY, el, svg, time } from "./dom.js";
import { margins } from "./lines.js";

const ROW = 22, NEAR = 9; // height of a lane; marks nearer than this are one, pixels
const MOST_LANES = 24, MOST_NAMES = 6;

// Lanes of `events` (id, title, known, themes, sessions, hindsight) in `place`, whose parent holds the lines.
// onEvent(id): a mark of one event was pressed; onZoom([from, to]): one of several was, ms
export function eventLanes(place, { onEvent, onZoom, marker }) {
  const note = el("div", { class: "event-note", role: "status", hidden: true });
  let lanes = "themes", data = null, range = null, marks = [], active = 0;

  function draw(next = {}) {
    ({ data = data, range = range, lanes = lanes } = next);
    const { l, r, narrow } = margins(place.parentNode), width = Math.max(place.parentNode.clientWidth, 80), inner = width - l - r;
    const x = (at) => l + ((at - range[0]) / (range[1] - range[0] || DAY)) * inner;
    const found = points(data.events, lanes), names = rows(found);
    const labels = narrow ? 15 : 0, height = names.length * (ROW + labels) + 4;
    const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": `Events by ${lanes === "themes" ? "theme" : "listing"}; arrow keys go from mark to mark` });
    marks = [];
    names.forEach((name, row) => {
      const y = row * (ROW + labels) + labels + ROW / 2;
      drawing.append(svg("line", { class: "lane", x1: l, x2: width - r, y1: y, y2: y }));
      drawing.append(narrow ? svg("text", { x: l, y: y - ROW / 2 - 2 }, name) : svg("text", { x: l - 10, y: y + 4, "text-anchor": "end" }, shortened(name, l)));
      marks.push(...merged(found.filter((one) => one.lane === name && one.at >= range[0] && one.at <= range[1]), x).map((one) => ({ ...one, y })));
    });
    if (!marks.length) drawing.append(svg("text", { x: l + 6, y: labels + ROW / 2 + 4 }, data.events.length ? "No event in this span." : "No event could be traded."));
    active = Math.min(active, Math.max(marks.length - 1, 0));
    marks.forEach((mark, number) => drawing.append(drawn(mark, number)));
    place.replaceChildren(drawing, note);
    hide();
  }

  function drawn(mark, number) {
    const label = mark.events.length === 1 ? told(mark.events[0]).join(", ") : `${mark.events.length} events: ${names(mark).join("; ")}`;
    const kind = `mark-${mark.events.every((event) => event.hindsight) ? "hindsight" : "live"}`;
    const size = mark.events.length === 1 ? 5 : Math.min(5 + Math.log2(mark.events.length), 9);
    const node = svg("g", {
      class: `event ${kind}`, tabindex: number === active ? 0 : -1, role: "button", "aria-label": label, "data-event": mark.events[0].id,
      click: () => press(mark), keydown: (event) => walk(event, number), pointerenter: () => show(mark), pointerleave: hide, focus: () => show(mark), blur: hide,
    }, svg("circle", { class: "target", cx: mark.x, cy: mark.y, r: 11 }), svg("circle", { cx: mark.x, cy: mark.y, r: size }));
    if (mark.events.length > 1) node.append(svg("text", { class: "many", x: mark.x, y: mark.y + 3, "text-anchor": "middle" }, mark.events.length < 100 ? mark.events.length : ""));
    mark.node = node;
    return node;
  }

  function press(mark) {
    if (mark.events.length === 1) onEvent(mark.events[0].id);
    else if (mark.from < mark.to) onZoom([mark.from - 5 * DAY, mark.to + 5 * DAY]);
    else onEvent(mark.events[0].id);
  }

  function walk(event, number) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); press(marks[number]); }
    if (event.key === "Escape") hide();
    if (!step || !marks[number + step]) return;
    event.preventDefault();
    marks[number].node.setAttribute("tabindex", -1);
    active = number + step;
    marks[active].node.setAttribute("tabindex", 0);
    marks[active].node.focus();
  }

  function show(mark) {
    const one = mark.events.length === 1;
    const lines = one ? told(mark.events[0]) : [`${mark.events.length} events`, ...names(mark)];
    note.replaceChildren(...lines.map((line, number) => el(number ? "div" : "strong", {}, el("bdi", {}, line))),
      el("div", { class: "quiet" }, one ? "press to see its lots and its story" : mark.from < mark.to ? "press to zoom in" : "press to see the first"));
    note.hidden = false;
    const width = place.clientWidth, left = Math.min(Math.max(mark.x - note.offsetWidth / 2, 0), Math.max(width - note.offsetWidth, 0));
    Object.assign(note.style, { left: `${left}px`, bottom: `${place.clientHeight - mark.y + 14}px` });
    marker(mark.x);
  }

  function hide() {
    note.hidden = true;
    marker(null);
  }

  return { draw };
}

function points(events, lanes) {
  return events.flatMap((event) => {
    if (lanes === "themes") {
      const day = event.sessions.reduce((first, [one]) => (one < first ? one : first), event.sessions[0][0]);
      return event.themes.map((lane) => ({ event, lane, at: time(day) }));
    }
    return event.sessions.flatMap(([day, listings]) => listings.map((lane) => ({ event, lane, at: time(day) })));
  });
}

// Lanes by name; of very many those with most events, the rest together.
function rows(found) {
  const counts = new Map();
  for (const { lane } of found) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  if (counts.size <= MOST_LANES) return [...counts.keys()].sort();
  const most = [...counts].sort((one, other) => other[1] - one[1]).slice(0, MOST_LANES - 1).map(([name]) => name).sort();
  const shown = new Set(most);
  for (const one of found) if (!shown.has(one.lane)) one.lane = "all others";
  return [...most, "all others"];
}

// Marks of one lane; those that would cover each other are one mark of several events, hindsight and not apart.
function merged(found, x) {
  const groups = [];
  for (const { event, at } of found.sort((one, other) => one.at - other.at)) {
    const last = groups.at(-1);
    if (last && x(at) - x(last.from) < NEAR && last.events[0].hindsight === event.hindsight) {
      if (!last.events.includes(event)) last.events.push(event);
      last.to = at;
    } else groups.push({ events: [event], from: at, to: at });
  }
  return groups.map((group) => ({ ...group, x: x((group.from + group.to) / 2) }));
}

function told(event) {
  return [event.title, `known ${event.known}`, `first session ${event.sessions[0][0]}`, ...(event.hindsight ? ["hindsight: known before the article"] : [])];
}

function names(mark) {
  const more = mark.events.length - MOST_NAMES;
  return [...mark.events.slice(0, MOST_NAMES).map((event) => `${event.sessions[0][0]} ${event.title}`), ...(more > 0 ? [`and ${more} more`] : [])];
}

function shortened(name, space) {
  const most = Math.floor((space - 12) / 6.4);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}
