import { outsideText } from '../outside-text.ts';

/** How many a reason names. */
const most = 5;
const longestName = 130;

/** The first few names, and how many more there are: `a, b, c, d, e and 7 more`. */
export function listed(names: readonly string[]): string {
  const more = names.length - most;
  const shown = names.slice(0, most).map((name) => outsideText(name, longestName));
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
