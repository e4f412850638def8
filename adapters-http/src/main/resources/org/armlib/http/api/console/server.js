/** What administrators see and do: the queue as a whole, and the areas of the cache. */

import * as api from "./api.js";
import { ask, busy, byId, make, note, say } from "./dom.js";
import { bytes, clockTime, count, heldBy, span } from "./format.js";

const LEASING = {
  Running: "Requests are leased to workers as they come.",
  Suspending: "No further request is begun; those that run go on.",
  Suspended: "No request runs, and none is begun.",
};

export class ServerPanel {
  #changed;
  /** What the server is known to say to `#token`: `open`, `locked` or `absent`. */
  #access = null;
  #token = null;
  #shown = "";
  #parts = {};
  #retention = "";

  /** `changed` is called after something was done. */
  constructor(changed) {
    this.#changed = changed;
    api.onTokenNeeded(askForToken);
    byId("token-no").addEventListener("click", () => byId("token").close());
    byId("token-forget").addEventListener("click", () => {
      api.tokens.forget("admin");
      api.tokens.forget("submit");
      changed();
    });
  }

  /** Finds out, where that is not known, whether the token is the right one. */
  async load() {
    const token = api.tokens.get("admin");
    if (this.#access === "absent" || (this.#access !== null && this.#token === token)) {
      return;
    }
    this.#access = token || this.#access === null ? await api.adminAccess() : "locked";
    this.#token = token;
  }

  /** `status` is how the queue stands as a whole. */
  show(status) {
    byId("token-forget").hidden = !api.tokens.get("admin") && !api.tokens.get("submit");
    if (this.#access !== "open") {
      this.#build(this.#access);
      return;
    }
    this.#build("open");
    const { chip, words, facts, suspend, resume, epoch } = this.#parts;
    const held = status.held && status.leasing === "Running";
    chip.dataset.leasing = held ? "Suspended" : status.leasing;
    say(chip, status.draining ? "Stopping" : held ? "Held" : status.leasing);
    say(words, status.draining ? "The server is about to stop, and takes no further requests." : held ? `${heldBy(status.held, api.serverNow())}.` : LEASING[status.leasing]);
    say(facts.workers, count(status.workers));
    say(facts.waiting, count(status.counts.Pending));
    const work = milliseconds(status.pendingEstimate ?? "PT0S");
    say(facts.work, work > 0 ? span(work) : "–");
    say(facts.calls, count(status.waitingCalls ?? 0));
    say(epoch, count(status.epoch));
    this.#retention = span(milliseconds(status.retention));
    const running = status.leasing === "Running";
    this.#swap(suspend, resume, running);
  }

