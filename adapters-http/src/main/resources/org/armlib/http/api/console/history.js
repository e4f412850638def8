/** What the charts show: how the queue was over the last minutes, as far as this page knows. */

export const WINDOW = 15 * 60_000;
const BUCKETS = 30;
const BUCKET = WINDOW / BUCKETS;

export class History {
  #depths = [];
  #ends = [];
  #waits = new Map();
  #totals = null;

  /** What the queue holds at a time, in numbers by state; what was finished since the last time is what is more. */
  sample(at, counts) {
    this.#depths.push({ at, running: counts.InProgress, waiting: counts.Pending });
    if (this.#totals) {
      // Less than before means that some were forgotten or run again.
      const more = (state) => Math.max(0, counts[state] - this.#totals[state]);
      this.#ends.push({ at, completed: more("Completed"), failed: more("Failed") });
    }
    this.#totals = counts;
    // One sample before the window tells how it begins.
    while (this.#depths.length > 1 && this.#depths[1].at < at - WINDOW) {
      this.#depths.shift();
    }
    this.#ends = this.#ends.filter((end) => end.at >= at - WINDOW);
  }

  /**
   * What the requests that are known tell of the time before `opened`, when the page began to look. It is right but for
   * earlier attempts and submissions, of which they tell nothing.
   */
  before(opened, requests) {
    const steps = [];
    for (const { submitted, started, finished, status } of requests) {
      const [from, until] = [Date.parse(submitted), finished ? Date.parse(finished) : Infinity];
      const began = started ? Date.parse(started) : until;
      steps.push({ at: from, waiting: 1, running: 0 }, { at: began, waiting: -1, running: 1 }, { at: until, waiting: 0, running: -1 });
      if (until < opened && status !== "Cancelled") {
        this.#ends.push({ at: until, completed: status === "Completed" ? 1 : 0, failed: status === "Failed" ? 1 : 0 });
      }
    }
    let last = { at: -Infinity, running: 0, waiting: 0 };
    for (const { at, running, waiting } of steps.sort((one, other) => one.at - other.at)) {
      if (at < opened) {
        last = { at, running: last.running + running, waiting: last.waiting + waiting };
        this.#depths.push(last);
      }
    }
  }

  /** When a request began to run, if it did; told again, it counts once. */
  began(request) {
    if (request.started) {
      const at = Date.parse(request.started);
      this.#waits.set(`${request.key} ${request.submitted}`, { at, wait: at - Date.parse(request.submitted) });
    }
  }

  /** How the queue was, as spans that follow each other up to `now`. */
  depths(now) {
    return this.#depths
      .map(({ at, running, waiting }, index) => ({ from: at, to: this.#depths[index + 1]?.at ?? now, running, waiting }))
      .filter(({ from, to }) => to > from && to > now - WINDOW);
  }

  /** Per bucket of the window that ends at `now`, how many were completed and failed a minute. */
  throughput(now) {
    const perMinute = 60_000 / BUCKET;
    const sum = (items, name) => items.reduce((total, item) => total + item[name], 0) * perMinute;
    return buckets(this.#ends, now).map(({ from, to, items }) => ({
      from,
      to,
      completed: sum(items, "completed"),
      failed: sum(items, "failed"),
    }));
  }

  /** Per bucket, how long those waited that began in it: half of them at most p50, nine of ten at most p90. */
  waits(now) {
    const first = now - WINDOW - BUCKET;
    for (const [key, { at }] of this.#waits) {
      if (at < first) {
        this.#waits.delete(key);
      }
    }
    return buckets([...this.#waits.values()], now).map(({ from, to, items }) => {
      const sorted = items.map((item) => item.wait).sort((one, other) => one - other);
      const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
      return { from, to, p50: at(0.5), p90: at(0.9), begun: sorted.length };
    });
  }
}

function buckets(items, now) {
  // They begin at round times, so that a bar does not change while it moves.
  const end = (Math.floor(now / BUCKET) + 1) * BUCKET;
  const all = Array.from({ length: BUCKETS }, (_, index) => {
    const from = end - (BUCKETS - index) * BUCKET;
    return { from, to: from + BUCKET, items: [] };
  });
  for (const item of items) {
    all[Math.floor((item.at - all[0].from) / BUCKET)]?.items.push(item);
  }
  return all;
}
