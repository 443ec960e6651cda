/** Makes what the docs say of the phases: the diagram and the ways from phase to phase in docs/architecture.md, the table of recovery in docs/recovery.md. */
import type { Verdict } from '../src/core/phases/recovery-table.ts';
import { transition } from '../src/core/phases/transition.ts';
import { momentOf, possibleEvents } from '../test/core/phases/every-event.ts';
import { everyState } from '../test/core/phases/every-state.ts';
import { recoveryRows } from '../test/core/phases/recovery-rows.ts';
import { run } from '../test/core/phases/recovery-run.ts';
import type { Sample } from '../test/core/phases/samples.ts';
import { between } from './between.ts';

/** From phase to phase, and upon what. */
type Ways = ReadonlyMap<string, ReadonlySet<string>>;

/** The page with the phases' diagram and table made from every state × event, and from every case of recovery. */
export function withPhases(page: string): string {
  const ways = allWays();
  const arrows = [...ways.keys()].map((way) => `  ${way.replaceAll('backing-out', 'backing_out')}`);
  const names = '  state "backing-out" as backing_out';
  const diagram = ['```mermaid', 'stateDiagram-v2', names, '  [*] --> recovering', ...arrows, '```'];
  const rows = [...ways].map(([way, upon]) => `| ${way.replace(' --> ', ' | ')} | ${[...upon].join('; ')} |`);
  const table = ['| From | To | Upon |', '|---|---|---|', ...rows];
  return between(page, 'phases', [...diagram, '', ...table]);
}

/** The page with the table of recovery: what is found, and what the code makes of it. */
export function withRecovery(page: string): string {
  const lines = new Map<string, string[]>();
  for (const { title, gives } of recoveryRows) {
    const [row, follow] = gives;
    const line = `${row} | ${words[follow as Follow]}`;
    lines.set(line, [...(lines.get(line) ?? []), title]);
  }
  const rows = [...lines].map(([line, titles]) => {
    const [row, then] = line.split(' | ');
    return `| ${row} | ${titles.join('; ')} | ${then} |`;
  });
  return between(page, 'recovery', ['| Row | Found | Then |', '|---|---|---|', ...rows]);
}

type Follow = Exclude<Verdict['follow'], 'ask-systemd'>;

const words: Readonly<Record<Follow, string>> = {
  idle: 'nothing is left to do',
  queued: 'keeps its place while a reboot is needed and permitted, else leaves the queue',
  restore: 'takes the mark off, undoes our own cordon, and holds nothing',
  verify:
    "waits until this boot's kubelet reports Ready and the hooks succeed, takes the mark off, undoes our own cordon, releases after what is left of the release delay",
  'verify-unproven':
    "waits until this boot's kubelet reports Ready and the hooks succeed, and releases after what is left of the release delay; no reboot is proven, and no need noted as met",
  disown:
    'somebody changed the entry: takes the mark off, undoes our own cordon, releases, tries again later; no need is noted as met',
  'verify-without-claim':
    "waits until this boot's kubelet reports Ready and the hooks succeed, takes the mark off, undoes our own cordon; a claim in a Lease that cannot be read is released once it can",
  drain: 'goes on from the cordon, with permission asked again',
  'back-out': 'backs out: undoes our own cordon, releases, tries again later',
  'finish-back-out': 'finishes the back-out: takes the mark off, undoes our own cordon, releases',
  release: 'nothing of ours is left on a Node: releases',
  'take-fence-back': 'it is certain that no reboot comes: drains and asks again; without an attempt left stuck',
  'wait-for-reboot':
    'waits for the reboot until its deadline; after that never backs out in this boot: asks permission and for the reboot again, or is stuck',
  'wait-for-shutdown': 'touches nothing, and asks systemd again every 5 s',
  'wait-readable': 'waits until the Lease can be read; nothing is undone before',
  'wait-for-person': 'touches nothing, and needs a person',
};

function allWays(): Ways {
  const ways = new Map<string, Set<string>>();
  const note = (from: string, to: string, upon: string) => {
    if (from === to || to === 'stopped') return;
    const way = `${from} --> ${to}`;
    ways.set(way, (ways.get(way) ?? new Set()).add(upon));
  };
  for (const [row, to] of recoveryRows.map((found) => [found.gives[0], run(found).state.phase.name] as const)) {
    note('recovering', to, `row ${row}`);
  }
  for (const [from, samples] of Object.entries(everyState())) {
    if (from === 'recovering') continue;
    for (const sample of Object.values<Sample>(samples)) {
      for (const [name, event] of possibleEvents(sample)) {
        note(from, transition(sample.state, event, momentOf(sample, name)).state.phase.name, name);
      }
    }
  }
  return ways;
}
