/** The console page: asks the server how things stand, and has the parts of the page show it. */

import * as api from "./api.js";
import { Chart, niceSpan } from "./charts.js";
import { Detail } from "./detail.js";
import { byId, say } from "./dom.js";
import { brief, count, heldBy } from "./format.js";
import { History, WINDOW } from "./history.js";
import { Queue, all } from "./queue.js";
import { RequestTable } from "./requests.js";
import { go } from "./route.js";
import { ServerPanel } from "./server.js";
import { submitForm } from "./submit.js";

const PAUSE = 2000;
const PAUSE_UNSEEN = 15_000;
const MOST_HURRIED = 3;
const PAUSE_GONE = [1000, 2000, 4000, 8000, 15_000];

const queue = new Queue();
const past = new History();
const table = new RequestTable(queue, wake);
const detail = new Detail(wake);
const server = new ServerPanel(wake);
submitForm((key) => {
  go({ key });
  wake();
});

const depth = new Chart(byId("chart-depth"), {
  title: "Queue depth",
  series: [
    { name: "running", title: "Running" },
    { name: "waiting", title: "Waiting" },
  ],
  stacked: true,
  look: "steps",
  none: "The queue is empty",
});
const throughput = new Chart(byId("chart-throughput"), {
  title: "Throughput per minute",
  series: [
    { name: "completed", title: "Completed" },
    { name: "failed", title: "Failed" },
  ],
  stacked: true,
  none: "Nothing was finished",
});
const waits = new Chart(byId("chart-waits"), {
  title: "Wait before running",
  series: [
    { name: "p90", title: "p90" },
    { name: "p50", title: "Median" },
  ],
  format: brief,
  nice: niceSpan,
  shows: (span) => span.begun > 0,
  none: "No start was seen",
});

byId("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = byId("find-key").value.trim();
  if (key !== "") {
    go({ key });
    byId("find").reset();
  }
});

let failures = 0;
let looked = false;
let waiting = null;
/** How often in a row rows in sight were asked for without a pause. */
let hurried = 0;

/** Looks at everything again at once. */
function wake() {
  waiting?.abort();
}

async function look() {
  await server.load();
  await queue.load(table.wanted());
  const now = api.serverNow();
  if (!looked) {
    looked = true;
    past.before(now, (await all(queue.counts)) ?? []);
  }
  past.sample(now, queue.counts);
  [...queue.lists.InProgress.items, ...queue.lists.Completed.items].forEach((request) => past.began(request));
}

function show() {
  const now = api.serverNow();
  const { counts, overview } = queue;
  table.show();
  server.show(overview);
  for (const state of ["InProgress", "Pending", "Completed", "Failed"]) {
    say(byId(`count-${state}`), count(counts[state]));
  }
  say(byId("oldest"), queue.oldest === null ? "–" : brief(now - queue.oldest));
  say(byId("workers"), count(overview.workers));
  depth.show(past.depths(now), now - WINDOW, now);
  throughput.show(past.throughput(now), now - WINDOW, now);
  waits.show(past.waits(now), now - WINDOW, now);
  byId("held").hidden = !overview.held;
  say(byId("held"), overview.held ? `Nothing is leased on this server. ${heldBy(overview.held, now)}.` : "");
  const [state, words] = stateOf(overview);
  tell(state, words);
}

function stateOf({ counts, leasing, held, workers }) {
  if (leasing !== "Running") {
    return ["suspended", leasing];
  }
  if (held) {
    return ["suspended", "Held"];
  }
  if (workers === 0 && counts.Pending > 0) {
    return ["suspended", "No worker"];
  }
  return counts.InProgress + counts.Pending > 0 ? ["working", "Working"] : ["idle", "Idle"];
}

function tell(state, words) {
  byId("state").dataset.state = state;
  say(byId("state-text"), words);
  document.title = queue.counts ? `${words} (${count(queue.counts.Pending)}) · armlib` : "armlib console";
}

/** Says that the server is gone, and counts down to the next try. */
async function waitGone(failure, signal) {
  const pause = PAUSE_GONE[Math.min(failures, PAUSE_GONE.length) - 1];
  tell("gone", "No answer");
  byId("gone").hidden = false;
  say(byId("gone-what"), `${failure.message}.`);
  document.body.classList.add("stale");
  for (let left = pause; left > 0 && !signal.aborted; left -= 1000) {
    say(byId("gone-text"), `What is shown may be old. Trying again in ${brief(left)}.`);
    await api.sleep(Math.min(1000, left), signal);
  }
}

function back() {
  failures = 0;
  byId("gone").hidden = true;
  say(byId("gone-what"), "");
  document.body.classList.remove("stale");
}

async function run() {
  for (;;) {
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      await look();
      back();
      show();
      // What is in sight may have moved while it was read.
      hurried = table.lacks() && hurried < MOST_HURRIED ? hurried + 1 : 0;
      if (hurried === 0) {
        await api.sleep(document.hidden ? PAUSE_UNSEEN : PAUSE, signal);
      }
    } catch (failure) {
      failures++;
      if (!(failure instanceof api.Unreachable || failure instanceof api.Problem)) {
        console.error(failure);
      }
      await waitGone(failure, signal);
    }
  }
}

byId("gone-retry").addEventListener("click", wake);
document.addEventListener("visibilitychange", () => document.hidden || waiting?.abort());
setInterval(() => detail.tick(), 1000);
run();
