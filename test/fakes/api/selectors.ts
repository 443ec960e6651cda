import { badRequest } from './errors.ts';
import { type JsonMap, type KubeObject, listAt, mapAt, mapsAt, textAt } from './object.ts';

export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

export function parseFieldSelector(text: string): readonly FieldTerm[] {
  return text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term);
      if (match === null) throw badRequest(`invalid field selector: ${text}`);
      const [, field = '', operator, value = ''] = match;
      return { field, equal: operator !== '!=', value };
    });
}

/** Fields that Kubernetes lets one select by, besides metadata.name and metadata.namespace. */
const selectable: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.serviceAccountName', 'status.phase', 'status.podIP'],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'reason',
    'type',
    'source',
  ],
};

export function fieldFilter(resource: string, terms: readonly FieldTerm[]): (object: KubeObject) => boolean {
  for (const { field } of terms) {
    const known = field === 'metadata.name' || field === 'metadata.namespace' || selectable[resource]?.includes(field);
    if (known !== true) throw badRequest(`field label not supported: ${field}`);
  }
  return (object) => terms.every((term) => (fieldText(object, term.field) === term.value) === term.equal);
}

function fieldText(object: KubeObject, field: string): string {
  const path = field.split('.');
  const last = path.pop() ?? '';
  const value = path.reduce<JsonMap>(mapAt, object)[last];
  if (field === 'spec.unschedulable') return String(value ?? false);
  return value === undefined || value === null ? '' : String(value);
}

/** The query's form: `a=b,c!=d,e in (f,g),h,!i`. */
export function labelFilter(text: string): (object: KubeObject) => boolean {
  const terms = text.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '');
  const tests = terms.map((term) => labelTest(term.trim()));
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return tests.every((test) => test(labels));
  };
}

type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

function labelTest(term: string): LabelTest {
  const set = /^(\S+)\s+(in|notin)\s*\((.*)\)$/.exec(term);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => {
      const value = labels[key];
      const within = value !== undefined && values.includes(value);
      return operator === 'in' ? within : !within;
    };
  }
  const equality = /^([^=!\s]+)\s*(==|=|!=)\s*(\S*)$/.exec(term);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return (labels) => (labels[key] === value) === (operator !== '!=');
  }
  const presence = /^(!?)\s*([\w./-]+)$/.exec(term);
  if (presence === null) throw badRequest(`unable to parse requirement: ${term}`);
  const [, not, key = ''] = presence;
  return (labels) => (labels[key] !== undefined) === (not === '');
}

/** A LabelSelector object, as budgets carry it. An absent one matches nothing, an empty one everything. */
export function selectorMatches(selector: JsonMap | undefined, object: KubeObject): boolean {
  if (selector === undefined) return false;
  const labels = object.metadata.labels ?? {};
  const wanted = Object.entries(mapAt(selector, 'matchLabels'));
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    mapsAt(selector, 'matchExpressions').every((expression) => expressionMatches(expression, labels))
  );
}

function expressionMatches(expression: JsonMap, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[textAt(expression, 'key')];
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
