// One machine: how it stands and why, what mends it, what runs and ran, its replication, its plan, its recovery points.

import { ask, query } from "./api.js";
import { h } from "./dom.js";
import { differences } from "./drift.js";
import { acting, button } from "./forms.js";
import { command, planned, problem, problems, quoted, reasons, waiting, worded } from "./parts.js";
import { bars, facts, sparkline, table } from "./tables.js";
import { ago, badge, count, groupOf, lastPart, lasting, moment, told, until } from "./words.js";

function left(estimate) {
  if (!estimate) return null;
  const [low, high] = [lasting(estimate.low), lasting(estimate.high)];
  return `${low === high ? low : `${low} to ${high}`} left, by the last ${count(estimate.runs, "run")} of its kind here`;
}

function active(run, queued) {
  if (!run) return null;
  const { step, done, of, ensuring, waiting: others } = run.customStatus ?? {};
  return h("section", { class: "panel busy", "aria-labelledby": "now" }, h("h2", { id: "now" }, "Under way"),
    h("p", null, badge("running"), ` ${told(run.kind)}, step ${step ?? "to begin"}, since `, ago(run.first)),
    of > 0 && h("p", null, h("progress", { max: of, value: done, "aria-label": "Things of the foundation" }),
      ` ${done} of ${of} things of the foundation are there`),
    ensuring?.length > 0 && h("p", null, `Being made: ${ensuring.map(thing).join(", ")}`),
    others?.length > 0 && h("p", null, `Made by other runs: ${others.map(thing).join(", ")}`),
    left(run.secondsLeft) && h("p", null, left(run.secondsLeft)),
    queued > 0 && h("p", null, `${count(queued, "command")} waiting behind it`));
}

// "vault:site-recovery-vault~1b2c" is the vault called so.
const thing = (key) => {
  const [kind, ...rest] = key.split(":");
  return `${kind} ${rest.map((one) => one.split("~")[0]).join(" ")}`;
};

function health(item, state) {
  if (!item) return h("p", null, "It has no protected item.");
  return [
    facts([["State", `${item.stateDescription}${state === "enabling" && item.percent !== null ? `, ${item.percent} %` : ""}`], ["Health", item.health],
      ["RPO", item.rpoSeconds === null ? "not told" : [lasting(item.rpoSeconds), item.rpoAt && [", measured ", ago(item.rpoAt)]]],
      ["Recovery region", item.recoveryRegion], ["Recovery group", lastPart(item.recoveryResourceGroupId)],
      ["Recovery network", lastPart(item.recoveryNetworkId)], ["Disks", item.disks.map((one) => lastPart(one.id)).join(", ")]]),
    item.healthErrors.length > 0 && table("What Site Recovery says is wrong", [
      ["Code", (one) => one.code], ["Level", (one) => one.level], ["Message", (one) => one.message],
      ["Possible causes", (one) => one.possibleCauses], ["What it recommends", (one) => one.recommendedAction]],
    item.healthErrors, (one) => one.code)];
}

const steps = (run) => table(`Steps of ${run.run}`, [
  ["Step", (one) => one.step], ["Result", (one) => one.result],
  ["Took", (one) => (one.seconds === null ? "–" : lasting(one.seconds)), "number"], ["Calls", (one) => one.calls, "number"],
  ["Detail", (one) => [one.detail, one.faults.length > 0 && ` ${one.faults.join(" ")}`]]], run.steps);

const CAUSES = { http: "asked for over the API", sweep: "found by a sweep" };
const asker = ({ name, verified }) => (verified ? name : name === "unknown" ? "somebody who gave no name" : `${name} (by their own word)`);

function timeline(history) {
  const runs = history?.runs ?? [];
  if (!runs.length) return h("p", null, "No run is remembered.");
  const length = (run) => Math.max(0, (Date.parse(run.lastUpdatedAt) - Date.parse(run.createdAt)) / 1000);
  const tone = (run) => (["failed", "refused"].includes(run.state) ? "bad" : run.state ? "good" : "busy");
  return [
    runs.length > 1 && bars("took", "How long the latest runs took, the oldest first", ["Run", "Took"],
      [...runs].reverse().map((run) => [`${told(run.kind)} ${moment(run.createdAt)}`, length(run), lasting(length(run)), tone(run)])),
    h("ol", { class: "timeline" }, runs.map((run) => h("li", { "data-key": run.run },
      h("p", null, badge(run.state ?? "running"), " ", h("strong", null, told(run.kind)), " ", ago(run.last),
        run.count > 1 && `, ${run.count} runs since ${moment(run.first)}`),
      h("p", null, `by ${asker(run.requestedBy)}, `, run.event ? `because of ${run.event.operation}` : CAUSES[run.cause] ?? run.cause, run.planHash && `, by the plan ${run.planHash}`),
      run.outcome && h("p", null, worded(run.outcome.sentence)),
      run.steps.length > 0 && h("details", { "data-key": "steps" }, h("summary", null, count(run.steps.length, "step")), steps(run))))),
    history.total > runs.length && h("p", null, `${history.total} runs in all.`)];
}

