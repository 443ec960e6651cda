import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { RequestListener } from 'node:http';
import { it } from 'node:test';
import { available, skipUnless } from '../cluster/available.ts';
import { sharedControlPlane } from '../cluster/shared.ts';
import { seen } from '../cluster/waiting.ts';
import { serve, type TestServer } from '../http/server.ts';
import { canRunBundle } from '../pool/pool.ts';
import { canMakeGuests } from './available.ts';
import { GuestPool } from './guest-pool.ts';

const skip = skipUnless(available(), canMakeGuests(), canRunBundle());
const settings = `notifications:
  urlFiles: [/run/credentials/kured-host.service/notify]
  command: [/usr/local/sbin/tell]
`;
/** Keeps what it gets, and what it may, where the service itself cannot write. */
const tell = `#!/bin/sh
cat >>/etc/told
grep CapEff /proc/self/status >/etc/told-as
`;

interface Receiver extends TestServer {
  readonly got: string[];
  readonly told: EventEmitter;
  silent: boolean;
}

async function receiver(silent: boolean): Promise<Receiver> {
  const state = { got: [] as string[], told: new EventEmitter(), silent };
  const listener: RequestListener = async (request, answer) => {
    let body = '';
    for await (const part of request) body += part;
    if (state.silent) return;
    state.got.push((JSON.parse(body) as { text: string }).text);
    answer.end();
    state.told.emit('told');
  };
  return Object.assign(state, await serve(listener));
}

it('a reboot is told to a webhook from a credential of systemd and to a command outside the sandbox; who hangs is told after it', {
  skip,
  timeout: 300_000,
}, async () => {
  await using cluster = await sharedControlPlane();
  await using nodes = await GuestPool.open(cluster);
  await using chat = await receiver(false);
  await using hung = await receiver(true);
  const node = await nodes.add({ settings, booted: false });
  node.put('/usr/local/sbin/tell', tell, 0o755);
  node.put('/etc/kured-host/notify', `${chat.url}s3cret-one\n${hung.url}s3cret-two\n`, 0o600);
  const dropIn = '[Service]\nLoadCredential=notify:/etc/kured-host/notify\n';
  node.put('/etc/systemd/system/kured-host.service.d/notify.conf', dropIn);
  await node.boot();
  node.put('/run/reboot-required', '');
  const texts = [
    `Node ${node.name} needs a reboot: /run/reboot-required`,
    `Draining node ${node.name}: a reboot is needed`,
    `Rebooting node ${node.name}`,
    `Node ${node.name} is back after its reboot`,
  ];
  await gets(chat, texts[2]);
  // What it was asked before the reboot has its ten seconds, and ends with the machine.
  hung.silent = false;
  await nodes.rebooted(node, 2);
  for (const one of [chat, hung]) await gets(one, texts[3]);
  assert.deepEqual(chat.got, texts);
  assert.deepEqual([...new Set(hung.got)], texts);
  const said = (await node.sees('the last message', ['cat', '/etc/told'], /is back after/)).trimEnd().split('\n');
  assert.deepEqual(
    said.map((line) => (JSON.parse(line) as { text: string }).text),
    texts,
  );
  assert.match(node.read('/etc/told-as'), /CapEff:\s0*[1-9a-f]/);
  // The command lines of all that wrote into it are in there as well.
  assert.doesNotMatch(await node.journal('--output=verbose'), /s3cret/);
});

async function gets({ got, told }: Receiver, text = ''): Promise<void> {
  const follow = (changed: () => void) => {
    told.on('told', changed);
    return () => void told.off('told', changed);
  };
  await seen(60_000, `a receiver to be told "${text}"`, () => (got.includes(text) ? true : undefined), follow);
}
