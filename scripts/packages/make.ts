import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, sourceDate } from '../source.ts';
import { names, type Package, packageVersion } from './package.ts';
import { project } from './project.ts';
import { stage } from './stage.ts';

/** "release" is small and takes half a minute; "fast" is for tests. */
export type Effort = 'release' | 'fast';

/** Where the deb and the rpm of one architecture are. */
export interface Packages {
  readonly deb: string;
  readonly rpm: string;
}

type Kind = keyof Packages;

interface Staged {
  readonly stage: string;
  readonly license: string;
}

/** Makes the deb and the rpm of one architecture in `folder`. The same commit gives the same bytes. */
export async function makePackages(made: Package, effort: Effort, folder: string): Promise<Packages> {
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(folder, '.stage-'));
  try {
    const license = await stage(scratch, made);
    const { deb, rpm } = fileNames(made);
    const nfpm = (kind: Kind, target: string) => {
      const config = join(scratch, `${kind}.yaml`);
      writeFileSync(config, nfpmConfig(made, kind, effort, { stage: scratch, license }));
      run(nfpmProgram(), ['package', '--config', config, '--packager', kind, '--target', target]);
    };
    nfpm('rpm', join(folder, rpm));
    if (effort === 'fast') nfpm('deb', join(folder, deb));
    else {
      nfpm('deb', join(scratch, deb));
      withXz(join(scratch, deb), join(scratch, 'tree'), join(folder, deb));
    }
    return { deb: join(folder, deb), rpm: join(folder, rpm) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The usual name of each, by which the package managers' own tools would call it. */
export function fileNames(made: Package): Packages {
  const { arch, release } = made;
  const full = `${packageVersion(made)}-${release}`;
  return { deb: `kured-host_${full}_${arch}.deb`, rpm: `kured-host-${full}.${names[arch].rpm}.rpm` };
}

function nfpmConfig({ arch, version, release }: Package, kind: Kind, effort: Effort, staged: Staged): string {
  const words: Readonly<Record<string, string>> = {
    arch,
    version,
    release,
    ...project,
    ...staged,
    rpm_changelog: kind === 'rpm' ? join(staged.stage, 'changelog.yaml') : '""',
    deb_compression: effort === 'fast' ? 'zstd' : 'none',
    rpm_compression: effort === 'fast' ? 'zstd' : 'zstd:19',
  };
  return readFileSync(`${root}packaging/nfpm.yaml`, 'utf8').replaceAll(/\$\{([a-z_]+)\}/g, (_, word: string) => {
    const value = words[word];
    if (value === undefined) throw new Error(`packaging/nfpm.yaml asks for \${${word}}, which the build does not know`);
    return value;
  });
}

function nfpmProgram(): string {
  return execFileSync(`${root}scripts/packages/nfpm.sh`, { encoding: 'utf8' }).trim();
}

/** A deb of nfpm's again, by dpkg-deb with xz: 6 MB smaller than any that nfpm can make, and what Debian's tools expect. */
function withXz(from: string, tree: string, to: string): void {
  run('dpkg-deb', ['--raw-extract', from, tree]);
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', tree, to]);
}

/** A tool whose output is of interest only when it fails. The date is in both kinds of package, at every file. */
function run(program: string, args: readonly string[]): void {
  execFileSync(program, args, {
    cwd: root,
    env: { ...process.env, SOURCE_DATE_EPOCH: String(sourceDate()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
