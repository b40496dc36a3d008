// Kept runs of the study: their pages and tearsheets.
import { ask } from "./server.js";
import { find, make } from "./elements.js";

const percent = (value) => (value === null || value === undefined ? "–" : `${(value * 100).toFixed(2)}%`);
const link = (href, words) => (href ? make("a", { href, target: "_blank", rel: "noopener" }, words) : null);

export async function runs() {
  const found = await ask("/runs");
  const place = find("runs");
  place.tHead.replaceChildren(make("tr", {}, ["Run", "Strategies", "Return, whole", "Tearsheet"].map((head) => make("th", { scope: "col" }, head))));
  place.tBodies[0].replaceChildren(...found.runs.map((run) => {
    const made = Object.entries(run.strategies), first = made[0];
    const some = made.length > 3 ? `${made.length} strategies` : made.map(([label]) => label).join(", ");
    return make("tr", {}, make("td", {}, link(run.href, run.name) ?? run.name), make("td", {}, some),
      make("td", {}, made.length === 1 ? percent(first[1].total_return) : ""),
      make("td", {}, made.length > 3 ? "on its page" : made.flatMap(([label, one]) => (one.sheet ? [link(one.sheet, label), " "] : []))));
  }), ...(found.runs.length ? [] : [make("tr", {}, make("td", { colspan: 4 }, "None yet: “Keep as a run” makes one."))]));
}
