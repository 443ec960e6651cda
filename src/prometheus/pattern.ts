import { RE2JS } from 're2js';
import { mostInstructions } from '../core/alerts/settings.ts';

/** Instructions times characters that one look at alerts may take: 0.1 s of this thread at most (measured). */
const mostWork = 4_000_000;

/**
 * Which of the names the pattern matches anywhere, by RE2's rules and in linear time; or why that is not found out, as
 * neither pattern nor names are ours.
 */
export function matched(pattern: string, names: Iterable<string>): ReadonlySet<string> | { readonly why: string } {
  const compiled = RE2JS.compile(pattern);
  const distinct = new Set(names);
  const length = [...distinct].reduce((sum, name) => sum + name.length, 0);
  if (compiled.programSize() > mostInstructions || compiled.programSize() * length > mostWork) {
    return { why: `its ${distinct.size} alerts have names too long for the pattern ${JSON.stringify(pattern)}` };
  }
  return new Set([...distinct].filter((name) => compiled.matcher(name).find()));
}
