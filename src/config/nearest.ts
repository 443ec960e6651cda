/**
 * The candidate that was most likely meant, or null when none is near: what differs in upper case, hyphens, underscores
 * and dots counts as the same, otherwise at most one change in three characters (a change: a letter too many, missing,
 * other, or swapped with its neighbour). The first of equally near candidates wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const plain = bare(word);
  const allowed = Math.max(1, Math.floor(plain.length / 3));
  let best: { readonly candidate: string; readonly changes: number } | null = null;
  if (plain.length > longest) return null;
  for (const candidate of candidates) {
    const changes = changesBetween(plain, bare(candidate));
    if (changes <= allowed && (best === null || changes < best.changes)) best = { candidate, changes };
  }
  return best?.candidate ?? null;
}

/** No key is this long; the table of changes stays small. */
const longest = 64;

function bare(word: string): string {
  return word.toLowerCase().replace(/[-_.]/g, '');
}

/** Optimal string alignment distance. */
function changesBetween(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(numbers: readonly number[], index: number): number {
  return numbers[index] ?? Number.POSITIVE_INFINITY;
}
