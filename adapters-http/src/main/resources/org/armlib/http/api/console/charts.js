/** Small charts, drawn as SVG. */

import { draw, make, say } from "./dom.js";
import { clockTime, short } from "./format.js";

const HEIGHT = 132;
const MARGIN = { top: 8, right: 6, bottom: 18, left: 38 };
/** Between the labels of the axis and the plot. */
const GAP = 6;

/**
 * A chart of spans of time, each with a value per series.
 *
 * `series` is a list of `{ name, title }`, drawn over each other, or upon each other if `stacked`. `look` is `bars`, or
 * `steps`, where spans follow each other. `format` writes a value; `nice` makes the height of the axis out of the highest.
 * `none` is said where no span shows anything, which is anything but 0 unless `shows` tells otherwise.
 */
export class Chart {
  #spans = [];
  #from = 0;
  #to = 1;
  #at = null;

  constructor(figure, { title, series, stacked = false, look = "bars", format = short, nice = niceNumber, shows, none }) {
    Object.assign(this, { series, stacked, look, format, nice, none, title });
    this.shows = shows ?? ((span) => this.#top(span) > 0);
    this.reading = make("output", { class: "reading", "aria-live": "off" });
    this.plot = draw("svg", { class: "plot", height: HEIGHT, role: "img", tabindex: 0 });
    this.legend = make(
      "ul",
      { class: "legend" },
      series.map((one) => make("li", { class: `series ${one.name}` }, one.title)),
    );
    figure.append(
      make("figcaption", {}, make("span", { class: "chart-title" }, title), this.reading),
      this.plot,
      this.legend,
    );
    this.plot.addEventListener("pointermove", (event) => this.#point(event.offsetX));
    this.plot.addEventListener("pointerleave", () => this.#pointAt(null));
    this.plot.addEventListener("blur", () => this.#pointAt(null));
    this.plot.addEventListener("keydown", (event) => this.#key(event));
    new ResizeObserver(() => this.#render()).observe(this.plot);
  }

  /** Shows spans, `{ from, to, [series name]: value }` in the order of time, within a window of time. */
  show(spans, from, to) {
    this.#spans = spans;
    this.#from = from;
    this.#to = to;
    this.#render();
  }

  #top(span) {
    const values = this.series.map((one) => span[one.name]);
    return this.stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  }

  /** Where the plot begins: to the right of the longest label. */
  #left = MARGIN.left;

  #x = (time) => {
    const width = this.plot.clientWidth - this.#left - MARGIN.right;
    const part = (time - this.#from) / (this.#to - this.#from);
    return this.#left + Math.min(1, Math.max(0, part)) * width;
  };

  /** The labels of the axis, in a plot that leaves them room. */
  #labels(values, y) {
    const labels = values.map((value) => draw("text", { class: "tick", y: y(value) + 4, "text-anchor": "end" }, this.format(value)));
    this.plot.replaceChildren(...labels);
    this.#left = Math.max(MARGIN.left, ...labels.map((label) => Math.ceil(label.getComputedTextLength()) + GAP + 1));
    labels.forEach((label) => label.setAttribute("x", this.#left - GAP));
    return labels;
  }

  #render() {
    const width = this.plot.clientWidth;
    if (width < 2 * (MARGIN.left + MARGIN.right)) {
      return;
    }
    const highest = this.nice(Math.max(0, ...this.#spans.map((span) => this.#top(span))));
    const y = (value) => HEIGHT - MARGIN.bottom - (value / highest) * (HEIGHT - MARGIN.top - MARGIN.bottom);
    const values = [0, highest / 2, highest];
    // Scaled as they will be, so that the labels are as long as they will be.
    this.plot.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    const parts = this.#labels(values, y);
    parts.push(...values.map((value) => draw("line", { class: "grid", x1: this.#left, x2: width - MARGIN.right, y1: y(value), y2: y(value) })));
    for (const [time, anchor] of [
      [this.#from, "start"],
      [(this.#from + this.#to) / 2, "middle"],
      [this.#to, "end"],
    ]) {
      parts.push(draw("text", { class: "tick", x: this.#x(time), y: HEIGHT - 3, "text-anchor": anchor }, clockTime(time)));
    }
    parts.push(...this.series.map((one, index) => this.#shape(one, index, y)).filter(Boolean));
    if (this.#at !== null && this.#spans[this.#at]) {
      const span = this.#spans[this.#at];
      const x = (this.#x(span.from) + this.#x(span.to)) / 2;
      parts.push(draw("line", { class: "cursor", x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom }));
    }
    const empty = !this.#spans.some(this.shows);
    if (empty) {
      parts.push(
        draw(
          "text",
          { class: "none", x: (this.#left + width) / 2, y: y(highest / 2) - 8, "text-anchor": "middle" },
          this.none,
        ),
      );
    }
    this.plot.replaceChildren(...parts);
    this.#tell(empty);
  }

  #shape(one, index, y) {
    const below = this.stacked ? this.series.slice(0, index) : [];
    const path = this.#spans
      .filter((span) => span[one.name] > 0)
      .map((span) => {
        const base = below.reduce((sum, lower) => sum + span[lower.name], 0);
        const gap = this.look === "bars" ? 1 : 0;
        const [left, right] = [this.#x(span.from) + gap, this.#x(span.to) - gap];
        const [top, bottom] = [y(base + span[one.name]), y(base)];
        return `M${left} ${bottom}V${top}H${right}V${bottom}Z`;
      })
      .join("");
    return path === "" ? null : draw("path", { class: `shape ${one.name}`, d: path });
  }

  #tell(empty) {
    const shown = this.#at === null ? this.#spans.at(-1) : this.#spans[this.#at];
    const values = (span) => this.series.map((one) => `${one.title} ${this.format(span[one.name])}`).join(", ");
    say(this.reading, shown && this.#at !== null ? `${clockTime(shown.from)}: ${values(shown)}` : "");
    const highest = Math.max(0, ...this.#spans.map((span) => this.#top(span)));
    this.plot.setAttribute(
      "aria-label",
      empty || !shown
        ? `${this.title}: ${this.none}`
        : `${this.title}. ${this.#at === null ? "Now" : clockTime(shown.from)}: ${values(shown)}. Highest: ${this.format(highest)}.`,
    );
  }

  #point(x) {
    const index = this.#spans.findIndex((span) => x >= this.#x(span.from) && x < this.#x(span.to));
    this.#pointAt(index < 0 ? null : index);
  }

  #key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && this.#spans.length > 0) {
      event.preventDefault();
      const last = this.#spans.length - 1;
      this.#pointAt(Math.min(last, Math.max(0, (this.#at ?? last + 1) + step)));
    }
  }

  #pointAt(index) {
    if (index !== this.#at) {
      this.#at = index;
      this.#render();
    }
  }
}

/** The least number that is not below a value, and whose half is written as shortly as itself. */
export function niceNumber(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 4)));
  return Math.max(4, power * [1, 2, 4, 6, 8, 10].find((step) => step * power >= value));
}

const SECONDS = [4, 10, 20, 40, 60, 120, 240, 600, 1200, 2400, 3600, 7200, 14_400, 43_200];

/** As niceNumber, for a span in milliseconds. */
export function niceSpan(value) {
  const day = 86_400_000;
  const seconds = SECONDS.find((step) => step * 1000 >= value);
  return seconds ? seconds * 1000 : 2 * day * Math.ceil(value / (2 * day));
}
