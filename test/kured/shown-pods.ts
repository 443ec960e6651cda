import assert from 'node:assert/strict';
import { blockingPods } from '../../src/core/blockers/pods.ts';
import { pod } from '../core/drain/pods.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

const pods = [
  pod('web', { labels: { app: 'web' } }),
  pod('backup', { labels: { app: 'backup', runs: 'now' } }),
  pod('old-backup', { labels: { app: 'backup', runs: 'now' }, phase: 'Succeeded' }),
  pod('failed-backup', { labels: { app: 'backup', runs: 'now' }, phase: 'Failed' }),
  pod('lost-backup', { labels: { app: 'backup', runs: 'now' }, phase: 'Unknown' }),
  pod('new-backup', { labels: { app: 'backup', runs: 'now' }, phase: 'Pending', namespace: 'other' }),
  pod('idle-backup', { labels: { app: 'backup' } }),
];

/** The pods of this node that are against a reboot. */
function against(...selectors: readonly string[]): readonly string[] {
  const { settings } = imported(selectors.map((selector) => `--blocking-pod-selector=${selector}`));
  return blockingPods(pods, settings.blockers.pods).map(({ name }) => name);
}

export const shownPods = {
  'blocking-pod-selector': {
    'keeps the node from rebooting while such a pod is pending or running on it, in any namespace': () =>
      assert.deepEqual(against('app=backup,runs=now').toSorted(), ['backup', 'new-backup']),
    'counts each that is given, any of them': () =>
      assert.deepEqual(against('app=web', 'runs').toSorted(), ['backup', 'new-backup', 'web']),
    'keeps a comma for itself, as it is no list': () => assert.deepEqual(against('app in (web,x),!runs'), ['web']),
    'is told where it is bad or selects all, which blocks kured for ever': () => {
      assert.match(problemsOf(['--blocking-pod-selector=a in ('])[0] ?? '', /kured is blocked for as long as it runs/);
      assert.match(problemsOf(['--blocking-pod-selector='])[0] ?? '', /every pod keeps its node from rebooting/);
    },
    'is not read from the environment, as in kured, and that is said': () => {
      const { sheet, settings } = imported([], { KURED_BLOCKING_POD_SELECTOR: 'app=web' });
      assert.deepEqual(settings.blockers.pods, []);
      assert.ok(sheet.notes.some(({ text }) => text.startsWith('KURED_BLOCKING_POD_SELECTOR is not read by kured')));
    },
  },
} as const satisfies Readonly<Record<string, Shown>>;
