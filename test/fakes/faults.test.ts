import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RestClient } from '../cluster/rest.ts';
import { Stream } from '../contract/stream.ts';
import type { FakeApiServer } from './api-server.ts';
import { leases, startFixture } from './server-fixture.ts';

const path = `${leases}/pool`;
const anyWrite = { verb: 'patch', resource: 'leases', name: 'pool' };

function note(client: RestClient, value: string): Promise<{ readonly status: number }> {
  return client.request('PATCH', path, {
    body: { metadata: { annotations: { note: value } } },
    contentType: 'application/merge-patch+json',
  });
}

function stored(server: FakeApiServer): string | undefined {
  return server.store.get('leases.coordination.k8s.io', 'default', 'pool')?.metadata.annotations?.note;
}

describe('faults of requests', { timeout: 20_000 }, () => {
  it('a request held before its effect takes effect and is answered when it lands', async () => {
    await using fixture = await startFixture();
    const hold = fixture.server.faults.hold(anyWrite);
    const answer = note(fixture.admin, 'late');
    const held = await hold.next();
    assert.equal(stored(fixture.server), undefined);
    held.land();
    assert.equal((await answer).status, 200);
    assert.equal(stored(fixture.server), 'late');
  });

  it('a held request whose client has given up lands all the same, once', async () => {
    await using fixture = await startFixture();
    const hold = fixture.server.faults.hold(anyWrite);
    const answer = note(fixture.admin, 'late');
    const held = await hold.next();
    held.cut();
    await assert.rejects(answer, /socket hang up|ECONNRESET/);
    assert.equal((await note(fixture.admin, 'between')).status, 200);
    held.land();
    held.land();
    assert.equal(stored(fixture.server), 'late');
    assert.equal(fixture.server.audit.filter((entry) => entry.verb === 'patch').length, 2);
  });

  it('a request held after its effect is in force before it is answered', async () => {
    await using fixture = await startFixture();
    const hold = fixture.server.faults.hold(anyWrite, 'after');
    const answer = note(fixture.admin, 'there');
    const held = await hold.next();
    assert.equal(stored(fixture.server), 'there');
    held.land();
    assert.equal((await answer).status, 200);
  });

  it('a dropped request never takes effect', async () => {
    await using fixture = await startFixture();
    const hold = fixture.server.faults.hold(anyWrite);
    const answer = note(fixture.admin, 'never');
    const held = await hold.next();
    held.drop();
    await assert.rejects(answer);
    held.land();
    assert.equal(stored(fixture.server), undefined);
  });

  it('a lost answer belongs to a request that took effect, a lost request to one that did not', async () => {
    await using fixture = await startFixture();
    const { faults } = fixture.server;
    faults.loseAnswers(anyWrite);
    await assert.rejects(note(fixture.admin, 'done'));
    assert.equal(stored(fixture.server), 'done');
    faults.loseRequests(anyWrite);
    await assert.rejects(note(fixture.admin, 'not done'));
    assert.equal(stored(fixture.server), 'done');
    assert.equal((await note(fixture.admin, 'again')).status, 200);
  });

  it('a false answer comes as often as asked, with its header, and nothing is carried out', async () => {
    await using fixture = await startFixture();
    const { faults } = fixture.server;
    faults.answer(anyWrite, { code: 429, retryAfter: 3 }, 2);
    faults.answer(anyWrite, { code: 503 });
    const answers = [];
    for (const value of ['1', '2', '3', '4'])
      answers.push(
        await fixture.admin.request('PATCH', path, {
          body: { metadata: { annotations: { note: value } } },
          contentType: 'application/merge-patch+json',
        }),
      );
    assert.deepEqual(
      answers.map(({ status, headers, body }) => [status, headers['retry-after'], body.reason]),
      [
        [429, '3', 'TooManyRequests'],
        [429, '3', 'TooManyRequests'],
        [503, undefined, 'ServiceUnavailable'],
        [200, undefined, undefined],
      ],
    );
    assert.equal(stored(fixture.server), '4');
  });

  it('meets only the requests that are named, and none once it is taken back or cleared', async () => {
    await using fixture = await startFixture();
    const { faults } = fixture.server;
    const takeBack = faults.answer({ verb: 'get' }, { code: 500 }, 10);
    for (const which of [
      { user: 'system:node:n1' },
      { namespace: 'kured-host' },
      { impersonated: true },
      { name: 'x' },
    ])
      faults.answer(which, { code: 500 });
    faults.answer({ when: ({ body }) => body.includes('unlucky') }, { code: 500 });
    assert.equal((await note(fixture.admin, 'lucky')).status, 200);
    assert.equal((await note(fixture.admin, 'unlucky')).status, 500);
    assert.equal((await fixture.admin.request('GET', path)).status, 500);
    takeBack();
    assert.equal((await fixture.admin.request('GET', path)).status, 200);
    faults.answer({ verb: 'get' }, { code: 500 });
    faults.clear();
    assert.equal((await fixture.admin.request('GET', path)).status, 200);
  });
});

