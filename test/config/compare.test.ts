import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { acceptTexts, defaultSettings } from '../../src/config/accept.ts';
import { compareSettings } from '../../src/config/compare.ts';
import type { Settings } from '../../src/core/settings.ts';
import { anySettings } from './settings-arbitrary.ts';

describe('new settings beside the old ones', () => {
  const table: readonly (readonly [string, readonly string[], boolean, boolean])[] = [
    ['', [], false, false],
    ['concurrency: 2', ['concurrency'], false, false],
    ['lease: {priority: 5}', ['lease'], false, false],
    ['lease: {name: other}', ['lease'], true, false],
    ['lease: {namespace: other}', ['lease'], true, false],
    ['credentials: {kubeconfig: /x}', ['credentials'], false, true],
    ['credentials: {impersonate: ""}', ['credentials'], false, true],
    ['credentials: {nodeName: x}', ['credentials'], false, true],
    ['sentinel: {files: [/run/x]}\nlogLevel: debug', ['sentinel', 'log'], false, false],
    [
      'drain: {timeout: 0s}\nlease: {name: a}\ncredentials: {nodeName: b}',
      ['credentials', 'lease', 'drain'],
      true,
      true,
    ],
  ];
  for (const [text, sections, pool, identity] of table) {
    it(`${JSON.stringify(text)} changes ${sections.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(compareSettings(defaultSettings(), settingsOf(text)), { sections, pool, identity });
      assert.deepEqual(compareSettings(settingsOf(text), defaultSettings()), { sections, pool, identity });
    });
  }

  it('change nothing when they say the same', () => {
    fc.assert(
      fc.property(anySettings(), (settings) => {
        const same = structuredClone(settings);
        assert.deepEqual(compareSettings(settings, same), { sections: [], pool: false, identity: false });
      }),
    );
  });
});

function settingsOf(text: string): Settings {
  const accepted = acceptTexts([{ file: 'f', text }]);
  assert.ok(accepted.valid);
  return accepted.settings;
}
