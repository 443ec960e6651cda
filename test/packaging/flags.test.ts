import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { root } from '../../scripts/source.ts';

const flags = /(?:--max|--v8)[a-z0-9-]*=\d+/g;

for (const file of ['bin/kured-host', 'packaging/kured-host', 'systemd/kured-host.service']) {
  test(`${file} starts the program with the flags and the threads that keep it small`, () => {
    const text = readFileSync(root + file, 'utf8');
    assert.deepEqual(text.match(flags), ['--max-old-space-size=64', '--max-semi-space-size=1', '--v8-pool-size=1']);
    assert.match(text, /^(export |Environment=)UV_THREADPOOL_SIZE=4\b/m);
    assert.match(text, /^(export .*|Environment=)MALLOC_TRIM_THRESHOLD_=131072$/m);
  });
}
