// The lots of a setting, and the story of one.
import { find, make } from "./elements.js";

const money = (value) => (value === null ? "–" : Math.round(value).toLocaleString("en"));
const percent = (value) => (value === null ? "–" : `${(value * 100).toFixed(2)}%`);

export function lots(answer, titles, explain) {
  const place = find("lots");
  const heads = ["Lot", "Listing", "Event", "Bought", "Sold", "Because", "P&L", "Excess"];
  place.tHead.replaceChildren(make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head))));
  place.tBodies[0].replaceChildren(...answer.lots.map((lot) => make("tr", {},
    make("td", {}, make("button", { type: "button", class: "link", "data-lot": lot.lot, "aria-label": `Why lot ${lot.lot}, ${lot.symbol}`, onclick: () => explain(lot.lot) }, String(lot.lot))),
    make("td", {}, lot.symbol),
    make("td", { class: "event" }, make("bdi", {}, titles.get(lot.event) ?? "–"), lot.hindsight ? make("small", { class: "mark" }, "hindsight") : null),
    make("td", {}, lot.entry), make("td", {}, lot.exit || "open"), make("td", {}, lot.reason),
    make("td", { class: lot.pnl < 0 ? "loss" : "gain" }, money(lot.pnl)), make("td", {}, percent(lot.excess)))),
    ...(answer.lots_left_out ? [make("tr", {}, make("td", { colspan: 8 }, `and ${answer.lots_left_out} more, with the smallest gains and losses`))] : []),
    ...(answer.lots.length ? [] : [make("tr", {}, make("td", { colspan: 8 }, "It bought nothing."))]));
}

export function tell(story) {
  find("story-title").textContent = story.heading;
  find("story-body").replaceChildren(
    make("p", { class: "strong" }, story.lot),
    ...(story.event.length ? [make("h3", {}, "What was known"), make("ul", {}, story.event.map((line) => make("li", {}, line)))] : []),
    make("h3", {}, "Its orders"),
    ...story.orders.map((order) => make("div", {}, make("p", { class: "strong" }, order.line), make("ul", {}, order.story.map((line) => make("li", {}, line))))));
  find("story").showModal();
}
