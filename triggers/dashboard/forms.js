// What the views that begin something share: fields, one thing at a time, what is said when it was asked for.

import { h } from "./dom.js";
import { count, told, vmLink } from "./words.js";
import * as session from "./session.js";

export const field = (id, label, control, hint) => h("div", { class: "field", "data-key": id }, h("label", { for: id }, label),
  control, hint && h("p", { id: `${id}-hint` }, hint));

export const check = (id, label, act, hint) => h("div", { class: "check", "data-key": id },
  h("input", { id, type: "checkbox", "data-act": act, "aria-describedby": hint ? `${id}-hint` : null }),
  h("label", { for: id }, label), hint && h("p", { id: `${id}-hint` }, hint));

export const choice = (id, label, act, options, chosen) => field(id, label, h("select", { id, "data-act": act },
  options.map(([value, text]) => h("option", { value, selected: value === chosen }, text ?? value))));

export const typed = (id, label, act, hint, more) => field(id, label, h("input", { id, type: "text", "data-act": act,
  autocomplete: "off", spellcheck: "false", "aria-describedby": hint ? `${id}-hint` : null, ...more }), hint);

// One thing at a time: a second click while something is asked does nothing; what went wrong stands in `local.failure`.
export const acting = (local, redraw) => (word, act) => async () => {
  if (local.busy) return;
  const before = document.activeElement;
  Object.assign(local, { busy: word, failure: null });
  redraw();
  try {
    await act();
  } catch (failure) {
    local.failure = failure;
  }
  local.busy = "";
  redraw();
  // A button that was disabled meanwhile, or has gone, lost the keyboard's place: it comes back, or goes to the answer.
  const place = before?.isConnected && before !== document.body ? before : document.getElementById("begun");
  if (place && (document.activeElement === document.body || !document.activeElement)) place.focus();
};

export const button = (local, name, text, more) => h("button", { type: "button", "data-act": name, disabled: Boolean(local.busy), ...more },
  local.busy === name ? "Asking…" : text);

// What every command bears: one request id as long as the same is asked for, so that a second click, or a second try
// after a lost answer, is the same command; and who asks.
export const asked = (local) => {
  local.request ??= crypto.randomUUID();
  return { requestId: local.request, ...caller() };
};

export const caller = () => (session.name() ? { requestedBy: session.name() } : {});

export const same = (one, other) => one.trim().toLowerCase() === other.toLowerCase();

export function begun(answer) {
  const runs = answer.protections ?? [];
  return h("div", { class: "panel good", role: "status", id: "begun", tabindex: "-1" }, h("h2", null, "It was asked for"),
    runs.length ? h("ul", null, runs.map((one) => h("li", null, vmLink(one.vmId), ` ${told(one.state ?? "pending")}`,
      one.wave !== undefined && `, wave ${one.wave}`, one.queued > 0 && `, behind ${count(one.queued, "other run")}`,
      one.note && ` ${one.note}`))) :
      h("p", null, h("a", { href: `#/drills/${answer.id}` }, answer.id), " is under way."),
    runs.length === 1 && h("p", null, "How it goes on stands on ", vmLink(runs[0].vmId, "the machine's page"), "."));
}
