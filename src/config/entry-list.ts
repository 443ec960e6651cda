import * as v from 'valibot';

/** One entry, or what is wrong with it: of its key, or of the whole (null). `why` continues "it is …, ". */
export type EntryReading<T> = { readonly entry: T } | { readonly key: string | null; readonly why: string };

/** A list of entries, or one entry alone, each read by `read`; the issues name the entry and its key. */
export function entryList<T>(
  read: (value: unknown) => EntryReading<T>,
  most: number,
): v.GenericSchema<unknown, readonly T[]> {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, readonly T[]>(({ dataset, addIssue, NEVER }) => {
      const { value } = dataset;
      const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
      if (entries.length > most) {
        addIssue({ message: `which has more than ${most} entries` });
        return NEVER;
      }
      const good: T[] = [];
      for (const [index, entry] of entries.entries()) {
        const reading = read(entry);
        if ('entry' in reading) good.push(reading.entry);
        else {
          const at = [...(Array.isArray(value) ? [index] : []), ...(reading.key === null ? [] : [reading.key])];
          addIssue({ message: reading.why, ...pathOf(at) });
        }
      }
      return good.length === entries.length ? good : NEVER;
    }),
  );
}

/** A path as valibot has it, of the keys to the culprit; none for the value itself. */
function pathOf(keys: readonly (string | number)[]): { readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]] } {
  const item = (key: string | number): v.IssuePathItem =>
    ({ type: 'object', origin: 'value', input: {}, key, value: undefined }) as unknown as v.IssuePathItem;
  const [first, ...rest] = keys;
  return first === undefined ? {} : { path: [item(first), ...rest.map(item)] };
}
