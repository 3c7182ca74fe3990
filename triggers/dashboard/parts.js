// What several views show alike: reasons, problems, commands to copy.

import { h } from "./dom.js";
import { mend } from "./mends.js";
import { ago, count, severity } from "./words.js";

export const command = (text) =>
  h("p", { class: "command" }, h("code", null, text),
    h("button", { type: "button", "data-act": "copy", "data-text": text, "aria-label": `Copy the command ${text}` }, "Copy"));

export function reason(one, vmId) {
  const fix = mend(one, vmId);
  const said = Object.entries(one.azure ?? {});
  return h("li", { "data-key": `${one.code}:${one.sentence}`, class: "reason" },
    h("p", null, severity(one.severity), " ", h("strong", null, one.code)),
    h("p", null, one.sentence),
    one.fix && h("p", { class: "fix" }, one.fix),
    fix && command(fix),
    said.length > 0 && h("details", { "data-key": "azure" }, h("summary", null, "In Azure's words"),
      said.map(([name, value]) => h("p", null, `${name}: ${value}`))));
}

export const reasons = (list, vmId) =>
  h("ul", { class: "reasons" }, list.map((one) => reason(one, vmId)));

export function problems(list) {
  if (!list?.length) return null;
  return h("section", { class: "panel warn", "aria-labelledby": "unread" },
    h("h2", { id: "unread" }, `${count(list.length, "thing")} could not be read`),
    h("ul", { class: "reasons" }, list.map((one) => h("li", { "data-key": `${one.kind}:${one.id}` },
      h("p", null, severity(one.severity), " ", h("strong", null, `${one.kind} ${one.id}`)),
      h("p", null, one.sentence), h("p", { class: "fix" }, one.fix),
      h("p", null, "Last read ", ago(one.lastRead))))));
}

// A problem of a request in words, with what it names.
export const problem = (one) =>
  h("div", { class: "panel bad", role: "alert" },
    h("p", null, h("strong", null, one.title || "That did not work"), one.code && ` (${one.code})`),
    h("p", null, one.message), one.fix && h("p", { class: "fix" }, one.fix),
    one.refused?.length > 0 && h("ul", { class: "reasons" },
      one.refused.flatMap(({ vmId, reasons: list }) => (list ?? []).map((each) => reason(each, vmId)))));

export const waiting = (state) =>
  state.data === undefined && !state.problem ? h("p", { class: "wait" }, "Reading…") : null;
