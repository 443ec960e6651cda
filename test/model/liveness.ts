import type { Numbers } from './rows.ts';

/** The first of so many states from which no steps lead to one that rests; null: from each some do. */
export function neverRests(states: number, resting: Numbers, from: Numbers, to: Numbers): number | null {
  const rests = new Uint8Array(states);
  const open: number[] = [];
  for (let index = 0; index < resting.size; index += 1) {
    rests[resting.at(index)] = 1;
    open.push(resting.at(index));
  }
  const { starts, sources } = backwards(states, from, to);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (let edge = starts[at] ?? 0; edge < (starts[at + 1] ?? 0); edge += 1) {
      const source = sources[edge] ?? 0;
      if (rests[source] === 1) continue;
      rests[source] = 1;
      open.push(source);
    }
  }
  const lost = rests.indexOf(0);
  return lost === -1 ? null : lost;
}

/** The steps by where they lead: those to a state are `sources` from `starts[state]` to `starts[state + 1]`. */
function backwards(
  states: number,
  from: Numbers,
  to: Numbers,
): { readonly starts: Int32Array; readonly sources: Int32Array } {
  const starts = new Int32Array(states + 1);
  for (let edge = 0; edge < to.size; edge += 1) {
    const at = to.at(edge) + 1;
    starts[at] = (starts[at] ?? 0) + 1;
  }
  for (let at = 0; at < states; at += 1) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const filled = starts.slice();
  const sources = new Int32Array(to.size);
  for (let edge = 0; edge < to.size; edge += 1) {
    const at = to.at(edge);
    sources[filled[at] ?? 0] = from.at(edge);
    filled[at] = (filled[at] ?? 0) + 1;
  }
  return { starts, sources };
}
