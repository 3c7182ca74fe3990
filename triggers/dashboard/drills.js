// Drills, and what each of them showed: gates, probes, times, clean-up, and where its evidence stands.

import { ask, query } from "./api.js";
import { h } from "./dom.js";
import { acting, button, caller, typed } from "./forms.js";
import { problem, reasons, waiting, worded } from "./parts.js";
import { bars, facts, table } from "./tables.js";
import { ago, badge, count, instant, lasting, moment, vmLink } from "./words.js";

const seconds = (value) => (value === null || value === undefined ? "not measured" : lasting(value));

export function drills(given) {
  return {
    title: "Drills",
    sources: {
      drills: { path: `drills${query({ top: 50, continuation: given.continuation })}`, every: 30_000 },
      chain: { path: "evidence?top=100", every: 300_000 },
    },
    render({ drills: state, chain }) {
      const { data } = state;
      if (!data) return [waiting(state)];
      const kept = chain.data;
      return [
        data.drills.length ? table("Drills, the latest first", [
          ["Drill", (one) => h("a", { href: `#/drills/${one.id}` }, one.id)], ["Result", (one) => badge(one.status)],
          ["Machines", (one) => `${one.passed} of ${one.total} passed`],
          ["Asked by", (one) => one.requestedBy.name], ["Asked", (one) => ago(one.askedAt)]], data.drills, (one) => one.id) :
          h("p", { class: "panel" }, "There was no drill yet. A machine's page begins one."),
        data.continuation && h("nav", { class: "turning", "aria-label": "Pages of the drills" },
          h("a", { href: `#/drills${query({ continuation: data.continuation })}` }, "Older drills")),
        kept && h("section", { class: `panel ${kept.whole ? "" : "bad"}`, "aria-labelledby": "chain" },
          h("h2", { id: "chain" }, "The chain of evidence"),
          h("p", null, `${count(kept.checked, "document")} checked of ${kept.total}: ${kept.whole ?
            "all are as they were written." : "not all are as they were written."}`),
          kept.problems.length > 0 && h("ul", null, kept.problems.map((one) => h("li", null, `Document ${one.number}: ${one.problem}`))))];
    },
  };
}

const gates = (list) => table("Gates: what had to hold before", [
  ["Gate", (one) => one.name],
  ["Holds", (one) => (one.holds === null ? "not told" : one.holds ? "✓ yes" : "✕ no")],
  ["Read", (one) => h("code", null, one.read)]], list);

const probes = (list) => table("Probes of the test machine", [
  ["Probe", (one) => one.kind], ["Where", (one) => one.where],
  ["Result", (one) => (one.passedAt ? `✓ passed ${instant(one.passedAt)}` : `✕ ${one.problem ?? "never passed"}`)],
  ["Tries", (one) => one.attempts, "number"]], list);

function part(one) {
  const left = Object.entries(one.cleanUp.reads);
  return h("section", { class: "panel", "data-key": one.run, "aria-label": `Part of ${one.vmId}` },
    h("h2", null, vmLink(one.vmId), " ", badge(one.status)),
    facts([
      ["Recovery time", [seconds(one.rtoSeconds), one.target.rtoMinutes && ` (target ${one.target.rtoMinutes} min)`]],
      ["Age of the recovery point", [seconds(one.rpoSeconds), one.target.rpoMinutes && ` (target ${one.target.rpoMinutes} min)`]],
      ["Recovery point", one.recoveryPoint && moment(one.recoveryPoint)],
      ["Test machine", one.testVmId && h("code", null, one.testVmId), "whole"],
      ["Network", one.networkId && h("code", null, one.networkId), "whole"],
      ["Cleaned up", one.cleanUp.done ? ["✓ yes, ", ago(one.cleanUp.at)] : "✕ not yet"]]),
    one.reasons.length > 0 && reasons(one.reasons, one.vmId),
    one.probes.length > 0 && probes(one.probes),
    h("details", { "data-key": "gates" }, h("summary", null, "Gates, timeline and what shows that nothing is left"),
      one.gates.length > 0 && gates(one.gates),
      one.timeline.length > 0 && table("Timeline", [["At", (line) => instant(line.at)], ["What", (line) => worded(line.what)],
        ["Told by", (line) => line.source]], one.timeline),
      left.length > 0 && table("Reads after the clean-up", [["Id", ([id]) => id],
        ["Found", ([, there]) => (there === null ? "not told" : there ? "✕ still there" : "✓ gone")]], left)));
}

export function drill(id) {
  const local = { note: "", failure: null, busy: "" };
  const path = `drills/${encodeURIComponent(id)}`;
  const during = acting(local, () => view.redraw());
  const view = {
    title: "A drill and its evidence",
    sources: { drill: { path, every: (data) => (data && data.status !== "running" ? 0 : 5_000) } },
    acts: {
      save: { click: during("save", async () => save(`${id}.html`, (await ask(path, { accept: "text/html" })).data)) },
      note: { input: (element) => { local.note = element.value; } },
      off: { submit: during("off", async () => {
        await ask(`${path}/cancel`, { method: "POST", body: { ...(local.note.trim() && { note: local.note.trim() }), ...caller() } });
        view.again();
      }) },
    },
    render({ drill: state }) {
      const { data } = state;
      if (!data) return [waiting(state)];
      const measured = data.machines.filter((one) => one.rtoSeconds !== null);
      return [
        local.failure && problem(local.failure),
        facts([["Drill", data.id], ["Result", badge(data.status)], ["Asked by", data.requestedBy.name],
          ["Asked", [moment(data.askedAt), ", ", ago(data.askedAt)]], ["Machines", `${data.passed} of ${data.total} passed`],
          ["Evidence", data.evidence ? ["document ", data.evidence.number, ", SHA-256 ",
            h("code", null, data.evidence.hash)] : "once all parts are closed", "whole"]]),
        data.calledOff && h("p", { class: "panel warn" }, `Called off by ${data.calledOff.by.name ?? data.calledOff.by}, `, ago(data.calledOff.at),
          data.calledOff.note && `: ${data.calledOff.note}`, data.status === "running" && ". What has come up is cleaned up."),
        data.status === "running" && !data.calledOff && h("form", { class: "panel", "data-act": "off", autocomplete: "off" },
          typed("note", "Why it is called off (optional)", "note", "Nothing more of it begins, and every test machine that has come up is cleaned up.", { maxlength: 500 }),
          h("p", null, h("button", { type: "submit", class: "danger", disabled: Boolean(local.busy) }, local.busy === "off" ? "Asking…" : "Call it off"))),
        h("p", null, button(local, "save", "Save as a page to print")),
        measured.length > 1 && h("section", { class: "panel" }, h("h2", null, "Recovery times"),
          bars("rto", "Recovery time by machine", ["Machine", "Time"],
            measured.map((one) => [one.vmId.split("/").pop(), one.rtoSeconds, lasting(one.rtoSeconds), one.status === "passed" ? "good" : "bad"]))),
        data.machines.map(part)];
    },
  };
  return view;
}

// The document is saved and not shown: it is a page of its own, and this one shows no markup that came from elsewhere.
function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/html" }));
  const link = h("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