const points = (vmId, { points: rows, total }) => [
  h("p", null, total ? `${count(total, "point")}, from ${moment(rows.at(-1).at)} on. Each can be failed over to.` : "There is none yet."),
  total > 2 && sparkline("ages", "Minutes between one point and the next, the oldest first", gaps(rows), 0, Math.max(...gaps(rows).map(([, gap]) => gap), 1)),
  total > 0 && h("div", { class: "long", tabindex: "0", role: "region", "aria-label": "The list of recovery points" }, table("Recovery points, the newest first", [
    ["Made", (one) => moment(one.at)], ["Would be lost", (one) => lasting(one.ageSeconds), "number"],
    ["App-consistent", (one) => (one.appConsistent ? "✓ yes" : "no")], ["Of the whole group", (one) => (one.multiVm ? "✓ yes" : "no")],
    ["Disks", (one) => one.disks || "not told", "number"],
    ["Do", (one) => h("a", { href: `#/failover${query({ id: vmId, what: "unplanned", point: one.id })}` }, "Fail over to it",
      h("span", { class: "unseen" }, `, made ${moment(one.at)}`))]], rows, (one) => one.id))];

// The pauses between points tell where replication stood still.
const gaps = (rows) => rows.slice(0, -1).map((one, at) => [moment(one.at), Math.round((Date.parse(one.at) - Date.parse(rows[at + 1].at)) / 60_000)])
  .map(([word, gap]) => [word, gap, `${gap} min`]).reverse();

const elsewhere = (data) => data.runningVmId && data.runningVmId.toLowerCase() !== data.vmId.toLowerCase();

const section = (id, head, ...content) =>
  h("section", { class: "panel", "data-key": id, "aria-labelledby": id }, h("h2", { id }, head), content);

export function machine({ id = "" }) {
  const local = { plan: null, planHash: null, points: null, failure: null, busy: "" };
  const during = acting(local, () => view.redraw());
  const to = (what) => `#/protection${query({ id, what })}`;
  const view = {
    title: lastPart(id) || "A machine",
    sources: {
      status: { path: `protections${query({ vmId: id })}`, every: (data) => (data?.activeRun ? 4_000 : 20_000) },
      history: { path: `protections/history${query({ vmId: id, limit: 20 })}`,
        every: (data) => (data?.runs.some((one) => !one.state) ? 4_000 : 20_000) },
      drift: { path: `drift${query({ vmId: id })}`, every: 60_000 },
    },
    acts: {
      plan: { click: during("plan", async () => {
        local.plan = (await ask("plans", { method: "POST", body: { vmIds: [id] }, accept: "text/plain" })).data;
      }) },
      points: { click: during("points", async () => {
        local.points = (await ask(`failovers/points${query({ vmId: id })}`)).data;
      }) },
    },
    render({ status, history, drift }) {
      const { data } = status;
      if (!data) return [waiting(status)];
      const name = lastPart(data.vmId);
      const made = Boolean(data.copyOf);
      return [
        h("p", { class: "lead" }, badge(data.state), data.deadline && [" ends ", until(data.deadline)],
          data.problems.length > 0 && [h("strong", null, " as it was last read"), ", ", ago(data.problems[0].lastRead)],
          !data.exists && " The machine does not exist.", data.side === "recovery" && " It runs on the recovery side."),
        facts([["Group", groupOf(data.vmId)], ["Profile", data.decision?.profile],
          ["Last outcome", data.lastOutcome && worded(data.lastOutcome.sentence), "whole"], ["Id", h("code", null, data.vmId), "whole"],
          ["Made by a failover of", data.copyOf && vmLink(data.copyOf), "whole"],
          ["Runs as", elsewhere(data) && h("code", null, data.runningVmId), "whole"]]),
        h("ul", { class: "deeds", "aria-label": "What can be done" }, [
          !data.protectedItem && data.exists && !made && ["Protect it", to("protect")],
          data.protectedItem && (data.state === "failed_over" ? /Committed$/.test(data.protectedItem.state) ?
            ["Re-protect it", `#/failover${query({ id: data.vmId, what: "reprotect" })}`] :
            ["Commit or cancel", `#/failover${query({ id: data.vmId, what: "commit" })}`] :
            ["Failover and drills", `#/failover${query({ id: data.vmId })}`]),
          (data.protectedItem || data.deadline) && ["End its protection", to("unprotect")],
          data.deadline && ["Keep it protected", to("protect")]].filter(Boolean).map(([text, href]) =>
          h("li", { "data-key": text }, h("a", { class: "button", href }, text)))),
        problems(data.problems), active(data.activeRun, data.queued), local.failure && problem(local.failure),
        (data.reasons.length > 0 || data.protectedItem) && section("reasons", data.reasons.length ? "Why, and what mends it" : "Nothing stands against it",
          data.reasons.length > 0 && reasons(data.reasons, data.vmId)),
        section("item", "Replication", health(data.protectedItem, data.state), data.rpo && facts([
          ["Objective", `${data.rpo.minutes} min, ${told(data.rpo.state)} since ${moment(data.rpo.since)}`],
          ["Newest recovery point", data.rpo.newestPointAt && ago(data.rpo.newestPointAt)]])),
        drift.data?.items.length > 0 && section("drift", "Not as it was asked for", differences(drift.data.items, `Differences of ${name}`),
          h("p", null, h("a", { class: "button", href: to("drift") }, "Put right"))),
        section("plan", "Plan", h("p", null, "What protecting it would take now. Nothing is written by looking. ", button(local, "plan", "Show the plan")),
          local.plan && planned(local.plan)),
        data.protectedItem && section("points", "Recovery points", h("p", null, button(local, "points", "Read the recovery points")),
          local.points && points(data.vmId, local.points)),
        section("runs", "Runs", history.data ? timeline(history.data) : waiting(history)),
        section("shell", "In a shell", command(`asr why ${quoted(name)} -g ${quoted(groupOf(data.vmId))}`))];
    },
  };
  return view;
}
