/**
 * `make bench`: what the shipped daemon takes and costs, on a real control plane, with node certificates, a process a node.
 * Nothing is asserted. Exit code 0, or 1 when something could not be measured. WRITE=1 puts the table into docs/benchmarks.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { available } from '../cluster/available.ts';
import { type ControlPlane, startControlPlane } from '../cluster/control-plane.ts';
import { canMakeMachines } from '../cluster/machine-namespace.ts';
import { canRunBundle, Pool } from '../pool/pool.ts';
import { checkTimes } from './check.ts';
import { type Figure, lines, median, timesFigure, toldFigure } from './figure.ts';
import { handOvers, leaseChanges } from './lease-history.ts';
import { bootIdle, makeBenchMachine } from './machines.ts';
import { withFigures } from './page.ts';
import { memoryText } from './proc.ts';
import { startToReady } from './ready.ts';
import { requestsOf, shapes } from './requests.ts';
import { memoryAfterDrain, memoryOfService, rest } from './resting.ts';
import { leaseWrites, readyToUncordon, round, sentinelToClaim } from './rounds.ts';
import { surroundings } from './surroundings.ts';
import { windowQueries } from './windows.ts';

const nodes = 6;
const rounds = 5;
const alone = 6;
const starts = 20;
const restSeconds = Number(process.env['BENCH_REST'] ?? 180);
const page = fileURLToPath(new URL('../../docs/benchmarks.md', import.meta.url));

process.exitCode = await bench();

async function bench(): Promise<0 | 1 | 69> {
  const missing = [available(), canMakeMachines(), canRunBundle()].find((why) => why !== null);
  if (missing !== undefined) {
    process.stderr.write(`bench: ${missing}\n`);
    return 69;
  }
  say('starting etcd, kube-apiserver and its controllers');
  await using cluster = await startControlPlane();
  const words = await surroundings(cluster);
  for (const [name, value] of words) tell(`${name.padEnd(11)}  ${value}`);
  tell('');
  const figures: Figure[] = [];
  let failed = false;
  for (const [what, measure] of measurements(cluster)) {
    say(what);
    try {
      const found = await measure();
      figures.push(...found);
      for (const line of lines(found)) tell(line);
    } catch (error) {
      failed = true;
      tell(`failed  ${what}: not measured: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (process.env['WRITE'] === '1') writeFileSync(page, withFigures(readFileSync(page, 'utf8'), words, figures));
  return failed ? 1 : 0;
}

type Measurement = readonly [what: string, () => Promise<readonly Figure[]>];

function measurements(cluster: ControlPlane): readonly Measurement[] {
  return [
    ['maintenance windows half a century ahead', measureWindows],
    [`${starts} times check and version`, measureCheck],
    [`${starts} starts of the process`, () => inPool(cluster, measureStarts)],
    [`${rounds} times ${nodes} nodes that all need a reboot`, () => inPool(cluster, measureRounds)],
    [`${alone} reboots of one node without pods`, () => inPool(cluster, measureAlone)],
    ['a daemon at rest, and a drain of 110 pods', () => inPool(cluster, measureRest)],
  ];
}

async function inPool<T>(cluster: ControlPlane, work: (pool: Pool) => Promise<T>): Promise<T> {
  await using pool = await Pool.open(cluster);
  return await work(pool);
}

async function measureWindows(): Promise<readonly Figure[]> {
  return [timesFigure('window query 50 years ahead', windowQueries(100), { median: 50 })];
}

async function measureCheck(): Promise<readonly Figure[]> {
  const { check, version } = await checkTimes(starts);
  const share = `${(median(check) / median(version)).toFixed(1)} times as long`;
  return [
    timesFigure('check with three windows and two blockers on a server that answers', check, { median: 300 }),
    toldFigure('that beside version, which only starts the program, in turn', share),
  ];
}

async function measureStarts(pool: Pool): Promise<readonly Figure[]> {
  const samples = await startToReady(pool, starts);
  return [timesFigure('start of the process → READY=1', samples, { median: 300 })];
}

async function measureRounds(pool: Pool): Promise<readonly Figure[]> {
  const machines = await Promise.all(Array.from({ length: nodes }, () => makeBenchMachine(pool, { readyDelay: '2s' })));
  await Promise.all(machines.map(bootIdle));
  const since = pool.cluster.auditLog.now();
  for (let done = 0; done < rounds; done += 1) await round(pool, machines, `linux-image-${done}`);
  const handed = handOvers(leaseChanges(leaseWrites(pool, since)));
  return [
    timesFigure('release of one node → claim of the next', handed, { median: 50, worst: 500 }),
    timesFigure('kubelet Ready after the boot → uncordon', readyToUncordon(pool, machines, since), { median: 500 }),
  ];
}

async function measureAlone(pool: Pool): Promise<readonly Figure[]> {
  const machine = await makeBenchMachine(pool, { readyDelay: '2s' });
  await bootIdle(machine);
  const claims: number[] = [];
  const counts: number[] = [];
  let asked: readonly string[] = [];
  for (let done = 0; done < alone; done += 1) {
    const created = pool.cluster.auditLog.now();
    await round(pool, [machine], `linux-image-${done}`);
    // What it still tells after the release belongs to the reboot.
    await sleep(2_000);
    const requests = requestsOf(pool.cluster.auditLog, machine.name, created, pool.cluster.auditLog.now());
    claims.push(sentinelToClaim(pool, machine.name, created));
    counts.push(requests.length);
    asked = shapes(requests, machine.name);
  }
  return [
    timesFigure('sentinel created → claim written', claims, { median: 250 }),
    {
      name: 'requests for a whole reboot without pods',
      measured: `${median(counts)} (${counts.join(', ')})`,
      target: '17, as kured 1.23',
      met: median(counts) <= 17,
      parts: asked,
    },
  ];
}

async function measureRest(pool: Pool): Promise<readonly Figure[]> {
  const options = { heartbeat: '5m', onRebootAsked: () => 'nothing' as const };
  const machine = await makeBenchMachine(pool, options);
  await bootIdle(machine);
  await sleep(60_000);
  const fresh = memoryOfService(machine);
  // The second look comes 90 to 150 s after the start, once.
  await sleep(95_000);
  const quiet = await rest(pool, machine, restSeconds);
  const drained = await memoryAfterDrain(pool, machine, 110);
  await sleep(60_000);
  return [
    toldFigure('memory after 60 s at rest (kured 1.23: 33 MB resident, 5.4 MB private dirty)', memoryText(fresh)),
    toldFigure('memory right after a drain of 110 pods (kured 1.23: 38 MB resident)', memoryText(drained)),
    toldFigure('memory 60 s after that drain', memoryText(memoryOfService(machine))),
    toldFigure(`CPU a minute at rest, over ${quiet.seconds} s`, `${quiet.cpu.toFixed(0)} ms`),
    toldFigure(`wake-ups a minute at rest, over ${quiet.seconds} s`, quiet.wakeUps.toFixed(0)),
    idleRequests(quiet.requests, quiet.asked, quiet.seconds),
  ];
}

/** The timers that ask are few: the Lease once an hour, and each watch lives for 40 to 60 minutes, then the next one begins. */
function idleRequests(count: number, asked: readonly string[], seconds: number): Figure {
  const anHour = (count * 3600) / seconds + 1 + 60 / 50;
  return {
    name: 'requests an hour when idle',
    measured: `about ${anHour.toFixed(1)}: ${count} in ${seconds} s, and by its timers one look at the Lease and 1 to 1.5 new watches of its Node an hour`,
    target: 'one look at the Lease, one watch',
    met: count === 0,
    parts: asked,
  };
}

/** What is going on, apart from the figures. */
function say(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}
