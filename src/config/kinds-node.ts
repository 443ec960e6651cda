import * as v from 'valibot';
import { isLabelValue, isQualifiedName, prefixOf } from '../core/names.ts';
import type { Changes } from '../core/node-changes.ts';
import { inProgressAnnotation, mostRecentAnnotation } from '../core/standing.ts';
import type { Kind } from './kind.ts';

const mostKeys = 32;
/** Each stands twice on the Node, once in the mark; the API server takes 256 KiB of annotations. */
const longestAnnotation = 1024;
const ownPrefix = 'kured-host';

/** Labels as `kubectl label` takes them: `KEY=VALUE`, or `KEY-` to take one off. */
export const labelChanges = changes('labels', (value) =>
  isLabelValue(value)
    ? null
    : 'whose value is no label value (at most 63 letters, digits, "-", "_" and ".", a letter or digit at both ends)',
);

/** Annotations as `kubectl annotate` takes them. */
export const annotationChanges = changes('annotations', (value) => {
  if (value.length > longestAnnotation) return `whose value is longer than ${longestAnnotation} characters`;
  return value.isWellFormed() && !value.includes('\0') ? null : 'which holds a character that is none';
});

/** A key of a taint. */
export const taintKey: Kind<string> = {
  type: 'key of a taint',
  expected: 'the key of a taint',
  schema: v.pipe(
    v.string(''),
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? keyTrouble(dataset.value) : null;
      if (why !== null) addIssue({ message: why });
    }),
  ),
  write: (key) => key,
};

function changes(what: string, valueTrouble: (value: string) => string | null): Kind<Changes> {
  const entry = v.pipe(
    v.string(''),
    v.rawCheck(({ dataset, addIssue }) => {
      const why = dataset.typed ? entryTrouble(dataset.value, valueTrouble) : null;
      if (why !== null) addIssue({ message: why });
    }),
  );
  return {
    type: `list of ${what}: KEY=VALUE, KEY-`,
    expected: 'a list of KEY=VALUE, or KEY- to take one off',
    schema: v.pipe(
      v.array(entry, ''),
      v.maxLength(mostKeys, `which has more than ${mostKeys} entries`),
      v.check(
        (entries) => new Set(entries.map((text) => changeOf(text).key)).size === entries.length,
        'which names a key twice',
      ),
      v.transform((entries): Changes => Object.fromEntries(entries.map(changeOf).map(({ key, to }) => [key, to]))),
    ),
    write: (wanted) => Object.entries(wanted).map(([key, to]) => (to === null ? `${key}-` : `${key}=${to}`)),
  };
}

/** A value may hold `=` and end with `-`: the first `=` decides. */
function changeOf(text: string): { readonly key: string; readonly to: string | null } {
  const at = text.indexOf('=');
  if (at >= 0) return { key: text.slice(0, at), to: text.slice(at + 1) };
  return { key: text.endsWith('-') ? text.slice(0, -1) : text, to: null };
}

function entryTrouble(text: string, valueTrouble: (value: string) => string | null): string | null {
  const { key, to } = changeOf(text);
  if (to === null && !text.endsWith('-')) return 'which has neither a value (KEY=VALUE) nor a - at its end (KEY-)';
  return keyTrouble(key) ?? (to === null ? null : valueTrouble(to));
}

function keyTrouble(key: string): string | null {
  if (!isQualifiedName(key)) return 'whose key is none (at most 63 characters, before them a domain and a slash)';
  if (prefixOf(key) === ownPrefix) return 'whose key belongs to kured-host itself';
  const kureds = key === inProgressAnnotation || key === mostRecentAnnotation;
  return kureds ? 'whose key is one of those that node.kuredAnnotations keeps' : null;
}
