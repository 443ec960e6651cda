import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alertsThatCount } from '../../src/prometheus/alerts.ts';
import { imported, problemsOf } from './imported.ts';
import { requestOf } from './shown-notify.ts';
import { commandSays } from './shown-sentinel.ts';
import { opens } from './shown-window.ts';

/**
 * What kured's own tests say (its packages timewindow, blockers, alerts, checkers, reboot, notifications and main, 1.23), said of
 * the same flags after the import. What differs says so in its name, with the reason.
 */
interface WindowCase {
  readonly flags: readonly [days: string, start: string, end: string, zone: string];
  readonly times: Readonly<Record<string, boolean>>;
}

const pacific = 'America/Los_Angeles';
const weekdays = 'mon,tue,wed,thu,fri';

const windows: readonly WindowCase[] = [
  {
    flags: [weekdays, '9am', '5pm', pacific],
    times: {
      '2019-03-31T10:00-07:00': false,
      '2019-04-04T00:49-07:00': false,
      '2019-04-04T12:00-07:00': true,
      '2019-04-04T11:59Z': false,
      '2019-04-05T08:59-07:00': false,
      '2019-04-05T09:01-07:00': true,
    },
  },
  {
    flags: ['mon,we,fri', '10:01', '11:30am', pacific],
    times: {
      '2019-04-05T10:30-07:00': true,
      '2019-04-06T10:30-07:00': false,
      '2019-04-07T10:30-07:00': false,
      '2019-04-08T10:30-07:00': true,
      '2019-04-09T10:30-07:00': false,
      '2019-04-10T10:30-07:00': true,
      '2019-04-11T10:30-07:00': false,
    },
  },
  {
    flags: ['mo,tu,we,th,fr', '00:00', '23:59:59', 'UTC'],
    times: { '2019-04-18T00:00Z': true, '2019-04-18T23:59Z': true },
  },
  {
    flags: [weekdays, '9pm', '5am', pacific],
    times: {
      '2019-03-30T04:00-07:00': false,
      '2019-03-31T10:00-07:00': false,
      '2019-03-31T22:00-07:00': false,
      '2019-04-04T00:49-07:00': true,
      '2019-04-04T12:00-07:00': false,
      '2019-04-04T22:49-07:00': true,
      '2019-04-05T00:49-07:00': true,
      '2019-04-05T08:59-07:00': false,
      '2019-04-05T09:01-07:00': false,
    },
  },
  {
    flags: [weekdays, '11:59pm', '00:01am', pacific],
    times: {
      '2019-04-04T23:58-07:00': false,
      '2019-04-04T23:59-07:00': true,
      '2019-04-05T00:00-07:00': true,
      '2019-04-05T00:01-07:00': true,
      '2019-04-05T00:02-07:00': false,
    },
  },
  {
    flags: ['mon,tue,wed,fri', '11:59pm', '00:01am', pacific],
    times: {
      '2019-04-04T23:58-07:00': false,
      '2019-04-04T23:59-07:00': false,
      '2019-04-05T00:00-07:00': true,
      '2019-04-05T00:02-07:00': false,
    },
  },
  {
    flags: ['mon,tue,wed,thu', '11:59pm', '00:01am', pacific],
    times: {
      '2019-04-04T23:58-07:00': false,
      '2019-04-04T23:59-07:00': true,
      '2019-04-05T00:00-07:00': false,
      '2019-04-05T00:02-07:00': false,
    },
  },
  {
    flags: [weekdays, '11:59pm', '00:01am', 'UTC'],
    times: {
      '2019-04-04T23:58Z': false,
      '2019-04-04T23:59Z': true,
      '2019-04-05T00:00Z': true,
      '2019-04-05T00:01Z': true,
      '2019-04-05T00:02Z': false,
    },
  },
];

describe("kured's own cases of windows hold after the import", () => {
  for (const { flags, times } of windows) {
    const [days, start, end, zone] = flags;
    it(flags.join(' '), () =>
      opens([`--reboot-days=${days}`, `--start-time=${start}`, `--end-time=${end}`, `--time-zone=${zone}`], times),
    );
  }
});

