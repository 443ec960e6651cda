import { RE2JS } from 're2js';
import { type Matcher, parseMatcher } from '../core/alerts/matcher.ts';
import { mostInstructions } from '../core/alerts/settings.ts';
import { outsideText } from '../core/outside-text.ts';
import { bad, good, type Reading } from '../core/window/reading.ts';
import { parseDuration } from './duration.ts';
import { quoted } from './shown.ts';

const longest = 4096;

/** Text that is not empty, a pattern or a query; each reader continues "it is …, " with what is wrong. */
export function textOf(value: unknown): Reading<string> {
  if (typeof value !== 'string') return bad('which needs quotes to be text');
  if (value.trim() === '') return bad('which is empty');
  if (value.length > longest) return bad('which is too long');
  return value.isWellFormed() && !value.includes('\0') ? good(value) : bad('which holds a character that is none');
}

function lineOf(value: unknown): Reading<string> {
  const text = textOf(value);
  return text.valid && /\p{Cc}/u.test(text.value) ? bad('which holds a control character') : text;
}

/** RFC 7617 §2: a colon would end it. */
export function userOf(value: unknown): Reading<string> {
  const text = lineOf(value);
  return text.valid && text.value.includes(':') ? bad('which holds a colon, as no user name may') : text;
}

/** An absolute path. */
export function pathOf(value: unknown): Reading<string> {
  const text = lineOf(value);
  return text.valid && !text.value.startsWith('/') ? bad('which does not begin with /') : text;
}

/** Without a slash at its end, as paths are put behind it. */
export function urlOf(value: unknown): Reading<string> {
  const text = lineOf(value);
  if (!text.valid) return text;
  const url = URL.parse(text.value);
  if (url === null || !/^https?:\/\//i.test(text.value)) return bad('which is no http: or https: URL');
  return good(url.href.replace(/\/+$/, ''));
}

/** True or false. */
export function flagOf(value: unknown): Reading<boolean> {
  return typeof value === 'boolean' ? good(value) : bad('which is neither true nor false');
}

/** All of it within the time that one source of permission has (daemon/observe-permission.ts: 8 s). */
export function timeoutOf(value: unknown): Reading<number> {
  if (typeof value !== 'string') return bad('which is no duration, such as 3s');
  const found = parseDuration(value);
  if (!found.valid) return found;
  return found.ms >= 1000 && found.ms <= 7000 ? good(found.ms) : bad('which is not from 1s to 7s');
}

/** A pattern that leaves something over. */
export function filterOf(value: unknown): Reading<string> {
  if (value === '') return bad('which matches every name, so that no alert would count');
  const text = textOf(value);
  return text.valid ? patternOf(text.value) : text;
}

/** Compiling a pattern takes memory for each of its instructions: before it is, it is known that there are no more than these. */
const mostCompiled = 50_000;
/** RE2 refuses patterns in which repeats within repeats multiply to more. */
const mostRepeats = 1_000;

/** How often at most any part of the pattern is repeated; as many numbers in braces as there are count as within each other. */
function repeats(text: string): number {
  const counts = [...text.matchAll(/\{(\d*),?(\d*)\}/g)].map(([, least, most]) =>
    Math.max(1, Number(least), Number(most)),
  );
  return Math.min(
    mostRepeats,
    counts.reduce((product, count) => product * count, 1),
  );
}

function patternOf(text: string): Reading<string> {
  if (text.length * repeats(text) > mostCompiled) return bad('which is too large a pattern');
  try {
    if (RE2JS.compile(text).programSize() <= mostInstructions) return good(text);
    return bad('which is too large a pattern');
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return bad(`which is no regular expression as RE2 has them: ${outsideText(why, 100)}`);
  }
}

const mostMatchers = 32;

/** Matchers of labels, those with a pattern checked by RE2. */
export function matchersOf(value: unknown): Reading<readonly Matcher[]> {
  if (!Array.isArray(value)) return bad('which is no list');
  if (value.length > mostMatchers) return bad(`which has more than ${mostMatchers} entries`);
  const matchers: Matcher[] = [];
  for (const [index, entry] of value.entries()) {
    const found = matcherOf(entry);
    if (!found.valid) return bad(`whose matcher ${index + 1} is one ${found.why}`);
    matchers.push(found.value);
  }
  return good(matchers);
}

function matcherOf(entry: unknown): Reading<Matcher> {
  const text = textOf(entry);
  const found = text.valid ? parseMatcher(text.value) : text;
  if (!found.valid || found.value.is === '=' || found.value.is === '!=') return found;
  const pattern = patternOf(found.value.value);
  return pattern.valid ? found : pattern;
}

/** Labels with their values. */
export function labelsOf(value: unknown): Reading<Readonly<Record<string, string>>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('which is no map');
  const labels = Object.entries(value);
  for (const [name, of] of labels) {
    if (!/^[A-Za-z_]\w*$/.test(name)) return bad(`whose key ${quoted(name)} is no name of a label`);
    if (typeof of !== 'string') return bad(`whose value of ${name} needs quotes to be text`);
  }
  return good(Object.fromEntries(labels));
}
