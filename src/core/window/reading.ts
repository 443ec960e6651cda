/** What a text was read as; `why` continues "it is …, ": for instance `which is empty`. */
export type Reading<T> = { readonly valid: true; readonly value: T } | { readonly valid: false; readonly why: string };

export function good<T>(value: T): Reading<T> {
  return { valid: true, value };
}

export function bad(why: string): { readonly valid: false; readonly why: string } {
  return { valid: false, why };
}
