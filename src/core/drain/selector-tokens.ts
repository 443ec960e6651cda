export type Symbol = '(' | ')' | ',' | '!' | '==' | '=' | '>' | '<' | '!=';

/** One token of a label selector; `at` is the index of its first character. The last token is always `end`. */
export type Token =
  | { readonly is: 'word'; readonly text: string; readonly at: number }
  | { readonly is: Symbol | 'end'; readonly text: string; readonly at: number };

/**
 * Splits a label selector as Kubernetes' lexer does: symbols, the longest first, and words between symbols and white space
 * (space, tab, carriage return, line feed). `in` and `notin` are words; where they stand decides what they mean.
 */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { 0: found, index: at } of text.matchAll(/==|!=|[=!(),<>]|[^=!(),<> \t\r\n]+/g)) {
    tokens.push(isSymbol(found) ? { is: found, text: found, at } : { is: 'word', text: found, at });
  }
  return [...tokens, { is: 'end', text: 'the end', at: text.length }];
}

const symbols: readonly string[] = ['(', ')', ',', '!', '==', '=', '>', '<', '!='] satisfies Symbol[];

function isSymbol(text: string): text is Symbol {
  return symbols.includes(text);
}
