// A heat map of two parameters: one press plays every combination.
import { find, make } from "./elements.js";

export function offer(strategy) {
  const names = strategy.controls.filter((one) => one.least !== null).map((one) => one.name);
  for (const [id, chosen] of [["heat-across", names[0]], ["heat-down", names[1]]]) {
    const before = find(id).value;
    find(id).replaceChildren(...names.map((name) => make("option", { value: name, selected: (names.includes(before) ? before : chosen) === name }, name.replaceAll("_", " "))));
  }
  if (find("heat-across").value === find("heat-down").value && names.length > 1) find("heat-down").value = names.find((name) => name !== find("heat-across").value);
  find("heat-play").disabled = names.length < 2;
  find("heat").hidden = true;
  find("heat-status").textContent = "";
}

// choose(params): a cell was pressed
export function draw(found, figure, now, choose) {
  const known = found.cells.flat().filter((value) => value !== null);
  const low = Math.min(...known), high = Math.max(...known), far = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const head = make("tr", {}, make("th", { scope: "col" }, `${found.down.name} ↓ ${found.across.name} →`), found.across.values.map((value) => make("th", { scope: "col" }, String(value))));
  const rows = found.cells.map((cells, row) => make("tr", {}, make("th", { scope: "row" }, String(found.down.values[row])), cells.map((value, column) => {
    const params = { [found.down.name]: found.down.values[row], [found.across.name]: found.across.values[column] };
    const isNow = Object.entries(params).every(([name, one]) => now[name] === one);
    const cell = make("td", { class: value === null ? "none" : value < 0 ? "loss" : "gain" },
      make("button", { type: "button", "aria-current": isNow ? "true" : null, "aria-label": `${found.down.name} ${params[found.down.name]}, ${found.across.name} ${params[found.across.name]}: ${found.texts[row][column]}`, onclick: () => choose(params) }, found.texts[row][column]));
    const share = value === null ? 0 : Math.abs(value) / far;
    cell.style.setProperty("--share", (share * 0.42).toFixed(3));
    return cell;
  })));
  find("heat").replaceChildren(make("table", { class: "heat-map" }, make("caption", {}, `${figure}; the setting shown is framed`), make("thead", {}, head), make("tbody", {}, rows)));
  find("heat").hidden = false;
}