describe('faults of watches', { timeout: 20_000 }, () => {
  const query = `${leases}?fieldSelector=metadata.name%3Dpool&allowWatchBookmarks=true`;

  it('a silent watch tells nothing, also one that is opened then, and all of it once it speaks again', async () => {
    await using fixture = await startFixture();
    const first = new Stream(fixture.admin, query);
    assert.equal((await first.next()).type, 'ADDED');
    const speak = fixture.server.faults.silenceWatches({ resource: 'leases' });
    await note(fixture.admin, 'unheard');
    const second = new Stream(fixture.admin, query);
    await fixture.admin.request('GET', path);
    while (fixture.server.faults.watches().length < 2) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([...first.unexpected(), ...second.unexpected()], []);
    speak();
    assert.equal((await first.next()).type, 'MODIFIED');
    assert.equal((await second.next()).type, 'ADDED');
    await Promise.all([first.close(), second.close()]);
  });

  it('a reset watch breaks, an ended one ends, an expired one tells 410 and ends', async () => {
    await using fixture = await startFixture();
    const open = async (): Promise<Stream> => {
      const stream = new Stream(fixture.admin, query);
      await stream.next();
      return stream;
    };
    const reset = await open();
    fixture.server.faults.resetWatches({ resource: 'leases' });
    await assert.rejects(reset.ended());
    const ended = await open();
    fixture.server.faults.endWatches();
    await ended.ended();
    const expired = await open();
    fixture.server.faults.expireWatches();
    const last = await expired.next();
    assert.deepEqual([last.type, (last.object as { code: number }).code], ['ERROR', 410]);
    await expired.ended();
    assert.equal(fixture.server.faults.watches().length, 0);
  });

  it('after a compaction an older resourceVersion is 410, after a restore the old state is back and watches break', async () => {
    await using fixture = await startFixture();
    const { faults, store } = fixture.server;
    const snapshot = faults.snapshot();
    const before = store.revision;
    await note(fixture.admin, 'lost');
    faults.compact();
    const old = new Stream(fixture.admin, `${query}&resourceVersion=${before}`);
    assert.equal((await old.next()).type, 'ERROR');
    const open = new Stream(fixture.admin, query);
    await open.next();
    faults.restore(snapshot);
    await assert.rejects(open.ended());
    assert.equal(stored(fixture.server), undefined);
    assert.equal(store.revision, before);
  });

  it('a held watch opens when it lands', async () => {
    await using fixture = await startFixture();
    const hold = fixture.server.faults.hold({ verb: 'watch' });
    const stream = new Stream(fixture.admin, query);
    (await hold.next()).land();
    assert.equal((await stream.next()).type, 'ADDED');
    await stream.close();
  });
});
