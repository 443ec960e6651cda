import type { OnItsWay } from '../network.ts';
import type { World } from '../world.ts';

/**
 * Two versions at once: on some boots a machine has a newer service, which writes fields into its own entries that this version does
 * not know. Answers the body of a request as that version would have sent it.
 */
export function bodyByVersion({ strikes }: World): (of: OnItsWay) => string {
  return (of) => {
    const body = of.request.body ?? '';
    if (of.request.method !== 'PUT' || !of.request.path.includes('/leases/')) return body;
    const boot = of.place.split('/').slice(0, 2).join('/');
    if (!strikes.standing('newer-version', boot)) return body;
    const lease = JSON.parse(body) as Lease;
    const { annotations = {} } = lease.metadata;
    const lists = ['kured-host/holders', 'kured-host/queue'].flatMap((name) => {
      const text = annotations[name];
      return text === undefined ? [] : [[name, newer(text, of.node)]];
    });
    const metadata = { ...lease.metadata, annotations: { ...annotations, ...Object.fromEntries(lists) } };
    return JSON.stringify({ ...lease, metadata });
  };
}

interface Lease {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Others' elements stay byte for byte: only the own one is put in anew. */
function newer(text: string, node: string): string {
  const own = new RegExp(`\\{"node":"${node}",`);
  return text.replace(own, (begin) => (text.includes(`${begin}"later":`) ? begin : `${begin}"later":{"kept":true},`));
}
