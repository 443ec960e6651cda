import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Declaration, declarations } from './collected.ts';

/** These take a second or many: against what all others let pass, and only those that `LAWS` names by a part of their path. */
const laws = [
  'test/core/phases/total.test.ts',
  'test/core/phases/distance.test.ts',
  'test/core/lease/format-laws.test.ts',
  'test/core/lease/laws.test.ts',
  'test/core/phases/laws.test.ts',
];

/** A declaration at the top of a test file. */
export interface Declared {
  readonly file: string;
  readonly what: Declaration;
}

/** Loads the test files of core/, with the law files that `LAWS` names, and gives what they declare. */
export async function loadAll(): Promise<readonly Declared[]> {
  const { LAWS = '' } = process.env;
  const quick = globSync('test/core/**/*.test.ts').filter((file) => !laws.includes(file));
  const files = [...quick.sort(), ...laws.filter((file) => LAWS !== '' && file.includes(LAWS))];
  const declared: Declared[] = [];
  for (const file of files) {
    const found = await declarations(() => import(pathToFileURL(resolve(file)).href));
    declared.push(...found.map((what) => ({ file, what })));
  }
  return declared;
}

/** What a test is known by. */
export function testId({ file }: Declared, name: string): string {
  return `${file}: ${name}`;
}

/** What the body of a group is known by while it makes its tests. */
export function groupId({ file, what }: Declared): string {
  return `${file}: ${what.name} (group)`;
}
