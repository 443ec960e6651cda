import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blockingPods, blockingText } from '../../../src/core/blockers/pods.ts';
import type { PodBlocker } from '../../../src/core/blockers/settings.ts';
import type { PodView } from '../../../src/core/drain/pod.ts';
import { pod } from '../drain/pods.ts';

const backup = pod('backup', { namespace: 'db', labels: { app: 'backup', tier: 'gold' } });
const web = pod('web', { namespace: 'web', labels: { app: 'web' } });
const agent = pod('agent', {
  namespace: 'web',
  labels: { app: 'backup' },
  controller: { kind: 'DaemonSet', name: 'agent', apiVersion: 'apps/v1' },
});
const all = [web, backup, agent];
const by = (selector: string, namespaces: readonly string[] | null = null): PodBlocker => ({ selector, namespaces });

const selections: readonly (readonly [string, readonly PodBlocker[], readonly string[]])[] = [
  ['nothing is selected by no selector', [], []],
  ["one selector, a DaemonSet's pods like all others", [by('app=backup')], ['backup', 'agent']],
  ['a comma means both', [by('app=backup,tier=gold')], ['backup']],
  ['several selectors mean any of them', [by('tier=gold'), by('app=web')], ['backup', 'web']],
  ['only in the namespaces that are named', [by('app in (backup, web)', ['web'])], ['agent', 'web']],
  ['a namespace holds for its own selector alone', [by('app=backup', ['db']), by('app=web')], ['backup', 'web']],
  ['a pod that two select is named once', [by('app=backup'), by('tier=gold')], ['backup', 'agent']],
  ['what none selects', [by('app=mail')], []],
];
for (const [name, blockers, expected] of selections) {
  it(`pods against a reboot: ${name}`, () => {
    assert.deepEqual(
      blockingPods(all, blockers).map(({ name: of }) => of),
      expected,
    );
  });
}

describe('a pod that is selected is against a reboot', () => {
  const phases: readonly (readonly [PodView['phase'], boolean])[] = [
    ['Pending', true],
    ['Running', true],
    ['Succeeded', false],
    ['Failed', false],
    ['Unknown', false],
  ];
  for (const [phase, blocks] of phases) {
    it(`${blocks ? 'while' : 'but not when'} it is ${phase}`, () => {
      assert.equal(blockingPods([{ ...backup, phase }], [by('app=backup')]).length, blocks ? 1 : 0);
    });
  }

  it('also while it is being deleted, until it is gone', () => {
    assert.equal(blockingPods([{ ...backup, deletionTime: 1 }], [by('app=backup')]).length, 1);
  });
});

it('a reason names five pods at most, and how many more there are', () => {
  const many = [...'abcdefg'].map((name) => pod(name, { namespace: 'x' }));
  assert.equal(blockingText(many), 'x/a, x/b, x/c, x/d, x/e and 2 more');
  assert.equal(blockingText([backup]), 'db/backup');
});