describe("kured's own cases of days hold after the import", () => {
  const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const days: readonly (readonly [string, string])[] = [
    ['0,4', 'sun thu'],
    ['su,mo,tu', 'sun mon tue'],
    ['sunday,tu,thu', 'sun tue thu'],
    ['THURSDAY', 'thu'],
    ['we,WED,WeDnEsDaY', 'wed'],
  ];
  for (const [flag, names] of days) {
    it(`"${flag}" is ${names}`, () => {
      // 2019-04-07 was a Sunday.
      const times = week.map((name, index) => [
        `2019-04-${String(7 + index).padStart(2, '0')}T12:00Z`,
        names.includes(name),
      ]);
      opens([`--reboot-days=${flag}`], Object.fromEntries(times));
    });
  }
  for (const flag of ['', ',,,'])
    it(`"${flag}" is never`, () => assert.equal(imported([`--reboot-days=${flag}`]).settings.mode, 'observe'));
  for (const flag of ['15', '-8', '8', 'mon,tue,wed,fridayyyy'])
    it(`"${flag}" is an error`, () => assert.equal(problemsOf([`--reboot-days=${flag}`]).length, 1));
});

const firing = ['GatekeeperViolations', 'PodCrashing-dev', 'PodRestart-dev', 'PrometheusTargetDown'].map(
  (alertname) => ({
    labels: { __name__: 'ALERTS', alertname, alertstate: 'firing' },
    value: '1',
  }),
);
const pending = (alertname: string) => ({
  labels: { __name__: 'ALERTS', alertname, alertstate: 'pending' },
  value: '1',
});
const five = [...firing, pending('ScheduledRebootFailing')];

describe("kured's own cases of alerts hold after the import", () => {
  const counts: readonly (readonly [what: string, flags: readonly string[], samples: typeof five, count: number])[] = [
    ['an empty filter ignores all', ['--alert-filter-regexp='], five, 0],
    ['a filter ignores what it matches', ['--alert-filter-regexp=Pod'], five, 3],
    ['only what matches counts', ['--alert-filter-regexp=Gatekeeper', '--alert-filter-match-only'], five, 1],
    ['all count without a filter', [], five, 5],
    ['only firing ones count', ['--alert-firing-only'], five, 4],
    ['one that is pending counts', [], [pending('ScheduledRebootFailing')], 1],
    [
      'the alert of the reboot itself is ignored',
      ['--alert-filter-regexp=RebootRequired'],
      [pending('RebootRequired')],
      0,
    ],
    [
      'the alert of the reboot itself counts where only matches do',
      ['--alert-filter-regexp=RebootRequired', '--alert-filter-match-only'],
      [pending('RebootRequired')],
      1,
    ],
  ];
  for (const [what, flags, samples, count] of counts) {
    it(what, () => {
      const [{ asks } = {}] = imported(['--prometheus-url=http://p', ...flags]).settings.blockers.prometheus;
      assert.ok(asks?.for === 'alerts');
      const read = alertsThatCount(asks, samples);
      assert.ok(read.is === 'read');
      assert.equal(read.value.length, count);
    });
  }
  it('differs for the filter "*", which is no pattern: its test drops the error, its flag does not, and the import tells it', () =>
    assert.match(problemsOf(['--alert-filter-regexp=*'])[0] ?? '', /no regular expression/));
  it('a URL that is none blocks for ever there, and is an error here', () =>
    assert.match(problemsOf(['--prometheus-url=broken_url'])[0] ?? '', /blocked for as long as it runs/));
});

