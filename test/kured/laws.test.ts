import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dump } from 'js-yaml';
import { sheetYaml } from '../../src/cli/import-text.ts';
import { acceptTexts } from '../../src/config/accept.ts';
import { keys } from '../../src/config/schema.ts';
import { fromArguments, fromText } from '../../src/kured/find.ts';
import type { FlagType } from '../../src/kured/flag.ts';
import { type FlagName, kuredFlags } from '../../src/kured/flags.ts';
import type { Found } from '../../src/kured/found.ts';
import type { Sheet } from '../../src/kured/sheet.ts';
import { translate } from '../../src/kured/translate.ts';

const secret = 's3cr3t';
const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', '\n', '$(X)', '{}', '- a: b', '#'),
);

/** Values that kured might be given, good ones and others. */
const byType: Readonly<Record<FlagType, fc.Arbitrary<string>>> = {
  bool: fc.constantFrom('true', 'false', '1', 'F', 'yes', ''),
  duration: fc.oneof(
    fc.constantFrom('0', '0s', '30', '1d', '-5m', '1ns', '9999h', '1h30m', '1.0000001s', ''),
    fc.tuple(fc.nat(5000), fc.constantFrom('ns', 'us', 'ms', 's', 'm', 'h')).map((parts) => parts.join('')),
  ),
  int: fc.oneof(
    fc.integer({ min: -100, max: 200_000 }).map(String),
    fc.constantFrom('0x1f', '010', '', 'x', '9007199254740993'),
  ),
  regexp: fc.oneof(
    fc.constantFrom('^RebootRequired$', '', '(', '*', '(?i)a|b', 'x{1000}', '\\pL', '(a{999}){999}'),
    text,
  ),
  string: text,
  stringArray: fc.oneof(fc.constantFrom('app=web', 'a in (b,c)', '!x', 'a in (', ''), text),
  stringSlice: fc.oneof(fc.constantFrom('mon,tue', 'a=b', 'a=b,c=d', '=x', 'k', 'a=b=c', '"', ''), text),
};

const byName: Partial<Record<FlagName, fc.Arbitrary<string>>> = {
  'reboot-days': fc.constantFrom('mon', 'tue,wed', 'SU', '0,6', '', ',', 'thur', ' fri'),
  'start-time': fc.constantFrom('9', '9am', '17:00', '23:59:59', '0:00', '9:30am', '24:00', '12am'),
  'end-time': fc.constantFrom('9', '9am', '17:00', '23:59:59', '0:00', '8:59:59', '5pm', ''),
  'time-zone': fc.constantFrom('', 'UTC', 'Local', 'Europe/Berlin', 'EST', 'PST', '+02:00'),
  'reboot-method': fc.constantFrom('command', 'signal', 'logind'),
  'reboot-command': fc.oneof(
    fc.constantFrom('/bin/systemctl reboot', 'reboot', "sh -c 'x y'", '"', '', 'nsenter -t 1 -m x'),
    text,
  ),
  'prometheus-url': fc.constantFrom(
    'http://p:9090',
    'https://p/x/?y=1#z',
    `http://me:${secret}@p`,
    `http://${secret}@p`,
    'p:9090',
    '',
  ),
  'notify-url': fc.constantFrom(`slack://A/B/${secret}`, `'discord://${secret}@1'`, `x://${secret}`, secret, ''),
  'slack-hook-url': fc.constantFrom(`https://hooks.slack.com/services/A/B/${secret}`, secret, ''),
  'metrics-host': fc.oneof(fc.constantFrom('', '127.0.0.1', '::1', '[::1]', 'a b'), text),
};

const flag = fc
  .constantFrom(...kuredFlags)
  .chain(({ name, type }) => (byName[name] ?? byType[type]).map((value) => `--${name}=${value}`));
const flags = fc.array(flag, { maxLength: 12 });

/** What a person reads of it: all but the files that are written for it. */
function read({ lines, notes, problems }: Sheet): string {
  return JSON.stringify({ lines, notes, problems });
}

function imported(found: Found): Sheet {
  return translate(found, { folder: '/etc/kured-host', urlTrouble: (url) => (URL.canParse(url) ? null : 'is none') });
}

describe('an import of whatever flags', () => {
  it('is a configuration that is taken, or says what is wrong with them', () => {
    fc.assert(
      fc.property(flags, (args) => {
        const sheet = imported(fromArguments(args, {}));
        if (sheet.problems.length > 0) return;
        const accepted = acceptTexts([{ file: 'f', text: sheetYaml(sheet, 'x') }]);
        // Bounds of ours are told by our own check, and nothing is written then.
        if (!accepted.valid) {
          for (const { code, message } of accepted.problems) {
            assert.equal(code, 'bad-value', message);
            assert.match(message, /^(blockers|reboot|sentinel|drain|metrics|notifications|lease|node)\./, message);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('writes only keys that are there, each once', () => {
    fc.assert(
      fc.property(flags, (args) => {
        const written = imported(fromArguments(args, {})).lines.map(({ key }) => key);
        assert.equal(new Set(written).size, written.length);
        for (const key of written)
          assert.ok(
            keys.some((known) => known === key),
            key,
          );
      }),
    );
  });

  it('shows no secret', () => {
    fc.assert(
      fc.property(flags, (args) => assert.ok(!read(imported(fromArguments(args, {}))).includes(secret))),
      {
        numRuns: 1000,
      },
    );
  });

  it('is the same from a command line and from a DaemonSet', () => {
    fc.assert(
      fc.property(flags, (args) => {
        fc.pre(!args.some((arg) => arg.includes('$')));
        const containers = [{ name: 'kured', image: 'kured', command: ['/usr/bin/kured'], args }];
        const daemonSet = {
          kind: 'DaemonSet',
          metadata: { name: 'kured' },
          spec: { template: { spec: { containers } } },
        };
        const finding = fromText(dump(daemonSet));
        assert.ok('found' in finding);
        const mounts = fromArguments([], {}).mounts;
        assert.deepEqual(read(imported({ ...finding.found, mounts })), read(imported(fromArguments(args, {}))));
      }),
    );
  });
});
