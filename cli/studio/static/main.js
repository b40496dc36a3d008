// The studio: what is chosen, what is asked for it, and what is shown. The newest question wins.
import { Chart } from "./chart.js";
import { drawControls } from "./controls.js";
import { find, make } from "./elements.js";
import { difference, headline, table } from "./figures.js";
import * as heat from "./heat.js";
import { lots, tell } from "./lots.js";
import { runs } from "./runs.js";
import { Outdated, Superseded, ask, listen, store } from "./server.js";
import { Timeline } from "./timeline.js";

const CLIENT = crypto.getRandomValues(new Uint32Array(2)).join("-");
const PINS = ["A", "B"];
const REST = 600;  // milliseconds after which a hand rests
const times = [];  // milliseconds from a move to its picture, the last 500: for measuring

let info = null;          // what the studio plays on
let label = store.get("strategy");
let part = store.get("part") ?? "whole";
const moved = store.get("moved") ?? {};       // by strategy, what the reader set otherwise than the study
const params = {};                            // by strategy, all of its numbers
const before = store.get("pins") ?? [];       // pins of before the page was loaded anew
const off = new Set(store.get("off") ?? []);  // events taken out by hand
let pins = [];            // { name, setting, answer }
let answer = null;        // of the newest setting that came back, with its setting and its frame
let newest = 0, shown = 0, busy = 0, wanted = null, last = "";
let compared = 0, maps = 0;   // count the comparisons and the maps asked for: only the newest is shown

const chart = new Chart(find("picture"), find("readout"));
const timeline = new Timeline(() => { keepChoice(); move(); }, (date) => chart.mark(date));

const strategy = () => info.strategies.find((one) => one.label === label);
const setting = () => ({
  strategy: label,
  params: { ...moved[label] },
  without: [...off],
});
const frame = () => JSON.stringify([info.window.start, info.window.end, info.currency]);  // what lines and money are drawn in
const keepChoice = () => { for (const [key, value] of Object.entries({ strategy: label, part, moved, off: [...off], pins: pins.map(({ name, setting: own }) => ({ name, setting: own })) })) store.set(key, value); };

// --- asking -----------------------------------------------------------------------------------------------------------

function move(begun = performance.now()) {
  const question = { client: CLIENT, setting: setting() };
  const text = JSON.stringify([info.version, question.setting]);
  if (text === last) return;
  last = text;
  newest += 1;
  if (pins.length === 1) forgetDifference();  // it is of the setting shown until now
  wanted = { ...question, seq: newest, begun };
  pump();
}

async function pump() {
  if (!wanted || busy) return;  // the kernel answers one at a time, and then the newest
  const { begun, ...question } = wanted, isQuick = strategy().quick;
  wanted = null;
  if (isQuick) busy += 1;  // one with code of its own may never answer, so that it is not waited for
  document.body.classList.add("waiting");
  try {
    const found = await ask("/play", question);
    if (found.version > info.version) await load();  // no word of the save has come
    else if (found.seq > shown && found.version === info.version) {
      shown = found.seq;
      answer = { ...found, setting: question.setting, frame: frame() };
      trouble(info.trouble);
      show();
      if (pins.length === 1) compareAtRest();
      requestAnimationFrame(() => setTimeout(() => { times.push(performance.now() - begun); times.splice(0, times.length - 500); }));
    }
  } catch (error) {
    if (!(error instanceof Superseded) && question.seq >= newest) { last = ""; trouble(error.message); }
  } finally {
    if (isQuick) busy -= 1;
    if (shown >= newest || !wanted) { document.body.classList.toggle("waiting", shown < newest && !find("trouble").textContent); find("progress").hidden = true; }
    pump();
  }
}

function trouble(words) {
  find("trouble").textContent = words;
  find("trouble").hidden = !words;
}

async function refused(error) {  // what was asked of the setting shown
  if (!(error instanceof Outdated)) { trouble(error.message); return; }
  await load();
  find("kept").textContent = error.message;
}

// --- showing ----------------------------------------------------------------------------------------------------------

function show() {
  if (answer?.frame !== frame()) return;  // of another window: what the page says stands until the new one has come
  headline(answer, info, part);
  picture();
  table(info, columns());
  lots(answer, new Map(info.events.map((event) => [event.id, event.title])), explain);
  framed();
  say();
}

const framed = () => heat.frame(answer.setting, answer.version, { ...info.strategies.find((one) => one.label === answer.setting.strategy)?.params, ...answer.setting.params });
const isOld = (pin) => pin.answer.version !== info.version;  // made of files that have been saved since
const described = (own) => `${own.strategy}${Object.entries(own.params).map(([name, value]) => `, ${name} ${value ?? "none"}`).join("")}${own.without.length ? `, ${own.without.length} taken out` : ""}`;
const columns = () => [{ name: "This setting", look: "now", answer }, ...pins.filter((pin) => pin.answer).map((pin) => ({ name: `Pin ${pin.name}${isOld(pin) ? ", before the save" : ""}`, look: `pin-${pin.name}`, answer: pin.answer }))];

