// Words, signs and times as people read them.

import { h } from "./dom.js";

// Each state has a word, a sign and a colour: none of the three stands alone.
export const STATES = {
  protected: ["protected", "●", "good"],
  enabling: ["enabling", "◔", "busy"],
  pending: ["pending", "…", "busy"],
  refused: ["refused", "✕", "bad"],
  failed: ["failed", "✕", "bad"],
  unhealthy: ["unhealthy", "▲", "bad"],
  orphaned: ["orphaned", "◌", "warn"],
  failed_over: ["failed over", "⇄", "warn"],
  grace: ["grace", "◷", "warn"],
  waiting: ["waiting", "‖", "warn"],
  disabling: ["disabling", "◕", "busy"],
  unasked: ["unasked", "?", "warn"],
  not_requested: ["not requested", "–", "calm"],
  unprotected: ["unprotected", "○", "calm"],
};

// How drills and runs stand, and whether a machine can be protected.
const OTHERS = {
  running: ["running", "◔", "busy"],
  passed: ["passed", "●", "good"],
  cancelled: ["cancelled", "‖", "warn"],
  verified: ["verified", "●", "good"],
  overdue: ["overdue", "▲", "warn"],
  changed: ["changed", "▲", "warn"],
  never: ["never", "○", "warn"],
  protectable: ["protectable", "○", "warn"],
  not_protectable: ["not protectable", "✕", "bad"],
};

const known = (word) => (Object.hasOwn(STATES, word) ? STATES[word] : Object.hasOwn(OTHERS, word) ? OTHERS[word] : null);

export const told = (word) => known(word)?.[0] ?? String(word ?? "").replaceAll("_", " ");

export function badge(word) {
  const [text, sign, tone] = known(word) ?? [told(word), "·", "calm"];
  return h("span", { class: `badge ${tone}` }, h("span", { "aria-hidden": "true" }, sign), " ", text);
}

export function severity(word) {
  const [sign, tone] = { error: ["✕", "bad"], warning: ["▲", "warn"] }[word] ?? ["i", "calm"];
  return h("span", { class: `badge ${tone}` }, h("span", { "aria-hidden": "true" }, sign), " ", word);
}

const UNITS = [[86_400, "d"], [3_600, "h"], [60, "min"], [1, "s"]];

// Seconds in at most two units: 93784 is "1 d 2 h".
export function lasting(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const at = UNITS.findIndex(([size]) => whole >= size);
  if (at < 0) return "0 s";
  const [size, unit] = UNITS[at];
  const rest = at + 1 < UNITS.length ? Math.floor((whole % size) / UNITS[at + 1][0]) : 0;
  return `${Math.floor(whole / size)} ${unit}${rest && (size > 60 || whole < 600) ? ` ${rest} ${UNITS[at + 1][1]}` : ""}`;
}

const FORMAT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
export const moment = (text) => (Number.isNaN(Date.parse(text)) ? String(text) : FORMAT.format(new Date(text)));

// The same to the second, where what came after what counts.
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
export const instant = (text) => (Number.isNaN(Date.parse(text)) ? String(text) : EXACT.format(new Date(text)));

const ages = { ago: (ms) => `${lasting(ms / 1000)} ago`, left: (ms) => (ms < 0 ? `in ${lasting(-ms / 1000)}` : "now") };

const shown = (at, way) => ages[way](Date.now() - Date.parse(at));

// A time whose age or countdown goes on by itself; see `tick`.
function running(at, way) {
  if (!at) return "never";
  return h("time", { datetime: at, title: moment(at), "data-way": way }, shown(at, way));
}

export const ago = (at) => running(at, "ago");
export const until = (at) => running(at, "left");

export function tick() {
  for (const element of document.querySelectorAll("time[data-way]")) {
    const text = shown(element.dateTime, element.dataset.way);
    if (element.textContent !== text) element.textContent = text;
  }
}

export const lastPart = (id) => String(id ?? "").split("/").pop();
export const groupOf = (id) => String(id ?? "").split("/")[4] ?? "";

export const count = (number, word) => `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`;
export const share = (part) => (part === null || part === undefined ? "–" : `${Math.floor(part * 1000) / 10} %`);

export const vmLink = (id, text) => h("a", { href: `#/vm?id=${encodeURIComponent(id)}` }, text ?? lastPart(id));
