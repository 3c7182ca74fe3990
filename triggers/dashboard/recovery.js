// Recovery plans, which tags make: their waves, what a failover of all of them would do, and how one goes on.

import { ask, query } from "./api.js";
import { h } from "./dom.js";
import { acting, asked, begun, button, caller, check, choice, same, typed } from "./forms.js";
import { foretold, planRun, problem, reasons, reasonsOf, waiting } from "./parts.js";
import { facts, table } from "./tables.js";
import { ago, count, moment, told, until, vmLink } from "./words.js";

const ACTIONS = [["drill", "Drill: test machines, probed and cleaned up, with evidence"], ["test", "Test: test machines that stay until they are cleaned up"],
  ["cleanup", "Clean up: take the test machines down"], ["planned", "Planned: shut them down, then start them on the other side"],
  ["unplanned", "Unplanned: start them on the other side as they stand"], ["cancel", "Cancel: take back failovers that are not committed"],
  ["commit", "Commit: make it final; the recovery points go"], ["reprotect", "Re-protect: replicate back to where they came from"],
  ["failback", "Fail back: bring them home"]];
const KINDS = ["test", "planned", "unplanned"];
const FORECAST = new Set([...KINDS, "drill"]);
const UNCONFIRMED = new Set(["drill", "test", "cleanup"]);
const OVER = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

const planLink = (name) => h("a", { href: `#/plan${query({ name })}` }, name);
const waves = (list) => h("ol", { class: "plain" }, list.map((one) => h("li", null, `Wave ${one.wave}: `,
  one.vmIds.map((id, at) => [at > 0 && ", ", vmLink(id)]))));
const latest = (name, one, over = false) => (one ? [told(one.action), " by ", one.requestedBy.name, ", ", ago(one.askedAt), " ",
  h("a", { href: planRun(name, one.id) }, one.underWay && !over ? "under way" : "over")] : "nothing yet");

export function plans() {
  return {
    title: "Recovery plans",
    sources: { plans: { path: "failovers/plans", every: 30_000 } },
    render({ plans: state }) {
      const { data } = state;
      if (!data) return [waiting(state)];
      return [
        data.plans.length ? table("Plans that tags make", [
          ["Plan", (one) => planLink(one.name)], ["Waves", (one) => waves(one.waves)],
          ["Protected", (one) => [`${one.protected} of ${one.vms}`, one.unread.length > 0 && `, ${one.unread.length} not told`]],
          ["Asked last", (one) => latest(one.name, one.lastRequest)],
          ["Worth knowing", (one) => one.reasons.length > 0 && reasons(one.reasons, "")]], data.plans, (one) => one.name) :
          h("p", { class: "panel" }, "No tags make a plan yet: asr-recovery-plan names it, asr-recovery-wave orders its machines."),
        data.reasons.length > 0 && h("section", { class: "panel warn" }, h("h2", null, "Of all plans"), reasons(data.reasons, "")),
        data.unclear.length > 0 && h("section", { class: "panel warn" }, h("h2", null, "In no plan: their tags cannot be understood"), reasonsOf(data.unclear)),
        data.unreadVaults.length > 0 && h("section", { class: "panel warn" }, h("h2", null, "Vaults that could not be asked"),
          h("ul", null, data.unreadVaults.map((one) => h("li", null, h("code", null, one))))),
        data.azurePlans.length > 0 && table("Site Recovery's own plans", [["Plan", (one) => one.name],
          ["Id", (one) => h("code", null, one.id)]], data.azurePlans, (one) => one.id)];
    },
  };
}

function standing({ data }, local) {
  if (!data) return null;
  const status = data.customStatus ?? {};
  const paused = status.step === "paused" && data.runtimeStatus === "Running";
  const over = OVER.has(data.runtimeStatus);
  const result = data.output?.result;
  const tone = paused ? "warn" : !over ? "busy" : result === "done" && !data.output.waves.some((one) => one.failed) ? "good" : "bad";
  return h("section", { class: `panel ${tone}`, "data-key": "run", "aria-labelledby": "run" }, h("h2", { id: "run" },
    paused ? "It waits for somebody" : over ? `It is over: ${result ?? data.runtimeStatus.toLowerCase()}` : "Under way"),
  h("p", null, h("code", null, data.instanceId), ", begun ", ago(data.createdTime)),
  !over && status.waves > 0 && h("p", null, h("progress", { max: status.waves, value: status.place - 1, "aria-label": "Waves" }),
    ` wave ${status.place} of ${status.waves}`, status.step === "wave" && `: ${status.begun} begun, ${status.underWay} under way, ${status.failed} failed`),
  paused && [h("p", null, `Wave ${status.place} of ${status.waves} begins when somebody lets it; the plan ends `, until(status.until), ` (${moment(status.until)}) if nobody does.`),
    typed("note", "Why (optional, kept with the run)", "note", null, { maxlength: 500 }),
    h("p", null, button(local, "resume", "Let the next wave begin"))],
  data.output?.waves?.length > 0 && table("Waves that are over", [["Wave", (one) => one.wave], ["Machines", (one) => one.vms, "number"],
    ["Failed", (one) => [one.failed, one.failed > 0 && `: ${one.failedVms.join(", ")}`]]], data.output.waves, (one) => one.wave),
  data.output?.resumed?.length > 0 && h("ul", null, data.output.resumed.map((one) =>
    h("li", null, `Before wave ${one.beforePlace}: let on by ${one.by ?? "somebody"}, ${moment(one.at)}${one.note ? `: ${one.note}` : ""}`))));
}

