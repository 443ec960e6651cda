import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseMissing } from '../../src/core/lease/pool.ts';
import { reason } from '../../src/core/reasons.ts';
import { openLog } from '../../src/log/logger.ts';
import { eventRows } from '../../src/log/message-ids.ts';
import type { LogLevel } from '../../src/ports/outlets.ts';
import { ManualClock } from '../fakes/clock.ts';
import { fakeJournal, outputFile } from './fakes.ts';

const clock = new ManualClock({ wall: Date.UTC(2026, 6, 30, 2, 10, 33, 456) });

function journalLog(level: LogLevel = 'info') {
  const fake = fakeJournal();
  return { ...fake, log: openLog({ clock, level, journal: fake.journal, fd: -1, terminal: false }) };
}

test('the journal gets native fields: what is shown, what kind it is, and each detail by itself', () => {
  const { log, entries } = journalLog();
  log.always({ node: 'node-1', phase: 'waiting' });
  log.event('reason-changed', {
    reason: leaseMissing({ namespace: 'a', name: 'kured-host' }),
    podName: 'web-0',
    count: 2,
  });
  assert.deepEqual(Object.fromEntries(entries[0] ?? []), {
    MESSAGE: 'The reason changed: the Lease a/kured-host does not exist (podName=web-0, count=2)',
    MESSAGE_ID: eventRows['reason-changed'].id,
    PRIORITY: '6',
    SYSLOG_IDENTIFIER: 'kured-host',
    KURED_EVENT: 'reason-changed',
    KURED_NODE: 'node-1',
    KURED_PHASE: 'waiting',
    KURED_REASON: 'lease-missing',
    KURED_SENTENCE: 'the Lease a/kured-host does not exist',
    KURED_REMEDY: 'apply the manifest: kured-host manifest --namespace a | kubectl apply -f -',
    KURED_POD_NAME: 'web-0',
    KURED_COUNT: '2',
  });
});

test('where there is no remedy the journal says so, for the catalogue to show', () => {
  const { log, entries } = journalLog();
  log.event('still-waiting', { reason: reason('queue-full', { length: '32', lease: 'x' }) });
  assert.equal(entries[0]?.get('KURED_REMEDY'), 'nothing, it goes on by itself');
});

test('a stack goes into the journal with its lines', () => {
  const { log, entries } = journalLog();
  log.event('internal-error', { why: 'x', stack: 'Error: x\n  at y' });
  assert.equal(entries[0]?.get('KURED_STACK'), 'Error: x\n  at y');
  assert.equal(entries[0]?.get('PRIORITY'), '3');
});

test('events below the level are not written, and the level can be changed while it runs', () => {
  const { log, entries } = journalLog('warn');
  log.event('cordoned');
  log.event('api-lost');
  log.setLevel('debug');
  log.event('renewed');
  log.setLevel('error');
  log.event('api-lost');
  log.event('stuck');
  assert.deepEqual(
    entries.map((entry) => entry.get('KURED_EVENT')),
    ['api-lost', 'renewed', 'stuck'],
  );
});

test('a field that every event carries can be changed and taken away', () => {
  const { log, entries } = journalLog();
  log.always({ claim: 'c1', node: 'n' });
  log.always({ claim: 'c2' });
  log.event('cordoned');
  log.always({ claim: undefined });
  log.event('uncordoned');
  assert.deepEqual(
    entries.map((entry) => [entry.get('KURED_CLAIM'), entry.get('KURED_NODE')]),
    [
      ['c2', 'n'],
      [undefined, 'n'],
    ],
  );
});

test('entries that the journal did not take are counted, and told once it takes some again', () => {
  const { log, entries, state } = journalLog();
  state.full = true;
  log.event('cordoned');
  log.event('uncordoned');
  state.full = false;
  log.event('released');
  log.event('claimed');
  assert.deepEqual(
    entries.map((entry) => [entry.get('KURED_EVENT'), entry.get('KURED_COUNT')]),
    [
      ['released', undefined],
      ['messages-dropped', '2'],
      ['claimed', undefined],
    ],
  );
});

test('without a journal each event is one JSON line: a constant message and a key for each detail', async (t) => {
  const out = outputFile(t);
  const log = openLog({ clock, level: 'info', journal: null, fd: out.fd, terminal: false });
  log.always({ node: 'node-1' });
  log.event('api-lost', { why: 'connect\nECONNREFUSED', tries: 3 });
  log.event('internal-error', { stack: 'Error: x\n  at y' });
  await log.close();
  const lines = out.text().trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line)),
    [
      {
        level: 'warn',
        time: '2026-07-30T02:10:33.456Z',
        event: 'api-lost',
        node: 'node-1',
        why: 'connect\\nECONNREFUSED',
        tries: 3,
        msg: 'The API server cannot be reached',
      },
      {
        level: 'error',
        time: '2026-07-30T02:10:33.456Z',
        event: 'internal-error',
        node: 'node-1',
        stack: 'Error: x\n  at y',
        msg: 'Something happened that should not',
      },
    ],
  );
});

test('a detail cannot pass for the message, level, time or kind of the line', async (t) => {
  const out = outputFile(t);
  const log = openLog({ clock, level: 'info', journal: null, fd: out.fd, terminal: false });
  log.event('api-lost', { level: 'x', time: 'x', event: 'x', msg: 'x' });
  await log.close();
  const line = JSON.parse(out.text());
  assert.deepEqual(
    [line.level, line.time, line.event, line.msg],
    ['warn', '2026-07-30T02:10:33.456Z', 'api-lost', 'The API server cannot be reached'],
  );
});

test('on a terminal each event is a readable line, a stack below it', async (t) => {
  const out = outputFile(t);
  const log = openLog({ clock, level: 'info', journal: null, fd: out.fd, terminal: true });
  log.event('api-lost', { why: 'connect ECONNREFUSED' });
  log.event('internal-error', { why: 'x', stack: 'Error: x\n  at y' });
  await log.close();
  assert.equal(
    out.text(),
    `2026-07-30T02:10:33Z warn  The API server cannot be reached: connect ECONNREFUSED
2026-07-30T02:10:33Z error Something happened that should not: x
    Error: x
      at y
`,
  );
});

test('a descriptor that is not open throws nothing', async () => {
  for (const terminal of [true, false]) {
    const log = openLog({ clock, level: 'info', journal: null, fd: 9999, terminal });
    log.event('cordoned');
    await log.close();
    log.event('cordoned');
  }
});
