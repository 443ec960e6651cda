import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkPin } from '../../scripts/packages/native.ts';
import { root } from '../../scripts/source.ts';

const pins = readFileSync(`${root}packaging/node.sha256`, 'utf8');
const name = `node-linux-${process.arch}/bin/node`;
const node = readFileSync(`${root}node_modules/${name}`);

test('the Node that runs this is the pinned one', () => {
  checkPin(name, node, pins);
});

test('a Node with one other bit is not shipped', () => {
  const other = Buffer.from(node);
  other[4096] = (other[4096] ?? 0) ^ 1;
  assert.throws(() => checkPin(name, other, pins), /is not the one that packaging\/node\.sha256 names/);
});

test("one architecture's Node is not shipped as another's", () => {
  const other = process.arch === 'x64' ? 'arm64' : 'x64';
  assert.throws(() => checkPin(`node-linux-${other}/bin/node`, node, pins), /is not the one/);
});
