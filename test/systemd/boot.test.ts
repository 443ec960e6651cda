import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { bootIdFile, readBootMark } from '../../src/systemd/boot.ts';
import { fails, fakeSystemctl, prints, silent, waiting } from './fake-programs.ts';
import { ownFolder } from './folder.ts';

const id = 'efca4714-2c95-46f2-9a2c-f8706a64a686';

test("the machine's own boot ID is read where systemd does not run", async () => {
  const mark = { id: readFileSync(bootIdFile, 'utf8').trim(), soft: null };
  assert.deepEqual(await readBootMark(bootIdFile, null, waiting), { is: 'read', mark, began: null });
});

const began = 'UserspaceTimestamp=Thu 2026-11-26 21:22:54 UTC';

for (const [name, act, soft] of [
  ['systemd 257 counts them', prints(`${began}\nSoftRebootsCount=2`), 2],
  ['systemd 252 is too old to', prints(began), null],
] as const) {
  test(`soft reboots are ${soft} where ${name}, by a systemctl that writes moments in UTC`, async (t) => {
    const { systemctl, calls } = fakeSystemctl(t, { show: `test "$TZ" = UTC || exit 3\n${act}` });
    const read = await readBootMark(bootIdOf(t), systemctl, waiting);
    const at = soft === null ? null : Date.UTC(2026, 10, 26, 21, 22, 54);
    assert.deepEqual(read, { is: 'read', mark: { id, soft }, began: at });
    assert.match(calls()[0] ?? '', /show --property=SoftRebootsCount --property=UserspaceTimestamp$/);
  });
}

for (const [name, act, why] of [
  [
    'fails',
    fails('Failed to connect to system scope bus via local transport: Connection refused'),
    /Connection refused/,
  ],
  ['says nothing', silent, /cannot understand ""/],
  ['tells no number', prints(`${began}\nSoftRebootsCount=x`), /SoftRebootsCount=x/],
  ['tells no moment', prints('SoftRebootsCount=1\nUserspaceTimestamp='), /UserspaceTimestamp=/],
] as const) {
  test(`a systemctl that ${name} leaves the boot unreadable, since a soft reboot would not be seen`, async (t) => {
    const { systemctl } = fakeSystemctl(t, { show: act });
    const read = await readBootMark(bootIdOf(t), systemctl, waiting);
    assert.match(read.is === 'unreadable' ? read.why : '', why);
  });
}

function bootIdOf(t: TestContext): string {
  const file = join(ownFolder(t), 'boot_id');
  writeFileSync(file, `${id}\n`);
  return file;
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
