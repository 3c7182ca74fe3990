// Asks the app's API, which lies beside the page under whatever prefix the host gives to its routes.

import * as session from "./session.js";

export const API = new URL("../", import.meta.url);
const LONGEST = 100_000; // milliseconds: a live status may wait for a throttled Azure

// Why there is no answer. `kind`: signin, forbidden, missing, busy, refused, server, strange, network.
export class Problem extends Error {
  constructor(kind, detail, more = {}) {
    super(detail);
    Object.assign(this, { kind, title: "", fix: "", code: "", status: 0, retryAfter: null, refused: [], diff: [],
      plan: "", runId: "" }, more);
  }
}

const KINDS = { 401: "signin", 403: "forbidden", 404: "missing", 429: "busy", 503: "busy" };

const WORDS = {
  401: "The key was not accepted.",
  403: "You may not see this: your sign-in or the network does not allow it.",
  404: "There is no such thing.",
  429: "Too many requests: the app asks to wait.",
  503: "The app asks to wait.",
};

const kindOf = (status) => KINDS[status] ?? (status >= 500 ? "server" : "refused");

// `{status, data, tag}`; a 304 has no data. `text`: ask for a text for people.
export async function ask(path, { method = "GET", body, tag, accept = "application/json" } = {}) {
  const headers = { accept };
  if (session.key()) headers["x-functions-key"] = session.key();
  if (tag) headers["if-none-match"] = tag;
  if (body) headers["content-type"] = "application/json";
  let answer;
  try {
    answer = await fetch(new URL(path, API), {
      method, headers, body: body && JSON.stringify(body), cache: "no-store", redirect: "manual",
      referrerPolicy: "no-referrer", signal: AbortSignal.timeout(LONGEST),
    });
  } catch (error) {
    const why = error.name === "TimeoutError" ? "The app did not answer in time." : "The app cannot be reached.";
    throw new Problem("network", why);
  }
  if (answer.type === "opaqueredirect") throw new Problem("signin", "The platform asks you to sign in.");
  if (answer.status === 304) return { status: 304, tag };
  const type = answer.headers.get("content-type") ?? "";
  const text = await answer.text().catch(() => {
    throw new Problem("network", "The connection was lost while the app answered.");
  });
  if (!answer.ok) throw problemOf(answer, type, text);
  if (type.split(";")[0] !== accept) {
    throw new Problem("strange", `An answer of the type ${type || "none"} came where ${accept} was expected: something
      between this page and the app has answered.`, { status: answer.status });
  }
  try {
    const data = accept.includes("json") ? JSON.parse(text) : text;
    return { status: answer.status, data, tag: answer.headers.get("etag") };
  } catch {
    throw new Problem("strange", "The answer cannot be read.");
  }
}

const listed = (value) => (Array.isArray(value) ? value : []);

function problemOf(answer, type, text) {
  let told = {};
  if (type.includes("json")) {
    try {
      told = JSON.parse(text) ?? {};
    } catch {
      told = {};
    }
  }
  const { status } = answer;
  const words = WORDS[status] ?? `The app answered ${status}.`;
  const after = Number(answer.headers.get("retry-after") ?? told.retryAfter);
  return new Problem(kindOf(status), String(told.detail ?? words), {
    status, title: String(told.title ?? ""), code: String(told.code ?? ""), fix: String(told.fix ?? ""),
    refused: listed(told.refused), diff: listed(told.diff), plan: String(told.plan ?? ""), runId: String(told.runId ?? ""),
    retryAfter: after > 0 ? after : null,
  });
}

// Whether the platform signs people in (App Service's Authentication), and whether this person is.
export async function platform() {
  try {
    const answer = await fetch(new URL("/.auth/me", API), { cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { offered: true, signedIn: false };
    if (!answer.ok || !(answer.headers.get("content-type") ?? "").includes("json")) return { offered: false };
    const people = await answer.json();
    return { offered: true, signedIn: Array.isArray(people) && people.length > 0 };
  } catch {
    return { offered: false };
  }
}

export function loginAddress() {
  const back = encodeURIComponent(location.pathname);
  return `/.auth/login/aad?post_login_redirect_uri=${back}`;
}

export const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return given.length ? `?${new URLSearchParams(given)}` : "";
};
