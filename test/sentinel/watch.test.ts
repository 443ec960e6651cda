import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { watch as chokidar } from 'chokidar';
import { type Gate, openGate } from '../../src/ports/gate.ts';
import { watchFile } from '../../src/sentinel/watch.ts';
import { ManualClock } from '../fakes/clock.ts';
import { ownFolder } from './folder.ts';
import { quietLog } from './quiet-log.ts';

const timeout = 20_000;

/** The hints of one watch, to be awaited one after another. Time stands still unless the test moves it. */
function watching(t: TestContext, path: string) {
  const clock = new ManualClock();
  const log = quietLog();
  const stop = new AbortController();
  t.after(() => stop.abort());
  let hints = 0;
  let wake = (): void => undefined;
  const hint = (): void => {
    hints += 1;
    wake();
  };
  const reached = async (count: number): Promise<void> => {
    while (hints < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const gate = countedGate();
  watchFile(path, hint, { clock, log, gate }, stop.signal);
  return {
    clock,
    log,
    stop,
    count: () => hints,
    reached,
    /** Moves time on until there are this many hints, but never while a file system call is under way. */
    until: async (count: number): Promise<void> => {
      while (hints < count) {
        await clock.settle();
        if (hints < count && gate.inside() === 0) await clock.step();
      }
    },
    /** Moves time on by this much, but never while a file system call is under way. */
    pass: async (ms: number): Promise<void> => {
      const end = clock.mono() + ms;
      while (clock.mono() < end) {
        await clock.settle();
        if (gate.inside() === 0) await clock.step();
      }
    },
    /** Begun: chokidar's first events and `ready` have come. */
    begun: () => reached(2),
  };
}

/** A gate that tells how many are at it. */
function countedGate(): Gate & { inside(): number } {
  const gate = openGate();
  let inside = 0;
  return {
    inside: () => inside,
    enter: async (work, signal) => {
      inside += 1;
      try {
        return await gate.enter(work, signal);
      } finally {
        inside -= 1;
      }
    },
  };
}

/** Each change of the file is hinted: more of them than a watch that begins gives hints by itself. */
async function seesChanges(watch: ReturnType<typeof watching>, path: string): Promise<void> {
  const began = watch.clock.mono();
  for (let i = 0; i < 6; i++) {
    await hinted(watch, () => writeFileSync(path, 'x'.repeat(i)));
    await watch.clock.settle();
  }
  assert.equal(watch.clock.mono(), began);
}

/** Does something to files and waits for the hint about it. */
async function hinted(watch: ReturnType<typeof watching>, act: () => void): Promise<void> {
  const before = watch.count();
  act();
  await watch.reached(before + 1);
}

/** Sees all that happens in a folder; when it has seen something, so could any other watch. */
async function watchEverything(t: TestContext, folder: string) {
  const watcher = chokidar(folder, { depth: 0 });
  t.after(() => watcher.close());
  const seen = new Set<string>();
  let wake = (): void => undefined;
  watcher.on('add', (path) => {
    seen.add(path);
    wake();
  });
  await new Promise<void>((resolve) => void watcher.on('ready', resolve));
  return {
    sees: async (path: string): Promise<void> => {
      while (!seen.has(path)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test('a sentinel that is made, changed and removed is hinted each time, without any time passing', {
  timeout,
}, async (t) => {
  const path = join(ownFolder(t), 'reboot-required');
  const watch = watching(t, path);
  await watch.begun();
  await hinted(watch, () => writeFileSync(path, ''));
  await hinted(watch, () => writeFileSync(`${path}.pkgs`, 'linux\n'));
  await hinted(watch, () => writeFileSync(`${path}.pkgs`, 'linux\ndbus\n'));
  await hinted(watch, () => rmSync(path));
  assert.equal(watch.clock.mono(), 0);
});

test('a sentinel that is there before watching begins is hinted when it has begun', { timeout }, async (t) => {
  const path = join(ownFolder(t), 'reboot-required');
  writeFileSync(path, '');
  const watch = watching(t, path);
  await watch.begun();
  assert.equal(watch.clock.mono(), 0);
});

test('other files in the folder and folders below it give no hint', { timeout }, async (t) => {
  const folder = ownFolder(t);
  const path = join(folder, 'reboot-required');
  const watch = watching(t, path);
  await watch.begun();
  const everything = await watchEverything(t, folder);
  const before = watch.count();
  mkdirSync(join(folder, 'systemd'));
  for (let i = 0; i < 300; i++) writeFileSync(join(folder, `pid-${i}`), String(i));
  writeFileSync(join(folder, 'systemd', 'reboot-required'), '');
  await everything.sees(join(folder, 'pid-299'));
  await seesChanges(watch, path);
  assert.ok(watch.count() - before <= 20, `${watch.count() - before} hints`);
});

test('every minute is a hint, whatever inotify says', { timeout }, async (t) => {
  const watch = watching(t, join(ownFolder(t), 'reboot-required'));
  await watch.begun();
  await watch.clock.settle();
  const before = watch.count();
  await watch.clock.advance(59_000);
  assert.equal(watch.count(), before);
  await watch.clock.advance(1_000);
  assert.equal(watch.count(), before + 1);
});

test('a folder that does not exist yet is watched as soon as it is found', { timeout }, async (t) => {
  const folder = join(ownFolder(t), 'later');
  const path = join(folder, 'reboot-required');
  const watch = watching(t, path);
  await watch.until(3);
  mkdirSync(folder);
  await watch.until(watch.count() + 1);
  await seesChanges(watch, path);
  assert.deepEqual(watch.log.told, [], 'a folder that is not there is nothing to complain about');
});

test('a missing folder is looked for after 1, 2, 4 … 60 seconds', { timeout }, async (t) => {
  const watch = watching(t, join(ownFolder(t), 'never', 'reboot-required'));
  const moments: number[] = [];
  for (let hint = 1; hint <= 9; hint++) {
    await watch.until(hint);
    moments.push(watch.clock.mono() / 1000);
  }
  assert.deepEqual(moments, [1, 3, 7, 15, 31, 63, 123, 183, 243]);
});

const swaps: readonly { readonly name: string; readonly away: (folder: string) => void }[] = [
  { name: 'removed', away: (folder) => rmSync(folder, { recursive: true }) },
  { name: 'moved away', away: (folder) => renameSync(folder, `${folder}.old`) },
];

for (const { name, away } of swaps) {
  test(`a folder that was ${name} and made again is watched anew`, { timeout }, async (t) => {
    const folder = join(ownFolder(t), 'run');
    const path = join(folder, 'reboot-required');
    mkdirSync(folder);
    const watch = watching(t, path);
    await watch.begun();
    away(folder);
    // Chokidar takes a few turns to lose the folder; one that is back by then is none that it lost.
    for (let turn = 0; turn < 20; turn++) await watch.clock.settle();
    mkdirSync(folder);
    await watch.pass(61_000);
    await seesChanges(watch, path);
  });
}

test('a folder that became another one without any event is found by the look every minute', { timeout }, async (t) => {
  const folder = ownFolder(t);
  for (const name of ['one', 'other']) mkdirSync(join(folder, name));
  symlinkSync(join(folder, 'one'), join(folder, 'run'));
  const watch = watching(t, join(folder, 'run', 'reboot-required'));
  await watch.begun();
  symlinkSync(join(folder, 'other'), join(folder, 'run.new'));
  renameSync(join(folder, 'run.new'), join(folder, 'run'));
  await watch.until(watch.count() + 2);
  assert.equal(watch.clock.mono(), 61_000);
  await seesChanges(watch, join(folder, 'other', 'reboot-required'));
});

test('a folder that cannot be watched is logged once and looked at all the same', { timeout }, async (t) => {
  const folder = join(ownFolder(t), 'run');
  writeFileSync(folder, 'a file where the folder should be');
  const watch = watching(t, join(folder, 'deeper', 'reboot-required'));
  await watch.until(5);
  assert.deepEqual(
    watch.log.told.map(({ code }) => code),
    ['sentinel-watch-broken'],
  );
  assert.match(String(watch.log.told[0]?.fields.why), /ENOTDIR/);
});

test('after the abort nothing is hinted and no timer is left', { timeout }, async (t) => {
  const path = join(ownFolder(t), 'reboot-required');
  const watch = watching(t, path);
  await watch.begun();
  watch.stop.abort();
  await watch.clock.settle();
  assert.equal(watch.clock.untilNext(), null);
  const before = watch.count();
  writeFileSync(path, '');
  await watch.clock.advance(120_000);
  assert.equal(watch.count(), before);
});