function picture() {
  const line = (name, look, found) => {
    const own = part === "pit" ? found.lines.pit : found.lines.whole;
    return own && { name, look, from: info.dates.length - own.gain.length, ...own };
  };
  const lines = columns().map((one) => line(one.name, one.look, one.answer)).filter(Boolean);
  if (info.benchmark?.gain) lines.push({ name: `${info.benchmark.name}, benchmark`, look: "benchmark", gain: info.benchmark.gain });
  chart.show({
    dates: info.dates, published: info.published, lines,
    marks: marks(),
  });
  find("lines").replaceChildren(...lines.map(({ name, look }) => {
    const own = pins.find((one) => look === `pin-${one.name}`);
    return make("li", {}, make("span", { class: `key ${look}` }), name, ...(own ? [
      " ", make("button", { type: "button", class: "link", "aria-label": `Set to pin ${own.name}`, title: described(own.setting), onclick: () => take(own) }, "set"),
      " ", make("button", { type: "button", class: "link", "aria-label": `Remove pin ${own.name}`, onclick: () => unpin(own) }, "remove")] : []));
  }));
}

function marks() {  // one a date, on where any of its events is
  const found = new Map();
  for (const { id, first, hindsight } of info.events) {
    if (first && (!found.has(first) || !off.has(id))) found.set(first, { date: first, on: !off.has(id), hindsight });
  }
  return [...found.values()];
}

let speaking = null;
function say() {  // once the hand rests, for those who listen
  clearTimeout(speaking);
  speaking = setTimeout(() => {
    const figures = Object.fromEntries(answer.figures.map((one) => [one.key, one]));
    find("status").textContent = `${answer.setting.strategy}: total return ${figures.total_return.text}${info.published ? `, point in time ${figures.total_return.pit}` : ""}, drawdown ${figures.max_drawdown.text}, ${figures.trades.text} lots.`;
  }, REST);
}

async function explain(lot) {
  try { tell(await ask("/explain", { version: answer.version, setting: answer.setting, lot })); } catch (error) { await refused(error); }
}

// --- pinning ----------------------------------------------------------------------------------------------------------

function pin() {
  if (answer?.frame !== frame()) return;
  const name = PINS.find((one) => !pins.some((own) => own.name === one)) ?? PINS.at(-1);
  pins = [...pins.filter((own) => own.name !== name), { name, setting: answer.setting, answer }].sort((a, b) => a.name.localeCompare(b.name));
  pinned();
}

function unpin(gone) { pins = pins.filter((own) => own !== gone); pinned(); }

function pinned() {
  keepChoice();
  show();
  compare();
}

function forgetDifference() {
  compared += 1;
  clearTimeout(resting);
  difference(null);
}

let resting = null;
function compareAtRest() {
  clearTimeout(resting);
  resting = setTimeout(() => { if (shown === newest) compare(); }, REST);
}

async function compare() {
  const [first, second] = pins.length === 2 ? pins : [null, pins[0]];
  forgetDifference();
  const own = compared;
  if (!second || isOld(second) || isOld(first ?? { answer })) return;  // what is no longer there cannot be drawn again
  const asked = { version: second.answer.version, first: first?.setting ?? answer.setting, second: second.setting };
  if (JSON.stringify(asked.first) === JSON.stringify(asked.second)) return;
  try {
    const found = await ask("/compare", asked);
    if (own === compared) difference(found, first ? `Pin ${first.name}` : "This setting", `Pin ${second.name}`);
  } catch (error) { if (own === compared) await refused(error); }
}

function take(chosen) {
  label = chosen.setting.strategy;
  moved[label] = { ...chosen.setting.params };
  off.clear();
  for (const id of chosen.setting.without) off.add(id);
  chooseStrategy();
}

async function recall() {  // pins of before the page was loaded anew
  for (const { name, setting: own } of before) {
    try {
      const found = await ask("/play", { client: `${CLIENT}-${name}`, seq: 0, setting: own });
      if (found.version === info.version) pins = [...pins, { name, setting: own, answer: { ...found, setting: own, frame: frame() } }];
    } catch { /* its strategy or an event of it is gone */ }
  }
  keepChoice();
  if (pins.length && answer) show();
  if (pins.length === 2 || (pins.length && answer)) compare();
}

// --- choosing ---------------------------------------------------------------------------------------------------------

function chooseStrategy() {
  const one = strategy();
  find("strategy").value = label;
  find("doc").textContent = one.doc + (one.quick ? "" : ` It has code of its own (${one.hooks.join(", ")}): played by backtrader when you let go, proved not to look ahead when it is kept.`);
  moved[label] = Object.fromEntries(Object.entries(moved[label] ?? {}).filter(([name, value]) => name in one.params && value !== one.params[name]));
  params[label] = { ...one.params, ...moved[label] };
  drawControls(find("controls"), one, params[label], (name, value, isDone) => {
    if (value === one.params[name]) delete moved[label][name]; else moved[label][name] = value;
    if (!one.quick && !isDone) return;
    keepChoice();
    move();
  });
  heat.offer(one);
  timeline.show(info.events, info.window, info.published, off);
  keepChoice();
  last = "";
  move();
}

