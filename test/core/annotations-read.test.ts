import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { needStanding, parseHandled, rebootsToday } from '../../src/core/handled.ts';
import { limits } from '../../src/core/limits.ts';
import { parseMark } from '../../src/core/mark-text.ts';
import { at, need, now, wall } from './lease/samples.ts';

/** A JSON text of these fields, with one changed or left out (undefined). */
const text = (fields: object, change: object = {}) => JSON.stringify({ ...fields, ...change });

describe('the mark on the Node', () => {
  const fields = {
    claim: 'c',
    boot: { id: 'b', soft: 2 },
    need: { fingerprint: 'f', reasons: ['r'] },
    lease: 'ns/name',
    cordoned: true,
  };
  const nothing = { labels: {}, annotations: {} };

  it('is read as it was written, and a part that says less as what it says', () => {
    assert.deepEqual(parseMark(text(fields)), { ...fields, wrote: nothing });
    const method = 'soft-reboot' as const;
    assert.deepEqual(parseMark(text(fields, { method })), { ...fields, method, wrote: nothing });
    assert.deepEqual(parseMark(text(fields, { method: 'logind' })), { ...fields, wrote: nothing });
    assert.deepEqual(parseMark(text(fields, { boot: { id: 'b', soft: '2' } }))?.boot, { id: 'b', soft: null });
    assert.deepEqual(parseMark(text(fields, { boot: { id: 'b' } }))?.boot, { id: 'b', soft: null });
    assert.deepEqual(parseMark(text(fields, { need: { fingerprint: 'f', reasons: ['r', 1] } }))?.need.reasons, ['r']);
    const labels = {
      a: { to: 'x', from: null, more: [[]] },
      b: { to: 1, from: null },
      c: { to: null, from: 2 },
      d: null,
      e: [],
    };
    const read = parseMark(text(fields, { wrote: { labels, annotations: 'x' } }));
    assert.deepEqual(read?.wrote, { labels: { a: { to: 'x', from: null } }, annotations: {} });
  });

  it('that lacks what it has to say cannot be read', () => {
    for (const wrong of ['', 'x', 'null', '1', '"a"', '[]', '{}']) assert.equal(parseMark(wrong), null, wrong);
    for (const field of Object.keys(fields)) {
      for (const value of [undefined, null, 1, []]) {
        assert.equal(parseMark(text(fields, { [field]: value })), null, `${field} ${JSON.stringify(value)}`);
      }
    }
    for (const boot of [{}, { id: 1 }, 'b']) assert.equal(parseMark(text(fields, { boot })), null);
    for (const part of [{ reasons: [] }, { fingerprint: 'f' }, { fingerprint: 1, reasons: [] }, 'f']) {
      assert.equal(parseMark(text(fields, { need: part })), null, JSON.stringify(part));
    }
  });
});

describe('what the last reboot met', () => {
  const stamp = (ms: number) => new Date(wall + ms).toISOString();
  const fields = { need: { fingerprint: 'f', reasons: ['r'] }, boot: 'b', at: stamp(0), reboots: [stamp(0)] };

  it('is read as it was written, lists without what is no text', () => {
    assert.deepEqual(parseHandled(text(fields)), fields);
    assert.deepEqual(parseHandled(text(fields, { reboots: ['a', 1] }))?.reboots, ['a']);
    assert.deepEqual(parseHandled(text(fields, { reboots: 'a' }))?.reboots, []);
    assert.deepEqual(parseHandled(text(fields, { need: { fingerprint: 'f' } }))?.need.reasons, []);
  });

  it('that lacks what it has to say cannot be read', () => {
    for (const wrong of ['', 'x', 'null', '1', '"a"', '[]', '{}']) assert.equal(parseHandled(wrong), null, wrong);
    for (const field of ['need', 'boot', 'at']) {
      for (const value of [undefined, null, 1, []]) {
        assert.equal(parseHandled(text(fields, { [field]: value })), null, `${field} ${JSON.stringify(value)}`);
      }
    }
    assert.equal(parseHandled(text(fields, { need: { fingerprint: 1, reasons: [] } })), null);
  });

  it('holds the same reasons back for an hour to the millisecond, in any order, and no others', () => {
    const standing = (reasons: readonly string[], ms: number, was = ['a', 'b']) =>
      needStanding({ ...need, reasons }, { ...fields, need: { fingerprint: 'other', reasons: was } }, at(ms));
    const hour = limits.sameReasons;
    assert.equal(standing(['b', 'a'], hour - 1), 'handled');
    assert.equal(standing(['b', 'a'], hour), 'new');
    assert.equal(standing(['a', 'b'], -limits.day + 1), 'handled');
    assert.equal(standing(['a', 'b'], -limits.day), 'new');
    for (const reasons of [['a'], ['a', 'c'], ['a', 'b', 'c'], []]) assert.equal(standing(reasons, 0), 'new');
  });

  it('counts the reboots of one day, those before a person’s retry left out', () => {
    const count = (reboot: number, after = 0) => rebootsToday({ ...fields, reboots: [stamp(reboot)] }, after, now);
    assert.deepEqual(
      [count(1 - limits.day), count(-limits.day), count(limits.day - 1), count(limits.day)],
      [1, 0, 1, 0],
    );
    assert.deepEqual([count(0, wall - 1), count(0, wall)], [1, 0]);
    assert.equal(rebootsToday(null, 0, now), 0);
  });
});
