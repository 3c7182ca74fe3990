// What is not protected although it is there: machines that nobody asks for, and those that cannot be protected as they are.

import { query } from "./api.js";
import { h } from "./dom.js";
import { reasons, waiting } from "./parts.js";
import { table } from "./tables.js";
import { badge, count, groupOf, vmLink } from "./words.js";

const PAGE = 50;

function told(open, read, total) {
  const of = `the ${count(read, "machine")} ${read < total ? `of this page (${total.toLocaleString("en")} in all)` : "that were read"}`;
  return open ? `${open.toLocaleString("en")} of ${of} ${open === 1 ? "is" : "are"} not protected.` : `Each of ${of} has a protected item, or was made from one.`;
}

export function unprotected(given) {
  return {
    title: "Not protected",
    sources: { found: { path: `protectable${query({ top: PAGE, resourceGroup: given.resourceGroup, continuation: given.continuation })}`, every: 0 } },
    render({ found: state }) {
      const { data } = state;
      if (!data) return [waiting(state)];
      const made = data.machines.filter((one) => one.copyOf);
      const open = data.machines.filter((one) => !["protected", "already_protected"].includes(one.state) && !made.includes(one));
      return [
        h("p", { class: "found", role: "status" }, told(open.length, data.machines.length, data.total)),
        open.length > 0 && table("Machines that are not protected", [
          ["Machine", (one) => vmLink(one.vmId)], ["Group", (one) => groupOf(one.vmId), "wide"], ["Region", (one) => one.region],
          ["Asked for", (one) => (one.tag ? `by tag: ${one.tag}` : "by nobody")], ["Can it be?", (one) => badge(one.state)],
          ["Why not", (one) => one.reasons.length > 0 && reasons(one.reasons, one.vmId)],
          ["Do", (one) => one.state === "protectable" && h("a", { href: `#/protection${query({ id: one.vmId, what: "protect" })}` }, "Protect it",
            h("span", { class: "unseen" }, ` ${one.name}`))]], open, (one) => one.vmId),
        made.length > 0 && h("p", null, `${count(made.length, "machine")} that failovers or tests made ${made.length === 1 ? "is" : "are"} left out: what `,
          "protects the machines where they came from counts for them."),
        data.continuation && h("nav", { class: "turning", "aria-label": "Pages of machines" },
          h("a", { href: `#/unprotected${query({ ...given, continuation: data.continuation })}` }, "Next page"))];
    },
  };
}
