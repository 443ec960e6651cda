import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Key, keyParts, keys } from '../../src/config/schema.ts';
import { Bench } from './bench.ts';

/** What no key takes: neither of a right type, nor one that could be. test/config/values.ts has what each key refuses besides. */
const wrong = ['{not: {this: [1]}}', '"\\0"', '[[[]]]'] as const;
const commands = ['run', 'config check', 'check', 'preflight'] as const;

describe('a bad value of an option', { timeout: 120_000 }, () => {
  for (const key of keys) {
    it(`${key}: one sentence that says where and what is wanted, exit 78, and nothing started`, async () => {
      await using bench = await Bench.open();
      for (const value of wrong) {
        const { text, line } = fileWith(key, value);
        bench.file('etc/kured-host/config.d/90-bad.yaml', text);
        for (const command of commands) {
          const { code, out, err } = await bench.run(...command.split(' '));
          const said = (out + err).trim();
          const where = `/etc/kured-host/config.d/90-bad.yaml:${line}:`;
          assert.equal(code, 78, `${command}, ${value}: ${said}`);
          assert.equal(said.split('\n').length, 1, `${command}, ${value}: ${said}`);
          assert.ok(said.includes(where), said);
          assert.ok(said.includes(`: ${key} must be `), said);
          assert.doesNotMatch(said, /\0|undefined|\[object/);
        }
      }
      assert.equal(existsSync(bench.path('run')), false, 'no socket, no lock');
      assert.deepEqual(
        bench.server.audit.filter(({ userAgent }) => userAgent === 'kured-host'),
        [],
      );
    });
  }
});

/** The key's value alone, with lines above it. */
function fileWith(key: Key, value: string): { readonly text: string; readonly line: number } {
  const { section, name } = keyParts(key);
  if (section === null) return { text: `# bad\n\n${name}: ${value}\n`, line: 3 };
  return { text: `# bad\n\n${section}:\n  ${name}: ${value}\n`, line: 4 };
}
