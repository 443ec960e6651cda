/** One change of a Node, as the API server stored it. */
export interface NodeChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: {
    readonly metadata: { readonly name?: string; readonly annotations?: Readonly<Record<string, string>> };
    readonly spec?: { readonly unschedulable?: unknown };
    readonly status?: { readonly nodeInfo?: unknown };
  };
}

/** What the API server's history tells, with one sentence for each thing that was to be shown. */
export interface Verdict {
  readonly ok: boolean;
  readonly findings: readonly { readonly ok: boolean; readonly text: string }[];
}

export interface Story {
  readonly nodes: readonly string[];
  /** Every change of a Node, oldest first, from the first one's creation on. */
  readonly changes: readonly NodeChange[];
  /** How often each machine came up, its first start included: a boot that its kubelet never reported counts too. */
  readonly boots: ReadonlyMap<string, number>;
}

const mark = 'kured-host/claim';

/**
 * Judges by what the API server stored, never by what a daemon says of itself. A node is away from the first sign (our mark,
 * or a cordon) to the last; its boot ID may change only meanwhile.
 */
export function judge({ nodes, changes, boots }: Story): Verdict {
  const seen = observe(changes);
  const counts = nodes.map((node) => ({
    node,
    reported: seen.reboots.get(node) ?? 0,
    happened: (boots.get(node) ?? 0) - 1,
  }));
  const wrong = counts.filter(({ reported, happened }) => reported !== 1 || happened !== 1);
  const told = wrong.map(({ node, reported, happened }) => `${node} (${happened} times, ${reported} of them reported)`);
  const findings = [
    finding(
      wrong.length === 0,
      'every node was rebooted exactly once',
      `not rebooted exactly once: ${told.join(', ')}`,
    ),
    finding(
      seen.mostAway <= 1,
      'never were two nodes away at a time',
      `${seen.mostAway} nodes were away at a time (${seen.mostAwayNames.join(', ')})`,
    ),
    finding(
      seen.unmarked.length === 0,
      'every reboot happened under a claim',
      `rebooted without a claim: ${seen.unmarked.join(', ')}`,
    ),
    finding(seen.away.size === 0, 'every node was uncordoned afterwards', `still away: ${[...seen.away].join(', ')}`),
  ];
  return { ok: findings.every(({ ok }) => ok), findings };
}

interface Observation {
  readonly reboots: Map<string, number>;
  readonly away: Set<string>;
  mostAway: number;
  mostAwayNames: readonly string[];
  readonly unmarked: string[];
}

function observe(changes: readonly NodeChange[]): Observation {
  const seen: Observation = { reboots: new Map(), away: new Set(), mostAway: 0, mostAwayNames: [], unmarked: [] };
  const booted = new Map<string, string>();
  for (const { object, type } of changes) {
    const name = object.metadata.name ?? '';
    const marked = object.metadata.annotations?.[mark] !== undefined;
    if (type !== 'DELETED' && (marked || object.spec?.unschedulable === true)) seen.away.add(name);
    else seen.away.delete(name);
    if (seen.away.size > seen.mostAway) {
      seen.mostAway = seen.away.size;
      seen.mostAwayNames = [...seen.away];
    }
    const boot = (object.status?.nodeInfo as { bootID?: string } | undefined)?.bootID ?? '';
    const before = booted.get(name);
    if (boot === '' || boot === before) continue;
    booted.set(name, boot);
    if (before === undefined) continue;
    seen.reboots.set(name, (seen.reboots.get(name) ?? 0) + 1);
    if (!marked) seen.unmarked.push(name);
  }
  return seen;
}

function finding(ok: boolean, good: string, bad: string): Verdict['findings'][number] {
  return { ok, text: ok ? good : bad };
}
