import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { partsOfNode } from '../../scripts/packages/parts-of-node.ts';
import { root } from '../../scripts/source.ts';

const license = readFileSync(`${root}node_modules/node-linux-${process.arch}/LICENSE`, 'utf8');

test("Node's parts are listed with the versions that Node says and the terms that its LICENSE has", () => {
  const parts = new Map(partsOfNode(license, process.versions).map((part) => [part.name, part]));
  assert.equal(parts.get('OpenSSL')?.version, process.versions.openssl);
  assert.match(parts.get('OpenSSL')?.text ?? '', /^ +Apache License\n/);
  assert.match(parts.get('libuv')?.text ?? '', /^Copyright \(c\) 2015-present libuv project contributors\.\n/);
});

test('what this Node is built without is no part of it', () => {
  const names = partsOfNode(license, { ...process.versions, ngtcp2: '', nghttp3: '1.0.0' }).map(({ name }) => name);
  assert.deepEqual([names.includes('ngtcp2'), names.includes('nghttp3')], [false, true]);
});

test('tools that build and test Node are no parts of it', () => {
  const names = partsOfNode(license, process.versions).map(({ name }) => name);
  for (const name of ['npm', 'GYP', 'gtest', 'corepack']) assert.equal(names.includes(name), false, name);
});

test('a part that nobody has looked at stops the build, whichever of the two names it', () => {
  const more = `${license}\n- shiny, located at deps/shiny, is licensed as follows:\n  """\n    Mine.\n  """\n`;
  assert.throws(() => partsOfNode(more, process.versions), /does not know: shiny$/);
  assert.throws(() => partsOfNode(license, { ...process.versions, bright: '1' }), /does not know: bright$/);
});

test('a part that is no longer there stops the build', () => {
  assert.throws(() => partsOfNode(license.replace('- zlib, located', '- zlob, located'), process.versions), /zlob/);
  const without = license.replace(/^- zlib, located.*?^ {2}"""\n.*?^ {2}"""\n/ms, '');
  assert.throws(() => partsOfNode(without, process.versions), /does not name zlib any more/);
});
