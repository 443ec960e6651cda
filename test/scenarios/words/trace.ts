/** The recorded output of one command: what happened, a line each, with the time where it is another than in the line before. */
export class Trace {
  #lines: Line[] = [];
  #last = { day: '', time: '' };
  readonly #names = new Map<string, string>();

  /** From now on people read `name` where that text stands (a random identity). */
  name(text: string, name: string): void {
    if (text !== '' && !this.#names.has(text)) this.#names.set(text, name);
  }

  /** `routine`: done again and again while nothing happens; told once in a row. */
  add(wall: number, key: string, text: string, routine = false): void {
    const again = routine
      ? this.#lines.slice(this.#routineFrom()).find((line) => line.key === key && line.text === text)
      : undefined;
    if (again === undefined) this.#lines.push({ wall, key, text, routine, times: 1 });
    else again.times += 1;
  }

  /** What was added since the last call. */
  take(): readonly string[] {
    const lines = this.#lines.flatMap((line) => this.#shown(line));
    this.#lines = [];
    this.#last = { ...this.#last, time: '' };
    return lines;
  }

  #routineFrom(): number {
    const last = this.#lines.findLastIndex(({ routine }) => !routine);
    return last + 1;
  }

  #shown({ wall, key, text, times }: Line): readonly string[] {
    const [day = '', clock = ''] = new Date(wall).toISOString().split('T');
    const time = clock.slice(0, 8);
    const head = this.#last.day !== '' && this.#last.day !== day ? [`the day is ${day}`] : [];
    const shown = time === this.#last.time && head.length === 0 ? ' '.repeat(time.length) : time;
    this.#last = { day, time };
    const often = times > 1 ? ` (${times} times)` : '';
    return [...head, `${shown}  ${key.padEnd(7)}  ${this.#named(text)}${often}`];
  }

  #named(text: string): string {
    let named = text;
    for (const [is, name] of this.#names) named = named.replaceAll(is, name);
    return named;
  }
}

interface Line {
  readonly wall: number;
  readonly key: string;
  readonly text: string;
  readonly routine: boolean;
  times: number;
}
