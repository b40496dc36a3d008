// A control for each parameter: a slider with its number, a switch, a choice; an off switch where it may be none.
import { make } from "./elements.js";

const whole = (control) => control.kind === "whole";

// Fills `place` for a strategy. changed(name, value, isDone) is called as one moves, and once more when one lets go.
export function drawControls(place, strategy, params, changed) {
  place.replaceChildren(...strategy.controls.map((control) => row(control, params, strategy.params[control.name], changed)));
}

function row(control, params, own, changed) {
  const { name } = control, id = `control-${name}`;
  const value = params[name], isOff = value === null;
  const parts = [make("label", { for: id, class: "name" }, name.replaceAll("_", " "))];
  const set = (next, isDone) => { params[name] = next; changed(name, next, isDone); };
  if (control.kind === "choice" || control.kind === "text" || control.kind === "truth") {
    parts.push(word(control, id, value, set));
  } else {
    parts.push(...number(control, id, value, set));
  }
  if (control.optional) {
    const now = make("input", {
      type: "checkbox", role: "switch", id: `${id}-on`, checked: !isOff, "aria-label": `${name.replaceAll("_", " ")} on`,
      onchange: (event) => {
        const next = event.target.checked ? (own ?? control.starts) : null;
        set(next, true);
        event.target.closest(".control").replaceWith(row(control, params, own, changed));
        document.getElementById(`${id}-on`).focus();
      },
    });
    parts.push(make("span", { class: "off" }, now));
  }
  const changedHere = value !== own ? " changed" : "";
  return make("div", { class: `control${isOff ? " is-off" : ""}${changedHere}`, "data-name": name }, parts);
}

function word(control, id, value, set) {
  if (control.kind === "choice") {
    const options = control.choices.map((one) => make("option", { value: one, selected: one === value }, one));
    return make("select", { id, onchange: (event) => set(event.target.value, true) }, options);
  }
  if (control.kind === "truth") {
    return make("input", { id, type: "checkbox", role: "switch", checked: value === true, onchange: (event) => set(event.target.checked, true) });
  }
  return make("input", { id, type: "text", maxlength: 200, value: value ?? "", disabled: value === null, onchange: (event) => set(event.target.value, true) });
}

function number(control, id, value, set) {
  const { least, most, step } = control, isOff = value === null;
  const exact = make("input", {
    type: "number", id: least === null ? id : `${id}-exact`, class: "exact", step: whole(control) ? 1 : "any", disabled: isOff,
    min: control.low, max: control.high, value: isOff ? "" : value, placeholder: "none",
    "aria-label": least === null ? null : `${control.name.replaceAll("_", " ")}, exact`,
    onchange: (event) => {
      const next = event.target.valueAsNumber;
      if (!Number.isFinite(next) || !event.target.checkValidity()) { event.target.reportValidity(); return; }
      if (slider) { slider.value = place(next); say(next); }
      mark(event.target, next);
      set(next, true);
    },
  });
  if (least === null) return [exact];
  const count = Math.max(1, Math.round((most - least) / step));
  const at = (number) => Number((number >= count ? most : least + number * step).toPrecision(12));
  const place = (given) => Math.round((Math.min(Math.max(given, least), most) - least) / step);
  const slider = make("input", {
    type: "range", id, min: 0, max: count, step: 1, value: isOff ? 0 : place(value), disabled: isOff,
    oninput: (event) => { const next = at(event.target.valueAsNumber); exact.value = next; say(next); mark(event.target, next); set(next, false); },
    onchange: (event) => set(at(event.target.valueAsNumber), true),
  });
  const say = (given) => slider.setAttribute("aria-valuetext", String(given));
  const mark = (element) => element.closest(".control").classList.add("changed");
  slider.setAttribute("value", slider.value);
  say(isOff ? "off" : value);
  return [slider, exact];
}
