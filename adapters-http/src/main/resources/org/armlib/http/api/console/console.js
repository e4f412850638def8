/** The console page: asks the server how things stand, and has the parts of the page show it. */

import * as api from "./api.js";
import { Chart, niceSpan } from "./charts.js";
import { Detail } from "./detail.js";
import { byId, say } from "./dom.js";
import { brief, count } from "./format.js";
import { History, WINDOW } from "./history.js";
import { Queue, STATES } from "./queue.js";
import { RequestTable } from "./requests.js";
import { ServerPanel } from "./server.js";
import { submitForm } from "./submit.js";

const PAUSE = 2000;
const PAUSE_UNSEEN = 15_000;
const PAUSE_GONE = [1000, 2000, 4000, 8000, 15_000];

const queue = new Queue();
const past = new History();
const table = new RequestTable(wake);
const detail = new Detail((status) => table.know(status));
const server = new ServerPanel(wake);
submitForm((key) => {
  detail.open(key);
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
  title: "Throughput, a minute",
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
    { name: "p90", title: "9 of 10 at most" },
    { name: "p50", title: "Half at most" },
  ],
  format: brief,
  nice: niceSpan,
  shows: (span) => span.begun > 0,
  none: "Nothing was begun",
});

byId("find").addEventListener("submit", (event) => {
  event.preventDefault();
  const key = byId("find-key").value.trim();
  if (key !== "") {
    detail.open(encodeURIComponent(key));
    byId("find").reset();
  }
});

let status = null;
let failures = 0;
let looked = false;
let waiting = null;

/** Shows what is known, and looks at everything again at once. */
function wake() {
  queue.refresh();
  if (queue.counts) {
    table.show(queue);
  }
  waiting?.abort();
}

async function look() {
  status = await server.load();
  await queue.load(status, (state) => table.wanted(state));
  table.show(queue);
  await table.loadMore();
  const now = api.serverNow();
  if (!looked) {
    looked = true;
    // Where not all are listed, they tell only a part.
    if (queue.partial.size === 0) {
      past.before(now, STATES.flatMap((state) => queue.lists[state]));
    }
  }
  past.sample(now, queue.counts);
  queue.lists.InProgress.forEach((request) => past.began(request));
  queue.lists.Completed.forEach((request) => past.began(request));
}

function show() {
  const now = api.serverNow();
  table.show(queue);
  server.show(status);
  for (const state of ["InProgress", "Pending", "Completed", "Failed"]) {
    say(byId(`count-${state}`), count(queue.counts[state]) + (queue.uncounted.has(state) ? "+" : ""));
  }
  say(byId("oldest"), queue.oldest === null ? "–" : brief(now - queue.oldest));
  say(byId("workers"), queue.workers === null ? "–" : count(queue.workers));
  depth.show(past.depths(now), now - WINDOW, now);
  throughput.show(past.throughput(now), now - WINDOW, now);
  waits.show(past.waits(now), now - WINDOW, now);
  const [state, words] = stateOf(queue);
  tell(state, words);
}

function stateOf({ counts, suspended, workers }) {
  if (suspended) {
    return counts.InProgress > 0 ? ["suspended", "Suspending"] : ["suspended", "Suspended"];
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
      await api.sleep(document.hidden ? PAUSE_UNSEEN : PAUSE, signal);
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
