// The page of a run: joins chart, tables and stories.
import { equityChart } from "./chart.js";
import { el, kept } from "./dom.js";
import { copyButton, markdown } from "./markdown.js";
import { dataTable, records, sorted, whenSeen } from "./tables.js";

const held = JSON.parse(document.getElementById("page-data").textContent);
const events = records(held.events), lots = records(held.lots), names = held.names;
for (const event of events) {
  event.themes = event.themes.map((number) => held.themes[number]);
  event.named = event.named.map((number) => held.listings[number]);
  event.sessions = event.sessions.map(([day, listings]) => [day, listings.map((number) => held.listings[number])]);
}
// Money of accounts in one currency is added and ordered as it is, of several currencies by the share of starting cash.
const currencies = [...new Set(held.money.map(([currency]) => currency))], mixed = currencies.length > 1;
const worth = (strategy, value) => (mixed && value !== null ? value / held.money[strategy][1] : value);
const titles = new Map(events.map((event) => [event.id, event.title]));

const number = (value, digits = 0, sign = false) => (value === null ? "–" : el("data", { value }, `${sign && value > 0 ? "+" : ""}${value.toLocaleString("en", { maximumFractionDigits: digits, minimumFractionDigits: sign && digits ? digits : 0 })}`));
const money = (value) => number(value, 0, true);
const figures = (value) => (value === null ? "–" : el("data", { value }, value.toLocaleString("en", { maximumSignificantDigits: 6 })));
const share = (value) => (value === null ? "–" : el("data", { value }, `${value > 0 ? "+" : ""}${(value * 100).toFixed(2)}%`));
const words = (text) => el("bdi", {}, text);

// --- The chart, chosen by the rows of the first table ---------------------------------------------------------------
const rows = [...document.querySelectorAll("#glance [data-line]")];
const marks = new Map(events.filter((event) => event.sessions.length).map((event) => [`${event.id} ${event.sessions[0][0]}`, { ...event, themes: lanesOf(event) }]));
const chart = equityChart(document.getElementById("chart"), { ...held.chart, events: [...marks.values()] }, {
  onEvent: (event) => show(event),
  onChosen: (chosen) => rows.forEach((row) => row.setAttribute("aria-pressed", chosen.has(Number(row.dataset.line)))),
});
for (const row of rows) row.addEventListener("click", () => { chart.toggle(Number(row.dataset.line)); row.focus(); });

function lanesOf(event) {
  return event.themes.length ? event.themes : [event.named.length ? "listings" : "no theme"];
}

// --- Copy as Markdown -----------------------------------------------------------------------------------------------
for (const place of document.querySelectorAll("[data-copy]")) {
  place.append(copyButton(() => `${place.dataset.words}\n\n${markdown(document.getElementById(place.dataset.copy))}\n`));
}

// --- The table of figures -------------------------------------------------------------------------------------------
const metrics = document.getElementById("metrics-table"), part = document.getElementById("metrics-part");
const heads = [...metrics.tHead.rows[0].cells];
let [column, down] = kept.get("metrics") ?? [null, false];
function sortFigures() {
  heads.forEach((head, place) => head.setAttribute("aria-sort", place !== column ? "none" : down ? "descending" : "ascending"));
  if (column === null) return;
  const isMoney = heads[column].querySelector("button").dataset.kind === "money";
  const figure = (body) => {
    if (column === 0) return body.dataset.strategy;
    const found = exact(body.querySelector(`.${part.value}`).cells[column]);
    return found !== null && isMoney && mixed ? found / Number(body.dataset.cash) : found;
  };
  const bodies = [...metrics.tBodies], benchmark = bodies.filter((body) => body.dataset.strategy === "benchmark");
  metrics.append(...sorted(bodies.filter((body) => !benchmark.includes(body)), figure, down), ...benchmark);
  kept.set("metrics", [column, down]);
}
function exact(cell) {
  const data = cell.querySelector("data");
  return data ? Number(data.value) : null;
}
heads.forEach((head, place) => head.querySelector("button").addEventListener("click", (event) => {
  down = place === column ? !down : event.currentTarget.dataset.better === "high";
  column = place;
  sortFigures();
}));
part.addEventListener("change", sortFigures);
sortFigures();

