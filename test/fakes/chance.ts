/** Repeatable chance: the same seed gives the same row of 128-bit values, as 32 lower-case hex digits each. */
export function seededChance(seed: number): () => string {
  let state = seed >>> 0;
  return () => Array.from({ length: 4 }, () => word().toString(16).padStart(8, '0')).join('');

  // splitmix32 by Sebastiano Vigna's construction: every 32-bit state is visited once.
  function word(): number {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }
}
