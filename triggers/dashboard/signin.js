// Asks for the function key, or leads to the platform's sign-in where that is on.

import { ask, loginAddress, platform } from "./api.js";
import { h } from "./dom.js";
import { forgetAnswers } from "./live.js";
import * as session from "./session.js";

export function signin(given, { problem, resume }) {
  let wrong = problem;
  let offered = null;
  let busy = false;
  const view = {
    title: "Sign in",
    sources: {},
    acts: {
      key: {
        async submit(form) {
          const values = new FormData(form);
          busy = true;
          view.redraw();
          session.remember(values.get("key").trim(), values.get("name").trim());
          forgetAnswers();
          try {
            await ask("summary");
            resume();
          } catch (failure) {
            if (failure.kind === "signin") session.forget();
            wrong = failure;
            busy = false;
            if (failure.kind !== "signin") resume();
            else view.redraw();
          }
        },
      },
      login: { click: () => session.keepPlace() },
    },
    async began() {
      offered = await platform();
      view.redraw();
    },
    render: () => [
      wrong && h("p", { class: "panel bad", role: "alert", id: "wrong" }, wrong.message),
      offered?.offered && !offered.signedIn && h("section", { class: "panel" },
        h("h2", null, "With your account"),
        h("p", null, h("a", { class: "button", href: loginAddress(), "data-act": "login" }, "Sign in"))),
      h("form", { class: "panel signin", "data-act": "key", autocomplete: "off" },
        h("h2", null, "With a function key"),
        h("div", { class: "field" }, h("label", { for: "key" }, "Function key"),
          h("input", { type: "password", id: "key", name: "key", required: true, autocomplete: "off", spellcheck: "false",
            "aria-describedby": wrong ? "wrong kept" : "kept" })),
        h("p", { id: "kept" }, "It is kept for this tab alone and forgotten when the tab is closed."),
        h("div", { class: "field" }, h("label", { for: "name" }, "Your name, for the history (optional)"),
          h("input", { type: "text", id: "name", name: "name", maxlength: 128, value: session.name(), autocomplete: "off" })),
        h("button", { type: "submit", disabled: busy }, busy ? "Asking…" : "Open"))],
  };
  return view;
}
