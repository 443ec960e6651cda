import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import type { NoticeMoment } from '../../src/core/notice.ts';
import { systemClock } from '../../src/daemon/clock.ts';
import { never, serve, type TestServer } from '../http/server.ts';
import { metricsAt, story } from './service-story.ts';

const timeout = 120_000;
const all = ['needed', 'waiting', 'draining', 'drain-failed', 'rebooting', 'back', 'stuck'] as const;

/** A webhook that keeps what it got, and can be told to answer nothing. */
async function webhook(hangs = false): Promise<TestServer & { readonly got: string[]; mend(): void }> {
  const got: string[] = [];
  let silent = hangs;
  const listener: RequestListener = async (request, answer) => {
    let body = '';
    for await (const part of request) body += part;
    if (silent) return;
    got.push((JSON.parse(body) as { text: string }).text);
    answer.end();
  };
  const server = await serve(listener);
  return Object.assign(server, {
    got,
    mend: () => {
      silent = false;
    },
  });
}

const told =
  (moments: readonly NoticeMoment[] = all, waitingAfter: number | null = null) =>
  (folder: string) => ({
    urlFiles: [join(folder, 'urls')],
    command: null,
    moments,
    templates: { draining: 'Draining %s: {why}' },
    waitingAfter,
    caFile: null,
  });

test('people are told of each step; who hangs delays nothing, and gets after the boot what was not sent before it', {
  timeout,
}, async (t) => {
  await using chat = await webhook();
  await using hung = await webhook(true);
  const s = await story(t, {
    before: ({ folder }) => writeFileSync(join(folder, 'urls'), `${hung.url}s3cret\n${chat.url}\n`),
    change: (settings, folder) => ({ ...settings, notifications: told()(folder) }),
  });
  await s.admin.createNode('a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.phase === 'rebooting', 'the reboot');
  await until(() => chat.got.length >= 3);
  assert.match(chat.got.join('\n'), /^Node a needs a reboot: .*\nDraining a: .*\nRebooting node a$/);
  const memory = readFileSync(join(s.folder, 'state/memory.json'), 'utf8');
  assert.match(memory, /Rebooting node a/);
  assert.doesNotMatch(memory, /s3cret/);
  assert.deepEqual(hung.got, []);

  hung.mend();
  await s.reboot('a');
  await s.until(({ status }) => status?.phase === 'idle', 'the end of the reboot');
  for (const { got } of [chat, hung]) await until(() => got.includes('Node a is back after its reboot'));
  assert.deepEqual(hung.got, chat.got);
  assert.equal(chat.got.length, 4);
});

test('a command is told each step as JSON, and one that others may change from then on is told nothing more', {
  timeout,
}, async (t) => {
  await using chat = await webhook();
  const s = await story(t, {
    before({ folder }) {
      writeFileSync(join(folder, 'urls'), `${chat.url}s3cret\n`);
      writeFileSync(join(folder, 'tell'), `#!/bin/sh\ncat >>${folder}/got\n`);
      chmodSync(join(folder, 'tell'), 0o755);
    },
    change: (settings, folder) => ({
      ...settings,
      notifications: { ...told()(folder), command: [join(folder, 'tell')] },
    }),
  });
  const got = () => readFileSync(join(s.folder, 'got'), 'utf8').trimEnd().split('\n');
  const texts = () => got().map((line) => (JSON.parse(line) as { text: string }).text);
  await s.admin.createNode('a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.phase === 'rebooting', 'the reboot');
  await until(() => chat.got.length >= 3 && texts().length >= 3);
  assert.deepEqual(texts(), chat.got);
  const page = await metricsAt(s.runtime);
  assert.match(page, /^kured_host_notifications_total\{outcome="sent"\} 6$/m);

  chmodSync(join(s.folder, 'tell'), 0o777);
  await s.reboot('a');
  await until(() => chat.got.includes('Node a is back after its reboot'));
  await until(async () =>
    /^kured_host_notifications_total\{outcome="failed"\} [1-9]/m.test(await metricsAt(s.runtime)),
  );
  assert.equal(got().length, 3);
  const { status } = await s.until(() => true, 'its status');
  for (const shown of [await metricsAt(s.runtime), JSON.stringify(status), ...s.told()])
    assert.doesNotMatch(shown, /s3cret/);
});

test('who waits too long is told of, and a drain that is given up; only what is wanted is told', {
  timeout,
}, async (t) => {
  await using chat = await webhook();
  const s = await story(t, {
    before: ({ folder }) => writeFileSync(join(folder, 'urls'), `${chat.url}\n`),
    change: (settings, folder) => ({
      ...settings,
      blockers: { ...settings.blockers, minimumUptime: 36_525 * 86_400_000 },
      notifications: told(['waiting', 'drain-failed'], 1)(folder),
    }),
  });
  await s.admin.createNode('a');
  await s.admin.createPod('slow', 'a');
  s.join('a');
  s.needReboot();
  await s.until(({ status }) => status?.reason.code === 'uptime-short', 'the uptime to be waited for');
  await until(() => chat.got.length >= 1);
  assert.match(chat.got[0] ?? '', /^Node a waits for its reboot since \d{4}-\S+Z: the machine has not been up/);
  s.reload({ ...s.settings, blockers: { ...s.settings.blockers, minimumUptime: null } });
  await s.until(({ status }) => status?.phase === 'draining', 'draining');
  s.needNothing();
  await until(() => chat.got.length >= 2);
  assert.match(chat.got[1] ?? '', /^Node a is not rebooted for now: .*; the node takes pods again$/);
});

/** Resolves when it holds; the end of the test is the end of the wait. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await systemClock.sleep(20, never);
}