  /** Shows one of two buttons; focus that was on the other goes with it. */
  #swap(suspend, resume, running) {
    const focused = document.activeElement === suspend || document.activeElement === resume;
    suspend.hidden = !running;
    resume.hidden = running;
    if (focused) {
      (running ? suspend : resume).focus();
    }
  }

  #build(what) {
    if (what === this.#shown) {
      return;
    }
    this.#shown = what;
    const parts = { absent: () => this.#absent(), locked: () => this.#locked(), open: () => this.#open() };
    byId("server-body").replaceChildren(...parts[what]());
  }

  #absent() {
    return [
      make("p", { class: "empty" }, "This server has no admin token, so nothing can be suspended or cleared from here. Give it one as server.admin-token in its app.conf."),
    ];
  }

  #locked() {
    const button = make("button", { type: "button", id: "unlock" }, "Enter the token");
    button.addEventListener("click", () =>
      busy(button, async () => {
        await api.unlock();
        note("The token is kept until this tab is closed.");
        this.#changed();
      }),
    );
    return [make("p", { class: "empty" }, "Suspending, clearing and rebuilding need the admin token. ", button)];
  }

  #open() {
    const fact = () => make("dd");
    const facts = { workers: fact(), waiting: fact(), work: fact(), calls: fact() };
    const parts = (this.#parts = {
      facts,
      chip: make("span", { class: "chip", id: "leasing" }),
      words: make("span", { class: "quiet" }),
      suspend: this.#button("Suspend", "suspend", () => api.admin("suspend"), () => "No further request is begun."),
      resume: this.#button("Resume", "resume", () => api.admin("resume"), () => "Requests are leased again."),
      epoch: make("dd"),
    });
    return [
      make(
        "section",
        { class: "part", "aria-label": "Queue" },
        make("h3", {}, "Queue"),
        make("p", { class: "status-line" }, parts.chip, parts.words),
        make(
          "dl",
          { class: "facts" },
          ...[
            ["Workers", facts.workers],
            ["Waiting", facts.waiting],
            ["Their estimated time", facts.work],
            ["Calls that wait", facts.calls],
          ].flatMap(([name, value]) => [make("dt", {}, name), value]),
        ),
        make(
          "p",
          { class: "actions" },
          parts.suspend,
          parts.resume,
          this.#button(
            "Forget old requests",
            "prune",
            () => api.admin("prune"),
            ({ forgotten }) => `${count(forgotten)} requests were forgotten.`,
            () => ["Forget old requests?", `The records of requests that ended more than ${this.#retention} ago are removed from the queue. Results stay.`, "Forget them"],
          ),
        ),
      ),
      make(
        "section",
        { class: "part", "aria-label": "Cache" },
        make("h3", {}, "Cache"),
        make("dl", { class: "facts" }, make("dt", {}, "Data epoch"), parts.epoch),
        make(
          "p",
          { class: "actions" },
          this.#button("Count the results", "cache-count", api.cacheCounts, (counts) => this.#counted(counts)),
          make("small", { id: "cache-counted" }, COUNTING),
        ),
        make(
          "div",
          { class: "area" },
          areaWords("Temporary", "of requests that are not sticky", "cache-temporary"),
          this.#button(
            "Clear",
            "clear-cache",
            () => api.admin("clear-cache"),
            (removed) => this.#cleared(removed),
            ["Clear temporary results?", "The results of requests that are not sticky are removed. Who asks for one again has it run again. Sticky results stay.", "Clear"],
            "Clear temporary results",
          ),
        ),
        make(
          "div",
          { class: "area" },
          areaWords("Persistent", "of sticky requests", "cache-persistent"),
          this.#button(
            "Data were rebuilt",
            "rebuilt",
            () => api.admin("rebuilt"),
            (removed) => this.#cleared(removed),
            ["Begin the next data epoch?", "No result of the present data is found any more, sticky or not, and all of them are removed.", "Begin it"],
          ),
        ),
      ),
    ];
  }

  #counted({ areas }) {
    const words = { temporary: held(areas.temporary), persistent: held(areas.persistent) };
    for (const [area, text] of Object.entries(words)) {
      say(byId(`cache-${area}`), text);
    }
    say(byId("cache-counted"), `Counted at ${clockTime(Date.now())}.`);
    return `Temporary: ${words.temporary}. Persistent: ${words.persistent}.`;
  }

  /** What was counted before is not so any more. */
  #cleared({ items, bytes: length, epoch }) {
    for (const id of ["cache-temporary", "cache-persistent"]) {
      say(byId(id), "");
    }
    say(byId("cache-counted"), COUNTING);
    return `${count(items)} results, ${bytes(length)}, were removed. The data epoch is ${count(epoch)}.`;
  }

  #button(title, id, action, told, question, label) {
    const button = make("button", { type: "button", id, class: question ? "danger" : "", "aria-label": label }, title);
    button.addEventListener("click", async () => {
      const asked = typeof question === "function" ? question() : question;
      if (!asked || (await ask(...asked))) {
        await busy(button, async () => {
          note(told(await action()));
          this.#changed();
        });
      }
    });
    return button;
  }
}

const COUNTING = "Looks at each result, which takes a while where there are many.";

const areaWords = (name, whose, id) => make("p", {}, make("strong", {}, name), ` results, ${whose}`, make("span", { class: "quiet held", id }));

/** What an area holds; where not all was counted, it is the least. */
function held({ results, bytes: length, complete }) {
  const words = `${count(results)} ${results === 1 ? "result" : "results"}, ${bytes(length)}`;
  return complete ? words : `more than ${words}`;
}

/** A time span of ISO 8601 in milliseconds; years and months do not occur. */
function milliseconds(text) {
  const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/.exec(text) ?? [];
  return (((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60 + Number(seconds ?? 0)) * 1000;
}

const PURPOSES = {
  admin: "This needs the admin token of the server.",
  submit: "This server takes requests only with a token.",
};

function askForToken(purpose, refused) {
  const dialog = byId("token");
  const input = byId("token-value");
  say(byId("token-text"), PURPOSES[purpose]);
  say(byId("token-error"), refused ? "The token was not accepted." : "");
  input.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes" ? input.value.trim() : null), { once: true });
  });
}
