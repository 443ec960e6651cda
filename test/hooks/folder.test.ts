import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Hook, listHooks } from '../../src/hooks/folder.ts';
import { machineFiles, owner } from './machine.ts';

const notRoot = owner === 0 ? false : 'chown needs root';
const stranger = 65_534;

/** A machine, and one folder of hooks in it. */
function machine(t: TestContext) {
  const files = machineFiles(t);
  const folder = join(files.hooks, 'before-drain.d');
  mkdirSync(folder, { recursive: true });
  const hook = (name: string, mode?: number, text?: string) =>
    files.put(`etc/kured-host/hooks/before-drain.d/${name}`, mode, text);
  return { ...files, files, folder, hook, list: (as = owner) => listHooks(folder, { owner: as, from: files.from }) };
}

async function hooks(list: ReturnType<typeof listHooks>): Promise<readonly Hook[]> {
  const read = await list;
  assert.ok(read.is === 'read', JSON.stringify(read));
  return read.hooks;
}

function names(of: readonly Hook[]): readonly string[] {
  return of.map(({ is, path }) => `${is} ${path.split('/').at(-1)}`);
}

describe('a folder of hooks', () => {
  it('that is missing or empty has none', async (t) => {
    const { folder, list } = machine(t);
    assert.deepEqual(await list(), { is: 'read', hooks: [] });
    rmSync(folder, { recursive: true });
    assert.deepEqual(await list(), { is: 'read', hooks: [] });
  });

  it('that cannot be listed may have hooks, so nobody can tell', async (t) => {
    const { folder, list } = machine(t);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, '');
    const read = await list();
    assert.ok(read.is === 'unreadable' && /ENOTDIR/.test(read.why), JSON.stringify(read));
  });

  it('that is behind a link which leads nowhere may have hooks, wherever on the way the link is', async (t) => {
    const { folder, files, list } = machine(t);
    const nowhere = join(files.from, 'not/mounted');
    for (const link of [folder, files.hooks]) {
      rmSync(link, { recursive: true });
      symlinkSync(nowhere, link);
      assert.deepEqual(await list(), { is: 'unreadable', why: `${link} is a link to a folder that does not exist` });
      mkdirSync(nowhere, { recursive: true });
      assert.deepEqual(await list(), { is: 'read', hooks: [] });
      rmSync(nowhere, { recursive: true });
      rmSync(link);
      mkdirSync(link);
    }
  });

  it('is run by the bytes of the names, whatever the language of the machine', async (t) => {
    const { hook, list } = machine(t);
    for (const name of ['9-z', '10-a', 'b', 'B', '_x', 'é', '10-a.sh']) hook(name);
    assert.deepEqual(
      (await hooks(list())).map(({ path }) => path.split('/').at(-1)),
      ['10-a', '10-a.sh', '9-z', 'B', '_x', 'b', 'é'],
    );
  });

  it('has no hooks in what is hidden, masked, empty, a folder, or left behind by package managers and editors', async (t) => {
    const { folder, hook, list } = machine(t);
    const left =
      '.hidden a~ a.rpmsave a.rpmnew a.dpkg-old a.dpkg-new a.dpkg-dist a.ucf-old a.swp a.bak a.old a.new'.split(' ');
    for (const name of left) hook(name);
    hook('empty', 0o755, '');
    symlinkSync('/dev/null', join(folder, 'masked'));
    mkdirSync(join(folder, 'sub'));
    hook('real.sh');
    assert.deepEqual(names(await hooks(list())), ['run real.sh']);
  });

  it('names what is not executable, and what is only wanted', async (t) => {
    const { hook, list } = machine(t);
    hook('10-forgot', 0o644);
    hook('20-tell.wanted');
    const [forgot, tell] = await hooks(list());
    assert.ok(forgot?.is === 'skipped' && /not executable/.test(forgot.why));
    assert.ok(tell?.is === 'run' && tell.wanted);
  });
});

