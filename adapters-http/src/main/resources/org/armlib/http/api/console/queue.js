/** What the queue holds, as the server lists it. */

import * as api from "./api.js";

export const STATES = ["InProgress", "Pending", "Completed", "Failed", "Cancelled"];

/** The most that one call lists. */
export const MOST = 500;
/** After so many rounds a list of what is finished is read again: where counts tell of most changes, and where nothing does. */
const ROUNDS = 10;
const ROUNDS_UNTOLD = 2;

export const isLive = (state) => state === "InProgress" || state === "Pending";

export class Queue {
  /** The requests in each state, the first of them if there are many. */
  lists = {};
  /** How many there are in each state, as far as is known. */
  counts = null;
  /** The states of which not all requests are listed. */
  partial = new Set();
  /** The states in which there are more than are counted. */
  uncounted = new Set();
  /** When the one that has waited longest was submitted, in milliseconds. */
  oldest = null;
  /** How many workers there are, if that is known. */
  workers = null;
  suspended = false;

  #round = 0;
  #read = {};

  /** Has everything read again the next time. */
  refresh() {
    this.#read = {};
  }

  /**
   * Reads what may have changed. `status` is what administrators are told of the queue, null where that is closed;
   * `limit` is how many live requests are wanted.
   */
  async load(status, limit) {
    const round = this.#round++;
    const most = (state) => (isLive(state) && round > 0 ? limit : MOST);
    const stale = (state) => {
      const before = this.#read[state];
      return isLive(state) || !before || before.count !== status?.counts[state] || round - before.round >= (status ? ROUNDS : ROUNDS_UNTOLD);
    };
    await Promise.all(
      STATES.filter((state) => stale(state)).map(async (state) => {
        this.lists[state] = await api.list(state, most(state));
        this.#read[state] = { round, count: status?.counts[state] };
      }),
    );
    this.partial = new Set(STATES.filter((state) => this.lists[state].length >= most(state)));
    this.counts = status?.counts ?? Object.fromEntries(STATES.map((state) => [state, this.lists[state].length]));
    this.uncounted = status ? new Set() : this.partial;
    this.workers = status?.workers ?? null;
    this.suspended = status ? status.leasing !== "Running" : false;
    const submitted = this.lists.Pending.map((request) => Date.parse(request.submitted));
    this.oldest = status?.oldestPending ? Date.parse(status.oldestPending) : submitted.length > 0 ? Math.min(...submitted) : null;
  }
}
