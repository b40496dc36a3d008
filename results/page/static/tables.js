// Tables of rows that the page holds as data: drawn when seen, a hundred at a time, sorted and filtered as a whole.
import { el, kept } from "./dom.js";

export const PAGE = 100; // rows

// A table of `rows` inside `place`. columns: { title, value(row), show(row), number, better, class, plain }
// id: of the table; row(row): attributes of its <tr>; foot: cells of a last row that always stands
// onShown(rows): called with all rows that pass the filter
export function dataTable(place, { id, label, columns, rows, row = () => ({}), foot = null, onShown = () => {} }) {
  const bar = el("div", { class: "pager" }), body = el("tbody"), heads = columns.map(head);
  const table = el("table", { id, class: place.dataset.class ?? "" }, el("thead", {}, el("tr", {}, heads)), body, foot && el("tfoot", {}, el("tr", {}, foot.map((cell, at) => el(at ? "td" : "th", at ? {} : { scope: "row" }, cell)))));
  let [column, down] = kept.get(id) ?? [null, false], page = 0, shown = rows, wanted = () => true, isDrawn = false;

  function head(one, number) {
    if (one.plain) return el("th", { scope: "col", class: one.class }, one.title);
    return el("th", { scope: "col", class: one.class, "aria-sort": "none" }, el("button", {
      type: "button", click() {
        down = number === column ? !down : one.better === "high";
        column = number;
        page = 0;
        kept.set(id, [column, down]);
        draw();
      },
    }, one.title));
  }

  function draw(all = false) {
    isDrawn = true;
    shown = rows.filter(wanted);
    if (column !== null && columns[column]) shown = sorted(shown, columns[column].value, down);
    heads.forEach((one, number) => one.hasAttribute("aria-sort") && one.setAttribute("aria-sort", number !== column ? "none" : down ? "descending" : "ascending"));
    page = Math.min(page, Math.max(Math.ceil(shown.length / PAGE) - 1, 0));
    const seen = all ? shown : shown.slice(page * PAGE, (page + 1) * PAGE);
    body.replaceChildren(...(seen.length ? [] : [el("tr", {}, el("td", { class: "quiet text", colspan: columns.length }, "None."))]), ...seen.map((one) => el("tr", row(one), columns.map((cell) => el(cell.head ? "th" : "td", { class: cell.class, scope: cell.head && "row" }, cell.show(one))))));
    turn();
    onShown(shown);
  }

  // Which rows are shown, and the way to the others.
  function turn() {
    const last = Math.ceil(shown.length / PAGE) - 1;
    bar.hidden = last < 1;
    const to = (words, next, off) => el("button", { type: "button", disabled: off, "data-page": words, click() { page = next; draw(); (bar.querySelector(`[data-page="${words}"]:enabled`) ?? bar.querySelector("button:enabled"))?.focus(); } }, words);
    bar.replaceChildren(to("first", 0, page === 0), to("previous", page - 1, page === 0),
      el("span", { "aria-live": "polite" }, `${(page * PAGE + 1).toLocaleString("en")} to ${Math.min((page + 1) * PAGE, shown.length).toLocaleString("en")} of ${shown.length.toLocaleString("en")}`),
      to("next", page + 1, page >= last), to("last", last, page >= last));
  }

  place.replaceChildren(el("div", { class: "wide", tabindex: 0, role: "region", "aria-label": label }, table), bar);
  whenSeen(place, () => isDrawn || draw());
  window.addEventListener("beforeprint", () => draw(true));
  window.addEventListener("afterprint", () => draw());
  return {
    // Shows the rows for which wanted(row) holds.
    filter(next) { wanted = next; page = 0; draw(); },
    draw,
  };
}

// Calls draw once, when `place` is about to come into view.
export function whenSeen(place, draw) {
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    draw();
  }, { rootMargin: "800px" });
  watch.observe(place);
}

// `items` by value(item), unknown ones last either way.
export function sorted(items, value, down) {
  return items.map((item, place) => [value(item), place, item]).sort(([one, i], [other, j]) => {
    if (one === null || other === null) return one === other ? i - j : one === null ? 1 : -1;
    const order = typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
    return (down ? -order : order) || i - j;
  }).map(([, , item]) => item);
}

// Rows of a table { columns: [name, ...], rows: [[value, ...], ...] } as objects.
export function records({ columns, rows }) {
  return rows.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]])));
}
