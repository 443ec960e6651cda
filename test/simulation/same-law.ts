/**
 * What a breach is called, whoever did it and whenever: a shorter run that breaks another law tells another story. Numbers, names of
 * nodes and random identifiers of a law's sentence are left out.
 */
export function lawOf(sentence: string): string {
  return sentence.replace(/[0-9a-f]{8,}(-[0-9a-f]+)*|\d+([.:]\d+)*/g, '#');
}
