export type DurationReading =
  | { readonly valid: true; readonly ms: number }
  /** `why` continues "it is …, ": for instance `which has no unit (ms, s, m or h)`. */
  | { readonly valid: false; readonly why: string };

const nanoseconds: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const longestText = 64;
const bad = (why: string): DurationReading => ({ valid: false, why });

/**
 * Reads a duration as Kubernetes writes it, which is Go's `time.ParseDuration`: `90s`, `1h30m`, `1.5h`, `250ms`; a plain
 * `0` needs no unit. Stricter than Go: negative durations and anything finer than a millisecond are refused.
 */
export function parseDuration(text: string): DurationReading {
  if (text === '') return bad('which is empty');
  if (text.length > longestText) return bad('which is too long');
  if (text.startsWith('-')) return bad('which is negative');
  const unsigned = text.replace(/^\+/, '');
  if (unsigned === '0') return { valid: true, ms: 0 };
  if (/^(\d+\.?\d*|\.\d+)$/.test(unsigned)) return bad('which has no unit (ms, s, m or h)');
  return sum(unsigned);
}

/** Writes milliseconds as the shortest text of whole units: `1h30m`, `90s` as `1m30s`, `0s`. */
export function formatDuration(ms: number): string {
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const;
  let rest = ms;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === '' ? '0s' : text;
}

function sum(text: string): DurationReading {
  let total = 0n;
  let end = 0;
  for (const part of text.matchAll(/(\d+\.?\d*|\.\d+)([^\d.]+|$)/gy)) {
    const [whole, number = '', unit = ''] = part;
    const size = nanoseconds.get(unit);
    if (size === undefined) return bad(unitTrouble(number, unit));
    total += times(number, size);
    end += whole.length;
  }
  if (end !== text.length) return bad('which is not a duration');
  if (total % 1_000_000n !== 0n) return bad('which is finer than a millisecond');
  return { valid: true, ms: Number(total / 1_000_000n) };
}

function times(decimal: string, size: bigint): bigint {
  const [whole = '', fraction = ''] = decimal.split('.');
  return BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
}

function unitTrouble(number: string, unit: string): string {
  if (unit === '') return `whose last part ${number} has no unit (ms, s, m or h)`;
  if (unit === 'd' || unit === 'w') return `whose unit "${unit}" Kubernetes does not know; hours (h) are the longest`;
  return 'whose unit is not one of ms, s, m and h';
}
