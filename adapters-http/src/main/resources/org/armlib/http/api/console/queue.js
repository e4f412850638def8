/** What the queue holds: in numbers, and of its lists the parts that are in sight. */

import * as api from "./api.js";

export const STATES = ["InProgress", "Pending", "Completed", "Failed", "Cancelled"];

/** The most rows that one call lists with all that is shown of them, and without. */
export const MOST = 100;
const MOST_PLAIN = 500;
/** A list is asked for so many rows at least, so that what has just arrived is seen. */
const LEAST = 10;
/** So many rows behind the last that was listed can be scrolled to. */
const AHEAD = 1000;

export const isLive = (state) => state === "InProgress" || state === "Pending";

/**
 * The requests in one state. Only the rows that were last asked for are held. A list is read from its beginning or from a
 * cursor: of each place where an answer ended the cursor is kept, so that what is in sight is read from near by.
 */
class List {
  /** How many there are. */
  total = 0;

  #cursors = [{ index: 0, cursor: null }];
  #from = 0;
  #items = [];
  #reached = 0;
  #end = null;

  constructor(state) {
    this.state = state;
  }

  /** How many rows can be shown, or asked for. */
  get length() {
    return this.#end ?? Math.max(this.#from + this.#items.length, Math.min(this.total, this.#reached + AHEAD));
  }

  /** Whether the latest come first: the server lists what has ended the other way round, and here are all. */
  get latestFirst() {
    return !isLive(this.state) && this.#from === 0 && this.#end === this.#items.length;
  }

  /** The request in a row, undefined if it is not held. */
  at(index) {
    return this.#items[index - this.#from];
  }

  get items() {
    return this.#items;
  }

  /** Forgets what is held, and where it was read from. */
  clear() {
    this.#cursors = [{ index: 0, cursor: null }];
    this.#set(0, []);
    this.#reached = 0;
    this.#end = null;
  }

  /** Which part to ask for in order to hold the rows from `from` up to `to`. */
  window(from, to) {
    const { index, cursor } = this.#near(from);
    const least = isLive(this.state) || index > 0 ? LEAST : MOST;
    return { list: this, index, cursor, limit: Math.min(MOST, Math.max(least, to - index)) };
  }

  /** Goes on to where rows can be asked for that lie far behind those that were. */
  async reach(from, to) {
    for (let near = this.#near(from); to - near.index > MOST; near = this.#near(from)) {
      const { items, next } = await api.list(this.state, Math.min(MOST_PLAIN, from - near.index), near.cursor);
      this.#passed(near.index + items.length, next);
      if (!next) {
        return;
      }
    }
  }

  /** Takes over what was answered to a window. */
  take({ index }, { items, next }) {
    if (items.length === 0 && index > 0) {
      // All that was here is gone.
      this.#cursors = this.#cursors.filter((kept) => kept.index < index);
      this.#reached = Math.min(this.#reached, this.total, index);
      this.#end = null;
      this.#set(index, []);
      return;
    }
    const ended = !isLive(this.state) && index === 0 && !next;
    this.#set(index, ended ? items.toSorted((one, other) => Date.parse(other.finished) - Date.parse(one.finished)) : items);
    this.#cursors = this.#cursors.filter((kept) => kept.index <= index || kept.index > index + items.length);
    this.#passed(index + items.length, next);
  }

  #set(from, items) {
    this.#from = from;
    this.#items = items;
  }

  #passed(index, next) {
    if (next) {
      this.#cursors = [...this.#cursors.filter((kept) => kept.index !== index), { index, cursor: next }].sort((one, other) => one.index - other.index);
      this.#reached = Math.max(this.#reached, index);
      this.#end = this.#end > index ? this.#end : null;
    } else {
      this.#reached = this.#end = index;
    }
  }

  #near(from) {
    return this.#cursors.findLast((kept) => kept.index <= from);
  }
}

export class Queue {
  lists = Object.fromEntries(STATES.map((state) => [state, new List(state)]));
  /** What the server tells of the queue as a whole, null before it was asked. */
  overview = null;

  get counts() {
    return this.overview?.counts ?? null;
  }

  /** When the one that has waited longest was submitted, in milliseconds. */
  get oldest() {
    return this.overview?.oldestPending ? Date.parse(this.overview.oldestPending) : null;
  }

  /** Reads how things stand, and the rows that are `wanted`: `{ state, from, to }` for each list in sight. */
  async load(wanted) {
    try {
      await this.#load(wanted);
    } catch (failure) {
      if (!(failure instanceof api.Problem && failure.field)) {
        throw failure;
      }
      // A server that was started anew may not know the cursors of the one before.
      wanted.forEach(({ state }) => this.lists[state].clear());
      await this.#load(wanted.map(({ state, from, to }) => ({ state, from: 0, to: Math.min(MOST, to - from) })));
    }
  }

  async #load(wanted) {
    for (const { state, from, to } of wanted) {
      await this.lists[state].reach(from, to);
    }
    const windows = wanted.map(({ state, from, to }) => this.lists[state].window(from, to));
    this.overview = await api.overview(windows);
    for (const state of STATES) {
      this.lists[state].total = this.counts[state];
    }
    windows.forEach((window, index) => window.list.take(window, this.overview.windows[index]));
  }
}

/** All requests, once; null where there are more in a state than one call lists. */
export async function all(counts) {
  if (STATES.some((state) => counts[state] > MOST)) {
    return null;
  }
  const { windows } = await api.overview(STATES.map((state) => ({ list: { state }, limit: MOST, cursor: null })));
  return windows.flatMap(({ items }) => items);
}
