/**
 * What a breach is called, whoever did it and whenever: a shorter run that breaks another law tells another story. A law's sentence
 * says what is wrong and, behind a colon, in which way this time; numbers, names of nodes and random identifiers count for nothing.
 */
export function lawOf(sentence: string): string {
  const [what = ''] = sentence.split(': ', 1);
  return what.replace(/[0-9a-f]{8,}(-[0-9a-f]+)*|\d+([.:]\d+)*/g, '#');
}
