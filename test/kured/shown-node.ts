import assert from 'node:assert/strict';
import { parseListen } from '../../src/metrics/listen-address.ts';
import { imported, problemsOf } from './imported.ts';
import type { Shown } from './shown-case.ts';

/** Where metrics are served. */
function listens(flags: readonly string[]): ReturnType<typeof parseListen> {
  return parseListen(imported(flags).settings.metrics.listen ?? '');
}

export const shownNode = {
  'metrics-host': {
    'is the address that serves metrics, IPv6 too': () => {
      assert.deepEqual(listens(['--metrics-host=10.0.0.5']), { is: 'tcp', host: '10.0.0.5', port: 8080 });
      assert.deepEqual(listens(['--metrics-host=::1', '--metrics-port=9']), { is: 'tcp', host: '::1', port: 9 });
    },
  },
  'metrics-port': {
    'is its port, on all addresses without a host, and the file says that they are those of the machine': () => {
      assert.deepEqual(listens(['--metrics-port=9100']), { is: 'tcp', host: '0.0.0.0', port: 9100 });
      assert.match(
        imported(['--metrics-port=9100']).comment('metrics.listen'),
        /a port of the machine itself, and not of a pod, on all its addresses/,
      );
    },
    'differs where it is not given: nothing listens, and that is said': () => {
      assert.equal(imported([]).settings.metrics.listen, null);
      assert.match(imported([]).note('metrics-port'), /kured serves metrics on port 8080 of its pod/);
    },
    'that is none is told': () =>
      assert.match(problemsOf(['--metrics-port=0'])[0] ?? '', /no port that a scrape could name/),
  },
  'log-format': {
    'differs: entries have fields by themselves, and that is said': () =>
      assert.match(
        imported(['--log-format=json']).note('log-format'),
        /the journal has fields and message IDs by itself/,
      ),
  },
} as const satisfies Readonly<Record<string, Shown>>;
