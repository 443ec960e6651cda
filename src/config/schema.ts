import type { Row } from './row.ts';
import { rowsOfPermission } from './schema-permission.ts';
import { rowsOfPool } from './schema-pool.ts';
import { rowsOfTelling } from './schema-telling.ts';
import { rowsOfWork } from './schema-work.ts';

/** What each section is about; keys outside a section have none. In the order of every text made from the table. */
export const sections: ReadonlyMap<string, string> = new Map([
  ['credentials', 'As whom the daemon speaks to the API server, and for which node. All of it is found by itself.'],
  ['lease', 'The Lease that the nodes of one pool share.'],
  ['sentinel', 'What says that this node needs a reboot.'],
  ['maintenance', 'When this node may reboot. Without windows: at any time.'],
  ['blockers', 'What else keeps this node from rebooting for now.'],
  ['drain', 'How pods are moved away before the reboot.'],
  ['node', 'What is written on the Node around a reboot. docs/node.md says how, and what a kubelet may not write.'],
  ['hooks', 'Programs in /etc/kured-host/hooks/{before-drain,before-reboot,after-boot}.d, run around a reboot.'],
  ['reboot', 'How the machine is rebooted, and how often at most.'],
  ['verification', 'What counts as a node that came back.'],
  ['metrics', 'Where Prometheus finds the metrics.'],
  [
    'notifications',
    'Who is told of a reboot, and of what: chats, mail, webhooks and a command. docs/notifications.md has their URLs.',
  ],
]);

const table = { ...rowsOfPool, ...rowsOfPermission, ...rowsOfWork, ...rowsOfTelling };

/** A key with its section: `drain.timeout`. */
export type Key = keyof typeof table;

/** The value that each key has, all defaults filled in; durations in milliseconds, `drain.gracePeriod` in seconds. */
export type Values = { readonly [K in Key]: (typeof table)[K] extends Row<infer T> ? T : never };

export const keys = Object.keys(table) as readonly Key[];

/** The one table of keys; conffile, man page, docs and error texts are made from it. */
export const rows: { readonly [K in Key]: Row<Values[K]> } = table;

/** Any row, where a text is made that does not need the value's type. */
export function rowOf(key: Key): Row<unknown> {
  return rows[key] as Row<unknown>;
}

/** The section a key is in, and its name there: `drain` and `timeout`; no section for `concurrency`. */
export function keyParts(key: Key): { readonly section: string | null; readonly name: string } {
  const [first = '', second] = key.split('.');
  return second === undefined ? { section: null, name: first } : { section: first, name: second };
}
