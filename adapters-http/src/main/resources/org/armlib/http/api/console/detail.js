/** One request in full, followed while it is open. Its address is `#/requests/{key}`. */

import * as api from "./api.js";
import { busy, byId, make, note, say } from "./dom.js";
import { STATES, asLine, bytes, count, cut, expected, isFinal, moment, span, visible, visibleLines } from "./format.js";
import { fillProgress, progressBar, resultUrl } from "./requests.js";

const ADDRESS = "#/requests/";
const PREVIEW = 16 * 1024;
const LONGEST_VALUE = 4000;

export class Detail {
  #dialog = byId("detail");
  #key = null;
  #stop = null;
  #status = null;
  #parts = null;
  #onStatus;

  /** `onStatus` is told each status that arrives. */
  constructor(onStatus) {
    this.#onStatus = onStatus;
    byId("detail-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#closed());
    // A click beside the drawer closes it.
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    addEventListener("hashchange", () => this.#go());
    // A page that nobody looks at holds no connection.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop?.abort() : this.#key && this.#follow()));
    this.#go();
  }

  open(key) {
    this.#open(key);
    location.hash = ADDRESS + key;
  }

  #go() {
    const key = location.hash.startsWith(ADDRESS) ? location.hash.slice(ADDRESS.length) : null;
    if (key === null) {
      this.#dialog.close();
    } else if (key !== this.#key) {
      this.#open(key);
    }
  }

  #open(key) {
    this.#stop?.abort();
    this.#key = key;
    this.#status = null;
    this.#parts = null;
    say(byId("detail-title"), "Request");
    byId("detail-body").replaceChildren(make("p", { class: "quiet" }, "Loading …"));
    if (!this.#dialog.open) {
      this.#dialog.showModal();
    }
    this.#follow();
  }

  async #follow() {
    const key = this.#key;
    this.#stop?.abort();
    const stop = (this.#stop = new AbortController());
    const mine = () => this.#key === key && !stop.signal.aborted;
    try {
      await api.follow(
        key,
        stop.signal,
        (status) => mine() && this.#show(status),
        () => mine() && this.#parts && say(this.#parts.link, "The server does not answer; trying again."),
      );
    } catch (failure) {
      if (mine()) {
        byId("detail-body").replaceChildren(
          make("p", {}, failure.message),
          make("code", { class: "key" }, visible(key)),
          this.#actions({ key, status: "Unknown" }),
        );
      }
    }
  }

  #closed() {
    this.#stop?.abort();
    this.#key = null;
    if (location.hash.startsWith(ADDRESS)) {
      history.replaceState(null, "", location.pathname + location.search);
    }
  }

  /** Brings times up to date. */
  tick() {
    if (this.#status && this.#key) {
      this.#fill(this.#status);
    }
  }

  #show(status) {
    const before = this.#status;
    this.#status = status;
    this.#onStatus(status);
    if (!this.#parts || before?.status !== status.status || before?.submitted !== status.submitted) {
      this.#build(status);
    }
    this.#fill(status);
    if (before && before.status !== status.status) {
      note(`${status.key} is ${(STATES[status.status] ?? status.status).toLowerCase()}`, status.status === "Failed" ? "error" : "info");
    }
  }

  #build(status) {
    const focused = document.activeElement?.id;
    const parts = (this.#parts = {
      chip: make("span", { class: "chip" }),
      link: make("span", { class: "quiet" }),
      progress: progressBar(),
      facts: make("dl", { class: "facts" }),
    });
    byId("detail-body").replaceChildren(
      ...[
        make("p", { class: "status-line" }, parts.chip, parts.link),
        parts.progress,
        this.#actions(status),
        status.error ? failureOf(status) : null,
        status.results ? resultsOf(status) : null,
        parametersOf(status),
        parts.facts,
      ].filter(Boolean),
    );
    if (focused) {
      byId(focused)?.focus();
    }
  }

  #fill(status) {
    const now = api.serverNow();
    const { chip, link, progress, facts } = this.#parts;
    chip.dataset.state = status.status;
    say(chip, STATES[status.status] ?? status.status);
    say(byId("detail-title"), status.requestUri ? asLine(status) : "Request");
    say(link, isFinal(status.status) ? "" : "Updated as it changes");
    fillProgress(progress, status);
    const rows = [
      ["Request", visible(status.requestUri ?? "")],
      ["Key", status.key],
      ["Position", status.position > 0 ? count(status.position) : null],
      ["Done in", status.eta ? expected(status.eta, now) : null],
      ["Likely done", status.eta ? moment(status.eta.p50) : null],
      ["Almost surely", status.eta ? moment(status.eta.p90) : null],
      ["Submitted", status.submitted ? moment(status.submitted) : null],
      ["Waited", status.submitted ? waited(status, now) : null],
      ["Started", status.started ? moment(status.started) : null],
      ["Ended", status.finished ? moment(status.finished) : null],
      ["Ran", status.started && status.status !== "Pending" ? span((status.finished ? Date.parse(status.finished) : now) - Date.parse(status.started)) : null],
      ["Attempts", count(status.attempts ?? 0)],
      ["Kept", status.sticky ? "sticky, until the data are rebuilt" : "until temporary results are cleared"],
      ["Data epoch", status.epoch],
    ].filter(([, value]) => value !== null && value !== undefined);
    const names = rows.map(([name]) => name).join();
    if (facts.dataset.names !== names) {
      facts.dataset.names = names;
      facts.replaceChildren(...rows.flatMap(([name]) => [make("dt", {}, name), make("dd")]));
    }
    rows.forEach(([, value], index) => say(facts.children[2 * index + 1], value));
  }

  #actions(status) {
    const final = isFinal(status.status);
    const button = make("button", { type: "button", id: "detail-action", class: final ? "" : "danger" }, final ? "Resubmit" : "Cancel");
    button.addEventListener("click", () =>
      busy(button, async () => {
        this.#show(await (final ? api.resubmit : api.cancel)(status.key));
        if (final) {
          this.#follow();
        }
      }),
    );
    const hint = final ? "Runs it again, whatever is cached." : "";
    return make("p", { class: "actions" }, button, make("small", {}, hint));
  }
}