describe("kured's own cases of commands hold after the import", () => {
  it('status 0 asks for a reboot', async () => assert.equal(await commandSays('true'), 'yes'));
  it('another status does not', async () => assert.equal(await commandSays('false'), 'no'));
  it('differs for a program that is not there: kured ends and says yes, here it is unknown', async () =>
    assert.equal(await commandSays('./babar'), 'unknown'));
  it('differs in what is run: not in nsenter, as it is on the machine already', () => {
    const { sentinel } = imported(['--reboot-sentinel-command=ls -Fal']).settings;
    const { reboot } = imported(['--reboot-command=ls -Fal']).settings;
    assert.deepEqual([sentinel.command, reboot.command], Array(2).fill(['/usr/bin/env', 'ls', '-Fal']));
  });
  for (const flag of ['--reboot-command=', '--reboot-method=nope', '--reboot-sentinel-command="unterminated'])
    it(`${flag} is an error`, () => assert.equal(problemsOf([flag]).length, 1));
  for (const [path, files] of [
    ['/var/run/reboot-required', ['/var/run/reboot-required']],
    ['  /var/run/reboot-required  ', ['/var/run/reboot-required']],
  ] as const) {
    it(`the file "${path}" is looked at`, () =>
      assert.deepEqual(imported([`--reboot-sentinel=${path}`]).settings.sentinel.files, files));
  }
  for (const path of ['', '   '])
    it(`the file "${path}" is an error`, () => assert.equal(problemsOf([`--reboot-sentinel=${path}`]).length, 1));
});

describe("kured's own cases of notifications hold after the import", () => {
  const parts = 'BLABLABA12345/IAM931A0VERY/s3cretCOMPLICATED711854TOKEN1SET';
  const hook = `https://hooks.slack.com/services/${parts}`;
  const teams = 'teams://79b4@acd8/204c/s3creta1f8?host=XXXX.webhook.office.com';
  const office = 'https://xxxx.webhook.office.com/webhookb2/79b4@acd8/IncomingWebhook/204c/s3creta1f8';
  const goes: readonly (readonly [string, readonly string[], string | null])[] = [
    ['a hook alone', [`--slack-hook-url=${hook}`], hook],
    ['both: the URL counts', [`--slack-hook-url="${hook}"`, `--notify-url=${teams}`], office],
    ['a hook in double quotes', [`--slack-hook-url="${hook}"`], hook],
    ['a hook in single quotes', [`--slack-hook-url='${hook}'`], hook],
    ['a URL in double quotes', [`--notify-url="${teams}"`], office],
    ['a URL in single quotes', [`--notify-url='${teams}'`], office],
    ['none', [], null],
    ['an empty one', ['--notify-url='], null],
    ['quotes with nothing in them', ["--notify-url=''"], null],
    ['double quotes with nothing in them', ['--notify-url=""'], null],
    [
      'a bot of Slack',
      ['--notify-url=slack://xoxb:1234-5678-s3cret@C001CH4NN3L?botname=b'],
      'https://slack.com/api/chat.postMessage',
    ],
    [
      'a hook in its newer shape',
      ['--notify-url=slack://hook:WNA3-F20D-s3cret@webhook?botname=b'],
      'https://hooks.slack.com/services/WNA3/F20D/s3cret',
    ],
    [
      'differs for the older shape, which newer kured refuses: it is taken',
      ['--notify-url=slack://a/b/s3cret'],
      'https://hooks.slack.com/services/a/b/s3cret',
    ],
  ];
  for (const [what, flags, to] of goes)
    it(what, () => assert.equal(requestOf(flags)?.toLowerCase() ?? null, to?.toLowerCase() ?? null));
});

describe("kured's own cases of labels hold after the import", () => {
  const both = (before: string, after: string): readonly string[] => [
    `--pre-reboot-node-labels=${before}`,
    `--post-reboot-node-labels=${after}`,
  ];
  for (const [before, after] of [
    ['maintenance=true', 'maintenance=false'],
    ['maintenance=', 'maintenance='],
  ] as const) {
    it(`${before}, then ${after} is taken`, () => {
      const { beforeDrain, afterReboot } = imported(both(before, after)).settings.node;
      const value = (text: string) => ({ maintenance: text.split('=')[1] });
      assert.deepEqual([beforeDrain.labels, afterReboot.labels], [value(before), value(after)]);
    });
  }
  for (const label of ['node.kubernetes.io/exclude-from-external-load-balancers-', '=true'])
    it(`${label} is an error`, () => assert.equal(problemsOf(both(label, label)).length, 2));
  it('differs for other keys after than before: a warning there, nothing here, as what was set is put back', () =>
    assert.deepEqual(problemsOf(both('maintenance=true', 'other=false')), []));
});
