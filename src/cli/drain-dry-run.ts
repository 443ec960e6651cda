import { type EvictionMeaning, evictionMeaning } from '../core/drain/eviction-answer.ts';
import { type PodVerdict, planDrain } from '../core/drain/plan.ts';
import { podText } from '../core/drain/remaining.ts';
import { retryDistance } from '../core/drain/retry-distance.ts';
import { exitOf, type Reached, tellReason } from './cluster.ts';
import { interrupted } from './interrupt.ts';
import { type ExitCode, exitCode, type Io } from './io.ts';
import { type PodFate, podFate } from './pod-fate.ts';

/** Dry runs under way at once, as many as evictions of a drain. */
const parallel = 5;
/** How often a pod is asked about while the API server has no time or gives no answer. */
const tries = 3;

/** What would become of each pod of this node, a line each, by the plan of the drain and the API server's own dry run. */
export async function dryRun(io: Io, on: Reached, json: boolean): Promise<ExitCode> {
  const { pods } = on.ready.cluster;
  const listed = await pods.list(on.signal);
  if (listed.is === 'gone' || on.signal.aborted) return interrupted(io);
  if (listed.is === 'failed') {
    tellReason(io, listed.reason);
    return exitOf(listed.reason);
  }
  const sorted = listed.object.toSorted((a, b) => (podText(a) < podText(b) ? -1 : 1));
  const verdicts = planDrain(sorted, on.settings.drain, io.clock.now().wall);
  const fates = await inParallel(verdicts, async (verdict) => podFate(verdict, await meaningOf(io, on, verdict)));
  if (on.signal.aborted) return interrupted(io);
  if (json) io.out(`${JSON.stringify({ node: on.ready.identity.node, pods: fates }, null, 2)}\n`);
  else io.out(textOf(fates, on.ready.identity.node));
  if (fates.some(({ is }) => is === 'refused')) return exitCode.failed;
  return fates.some(({ is }) => is === 'unknown') ? exitCode.unavailable : exitCode.done;
}

/** Null: it would not be evicted, so nobody is asked. */
async function meaningOf(io: Io, on: Reached, verdict: PodVerdict): Promise<EvictionMeaning | null> {
  if (verdict.is === 'leave') return null;
  const how = { gracePeriodSeconds: on.settings.drain.gracePeriodSeconds, dryRun: true };
  for (let count = 1; ; count += 1) {
    const meaning = evictionMeaning(await on.ready.cluster.pods.evict(verdict.pod, how, on.signal));
    const passing = meaning.is === 'overload' || meaning.is === 'retry';
    if (!passing || count === tries || on.signal.aborted) return meaning;
    await io.clock.sleep(retryDistance(meaning, count, io.clock.now()), on.signal).catch(() => {});
  }
}

async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}

function textOf(fates: readonly PodFate[], node: string): string {
  const width = Math.max(0, ...fates.map(({ namespace, name }) => namespace.length + name.length + 1));
  const rows = fates.map(({ is, namespace, name, why }) =>
    `${is.padEnd(12)}  ${`${namespace}/${name}`.padEnd(width)}  ${why}`.trimEnd(),
  );
  return `${[...rows, summary(fates, node)].join('\n')}\n`;
}

function summary(fates: readonly PodFate[], node: string): string {
  if (fates.length === 0) return `no pods on ${node}; nothing was changed`;
  const counts = (['evicted', 'unreplicated', 'blocked', 'skipped', 'refused', 'unknown'] as const).flatMap((is) => {
    const count = fates.filter((fate) => fate.is === is).length;
    return count === 0 ? [] : [`${count} ${is}`];
  });
  return `${fates.length} ${fates.length === 1 ? 'pod' : 'pods'} on ${node}: ${counts.join(', ')}; nothing was changed`;
}
