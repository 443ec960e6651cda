import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { Authority } from '../http/certificates.ts';
import { never, serve, until } from '../http/server.ts';
import { files, inUse, JudgingApi, named, pem } from './judging-api.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';

const api = await JudgingApi.open();
const { authority, server } = api;
after(() => server[Symbol.asyncDispose]());

describe('credentials in use', () => {
  test('whose certificate is replaced are the new ones at the next call, and every old connection ends', async () => {
    using use = inUse();
    const [first, second] = [authority.node('n1'), authority.node('n1')];
    api.kubeadm(use.folder, first);
    assert.equal(await use.call(), named(first));
    const connection = await use.credentials.current(never);
    assert.ok(connection.is === 'connected');
    const get = { method: 'GET', headers: {}, body: null, deadline: 10_000, most: 1000 };
    const stream = await connection.http.stream({ ...get, path: '/watch' }, never);
    assert.ok(stream.is === 'streaming');
    const lines = stream.lines[Symbol.asyncIterator]();
    await lines.next();
    assert.equal(server.open(), 1);
    use.folder.rotate(pem(second));
    assert.equal(await use.call(), named(second));
    await assert.rejects(lines.next(), { code: 'retired' });
    await until(() => server.open() === 1);
    assert.equal(server.sockets.length, 2);
    assert.equal(use.changes(), 2);
  });

  test('that stay the same keep their connection, whatever else happens to the files', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    api.kubeadm(use.folder, pair);
    await use.call();
    const opened = server.sockets.length;
    api.kubeadm(use.folder, pair);
    assert.equal(await use.call(), named(pair));
    assert.equal(server.sockets.length, opened);
    assert.equal(use.changes(), 1);
  });

  test('that expire under an open connection are refused with the reason, and go on with the new ones', async () => {
    using use = inUse();
    const [old, renewed] = [authority.node('n1', true), authority.node('n1')];
    api.kubeadm(use.folder, old);
    const refused = await use.call();
    assert.match(refused, /kubelet\.conf cannot be used: the API server does not accept them \(401\)/);
    assert.match(refused, /; the client certificate expired at \d{4}-/);
    use.folder.rotate(pem(renewed));
    assert.equal(await use.call(), named(renewed));
  });

  test('that vanish for a moment go on being used; for good, they are missing; back, they are used again', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    api.kubeadm(use.folder, pair);
    await use.call();
    use.folder.remove('current.pem');
    assert.equal(await use.call(), named(pair));
    use.folder.rotate(pem(pair));
    assert.equal(await use.call(), named(pair));
    use.folder.remove('kubelet.conf');
    assert.equal(await use.call(), named(pair));
    await use.clock.advance(10_000);
    assert.equal(await use.call(), `no kubeconfig of a kubelet was found (${use.folder.kubeconfig})`);
    api.kubeadm(use.folder, pair);
    assert.equal(await use.call(), named(pair));
  });

  test('read while certificate and key are replaced one after the other stay the old ones until both are there', async () => {
    using use = inUse();
    const [old, renewed] = [authority.node('n1'), authority.node('n1')];
    use.folder.write('ca.crt', authority.cert);
    use.folder.write('a.crt', old.cert);
    use.folder.write('a.key', old.key);
    const user = { 'client-certificate': 'a.crt', 'client-key': 'a.key' };
    use.folder.writeKubeconfig(server.url.origin, user, { 'certificate-authority': 'ca.crt' });
    assert.equal(await use.call(), named(old));
    use.folder.write('a.crt', renewed.cert);
    assert.equal(await use.call(), named(old));
    use.folder.write('a.key', renewed.key);
    assert.equal(await use.call(), named(renewed));
  });

  test('that are torn from the beginning are read again for a second, then say so, and are used once they are whole', async () => {
    using use = inUse();
    const [one, other] = [authority.node('n1'), authority.node('n1')];
    api.kubeadm(use.folder, one);
    use.folder.rotate(`${one.cert}${other.key}`);
    const before = use.clock.mono();
    assert.match(await use.call(), /cannot be used: its client certificate and key do not belong together$/);
    assert.equal(use.clock.mono() - before, 1_000 + 4 * 200);
    use.folder.rotate(pem(other));
    assert.equal(await use.call(), named(other));
  });

  test('of which a file is put in place a moment later are used as if nothing had been', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    api.kubeadm(use.folder, pair);
    use.folder.remove('current.pem');
    const calling = use.call();
    await until(() => (use.clock.untilNext() ?? 201) <= 200);
    use.folder.rotate(pem(pair));
    assert.equal(await calling, named(pair));
  });

  test('follow the kubeconfig to another server, and the CA to another certificate', async () => {
    using use = inUse();
    const pair = authority.node('n1');
    api.kubeadm(use.folder, pair);
    await use.call();
    const other = new Authority();
    await using moved = await serve((_, response) => response.end('{"user":"moved"}'), other.server());
    use.folder.writeKubeconfig(moved.url.origin, files, { 'certificate-authority': 'ca.crt' });
    assert.match(await use.call(), /its certificate is not trusted/);
    use.folder.write('ca.crt', other.cert);
    assert.equal(await use.call(), 'moved');
  });

  test('are those of the first place with a kubeconfig; a file of another kind there is passed over', async () => {
    using elsewhere = new KubeconfigFolder();
    using use = inUse(elsewhere.kubeconfig);
    const pair = authority.node('n1');
    use.folder.write('kubelet.conf', 'kind: KubeletConfiguration');
    assert.match(await use.call(), /it is no kubeconfig but a KubeletConfiguration$/);
    api.kubeadm(elsewhere, pair);
    assert.equal(await use.call(), named(pair));
  });

  test('leave no timer and no connection behind', async () => {
    const use = inUse();
    api.kubeadm(use.folder, authority.node('n1'));
    await use.call();
    use[Symbol.dispose]();
    await until(() => server.open() === 0 && use.clock.untilNext() === null);
  });
});
