// Elements, colours of the stylesheet, and what a reader chose.

// An HTML element. attributes: by name, functions as listeners of that event; inside: nodes and texts, never markup.
export function el(tag, attributes = {}, ...inside) {
  return filled(document.createElement(tag), attributes, inside);
}

// The same in SVG.
export function svg(tag, attributes = {}, ...inside) {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, inside);
}

function filled(node, attributes, inside) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name.startsWith("aria-")) node.setAttribute(name, String(value));
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...inside.flat(Infinity).filter((one) => one !== null && one !== undefined && one !== false));
  return node;
}

// A custom property of the stylesheet.
export function style(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

// What the reader chose, kept for a page that loads itself anew; a private window keeps nothing.
export const kept = {
  get(key) {
    try { return JSON.parse(sessionStorage.getItem(`eventfolio ${location.pathname} ${key}`)); } catch { return null; }
  },
  set(key, value) {
    try { sessionStorage.setItem(`eventfolio ${location.pathname} ${key}`, JSON.stringify(value)); } catch { /* private window */ }
  },
};

export const DAY = 86_400_000; // milliseconds

// "2024-06-19" as milliseconds UTC.
export function time(day) {
  return Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
}

// 0.1234 as "+12.3 %".
export function percent(value, digits = 1) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const text = Math.abs(value * 100).toFixed(digits);
  return `${Number(text) === 0 ? "" : value < 0 ? "−" : "+"}${text} %`;
}
