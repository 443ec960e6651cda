import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { handledAnnotation } from '../../src/core/cordon-mark.ts';
import { type Handled, needStanding, noteHandled, readHandled, rebootsToday } from '../../src/core/handled.ts';
import { limits } from '../../src/core/limits.ts';
import { wallText } from '../../src/core/now.ts';
import { at, need, wall } from './lease/samples.ts';
import { node } from './phases/server.ts';

const hour = limits.sameReasons;
const handled = (change: Partial<Handled> = {}): Handled => ({
  need: { fingerprint: 'file:0', reasons: ['linux-image'] },
  boot: 'boot-n1',
  at: wallText(wall),
  reboots: [wallText(wall)],
  ...change,
});

describe('a need', () => {
  const other = { ...need, reasons: ['glibc'] };
  const table: readonly (readonly [string, typeof need, Handled | null, number, 'new' | 'handled'])[] = [
    ['that no reboot met', need, null, 0, 'new'],
    ['older than this boot', { ...need, older: true }, null, 0, 'handled'],
    [
      'that the last reboot met',
      other,
      handled({ need: { fingerprint: need.fingerprint, reasons: [] } }),
      9 * hour,
      'handled',
    ],
    [
      'that was a part of what the last reboot met',
      other,
      handled({ need: { fingerprint: `a+${need.fingerprint}`, reasons: [] } }),
      9 * hour,
      'handled',
    ],
    ['of another name and other reasons', other, handled(), 0, 'new'],
    ['of another name and the same reasons, within the hour', need, handled(), hour - 1_000, 'handled'],
    ['of another name and the same reasons, after the hour', need, handled(), hour + 1_000, 'new'],
    ['of another name and the same reasons, with the clock set back', need, handled(), -9 * hour, 'handled'],
    [
      'of another name and the same reasons, noted by a clock of another year',
      need,
      handled(),
      -400 * limits.day,
      'new',
    ],
    ['of another name and the same reasons, met nobody knows when', need, handled({ at: 'x' }), 9 * hour, 'handled'],
    [
      'of another name without reasons',
      { ...need, reasons: [] },
      handled({ need: { fingerprint: 'x', reasons: [] } }),
      0,
      'new',
    ],
    ['of another name with one reason more', { ...need, reasons: ['linux-image', 'glibc'] }, handled(), 0, 'new'],
  ];
  for (const [title, of, before, later, standing] of table) {
    it(`${title} is ${standing}`, () => assert.equal(needStanding(of, before, at(later)), standing));
  }
});

describe('the annotation kured-host/handled', () => {
  const note = { fingerprint: 'file:1', reasons: ['linux-image'] };

  it('counts each boot once, and forgets what is a day old', () => {
    const first = noteHandled(null, note, 'boot-1', at(0));
    assert.deepEqual(first, { need: note, boot: 'boot-1', at: wallText(wall), reboots: [wallText(wall)] });
    assert.deepEqual(noteHandled(first, note, 'boot-1', at(5_000)), first);
    const second = noteHandled(first, note, 'boot-2', at(60_000));
    assert.deepEqual(second.reboots, [wallText(wall), wallText(wall + 60_000)]);
    assert.deepEqual(noteHandled(second, note, 'boot-3', at(limits.day + 30_000)).reboots.length, 2);
  });

  it('counts the reboots of the last day that no retry has let through', () => {
    const reboots = [-limits.day, -60_000, 0].map((ago) => wallText(wall + ago));
    assert.equal(rebootsToday(handled({ reboots }), 0, at(1_000)), 2);
    assert.equal(rebootsToday(handled({ reboots }), wall - 30_000, at(1_000)), 1);
    assert.equal(rebootsToday(null, 0, at(0)), 0);
  });

  it('is read back as it was written, and what cannot be read is none', () => {
    const read = (text: string) => readHandled(node({ annotations: { [handledAnnotation]: text } }));
    const written = noteHandled(null, note, 'boot-1', at(0));
    assert.deepEqual(read(JSON.stringify(written)), written);
    for (const text of ['', '{', '[]', '{"need":{}}', '{"need":null,"boot":"b","at":"a"}'])
      assert.equal(read(text), null, text);
    assert.equal(readHandled(node()), null);
  });
});
