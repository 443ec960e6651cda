import { emptyMemory } from '../../../src/core/memory.ts';
import type { NodeSnapshot } from '../../../src/core/node-view.ts';
import type { Effect } from '../../../src/core/phases/effect.ts';
import type { Event } from '../../../src/core/phases/event.ts';
import type { Found } from '../../../src/core/phases/recovery-table.ts';
import { startState } from '../../../src/core/phases/start.ts';
import type { State } from '../../../src/core/phases/state.ts';
import { transition } from '../../../src/core/phases/transition.ts';
import { at, holder, me, waiting } from '../lease/samples.ts';
import type { Row } from './recovery-row.ts';
import { claim, moment, ownLease, ownNode, settings, unreadable } from './samples.ts';

/** What recovery has read when it decides. */
export function found(row: Row): Found {
  const { entry, queued, node, look, soft = 0 } = row;
  const own = typeof entry === 'object' ? holder('n1', { claim, ...entry, starts: (entry.starts ?? 0) + 1 }) : null;
  const replaced = typeof entry === 'object' && entry.uid === 'old';
  return {
    me: { ...me, boot: { ...me.boot, soft } },
    entry: own?.readable
      ? { ...own.entry, ...(replaced ? { machine: me.machine } : {}) }
      : typeof entry === 'string'
        ? entry
        : 'none',
    queued: queued === true,
    node: node === null ? null : ownNode(node ?? {}),
    fenced: row.fenced ?? null,
    rebootAsked: false,
    look: look ?? null,
  };
}

/** A start of the service that finds this, until it is out of recovery or waits in it. */
export function run(
  row: Row,
  pool = settings.lease.name,
): { readonly state: State; readonly effects: readonly Effect[] } {
  const lease = { namespace: settings.lease.namespace, name: pool };
  const boot = { ...me.boot, soft: row.soft ?? 0 };
  const memory = { ...emptyMemory, fenced: row.fenced ?? null };
  let state = startState({ ...me, boot, uid: '' }, { ...settings, lease }, memory, at(moment));
  // The kubelet has not reported this boot yet.
  const node: NodeSnapshot | null = row.node === null ? null : { ...ownNode(row.node ?? {}), bootID: 'boot-before' };
  const plain = ownLease({
    entry: typeof row.entry === 'object' ? { by: 'by-before', ...row.entry } : null,
    record: row.queued === true ? { queue: [waiting('q1'), waiting('n1')] } : {},
  });
  let object = row.entry === 'unreadable' ? unreadable(plain) : plain;
  const all: Effect[] = [];
  const happens: Event[] = [{ on: 'node-watch', told: { is: 'listed', objects: node === null ? [] : [node] } }];
  for (let event = happens.shift(); event !== undefined; event = happens.shift()) {
    const { state: next, effects } = transition(state, event, at(moment));
    state = next;
    all.push(...effects);
    if (state.phase.name !== 'recovering') break;
    for (const effect of effects) {
      if (effect.do === 'read-lease') {
        const result = row.entry === 'lease-gone' ? ({ is: 'gone' } as const) : ({ is: 'found', object } as const);
        happens.push({ on: 'lease-read', lease: effect.lease, consistency: 'consistent', result });
      }
      if (effect.do === 'write-lease') {
        object = { ...effect.object, metadata: { ...effect.object.metadata, resourceVersion: '9' } };
        happens.push({
          on: 'lease-written',
          lease: effect.object.metadata,
          base: '',
          result: { is: 'written', object },
        });
      }
      if (effect.do === 'read-node') {
        happens.push({ on: 'node-read', result: node === null ? { is: 'gone' } : { is: 'found', object: node } });
      }
      if (effect.do === 'look-at-shutdown' && row.look !== undefined) {
        happens.push({ on: 'shutdown', look: row.look, askedAt: moment });
      }
    }
  }
  return { state, effects: all };
}
