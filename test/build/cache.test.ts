import assert from 'node:assert/strict';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';

const home = mkdtempSync(join(tmpdir(), 'cache-'));
process.env.XDG_CACHE_HOME = home;
const { cache, cachedFolder, hashOf } = await import('../../scripts/cache.ts');

beforeEach(() => rmSync(cache, { recursive: true, force: true }));
after(() => rmSync(home, { recursive: true, force: true }));

const write = (text: string) => (folder: string) => writeFileSync(join(folder, 'file'), text);

test('a folder is made once, named after its kind and its hash, and open to all', async () => {
  const place = await cachedFolder('thing', hashOf('a'), write('first'));
  assert.equal(await cachedFolder('thing', hashOf('a'), write('second')), place);
  assert.equal(place, join(home, `kured-host/thing-${hashOf('a')}`));
  assert.equal(readFileSync(join(place, 'file'), 'utf8'), 'first');
  assert.equal(statSync(place).mode & 0o777, 0o755);
});

test('two that make the same at once get the same, whole', async () => {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const slow = async (folder: string) => {
    write('whole')(folder);
    waiting += 1;
    if (waiting === 2) both.resolve();
    await both.promise;
  };
  const hash = hashOf('same');
  const [one, other] = await Promise.all([cachedFolder('thing', hash, slow), cachedFolder('thing', hash, slow)]);
  assert.equal(one, other);
  assert.deepEqual(readdirSync(cache), [`thing-${hash}`]);
});

test('one that cannot be made leaves nothing, and is made the next time', async () => {
  const fails = async (folder: string) => {
    write('half')(folder);
    throw new Error('no');
  };
  await assert.rejects(cachedFolder('thing', hashOf('x'), fails), /^Error: no$/);
  assert.deepEqual(readdirSync(cache), []);
  await cachedFolder('thing', hashOf('x'), write('whole'));
});

test('of a kind, those that nobody has used for hours are removed but the last ones; other kinds stay', async () => {
  const places = [];
  for (const name of ['oldest', 'older', 'old', 'used'])
    places.push(await cachedFolder('thing', hashOf(name), write(name)));
  const other = await cachedFolder('another-thing', hashOf('b'), write('b'));
  const hours = (count: number) => new Date(Date.now() - count * 3_600_000);
  for (const [at, place] of [...places, other].entries()) utimesSync(place, hours(20 - at), hours(20 - at));
  assert.equal(await cachedFolder('thing', hashOf('used'), write('used')), places[3]);
  await cachedFolder('thing', hashOf('new'), write('new'));
  assert.deepEqual(
    places.map((place) => existsSync(place)),
    [false, false, true, true],
  );
  assert.ok(existsSync(other));
});

test('what a hash is of is not only put together: where one part ends counts', () => {
  assert.notEqual(hashOf('ab', 'c'), hashOf('a', 'bc'));
  assert.match(hashOf('a'), /^[0-9a-f]{16}$/);
});
