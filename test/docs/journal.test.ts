import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { withJournal } from '../../scripts/render-journal.ts';
import { reason } from '../../src/core/reasons.ts';
import { fieldRows } from '../../src/log/fields.ts';
import { openLog } from '../../src/log/logger.ts';
import type { EventCode, EventFields, JournalWriter } from '../../src/ports/outlets.ts';
import { skipUnless } from '../cluster/available.ts';
import { realClock } from '../fakes/clock.ts';
import { page, pages, repository, shellLines, wordsOf } from './pages.ts';

const remote = '/lib/systemd/systemd-journal-remote';
const writable = [remote, 'journalctl'].every((program) => spawnSync(program, ['--version']).status === 0);

describe('docs/journal.md', () => {
  it('has every event and every field as the code has them (make docs writes it)', () => {
    const text = page('docs/journal.md');
    assert.equal(text, withJournal(text));
    assert.match(text, /`KURED_REMEDY`/);
    assert.match(text, /`reboot-proven`/);
  });

  it('tells of no field that nothing ever carries', () => {
    const code = readdirSync(join(repository, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /^(daemon|sentinel|metrics|control|cli|log)\/.*\.ts$/.test(name) && name !== 'log/fields.ts')
      .map((name) => readFileSync(join(repository, 'src', name), 'utf8'))
      .join('\n');
    const unused = fieldRows()
      .flatMap(([name]) => /^KURED_(.+)$/.exec(name)?.[1]?.toLowerCase() ?? [])
      .filter((name) => !new RegExp(`[{,(\\[]\\s*'?${name}\\b'?\\s*[:,}]`).test(code));
    assert.deepEqual(unused, []);
  });
});

/** A night of one node, as it would stand in the journal of two boots. */
const night: readonly (readonly [boot: number, code: EventCode, fields: EventFields])[] = [
  [0, 'service-ready', {}],
  [0, 'need-found', { why: 'linux-image' }],
  [0, 'phase-changed', { from: 'idle', to: 'waiting', reason: reason('asking-permission') }],
  [0, 'reason-changed', { reason: reason('pool-paused', { why: 'x', namespace: 'n', name: 'l' }) }],
  [0, 'pod-evicted', { pod: 'default/web-0' }],
  [0, 'reboot-asked', { method: 'logind' }],
  [1, 'reboot-proven', { from: 'a', to: 'b' }],
  [1, 'stuck', { reason: reason('kubelet-not-ready', { node: 'n', why: '' }) }],
];

describe('a command line of journalctl in the docs', {
  skip: skipUnless(writable ? null : 'no journalctl and systemd-journal-remote here to make a journal with'),
}, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    const made = spawnSync(remote, [`--output=${join(folder, 'node.journal')}`, '-'], { input: exported() });
    assert.equal(made.status, 0, String(made.stderr));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const { file, text } of pages()) {
    for (const { line, text: command } of shellLines(text)) {
      const words = wordsOf(command.replace(/^sudo /, ''));
      // One that names another unit finds nothing in a journal of ours.
      if (words[0] !== 'journalctl' || words.length < 3 || command.includes('kubelet')) continue;
      it(`finds what it is for: ${command} (${file}:${line})`, () => {
        const args = words.slice(1).filter((word) => word !== '-f');
        const found = spawnSync('journalctl', [...args, '--no-pager', `--file=${join(folder, 'node.journal')}`], {
          encoding: 'utf8',
        });
        assert.equal(found.status, 0, found.stderr);
        assert.match(found.stdout, /\S/);
        assert.doesNotMatch(found.stdout, /No entries/);
      });
    }
  }
});

/** The entries that the log makes, with what journald adds, in its Journal Export Format. */
function exported(): string {
  const entries: string[][] = [];
  const journal: JournalWriter = {
    write(fields) {
      entries.push(fields.map(([name, value]) => `${name}=${value}`));
      return 'sent';
    },
  };
  const log = openLog({ clock: realClock(), level: 'debug', journal, fd: 2, terminal: false });
  log.always({ node: 'node-1' });
  for (const [, code, fields] of night) log.event(code, fields);
  const now = Date.now() * 1000;
  return entries
    .map((lines, index) => {
      const boot = String(night[index]?.[0]).repeat(32);
      return [
        `__CURSOR=s=${'1'.repeat(32)};i=${index + 1};b=${boot};m=${index + 1};t=${(now + index).toString(16)};x=${index}`,
        `__REALTIME_TIMESTAMP=${now + index}`,
        `__MONOTONIC_TIMESTAMP=${index + 1}`,
        `_BOOT_ID=${boot}`,
        '_TRANSPORT=journal',
        '_SYSTEMD_UNIT=kured-host.service',
        '_UID=0',
        ...lines,
        '',
        '',
      ].join('\n');
    })
    .join('');
}