find("strategy").addEventListener("change", (event) => { label = event.target.value; chooseStrategy(); });
find("reset").addEventListener("click", () => { moved[label] = {}; off.clear(); chooseStrategy(); });
find("pin").addEventListener("click", pin);
for (const [id, name] of [["part-whole", "whole"], ["part-pit", "pit"]]) find(id).addEventListener("click", () => choosePart(name));

function choosePart(name) {
  part = info && !info.published ? "whole" : name;
  find("parts").hidden = Boolean(info && !info.published);  // one and the same
  find("part-whole").setAttribute("aria-pressed", String(part === "whole"));
  find("part-pit").setAttribute("aria-pressed", String(part === "pit"));
  keepChoice();
  if (answer) show();
}

find("keep").addEventListener("click", async () => {
  const button = find("keep"), place = find("kept");
  button.disabled = true;
  place.textContent = "Keeping it: playing and auditing …";
  try {
    const kept = await ask("/keep", { version: answer.version, setting: answer.setting });
    place.replaceChildren("Kept: ", make("a", { href: kept.href, target: "_blank", rel: "noopener" }, kept.name), kept.failed.length ? ` (not drawn: ${kept.failed.join("; ")})` : "");
    await runs();
  } catch (error) { place.textContent = ""; await refused(error); } finally { button.disabled = false; }
});

find("heat-play").addEventListener("click", async () => {
  const choice = Object.fromEntries(["across", "down", "figure"].map((name) => [name, find(`heat-${name}`).value]));
  const asked = answer.setting, title = find("heat-figure").selectedOptions[0].text;
  const own = ++maps;
  find("heat-play").disabled = true;
  heat.forget();
  find("heat-status").textContent = "playing …";
  try {
    const found = await ask("/heat", { setting: asked, ...choice });
    if (own !== maps) return;  // another one was asked for meanwhile
    find("heat-status").textContent = "";
    if (asked.strategy === label && found.version === info.version) {
      heat.draw(found, title, asked, (chosen) => { Object.assign(moved[label], chosen); chooseStrategy(); });
      framed();
      last = "";
      move();  // its Sharpe ratio is deflated for these too
    }
  } catch (error) {
    if (own === maps) find("heat-status").textContent = "";
    if (!(error instanceof Superseded)) trouble(error.message);
  } finally { if (own === maps) find("heat-play").disabled = false; }
});

// --- the study, read and read anew --------------------------------------------------------------------------------------

async function load() {
  info = await ask("/state");
  find("study").textContent = info.study;
  document.title = `${info.simulated ? "SIMULATED · " : ""}${info.study} · studio`;
  find("window").textContent = `${info.window.start} to ${info.window.end}, starting with ${info.cash.toLocaleString("en")} ${info.currency}.${info.trials_note ? ` ${info.trials_note}` : ""}`;
  find("simulated").hidden = !info.simulated;
  find("heat-figure").querySelector("[value=point_in_time]").hidden = !info.published;
  const warned = find("warnings"), many = info.warnings.length;
  warned.hidden = !many;
  warned.querySelector("summary").textContent = `${many} ${many === 1 ? "warning" : "warnings"} about the prices and the study`;
  warned.querySelector("ul").replaceChildren(...info.warnings.map((words) => make("li", {}, words)));
  const known = new Set(info.events.map((event) => event.id));
  for (const id of off) if (!known.has(id)) off.delete(id);
  find("strategy").replaceChildren(...info.strategies.map((one) => make("option", { value: one.label }, one.label)));
  if (!strategy()) label = info.strategies[0].label;
  const gone = pins.filter((pin) => pin.answer.frame !== frame());
  pins = pins.filter((pin) => !gone.includes(pin));
  if (gone.length) find("kept").textContent = `${gone.map((pin) => `Pin ${pin.name}`).join(" and ")} removed: of another window or currency than the study has now.`;
  forgetDifference();
  heat.forget();
  trouble(info.trouble);
  choosePart(part);
  chooseStrategy();
}

async function again() {  // the line was broken: what was told meanwhile is asked for
  const found = await ask("/state");
  if (found.version !== info.version) await load(); else { info.trouble = found.trouble; trouble(found.trouble); }
}

listen({
  study: ({ version, trouble: words }) => {
    if (info) info.trouble = words;
    trouble(words);
    if (info && version !== info.version) load();
  },
  progress: ({ task, client, seq, done, words }) => {
    if (task === "hook") { find("at-work").textContent = words; find("at-work").hidden = !words; }
    if (task === "keep" && find("keep").disabled) find("kept").textContent = `Keeping it: ${words} …`;
    if (task === "heat" && find("heat-play").disabled) find("heat-status").textContent = `${Math.round(done * 100)} % played`;
    if (task === "play" && client === CLIENT && seq === newest) { find("progress").hidden = false; find("progress").value = done; }
  },
}, (isThere) => { if (!isThere) trouble("The studio does not answer. If it was stopped, start it again and open the address it prints."); else if (info) again(); });

window.studio = { times, get shown() { return shown; }, get newest() { return newest; } };
choosePart(part);
await load();
await Promise.all([runs(), recall()]);
