// The overview: what needs somebody, in tiles, each leading to the machines that it counts.

import { h } from "./dom.js";
import { problems, waiting } from "./parts.js";
import { measured, sparkline, stackedBar, table } from "./tables.js";
import { STATES, ago, badge, count, lasting, moment, share, told, until, vmLink } from "./words.js";

const OLD = 7_200_000; // milliseconds: sweeps come every few minutes, so that something keeps them from coming
const IN_PROGRESS = ["enabling", "pending", "disabling"];

const tile = (key, label, value, more, { href, tone = "" } = {}) =>
  h("li", { "data-key": key, class: `tile ${tone}` },
    h("h3", null, href ? h("a", { href }, label) : label), h("p", { class: "value" }, value), h("p", null, more));

const link = (state, text) => h("a", { href: `#/fleet?state=${state}` }, text);

function tiles(sum) {
  const number = (...states) => states.reduce((total, state) => total + (sum.states[state] ?? 0), 0);
  const refused = Object.entries(sum.refusals ?? {});
  const busy = IN_PROGRESS.filter((state) => sum.states[state]);
  const worst = sum.worstRpo;
  const { verified, overdue, changed, never } = sum.drills;
  return h("ul", { class: "tiles" },
    tile("covered", "Asked and protected", `${sum.covered} of ${sum.asked}`,
      sum.asked ? `${share(sum.coverage)} of what somebody asked for` : "Nobody asks for protection yet.",
      { href: "#/fleet", tone: sum.covered < sum.asked ? "warn" : "good" }),
    tile("progress", "In progress", number(...IN_PROGRESS),
      busy.length ? busy.map((state, at) => [at ? ", " : "", link(state, `${sum.states[state]} ${told(state)}`)]) :
        "Nothing is under way.", { tone: busy.length ? "busy" : "" }),
    tile("refused", "Refused", number("refused", "failed"), refused.length ? h("ul", { class: "plain" },
      refused.slice(0, 4).map(([code, many]) => h("li", null, `${many} × ${code}`)),
      refused.length > 4 && h("li", null, `and ${count(refused.length - 4, "other reason")}`)) : "Nothing is refused.",
    { href: "#/fleet?state=refused", tone: number("refused", "failed") ? "bad" : "" }),
    tile("unhealthy", "Unhealthy", number("unhealthy"), sum.stuck ? `${sum.stuck} stuck in initial replication` :
      "Protected, and could not be failed over as it should.",
    { href: "#/fleet?state=unhealthy", tone: number("unhealthy") ? "bad" : "" }),
    tile("orphaned", "Orphaned", sum.orphaned, "Protected, and the machine is gone or another one.",
      { href: "#/fleet?state=orphaned", tone: sum.orphaned ? "warn" : "" }),
    tile("drift", "Drift waiting", sum.drifted, sum.drifted ? "Machines that are not as they were asked for." :
      "Everything is as it was asked for.", { href: "#/drift", tone: sum.drifted ? "warn" : "" }),
    tile("grace", "Ending", sum.ending, sum.nextDeadline ? [vmLink(sum.nextDeadline.vmId), " ends ",
      until(sum.nextDeadline.at)] : "No protection is to end.", { href: "#/fleet?state=grace", tone: sum.ending ? "warn" : "" }),
    tile("rpo", "Worst RPO", worst ? lasting(worst.seconds) : "–", worst ? [vmLink(worst.vmId), ", measured ", ago(worst.at)] :
      "No recovery point is known.", { tone: sum.rpo.breached ? "bad" : "" }),
    tile("drill", "Last good drill", ago(sum.lastDrill), `${verified} verified, ${overdue} overdue, ${changed} changed since, ${never} never`,
      { href: "#/drills", tone: overdue + changed + never ? "warn" : "good" }),
    tile("sweep", "Last sweep", ago(sum.lastSweep), ["The fleet was read ", ago(sum.asOf)],
      { tone: Date.now() - Date.parse(sum.asOf) > OLD ? "bad" : sum.problems.length ? "warn" : "" }));
}

const parts = (states) =>
  Object.keys(STATES).filter((state) => states[state]).map((state) => [told(state), states[state], STATES[state][2]]);

const whyRefused = (refusals) => table("Refused machines by reason", [
  ["Reason", ([code]) => code], ["Machines", ([, many]) => measured(many, refusals[0][1], "bad")]], refusals, ([code]) => code);

function objectives(sum) {
  const months = Object.entries(sum.rpo.attainment);
  if (!sum.rpo.objectives) return null;
  return h("section", { class: "panel", "aria-labelledby": "objectives" },
    h("h2", { id: "objectives" }, "Recovery point objectives"),
    h("p", null, `${sum.rpo.objectives} set: ${sum.rpo.met} met, ${sum.rpo.breached} breached, ${sum.rpo.unknown} unknown.`),
    months.length > 0 && sparkline("attainment", "Share of the time met",
      months.map(([month, value]) => [month, value, share(value)]), 0, 1));
}

function ending(state) {
  const rows = state.data?.protections ?? [];
  if (!rows.length) return null;
  return h("section", { class: "panel", "aria-labelledby": "ending" }, h("h2", { id: "ending" }, "Ends soon"),
    table("Protections that end at a deadline", [
      ["Machine", (row) => vmLink(row.vmId, row.name)], ["Ends", (row) => until(row.deadline)],
      ["At", (row) => moment(row.deadline)]], rows, (row) => row.vmId));
}

function lastDrills(state) {
  const rows = state.data?.drills ?? [];
  if (!rows.length) return null;
  return h("section", { class: "panel", "aria-labelledby": "recent" }, h("h2", { id: "recent" }, "Latest drills"),
    table("The latest drills", [
      ["Drill", (row) => h("a", { href: `#/drills/${row.id}` }, row.id)], ["Result", (row) => badge(row.status)],
      ["Machines", (row) => `${row.passed} of ${row.total} passed`], ["Asked", (row) => ago(row.askedAt)]],
    rows, (row) => row.id));
}

export function overview() {
  return {
    title: "Overview",
    sources: {
      summary: { path: "summary", every: 15_000 },
      grace: { path: "protections?state=grace&top=5", every: 60_000 },
      drills: { path: "drills?top=5", every: 60_000 },
    },
    render({ summary, grace, drills }) {
      const sum = summary.data;
      if (!sum) return [waiting(summary)];
      const states = parts(sum.states);
      return [
        h("section", { "aria-labelledby": "standing" }, h("h2", { id: "standing", class: "unseen" }, "How the fleet stands"),
          tiles(sum)), problems(sum.problems),
        states.length > 0 && h("section", { class: "panel", "aria-labelledby": "states" }, h("h2", { id: "states" }, "States"),
          stackedBar("states-bar", "Machines by state", states)),
        Object.keys(sum.refusals ?? {}).length > 0 && h("section", { class: "panel", "aria-labelledby": "why" },
          h("h2", { id: "why" }, "Why machines are refused"),
          whyRefused(Object.entries(sum.refusals))),
        objectives(sum), ending(grace), lastDrills(drills)];
    },
  };
}
