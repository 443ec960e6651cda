import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';
import { delay, week } from './translate-drain.ts';

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
  if (flags.has('lock-ttl')) {
    const how = 'a person takes it from a node that does not come back, by "kured-host lease release NODE"';
    sheet.note('lock-ttl', `no turn is taken by the age of a claim, as the pool would follow a bad update; ${how}`);
  }
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
