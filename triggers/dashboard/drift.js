// Where protected machines are not as they were asked for.

import { query } from "./api.js";
import { h } from "./dom.js";
import { problems, waiting } from "./parts.js";
import { table } from "./tables.js";
import { ago, count, lastPart, vmLink } from "./words.js";

const MOST = 500;
const DECISIONS = { fix: "fixed by the next sweep", propose: "a person decides", report: "a person has to look" };

export const differences = (items, caption, more = []) => table(caption, [
  ["Machine", (one) => vmLink(one.vmId)], ["Field", (one) => one.field], ["Asked for", (one) => one.wished],
  ["Is", (one) => one.present], ["What happens", (one) => DECISIONS[one.decision] ?? one.decision],
  ["In words", (one) => one.sentence], ...more], items, (one) => `${one.vmId}:${one.field}:${one.wished}`);

export function drift() {
  return {
    title: "Drift",
    sources: { drift: { path: "drift", every: 60_000 } },
    render({ drift: state }) {
      const { data } = state;
      if (!data) return [waiting(state)];
      const shown = data.items.slice(0, MOST);
      return [
        h("p", { class: "found", role: "status" }, data.items.length ? count(data.items.length, "difference") :
          "Everything is as it was asked for", ", read ", ago(data.asOf)),
        shown.length > 0 && differences(shown, "Differences between what was asked for and what is", [
          ["Do", (one) => h("a", { href: `#/protection${query({ id: one.vmId, what: "drift" })}` }, "Put right",
            h("span", { class: "unseen" }, ` ${lastPart(one.vmId)}`))]]),
        shown.length < data.items.length && h("p", null, `The first ${MOST} are shown.`), problems(data.problems)];
    },
  };
}
