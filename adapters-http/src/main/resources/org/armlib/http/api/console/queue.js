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
  /** What follows the first pages, where more is wanted: read now and then, since each page is a call. */
  #rest = {};

  /** Has everything read again the next time. */
  refresh() {
    this.#read = {};
    Object.values(this.#rest).forEach((rest) => (rest.round = -ROUNDS));
  }

  /**
   * Reads what may have changed. `status` is what administrators are told of the queue, null where that is closed;
   * `wanted` is how many requests are to be shown of a state.
   */
  async load(status, wanted) {
    const round = this.#round++;
    // Where nobody tells how many there are, they are counted by being listed.
    const most = (state) => (isLive(state) && round > 0 && status ? Math.min(wanted(state), MOST) : MOST);
    const stale = (state) => {
      const before = this.#read[state];
      return isLive(state) || !before || before.count !== status?.counts[state] || round - before.round >= (status ? ROUNDS : ROUNDS_UNTOLD);
    };
    await Promise.all(
      STATES.filter((state) => stale(state)).map(async (state) => {
        const page = await api.list(state, most(state));
        this.#read[state] = { round, count: status?.counts[state], page };
      }),
    );
    await Promise.all(STATES.map((state) => this.#join(state, wanted(state), round)));
    this.counts = status?.counts ?? Object.fromEntries(STATES.map((state) => [state, this.lists[state].length]));
    this.uncounted = status ? new Set() : this.partial;
    this.workers = status?.workers ?? null;
    this.suspended = status ? status.leasing !== "Running" : false;
    const submitted = this.lists.Pending.map((request) => Date.parse(request.submitted));
    this.oldest = status?.oldestPending ? Date.parse(status.oldestPending) : submitted.length > 0 ? Math.min(...submitted) : null;
  }

  /** Makes a list of a state's first page and, where more is wanted, of those that follow. */
  async #join(state, wanted, round) {
    const { page } = this.#read[state];
    const enough = (items, next) => !next || items.length >= wanted;
    if (enough(page.items, page.next)) {
      delete this.#rest[state];
      this.#set(state, page.items, page.next);
      return;
    }
    let rest = this.#rest[state];
    if (!rest || round - rest.round >= ROUNDS || !enough([...page.items, ...rest.items], rest.next)) {
      rest = { round, items: [], next: page.next };
      while (!enough([...page.items, ...rest.items], rest.next)) {
        const { items, next } = await api.list(state, MOST, rest.next);
        rest.items.push(...items);
        rest.next = next;
      }
      this.#rest[state] = rest;
    }
    // The first page is the newer of the two.
    const known = new Set(page.items.map((request) => request.key));
    this.#set(state, [...page.items, ...rest.items.filter((request) => !known.has(request.key))], rest.next);
  }

  #set(state, items, next) {
    this.lists[state] = items;
    this.partial[next ? "add" : "delete"](state);
  }
}
