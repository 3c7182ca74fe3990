// The page: which view the address asks for, what a person does in it, and how fresh what it shows is.

import { announce, h, patchChildren } from "./dom.js";
import { drift } from "./drift.js";
import { drill, drills } from "./drills.js";
import { failover } from "./failover.js";
import { fleet } from "./fleet.js";
import { Live, forgetAnswers } from "./live.js";
import { machine } from "./machine.js";
import { overview } from "./overview.js";
import { protection } from "./protection.js";
import { plan, plans } from "./recovery.js";
import * as session from "./session.js";
import { signin } from "./signin.js";
import { unprotected } from "./unprotected.js";
import { lasting, tick } from "./words.js";

const VIEWS = { "": overview, fleet, drift, drills, vm: machine, failover, protection, plans, plan, unprotected };
const BELOW = { vm: "fleet", protection: "fleet", failover: "fleet", plan: "plans" };
const STALE = 60_000;

const main = document.getElementById("main");
let view = null;
let live = null;
let leaked = false;

const here = () => {
  const [path, query = ""] = location.hash.slice(1).split("?");
  const [name = "", id = ""] = path.split("/").slice(1);
  return { name, id, given: Object.fromEntries(new URLSearchParams(query)) };
};

function go(hash, { replace = false, keepFocus = false } = {}) {
  if (hash === location.hash) return;
  history[replace ? "replaceState" : "pushState"](null, "", hash);
  open({ keepFocus });
}

function make(problem) {
  const { name, id, given } = here();
  if (problem || !session.key()) return signin(given, { problem, resume: () => open({}) });
  if (name === "drills" && id) return drill(id, { go });
  return (VIEWS[name] ?? nowhere)(given, { go });
}

const nowhere = () => ({ title: "Nothing here", sources: {}, render: () => [h("p", null, "The address leads to no view.")] });

function open({ keepFocus = false, first = false, problem = null }) {
  live?.stop();
  view?.stop?.();
  view = make(problem);
  const shown = view;
  view.redraw = () => shown === view && draw();
  view.again = () => shown === view && live.refresh();
  document.title = `${view.title} · asr-autoprotect`;
  const signedIn = Boolean(session.key()) && !problem;
  document.getElementById("views").hidden = !signedIn;
  document.getElementById("session").hidden = !signedIn;
  mark();
  live = new Live(view.sources, (news) => (shown === view ? changed(news) : null));
  draw();
  live.start();
  view.began?.({ keepFocus });
  if (!keepFocus && !first) {
    main.querySelector("h1")?.focus();
    window.scrollTo(0, 0);
  }
}

function mark() {
  const { name } = here();
  for (const link of document.querySelectorAll("#views a")) {
    if (link.hash.slice(2) === (BELOW[name] ?? name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function changed(news) {
  const { problem } = live.standing;
  if (problem?.kind === "signin") {
    open({ problem });
    return;
  }
  if (news) draw();
  freshness();
}

function draw() {
  const made = view.render(live.states);
  patchChildren(main, [h("h1", { tabindex: "-1" }, view.title), leak(), standing(), made].flat(Infinity).filter(Boolean));
  freshness();
}

const leak = () => leaked && h("p", { class: "panel bad", role: "alert" }, `A key came in this page's address, so it stands in the
  server's log and in this browser's history. It was removed and not used. Make a new one, and hand keys over after #key= only.`);

function standing() {
  const { problem, at } = live.standing;
  if (!problem) return null;
  const age = Number.isFinite(at) ? [" What is shown was read ", h("time", { datetime: new Date(at).toISOString(),
    "data-way": "ago" }, `${lasting((Date.now() - at) / 1000)} ago`), "."] : null;
  return h("div", { class: "panel bad", role: "alert", "data-key": "trouble" }, h("p", null, h("strong", null, problem.message), age),
    problem.fix && h("p", { class: "fix" }, problem.fix));
}

function freshness() {
  tick();
  if (!live) return;
  const { at, problem, asking } = live.standing;
  const place = document.getElementById("freshness");
  const old = Number.isFinite(at) ? Date.now() - at : null;
  const stale = problem || (old !== null && old > STALE);
  const text = old === null ? (asking ? "Reading…" : "") : `${stale ? "▲ Stale, asked" : "Asked"} ${lasting(old / 1000)} ago`;
  if (place.textContent !== text) place.textContent = text;
  place.classList.toggle("stale", Boolean(stale));
  if (problem) announce(problem.message);
}

function act(event) {
  const element = event.target.closest?.("[data-act]");
  if (!element) return;
  if (event.type === "submit") event.preventDefault();
  if (element.dataset.act === "copy" && event.type === "click") {
    copy(element);
    return;
  }
  view.acts?.[element.dataset.act]?.[event.type]?.(element, event);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.text);
    announce("Copied.");
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    announce("Selected: copy it with the keyboard.");
  }
}

for (const type of ["click", "submit", "change", "input"]) main.addEventListener(type, act);
window.addEventListener("hashchange", () => {
  leaked = session.takeKeyFromAddress() || leaked;
  open({});
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});
document.getElementById("again").addEventListener("click", () => live.refresh());
document.getElementById("leave").addEventListener("click", () => {
  session.forget();
  forgetAnswers();
  open({});
});
setInterval(freshness, 1000);

leaked = session.takeKeyFromAddress();
const place = session.takePlace();
if (place) history.replaceState(null, "", place);
open({ first: true });
