import assert from 'node:assert/strict';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { realClock } from '../fakes/clock.ts';
import { serve } from '../http/server.ts';
import { imported } from './imported.ts';
import type { Shown } from './shown-case.ts';

const signal = new AbortController().signal;

const alerts = [
  { alertname: 'Watchdog', alertstate: 'firing' },
  { alertname: 'PodCrashing-dev', alertstate: 'firing' },
  { alertname: 'NodeDown', alertstate: 'pending' },
];

/** A Prometheus with these alerts, asked as the imported flags say: the alerts that are against a reboot. */
async function against(flags: readonly string[], samples: readonly object[] = alerts): Promise<readonly string[]> {
  const result = samples.map((metric) => ({ metric: { __name__: 'ALERTS', ...metric }, value: [0, '1'] }));
  await using server = await serve((_, response) => {
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  const { settings } = imported([`--prometheus-url=${server.url.origin}`, ...flags]);
  const permission = await prometheusSource({ clock: realClock(), settings: () => settings.blockers.prometheus }).ask(
    signal,
  );
  if (permission.is === 'allowed') return [];
  const text = JSON.stringify(permission.reasons);
  return alerts.map(({ alertname }) => alertname).filter((name) => text.includes(name));
}

export const shownAlerts = {
  'prometheus-url': {
    'keeps the node from rebooting while any alert is there, and lets it when none is': async () => {
      assert.deepEqual(await against([]), ['Watchdog', 'PodCrashing-dev', 'NodeDown']);
      assert.deepEqual(await against([], []), []);
    },
    'does so, too, when it cannot be asked': async () => {
      const { settings } = imported(['--prometheus-url=http://127.0.0.1:1']);
      const source = prometheusSource({ clock: realClock(), settings: () => settings.blockers.prometheus });
      assert.equal((await source.ask(signal)).is, 'unknown');
    },
    'moves a login out of the URL into a file': () => {
      const { sheet, settings } = imported(['--prometheus-url=https://me:s%2Fcret@prometheus/path/']);
      const [{ url, login } = {}] = settings.blockers.prometheus;
      assert.equal(url, 'https://prometheus/path');
      assert.deepEqual(login, { by: 'password', user: 'me', file: '/etc/kured-host/prometheus-password' });
      assert.deepEqual(sheet.secrets, [{ file: 'prometheus-password', text: 's/cret\n' }]);
    },
  },
  'alert-filter-regexp': {
    'ignores the alerts whose name it matches anywhere': async () =>
      assert.deepEqual(await against(['--alert-filter-regexp=dog$|Down']), ['PodCrashing-dev']),
    'ignores every alert where it is empty, as in kured, and the file says so': async () => {
      assert.deepEqual(await against(['--alert-filter-regexp=']), []);
      const { comment } = imported(['--prometheus-url=http://p', '--alert-filter-regexp=']);
      assert.match(comment('blockers.prometheus'), /the empty pattern of kured matches every name/);
    },
    'is of no use without a server, and that is said': () =>
      assert.match(imported(['--alert-filter-regexp=x']).note('alert-filter-regexp'), /without --prometheus-url/),
  },
  'alert-filter-match-only': {
    'lets only those count that match': async () =>
      assert.deepEqual(await against(['--alert-filter-regexp=Pod', '--alert-filter-match-only']), ['PodCrashing-dev']),
    'changes nothing without a pattern, as in kured, and that is said': async () => {
      assert.deepEqual(await against(['--alert-filter-match-only']), ['Watchdog', 'PodCrashing-dev', 'NodeDown']);
      const { note } = imported(['--prometheus-url=http://p', '--alert-filter-match-only']);
      assert.match(note('alert-filter-match-only'), /without --alert-filter-regexp it changes nothing/);
    },
  },
  'alert-firing-only': {
    'lets those that are pending pass': async () =>
      assert.deepEqual(await against(['--alert-firing-only']), ['Watchdog', 'PodCrashing-dev']),
  },
} as const satisfies Readonly<Record<string, Shown>>;