export function plan({ name = "", what = "", run = "" }, { go }) {
  const action = ACTIONS.some(([one]) => one === what) ? what : "drill";
  const local = { typed: "", note: "", network: "", pause: false, skip: false, plan: null, failure: null, started: null, busy: "" };
  const during = acting(local, () => view.redraw());
  const kind = KINDS.includes(action) && { kind: action };
  const network = () => ["drill", "test"].includes(action) && local.network && { testNetworkId: local.network };
  const look = during("look", async () => {
    const operation = action === "drill" ? "drill" : "failover";
    local.plan = (await ask("plans", { method: "POST", body: { plan: name, operation, ...kind, ...network() } })).data;
  });
  const begin = during("begin", async () => {
    const path = action === "drill" ? "drills" : kind ? "failovers" : `failovers/${action}`;
    const body = { plan: name, ...kind, ...network(), ...asked(local),
      ...(!UNCONFIRMED.has(action) && { confirm: local.typed.trim() }), ...(kind && local.plan && { planHash: local.plan.hash }),
      ...(kind && local.pause && { pauseBetweenWaves: true }), ...(action !== "drill" && local.skip && { skipRefused: true }) };
    const started = (await ask(path, { method: "POST", body })).data;
    if (action === "drill") local.started = started;
    else go(`#/plan${query({ name, run: started.id })}`);
  });
  const resume = during("resume", async () => {
    await ask(`runs/${encodeURIComponent(run)}/resume`, { method: "POST", body: { ...(local.note && { note: local.note }), ...caller() } });
    view.again();
  });
  const changed = (key, keeps) => ({ input(element, { target }) {
    if (!keeps) local.plan = null;
    Object.assign(local, { [key]: target.type === "checkbox" ? target.checked : target.value, request: undefined });
    view.redraw();
  } });

  const view = {
    title: `Recovery plan ${name}`,
    sources: {
      plans: { path: "failovers/plans", every: 30_000 },
      ...(run && { run: { path: `runs/${encodeURIComponent(run)}`, every: (data) => (OVER.has(data?.runtimeStatus) ? 0 : 4_000) } }),
    },
    acts: {
      what: { change: (element, { target }) => go(`#/plan${query({ name, what: target.value })}`, { keepFocus: true, replace: true }) },
      network: changed("network"), typed: changed("typed", true), note: changed("note", true), pause: changed("pause", true), skip: changed("skip", true),
      look: { click: look }, begin: { submit: begin }, resume: { click: resume },
    },
    render({ plans: state, run: running }) {
      const found = state.data?.plans.find((one) => one.name === name);
      const guarded = !UNCONFIRMED.has(action);
      const need = FORECAST.has(action) && !local.plan ? "Look at what would happen first."
        : FORECAST.has(action) && !local.plan.possible && !(local.skip && kind) ? "What stands against it has to be mended first, or left out."
          : guarded && !same(local.typed, name) && "Type the plan's name to confirm.";
      return [
        !state.data ? waiting(state) : found ? facts([["Waves", waves(found.waves), "whole"],
          ["Protected", `${found.protected} of ${count(found.vms, "machine")}`], ["Asked last", latest(name, found.lastRequest, found.lastRequest?.id === run && OVER.has(running?.data?.runtimeStatus))]]) :
          h("p", { class: "panel warn" }, "No tags make this plan now."),
        running && standing(running, local), local.started && begun(local.started), local.failure && problem(local.failure),
        !local.started && found && h("form", { class: "panel", "data-act": "begin", autocomplete: "off" },
          choice("what", "What", "what", ACTIONS, action),
          ["drill", "test"].includes(action) && typed("network", "Test network's id (optional)", "network", "An isolated network in the recovery region; without one, the profile's or each item's own."),
          kind && check("pause", "Pause between waves", "pause", "Each further wave waits until somebody lets it begin."),
          action !== "drill" && check("skip", "Leave out machines that cannot be followed", "skip", "Without it, one of them keeps all from beginning."),
          FORECAST.has(action) && h("p", null, button(local, "look", "Show what would happen")),
          local.plan && foretold(local.plan),
          guarded && typed("typed", `To confirm, type the plan's name: ${name}`, "typed", "This moves the machines or what protects them."),
          h("p", null, h("button", { type: "submit", class: guarded ? "danger" : "", disabled: Boolean(need || local.busy), "aria-describedby": "need" },
            local.busy === "begin" ? "Asking…" : `Begin: ${ACTIONS.find(([one]) => one === action)[1].split(":")[0]}`), h("span", { id: "need" }, need && ` ${need}`)))];
    },
  };
  return view;
}
