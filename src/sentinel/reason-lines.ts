import { outsideText } from '../core/outside-text.ts';

/**
 * The distinct lines of a text from outside, as reasons to show: in their order, at most ten of at most 64 characters, then
 * how many more there are. They are stored in the Lease of a holder, so the bound is a bound of that object.
 */
export function reasonLines(text: string): readonly string[] {
  const lines = new Set(text.split('\n').map((line) => outsideText(line, mostLength)));
  lines.delete('');
  const shown = [...lines].slice(0, mostLines);
  return lines.size > mostLines ? [...shown, `and ${lines.size - mostLines} more`] : shown;
}

const mostLines = 10;
const mostLength = 64;
