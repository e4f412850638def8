/** How high the rows of a long list are: those that were shown as measured, others as these are on average. */

const USUAL = 58;

export class Heights {
  #known = new Map();
  #sum = 0;

  set(index, height) {
    this.#sum += height - (this.#known.get(index) ?? 0);
    this.#known.set(index, height);
  }

  /** The height of all rows before one. */
  before(index) {
    let sum = 0;
    let unknown = index;
    for (const [at, height] of this.#known) {
      if (at < index) {
        sum += height;
        unknown--;
      }
    }
    return sum + unknown * this.#average();
  }

  /** The row at a distance from the top of the first one. */
  indexAt(distance) {
    const average = this.#average();
    let index = 0;
    for (let left = distance; left > 0; index++) {
      left -= this.#known.get(index) ?? average;
      if (left < 0) {
        break;
      }
    }
    return index;
  }

  #average() {
    return this.#known.size === 0 ? USUAL : this.#sum / this.#known.size;
  }
}
