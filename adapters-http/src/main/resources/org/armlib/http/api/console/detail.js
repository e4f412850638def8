/** One request in full, followed while the address names it. */

import * as api from "./api.js";
import { busy, byId, make, note, say } from "./dom.js";
import { STATES, asLine, bytes, count, cut, expected, heldBy, isFinal, moment, place, span, visible, visibleLines } from "./format.js";
import { fillProgress, progressBar, resultUrl } from "./requests.js";
import { current, leave, onRoute } from "./route.js";

const PREVIEW = 16 * 1024;
const LONGEST_VALUE = 4000;

export class Detail {
  #dialog = byId("detail");
  #key = null;
  #stop = null;
  #status = null;
  #parts = null;
  #changed;

  /** `changed` is called when the request that is open has changed. */
  constructor(changed) {
    this.#changed = changed;
    byId("detail-close").addEventListener("click", () => this.#dialog.close());
    this.#dialog.addEventListener("close", () => this.#closed());
    // A click beside the drawer closes it.
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    onRoute(() => this.#go());
    // A page that nobody looks at holds no connection.
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#stop?.abort() : this.#key && this.#follow()));
    this.#go();
  }

  #go() {
    const { key } = current();
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
    if (!api.isKey(key)) {
      this.#refuse("No request can have this key. A key has 1 to 200 characters out of A-Z a-z 0-9 - . _ ~ ! $ & ' ( ) * + , ; = : @ and does not start with a dot.");
      return;
    }
    const stop = (this.#stop = new AbortController());
    const mine = () => this.#key === key && !stop.signal.aborted;
    try {
      await api.follow(
        key,
        stop.signal,
        (status) => mine() && this.#show(status),
        (why) => mine() && this.#trouble(`${why}. Trying again.`),
      );
    } catch (failure) {
      if (mine()) {
        this.#refuse(failure.message, failure.canResubmit ? this.#actions({ key, status: "Unknown" }) : null);
      }
    }
  }

  /** Tells why there is nothing to show, and what can be done about it. */
  #refuse(why, actions = null) {
    this.#status = null;
    this.#parts = null;
    byId("detail-body").replaceChildren(
      ...[make("p", { role: "alert" }, why), make("code", { class: "key" }, visible(this.#key)), actions].filter(Boolean),
    );
  }

  /** Tells that no answer comes for now; what is known stays in sight. */
  #trouble(why) {
    if (this.#parts) {
      say(this.#parts.link, why);
    } else {
      byId("detail-body").replaceChildren(make("p", { role: "alert" }, why));
    }
  }

  #closed() {
    this.#stop?.abort();
    this.#key = null;
    leave();
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
    if (!this.#parts || before?.status !== status.status || before?.submitted !== status.submitted) {
      this.#build(status);
    }
    this.#fill(status);
    if (before && before.status !== status.status) {
      this.#changed();
      note(`${status.key} is ${(STATES[status.status] ?? status.status).toLowerCase()}`, status.status === "Failed" ? "error" : "info");
    }
  }

  #build(status) {
    const focused = document.activeElement?.id;
    const parts = (this.#parts = {
      chip: make("span", { class: "chip" }),
      link: make("span", { class: "quiet" }),
      progress: progressBar(),
      hold: make("p", { class: "hold" }),
      facts: make("dl", { class: "facts" }),
    });
    byId("detail-body").replaceChildren(
      ...[
        make("p", { class: "status-line" }, parts.chip, parts.link),
        parts.progress,
        parts.hold,
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
    const { chip, link, progress, hold, facts } = this.#parts;
    chip.dataset.state = status.status;
    say(chip, status.held ? "Held" : (STATES[status.status] ?? status.status));
    say(hold, status.held ? `${heldBy(status.held, now)}.` : "");
    say(byId("detail-title"), status.requestUri ? asLine(status) : "Request");
    say(link, isFinal(status.status) ? "" : "Updated as it changes");
    fillProgress(progress, status);
    const rows = [
      ["Request", visible(status.requestUri ?? "")],
      ["Key", status.key],
      ["Position", status.position > 0 ? place(status) : null],
      ["Held since", status.held ? moment(status.held.since) : null],
      ["Held until", status.held ? moment(status.held.until) : null],
      ["Done in", status.eta ? expected(status.eta, now) : null],
      ["Done, median", status.eta ? moment(status.eta.p50) : null],
      ["Done, p90", status.eta ? moment(status.eta.p90) : null],
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
        this.#changed();
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
  return [make("dt", {}, visible(name)), ...values.map((value) => make("dd", {}, shownValue(value)))];
}

function shownValue(value) {
  if (value === null) {
    return "(no value)";
  }
  return value === "" ? "(empty)" : visible(cut(value, LONGEST_VALUE));
}
