// What several views show alike: reasons, problems, plans, commands to copy.

import { h } from "./dom.js";
import { ago, count, lastPart, moment, severity, vmLink } from "./words.js";

// A word of a shell as it is: names come from Azure, and a tag's value from anybody.
export const quoted = (text) => (/^[\w./:=-]+$/.test(text) ? text : `'${String(text).replaceAll("'", "'\\''")}'`);

// The command that mends what a reason tells, as the API gives it, with this machine's id and name in it.
function mend({ command: told }, vmId) {
  if (typeof told !== "string" || !told) return null;
  const values = { VM: String(vmId), NAME: lastPart(vmId) };
  return told.replaceAll(/\$(VM|NAME)\b/g, (_, place) => quoted(values[place]));
}

export const command = (text) =>
  h("p", { class: "command" }, h("code", null, text),
    h("button", { type: "button", "data-act": "copy", "data-text": text, "aria-label": `Copy the command ${text}` }, "Copy"));

const NAMED = /(\/subscriptions\/[^/\s]+\/resourceGroups\/[^/\s]+\/providers\/Microsoft\.Compute\/virtualMachines\/[\w.-]*\w|\bdrill-[0-9a-f]{16}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))/i;

const isTime = (part) => /^\d{4}-/.test(part);

// A sentence in which machines and drills lead to their views; a machine is called by its name, a time as people read it.
export const worded = (text) => String(text).split(NAMED).map((part, at) => {
  if (at % 2 === 0) return part;
  if (isTime(part)) return h("time", { datetime: part, title: part }, moment(part));
  return part.startsWith("/") ? h("span", { title: part }, vmLink(part)) : h("a", { href: `#/drills/${part}` }, part);
});

// The same where a link would stand in a link, or be cut off.
export const shortened = (text) => String(text).replaceAll(new RegExp(NAMED, "gi"), (part) => (isTime(part) ? moment(part) : lastPart(part)));

export function reason(one, vmId) {
  const fix = mend(one, vmId);
  const said = Object.entries(one.azure ?? {});
  return h("li", { "data-key": `${one.code}:${one.sentence}`, class: "reason" },
    h("p", null, severity(one.severity), " ", h("strong", null, one.code)),
    h("p", null, worded(one.sentence)),
    one.fix && h("p", { class: "fix" }, one.fix),
    fix && command(fix),
    said.length > 0 && h("details", { "data-key": "azure" }, h("summary", null, "In Azure's words"),
      said.map(([name, value]) => h("p", null, `${name}: ${value}`))));
}

export const reasons = (list, vmId) =>
  h("ul", { class: "reasons" }, list.map((one) => reason(one, vmId)));

// The reasons of several machines, each with the machine that it is about.
export const reasonsOf = (machines) => machines.filter((one) => one.reasons?.length).map((one) =>
  h("div", { "data-key": `of:${one.vmId}` }, h("h3", null, vmLink(one.vmId)), reasons(one.reasons, one.vmId)));

export function problems(list) {
  if (!list?.length) return null;
  return h("section", { class: "panel warn", "aria-labelledby": "unread" },
    h("h2", { id: "unread" }, `${count(list.length, "thing")} could not be read`),
    h("ul", { class: "reasons" }, list.map((one) => h("li", { "data-key": `${one.kind}:${one.id}` },
      h("p", null, severity(one.severity), " ", h("strong", null, `${one.kind} ${one.id}`)),
      h("p", null, one.sentence), h("p", { class: "fix" }, one.fix),
      h("p", null, "Last read ", ago(one.lastRead))))));
}

// A problem of a request in words, with what it names: machines with their reasons, what has moved, the plan's run.
export const problem = (one) =>
  h("div", { class: "panel bad", role: "alert", "data-key": "failure" },
    h("p", null, h("strong", null, one.title || "That did not work"), one.code && ` (${one.code})`),
    h("p", null, one.message), one.fix && h("p", { class: "fix" }, one.fix),
    one.retryAfter && h("p", null, `It asks to wait ${count(one.retryAfter, "second")}.`),
    one.plan && one.runId && h("p", null, h("a", { href: planRun(one.plan, one.runId) }, "See that run")),
    one.diff.length > 0 && h("ul", null, one.diff.map((moved) => h("li", null, moved.sentence))),
    reasonsOf(one.refused));

export const planRun = (plan, run) => `#/plan?${new URLSearchParams({ name: plan, run })}`;

const SIGNS = { "+": "good", "~": "busy", "-": "bad", "!": "bad", "=": "calm", "?": "busy" };

// A plan as `asr plan` shows it, each line in the colour of its sign.
export const planned = (text) => h("pre", { class: "plan", tabindex: "0", role: "region", "aria-label": "The plan" },
  text.split("\n").map((line) => h("span", { class: (/^ {2}[-+~=!?] /.test(line) && SIGNS[line[2]]) || null }, `${line}\n`)));

// What a failover or a drill would do, as `asr plan` shows it; of what stands against it, what mends it stands below.
export const foretold = (plan) => h("section", { class: `panel ${plan.possible ? "good" : "bad"}`, "data-key": "forecast", "aria-labelledby": "forecast" },
  h("h2", { id: "forecast" }, plan.possible ? "What would happen" : "It cannot be begun as it is"),
  planned([...plan.vms.flatMap((one) => [...one.lines, ""]), ...plan.lines, plan.summary].join("\n")),
  !plan.possible && reasonsOf(plan.vms));

export const waiting = (state) =>
  state.data === undefined && !state.problem ? h("p", { class: "wait" }, "Reading…") : null;
