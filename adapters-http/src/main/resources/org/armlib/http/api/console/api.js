/** The HTTP API, as the page needs it: problems (RFC 9457) become errors, streams become loops. */

import { isFinal } from "./format.js";

const BASE = new URL("./", document.baseURI);

/** As the server has it; a segment of dots would lead a browser elsewhere. */
const LEGAL_KEY = /^(?!\.)[A-Za-z0-9\-._~!$&'()*+,;=:@]{1,200}$/;

export const isKey = (text) => LEGAL_KEY.test(text);

/** The server said no. */
export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super([body.title, body.detail].filter(Boolean).join(": ") || `The server answered ${status}`);
    this.name = "Problem";
    this.status = status;
    this.kind = (body.type ?? "").split(":").pop();
    this.field = body.field;
    this.canResubmit = body.canResubmit === true;
    this.retryAfter = retryAfter;
  }
}

/** No answer came, or none of the API's. */
export class Unreachable extends Error {
  constructor(cause) {
    super("The server does not answer", { cause });
    this.name = "Unreachable";
  }
}

/** The bearer tokens, by what they are for. They last as long as the tab. */
export const tokens = {
  get: (purpose) => sessionStorage.getItem(`armlib.${purpose}`),
  set: (purpose, token) => sessionStorage.setItem(`armlib.${purpose}`, token),
  forget: (purpose) => sessionStorage.removeItem(`armlib.${purpose}`),
};

let askForToken = async () => null;

/** Sets how the user is asked for a token: called with what it is for, promises it, or null if there is none. */
export function onTokenNeeded(asker) {
  askForToken = asker;
}

let clockOffset = 0;

/** The time by the server's clock, in milliseconds. */
export const serverNow = () => Date.now() + clockOffset;

function noteClock(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  const offset = date - Date.now();
  // The header counts whole seconds; less than two of them say nothing.
  if (Number.isFinite(offset)) {
    clockOffset = Math.abs(offset) > 2000 ? offset : 0;
  }
}

async function send(method, path, { body, purpose, headers = {}, signal } = {}) {
  const all = { Accept: "application/json", ...headers };
  if (body !== undefined) {
    all["Content-Type"] = "application/json";
  }
  const token = purpose ? (tokens.get(purpose) ?? (purpose === "submit" ? tokens.get("admin") : null)) : null;
  if (token) {
    all.Authorization = `Bearer ${token}`;
  }
  let response;
  try {
    response = await fetch(new URL(path, BASE), {
      method,
      headers: all,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
      redirect: "error",
    });
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Unreachable(failure);
  }
  noteClock(response);
  if (!response.ok && response.status !== 304) {
    throw new Problem(response.status, await problemBody(response), Number(response.headers.get("Retry-After")) || 0);
  }
  return response;
}

