import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { keepTextfile } from '../../src/metrics/textfile.ts';
import { ManualClock } from '../fakes/clock.ts';

const timeout = 20_000;

/** A file that is being kept; its page says how often it was asked for. `before`: what happens before the page of that number is written. */
function kept(t: TestContext, name: string, before: Readonly<Record<number, (file: string) => void>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'textfile-'));
  const file = join(folder, name);
  const clock = new ManualClock();
  const told: string[] = [];
  const log = {
    event: (code: string, { why }: { readonly why?: string }): void => void told.push(`${code} ${why ?? ''}`.trim()),
    always: () => undefined,
    setLevel: () => undefined,
  };
  const stop = new AbortController();
  let asked = 0;
  const page = (): string => {
    asked += 1;
    before[asked]?.(file);
    return `asked ${asked}\n`;
  };
  const umask = process.umask(0o077);
  t.after(() => process.umask(umask));
  const ended = keepTextfile(file, page, { clock, log }, stop.signal);
  /** The page of that number was written, or could not be: another one is asked for only then. */
  const written = async (count: number): Promise<void> => {
    while (asked <= count) await goOn(clock);
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await ended;
  };
  t.after(async () => {
    await end();
    rmSync(folder, { recursive: true });
  });
  return { folder, file, clock, told, written, end };
}

/** Lets what is under way on the disk go on, then fires what is due next. */
async function goOn(clock: ManualClock): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  await clock.step();
}

describe('the file for the textfile collector', { timeout }, () => {
  it('is written anew every 15 s, whole, for everybody to read, whatever the umask', async (t) => {
    const { folder, file, clock, told, written } = kept(t, 'kured-host.prom');
    await written(1);
    assert.equal(clock.mono(), 15_000);
    await written(3);
    assert.match(readFileSync(file, 'utf8'), /^asked [34]\n$/);
    assert.equal(statSync(file).mode & 0o777, 0o644);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith('.prom')),
      ['kured-host.prom'],
    );
    assert.deepEqual(told, ['textfile-written']);
  });

  it('is gone when the service ends, with what was beside it', async (t) => {
    const { folder, written, end } = kept(t, 'kured-host.prom');
    await written(1);
    await end();
    assert.deepEqual(readdirSync(folder), []);
  });

  it('is tried again where it cannot be written, and told once for each cause', async (t) => {
    const { told, written } = kept(t, 'collector/kured-host.prom', {
      4: (file) => mkdirSync(join(file, '..')),
      6: (file) => rmSync(join(file, '..'), { recursive: true }),
    });
    await written(8);
    assert.equal(told.length, 3);
    assert.match(told[0] ?? '', /^textfile-failed ENOENT: no such file or directory, open /);
    assert.equal(told[1], 'textfile-written');
    assert.match(told[2] ?? '', /^textfile-failed ENOENT: no such file or directory, open /);
  });

  it('replaces what stands there only by a whole page: a folder in its place stays', async (t) => {
    const { file, told, written, end } = kept(t, 'sub/kured-host.prom', {
      1: (path) => mkdirSync(path, { recursive: true }),
    });
    await written(2);
    await end();
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /^textfile-failed (EISDIR|ENOTEMPTY|EEXIST)/);
    assert.deepEqual(readdirSync(join(file, '..')), ['kured-host.prom'], 'and nothing is left beside it');
  });
});
