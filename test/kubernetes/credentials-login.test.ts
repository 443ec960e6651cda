import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { after, describe, test } from 'node:test';
import { reasonSentence } from '../../src/core/reasons.ts';
import { never, until } from '../http/server.ts';
import { inUse, JudgingApi, writePlugin } from './judging-api.ts';

const api = await JudgingApi.open();
const { tokens, server } = api;
after(() => server[Symbol.asyncDispose]());

describe('credentials that are a token, or of a plugin', () => {
  test('by token file follow the file; a token that is worthless is tried once and told', async () => {
    using use = inUse();
    use.folder.write('token', 'one');
    api.user(use.folder, { tokenFile: 'token' });
    tokens.add('one').add('two');
    assert.equal(await use.call(), 'one');
    use.folder.write('token', 'two');
    assert.equal(await use.call(), 'two');
    tokens.delete('two');
    const asked = server.requests.length;
    assert.match(await use.call(), /the API server does not accept them \(401\)$/);
    assert.equal(server.requests.length, asked + 1);
  });

  test('by plugin are asked for again when the API server refuses them, and the call is made with the new ones', async () => {
    using use = inUse();
    use.folder.write('answer', 'first');
    const answer = use.folder.file('answer');
    const script = `printf '{"status":{"token":"%s"}}' "$(cat ${answer})"`;
    api.plugin(use.folder, script);
    tokens.add('first');
    assert.equal(await use.call(), 'first');
    tokens.delete('first');
    tokens.add('second');
    use.folder.write('answer', 'second');
    assert.equal(await use.call(), 'second');
  });

  test('that are refused are told with why there are no newer ones: the plugin fails, or its files cannot be used', async () => {
    using use = inUse();
    const passed = `printf '{"status":{"token":"short","expirationTimestamp":"2020-01-01T00:00:00Z"}}'`;
    api.plugin(use.folder, `[ ! -e ${use.folder.file('down')} ] || { echo no network >&2; exit 1; }\n${passed}`);
    tokens.add('short');
    assert.equal(await use.call(), 'short');
    tokens.delete('short');
    use.folder.write('down', '');
    const refused = /the API server does not accept them \(401\); newer ones cannot be used: /;
    assert.match(await use.call(), new RegExp(`${refused.source}its plugin \\S+/plugin fails: no network$`));
    use.folder.remove('down');
    await use.clock.advance(5_000);
    assert.match(await use.call(), /the API server does not accept them \(401\)$/);
    use.folder.write('kubelet.conf', 'kind: Other');
    assert.match(await use.call(), new RegExp(`${refused.source}it is no kubeconfig but a Other$`));
  });

  test('of a plugin that are refused before they expire are told with why it gives no others, as long as that is so', async () => {
    using use = inUse();
    const down = use.folder.file('down');
    const script = `[ ! -e ${down} ] || { echo no network >&2; exit 1; }\nprintf '{"status":{"token":"revoked"}}'`;
    api.plugin(use.folder, script);
    tokens.add('revoked');
    assert.equal(await use.call(), 'revoked');
    tokens.delete('revoked');
    use.folder.write('down', '');
    for (let times = 0; times < 3; times += 1) {
      assert.match(await use.call(), /\(401\); newer ones cannot be used: its plugin \S+\/plugin fails: no network$/);
    }
  });

  test('that are refused while reading newer ones hangs are told with that', { timeout: 30_000 }, async () => {
    using use = inUse();
    const hung = use.folder.file('hung');
    const script = `[ ! -e ${hung} ] || { sleep 20 & echo >${hung}.now; }\nprintf '{"status":{"token":"old"}}'`;
    api.plugin(use.folder, script);
    tokens.add('old');
    assert.equal(await use.call(), 'old');
    tokens.delete('old');
    use.folder.write('hung', '');
    await use.clock.advance(1_000);
    const connection = await use.credentials.current(never);
    assert.equal(connection.is, 'connected');
    if (connection.is !== 'connected') return;
    const renewing = use.credentials.renew(connection, never);
    await until(() => existsSync(`${hung}.now`));
    await use.clock.advance(45_000);
    assert.equal(await renewing, false);
    const why = reasonSentence(connection.refusal());
    assert.match(why, /\(401\); newer ones cannot be used: reading them did not end within 45 s$/);
  });

  test('by a plugin whose child keeps its output open end after a time, and are tried again', {
    timeout: 30_000,
  }, async () => {
    using use = inUse();
    api.plugin(use.folder, 'sleep 20 &\nprintf \'{"status":{"token":"hung"}}\'');
    const waiting = use.credentials.current(never);
    await until(() => use.clock.untilNext() !== null);
    await use.clock.advance(45_000);
    const none = await waiting;
    assert.match(none.is === 'none' ? reasonSentence(none.reason) : '', /reading them did not end within 45 s/);
    tokens.add('mended');
    writePlugin(use.folder, 'printf \'{"status":{"token":"mended"}}\'');
    assert.equal(await use.call(), 'mended');
  });

  test('on a file system that hangs take one thread, however often they are looked at, and are used once it answers', {
    timeout: 30_000,
  }, async () => {
    using use = inUse();
    const token = use.folder.file('token');
    execFileSync('mkfifo', [token]);
    api.user(use.folder, { tokenFile: 'token' });
    try {
      // Node has four threads for files.
      for (let times = 0; times < 5; times += 1) {
        await use.clock.advance(1_000);
        const waiting = use.credentials.current(never);
        await until(() => use.clock.untilNext() !== null);
        await stat('/');
        await use.clock.advance(45_000);
        const none = await waiting;
        assert.match(none.is === 'none' ? reasonSentence(none.reason) : '', /reading them did not end within 45 s/);
      }
      await stat('/');
    } finally {
      closeSync(openSync(token, 'r+'));
    }
    tokens.add('fresh');
    use.folder.write('token', 'fresh');
    assert.equal(await use.call(), 'fresh');
  });
});
