/** The table of requests, a tab for each group of states. */

import * as api from "./api.js";
import { busy, byId, make, note, reconcile, say } from "./dom.js";
import { STATES, asLine, bytes, count, expected, moment, percent, span, visible } from "./format.js";
import { MOST, isLive } from "./queue.js";

const PAGE = 50;
/** How old, in milliseconds, what is known of a live request beyond the list may be. */
const STALE = 4000;
const AT_ONCE = 4;
const A_ROUND = 24;

const TABS = [
  { name: "queue", title: "Queue", states: ["InProgress", "Pending"], none: "Nothing waits and nothing runs." },
  { name: "failed", title: "Failed", states: ["Failed"], none: "No request has failed." },
  { name: "completed", title: "Completed", states: ["Completed"], none: "No request has been completed yet." },
  { name: "cancelled", title: "Cancelled", states: ["Cancelled"], none: "No request was cancelled." },
];

export class RequestTable {
  #tab = TABS[0];
  #shown = PAGE;
  #requests = [];
  #more = new Map();
  #changed;

  /** `changed` is called when what is shown must be read again, because of what the user did. */
  constructor(changed) {
    this.#changed = changed;
    byId("tabs").append(...TABS.map((tab) => this.#tabButton(tab)));
    byId("tabs").addEventListener("keydown", (event) => this.#key(event));
    byId("more-load").addEventListener("click", () => {
      this.#shown += Math.min(this.#shown, MOST);
      changed();
    });
    this.#choose(TABS[0]);
  }

  /** How many requests of a state are wanted at most. */
  wanted(state) {
    return this.#tab.states.includes(state) ? this.#shown : PAGE;
  }

  /** Reads, of the live requests in sight, when they are expected to be done, and of the completed ones their results. */
  async loadMore() {
    const now = Date.now();
    const inSight = new Set(
      [...byId("rows").children].filter((row) => isInSight(row.getBoundingClientRect())).map((row) => row.dataset.item),
    );
    const wanted = this.#requests
      .filter((request) => inSight.has(request.key) && (isLive(request.status) || request.status === "Completed"))
      .filter((request) => {
        const known = this.#more.get(request.key);
        const fresh = known && known.status.status === request.status && known.status.submitted === request.submitted;
        return !fresh || (isLive(request.status) && now - known.at > STALE);
      })
      .slice(0, A_ROUND);
    const next = wanted[Symbol.iterator]();
    const work = async () => {
      for (const request of next) {
        try {
          this.know(await api.status(request.key));
        } catch (failure) {
          if (!(failure instanceof api.Problem)) {
            throw failure;
          }
          // What is listed and yet unknown has lost its result, or was forgotten since.
          this.know({ ...request, results: {} });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  /** Takes over what is known of one request, from wherever. */
  know(status) {
    this.#more.set(status.key, { at: Date.now(), status });
  }

  /** Shows the requests of the chosen tab. */
  show(queue) {
    const sum = (tab) => tab.states.reduce((total, state) => total + queue.counts[state], 0);
    const uncounted = (tab) => tab.states.some((state) => queue.uncounted.has(state));
    for (const tab of TABS) {
      say(byId(`tab-count-${tab.name}`), count(sum(tab)) + (uncounted(tab) ? "+" : ""));
    }
    const listed = this.#tab.states.flatMap((state) => queue.lists[state].slice(0, isLive(state) ? this.#shown : undefined));
    // One that was begun between two calls is listed as running and as waiting.
    const seen = new Set();
    this.#requests = listed.filter(({ key }) => !seen.has(key) && seen.add(key));
    if (this.#tab.name !== "queue") {
      this.#requests.sort((one, other) => Date.parse(other.finished) - Date.parse(one.finished));
      this.#requests.length = Math.min(this.#requests.length, this.#shown);
    }
    reconcile(
      byId("rows"),
      this.#requests,
      (request) => request.key,
      () => this.#row(),
      (row, request) => this.#fill(row, request),
    );
    this.#forget();
    const shown = this.#requests.length;
    byId("empty").hidden = shown > 0;
    say(byId("empty"), this.#tab.none);
    const more = shown > 0 && (sum(this.#tab) > shown || uncounted(this.#tab));
    // Before it is hidden, which would leave focus nowhere.
    if (!more && document.activeElement === byId("more-load")) {
      byId("panel").focus({ preventScroll: true });
    }
    byId("more").hidden = !more;
    say(byId("more-text"), more ? `${count(shown)} of ${uncounted(this.#tab) ? "more" : count(sum(this.#tab))} are shown.` : "");
  }

  #forget() {
    const present = new Set(this.#requests.map((request) => request.key));
    for (const key of this.#more.keys()) {
      if (!present.has(key)) {
        this.#more.delete(key);
      }
    }
  }

  #tabButton(tab) {
    return make(
      "button",
      { type: "button", role: "tab", id: `tab-${tab.name}`, "aria-controls": "panel", click: () => this.#choose(tab, true) },
      `${tab.title} `,
      make("span", { class: "tab-count", id: `tab-count-${tab.name}` }),
    );
  }

  #choose(tab, told = false) {
    this.#tab = tab;
    this.#shown = PAGE;
    for (const { name } of TABS) {
      const chosen = name === tab.name;
      byId(`tab-${name}`).setAttribute("aria-selected", String(chosen));
      byId(`tab-${name}`).tabIndex = chosen ? 0 : -1;
    }
    byId("panel").setAttribute("aria-labelledby", `tab-${tab.name}`);
    say(byId("caption"), `Requests: ${tab.title}`);
    byId("rows").replaceChildren();
    byId("rows").dataset.tab = tab.name;
    byId("empty").hidden = true;
    byId("more").hidden = true;
    const columns = COLUMNS[tab.name];
    byId("head").replaceChildren(
      make("tr", {}, columns.map((column) => make("th", { scope: "col", class: column.name }, column.title()))),
    );
    if (told) {
      this.#changed();
    }
  }

  #key(event) {
    const at = TABS.indexOf(this.#tab);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const tab = TABS[(to + TABS.length) % TABS.length];
      this.#choose(tab, true);
      byId(`tab-${tab.name}`).focus();
    }
  }

  #row() {
    const row = make("tr");
    row.append(...COLUMNS[this.#tab.name].map((column) => column.make()));
    return row;
  }

  #fill(row, listed) {
    const known = this.#more.get(listed.key)?.status;
    const same = known && known.submitted === listed.submitted;
    const request = same ? { ...listed, eta: known.eta, results: known.results } : listed;
    row.dataset.state = request.status;
    COLUMNS[this.#tab.name].forEach((column, index) => column.fill(row.children[index], request, this.#changed));
  }
}

function hint(element, text) {
  if (text === "") {
    element.removeAttribute("title");
  } else {
    element.title = text;
  }
}

const isInSight = ({ top, bottom }) => bottom > 0 && top < innerHeight;

/** A column whose cells hold one text. */
function text(name, title, textOf, titleOf = () => "") {
  return {
    name,
    title: () => title,
    make: () => make("td", { class: name, "data-title": title }),
    fill: (cell, request) => {
      say(cell, textOf(request));
      hint(cell, titleOf(request));
    },
  };
}

const ago = (time) => (time ? span(api.serverNow() - Date.parse(time)) : "–");

const STATE = {
  name: "place",
  title: () => "State",
  make: () => make("td", { class: "place", "data-title": "State" }, make("span", { class: "chip" })),
  fill: (cell, request) => {
    const chip = cell.firstElementChild;
    chip.dataset.state = request.status;
    say(chip, request.position > 0 ? `${STATES[request.status]}, #${count(request.position)}` : STATES[request.status]);
  },
};

const REQUEST = {
  name: "request",
  title: () => "Request",
  make: () =>
    make(
      "td",
      { class: "request" },
      make("a", { class: "line" }),
      make("span", { class: "under" }, make("code", { class: "key" }), make("span", { class: "badge" }, "sticky")),
    ),
  fill: (cell, request) => {
    const [line, under] = cell.children;
    const shown = asLine(request);
    say(line, shown);
    line.href = `#/requests/${request.key}`;
    hint(line, shown.length > 60 ? shown : "");
    say(under.firstElementChild, request.key);
    under.lastElementChild.hidden = !request.sticky;
  },
};

const PROGRESS = {
  name: "progress",
  title: () => "Progress",
  make: () =>
    make("td", { class: "progress", "data-title": "Progress" }, progressBar()),
  fill: (cell, request) => {
    cell.classList.toggle("nothing", request.status !== "InProgress");
    fillProgress(cell.firstElementChild, request);
  },
};

export function progressBar() {
  return make("div", { class: "advance" }, make("progress", { max: 1 }), make("span", { class: "advance-text" }));
}

export function fillProgress(bar, request) {
  const [meter, words] = bar.children;
  bar.hidden = request.status !== "InProgress";
  const { fraction, message } = request.progress ?? { fraction: 0, message: "" };
  const known = fraction > 0 || message !== "";
  if (known) {
    meter.value = fraction;
  } else {
    meter.removeAttribute("value");
  }
  meter.setAttribute("aria-label", `Progress of ${request.key}`);
  say(words, known ? [percent(fraction), visible(message)].filter(Boolean).join(" · ") : "started");
}

const RESULTS = {
  name: "results",
  title: () => "Results",
  make: () =>
    make(
      "td",
      { class: "results", "data-title": "Results" },
      make("span", { class: "links" }),
      make("span", { class: "quiet" }, "cleared"),
    ),
  fill: (cell, request) => {
    const results = Object.entries(request.results ?? {});
    cell.lastElementChild.hidden = !request.results || results.length > 0;
    reconcile(
      cell.firstElementChild,
      results,
      ([name]) => name,
      () => make("a", { class: "result" }),
      (link, [name, result]) => {
        link.href = resultUrl(result);
        say(link, `${name} ${bytes(result.length)}`);
        link.setAttribute("aria-label", `Result of ${request.key} as ${name}, ${bytes(result.length)}`);
      },
    );
  },
};

/** Where a result lies; nothing but an address of the web is followed. */
export function resultUrl(result) {
  const url = new URL(result.url, document.baseURI);
  return url.protocol === "http:" || url.protocol === "https:" ? url.href : "#";
}

function action(title, of, done) {
  return {
    name: "action",
    title: () => make("span", { class: "unseen" }, "Action"),
    make: () => make("td", { class: "action" }, make("button", { type: "button", class: "small" }, title)),
    fill: (cell, request, changed) => {
      const button = cell.firstElementChild;
      button.setAttribute("aria-label", `${title} ${request.key}`);
      button.onclick = () =>
        busy(button, async () => {
          await of(request.key);
          note(`${request.key} ${done}`);
          changed();
        });
    },
  };
}

const CANCEL = action("Cancel", api.cancel, "was cancelled");
const RESUBMIT = action("Resubmit", api.resubmit, "was submitted again");

const reason = (request) => visible(request.error?.detail ?? request.error?.title ?? "");

const REASON = {
  name: "reason",
  title: () => "Reason",
  make: () => make("td", { class: "reason", "data-title": "Reason" }, make("span", { class: "lines" })),
  fill: (cell, request) => {
    say(cell.firstElementChild, reason(request));
    hint(cell, reason(request));
  },
};

const ATTEMPTS = text("attempts", "Attempts", (request) => request.attempts, reason);

const COLUMNS = {
  queue: [
    STATE,
    REQUEST,
    text("age", "Age", (request) => ago(request.submitted), (request) => `Submitted ${moment(request.submitted)}`),
    text(
      "eta",
      "Done in",
      (request) => (request.eta ? expected(request.eta, api.serverNow()) : "–"),
      (request) => (request.eta ? `Half of the time before ${moment(request.eta.p50)}, nine times of ten before ${moment(request.eta.p90)}` : ""),
    ),
    PROGRESS,
    ATTEMPTS,
    CANCEL,
  ],
  failed: [
    REQUEST,
    REASON,
    text("ended", "Failed", (request) => `${ago(request.finished)} ago`, (request) => moment(request.finished)),
    ATTEMPTS,
    RESUBMIT,
  ],
  completed: [
    REQUEST,
    text("ended", "Completed", (request) => `${ago(request.finished)} ago`, (request) => moment(request.finished)),
    text("waited", "Waited", (request) => between(request.submitted, request.started)),
    text("took", "Ran", (request) => between(request.started, request.finished)),
    RESULTS,
  ],
  cancelled: [
    REQUEST,
    text("ended", "Cancelled", (request) => `${ago(request.finished)} ago`, (request) => moment(request.finished)),
    ATTEMPTS,
    RESUBMIT,
  ],
};

function between(from, to) {
  return from && to ? span(Date.parse(to) - Date.parse(from)) : "–";
}
