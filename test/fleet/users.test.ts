import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { Bus, BusAnswer } from '../../src/systemd/busctl.ts';
import { usersSource } from '../../src/systemd/users.ts';
import { Fleet } from './fleet.ts';

/** As busctl gives what logind says of a session. */
const session: BusAnswer = {
  is: 'answered',
  data: [{ Class: { data: 'user' }, State: { data: 'active' }, TTY: { data: 'pts/1' } }],
};

/** A node where somebody can log in; `wait` in milliseconds, null for ever. */
async function loggedIn(t: TestContext, fleet: Fleet, wait: number | null) {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-sessions-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const told: string[] = [];
  let people: readonly string[] = [];
  const bus: Bus = {
    call: async ({ method }) =>
      method === 'GetAll' ? session : { is: 'answered', data: [people.map((user) => ['1', 1000, user, '', '/1'])] },
    property: async () => ({ is: 'no-answer', why: 'nobody asks' }),
  };
  const source = usersSource({
    bus,
    clock: fleet.server.clock,
    settings: () => ({ wait, broadcast: 60_000, ignore: [] }),
    tell: (text) => void told.push(text),
    folder,
  });
  const machine = await fleet.add('a', { permissions: [source] });
  /** As logind does it: a file for the session comes or goes. */
  const logIn = (...users: readonly string[]): void => {
    people = users;
    writeFileSync(join(folder, '1'), '');
  };
  return { machine, logIn, told };
}

describe('a node with people who are logged in', { timeout: 120_000 }, () => {
  it('tells them once nothing else is against a reboot, and goes on when their time is over', async (t) => {
    await using fleet = await Fleet.open();
    const { machine, logIn, told } = await loggedIn(t, fleet, 1_000);
    logIn('jane');
    machine.needReboot('need');
    await machine.until(({ reason }) => reason.code === 'users-logged-in', 'jane to be waited for');
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(told.length, 1);
    assert.equal(machine.calls, 1);
  });

  it('backs out of its drain when somebody logs in who is waited for without an end', async (t) => {
    await using fleet = await Fleet.open();
    const { machine, logIn } = await loggedIn(t, fleet, null);
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    logIn('jane');
    const { sentence } = await machine.until(({ phase }) => phase === 'waiting', 'backed out');
    assert.match(sentence, /1 session\(s\) of people are open: jane \(pts\/1\)/);
    assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    assert.equal(machine.calls, 0);
  });

  it('goes on draining for one whose time has an end, and reboots after it', async (t) => {
    await using fleet = await Fleet.open();
    const { machine, logIn, told } = await loggedIn(t, fleet, 2_000);
    await fleet.admin.createPod('slow', 'a');
    machine.needReboot('need');
    await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
    logIn('jane');
    await machine.until(({ permission }) => permission.reasons.some(({ code }) => code === 'users-logged-in'), 'jane');
    await fleet.admin.removePod('slow');
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(told.length, 1);
    assert.ok(machine.changes.every(({ status }) => status.phase !== 'backing-out'));
  });
});
