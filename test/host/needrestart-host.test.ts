import assert from 'node:assert/strict';
import { it } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { uniqueName } from '../cluster/workload.ts';
import { canMakeGuests } from './available.ts';
import { makeGuest } from './guest.ts';
import { install, knowRepository, seesRepository, versions } from './installation.ts';
import { dnfRoot } from './package-manager.ts';

const skip = skipUnless(canMakeGuests());
const witness = '[Service]\nExecStart=/usr/libexec/kured-host/node -e "setInterval(() => {}, 1000)"\n';

it('needrestart, told to restart whatever uses an old library, leaves the service alone', { skip }, async () => {
  const name = uniqueName('library');
  await using guest = await makeGuest({ ...dnfRoot, name, ...(await seesRepository()) });
  guest.put('/etc/systemd/system/witness.service', witness);
  await guest.boot();
  await knowRepository(guest);
  await install(guest, (await versions()).newer);
  await guest.systemctl('start', 'witness');
  const running = async (): Promise<readonly string[]> => [
    await guest.show('kured-host', 'MainPID'),
    await guest.show('witness', 'MainPID'),
  ];
  const [ours, other] = await running();
  // What an update of a library does: another file under the same name.
  await guest.sh(
    'cd /usr/lib/*-linux-gnu; file=$(readlink -f libstdc++.so.6); cp "$file" "$file.new"; mv "$file.new" "$file"',
  );
  const shown = await guest.must(['needrestart', '-r', 'a'], { milliseconds: 120_000 });
  const [oursNow, otherNow] = await running();
  assert.notEqual(otherNow, other, shown);
  assert.equal(oursNow, ours, shown);
});