async function problemBody(response) {
  try {
    const body = await response.json();
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** Sends what needs a token, asking for one if there is none or the wrong one. */
async function guarded(purpose, method, path, options = {}) {
  for (;;) {
    try {
      return await send(method, path, { ...options, purpose });
    } catch (failure) {
      if (!(failure instanceof Problem && failure.status === 401)) {
        throw failure;
      }
      const token = await askForToken(purpose, tokens.get(purpose) !== null);
      if (!token) {
        throw new Error("Nothing was done, since no token was given");
      }
      tokens.set(purpose, token);
    }
  }
}

const soon = () => AbortSignal.timeout(10_000);
const json = async (answer) => (await answer).json();

/** A page of the requests in a state, `{ items, next }`: the first, or the one that the page before named as next. */
export const list = (status, limit, cursor) =>
  json(send("GET", `requests?status=${status}&limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, { signal: soon() }));

/** The last overview, what it answered to, and its tag. */
let last = { path: "", tag: null, body: null };

/**
 * The queue in numbers, and in `windows` what was asked of its lists: of each `{ list: { state }, limit, cursor }` the
 * requests, `{ items, next }`. What has not changed is not sent again.
 */
export async function overview(windows) {
  const query = windows.map(({ list, limit, cursor }) => `window=${encodeURIComponent([list.state, limit, cursor].filter((part) => part !== null).join())}`);
  const path = `overview?${query.join("&")}`;
  const known = path === last.path && last.tag ? { "If-None-Match": last.tag } : {};
  const response = await send("GET", path, { headers: known, signal: soon() });
  if (response.status !== 304) {
    last = { path, tag: response.headers.get("ETag"), body: await response.json() };
  }
  return last.body;
}

const requestPath = (key) => `requests/${encodeURIComponent(key)}`;

export const status = (key) => json(send("GET", requestPath(key), { signal: soon() }));

/** Submits; tells how the request was taken: `cached`, `joined` or `queued`. */
export async function submit(request) {
  const response = await guarded("submit", "POST", "requests", { body: request });
  const cache = response.headers.get("Cache-Status") ?? "";
  const how = /;\s*hit\b/.test(cache) ? "cached" : /;\s*collapsed\b/.test(cache) ? "joined" : "queued";
  return { how, status: await response.json() };
}

export const cancel = (key) => json(guarded("submit", "DELETE", requestPath(key)));
export const resubmit = (key) => json(guarded("submit", "POST", `${requestPath(key)}/resubmit`));

/** What the admin token opens: `suspend`, `resume`, `clear-cache`, `rebuilt`, `prune`. */
export const admin = (action) => json(guarded("admin", "POST", `admin/${action}`));
export const unlock = () => json(guarded("admin", "GET", "admin/status"));
export const cacheCounts = () => json(guarded("admin", "GET", "admin/cache"));
/** Whether the server has an admin token, and knows the one that this tab keeps: `open`, `locked` or `absent`. */
export async function adminAccess() {
  try {
    await send("GET", "admin/status", { purpose: "admin", signal: soon() });
    return "open";
  } catch (failure) {
    if (failure instanceof Problem && (failure.status === 401 || failure.status === 404)) {
      return failure.status === 401 ? "locked" : "absent";
    }
    throw failure;
  }
}

/**
 * Calls `onStatus` with each status of a request until it is final or `signal` aborts: from the stream of events, else
 * from calls that wait, else from plain ones. `onTrouble` is told why no answer comes for now; a call that will never
 * succeed ends with its problem.
 */
export async function follow(key, signal, onStatus, onTrouble) {
  const ways = [byEvents, byWaiting, byAsking];
  let way = 0;
  let pause = 1000;
  while (!signal.aborted) {
    try {
      if (await ways[way](key, signal, onStatus)) {
        return;
      }
      pause = 1000;
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      if (failure instanceof Problem && isForGood(failure.status)) {
        throw failure;
      }
      if (failure instanceof Problem && way < ways.length - 1) {
        way++;
      } else {
        onTrouble(failure.message);
      }
      await sleep(pause, signal);
      pause = Math.min(pause * 2, 15_000);
    }
  }
}

/** Whether the same call would be refused again: timeouts and limits pass. */
const isForGood = (status) => status >= 400 && status < 500 && ![408, 425, 429].includes(status);

async function byEvents(key, signal, onStatus) {
  const response = await send("GET", `${requestPath(key)}/events`, { headers: { Accept: "text/event-stream" }, signal });
  for await (const data of eventsOf(response.body)) {
    const now = JSON.parse(data);
    if (now.status) {
      onStatus(now);
      if (isFinal(now.status)) {
        return true;
      }
    }
  }
  await sleep(1000, signal);
  return false;
}

async function byWaiting(key, signal, onStatus) {
  let tag;
  for (;;) {
    const response = await send("GET", `${requestPath(key)}?wait=30`, {
      headers: tag ? { "If-None-Match": tag } : {},
      signal,
    });
    if (response.status !== 304) {
      tag = response.headers.get("ETag");
      const now = await response.json();
      onStatus(now);
      if (isFinal(now.status)) {
        return true;
      }
    }
  }
}

async function byAsking(key, signal, onStatus) {
  const now = await status(key);
  onStatus(now);
  if (isFinal(now.status)) {
    return true;
  }
  await sleep(2000, signal);
  return false;
}

/** The data of each server-sent event in a body. */
async function* eventsOf(body) {
  let buffer = "";
  let data = [];
  for await (const text of textOf(body)) {
    buffer += text;
    const lines = buffer.split(/\r\n|\n|\r(?!$)/);
    buffer = lines.pop();
    for (const line of lines) {
      if (line === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
      }
    }
  }
}

async function* textOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield value;
    }
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Unreachable(failure);
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Waits, at most until `signal` aborts. */
export function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, signal?.aborted ? 0 : milliseconds);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
