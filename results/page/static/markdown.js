// A table of the page as Markdown, to paste into a note.
import { el } from "./dom.js";

// The rows of `table` that are shown. Cells may give other words: data-markdown
export function markdown(table) {
  const text = (cell) => (cell.dataset.markdown ?? cell.innerText).replace(/\s+/g, " ").trim().replace(/\\/g, "\\\\").replace(/\|/g, "\\|").replace(/[<>*_`[\]#]/g, "\\$&");
  const rows = [...table.rows].filter((row) => !row.hidden && !row.hasAttribute("data-no-copy")).map((row) => [...row.cells].flatMap((cell) => [text(cell), ...Array(cell.colSpan - 1).fill("")]));
  const [head, ...body] = rows;
  const rule = head.map((_, place) => (place ? "---:" : "---"));
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

// A button that copies `made()` and says so.
export function copyButton(made, words = "copy as Markdown") {
  const button = el("button", {
    type: "button", class: "link copy", async click() {
      button.textContent = (await copied(made())) ? "copied" : "could not copy";
      setTimeout(() => { button.textContent = words; }, 1500);
    },
  }, words);
  return button;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch { // a browser that does not let a file do so
    const area = el("textarea", { class: "off-screen", "aria-hidden": "true" }, text);
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
