import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activeUnits } from '../../src/systemd/units.ts';
import { type Act, fails, fakeSystemctl, prints, waiting } from './fake-programs.ts';

const shown = prints(`Id=rebootmgr.service
ActiveState=active

ActiveState=inactive
Id=zincati.service

Id=dnf-automatic.timer
ActiveState=failed

ActiveState=activating
Id=locksmithd.service`);

test('active are the units that run or are being started', async (t) => {
  const { systemctl, calls } = fakeSystemctl(t, { show: shown });
  const answer = await activeUnits(systemctl, ['rebootmgr.service', 'zincati.service'], waiting);
  assert.deepEqual(answer, { is: 'yes', value: new Set(['rebootmgr.service', 'locksmithd.service']) });
  assert.match(calls()[0] ?? '', /show --property=Id,ActiveState -- rebootmgr\.service zincati\.service$/);
});

for (const [name, act] of [
  ['a systemd that does not answer', fails('Failed to connect to bus: Host is down')],
  ['a systemctl that is ended', 'kill -KILL $$'],
] as const satisfies readonly (readonly [string, Act])[]) {
  test(`${name} says nothing about any unit`, async (t) => {
    const { systemctl } = fakeSystemctl(t, { show: act });
    assert.equal((await activeUnits(systemctl, ['zincati.service'], waiting)).is, 'unknown');
  });
}