// --- Lots -----------------------------------------------------------------------------------------------------------
const filters = document.getElementById("trade-filters"), count = document.getElementById("trade-count");
for (const event of new Set(lots.map((lot) => lot.event).filter(Boolean))) filters.elements.event.append(el("option", { value: event }, titles.get(event) ?? event));
for (const lot of lots) lot.text = [names[lot.strategy], lot.event, lot.symbol, lot.entry, lot.exit || "open", lot.reason, lot.hindsight ? "hindsight" : ""].join(" ").toLowerCase();
const bought = (lot) => lot.entry + (lot.at_close ? " at the close" : "");
const table = dataTable(document.getElementById("trades-place"), {
  id: "trades-table", label: "Table of lots", rows: lots,
  row: (lot) => ({ "data-strategy": names[lot.strategy], "data-event": lot.event, "data-hindsight": lot.hindsight ? "yes" : "no" }),
  columns: [
    { title: "Strategy", value: (lot) => names[lot.strategy], show: (lot) => words(names[lot.strategy]) },
    { title: "Event", value: (lot) => lot.event || null, show: (lot) => [words(lot.event || "–"), lot.hindsight ? [" ", el("span", { class: "mark" }, "hindsight")] : ""] },
    { title: "Listing", value: (lot) => lot.symbol, show: (lot) => words(lot.symbol) },
    { title: "Bought", value: (lot) => lot.entry, show: (lot) => bought(lot) },
    { title: "Sold", value: (lot) => lot.exit || null, show: (lot) => lot.exit || "open" },
    { title: "Because", value: (lot) => lot.reason, show: (lot) => lot.reason },
    { title: "Shares", value: (lot) => lot.shares, show: (lot) => figures(lot.shares) },
    { title: "Price", value: (lot) => lot.price, show: (lot) => figures(lot.price) },
    { title: "Costs", value: (lot) => worth(lot.strategy, lot.costs), show: (lot) => number(lot.costs) },
    { title: "P&L", value: (lot) => worth(lot.strategy, lot.pnl), show: (lot) => money(lot.pnl) },
    { title: "Excess", value: (lot) => lot.excess, show: (lot) => share(lot.excess) },
    { title: "Why", plain: true, class: "why", show: (lot) => why(lot) },
  ],
  onShown(shown) {
    const sums = currencies.map((currency) => {
      const sum = shown.reduce((all, lot) => all + (held.money[lot.strategy][0] === currency ? lot.pnl ?? 0 : 0), 0);
      return `${sum < 0 ? "−" : "+"}${Math.abs(Math.round(sum)).toLocaleString("en")}${mixed ? ` ${currency}` : ""}`;
    });
    count.textContent = !lots.length ? "nothing was bought" : `${shown.length.toLocaleString("en")} of ${lots.length.toLocaleString("en")} lots, ${sums.join(", ")}`;
  },
});

function why(lot) {
  if (!lot.why.length && !lot.extended) return "";
  const list = el("ul");
  return el("details", { toggle() { if (!list.childElementCount) list.append(...reasons(lot)); } },
    el("summary", { "aria-label": `Why, ${lot.symbol} ${lot.entry}` }, "why"), list);
}

function reasons(lot) {
  return [...lot.why.map((line) => el("li", {}, words(line))), ...(lot.extended ? [el("li", {}, "time exit moved by ", words(lot.extended))] : [])];
}

function filter() {
  const chosen = Object.fromEntries(["words", "strategy", "event", "hindsight"].map((name) => [name, filters.elements[name].value]));
  const wanted = chosen.words.toLowerCase().split(/\s+/).filter(Boolean);
  table.filter((lot) => (!chosen.strategy || names[lot.strategy] === chosen.strategy) && (!chosen.event || lot.event === chosen.event)
    && (!chosen.hindsight || (lot.hindsight ? "yes" : "no") === chosen.hindsight) && wanted.every((word) => lot.text.includes(word)));
  kept.set("filter", chosen);
}
filters.addEventListener("input", filter);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(filter));
for (const [name, value] of Object.entries(kept.get("filter") ?? {})) filters.elements[name].value = value;
if (kept.get("filter")) filter();

// --- P&L by event, and what would be left without it ---------------------------------------------------------------
const heat = { ...held.heat, rows: held.heat.rows.map(([id, cells]) => ({ id, cells, title: id ? titles.get(id) : "no event" })) };
const sums = { brought: (row, place) => row.cells[place]?.[0] ?? null, left: (row, place) => heat.totals[place] - (row.cells[place]?.[0] ?? 0) };
let asked = "brought";
const heatTable = dataTable(document.getElementById("heat-place"), {
  id: "heat-table", label: "P&L by event and strategy", rows: heat.rows,
  columns: [
    { title: "Event", head: true, value: (row) => row.title, show: (row) => words(row.title) },
    ...heat.names.map((name, place) => ({ title: name, better: "high", class: "cell", value: (row) => sums[asked](row, place), show: (row) => cell(row, place) })),
  ],
  foot: ["all", ...heat.totals.map(signed)],
});
for (const button of document.querySelectorAll("#heat-choice button")) {
  button.addEventListener("click", () => {
    asked = button.dataset.asked;
    for (const one of button.parentNode.children) one.setAttribute("aria-pressed", one === button);
    heatTable.draw();
  });
}

function cell(row, place) {
  const found = row.cells[place], sum = sums[asked](row, place);
  if (!found) return el("span", { class: "none" }, asked === "brought" ? "–" : signed(sum));
  const alike = heat.totals.filter((_, other) => held.money[other][0] === held.money[place][0]);
  const share = sum === null ? 0 : Math.min(Math.abs(sum) / (asked === "brought" ? heat.most[place] : Math.max(...alike.map(Math.abs), 1)), 1);
  return el("button", {
    type: "button", class: sum < 0 ? "loss" : "gain", style: `--share: ${share.toFixed(2)}`, "data-show-event": row.id, "data-show-strategy": heat.names[place],
    title: `${found[1]} ${found[1] === 1 ? "lot" : "lots"}; press to see them`, click: () => show(row.id, heat.names[place]),
  }, sum === null ? "–" : signed(sum));
}

