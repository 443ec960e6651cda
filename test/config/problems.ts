import { acceptTexts } from '../../src/config/accept.ts';

/** What is wrong with a configuration of this one file, named f. */
export function problemsOf(text: string) {
  const accepted = acceptTexts([{ file: 'f', text }]);
  return accepted.valid ? [] : accepted.problems;
}
