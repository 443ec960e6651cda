/** Rows of a few whole numbers, each kept once and numbered in the order of its coming; tens of millions fit into memory. */
export class Rows {
  readonly #width: number;
  #cells: Int32Array;
  #table: Int32Array;
  #size = 0;

  constructor(width: number) {
    this.#width = width;
    this.#cells = new Int32Array(width * 1024);
    this.#table = new Int32Array(4096).fill(-1);
  }

  get size(): number {
    return this.#size;
  }

  row(number: number): Int32Array {
    return this.#cells.subarray(number * this.#width, (number + 1) * this.#width);
  }

  /** The number of this row, and whether it is new. */
  add(row: Int32Array): { readonly number: number; readonly isNew: boolean } {
    if (this.#size * 2 >= this.#table.length) this.#widen();
    let place = this.#hash(row);
    for (let at = this.#table[place] ?? -1; at !== -1; at = this.#table[place] ?? -1) {
      if (this.#equals(at, row)) return { number: at, isNew: false };
      place = (place + 1) & (this.#table.length - 1);
    }
    const number = this.#size;
    this.#table[place] = number;
    if ((number + 1) * this.#width > this.#cells.length) this.#cells = grown(this.#cells);
    this.#cells.set(row, number * this.#width);
    this.#size += 1;
    return { number, isNew: true };
  }

  #widen(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1);
    for (let number = 0; number < this.#size; number += 1) {
      let place = this.#hash(this.row(number));
      while (this.#table[place] !== -1) place = (place + 1) & (this.#table.length - 1);
      this.#table[place] = number;
    }
  }

  #hash(row: Int32Array): number {
    let hash = 0x811c9dc5;
    for (let at = 0; at < this.#width; at += 1) {
      hash = Math.imul(hash ^ (row[at] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return (hash >>> 0) & (this.#table.length - 1);
  }

  #equals(number: number, row: Int32Array): boolean {
    const start = number * this.#width;
    for (let at = 0; at < this.#width; at += 1) if (this.#cells[start + at] !== row[at]) return false;
    return true;
  }
}

/** A list of whole numbers that grows. */
export class Numbers {
  #cells = new Int32Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    if (this.#size === this.#cells.length) this.#cells = grown(this.#cells);
    this.#cells[this.#size] = value;
    this.#size += 1;
  }

  at(index: number): number {
    return this.#cells[index] ?? -1;
  }
}

function grown(cells: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(cells.length * 2);
  next.set(cells);
  return next;
}
