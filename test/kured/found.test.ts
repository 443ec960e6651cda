import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromText } from '../../src/kured/find.ts';
import { onMachine } from '../../src/kured/found.ts';
import { translate } from '../../src/kured/translate.ts';
import { imported } from './imported.ts';

describe('a path of a container', () => {
  const mounts = [
    { inside: '/sentinel', outside: '/var/run' },
    { inside: '/sentinel/deep/', outside: '/srv/' },
    { inside: '/wanted', outside: '/etc/reboot-wanted' },
    { inside: '/host', outside: '/' },
  ];
  for (const [inside, outside] of [
    ['/sentinel/reboot-required', '/var/run/reboot-required'],
    ['/sentinel//reboot-required', '/var/run/reboot-required'],
    ['/sentinel/deep/x', '/srv/x'],
    ['/wanted', '/etc/reboot-wanted'],
    ['/host/run/x', '/run/x'],
    ['/host', '/'],
    ['/sentinels/x', '/sentinels/x'],
    ['/run/x', '/run/x'],
  ] as const) {
    it(`${inside} is ${outside} on the machine`, () => assert.equal(onMachine(inside, mounts), outside));
  }
});

describe('$(NAME) in an argument', () => {
  /** The pattern that a DaemonSet's `--alert-filter-regexp` comes to. */
  const patternOf = (pattern: string, added: readonly string[] = []): string | null => {
    const env = '[{name: X, value: y}, {name: KURED_PROMETHEUS_URL, value: "http://p"}]';
    const container = `{name: kured, env: ${env}, args: ["--alert-filter-regexp=${pattern}"]}`;
    const finding = fromText(`kind: DaemonSet\nspec: {template: {spec: {containers: [${container}]}}}`);
    assert.ok('found' in finding);
    const { lines, problems } = translate({ ...finding.found, added }, { folder: '/x', urlTrouble: () => null });
    assert.deepEqual(problems, []);
    const [value] = lines.filter(({ key }) => key === 'blockers.prometheus').map((line) => JSON.stringify(line.value));
    return /"alertFilterRegexp":"([^"]*)"/.exec(value ?? '')?.[1] ?? null;
  };

  for (const [pattern, is] of [
    ['^$(X)$', '^y$'],
    ['^$$(X)$', '^$(X)$'],
    ['$(NONE)', '$(NONE)'],
  ] as const) {
    it(`of a DaemonSet is filled in as the kubelet does: ${pattern} is ${is}`, () =>
      assert.equal(patternOf(pattern), is));
  }

  it('that a person adds to a DaemonSet stays as it is', () =>
    assert.equal(patternOf('^$(X)$', ['--alert-filter-regexp=^$(X)$$']), '^$(X)$$'));

  it('on a command line stays as it is', () => {
    const { settings } = imported(['--prometheus-url=http://p', '--alert-filter-regexp=^$(KURED_TIME_ZONE)$$'], {
      KURED_TIME_ZONE: 'UTC',
    });
    const [{ asks } = {}] = settings.blockers.prometheus;
    assert.equal(asks?.for === 'alerts' && asks.filter, '^$(KURED_TIME_ZONE)$$');
  });
});
