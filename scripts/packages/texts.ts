import { readFileSync } from 'node:fs';
import { bashCompletion } from '../../src/cli/completion-bash.ts';
import { fishCompletion } from '../../src/cli/completion-fish.ts';
import { zshCompletion } from '../../src/cli/completion-zsh.ts';
import { renderManPage as renderCommandPage } from '../../src/cli/man-page.ts';
import { renderServicePage } from '../../src/cli/service-man-page.ts';
import { commands } from '../../src/cli/table.ts';
import { renderManPage as renderConfigPage } from '../../src/config/man-page.ts';
import { manifestYaml } from '../../src/kubernetes/manifest.ts';
import { notices } from '../build-notices.ts';
import { root, sourceDate } from '../source.ts';
import { debianChangelog, nfpmChangelog, readChangelog } from './changelog.ts';
import { debianCopyright } from './copyright.ts';
import { type Package, packageVersion } from './package.ts';
import { project } from './project.ts';
import { sbom } from './sbom.ts';
import { nodePart, type ShippedPart } from './shipped-parts.ts';

/** The texts in a package that are made from the code, from package-lock.json, or from other people's licences, by file name. */
export function packageTexts(
  made: Package,
  parts: readonly ShippedPart[],
  nodeLicense: string,
): Readonly<Record<string, string>> {
  const date = new Date(sourceDate() * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const head = { version: packageVersion(made), date };
  const releases = readChangelog(readFileSync(`${root}CHANGELOG.md`, 'utf8'), head);
  const holder = `${date.slice(0, 4)} ${project.vendor}`;
  return {
    'manifest.yaml': manifestYaml({ namespace: 'kured-host', pool: null }),
    'kured-host.1.gz': renderCommandPage(commands, made.version),
    'kured-host-config.5.gz': renderConfigPage(made.version),
    'kured-host.service.8.gz': renderServicePage(made.version),
    'completion.bash': bashCompletion(commands),
    'completion.zsh': zshCompletion(commands),
    'completion.fish': fishCompletion(commands),
    'changelog.yaml': nfpmChangelog(releases, made.release, project.maintainer),
    'changelog.Debian.gz': debianChangelog(releases, made.release, project.maintainer),
    copyright: debianCopyright(parts, holder, project.homepage),
    'NOTICES.txt.gz': allNotices(parts, readFileSync(nodeLicense, 'utf8')),
    'sbom.spdx.json': sbom(made, parts, { ...project, date }),
  };
}

/** All terms, whole; Node's as Node has them, with those of its parts. */
function allNotices(parts: readonly ShippedPart[], nodeLicense: string): string {
  const own = parts.map((part) => (part.name === nodePart ? { ...part, text: nodeLicense } : part));
  return notices(own.filter(({ within }) => within !== nodePart));
}
