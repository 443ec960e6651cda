/**
 * Everything in this repository that is made from the code. `make docs` writes it anew; `make check` names what is not as the
 * code makes it.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderConffile } from '../src/config/conffile.ts';
import { catalogText } from '../src/log/catalog.ts';
import { storyFiles } from '../test/scenarios/files.ts';
import { indexPage } from '../test/scenarios/index-page.ts';
import { withCommands } from './render-commands.ts';
import { withReference } from './render-config.ts';
import { dashboardJson } from './render-dashboard.ts';
import { withFaults } from './render-faults.ts';
import { withJournal } from './render-journal.ts';
import { withFlags } from './render-kured.ts';
import { withMetrics } from './render-metrics.ts';
import { withPhases, withRecovery } from './render-phases.ts';
import { withReasons } from './render-reasons.ts';

const root = join(import.meta.dirname, '..');

/** By the path from the root: what the file has to be, made from what it is, since people write around most of it. */
export const generated: Readonly<Record<string, (text: string) => string>> = {
  'docs/architecture.md': withPhases,
  'docs/commands.md': withCommands,
  'docs/configuration.md': withReference,
  'docs/journal.md': withJournal,
  'docs/kured.md': withFlags,
  'docs/metrics.md': withMetrics,
  'docs/recovery.md': withRecovery,
  'docs/simulation.md': withFaults,
  'docs/waiting.md': withReasons,
  'packaging/config.yaml': renderConffile,
  'packaging/grafana-dashboard.json': dashboardJson,
  'systemd/kured-host.catalog': catalogText,
  'test/scenarios/README.md': () => indexPage(storyFiles(root)),
};

/** What has to be written, of the files there: those that are not as the code makes them, with their text. */
export function outdated(folder: string): readonly { readonly path: string; readonly text: string }[] {
  return Object.entries(generated).flatMap(([path, make]) => {
    const stands = readFileSync(join(folder, path), 'utf8');
    const text = make(stands);
    return text === stands ? [] : [{ path, text }];
  });
}

function main(check: boolean): void {
  for (const { path, text } of outdated(root)) {
    if (!check) writeFileSync(join(root, path), text);
    console.log(check ? `${path} is not as the code makes it: \`make docs\` writes it anew` : `wrote ${path}`);
    if (check) process.exitCode = 1;
  }
}

if (import.meta.main) main(process.argv.includes('--check'));
