// A heat map of two parameters: one press plays every combination.
import { find, make } from "./elements.js";

const word = (value) => (value === null ? "none" : String(value));
let map = null;  // the one drawn: { around, version, cells: [{ button, params }], words }

// What is to be the same for a map to hold: the setting but for its two sides.
const around = ({ strategy, params, without }, sides) => JSON.stringify([strategy, Object.entries(params).filter(([name]) => !sides.includes(name)).sort(), [...without].sort()]);

export function offer(strategy) {
  const names = strategy.controls.filter((one) => one.least !== null).map((one) => one.name);
  for (const [id, chosen] of [["heat-across", names[0]], ["heat-down", names[1]]]) {
    const before = find(id).value;
    find(id).replaceChildren(...names.map((name) => make("option", { value: name, selected: (names.includes(before) ? before : chosen) === name }, name.replaceAll("_", " "))));
  }
  if (find("heat-across").value === find("heat-down").value && names.length > 1) find("heat-down").value = names.find((name) => name !== find("heat-across").value);
  find("heat-play").disabled = names.length < 2;
  if (map?.strategy !== strategy.label) forget();
}

export function forget() {
  map = null;
  find("heat").replaceChildren();
  find("heat").hidden = true;
  find("heat-status").textContent = "";
}

// setting: the one asked for, about which the map was played; choose(params): a cell was pressed
export function draw(found, figure, setting, choose) {
  const sides = [found.across.name, found.down.name], played = [];
  const known = found.cells.flat().filter((value) => value !== null);
  const low = Math.min(...known), high = Math.max(...known), far = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const head = make("tr", {}, make("th", { scope: "col" }, `${found.down.name} ↓ ${found.across.name} →`), found.across.values.map((value) => make("th", { scope: "col" }, word(value))));
  const rows = found.cells.map((cells, row) => make("tr", {}, make("th", { scope: "row" }, word(found.down.values[row])), cells.map((value, column) => {
    const params = { [found.down.name]: found.down.values[row], [found.across.name]: found.across.values[column] };
    const cell = make("td", { class: value === null ? "none" : value < 0 ? "loss" : "gain" },
      make("button", { type: "button", "aria-label": `${found.down.name} ${word(params[found.down.name])}, ${found.across.name} ${word(params[found.across.name])}: ${found.texts[row][column]}`, onclick: () => choose(params) }, found.texts[row][column]));
    const share = value === null ? 0 : Math.abs(value) / far;
    cell.style.setProperty("--share", (share * 0.42).toFixed(3));
    played.push({ button: cell.firstChild, params });
    return cell;
  })));
  find("heat").replaceChildren(make("table", { class: "heat-map" }, make("caption", {}, figure), make("thead", {}, head), make("tbody", {}, rows)));
  map = { strategy: setting.strategy, sides, around: around(setting, sides), version: found.version, cells: played, figure,
    words: `${found.cells.flat().length} combinations; ${found.trials_seen.toLocaleString("en")} settings looked at by then` };
}

// The map as it goes with the setting shown: that one is framed; of any other the map is hidden, for its cells are not
// what pressing them would give.
export function frame(setting, version, now) {
  if (!map) return;
  const holds = version === map.version && around(setting, map.sides) === map.around;
  find("heat").hidden = !holds;
  find("heat-status").textContent = holds ? map.words : "The map is of an earlier setting: play them all again.";
  const isNow = ({ params }) => Object.entries(params).every(([name, one]) => now[name] === one);
  find("heat").querySelector("caption").textContent = `${map.figure}; the setting shown is ${map.cells.some(isNow) ? "framed" : "none of its cells"}`;
  for (const one of map.cells) {
    if (isNow(one)) one.button.setAttribute("aria-current", "true"); else one.button.removeAttribute("aria-current");
  }
}
