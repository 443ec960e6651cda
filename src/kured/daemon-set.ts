import type { Found, Mount, Variable } from './found.ts';
import { type Json, mapAt, mapsIn, textAt, wordsIn } from './json.ts';

/** What a DaemonSet of kured says; a sentence for what is wrong with it. */
export type DaemonSetReading = { readonly found: Found } | { readonly why: string };

/** Reads the container of kured in a DaemonSet: its arguments, its environment, and what it sees of the machine. */
export function readDaemonSet(daemonSet: Json): DaemonSetReading {
  const name = textAt(mapAt(daemonSet, 'metadata'), 'name');
  const spec = mapAt(daemonSet, 'spec', 'template', 'spec');
  const containers = mapsIn(spec['containers']);
  const container = containers.find(isKured) ?? (containers.length === 1 ? containers[0] : undefined);
  if (container === undefined) return { why: `the DaemonSet ${name} has no container of kured` };
  const words = [...wordsIn(container['command']), ...wordsIn(container['args'])];
  const args = words[0]?.startsWith('-') === false ? words.slice(1) : words;
  const more = mapsIn(container['envFrom']).map((source) => `the environment of ${sourceOf(source)} is not looked at`);
  const selector = Object.entries(mapAt(spec, 'nodeSelector')).filter(([label]) => label !== 'kubernetes.io/os');
  const nodes = selector.map(([label, value]) => `${label}=${String(value)}`).join(',');
  const some = nodes === '' ? [] : [`kured runs on the nodes with ${nodes} alone; install kured-host on those`];
  return {
    found: {
      args,
      added: [],
      env: mapsIn(container['env']).map(variableOf),
      inPod: true,
      mounts: mountsOf(spec, container),
      notes: [...more, ...some],
    },
  };
}

/** Whether a container is kured's, by its image, its program or its name. */
export function isKured(container: Json): boolean {
  const program = wordsIn(container['command'])[0] ?? '';
  return (
    /(^|\/)kured([:@]|$)/.test(textAt(container, 'image')) ||
    /(^|\/)kured$/.test(program) ||
    textAt(container, 'name') === 'kured'
  );
}

/** A variable of a container, as Kubernetes writes them. */
export function variableOf(entry: Json): Variable {
  const name = textAt(entry, 'name');
  const from = mapAt(entry, 'valueFrom');
  for (const [kind, called] of [
    ['secretKeyRef', 'Secret'],
    ['configMapKeyRef', 'ConfigMap'],
  ] as const) {
    const ref = mapAt(from, kind);
    if (textAt(ref, 'name') === '') continue;
    return { name, value: null, from: `the key ${textAt(ref, 'key')} of the ${called} ${textAt(ref, 'name')}` };
  }
  const field = textAt(mapAt(from, 'fieldRef'), 'fieldPath');
  if (Object.keys(from).length > 0) return { name, value: null, from: field === '' ? 'the pod' : `the pod's ${field}` };
  const value = entry['value'];
  return { name, value: value === undefined || value === null ? '' : String(value), from: '' };
}

function sourceOf(source: Json): string {
  const secret = textAt(mapAt(source, 'secretRef'), 'name');
  return secret === '' ? `the ConfigMap ${textAt(mapAt(source, 'configMapRef'), 'name')}` : `the Secret ${secret}`;
}

function mountsOf(spec: Json, container: Json): readonly Mount[] {
  return mapsIn(container['volumeMounts']).flatMap((mount) => {
    const volume = mapsIn(spec['volumes']).find((one) => textAt(one, 'name') === textAt(mount, 'name'));
    const outside = textAt(mapAt(volume, 'hostPath'), 'path');
    const inside = textAt(mount, 'mountPath');
    const below = textAt(mount, 'subPath');
    if (outside === '' || inside === '') return [];
    return [{ inside, outside: below === '' ? outside : `${outside.replace(/\/$/, '')}/${below}` }];
  });
}
