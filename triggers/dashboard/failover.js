// Failover and what follows it, one machine at a time, with the API's own guard: what moves a machine is confirmed by
// its name. What would happen is shown first, and only that is begun: the forecast's hash goes with the command.

import { ask, query } from "./api.js";
import { h } from "./dom.js";
import { acting, asked, begun, field, same } from "./forms.js";
import { foretold, problem, waiting } from "./parts.js";
import { badge, groupOf, lastPart, vmLink } from "./words.js";

const ACTIONS = {
  drill: ["Drill: a test machine, probed and cleaned up, with evidence", "drills"],
  test: ["Test: a test machine that stays until it is cleaned up", "failovers"],
  cleanup: ["Clean up: take the test machine down", "failovers/cleanup"],
  planned: ["Planned: shut it down, then start it on the other side", "failovers"],
  unplanned: ["Unplanned: start it on the other side as it stands", "failovers"],
  cancel: ["Cancel: take back a failover that is not committed", "failovers/cancel"],
  point: ["Another recovery point, before the commit", "failovers/point"],
  commit: ["Commit: make it final; the recovery points go", "failovers/commit"],
  reprotect: ["Re-protect: replicate back to where it came from", "failovers/reprotect"],
  failback: ["Fail back: bring it home", "failovers/failback"],
};
const UNCONFIRMED = new Set(["drill", "test", "cleanup"]);
const FORECAST = new Set(["test", "planned", "unplanned"]);
const FORETOLD = new Set([...FORECAST, "drill"]); // of a drill it may be looked at, and need not be
const WITH_POINT = new Set(["drill", "test", "unplanned", "point"]);
const POINTS = ["latest", "latestProcessed", "latestCrashConsistent", "latestAppConsistent"];

export function failover({ id = "", what = "", point = "" }, { go }) {
  const name = lastPart(id);
  const action = Object.hasOwn(ACTIONS, what) ? what : "drill";
  const local = { point: point || POINTS[action === "point" ? 1 : 0], network: "", typed: "", plan: null, failure: null, started: null, busy: "" };

  const choices = () => ({
    ...(FORECAST.has(action) && { kind: action }),
    ...(WITH_POINT.has(action) && (action === "point" || local.point !== POINTS[0]) && { recoveryPoint: local.point }),
    ...(["drill", "test"].includes(action) && local.network && { testNetworkId: local.network }),
  });
  const during = acting(local, () => view.redraw());
  const look = during("look", async () => {
    local.plan = (await ask("plans", { method: "POST", body: { vmIds: [id], operation: action === "drill" ? "drill" : "failover", ...choices() } })).data;
  });
  const begin = during("begin", async () => {
    const confirmed = UNCONFIRMED.has(action) ? {} : { confirm: local.typed.trim() };
    const hash = local.plan && FORECAST.has(action) ? { planHash: local.plan.hash } : {};
    const sent = { vmIds: [id], ...choices(), ...confirmed, ...hash, ...asked(local) };
    local.started = (await ask(ACTIONS[action][1], { method: "POST", body: sent })).data;
  });
  const changed = (key) => (element, event) => {
    if (local[key] !== event.target.value && key !== "typed") local.plan = null;
    Object.assign(local, { [key]: event.target.value, request: undefined });
    view.redraw();
  };

  const view = {
    title: `Failover of ${name}`,
    sources: { status: { path: `protections${query({ vmId: id })}`, every: 10_000 } },
    acts: {
      what: { change: (element, event) => go(`#/failover${query({ id, what: event.target.value, point })}`, { keepFocus: true, replace: true }) },
      point: { change: changed("point") }, network: { change: changed("network") }, typed: { input: changed("typed") },
      look: { click: look }, begin: { submit: begin },
    },
    render({ status }) {
      const { data } = status;
      // What its state does not allow is not offered; while that is not known, everything is.
      const offered = data?.allowedOperations;
      const possible = !offered || offered.includes(action);
      const guarded = !UNCONFIRMED.has(action);
      const ready = (!guarded || same(local.typed, name)) && (!FORECAST.has(action) || local.plan?.possible);
      return [
        data ? h("p", { class: "lead" }, vmLink(id), ` in ${groupOf(id)} `, badge(data.state),
          data.protectedItem && ` ${data.protectedItem.stateDescription}, health ${data.protectedItem.health}`) : waiting(status),
        local.started && begun(local.started),
        local.failure && problem(local.failure),
        !local.started && h("form", { class: "panel", "data-act": "begin", autocomplete: "off" },
          field("what", "What", h("select", { id: "what", name: "what", "data-act": "what" }, Object.entries(ACTIONS).filter(
            ([value]) => value === action || !offered || offered.includes(value)).map(([value, [text]]) => h("option", { value, selected: value === action }, text))),
          !possible && `Its state does not allow this now. ${offered.length ? "What else is listed, it does." : "It allows nothing."}`),
          WITH_POINT.has(action) && field("point", "Recovery point", h("select", { id: "point", "data-act": "point" },
            [...POINTS.filter((one) => action !== "point" || one !== "latest"), ...(point ? [point] : [])].map((one) =>
              h("option", { value: one, selected: one === local.point }, one === point ? `the one that was chosen: ${lastPart(one)}` : one)))),
          ["drill", "test"].includes(action) && field("network", "Test network's id (optional)",
            h("input", { id: "network", type: "text", "data-act": "network", autocomplete: "off", "aria-describedby": "network-hint" }),
            "An isolated network in the recovery region; without one, the profile's or the item's own."),
          FORETOLD.has(action) && h("p", null, h("button", { type: "button", "data-act": "look", disabled: Boolean(local.busy) },
            local.busy === "look" ? "Asking…" : "Show what would happen")),
          local.plan && FORETOLD.has(action) && foretold(local.plan),
          guarded && field("typed", `To confirm, type the machine's name: ${name}`,
            h("input", { id: "typed", type: "text", "data-act": "typed", autocomplete: "off", spellcheck: "false", "aria-describedby": "typed-hint" }),
            "This moves the machine or what protects it."),
          h("p", null, h("button", { type: "submit", class: guarded ? "danger" : "", disabled: !ready || Boolean(local.busy), "aria-describedby": "need" },
            local.busy === "begin" ? "Asking…" : `Begin: ${ACTIONS[action][0].split(":")[0]}`),
          h("span", { id: "need" }, !ready && (FORECAST.has(action) && !local.plan ? " Look at what would happen first." :
            FORECAST.has(action) && !local.plan.possible ? " What stands against it has to be mended first." : " Type the name to confirm."))))];
    },
  };
  return view;
}
