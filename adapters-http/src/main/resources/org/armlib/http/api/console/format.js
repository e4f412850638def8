/** How numbers, times and requests are written for people. */

const LONGEST_LINE = 1000;

const UNITS = [
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** A span of milliseconds, in one or two units: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function span(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 9.95) {
    return `${Number(seconds.toFixed(1))} s`;
  }
  let rest = Math.round(seconds);
  const at = UNITS.findIndex(([, size]) => rest >= size);
  const [unit, size] = UNITS[at];
  const first = Math.floor(rest / size);
  rest -= first * size;
  const [smaller, smallerSize] = UNITS[at + 1] ?? ["", Infinity];
  const second = Math.floor(rest / smallerSize);
  return second > 0 && first < 10 ? `${first} ${unit} ${second} ${smaller}` : `${first} ${unit}`;
}

/** A span in one unit, for where there is little room: `85 s`, `80 min`. */
export function brief(milliseconds) {
  const seconds = Math.max(0, milliseconds) / 1000;
  const [unit, size] = UNITS.find(([, smallest]) => seconds >= 1.5 * smallest) ?? ["s", 1];
  return `${Math.round(seconds / size)} ${unit}`;
}

/** When something will be, seen from now; `p50` and `p90` are times. */
export function expected(eta, now) {
  const likely = Date.parse(eta.p50) - now;
  const late = Date.parse(eta.p90) - now;
  if (late <= 0) {
    return "any moment";
  }
  const [from, to] = [brief(Math.max(likely, 0)), brief(late)];
  return likely < 500 ? `within ${to}` : from === to ? `about ${from}` : `${from} to ${to}`;
}

const HOLDERS = { upstream: "the upstream API", cache: "the cache", worker: "the worker", rebuild: "a rebuild of the data" };

/** What holds a request or a server back, until when, and why. */
export function heldBy({ by, until, reason }, now) {
  const left = Date.parse(until) - now;
  return `Held by ${HOLDERS[by] ?? visible(by)}, ${left > 0 ? `tried again in ${brief(left)}` : "about to be tried again"}: ${visible(reason)}`;
}

/** A place in the queue; one that is estimated says so. */
export const place = ({ position, positionEstimated }) => `${positionEstimated ? "about " : ""}#${count(position)}`;

/** A point in time, in the reader's zone. */
export function moment(text) {
  return new Date(text).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
}

export function clockTime(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function count(number) {
  return number.toLocaleString("en").replaceAll(",", "\u202f");
}

/** A rate or a height of a chart: whole where it is large. */
export function short(number) {
  return number >= 10 || Number.isInteger(number) ? count(Math.round(number)) : number.toFixed(1);
}

export function percent(fraction) {
  return `${Math.floor(fraction * 100)} %`;
}

export function bytes(length) {
  if (length < 1000) {
    return `${length} B`;
  }
  const units = ["kB", "MB", "GB", "TB"];
  let value = length;
  let unit = "B";
  while (value >= 1000 && units.length > 0) {
    value /= 1000;
    unit = units.shift();
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** The name of a state as people say it. */
export const STATES = {
  Pending: "Waiting",
  InProgress: "Running",
  Completed: "Completed",
  Failed: "Failed",
  Cancelled: "Cancelled",
};

/** Whether nothing more happens until somebody submits the request again. */
export const isFinal = (status) => status !== "Pending" && status !== "InProgress";

/** A request as one line: its URI, and its parameters as a query that is not encoded; cut where it is very long. */
export function asLine(request) {
  let line = request.requestUri;
  let separator = "?";
  for (const [name, values] of Object.entries(request.parameters ?? {})) {
    for (const value of values) {
      if (line.length <= LONGEST_LINE) {
        line += separator + name + (value === null ? "" : `=${value.slice(0, LONGEST_LINE)}`);
        separator = "&";
      }
    }
  }
  return visible(cut(line, LONGEST_LINE));
}

/** The beginning of a text that is longer than allowed. */
export function cut(text, longest) {
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()} …` : text;
}

/**
 * Text from outside for a line of the page: line breaks, control characters and marks that turn the direction of
 * writing are shown as such, so that no text looks like another or moves its neighbours.
 */
export function visible(text) {
  return String(text).replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu,
    (character) => `\\u{${character.codePointAt(0).toString(16)}}`,
  );
}

/** As visible, for a block of text in which lines may end. */
export function visibleLines(text) {
  return String(text).replaceAll("\r\n", "\n").split("\n").map(visible).join("\n");
}

/** The path, the query as it is written, and the parameters that a line means, `/path?name=value&name=value`. */
export function parseLine(line) {
  const trimmed = line.trim();
  const at = trimmed.indexOf("?");
  const requestUri = at < 0 ? trimmed : trimmed.slice(0, at);
  const query = at < 0 ? "" : trimmed.slice(at + 1);
  // Without a prototype, so that a parameter may have any name.
  const parameters = Object.create(null);
  for (const piece of query.split("&").filter((text) => text !== "")) {
    const [[name, value]] = new URLSearchParams(piece);
    (parameters[name] ??= []).push(piece.includes("=") ? value : null);
  }
  return { requestUri, query, parameters };
}
