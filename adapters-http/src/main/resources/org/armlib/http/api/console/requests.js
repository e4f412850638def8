/** The table of requests, a tab for each group of states. */

import * as api from "./api.js";
import { busy, byId, make, note, reconcile, say } from "./dom.js";
import { STATES, asLine, bytes, count, expected, heldBy, moment, percent, place, span, visible } from "./format.js";
import { Heights } from "./heights.js";
import { MOST, isLive } from "./queue.js";
import { address, current, go, onRoute } from "./route.js";

/** So many rows are kept ready on either side of those in sight, for the keyboard and for quick scrolling. */
const SPARE = 8;
/** How long scrolling must rest, in milliseconds, before what is in sight is asked for. */
const REST = 60;

const TABS = [
  { name: "queue", title: "Queue", states: ["InProgress", "Pending"], none: "Nothing waits and nothing runs." },
  { name: "failed", title: "Failed", states: ["Failed"], none: "No request has failed." },
  { name: "completed", title: "Completed", states: ["Completed"], none: "No request has been completed yet." },
  { name: "cancelled", title: "Cancelled", states: ["Cancelled"], none: "No request was cancelled." },
];

/** Only the rows in sight are in the page, however many there are; above and below is empty room as high as the others. */
export class RequestTable {
  #tab = null;
  #queue;
  #heights = new Heights();
  #changed;
  #resting = 0;
  /** How many rows the list had when it was last drawn. */
  #rendered = 0;
  #width = 0;

  /** `changed` is called when something else must be read, because of what the user did. */
  constructor(queue, changed) {
    this.#queue = queue;
    this.#changed = changed;
    byId("tabs").append(...TABS.map((tab) => this.#tabButton(tab)));
    byId("tabs").addEventListener("keydown", (event) => this.#key(event));
    byId("panel").addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(byId("list"));
    onRoute(({ tab }) => this.#choose(tab) && changed());
    this.#choose(current().tab);
  }

  /** The rows to be read: `{ state, from, to }` for each list that is in sight. */
  wanted() {
    const { from, to } = this.#inSight();
    const lists = this.#lists();
    let before = 0;
    return lists.flatMap((list, index) => {
      const { length } = list;
      const first = Math.min(Math.max(0, from - before), length);
      const end = Math.min(to - before, first + to - from);
      // A list that ends in sight is asked for what may have come.
      const seen = end > 0 && (from - before < length || (from === 0 && length === 0) || index === lists.length - 1);
      before += length;
      return seen ? [{ state: list.state, from: first, to: end }] : [];
    });
  }

  /** Whether rows are in sight that have not been read. */
  lacks() {
    const { from, to } = this.#inSight();
    return this.#rows(from, to).some((row) => row.absent);
  }

  /** Shows the requests of the chosen tab. */
  show() {
    const { counts } = this.#queue;
    const sum = (tab) => tab.states.reduce((total, state) => total + counts[state], 0);
    for (const tab of TABS) {
      say(byId(`tab-count-${tab.name}`), count(sum(tab)));
    }
    this.#render();
    const length = this.#length();
    byId("empty").hidden = length > 0;
    say(byId("empty"), this.#tab.none);
  }

  #lists() {
    return this.#tab.states.map((state) => this.#queue.lists[state]);
  }

  #length() {
    return this.#lists().reduce((sum, list) => sum + list.length, 0);
  }

  /** The rows in sight, and some on either side. */
  #inSight() {
    const top = byId("panel").scrollTop - byId("head").offsetHeight;
    const first = this.#heights.indexAt(top);
    // The panel is as high as what is in it, if that is not much; it is never higher than the window.
    const last = this.#heights.indexAt(top + innerHeight);
    const from = Math.max(0, Math.min(first, this.#length() - 1) - SPARE);
    return { from, to: Math.min(last + 1 + SPARE, from + MOST) };
  }

  /** The requests in some rows. One that was begun between two looks is listed as running and as waiting: it is shown once. */
  #rows(from, to) {
    const rows = [];
    const seen = new Set();
    let before = 0;
    for (const list of this.#lists()) {
      for (let index = Math.max(from, before); index < Math.min(to, before + list.length); index++) {
        const request = list.at(index - before);
        if (!request) {
          rows.push({ key: `\u0000${index}`, index, absent: true });
        } else if (!seen.has(request.key)) {
          seen.add(request.key);
          rows.push({ ...request, index });
        }
      }
      before += list.length;
    }
    return rows;
  }

  #render() {
    const panel = byId("panel");
    const length = this.#length();
    // Rows turn out higher or lower than was thought: who is at the end of the list stays there.
    const atEnd = length === this.#rendered && panel.scrollTop > 0 && panel.scrollTop + panel.clientHeight >= panel.scrollHeight - 1;
    this.#rendered = length;
    const { from, to } = this.#inSight();
    const rows = this.#rows(from, to);
    reconcile(
      byId("rows"),
      rows,
      (row) => row.key,
      (row) => (row.absent ? absent(COLUMNS[this.#tab.name].length) : this.#row()),
      (element, row) => this.#fill(element, row),
    );
    for (const element of byId("rows").children) {
      if (element.offsetHeight > 0) {
        this.#heights.set(Number(element.ariaRowIndex) - 2, element.offsetHeight);
      }
    }
    const style = byId("list").style;
    const below = this.#heights.before(Math.max(length, to)) - this.#heights.before(to);
    style.paddingTop = `${this.#heights.before(from)}px`;
    style.paddingBottom = `${length > to ? below : 0}px`;
    if (atEnd) {
      panel.scrollTop = panel.scrollHeight;
    }
    const total = this.#tab.states.reduce((sum, state) => sum + (this.#queue.counts?.[state] ?? 0), 0);
    byId("requests").ariaRowCount = String(Math.max(total, length) + 1);
    this.#foot(rows, total);
  }

  /** Says which of many rows are in sight. */
  #foot(rows, total) {
    const panel = byId("panel").getBoundingClientRect();
    const shown = [...byId("rows").children].filter((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > panel.top + byId("head").offsetHeight && top < panel.bottom;
    });
    const many = rows.length < total && shown.length > 0;
    byId("more").hidden = !many;
    if (many) {
      const [first, last] = [shown[0], shown.at(-1)].map((row) => count(Number(row.ariaRowIndex) - 1));
      const order = this.#lists().every((list) => isLive(list.state) || list.latestFirst) ? "" : ", the earliest first";
      say(byId("more"), `${first} to ${last} of ${count(total)}${order}`);
    }
  }

  #scrolled() {
    requestAnimationFrame(() => {
      this.#render();
      clearTimeout(this.#resting);
      this.#resting = setTimeout(() => this.lacks() && this.#changed(), REST);
    });
  }

  /** In a column of another width rows are of another height. */
  #resized() {
    const width = byId("list").clientWidth;
    if (width !== this.#width) {
      this.#width = width;
      this.#heights = new Heights();
      if (this.#queue.counts) {
        this.#render();
      }
    }
  }

  #tabButton(tab) {
    return make(
      "button",
      { type: "button", role: "tab", id: `tab-${tab.name}`, "aria-controls": "panel", click: () => go({ tab: tab.name }) },
      `${tab.title} `,
      make("span", { class: "tab-count", id: `tab-count-${tab.name}` }),
    );
  }

  /** Shows a tab; false if it is shown already. */
  #choose(chosen) {
    if (chosen === this.#tab?.name) {
      return false;
    }
    this.#tab = TABS.find(({ name }) => name === chosen);
    this.#lists().forEach((list) => list.clear());
    this.#heights = new Heights();
    for (const { name } of TABS) {
      byId(`tab-${name}`).setAttribute("aria-selected", String(name === chosen));
      byId(`tab-${name}`).tabIndex = name === chosen ? 0 : -1;
    }
    byId("panel").setAttribute("aria-labelledby", `tab-${chosen}`);
    byId("panel").scrollTop = 0;
    say(byId("caption"), `Requests: ${this.#tab.title}`);
    byId("rows").replaceChildren();
    byId("rows").dataset.tab = chosen;
    byId("list").style.padding = "0";
    byId("empty").hidden = true;
    byId("more").hidden = true;
    byId("head").replaceChildren(
      make("tr", { "aria-rowindex": 1 }, COLUMNS[chosen].map((column) => make("th", { scope: "col", class: column.name }, column.title()))),
    );
    return true;
  }

  #key(event) {
    const at = TABS.indexOf(this.#tab);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      const tab = TABS[(to + TABS.length) % TABS.length];
      go({ tab: tab.name });
      byId(`tab-${tab.name}`).focus();
    }
  }

