import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';
import { delay, week, within } from './translate-drain.ts';

const usualAnnotation = 'weave.works/kured-node-lock';
const mostAtOnce = 32;
/** What may follow `kured-host-` in the name of a Lease, by the command that makes one. */
const longestPool = 53;

/** Whose turn it is. */
export function translatePool(flags: FlagSet, sheet: SheetDraft): void {
  const wanted = flags.number('concurrency');
  if (wanted !== null) {
    const least = wanted < 1 ? `kured takes ${wanted} for 1` : '';
    const most = wanted > mostAtOnce ? `kured has ${wanted}; ${mostAtOnce} is the most here` : '';
    sheet.write('concurrency', Math.min(Math.max(wanted, 1), mostAtOnce), `${least}${most}`);
  }
  const kept =
    'after a proven reboot alone, over restarts of the service too; kured keeps it after a drain that failed as well';
  delay(flags, 'lock-release-delay', 'lease.releaseDelay', kept, sheet, week);
  ttl(flags, sheet);
  const annotation = flags.text('lock-annotation');
  if (annotation !== '' && annotation !== usualAnnotation) pool(annotation, sheet);
  else if (flags.has('lock-annotation'))
    sheet.note('lock-annotation', 'the lock is the Lease kured-host of the default pool');
  for (const name of ['ds-namespace', 'ds-name'] as const) {
    if (!flags.has(name)) continue;
    sheet.note(
      name,
      'the lock is a Lease, and not on the DaemonSet; where several DaemonSets of kured each had their nodes, give each a pool (lease.name)',
    );
  }
  if (flags.has('node-id')) {
    sheet.note(
      'node-id',
      "the name of the Node comes from the kubelet's certificate; credentials.nodeName is for other credentials",
    );
  }
}

/** kured's lock runs out by its age; here a holder that goes on writing keeps its turn. */
function ttl(flags: FlagSet, sheet: SheetDraft): void {
  const ms = flags.number('lock-ttl');
  if (ms === null) return;
  if (ms <= 0) {
    sheet.note('lock-ttl', 'the turn is never taken from a node by time, which is the default');
    return;
  }
  const [value, changed] = within(ms, silentAlive + Math.max(0, flags.number('lock-release-delay') ?? 0), month);
  const counted = 'it counts from the last sign of the holder, and not from its claim';
  const danger = `DANGEROUS, as in kured: a node that does not come back from a bad update no longer stops the others from following it; ${counted}`;
  sheet.write('lease.takeOverAfter', value, changed === '' ? danger : `${changed}; ${danger}`);
}

const month = 2_592_000_000;
/** More than a node that lives may be silent, but for its release delay: reboot.deadline, verification.timeout and hooks.timeout, which kured has not. */
const silentAlive = 2_160_000;

function pool(annotation: string, sheet: SheetDraft): void {
  const name = annotation
    .slice(annotation.lastIndexOf('/') + 1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^(kured-)?(node-)?(lock-)?/, '')
    .slice(0, longestPool)
    .replaceAll(/^-+|-+$/g, '');
  if (name === '') {
    sheet.problem(
      `--lock-annotation is "${annotation.slice(0, 60)}", of which no name for a pool can be made; set lease.name by hand`,
    );
    return;
  }
  const how = `kured-host manifest --pool ${name} | kubectl apply -f -`;
  sheet.write(
    'lease.name',
    `kured-host-${name}`,
    `the lock ${annotation.slice(0, 100)} was one of its own, and so is this pool: ${how}`,
  );
}
