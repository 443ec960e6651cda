import { exploreAlone } from './alone.ts';
import { type Explored, explore } from './explore.ts';
import { modelOf } from './models.ts';
import { type Fault, faults, type Model } from './parts.ts';

/** What fits into half a minute of processor time, the quickest first. */
export const quickRuns: readonly (readonly [name: string, run: () => Explored])[] = [
  ['one node beside any number of others', () => beside([])],
  ['one node beside any number of others, a sentinel that stays', () => beside([], { needSurvives: true })],
  ['two nodes', () => explore(modelOf(2, {}), most)],
  ['one node beside any number of others, room for two', () => beside([], {}, 2)],
  ['one node for itself, one fault of any kind', () => beside(faults, { others: false })],
  ['one node beside any number of others, a crash', () => beside(['crash'])],
  ['one node beside any number of others, an answer that is lost', () => beside(['lost'])],
  ['one node beside any number of others, a reboot call that does nothing', () => beside(['noop'])],
];

const most = 3_000_000;

function beside(kinds: readonly Fault[], change: Partial<Model> = {}, room = 1): Explored {
  const budget = Object.fromEntries(kinds.map((kind) => [kind, 1]));
  return exploreAlone({ ...modelOf(1, budget, room), others: true, ...change }, kinds.length === 0 ? 0 : 1, most);
}