function waited(status, now) {
  const until = status.started ? Date.parse(status.started) : status.finished ? Date.parse(status.finished) : now;
  return span(until - Date.parse(status.submitted));
}

function failureOf(status) {
  const over = status.status === "Failed";
  return make(
    "section",
    { class: over ? "failure" : "failure past", "aria-label": "Failure" },
    make("h3", {}, over ? (status.error.title ?? "It failed") : "An attempt before failed"),
    make("pre", {}, visibleLines(status.error.detail ?? "")),
  );
}

function resultsOf(status) {
  const all = Object.entries(status.results);
  return make(
    "section",
    { class: "formats", "aria-label": "Results" },
    make("h3", {}, "Results"),
    make(
      "ul",
      {},
      all.map(([name, result]) => {
        const preview = make("pre", { class: "preview", hidden: true, tabindex: 0, "aria-label": `Beginning of the result as ${name}` });
        const look = make("button", { type: "button", class: "small", "aria-label": `Preview ${name}`, click: () => busy(look, () => show(result, preview)) }, "Preview");
        return make(
          "li",
          {},
          make("a", { class: "result", href: resultUrl(result) }, name),
          make("span", { class: "quiet" }, `${bytes(result.length)} · ${result.mediaType}`),
          isText(result.mediaType) ? look : null,
          make("code", { class: "digest", title: result.digest }, result.digest),
          preview,
        );
      }),
    ),
  );
}

const isText = (mediaType) => /^text\/|[/+](json|xml|yaml|x-ndjson)\b/.test(mediaType);

/** Shows the beginning of a result, as text whatever it is. */
async function show(result, preview) {
  const response = await fetch(resultUrl(result), { headers: { Range: `bytes=0-${PREVIEW - 1}` }, redirect: "manual" });
  if (response.type === "opaqueredirect") {
    note("The result lies with another server; its link leads there.");
    return;
  }
  if (!response.ok) {
    note(`The result cannot be read: the server answered ${response.status}`, "error");
    return;
  }
  const text = await beginning(response.body);
  say(preview, result.length > PREVIEW ? `${visibleLines(text)}\n…` : visibleLines(text));
  preview.hidden = false;
}

/** The server may send all of it, whatever the range says. */
async function beginning(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let read = 0; read < PREVIEW; ) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    text += decoder.decode(value.subarray(0, PREVIEW - read), { stream: true });
    read += value.length;
  }
  await reader.cancel();
  return text;
}

function parametersOf(status) {
  const all = Object.entries(status.parameters ?? {});
  if (all.length === 0) {
    return null;
  }
  return make(
    "section",
    { "aria-label": "Parameters" },
    make("h3", {}, "Parameters"),
    make("dl", { class: "facts parameters" }, all.flatMap(([name, values]) => pair(name, values))),
  );
}

/** A parameter: its name, and below each other its values. */
export function pair(name, values) {
  return [make("dt", {}, visible(name)), ...values.map((value) => make("dd", {}, value === "" ? "(empty)" : visible(cut(value, LONGEST_VALUE))))];
}
