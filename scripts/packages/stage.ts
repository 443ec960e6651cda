import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bashCompletion } from '../../src/cli/completion-bash.ts';
import { fishCompletion } from '../../src/cli/completion-fish.ts';
import { zshCompletion } from '../../src/cli/completion-zsh.ts';
import { renderManPage as renderCommandPage } from '../../src/cli/man-page.ts';
import { renderServicePage } from '../../src/cli/service-man-page.ts';
import { commands } from '../../src/cli/table.ts';
import { renderManPage as renderConfigPage } from '../../src/config/man-page.ts';
import { manifestYaml } from '../../src/kubernetes/manifest.ts';
import { buildBundle } from '../bundle.ts';
import { root, sourceDate } from '../source.ts';
import { nfpmChangelog, readChangelog } from './changelog.ts';
import { type Arch, nativeParts, strip } from './native.ts';

/** Which package is made. */
export interface Package {
  readonly arch: Arch;
  /** Of the program, as semver: a `-` before what comes before a release (1.2.0-rc.1). */
  readonly version: string;
  /** Of the package: the 1 of 0.1.0-1. */
  readonly release: string;
}

export const maintainer = 'The kured-host authors <maintainers@kured-host.example.org>';

/** Makes the files that are in a package and not in the repository, in `folder`, which is empty or of the same package. */
export async function stage(folder: string, { arch, version, release }: Package): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await buildBundle(folder, version);
  const native = nativeParts(arch);
  strip(native.node, join(folder, 'node'), arch);
  copyFileSync(native.koffi, join(folder, 'koffi.node'));
  const date = new Date(sourceDate() * 1000).toISOString();
  // Before a release sorts a ~ in both kinds of package, where semver has a -.
  const releases = readChangelog(readFileSync(`${root}CHANGELOG.md`, 'utf8'), {
    version: version.replace('-', '~'),
    date,
  });
  const texts: Readonly<Record<string, string>> = {
    'manifest.yaml': manifestYaml({ namespace: 'kured-host', pool: null }),
    'kured-host.1.gz': renderCommandPage(commands, version),
    'kured-host-config.5.gz': renderConfigPage(version),
    'kured-host.service.8.gz': renderServicePage(version),
    'completion.bash': bashCompletion(commands),
    'completion.zsh': zshCompletion(commands),
    'completion.fish': fishCompletion(commands),
    'NOTICES.txt.gz': readFileSync(join(folder, 'NOTICES.txt'), 'utf8'),
    'changelog.yaml': nfpmChangelog(releases, release, maintainer),
  };
  for (const [name, text] of Object.entries(texts)) {
    writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
  }
}
