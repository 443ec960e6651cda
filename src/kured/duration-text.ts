/** Milliseconds as a duration of Go, in whole units: `1h30m`, `0s`, `-5s`. What is finer than a millisecond is left out. */
export function goText(ms: number): string {
  let rest = Math.floor(Math.abs(ms));
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  if (text === '') return '0s';
  return ms < 0 ? `-${text}` : text;
}

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;