describe('a hook is refused by name', () => {
  const refusals: readonly (readonly [why: string, spoil: (of: ReturnType<typeof machine>) => void, says: RegExp])[] = [
    ['its group may write it', ({ hook }) => hook('10-x', 0o775), /write to .*before-drain\.d\/10-x \(mode 0775\)/],
    ['everybody may write it', ({ hook }) => hook('10-x', 0o757), /write to .*10-x \(mode 0757\)/],
    [
      'others may write its folder',
      ({ hook, folder }) => {
        hook('10-x');
        chmodSync(folder, 0o777);
      },
      /write to .*before-drain\.d \(mode 0777\)/,
    ],
    [
      'others may write to a folder above, sticky or not',
      ({ hook, from }) => {
        hook('10-x');
        chmodSync(join(from, 'etc'), 0o1777);
      },
      /write to .*\/etc \(mode 1777\)/,
    ],
    [
      'a link leads to a file that others may write',
      ({ folder, put }) => symlinkSync(put('opt/tool', 0o777), join(folder, '10-x')),
      /write to .*\/opt\/tool \(mode 0777\)/,
    ],
    [
      'a link leads through a folder that others may write',
      ({ from, folder, put }) => {
        put('opt/shared/tool');
        chmodSync(join(from, 'opt/shared'), 0o777);
        symlinkSync('../../../../opt/shared/tool', join(folder, '10-x'));
      },
      /write to .*\/opt\/shared \(mode 0777\)/,
    ],
    [
      'a link leads through another link, out of a folder that others may write',
      ({ from, folder, put }) => {
        put('opt/real/tool');
        mkdirSync(join(from, 'opt/shared'));
        chmodSync(join(from, 'opt/shared'), 0o777);
        symlinkSync(join(from, 'opt/real'), join(from, 'opt/shared/link'));
        symlinkSync(join(from, 'opt/shared/link/tool'), join(folder, '10-x'));
      },
      /write to .*\/opt\/shared \(mode 0777\)/,
    ],
    ['a link leads nowhere', ({ folder }) => symlinkSync('/nowhere/at/all', join(folder, '10-x')), /ENOENT/],
  ];
  for (const [why, spoil, says] of refusals) {
    it(`when ${why}`, async (t) => {
      const made = machine(t);
      spoil(made);
      const [hook, more] = await hooks(made.list());
      assert.ok(hook?.is === 'refused' && more === undefined, JSON.stringify(hook));
      assert.match(hook.path, /10-x$/);
      assert.match(hook.why, says);
    });
  }

  it('when it, or a folder above it, is not of root', { skip: notRoot }, async (t) => {
    for (const path of ['etc/kured-host/hooks/before-drain.d/10-x', 'etc/kured-host/hooks', 'etc']) {
      const made = machine(t);
      made.hook('10-x');
      chownSync(join(made.from, path), stranger, stranger);
      const [hook] = await hooks(made.list());
      assert.ok(
        hook?.is === 'refused' && hook.why.endsWith(`/${path} is owned by the user ${stranger}, not by root`),
        JSON.stringify(hook),
      );
    }
  });

  it('when nothing of it is of root', async (t) => {
    const made = machine(t);
    made.hook('10-x');
    const [hook] = await hooks(made.list(owner + 1));
    assert.equal(hook?.is, 'refused');
  });
});

describe('a hook is run', () => {
  it('through links, relative and absolute, when nobody but root can change any of it', async (t) => {
    const { from, folder, put, list } = machine(t);
    put('opt/tool/v2/check');
    symlinkSync('v2', join(from, 'opt/tool/current'));
    symlinkSync(join(from, 'opt/tool/current/check'), join(folder, '10-absolute'));
    symlinkSync('../../../../opt/tool/current/../v2/check', join(folder, '20-relative'));
    assert.deepEqual(names(await hooks(list())), ['run 10-absolute', 'run 20-relative']);
  });
});
