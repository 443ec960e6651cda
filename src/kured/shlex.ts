/**
 * Splits a command as github.com/google/shlex does, with which kured reads its commands: blanks separate, quotes and backslashes
 * protect, a # at the beginning of a word begins a comment, nothing is expanded. Null: a quote or a backslash is left open.
 */
export function splitCommand(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (/[ \t\r\n]/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
      at += 1;
    } else if (character === '#' && word === null) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      const piece = pieceAt(text, at);
      if (piece === null) return null;
      word = `${word ?? ''}${piece.text}`;
      at = piece.end;
    }
  }
  return word === null ? words : [...words, word];
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

/** One character, an escaped one, or all of a quotation. */
function pieceAt(text: string, at: number): Piece | null {
  const first = text[at] ?? '';
  if (first === "'") {
    const end = text.indexOf("'", at + 1);
    return end === -1 ? null : { text: text.slice(at + 1, end), end: end + 1 };
  }
  if (first === '"') return quotedAt(text, at + 1);
  if (first !== '\\') return { text: first, end: at + 1 };
  return at + 1 < text.length ? { text: text[at + 1] ?? '', end: at + 2 } : null;
}

/** Within double quotes a backslash protects any character that follows. */
function quotedAt(text: string, from: number): Piece | null {
  let inside = '';
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') return { text: inside, end: at + 1 };
    if (text[at] === '\\') at += 1;
    inside += text[at] ?? '';
  }
  return null;
}
