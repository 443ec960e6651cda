import { everyMetric } from './sample-nodes.ts';

const metrics = everyMetric();
/** What Prometheus itself adds to each series, and a series of its own. */
const added = ['job', 'instance'];
const own = new Set(['up', 'ALERTS']);

/**
 * What an expression of PromQL asks for that no node shows: a metric of another name, or a label that the metric does not have.
 * Whether it is PromQL at all is for promtool to say.
 */
export function faultsOf(expr: string): readonly string[] {
  const plain = expr.replaceAll(/"[^"]*"/g, '""');
  const names = [...plain.matchAll(/\b(up|ALERTS|kured_[a-z_]+)\b(?:\{([^}]*)\})?/g)];
  const wrongNames = names.map(([, name = '']) => name).filter((name) => !metrics.has(name) && !own.has(name));
  const matched = names.flatMap(([, name = '', matchers = '']) => {
    const has = [...(metrics.get(name)?.labels ?? []), ...added];
    return labelsOf(matchers)
      .filter((label) => !has.includes(label))
      .map((label) => `${name}{${label}}`);
  });
  const used = names.flatMap(([, name = '']) => metrics.get(name)?.labels ?? []);
  const grouped = [...plain.matchAll(/\b(?:by|on|without|ignoring|group_left|group_right) ?\(([^)]*)\)/g)]
    .flatMap(([, list = '']) => list.split(',').map((label) => label.trim()))
    .filter((label) => label !== '' && ![...used, ...added].includes(label));
  const none = names.length === 0 ? ['no metric'] : [];
  return [...none, ...wrongNames, ...matched, ...grouped];
}

function labelsOf(matchers: string): readonly string[] {
  return [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label);
}
