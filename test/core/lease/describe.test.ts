import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeHolders, describePause } from '../../../src/core/lease/describe.ts';
import type { Holder } from '../../../src/core/lease/record.ts';
import { broken, holder, now, record } from './samples.ts';

function text(change: Partial<Holder>): string {
  return describeHolders(record({ holders: [holder('node-17', change)] }), now);
}

/** In minutes, as long as it is under two hours and over two minutes. */
function leftUntil(text: string): string {
  return `${Math.ceil((Date.parse(text) - now.wall) / 60_000)} min`;
}

test('a holder is told by name, phase, since when by its own clock, and how long that is by the reader’s', () => {
  assert.equal(describeHolders(record(), now), 'nobody');
  assert.equal(text({ phase: 'rebooting' }), 'node-17, rebooting since 02:10 UTC (43 min)');
  assert.equal(text({ phase: 'backing-out' }), 'node-17, backing out since 02:10 UTC (43 min)');
  assert.equal(text({ since: '2026-02-27T20:00:00Z' }), 'node-17, draining since 2026-02-27 20:00 UTC (30 h)');
});

test('a time of this day is told by its clock alone, one that is a day away by its date too', () => {
  const ago = (ms: number) => new Date(now.wall - ms).toISOString();
  const day = 24 * 3_600_000;
  assert.equal(text({ since: ago(0) }), 'node-17, draining since 02:53 UTC (0 min)');
  assert.equal(text({ since: ago(day - 1) }), 'node-17, draining since 02:53 UTC (1439 min)');
  assert.equal(text({ since: ago(day) }), 'node-17, draining since 2026-02-28 02:53 UTC (24 h)');
  assert.match(text({ releaseAfter: ago(1 - day) }), /releases at 02:53 UTC \(24 h left\)$/);
  assert.match(text({ releaseAfter: ago(-day) }), /releases at 2026-03-02 02:53 UTC \(24 h left\)$/);
  assert.match(text({ releaseAfter: ago(-1) }), /releases at 02:53 UTC \(1 s left\)$/);
  assert.match(text({ releaseAfter: ago(0) }), /releases at 2026-03-01 02:53 UTC$/);
});

test('where the clocks contradict each other, or the time is no time, the length is left out', () => {
  assert.equal(text({ since: '2026-03-01T05:00:00Z' }), 'node-17, draining since 2026-03-01 05:00 UTC');
  assert.equal(text({ since: 'yesterday' }), 'node-17, draining');
  assert.equal(text({ since: '+275760-09-13T00:00:00Z' }).startsWith('node-17, draining'), true);
});

test('why a person is needed is part of it, escaped and bounded', () => {
  assert.equal(text({ stuck: 'no\u001bway' }), 'node-17, draining since 02:10 UTC (43 min), stuck: no\\x1bway');
  assert.ok(text({ stuck: 'x'.repeat(5000) }).length < 200);
});

test('a node that is back and only keeps its place says so, and until when, by its own clock', () => {
  const kept = (releaseAfter: string, change: Partial<Holder> = {}) =>
    text({ phase: 'verifying', releaseAfter, ...change });
  assert.equal(
    kept('2026-03-01T03:00:00.000Z'),
    `node-17, rebooted and back, releases at 03:00 UTC (${leftUntil('2026-03-01T03:00:00Z')} left)`,
  );
  assert.equal(kept('2026-03-01T01:00:00Z'), 'node-17, rebooted and back, releases at 2026-03-01 01:00 UTC');
  assert.equal(kept('soon'), 'node-17, verifying since 02:10 UTC (43 min)');
  assert.match(kept('2026-03-01T03:00:00Z', { stuck: 'why' }), /verifying since .*stuck: why$/);
});

test('three are named, the rest counted; what cannot be read says so', () => {
  const holders = [broken('{"node":"n2"}'), broken('"x"'), holder('n3'), holder('n4'), holder('n5')];
  assert.equal(
    describeHolders(record({ holders }), now),
    'n2, whose entry cannot be read; ?, whose entry cannot be read; n3, draining since 02:10 UTC (43 min); 2 more',
  );
});

test('why the pool is paused is shown escaped, and an empty reason as none', () => {
  assert.equal(describePause(record()), null);
  assert.equal(describePause(record({ paused: ' ' })), 'no reason given');
  assert.equal(describePause(record({ paused: 'disk\nwork' })), 'disk\\nwork');
});
