import { createHash } from 'node:crypto';

/** Texts with a number each, the same text always the same number. Kept outside the heap: there may be millions. */
export class Space {
  readonly #numbers = new Map<string, number>();
  readonly #texts: Buffer[] = [];

  get size(): number {
    return this.#texts.length;
  }

  numberOf(text: string): number {
    const key = createHash('md5').update(text).digest('base64');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#texts.length;
    this.#numbers.set(key, number);
    this.#texts.push(Buffer.from(text, 'latin1'));
    return number;
  }

  text(number: number): string {
    return this.#texts[number]?.toString('latin1') ?? '';
  }
}
