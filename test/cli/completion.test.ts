import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { completions } from '../../src/cli/completion.ts';
import { commands } from '../../src/cli/table.ts';
import { skipUnless } from '../cluster/available.ts';
import { completed, noting } from './shell-lines.ts';

const first = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? name))];
const files = ['one file.yaml', 'two.yaml'];
const options = (name: string): readonly string[] => [
  ...Object.keys(commands.find((command) => command.name === name)?.options ?? assert.fail(name)).map((o) => `--${o}`),
  '--help',
];

/** What is typed behind `kured-host`, and what is offered for its last word. */
const cases: readonly (readonly [typed: string, offered: readonly string[]])[] = [
  ['', first],
  ['le', ['lease']],
  ['--', ['--help', '--version']],
  ['lease ', ['show', 'release']],
  ['lease re', ['release']],
  ['config ', ['check', 'import-kured', 'show']],
  ['lease release --', options('lease release')],
  ['lease release node-1 --', options('lease release')],
  ['lease release ', []],
  ['lease release --timeout ', []],
  ['status --js', ['--json']],
  ['status --config ', files],
  ['config check ', files],
  ['config check o', ['one file.yaml']],
  ['config check --', options('config check')],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['help ', first],
  ['help lease ', ['show', 'release']],
  ['help drain ', []],
  ['nothing ', []],
];

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  mkdirSync(join(folder, 'work'));
  for (const file of files) writeFileSync(join(folder, 'work', file), '');
  for (const [shell, render] of Object.entries(completions)) {
    mkdirSync(join(folder, shell));
    const name = { bash: 'kured-host', zsh: '_kured-host', fish: 'kured-host.fish' }[shell] ?? assert.fail(shell);
    writeFileSync(join(folder, shell, name), render(commands));
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe('completion in bash, with its keys on a terminal', { skip: without('bash', 'script') }, () => {
  // M-* is readline's insert-completions.
  const shell = { args: ['bash', '--noprofile', '--rcfile', '../rc', '-i'], all: '\u001b*' };
  const library = '/usr/share/bash-completion/bash_completion';
  const missing = existsSync(library) ? null : 'no bash-completion here, which loads what a package brings';

  it('offers what can stand there', async () => {
    writeFileSync(join(folder, 'rc'), `${noting}. ${join(folder, 'bash/kured-host')}\n`);
    await judge({ ...shell, env: {} });
  });

  it('is loaded by bash-completion, as the package brings it', { skip: skipUnless(missing) }, async () => {
    mkdirSync(join(folder, 'share/bash-completion/completions'), { recursive: true });
    copyFileSync(join(folder, 'bash/kured-host'), join(folder, 'share/bash-completion/completions/kured-host'));
    writeFileSync(join(folder, 'rc'), `${noting}. ${library}\n`);
    await judge({ ...shell, env: { XDG_DATA_DIRS: join(folder, 'share') } });
  });
});

describe('completion in zsh, with its keys on a terminal', { skip: without('zsh', 'script') }, () => {
  it('offers what can stand there', async () => {
    writeFileSync(
      join(folder, 'zsh/.zshrc'),
      `${noting}
setopt prompt_subst
fpath=(${join(folder, 'zsh')} $fpath)
autoload -Uz compinit && compinit -D -u
zle -C everything complete-word _generic
zstyle ':completion:everything:*' completer _all_matches _complete
zstyle ':completion:everything:*' insert true
bindkey '^Xa' everything
`,
    );
    const args = ['zsh', '--no-globalrcs', '-i'];
    await judge({ args, env: { ZDOTDIR: join(folder, 'zsh') }, all: '\u0018a' });
  });
});

describe('completion in fish', { skip: without('fish') }, () => {
  for (const [typed, offered] of cases) {
    it(`offers ${offered.join(', ') || 'nothing'} for "${typed}"`, () => {
      const script = `source ${join(folder, 'fish/kured-host.fish')}; complete -C 'kured-host ${typed}'`;
      const { stdout, stderr } = spawnSync('fish', ['--no-config', '--command', script], {
        cwd: join(folder, 'work'),
        encoding: 'utf8',
        env: { PATH: process.env.PATH, HOME: folder },
      });
      assert.equal(stderr, '');
      const words = stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split('\t')[0] ?? '');
      assert.deepEqual(words.sort(), [...offered].sort());
    });
  }
});

/** Types all lines into one shell, and looks at what stands there in place of the last word. */
async function judge(shell: Parameters<typeof completed>[0]): Promise<void> {
  const [last, ...got] = (
    await completed(shell, folder, [...cases.map(([typed]) => typed), 'status --config=tw'])
  ).toReversed();
  assert.deepEqual(last, ['status', '--config=two.yaml']);
  const judged = got.toReversed().map((words, index) => {
    const [typed = ''] = cases[index] ?? [];
    const before = typed.split(' ').length - 1;
    return [typed, words.slice(0, before), words.slice(before).sort()];
  });
  assert.deepEqual(judged, cases.map(expected));
}

/** Where nothing is offered, what was typed stays. */
function expected([typed, offered]: (typeof cases)[number]): readonly unknown[] {
  const words = typed.split(' ');
  const last = words.pop() ?? '';
  return [typed, words, offered.length > 0 || last === '' ? [...offered].sort() : [last]];
}

function without(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined);
  return skipUnless(missing.length === 0 ? null : `no ${missing.join(' and no ')} here to complete in`);
}
