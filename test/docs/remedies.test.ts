import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handledAnnotation, writeAnnotation } from '../../src/core/cordon-mark.ts';
import { leaseAnnotation } from '../../src/core/lease-name.ts';
import { statusAnnotation } from '../../src/kubernetes/node.ts';
import { page } from './pages.ts';

/** What stands on the Node for ever; mark and standing annotations go by themselves, and the wishes are a person's. */
const stays = [statusAnnotation, handledAnnotation, leaseAnnotation, writeAnnotation];

test('the line that takes off what is left on a Node, and the page on the Node, name each annotation that stays', () => {
  const line = /`kubectl patch node NODE [^`]*`/.exec(page('docs/remedies.md'))?.[0] ?? '';
  const missing = stays.filter((key) => !line.includes(`"${key}":null`));
  assert.deepEqual(missing, []);
  const left = /## What stays when the service ends.*?\n## /s.exec(page('docs/node.md'))?.[0] ?? '';
  assert.deepEqual(
    stays.filter((key) => !left.includes(`\`${key}\``)),
    [],
  );
});
