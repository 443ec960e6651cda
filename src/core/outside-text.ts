/**
 * Text that others wrote (package names, an inhibitor's `why`, annotations, alert names, error bodies), made fit to be shown:
 * one line, no control or invisible formatting characters, at most `limit` UTF-16 units. Control characters become `\n`,
 * `\t`, `\r`, `\x1b` or `\u{202e}`; white space at both ends is dropped; what is cut ends in `…`. Applying it again changes nothing.
 */
export function outsideText(text: string, limit: number): string {
  const trimmed = text.trim();
  // Nearly all of it is short and plain, and it is asked for at every decision.
  if (trimmed.length <= limit && !unshowable.test(trimmed)) return trimmed;
  // Escaping only makes text longer, so nothing behind this slice could be shown; it bounds the work for huge bodies.
  const escaped = [...trimmed.slice(0, limit + 1)].map(escapeCharacter);
  const length = escaped.reduce((sum, part) => sum + part.length, 0);
  return length <= limit ? escaped.join('') : cut(escaped, limit);
}

/** Whole characters and whole escapes only, so that no half of either is shown. */
function cut(parts: readonly string[], limit: number): string {
  let kept = '';
  for (const part of parts) {
    if (kept.length + part.length > limit - 1) break;
    kept += part;
  }
  return limit > 0 ? `${kept.trimEnd()}…` : '';
}

/** Control (Cc), format (Cf: bidirectional overrides, zero width), line and paragraph separators, halves of surrogate pairs. */
const unshowable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeCharacter(character: string): string {
  if (!unshowable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return named[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`);
}
