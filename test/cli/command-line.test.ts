import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { commands } from '../../src/cli/table.ts';

function read(line: string): unknown {
  const of = readCommandLine(line === '' ? [] : line.split(' '), commands);
  if (of.is !== 'command') return of;
  return { command: of.command.name, operands: of.given.operands, options: { ...of.given.options } };
}

const right: readonly [line: string, command: string, operands?: readonly string[], options?: object][] = [
  ['status', 'status'],
  ['status --json', 'status', [], { json: true }],
  ['--version', 'version'],
  ['--version --json', 'version', [], { json: true }],
  ['lease show', 'lease show'],
  ['lease release n7', 'lease release', ['n7']],
  ['lease release --force n7', 'lease release', ['n7'], { force: true }],
  ['lease release n7 --force --json', 'lease release', ['n7'], { force: true, json: true }],
  ['lease release n7 --timeout 5m', 'lease release', ['n7'], { timeout: '5m' }],
  ['lease release --timeout=5m -- n7', 'lease release', ['n7'], { timeout: '5m' }],
  ['pause until Monday', 'pause', ['until', 'Monday']],
  ['pause -- --force was wrong', 'pause', ['--force', 'was', 'wrong']],
  ['config check', 'config check', []],
  ['config check file.yaml', 'config check', ['file.yaml']],
  ['config check -', 'config check', ['-']],
  ['config check --', 'config check', ['-']],
  ['drain --config /etc/x.yaml --dry-run', 'drain', [], { config: '/etc/x.yaml', 'dry-run': true }],
  ['help lease release', 'help', ['lease', 'release']],
];

const help: readonly [line: string, of: string][] = [
  ['--help', ''],
  ['-h', ''],
  ['drain --help', 'drain'],
  ['lease release n7 -h', 'lease release'],
  ['config check --help', 'config check'],
];

const wrong: readonly [line: string, why: string, see: string][] = [
  ['statsu', 'there is no command "statsu"; did you mean "status"?', 'help'],
  ['reboot', 'there is no command "reboot"', 'help'],
  ['lease', '"lease" is no command, but "lease show" or "lease release" is', 'help lease'],
  ['lease relase n7', '"lease relase" is no command, but "lease show" or "lease release" is', 'help lease'],
  ['config', '"config" is no command, but "config check" or "config show" or "config import-kured" is', 'help config'],
  ['--json status', 'the command comes before "--json"', 'help'],
  ['lease release', 'NODE is missing', 'help lease release'],
  ['lease release n1 n2', '"n2" is one argument too many', 'help lease release'],
  ['status now', '"now" is one argument too many', 'help status'],
  ['drain --dryrun', '"drain" has no option "--dryrun"; did you mean --dry-run?', 'help drain'],
  ['drain --quick', '"drain" has no option "--quick"', 'help drain'],
  ['drain -x', '"drain" has no option "-x"', 'help drain'],
  ['drain --json=yes', "Option '--json' does not take an argument", 'help drain'],
  ['drain --config', "Option '--config <value>' argument missing", 'help drain'],
];

describe('the command line', () => {
  for (const [line, command, operands = [], options = {}] of right) {
    it(`is read: ${line}`, () => assert.deepEqual(read(line), { command, operands, options }));
  }
  for (const [line, of] of help) {
    it(`asks for help: ${line}`, () => assert.deepEqual(read(line), { is: 'help', of }));
  }
  for (const [line, why, see] of wrong) {
    it(`is refused: ${line}`, () => assert.deepEqual(read(line), { is: 'wrong', why, see }));
  }
});
