"use strict";
(() => {
  const store = {  // what the reader chose survives a page that loads itself anew
    get: (key) => { try { return JSON.parse(sessionStorage.getItem(`eventfolio ${location.pathname} ${key}`)); } catch { return null; } },
    set: (key, value) => { try { sessionStorage.setItem(`eventfolio ${location.pathname} ${key}`, JSON.stringify(value)); } catch { /* private window */ } },
  };
  window.eventfolioStore = store;

  const figure = (cell) => {
    const data = cell.querySelector("data");
    return data ? Number(data.value) : null;
  };

  // Sorts what `parts` yields by `key`; unknown figures go last either way.
  function sort(parts, key, down) {
    const keyed = parts.map((part, place) => [key(part), place, part]);
    keyed.sort(([a, i], [b, j]) => {
      if (a === null || b === null) return a === b ? i - j : a === null ? 1 : -1;
      const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true });
      return (down ? -order : order) || i - j;
    });
    for (const [, , part] of keyed) part.parentNode.appendChild(part);
    for (const last of document.querySelectorAll('#metrics-table [data-strategy="benchmark"]')) metrics.appendChild(last);
  }

  function sortable(table, parts, key, name) {
    const heads = [...table.tHead.rows[0].cells];
    let column = null, down = false;
    function apply() {
      heads.forEach((head, number) => head.hasAttribute("aria-sort")
        && head.setAttribute("aria-sort", number !== column ? "none" : down ? "descending" : "ascending"));
      if (column !== null) sort(parts(), (part) => key(part, column), down);
      store.set(name, column === null ? null : [column, down]);
    }
    heads.forEach((head, number) => head.querySelector("button")?.addEventListener("click", (event) => {
      down = number === column ? !down : event.currentTarget.dataset.better === "high";
      column = number;
      apply();
    }));
    const kept = store.get(name);
    if (kept && heads[kept[0]]) { [column, down] = kept; apply(); }
    return apply;
  }

  const metrics = document.getElementById("metrics-table"), part = document.getElementById("metrics-part");
  const resort = sortable(metrics, () => [...metrics.tBodies].filter((body) => body.dataset.strategy !== "benchmark"),
    (body, column) => (column === 0 ? body.dataset.strategy : figure(body.querySelector(`.${part.value}`).cells[column])), "metrics");
  part.addEventListener("change", resort);

  const trades = document.getElementById("trades-table"), filters = document.getElementById("trade-filters");
  const rows = [...trades.tBodies[0].rows];
  const words = new Map(rows.map((row) => [row, [...row.cells].slice(0, -1).map((cell) => cell.textContent).join(" ").toLowerCase()]));
  sortable(trades, () => rows, (row, column) => figure(row.cells[column]) ?? (row.cells[column].textContent === "–" ? null : row.cells[column].textContent), "trades");

  function filter() {
    const chosen = Object.fromEntries(["words", "strategy", "event", "hindsight"].map((name) => [name, filters.elements[name].value]));
    const wanted = chosen.words.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0, sum = 0;
    for (const row of rows) {
      const shown = (!chosen.strategy || row.dataset.strategy === chosen.strategy) && (!chosen.event || row.dataset.event === chosen.event)
        && (!chosen.hindsight || row.dataset.hindsight === chosen.hindsight) && wanted.every((word) => words.get(row).includes(word));
      row.hidden = !shown;
      if (shown) { count += 1; sum += figure(row.cells[9]) ?? 0; }
    }
    document.getElementById("trade-count").textContent = `${count} of ${rows.length} lots, ${sum < 0 ? "−" : "+"}${Math.abs(Math.round(sum)).toLocaleString("en")}`;
    store.set("filter", chosen);
  }
  filters.addEventListener("input", filter);
  filters.addEventListener("submit", (event) => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(filter));
  for (const [name, value] of Object.entries(store.get("filter") ?? {})) filters.elements[name].value = value;
  filter();

  // An event's lots and story, from a mark of the chart, a cell of the heat map, or a line of a story.
  window.eventfolioShow = (event, strategy = "") => {
    for (const [name, value] of Object.entries({ words: "", strategy, event, hindsight: "" })) filters.elements[name].value = value;
    filter();
    const story = document.getElementById(`why-${event}`);
    if (story) story.open = true;
    const section = document.getElementById("trades");
    section.scrollIntoView({ behavior: "auto", block: "start" });
    section.focus({ preventScroll: true });
  };
  for (const button of document.querySelectorAll("[data-show-event]")) {
    button.addEventListener("click", () => window.eventfolioShow(button.dataset.showEvent, button.dataset.showStrategy));
  }

  // A page that is being worked on looks once a second at a small script beside it, and loads itself anew when that changes.
  const beside = document.getElementById("chart-data").dataset.refresh;
  let stamp = null;
  window.eventfolioStamp = (now) => {
    if (stamp !== null && now !== stamp) location.reload();
    stamp = now;
  };
  function look() {
    const script = document.createElement("script");
    script.src = `${beside}?${Date.now()}`;
    script.onload = script.onerror = () => { script.remove(); setTimeout(look, 500); };
    document.head.appendChild(script);
  }
  if (beside) look();
})();
