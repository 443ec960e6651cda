import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, describe, it } from 'node:test';
import { serve } from '../../src/control/serve.ts';
import { metricsPage } from '../../src/metrics/families.ts';
import type { MetricsInput } from '../../src/metrics/input.ts';
import { offerMetrics } from '../../src/metrics/listen.ts';
import { skipUnless } from '../cluster/available.ts';
import { seen, within } from '../cluster/waiting.ts';
import { realClock } from '../fakes/clock.ts';
import { dashboardQueries } from './dashboard.ts';
import { idle, queued } from './sample-nodes.ts';

const missing =
  spawnSync('prometheus', ['--version']).error === undefined ? null : 'no Prometheus here to scrape metrics with';
const rules = join(import.meta.dirname, '../../packaging/prometheus-rules.yaml');

/** A fleet in which each panel has something to show. */
function fleet(): readonly MetricsInput[] {
  const phaseSince = Date.now() - 300_000;
  const shown = { phaseSince, lastReboot: Date.now() - 3_600_000 };
  const phaseTimes = [{ phase: 'draining', seconds: 90, entered: 2 }] as const;
  const lease = { holders: 1, holds: true, limit: 1, queueLength: 1, place: null };
  const draining: MetricsInput = {
    ...queued,
    ...shown,
    phase: 'draining',
    phaseTimes,
    lease,
    reasons: ['drain-blocked'],
  };
  return [
    { ...idle, ...shown },
    { ...queued, ...shown },
    draining,
    { ...draining, phase: 'verifying', reasons: ['kubelet-not-ready'], stuck: true, need: 'no' },
  ];
}

/** What the numbers at the head of the page say of that fleet. */
const numbers: Readonly<Record<string, string>> = {
  Nodes: '4',
  'Need a reboot': '2',
  'Being rebooted': '2',
  'Need a person': '1',
  Silent: '0',
  'Rebooted today': '4',
};

describe('a real Prometheus that scrapes the nodes', { skip: skipUnless(missing) }, () => {
  const over = new AbortController();
  let folder = '';
  let address = '';
  let prometheus: ReturnType<typeof spawn> | null = null;
  const said: string[] = [];
  const ended: Promise<unknown>[] = [];

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
    const targets = await Promise.all(fleet().map(offer));
    const file = join(folder, 'prometheus.yaml');
    const scraping = { job_name: 'kured-host', static_configs: [{ targets }] };
    const global = { scrape_interval: '1s', evaluation_interval: '1s' };
    writeFileSync(file, JSON.stringify({ global, rule_files: [rules], scrape_configs: [scraping] }));
    const args = [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ];
    const started = spawn('prometheus', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    prometheus = started;
    const lines = createInterface({ input: started.stderr });
    lines.on('line', (line) => said.push(line));
    // It chooses a port, and says which.
    address = await seen(
      60_000,
      'Prometheus to listen',
      () => /"Listening on".* address=(\S+)/.exec(said.join('\n'))?.[1],
      (changed) => {
        lines.on('line', changed);
        return () => lines.off('line', changed);
      },
      () => said.slice(-3).join('; '),
    );
  });

  after(async () => {
    over.abort();
    if (prometheus !== null && prometheus.exitCode === null) {
      prometheus.kill();
      await once(prometheus, 'exit');
    }
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes every page as it is', async () => {
    // Until all are up at once: on a busy machine a scrape misses its second, which says nothing of the page. What stays
    // down is told with its last error.
    await answered('targets', ({ activeTargets = [] }) => {
      return activeTargets.length === 4 && activeTargets.every(({ health }) => health === 'up');
    });
  });

  for (const { title, expr } of dashboardQueries()) {
    it(`has something to show on the panel "${title}"`, async () => {
      const path = `query?query=${encodeURIComponent(expr)}`;
      const number = numbers[title];
      await answered(path, ({ result = [] }) => {
        return number === undefined ? result.length > 0 : result[0]?.value[1] === number;
      });
    });
  }

  it('evaluates every rule, and sees who needs a person', async () => {
    const groups = await answered('rules', (data) => {
      const all = data.groups?.flatMap((group) => group.rules) ?? [];
      return all.length > 0 && all.every(({ health }) => health !== 'unknown') && all;
    });
    assert.deepEqual(
      groups.filter(({ health }) => health !== 'ok'),
      [],
    );
    assert.equal(groups.length, (readFileSync(rules, 'utf8').match(/- (alert|record): /g) ?? []).length);
    await answered('rules', (data) => {
      const stuck = data.groups?.flatMap((group) => group.rules).find(({ name }) => name === 'KuredHostStuck');
      return stuck?.state === 'pending' && stuck;
    });
  });

  /** The page of a node, as the daemon offers it; gives its address. */
  async function offer(input: MetricsInput): Promise<string> {
    const listen = `127.0.0.1:${await freePort()}`;
    const clock = realClock();
    const { promise: listening, resolve } = Promise.withResolvers<void>();
    const log = { event: (code: string) => code === 'metrics-listening' && resolve(), always() {}, setLevel() {} };
    const deps = {
      clock,
      log,
      serve: (...[to, handle]: Parameters<Parameters<typeof offerMetrics>[2]['serve']>) =>
        serve(to, handle, { clock, failed: () => {} }),
    };
    ended.push(offerMetrics(listen, () => metricsPage(input), deps, over.signal));
    await listening;
    return listen;
  }

  /** Asks Prometheus until `look` finds what it wants in the answer. */
  async function answered<T>(path: string, look: (data: Answer) => T | false): Promise<T> {
    let seen = 'nothing';
    return within(
      60_000,
      `${path} of Prometheus`,
      async (signal) => {
        for (;;) {
          signal.throwIfAborted();
          const answer = await fetch(`http://${address}/api/v1/${path}`, { signal }).catch((error) => String(error));
          seen = typeof answer === 'string' ? answer : await answer.text();
          const { status, data, error } =
            typeof answer === 'string' ? { status: '', data: {}, error: '' } : JSON.parse(seen);
          if (status === 'error') throw new Error(`${path}: ${error}`);
          const found = look(data ?? {});
          if (found !== false) return found;
          await realClock().sleep(200, signal);
        }
      },
      () => seen,
    );
  }
});

/** What of its answers is looked at. */
interface Answer {
  readonly activeTargets?: readonly { readonly health: string }[];
  readonly result?: readonly { readonly value: readonly [time: number, value: string] }[];
  readonly groups?: readonly { readonly rules: readonly { name: string; health: string; state?: string }[] }[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = server.address();
  server.close();
  await once(server, 'close');
  return typeof port === 'object' && port !== null ? port.port : assert.fail('no port');
}