  #row() {
    const row = make("tr");
    row.append(...COLUMNS[this.#tab.name].map((column) => column.make()));
    return row;
  }

  #fill(element, row) {
    element.ariaRowIndex = String(row.index + 2);
    if (!row.absent) {
      element.dataset.state = row.status;
      COLUMNS[this.#tab.name].forEach((column, index) => column.fill(element.children[index], row, this.#changed));
    }
  }
}

/** A row that is not read yet. */
const absent = (columns) => make("tr", { class: "absent" }, make("td", { colspan: columns }, "Loading …"));

function hint(element, text) {
  if (text === "") {
    element.removeAttribute("title");
  } else {
    element.title = text;
  }
}

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
    const state = request.held ? "Held" : STATES[request.status];
    say(chip, request.position > 0 ? `${state}, ${place(request)}` : state);
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
    line.href = address({ tab: current().tab, key: request.key });
    hint(line, shown.length > 60 ? shown : "");
    say(under.firstElementChild, request.key);
    under.lastElementChild.hidden = !request.sticky;
  },
};

const PROGRESS = {
  name: "progress",
  title: () => "Progress",
  make: () => make("td", { class: "progress", "data-title": "Progress" }, progressBar(), make("span", { class: "lines hold" })),
  fill: (cell, request) => {
    const hold = request.held ? heldBy(request.held, api.serverNow()) : "";
    cell.classList.toggle("nothing", request.status !== "InProgress" && hold === "");
    fillProgress(cell.firstElementChild, request);
    say(cell.lastElementChild, hold);
    hint(cell, hold);
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
      (request) => (request.eta ? `Median ${moment(request.eta.p50)}, p90 ${moment(request.eta.p90)}` : ""),
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
