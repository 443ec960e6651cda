import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMachine } from '../../src/host/machine.ts';
import { ownFolder } from './folder.ts';

test("the name is the one that systemd's own tool makes of the machine ID, and does not show it", async (t) => {
  const file = join(ownFolder(t), 'machine-id');
  writeFileSync(file, '0123456789abcdef0123456789abcdef\n');
  // systemd-id128 machine-id --app-specific=784000ca1c3a46b7993a48b0076edc5e, on a machine of that ID.
  assert.deepEqual(await readMachine(file), { is: 'read', machine: '34d736b627ae45e6b23893dabef2d850' });
});

for (const [name, text] of [
  ['a first boot that has not set it yet', 'uninitialized\n'],
  ['an image without one', ''],
  ['only zeros', `${'0'.repeat(32)}\n`],
  ['upper case, which machine-id(5) does not allow', `${'A'.repeat(32)}\n`],
  ['too much', `${'a'.repeat(33)}\n`],
] as const) {
  test(`${name} is no machine ID`, async (t) => {
    const file = join(ownFolder(t), 'machine-id');
    writeFileSync(file, text);
    const read = await readMachine(file);
    assert.deepEqual(read, { is: 'unreadable', why: `${file} holds no machine ID yet` });
  });
}

test('a machine ID that is not there is unreadable, with the cause', async (t) => {
  const read = await readMachine(join(ownFolder(t), 'machine-id'));
  assert.match(read.is === 'unreadable' ? read.why : '', /ENOENT/);
});
