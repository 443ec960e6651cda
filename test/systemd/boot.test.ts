import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bootIdFile, readBootMark } from '../../src/systemd/boot.ts';
import { fakeBus, prints, refuses, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const id = 'efca4714-2c95-46f2-9a2c-f8706a64a686';

test("the machine's own boot ID is read where systemd does not run", async () => {
  const mark = { id: readFileSync(bootIdFile, 'utf8').trim(), soft: null };
  assert.deepEqual(await readBootMark(bootIdFile, null, waiting), { is: 'read', mark });
});

for (const [name, act, soft] of [
  ['systemd counts soft reboots', prints('{"type":"u","data":2}'), 2],
  [
    'systemd is too old to count them',
    refuses('Unknown interface org.freedesktop.systemd1.Manager or property SoftRebootsCount.'),
    null,
  ],
  ['systemd answers something else', prints('{"type":"s","data":"2"}'), null],
  ['systemd does not answer', refuses('Connection timed out'), null],
] as const) {
  test(`soft reboots are ${soft} when ${name}`, async (t) => {
    const file = join(ownFolder(t), 'boot_id');
    writeFileSync(file, `${id}\n`);
    const { bus } = fakeBus(t, { SoftRebootsCount: act });
    assert.deepEqual(await readBootMark(file, bus, waiting), { is: 'read', mark: { id, soft } });
  });
}

for (const text of ['', 'x', '00000000', `${id}0`]) {
  test(`"${text}" is no boot ID`, async (t) => {
    const file = join(ownFolder(t), 'boot_id');
    writeFileSync(file, text);
    assert.equal((await readBootMark(file, null, waiting)).is, 'unreadable');
  });
}

test('a boot ID that is not there is unreadable, with the cause', async (t) => {
  const read = await readBootMark(join(ownFolder(t), 'boot_id'), null, waiting);
  assert.match(read.is === 'unreadable' ? read.why : '', /ENOENT/);
});
