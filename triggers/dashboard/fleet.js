// The fleet, page by page. Its filters stand in the address, so that a view can be sent to somebody and gone back to.

import { query } from "./api.js";
import { h } from "./dom.js";
import { problems, shortened, waiting } from "./parts.js";
import { table } from "./tables.js";
import { STATES, ago, badge, count, lasting, told, until, vmLink } from "./words.js";

const FILTERS = ["search", "state", "health", "region", "resourceGroup", "minRpo"];
const FIELDS = [...FILTERS, "sort"];
// By what the fleet can be ordered: the column, and how it begins when it is chosen: what needs somebody comes first.
const ORDERS = { Machine: "name", State: "state", Health: "health", RPO: "-rpo", Group: "resourceGroup", Region: "region", "Last drill": "drill" };
const PAGE = 100;
const FLEET_STATES = Object.keys(STATES);

// The pages of these filters that were shown, for the way back.
const trail = { of: "", tokens: [] };

// What was shown last, for the moment in which the same machines come in another order: the keyboard keeps its place.
const before = { of: "", data: null };

const option = (value, text, chosen) => h("option", { value, selected: value === chosen }, text);

function field(name, label, control) {
  control.id = `filter-${name}`;
  control.name = name;
  return h("div", { class: "field" }, h("label", { for: control.id }, label), control);
}

const text = (name, label, given, more) => field(name, label, h("input", { type: "search", value: given[name], ...more }));

function filters(given) {
  return h("form", { class: "filters", role: "search", "data-act": "filter", "aria-label": "Filter the fleet" },
    text("search", "Name contains", given, { autocomplete: "off", spellcheck: "false" }),
    field("state", "State", h("select", null, option("", "any", given.state),
      FLEET_STATES.map((state) => option(state, told(state), given.state)))),
    field("health", "Health", h("select", null, option("", "any", given.health),
      ["Normal", "Warning", "Critical"].map((word) => option(word, word, given.health)))),
    text("region", "Region", given), text("resourceGroup", "Resource group", given),
    field("minRpo", "RPO at least (s)", h("input", { type: "number", min: 0, value: given.minRpo })),
    field("sort", "Order", h("select", null, option("", "by id", given.sort), Object.entries(ORDERS).flatMap(([head, sort]) =>
      [sort, turned(sort)].map((one) => option(one, `${head}, ${one.startsWith("-") ? "descending" : "ascending"}`, given.sort))))),
    h("div", { class: "field" }, h("button", { type: "submit" }, "Filter"), h("a", { href: `#/fleet${query({ sort: given.sort })}` }, "Clear")));
}

const turned = (sort) => (sort.startsWith("-") ? sort.slice(1) : `-${sort}`);

const ordered = (given) => COLUMNS.map(([head, cell, tone]) => {
  const first = ORDERS[head];
  if (!first) return [head, cell, tone];
  const now = [first, turned(first)].includes(given.sort) ? given.sort : null;
  const href = `#/fleet${query({ ...given, continuation: "", sort: now === first ? turned(first) : first })}`;
  return [head, cell, tone, { href, now: now && (now.startsWith("-") ? "descending" : "ascending") }];
});

const why = (row) => {
  const [first] = row.reasons;
  if (row.deadline) return ["ends ", until(row.deadline)];
  if (!first) return row.drifted ? count(row.drifted, "difference") : "";
  const more = row.reasons.length - 1;
  return [h("span", { class: "clip", title: `${first.code}: ${first.sentence}` }, shortened(first.sentence)), more > 0 && ` and ${more} more`];
};

const drill = (row) => (row.drill ? [badge(row.drill.state), row.drill.passedAt && [" ", ago(row.drill.passedAt)]] : "–");

const COLUMNS = [
  ["Machine", (row) => vmLink(row.vmId, row.name)],
  ["State", (row) => [badge(row.state), row.state === "enabling" && row.percent !== null && ` ${row.percent} %`]],
  ["Health", (row) => row.health ?? "–"],
  ["RPO", (row) => (row.rpoSeconds === null ? "–" : lasting(row.rpoSeconds)), "number"],
  ["Group", (row) => row.resourceGroup, "wide"],
  ["Region", (row) => [row.region || "–", row.recoveryRegion && ` → ${row.recoveryRegion}`, row.side === "recovery" && " (runs there)"]],
  ["Last drill", drill, "wide"],
  ["Why", why],
];

function turning(given, data) {
  const filtered = JSON.stringify(FIELDS.map((name) => given[name]));
  if (trail.of !== filtered) Object.assign(trail, { of: filtered, tokens: [] });
  const here = given.continuation ?? "";
  let at = trail.tokens.indexOf(here);
  if (at < 0) {
    if (!here) trail.tokens.length = 0;
    at = trail.tokens.push(here) - 1;
  }
  const to = (token) => `#/fleet${query({ ...given, continuation: token })}`;
  return h("nav", { class: "turning", "aria-label": "Pages of the fleet" },
    at > 0 && h("a", { href: to(trail.tokens[at - 1]), "data-key": "before" }, "Previous page"),
    here && h("a", { href: to(""), "data-key": "first" }, "First page"),
    data.continuation && h("a", { href: to(data.continuation), "data-key": "next" }, "Next page"));
}

export function fleet(given, { go }) {
  const asked = Object.fromEntries(FILTERS.filter((name) => given[name]).map((name) => [name, given[name]]));
  let typing;
  const apply = (form, replace) => {
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    go(`#/fleet${query(values)}`, { replace, keepFocus: true });
  };
  return {
    title: "Fleet",
    sources: { fleet: { path: `protections${query({ ...asked, sort: given.sort, top: PAGE, continuation: given.continuation })}`, every: 15_000 } },
    acts: {
      order: {
        click(link, event) {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(link.hash, { keepFocus: true });
        },
      },
      filter: {
        submit: (form) => apply(form, false),
        change: (form, event) => event.target.type !== "search" && apply(form, false),
        input(form, event) {
          if (event.target.type !== "search") return;
          clearTimeout(typing);
          typing = setTimeout(() => apply(form, true), 300);
        },
      },
    },
    stop: () => clearTimeout(typing),
    // What the fields say follows the address; what is being typed now is left alone.
    began({ keepFocus }) {
      for (const name of FIELDS) {
        const control = document.getElementById(`filter-${name}`);
        if (!(keepFocus && control === document.activeElement)) control.value = given[name] ?? "";
      }
    },
    render({ fleet: state }) {
      const same = JSON.stringify(asked);
      if (state.data) Object.assign(before, { of: same, data: state.data });
      const data = state.data ?? (before.of === same && !state.problem ? before.data : null);
      if (!data) return [filters(given), waiting(state)];
      const all = data.protections.length === data.total;
      const found = `${all ? "" : `${data.protections.length} of `}${count(data.total, "machine")}`;
      return [
        filters(given),
        h("p", { class: "found", role: "status" }, `${found}${Object.keys(asked).length ? " found" : ""}, read `, ago(data.asOf)),
        problems(data.problems), data.protections.length ? table("The fleet", ordered(given), data.protections, (row) => row.vmId) :
          h("p", { class: "panel" }, Object.keys(asked).length ? "No machine is like that." :
            "No machine asks for protection yet. Tag one asr-protect=true, and it appears here."),
        turning(given, data)];
    },
  };
}
