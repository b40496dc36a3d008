// What the page asks the studio, and what it is told without asking.

export class Refused extends Error {}
export class Superseded extends Error {}
export class Outdated extends Refused {}

export async function ask(path, question) {
  const answer = await fetch(path, question === undefined ? {} : {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(question),
  });
  const found = await answer.json().catch(() => ({ error: `The studio answered ${answer.status}.` }));
  if (answer.status === 409 && found.superseded) throw new Superseded();
  if (answer.status === 409) throw new Outdated(found.error);
  if (!answer.ok) throw new Refused(found.error ?? `The studio answered ${answer.status}.`);
  return found;
}

// Calls one of `heard` by the kind of each event; `line` is told whether the studio is there.
export function listen(heard, line) {
  const source = new EventSource("/events");
  for (const [kind, hear] of Object.entries(heard)) source.addEventListener(kind, (event) => hear(JSON.parse(event.data)));
  source.addEventListener("open", () => line(true));
  source.addEventListener("error", () => line(false));
}

// What the reader chose survives a page that is loaded anew.
export const store = {
  get(key) { try { return JSON.parse(sessionStorage.getItem(`eventfolio studio ${key}`)); } catch { return null; } },
  set(key, value) { try { sessionStorage.setItem(`eventfolio studio ${key}`, JSON.stringify(value)); } catch { /* private window */ } },
};