function signed(sum) {
  return Math.round(sum).toLocaleString("en", { signDisplay: "exceptZero" });
}

// --- Events ---------------------------------------------------------------------------------------------------------
for (const place of document.querySelectorAll("[data-events]")) {
  const own = events.filter((event) => event.subject === Number(place.dataset.events));
  dataTable(place, {
    id: `events-table-${place.dataset.events}`, label: "Table of events", rows: own, row: (event) => ({ "data-id": event.id }),
    columns: [
      { title: "Event", class: "text", value: (event) => event.title, show: (event) => [words(event.title), event.status === "occurred" ? "" : [" ", el("span", { class: "mark" }, event.status)]] },
      { title: "Known", value: (event) => event.instant, show: (event) => event.known },
      { title: "First session", value: (event) => event.sessions[0]?.[0] ?? null, show: (event) => firsts(event) },
      { title: "Themes", value: (event) => subjectsOf(event) || null, show: (event) => words(subjectsOf(event) || "–") },
      { title: "Standing", value: (event) => (event.hindsight ? "hindsight" : "point in time"), show: (event) => el("span", { class: event.hindsight ? "mark" : "mark live" }, event.hindsight ? "hindsight" : "point in time") },
      { title: "Source", class: "text", plain: true, show: (event) => [words(event.source || "–"), event.confidence ? el("span", { class: "quiet" }, " (confidence ", words(event.confidence), ")") : ""] },
    ],
  });
}

function subjectsOf(event) {
  return [...event.themes, ...event.named].join(", ");
}

function firsts(event) {
  if (!event.sessions.length) return "never";
  return event.sessions.map(([day, listings], place) => [place ? "; " : "", day, " ", el("span", { class: "quiet" }, words(listings.slice(0, 8).join(", ") + (listings.length > 8 ? ` and ${listings.length - 8} more` : "")))]);
}

// --- Stories, event by event ----------------------------------------------------------------------------------------
const tellers = [...document.querySelectorAll("[data-stories]")].map((place) => {
  const told = held.stories[place.dataset.stories];
  const ids = events.filter((event) => event.subject === Number(place.dataset.stories) && told[event.id]).map((event) => event.id);
  const tell = () => { if (!place.childElementCount) place.append(...ids.map((id) => story(id, told[id]))); };
  whenSeen(place, tell);
  return tell;
});

function story(id, told) {
  const inside = el("div");
  return el("details", { class: "story", id: `why-${id}`, toggle() { if (!inside.childElementCount) inside.append(...chapters(id, told)); } }, el("summary", {}, words(titles.get(id) ?? id)), inside);
}

function chapters(id, { lines, parts }) {
  const list = (numbers) => (numbers.length ? el("ul", {}, numbers.map((number) => el("li", {}, words(held.lines[number])))) : "");
  return [list(lines), ...parts.flatMap(({ strategy, became, orders, extended }) => {
    const own = lots.filter((lot) => lot.event === id && lot.strategy === strategy);
    const [sum, count] = heat.rows.find((row) => row.id === id)?.cells[strategy] ?? [0, 0]; // of all lots; a long page holds some of them
    const link = count ? [" ", el("button", { type: "button", class: "link", click: () => show(id, names[strategy]) }, `${count} ${count === 1 ? "lot" : "lots"}, ${Math.round(sum).toLocaleString("en", { signDisplay: "always" })}${own.length < count ? `; ${own.length} of them on this page` : ""}`)] : "";
    return [
      el("h4", {}, words(names[strategy]), link), list(became), list(orders),
      ...own.map((lot) => el("ul", {}, el("li", {}, words(`${lot.symbol}, bought ${bought(lot)}, ${lot.exit ? `sold ${lot.exit} (${lot.reason})` : "still open"}`), el("ul", {}, reasons(lot))))),
      ...extended.map((number) => el("p", {}, words(held.lines[number]))),
    ];
  })];
}

// An event's lots and story, from a mark of the chart, a cell of a table, or a line of a story.
function show(event, strategy = "") {
  for (const [name, value] of Object.entries({ words: "", strategy, event, hindsight: "" })) filters.elements[name].value = value;
  filter();
  tellers.forEach((tell) => tell());
  const told = document.getElementById(`why-${event}`);
  if (told) told.open = true;
  const section = document.getElementById("trades");
  section.scrollIntoView({ behavior: "auto", block: "start" });
  section.focus({ preventScroll: true });
}

// --- A page that is being worked on looks twice a second at a small script beside it, and loads itself anew when that changes
let stamp = null;
window.eventfolioStamp = (now) => {
  if (stamp !== null && now !== stamp) location.reload();
  stamp = now;
};
function look() {
  const script = el("script", { src: `${held.refresh}?${Date.now()}` });
  script.onload = script.onerror = () => { script.remove(); setTimeout(look, 500); };
  document.head.append(script);
}
if (held.refresh) look();
