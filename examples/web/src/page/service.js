// Requests, and messages about them.

import { element } from "./state.js";

export async function call(method, path, { body, etag } = {}) {
  const headers = {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const request = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  const answer = await fetch(path, request).catch(() => null);
  if (answer === null) return { ok: false, status: 0, etag: null, content: { title: "the service cannot be reached" } };
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson ? await answer.json() : null;
  return { ok: answer.ok, status: answer.status, etag: answer.headers.get("ETag"), content };
}

/** Returns a function that starts a kind of request. What that returns says whether the request is still the latest of its
 * kind: an answer that arrives after a later one must not replace it. */
export function sequence() {
  let latest = 0;
  return () => {
    const number = latest += 1;
    return () => number === latest;
  };
}

export const problem = (answer) => answer.content?.title ?? `status ${answer.status}`;

let silence = 0;

/** Shows a success for a few seconds. */
export function say(message) {
  dismiss();
  element("status").textContent = message;
  clearTimeout(silence);
  silence = setTimeout(() => { element("status").textContent = ""; }, 4000);
}

/** Shows a failure until it is dismissed, or until a success. */
export function complain(message) {
  element("failure-text").textContent = message;
  element("failure").hidden = false;
}

export const dismiss = () => { element("failure").hidden = true; };
