import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nearest } from '../../src/config/nearest.ts';

describe('the nearest word', () => {
  const words = ['drain', 'reboot', 'concurrency', 'podSelector', 'logLevel', 'drain.timeout'];
  const table: readonly (readonly [string, string | null])[] = [
    ['drian', 'drain'],
    ['Drain', 'drain'],
    ['rebot', 'reboot'],
    ['reboott', 'reboot'],
    ['concurency', 'concurrency'],
    ['pod-selector', 'podSelector'],
    ['podselektor', 'podSelector'],
    ['log_level', 'logLevel'],
    ['drainTimeout', 'drain.timeout'],
    ['windows', null],
    ['', null],
    ['x'.repeat(1000), null],
  ];
  for (const [word, meant] of table) {
    it(`to ${JSON.stringify(word.slice(0, 20))} is ${meant}`, () => assert.equal(nearest(word, words), meant));
  }

  it('is the first of equally near ones', () => assert.equal(nearest('namee', ['names', 'name', 'nameo']), 'names'));
});
