import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripOf } from '../../scripts/packages/native.ts';

test('what strips a program is named with the package by which Debian has it', () => {
  assert.deepEqual(stripOf('amd64', 'x64'), { program: 'strip', debian: 'binutils' });
  assert.deepEqual(stripOf('arm64', 'arm64'), { program: 'strip', debian: 'binutils' });
  assert.deepEqual(stripOf('arm64', 'x64'), {
    program: 'aarch64-linux-gnu-strip',
    debian: 'binutils-aarch64-linux-gnu',
  });
  assert.deepEqual(stripOf('amd64', 'arm64'), {
    program: 'x86_64-linux-gnu-strip',
    debian: 'binutils-x86-64-linux-gnu',
  });
});
