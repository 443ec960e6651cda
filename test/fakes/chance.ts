/** Repeatable chance: the same seed gives the same row of 128-bit values, as 32 lower-case hex digits each. */
export function seededChance(seed: number): () => string {
  const next = seededDraws(seed);
  return () => next()();
}

/**
 * The same row, where a value is worked out only when it is wanted: each call is a draw, and the answer gives its value, the same each
 * time. Most moments are looked at for their time alone.
 */
export function seededDraws(seed: number): () => () => string {
  let draws = 0;
  return () => {
    const from = (seed + Math.imul(4 * draws, gamma)) >>> 0;
    draws += 1;
    let value: string | null = null;
    return () => {
      value ??= word(from + gamma) + word(from + 2 * gamma) + word(from + 3 * gamma) + word(from + 4 * gamma);
      return value;
    };
  };
}

// splitmix32 by Sebastiano Vigna's construction: the state goes on by this, so that every 32-bit state is visited once.
const gamma = 0x9e3779b9;

function word(state: number): string {
  let mixed = state >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return ((mixed ^ (mixed >>> 15)) >>> 0).toString(16).padStart(8, '0');
}
