// Figures: a headline that answers at a glance, and the table with the pinned settings beside.
import { find, make } from "./elements.js";

const UP = ["total_return", "sharpe", "max_drawdown", "mean_excess", "trades"];

export function headline(answer, info, part) {
  const figures = Object.fromEntries(answer.figures.map((one) => [one.key, one]));
  const titles = Object.fromEntries(info.metrics.map((one) => [one.key, one.title]));
  const shown = (key) => (part === "pit" ? figures[key].pit : figures[key].text);
  const seen = answer.deflated.trials_seen;
  const told = answer.deflated.deflated_sharpe === null ? "" : `deflated ${answer.deflated.deflated_sharpe.toFixed(2)}`;
  const ofWhole = part === "pit" ? `whole window ${figures.sharpe.text}` : "";  // the deflated one is of that
  const beside = {  // without an article nothing is hindsight, and point in time is the whole
    total_return: !info.published ? null : part === "pit" ? `whole window ${figures.total_return.text}` : `point in time ${figures.total_return.pit}`,
    sharpe: [`${seen.toLocaleString("en")} ${seen === 1 ? "setting" : "settings"} looked at`, ofWhole, told].filter(Boolean).join(", "),
    mean_excess: "a lot, beyond its home index",
  };
  find("headline").replaceChildren(...UP.map((key) => make("p", { "data-figure": key },
    make("span", { class: "what" }, titles[key]),
    make("data", { value: figures[key].value ?? "" }, shown(key)),
    beside[key] ? make("small", { title: key === "sharpe" && answer.deflated.words ? `the Sharpe ratio of the whole window is ${answer.deflated.words}` : null }, beside[key]) : null)));
  find("verdict").replaceChildren(part === "pit" ? "Of the whole window: " : "", make("strong", {}, `${answer.words[0].toUpperCase()}${answer.words.slice(1)}.`), ` ${answer.verdict}${answer.deflated.words ? ` Sharpe ratio: ${answer.deflated.words}.` : ""}`);
}

// columns: { name, answer, look } of this setting and the pinned ones
export function table(info, columns) {
  const place = find("figure-table");
  const twice = Boolean(info.published);
  const heads = columns.flatMap(({ name, look }) => [make("th", { scope: "col" }, make("span", { class: `key ${look}` }), name), ...(twice ? [make("th", { scope: "col", class: "quiet" }, "point in time")] : [])]);
  place.tHead.replaceChildren(make("tr", {}, make("th", { scope: "col" }, "Figure"), heads));
  place.tBodies[0].replaceChildren(...info.metrics.map((metric, row) => make("tr", { "data-figure": metric.key },
    make("th", { scope: "row" }, make("abbr", { title: metric.means }, metric.title)),
    columns.flatMap(({ answer }) => [
      make("td", {}, make("data", { value: answer.figures[row].value ?? "" }, answer.figures[row].text)),
      ...(twice ? [make("td", { class: "quiet" }, make("data", { value: answer.figures[row].pit_value ?? "" }, answer.figures[row].pit))] : []),
    ]))));
}

export function difference(found, first, second) {
  const place = find("difference");
  if (!found) { place.replaceChildren(); return; }
  const heads = ["Figure", `${first} less ${second}`, "between", "and", ""].map((head) => make("th", { scope: "col" }, head || make("span", { class: "hidden-words" }, "Judgement")));
  place.replaceChildren(make("h3", {}, `${first} against ${second}`),
    make("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Differences with intervals" },
      make("table", { class: "figures ruled" }, make("thead", {}, make("tr", {}, heads)), make("tbody", {}, found.rows.map((row) => make("tr", {},
        make("th", { scope: "row" }, row.title), [row.gap, row.low, row.high, row.told].map((text) => make("td", {}, text))))))),
    make("p", { class: "quiet" }, "95 % intervals; both paths are drawn on the same days, so that the market cancels."));
}
