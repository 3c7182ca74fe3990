// Keeps what a view shows fresh: polls with entity tags, stands still while the page is hidden, backs off on errors.

import { ask } from "./api.js";

const LONGEST_PAUSE = 300_000;
const KEPT = 30;

// Answers by path, so that going back shows at once what was known, and asks only whether it has changed.
const known = new Map();

export const forgetAnswers = () => known.clear();

function keep(path, answer) {
  known.delete(path);
  known.set(path, answer);
  if (known.size > KEPT) known.delete(known.keys().next().value);
}

export class Live {
  // `sources`: name -> {path, every} in milliseconds; `every` may be a function of the data; 0: asked once.
  constructor(sources, changed) {
    this.changed = changed;
    this.states = {};
    for (const [name, { path, every }] of Object.entries(sources)) {
      const before = known.get(path);
      this.states[name] = { path, every, data: before?.data, tag: before?.tag, at: before?.at, problem: null, failures: 0 };
    }
    this.wake = () => {
      if (document.visibilityState === "visible") this.lookAtAll();
    };
  }

  start() {
    document.addEventListener("visibilitychange", this.wake);
    window.addEventListener("online", this.wake);
    this.refresh();
  }

  stop() {
    this.over = true;
    document.removeEventListener("visibilitychange", this.wake);
    window.removeEventListener("online", this.wake);
    for (const state of Object.values(this.states)) clearTimeout(state.timer);
  }

  refresh() {
    for (const state of Object.values(this.states)) this.look(state);
  }

  lookAtAll() {
    for (const state of Object.values(this.states)) {
      if (state.problem || !state.at || (this.pause(state) && Date.now() - state.at >= this.pause(state))) this.look(state);
      else this.plan(state);
    }
  }

  pause(state) {
    return typeof state.every === "function" ? state.every(state.data) : state.every;
  }

  async look(state) {
    if (state.asking || this.over) return;
    clearTimeout(state.timer);
    state.asking = true;
    try {
      const answer = await ask(state.path, { tag: state.tag });
      const news = answer.status !== 304 || state.problem;
      if (answer.status !== 304) Object.assign(state, { data: answer.data, tag: answer.tag });
      Object.assign(state, { at: Date.now(), problem: null, failures: 0 });
      keep(state.path, { data: state.data, tag: state.tag, at: state.at });
      state.asking = false;
      if (!this.over) this.changed(news);
    } catch (problem) {
      Object.assign(state, { problem, failures: state.failures + 1, asking: false });
      if (!this.over) this.changed(true);
    }
    this.plan(state);
  }

  plan(state) {
    clearTimeout(state.timer);
    if (this.over || document.visibilityState === "hidden" || state.problem?.kind === "signin") return;
    const every = this.pause(state);
    if (!every && !state.problem) return;
    const calm = Math.min((every || 15_000) * 2 ** Math.max(state.failures - 1, 0), LONGEST_PAUSE);
    const asked = (state.problem?.retryAfter ?? 0) * 1000;
    state.timer = setTimeout(() => this.look(state), Math.max(calm, asked) * (0.9 + Math.random() / 5));
  }

  // The oldest of what is shown, and the first problem.
  get standing() {
    const states = Object.values(this.states);
    return {
      at: Math.min(...states.map((state) => state.at ?? Infinity)),
      problem: states.map((state) => state.problem).find(Boolean) ?? null,
      asking: states.some((state) => state.asking),
    };
  }
}
