import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keys } from '../../src/config/schema.ts';
import { type FlagName, kuredFlags } from '../../src/kured/flags.ts';
import { imported } from './imported.ts';
import { shownAlerts } from './shown-alerts.ts';
import type { Shown } from './shown-case.ts';
import { shownDrain } from './shown-drain.ts';
import { shownNode } from './shown-node.ts';
import { shownNotify } from './shown-notify.ts';
import { shownPods } from './shown-pods.ts';
import { shownPool } from './shown-pool.ts';
import { shownReboot } from './shown-reboot.ts';
import { shownSentinel } from './shown-sentinel.ts';
import { shownWindow } from './shown-window.ts';

/** Every flag in what `kured --help` of 1.23 lists, in its order there. */
const all =
  'alert-filter-match-only alert-filter-regexp alert-firing-only annotate-nodes blocking-pod-selector concurrency drain-delay ' +
  'drain-grace-period drain-pod-selector drain-timeout ds-name ds-namespace end-time force-reboot lock-annotation lock-release-delay ' +
  'lock-ttl log-format message-template-drain message-template-reboot message-template-uncordon metrics-host metrics-port node-id ' +
  'notify-url period post-reboot-node-labels pre-reboot-node-labels prefer-no-schedule-taint prometheus-url reboot-command reboot-days ' +
  'reboot-delay reboot-method reboot-sentinel reboot-sentinel-command reboot-signal skip-wait-for-delete-timeout slack-channel ' +
  'slack-hook-url slack-username start-time time-zone';

/** For each flag: it is taken, imported, and what comes of it is seen, or the reason for the difference. */
const shown: Readonly<Record<FlagName, Shown>> = {
  ...shownAlerts,
  ...shownDrain,
  ...shownNode,
  ...shownNotify,
  ...shownPods,
  ...shownPool,
  ...shownReboot,
  ...shownSentinel,
  ...shownWindow,
};

describe('the table of flags', () => {
  it('has the 43 flags of kured, each once', () => {
    assert.deepEqual(kuredFlags.map(({ name }) => name).sort(), all.split(' '));
    assert.equal(kuredFlags.length, 43);
  });

  it('answers each by keys that are there, or by the reason why none is', () => {
    for (const { name, ours, note } of kuredFlags) {
      for (const key of ours)
        assert.ok(
          keys.some((known) => known === key),
          `${name}: ${key}`,
        );
      assert.ok(ours.length > 0 || String(note).length > 20, name);
    }
  });

  it('is what the import does: a flag alone writes keys of its row and no others, or it is said why none', () => {
    for (const { name, ours } of kuredFlags) {
      for (const value of examples[name]) {
        const { sheet } = imported([`--${name}=${value}`]);
        const keysOfRow: readonly string[] = ours;
        for (const { key } of sheet.lines) assert.ok(keysOfRow.includes(key), `${name}: ${key}`);
        assert.ok(
          sheet.lines.length > 0 || sheet.notes.some(({ flag }) => flag === name),
          `--${name}=${value} is lost`,
        );
      }
    }
  });
});

for (const { name } of kuredFlags) {
  describe(`--${name}`, { timeout: 60_000 }, () => {
    for (const [says, show] of Object.entries(shown[name])) it(says, show);
  });
}

/** Values of each flag, each of which means something. */
const examples: Readonly<Record<FlagName, readonly string[]>> = {
  'alert-filter-match-only': ['true'],
  'alert-filter-regexp': ['x', ''],
  'alert-firing-only': ['true'],
  'annotate-nodes': ['true'],
  'blocking-pod-selector': ['app=backup'],
  concurrency: ['2', '0', '99'],
  'drain-delay': ['5m', '0'],
  'drain-grace-period': ['5', '0', '-1'],
  'drain-pod-selector': ['a=b'],
  'drain-timeout': ['5m', '0', '9999h'],
  'ds-name': ['x'],
  'ds-namespace': ['x'],
  'end-time': ['17:00'],
  'force-reboot': ['true'],
  'lock-annotation': ['example.com/mine', 'weave.works/kured-node-lock'],
  'lock-release-delay': ['5m', '0'],
  'lock-ttl': ['30m', '0'],
  'log-format': ['json', 'text'],
  'message-template-drain': ['x'],
  'message-template-reboot': ['x'],
  'message-template-uncordon': ['x'],
  'metrics-host': ['127.0.0.1'],
  'metrics-port': ['9000'],
  'node-id': ['n1'],
  'notify-url': ['slack://A/B/C'],
  period: ['1h', '-1h'],
  'post-reboot-node-labels': ['a=b'],
  'pre-reboot-node-labels': ['a=b'],
  'prefer-no-schedule-taint': ['weave.works/kured-node-reboot'],
  'prometheus-url': ['http://p:9090'],
  'reboot-command': ['/bin/systemctl reboot', '/sbin/x'],
  'reboot-days': ['mon', '', 'su,mo,tu,we,th,fr,sa'],
  'reboot-delay': ['5m', '0'],
  'reboot-method': ['command', 'signal'],
  'reboot-sentinel': ['/run/x'],
  'reboot-sentinel-command': ['/bin/x'],
  'reboot-signal': ['39', '37'],
  'skip-wait-for-delete-timeout': ['5', '0'],
  'slack-channel': ['x'],
  'slack-hook-url': ['https://hooks.slack.com/services/A/B/C', 'x'],
  'slack-username': ['x'],
  'start-time': ['9'],
  'time-zone': ['Europe/Berlin'],
};
