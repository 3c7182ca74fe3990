// Protect a machine, end its protection, or put differences right: the plan first, and only what was shown is begun.

import { ask, query } from "./api.js";
import { h } from "./dom.js";
import { differences } from "./drift.js";
import { acting, asked, begun, button, check, choice, same, typed } from "./forms.js";
import { planned, problem, waiting } from "./parts.js";
import { badge, count, groupOf, lastPart, vmLink } from "./words.js";

const ACTIONS = [["protect", "Protect it"], ["unprotect", "End its protection"], ["drift", "Put differences right, in place"]];
const HOW = {
  untag: ["Set a tag that still asks to false", "Without it, a machine whose tag asks is refused: the next look would protect it again."],
  cleanUp: ["Remove what was made for it on the recovery side", "As far as nobody else uses it."],
  startToDisable: ["Start a stopped machine for it", "It is stopped again afterwards."],
  force: ["Purge it if the orderly way fails", "What stays behind is then put away by id."],
};
const WORDS = { protect: "Protect", unprotect: "End the protection", drift: "Put right" };

// Of a plan that people read: its hash, and whether it is refused.
const hashOf = (text) => /^plan hash: ([0-9a-f]{32})$/m.exec(text)?.[1];
const refusedIn = (text) => /^\S.*: refuse$/m.test(text);

export function protection({ id = "", what = "" }, { go }) {
  const name = lastPart(id);
  const action = ACTIONS.some(([one]) => one === what) ? what : "protect";
  const ends = action === "unprotect";
  const local = { profile: "", region: "", days: "", typed: "", plan: null, failure: null, started: null, busy: "" };

  const choices = () => ({
    ...(local.profile && { profile: local.profile }),
    ...(local.region && { overrides: { "recovery-region": local.region } }),
  });
  const how = () => Object.fromEntries(Object.keys(HOW).filter((one) => local[one]).map((one) => [one, true]));
  const during = acting(local, () => view.redraw());
  const look = during("look", async () => {
    local.plan = null;
    const body = { vmIds: [id], ...(ends ? { operation: "unprotect", ...how() } : choices()) };
    local.plan = (await ask("plans", { method: "POST", body, accept: "text/plain" })).data;
  });
  const begin = during("begin", async () => {
    const hash = local.plan && { planHash: hashOf(local.plan) };
    const sent = { ...hash, ...asked(local) };
    if (ends) {
      const path = `protections${query({ vmId: id, graceDays: local.days, ...how(), ...sent })}`;
      local.started = (await ask(path, { method: "DELETE" })).data;
    } else {
      const [path, more] = action === "drift" ? ["drift", {}] : ["protections", choices()];
      local.started = (await ask(path, { method: "POST", body: { vmIds: [id], ...more, ...sent } })).data;
    }
  });
  // What is chosen otherwise is another command, and what was shown is not its plan.
  const changed = (key) => (element, event) => {
    const value = event.target.type === "checkbox" ? event.target.checked : event.target.value.trim();
    if (key !== "typed" && key !== "days") local.plan = null;
    Object.assign(local, { [key]: value, request: undefined });
    view.redraw();
  };
  const listens = (key) => ({ input: changed(key) });

  const view = {
    title: `Protection of ${name}`,
    sources: {
      status: { path: `protections${query({ vmId: id })}`, every: 10_000 },
      ...(action === "drift" && { drift: { path: `drift${query({ vmId: id })}`, every: 30_000 } }),
      ...(action === "protect" && { targets: { path: `targets${query({ vmId: id, kind: "region" })}`, every: 0 } }),
    },
    acts: {
      what: { change: (element, event) => go(`#/protection${query({ id, what: event.target.value })}`, { keepFocus: true, replace: true }) },
      look: { click: look }, begin: { submit: begin },
      ...Object.fromEntries(["profile", "region", "days", "typed", ...Object.keys(HOW)].map((key) => [key, listens(key)])),
    },
    render({ status, drift, targets }) {
      const { data } = status;
      const found = drift?.data?.items ?? [];
      const refused = local.plan !== null && refusedIn(local.plan);
      const need = action === "drift" ? !found.length && "Nothing differs."
        : local.plan === null ? "Look at what would happen first."
          : refused ? "What stands against it has to be mended first." : ends && !same(local.typed, name) && "Type the name to confirm.";
      return [
        data ? h("p", { class: "lead" }, vmLink(id), ` in ${groupOf(id)} `, badge(data.state)) : waiting(status),
        local.started && begun(local.started), local.failure && problem(local.failure),
        !local.started && h("form", { class: "panel", "data-act": "begin", autocomplete: "off" },
          choice("what", "What", "what", ACTIONS, action),
          action === "protect" && byChoice(targets), ends && byEnd(local),
          action === "drift" && (found.length ? [differences(found, `Differences of ${name}`), h("p", null,
            `${count(found.length, "difference")}. What Site Recovery takes in place is written; what takes a new beginning is left, and told.`)] :
            drift?.data && h("p", null, "Everything is as it was asked for.")),
          action !== "drift" && h("p", null, button(local, "look", "Show what would happen")),
          local.plan !== null && planned(local.plan),
          ends && typed("typed", `To confirm, type the machine's name: ${name}`, "typed",
            "All of its recovery points are deleted with its protected item."),
          h("p", null, h("button", { type: "submit", class: ends ? "danger" : "", disabled: Boolean(need || local.busy), "aria-describedby": "need" },
            local.busy === "begin" ? "Asking…" : WORDS[action]), h("span", { id: "need" }, need && ` ${need}`)))];
    },
  };
  return view;
}

const byChoice = (targets) => [
  typed("profile", "Profile (optional)", "profile", "A profile's name; without one, what its tag asks for, else the default.", { maxlength: 64 }),
  choice("region", "Recovery region", "region", [["", "by its tags and the rules"], ...(targets.data?.targets ?? [])
    .filter((one) => one.suitable).map((one) => [one.name, `${one.name}: ${one.reason}`])], ""),
];

const byEnd = (local) => [
  typed("days", "After days (optional)", "days", "Without a number it ends at once: somebody asks. Until then it can be called off by protecting it.",
    { type: "number", min: 0, max: 365, step: "any", value: local.days }),
  h("fieldset", null, h("legend", null, "How"), Object.entries(HOW).map(([key, [label, hint]]) => check(key, label, key, hint))),
];
