import { fieldManager } from '../core/cordon-mark.ts';
import { type Changes, excludeLabel } from '../core/node-changes.ts';
import type { NodeSettings } from '../core/settings.ts';
import { preferNoSchedule } from '../core/standing.ts';
import { type AccessAnswer, type AccessQuestion, judge } from './access-answer.ts';
import { type JsonObject, objectIn, objectsIn, textIn } from './json.ts';
import { nodePath } from './node.ts';
import type { Reply } from './transport.ts';

/**
 * What the configuration wants written on the Node, tried in dry runs with a change of every key: to a value that stands
 * already admission has nothing to say. `read`: the Node as it is.
 */
export async function* askMarks(
  question: AccessQuestion,
  wanted: NodeSettings,
  read: Reply,
  signal: AbortSignal,
): AsyncGenerator<AccessAnswer> {
  if (read.is !== 'ok') return;
  const { labels, annotations } = changesOf(wanted);
  const keys = [...Object.keys(labels), ...Object.keys(annotations)];
  const metadata = objectIn(read.body, 'metadata');
  const chance = question.clock.now().chance;
  if (keys.length > 0) {
    const body = {
      metadata: {
        labels: changed(objectIn(metadata, 'labels'), labels, chance),
        annotations: changed(objectIn(metadata, 'annotations'), annotations, chance),
      },
    };
    const what = `write ${keys.join(', ')} on the Node ${question.identity.node}`;
    const remedy = 'take them out of the section node, or name other credentials in credentials.kubeconfig';
    yield await tried(question, { need: 'write-labels', what, body, remedy }, signal);
  }
  if (wanted.preferNoScheduleTaint !== null) {
    const what = `set the taint ${wanted.preferNoScheduleTaint} on the Node ${question.identity.node}`;
    const remedy = 'take node.preferNoScheduleTaint out, or name other credentials in credentials.kubeconfig';
    const body = { spec: { taints: taintsWith(objectIn(read.body, 'spec'), wanted.preferNoScheduleTaint) } };
    yield await tried(question, { need: 'set-taint', what, body, remedy }, signal);
  }
}

function changesOf(wanted: NodeSettings): { readonly labels: Changes; readonly annotations: Changes } {
  const { beforeDrain, afterReboot } = wanted;
  const exclusion = wanted.excludeFromLoadBalancers ? { [excludeLabel]: 'true' } : {};
  return {
    labels: { ...exclusion, ...beforeDrain.labels, ...afterReboot.labels },
    annotations: { ...beforeDrain.annotations, ...afterReboot.annotations },
  };
}

/** The wish where that is a change, else any other value. */
function changed(stands: JsonObject, wanted: Changes, chance: string): Changes {
  const other = `preflight-${chance.slice(0, 16)}`;
  const entries = Object.entries(wanted).map(([key, to]) => {
    const now = Object.hasOwn(stands, key) ? stands[key] : null;
    return [key, to === now ? other : to] as const;
  });
  return Object.fromEntries(entries);
}

/** One that stands there is taken away, so that it is a change in any case. */
function taintsWith(spec: JsonObject, key: string): readonly JsonObject[] {
  const taints = objectsIn(spec, 'taints');
  const ours = (taint: JsonObject): boolean =>
    textIn(taint, 'key') === key && textIn(taint, 'effect') === preferNoSchedule;
  const others = taints.filter((taint) => !ours(taint));
  return others.length < taints.length ? others : [...taints, { key, effect: preferNoSchedule }];
}

interface Trial {
  readonly need: 'write-labels' | 'set-taint';
  readonly what: string;
  readonly body: JsonObject;
  readonly remedy: string;
}

async function tried(
  { transport, identity }: AccessQuestion,
  { need, what, body, remedy }: Trial,
  signal: AbortSignal,
): Promise<AccessAnswer> {
  const call = {
    verb: 'patch',
    path: nodePath(identity.node),
    query: { fieldManager, dryRun: 'All' },
    body,
    patch: 'merge',
    action: `change the Node ${identity.node}`,
  } as const;
  return judge(need, what, await transport.call(call, signal), (why) => ({ need, what, is: 'missing', why, remedy }));
}
